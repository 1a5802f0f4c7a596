"""Tables of indicators (T14, T08) as text that has lost their grid: heads, codes, lost blanks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import Kind

TITLE = "金塔县东坝镇2011年政府信息公开工作年度报告"
NARRATIVE = "二、主动公开政府信息情况 镇政府通过公开栏公开各类信息，并按季度更新，群众可随时查阅。"
# label, unit, this period, the year so far
ROWS = [
    ("主动公开信息数", "条", "31", "64"), ("其中：全文电子化的主动公开信息数", "条", "12", "25"),
    ("新增的行政规范性文件数", "条", "5", "7"), ("网站专栏页面访问量", "人次", "402", "950"),
    ("现场接待人数", "人次", "18", "33"), ("网上咨询数", "人次", "9", "14"), ("咨询电话接听数", "人次", "6", "21"),
    ("信息公开申请总数", "条", "11", "15"), ("1.当面申请数", "条", "4", "5"), ("2.传真申请数", "条", "3", "6"),
]  # fmt: skip
HEADS = ("指标名称", "单位", "本期实际", "本年累计")


def values(text: str) -> dict[tuple[str | None, str], tuple[object, Kind]]:
    """By label and column code, what is read of the indicators."""
    reading = read_document("a.txt", f"{TITLE}\n{NARRATIVE}\n{text}\n".encode(), ReadSettings())
    return {
        ((cell.label or ""), cell.key.rpartition("/")[2]): (cell.value, cell.kind)
        for cell in reading.cells
        if cell.key.startswith("indicators/")
    }


def printed(rows: Sequence[tuple[str, ...]], columns: Sequence[str]) -> dict[object, object]:
    return {
        (row[0], column): (int(text), Kind.NUMBER) if text else (None, Kind.BLANK)
        for row in rows
        for column, text in zip(columns, row[2:], strict=True)
    }


def spread(head: str) -> str:
    return " ".join(head)


BOTH = ("current_period", "year_to_date")


@pytest.mark.parametrize("between", [" ", "\n"])
@pytest.mark.parametrize("unit", ["单位", "计量", "计量单位"])
def test_heads_with_blanks_in_them_are_heads(between: str, unit: str) -> None:
    heads = (spread("指标名称"), spread(unit), *HEADS[2:])
    text = between.join([*heads, *(cell for row in ROWS for cell in row)])
    assert values(text) == printed(ROWS, BOTH)


def test_heads_on_one_line_name_the_columns_of_rows_with_blanks_between() -> None:
    lines = [f"{spread('指标名称')}  单 位  本期实际  本年累计", *("  ".join(row) for row in ROWS)]
    assert values("\n".join(lines)) == printed(ROWS, BOTH)


@pytest.mark.parametrize("between", [" ", "\n"])
def test_codes_of_rows_are_no_values(between: str) -> None:
    rows = [(*row[:2], row[2] if number != 4 else "") for number, row in enumerate(ROWS)]
    cells = ["项目", "单位", "代码", "数量"]
    for number, (label, unit, value) in enumerate(rows, 1):
        cells += [label, unit, f"{number:02}", *([value] if value else [])]
    assert values(between.join(cells)) == printed(rows, ["value"])


def test_rows_that_lost_a_blank_cell_are_unread_however_many_they_are() -> None:
    rows = [row if number % 4 == 3 else row[:3] for number, row in enumerate(ROWS)]
    text = "\n".join("|" + "||".join(row) + "|" for row in (HEADS, *rows))
    found = values(text)
    for row, full in zip(rows, ROWS, strict=True):
        if len(row) == 4:
            assert found[full[0], BOTH[0]] == (int(full[2]), Kind.NUMBER)
        else:
            assert found[full[0], BOTH[0]] == (None, Kind.UNREAD)


@pytest.mark.parametrize("kept", [False, True])
def test_blanks_at_the_end_of_rows_alone_do_not_tell_the_column(kept: bool) -> None:
    rows = [(*row[:3], "") if number in (2, 5) else row for number, row in enumerate(ROWS)]
    if kept:  # one row shows that blanks stand where they belong
        rows[7] = (*rows[7][:2], "", "15")
    found = values("\n".join("| " + " | ".join(row) + " |" for row in (HEADS, *rows)))
    wanted = printed(rows, BOTH)
    if not kept:
        for number in (2, 5):
            for column in BOTH:
                wanted[rows[number][0], column] = (None, Kind.UNREAD)
    assert found == wanted
