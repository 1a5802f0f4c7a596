"""What may be promised: the error rate among accepted cells, with its bound, by kind of source.

Measured on documents that the curves had not seen. A document goes wrong as a whole more easily
than cell by cell, so documents are what is drawn anew, never cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line starts without NumPy
    from .curves import Floats

LEVEL = 0.95  # of the one-sided bound
FEWEST_DOCUMENTS = 20  # reports; with fewer, nothing is promised
# From the strictest to the loosest: a threshold is tried only where all stricter ones kept the
# promise, so that one test at level 0.95 is enough for all of them (fixed sequence).
SHARES = (0.7, 0.85, 0.9, 0.94, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 1.0)
DRAWS = 2000
# Where fewer errors were seen than tell how they gather in documents, they come so many at once.
FEW_ERRORS, GATHERED = 5, 3.0


@dataclass(frozen=True, slots=True)
class Point:
    """Cells at least as sure as the threshold: accepted."""

    threshold: float
    accepted: int
    errors: int
    bound: float  # of the error rate among them, one-sided 95 %, of all stricter points as well


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What held-out documents of one kind showed, from the strictest point to the loosest."""

    documents: int
    reports: int  # that they show: a report may have been taken several times
    cells: int
    points: tuple[Point, ...]

    @property
    def is_enough(self) -> bool:
        return self.reports >= FEWEST_DOCUMENTS and bool(self.points)

    def threshold_for(self, most_errors: float) -> float | None:
        """From where on cells may be accepted at this error rate; None: it cannot be promised."""
        if not self.is_enough:
            return None
        kept = [point.threshold for point in self.points if point.bound <= most_errors]
        return min(kept, default=None)

    def bound_at(self, threshold: float) -> float | None:
        """The bound of the error rate where cells from this threshold on are accepted."""
        if not self.is_enough:
            return None
        # between two points the looser one speaks for both
        covering = (point.bound for point in self.points if point.threshold <= threshold)
        return next(covering, self.points[-1].bound)

    def fields(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "documents": self.documents,
            "reports": self.reports,
            "cells": self.cells,
            "points": [
                [_digits(p.threshold), p.accepted, p.errors, _digits(p.bound)] for p in self.points
            ],
        }

    @staticmethod
    def from_fields(fields: Mapping[str, Any]) -> HeldOut:
        """From JSON.

        Raises:
            ValueError, KeyError, TypeError: it is none.
        """
        points = tuple(
            Point(float(threshold), int(accepted), int(errors), float(bound))
            for threshold, accepted, errors, bound in fields["points"]
        )
        if any(not (0 <= p.threshold <= 1 and 0 <= p.bound <= 1) for p in points):
            raise ValueError("a threshold or a bound is no probability")
        return HeldOut(
            int(fields["documents"]), int(fields["reports"]), int(fields["cells"]), points
        )


def measure_held_out(
    sure: Sequence[float], right: Sequence[bool], reports: Sequence[str], documents: int
) -> HeldOut:
    """The points of cells with their probabilities, what came out, and the report each is of."""
    import numpy as np

    names = sorted(set(reports))
    place = {name: n for n, name in enumerate(names)}
    of = np.array([place[name] for name in reports], np.int64)
    p, wrong = np.array(sure, np.float64), ~np.array(right, bool)
    ordered = np.sort(p)[::-1]
    points: list[Point] = []
    kept = []
    for share in SHARES:
        if not len(p):
            break
        threshold = float(ordered[max(int(np.ceil(share * len(p))) - 1, 0)])
        if share == SHARES[-1]:
            threshold = 0.0
        if points and threshold == points[-1].threshold:
            continue
        taken = p >= threshold
        accepted = np.bincount(of[taken], minlength=len(names)).astype(np.float64)
        errors = np.bincount(of[taken & wrong], minlength=len(names)).astype(np.float64)
        kept.append((accepted, errors))
        points.append(Point(threshold, int(accepted.sum()), int(errors.sum()), 1.0))
    bounds = _bounds(kept)
    strictest_on = list(accumulate(bounds, max))
    return HeldOut(
        documents,
        len(names),
        len(p),
        tuple(
            Point(point.threshold, point.accepted, point.errors, min(bound, 1.0))
            for point, bound in zip(points, strictest_on, strict=True)
        ),
    )


def _bounds(points: Sequence[tuple[Floats, Floats]]) -> list[float]:
    """The bound of each point; how errors gather is told by the next looser one with enough."""
    bounds: list[float] = []
    for number, (accepted, errors) in enumerate(points):
        # the last point takes everything, also what nobody would accept
        looser = (errors, *(e for _, e in points[number + 1 : -1]))
        enough = next((e for e in looser if e.sum() >= FEW_ERRORS), None)
        gathered = GATHERED if enough is None else float((enough**2).sum() / enough.sum())
        bounds.append(max(_exact(accepted, errors, gathered), _resampled(accepted, errors)))
    return bounds


def _exact(accepted: Floats, errors: Floats, gathered: float) -> float:
    """Clopper and Pearson's bound, of cells that count as few as errors that come together."""
    from scipy.special import betaincinv

    size = float(accepted.sum()) / max(gathered, 1.0)
    seen = float(errors.sum()) / max(gathered, 1.0)
    if size <= seen or size <= 0:
        return 1.0
    return float(betaincinv(seen + 1, size - seen, LEVEL))


def _resampled(accepted: Floats, errors: Floats) -> float:
    """The 95th percentile of the error rate over reports drawn anew."""
    import numpy as np

    if not errors.any():
        return 0.0
    rng = np.random.Generator(np.random.PCG64(20_210_926))
    count = len(accepted)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=DRAWS)
    rates = (drawn @ errors) / np.maximum(drawn @ accepted, 1.0)
    return float(np.quantile(rates, LEVEL))


def _digits(value: float) -> float:
    """Enough digits to tell thresholds near 1 apart, and none more."""
    return float(f"{value:.9g}")
