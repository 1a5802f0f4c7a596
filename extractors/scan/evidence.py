"""What the pixels say of the form's cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gouji.model import Kind
from gouji.reconcile.calibration import GUESS
from gouji.reports import FormReading
from gouji.reports.amounts import Amount, parse_amount
from gouji.reports.filled import FilledCell

from ..extracted import Extracted

if TYPE_CHECKING:
    from ocr.cells import CellReading

LEAST_UNSIGNED = 0.001  # a reading less probable is none, whatever speaks for it
MOST_UNSIGNED = 0.9  # such a cell is always looked at
LEAST_MARKED = 0.02  # of a cell under coloured marks: less is the fringe of a lens
# What was recovered from under a mark, and what may have lost a digit to its neighbour or to the
# rule beside it, is always looked at.
LOOKED_AT = 0.89
COUNTING = ("article20", "applications", "review_litigation")  # tables of nothing but counts
SIGNS = "-−－﹣"
THOUSANDS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
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
    if cell.part is None or reading is None:
        return cell
    cell = _counted(cell, reading)
    if cell.amount.kind is Kind.UNREAD:
        return cell
    if sureness(cell, reading) >= GUESS:
        return cell
    return cell._replace(amount=UNLIKELY)


def _counted(cell: FilledCell, reading: CellReading) -> FilledCell:
    """A count without the sign or the point that the recogniser saw: it cannot have either.

    Only changes on the year before have signs; elsewhere the rest of a rule looks like one. Only
    sums of money have fractions; elsewhere a point before three digits is a comma in small print.
    """
    negative = cell.amount.note == "negative"
    block, _, column = cell.key.partition("/")
    counts = block in COUNTING and "amount" not in column
    if counts and THOUSANDS.fullmatch(cell.text or ""):
        text = (cell.text or "").replace(".", ",")
        return cell._replace(text=text, amount=parse_amount(text))
    fraction = counts and _is_fraction(cell.amount)
    if not negative and not fraction:
        return cell
    shares: dict[str, float] = {}  # of what is left without a sign
    for text, p in reading.candidates:
        bare = text.lstrip(SIGNS)
        shares[bare] = shares.get(bare, 0.0) + p
    for text, p in sorted(shares.items(), key=lambda share: -share[1]):
        amount = parse_amount(text)
        number = amount.kind is Kind.NUMBER and not (fraction and _is_fraction(amount))
        if number and p >= LEAST_UNSIGNED:
            return cell._replace(text=text, amount=amount)
    return cell


def _is_fraction(amount: Amount) -> bool:
    return amount.value is not None and amount.value % 1 != 0


def sureness(cell: FilledCell, reading: CellReading) -> float:
    """How probable the reading is by its pixels alone."""
    if marked(reading):
        return min(_unmarked(cell, reading), LOOKED_AT)
    return _unmarked(cell, reading)


def marked(reading: CellReading) -> bool:
    """Whether a pen or a seal went over the cell, or its print reaches over the border."""
    return reading.ink.marked > LEAST_MARKED or reading.ink.clipped


def _unmarked(cell: FilledCell, reading: CellReading) -> float:
    if cell.amount.kind is Kind.BLANK and not reading.text:
        return reading.blank
    if cell.text != reading.text:  # another of the alternatives, chosen since it counts
        signed = dict(reading.candidates)
        return min(signed.get(cell.text or "", 0.0) + reading.confidence, MOST_UNSIGNED)
    return reading.confidence
