"""The document again as PDF, each page with its marks as lines and labels, the legend below it.

The page's own content is kept as it is, so that its text can still be searched and copied.
"""

from __future__ import annotations

import io
import logging
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from PIL import Image
from pikepdf import Array, Dictionary, Name

from gouji.model import DocumentReading

from .pdf_document import PageFrame, PdfFile
from .picture_legend import draw_legend
from .picture_marks import GRID, Colour, PageMarks
from .picture_page import NARROWEST, SCALE, TEXT, WIDE, PagePicture, page_picture, with_legend
from .picture_paint import (
    DOT,
    GRID_WIDTH,
    OUTLINE_WIDTH,
    Stroke,
    dashes,
    edge_stroke,
    frame_strokes,
    hatch_strokes,
)

FINE = 2  # the legend has so many times the pixels it has in a PNG: it is meant for print


def write_annotated(file: PdfFile, reading: DocumentReading, target: Path) -> bool:
    """Write the pages that the reading lists; False where none could be drawn."""
    with (
        pikepdf.open(io.BytesIO(file.bytes), password=file.password or "") as source,
        pikepdf.new() as result,
    ):
        for route in sorted(reading.pages, key=lambda page: page.facts.number):
            picture = page_picture(file, reading, route)
            if picture is None:
                continue
            try:
                _annotate(result, source, route.facts.number, picture)
            except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError) as error:
                logging.getLogger(__name__).info("page drawn as a picture: %s", error)
                _as_picture(result, picture)
        if not len(result.pages):
            return False
        _keep_layers(source, result)
        result.save(target)
    return True
