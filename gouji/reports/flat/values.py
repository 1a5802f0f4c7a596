"""The values behind a label as the columns of its row: which are there, blank, lost, unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .groups import Group
from .units import Unit

# What parts the numbers of a row whose columns are not known; no amount is read from it.
UNKNOWN = " | "


@dataclass(frozen=True, slots=True)
class Value:
    """A value cell of a row: its column from 0, its text, its place in the source."""

    column: int
    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spacing:
    """How many separators stand between the values of a row, and before the next label.

    Where blank cells leave their separators behind, more of them tell how many cells are blank.
    """

    by_bars: bool
    inside: int
    before_label: int

    def blanks(self, unit: Unit, *, label: bool) -> int | None:
        """Blank cells before a unit; None where the separators do not come out even."""
        count = unit.bars if self.by_bars else unit.ends
        usual = self.before_label if label else self.inside
        extra = count - usual
        if extra < 0 or not self.inside:
            return 0 if extra <= 0 else None
        return extra // self.inside if extra % self.inside == 0 else None


def spacing_of(groups: Iterable[Group], columns: int) -> Spacing:
    """The usual separators, from rows that are whole."""
    inside: Counter[tuple[int, int]] = Counter()
    before: Counter[tuple[int, int]] = Counter()
    whole = False
    for group in groups:
        if group.hard:
            continue
        if whole and group.labels:
            before[group.labels[0].bars, group.labels[0].ends] += 1
        whole = len(group.values) == columns
        for unit in group.values[1:] if whole else ():
            inside[unit.bars, unit.ends] += 1
    if not inside:
        return Spacing(False, 0, 0)
    bars, ends = inside.most_common(1)[0][0]
    label_bars, label_ends = before.most_common(1)[0][0] if before else (bars, ends)
    return Spacing(True, bars, label_bars) if bars else Spacing(False, ends, label_ends)


def place_values(
    group: Group,
    columns: int,
    spacing: Spacing,
    after: Unit | None,
    *,
    padded: int | None = None,
) -> list[Value]:
    """The value cells of a row of ``columns``; a column without a cell is not in the source.

    ``after`` is the unit that follows the row, ``padded`` the cell at which values begin in every
    row of a table that pads its merged cells in place.
    """
    values = list(group.values)
    if group.hard:
        if padded is not None and padded > group.lead:
            values = values[padded - group.lead :]
        return _hard(group, values, columns, cut=group.width)
    filled = [unit for unit in values if unit.text]
    if not filled:
        place = group.labels[-1].end if group.labels else 0
        return [Value(column, "", (place, place)) for column in range(columns)]
    if len(filled) == columns:
        return [_value(column, unit) for column, unit in enumerate(filled)]
    if columns == 1:
        return [_value(column, unit) for column, unit in enumerate(filled)]
    if len(filled) == 1 and _same_digits(filled[0].text, columns):
        return [_digit(column, filled[0]) for column in range(columns)]
    spaced = _by_separators(filled, columns, spacing, after)
    return spaced if spaced is not None else _unknown(filled, columns)


def _hard(group: Group, values: list[Unit], columns: int, cut: int) -> list[Value]:
    while len(values) > columns and not values[-1].text:
        values.pop()
    filled = [unit for unit in values if unit.text]
    if len(values) <= columns:
        if len(filled) == 1 and columns > 1 and _same_digits(filled[0].text, columns):
            return [_digit(column, filled[0]) for column in range(columns)]
        found = [_value(column, unit) for column, unit in enumerate(values)]
        if len(values) < columns and not cut:
            place = values[-1].end if values else group.labels[-1].end if group.labels else 0
            found += [Value(c, "", (place, place)) for c in range(len(values), columns)]
        return found
    if columns == 1:
        return [_value(column, unit) for column, unit in enumerate(values)]
    while len(values) > columns and not values[0].text:
        values.pop(0)  # blanks in place of merged labels
    if len(values) == columns:
        return [_value(column, unit) for column, unit in enumerate(values)]
    return _unknown(filled, columns)


def _by_separators(
    filled: Sequence[Unit], columns: int, spacing: Spacing, after: Unit | None
) -> list[Value] | None:
    """Values with blank cells between them told by separators; None unless all columns come out."""
    found: list[Value] = []
    for unit in filled:
        blanks = spacing.blanks(unit, label=False)
        if blanks is None:
            return None
        found += [Value(len(found) + i, "", (unit.start, unit.start)) for i in range(blanks)]
        found.append(_value(len(found), unit))
    if after is not None and len(found) < columns:
        blanks = spacing.blanks(after, label=True)
        if blanks is None:
            return None
        end = filled[-1].end
        found += [Value(len(found) + i, "", (end, end)) for i in range(blanks)]
    return found if len(found) == columns else None


def _unknown(filled: Sequence[Unit], columns: int) -> list[Value]:
    """Every column with all that the row says: which number is whose cannot be known."""
    text = UNKNOWN.join(unit.text for unit in filled) + (
        UNKNOWN.rstrip() if len(filled) < 2 else ""
    )
    span = (filled[0].start, filled[-1].end)
    return [Value(column, text, span) for column in range(columns)]


def _same_digits(text: str, columns: int) -> bool:
    return len(text) == columns and text.isdecimal() and len(set(text)) == 1


def _digit(column: int, unit: Unit) -> Value:
    return Value(column, unit.text[column], (unit.start + column, unit.start + column + 1))


def _value(column: int, unit: Unit) -> Value:
    return Value(column, unit.text, (unit.start, unit.end))
