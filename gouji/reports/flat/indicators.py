"""Tables of indicators (T14, T08) in flattened text: rows of label, unit and values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..forms_t14 import INDICATOR_MARKS
from ..labels import read_label, words_of
from ..panels import head_role, is_aside, is_unit
from .regions import Region, is_heading
from .units import SENTENCE, TextLine, Unit

FEWEST_MARKS = 4  # lines with words of such a table
WIDEST_GAP = 24  # lines without such words inside the table
LONGEST_LABEL = 70
LONGEST_HEAD = 8  # a longer text with 总数 in it is a label
CAPTIONS = 12  # units over the heads
AFTER = 40  # lines behind the last telling one that may belong to the table
# A label, its unit and its value in one piece: 收到申请数件12
_RUN_ON = re.compile(
    r"(?P<label>.*[\u3400-\u9fff)）》])\s*(?P<unit>条|件|次|篇|个|人次|人|万元|元)?"
    r"(?P<value>\d[\d,，]*(?:\.\d+)?)"
)


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One row: units by column from 0, and how many columns each covers."""

    cells: tuple[tuple[int, int, Unit], ...]


def find_indicators(lines: Sequence[TextLine]) -> Region | None:
    """The lines of a table of indicators; None where the text has none."""
    marked = [index for index, line in enumerate(lines) if _marked(line)]
    clusters: list[list[int]] = []
    for index in marked:
        if clusters and index - clusters[-1][-1] <= WIDEST_GAP:
            clusters[-1].append(index)
        else:
            clusters.append([index])
    best = max(clusters, key=len, default=[])
    if len(best) < FEWEST_MARKS:
        return None
    first, last = best[0], best[-1] + 1
    while first > 0 and _is_head(lines[first - 1]):
        first -= 1
    while last < len(lines) and last - best[-1] < AFTER and _goes_on(lines[last]):
        last += 1
    return Region(first, last)


def _role(text: str) -> str:
    role = head_role(text)
    return "" if role == "value" and len(words_of(text)) > LONGEST_HEAD else role


def _marked(line: TextLine) -> bool:
    words = "".join(unit.words for unit in line.units)
    if (
        not words
        or SENTENCE.search(line.text)
        or (len(words) > 2 * LONGEST_LABEL and not line.hard)
    ):
        return False
    return "统计表" not in words and any(mark in words for mark in INDICATOR_MARKS)


def _is_head(line: TextLine) -> bool:
    filled = [unit for unit in line.units if unit.text]
    return bool(filled) and all(_role(unit.text) for unit in filled)


def _goes_on(line: TextLine) -> bool:
    if any(is_aside(unit.text) for unit in line.units):
        return False
    if line.hard:
        return True
    if is_heading(line.text) or SENTENCE.search(line.text):
        return False
    return len(line.words) <= LONGEST_LABEL


def indicator_rows(lines: Sequence[TextLine]) -> list[IndicatorRow]:
    """The rows of the table, as they stand or rebuilt from cells that follow each other."""
    if sum(1 for line in lines if line.hard) * 2 > len(lines):
        rows = [
            _plain_row((int(u.column), u) for u in line.units if u.row is not None)
            for line in lines
            if line.hard
        ]
        return [*_under_heads(rows[:2]), *rows[2:]]
    return _rebuilt([unit for line in lines for unit in _pieces(line)])


def _under_heads(rows: list[IndicatorRow]) -> list[IndicatorRow]:
    """A second row of heads put under the head it divides, where merged cells leave no blanks."""
    if len(rows) < 2:
        return rows
    upper = [(column, unit, _role(unit.text)) for column, _, unit in rows[0].cells if unit.text]
    lower = [unit for _, _, unit in rows[1].cells if unit.text]
    start = next((column for column, _, role in upper if role == "value"), None)
    if start is None or len(lower) < 2 or any(_role(unit.text) != "value" for unit in lower):
        return rows
    if rows[1].cells[0][2].text == "":
        return rows  # blanks stand for the merged cells
    more = len(lower) - 1
    moved = tuple(
        (c + more if c > start else c, len(lower) if c == start else 1, unit)
        for c, unit, _ in upper
    )
    return [IndicatorRow(moved), _plain_row(enumerate(lower, start))]


def _plain_row(cells: Iterable[tuple[int, Unit]]) -> IndicatorRow:
    return IndicatorRow(tuple((column, 1, unit) for column, unit in cells))


def _pieces(line: TextLine) -> list[Unit]:
    found: list[Unit] = []
    tokens = line.text.split()
    if len(line.units) == 1 and len(tokens) > 1 and all(_role(token) for token in tokens):
        (unit,) = line.units
        return [replace(unit, text=token) for token in tokens]  # heads on one line
    for unit in line.units:
        match = None if unit.value or is_unit(unit.text) else _RUN_ON.fullmatch(unit.text)
        exact = unit.end - unit.start == len(unit.text)
        if match is None or not exact or not read_label(match["label"]).words:
            found.append(unit)
            continue
        for name in ("label", "unit", "value"):
            if match[name]:
                start = unit.start + match.start(name)
                found.append(
                    replace(unit, text=match[name], start=start, end=start + len(match[name]))
                )
    return found


@dataclass(slots=True)
class _Open:
    """A row that is being put together."""

    labels: list[Unit] = field(default_factory=list)
    unit: Unit | None = None
    values: list[Unit] = field(default_factory=list)


def _rebuilt(units: Sequence[Unit]) -> list[IndicatorRow]:
    heads: list[Unit] = []
    at = next((i for i, unit in enumerate(units[:CAPTIONS]) if _role(unit.text)), 0)
    while at < len(units) and _role(units[at].text):
        heads.append(units[at])
        at += 1
    halves = max(1, sum(1 for head in heads if _role(head.text) == "label"))
    numbered = any(_role(head.text) == "number" for head in heads[:1])
    rows = _rows(units[at:], numbered)
    counts = Counter(len(row.values) for row in rows if row.values)
    columns = counts.most_common(1)[0][0] if counts else 1
    has_unit = any(row.unit for row in rows)
    made = [_head_row(heads[: len(heads) // halves], has_unit, columns)] if heads else []
    # of several columns each needs its head: else nobody can say which number is which
    sure = columns == 1 or (made and len(made[0].cells) == columns + 1 + has_unit)
    for row in [row for half in range(halves) for row in rows[half::halves]]:
        made += _row(row, has_unit, columns, bool(sure))
    return made


def _rows(units: Sequence[Unit], numbered: bool) -> list[_Open]:
    rows: list[_Open] = []
    row = _Open()
    serial = 1
    for unit in units:
        if is_unit(unit.text) and row.labels:
            row.unit = row.unit or unit
        elif unit.value and row.labels:
            row.values.append(unit)
        elif unit.value:
            continue  # the number of the first row, a page number
        else:
            if row.unit is not None or row.values:
                if numbered and row.values and row.values[-1].text == str(serial + 1):
                    row.values.pop()  # the number of the row that begins
                    serial += 1
                rows.append(row)
                row = _Open()
            row.labels.append(unit)
    if row.labels:
        rows.append(row)
    return rows


def _head_row(heads: Sequence[Unit], has_unit: bool, columns: int) -> IndicatorRow:
    cells: list[tuple[int, Unit]] = []
    column = 2 if has_unit else 1
    valued = [head for head in heads if _role(head.text) == "value"]
    if len(valued) == columns + 1:
        heads = [head for head in heads if head is not valued[0]]  # it covers the others
    for head in heads:
        role = _role(head.text)
        if role == "label":
            cells.append((0, head))
        elif role == "unit" and has_unit:
            cells.append((1, head))
        elif role not in ("unit", "label") and column < columns + 1 + has_unit:
            if role == "number" and not cells:
                continue  # 序号 before the labels: its numbers are taken off
            cells.append((column, head))
            column += 1
    return _plain_row(cells)


def _row(row: _Open, has_unit: bool, columns: int, sure: bool) -> list[IndicatorRow]:
    """Earlier labels are headings of their own; one begun without an ordinal goes on."""
    labels: list[Unit] = []
    for unit in row.labels:
        before = labels[-1] if labels else None
        if before is not None and not _begins(unit) and not _whole(before):
            labels[-1] = replace(before, text=before.text + unit.text, end=unit.end)
        else:
            labels.append(unit)
    made = [_plain_row([(0, label)]) for label in labels[:-1]]
    first = 2 if has_unit else 1
    cells: list[tuple[int, Unit]] = [(0, labels[-1])]
    if row.unit is not None:
        cells.append((1, row.unit))
    values = row.values
    if not values:
        blank = replace(labels[-1], text="", start=labels[-1].end)
        values = [blank] * columns if row.unit is not None else []
    elif not sure or len(values) != columns:
        text = " | ".join(unit.text for unit in values) + (" |" if len(values) < 2 else "")
        values = [replace(values[0], text=text, end=values[-1].end)] * columns
    cells += [(first + index, unit) for index, unit in enumerate(values)]
    return [*made, _plain_row(cells)]


def _begins(unit: Unit) -> bool:
    label = read_label(unit.text)
    return bool(label.ordinal) or unit.text.startswith("其中")


def _whole(unit: Unit) -> bool:
    """Whether a label is one already, and no first half of one."""
    return unit.words.endswith(("数", "数量", "情况", "经费", "费用", "次数", "总数", "条", "人员"))
