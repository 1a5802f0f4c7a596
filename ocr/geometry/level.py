"""Skew and perspective: the projective map after which traced lines run along the axes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from .tracing import Floats, Traces

ALIKE = 0.004  # slopes that differ by less are alike as long as no line counts for more
MOST_ASKED = 100  # lines of which each two are taken for right, and asked how many agree
LEAST_APART = 0.05  # of half the page: nearer lines say nothing about how slopes change
FEWEST = 5  # lines of which the outermost may be the paper's edges
ASKEW = 0.02  # slope by which such an edge differs from a page that was made level
STRAIGHT = 2.0  # times its noise that the edge of a sheet is off a straight line
SQUARE = 0.03  # by how much the slopes of rows and columns differ on a page seen askew


@dataclass(frozen=True, slots=True)
class Slopes:
    """Lines of one direction: ``slope`` in the middle of the page and how it changes.

    A line that crosses the middle axis at c (pixels from the centre) has the slope
    ``slope + change · c``. The errors are standard errors.
    """

    slope: float
    change: float
    slope_error: float
    change_error: float


UNKNOWN = Slopes(0.0, 0.0, 1.0, 1.0)


def measure_slopes(
    traces: Traces, centre: tuple[float, float], expected: float | None = None
) -> Slopes:
    """How lines along x run (for columns: of the transposed page, with the centre transposed).

    ``expected`` is the slope they should have, about, by the lines across them.
    """
    if not traces.lines:
        return UNKNOWN
    crossing, slope, error = _lines(traces, centre)
    half = max(centre)
    solution, inverse = _robust_line(crossing / half, slope, error, 0.15, expected)
    if abs(solution[1]) < 3 * np.sqrt(inverse[1, 1]):
        # Lines that all stand at one end of the page say nothing about its middle if they may
        # converge; perspective is believed only where they show it.
        solution, inverse = _robust_line(crossing / half, slope, error, 1e-6, expected)
        solution[1] = 0.0
    return Slopes(
        float(solution[0]),
        float(solution[1] / half),
        float(np.sqrt(inverse[0, 0])),
        float(np.sqrt(inverse[1, 1]) / half),
    )


def without_askew_sides(traces: Traces, centre: tuple[float, float]) -> Traces:
    """The lines of a page that stands level without the outermost ones that do not: the edges of
    the paper behind a print that lies askew on it, and no lines that the page is bent by."""
    if traces.lines < FEWEST:
        return traces
    crossing, slope, error = _lines(traces, centre)
    askew = (np.abs(slope) > np.maximum(ASKEW, 3 * error)) & _straight(traces)
    unknown = 3 * error > ASKEW
    kept = np.ones(len(slope), bool)
    order = np.argsort(crossing, kind="stable")
    for side in (order, order[::-1]):
        known = side[askew[side] | ~unknown[side]]
        outer = list(itertools.takewhile(lambda line: askew[line], known[: len(side) // 2]))
        # a curled page has askew lines at its ends too, but bent ones, and by and by
        if outer and len(outer) < len(known):
            last, first = outer[-1], known[len(outer)]
            if abs(slope[last] - slope[first]) >= ASKEW:
                kept[side[: int(np.flatnonzero(side == last)[0]) + 1]] = False
    return traces.of(kept) if not kept.all() else traces


def _straight(traces: Traces) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which lines are as straight as the edge of a sheet."""
    count = np.bincount(traces.line)
    x = traces.x - (np.bincount(traces.line, traces.x) / count)[traces.line]
    y = traces.y - (np.bincount(traces.line, traces.y) / count)[traces.line]
    slope = np.bincount(traces.line, x * y) / np.bincount(traces.line, x**2)
    left = np.bincount(traces.line, (y - slope[traces.line] * x) ** 2) / count
    noise = np.bincount(traces.line, traces.noise) / count
    return np.asarray(np.sqrt(left) <= STRAIGHT * noise)


def _lines(traces: Traces, centre: tuple[float, float]) -> tuple[Floats, Floats, Floats]:
    """Of each line where it crosses the middle axis, its slope, and the error of that."""
    x, y = traces.x - centre[0], traces.y - centre[1]
    count = np.bincount(traces.line).astype(np.float64)
    mean_x = np.bincount(traces.line, x) / count
    mean_y = np.bincount(traces.line, y) / count
    from_mean = x - mean_x[traces.line]
    spread = np.bincount(traces.line, from_mean**2)
    slope = np.bincount(traces.line, from_mean * (y - mean_y[traces.line])) / spread
    noise = np.bincount(traces.line, traces.noise) / count
    # A line's own slope is never better than 0.02 %: rulings of one page differ by that much.
    error = np.sqrt((2 * noise) ** 2 / spread + 2e-4**2)
    return mean_y - slope * mean_x, slope, error


def _robust_line(
    at: Floats, slope: Floats, error: Floats, change: float, expected: float | None
) -> tuple[Floats, Floats]:
    """Slope at 0 and its change, with their covariance; ``change`` is how large that may be."""
    design = np.stack((np.ones_like(at), at), axis=1)
    prior = np.diag([1 / 0.4**2, 1 / change**2])
    solution = _most_agree(at, slope, error, change, expected)
    inverse = np.eye(2)
    for _ in range(8):
        left = slope - design @ solution
        scale = error * max(1.0, 1.5 * float(np.median(np.abs(left) / error)))
        weight = 1 / (scale**2 * (1 + (left / (2 * scale)) ** 2))
        weighted = design * weight[:, None]
        inverse = np.linalg.inv(weighted.T @ design + prior)
        solution = inverse @ (weighted.T @ slope)
    return solution, inverse


def _most_agree(
    at: Floats, slope: Floats, error: Floats, change: float, expected: float | None
) -> Floats:
    """Slope at 0 and its change that most lines agree with, however certain each one is.

    The edges of the paper are long, and known better than all rules of a table that does not stand
    straight on it.
    """
    known = np.hypot(error, ALIKE)
    asked = np.unique(np.linspace(0, len(at) - 1, min(len(at), MOST_ASKED)).astype(np.intp))
    first, second = (asked[i] for i in np.triu_indices(len(asked), 1))
    apart = at[second] - at[first]
    far = np.abs(apart) > LEAST_APART
    first, second, apart = first[far], second[far], apart[far]
    changes = (slope[second] - slope[first]) / apart
    changes = np.concatenate([np.clip(changes, -3 * change, 3 * change), np.zeros(len(asked))])
    one = np.concatenate([first, asked])
    starts = slope[one] - changes * at[one]
    left = slope[None, :] - starts[:, None] - changes[:, None] * at[None, :]
    cost = np.minimum(1.0, (left / (3 * known)) ** 2).sum(axis=1) + (changes / (3 * change)) ** 2
    if expected is not None:
        cost += np.minimum(1.0, ((starts - expected) / SQUARE) ** 2)
    best = int(np.argmin(cost))
    return np.array([starts[best], changes[best]])


def levelling(rows: Slopes, columns: Slopes, centre: tuple[float, float]) -> Floats:
    """The 3 × 3 map of page coordinates after which rows and columns stand along the axes.

    The centre stays where it is, and the scale there stays one. A direction
    that is unknown is taken to be square to the other.
    """
    if columns is UNKNOWN:
        columns = Slopes(-rows.slope, 0.0, rows.slope_error, 0.0)
    elif rows is UNKNOWN:
        rows = Slopes(-columns.slope, 0.0, columns.slope_error, 0.0)
    m, n = rows.slope, columns.slope
    # Rows meet in one point and columns in another; both go to infinity.
    p, q = np.linalg.solve(np.array([[1.0, m], [n, 1.0]]), np.array([rows.change, columns.change]))
    there = np.array([[1.0, 0.0, -centre[0]], [0.0, 1.0, -centre[1]], [0.0, 0.0, 1.0]])
    flat = np.array([[1.0, -n, 0.0], [-m, 1.0, 0.0], [p, q, 1.0]])
    size = np.sqrt(abs(1 - m * n))
    flat[:2] /= size if m * n >= 0 else np.sqrt(1 + abs(m * n))
    back = np.array([[1.0, 0.0, centre[0]], [0.0, 1.0, centre[1]], [0.0, 0.0, 1.0]])
    whole: Floats = back @ flat @ there
    return whole
