"""The nouns: boxes that are never inside out, cells that pack without loss, JSON that is exact."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.model import (
    Box,
    CellPlace,
    CellState,
    DocumentReading,
    Failure,
    FailureKind,
    Kind,
    MediaType,
    PageText,
    Pipeline,
    ReportCell,
    SourceFile,
    SourceInfo,
    TableCell,
    TableCells,
    TablePart,
)
from gouji.model.contract import contract_json

calm = settings(deadline=None, max_examples=60)  # a busy machine is no failure

POINTS = st.floats(-20_000, 20_000, width=32)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    (left, right), (top, bottom) = (sorted(draw(st.tuples(POINTS, POINTS))) for _ in "xy")
    return Box(left, top, right, bottom)


@st.composite
def table_cells(draw: st.DrawFn) -> TableCell:
    places = draw(st.tuples(*(st.integers(0, 65_535) for _ in range(4))))
    text = draw(st.text(st.characters(codec=None), max_size=20))
    return TableCell(*places, text, draw(boxes()), draw(st.floats(0, 1, width=32)))


def reading(*cells: ReportCell, **more: object) -> DocumentReading:
    source = SourceInfo("a.pdf", "0" * 64, MediaType.PDF, 1)
    return DocumentReading(source, Pipeline("0.1.0", "digest"), None, cells, **more)  # type: ignore[arg-type]


def number_cell(value: int | Decimal) -> ReportCell:
    return ReportCell("a/b/c", value, Kind.NUMBER, "件", "x", value, 0.5, CellState.REVIEW)


def printed(document: DocumentReading) -> str:
    return "".join(contract_json(document))


@pytest.mark.parametrize(
    "edges", [(2, 0, 1, 1), (0, 2, 1, 1), (math.nan, 0, 1, 1), (0, 0, 1, math.nan)]
)
def test_a_box_is_never_inside_out(edges: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="inside out"):
        Box(*edges)


@given(boxes(), st.floats(-1000, 1000))
@calm
def test_a_box_can_shrink_to_a_point_but_no_further(box: Box, by: float) -> None:
    grown = box.expanded(by)
    assert grown.left <= box.center_x <= grown.right
    assert grown.top <= box.center_y <= grown.bottom


@given(boxes(), boxes())
@calm
def test_the_common_part_of_two_boxes_lies_in_both(one: Box, other: Box) -> None:
    common = one.intersection(other)
    assert common == other.intersection(one)
    around = Box.around((one, other))
    for box in (one, other) if common is None else (one, other, common):
        assert around.contains(box.left, box.top)
        assert around.contains(box.right, box.bottom)
    if common is not None:
        assert one.contains(common.left, common.top)
        assert other.contains(common.right, common.bottom)
    assert 0 <= one.overlap(other) <= 1


def test_nothing_has_no_box_around_it() -> None:
    with pytest.raises(ValueError, match="no boxes"):
        Box.around(())


@given(st.lists(table_cells(), max_size=12))
@calm
def test_packed_cells_come_back_as_they_were(cells: list[TableCell]) -> None:
    packed = TableCells(cells)
    assert list(packed) == cells
    again = TableCells.unpacked(packed.packed())
    assert list(again) == cells
    assert again == packed
    assert hash(again) == hash(packed)


@given(st.lists(table_cells(), min_size=1, max_size=4), st.data())
@calm
def test_cut_off_packed_cells_are_refused(cells: list[TableCell], data: st.DataObject) -> None:
    packed = TableCells(cells).packed()
    cut = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(ValueError):  # noqa: PT011 - json, utf-8 and array each say it their own way
        TableCells.unpacked(packed[:cut])


def test_cells_are_a_sequence() -> None:
    cells = [TableCell(0, i, 1, 1, str(i), Box(i, 0, i + 1, 1)) for i in range(5)]
    packed = TableCells(cells)
    assert packed[-1] == cells[-1]
    assert packed[1:3] == cells[1:3]
    with pytest.raises(IndexError):
        packed[5]
    with pytest.raises(IndexError):
        packed[-6]


@pytest.mark.parametrize(
    "value",
    [
        "2601.953875",
        "0.000001",
        "-0.50",
        "12345678901234567890",
        "12345678901234567890.123456",
        "1E+3",
    ],
)
def test_a_decimal_is_printed_exactly_as_a_number(value: str) -> None:
    text = printed(reading(number_cell(Decimal(value))))
    cell = json.loads(text, parse_float=Decimal, parse_int=Decimal)["cells"][0]
    assert cell["value"] == cell["as_printed"] == Decimal(value)
    assert f'"value": {Decimal(value):f},' in text


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30))
@calm
def test_every_number_survives_the_contract(value: Decimal | int) -> None:
    cell = json.loads(printed(reading(number_cell(value))), parse_float=Decimal)["cells"][0]
    assert cell["value"] == value


@given(st.text(st.characters(codec="utf-8")))
@calm
def test_any_text_survives_the_contract_on_one_line(text: str) -> None:
    written = printed(
        reading(
            number_cell(Decimal("1.5")),
            text=(PageText(1, text),),
            flags=(text,),
            failures=(Failure(None, "open", FailureKind.DAMAGED, text),),
        )
    )
    assert "\n" not in written
    back = json.loads(written, parse_float=Decimal)
    assert back["text"][0]["text"] == back["flags"][0] == back["failures"][0]["message"] == text
    assert back["cells"][0]["value"] == Decimal("1.5")


@pytest.mark.parametrize(
    "text", ["\0", "\0 12\0", '"', "\\", '\\"\0', '\0"12"\0', "\\u000012\\u0000"]
)
def test_nuls_and_quotes_do_not_break_the_contract(text: str) -> None:
    assert json.loads(printed(reading(text=(PageText(1, text),))))["text"][0]["text"] == text


def test_a_file_name_that_is_no_text_can_still_be_written_out() -> None:
    source = SourceInfo("a\udcff.pdf", "0" * 64, MediaType.PDF, 0)
    written = printed(DocumentReading(source, Pipeline("0.1.0", "digest")))
    assert json.loads(written.encode("utf-8"))["source"]["name"].startswith("a")


def test_text_that_looks_like_a_marked_number_stays_text() -> None:
    for text in ("\x0012\x00", "\x0012.5\x00"):
        back = json.loads(printed(reading(text=(PageText(1, text),))))
        assert back["text"][0]["text"] == text


def test_the_contract_has_every_field_a_reader_asks_for() -> None:
    part = TablePart(
        1, 0, None, Box(0, 0, 9, 9), (1, 1),
        TableCells([TableCell(0, 0, 1, 1, "甲", Box(0, 0, 9, 9))]), "pdf_table",
    )  # fmt: skip
    place = CellPlace("pdf_table", "1", page=1, box=Box(1, 2, 3.004, 4), part=0)
    cell = ReportCell(
        "a/b/c", None, Kind.BLANK, None, "", None, 0.123456789, CellState.REVIEW, place=place
    )
    back = json.loads(printed(reading(cell, tables=(part,))))
    assert back["schema"] == 1
    assert set(back) >= {
        "source", "pipeline", "report", "cells", "relations", "prose", "tables", "text", "flags",
        "failures",
    }  # fmt: skip
    assert back["report"] is None
    assert back["cells"][0]["source"]["box"] == [1, 2, 3, 4]
    assert back["cells"][0]["kind"] == "blank"
    assert back["tables"][0]["cells"][0]["text"] == "甲"


def test_the_contract_comes_in_pieces() -> None:
    pieces = list(contract_json(reading(*(number_cell(i) for i in range(50)))))
    assert len(pieces) > 50


def test_a_source_is_known_by_its_digest() -> None:
    assert (
        SourceFile.of("a", b"1", MediaType.PDF).sha256
        == SourceFile.of("b", b"1", MediaType.PDF).sha256
    )
    assert (
        SourceFile.of("a", b"1", MediaType.PDF).sha256
        != SourceFile.of("a", b"2", MediaType.PDF).sha256
    )


@pytest.mark.parametrize(("page", "failed"), [(None, True), (3, False)])
def test_a_lost_page_is_no_lost_document(page: int | None, failed: bool) -> None:
    failure = Failure(page, "extract", FailureKind.PAGE_TIMEOUT, "late")
    assert reading(failures=(failure,)).failed is failed
