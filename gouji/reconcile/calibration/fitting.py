"""Curves from labels. Needs SciPy, which applying them does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gouji.model.errors import InstallationIncomplete

from .curves import Curve, Steps
from .features import Feature
from .folds import fold_of

if TYPE_CHECKING:
    from .curves import Floats

ENOUGH_FOR_STEPS = 2000  # labels; below, a logistic curve is the better calibrated
FEWEST_IN_A_STEP = 200
# Of a squared step away from what a weight is expected to be, in labels: those of one report, but
# at most so many. Cells of a report go wrong together, so few reports say little, however many
# cells they have. Of 2 to 1,000, on five reports, 200 to 300 had the least calibration error.
MOST_PENALTY = 200.0
STEP_FOLDS = 4


class TooFewLabels(ValueError):
    """Nothing can be fitted: no labels, or all are of one kind."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Rows of features with what came out, and which document each is of.

    ``groups`` name what must never be divided: documents that print the same report.
    """

    rows: Floats  # labels × features
    right: NDArray[np.bool_]
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.groups)

    @staticmethod
    def of(rows: Sequence[Sequence[float]], right: Sequence[bool], groups: Sequence[str]) -> Labels:
        """Labels in a fixed order, whatever theirs was: the same labels give the same curve."""
        if not rows:
            return Labels(np.zeros((0, 0)), np.zeros(0, bool), ())
        values = np.nan_to_num(np.array(rows, np.float64), nan=0.0, posinf=1e6, neginf=-1e6)
        marks = np.array(right, bool)
        # groups by name last, so that they are compared first
        names = np.array(groups)
        order = np.lexsort((marks, *values.T[::-1], names))
        return Labels(values[order], marks[order], tuple(str(name) for name in names[order]))

    def only(self, wanted: NDArray[np.bool_]) -> Labels:
        groups = tuple(g for g, keep in zip(self.groups, wanted, strict=True) if keep)
        return Labels(self.rows[wanted], self.right[wanted], groups)


def fit_curve(features: Sequence[Feature], labels: Labels) -> Curve:
    """A logistic curve, with steps over it where there are labels for them and they do better.

    Raises:
        TooFewLabels: there are none, or all are right, or all are wrong.
        InstallationIncomplete: SciPy is not installed.
    """
    curve = fit_logistic(features, labels)
    if len(labels) < ENOUGH_FOR_STEPS:
        return curve
    plain = stepped = 0.0
    folds = np.array([fold_of(group, STEP_FOLDS, "steps") for group in labels.groups])
    for fold in range(STEP_FOLDS):
        train, held = labels.only(folds != fold), labels.only(folds == fold)
        if not len(held):
            continue
        try:
            tried = fit_logistic(features, train)
        except TooFewLabels:
            return curve
        plain += _loss(tried(held.rows), held.right)
        with_steps = replace(tried, steps=fit_steps(tried.scores(train.rows), train.right))
        stepped += _loss(with_steps(held.rows), held.right)
    if stepped >= plain:
        return curve
    return replace(curve, steps=fit_steps(curve.scores(labels.rows), labels.right))


def fit_logistic(features: Sequence[Feature], labels: Labels) -> Curve:
    """The logistic curve of least penalised log loss whose weights keep to the features' signs.

    Raises:
        TooFewLabels: there are no labels, or all are of one kind.
        InstallationIncomplete: SciPy is not installed.
    """
    if not len(labels) or labels.right.all() or not labels.right.any():
        raise TooFewLabels("labels of both kinds are needed: right and wrong ones")
    try:
        from scipy.optimize import minimize
    except ImportError as error:
        raise InstallationIncomplete(
            "Fitting needs SciPy.", "Install gouji with the extra `ocr`."
        ) from error
    rows, right = labels.rows, labels.right.astype(float)
    penalty = min(MOST_PENALTY, len(labels) / len(set(labels.groups)))
    means, scales = rows.mean(axis=0), rows.std(axis=0)
    scales = np.where(scales > 1e-9, scales, 1.0)
    z = (rows - means) / scales
    share = float(np.clip(right.mean(), 1e-6, 1 - 1e-6))
    expected = np.array([feature.slope for feature in features]) * scales
    start = np.append(expected, 0.0)
    start[-1] = np.log(share / (1 - share))

    def loss(point: Floats) -> tuple[float, Floats]:
        odds = z @ point[:-1] + point[-1]
        value = float(np.logaddexp(0, odds).sum() - right @ odds)
        wrong_by = 1 / (1 + np.exp(-np.clip(odds, -500, 500))) - right
        apart = point[:-1] - expected
        slope = np.append(z.T @ wrong_by + penalty * apart, wrong_by.sum())
        return value + penalty / 2 * float(apart @ apart), slope

    bounds = [
        (0.0 if feature.sign > 0 else None, 0.0 if feature.sign < 0 else None)
        for feature in features
    ]
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)],
        options={"maxiter": 500},
    )  # fmt: skip
    return Curve(
        tuple(feature.name for feature in features),
        tuple(map(float, found.x[:-1])),
        float(found.x[-1]),
        tuple(map(float, means)),
        tuple(map(float, scales)),
        tuple(map(float, rows.min(axis=0))),
        tuple(map(float, rows.max(axis=0))),
        len(labels),
    )


def fit_steps(scores: Floats, right: NDArray[np.bool_]) -> Steps:
    """Isotonic regression of right on score (pool adjacent violators), a knot a pool.

    A pool of n labels of which k are right counts (k + 1) / (n + 2), and no pool has fewer than
    `FEWEST_IN_A_STEP`.
    """
    order = np.argsort(scores, kind="stable")
    pools: list[tuple[float, float, float]] = []  # labels, right ones, sum of scores
    least = min(FEWEST_IN_A_STEP, max(len(scores), 1))
    count = good = total = 0.0
    sorted_scores, sorted_right = scores[order], right[order]
    for place, (score, is_right) in enumerate(zip(sorted_scores, sorted_right, strict=True)):
        count, good, total = count + 1, good + float(is_right), total + float(score)
        last = place + 1 == len(sorted_scores)
        # equal scores are of one pool
        if not last and (count < least or sorted_scores[place + 1] == score):
            continue
        pools.append((count, good, total))
        count = good = total = 0.0
        while len(pools) > 1 and (_rate(pools[-2]) >= _rate(pools[-1]) or pools[-1][0] < least):
            one, other = pools.pop(), pools.pop()
            pools.append((one[0] + other[0], one[1] + other[1], one[2] + other[2]))
    knots = [(total / count, _odds(_rate((count, good, total)))) for count, good, total in pools]
    return Steps(tuple(score for score, _ in knots), tuple(odds for _, odds in knots))


def _rate(pool: tuple[float, float, float]) -> float:
    return (pool[1] + 1) / (pool[0] + 2)


def _odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def _loss(p: Floats, right: NDArray[np.bool_]) -> float:
    return float(-np.log(np.where(right, p, 1 - p)).sum())
