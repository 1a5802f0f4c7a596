"""How wide columns are and how large values may be printed so that they stay in their cells.

Lengths are points; shared by all producers, so that no sample hides a digit that its truth has.
"""

from __future__ import annotations

from samples.generator.forms import Cell, TableLayout
from samples.generator.style import Style

VALUE_PADDING = 1.8  # widest values need the room more than the look needs the padding
ASCII_WIDTH = 0.64  # of the size: digits are 0.50 (Times) to 0.636 (DejaVu Sans, a likely stand-in)
LEAST_SIZE = 4.5


def column_shares(layout: TableLayout, style: Style) -> tuple[float, ...]:
    """Share of each column in the table's width; the style's factor widens the label columns."""
    total = sum(layout.weights)
    labels = sum(layout.weights[: layout.label_columns]) / total
    factor = style.table.label_width if 0 < labels < 0.8 else 1.0
    others = (1 - labels * factor) / (1 - labels) if labels < 1 else 1.0
    return tuple(
        weight / total * (factor if column < layout.label_columns else others)
        for column, weight in enumerate(layout.weights)
    )


def text_width(style: Style) -> float:
    """Width between the margins."""
    return style.page.width - style.page.left - style.page.right


def cell_padding(cell: Cell, style: Style) -> float:
    """Room left and right of the text of a cell."""
    return min(style.table.padding, VALUE_PADDING) if cell.key else style.table.padding


def value_size(layout: TableLayout, style: Style, width: float) -> float:
    """The style's size for values, or less where the longest value would leave its cell."""
    size = style.text.table_size + style.text.value_size_step
    shares = column_shares(layout, style)
    for cell in layout.cells:
        if cell.key is None or not cell.text:
            continue
        room = sum(shares[column] for column in cell.columns) * width
        room += style.table.overflow - 2 * cell_padding(cell, style)
        ems = sum(ASCII_WIDTH if character < "\x7f" else 1.0 for character in cell.text)
        size = min(size, room / ems)
    return max(LEAST_SIZE, round(size - 0.05, 1))
