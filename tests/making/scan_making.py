"""Pieces of the committed scans, for tests that read pixels."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from functools import cache
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading
from ocr.engines import reads_with
from samples.generator.committed_scans import SCANS_FOLDER

DOTS = 150  # an inch
# Limits are by the clock, and the machines of tests are busy.
PATIENT = ReadSettings(page_seconds=800, document_seconds=800)
needs_engine = pytest.mark.skipif(
    not reads_with(PATIENT.ocr), reason="no OCR engine, or its models are not fetched"
)
TOP, BOTTOM = 0.385, 0.73  # of the first page of the office scan: its upper table
LICENCES = "article20/art20_5.licences/decisions"


@cache
def _first_page() -> Image.Image:
    with pypdfium2.PdfDocument(SCANS_FOLDER / "t21_office_scan.pdf") as document:
        picture: Image.Image = document[0].render(scale=DOTS / 72).to_pil().convert("RGB")
    return picture


def table_of_scan() -> Image.Image:
    """The upper table of an office scan with a margin around it."""
    page = _first_page()
    return page.crop((0, int(TOP * page.height), page.width, int(BOTTOM * page.height)))


def truth_of(name: str) -> dict[str, Any]:
    """What a committed scan shows; numbers with a decimal point are exact."""
    path = SCANS_FOLDER / f"{name}.truth.json"
    facts: dict[str, Any] = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    return facts


def box_in_table(key: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a cell in pixels of `table_of_scan`, within its rules."""
    _, corners = truth_of("t21_office_scan")["boxes"][key]
    top = int(TOP * _first_page().height)
    left, upper, right, lower = corners[0], corners[1], corners[4], corners[5]
    return (int(left) + 5, int(upper) - top + 5, int(right) - 4, int(lower) - top - 4)


def as_png(*pages: Image.Image) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PNG", dpi=(DOTS, DOTS))
    return out.getvalue()


def as_tiff(*pages: Image.Image) -> bytes:
    """Pages of one file."""
    out = io.BytesIO()
    options = {"compression": "tiff_lzw", "dpi": (DOTS, DOTS)}
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], **options)
    return out.getvalue()


def read(*pages: Image.Image) -> DocumentReading:
    """Read one page as PNG, several as TIFF."""
    data = as_png(*pages) if len(pages) == 1 else as_tiff(*pages)
    return read_document("scan.png" if len(pages) == 1 else "scan.tif", data, PATIENT)
