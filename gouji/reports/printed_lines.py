"""Rows of tables of indicators as printed lines: label, unit and values, in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gouji.model import Kind, TableCell

from .amounts import parse_amount, plain
from .filled import FilledCell, fill_from
from .labels import Label, read_label, words_of
from .pairing import Half, joined
from .panels import (
    EDGE,
    Panel,
    carried_panels,
    fitting_panels,
    head_panels,
    holds_value,
    inferred_panels,
    is_aside,
    numbers_columns,
    unit_named,
)
from .rows import PartRow, by_part
from .value_columns import with_unit_column, with_whole_columns

# Cells of a row: a form set in halves with several columns has some 20. Lists have hundreds.
MOST_CELLS = 60

LONGEST_UNIT = 10  # characters of (单位:人次)

_OF_WHICH = re.compile(r"^其中[:,、]?")
_RINGED = re.compile(r"^(?:\((\d{1,2})\)|(\d{1,2})[)])[.、,:]?")
_UNIT_IN_LABEL = re.compile(r"[(](?:单位[::]?)?([^()]{1,3})[)]$")
_OWN_LINE = frozenset(("合计", "总计", "小计", "总数", "数量", "总量"))
_CHAPTER = re.compile(r"[(]?[一二三四五六七八九十]+[)、.,]")
_NOTE = re.compile(r"[(][^()]*[)]")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A row of one panel: its labels from left to right, its unit and its value cells."""

    row: PartRow
    panel: Panel
    labels: tuple[str, ...]  # those of groups it stands in, then its own; "" where it has none
    unit: str | None  # that the unit column names
    values: tuple[tuple[TableCell, ...], ...]  # by value column

    @property
    def text(self) -> str:
        """Its own label as printed."""
        return self.labels[-1]

    @property
    def said(self) -> str:
        """The words that tell the line: of a group's own line, 合计 or 总数, the group's."""
        own_line = len(self.labels) > 1 and words_of(self.text) in _OWN_LINE
        return self.labels[-2] if own_line else self.text

    @property
    def has_values(self) -> bool:
        """Whether anything stands where values stand."""
        return any(plain(cell.text) for cells in self.values for cell in cells)

    @property
    def has_number(self) -> bool:
        """Whether a value cell prints a number, or something that may have been one."""
        return any(
            parse_amount(cell.text).kind not in (Kind.BLANK, Kind.NOT_APPLICABLE)
            and holds_value(cell.text)
            for cells in self.values
            for cell in cells
        )

    @property
    def is_indicator(self) -> bool:
        """Whether the line states something: headings print dashes, notes and tails words.

        A line without number and unit is a heading where the other lines have units; where none
        has, a line without a chapter's number has its value left blank.
        """
        values = [cell for cells in self.values for cell in cells]
        if not values or not all(holds_value(cell.text) for cell in values):
            return self.has_number
        unit = self.unit or unit_in_label(self.text)
        unnumbered = not _CHAPTER.match(plain(self.text)) and bool(self.text.strip())
        return self.has_number or unit is not None or (self.panel.unit is None and unnumbered)


Run = tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows under one head, or of a part without one, panel by panel."""

    runs: tuple[Run, ...]


def indicator_label(text: str) -> Label:
    """A label's ordinal and words: 其中 and a unit in brackets behind it taken off."""
    bare = _UNIT_IN_LABEL.sub("", _OF_WHICH.sub("", plain(text)))
    return read_label(_RINGED.sub(lambda m: f"{m.group(1) or m.group(2)}.", bare))


def unit_in_label(text: str) -> str | None:
    """The unit that a label names in brackets at its end: (单位:件), (件)."""
    match = _UNIT_IN_LABEL.search(plain(text)[-LONGEST_UNIT:])
    return unit_named(match.group(1)) if match else None


def bare_of_notes(text: str) -> str:
    """A label without its notes in brackets; an ordinal in brackets stays."""
    bare = _OF_WHICH.sub("", plain(text))
    return bare[:3] + _NOTE.sub("", bare[3:]) if bare.startswith("(") else _NOTE.sub("", bare)


def stretches(rows: Sequence[PartRow]) -> list[Stretch]:
    """The rows of a table of indicators by head and panel; tails, captions and heads left out."""
    result: list[Stretch] = []
    panels: tuple[Panel, ...] = ()
    for part_rows in by_part(row for row in rows if len(row.cells) <= MOST_CELLS):
        body: list[PartRow] = []
        headed = False
        index = 0
        while index < len(part_rows):
            head = head_panels(part_rows, index)
            if head is None:
                body.append(part_rows[index])
                index += 1
                continue
            if headed or panels:
                panels = _add(result, panels, body, own=headed)
            panels, index = head
            body, headed = [], True
        panels = _add(result, panels, body, own=headed)
    return result


def _add(
    result: list[Stretch],
    panels: tuple[Panel, ...],
    rows: list[PartRow],
    *,
    own: bool,
) -> tuple[Panel, ...]:
    """Add the lines of rows that stand in ``panels``, or in those the rows show themselves."""
    if not rows:
        return panels
    own = own and fitting_panels(panels, rows)
    if not own and not (panels and carried_panels(panels, rows) and fitting_panels(panels, rows)):
        panels = _with_heads(inferred_panels(rows), panels) or panels
    stated = [row for row in rows if not (_aside(row) or numbers_columns(row))]
    runs = []
    for panel in panels:
        cleared = with_whole_columns(with_unit_column(panel, rows), rows)
        lines = [_line(row, cleared) for row in stated]
        runs.append(tuple(line for line in lines if line is not None))
    result.append(Stretch(tuple(runs)))
    return panels


def _with_heads(panels: tuple[Panel, ...], before: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """Panels without heads under those of the page before, where they are as many."""
    if [len(p.values) for p in panels] != [len(p.values) for p in before]:
        return panels
    return tuple(replace(p, values=b.values) for p, b in zip(panels, before, strict=True))


def _aside(row: PartRow) -> bool:
    """Whether a row says who filled in the table, or is a note: 单位负责人, 填报日期, 注."""
    return any(is_aside(cell.text) for cell in row.cells if cell.row == row.row)


def _line(row: PartRow, panel: Panel) -> PrintedLine | None:
    edge = panel.labels_end - EDGE
    cells = [c for c in row.cells if panel.holds(c) and not panel.beside_values(c)]
    named = [c for c in cells if c.box.left < edge and c.text.strip() and not holds_value(c.text)]
    right = {id(c) for c in cells if c.box.left >= edge}
    values = tuple(
        tuple(c for c in place if id(c) in right) for place in panel.columns.cells_in(row)
    )
    own = [c for c in named if c.row == row.row]
    begun = any(c.row == row.row for place in values for c in place)
    if not own and not begun:
        return None  # a stray edge made a second row of one: everything began above it
    unit = None
    if panel.unit is not None:
        left, end = panel.unit
        beside = (
            c for c in cells if id(c) in right and left - EDGE <= c.box.center_x <= end + EDGE
        )
        unit = next((named_unit for c in beside if (named_unit := unit_named(c.text))), None)
    labels = [c.text for c in named if not own or c is not own[-1]]
    return PrintedLine(row, panel, (*labels, own[-1].text if own else ""), unit, values)


def in_reading_orders(found: Sequence[Stretch]) -> list[list[PrintedLine]]:
    """The lines in each order in which a table set in halves may be read.

    Down the left half of all pages and then the right; page by page; across, row by row.
    """
    most = max((len(stretch.runs) for stretch in found), default=0)
    by_page = [line for stretch in found for run in stretch.runs for line in run]
    if most < 2:
        return [by_page]
    down = [
        line
        for index in range(most)
        for stretch in found
        for line in (stretch.runs[index] if index < len(stretch.runs) else ())
    ]
    across = [
        line
        for stretch in found
        for line in sorted(
            (line for run in stretch.runs for line in run),
            key=lambda line: (line.row.row, line.panel.left),
        )
    ]
    return [down, by_page, across]


def rejoined(
    lines: Sequence[PrintedLine], likeness_to_form: Callable[[Label], float]
) -> list[PrintedLine]:
    """Rows that a page break, or a reader that takes lines for rows, cut in two, put together."""
    result: list[PrintedLine] = []
    for line in lines:
        before = result[-1] if result else None
        if (
            before is not None
            and (which := joined(_half(before), _half(line), likeness_to_form)) is not None
        ):
            kept = before if which == "first" else line
            labels = (*before.labels[:-1], before.text + line.text)
            result[-1] = replace(kept, labels=labels, unit=before.unit or line.unit)
        else:
            result.append(line)
    return result


def _half(line: PrintedLine) -> Half:
    return Half(line.text, line.has_values, bool(line.text.strip()))


def fill_line(
    line: PrintedLine,
    keys: Sequence[str | None],
    *,
    label_score: float,
    flags: list[str],
) -> list[FilledCell]:
    """The value cells of a line under the given keys, one a value column."""
    label = line.text.replace("\n", "")
    unit = line.unit or unit_in_label(line.text)
    result = []
    for key, column, cells in zip(keys, line.panel.values, line.values, strict=True):
        if key is None:
            continue
        placing = line.panel.columns.certainty
        shared = any(
            plain(c.text) and (line.panel.columns.covered_by(c) > 1 or c.row < line.row.row)
            for c in cells
        )
        if shared:
            flags.append("values_merged")
            placing = 0.5
        filled = fill_from(
            key, cells, line.row.part, label, label_score=label_score, placing=placing
        )
        amount = filled.amount
        if cells and amount.unit is None:
            amount = replace(amount, unit=unit or column.unit)
        head = column.head or None
        result.append(filled._replace(amount=amount, column_label=head))
    return result
