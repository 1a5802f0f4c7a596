"""PDFs all the way: samples with known truth, and small pages that each play one trick."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from pdf_making import FONTS, Sheet, pdf, saved, stream, with_codes, with_pages
from places import SAMPLES
from shares import one_in

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading, FailureKind, RelationStatus, Route
from ocr.engines import EngineSettings

DIGITAL = sorted(SAMPLES.glob("*.pdf"))
each_sample = pytest.mark.parametrize("path", one_in(2, DIGITAL), ids=lambda path: path.stem)
some_samples = pytest.mark.parametrize("path", one_in(3, DIGITAL[::3]), ids=lambda path: path.stem)
PLAIN = SAMPLES / "t21_plain.pdf"


def read(data: bytes, **settings: object) -> DocumentReading:
    return read_document("a.pdf", data, ReadSettings(**settings))  # type: ignore[arg-type]


def truth_of(path: Path) -> dict[str, object]:
    text = path.with_name(path.stem + ".truth.json").read_text(encoding="utf-8")
    return dict(json.loads(text, parse_float=Decimal))


def assert_right(reading: DocumentReading, path: Path) -> None:
    """Value and kind of every cell, every violated sum, and none besides."""
    truth = truth_of(path)
    kinds = truth["kinds"]
    assert isinstance(kinds, dict)
    assert reading.failures == ()
    assert reading.report is not None
    assert reading.report.template == truth["template"]
    assert {c.key: c.value for c in reading.cells} == truth["cells"]
    assert {c.key: str(c.kind) for c in reading.cells if c.kind != "number"} == kinds
    hard = [r for r in reading.relations if r.level == "H"]
    for name, status in (
        ("violated", RelationStatus.VIOLATED),
        ("untestable", RelationStatus.UNTESTABLE),
    ):
        found = sorted([r.id, r.scope] for r in hard if r.status is status)
        assert found == sorted(truth[name])  # type: ignore[call-overload]


def assert_places_fit(reading: DocumentReading) -> None:
    sizes = {p.facts.number: (p.facts.width, p.facts.height) for p in reading.pages}
    for cell in reading.cells:
        assert cell.place is not None
        assert cell.place.box is not None
        width, height = sizes[cell.place.page or 0]
        assert 0 <= cell.place.box.left < cell.place.box.right <= width
        assert 0 <= cell.place.box.top < cell.place.box.bottom <= height


@each_sample
def test_a_sample_is_read_without_a_fault(path: Path) -> None:
    reading = read(path.read_bytes())
    assert_right(reading, path)
    assert_places_fit(reading)


@each_sample
def test_what_a_sample_says_of_itself_is_read(path: Path) -> None:
    report, truth = read(path.read_bytes()).report, truth_of(path)
    assert report is not None
    assert report.title == truth["title"]
    assert report.issuer == truth["issuer"]
    assert report.report_year == truth["report_year"]
    assert report.index_number == truth["index_number"]
    written = report.publication_date and report.publication_date.isoformat()
    assert written == truth["publication_date"]


@some_samples
def test_reading_twice_gives_the_same(path: Path) -> None:
    assert read(path.read_bytes()) == read(path.read_bytes())


Page = pikepdf.Page


def size_of(page: Page) -> list[float]:
    return [float(x) for x in page.mediabox]


def boxed(page: Page, matrix: str, width: float, height: float) -> None:
    """The page with all it draws moved by ``matrix``, on a sheet of another size."""
    page.obj["/MediaBox"] = pikepdf.Array([0, 0, width, height])
    page.contents_add(f"q {matrix} cm".encode(), prepend=True)
    page.contents_add(b"Q")


def rotated(by: int) -> Callable[[Page], None]:
    def change(page: Page) -> None:
        page.obj["/Rotate"] = (int(page.obj.get("/Rotate", 0)) + by) % 360

    return change


def scaled(by: float) -> Callable[[Page], None]:
    def change(page: Page) -> None:
        _, _, width, height = size_of(page)
        boxed(page, f"{by} 0 0 {by} 0 0", by * width, by * height)

    return change


def sideways(page: Page) -> None:
    _, _, width, height = size_of(page)
    boxed(page, f"0 -1 1 0 0 {width}", height, width)


def upside_down(page: Page) -> None:
    _, _, width, height = size_of(page)
    boxed(page, f"-1 0 0 -1 {width} {height}", width, height)


def user_unit(page: Page) -> None:
    page.obj["/UserUnit"] = 2.5


def crop_box(page: Page) -> None:
    left, bottom, right, top = size_of(page)
    page.obj["/MediaBox"] = pikepdf.Array([left - 100, bottom - 50, right + 70, top + 30])
    page.obj["/CropBox"] = pikepdf.Array([left, bottom, right, top])


def elsewhere(page: Page) -> None:
    left, bottom, right, top = size_of(page)
    boxed(page, "1 0 0 1 1000 -700", right, top)
    page.obj["/MediaBox"] = pikepdf.Array([left + 1000, bottom - 700, right + 1000, top - 700])


def body_of(page: Page) -> bytes:
    contents = page.obj["/Contents"]
    pieces = contents if isinstance(contents, pikepdf.Array) else [contents]
    return b"\n".join(piece.read_bytes() for piece in pieces)


def struck_twice(page: Page) -> None:
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q q 1 0 0 1 0.3 0 cm " + body_of(page) + b" Q")


@pytest.mark.parametrize(
    "change",
    [
        rotated(90), rotated(180), rotated(270), user_unit, crop_box, elsewhere, scaled(0.5),
        scaled(4), sideways, upside_down, struck_twice,
    ],
    ids=[
        "rotate 90", "rotate 180", "rotate 270", "user unit", "crop box", "elsewhere", "half",
        "fourfold", "sideways", "upside down", "struck twice",
    ],
)  # fmt: skip
@some_samples
def test_the_same_page_in_another_frame_is_the_same_report(
    path: Path, change: Callable[[Page], None]
) -> None:
    reading = read(with_pages(path.read_bytes(), change), second_reader=False)
    assert_right(reading, path)
    assert_places_fit(reading)


@pytest.mark.slow
@pytest.mark.parametrize("change", [rotated(90), sideways, upside_down, struck_twice, crop_box])
@each_sample
def test_every_sample_in_another_frame_is_the_same_report(
    path: Path, change: Callable[[Page], None]
) -> None:
    assert_right(read(with_pages(path.read_bytes(), change)), path)


@pytest.mark.parametrize("matrix", [(1, 0, 0, 1, 0, 0), (0.5, 0, 0, 0.25, 30, 40)])
def test_a_report_within_form_objects_is_the_same_report(matrix: tuple[float, ...]) -> None:
    with pikepdf.open(PLAIN) as document:
        for page in document.pages:
            for _ in range(2):
                inner = document.make_stream(
                    body_of(page), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
                    BBox=pikepdf.Array(size_of(page)), Resources=page.obj["/Resources"],
                    Matrix=pikepdf.Array(list(matrix)),
                )  # fmt: skip
                a, _, _, d, e, f = matrix
                back = f"q {1 / a} 0 0 {1 / d} {-e / a} {-f / d} cm /X Do Q"
                page.obj["/Contents"] = document.make_stream(back.encode())
                page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
        assert_right(read(saved(document)), PLAIN)


@pytest.mark.parametrize("linear", [False, True])
def test_packed_objects_are_the_same_report(linear: bool) -> None:
    with pikepdf.open(PLAIN) as document:
        mode = pikepdf.ObjectStreamMode.generate
        assert_right(read(saved(document, object_stream_mode=mode, linearize=linear)), PLAIN)


def test_radicals_for_plain_characters_are_the_same_report() -> None:
    other = {"行": "⾏", "一": "⼀", "人": "⼈", "用": "⽤", "大": "⼤", "政": "政"}
    reading = read(with_codes(PLAIN.read_bytes(), other))
    assert_right(reading, PLAIN)
    assert any("radical" in page.facts.garbled_kinds for page in reading.pages)
    assert all(page.route is not Route.SCAN for page in reading.pages)


def test_digits_in_the_private_area_are_never_numbers_read_wrong() -> None:
    with_codes_lost = with_codes(PLAIN.read_bytes(), {str(d): chr(0xE000 + d) for d in range(10)})
    reading = read(with_codes_lost)
    wanted = truth_of(PLAIN)["cells"]
    assert isinstance(wanted, dict)
    wrong = {c.key: c.value for c in reading.cells if c.value not in (None, wanted[c.key])}
    assert wrong == {}


def test_a_font_mapped_to_the_private_area_needs_ocr_and_the_failure_names_the_page(
    tmp_path: Path,
) -> None:
    text = "政府信息公开工作年度报告本机关依申请公开申请数量"
    shifted = {c: chr(0xE000 + i) for i, c in enumerate(dict.fromkeys(text))}
    data = with_codes(PLAIN.read_bytes(), shifted | {str(d): chr(0xE100 + d) for d in range(10)})
    without_models = ReadSettings(ocr=EngineSettings(models=tmp_path))
    reading = read_document("a.pdf", data, without_models)
    failures = [f for f in reading.failures if f.kind is FailureKind.NEEDS_OCR]
    assert failures
    for failure in failures:
        assert f"page {failure.page}" in failure.message
        assert "private_use" in failure.message


# --- small pages -----------------------------------------------------------------------------

ROWS = [["规章", "12", "345"], ["许可", "0", "6789"]]
CELLS = ["规章", "12", "345", "许可", "0", "6789"]


def table() -> Sheet:
    return Sheet().table(ROWS)


def cells(data: bytes) -> list[str]:
    tables = read(data).tables
    assert len(tables) == 1, tables
    return [cell.text for cell in tables[0].cells]


def sheet_cells(sheet: Sheet, **more: object) -> list[str]:
    return cells(pdf(sheet.content, **more))  # type: ignore[arg-type]


def test_a_ruled_table_is_read_cell_by_cell() -> None:
    assert sheet_cells(table()) == CELLS


def test_fake_bold_is_read_once() -> None:
    sheet = table()
    for shift in (0.2, 0.4, 0.6):
        sheet.text(146 + shift, 115.6, "12").text(226 + shift, 139.6, "6789")
    assert sheet_cells(sheet) == CELLS


def test_real_doubled_digits_stay_doubled() -> None:
    assert sheet_cells(Sheet().table([["1111", "2200"], ["0", "77"]])) == [
        "1111",
        "2200",
        "0",
        "77",
    ]


def test_full_width_digits_are_kept_as_printed() -> None:
    assert sheet_cells(Sheet().table([["１２", "３"], ["0", "4"]])) == ["１２", "３", "0", "4"]


@pytest.mark.parametrize(
    "hidden",
    [
        Sheet().raw("1 g").text(150, 118, "99").raw("0 g"),
        Sheet().text(150, 118, "99", mode=3),
        Sheet().text(150, 118, "99", mode=7),
        Sheet().text(150, 118, "99", size=0.3),
        Sheet().text(-300, 118, "99"),
        Sheet().raw("/G gs").text(150, 118, "99").raw("/H gs"),
    ],
    ids=["white", "invisible", "clipping", "tiny", "off the page", "transparent"],
)
def test_text_that_nobody_sees_is_not_read(hidden: Sheet) -> None:
    states = b"/ExtGState << /G << /ca 0 /CA 0 >> /H << /ca 1 /CA 1 >> >>"
    data = pdf(hidden.content + b"\n" + table().content, resources=states)
    assert cells(data) == CELLS


def test_text_painted_over_is_not_read() -> None:
    sheet = Sheet().text(146, 115.6, "777").raw("1 g").bar(141, 101, 219, 123).raw("0 g")
    assert cells(pdf(sheet.content + b"\n" + table().content)) == CELLS


def test_white_text_on_a_dark_row_is_read() -> None:
    sheet = (
        Sheet()
        .raw(".2 .3 .5 rg")
        .bar(60, 100, 300, 124)
        .raw("0 g 0 G")
        .table([["", "", ""], ROWS[1]])
    )
    sheet.raw("1 g").text(66, 115.6, "规章").text(146, 115.6, "12").text(226, 115.6, "345")
    assert sheet_cells(sheet) == CELLS


def layered(state: bytes, *, name: bytes = b"(Draft)") -> bytes:
    """A page with 99 in a layer, printed over the table, whose default state is ``state``."""
    content = b"/OC /L BDC " + Sheet().text(160, 115.6, "99").content + b" EMC\n" + table().content
    data = pdf(
        content,
        resources=b"/Properties << /L 3 0 R >>",
        more=[b"<< /Type /OCG /Name %s >>" % name],
    )
    with pikepdf.open(io.BytesIO(data)) as document:
        layer = next(
            o
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/OCG"
        )
        document.Root["/OCProperties"] = pikepdf.Dictionary(
            OCGs=pikepdf.Array([layer]), D=pikepdf.Object.parse(state)
        )
        if b"/OFF [0]" in state:
            document.Root["/OCProperties"]["/D"]["/OFF"] = pikepdf.Array([layer])
        return saved(document)


@pytest.mark.parametrize(
    "name", [b"(Draft)", b"<FEFF8349 7A3F>", b"<E88D89E7A8BF>", b"(\\344\\270\\215)"]
)
def test_a_layer_that_is_switched_off_is_not_read(name: bytes) -> None:
    assert cells(layered(b"<< /OFF [0] >>", name=name)) == CELLS
    assert cells(layered(b"<< /BaseState /OFF >>", name=name)) == CELLS


def test_a_layer_that_is_switched_on_is_read() -> None:
    assert "99" in "".join(cells(layered(b"<< >>")))


def test_two_text_layers_over_each_other_are_read_once() -> None:
    assert cells(pdf(table().content + b"\n" + table().content)) == CELLS


def test_a_hidden_text_layer_over_a_picture_needs_ocr() -> None:
    picture = stream(
        b"\x80",
        b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    )
    sheet = Sheet().raw("q 595 0 0 842 0 0 cm /I Do Q")
    for line in range(20):
        sheet.text(60, 60 + 20 * line, "政府信息公开工作年度报告", mode=3)
    reading = read(pdf(sheet.content, resources=b"/XObject << /I 3 0 R >>", more=[picture]))
    (failure,) = (
        reading.failures
    )  # one pixel for a page: OCR is asked, and there is nothing to read
    assert (failure.page, failure.kind) == (1, FailureKind.PAGE_BROKEN)


def test_a_page_that_is_one_picture_needs_ocr_and_the_others_are_read() -> None:
    picture = stream(
        b"\x80",
        b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    )
    resources = b"/XObject << /I 3 0 R >>"
    data = pdf(
        table().content,
        b"q 595 0 0 842 0 0 cm /I Do Q",
        table().content,
        resources=resources,
        more=[picture],
    )
    reading = read(data)
    (failure,) = reading.failures
    assert (failure.page, failure.kind) == (2, FailureKind.PAGE_BROKEN)
    assert "page 2" in failure.message
    assert [t.page for t in reading.tables] == [1, 3]


def test_a_watermark_across_the_page_is_not_in_the_cells() -> None:
    watermark = b"BT /F1 40 Tf .7071 .7071 -.7071 .7071 80 640 Tm (draft 2024) Tj ET\n"
    assert cells(pdf(watermark + table().content)) == CELLS
    assert cells(pdf(table().content + b"\n" + watermark)) == CELLS


def test_a_seal_over_the_table_does_not_hide_what_is_under_it_when_it_is_transparent() -> None:
    picture = stream(
        b"\xff\0\0", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 "
        b"/ColorSpace /DeviceRGB /SMask 4 0 R",
    )  # fmt: skip
    mask = stream(
        b"\x40",
        b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
    )
    seal = b"\nq 120 0 0 120 150 660 cm /I Do Q"
    data = pdf(table().content + seal, resources=b"/XObject << /I 3 0 R >>", more=[picture, mask])
    assert cells(data) == CELLS


def test_one_page_turned_by_its_text_gives_boxes_of_the_page_as_displayed() -> None:
    sheet = Sheet(595)
    content = b"q 0 -1 1 0 0 595 cm 1 0 0 1 0 -247 cm " + table().content + b" Q"
    reading = read(pdf(content, size=(842, 595)))
    assert sheet.height == reading.pages[0].facts.height
    (found,) = reading.tables
    texts = [cell.text for cell in found.cells]
    assert texts == CELLS
    assert found.box.height > found.box.width  # it is printed on its side


@pytest.mark.parametrize(
    "line",
    [
        lambda s, x0, y0, x1, y1: s.line(x0, y0, x1, y1, 3.0),
        lambda s, x0, y0, x1, y1: s.bar(x0 - 0.25, y0 - 0.25, x1 + 0.25, y1 + 0.25),
        lambda s, x0, y0, x1, y1: s.bar(x0 - 2, y0 - 2, x1 + 2, y1 + 2),
        lambda s, x0, y0, x1, y1: s.raw("[1 1] 0 d").line(x0, y0, x1, y1).raw("[] 0 d"),
        lambda s, x0, y0, x1, y1: s.raw(".8 G").line(x0, y0, x1, y1, 0.1).raw("0 G"),
        lambda s, x0, y0, x1, y1: s.line(x0 - 1, y0 - 1, x1 - 1, y1 - 1).line(x0 + 1, y0 + 1, x1 + 1, y1 + 1),
        lambda s, x0, y0, x1, y1: s.raw(f"{x0} {842 - y0} {x1 - x0} {y0 - y1} re S"),
    ],
    ids=["thick", "thin bar", "thick bar", "dashed", "light hairline", "double", "flat rectangle"],
)  # fmt: skip
def test_rules_are_rules_however_they_are_drawn(line: Callable[..., object]) -> None:
    sheet = Sheet()
    for y in (100, 124, 148):
        line(sheet, 60, y, 300, y)
    for x in (60, 140, 220, 300):
        line(sheet, x, 100, x, 148)
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            sheet.text(66 + 80 * column, 115.6 + 24 * row, text)
    assert sheet_cells(sheet) == CELLS


def test_white_rules_are_no_rules() -> None:
    sheet = Sheet().raw("1 G").table(ROWS).raw("0 G")
    assert read(pdf(sheet.content)).tables == ()


def test_a_page_of_prose_has_no_table_and_its_text_in_order() -> None:
    sheet = (
        Sheet()
        .text(60, 80, "一、总体情况", 16)
        .text(60, 110, "本年收到申请12件。")
        .text(60, 130, "均已办结。")
    )
    reading = read(pdf(sheet.content))
    assert reading.tables == ()
    assert reading.report is None
    assert reading.text[0].text.split("\n") == ["一、总体情况", "本年收到申请12件。", "均已办结。"]


def test_any_other_table_is_read_without_a_report() -> None:
    reading = read(pdf(table().content))
    assert reading.report is None
    assert reading.cells == ()
    assert len(reading.tables) == 1


def test_characters_beyond_the_first_plane_are_whole() -> None:
    data = with_codes(PLAIN.read_bytes(), {"局": "\U00020bb7"})
    written = "".join(page.text for page in read(data).text)
    written.encode("utf-8")
    assert "\U00020bb7" in written or "\ufffd" in written


def test_a_character_is_at_its_place() -> None:
    reading = read(pdf(Sheet().table([["甲", "12"], ["乙", "3"]], left=100, top=200).content))
    box = reading.tables[0].cells[1].box
    assert box.as_list() == pytest.approx([180, 200, 260, 224], abs=0.6)


def test_fonts_named_here_are_in_every_page() -> None:
    assert b"/F1" in FONTS
    assert b"/F2" in FONTS
