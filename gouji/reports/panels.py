"""Tables of indicators: which of their columns hold labels, units and values.

Told by the words of the head; on a page without a head by the columns of the part before, where
the edges agree; else by what most rows hold. A table set in halves has two panels side by side.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gouji.model import Box, TableCell, TablePart

from .amounts import plain
from .columns import SAME_EDGE, Columns
from .forms_t14 import (
    ASIDE,
    ASIDE_ALONE,
    LABEL_HEADS,
    NUMBER_HEADS,
    REMARK_HEADS,
    UNIT_HEADS,
    VALUE_HEADS,
)
from .labels import ideographs, words_of
from .rows import PartRow
from .values import is_value

EDGE = 2.0  # points that two cells at the same edge may differ by
SPLIT = 0.3  # share of rows with several cells under one head above which the head is not theirs
WORDS = 3  # so many Chinese characters are words, whatever numbers stand among them

_UNIT = re.compile(
    r"\(?(?:单位[:：]?)?(亿元|万元|元|人次|件次|条次|条|件|次|篇|个|人|份|场|期|项|宗|起|部|家|万|%)\)?"
)
_REMARK = re.compile(r"(?:注|说明)\d?[:：]")
LETTERS = frozenset("甲乙丙丁戊己ABCDEFG")
# The cells of a row as letters: label, unit, value, blank. A value may stand before its unit;
# blanks between label and unit are label columns that the row does not need.
_RUN = re.compile(r"(?P<skipped>L+B*)U[VB]+|(?P<labels>L+)[VB]+U?")

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A value column: its head as printed, and the unit that the head names."""

    head: str | None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Label columns, a unit column and value columns side by side; horizontal places in points."""

    left: float
    labels_end: float
    right: float
    unit: Span | None
    columns: Columns
    values: tuple[ValueColumn, ...]
    others: tuple[Span, ...] = ()  # columns of row numbers, codes and remarks

    def holds(self, cell: TableCell) -> bool:
        """Whether a cell belongs to this panel rather than to the one beside it."""
        return self.left - EDGE <= cell.box.center_x <= self.right + EDGE

    def beside_values(self, cell: TableCell) -> bool:
        """Whether a cell stands in a column of row numbers, codes or remarks."""
        return any(_inside(cell, span) for span in self.others)


@lru_cache(maxsize=8192)
def holds_value(text: str) -> bool:
    """Whether a cell's text can be a value: labels here have numbers too (“免予公开范围1”数)."""
    return is_value(text) and len(ideographs(text)) < WORDS


def unit_named(text: str) -> str | None:
    """The unit that a cell of the unit column names; None for a dash, nothing, other words."""
    match = _UNIT.fullmatch(plain(text))
    return match.group(1) if match else None


@lru_cache(maxsize=8192)
def is_aside(text: str) -> bool:
    """Whether a cell or line says who filled in the table, or is a note, and no line of it."""
    words = words_of(text)
    return words.startswith(ASIDE) or words in ASIDE_ALONE or _REMARK.match(plain(text)) is not None


def head_panels(rows: Sequence[PartRow], index: int) -> tuple[tuple[Panel, ...], int] | None:
    """The panels that the head at ``rows[index]`` names, and the index of the row under it."""
    own = [c for c in rows[index].cells if c.row == rows[index].row]
    cells = [part for cell in own for part in _heads_in(cell, rows[index].part)]
    roles = [head_role(cell.text) for cell in cells]
    if not _is_head(roles) and not _is_lower_head(cells, roles):
        return None
    under = index + 1
    below = rows[under] if under < len(rows) else None
    divided = below is not None and _divides(below, cells, roles)
    panels = [_panel(run, below if divided else None) for run in _runs(cells, roles)]
    if not all(panel.values for panel in panels):
        return None
    under += divided
    return _side_by_side(panels, rows[index]), under


def _side_by_side(panels: Sequence[Panel], row: PartRow) -> tuple[Panel, ...]:
    """The panels with nothing left out between them: some label columns have no head."""
    result: list[Panel] = []
    left = min(cell.box.left for cell in row.cells)
    for panel in panels:
        result.append(replace(panel, left=min(left, panel.left)))
        left = panel.right
    return tuple(result)


def head_role(text: str) -> str:
    """What a head cell heads: label, unit, number, remark, value; "" for other words."""
    return _role_of(words_of(text))


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else: 件, (单位:万元)."""
    return _UNIT.fullmatch(plain(text)) is not None


@lru_cache(maxsize=1024)
def _role_of(words: str) -> str:
    for role, heads in (
        ("label", LABEL_HEADS),
        ("unit", UNIT_HEADS),
        ("number", NUMBER_HEADS),
        ("remark", REMARK_HEADS),
    ):
        if words in heads:
            return role
    if len(words) <= 16 and any(re.search(pattern, words) for pattern, _, _ in VALUE_HEADS):
        return "value"
    return ""


def _is_head(roles: Sequence[str]) -> bool:
    """A head has a label's head and a unit's or a value's; or the latter two and a value's."""
    found = set(roles)
    return ("label" in found and bool(found & {"unit", "value"})) or {"unit", "value"} <= found


def _is_lower_head(cells: Sequence[TableCell], roles: Sequence[str]) -> bool:
    """Whether a row is the lower half of a head that a page break cut: no label, several heads."""
    filled = [
        role if not holds_value(cell.text) else ""
        for cell, role in zip(cells, roles, strict=True)
        if plain(cell.text)
    ]
    return len(filled) > 1 and set(filled) == {"value"} and not plain(cells[0].text)


def _heads_in(cell: TableCell, part: TablePart) -> list[TableCell]:
    """A cell that holds the heads of several columns as one cell a head, else itself."""
    pieces = cell.text.split()
    if not 1 < len(pieces) == cell.column_span or not all(map(head_role, pieces)):
        return [cell]
    lefts = {c.column: c.box.left for c in part.cells}
    columns = range(cell.column, cell.column + cell.column_span)
    if any(column not in lefts for column in columns):
        return [cell]
    edges = [cell.box.left, *(lefts[column] for column in columns[1:]), cell.box.right]
    return [
        replace(
            cell,
            column=column,
            column_span=1,
            text=text,
            box=Box(left, cell.box.top, max(left, right), cell.box.bottom),
        )
        for column, text, (left, right) in zip(
            columns, pieces, itertools.pairwise(edges), strict=True
        )
    ]


def _runs(cells: Sequence[TableCell], roles: Sequence[str]) -> list[list[tuple[TableCell, str]]]:
    """Head cells by panel: a new one begins where a label's head follows a value's."""
    runs: list[list[tuple[TableCell, str]]] = [[]]
    for index, (cell, role) in enumerate(zip(cells, roles, strict=True)):
        before = {r for _, r in runs[-1]}
        begins = role == "label" or (role == "number" and "label" in roles[index : index + 2])
        if begins and before & {"value", "", "unit"} and before & {"label", "unit"}:
            runs.append([])
        runs[-1].append((cell, role))
    return runs


def _panel(run: Sequence[tuple[TableCell, str]], below: PartRow | None) -> Panel:
    named = any(role == "label" for _, role in run)
    labels = [c for n, (c, role) in enumerate(run) if role == "label" or (not named and n == 0)]
    units = [c for c, role in run if role == "unit"]
    others = [c for c, role in run if role in ("number", "remark")]
    start = labels[-1].box.right
    heads = [
        c for c, role in run if role in ("value", "") and c not in labels and c.box.left > start - 1
    ]
    if below is not None:
        heads = [
            part
            for head in heads
            for part in (
                [c for c in below.cells if c.row == below.row and _inside(c, _span(head))] or [head]
            )
        ]
    edges = [c.box.left for c in (*units, *heads) if c.box.left > start - 1]
    return Panel(
        run[0][0].box.left,
        min(edges, default=start),
        run[-1][0].box.right,
        _span(units[0]) if units else None,
        Columns(tuple(_span(head) for head in heads), 1.0),
        tuple(ValueColumn(head.text.replace("\n", ""), _head_unit(head.text)) for head in heads),
        tuple(_span(cell) for cell in others),
    )


def _head_unit(text: str) -> str | None:
    match = re.search(r"[(（](?:单位[:：])?([^()（）]{1,3})[)）]$", plain(text))
    return unit_named(match.group(1)) if match else None


def _divides(row: PartRow, heads: Sequence[TableCell], roles: Sequence[str]) -> bool:
    """Whether a row is the second of a head: it divides a value's head and holds no label."""
    own = [cell for cell in row.cells if cell.row == row.row and plain(cell.text)]
    above = [h for h, role in zip(heads, roles, strict=True) if role in ("value", "")]
    return len(own) > 1 and all(
        not holds_value(cell.text) and any(_inside(cell, _span(head)) for head in above)
        for cell in own
    )


def numbers_columns(row: PartRow) -> bool:
    """Whether a row numbers the columns: 甲, 乙, 1, 2."""
    texts = [plain(cell.text) for cell in row.cells if plain(cell.text)]
    return (
        len(texts) > 1
        and texts[0] in LETTERS
        and all(text in LETTERS or text.isdecimal() for text in texts)
    )


def carried_panels(panels: Sequence[Panel], rows: Sequence[PartRow]) -> bool:
    """Whether the rows of a part without a head stand in the columns of the part before."""
    edges = {round(x, 1) for row in rows for c in row.cells for x in (c.box.left, c.box.right)}
    wanted = [
        x
        for panel in panels
        for span in (*panel.columns.spans, panel.unit or (panel.labels_end,) * 2)
        for x in span
    ]
    return bool(edges) and all(any(abs(x - e) <= SAME_EDGE for e in edges) for x in wanted)


def fitting_panels(panels: Sequence[Panel], rows: Sequence[PartRow]) -> bool:
    """Whether most rows have one cell in each value column: heads of several are set as one."""
    split = sum(
        any(len(place) > 1 for panel in panels for place in panel.columns.cells_in(row))
        for row in rows
    )
    return split <= SPLIT * len(rows)


@dataclass(frozen=True, slots=True)
class _ShownRun:
    """Label, unit and value cells side by side in one row."""

    first: TableCell
    unit: TableCell | None
    values: tuple[TableCell, ...]

    @property
    def beside(self) -> tuple[TableCell, ...]:
        """All cells beside the labels."""
        return (*self.values, self.unit) if self.unit else self.values


def _shown_runs(cells: Sequence[TableCell], kinds: str) -> Iterator[_ShownRun]:
    for match in _RUN.finditer(kinds):
        labels = match["skipped"] or match["labels"]
        beside = range(match.start() + len(labels), match.end())
        units = [cells[n] for n in beside if kinds[n] == "U"]
        values = tuple(cells[n] for n in beside if kinds[n] != "U")
        yield _ShownRun(cells[match.start()], units[0] if units else None, values)


def inferred_panels(rows: Sequence[PartRow]) -> tuple[Panel, ...]:
    """The panels that most rows show: words, then a unit, then values; () where none do."""
    votes: Counter[tuple[tuple[float, bool], ...]] = Counter()
    shown: dict[tuple[tuple[float, bool], ...], list[_ShownRun]] = {}
    for row in rows:
        cells = [cell for cell in row.cells if cell.row == row.row]
        runs = list(_shown_runs(cells, "".join(map(_kind, cells))))
        if runs:
            beside = [(c, c is run.unit) for run in runs for c in (run.first, *run.beside)]
            key = tuple((round(cell.box.left, 1), is_unit) for cell, is_unit in beside)
            votes[key] += 1
            shown[key] = runs
    if not votes:
        return ()
    # more panels beat fewer: the rows under a shorter half are not the table's
    most = votes.most_common(1)[0][1]
    key = max((k for k in votes if votes[k] * 2 >= most), key=lambda k: (len(shown[k]), votes[k]))
    panels = [
        Panel(
            run.first.box.left,
            min(cell.box.left for cell in run.beside),
            max(cell.box.right for cell in run.beside),
            _span(run.unit) if run.unit else None,
            Columns(tuple(_span(cell) for cell in run.values), 0.97),
            tuple(ValueColumn(None) for _ in run.values),
        )
        for run in shown[key]
    ]
    return _side_by_side(panels, rows[0])


def _kind(cell: TableCell) -> str:
    if unit_named(cell.text):
        return "U"
    if not plain(cell.text):
        return "B"
    return "V" if holds_value(cell.text) else "L"


def _span(cell: TableCell) -> Span:
    return cell.box.left, cell.box.right


def _inside(cell: TableCell, span: Span) -> bool:
    return span[0] - EDGE <= cell.box.center_x <= span[1] + EDGE and cell.box.width <= (
        span[1] - span[0] + 2 * EDGE
    )
