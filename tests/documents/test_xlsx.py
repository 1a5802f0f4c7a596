"""Workbooks as their sheets display them: cells, merged ranges, what is hidden, whole reports."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet
from shares import one_in
from xlsx_making import grid, inline, packed, parts_of, read, sheet, texts

from gouji.model import Kind
from gouji.reports.amounts import parse_amount
from samples.generator.batch import Sample, plan_sample
from samples.generator.document import Line
from samples.generator.forms import TableLayout
from samples.generator.truth import truth_of
from samples.generator.unpaged import make_file, plan_unpaged

# --- cells ---


def test_every_kind_of_cell_says_what_it_displays() -> None:
    strings = (
        "<si><t>规章</t></si>"
        "<si><r><t>行政</t></r><r><t>许可</t></r><rPh sb='0' eb='2'><t>ぎょうせい</t></rPh></si>"
        "<si><t>一_x000D_\n二</t></si>"
    )
    row = (
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1"><v>7</v></c>'
        '<c r="D1" t="str"><f>A1</f><v>公式</v></c><c r="E1" t="b"><v>1</v></c>'
        '<c r="F1" t="e"><f>1/0</f><v>#REF!</v></c><c r="G1" s="3"><v>5</v></c>'
        '<c r="H1" s="2"><v>0</v></c><c r="I1"><f>SUM(C1:C9)</f></c>'
        '<c r="J1" t="s"><v>99</v></c><c r="K1" t="s"><v>2</v></c><c r="L1" s="5" t="s"><v>0</v></c>'
        '<c r="M1"><f>C1*2</f><v>14</v></c>'
    )
    reading = read(
        packed(parts_of(f'<sheetData><row r="1">{row}</row></sheetData>', strings=strings))
    )
    (table,) = reading.tables
    assert [cell.text for cell in table.cells] == [
        "规章", "行政许可", "7", "公式", "TRUE", "#REF!", "5件", "", "=SUM(C1:C9)", "\ufffd",
        "一\n二", "", "14",
    ]  # fmt: skip
    assert "formulas_without_value" in reading.flags


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("#REF!", Kind.TEXT_DAMAGED),
        ("#DIV/0!", Kind.TEXT_DAMAGED),
        ("#N/A", Kind.TEXT_DAMAGED),
        ("########", Kind.TEXT_DAMAGED),
        ("\ufffd", Kind.TEXT_DAMAGED),
        ("=SUM(C1:C9)", Kind.UNREAD),
        ("=A1", Kind.UNREAD),
        ("=0", Kind.UNREAD),
    ],
)
def test_what_has_no_value_is_never_a_number(text: str, kind: Kind) -> None:
    amount = parse_amount(text)
    assert (amount.kind, amount.value) == (kind, None)


def test_cells_and_rows_without_their_place_follow_each_other() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert texts(sheet(rows)) == {(0, 0): "1", (0, 1): "2", (1, 0): "3", (1, 1): ""}


def test_zeros_are_blank_where_the_sheet_does_not_show_them() -> None:
    rows = '<row r="1"><c r="A1"><v>0</v></c><c r="B1"><v>4</v></c><c r="C1"><v>5</v></c></row>'
    view = '<sheetViews><sheetView showZeros="0"/></sheetViews>'
    assert texts(sheet(rows, before=view)) == {(0, 1): "4", (0, 2): "5"}


def test_what_is_hidden_is_no_print_and_the_rest_keeps_its_place() -> None:
    rows = "".join(
        f'<row r="{r}"{" hidden=" + chr(34) + "1" + chr(34) if r == 2 else ""}>'
        + "".join(f'<c r="{c}{r}"><v>{r}{n}</v></c>' for n, c in enumerate("ABC"))
        + "</row>"
        for r in (1, 2, 3)
    )
    columns = '<cols><col min="2" max="2" hidden="1" width="9"/></cols>'
    assert texts(sheet(rows, before=columns)) == {
        (0, 0): "10", (0, 2): "12", (2, 0): "30", (2, 2): "32",
    }  # fmt: skip


def test_a_hidden_sheet_is_left_out() -> None:
    book = Workbook()
    book.active.append(["甲", 1])
    for state in ("hidden", "veryHidden"):
        other = book.create_sheet(state)
        other.sheet_state = state
        other.append(["乙", 2])
    data = io.BytesIO()
    book.save(data)
    reading = read(data.getvalue())
    assert [cell.text for table in reading.tables for cell in table.cells] == ["甲", "1"]


# --- the grid ---


def test_merged_ranges_are_one_cell_and_their_other_cells_are_none() -> None:
    rows = (
        f'<row r="1">{inline("A1", "标签")}{inline("B1", "值")}</row>'
        f'<row r="2"><c r="A2"><v>9</v></c><c r="B2"><v>1</v></c></row>'
    )
    cells = grid(sheet(rows, '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'))
    assert {place: cell.text for place, cell in cells.items()} == {
        (0, 0): "标签", (0, 1): "值", (1, 1): "1",
    }  # fmt: skip
    assert (cells[0, 0].row_span, cells[0, 0].column_span) == (2, 1)


def test_a_merged_range_shows_in_what_is_left_of_it() -> None:
    rows = (
        f'<row r="1" hidden="1">{inline("A1", "甲")}<c r="C1"><v>0</v></c></row>'
        f'<row r="2"><c r="C2"><v>1</v></c></row><row r="3"><c r="C3"><v>2</v></c></row>'
    )
    cells = grid(sheet(rows, '<mergeCells><mergeCell ref="A1:B3"/></mergeCells>'))
    assert cells[1, 0].text == "甲"
    assert (cells[1, 0].row_span, cells[1, 0].column_span) == (2, 2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3), st.integers(0, 3)),
        max_size=8,
    ),
    st.sets(st.integers(0, 7), max_size=3),
    st.sets(st.integers(0, 7), max_size=3),
)
def test_cells_never_overlap_whatever_is_merged_and_hidden(
    ranges: list[tuple[int, int, int, int]], rows: set[int], columns: set[int]
) -> None:
    data = "".join(
        f'<row r="{r + 1}" hidden="{int(r in rows)}">'
        + "".join(f'<c r="{chr(65 + c)}{r + 1}"><v>{10 * r + c}</v></c>' for c in range(8))
        + "</row>"
        for r in range(8)
    )
    merged = "".join(
        f'<mergeCell ref="{chr(65 + c)}{r + 1}:{chr(65 + c + w)}{r + 1 + h}"/>'
        for r, c, h, w in ranges
    )
    hidden = "".join(f'<col min="{c + 1}" max="{c + 1}" hidden="1"/>' for c in columns)
    reading = read(
        packed(sheet(data, f"<mergeCells>{merged}</mergeCells>", f"<cols>{hidden}</cols>"))
    )
    assert not reading.failures
    taken: set[tuple[int, int]] = set()
    for table in reading.tables:
        for cell in table.cells:
            places = {
                (r, c)
                for r in range(cell.row, cell.row + cell.row_span)
                for c in range(cell.column, cell.column + cell.column_span)
                if r not in rows and c not in columns
            }
            assert places
            assert not places & taken
            taken |= places


# --- titles, headings, several tables on a sheet ---

BORDER = Border(*(Side(style="thin"),) * 4)


def fill(page: Worksheet, top: int, layout: TableLayout, *, borders: bool) -> int:
    """Put a table of the generator into a sheet; the row after it."""
    for cell in layout.cells:
        place = page.cell(top + cell.row, 1 + cell.column)
        number = cell.role == "value" and cell.text.isascii() and cell.text.isdigit()
        place.value = int(cell.text) if number else cell.text or None
        for row in cell.rows if borders else ():
            for column in cell.columns:
                page.cell(top + row, 1 + column).border = BORDER
        if cell.row_span * cell.column_span > 1:
            page.merge_cells(
                start_row=top + cell.row, end_row=top + cell.row + cell.row_span - 1,
                start_column=1 + cell.column, end_column=cell.column + cell.column_span,
            )  # fmt: skip
    return top + layout.rows


def workbook_of(sample: Sample, *, borders: bool, gap: int) -> bytes:
    """A whole report on one sheet: text in merged rows, tables between them."""
    book = Workbook()
    page, top = book.active, 1
    for block in sample.document.blocks:
        if isinstance(block, TableLayout):
            top = fill(page, top, block, borders=borders) + gap
        elif isinstance(block, Line):
            page.cell(top, 1, block.text)
            page.merge_cells(start_row=top, end_row=top, start_column=1, end_column=10)
            top += 1
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    "seed", one_in(4, [7, 9, 10, 16])
)  # 10 and 16 leave zeros blank; 7, 9 have a register
@pytest.mark.parametrize(("borders", "gap"), [(True, 0), (False, 1), (False, 0)])
def test_a_report_on_one_sheet_is_read(seed: int, borders: bool, gap: int) -> None:
    sample = plan_sample(seed, "libreoffice")
    truth = truth_of(sample.facts, sample.producer, sample.style)
    reading = read(workbook_of(sample, borders=borders, gap=gap))
    found = {c.key: c.value if c.kind is Kind.NUMBER else str(c.kind) for c in reading.cells}
    wanted = {
        key: truth["kinds"].get(key) or Decimal(str(value)) for key, value in truth["cells"].items()
    }
    assert found == wanted
    assert reading.report is not None
    assert reading.report.template == truth["template"]
    assert reading.report.issuer == truth["issuer"]
    assert reading.report.title == truth["title"]
    assert str(reading.report.publication_date) == str(truth["publication_date"])
    assert all(c.place and c.place.reader == "xlsx" for c in reading.cells)


def test_a_cell_is_placed_by_the_rows_and_columns_of_the_sheet() -> None:
    rows = (
        f'<row r="3">{inline("B3", "2023年度报告")}</row>'
        f'<row r="5">{inline("B5", "甲")}<c r="C5"><v>1</v></c></row>'
        f'<row r="7">{inline("B7", "乙")}<c r="C7"><v>2</v></c></row>'
    )
    assert texts(sheet(rows)) == {(4, 1): "甲", (4, 2): "1", (6, 1): "乙", (6, 2): "2"}


# --- hostile and broken ---


@pytest.mark.parametrize("seed", [2, 5])
def test_a_report_as_a_workbook_is_read_and_its_cells_are_accepted(seed: int) -> None:
    (planned,) = plan_unpaged(seed, 1, ("xlsx",), "all")
    reading = read(make_file(planned).data)
    found = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
    wanted = {key: (cell.value, str(cell.kind)) for key, cell in planned.facts.cells.items()}
    assert found == wanted
    assert all(cell.state == "accepted" for cell in reading.cells)
    assert make_file(planned).data == make_file(planned).data
