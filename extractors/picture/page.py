"""One page of a PDF rendered, with what is to be drawn on it and said below it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PIL import Image

from gouji.model import DocumentFault, DocumentReading, PageRoute

from ..pdf.document import OpenPage, PageFrame, PdfFile
from .ink import Ink
from .legend import Legend, draw_legend, page_legend
from .marks import PageMarks, page_marks
from .paint import painted

SCALE = 2.0  # pixels a point: digits of seven-point type are ten pixels high
LONGEST = 4000  # pixels: larger pages are drawn at a smaller scale, for 16 Mpx are 200 MB at work
TEXT = 16.0  # pixels: the type of a legend
WIDE = 1700.0  # pixels: A4 lying; below wider pages the type grows with them
NARROWEST = 800  # pixels: a legend is not set narrower


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as rendered, and its marks and legend."""

    page: Image.Image  # RGB
    scale: float  # pixels a point
    frame: PageFrame
    marks: PageMarks
    legend: Legend


def page_picture(file: PdfFile, reading: DocumentReading, route: PageRoute) -> PagePicture | None:
    """Render a page and plan what is drawn on it; None where it cannot be loaded any more."""
    number = route.facts.number
    try:
        with file.page(number) as page:
            image, frame = _rendered(page), page.frame
    except DocumentFault as fault:
        logging.getLogger(__name__).warning("page %d is not drawn: %s", number, fault)
        return None
    scale = image.width / frame.width
    marks = page_marks(reading, number, Ink(image, scale))
    return PagePicture(image, scale, frame, marks, page_legend(reading, route, marks))


def _rendered(page: OpenPage) -> Image.Image:
    frame = page.frame
    scale = min(SCALE, LONGEST / max(frame.width, frame.height, 1.0))
    bitmap = page.render(scale)
    try:
        shown: Image.Image = bitmap.to_pil()
        return shown.convert("RGB").copy()  # its pixels belong to the bitmap
    finally:
        bitmap.close()


def with_legend(picture: PagePicture) -> Image.Image:
    """The page with its marks, and the legend below."""
    page = painted(picture.page, picture.marks, picture.scale)
    width = max(page.width, NARROWEST)
    strip = draw_legend(picture.legend, width, TEXT * max(1.0, width / WIDE))
    whole = Image.new("RGB", (width, page.height + strip.height), "white")
    whole.paste(page, (0, 0))
    whole.paste(strip, (0, page.height))
    return whole
