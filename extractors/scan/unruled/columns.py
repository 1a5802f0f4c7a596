"""Columns and rows of numbers that stand one under the other."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from gouji.model import Box

from .ink import RunLine

SUPPORT = 0.3  # of the lines of a table have a number in each of its columns
STRAY = 0.1  # of the lines may have one between two columns
PITCH = 3.6  # type sizes between rows, with labels of four lines
EVEN = (0.7, 1.35)  # of the usual height on a line: numbers
IN_COLUMN, NEXT_TO = 0.9, 0.35  # of the runs beside a full row; of the usual step between columns


@dataclass(frozen=True, slots=True)
class ValueRows:
    """Rows of numbers and the columns they stand in.

    ``spans`` are the left and right of each column's numbers; ``cells[row][column]`` the run
    there, or None.
    """

    spans: tuple[tuple[float, float], ...]
    middles: tuple[float, ...]
    cells: tuple[tuple[Box | None, ...], ...]

    def part(self, first: int, end: int) -> ValueRows:
        """Some of the rows."""
        return ValueRows(self.spans, self.middles[first:end], self.cells[first:end])

    @property
    def edges(self) -> tuple[float, ...]:
        """The edges of the columns: halfway between their numbers."""
        return halfway(self.spans)


def halfway(spans: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """Edges of columns halfway between what stands in them, the outer ones as far away."""
    inner = [(a[1] + b[0]) / 2 for a, b in itertools.pairwise(spans)]
    (left, first), (last, right) = spans[0], spans[-1]
    if not inner:
        return (left - 1, right + 1)
    return (
        min(left + first - inner[0], left - 1),
        *inner,
        max(last + right - inner[-1], right + 1),
    )


def merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans that overlap as one, from left to right."""
    result: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if result and left <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], right))
        else:
            result.append((left, right))
    return result


def value_rows(lines: Sequence[RunLine], count: int, size: float) -> ValueRows | None:
    """The rows that have ``count`` columns of numbers; None where there is no such table."""
    anchors = [line for line in lines if count - 1 <= len(line.runs) <= count + 2]
    anchors = max(_tables(anchors, size), key=len, default=[])
    # what is higher or lower than the numbers of its line is a seal's, or a number under one
    spans = _spans(anchors, count) or _spans([_even(line) for line in anchors], count)
    spans = spans or _spans_of_full(anchors, lines, count, size)
    if spans is None:
        return None
    rows = [(line.middle, cells) for line in lines if (cells := _placed(line, spans)) is not None]
    first = min(line.middle for line in anchors)
    last = max(line.middle for line in anchors)
    kept = [row for row in rows if first - 0.1 <= row[0] <= last + 0.1]
    rows = [row for row in rows if _is_row(row[1])]
    for row in reversed([row for row in rows if row[0] < first - 0.1]):
        if kept[0][0] - row[0] > PITCH * size:
            break
        kept.insert(0, row)
    for row in (row for row in rows if row[0] > last + 0.1):
        if row[0] - kept[-1][0] > PITCH * size:
            break
        kept.append(row)
    kept = _parted(kept, size)
    return ValueRows(spans, tuple(at for at, _ in kept), tuple(cells for _, cells in kept))


def _is_row(cells: Sequence[Box | None]) -> bool:
    return sum(cell is not None for cell in cells) >= 2


def _parted(
    rows: Sequence[tuple[float, tuple[Box | None, ...]]], size: float
) -> list[tuple[float, tuple[Box | None, ...]]]:
    """Rows without what stands between two of them: remains of rules, not a row's numbers."""
    kept: list[tuple[float, tuple[Box | None, ...]]] = []
    for row in rows:
        if kept and row[0] - kept[-1][0] < 0.7 * size:
            if _filled(row) > _filled(kept[-1]):
                kept[-1] = row
            continue
        kept.append(row)
    return kept


def _filled(row: tuple[float, tuple[Box | None, ...]]) -> int:
    return sum(cell is not None for cell in row[1])


def _tables(lines: Sequence[RunLine], size: float) -> list[list[RunLine]]:
    """Lines that may be rows of one table: near each other."""
    tables: list[list[RunLine]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if tables and line.middle - tables[-1][-1].middle <= 3 * PITCH * size:
            tables[-1].append(line)
        else:
            tables.append([line])
    return tables


def _even(line: RunLine) -> RunLine:
    """The line without runs that are not about as high as the most of its runs."""
    high = statistics.median(run.height for run in line.runs)
    return RunLine(tuple(run for run in line.runs if EVEN[0] * high < run.height < EVEN[1] * high))


def _spans(lines: Sequence[RunLine], count: int) -> tuple[tuple[float, float], ...] | None:
    """The columns of the lines, where they are so many."""
    if not lines:
        return None
    runs = sorted((run for line in lines for run in line.runs), key=lambda run: run.left)
    stops = sorted({x for run in runs for x in (run.left, run.right)})
    least = STRAY * len(lines)
    spans: list[tuple[float, float]] = []
    for a, b in itertools.pairwise(stops):
        covered = sum(run.left <= a and run.right >= b for run in runs)
        if covered <= least:
            continue
        if spans and a - spans[-1][1] < 0.1:
            spans[-1] = (spans[-1][0], b)
        else:
            spans.append((a, b))
    held = [
        span
        for span in spans
        if sum(
            any(run.left < span[1] and run.right > span[0] for run in line.runs) for line in lines
        )
        >= SUPPORT * len(lines)
    ]
    return tuple(held) if len(held) == count else None


def _spans_of_full(
    anchors: Sequence[RunLine], lines: Sequence[RunLine], count: int, size: float
) -> tuple[tuple[float, float], ...] | None:
    """The columns of a row that has all its numbers, where nearly all others stand in them.

    Of a table with few rows and many blank cells no column but has one or two numbers, and a
    seal's stroke has as many.
    """
    best: tuple[int, tuple[tuple[float, float], ...]] | None = None
    for full in anchors:
        spans = tuple(sorted((run.left, run.right) for run in full.runs))
        if len(spans) != count or not _are_even(spans):
            continue
        runs = [
            run
            for line in lines
            if line is not full and len(line.runs) > 1
            if abs(line.middle - full.middle) <= 3 * PITCH * size
            for run in line.runs
        ]
        held = sum(any(run.left < b and run.right > a for a, b in spans) for run in runs)
        if held >= max(count, IN_COLUMN * len(runs)) and (best is None or held > best[0]):
            best = (held, spans)
    return best[1] if best else None


def _are_even(spans: Sequence[tuple[float, float]]) -> bool:
    """Whether columns stand about equally far apart: a step between two is none of two."""
    steps = [(b[0] + b[1] - a[0] - a[1]) / 2 for a, b in itertools.pairwise(spans)]
    usual = statistics.median(steps)
    return all(abs(step - usual) <= NEXT_TO * usual for step in steps)


def _placed(line: RunLine, spans: Sequence[tuple[float, float]]) -> tuple[Box | None, ...] | None:
    """The runs of a line by column; None where it has none of them."""
    cells: list[Box | None] = [None] * len(spans)
    for run in line.runs:
        for index, (left, right) in enumerate(spans):
            if min(run.right, right) - max(run.left, left) > 0:
                held = cells[index]
                cells[index] = run if held is None else Box.around((held, run))
                break
    return tuple(cells) if any(cells) else None
