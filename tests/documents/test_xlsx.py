"""Workbooks as their sheets display them: formats, merged ranges, what is hidden, what is broken."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from extractors.reading import read_document
from extractors.settings import ReadSettings
from extractors.sheets import extract as xlsx_extract
from extractors.sheets import package as xlsx_package
from extractors.sheets.number_format import BUILT_IN, display_number, display_text
from gouji.model import DocumentReading, FailureKind, Kind, TableCell
from gouji.reports.amounts import parse_amount
from samples.generator.batch import Sample, plan_sample
from samples.generator.document import Line
from samples.generator.forms import TableLayout
from samples.generator.truth import truth_of
from samples.generator.unpaged import make_file, plan_unpaged

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FORMATS = ("General", "0", "#,##0;-#,##0;;@", '0"件"', "@", "0;0;0;")


def part(name: str, inner: str, attributes: str = "") -> str:
    return f'<?xml version="1.0"?><{name} xmlns="{MAIN}" xmlns:r="{LINKS}" {attributes}>{inner}</{name}>'


def packed(parts: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def parts_of(sheet: str, *, strings: str = "", book: str = "") -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet; cell style n has the n-th of FORMATS."""
    codes = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
                    for n, code in enumerate(FORMATS))  # fmt: skip
    xfs = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(FORMATS)))
    return {
        "xl/workbook.xml": part("workbook", f'{book}<sheets><sheet name="一" r:id="r1"/></sheets>'),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{LINKS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r3" Type="{LINKS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": part("worksheet", sheet),
        "xl/styles.xml": part("styleSheet", f"<numFmts>{codes}</numFmts><cellXfs>{xfs}</cellXfs>"),
        "xl/sharedStrings.xml": part("sst", strings),
    }


def read(data: bytes, **wishes: object) -> DocumentReading:
    return read_document("a.xlsx", data, ReadSettings(**wishes))  # type: ignore[arg-type]


def sheet(rows: str, more: str = "", before: str = "") -> dict[str, str | bytes]:
    return parts_of(f"{before}<sheetData>{rows}</sheetData>{more}")


def grid(parts: dict[str, str | bytes]) -> dict[tuple[int, int], TableCell]:
    reading = read(packed(parts))
    assert not reading.failures
    return {(cell.row, cell.column): cell for table in reading.tables for cell in table.cells}


def texts(parts: dict[str, str | bytes]) -> dict[tuple[int, int], str]:
    return {place: cell.text for place, cell in grid(parts).items()}


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


# --- values as displayed ---


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("0", "General", "0"),
        ("0.28999999999999998", "General", "0.29"),
        ("59237.2449", "General", "59237.2449"),
        ("11398889", "General", "11398889"),
        ("316441.123456", "General", "316441.1235"),
        ("0.00001", "General", "1E-05"),
        ("-3", "General", "-3"),
        ("1234567", "#,##0", "1,234,567"),
        ("999.995", "#,##0.00", "1,000.00"),
        ("2.5", "0", "3"),
        ("-0.4", "0", "0"),
        ("0", "0.00", "0.00"),
        ("0", "#,##0;-#,##0;;@", ""),
        ("-7", "#,##0;-#,##0;;@", "-7"),
        ("0", ";;", ""),
        ("0", BUILT_IN[41], "-"),
        ("1234", BUILT_IN[41], "1,234"),
        ("-1234.5", BUILT_IN[43], "-1,234.50"),
        ("5", '0"件"', "5件"),
        ("5", 'G/通用格式"件"', "5件"),
        ("3", "+0;-0;0", "+3"),
        ("0.5", "0%", "50%"),
        ("0.12345", "0.00%", "12.35%"),
        ("1.5", "?0.0?", "1.5"),
        ("0.5", "#.##", ".5"),
        ("123456", "000-000", "123-456"),
        ("12345", "0.0,", "12.3"),
        ("1234567", "0.00E+00", "1.23E+06"),
        ("0.00012345", "0.00E+00", "1.23E-04"),
        ("1234567", "##0.0E+0", "1.2E+6"),
        ("15", '[>10]"多";"少"', "多"),
        ("5", '[>10]"多";"少"', "少"),
        ("12.5", "[$¥-804]#,##0.00", "¥12.50"),
        ("7", "[Red]0_ ", "7"),
        ("123", "[DBNum1][$-804]General", "一百二十三"),
        ("10020", "[DBNum2]0", "壹万零贰拾"),
        ("45", "@", "45"),
        ("45319", "yyyy/m/d", "2024/1/28"),
        ("45319.6875", BUILT_IN[22], "2024/1/28 16:30"),
        ("45319", BUILT_IN[31], "2024年1月28日"),
        ("45319", '[DBNum1]yyyy"年"m"月"d"日"', "二〇二四年一月二十八日"),
        ("45319.25", BUILT_IN[34], "上午6时00分"),
        ("45319.75", "h:mm AM/PM", "6:00 PM"),
        ("45319", "aaaa", "星期日"),
        ("1.5", "[h]:mm:ss", "36:00:00"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("-1", "yyyy-mm-dd", "########"),
        ("3", "", "3"),
        ("3", '"不完整', "不完整"),
    ],
)
def test_a_number_is_shown_by_its_format(value: str, code: str, shown: str) -> None:
    assert display_number(Decimal(value), code or "General") == shown


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    assert display_number(Decimal(43857), "yyyy/m/d", from_1904=True) == "2024/1/28"


@pytest.mark.parametrize(
    ("code", "shown"), [("General", "甲"), ("@", "甲"), (";;;", ""), ('0;0;0;"第"@"号"', "第甲号")]
)
def test_a_format_may_add_to_a_text_or_hide_it(code: str, shown: str) -> None:
    assert display_text("甲", code) == shown


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_keep_every_digit(number: int) -> None:
    value = Decimal(number)
    assert display_number(value, "General") == str(number)
    assert display_number(value, "#,##0") == f"{number:,}"


@given(st.decimals(-(10**9), 10**9, places=4))
def test_grouped_decimals_are_rounded_as_by_hand(number: Decimal) -> None:
    shown = display_number(number, "#,##0.00")
    assert abs(Decimal(shown.replace(",", "")) - number) <= Decimal("0.005")
    assert shown.replace(",", "").partition(".")[2].isdecimal()


@given(st.text(max_size=40), st.decimals())
def test_no_format_is_too_odd(code: str, number: Decimal) -> None:
    assert isinstance(display_number(number, code), str)
    assert isinstance(display_text("甲", code), str)


@given(
    st.text('0#?.,%E+-;@"_*\\[]DBNum1ymdhs/ 年', max_size=30),
    st.decimals() | st.decimals(-(10**6), 10**6),
)
def test_no_format_of_the_right_letters_is_too_odd(code: str, number: Decimal) -> None:
    assert isinstance(display_number(number, code), str)


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
    "seed", [7, 9, 10, 16]
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


@pytest.mark.parametrize("seed", [2, 5])
def test_a_report_as_a_workbook_is_read_and_its_cells_are_accepted(seed: int) -> None:
    (planned,) = plan_unpaged(seed, 1, ("xlsx",), "all")
    reading = read(make_file(planned).data)
    found = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
    wanted = {key: (cell.value, str(cell.kind)) for key, cell in planned.facts.cells.items()}
    assert found == wanted
    assert all(cell.state == "accepted" for cell in reading.cells)
    assert make_file(planned).data == make_file(planned).data
