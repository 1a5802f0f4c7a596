"""`gouji show` of pages of pixels, and pictures inside documents without pages."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from docx_making import docx, p, picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from extractors.picture.draw import draw_pages
from extractors.picture.straight import box_around
from extractors.reading import read_document
from extractors.scan import reading as scanning
from extractors.scan.reading import ScanReading
from extractors.settings import ReadSettings
from gouji.grids import Line
from gouji.model import (
    Box,
    DocumentReading,
    EngineMissing,
    FailureKind,
    TableCell,
    TableCells,
    TablePart,
)
from ocr.image import PageImage

SETTINGS = ReadSettings(second_reader=False)


def turned_by(degrees: float, narrowing: float) -> Callable[[Box], Box]:
    """The box around a box turned about the middle of an A4 page, farther away at the top."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))

    def way(box: Box) -> Box:
        corners = []
        for x, y in (
            (box.left, box.top),
            (box.right, box.top),
            (box.left, box.bottom),
            (box.right, box.bottom),
        ):
            u, v = x - 298, y - 421
            depth = 1 + narrowing * v / 842
            corners.append(
                (298 + (u * cosine - v * sine) / depth, 421 + (u * sine + v * cosine) / depth)
            )
        xs, ys = zip(*corners, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))

    return way


@given(
    left=st.floats(50, 300), top=st.floats(50, 500), width=st.floats(8, 240), height=st.floats(8, 300),
    skew=st.floats(-6, 6), quarter=st.sampled_from((0, 90, 180, 270)), narrowing=st.floats(-0.15, 0.15),
)  # fmt: skip
def test_the_box_of_the_straight_page_is_found_again(
    left: float,
    top: float,
    width: float,
    height: float,
    skew: float,
    quarter: int,
    narrowing: float,
) -> None:
    way, back = turned_by(quarter + skew, narrowing), turned_by(-quarter - skew, -narrowing)
    box = Box(left, top, left + width, top + height)
    shown = way(box)
    found = box_around(way, shown, back(shown))
    for side in ("left", "top", "right", "bottom"):
        assert getattr(found, side) == pytest.approx(getattr(box, side), abs=0.2)


def ruled(size: tuple[int, int] = (900, 1200)) -> bytes:
    image = Image.new("L", size, 250)
    draw = ImageDraw.Draw(image)
    for n in range(5):
        draw.line((100, 200 + 60 * n, 800, 200 + 60 * n), 0, 3)
        draw.line((100 + 175 * n, 200, 100 + 175 * n, 440), 0, 3)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue() + bytes(8_000)  # no icon


class FindsATable:
    """A scanner that finds a line above a table of two columns, whatever it is shown."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, image: PageImage, number: int) -> ScanReading:
        self.seen += 1
        box = Box(10, 40, 90, 60)
        cells = TableCells([
            TableCell(0, 0, 1, 1, "项目", Box(10, 40, 50, 60)), TableCell(0, 1, 1, 1, f"{self.seen}", Box(50, 40, 90, 60)),
        ])  # fmt: skip
        part = TablePart(number, 0, None, box, (1, 2), cells, "scan")
        return ScanReading(100.0, (part,), (Line("二、表", Box(10, 10, 60, 20), 10.0),))


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> FindsATable:
    made = FindsATable()
    monkeypatch.setattr(scanning, "installed_scanner", lambda settings: made)
    return made


def no_engine(*_: object) -> None:
    raise EngineMissing("The model is not there.")


def tables(reading: DocumentReading) -> list[tuple[int, str, list[str]]]:
    return [(t.part, t.reader, [c.text for c in t.cells]) for t in reading.tables]


def with_pictures() -> bytes:
    body = (
        p("一、总体情况")
        + p(picture("one"))
        + p("文")
        + p(picture("two"))
        + p(picture("one"))
        + p(picture("old"))
    )
    links = {
        "one": ("image", "media/1.png"),
        "two": ("image", "media/2.png"),
        "old": ("image", "media/3.emf"),
    }
    members = {
        "word/media/1.png": ruled(),
        "word/media/2.png": ruled((901, 1200)),
        "word/media/3.emf": b"\x01\0\0\0EMF",
    }
    return docx(body, links=links, members=members)


def test_tables_pasted_as_pictures_stand_where_the_pictures_do(scanner: FindsATable) -> None:
    reading = read_document("a.docx", with_pictures(), SETTINGS)
    assert tables(reading) == [(0, "scan", ["项目", "1"]), (1, "scan", ["项目", "2"])]
    assert reading.text[0].text == "一、总体情况\n二、表\n项目\t1\n文\n二、表\n项目\t2"
    assert [(f.kind, f.page, f.waits_for_engine) for f in reading.failures] == [
        (FailureKind.NEEDS_OCR, 0, False)
    ]
    assert scanner.seen == 2  # the same picture says nothing new


def test_without_an_engine_pictures_of_a_document_wait_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scanning, "installed_scanner", no_engine)
    reading = read_document("a.docx", with_pictures(), SETTINGS)
    assert [f.waits_for_engine for f in reading.failures] == [True, True, False]
    assert reading.lacks_engine
    assert "Run `gouji models fetch`." in reading.failures[0].message


@pytest.mark.usefixtures("scanner")
def test_pictures_in_a_web_page_are_read_after_its_text() -> None:
    code = base64.b64encode(ruled()).decode()
    page = f'<html><body><h1>某局年度报告</h1><img src="data:image/png;base64,{code}"><p>完</p></body></html>'
    reading = read_document("a.html", page.encode(), SETTINGS)
    assert tables(reading) == [(0, "scan", ["项目", "1"])]
    assert reading.text[0].text.startswith("某局年度报告\n完\n二、表")
    message = (
        "From: <saved>\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\nContent-Type: text/html; charset=utf-8"
        f"\r\n\r\n<p>年度报告</p><img src=a.png>\r\n--B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{code}\r\n--B--\r\n"
    )
    assert tables(read_document("a.mhtml", message.encode(), SETTINGS)) == [
        (0, "scan", ["项目", "2"])
    ]


@pytest.mark.slow
def test_a_skewed_page_is_drawn_straight_with_its_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scanning, "installed_engine", lambda settings: None)  # no quarter turns
    monkeypatch.setattr(scanning, "installed_scanner", lambda settings: FindsATable())
    with Image.open(io.BytesIO(ruled((1240, 1754)))) as image:
        skewed = image.convert("RGB").rotate(3, expand=True, fillcolor=(250, 250, 250))
    source = tmp_path / "a.png"
    skewed.save(source)
    reading = read_document(source.name, source.read_bytes(), SETTINGS)
    (drawn,) = draw_pages(source, reading, tmp_path, False, SETTINGS)
    (pdf,) = draw_pages(source, reading, tmp_path, True, SETTINGS)
    assert pdf.read_bytes().startswith(b"%PDF")
    with Image.open(drawn) as picture_drawn:
        dark = np.asarray(picture_drawn.convert("L"))[: int(0.5 * picture_drawn.height)] < 100
    assert dark.sum(axis=1).max() > 0.4 * dark.shape[1]  # a rule lies in one row of pixels again


def test_without_an_engine_a_picture_is_drawn_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("installed_engine", "installed_scanner"):
        monkeypatch.setattr(scanning, name, no_engine)
    source = tmp_path / "a.png"
    source.write_bytes(ruled())
    reading = read_document(source.name, source.read_bytes(), SETTINGS)
    assert len(draw_pages(source, reading, tmp_path, False, SETTINGS)) == 1
