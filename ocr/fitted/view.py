"""A part of a page made level: which lines may be a table's edges, and what a table explains."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gouji.grids.lattice import Lattice, without_idle_edges
from gouji.grids.spans import Span
from gouji.model.shape import TableShape

from ..opencv import cv2
from ..ruled.runs import Floats
from .evidence import THERE, Evidence, lean, levelled, peaks, shared_ends, summed, support
from .shape import Fit, Net, fit

LEAN_DOWN, LEAN_ACROSS = 0.02, 0.012  # a table leans by no more
APART = 0.8  # type sizes between two lines: less holds no type
AROUND = 3.0  # type sizes beyond the ends of lines down in which a table's edge may lie
LEAST_DOWN, LEAST_ACROSS = 0.8, 2.0  # type sizes that speak for a line
FEWEST_ROWS, FEW_COLUMNS = 3, 3  # of a table: fewer of both stand in any noise
EXPLAINED = 0.75  # of what speaks for rules within a table
# Less where strokes of type and noise speak for more: then so much of a table's own sides is seen,
# of so many rows. By chance a tenth of them is, a third of those of a single row.
AMONG_NOISE, SEEN_SIDES, ROWS_SEEN = 0.5, 0.4, 4
ALL_BUT_LITTLE = 0.9  # explained by fewer rows: strokes and noise make four fifths of some
SPOILT = 0.8  # of what a table explains in its place: one that explains less there is none
PARTING = 0.7  # steps' worth against all sides of a table: no table goes on there
UNLIKE = 0.1  # explained more: what is unexplained elsewhere is not the page's noise
ALL = 0.96  # explained: so much that there cannot be two tables
GOES_ON = 0.5  # of the lines that go on beyond a table: then it is a part of a larger one
FLANK = (0.4, 1.4)  # type sizes beyond an edge that are looked at for that
ALONE = 0.5  # mean evidence of a side that no form vouches for: in noise others are drawn as well
SEEN = 0.3  # mean evidence of a side that is there by itself


@dataclass(frozen=True, slots=True)
class Fitted:
    """A form's table laid over a page; ``score`` in type sizes of rules.

    ``placing`` of its lattice is 1 where all sides of a cell are seen by themselves.
    """

    lattice: Lattice
    score: float
    explained: float


@dataclass(frozen=True, slots=True)
class Part:
    """Steps of a page from and to which tables are looked for, within the limits of others."""

    first: int
    last: int
    above: int
    below: int

    def to(self, last: int, below: int) -> Part:
        return Part(self.first, last, self.above, below)

    def since(self, first: int, above: int) -> Part:
        return Part(first, self.last, above, self.below)


@dataclass(frozen=True, slots=True)
class View:
    """A part of a page, made level, with the lines that may be edges; pixels and steps from it."""

    em: float
    step: int
    scale: float
    top: int  # step of the page
    down: Floats
    across: Floats
    slopes: tuple[float, float]  # of lines down (columns a step) and across (rows a step)
    xs: list[int]
    ys: list[int]
    net: Net

    @staticmethod
    def of(evidence: Evidence, part_of: Part) -> View | None:
        em, step = evidence.em, evidence.step
        around = round(AROUND * em / step)
        least = min(LEAST_DOWN, 0.5 * (part_of.last - part_of.first) * step / em)
        first = max(part_of.above, part_of.first - around)
        last = min(part_of.below, part_of.last + around)
        part = evidence.down[:, first:last]
        slope_down = lean(part, LEAN_DOWN * step)
        down = levelled(part, slope_down)
        xs = peaks(support(down, em, step).sum(axis=1) * step / em, round(APART * em), least)
        if len(xs) < 3:
            return None
        left, right = max(0, xs[0] // step - 1), xs[-1] // step + 2
        part = evidence.across[first * step : last * step]
        slope_across = lean(part[:, left:right], LEAN_ACROSS * step)
        across = levelled(part, slope_across)
        seen = support(across, em, step)[:, left:right]
        ys = peaks(seen.sum(axis=1) * step / em, round(APART * em), LEAST_ACROSS)
        ys = _with(ys, shared_ends(down[xs], em, step), em, step, len(across))
        if len(ys) < 2:
            return None
        xs = _with(xs, shared_ends(across[ys], em, step), em, step, len(down))
        net = Net(
            summed(down, xs, _steps(ys, step, down)) * (step / em),
            summed(across, ys, _steps(xs, step, across)) * (step / em),
        )
        slopes = (slope_down, slope_across)
        return View(em, step, evidence.scale, first, down, across, slopes, xs, ys, net)

    def best(self, shapes: Sequence[TableShape]) -> Fitted | None:
        """The shape that explains most, or None where it explains too little."""
        fits = [found for shape in shapes if (found := fit(self.net, shape)) is not None]
        return self.fitted(max(fits, key=lambda found: found.score)) if fits else None

    def spoilt(self, whole: Fitted, parts: Sequence[Fitted]) -> bool:
        """Whether a table over all explains much less of a part than the one that is its own."""
        return any(
            part.explained >= ALL
            and part.explained - whole.explained > UNLIKE
            and spoils(self, [whole.lattice], part.lattice)
            for part in parts
        )

    def explained_by(
        self,
        lattices: Sequence[Lattice],
        least: float = -1.0,
        within: tuple[float, float] | None = None,
    ) -> float:
        """How much speaks for the sides of lattices, less what speaks for others in their boxes.

        Sides of which less than ``least`` is seen speak for nothing; ``within`` are the top and
        bottom of the part of the page that counts, in points.
        """
        net, total = self.net, 0.0
        high, wide = np.diff(self.ys) / self.em, np.diff(self.xs) / self.em
        for lattice in lattices:
            xs = self._columns(lattice.xs)
            ys = [self._row(y) for y in lattice.ys]
            upright, level = np.zeros(np.shape(net.down_for)), np.zeros(np.shape(net.across_for))
            upright, level = upright[:, :-1], level[:, :-1]
            inner_down, inner_across = np.diff(net.down), np.diff(net.across)
            for cell in lattice.cells:
                left, right = xs[cell.column], xs[cell.column + cell.column_span]
                above, below = ys[cell.row], ys[cell.row + cell.row_span]
                upright[[left, right], above:below] = 1
                level[[above, below], left:right] = 1
            first, last = ys[0], ys[-1]
            if within is not None:
                first = max(first, self._row(within[0]))
                last = max(first, min(last, self._row(within[1])))
            rows, columns = slice(first, last), slice(xs[0], xs[-1])
            for sides, sums, lengths in (
                (
                    upright[xs[0] : xs[-1] + 1, rows],
                    inner_down[xs[0] : xs[-1] + 1, rows],
                    high[rows],
                ),
                (
                    level[first : last + 1, columns],
                    inner_across[first : last + 1, columns],
                    wide[columns],
                ),
            ):
                known = np.where(sums < least * lengths, np.minimum(sums, 0), sums)
                total += float(np.where(sides > 0, known, -np.maximum(sums, 0)).sum())
        return total

    def _columns(self, xs: Sequence[float]) -> list[int]:
        return [self._line(x * self.scale, self.xs) for x in xs]

    def _row(self, y: float) -> int:
        return self._line(y * self.scale - self.top * self.step, self.ys)

    @staticmethod
    def _line(place: float, lines: Sequence[int]) -> int:
        return min(range(len(lines)), key=lambda index: abs(lines[index] + 0.5 - place))

    def gap(self, whole: Fitted | None) -> tuple[int, int] | None:
        """Steps from and to which fewest lines go down, which may be between two tables; within
        the table that is laid over both, where there is one."""
        seen = support(self.down[self.xs], self.em, self.step) > THERE
        count = seen.sum(axis=0).astype(np.float32)[None]
        count = np.rint(cv2.blur(count, (round(self.em / self.step) | 1, 1))[0])
        first, last = (round(y / self.step) for y in (self.ys[0], self.ys[-1]))
        if whole is not None:
            first, last = self._ends(whole.lattice)
        margin = round(self.em / self.step)
        inner = count[first + margin : last - margin]
        if not len(inner):
            return None
        low = np.concatenate([[0], (inner == inner.min()).astype(np.int8), [0]])
        edges = np.flatnonzero(np.diff(low)).reshape(-1, 2)
        start, end = max(edges.tolist(), key=lambda run: run[1] - run[0])
        return self.top + first + margin + start, self.top + first + margin + end

    def framed(self, whole: Lattice, gap: tuple[int, int]) -> bool:
        """Whether both sides of a table go on through the gap in it."""
        lines = [self.xs[k] for k in self._columns((whole.xs[0], whole.xs[-1]))]
        seen = self.down[lines, gap[0] - self.top : gap[1] - self.top]
        return seen.size > 0 and bool(seen.mean(axis=1).min() > THERE)

    def void(self, whole: Lattice) -> tuple[int, int] | None:
        """Steps from and to which neither side of a table goes down: the surest place for a gap."""
        lines = [self.xs[k] for k in self._columns(whole.xs)]
        first, last = self._ends(whole)
        first = max(0, first)
        down = self.down[lines, first:last]
        # an inner line may be type that stands in line
        most = np.maximum(np.maximum(down[0], down[-1]), down.mean(axis=0))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (most < 0).astype(np.int8), [0]])))
        runs = [(float(-most[a:b].sum()), a, b) for a, b in edges.reshape(-1, 2).tolist()]
        against, start, end = max(runs, default=(0.0, 0, 0))
        if against < PARTING:
            return None
        return self.top + first + start, self.top + first + end

    def _ends(self, lattice: Lattice) -> tuple[int, int]:
        """Steps of the top and the bottom of a lattice, from the top of this part."""
        top, bottom = (round(lattice.ys[k] * self.scale / self.step) for k in (0, -1))
        return top - self.top, bottom - self.top

    def fitted(self, found: Fit) -> Fitted | None:
        """The table of a fit; None where it explains too little, or is part of a larger one."""
        net, columns, rows = self.net, list(found.columns), found.rows
        if len(rows) < FEWEST_ROWS and len(columns) <= FEW_COLUMNS + 1:
            return None
        levels = [rows[0][1], *(below for _, _, below in rows)]
        inner_down = np.diff(net.down[columns[0] : columns[-1] + 1, levels[0] : levels[-1] + 1])
        inner_across = np.diff(net.across[levels[0] : levels[-1] + 1, columns[0] : columns[-1] + 1])
        speaks = float(np.maximum(inner_down, 0).sum() + np.maximum(inner_across, 0).sum())
        explained = found.score / max(speaks, 1e-6)
        if explained < self._least_explained(found, columns, levels):
            return None
        if self._goes_on(columns, levels):
            return None
        return Fitted(self._lattice(found, columns, levels), found.score, explained)

    def _least_explained(self, found: Fit, columns: Sequence[int], levels: Sequence[int]) -> float:
        """How much of what speaks for rules in its place a table has to explain."""
        if len(found.rows) < ROWS_SEEN:
            return ALL_BUT_LITTLE
        seen = found.score >= SEEN_SIDES * self._sides(columns, levels)
        return AMONG_NOISE if seen else EXPLAINED

    def _sides(self, columns: Sequence[int], levels: Sequence[int]) -> float:
        """How long the sides of a table without joined cells are, in type sizes."""
        wide, high = (
            self.xs[columns[-1]] - self.xs[columns[0]],
            self.ys[levels[-1]] - self.ys[levels[0]],
        )
        return (wide * len(levels) + high * len(columns)) / self.em

    def _goes_on(self, columns: Sequence[int], levels: Sequence[int]) -> bool:
        """Whether its lines go on beyond its edges, or others stand there."""
        xs, ys = [self.xs[k] for k in columns], [self.ys[i] for i in levels]
        return any(
            part.shape[1] > 0 and float(np.mean(part.mean(axis=1) > 0)) > GOES_ON
            for part in (*self._beyond(self.down[xs], ys), *self._beyond(self.across[ys], xs))
        )

    def _beyond(self, lines: Floats, ends: Sequence[int]) -> tuple[Floats, Floats]:
        near, far = (round(flank * self.em / self.step) for flank in FLANK)
        low, high = round(ends[0] / self.step), round(ends[-1] / self.step)
        before = lines[:, max(0, low - far) : max(0, low - near)]
        return before, lines[:, high + near : high + far]

    def _lattice(self, found: Fit, columns: Sequence[int], levels: Sequence[int]) -> Lattice:
        rows = [row for row, _, _ in found.rows]
        cells: list[Span] = []
        # runs of rows that follow each other in the form: cells do not go on from one to the next
        starts = [0, *(n for n in range(1, len(rows)) if rows[n] != rows[n - 1] + 1), len(rows)]
        for start, end in itertools.pairwise(starts):
            part = found.shape.part(rows[start], rows[end - 1] + 1, at=start)
            cells.extend(Span(*cell) for cell in part)
        cells.sort(key=lambda cell: (cell.row, cell.column))
        xs, ys = [self.xs[k] for k in columns], [self.ys[i] for i in levels]
        down = (ys[0] + ys[-1]) / 2 / self.step - self.down.shape[1] / 2
        along = (xs[0] + xs[-1]) / 2 / self.step - self.across.shape[1] / 2
        x_shift = self.slopes[0] * down + 0.5
        y_shift = self.slopes[1] * along + 0.5 + self.top * self.step
        made = without_idle_edges(
            Lattice(
                tuple((x + x_shift) / self.scale for x in xs),
                tuple((y + y_shift) / self.scale for y in ys),
                tuple(cells),
            )
        )
        placing = tuple(self._seen(cell, columns, levels) for cell in cells)
        return replace(made, placing=placing)

    def _seen(self, cell: Span, columns: Sequence[int], levels: Sequence[int]) -> float:
        """1 where all sides of a cell are seen, else less."""
        left, right = columns[cell.column], columns[cell.column + cell.column_span]
        above, below = levels[cell.row], levels[cell.row + cell.row_span]
        em = self.em
        high, wide = (self.ys[below] - self.ys[above]) / em, (self.xs[right] - self.xs[left]) / em
        down, across = self.net.down, self.net.across
        sides = [(down[k, below] - down[k, above]) / high for k in (left, right)]
        sides += [(across[i, right] - across[i, left]) / wide for i in (above, below)]
        return 1.0 if min(sides) >= SEEN else 0.8


def _with(
    places: Sequence[int], ends: Sequence[int], em: float, step: int, limit: int
) -> list[int]:
    """Places of lines, and those ends of lines across that are near to none of them."""
    found = list(places)
    for end in ends:
        if end * step < limit and all(abs(end * step - p) > APART * em for p in found):
            found.append(end * step)
    return sorted(found)


def _steps(places: Sequence[int], step: int, along: Floats) -> list[int]:
    return [min(max(round(place / step), 0), along.shape[1]) for place in places]


def spoils(view: View, tables: Sequence[Lattice], one: Lattice) -> bool:
    """Whether tables leave unexplained what ``one`` explains in its own place."""
    own = view.explained_by([one], least=ALONE)
    return view.explained_by(tables, within=(one.ys[0], one.ys[-1])) < SPOILT * own
