"""Rows whose sides are lost: one cell over columns that the row above or below has.

On bad scans the rules between columns are lost for a row or two. Where the ink of such a cell
leaves the same gaps that the next row has sides at, with a label first and values after it, its
cells are those of that row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gouji.model import Word

from .complete import FROM_SHAPE
from .lattice import Lattice
from .spans import Span

CLOSE = 0.15  # of the type's size: ink as near to a side is not beyond it


def with_lost_sides(lattice: Lattice, words: Sequence[Word]) -> Lattice:
    """The lattice with the sides that its rows lost; ``words`` are where ink stands."""
    cells: list[Span] = []
    placing: list[float] = []
    for index, cell in enumerate(lattice.cells):
        known = lattice.placing[index] if lattice.placing else 1.0
        parts = _parts(lattice, cell, words)
        cells += parts
        placing += [known if len(parts) == 1 else min(known, FROM_SHAPE)] * len(parts)
    if len(cells) == len(lattice.cells):
        return lattice
    order = sorted(range(len(cells)), key=lambda i: (cells[i].row, cells[i].column))
    return replace(
        lattice,
        cells=tuple(cells[i] for i in order),
        placing=tuple(placing[i] for i in order),
    )


def _parts(lattice: Lattice, cell: Span, words: Sequence[Word]) -> list[Span]:
    """The cell, cut at the sides of the row above or below it."""
    if cell.row_span > 1 or cell.column > 0 or cell.column_span < 2:
        return [cell]
    box = lattice.cell_box(cell)
    inks = [word for word in words if box.contains(word.box.center_x, word.box.center_y)]
    for row in (cell.row - 1, cell.row + 1):
        starts = _starts(lattice, row, cell)
        if len(starts) > 1 and _leaves_gaps(lattice, cell, starts, inks):
            ends = [*starts[1:], cell.column + cell.column_span]
            return [
                Span(cell.row, start, 1, end - start)
                for start, end in zip(starts, ends, strict=True)
            ]
    return [cell]


def _starts(lattice: Lattice, row: int, cell: Span) -> list[int]:
    """Where cells of another row begin below or above the cell; none where they reach beyond."""
    beside = [c for c in lattice.cells if c.row == row and c.row_span == 1]
    end = cell.column + cell.column_span
    inside = [c for c in beside if cell.column <= c.column and c.column + c.column_span <= end]
    whole = sum(c.column_span for c in inside) == cell.column_span
    return sorted(c.column for c in inside) if whole else []


def _leaves_gaps(lattice: Lattice, cell: Span, starts: Sequence[int], inks: Sequence[Word]) -> bool:
    """Whether no ink lies across the sides, the first part has some and another has, too."""
    sides = [lattice.xs[start] for start in starts[1:]]
    for word in inks:
        near = CLOSE * word.size
        if any(word.box.left + near < side < word.box.right - near for side in sides):
            return False
    held = {sum(side < word.box.center_x for side in sides) for word in inks}
    return 0 in held and len(held) > 1
