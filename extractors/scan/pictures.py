"""A picture file: every page of it by OCR."""

from __future__ import annotations

from collections.abc import Callable

from gouji.model import Failure, FailureKind, PageFacts, PageRoute, Route, SourceFile
from ocr.image import PageImage
from ocr.pictures import Picture, PictureFile

from ..extracted import Extracted
from ..paged import PageReading, gather
from ..settings import ReadSettings
from .reading import read_scan
from .stages import RENDER, stage

# Of 255: a page whose pixels differ by less is one colour, paper or the lid of the scanner.
PLAIN = 16


def extract_picture(
    source: SourceFile,
    settings: ReadSettings,
    skip: frozenset[int],
    on_page: Callable[[int], None] | None,
) -> Extracted:
    """Read every page; a page that fails costs itself, not the document.

    Raises:
        DocumentFault: not a picture that can be opened.
        ProgramMissing: HEIC, and no library for it.
    """
    file = PictureFile(source.data, source.media_type, most_pages=settings.max_pages)

    def read(number: int) -> tuple[PageReading, tuple[Failure, ...]]:
        with stage(RENDER):
            picture = file.page(number)
        return _read(picture, number, settings)

    return gather(len(file), read, settings, skip, on_page)


def _read(
    picture: Picture, number: int, settings: ReadSettings
) -> tuple[PageReading, tuple[Failure, ...]]:
    image = picture.image
    lost = None
    if picture.kept < 1:
        message = (
            f"page {number}: the picture breaks off, {1 - picture.kept:.0%} of its rows are lost"
        )
        lost = Failure(number, "open", FailureKind.DAMAGED, message)
    facts = PageFacts(number, image.width, image.height, 0, 0, 0.0, (), 1.0, 0, 0)
    if is_plain(image):
        route = PageRoute(facts, Route.EMPTY, "a picture of one colour")
        return PageReading(route, image.height), (lost,) if lost else ()
    high, wide = image.pixels.shape[:2]
    size = "stated by the file" if picture.size_known else "taken to be A4"
    reason = f"a picture of {wide} × {high} pixels, its size {size}"
    return read_scan(PageRoute(facts, Route.SCAN, reason), lambda: (image, lost), settings)


def is_plain(image: PageImage) -> bool:
    """Whether there is nothing but one colour."""
    return int(image.pixels.max()) - int(image.pixels.min()) < PLAIN
