"""Table parts as rows, and which of the three tables of the form each row belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gouji.model import Box, Kind, TableCell, TablePart

from .amounts import parse_amount
from .labels import words_of


class Section(StrEnum):
    """Which table of the form a row belongs to."""

    NONE = "none"
    ARTICLE20 = "article20"
    APPLICATIONS = "applications"
    REVIEW = "review_litigation"


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
    table before it, when it stands in the same part or in one that may carry it on.
    """
    found: dict[Section, list[PartRow]] = {section: [] for section in Section}
    state = Section.NONE
    for part in parts:
        rows = rows_of(part)
        marks = [_mark(row) for row in rows]
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


def _mark(row: PartRow) -> Section:
    """The table whose words stand in cells that begin in this row."""
    words = "|".join(words_of(c.text) for c in row.cells if c.row == row.row and c.text)
    if len(words) < 4:
        return Section.NONE
    for section, marks in _MARKS:
        if any(mark in words for mark in marks):
            return section
    if "行政复议" in words and "行政诉讼" in words:
        return Section.REVIEW
    return Section.NONE


def _bare_values(rows: Sequence[PartRow]) -> bool:
    """Whether the part is values only, such as the last row of a table on a page of its own."""
    return all(is_value(cell.text) for row in rows for cell in row.cells)


def is_value(text: str) -> bool:
    """Whether a cell's text can be a value: a number, a mark for none, nothing, damage."""
    if not text:
        return True
    if len(text) > 24:
        return False
    amount = parse_amount(text, signed=True)
    if amount.kind is Kind.UNREAD:
        # a number with a word too many is still a value; words alone are a label
        return amount.note == "several numbers" or not any("\u3400" <= c <= "\u9fff" for c in text)
    return True
