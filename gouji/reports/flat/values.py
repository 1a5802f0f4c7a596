"""The values behind a label as the columns of its row: which are there, blank, lost, unknown."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..rows import Section
from .groups import Group
from .units import Unit

# What parts the numbers of a row whose columns are not known; no amount is read from it.
UNKNOWN = " | "
APPLICANTS = 7  # columns of part three
FEWEST_ROWS = 4  # fewer say nothing of what is usual


class Value(NamedTuple):
    """A value cell of a row: its column from 0, its text, its place in the source."""

    column: int
    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spacing:
    """How many separators stand before the first value of a row, between two, and after the last.

    Where blank cells leave their separators behind, more of them tell how many cells are blank.
    ``whole``: measured on rows that have all their values.
    """

    by_bars: bool
    inside: int
    before_first: int
    before_label: int
    whole: bool = True
    apart: bool = True  # some row has its values apart: elsewhere too they are not run together

    def blanks(self, unit: Unit, usual: int) -> int | None:
        """Blank cells before a unit; None where the separators do not come out even."""
        extra = (unit.bars if self.by_bars else unit.ends) - usual
        if extra <= 0 or not self.inside:
            return 0 if extra == 0 else None
        return extra // self.inside if extra % self.inside == 0 else None

    def before(self, whole_row: bool) -> set[int]:
        """Separators that may stand before the first value of a row that begins with none."""
        known = {self.before_label} if whole_row else {self.before_first}
        return known if self.whole else {*known, self.inside, 2 * self.inside}

    def behind(self, after: Unit) -> set[int]:
        """Separators that may stand behind a row whose last cell is filled.

        What follows the table may stand closer than a label of it does, but never farther.
        """
        if self.whole and (after.bars if self.by_bars else after.ends) >= self.before_label:
            return {self.before_label}
        return {self.before_label, self.inside, 0 if self.by_bars else 1}


NO_SPACING = Spacing(False, 0, 0, 0, whole=False, apart=False)


def spacing_of(groups: Sequence[Group]) -> Spacing:
    """The usual separators of a text: of rows that are whole, else the fewest seen."""
    soft = [group for group in groups if not group.hard]
    if not any(len(group.values) > 1 for group in soft):
        return replace(_narrowest(soft), apart=False)
    for section, columns in ((Section.APPLICATIONS, 7), (Section.ARTICLE20, 3)):
        rows = [
            (group, after)
            for group, after in itertools.pairwise([*soft, None])
            if group and group.section is section and len(group.values) == columns
        ]
        inside = Counter((u.bars, u.ends) for g, _ in rows for u in g.values[1:])
        if inside:
            first = Counter((g.values[0].bars, g.values[0].ends) for g, _ in rows)
            behind = Counter(
                (after.labels[0].bars, after.labels[0].ends) for _, after in rows
                if after is not None and after.labels
            )  # fmt: skip
            usual = inside.most_common(1)[0][0]
            side = 0 if usual[0] else 1  # bars, where there are any
            tail = behind.most_common(1)[0][0][side] if behind else usual[side]
            return Spacing(not side, usual[side], first.most_common(1)[0][0][side], tail)
    return _narrowest(soft)


def _narrowest(groups: Sequence[Group]) -> Spacing:
    values = [(u.bars, u.ends) for g in groups for u in g.values]
    if not values:
        return NO_SPACING
    by_bars = 2 * sum(1 for bars, _ in values if bars) > len(values)
    side = 0 if by_bars else 1
    labels = [(u.bars, u.ends) for g in groups for u in g.labels[1:]]
    usual = min(count for pair in (*values, *labels) if (count := pair[side]) or not by_bars)
    rows = [
        (group, after)
        for group, after in itertools.pairwise(groups)
        if group.values and after.labels and group.section is after.section
    ]
    behind = [(after.labels[0].bars, after.labels[0].ends)[side] for _, after in rows]
    least = Spacing(by_bars, usual, usual, min(behind, default=usual), whole=False)
    return _of_rows_that_come_out(rows, least) or least


def _of_rows_that_come_out(rows: Sequence[tuple[Group, Group]], least: Spacing) -> Spacing | None:
    """The spacing with which blanks and numbers make every row of part three seven columns wide.

    No row has all its numbers, but some begin with one and some end with one.
    """
    sevens = [(g, after) for g, after in rows if g.section is Section.APPLICATIONS]
    if len(sevens) < FEWEST_ROWS:
        return None
    firsts = [(g.values[0].bars, g.values[0].ends)[not least.by_bars] for g, _ in sevens]
    lasts = [(a.labels[0].bars, a.labels[0].ends)[not least.by_bars] for _, a in sevens]
    spacing = Spacing(least.by_bars, least.inside, min(firsts), min(lasts))
    for group, after in sevens:
        blanks = [
            spacing.blanks(group.values[0], spacing.before_first),
            *(spacing.blanks(unit, spacing.inside) for unit in group.values[1:]),
            spacing.blanks(after.labels[0], spacing.before_label),
        ]
        if None in blanks or len(group.values) + sum(n or 0 for n in blanks) != APPLICANTS:
            return None
    return spacing


def place_values(
    group: Group,
    columns: int,
    spacing: Spacing,
    after: Unit | None,
    *,
    padded: int | None = None,
    in_place: bool = True,
) -> list[Value]:
    """The value cells of a row of ``columns``; a column without a cell is not in the source.

    ``after`` is the unit that follows the row, ``padded`` the cell at which values begin in every
    row of a table that pads its merged cells in place. Unless blank cells keep their place
    (``in_place``), a row that ends in blanks may have them anywhere.
    """
    values = list(group.values)
    if group.hard:
        if padded is not None and padded > group.lead:
            values = values[padded - group.lead :]
        return _hard(group, values, columns, group.width, in_place)
    filled = [unit for unit in values if unit.text]
    if not filled:
        place = group.labels[-1].end if group.labels else 0
        return [Value(column, "", (place, place)) for column in range(columns)]
    if len(filled) == columns:
        return [_value(column, unit) for column, unit in enumerate(filled)]
    if columns == 1:
        return [_value(column, unit) for column, unit in enumerate(filled)]
    spaced = _by_separators(
        filled, columns, spacing, after, whole_row=group.section is Section.REVIEW
    )
    if spaced is not None:
        return spaced
    if len(filled) == 1 and _same_digits(filled[0].text, columns, apart=spacing.apart):
        return [_digit(column, filled[0]) for column in range(columns)]
    return _unknown(filled, columns)


def under_heads(group: Group, heads: Sequence[Unit]) -> tuple[Unit, ...]:
    """One unit a head: what stands in the cells from a head to the next, in a row of more cells.

    A cell that covers several columns is followed by blanks, or repeated; other numbers beside it
    are not its own, and then the row stays as it is.
    """
    found: list[Unit] = []
    for index, head in enumerate(heads):
        end = heads[index + 1].column if index + 1 < len(heads) else float("inf")
        cells = [unit for unit in group.values if head.column <= unit.column < end]
        filled = [unit for unit in cells if unit.text]
        if not cells or len({unit.text for unit in filled}) > 1:
            return group.values
        found.append(filled[0] if filled else cells[0])
    return tuple(found)


def said_once(values: Sequence[Unit], heads: Sequence[str], columns: int) -> tuple[Unit, ...]:
    """One value a head, where the converter says merged cells several times, heads and all.

    The row stays as it is where what it says under one head is not the same throughout.
    """
    runs = [len(list(run)) for _, run in itertools.groupby(heads)]
    if len(runs) != columns or len(heads) != len(values):
        return tuple(values)
    found: list[Unit] = []
    at = 0
    for count in runs:
        if len({unit.text for unit in values[at : at + count]}) > 1:
            return tuple(values)
        found.append(values[at])
        at += count
    return tuple(found)


def keeps_blanks(groups: Sequence[Group]) -> bool:
    """Whether a blank cell stands before a number in some row: blank cells keep their place.

    Where none does, the converter may have dropped blank cells and filled rows up at their end.
    """
    return any(
        not before.text and unit.text
        for group in groups
        if group.hard
        for before, unit in itertools.pairwise(group.values)
    )


def _hard(group: Group, values: list[Unit], columns: int, cut: int, in_place: bool) -> list[Value]:
    blank_end = not cut or (values and not values[-1].text)
    while len(values) > columns and not values[-1].text:
        values.pop()
    filled = [unit for unit in values if unit.text]
    if blank_end and not in_place and 0 < len(filled) < columns:
        return _unknown(filled, columns)
    if len(values) <= columns:
        whole = len(values) == columns
        if len(filled) == 1 < columns and _same_digits(filled[0].text, columns, apart=whole):
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
    filled: Sequence[Unit],
    columns: int,
    spacing: Spacing,
    after: Unit | None,
    *,
    whole_row: bool,
) -> list[Value] | None:
    """Values with blank cells between them told by separators; None unless all columns come out.

    Before the first value and after the last a row may have separators of its own, where no whole
    row shows how many: then just one way to fill all columns settles it.
    """
    between = [spacing.blanks(unit, spacing.inside) for unit in filled[1:]]
    if None in between:
        return None
    inner = [count or 0 for count in between]
    missing = columns - len(filled) - sum(inner)
    # before the first value stands its label, or (in part four) the row of heads
    firsts = {spacing.blanks(filled[0], usual) for usual in spacing.before(whole_row)}
    lasts = (
        {0} if after is None else {spacing.blanks(after, usual) for usual in spacing.behind(after)}
    )
    ways = {
        (first, last)
        for first, last in itertools.product(firsts, lasts)
        if first is not None and last is not None and first + last == missing
    }
    if len(ways) != 1:
        return None
    ((before, behind),) = ways
    found: list[Value] = []
    for unit, blanks in zip(filled, (before, *inner), strict=True):
        found += [Value(len(found) + i, "", (unit.start, unit.start)) for i in range(blanks)]
        found.append(_value(len(found), unit))
    end = filled[-1].end
    return found + [Value(len(found) + i, "", (end, end)) for i in range(behind)]


def _unknown(filled: Sequence[Unit], columns: int) -> list[Value]:
    """Every column with all that the row says: which number is whose cannot be known."""
    text = UNKNOWN.join(unit.text for unit in filled) + (
        UNKNOWN.rstrip() if len(filled) < 2 else ""
    )
    span = (filled[0].start, filled[-1].end)
    return [Value(column, text, span) for column in range(columns)]


def _same_digits(text: str, columns: int, *, apart: bool) -> bool:
    """One digit, or a slash, for every column: only then is it known where one value ends.

    Where values stand ``apart``, 333 is a number; 000 is none even there.
    """
    alike = len(text) == columns and len(set(text)) == 1
    return alike and (text[0] in "0/／" or (text.isdecimal() and not apart))


def _digit(column: int, unit: Unit) -> Value:
    return Value(column, unit.text[column], (unit.start + column, unit.start + column + 1))


def _value(column: int, unit: Unit) -> Value:
    return Value(column, unit.text, (unit.start, unit.end))
