"""Tables of the years before 2019: T14 and local ones, their lines and columns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indicator_tables import (
    DASH,
    HEAD,
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

from gouji.model import (
    GridCell,
    Kind,
)
from gouji.reports.forms import value_keys
from samples.generator.older.codes import T14_CODES, T14_LINES

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
