"""Sums of the tables of indicators, and what becomes of local tables."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from indicator_tables import LOCAL, counted, found, read, results, t14, template, texts

from gouji.model import (
    Kind,
)
from gouji.reports.wording import relation_in_words
from gouji.store.export import export
from samples.generator.older.codes import T14_CODES, T14_LINES, Line

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
