"""A page as displayed, with nothing drawn on it, for a person to look at."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from gouji.model import DocumentFault, FailureKind, MediaType
from ocr.pictures import MEDIA_TYPES as PICTURES
from ocr.pictures import PictureFile

from ..pdf.document import PdfFile

SCALE = 2.5  # pixels a point: a figure of nine points is 20 pixels high
LONGEST = 4200  # pixels of a side
QUALITY = 85  # of JPEG: a page is 150 to 400 kB, made in 30 ms; PNG takes 300 ms


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A page as JPEG, and its size as displayed in points, in which places are told."""

    jpeg: bytes
    width: float
    height: float


def plain_page(
    data: bytes, media_type: MediaType, number: int, passwords: Sequence[str] = ()
) -> PlainPage:
    """Page ``number`` (from 1) of a PDF or a picture.

    Raises:
        DocumentFault: there is no such page, or it cannot be drawn.
    """
    if media_type is MediaType.PDF:
        with PdfFile(data, passwords) as file:
            _check(number, len(file))
            with file.page(number) as page:
                frame = page.frame
                scale = min(SCALE, LONGEST / max(frame.width, frame.height, 1.0))
                bitmap = page.render(scale)
                try:
                    return PlainPage(_jpeg(bitmap.to_pil()), frame.width, frame.height)
                finally:
                    bitmap.close()
    if media_type in PICTURES:
        pictures = PictureFile(data, media_type)
        _check(number, len(pictures))
        image = pictures.page(number).image
        shown = Image.fromarray(image.pixels)
        shrink = min(1.0, LONGEST / max(shown.size))
        if shrink < 1.0:
            shown = shown.resize([max(1, round(side * shrink)) for side in shown.size])
        return PlainPage(_jpeg(shown), image.width, image.height)
    raise DocumentFault(FailureKind.UNSUPPORTED, f"{media_type} has no pages")


def _check(number: int, pages: int) -> None:
    if not 1 <= number <= pages:
        raise DocumentFault(FailureKind.PAGE_BROKEN, f"there is no page {number}")


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
