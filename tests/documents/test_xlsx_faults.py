"""Workbooks that are broken, hostile or endless: one clear line each, in bounded time."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from xlsx_making import inline, packed, part, parts_of, read, sheet, texts

from extractors.sheets import extract as xlsx_extract
from extractors.sheets import package as xlsx_package
from gouji.model import FailureKind


def failure(parts: dict[str, str | bytes] | bytes, **wishes: object) -> tuple[FailureKind, str]:
    data = parts if isinstance(parts, bytes) else packed(parts)
    (only,) = read(data, **wishes).failures
    assert only.page is None
    assert "\n" not in only.message
    return only.kind, only.message


def test_a_sheet_of_a_million_rows_with_little_in_it_is_read() -> None:
    rows = f'<row r="1">{inline("A1", "甲")}<c r="B1"><v>1</v></c></row>'
    rows += '<row r="1048576"><c r="XFD1048576" s="1"/><c r="A1048576" s="1"/></row>'
    more = '<mergeCells><mergeCell ref="A2:XFD1048576"/><mergeCell ref="C1:XFD1"/></mergeCells>'
    before = '<dimension ref="A1:XFD1048576"/>'
    assert texts(sheet(rows, more, before)) == {(0, 0): "甲", (0, 1): "1"}


def test_what_stands_far_down_is_left_out_with_a_word() -> None:
    rows = f'<row r="1">{inline("A1", "甲")}<c r="B1"><v>1</v></c></row>'
    rows += '<row r="1048576"><c r="XFD1048576"><v>5</v></c></row>'
    reading = read(packed(sheet(rows)))
    (only,) = reading.failures
    assert only.kind is FailureKind.TOO_MANY_PAGES
    assert not reading.failed
    assert [c.text for c in reading.tables[0].cells] == ["甲", "1"]


def test_cells_beyond_all_measure_are_left_out_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_extract, "MOST_CELLS", 6)
    rows = "".join(f"<row><c><v>{r}</v></c><c><v>1</v></c></row>" for r in range(5))
    reading = read(packed(sheet(rows)))
    (only,) = reading.failures
    assert "4 cells are left out" in only.message
    assert [c.text for c in reading.tables[0].cells] == ["0", "1", "1", "1", "2", "1"]


def test_two_far_corners_do_not_make_a_grid_of_millions() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    rows += '<row r="60000"><c r="A60000"><v>3</v></c><c r="XFD60000"><v>4</v></c></row>'
    assert len(texts(sheet(rows))) == 6


@pytest.mark.slow
def test_ten_thousand_rows_are_read() -> None:
    rows = "".join(
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><v>{r}</v></c>' for c in "ABCDEFGH") + "</row>"
        for r in range(1, 10_001)
    )
    reading = read(packed(sheet(rows)))
    assert not reading.failures
    assert len(reading.tables[0].cells) == 80_000


def test_a_damaged_sheet_gives_what_was_read_before_the_damage() -> None:
    good = f'<row r="1">{inline("A1", "甲")}<c r="B1"><v>1</v></c></row>'
    parts = parts_of(f"<sheetData>{good}<row><c><v>2</row>")
    reading = read(packed(parts))
    assert [f.kind for f in reading.failures] == [FailureKind.DAMAGED]
    assert [c.text for c in reading.tables[0].cells] == ["甲", "1"]


def test_a_sheet_that_is_listed_and_not_there_is_told() -> None:
    parts = sheet("<row><c><v>1</v></c></row>")
    parts["xl/workbook.xml"] = part(
        "workbook", '<sheets><sheet name="一" r:id="r1"/><sheet name="二" r:id="r9"/></sheets>'
    )
    reading = read(packed(parts))
    (only,) = reading.failures
    assert "'二'" in only.message
    assert not reading.failed
    assert [page.text for page in reading.text] == ["1"]


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_a_part_that_is_no_xml_is_a_damaged_workbook(name: str) -> None:
    parts = sheet("<row><c><v>1</v></c></row>")
    parts[name] = "nothing"
    kind, message = failure(parts)
    assert kind is FailureKind.DAMAGED
    assert "damaged" in message


def test_a_workbook_that_breaks_off_is_damaged() -> None:
    book = Workbook()
    book.active.append(["甲", 1])
    data = io.BytesIO()
    book.save(data)
    assert failure(data.getvalue()[:-400])[0] in (FailureKind.DAMAGED, FailureKind.UNSUPPORTED)


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    parts = sheet('<row><c t="inlineStr"><is><t>&b;</t></is></c><c><v>1</v></c></row>')
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    )
    text = str(parts["xl/worksheets/sheet1.xml"])
    parts["xl/worksheets/sheet1.xml"] = text.replace("?><", f"?>{bomb}<")
    reading = read(packed(parts))
    assert all("ha" not in c.text for table in reading.tables for c in table.cells)


def test_a_part_that_unpacks_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_package, "LARGEST_PART", 1 << 20)
    parts = sheet("<row><c><v>1</v></c></row>" + " " * (2 << 20))
    kind, message = failure(parts)
    assert kind is FailureKind.DAMAGED
    assert "1 MB" in message


def test_time_is_up_for_a_sheet_as_well() -> None:
    rows = "<row><c><v>1</v></c></row>" * 20_000
    assert failure(sheet(rows), document_seconds=0.0)[0] is FailureKind.DOCUMENT_TIMEOUT


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_bytes_for_a_sheet_are_a_reading(junk: bytes) -> None:
    parts = sheet("")
    parts["xl/worksheets/sheet1.xml"] = junk
    reading = read(packed(parts))
    assert reading.failures
    assert all(f.kind is not FailureKind.INTERNAL for f in reading.failures)
