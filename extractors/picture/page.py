"""One page as a picture, with what is to be drawn on it and said below it."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image

from gouji.model import DocumentFault, DocumentReading, FailureKind, PageRoute, Route
from ocr.image import PageImage
from ocr.pictures import PictureFile

from ..deadline import Deadline
from ..pdf.document import OpenPage, PageFrame, PdfFile
from ..pdf.page_image import page_image
from ..scan.reading import straightened
from ..settings import ReadSettings
from .ink import Ink
from .legend import Legend, draw_legend, page_legend
from .marks import PageMarks, page_marks
from .paint import painted
from .straight import box_around, moved, picture_of

SCALE = 2.0  # pixels a point: digits of seven-point type are ten pixels high
LONGEST = 4000  # pixels: larger pages are drawn at a smaller scale, for 16 Mpx are 200 MB at work
TEXT = 16.0  # pixels: the type of a legend
WIDE = 1700.0  # pixels: A4 lying; below wider pages the type grows with them
NARROWEST = 800  # pixels: a legend is not set narrower


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as rendered, and its marks and legend.

    Of a page of pixels it is the straightened page; ``frame`` is None where that is not the page as
    displayed.
    """

    page: Image.Image  # RGB
    scale: float  # pixels a point
    frame: PageFrame | None
    marks: PageMarks
    legend: Legend


def page_picture(
    file: PdfFile | PictureFile,
    reading: DocumentReading,
    route: PageRoute,
    settings: ReadSettings | None = None,
) -> PagePicture | None:
    """Render a page and plan what is drawn on it; None where it cannot be loaded any more.

    With ``settings`` a page of pixels is straightened as it was for reading.
    """
    number = route.facts.number
    try:
        if isinstance(file, PictureFile):
            return _of_pixels(file.page(number).image, reading, route, settings, None)
        with file.page(number) as page:
            if route.route is Route.SCAN and settings is not None:
                deadline = Deadline.after(settings.page_seconds, FailureKind.PAGE_TIMEOUT)
                with suppress(DocumentFault):  # then it was not read, and is shown as it is
                    pixels, _ = page_image(page, deadline)
                    return _of_pixels(pixels, reading, route, settings, page.frame)
            image, frame = _rendered(page), page.frame
    except DocumentFault as fault:
        logging.getLogger(__name__).warning("page %d is not drawn: %s", number, fault)
        return None
    return _planned(image, image.width / frame.width, frame, reading, route)


def _of_pixels(
    image: PageImage,
    reading: DocumentReading,
    route: PageRoute,
    settings: ReadSettings | None,
    frame: PageFrame | None,
) -> PagePicture:
    """A page of pixels, straightened where anything was read on it."""
    number = route.facts.number
    straight = None
    if settings is not None and route.route is Route.SCAN:
        straight = straightened(image, settings)
    if straight is not None and not straight.map.is_identity:
        to_page, to_straight = straight.to_page, straight.to_straight
        reading = moved(reading, number, lambda box: box_around(to_page, box, to_straight(box)))
        image, frame = straight.page, None
    shown = picture_of(image, min(SCALE, LONGEST / max(image.width, image.height, 1.0)))
    # of a page whose picture breaks off there are fewer pixels than the page has room for
    if frame is not None and not _covers(image, frame):
        frame = None
    return _planned(shown, shown.width / image.width, frame, reading, route)


def _covers(image: PageImage, frame: PageFrame) -> bool:
    return image.width > frame.width - 1 and image.height > frame.height - 1


def _planned(
    image: Image.Image,
    scale: float,
    frame: PageFrame | None,
    reading: DocumentReading,
    route: PageRoute,
) -> PagePicture:
    marks = page_marks(reading, route.facts.number, Ink(image, scale))
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
