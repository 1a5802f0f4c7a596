"""Cutting a table into two, for producers that cannot be told where to break a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from samples.generator.forms import Cell, TableLayout
from samples.generator.style import BreakStyle, CutLabel


def cut_table(layout: TableLayout, breaks: BreakStyle) -> tuple[TableLayout, ...]:
    """The table in one piece, or in two where the style forces a break."""
    share = breaks.forced(layout.name, layout.rows)
    if share is None:
        return (layout,)
    row = min(layout.rows - 1, max(1, round(share * layout.rows)))
    crosses = any(c.role == "upright" and c.row < row < c.rows.stop for c in layout.cells)
    first_column = breaks.drop_label_columns if crosses else 0
    repeats = layout.header_rows if breaks.repeat_header and row >= layout.header_rows else 0
    upper = replace(layout, rows=row, cells=tuple(_upper(layout, row, breaks.cut_label)))
    lower_cells = (*_repeated(layout, repeats), *_lower(layout, row, repeats, breaks.cut_label))
    lower = replace(
        layout,
        rows=layout.rows - row + repeats,
        header_rows=repeats,
        cells=tuple(lower_cells),
    )
    return upper, _without_columns(lower, first_column)


def _upper(layout: TableLayout, row: int, policy: CutLabel) -> Iterator[Cell]:
    for cell in layout.cells:
        if cell.rows.stop <= row:
            yield cell
        elif cell.row < row:
            yield replace(cell, row_span=row - cell.row, text=_texts(cell, row, policy)[0])


def _lower(layout: TableLayout, row: int, shift: int, policy: CutLabel) -> Iterator[Cell]:
    for cell in layout.cells:
        if cell.row >= row:
            yield replace(cell, row=cell.row - row + shift)
        elif cell.rows.stop > row:
            span = cell.rows.stop - row
            yield replace(cell, row=shift, row_span=span, text=_texts(cell, row, policy)[1])


def _repeated(layout: TableLayout, rows: int) -> Iterator[Cell]:
    return (cell for cell in layout.cells if cell.row < rows)


def _texts(cell: Cell, row: int, policy: CutLabel) -> tuple[str, str]:
    """The words of a cut cell above and below the cut."""
    if policy == "first" or len(cell.text) < 2:
        return cell.text, ""
    share = (row - cell.row) / cell.row_span
    place = max(1, min(len(cell.text) - 1, round(share * len(cell.text))))
    return cell.text[:place], cell.text[place:]


def _without_columns(layout: TableLayout, first: int) -> TableLayout:
    """The table without the columns left of `first`; cells that reach over are clipped."""
    if first == 0:
        return layout
    cells = tuple(
        replace(
            cell,
            column=max(0, cell.column - first),
            column_span=cell.columns.stop - max(first, cell.column),
        )
        for cell in layout.cells
        if cell.columns.stop > first
    )
    return replace(
        layout,
        weights=layout.weights[first:],
        label_columns=max(0, layout.label_columns - first),
        cells=cells,
    )
