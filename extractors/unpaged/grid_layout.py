"""Cells with spans on a grid, as browsers place them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gouji.model import GridCell

MOST_COLUMNS = 1_000  # as in HTML
MOST_ROWS = 60_000  # rows are stored in 16 bits
# Rows that cells of a table cover, added up: more is an attack, and spans count as one row then.
MOST_COVERED = 1_000_000


class OwnCell(NamedTuple):
    """A cell as its row names it; a row span of 0 reaches to the end of the row group."""

    text: str
    row_span: int = 1
    column_span: int = 1


def laid_out(
    rows: Sequence[Sequence[OwnCell]], groups: Iterable[int] = ()
) -> tuple[list[GridCell], tuple[int, int]]:
    """Place each row's cells in the first columns that are free, from left to right.

    ``groups`` are the rows at which a new row group begins: no span reaches over such. A cell that
    would lie on one that reaches down from above is cut at it. Returns the cells in reading order,
    and the number of rows and columns. Nothing is allocated by what spans claim.
    """
    ends = sorted({*(row for row in groups if 0 < row < len(rows)), len(rows)})
    cells: list[GridCell] = []
    until: dict[int, int] = {}  # column: the row at which it is free again
    width = covered = group = 0
    for index, row in enumerate(rows[:MOST_ROWS]):
        while ends[group] <= index:
            group += 1
            until.clear()
        column = 0
        for own in row:
            while until.get(column, 0) > index:
                column += 1
            if column >= MOST_COLUMNS:
                break
            room = min(max(own.column_span, 1), MOST_COLUMNS - column)
            span = 1
            while span < room and until.get(column + span, 0) <= index:
                span += 1
            down = min(own.row_span or MOST_ROWS, ends[group] - index, MOST_ROWS - index)
            covered += down
            if covered > MOST_COVERED:
                down = 1
            cells.append(GridCell(index, column, down, span, own.text))
            if down > 1:
                for each in range(column, column + span):
                    until[each] = index + down
            column += span
            width = max(width, column)
    return cells, (min(len(rows), MOST_ROWS), width)


def own_rows(cells: Iterable[GridCell], rows: int) -> list[list[GridCell]]:
    """The cells that begin in each row, from left to right: what `laid_out` was given."""
    result: list[list[GridCell]] = [[] for _ in range(rows)]
    for cell in sorted(cells, key=lambda c: (c.row, c.column)):
        if cell.row < rows:
            result[cell.row].append(cell)
    return result
