"""The best way to lay a range of a known table's rows over lines that may be its rules.

Lines across and down that may be edges make a net. A table's rows take lines across in turn, its
columns lines down; each side of a cell that the table has counts what speaks for a rule there, and
what speaks for a rule where the table has none counts against. The best choice of rows for given
columns is found exactly (dynamic programming), then that of columns for these rows, in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gouji.model.shape import TableShape

Sums = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.float64]]  # 1 where a table has a side, else 0
ROUNDS = 5
NEVER = -1e9
OPEN = 1.0  # type sizes that a side of a table without a rule counts against it


@dataclass(frozen=True, slots=True)
class Net:
    """Lines that may be edges, with what speaks for rules between them, in type sizes.

    ``down[k, i]`` is the sum along the line down k from the line across 0 to i, ``across[i, k]``
    along the line across i from the line down 0 to k; ``*_for`` count only what speaks for rules.
    """

    down: Sums
    across: Sums

    @property
    def down_for(self) -> Sums:
        return _only_for(self.down)

    @property
    def across_for(self) -> Sums:
        return _only_for(self.across)


@dataclass(frozen=True, slots=True)
class Fit:
    """Rows of a shape on the lines of a net.

    ``rows`` are (row of the shape, line above, line below) from the top on, ``columns`` the lines
    at the shape's column edges; ``score`` is what speaks for it, in type sizes.
    """

    score: float
    shape: TableShape
    rows: tuple[tuple[int, int, int], ...]
    columns: tuple[int, ...]


def _only_for(sums: Sums) -> Sums:
    pieces = np.maximum(np.diff(sums, axis=1), 0)
    return np.concatenate([np.zeros((len(sums), 1)), np.cumsum(pieces, axis=1)], axis=1)


@lru_cache(maxsize=64)
def _sides(shape: TableShape) -> tuple[Mask, Mask]:
    """Upright sides, rows × column edges, and level ones, row edges × columns."""
    upright = np.zeros((shape.rows, shape.columns + 1))
    level = np.zeros((shape.rows + 1, shape.columns))
    for row, column, row_span, column_span in shape.cells:
        for edge in (column, column + column_span):
            upright[row : row + row_span, edge] = 1
        for edge in (row, row + row_span):
            level[edge, column : column + column_span] = 1
    return upright, level


def fit(net: Net, shape: TableShape) -> Fit | None:
    """The best place of some of the shape's rows, with all its columns; None without lines."""
    lines = len(net.down)
    if lines <= shape.columns or len(net.across) < 2:
        return None
    down_for, across_for = net.down_for, net.across_for
    strongest = np.argsort(-down_for[:, -1], kind="stable")[: shape.columns + 1]
    columns = tuple(sorted(strongest.tolist()))
    best: Fit | None = None
    for _ in range(ROUNDS):
        score, rows = _best_rows(net, down_for, across_for, shape, columns)
        if best is not None and score <= best.score + 1e-6:
            break
        best = Fit(score, shape, rows, columns)
        score, others = _best_columns(net, down_for, across_for, shape, rows)
        if others == columns or score <= best.score + 1e-6:
            break
        best, columns = Fit(score, shape, rows, others), others
    return best


def _best_rows(
    net: Net, down_for: Sums, across_for: Sums, shape: TableShape, columns: Sequence[int]
) -> tuple[float, tuple[tuple[int, int, int], ...]]:
    upright, level = _sides(shape)
    first, last = columns[0], columns[-1]
    lines = len(net.down)
    inside = np.zeros(lines)
    inside[first : last + 1] = 1
    sides = np.zeros((shape.rows, lines))
    sides[:, list(columns)] = upright
    along = sides @ net.down - ((1 - sides) * inside) @ down_for  # row × line across
    spans = np.repeat(level, np.diff(columns), axis=1)
    pieces = np.diff(net.across[:, first : last + 1], axis=1)
    pieces_for = np.diff(across_for[:, first : last + 1], axis=1)
    edges = spans @ pieces.T - (1 - spans) @ pieces_for.T  # row edge × line across
    whole, against = pieces.sum(axis=1), pieces_for.sum(axis=1)
    return _in_turn(along, edges, whole, against, shape.heads)


def _best_columns(
    net: Net,
    down_for: Sums,
    across_for: Sums,
    shape: TableShape,
    rows: Sequence[tuple[int, int, int]],
) -> tuple[float, tuple[int, ...]]:
    upright, level = _sides(shape)
    first, last = rows[0][1], rows[-1][2]
    lines = len(net.across)
    inside = np.zeros(lines)
    inside[first : last + 1] = 1
    sides = np.zeros((shape.columns, lines))
    before = None
    for row, above, _ in rows:
        sides[:, above] = level[row] if before == row - 1 else 1
        before = row
    sides[:, last] = 1
    along = sides @ net.across - ((1 - sides) * inside) @ across_for  # column × line down
    chosen = [row for row, _, _ in rows]
    spans = np.repeat(upright[chosen].T, [below - above for _, above, below in rows], axis=1)
    pieces = np.diff(net.down[:, first : last + 1], axis=1)
    pieces_for = np.diff(down_for[:, first : last + 1], axis=1)
    edges = spans @ pieces.T - (1 - spans) @ pieces_for.T
    whole, against = pieces.sum(axis=1), pieces_for.sum(axis=1)
    outer = np.maximum(whole, -OPEN)
    start, sources = outer, []
    for column in range(shape.columns):
        if column:
            start = start + edges[column]
        start, source = _step(start, along[column], against)
        sources.append(source)
    end = start + outer
    at = int(np.argmax(end))
    score = float(end[at])
    chain = [at]
    for source in reversed(sources):
        chain.append(int(source[chain[-1]]))
    return score, tuple(reversed(chain))


def _step(start: Sums, along: Sums, against: Sums) -> tuple[Sums, np.ndarray[Any, Any]]:
    """For each line the best line before it, where ``start`` is what that one has reached."""
    passed = np.concatenate([[0.0], np.cumsum(against)])
    # what a step from one line to another is worth falls apart into what each of them adds, so the
    # best line before is the best so far, whatever the line that follows
    left = start - along + passed[1:]
    best = np.maximum.accumulate(left)
    first = np.concatenate([[True], left[1:] > best[:-1]])
    source = np.maximum.accumulate(np.where(first, np.arange(len(left)), 0))
    reached = np.concatenate([[NEVER], best[:-1]]) + (along - passed[:-1])
    return reached, np.concatenate([[0], source[:-1]])


def _in_turn(
    along: Sums, edges: Sums, whole: Sums, against: Sums, head: int
) -> tuple[float, tuple[tuple[int, int, int], ...]]:
    """The best range of rows; a page may begin with the heads, then go on anywhere."""
    count, lines = along.shape
    reached = np.zeros((count, lines))
    sources = np.zeros((count, lines), int)
    befores = np.zeros((count, lines), int)
    outer = np.maximum(whole, -OPEN)
    for row in range(count):
        start, before = outer.copy(), np.full(lines, -1)
        ways = [(row - 1, edges[row])] if row else []
        if row > head:
            ways.append((head - 1, whole))
        for other, edge in ways:
            through = reached[other] + edge
            better = through > start
            start[better], before[better] = through[better], other
        reached[row], source = _step(start, along[row], against)
        sources[row], befores[row] = source, before[source]
    end = reached + outer
    row, at = divmod(int(np.argmax(end)), lines)
    score = float(end[row, at])
    rows: list[tuple[int, int, int]] = []
    while row >= 0:
        above = int(sources[row, at])
        rows.append((row, above, at))
        row, at = int(befores[row, at]), above
    return score, tuple(reversed(rows))
