"""What the pixels say of the form's cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gouji.model import Kind
from gouji.reports import FormReading
from gouji.reports.amounts import Amount
from gouji.reports.filled import FilledCell

from ..extracted import Extracted

if TYPE_CHECKING:
    from ocr.cells import CellReading

# A number less probable than everything else together is no reading, but a guess.
GUESS = 0.5
UNLIKELY = Amount(None, Kind.UNREAD, note="unlikely")


def reading_of(cell: FilledCell, found: Extracted) -> CellReading | None:
    """How a cell of the form was read from pixels; None where it was not."""
    if not found.readings or cell.part is None or cell.row is None or cell.column is None:
        return None
    return found.readings.get((cell.part, cell.row, cell.column))


def with_likeliest(
    form: FormReading, readings: Mapping[tuple[int, int, int], CellReading]
) -> FormReading:
    """The form without numbers that are less probable than not: such a cell is unread."""
    if not readings:
        return form
    cells = tuple(_likeliest(cell, readings) for cell in form.cells)
    return replace(form, cells=cells)


def _likeliest(
    cell: FilledCell, readings: Mapping[tuple[int, int, int], CellReading]
) -> FilledCell:
    reading = readings.get((cell.part or 0, cell.row or 0, cell.column or 0))
    if cell.part is None or reading is None or cell.amount.kind is Kind.UNREAD:
        return cell
    if sureness(cell, reading) >= GUESS:
        return cell
    return cell._replace(amount=UNLIKELY)


def sureness(cell: FilledCell, reading: CellReading) -> float:
    """How probable the reading is by its pixels alone."""
    if cell.amount.kind is Kind.BLANK and not reading.text:
        return reading.blank
    return reading.confidence
