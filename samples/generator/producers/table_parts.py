"""Tables measured and cut into parts, one a page. Lengths are points, y grows downward.

A measured table is one tall drawing; a part is a slice [start, end) of it, so a cut can fall
anywhere, also through a merged label or a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from samples.generator.fitting import cell_padding, column_shares, value_size
from samples.generator.forms import Cell, TableLayout
from samples.generator.producers.typesetting import Face
from samples.generator.style import Style

LEADING = 1.25
LEAST_PART = 40.0  # a row higher than the page is cut, but never into slivers
LEAST_SLICE = 7.0  # a thinner slice of a row would look like a double rule


@dataclass(frozen=True, slots=True)
class MeasuredTable:
    """A layout with places for its grid lines and the lines and size of text of each cell."""

    layout: TableLayout
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    lines: tuple[tuple[str, ...], ...]
    sizes: tuple[float, ...]
    face: Face
    padding: float

    @property
    def height(self) -> float:
        """Height of the table in one piece."""
        return self.rows[-1]

    @property
    def header_height(self) -> float:
        """Height of the rows that may be repeated."""
        return self.rows[self.layout.header_rows]

    def printed_cells(self, first_column: int) -> Iterator[tuple[Cell, tuple[str, ...], float]]:
        """Cells that reach right of `first_column`, with their lines and size of text.

        A cell that loses a part of its width gets its text wrapped again.
        """
        for cell, lines, size in zip(self.layout.cells, self.lines, self.sizes, strict=True):
            if cell.columns.stop <= first_column:
                continue
            if cell.column < first_column:
                width = self.columns[cell.columns.stop] - self.columns[first_column]
                yield cell, self.face.wrap(cell.text, size, width - 2 * self.padding), size
            else:
                yield cell, lines, size


@dataclass(frozen=True, slots=True)
class Part:
    """The slice of a table that stands on one page; left of `first_column` nothing is printed."""

    start: float
    end: float
    first_column: int = 0
    repeats_header: bool = False


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """The visible piece of a cell, in the table's own coordinates."""

    cell: Cell
    left: float
    top: float
    right: float
    bottom: float
    lines: tuple[str, ...]
    size: float
    cut_above: bool
    cut_below: bool


def measure(layout: TableLayout, face: Face, style: Style, width: float) -> MeasuredTable:
    """Find column edges, wrap the texts and make every row high enough."""
    columns = [0.0]
    for share in column_shares(layout, style):
        columns.append(columns[-1] + share * width)
    values = value_size(layout, style, width)
    sizes = tuple(values if cell.key else style.text.table_size for cell in layout.cells)
    lines = tuple(
        _cell_lines(cell, size, face, style, columns)
        for cell, size in zip(layout.cells, sizes, strict=True)
    )
    heights = [style.table.least_row] * layout.rows
    by_span = sorted(
        zip(layout.cells, lines, sizes, strict=True), key=lambda c: (c[0].row_span, c[0].row)
    )
    for cell, text, size in by_span:
        needed = len(text) * size * LEADING + 2 * style.table.padding * 0.6
        missing = needed - style.table.overflow - sum(heights[row] for row in cell.rows)
        for row in cell.rows:
            heights[row] += max(0.0, missing) / cell.row_span
    rows = tuple(sum(heights[:row]) for row in range(layout.rows + 1))
    return MeasuredTable(layout, tuple(columns), rows, lines, sizes, face, style.table.padding)


def _cell_lines(
    cell: Cell, size: float, face: Face, style: Style, columns: list[float]
) -> tuple[str, ...]:
    if cell.role == "upright":
        return tuple(cell.text)
    if cell.key is not None:
        return (cell.text,)
    room = columns[cell.columns.stop] - columns[cell.column]
    room += style.table.overflow - 2 * cell_padding(cell, style)
    return face.wrap(cell.text, size, max(room, size))


def cut(table: MeasuredTable, style: Style, first_room: float, page_room: float) -> Iterator[Part]:
    """Slice the table for pages of the given room, with the style's forced break."""
    forced = style.breaks.forced(table.layout.name, table.layout.rows)
    forced_at = None if forced is None else _snap(table, style, forced * table.height)
    start, room = 0.0, first_room
    while start < table.height - 0.01:
        again = style.breaks.repeat_header and table.layout.header_rows and start > 0
        repeats = bool(again and start >= table.header_height)
        space = room - (table.header_height if repeats else 0.0)
        end = _end_of_part(table, style, start, space)
        if forced_at is not None and start < forced_at < end:
            end = forced_at
        yield Part(start, end, _first_column(table, style, start), repeats)
        start, room = end, page_room


def _end_of_part(table: MeasuredTable, style: Style, start: float, space: float) -> float:
    if table.height - start <= space:
        return table.height
    if style.breaks.anywhere:
        return max(start, _snap(table, style, start + space))
    fitting = [edge for edge in table.rows if start < edge <= start + space]
    if fitting:
        return fitting[-1]
    if start > 0 or space > table.rows[1]:
        return start + max(space, LEAST_PART)
    return start  # nothing fits under the text: the table begins on the next page


def _snap(table: MeasuredTable, style: Style, y: float) -> float:
    """Move a cut to the row edge above, or leave it inside the row if that shows on both sides."""
    above = max(edge for edge in table.rows if edge <= y)
    below = min((edge for edge in table.rows if edge > y), default=table.height)
    thin = y - above < LEAST_SLICE or below - y < LEAST_SLICE
    return above if thin or not style.breaks.anywhere else y


def _first_column(table: MeasuredTable, style: Style, start: float) -> int:
    """Label columns are left out only where the cut runs through a merged label at the left."""
    for cell in table.layout.cells:
        top, bottom = table.rows[cell.row], table.rows[cell.rows.stop]
        if cell.role == "upright" and top < start < bottom:
            return style.breaks.drop_label_columns
    return 0


def place(table: MeasuredTable, style: Style, parts: list[Part], index: int) -> list[PlacedCell]:
    """The visible pieces of all cells on one part."""
    part = parts[index]
    placed: list[PlacedCell] = []
    for cell, lines, size in table.printed_cells(part.first_column):
        top, bottom = table.rows[cell.row], table.rows[cell.rows.stop]
        if bottom <= part.start + 0.01 or top >= part.end - 0.01:
            continue
        slices = [
            (number, min(bottom, p.end) - max(top, p.start))
            for number, p in enumerate(parts)
            if min(bottom, p.end) - max(top, p.start) > 0.01
        ]
        texts = _share_lines(cell, lines, size, slices, style)
        placed.append(
            PlacedCell(
                cell,
                table.columns[max(cell.column, part.first_column)],
                max(top, part.start),
                table.columns[cell.columns.stop],
                min(bottom, part.end),
                texts[index],
                size,
                cut_above=top < part.start - 0.01,
                cut_below=bottom > part.end + 0.01,
            )
        )
    return placed


def _share_lines(
    cell: Cell,
    lines: tuple[str, ...],
    size: float,
    slices: list[tuple[int, float]],
    style: Style,
) -> dict[int, tuple[str, ...]]:
    """Say which lines of a cut cell stand on which part."""
    texts: dict[int, tuple[str, ...]] = {number: () for number, _ in slices}
    if len(slices) == 1:
        return {slices[0][0]: lines}
    needed = len(lines) * size * LEADING
    if style.breaks.cut_label == "split" and cell.key is None:
        pieces = lines
        if len(lines) == 1 and cell.row_span > 1:
            middle = max(1, len(lines[0]) - 1)
            pieces = (lines[0][:middle], lines[0][middle:])
        if len(pieces) > 1:
            total = sum(height for _, height in slices)
            done, height_so_far = 0, 0.0
            for number, height in slices:
                height_so_far += height
                upto = max(done, min(len(pieces), round(len(pieces) * height_so_far / total)))
                texts[number] = pieces[done:upto]
                done = upto
            return texts
    first = next((number for number, height in slices if height >= needed), None)
    largest = max(slices, key=lambda pair: pair[1])[0]
    texts[largest if first is None else first] = lines
    return texts


def header_cells(table: MeasuredTable, part: Part) -> list[PlacedCell]:
    """The header rows again, for a part that repeats them; they stand at 0 to header_height."""
    return [
        PlacedCell(
            cell,
            table.columns[max(cell.column, part.first_column)],
            table.rows[cell.row],
            table.columns[cell.columns.stop],
            table.rows[cell.rows.stop],
            lines,
            size,
            cut_above=False,
            cut_below=False,
        )
        for cell, lines, size in table.printed_cells(part.first_column)
        if cell.row < table.layout.header_rows
    ]
