"""The exports: every number exact, nothing run by a spreadsheet, nothing half written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import resource
import signal
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored_readings import cell, dead, page_less, readings, report

from gouji.model import (
    CellState,
    DocumentReading,
    InstallationIncomplete,
    Kind,
    StoreUnavailable,
    WrongUsage,
)
from gouji.store import ReadingFilter, Store
from gouji.store.export import Format, Links, export, files, table
from gouji.store.export.files import harmless
from gouji.store.export.wide import KeyOrder
from gouji.store.export.workbook import COLOURS, SheetLimits, Workbook

ODD = (
    cell("a/fees/amount", Decimal("43.7880")),
    cell("a/received/total", 2**70),
    cell("a/change/decisions", -3),
    cell("a/blank/decisions", None, Kind.BLANK),
    cell("a/slash/decisions", None, Kind.NOT_APPLICABLE),
    cell("a/cut_off/total", None, Kind.CELL_NOT_IN_SOURCE),
    cell("a/tiny/amount", Decimal("0.12345678901")),
)
FORMULA = '=HYPERLINK("http://a.example","1")'


def odd_report() -> DocumentReading:
    cells = (*ODD[:-1], replace(ODD[-1], as_read=FORMULA, label="@SUM(A1)"))
    return report(cells=cells)


def csv_rows(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff"), "Excel takes a CSV without the mark for another encoding"
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def json_rows(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text("utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


def test_the_long_form_has_a_row_a_cell_a_document_and_a_relation(tmp_path: Path) -> None:
    written = export([report(0), report(1), dead(2)], "csv", tmp_path / "out")
    assert [p.name for p in written] == [
        *("T21.csv", "cells.csv", "documents.csv", "prose.csv", "relations.csv")
    ]
    cells = csv_rows(tmp_path / "out" / "cells.csv")
    assert len(cells) == 6
    first = cells[0]
    assert first["key"] == "applications/granted_in_full/natural_person"
    assert (first["table"], first["row"], first["column"]) == tuple(first["key"].split("/"))
    assert (first["issuer"], first["label"], first["unit"]) == (
        "彰武县平安镇人民政府",
        "总计",
        "件",
    )
    assert (first["page"], first["left"], first["bottom"]) == ("4", "412.0", "246.0")
    assert len(csv_rows(tmp_path / "out" / "relations.csv")) == 4
    documents = csv_rows(tmp_path / "out" / "documents.csv")
    assert [d["cells"] for d in documents] == ["3", "3", "0"]
    assert "worker_died" in documents[2]["failures"]


def no_report() -> DocumentReading:
    """A page that explains a report, and is none."""
    return replace(page_less(3), report=None, cells=(), relations=(), prose=())


def test_a_document_without_pages_says_where_and_why(tmp_path: Path) -> None:
    export([page_less(), no_report()], "csv", tmp_path)
    (cell_,) = csv_rows(tmp_path / "cells.csv")
    assert (cell_["column_label"], cell_["place_row"], cell_["span_end"]) == (
        *("2009年度", "7", "121"),
    )
    (fact,) = csv_rows(tmp_path / "prose.csv")
    assert (fact["code"], fact["value"], fact["approximate"]) == ("requests_received", "2", "true")
    assert (fact["page"], fact["offset_start"], fact["span"]) == ("", "4", "收到申请2件")
    report_, other = csv_rows(tmp_path / "documents.csv")
    assert (report_["organ_level"], report_["period_end"]) == ("乡", "2023-12-31")
    assert (report_["document_number"], report_["organ_code"]) == (
        *("平政发〔2024〕3号", "11210922001215048K"),
    )
    assert (other["no_report"], other["issuer"], other["template"]) == ("explanation", "", "")
    assert "https://a.example/P0202401.docx" in other["attachments"]
    (wide,) = csv_rows(tmp_path / "T21.csv")
    assert wide["organ_level"] == "乡"


@pytest.mark.slow
def test_truth_is_truth_in_every_format(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    parquet = pytest.importorskip("pyarrow.parquet")
    for name in Format:
        export([page_less()], name, tmp_path)
    assert json_rows(tmp_path / "prose.jsonl")[0]["approximate"] is True
    assert parquet.read_table(tmp_path / "prose.parquet").to_pylist()[0]["approximate"] is True
    sheet = openpyxl.load_workbook(tmp_path / "gouji.xlsx")["prose"]
    header = [c.value for c in sheet[1]]
    assert sheet.cell(2, header.index("approximate") + 1).value is True


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet", "xlsx"])
def test_an_empty_store_gives_tables_with_headers_only(tmp_path: Path, format: str) -> None:  # noqa: A002
    assert export([], format, tmp_path)
    if format == "csv":
        assert csv_rows(tmp_path / "cells.csv") == []
        assert (tmp_path / "cells.csv").stat().st_size > 100


def test_csv_and_json_keep_every_digit(tmp_path: Path) -> None:
    for name in ("csv", "jsonl"):
        export([odd_report()], name, tmp_path)
    values = [row["value"] for row in csv_rows(tmp_path / "cells.csv")]
    assert values == ["43.7880", str(2**70), "-3", "", "", "", "0.12345678901"]
    numbers = [row["value"] for row in json_rows(tmp_path / "cells.jsonl")]
    assert numbers == [c.value for c in ODD]
    assert [type(n) for n in numbers] == [type(c.value) for c in ODD]


def test_a_wide_sheet_tells_blank_slash_and_missing_apart(tmp_path: Path) -> None:
    other = report(1, cells=(cell("a/fees/amount", 5), cell("a/only_here/x", 6)))
    for name in ("csv", "jsonl"):
        export([odd_report(), other], name, tmp_path)
    first, second = csv_rows(tmp_path / "T21.csv")
    assert first["a/fees/amount"] == "43.7880"
    assert first["a/change/decisions"] == "-3"
    assert first["a/blank/decisions"] == "blank"
    assert first["a/slash/decisions"] == "not_applicable"
    assert first["a/cut_off/total"] == "cell_not_in_source"
    assert first["a/only_here/x"] == ""
    assert (second["a/fees/amount"], second["a/only_here/x"]) == ("5", "6")
    assert (first["region"], first["publication_date"]) == (
        *("辽宁省/阜新市/彰武县/平安镇", "2024-01-20"),
    )
    assert json_rows(tmp_path / "T21.jsonl")[0]["a/blank/decisions"] == "blank"
    assert json_rows(tmp_path / "T21.jsonl")[0]["a/received/total"] == 2**70


def test_a_key_that_comes_twice_gets_two_columns(tmp_path: Path) -> None:
    export([report(cells=(cell("a/b/c", 1), cell("a/b/c", 2)))], "csv", tmp_path)
    (row,) = csv_rows(tmp_path / "T21.csv")
    assert (row["a/b/c"], row["a/b/c#2"]) == ("1", "2")


@given(st.lists(st.permutations("abcdefgh"), min_size=1, max_size=1), st.data())
def test_columns_keep_the_order_of_the_form(forms: list[list[str]], data: st.DataObject) -> None:
    (form,) = forms
    order = KeyOrder()
    order.add(form)
    for _ in range(3):
        some = data.draw(st.sets(st.sampled_from(form)))
        order.add([key for key in form if key in some])
    assert list(order) == form


def test_new_columns_come_after_their_neighbours() -> None:
    order = KeyOrder()
    for keys in ("ace", "abc", "cde", "0a"):
        order.add(list(keys))
    assert "".join(order) == "0abcde"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "-", "+", "--1"]
)
def test_what_looks_like_a_formula_is_made_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "+19", "-3.14", "0", "", "增10", "件=1", "'=1"])
def test_numbers_and_other_text_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_a_formula_in_a_report_is_not_run(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    for name in ("csv", "xlsx"):
        export([odd_report()], name, tmp_path)
    assert csv_rows(tmp_path / "cells.csv")[-1]["as_read"] == f"'{FORMULA}"
    book = openpyxl.load_workbook(tmp_path / "gouji.xlsx")
    found = [c for row in book["cells"].iter_rows() for c in row if c.value == FORMULA]
    assert [c.data_type for c in found] == ["s"]
    assert not any(c.data_type == "f" for s in book for row in s.iter_rows() for c in row)


def test_the_workbook_has_all_tables_coloured_by_state(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    cells = [replace(c, state=s) for c, s in zip(ODD, CellState, strict=False)]
    t19 = report(2, template="T19")
    export([report(cells=tuple(cells)), t19], "xlsx", tmp_path)
    book = openpyxl.load_workbook(tmp_path / "gouji.xlsx")
    assert book.sheetnames == ["legend", "cells", "documents", "relations", "prose", "T19", "T21"]
    assert book["cells"].freeze_panes == "A2"
    wide = book["T21"]
    assert wide.freeze_panes == "C2"
    header = [c.value for c in wide[1]]
    at = {key: wide.cell(2, header.index(key) + 1) for key in header}
    assert at["a/fees/amount"].value == 43.788
    assert at["a/received/total"].value == str(2**70), "a double cannot hold it: text"
    assert at["a/change/decisions"].value == -3
    assert at["a/blank/decisions"].value == "blank"
    assert at["publication_date"].value == datetime(2024, 1, 20)
    for cell_, state in ((ODD[1], CellState.REVIEW), (ODD[2], CellState.CORRECTED)):
        assert at[cell_.key].fill.start_color.rgb == f"FF{COLOURS[state][1:]}"
    assert at["a/fees/amount"].fill.fill_type is None


SHA = report().source.sha256
REVIEW = "https://review.example.org/gouji/"


def linked(sheet: Any, column: str) -> dict[int, str]:
    """By row, where the column leads."""
    at = [c.value for c in sheet[1]].index(column)
    cells = ((row[at].row, row[at].hyperlink) for row in sheet.iter_rows(min_row=2))
    return {n: f"{h.target}#{h.location}" if h.location else h.target for n, h in cells if h}


def test_a_row_of_the_workbook_leads_to_its_place_in_review(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    export([report(), page_less(2)], "xlsx", tmp_path, Links(REVIEW))
    book = openpyxl.load_workbook(tmp_path / "gouji.xlsx")
    there = f"https://review.example.org/gouji/report/{SHA}"
    assert set(linked(book["cells"], "page").values()) >= {
        f"{there}#page=4&box=412.00,233.50,431.20,246.00"
    }
    assert linked(book["documents"], "file")[2] == there
    assert linked(book["T21"], "file")[2] == there
    header = [c.value for c in book["cells"][1]]
    assert book["cells"].cell(2, header.index("page") + 1).value == 4, "still a number"
    assert linked(book["prose"], "page") == {2: f"{there}#page=1"} | {
        n: a for n, a in linked(book["prose"], "page").items() if n > 2
    }


def test_without_an_address_of_review_a_row_leads_to_the_document(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    data = b"%PDF-1.7"
    sha256 = hashlib.sha256(data).hexdigest()
    reading = report()
    reading = replace(reading, source=replace(reading.source, sha256=sha256))
    with Store.open(None, tmp_path / "勾稽 work#1") as store:
        store.save(reading, data)
        store.save(report(5))  # of which the bytes were not kept
        links = Links(None, store.file_address)
        export([r.reading for r in store.readings()], "xlsx", tmp_path, links)
    book = openpyxl.load_workbook(tmp_path / "gouji.xlsx")
    (place,) = set(linked(book["documents"], "file").values())
    assert Path(unquote(urlsplit(place).path)).read_bytes() == data
    assert set(linked(book["cells"], "page").values()) == {f"{place}#page=4"}


def test_more_links_than_a_sheet_can_hold_are_formulas(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = Workbook(tmp_path, SheetLimits(links=1), Links(REVIEW))
    fields = [table.Field("sha256"), table.Field("file"), table.Field("page", table.Type.INTEGER)]
    sheet = book.open_table("t", fields)
    for row in (
        ["a" * 64, "x", 1],
        ["b" * 64, "x", 2],
        ["c" * 64, 'a"b', None],
        ["d", "f" * 300, None],
    ):
        sheet.write(row, {})
    book.close()
    found = openpyxl.load_workbook(tmp_path / "gouji.xlsx")["t"]
    address = f"https://review.example.org/gouji/report/{'b' * 64}#page=2"
    assert linked(found, "page") == {
        2: f"https://review.example.org/gouji/report/{'a' * 64}#page=1"
    }
    assert found.cell(3, 3).value == f'=HYPERLINK("{address}",2)'
    assert found.cell(4, 2).value.endswith(',"a""b")')
    assert found.cell(5, 2).value == "f" * 300
    shown = openpyxl.load_workbook(tmp_path / "gouji.xlsx", data_only=True)["t"]
    assert (shown.cell(3, 3).value, shown.cell(4, 2).value) == (2, 'a"b')


def test_rows_and_columns_beyond_a_sheet_go_to_the_next(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = Workbook(tmp_path, SheetLimits(rows=3, columns=4))
    fields = [table.Field("file"), *(table.Field(k, table.Type.CELL) for k in "abcde")]
    sheets = book.open_table("T21", fields)
    for n in range(3):
        sheets.write([f"{n}.pdf", *range(n, n + 5)], {})
    sheets.close()
    book.close()
    read = openpyxl.load_workbook(tmp_path / "gouji.xlsx")
    found = {s.title: [[c.value for c in row] for row in s] for s in read if s.title != "legend"}
    assert list(found.values()) == [
        [["file", "a", "b", "c"], ["0.pdf", 0, 1, 2], ["1.pdf", 1, 2, 3]],
        [["file", "d", "e"], ["0.pdf", 3, 4], ["1.pdf", 4, 5]],
        [["file", "a", "b", "c"], ["2.pdf", 2, 3, 4]],
        [["file", "d", "e"], ["2.pdf", 5, 6]],
    ]
    assert list(found) == ["T21", "T21_2", "T21_3", "T21_4"]


def test_parquet_is_exact_and_never_rounds(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export([odd_report()], "parquet", tmp_path)
    rows = parquet.read_table(tmp_path / "cells.parquet").to_pylist()
    assert rows[0]["value"] == Decimal("43.7880")
    assert rows[0]["value_exact"] == "43.7880"
    assert rows[1]["value"] == 2**70
    assert (rows[3]["value"], rows[3]["value_exact"], rows[3]["kind"]) == (None, None, "blank")
    assert (rows[6]["value"], rows[6]["value_exact"]) == (None, "0.12345678901")
    (wide,) = parquet.read_table(tmp_path / "T21.parquet").to_pylist()
    assert wide["publication_date"] == date(2024, 1, 20)
    assert (wide["a/change/decisions"], wide["a/change/decisions__kind"]) == (-3, "number")
    assert (wide["a/blank/decisions"], wide["a/blank/decisions__kind"]) == (None, "blank")


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(some=st.lists(readings, max_size=3))
def test_any_readings_can_be_written_in_any_format(
    tmp_path: Path, some: list[DocumentReading]
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    parquet = pytest.importorskip("pyarrow.parquet")
    for name in Format:
        export(some, name, tmp_path)
    cells = sum(len(r.cells) for r in some)
    assert len(csv_rows(tmp_path / "cells.csv")) == cells
    assert parquet.read_table(tmp_path / "cells.parquet").num_rows == cells
    book = openpyxl.load_workbook(tmp_path / "gouji.xlsx", read_only=True)
    assert sum(1 for _ in book["cells"].iter_rows()) == cells + 1
    book.close()
    lines = (tmp_path / "cells.jsonl").read_bytes().splitlines()
    values = [json.loads(line, parse_float=Decimal)["value"] for line in lines]
    assert values == [c.value for r in some for c in r.cells]


def test_the_store_streams_into_an_export(tmp_path: Path) -> None:
    with Store.open(None, tmp_path / "work") as store:
        for n in range(3):
            store.save(report(n))
        stream = (s.reading for s in store.readings(ReadingFilter(year=2023), whole=False))
        export(stream, "jsonl", tmp_path / "out")
    assert len(json_rows(tmp_path / "out" / "cells.jsonl")) == 9


@pytest.mark.slow
@pytest.mark.parametrize("format", list(Format))
def test_memory_does_not_grow_with_the_number_of_reports(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format: str,  # noqa: A002
) -> None:
    monkeypatch.setattr(files, "VALUES_AT_ONCE", 2_000)
    one = report(cells=tuple(cell(f"applications/row{n // 7}/{n % 7}", 3) for n in range(200)))
    peaks = []
    for count in (10, 10, 60):  # the first one pays for what is imported
        tracemalloc.start()
        export((one for _ in range(count)), format, tmp_path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] * 1.3 + 500_000


class Stopped(Exception):
    """What breaks an export in the middle."""


def breaks_off() -> Iterator[DocumentReading]:
    yield report(1)
    raise Stopped


@pytest.mark.parametrize("format", list(Format))
def test_an_export_that_breaks_off_leaves_the_folder_as_it_was(
    tmp_path: Path,
    format: str,  # noqa: A002
) -> None:
    before = {path: path.read_bytes() for path in export([report(0)], format, tmp_path)}
    with pytest.raises(Stopped):
        export(breaks_off(), format, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("format", list(Format))
def test_a_disk_that_fills_up_is_one_line_and_leaves_nothing(tmp_path: Path, format: str) -> None:  # noqa: A002
    many = [replace(report(n), text=()) for n in range(300)]
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, old[1]))
    try:
        with pytest.raises(StoreUnavailable) as caught:
            export(many, format, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    assert "File too large" in str(caught.value)
    assert "--out" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_no_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StoreUnavailable, match="File exists"):
        export([report()], "csv", tmp_path / "out")


@pytest.mark.parametrize(("format", "package"), [("parquet", "pyarrow"), ("xlsx", "xlsxwriter")])
def test_a_missing_package_names_the_command_that_installs_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format: str,  # noqa: A002
    package: str,
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InstallationIncomplete, match=r"pip install 'gouji\[export\]'"):
        export([report()], format, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="csv, jsonl, parquet, xlsx"):
        export([report()], "pdf", tmp_path)
    assert os.listdir(tmp_path) == []
