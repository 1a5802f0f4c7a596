"""Pictures of what was read: nothing printed is hidden, and marks say what the reading says."""

from __future__ import annotations

import io
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from places import SAMPLES
from shares import one_in

from extractors.pdf.document import PageFrame, PdfFile
from extractors.picture import fonts as picture_fonts
from extractors.picture import legend as picture_legend
from extractors.picture.draw import draw_pages
from extractors.picture.ink import Ink
from extractors.picture.legend import draw_legend, in_words, page_legend
from extractors.picture.marks import (
    TINTS,
    Hatch,
    PageMarks,
    as_printed,
    cells_of,
    grid_edges,
    label_of,
    page_marks,
)
from extractors.picture.page import page_picture
from extractors.picture.paint import dashes, hatch_strokes, painted
from extractors.picture.pdf import to_user_space
from extractors.reading import read_document, read_file
from extractors.settings import ReadSettings
from gouji.model import (
    Agreement,
    Alternative,
    Box,
    CellPlace,
    CellState,
    DocumentFault,
    DocumentReading,
    Kind,
    MediaType,
    ReportCell,
    TableCell,
    TableCells,
    TablePart,
)

WRONG_SUMS = SAMPLES / "t19_publisher_errors.pdf"
SETTINGS = ReadSettings(second_reader=False)
BLANK_PAGE = Image.new("RGB", (400, 300), "white")


@pytest.fixture(scope="module")
def wrong_sums() -> DocumentReading:
    return read_file(WRONG_SUMS, SETTINGS)


@pytest.fixture
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (picture_fonts, picture_legend):
        monkeypatch.setattr(module, "chinese_font", lambda: None)


def cell(text: str | None, kind: Kind = Kind.NUMBER, **more: object) -> ReportCell:
    value = int(text) if kind is Kind.NUMBER and text else None
    place = CellPlace("pdf_table", "1", 1, Box(50, 50, 90, 70))
    first = ReportCell(
        "article20/art20_1.regulations/issued", value, kind, "件", text, value, 0.99,
        CellState.ACCEPTED, place=place,
    )  # fmt: skip
    return replace(first, **more)  # type: ignore[arg-type]


def one_cell(reading: DocumentReading, it: ReportCell) -> PageMarks:
    one = replace(reading, cells=(it,), tables=(), relations=())
    return page_marks(one, 1, Ink(BLANK_PAGE, 2.0))


def dark(image: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.asarray(image.convert("L")) < 100


def test_every_page_becomes_a_picture_with_a_legend_below(
    wrong_sums: DocumentReading, tmp_path: Path
) -> None:
    written = draw_pages(WRONG_SUMS, wrong_sums, tmp_path, False)
    assert [path.name for path in written] == [
        f"t19_publisher_errors-page-{number:03d}.png" for number in (1, 2, 3)
    ]
    assert sorted(tmp_path.iterdir()) == written  # and nothing half written
    with Image.open(written[1]) as picture:
        assert picture.width == pytest.approx(2 * 595.28, abs=1)
        assert picture.height > 2 * 841.89 + 60


def test_no_dark_pixel_of_the_page_turns_light(wrong_sums: DocumentReading) -> None:
    with PdfFile(WRONG_SUMS.read_bytes()) as file:
        picture = page_picture(file, wrong_sums, wrong_sums.pages[1])
    assert picture is not None
    assert picture.marks.tints
    without_grid = replace(picture.marks, edges=[])  # it is painted over printed rules only
    result = painted(picture.page, without_grid, picture.scale)
    assert not (dark(picture.page) & ~dark(result)).any()


def characters(page: pypdfium2.PdfPage) -> Counter[str]:
    return Counter("".join(page.get_textpage().get_text_range().split()))


def test_labels_stand_on_white_and_apart(wrong_sums: DocumentReading) -> None:
    doubtful = tuple(replace(c, state=CellState.REVIEW) for c in wrong_sums.cells)
    with PdfFile(WRONG_SUMS.read_bytes()) as file:
        picture = page_picture(file, replace(wrong_sums, cells=doubtful), wrong_sums.pages[1])
    assert picture is not None
    labels = picture.marks.labels
    assert len(labels) > 100
    ink = Ink(picture.page, picture.scale)
    for index, label in enumerate(labels):
        assert label.text.isascii()
        assert ink.share(label.box) < 0.01
        for other in labels[index + 1 :]:
            common = label.box.intersection(other.box)
            assert common is None or common.area == 0


def test_cells_of_violated_sums_are_outlined(wrong_sums: DocumentReading) -> None:
    marks = page_marks(wrong_sums, 2, Ink(Image.new("RGB", (1200, 1700), "white"), 2.0))
    keys = {key for r in wrong_sums.relations if r.status == "violated" for key in r.keys}
    on_page = [c for c in wrong_sums.cells if c.place and c.place.page == 2]
    assert len(marks.outlines) == sum(c.key in keys for c in on_page) > 0
    assert len(marks.tints) == len(on_page)
    assert {label.text for label in marks.labels} >= {"R1", "R3"}


@pytest.mark.parametrize("state", list(CellState))
def test_each_state_has_a_tint_of_its_own(wrong_sums: DocumentReading, state: CellState) -> None:
    marks = one_cell(wrong_sums, cell("4", state=state))
    assert [tint.colour for tint in marks.tints] == [TINTS[state]]
    assert len(set(TINTS.values())) == len(CellState)


@pytest.mark.parametrize("kind", [Kind.BLANK, Kind.NOT_APPLICABLE, Kind.TEXT_DAMAGED, Kind.UNREAD])
def test_what_is_no_number_is_hatched(wrong_sums: DocumentReading, kind: Kind) -> None:
    marks = one_cell(wrong_sums, cell("", kind))
    assert len(marks.hatches) == 1
    assert list(hatch_strokes(marks.hatches[0]))
    assert one_cell(wrong_sums, cell("4")).hatches == []


def test_only_what_a_person_may_not_see_in_the_cell_is_written_beside_it() -> None:
    assert label_of(cell("4"))[0] == ""
    assert label_of(cell("", Kind.BLANK))[0] == ""
    assert label_of(cell("4", state=CellState.REVIEW))[0] == "4?"
    assert label_of(cell("", Kind.BLANK, state=CellState.REVIEW))[0] == "blank?"
    assert label_of(cell("4", as_read="０４"))[0] == "=4"
    assert label_of(cell("1234", as_read="1,2 34件"))[0] == ""
    assert label_of(cell("4", as_read="7", state=CellState.CORRECTED))[0] == "=4"
    assert label_of(cell("x", Kind.UNREAD))[0] == "unread"
    disagreeing = cell(
        "4", state=CellState.REVIEW, agreement=Agreement.DISAGREES,
        alternatives=(Alternative("4", 0.6), Alternative("无", 0.4)),
    )  # fmt: skip
    assert label_of(disagreeing)[0] == "4 or none?"
    assert not as_printed(disagreeing)


def test_a_label_without_room_is_said_in_the_legend(wrong_sums: DocumentReading) -> None:
    page = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(page).rectangle((100, 100, 180, 140), "black")
    it = cell("4", as_read="04")
    one = replace(wrong_sums, cells=(it,), tables=(), relations=())
    marks = page_marks(one, 1, Ink(page, 2.0))
    assert marks.labels == []
    legend = page_legend(one, one.pages[0], marks)
    assert any("art20_1.regulations/issued: =4" in text for text, _ in legend.lines)


def part(*cells: tuple[int, int, Box]) -> TablePart:
    packed = TableCells(TableCell(row, column, 1, 1, "", box) for row, column, box in cells)
    return TablePart(1, 0, None, Box.around(c.box for c in packed), (1, 2), packed, "pdf_table")


def test_rules_that_are_not_printed_are_told_from_those_that_are() -> None:
    page = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(page)
    for y in (100, 160):
        draw.line((100, y, 300, y), (90, 90, 90), 1)
    ink = Ink(page, 2.0)
    edges = list(grid_edges(part((0, 0, Box(50, 50, 100, 80)), (0, 1, Box(100, 50, 150, 80))), ink))
    assert {(e.at, e.start, e.end) for e in edges if e.printed} == {(50, 50, 150), (80, 50, 150)}
    assert {e.at for e in edges if not e.printed} == {50, 100, 150}
    assert all(e.horizontal is e.printed for e in edges)


def test_white_rules_between_shaded_cells_count_as_printed() -> None:
    page = Image.new("RGB", (200, 200), (210, 210, 210))
    ImageDraw.Draw(page).line((20, 100, 180, 100), "white", 2)
    assert Ink(page, 2.0).ruled(horizontal=True, at=50, start=10, end=90)
    assert not Ink(page, 2.0).ruled(horizontal=True, at=70, start=10, end=90)


@given(
    pattern=st.sampled_from(("dots", "lines", "cross", "grid")),
    left=st.floats(0, 500), top=st.floats(0, 800),
    width=st.floats(0, 90), height=st.floats(0, 60),
)  # fmt: skip
def test_a_hatch_stays_in_its_cell(
    pattern: str, left: float, top: float, width: float, height: float
) -> None:
    box = Box(left, top, left + width, top + height).expanded(0.01)
    for x0, y0, x1, y1 in hatch_strokes(Hatch(box, pattern, (0, 0, 0))):
        assert box.contains(x0, y0)
        assert box.contains(x1, y1)


@given(start=st.floats(0, 50), length=st.floats(0, 200))
def test_dashes_keep_to_their_line(start: float, length: float) -> None:
    strokes = list(dashes((start, 7.0, start + length, 7.0)))
    assert bool(strokes) == (start + length > start)
    assert all(start <= x0 <= x1 <= start + length + 1e-9 for x0, _, x1, _ in strokes)


def test_the_legend_counts_and_says_sums_in_words(wrong_sums: DocumentReading) -> None:
    marks = page_marks(wrong_sums, 2, Ink(Image.new("RGB", (1200, 1700), "white"), 2.0))
    legend = page_legend(wrong_sums, wrong_sums.pages[1], marks)
    assert "page 2 of 3" in legend.heading
    assert sum(c.place is not None and c.place.page == 2 for c in wrong_sums.cells) == sum(
        int(s.text.split()[-1]) for s in legend.swatches if s.tint
    )
    said = [text for text, _ in legend.lines]
    assert said[0].startswith("route table: ")
    assert any("48, its columns add up to 66" in text for text in said)
    narrow, wide = draw_legend(legend, 500, 16), draw_legend(legend, 1400, 16)
    assert narrow.height > wide.height
    assert (narrow.width, wide.width) == (500, 1400)


@pytest.mark.usefixtures("no_chinese_font")
def test_names_become_codes_without_a_chinese_font(wrong_sums: DocumentReading) -> None:
    broken = [r for r in wrong_sums.relations if r.status == "violated"]
    assert all(in_words(relation, wrong_sums).isascii() for relation in broken)
    marks = page_marks(wrong_sums, 2, Ink(BLANK_PAGE, 2.0))
    named = replace(wrong_sums, source=replace(wrong_sums.source, name="年报.pdf"))
    legend = page_legend(named, named.pages[1], marks)
    assert legend.heading.isascii()
    assert all(text.isascii() for text, _ in legend.lines)
    assert draw_legend(legend, 1190, 16).height > 50


def test_an_annotated_pdf_keeps_text_size_and_rotation(tmp_path: Path) -> None:
    source = SAMPLES / "t21_rotated.pdf"
    reading = read_file(source, SETTINGS)
    (target,) = draw_pages(source, reading, tmp_path, True)
    assert target.name == "t21_rotated-read.pdf"
    with pypdfium2.PdfDocument(source) as before, pypdfium2.PdfDocument(target) as after:
        assert len(after) == len(before) == 3
        for old, new in zip(before, after, strict=True):
            assert new.get_rotation() == old.get_rotation() == 90
            assert new.get_width() == pytest.approx(old.get_width(), abs=0.01)
            assert new.get_height() > old.get_height() + 30
            assert characters(old) <= characters(new)
            first = new.render(scale=1).to_pil().convert("L")
            plain = old.render(scale=1).to_pil().convert("L")
            printed = np.asarray(plain) < 60
            now = np.asarray(first)[: printed.shape[0], : printed.shape[1]]
            assert (now[printed] < 210).mean() > 0.9  # the raster falls a little otherwise


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("unit", [1.0, 2.5])
def test_marks_go_back_to_where_the_page_has_them(rotation: int, unit: float) -> None:
    frame = PageFrame((-20.0, 30.0, 400.0, 700.0), rotation, unit)
    a, b, c, d, e, f = to_user_space(frame)
    for x, y in ((0.0, 0.0), (33.0, 77.0), (frame.width, frame.height)):
        user_x, user_y = a * x + c * y + e, b * x + d * y + f
        left, top, _, _ = frame.box(user_x, user_y, user_x, user_y)
        assert (left, top) == pytest.approx((x, y))


@pytest.mark.parametrize("as_pdf", one_in(2, [False, True]))
def test_a_document_with_a_password_is_drawn_with_it(as_pdf: bool, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(SAMPLES / "t21_plain.pdf") as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="secret"))
    opened = replace(SETTINGS, passwords=("wrong", "secret"))
    reading = read_file(locked, opened)
    written = draw_pages(locked, reading, tmp_path, as_pdf, opened)
    assert len(written) == (1 if as_pdf else 3)
    with pytest.raises(DocumentFault, match="encrypted"):
        draw_pages(locked, reading, tmp_path, as_pdf)


@pytest.mark.parametrize("as_pdf", one_in(2, [False, True]))
def test_a_mended_document_is_drawn(as_pdf: bool, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    data = (SAMPLES / "t21_plain.pdf").read_bytes()
    broken.write_bytes(
        data[: data.rindex(b"xref", 0, -20)].replace(b"/Type /Pages", b"/Type /Pigs ")
    )
    reading = read_file(broken, SETTINGS)
    assert "repaired" in reading.flags
    assert draw_pages(broken, reading, tmp_path, as_pdf)


@pytest.mark.slow
def test_only_the_pages_listed_are_drawn(wrong_sums: DocumentReading, tmp_path: Path) -> None:
    some = replace(wrong_sums, pages=(wrong_sums.pages[2], wrong_sums.pages[0]))
    written = draw_pages(WRONG_SUMS, some, tmp_path, False)
    assert [path.stem[-3:] for path in written] == ["001", "003"]
    (target,) = draw_pages(WRONG_SUMS, some, tmp_path, True)
    with pypdfium2.PdfDocument(target) as pdf:
        assert len(pdf) == 2


def test_a_page_that_qpdf_cannot_copy_becomes_a_picture(
    wrong_sums: DocumentReading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise pikepdf.PdfError("a stream of nonsense")

    monkeypatch.setattr("extractors.picture.pdf._annotate", fails)
    one = replace(wrong_sums, pages=wrong_sums.pages[1:2])
    (target,) = draw_pages(WRONG_SUMS, one, tmp_path, True)
    with pypdfium2.PdfDocument(target) as pdf:
        assert len(pdf) == 1
        assert pdf[0].get_textpage().count_chars() == 0
        assert pdf[0].get_width() == pytest.approx(595.3, abs=1)


def test_a_layer_that_is_off_stays_off(tmp_path: Path) -> None:
    source = tmp_path / "layers.pdf"
    with pikepdf.open(SAMPLES / "t21_plain.pdf") as pdf:
        layer = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("old"))
        )
        pdf.Root.OCProperties = pikepdf.Dictionary(
            OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer], Order=[])
        )
        page = pdf.pages[0]
        page.obj.Resources.Properties = pikepdf.Dictionary(Old=layer)
        page.contents_add(b"/OC /Old BDC 0 0 0 rg 0 0 600 850 re f EMC")
        pdf.save(source)
    reading = read_file(source, SETTINGS)
    (target,) = draw_pages(source, reading, tmp_path, True)
    with pypdfium2.PdfDocument(target) as after:
        assert np.asarray(after[0].render(scale=1).to_pil().convert("L")).mean() > 180


@pytest.mark.slow
def test_a_huge_page_and_a_tiny_one_are_drawn(tmp_path: Path) -> None:
    source = tmp_path / "sizes.pdf"
    with pikepdf.new() as pdf:
        for size in ((14_400, 9_000), (20, 20)):
            pdf.add_blank_page(page_size=size)
        pdf.save(source)
    reading = read_file(source, SETTINGS)
    written = draw_pages(source, reading, tmp_path, False)
    assert len(written) == 2
    with Image.open(written[0]) as huge, Image.open(written[1]) as tiny:
        assert max(huge.size) <= 4000
        assert tiny.width == 800
    assert len(draw_pages(source, reading, tmp_path, True)) == 1


def test_a_document_without_pages_has_no_picture(
    wrong_sums: DocumentReading, tmp_path: Path
) -> None:
    html = replace(wrong_sums, source=replace(wrong_sums.source, media_type=MediaType.HTML))
    assert draw_pages(WRONG_SUMS, html, tmp_path, False) == []
    assert draw_pages(WRONG_SUMS, replace(wrong_sums, pages=()), tmp_path, True) == []


def test_a_picture_that_cannot_be_written_leaves_nothing(
    wrong_sums: DocumentReading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Image.Image, target: Path, *_: object) -> None:
        target.write_bytes(b"half")
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Image.Image, "save", fails)
    with pytest.raises(OSError, match="space"):
        draw_pages(WRONG_SUMS, wrong_sums, tmp_path, False)
    assert list(tmp_path.iterdir()) == []


def test_a_long_name_is_cut(wrong_sums: DocumentReading, tmp_path: Path) -> None:
    source = tmp_path / ("报" * 80 + ".pdf")
    source.write_bytes(WRONG_SUMS.read_bytes())
    one = replace(wrong_sums, pages=wrong_sums.pages[2:])
    (target,) = draw_pages(source, one, tmp_path, False)
    assert len(os.fsencode(target.name)) <= 255


@pytest.mark.slow
def test_a_page_that_needs_ocr_is_drawn_with_its_reason(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (600, 850), (200, 200, 200)).save(picture, "PDF")
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(picture.getvalue())
    reading = read_document(scan.name, picture.getvalue(), SETTINGS)
    legend = page_legend(reading, reading.pages[0], PageMarks())
    assert any(text.startswith("route scan") for text, _ in legend.lines)
    assert len(draw_pages(scan, reading, tmp_path, False)) == 1
    assert cells_of(reading, 1) == []
