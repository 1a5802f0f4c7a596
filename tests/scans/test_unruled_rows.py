"""Rows of part three without rules, of lines of type and runs of ink as they stand on a page."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from extractors.scan.unruled.applications import applications_table
from extractors.scan.unruled.ink import RunLine, without_numbers
from gouji.model import Box, Word

SIZE = 10.0
COLUMNS = tuple(250.0 + 35 * column for column in range(7))
LABELS = 100.0


def numbers(middle: float) -> RunLine:
    """Seven numbers on a line."""
    boxes = (Box(x, middle - 4, x + 12, middle + 4) for x in COLUMNS)
    return RunLine(tuple(boxes))


def word(text: str, middle: float, left: float = LABELS) -> Word:
    """A line of a label; its characters are as wide as high."""
    edges = tuple(left + SIZE * place for place in range(len(text) + 1))
    box = Box(left, middle - SIZE / 2, edges[-1], middle + SIZE / 2)
    return Word(text, box, SIZE, edges)


def rows(lines: Sequence[RunLine], words: Sequence[Word]) -> list[float]:
    """The middles of the rows that are found."""
    table = applications_table(lines, [without_numbers(one) for one in words], SIZE)
    return [] if table is None else [(a + b) / 2 for a, b in itertools.pairwise(table.ys)]


def test_a_row_alone_is_one_where_its_label_says_so() -> None:
    alone = [numbers(500.0)]
    label = [word("一、本年新收政府信息公开申", 494), word("请数量", 506)]
    assert len(rows(alone, label)) == 1
    assert rows(alone, [word("二〇二五年一月至十二月各月收件", 500)]) == []
    few = [RunLine(alone[0].runs[:6])]
    assert rows(few, label) == []


@pytest.mark.parametrize("numbers_at", [706.0, 712.0, 718.0])
def test_a_label_of_four_lines_is_one_row(numbers_at: float) -> None:
    lines = [numbers(640.0), numbers(670.0), numbers(numbers_at)]
    words = [
        word("4.无正当理由大量反", 634), word("复申请", 646),
        word("5.要求行政机关确认", 664), word("或重新出具", 676),
        word("1.申请人无正当理由", 694), word("逾期不补正、行政机", 706),
        word("关不再处理其政府信", 718), word("息公开申请", 730),
    ]  # fmt: skip
    assert len(rows(lines, words)) == 3


def test_a_row_whose_cells_are_blank_stays_a_row() -> None:
    lines = [numbers(600.0), numbers(630.0), numbers(690.0)]
    words = [
        word("1.信访举报投诉类申请", 600), word("2.重复申请", 630),
        word("3.要求提供公开出版物", 660), word("4.无正当理由大量反复申请", 690),
    ]  # fmt: skip
    assert len(rows(lines, words)) == 4


def some(middle: float, columns: Sequence[int], stroke: float | None = None) -> RunLine:
    """A row of which only some columns have a number; a seal's stroke may stand between two."""
    boxes = [numbers(middle).runs[column] for column in columns]
    if stroke is not None:
        boxes.append(Box(stroke, middle - 5, stroke + 12, middle + 5))
    return RunLine(tuple(sorted(boxes, key=lambda box: box.left)))


def test_a_full_row_tells_the_columns_of_few_rows_of_many_blanks() -> None:
    lines = [
        numbers(600.0), some(615.0, (0, 1, 4, 5, 6), COLUMNS[1] + 22),
        some(630.0, (0, 1, 2, 4, 6)), some(650.0, (2, 6)), some(670.0, (0, 1, 4, 5, 6)),
    ]  # fmt: skip
    words = [
        word("一、本年新收政府信息公开申请数量", 600, 80), word("二、上年结转政府信息公开申请数量", 615, 80),
        word("（一）予以公开", 630), word("（二）部分公开", 650), word("1.属于国家秘密", 670),
    ]  # fmt: skip
    assert len(rows(lines, words)) == 5
    # what stands between the columns as often as in them is none of this table
    astray = [some(600.0 + 15 * at, (0, 1, 4, 5, 6), COLUMNS[2] + 22) for at in range(1, 5)]
    assert rows([lines[0], *astray], words) == []


def test_numbers_that_were_read_with_their_label_stay_numbers() -> None:
    read = word("其他处理 31 127 42", 100.0)
    label = without_numbers(read)
    assert label.text == "其他处理"
    assert label.box.right == read.edges[4]
    assert len(label.edges) == 5
    whole = word("2025年市局共收到申请10833", 100.0)
    assert without_numbers(whole) == whole
    assert without_numbers(word("31 127", 100.0)).text == "31 127"
