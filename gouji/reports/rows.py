"""Table parts as rows, and which of the three tables of the form each row belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gouji.model import Box, TableCell, TablePart

from .forms_t14 import INDICATOR_MARK
from .labels import words_of
from .part_signs import (
    REVIEW_COLUMNS,
    has_applications,
    has_article20,
    has_review,
    stand_in_place,
)
from .values import is_value


class Section(StrEnum):
    """Which table of the form a row belongs to."""

    NONE = "none"
    ARTICLE20 = "article20"
    APPLICATIONS = "applications"
    REVIEW = "review_litigation"
    INDICATORS = "indicators"  # the one table of T14 and T08


@dataclass(frozen=True, slots=True)
class PartRow:
    """One elementary row of a part with the cells that cover it, from left to right."""

    part: TablePart
    row: int
    cells: tuple[TableCell, ...]

    @property
    def box(self) -> Box:
        return Box.around(cell.box for cell in self.cells)


# The longest table of the forms has 58 rows; a file of many reports is read as its first.
MOST_ROWS = 400
# Fewer rows of indicators than this make no table of them.
FEWEST_INDICATORS = 2

# Words that tell a table, blanks and punctuation taken out. 行政许可 and the like are too common.
_MARKS: tuple[tuple[Section, tuple[str, ...]], ...] = (
    (
        Section.APPLICATIONS,
        (
            "申请人情况", "本列数据的勾稽关系", "法人或其他组织", "本年新收政府信息公开申请",
            "上年结转政府信息公开", "属于国家秘密", "保护第三方合法权益", "属于三类内部事务",
            "属于四类过程性", "属于行政执法案卷", "属于行政查询事项", "本机关不掌握相关",
            "没有现成信息需要", "补正后申请内容", "信访举报投诉类", "要求提供公开出版物",
            "无正当理由大量反复", "确认或重新出具", "结转下年度继续办理", "逾期不补正",
            "逾期未按收费通知", "社会公益组织", "法律服务机构",
        ),
    ),
    (
        Section.REVIEW,
        ("未经复议直接起诉", "复议后起诉", "结果维持", "结果纠正", "尚未审结"),
    ),
    (
        Section.ARTICLE20,
        (
            "第二十条第", "本年制发", "本年废止", "现行有效", "本年处理决定", "本年收费金额",
            "新制作数量", "新公开数量", "对外公开总", "上一年项目数量", "采购项目数量",
            "行政规范性文件", "其他对外管理服务", "行政事业性收费", "行政事业型收费",
            "政府集中采购",
        ),
    ),
)  # fmt: skip
# One pattern a table: ten times as fast as a look for each of its marks in every row.
_ANY_MARK = tuple((section, re.compile("|".join(marks))) for section, marks in _MARKS)


def rows_of(part: TablePart) -> list[PartRow]:
    """The rows of a part; a cell that spans rows is in each of them."""
    rows: list[list[TableCell]] = [[] for _ in range(part.shape[0])]
    for cell in part.cells:
        for row in range(cell.row, min(cell.row + cell.row_span, part.shape[0])):
            rows[row].append(cell)
    return [
        PartRow(part, index, tuple(sorted(cells, key=lambda c: c.column)))
        for index, cells in enumerate(rows)
        if cells
    ]


def share_columns(one: TablePart, other: TablePart) -> bool:
    """Whether places across the two parts mean the same columns.

    On pages they do. In a document without pages every column of a grid is equally wide, so that
    those of a table that goes on in another grid, such as one without a row of narrow heads, stand
    at places of the first that mean other columns.
    """
    return one is other or bool(one.page and other.page) or one.shape[1] == other.shape[1]


def sections(parts: Iterable[TablePart]) -> dict[Section, list[PartRow]]:
    """Rows by table of the form, in the order of the document.

    A row with the words of a table begins or keeps that table; a row without any belongs to the
    table before it, when it stands in the same part or in one that may carry it on. A table of
    indicators is taken as a whole: some of its rows have words of later forms.
    """
    found: dict[Section, list[PartRow]] = {section: [] for section in Section}
    marked = [_marked(part) for part in parts]
    of_indicators = _tables_of_indicators(marked)
    state = Section.NONE
    for each in marked:
        part, rows, marks = each.part, each.rows, each.marks
        goes_on = state is Section.INDICATORS and each.indicators > each.others
        if part.part in of_indicators or goes_on:
            marks = [Section.INDICATORS] * len(rows)
        first = next((mark for mark in marks if mark is not Section.NONE), Section.NONE)
        if first is Section.NONE and not (part.continues is not None or _bare_values(rows)):
            state = Section.NONE
        elif first is not Section.NONE and (part.continues is None or state is Section.NONE):
            # rows above the first telling one belong to it, unless the part carries on another
            state = first
        for row, mark in zip(rows, marks, strict=True):
            if mark is not Section.NONE:
                state = mark
            if len(found[state]) < MOST_ROWS:
                found[state].append(row)
    return found


def _words(row: PartRow) -> str:
    """The words of the cells that begin in this row."""
    return "|".join(words_of(c.text) for c in row.cells if c.row == row.row and c.text)


def marked_section(words: str) -> Section:
    """The table of T19 and T21 whose marks stand among some words."""
    return next((section for section, mark in _ANY_MARK if mark.search(words)), Section.NONE)


def _mark(words: str) -> Section:
    """The table of T19 and T21 whose words these are."""
    if len(words) < 4:
        return Section.NONE
    section = marked_section(words)
    if section is not Section.NONE:
        return section
    if "行政复议" in words and "行政诉讼" in words:
        return Section.REVIEW
    return Section.NONE


@dataclass(frozen=True, slots=True)
class _Marked:
    """A part's rows with the tables of T19 and T21 that their words tell."""

    part: TablePart
    rows: list[PartRow]
    marks: list[Section]
    indicators: int  # rows with words of T14 or T08

    @property
    def others(self) -> int:
        return sum(mark is not Section.NONE for mark in self.marks)


def _marked(part: TablePart) -> _Marked:
    rows = rows_of(part)
    texts = [_words(row) for row in rows]
    indicators = sum(INDICATOR_MARK.search(text) is not None for text in texts)
    marks = [_mark(text) for text in texts]
    wide = part.shape[1] == REVIEW_COLUMNS
    if wide and part.from_pixels and not stand_in_place(part):
        marks = [Section.NONE] * len(rows)
    elif wide and set(marks) <= {Section.NONE} and has_review(part):
        marks = [Section.REVIEW] * len(rows)
    elif set(marks) <= {Section.NONE} and has_applications(part, rows):
        # what is left of a label may say what an indicator says
        marks, indicators = [Section.APPLICATIONS] * len(rows), 0
    elif set(marks) <= {Section.NONE} and not indicators and has_article20(part):
        marks = [Section.ARTICLE20] * len(rows)
    return _Marked(part, rows, marks, indicators)


def _tables_of_indicators(marked: Sequence[_Marked]) -> set[int]:
    """The parts of tables of indicators, each table judged as a whole."""
    first_of: dict[int, int] = {}
    totals: dict[int, list[int]] = {}
    for each in marked:
        part = each.part
        first = first_of.get(part.continues, part.part) if part.continues is not None else part.part
        first_of[part.part] = first
        total = totals.setdefault(first, [0, 0])
        total[0] += each.indicators
        total[1] += each.others
    return {
        part
        for part, first in first_of.items()
        if totals[first][0] >= FEWEST_INDICATORS and totals[first][0] > totals[first][1]
    }


def names_form_row(text: str) -> bool:
    """Whether a text is one of the heads and labels that tell a table of the form."""
    words = words_of(text)
    return len(words) >= 4 and marked_section(words) is not Section.NONE


def _bare_values(rows: Sequence[PartRow]) -> bool:
    """Whether the part is values only, such as the last row of a table on a page of its own."""
    return all(is_value(cell.text) for row in rows for cell in row.cells)


def by_part(rows: Iterable[PartRow]) -> list[list[PartRow]]:
    """The rows of each part together, in their order."""
    parts: list[list[PartRow]] = []
    for row in rows:
        if not parts or parts[-1][0].part is not row.part:
            parts.append([])
        parts[-1].append(row)
    return parts
