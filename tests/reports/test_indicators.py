"""Tables of the years before 2019: T14 and local ones, whatever the print did to them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in

from extractors.assemble import assemble
from extractors.reading import read_document
from extractors.settings import ReadSettings
from extractors.unpaged.document import UnpagedDocument, grid_of
from gouji.model import (
    DocumentReading,
    GridCell,
    Kind,
    MediaType,
    Pipeline,
    RelationResult,
    ReportCell,
    SourceInfo,
)
from gouji.reports.forms import value_keys
from gouji.reports.wording import relation_in_words
from gouji.store.export import export
from samples.generator import fonts
from samples.generator.batch import plan_sample
from samples.generator.damage import Damaged
from samples.generator.older.codes import T14_CODES, T14_LINES, Line, OlderForm
from samples.generator.older.facts import OlderFacts, OlderHabits, make_older_facts
from samples.generator.producers.reportlab_pdf import write_pdf
from samples.generator.unpaged import make_file, plan_unpaged, unpaged_truth

HEAD = ["统计指标", "单位", "统计数"]
DASH = "——"
Grid = list[list[str]]


def counted() -> dict[str, str]:
    """A number for each line of T14, no two alike."""
    return {code: str(100 + 37 * n % 899) for n, code in enumerate(T14_CODES)}


def t14(
    values: Mapping[str, str] | None = None,
    lines: Sequence[Line] = T14_LINES,
    head: Sequence[str] = HEAD,
) -> Grid:
    """The official table: label, unit, value."""
    values = counted() if values is None else values
    rows: Grid = [list(head)]
    for line in lines:
        if line.unit is None:
            rows.append([line.label, DASH, DASH])
        else:
            rows.append([line.label, line.unit, values.get(line.code or line.label, "")])
    return rows


def read(*tables: Sequence[Sequence[str]], joined: bool = True) -> DocumentReading:
    """A report with these tables, each going on from the one before where ``joined``."""
    document = started()
    before = None
    for rows in tables:
        before = document.add_table(*grid_of(rows), continues=before if joined else None)
    return finished(document)


def started() -> UnpagedDocument:
    document = UnpagedDocument("docx")
    document.add_line("灵璧县教育局2016年政府信息公开工作年度报告", 20.0)
    document.add_line("本报告所列数据的统计期限自2016年1月1日起至2016年12月31日止。")
    for heading in ("一、概述", "二、主动公开政府信息情况", "三、依申请公开政府信息情况"):
        document.add_line(heading)
        document.add_line("按照要求认真做好各项工作。")
    return document


def finished(document: UnpagedDocument) -> DocumentReading:
    info = SourceInfo("a.docx", "0" * 64, MediaType.PDF, 0)
    return assemble(info, Pipeline("1", "x"), document.extracted(), None)


def found(reading: DocumentReading, column: str = "value") -> dict[str, ReportCell]:
    """The cells of a column by row."""
    cells = ((*cell.key.split("/")[1:], cell) for cell in reading.cells)
    return {row: cell for row, c, cell in cells if c == column}


def texts(reading: DocumentReading, column: str = "value") -> dict[str, str | None]:
    return {row: cell.as_read for row, cell in found(reading, column).items()}


def template(reading: DocumentReading) -> str | None:
    assert reading.report is not None
    return reading.report.template


def results(reading: DocumentReading, name: str) -> dict[str, RelationResult]:
    return {r.scope: r for r in reading.relations if r.id == name}


LOCAL = [
    ["指标名称", "计量单位", "代码", "本期实际", "本年累计"],
    ["甲", "乙", "丙", "1", "2"],
    ["主动公开信息数", "条", "01", "30", "99"],
    ["其中：全文电子化的主动公开信息数", "条", "02", "29", "98"],
    ["网站专栏页面访问量", "人次", "03", "1200", "5600"],
    ["编印信息简报", "期", "04", "", "4"],
    ["申请总数", "条", "05", "7", "12"],
    ["其中：1.当面申请数", "条", "06", "3", "5"],
    ["2.网上申请数", "条", "07", "4", "7"],
    ["对申请的答复总数", "条", "08", "6", "12"],
    ["其中：1.同意公开答复数", "条", "09", "5", "10"],
    ["3.否决公开答复总数", "条", "10", "1", "1"],
    ["其中：（1）“免予公开范围1”数", "条", "11", "1", "1"],
    ["（2）“免予公开范围2”数", "条", "12", "0", "/"],
    ["行政申诉数", "件", "13", "0", "0"],
]


# --- the table as it should be ---


def test_every_line_has_its_value_its_unit_and_its_label() -> None:
    reading = read(t14())
    assert template(reading) == "T14"
    assert [cell.key for cell in reading.cells] == list(value_keys("T14"))
    assert texts(reading) == counted()
    cells = found(reading)
    for line in T14_LINES:
        if line.code:
            assert cells[line.code].unit == line.unit
            assert cells[line.code].label == line.label
    assert {cell.column_label for cell in reading.cells} == {"统计数"}
    assert not reading.flags


def test_the_dashes_of_a_chapter_are_no_value() -> None:
    reading = read(t14())
    assert {cell.kind for cell in reading.cells} == {Kind.NUMBER}
    assert len(reading.cells) == 58


def test_a_blank_a_dash_and_a_nought_are_three_things() -> None:
    values = counted() | {"requests.fax": "", "requests.online": "——", "requests.letter": "0"}
    cells = found(read(t14(values)))
    kinds = [cells[f"requests.{way}"].kind for way in ("fax", "online", "letter")]
    assert kinds == [Kind.BLANK, Kind.NOT_APPLICABLE, Kind.NUMBER]


@given(st.lists(st.sampled_from(["", "0", "7", "/", "1,234", "１２"]), min_size=58, max_size=58))
@settings(max_examples=25, deadline=None)
def test_any_values_come_out_where_they_stand(drawn: list[str]) -> None:
    values = dict(zip(T14_CODES, drawn, strict=True))
    reading = read(t14(values))
    if all(not value for value in drawn):
        assert reading.cells == () or template(reading) == "T14"
    else:
        assert texts(reading) == values


# --- other columns ---


def test_row_numbers_and_remarks_are_no_values() -> None:
    rows = [["序号", *HEAD, "备注"]]
    rows += [[str(n), *row, "12" if n == 3 else ""] for n, row in enumerate(t14()[1:], start=1)]
    assert texts(read(rows)) == counted()


def test_row_numbers_without_a_head_are_no_values() -> None:
    rows = [[str(n), *row] for n, row in enumerate(t14()[1:], start=1)]
    assert texts(read(rows)) == counted()
    codes = [[row[0], row[1], str(n), row[2]] for n, row in enumerate(t14()[1:], start=1)]
    assert texts(read(codes)) == counted()


def test_a_table_without_any_head_is_read_by_what_its_columns_hold() -> None:
    assert texts(read(t14()[1:])) == counted()
    assert {cell.column_label for cell in read(t14()[1:]).cells} == {None}


def test_the_unit_may_stand_in_the_label_behind_the_value_or_nowhere() -> None:
    values = counted()
    inside = [["统计指标", "统计数"]]
    behind = [["统计指标", "统计数", "单位"]]
    nowhere = [["项目", "数量"]]
    for line in T14_LINES:
        value = values.get(line.code or "", DASH)
        inside.append([f"{line.label}（单位：{line.unit}）" if line.unit else line.label, value])
        behind.append([line.label, value, line.unit or DASH])
        nowhere.append([line.label, value])
    for rows in (inside, behind, nowhere):
        reading = read(rows)
        assert texts(reading) == values
        assert found(reading)["meetings.trainees"].unit == "人次"
        assert found(reading)["fees.amount"].unit == "万元"


def test_money_keeps_the_unit_that_stands_nearest_to_it() -> None:
    rows = t14(counted() | {"fees.amount": "0.5", "organisation.budget": "80000元"})
    for row in rows:
        if "收取的费用" in row[0]:
            row[1] = "元"
    cells = found(read(rows))
    fees, budget = cells["fees.amount"], cells["organisation.budget"]
    assert (str(fees.value), fees.unit) == ("0.5", "元")
    assert (budget.value, budget.unit) == (80000, "元")


COLUMNS = {
    ("区政府统计数", "区直单位统计数", "乡镇街道统计数", "合计"): (
        "district_government", "district_departments", "towns_and_streets", "value",
    ),
    ("合计", "本级", "下级"): ("value", "own_level", "column_3"),
    ("统计数", "合计"): ("value", "total"),
    ("去年数", "统计数"): ("previous", "value"),
    ("2015年", "2016年"): ("previous", "value"),
    ("一季度", "二季度", "全年"): ("current_period", "column_2", "value"),
    ("统计数", "数量"): ("value", "column_2"),
}  # fmt: skip


@pytest.mark.parametrize("heads", COLUMNS)
def test_columns_are_named_by_their_heads(heads: tuple[str, ...]) -> None:
    rows: Grid = [["统计指标", "单位", *heads]]
    for row in t14()[1:]:
        base = row[2]
        rows.append(
            [row[0], row[1], *(base if base == DASH else f"{base}{n}" for n in range(len(heads)))]
        )
    reading = read(rows)
    for n, (head, code) in enumerate(zip(heads, COLUMNS[heads], strict=True)):
        assert texts(reading, code) == {row: f"{text}{n}" for row, text in counted().items()}
        assert {cell.column_label for cell in found(reading, code).values()} == {head}
    assert len(reading.cells) == 58 * len(heads)


def test_columns_of_parts_alone_leave_the_whole_unknown() -> None:
    rows: Grid = [["统计指标", "单位", "区政府统计数", "区直单位统计数"]]
    rows += [[*row, row[2]] for row in t14()[1:]]
    reading = read(rows)
    assert {cell.kind for cell in found(reading).values()} == {Kind.CELL_NOT_IN_SOURCE}
    assert texts(reading, "district_government") == counted()
    assert results(reading, "T14-1")["requests.received/district_government"].left == int(
        counted()["requests.received"]
    )


def test_a_head_of_two_rows_names_the_columns_by_its_second() -> None:
    document = started()
    cells = [
        GridCell(0, 0, 2, 1, "统计指标"), GridCell(0, 1, 2, 1, "单位"),
        GridCell(0, 2, 1, 2, "统计数"), GridCell(1, 2, 1, 1, "本级"), GridCell(1, 3, 1, 1, "合计"),
    ]  # fmt: skip
    rows = t14()[1:]
    for n, row in enumerate(rows, start=2):
        cells += [GridCell(n, c, 1, 1, text) for c, text in enumerate([*row[:2], "1", row[2]])]
    document.add_table(cells, (len(rows) + 2, 4))
    reading = finished(document)
    assert texts(reading) == counted()
    assert set(texts(reading, "own_level").values()) == {"1"}


def test_a_head_that_a_page_break_cuts_names_the_columns_by_its_lower_row() -> None:
    body = [[*row, row[2]] for row in t14()[1:]]
    reading = read([["统计指标", "单位", "统计数"]], [["", "", "去年", "今年统计数"], *body])
    assert texts(reading) == texts(reading, "previous") == counted()
    years = [[row[0], "2016", "2015"] for row in t14()[1:5]]  # numbers that look like years
    assert texts(read([["项目", "统计数", "去年"], *years, *([r[0], "1", "1"] for r in t14()[5:])]))


# --- the table set otherwise ---


def halves(rows: Grid, middle: int) -> Grid:
    left, right = rows[:middle], rows[middle:]
    right += [[""] * len(rows[0])] * (len(left) - len(right))
    return [[*a, *b] for a, b in zip(left, right, strict=True)]


@pytest.mark.parametrize("headed", [True, False])
def test_halves_side_by_side_are_read_down_the_left_one_first(headed: bool) -> None:
    rows = halves(t14()[1:], 34)
    assert texts(read([[*HEAD, *HEAD], *rows] if headed else rows)) == counted()


def test_halves_go_on_over_pages_in_either_order() -> None:
    whole = halves(t14()[1:], 34)
    head = [[*HEAD, *HEAD]]
    assert texts(read([*head, *whole[:20]], [*head, *whole[20:]])) == counted()
    body = t14()[1:]
    pages = [[*head, *halves(body[:40], 20)], [*head, *halves(body[40:], 14)]]
    assert texts(read(*pages)) == counted()


def test_halves_read_across_come_out_right() -> None:
    body = t14()[1:]
    rows = [
        [*body[n], *(body[n + 1] if n + 1 < len(body) else [""] * 3)]
        for n in range(0, len(body), 2)
    ]
    assert texts(read([[*HEAD, *HEAD], *rows])) == counted()


@given(cut=st.integers(1, len(T14_LINES) - 1), again=st.booleans(), joined=st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_page_break_anywhere_loses_nothing(cut: int, again: bool, joined: bool) -> None:
    head, *body = t14()
    below = [head, *body[cut:]] if again else body[cut:]
    assert texts(read([head, *body[:cut]], below, joined=joined)) == counted()


def test_a_label_cut_by_a_page_break_is_one_label() -> None:
    head, *body = t14()
    at = next(n for n, row in enumerate(body) if "危及国家安全" in row[0])
    label, unit, value = body[at]
    for first, second in (
        ([label[:10], "", ""], [label[10:], unit, value]),
        ([label[:10], unit, value], [label[10:], "", ""]),
    ):
        reading = read([head, *body[:at], first], [second, *body[at + 1 :]])
        assert texts(reading) == counted()
        assert found(reading)["replies.refused.security_stability"].label == label


def test_a_label_over_two_rows_of_the_table_is_one_label() -> None:
    head, *body = t14()
    at = next(n for n, row in enumerate(body) if "危及国家安全" in row[0])
    label, unit, value = body[at]
    for two in (
        [[label[:10], "", ""], [label[10:], unit, value]],
        [[label[:10], unit, value], [label[10:], "", ""]],
    ):
        assert texts(read([head, *body[:at], *two, *body[at + 1 :]])) == counted()


def test_chapters_in_a_column_of_their_own_tell_rows_of_the_same_words_apart() -> None:
    own = {
        "disclosure": "主动公开情况", "response": "回应解读情况", "requests": "依申请公开情况",
        "replies": "依申请公开情况", "litigation": "行政诉讼情况",
        "organisation": "机构建设和保障经费情况", "meetings": "会议和培训情况",
    }  # fmt: skip
    left_out = ("litigation.total", "litigation.upheld")
    lines = [
        line
        for line in T14_LINES
        if line.code and line.code.split(".")[0] in own and line.code not in left_out
    ]
    document = started()
    cells = [GridCell(0, c, 1, 1, text) for c, text in enumerate(["类别", *HEAD])]
    begun: dict[str, int] = {}
    for n, line in enumerate(lines, start=1):
        begun.setdefault(own[(line.code or "").split(".")[0]], n)
        for c, text in enumerate((line.label, line.unit, counted()[line.code or ""]), start=1):
            cells.append(GridCell(n, c, 1, 1, text or ""))
    ends = [*list(begun.values())[1:], len(lines) + 1]
    for (chapter, row), end in zip(begun.items(), ends, strict=True):
        cells.append(GridCell(row, 0, end - row, 1, chapter))
    document.add_table(cells, (len(lines) + 1, 4))
    got = texts(finished(document))
    assert {row: text for row, text in got.items() if text is not None} == {
        line.code: counted()[line.code or ""] for line in lines
    }


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


# --- relations ---


def holding() -> dict[str, str]:
    """Numbers that keep every relation."""
    values = dict.fromkeys(T14_CODES, "0")
    values |= {
        "disclosure.items": "90", "disclosure.website": "80", "disclosure.normative_documents": "3",
        "requests.received": "12", "requests.in_person": "2", "requests.online": "10",
        "requests.completed": "11", "requests.on_time": "9", "requests.extended": "2",
        "replies.total": "11", "replies.granted": "6", "replies.refused": "4",
        "replies.refused.privacy": "3", "replies.refused.state_secret": "1",
        "replies.not_exist": "1", "review.total": "2", "review.upheld": "2",
        "organisation.staff": "5", "organisation.full_time": "1", "organisation.part_time": "4",
    }  # fmt: skip
    return values


def test_sums_that_hold_hold() -> None:
    reading = read(t14(holding()))
    statuses = {(r.id, r.scope): str(r.status) for r in reading.relations}
    assert set(statuses.values()) == {"holds"}
    assert [sum(i == name for i, _ in statuses) for name in ("T14-1", "T14-2", "T14-3")] == [
        5,
        2,
        9,
    ]


@pytest.mark.parametrize(
    ("row", "value", "broken"),
    [
        ("requests.fax", "1", {("T14-1", "requests.received")}),
        ("requests.extended", "3", {("T14-1", "requests.completed")}),
        ("organisation.staff", "6", {("T14-1", "organisation.staff")}),
        ("litigation.other", "1", {("T14-1", "litigation.total")}),
        ("replies.refused.privacy", "4", {("T14-2", "replies.refused")}),
        ("replies.not_exist", "2", {("T14-2", "replies.total")}),
        ("disclosure.weibo", "91", {("T14-3", "disclosure.weibo")}),
        ("response.interviews_by_leader", "1", {("T14-3", "response.interviews_by_leader")}),
    ],
)
def test_a_wrong_number_breaks_what_it_is_part_of(
    row: str, value: str, broken: set[tuple[str, str]]
) -> None:
    reading = read(t14(holding() | {row: value}))
    violated = [r for r in reading.relations if str(r.status) == "violated"]
    assert {(r.id, r.scope) for r in violated} == broken
    assert all(r.level == ("S" if r.id == "T14-3" else "H") for r in violated)
    assert found(reading)[row].value == int(value)


def test_a_blank_part_counts_as_nothing_and_a_blank_total_leaves_the_sum_open() -> None:
    reading = read(t14(holding() | {"requests.fax": "", "review.total": ""}))
    scopes = results(reading, "T14-1")
    assert str(scopes["requests.received"].status) == "holds"
    assert str(scopes["review.total"].status) == "untestable"


def test_relations_are_told_in_words() -> None:
    reading = read(t14(holding() | {"requests.fax": "1", "requests.completed": "13"}))
    said = [relation_in_words(r, "T14") for r in reading.relations if str(r.status) == "violated"]
    assert said == [
        "收到申请数: the total is printed as 12, its parts add up to 13 (T14-1, so it is printed)",
        "申请办结数: the total is printed as 13, its parts add up to 11 (T14-1, so it is printed)",
        "申请办结数: 13 completed, but 11 answered (T14-3, a warning, whose fault is not known)",
    ]


# --- local tables ---


def test_a_local_table_says_which_column_a_number_came_from() -> None:
    reading = read(LOCAL)
    assert template(reading) == "T08"
    month, year = texts(reading, "current_period"), texts(reading, "year_to_date")
    assert (month["disclosure.items"], year["disclosure.items"]) == ("30", "99")
    assert (month["requests.online"], year["requests.online"]) == ("4", "7")
    assert list(month) == list(year)
    assert len(month) == 13
    assert (month["row_04"], year["row_04"]) == ("", "4")
    cell = found(reading, "year_to_date")["row_04"]
    assert (cell.label, cell.unit, cell.column_label) == ("编印信息简报", "期", "本年累计")
    assert found(reading, "year_to_date")["replies.refused.exempt_2"].kind is Kind.NOT_APPLICABLE


def test_a_local_table_has_only_the_cells_that_it_prints() -> None:
    reading = read(LOCAL)
    assert not any(cell.kind is Kind.CELL_NOT_IN_SOURCE for cell in reading.cells)
    assert "cells_missing" not in reading.flags


def test_units_of_a_local_table_are_the_printed_ones_or_unknown() -> None:
    rows = [[row[0], *row[3:]] for row in LOCAL if row[0] != "甲"]
    assert {cell.unit for cell in read(rows).cells} == {None}


def test_sums_of_a_local_table_are_tried_in_each_column() -> None:
    reading = read(LOCAL)
    assert {s: str(r.status) for s, r in results(reading, "T08-1").items()} == {
        "requests.total/current_period": "holds",
        "requests.total/year_to_date": "holds",
    }
    replies = results(reading, "T08-2")
    assert {s: str(r.status) for s, r in replies.items()} == {
        "replies.total/current_period": "holds",
        "replies.total/year_to_date": "violated",
    }
    assert replies["replies.total/year_to_date"].level == "H"


def test_a_sum_over_a_way_that_nobody_knows_only_warns() -> None:
    rows = [*LOCAL[:9], ["3.短信申请数", "条", "07", "1", "0"], *LOCAL[9:]]
    ways = results(read(rows), "T08-1")
    assert {r.level for r in ways.values()} == {"S"}


# --- what becomes of them ---


def test_the_national_table_has_a_sheet_and_a_local_one_has_not(tmp_path: Path) -> None:
    lines = [*T14_LINES, Line(None, "（四）开展专项检查次数", "次")]
    values = counted() | {"（四）开展专项检查次数": "3"}
    files = export([read(t14(values, lines)), read(LOCAL)], "csv", tmp_path)
    assert {"T14.csv", "cells.csv"} <= {path.name for path in files}
    assert "T08.csv" not in {path.name for path in files}
    header, row = list(csv.reader((tmp_path / "T14.csv").open(encoding="utf-8-sig")))
    shown = dict(zip(header, row, strict=True))
    assert shown["indicators/requests.received/value"] == counted()["requests.received"]
    assert [name.split("/")[1] for name in header if "/" in name] == list(T14_CODES)
    long = (tmp_path / "cells.csv").read_text(encoding="utf-8-sig")
    assert "indicators,row_59,value" in long
    assert "indicators,row_04,year_to_date" in long


# --- documents of the generator ---

fonts_installed = all(Path(font.path).is_file() for font in fonts.FONTS.values())
needs_fonts = pytest.mark.skipif(not fonts_installed, reason="the fonts are not all installed")


@needs_fonts
@pytest.mark.parametrize(("form", "seed"), [("T14", 3), ("T14", 12), ("T14", 21), ("T08", 42)])
def test_a_pdf_of_the_generator_is_read_without_a_wrong_cell(
    form: str, seed: int, tmp_path: Path
) -> None:
    sample = plan_sample(seed, "reportlab", form)
    facts = sample.facts
    assert isinstance(facts, OlderFacts)
    path = tmp_path / "sample.pdf"
    write_pdf(sample.document, sample.style, seed, path)
    reading = read_document(path.name, path.read_bytes(), ReadSettings(third_reader=False))
    assert template(reading) == form
    read_as = {c.key: (c.value, str(c.kind)) for c in reading.cells}
    assert read_as == {key: (c.value, c.kind) for key, c in facts.cells.items()}
    violated = {(r.id, r.scope) for r in reading.relations if str(r.status) == "violated"}
    hard = {pair for pair in violated if pair[0] != "T14-3"}
    assert hard == set(facts.verdict.violated)
    units = {c.key: c.unit for c in reading.cells if c.kind is not Kind.CELL_NOT_IN_SOURCE}
    assert {key: unit for key, unit in units.items() if unit} == facts.units


KEPT_APART = ("docx", "html_word", "html_broken", "text_pipes", "text_lines", "text_tsv")


@pytest.mark.parametrize(
    ("form", "producer"),
    one_in(
        3,
        [
            *((form, name) for form in ("T14", "T08") for name in KEPT_APART),
            ("T14", "text_one_line"),
        ],
    ),
)
def test_without_pages_no_cell_is_read_as_what_it_is_not(form: str, producer: str) -> None:
    for sample in plan_unpaged(40, 3, (producer,), form):
        made = make_file(sample)
        truth = unpaged_truth(sample, made, Damaged(made.data))
        name = f"{sample.name}{made.suffix}"
        reading = read_document(name, made.data, ReadSettings())
        assert template(reading) == form
        got = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
        for key, printed in sample.facts.cells.items():
            value, kind = got.get(key, (None, str(Kind.CELL_NOT_IN_SOURCE)))
            if producer.startswith("text") and kind in ("unread", "cell_not_in_source"):
                continue
            others = [tuple(other) for other in truth.get("accepted", {}).get(key, ())]
            assert (value, kind) in [(printed.value, printed.kind), *others], (name, key)


def flat(lines: Sequence[str]) -> DocumentReading:
    """A report as text, its table in these lines."""
    told = (
        "灵璧县教育局2016年政府信息公开工作年度报告\n一、概述\n做好各项工作。\n二、主动公开情况\n"
    )
    text = told + "公开了各类信息。\n三、依申请公开情况\n没有收到申请。\n" + "\n".join(lines)
    return read_document("a.txt", text.encode(), ReadSettings())


def test_a_cell_a_line_is_put_together_again() -> None:
    assert texts(flat([cell for row in t14() for cell in row])) == counted()


def test_numbers_out_of_their_rows_are_not_read() -> None:
    rows = t14()
    moved = [cell for row in rows[:40] for cell in row[:2]] + [row[2] for row in rows[:40]]
    reading = flat([*moved, *(cell for row in rows[40:] for cell in row)])
    assert all(cell.as_read == counted()[cell.key.split("/")[1]]
               for cell in reading.cells if cell.value is not None)  # fmt: skip


def test_where_repeated_lines_were_dropped_no_number_is_read() -> None:
    cells = [
        cell
        for row in t14(counted() | {"requests.fax": "0", "replies.granted": "0"})
        for cell in row
    ]
    reading = flat(list(dict.fromkeys(cells)))
    assert not any(cell.value is not None for cell in reading.cells)


@pytest.mark.parametrize("form", list(OlderForm))
def test_reports_of_the_generator_keep_their_sums_but_for_mistakes(form: OlderForm) -> None:
    for seed in range(30):
        assert make_older_facts(seed, form, mistakes=0).verdict.violated == ()
        wrong = make_older_facts(seed, form, habits=OlderHabits(), mistakes=1)
        assert wrong.mistakes
        assert wrong.verdict.violated or wrong.verdict.untestable


def test_the_generator_makes_older_forms_only_when_asked() -> None:
    assert {str(plan_sample(seed, "reportlab").facts.form) for seed in range(30)} <= {
        "T19", "T21", "T21_MIXTURE",
    }  # fmt: skip
    assert plan_sample(5, "reportlab", "T14").facts == plan_sample(5, "reportlab", "T14").facts
    assert {form.template for form in OlderForm} == {"T08", "T14"}
