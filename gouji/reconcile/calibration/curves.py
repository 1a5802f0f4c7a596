"""From features to a probability: a logistic curve, and steps over it where labels abound.

Applying one needs no more than arithmetic; `fitting` makes them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line starts without
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = Sequence[Sequence[float]] | Floats

FARTHEST = 30.0  # log-odds beyond which a float cannot tell a probability from 1
SLOPE = 1e-3  # of steps, so that of two scores the higher is always the surer


class CurveUnusable(ValueError):
    """What was stored is no curve, or one of features that are not known here."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Probabilities by score, never falling: between the knots log-odds run straight."""

    scores: tuple[float, ...]  # of the knots, rising
    odds: tuple[float, ...]  # log-odds there, never falling

    def __post_init__(self) -> None:
        pairs = list(zip(self.scores, self.scores[1:], strict=False))
        rising = all(a < b for a, b in pairs)
        level = all(a <= b for a, b in zip(self.odds, self.odds[1:], strict=False))
        numbers = all(map(math.isfinite, (*self.scores, *self.odds)))
        if not (
            self.scores and len(self.scores) == len(self.odds) and rising and level and numbers
        ):
            raise CurveUnusable("steps must rise")

    def __call__(self, scores: Floats) -> Floats:
        import numpy as np

        found = np.interp(scores, self.scores, self.odds)
        return np.asarray(found + SLOPE * scores, np.float64)

    def fields(self) -> list[list[float]]:
        """As JSON."""
        knots = zip(self.scores, self.odds, strict=True)
        return [[round(score, 6), round(odds, 6)] for score, odds in knots]


@dataclass(frozen=True, slots=True)
class Curve:
    """A probability read off features.

    A feature is cut off at what was seen when the curve was fitted, and is what it was on average
    where it is not a number. ``labels`` pull every probability from 0 and 1: one label more, half
    of it right, half of it wrong.
    """

    features: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float
    means: tuple[float, ...]
    scales: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    labels: int
    steps: Steps | None = None

    def __post_init__(self) -> None:
        rows = (self.weights, self.means, self.scales, self.lows, self.highs)
        if any(len(row) != len(self.features) for row in rows):
            raise CurveUnusable("a curve needs as many weights as features")
        if not all(math.isfinite(v) for row in (*rows, (self.intercept,)) for v in row):
            raise CurveUnusable("a curve is made of numbers")
        if any(scale <= 0 for scale in self.scales) or self.labels < 1:
            raise CurveUnusable("scales and labels are above 0")

    def scores(self, rows: Rows) -> Floats:
        """Log-odds by the logistic curve alone."""
        import numpy as np

        if not len(rows):
            return np.zeros(0)
        values = np.array(rows, np.float64)
        if values.shape[1:] != (len(self.features),):
            raise ValueError(f"{len(self.features)} features are needed")
        means = np.array(self.means)
        values = np.where(np.isnan(values), means, values)
        values = np.clip(values, self.lows, self.highs)
        found = (values - means) / np.array(self.scales) @ np.array(self.weights) + self.intercept
        return np.asarray(np.clip(found, -FARTHEST, FARTHEST), np.float64)

    def __call__(self, rows: Rows) -> Floats:
        """The probability of each row; never 0 or 1."""
        import numpy as np

        odds = self.scores(rows)
        if self.steps is not None:
            odds = self.steps(odds)
        p = 1 / (1 + np.exp(-odds))
        return np.asarray((self.labels * p + 0.5) / (self.labels + 1), np.float64)

    def fields(self) -> dict[str, Any]:
        """As JSON."""
        steps = self.steps
        return {
            "features": {
                name: [round(v, 6) for v in values]
                for name, *values in zip(
                    self.features, self.weights, self.means, self.scales, self.lows, self.highs,
                    strict=True,
                )
            },
            "intercept": round(self.intercept, 6),
            "labels": self.labels,
            "steps": None if steps is None else steps.fields(),
        }  # fmt: skip

    @staticmethod
    def from_fields(fields: Mapping[str, Any], known: Sequence[str]) -> Curve:
        """A curve from its JSON, of exactly the features that are known here.

        Raises:
            CurveUnusable: it is none, or of other features.
        """
        try:
            named: Mapping[str, Sequence[float]] = fields["features"]
            if tuple(named) != tuple(known):
                raise CurveUnusable("it was fitted on other features")
            weights, means, scales, lows, highs = zip(
                *(map(float, values) for values in named.values()), strict=True
            )
            steps = fields["steps"]
            return Curve(
                tuple(known), weights, float(fields["intercept"]), means, scales, lows, highs,
                int(fields["labels"]),
                None if steps is None else Steps(
                    tuple(float(s) for s, _ in steps), tuple(float(o) for _, o in steps)
                ),
            )  # fmt: skip
        except CurveUnusable:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CurveUnusable(f"it is damaged: {error}") from error
