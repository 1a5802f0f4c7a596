"""A value cell of the form as found in a table, before it is given a confidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gouji.model import Box, Kind, TableCell, TablePart

from .amounts import Amount, parse_amount, plain


class FilledCell(NamedTuple):  # not a dataclass: a report has 200, and its fields are many
    """A value cell with its text and place.

    ``label_score`` (0–1) says how well the row's label matched the form's wording; ``placing``
    (0–1) how sure the column is.
    """

    key: str
    text: str | None  # None: the source has no such cell
    amount: Amount
    page: int | None = None
    box: Box | None = None
    part: int | None = None
    row: int | None = None
    column: int | None = None
    label: str | None = None
    label_score: float = 1.0
    placing: float = 1.0
    reader: str = ""
    column_label: str | None = None  # the column's head as printed, where columns are the organ's


MISSING = Amount(None, Kind.CELL_NOT_IN_SOURCE)
MOVED = Amount(None, Kind.UNREAD, note="columns_unknown")
SEVERAL = Amount(None, Kind.UNREAD, note="several numbers")


def fill_from(
    key: str,
    cells: Sequence[TableCell],
    part: TablePart,
    label: str,
    *,
    signed: bool = False,
    label_score: float = 1.0,
    placing: float = 1.0,
) -> FilledCell:
    """The value that the given cells (usually one) print for ``key``."""
    if not cells:
        return FilledCell(key, None, MISSING, label=label, label_score=label_score)
    text = "\n".join(cell.text for cell in cells if cell.text)
    amount = parse_amount(text, signed=signed)
    if len(cells) > 1:  # lines of one cell can be one number, several cells cannot
        printed = [cell.text for cell in cells if plain(cell.text)]
        amounts = {parse_amount(each, signed=signed) for each in printed}
        if len(printed) > 1:
            amount = amounts.pop() if len(amounts) == 1 else SEVERAL
    return FilledCell(
        key,
        text,
        amount,
        part.page,
        Box.around(cell.box for cell in cells),
        part.part,
        cells[0].row,
        cells[0].column,
        label,
        label_score,
        min(placing, *(cell.confidence for cell in cells)),
        part.reader,
    )
