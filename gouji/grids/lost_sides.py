"""Rows whose sides are lost: one cell over columns that the row above or below has.

On bad scans the rules between columns are lost for a row or two. Where the ink of such a cell
leaves the same gaps that the next row has sides at, with a label first and values after it, its
cells are those of that row. Where all rows lost them, the gaps that all rows leave are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from gouji.model import Word

from .complete import FROM_SHAPE
from .lattice import Lattice
from .spans import Span

CLOSE = 0.15  # of the type's size: ink as near to a side is not beyond it
APART = 1.5  # sizes of the type: wider than the spaces of a line
LOW, THIN = 0.5, 0.2  # of the type's size: what is lower is dust, thinner a rest of a rule


def with_lost_sides(lattice: Lattice, words: Sequence[Word]) -> Lattice:
    """The lattice with the sides that its rows lost; ``words`` are where ink stands."""
    if len(lattice.xs) == 2 and len(lattice.ys) > 2:
        return _with_columns(lattice, words)
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


def _with_columns(lattice: Lattice, words: Sequence[Word]) -> Lattice:
    """A lattice of one column with a side in every gap that the ink of all its rows leaves.

    Lines of a text are not broken at the same place; a table of one column has ink on one side.
    """
    rows = []
    for cell in lattice.cells:
        box = lattice.cell_box(cell)
        inside = [w for w in words if box.contains(w.box.center_x, w.box.center_y)]
        rows.append([w for w in inside if not _is_speck(w)])
    if not all(rows):
        return lattice
    inks = sorted((word.box.left, word.box.right) for row in rows for word in row)
    apart = APART * median(word.size for row in rows for word in row)
    sides, end = [], inks[0][1]
    for left, right in inks:
        if left - end >= apart and all(
            row[0] < (left + end) / 2 < row[1]
            for row in ((min(w.box.left for w in r), max(w.box.right for w in r)) for r in rows)
        ):
            sides.append((left + end) / 2)
        end = max(end, right)
    if not sides:
        return lattice
    columns = range(len(sides) + 1)
    cells = tuple(Span(row, column, 1, 1) for row in range(len(rows)) for column in columns)
    known = lattice.placing or (1.0,) * len(rows)
    placing = tuple(min(known[cell.row], FROM_SHAPE) for cell in cells)
    return Lattice((lattice.xs[0], *sides, lattice.xs[1]), lattice.ys, cells, placing)


def _is_speck(word: Word) -> bool:
    """Whether it is dust or a rest of a rule; a lone 1 may be, too."""
    return word.box.height < LOW * word.size or word.box.width < THIN * word.size


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
