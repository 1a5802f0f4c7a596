"""Rows of tables of indicators, and what of them blank cells that are left out make unsure."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..panels import is_unit
from ..value_columns import count_up
from .units import Unit

UNSURE = "|"  # stands for values that nobody can tell: no reading of an amount


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One row: units by column from 0, and how many columns each covers."""

    cells: tuple[tuple[int, int, Unit], ...]


def plain_row(cells: Iterable[tuple[int, Unit]]) -> IndicatorRow:
    return IndicatorRow(tuple((column, 1, unit) for column, unit in cells))


def with_lost_blanks(rows: Sequence[IndicatorRow], width: int) -> list[IndicatorRow]:
    """Rows that are shorter than the table: an extractor left blank cells out.

    Of one value column it is known which cell is lost; of several it is not, and none is read.
    """
    widths = Counter(len(row.cells) for row in rows)
    width = max(width, widths.most_common(1)[0][0] if widths else 0)
    whole = [row for row in rows if len(row.cells) == width]
    columns = [[row.cells[column][2] for row in whole] for column in range(width)]
    numbers = [
        column
        for column, units in enumerate(columns)
        if _mostly_numbers(units) and not count_up([whole_number(unit.text) for unit in units])
    ]
    placed = len(numbers) < 2 or any(_blank_before(row, numbers) for row in rows)
    return [
        _with_lost_blank(row, width, numbers)
        if placed or not _blank_behind(row, numbers)
        else _unsure(row, numbers)
        for row in rows
    ]


def _mostly_numbers(units: Sequence[Unit]) -> bool:
    """Whether a column holds numbers where it holds anything but dashes."""
    told = [unit for unit in units if unit.text and not (unit.value and not holds_digit(unit))]
    return 2 * sum(unit.value for unit in told) > len(told)


def _blank_before(row: IndicatorRow, numbers: Sequence[int]) -> bool:
    """Whether a blank cell stands before a number: the extractor leaves blanks in their place."""
    texts = [row.cells[column][2].text for column in numbers if column < len(row.cells)]
    return any(not before and text for before, text in itertools.pairwise(texts))


def _blank_behind(row: IndicatorRow, numbers: Sequence[int]) -> bool:
    texts = [row.cells[column][2].text for column in numbers if column < len(row.cells)]
    return len(texts) > 1 and bool(texts[0]) and not texts[-1]


def _with_lost_blank(row: IndicatorRow, width: int, numbers: Sequence[int]) -> IndicatorRow:
    units = [unit for _, _, unit in row.cells]
    if len(units) >= width or not numbers:
        return row
    if len(numbers) == 1:
        lacks = len(units) == width - 1 == numbers[0] and is_unit(units[-1].text)
        nothing = units[-1]._replace(text="", start=units[-1].end)
        return IndicatorRow((*row.cells, (width - 1, 1, nothing))) if lacks else row
    return _unsure(row, numbers)


def _unsure(row: IndicatorRow, numbers: Sequence[int]) -> IndicatorRow:
    """The row with its numbers unread: nobody can tell which columns they stand in."""
    return IndicatorRow(
        tuple(
            (column, span, unit._replace(text=f"{unit.text} {UNSURE}".strip()))
            if unit.value or column in numbers
            else (column, span, unit)
            for column, span, unit in row.cells
        )
    )


def whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def holds_digit(unit: Unit) -> bool:
    return any(character.isdigit() for character in unit.text)
