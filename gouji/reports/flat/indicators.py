"""Tables of indicators (T14, T08) in flattened text: rows of label, unit and values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from ..forms_t14 import INDICATOR_MARK
from ..labels import read_label, words_of
from ..panels import LETTERS, head_role, is_aside, is_unit
from ..printed_lines import unit_in_label
from ..value_columns import count_up
from .indicator_rows import (
    UNSURE,
    IndicatorRow,
    holds_digit,
    plain_row,
    whole_number,
    with_lost_blanks,
)
from .regions import Region, is_heading
from .units import SENTENCE, TextLine, Unit, without_gaps

FEWEST_MARKS = 4  # lines with words of such a table
WIDEST_GAP = 24  # lines without such words inside the table
LONGEST_LABEL = 70
LONGEST_HEAD = 8  # a longer text with 总数 in it is a label
CAPTIONS = 12  # units over the heads
# Numbers that go on by one from row to row, so many and so large a share of the rows, number them.
FEWEST_SERIALS = 6
SERIALS = 0.6
FEWEST_ROWS = 12  # of which no unit and no value comes twice
AFTER = 40  # lines behind the last telling one that may belong to the table
# A label, its unit and its value in one piece: 收到申请数件12
_RUN_ON = re.compile(
    r"(?P<label>.*[\u3400-\u9fff)）》])\s*(?P<unit>条|件|次|篇|个|人次|人|万元|元)?"
    r"(?P<value>\d[\d,，]*(?:\.\d+)?)"
)


_VALUE_HEAD = re.compile(
    r"(?:本年|全年|历年|年度)累计|累计|本期|本季|本月|20\d\d年度?|去年|上年|合计|本级|统计数|数量"
    r"|[区县市]政府|[区县市]直|乡镇"
)
FIRST_LINES = ("主动公开", "一主动公开", "其中")  # a table of indicators begins with these


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
    above = first
    while above > 0 and (_is_head(lines[above - 1]) or _is_letters(lines[above - 1])):
        above -= 1
        first = above if _is_head(lines[above]) else first
    while last < len(lines) and last - best[-1] < AFTER and _goes_on(lines[last]):
        last += 1
    return Region(first, last)


def _role(text: str) -> str:
    role = head_role(text)
    return "" if role == "value" and len(words_of(text)) > LONGEST_HEAD else role


def _marked(line: TextLine) -> bool:
    words = "".join(unit.words for unit in line.units)
    if not INDICATOR_MARK.search(words) or "统计表" in words:
        return False
    if len(words) > 2 * LONGEST_LABEL and not line.hard:
        return False
    return SENTENCE.search(line.text) is None


def _is_head(line: TextLine) -> bool:
    filled = [unit for unit in line.units if unit.text]
    return bool(filled) and (all(_role(unit.text) for unit in filled) or bool(_heads_of(line)))


def _heads_of(line: TextLine) -> list[Unit]:
    """The heads that stand on one line with blanks between them; none where it has other words."""
    if len(line.units) != 1 or len(line.text) > LONGEST_LABEL:
        return []
    (unit,) = line.units
    heads = without_gaps([unit._replace(text=token) for token in line.text.split()])
    return heads if len(heads) > 1 and all(_role(head.text) for head in heads) else []


def _is_letters(line: TextLine) -> bool:
    return all(_numbers_column(unit) for unit in line.units if unit.text)


def _numbers_column(unit: Unit) -> bool:
    """Whether a text numbers a column under its head: 甲, 乙, 1, 2."""
    return unit.text in LETTERS or (unit.text.isdecimal() and len(unit.text) == 1)


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
            plain_row((int(u.column), u) for u in line.units if u.row is not None)
            for line in lines
            if line.hard
        ]
        heads = _under_heads(list(takewhile(_all_heads, rows[:2])))
        return [*heads, *with_lost_blanks(rows[len(heads) :], _width(heads))]
    return _rebuilt([unit for line in lines for unit in _pieces(line)], _several_fused(lines))


def _all_heads(row: IndicatorRow) -> bool:
    return all(_role(unit.text) for _, _, unit in row.cells if unit.text)


def _width(heads: Sequence[IndicatorRow]) -> int:
    """How many cells a row under the heads has; 0 without heads."""
    return sum(span for _, span, _ in heads[0].cells) if heads else 0


def _several_fused(lines: Sequence[TextLine]) -> bool:
    """Whether labels and numbers run together under the heads of several value columns."""
    heads = "".join(words_of(line.text) for line in lines[:CAPTIONS])
    first = min((heads.find(mark) for mark in FIRST_LINES if mark in heads), default=0)
    fused = sum(_is_fused(unit) for line in lines for unit in line.units)
    return fused > FEWEST_MARKS and len(_VALUE_HEAD.findall(heads[:first])) > 1


def _is_fused(unit: Unit) -> bool:
    match = None if unit.value or is_unit(unit.text) else _RUN_ON.fullmatch(unit.text)
    return match is not None and bool(read_label(match["label"]).words)


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
    return [IndicatorRow(moved), plain_row(enumerate(lower, start))]


def _pieces(line: TextLine) -> list[Unit]:
    found: list[Unit] = []
    if heads := _heads_of(line):
        return heads
    for unit in line.units:
        match = _RUN_ON.fullmatch(unit.text) if _is_fused(unit) else None
        exact = unit.end - unit.start == len(unit.text)
        if match is None or not exact:
            found.append(unit)
            continue
        for name in ("label", "unit", "value"):
            if match[name]:
                start = unit.start + match.start(name)
                found.append(
                    unit._replace(text=match[name], start=start, end=start + len(match[name]))
                )
    return found


@dataclass(slots=True)
class _Open:
    """A row that is being put together."""

    labels: list[Unit] = field(default_factory=list)
    unit: Unit | None = None
    values: list[Unit] = field(default_factory=list)


def _rebuilt(units: Sequence[Unit], several_fused: bool) -> list[IndicatorRow]:
    heads: list[Unit] = []
    at = next((i for i, unit in enumerate(units[:CAPTIONS]) if _role(unit.text)), 0)
    while at < len(units) and (_role(units[at].text) or (heads and _numbers_column(units[at]))):
        if _role(units[at].text):
            heads.append(units[at])
        at += 1
    halves = max(1, sum(1 for head in heads if _role(head.text) == "label"))
    rows = _rows(units[at:])
    _drop_serials(rows)
    heads = _without_codes(heads, rows)
    counts = Counter(len(row.values) for row in rows if row.values)
    columns = counts.most_common(1)[0][0] if counts else 1
    has_unit = any(row.unit for row in rows)
    made = [_head_row(heads[: len(heads) // halves], has_unit, columns)] if heads else []
    # of several columns each needs its head: else nobody can say which number is which
    headed = bool(made) and len(made[0].cells) == columns + 1 + has_unit
    ordered = not (_deduplicated(rows) or _out_of_order(rows, columns))
    sure = (columns == 1 or headed) and ordered and not several_fused
    for row in [row for half in range(halves) for row in rows[half::halves]]:
        made += _row(row, has_unit, columns, sure)
    return made


def _rows(units: Sequence[Unit]) -> list[_Open]:
    rows: list[_Open] = []
    row = _Open()
    for unit in units:
        if is_unit(unit.text) and row.labels:
            row.unit = row.unit or unit
        elif unit.value and row.labels:
            row.values.append(unit)
        elif unit.value:
            continue  # the number of the first row, a page number
        else:
            if row.unit is not None or row.values:
                rows.append(row)
                row = _Open()
            row.labels.append(unit)
    if row.labels:
        rows.append(row)
    return rows


def _drop_serials(rows: Sequence[_Open]) -> None:
    """Take off the numbers of rows: each stands behind the values of the row before its own."""
    last = [whole_number(row.values[-1].text) if row.values else None for row in rows]
    offsets = Counter(number - index for index, number in enumerate(last) if number is not None)
    if not offsets:
        return
    offset, fitting = offsets.most_common(1)[0]
    if fitting < FEWEST_SERIALS or fitting < SERIALS * sum(number is not None for number in last):
        return
    for index, row in enumerate(rows):
        if last[index] == index + offset:
            row.values.pop()


def _without_codes(heads: list[Unit], rows: Sequence[_Open]) -> list[Unit]:
    """Take off the codes of rows, which stand between units and values; the heads without theirs.

    A row whose value is blank has its code all the same.
    """
    roles = [_role(head.text) for head in heads]
    first = roles.index("label") if "label" in roles else len(roles)
    codes = [index for index, role in enumerate(roles) if role == "number" and index > first]
    numbered = [row for row in rows if row.values]
    if len(codes) != 1 or "value" in roles[: codes[0]] or len(numbered) < FEWEST_SERIALS:
        return heads
    if not count_up([whole_number(row.values[0].text) for row in numbered]):
        return heads
    for row in numbered:
        del row.values[0]
    return [head for index, head in enumerate(heads) if index != codes[0]]


def _deduplicated(rows: Sequence[_Open]) -> bool:
    """Whether no unit and no value comes twice: the extractor dropped every repeated line."""
    texts = [unit.text for row in rows for unit in (*row.values, row.unit) if unit is not None]
    return len(rows) >= FEWEST_ROWS and len(texts) == len(set(texts))


def _out_of_order(rows: Sequence[_Open], columns: int) -> bool:
    """Whether some rows have too many numbers and others none: they are not in their rows."""
    many = any(sum(holds_digit(unit) for unit in row.values) > columns for row in rows)
    return many and any(row.unit is not None and not row.values for row in rows)


def _head_row(heads: Sequence[Unit], has_unit: bool, columns: int) -> IndicatorRow:
    """The heads of a row's columns; 序号 before the labels and a head over others are none."""
    roles = [_role(head.text) for head in heads]
    first = roles.index("label") if "label" in roles else 0
    beside = [
        (head, role)
        for index, (head, role) in enumerate(zip(heads, roles, strict=True))
        if role not in ("label", "unit") and not (role == "number" and index < first)
    ]
    valued = [head for head, role in beside if role == "value"]
    if len(beside) == columns + 1 and len(valued) > 2:
        beside = [pair for pair in beside if pair[0] is not valued[0]]
    cells = [(0, head) for head, role in zip(heads, roles, strict=True) if role == "label"][:1]
    if has_unit:
        cells += [(1, head) for head, role in zip(heads, roles, strict=True) if role == "unit"][:1]
    cells += [(1 + has_unit + n, head) for n, (head, _) in enumerate(beside[:columns])]
    return plain_row(cells)


def _row(row: _Open, has_unit: bool, columns: int, sure: bool) -> list[IndicatorRow]:
    """Earlier labels are headings of their own; one begun without an ordinal goes on."""
    labels: list[Unit] = []
    for unit in row.labels:
        before = labels[-1] if labels else None
        if before is not None and not _begins(unit) and not _whole(before):
            labels[-1] = before._replace(text=before.text + unit.text, end=unit.end)
        else:
            labels.append(unit)
    first = 2 if has_unit else 1
    nothing = labels[-1]._replace(text="" if sure else UNSURE, start=labels[-1].end)
    blank = [(first + index, nothing) for index in range(columns)]
    made = [
        plain_row([(0, label), *(blank if unit_in_label(label.text) else ())])
        for label in labels[:-1]
    ]
    cells: list[tuple[int, Unit]] = [(0, labels[-1])]
    if row.unit is not None:
        cells.append((1, row.unit))
    values = row.values
    if has_unit and row.unit is None and not any(map(holds_digit, values)):
        values = values[-columns:]  # a chapter prints a dash for its unit as well
    if not values:
        stated = row.unit is not None or unit_in_label(labels[-1].text) is not None
        values = [nothing] * columns if stated else []
    elif not sure or len(values) != columns:
        text = " | ".join(unit.text for unit in values) + (" |" if len(values) < 2 else "")
        values = [values[0]._replace(text=text, end=values[-1].end)] * columns
    cells += [(first + index, unit) for index, unit in enumerate(values)]
    return [*made, plain_row(cells)]


def _begins(unit: Unit) -> bool:
    if unit_in_label(unit.text) and not words_of(unit.text).removeprefix("单位")[4:]:
        return False  # the end of a label: (单位:件)
    label = read_label(unit.text)
    return bool(label.ordinal) or unit.text.startswith("其中")


def _whole(unit: Unit) -> bool:
    """Whether a label is one already, and no first half of one."""
    return unit_in_label(unit.text) is not None or unit.words.endswith(
        ("数", "数量", "情况", "经费", "费用", "次数", "总数", "条", "人员")
    )
