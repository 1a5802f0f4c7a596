"""Pages of a PDF on which pictures say what the text layer does not: they are read as pictures."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pikepdf
import pytest

from extractors.deadline import Deadline
from extractors.pdf.document import PdfFile
from extractors.pdf.page import read_page
from gouji.model import FailureKind, Route

FULL = (0.0, 0.0, 595.0, 842.0)


def a_scan(*, rows: int = 20, columns: int = 6, shade: int = 255) -> np.ndarray:
    """A sheet with a table and something like print in its cells, 100 dots an inch."""
    sheet = np.full((1169, 827), shade, np.uint8)
    ys, xs = np.linspace(120, 1000, rows + 1).astype(int), np.linspace(80, 740, columns + 1)
    for y in ys:
        sheet[y : y + 2, 80:742] = 10
    for x in xs.astype(int):
        sheet[120:1002, x : x + 2] = 10
    for y in ys[:-1]:
        for x in xs[:-1].astype(int):
            for k in range(4):
                sheet[y + 14 : y + 26, x + 30 + 8 * k : x + 33 + 8 * k] = 0
    return sheet


def a_pdf(sheet: np.ndarray | None, content: str, box: tuple[float, ...] = FULL) -> bytes:
    pdf = pikepdf.new()
    resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(
            F=pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        ),
        ExtGState=pikepdf.Dictionary(Clear=pikepdf.Dictionary(ca=0.0, CA=0.0)),
    )
    drawn = ""
    if sheet is not None:
        image = pikepdf.Stream(pdf, zlib.compress(sheet.tobytes()))
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Height, image.Width = sheet.shape
        image.BitsPerComponent, image.ColorSpace = 8, pikepdf.Name.DeviceGray
        image.Filter = pikepdf.Name.FlateDecode
        resources.XObject = pikepdf.Dictionary(I=image)
        left, bottom, right, top = box
        drawn = f"q {right - left} 0 0 {top - bottom} {left} {bottom} cm /I Do Q\n"
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, 595, 842],
        Resources=resources,
        Contents=pikepdf.Stream(pdf, (drawn + content).encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def lines_of_text(count: int, mode: str = "0 Tr", *, first: float = 780) -> str:
    lines = (
        f"BT /F 10 Tf {mode} 1 0 0 1 70 {first - 17 * i:.0f} Tm"
        " (The report of the office was received 12 of 34) Tj ET"
        for i in range(count)
    )
    return "\n".join(lines)


def route(data: bytes) -> Route:
    with PdfFile(data, ()) as file, file.page(1) as page:
        deadline = Deadline.after(60, FailureKind.PAGE_TIMEOUT)
        return read_page(page, deadline).route.route


def test_a_stamp_of_an_archive_leaves_a_scan_a_scan() -> None:
    assert route(a_pdf(a_scan(), lines_of_text(2, first=825))) is Route.SCAN


@pytest.mark.parametrize("mode", ["3 Tr", "0 Tr 1 1 1 rg", "0 Tr /Clear gs"])
def test_text_that_nobody_sees_over_a_scan_is_not_trusted(mode: str) -> None:
    assert route(a_pdf(a_scan(), lines_of_text(40, mode))) is Route.SCAN


def test_text_that_nobody_sees_is_not_trusted_with_a_line_that_can_be_seen() -> None:
    content = lines_of_text(2, first=825) + "\n" + lines_of_text(40, "3 Tr")
    assert route(a_pdf(a_scan(), content)) is Route.SCAN


def test_a_page_of_text_on_a_background_stays_a_page_of_text() -> None:
    pale = np.maximum(a_scan(), 225)
    assert route(a_pdf(pale, lines_of_text(40))) is Route.TEXT


def test_rules_drawn_over_a_background_are_no_picture_of_a_table() -> None:
    rules = [f"70 {y} m 500 {y} l S" for y in range(200, 800, 30)]
    rules += [f"{x} 200 m {x} 770 l S" for x in range(70, 501, 86)]
    background = np.full((1169, 827), 250, np.uint8)
    assert route(a_pdf(background, "\n".join(rules) + lines_of_text(30))) is Route.TABLE


def test_a_table_pasted_as_a_picture_under_text_is_read() -> None:
    pasted = (100.0, 100.0, 495.0, 420.0)
    assert route(a_pdf(a_scan(rows=8), lines_of_text(15), pasted)) is Route.SCAN


def test_a_photo_beside_text_leaves_it_a_page_of_text() -> None:
    y, x = np.mgrid[:800, :600]
    photo = (128 + 60 * np.sin(x / 40) + 60 * np.cos(y / 55)).astype(np.uint8)
    assert route(a_pdf(photo, lines_of_text(15), (100.0, 100.0, 400.0, 420.0))) is Route.TEXT
