"""Table parts as rows, and which of the three tables of the form each row belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from gouji.model import Box, Kind, TableCell, TablePart

from .aligned import aligned, label_cells
from .amounts import parse_amount
from .forms_t14 import INDICATOR_MARK
from .labels import same_place, words_of


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


# Numbers of a row that nobody could part, however many.
_NUMBERS = re.compile(r"[\d\s.,，|/／+\-—－无]+")
# The longest table of the forms has 58 rows; a file of many reports is read as its first.
MOST_ROWS = 400
# Fewer rows of indicators than this make no table of them.
FEWEST_INDICATORS = 2

# Heads of reviews by their column; of these so many are known by half of their characters.
_REVIEW_HEADS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3
MOST_NUMBERS = 13
MOST_HEADS, HALF = 10, 0.5

# Labels and heads of part two; of such a table so many are known, it has so many columns.
_BANDED = (
    "行政规范性文件", "其他对外管理服务事项", "行政事业性收费", "政府集中采购", "本年制发件数",
    "本年废止件数", "现行有效件数", "本年处理决定数量", "上一年项目数量", "处理决定数量",
    "采购项目数量", "采购总金额", "本年新制作数量", "本年新公开数量", "对外公开总数量",
)  # fmt: skip
FEWEST_WORDS, FEWEST_ALIKE, MOST_BANDED = 5, 3, 8

FROM_PIXELS = "scan"  # readers that misread words
# Columns of values of the table of applications, of labels at most; of its rows so many, and such
# a share, are placed where its words are lost.
APPLICANTS, LABELS = 7, 3
FEWEST_PLACED, MOSTLY = 4, 0.6

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
    wide = part.shape[1] == len(_REVIEW_HEADS)
    if wide and part.reader.startswith(FROM_PIXELS) and not _stand_in_place(part):
        marks = [Section.NONE] * len(rows)
    elif wide and set(marks) <= {Section.NONE} and _has_review(part):
        marks = [Section.REVIEW] * len(rows)
    elif set(marks) <= {Section.NONE} and not indicators and _has_applications(part, rows):
        marks = [Section.APPLICATIONS] * len(rows)
    elif set(marks) <= {Section.NONE} and not indicators and _has_article20(part):
        marks = [Section.ARTICLE20] * len(rows)
    return _Marked(part, rows, marks, indicators)


def _has_review(part: TablePart) -> bool:
    """Whether a part of as many columns has the heads of reviews, however badly they are read.

    In a scan a row of as many numbers is enough: no other table has so many columns.
    """
    numbers = Counter(
        cell.row for cell in part.cells if cell.column_span == 1 and is_value(cell.text)
    )
    if part.reader.startswith(FROM_PIXELS) and max(numbers.values(), default=0) >= MOST_NUMBERS:
        return True
    return _heads(part)[0] >= MOST_HEADS


def _stand_in_place(part: TablePart) -> bool:
    """Whether no more heads of reviews stand over other columns than over their own, as where the
    page cuts the first column off."""
    alike, unlike = _heads(part)
    return alike >= unlike


def _heads(part: TablePart) -> tuple[int, int]:
    """How many heads are those of reviews over their own columns, and over other ones."""
    alike = unlike = 0
    for cell in part.cells:
        if cell.column_span == 1 and not is_value(cell.text):
            words = words_of(cell.text)
            own = same_place(words, _REVIEW_HEADS[cell.column], HALF) > 0
            alike += own
            unlike += not own and any(same_place(words, head, HALF) > 0 for head in _REVIEW_HEADS)
    return alike, unlike


def _has_applications(part: TablePart, rows: Sequence[PartRow]) -> bool:
    """Whether a scanned part has rows of seven values beside labels that are, in order, the form's.

    The heads' words are lost; what is left of the labels says which table it is.
    """
    columns = part.shape[1]
    if not part.reader.startswith(FROM_PIXELS) or not APPLICANTS < columns <= APPLICANTS + LABELS:
        return False
    beside = []
    for row in rows:
        values = row.cells[-APPLICANTS:]
        labels = row.cells[:-APPLICANTS]
        if labels and len(values) == APPLICANTS and all(is_value(c.text) for c in values):
            beside.append((part.part, row.row, labels))
    return len(aligned(label_cells(beside), {}).placed) >= max(FEWEST_PLACED, MOSTLY * len(beside))


def _has_article20(part: TablePart) -> bool:
    """Whether a part of a scan has heads and labels of part two, however badly they are read."""
    if not part.reader.startswith(FROM_PIXELS) or not 2 <= part.shape[1] <= MOST_BANDED:
        return False
    alike = 0
    for cell in part.cells:
        words = words_of(cell.text)
        if len(words) >= FEWEST_WORDS and not is_value(cell.text):
            alike += any(same_place(words, wording, HALF) for wording in _BANDED)
    return alike >= FEWEST_ALIKE


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


def is_value(text: str) -> bool:
    """Whether a cell's text can be a value: a number, a mark for none, nothing, damage."""
    if not text:
        return True
    if len(text) > 24:
        return _NUMBERS.fullmatch(text) is not None
    return _is_short_value(text)


@lru_cache(maxsize=16384)  # every cell is asked for it several times, and most say 0
def _is_short_value(text: str) -> bool:
    amount = parse_amount(text, signed=True)
    if amount.kind is Kind.UNREAD:
        # a number with a word too many is still a value; words alone are a label
        return amount.note == "several numbers" or not any("\u3400" <= c <= "\u9fff" for c in text)
    if amount.kind is Kind.TEXT_DAMAGED:
        # a label that lost a character is a label still: a number has a unit beside it at most
        words = sum(1 for c in text if "\u3400" <= c <= "\u9fff")
        return words <= (2 if any(c.isdigit() for c in text) else 1)
    return True
