"""Lines of the tables of indicators: misprinted, left out, added, in another order; which form it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indicator_tables import (
    HEAD,
    LOCAL,
    Grid,
    counted,
    finished,
    found,
    read,
    results,
    started,
    t14,
    template,
    texts,
)

from extractors.unpaged.document import UnpagedDocument, grid_of
from gouji.model import (
    Kind,
)
from samples.generator.older.codes import T14_CODES, T14_LINES, Line

# --- what organs do to the lines ---


def test_misprints_and_short_forms_are_told_by_their_neighbours() -> None:
    printed = {
        "disclosure.items": "（一）主动公开信息数",
        "disclosure.other": "5.其它方式公开政府信息数",
        "response.other": "5、其它方式回应事件数",
        "requests.online": "3.网上申请数",
        "replies.asked_to_amend": "7.告知做出更改补充数",
        "replies.refused.trade_secret": "（2）涉及商业秘密",
        "organisation.full_time": "1.专职人员",
        "litigation.upheld": "（一）维持具体行政行为或驳回原告诉讼请求数",
        "meetings.trainees": "（三）接受培训人次",
        "review.total": "四、行政复议數量",
    }
    lines = [replace(line, label=printed.get(line.code or "", line.label)) for line in T14_LINES]
    reading = read(t14(lines=lines))
    assert texts(reading) == counted()
    assert found(reading)["requests.online"].label == "3.网上申请数"


def test_lines_left_out_are_not_in_the_source() -> None:
    dropped = ("requests.fax", "replies.refused.privacy", "complaints.total")
    lines = [line for line in T14_LINES if line.code not in dropped]
    reading = read(t14(lines=lines))
    cells = found(reading)
    assert {row for row, c in cells.items() if c.kind is Kind.CELL_NOT_IN_SOURCE} == set(dropped)
    assert "cells_missing" in reading.flags
    scopes = results(reading, "T14-1")
    assert str(scopes["requests.received"].status) == "untestable"


def test_without_chapters_and_second_headings_the_lines_are_the_same() -> None:
    assert texts(read(t14(lines=[line for line in T14_LINES if line.unit]))) == counted()


def test_lines_in_another_order_are_known_by_their_words() -> None:
    fees = next(n for n, line in enumerate(T14_LINES) if line.code == "fees.amount")
    lines = [T14_LINES[fees], *T14_LINES[:fees], *T14_LINES[fees + 1 :]]
    reading = read(t14(lines=lines))
    assert texts(reading) == counted()
    assert "rows_added" not in reading.flags


def test_a_line_that_the_organ_added_keeps_its_own_label() -> None:
    lines = list(T14_LINES)
    at = next(n for n, line in enumerate(lines) if line.code == "disclosure.normative_documents")
    lines.insert(at + 1, Line(None, "主动公开机构领导、机构设置及人事信息", "条"))
    values = counted() | {"主动公开机构领导、机构设置及人事信息": "77"}
    reading = read(t14(values, lines))
    assert {row: text for row, text in texts(reading).items() if row in counted()} == counted()
    added = found(reading)["row_03"]
    assert (added.value, added.unit, added.label) == (
        77,
        "条",
        "主动公开机构领导、机构设置及人事信息",
    )
    assert "rows_added" in reading.flags


def test_a_line_of_other_words_does_not_take_the_place_of_one_left_out() -> None:
    lines = [
        Line(None, "主动公开财政资金信息数", "条") if line.code == "disclosure.items" else line
        for line in T14_LINES
    ]
    reading = read(t14(counted() | {"主动公开财政资金信息数": "9"}, lines))
    item = found(reading)["disclosure.items"]
    assert item.kind is Kind.CELL_NOT_IN_SOURCE or str(item.state) == "review"


def test_who_filled_in_the_table_is_no_value() -> None:
    tail = [
        ["单位负责人：张三", "审核人", "李四"],
        ["填报人", "", "王五"],
        ["联系电话", "", "05513661234"],
        ["填报日期", "", "2017年1月9日"],
    ]
    reading = read([["填报单位（盖章）：灵璧县教育局", "", "2016年度"], *t14(), *tail])
    assert texts(reading) == counted()
    assert "05513661234" not in str(reading.cells)


def test_a_small_table_before_the_form_gives_it_no_lines() -> None:
    channels = [
        ["公开渠道", "数量"],
        *([c, "5"] for c in ("政府网站", "政务微博", "政务微信", "电视台")),
    ]
    reading = read(channels, t14(), joined=False)
    assert texts(reading) == counted()
    assert "rows_added" not in reading.flags


def test_a_note_under_the_table_is_no_line() -> None:
    notes = [["注：1.统计期限为2016年", "", ""], ["填报说明", "", "12"], ["备注：无", "", ""]]
    assert texts(read([*t14(), *notes])) == counted()


def test_of_two_tables_the_fuller_is_read_and_the_other_is_told() -> None:
    other = dict.fromkeys(T14_CODES[:40], "1")
    reading = read(t14(other, T14_LINES[:44]), t14(), joined=False)
    assert texts(reading) == counted()
    assert "form_repeated" in reading.flags


KEPT = ("review.total", "litigation.total")  # they tell the lines of the same words apart


@pytest.mark.slow
@given(
    st.sets(st.sampled_from([c for c in T14_CODES if c not in KEPT]), max_size=45),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_whatever_lines_are_left_out_the_others_keep_their_values(
    dropped: set[str], chapters: bool, units: bool
) -> None:
    lines = [line for line in T14_LINES if line.code not in dropped and (chapters or line.unit)]
    reading = read([[row[0], *row[1 if units else 2 :]] for row in t14(lines=lines)])
    got = {row: text for row, text in texts(reading).items() if text is not None}
    assert got == {row: text for row, text in counted().items() if row not in dropped}


WORDS = [
    *(line.label for line in T14_LINES[::4]), *(row[0] for row in LOCAL[::3]), *HEAD, "序号", "合计",
    "件", "万元", "——", "", "", "0", "17", "3件", "单位负责人：张三", "2016年", "第二十条第（一）项", "规章",
]  # fmt: skip


@pytest.mark.slow
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=7), max_size=12), st.booleans())
@settings(max_examples=30, deadline=None)
def test_any_table_at_all_is_read_without_a_stumble(rows: Grid, joined: bool) -> None:
    official = read(t14(), rows, joined=joined)
    assert texts(official).keys() >= counted().keys()
    for reading in (read(rows), official):
        assert len({cell.key for cell in reading.cells}) == len(reading.cells)
        for cell in reading.cells:
            assert (cell.value is None) == (cell.kind is not Kind.NUMBER)


# --- which form it is ---


def test_a_narrative_of_those_years_without_its_table_has_no_form() -> None:
    reading = finished(started())
    assert template(reading) is None
    assert "tables_missing" in reading.flags


def test_a_small_table_of_channels_is_no_form() -> None:
    rows = [
        ["公开渠道", "数量"],
        *([c, "12"] for c in ("政府网站", "政府公报", "政务微博", "政务微信", "其他方式")),
    ]
    assert template(read(rows)) is None


def test_a_later_form_stays_one_whatever_table_stands_beside_it(t21: UnpagedDocument) -> None:
    local = [["项目", "单位", "数量"], ["主动公开信息数", "条", "3"], ["申请总数", "件", "4"],
             ["其中：当面申请数", "件", "4"], ["答复总数", "件", "4"], ["同意公开答复数", "件", "4"]]  # fmt: skip
    t21.add_table(*grid_of(local))
    reading = finished(t21)
    assert template(reading) == "T21"
    assert not any(cell.key.startswith("indicators") for cell in reading.cells)


@pytest.fixture
def t21() -> UnpagedDocument:
    document = started()
    document.add_table(
        *grid_of([
            ["第二十条第（一）项", "", "", ""],
            ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
            ["规章", "0", "0", "0"],
            ["行政规范性文件", "1", "2", "3"],
            ["第二十条第（五）项", "", "", ""],
            ["信息内容", "本年处理决定数量", "", ""],
            ["行政许可", "7", "", ""],
        ])
    )  # fmt: skip
    return document


def test_a_word_of_a_later_form_in_an_organs_own_line_changes_nothing() -> None:
    lines = list(T14_LINES)
    lines.insert(5, Line(None, "现行有效的行政规范性文件数", "件"))
    lines.insert(6, Line(None, "行政许可和行政事业性收费信息数", "条"))
    reading = read(t14(counted() | {line.label: "5" for line in lines[5:7]}, lines))
    assert template(reading) == "T14"
    assert {row: t for row, t in texts(reading).items() if row in counted()} == counted()
