"""Which table of the form a part is whose words are badly read, or cut off by the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from gouji.model import TablePart

from .aligned import aligned, label_cells
from .forms import APPLICANTS, FORMS, LABELS, LATER, REVIEW_BLOCKS
from .labels import read_label, same_place, words_of
from .values import is_value

if TYPE_CHECKING:
    from .rows import PartRow

# Heads of reviews by their column; of these so many are known by half of their characters.
_REVIEW_HEADS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * len(REVIEW_BLOCKS)
REVIEW_COLUMNS = len(_REVIEW_HEADS)
MOST_NUMBERS = 13  # in one row
MOST_HEADS, HALF = 10, 0.5

# Labels and heads of part two; of such a table so many are known, it has so many columns.
_BANDED = (
    "行政规范性文件", "其他对外管理服务事项", "行政事业性收费", "政府集中采购", "本年制发件数",
    "本年废止件数", "现行有效件数", "本年处理决定数量", "上一年项目数量", "处理决定数量",
    "采购项目数量", "采购总金额", "本年新制作数量", "本年新公开数量", "对外公开总数量",
    "规范性文件",
)  # fmt: skip
_BAND, _FIRST_HEAD = "第二十条", "信息内容"  # what every band begins with
FEWEST_WORDS, FEWEST_ALIKE, MOST_BANDED = 5, 3, 8

# Of a part of few rows of applications, one label has so many of its characters in their places.
FEW_ROWS, LONG, IN_PLACE = 3, 6, 2 / 3

# Of the rows of applications so many, and such a share, are placed where its words are lost.
VALUES = len(APPLICANTS)
FEWEST_PLACED, MOSTLY = 4, 0.6


def has_review(part: TablePart) -> bool:
    """Whether a part of as many columns has the heads of reviews, however badly they are read.

    In a scan a row of as many numbers is enough: no other table has so many columns.
    """
    numbers = Counter(
        cell.row for cell in part.cells if cell.column_span == 1 and is_value(cell.text)
    )
    if part.from_pixels and max(numbers.values(), default=0) >= MOST_NUMBERS:
        return True
    return _heads(part)[0] >= MOST_HEADS


def stand_in_place(part: TablePart) -> bool:
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


def has_applications(part: TablePart, rows: Sequence[PartRow]) -> bool:
    """Whether a scanned part has rows of seven values beside labels that are, in order, the form's.

    The heads' words are lost; what is left of the labels says which table it is.
    """
    columns = part.shape[1]
    if not part.from_pixels or not VALUES < columns <= VALUES + LABELS:
        return False
    beside = []
    for row in rows:
        values = row.cells[-VALUES:]
        labels = row.cells[:-VALUES]
        if labels and len(values) == VALUES and all(is_value(c.text) for c in values):
            beside.append((part.part, row.row, labels))
    if 0 < len(beside) <= FEW_ROWS:
        return any(_is_label(cell.text) for _, _, labels in beside for cell in labels)
    return len(aligned(label_cells(beside), {}).placed) >= max(FEWEST_PLACED, MOSTLY * len(beside))


def _is_label(text: str) -> bool:
    """Whether a line of a cell is a long label of applications, but for a few characters."""
    printed = [read_label(line).words for line in text.split("\n")]
    return any(
        len(words) >= LONG and same_place(words, wording, IN_PLACE) > 0
        for words in printed
        for wording in application_wordings()
    )


@cache
def application_wordings() -> tuple[str, ...]:
    """The wording of every row of applications, blanks and punctuation aside."""
    rows = (row for name in LATER for row in FORMS[name].applications)
    return tuple(dict.fromkeys(words_of(wording) for row in rows for wording in row.labels))


def has_article20(part: TablePart) -> bool:
    """Whether a part of a scan has heads and labels of part two, however badly they are read."""
    if not part.from_pixels or not 2 <= part.shape[1] <= MOST_BANDED:
        return False
    alike = 0
    for cell in part.cells:
        words = words_of(cell.text)
        if is_value(cell.text):
            continue
        if len(words) >= FEWEST_WORDS:
            alike += any(same_place(words, wording, HALF) for wording in _BANDED)
        alike += words == _FIRST_HEAD
        alike += cell.column_span == part.shape[1] and words.startswith(_BAND)
    return alike >= FEWEST_ALIKE
