"""What is left of a page's bends once it is level: a smooth displacement of every point.

Horizontal lines of a flat page have the same y all along, vertical ones the same x. The field is
the smooth displacement after which the traced lines do, found by robust least squares with a
prior: what the lines say nothing about stays as it is. How far lines stand from one another is
not known from lines alone and is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.polynomial import legendre

from .tracing import Counts, Floats, Traces

ALONG, ACROSS = 7, 3  # number of Legendre polynomials along a line and across the lines


Limits = tuple[tuple[float, float], tuple[float, float]]  # least X, Y; greatest X, Y


@dataclass(frozen=True)
class Creases:
    """Folds of the paper from top to bottom: how far rows fall, by the place across the page.

    ``across`` (ascending) and ``down`` are in units of `Bend.reach` from its centre; rows run
    straight in between.
    """

    across: Floats
    down: Floats


@dataclass(frozen=True)
class Bend:
    """``(x, y)`` of a level page goes to ``(x + L·g, y + L·f)`` of the flat one.

    ``down`` and ``aside`` are the coefficients of f and g over Legendre polynomials of
    X = (x − centre)/L and Y likewise. Beyond the region where it was
    measured a field goes on in straight lines.
    """

    centre: tuple[float, float]
    reach: float  # L, in the unit of the coordinates
    measured: tuple[Limits, Limits]  # of g, of f
    aside: Floats
    down: Floats
    creases: Creases | None = None

    def flat(self, points: Floats) -> Floats:
        """Points (n × 2) of the level page on the flat one."""
        return points + self._shift(points)

    def level(self, points: Floats) -> Floats:
        """Points (n × 2) of the flat page on the level one."""
        found = points - self._shift(points)
        for _ in range(5):
            found = points - self._shift(found)
        return found

    def moved(self, factor: float, origin: tuple[float, float]) -> Bend:
        """The same field over coordinates so many times larger, with another origin."""
        x, y = self.centre
        return replace(
            self,
            centre=(x * factor + origin[0], y * factor + origin[1]),
            reach=self.reach * factor,
        )

    def creased(self, across: Floats, down: Floats) -> Bend:
        """The same field behind folds, whose places and shifts are in its coordinates."""
        places = (across - self.centre[0]) / self.reach
        return replace(self, creases=Creases(places, down / self.reach))

    def largest(self) -> float:
        """The largest displacement in the region that was measured."""
        return float(np.abs(self._shift(self._region())).max())

    def explains(self, rows: Traces, columns: Traces) -> bool:
        """Whether lines that were not straight are straight after it, and not by chance."""
        before: list[Floats] = []
        after: list[Floats] = []
        for lines, axis in ((rows, 1), (columns, 0)):
            points = np.stack((lines.x, lines.y) if axis else (lines.y, lines.x), axis=1)
            for found, at in ((before, points), (after, self.flat(points))):
                found.append(_unevenness(lines, at[:, axis]))
        old, new = np.concatenate(before), np.concatenate(after)
        return len(old) >= 6 and float(np.mean(new)) < 0.75 * float(np.mean(old))

    def folds(self) -> bool:
        """Whether the field puts one part of the page over another, or stretches it beyond use."""
        points = self._region()
        step = self.reach * 1e-3
        dx = (self._shift(points + np.array([step, 0.0])) - self._shift(points)) / step
        dy = (self._shift(points + np.array([0.0, step])) - self._shift(points)) / step
        return bool(max(np.abs(dx).max(), np.abs(dy).max()) > 0.35)

    def _region(self) -> Floats:
        low = np.minimum(self.measured[0][0], self.measured[1][0])
        high = np.maximum(self.measured[0][1], self.measured[1][1])
        x, y = np.meshgrid(np.linspace(low[0], high[0], 15), np.linspace(low[1], high[1], 15))
        return np.stack((x.ravel(), y.ravel()), axis=1) * self.reach + self.centre

    def _shift(self, points: Floats) -> Floats:
        at = (points - self.centre) / self.reach
        out = np.empty_like(at)
        folded = np.zeros(len(at))
        if self.creases is not None:
            folded = np.interp(at[:, 0], self.creases.across, self.creases.down)
            at[:, 1] += folded
        for axis, (field, by_x, by_y) in enumerate(self._fields):
            inside = np.clip(at, *self.measured[axis])
            xs = legendre.legvander(inside[:, 0], ALONG - 1)
            ys = legendre.legvander(inside[:, 1], ALONG - 1)
            beyond = at - inside
            out[:, axis] = ((xs @ field) * ys).sum(axis=1)
            out[:, axis] += ((xs @ by_x) * ys).sum(axis=1) * beyond[:, 0]
            out[:, axis] += ((xs @ by_y) * ys).sum(axis=1) * beyond[:, 1]
        out[:, 1] += folded
        return out * self.reach

    @cached_property
    def _fields(self) -> list[tuple[Floats, Floats, Floats]]:
        """For x and for y: the coefficients (over X, Y) and those of both derivatives."""
        fields = []
        for coefficients in (self.aside, self.down):
            full = np.zeros((ALONG, ALONG))
            full[: coefficients.shape[0], : coefficients.shape[1]] = coefficients
            by_x, by_y = np.zeros_like(full), np.zeros_like(full)
            by_x[:-1] = legendre.legder(full, axis=0)
            by_y[:, :-1] = legendre.legder(full, axis=1)
            fields.append((full, by_x, by_y))
        return fields


def unbent(width: int, height: int) -> Bend:
    """A field that moves nothing."""
    none: Limits = ((0.0, 0.0), (0.0, 0.0))
    centre = (width / 2, height / 2)
    still = np.zeros((1, 1))
    return Bend(centre, max(width, height) / 2, (none, none), still, still)


def measure_bend(rows: Traces, columns: Traces, width: int, height: int) -> Bend | None:
    """The field after which ``rows`` run along x and ``columns`` along y; None without lines.

    ``columns`` are traced in the transposed image: their ``x`` runs down the page.
    """
    if not len(rows) and not len(columns):
        return None
    reach = max(width, height) / 2
    centre = (width / 2, height / 2)
    row_x, row_y = (rows.x - centre[0]) / reach, (rows.y - centre[1]) / reach
    column_x, column_y = (columns.y - centre[0]) / reach, (columns.x - centre[1]) / reach
    # Curled paper bends rows; only a lens bends columns, and less.
    row_terms, row_prior = _terms(row_x, row_y, 0.7)
    column_terms, column_prior = _terms(column_y, column_x, 0.35)
    n, m = len(rows), len(columns)
    # A turn moves rows and columns alike: the only term that they share.
    turn = np.concatenate((row_x, -column_y))
    shear = np.concatenate((np.zeros(n), column_y))
    design = np.column_stack(
        (
            turn,
            shear,
            np.vstack((row_terms, np.zeros((m, row_terms.shape[1])))),
            np.vstack((np.zeros((n, column_terms.shape[1])), column_terms)),
        )
    )
    prior = np.concatenate(([0.1, 0.02], row_prior, column_prior)) * reach
    lines = rows.joined(columns)
    target = -np.concatenate((rows.y, columns.y))
    solution = _robust(design, target, lines.line, 2.0 * lines.noise, prior) / reach
    measured = _limits(column_x, column_y), _limits(row_x, row_y)
    return Bend(centre, reach, measured, *_coefficients(solution, row_terms.shape[1]))


def _unevenness(lines: Traces, across: Floats) -> Floats:
    """Of each line how far its points stand from their mean, in units of their noise."""
    if not len(lines):
        return np.zeros(0)
    count = np.bincount(lines.line)
    mean = np.bincount(lines.line, across) / count
    away = np.minimum(np.abs(across - mean[lines.line]) / lines.noise, 20)
    return np.bincount(lines.line, away) / count


def _powers() -> list[tuple[int, int]]:
    return [
        (a, b)
        for a in range(1, ALONG)
        for b in range(ACROSS)
        if (a, b) != (1, 0) and (a <= 4 or b <= 1)
    ]


def _terms(along: Floats, across: Floats, falls: float) -> tuple[Floats, Floats]:
    """The terms of a field that vanishes in the middle of the lines, and their usual sizes.

    ``falls`` is how much smaller each degree along the line is than the one before.
    """
    along_values = legendre.legvander(along, ALONG - 1)
    along_values = along_values - legendre.legvander(np.zeros(1), ALONG - 1)
    across_values = legendre.legvander(across, ACROSS - 1)
    powers = _powers()
    terms = np.stack([along_values[:, a] * across_values[:, b] for a, b in powers], axis=1)
    return terms, np.array([0.04 * falls ** (a - 1) * 0.4**b for a, b in powers])


def _coefficients(solution: Floats, row_terms: int) -> tuple[Floats, Floats]:
    """The solution as coefficients over Legendre polynomials of (X, Y): g, then f."""
    turn, shear = solution[0], solution[1]
    down, aside = np.zeros((ALONG, ACROSS)), np.zeros((ACROSS, ALONG))
    middle = legendre.legvander(np.zeros(1), ALONG - 1)[0]
    parts = solution[2 : 2 + row_terms], solution[2 + row_terms :]
    for (a, b), row, column in zip(_powers(), *parts, strict=True):
        down[a, b] += row
        down[0, b] -= row * middle[a]
        aside[b, a] += column
        aside[b, 0] -= column * middle[a]
    down[1, 0] += turn
    aside[0, 1] += shear - turn
    return aside, down


def _robust(design: Floats, target: Floats, line: Counts, noise: Floats, prior: Floats) -> Floats:
    """Weighted least squares where every line has an offset of its own; outliers fade out."""
    weight = 1 / noise**2
    solution = np.zeros(design.shape[1])
    lines = int(line.max()) + 1
    for _ in range(5):
        total = np.bincount(line, weight, lines)
        mean = np.stack(
            [np.bincount(line, weight * column, lines) / total for column in design.T], axis=1
        )
        centred = design - mean[line]
        wanted = target - (np.bincount(line, weight * target, lines) / total)[line]
        weighted = centred * weight[:, None]
        solution = np.linalg.solve(
            weighted.T @ centred + np.diag(1 / prior**2), weighted.T @ wanted
        )
        left = wanted - centred @ solution
        weight = 1 / (noise**2 * (1 + (left / (2 * noise)) ** 2))
    return solution


def _limits(x: Floats, y: Floats) -> Limits:
    if not len(x):
        return (0.0, 0.0), (0.0, 0.0)
    return (float(x.min()), float(y.min())), (float(x.max()), float(y.max()))
