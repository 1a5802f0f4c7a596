"""A picture file as a row of pages, each decoded only when it is asked for.

Memory: the decoded picture (at most `MOST_BYTES`) and the page made of it.
"""

from __future__ import annotations

import importlib
import io
import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from gouji.model import DocumentFault, FailureKind, MediaType, ProgramMissing

from ..image import PageImage
from .pixels import is_negative, is_turned_sideways, rgb_over_white, turned
from .sizes import PageSize, page_size

# Pillow is asked for these decoders only: others start programs or read formats nobody sends.
_DECODERS = MappingProxyType(
    {
        MediaType.PNG: ("PNG",),
        MediaType.JPEG: ("JPEG", "MPO"),
        MediaType.TIFF: ("TIFF",),
        MediaType.BMP: ("BMP",),
        MediaType.WEBP: ("WEBP",),
        MediaType.GIF: ("GIF",),
        MediaType.HEIC: ("HEIF",),
    }
)
MEDIA_TYPES = tuple(_DECODERS)

MOST_BYTES = 320_000_000  # of a decoded picture: 80 million pixels in colour, 320 million in grey
# A form printed with letters of 8 pixels is 25 rows or 10 columns of 30 pixels.
FEWEST_PIXELS = 400  # along the longer side
FEWEST_DOTS = 55.0  # an inch, where the file states them: letters of 10 pt are 8 pixels high
LEAST_KEPT = 0.02  # of a broken file's rows: below, nothing was decoded
_FILE = ImageFile.ImageFile
_DRAFTED = frozenset(("JPEG", "MPO"))  # the decoder can give a half, a quarter or an eighth
_TURNED_BY_PILLOW = frozenset(("TIFF", "HEIF"))  # the EXIF orientation is applied while loading
_ROW_BY_ROW = frozenset(("JPEG", "MPO", "PNG", "BMP"))
# Animations of these kinds have one page, their first picture.
_SEVERAL_PAGES = frozenset((MediaType.TIFF,))
_BYTES = MappingProxyType({"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2})
# What Pillow's decoders raise on broken files; anything else is a mistake of ours.
_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One page of a picture file, as displayed."""

    image: PageImage
    kept: float  # share of the rows that the file still holds: 1.0, or less where it is cut off
    size_known: bool  # whether the file says how large the page is; else A4 is taken


class PictureFile:
    """A picture file: `len` pages, read by `page` in any order.

    Of a page whose data break off, the rows before are the page.

    Raises:
        DocumentFault: not a picture that can be opened.
        ProgramMissing: HEIC, and no library for it.
    """

    def __init__(self, data: bytes, media_type: MediaType, *, most_pages: int = 10_000) -> None:
        self._data = data
        self._media_type = media_type
        if media_type is MediaType.HEIC:
            _register_heic()
        with _quiet(), self._opened() as image:
            self._pages = 1
            if media_type in _SEVERAL_PAGES:
                self._pages = _pages_up_to(image, most_pages + 1)

    def __len__(self) -> int:
        """Pages; of a file with more than ``most_pages``, one more than that."""
        return self._pages

    def page(self, number: int) -> Picture:
        """Page ``number``, from 1.

        Raises:
            DocumentFault: the page is too large, too coarse, or nothing of it can be decoded.
        """
        with _quiet():
            try:
                return self._page(number)
            except DocumentFault:
                raise
            except _FAULTS as error:
                raise _damaged(error) from None

    @contextmanager
    def _opened(self) -> Iterator[Image.Image]:
        try:
            image = Image.open(io.BytesIO(self._data), formats=_DECODERS[self._media_type])
        except UnidentifiedImageError:
            raise DocumentFault(
                FailureKind.DAMAGED, "the picture is damaged: its header cannot be read"
            ) from None
        except _FAULTS as error:
            raise _damaged(error) from None
        with image:
            yield image

    def _page(self, number: int) -> Picture:
        with self._opened() as image:
            if number > 1:
                image.seek(number - 1)
            width, height = image.size
            orientation = _orientation(image)
            size = page_size(width, height, _resolution(image, orientation))
            _refuse_coarse(width, height, size)
            if image.format in _DRAFTED:
                image.draft(None, (size.width, size.height))
            _refuse_large(image)
            top, bottom = _decode(image)
            negative, file_format = is_negative(image), image.format
            if (
                file_format == "BMP"
                and image.mode == "RGBA"
                and not image.getchannel("A").getbbox()
            ):
                image = image.convert("RGB")  # programs that know no transparency leave it at 0
            kept = (bottom - top) / image.height
            if kept < LEAST_KEPT:
                raise DocumentFault(
                    FailureKind.DAMAGED, "the picture is cut off: nothing of it can be decoded"
                )
            if kept < 1:
                image = image.crop((0, top, image.width, bottom))
            height = max(round(size.height * kept), 1)
            pixels = rgb_over_white(image, size.width, height, negative=negative)
            if file_format not in _TURNED_BY_PILLOW:
                pixels = turned(pixels, orientation)
            return Picture(PageImage(pixels, size.scale), kept, size.known)


def _decode(image: Image.Image) -> tuple[int, int]:
    """Decode the picture; the rows that were decoded, first and behind the last.

    Rows that a broken file does not hold stay zero in the decoder's buffer. A file whose rows are
    not stored one after the other is whole or nothing.
    """
    try:
        image.load()
        return 0, image.height
    except _FAULTS:
        interleaved = image.info.get("progressive") or image.info.get("interlace")
        if image.format not in _ROW_BY_ROW or interleaved or not isinstance(image, _FILE):
            raise
    image.tile = []  # what was decoded before the break counts as the picture
    box = image.getbbox(alpha_only=False)
    return (box[1], box[3]) if box else (0, 0)


def _pages_up_to(image: Image.Image, most: int) -> int:
    """Pages of a file, counted no further than ``most``; a broken chain ends where it breaks."""
    pages = 1
    while pages < most:
        try:
            image.seek(pages)
        except _FAULTS:
            break
        pages += 1
    return pages


def _refuse_coarse(width: int, height: int, size: PageSize) -> None:
    """Raises:
    DocumentFault: no letters can be told apart in so few pixels.
    """
    dots = size.scale * 72
    if max(width, height) < FEWEST_PIXELS or (size.known and dots < FEWEST_DOTS):
        stated = f", {dots:.0f} dots an inch" if size.known else ""
        raise DocumentFault(
            FailureKind.PAGE_BROKEN,
            f"the picture is too coarse to be read: {width} × {height} pixels{stated}",
        )


def _refuse_large(image: Image.Image) -> None:
    """Raises:
    DocumentFault: decoding would take more memory than a worker has.
    """
    pixels = image.width * image.height
    needed = pixels * _BYTES.get(image.mode, 4)
    if image.info.get("progressive"):  # libjpeg keeps all its coefficients, two bytes each
        needed = max(needed, 2 * len(image.getbands()) * _stored_pixels(image))
    if needed > MOST_BYTES:
        raise DocumentFault(
            FailureKind.UNSAFE,
            f"the picture is too large: {image.width} × {image.height} pixels would take"
            f" {needed / 1e6:.0f} MB, and no more than {MOST_BYTES / 1e6:.0f} MB are unpacked",
        )


def _stored_pixels(image: Image.Image) -> int:
    """Pixels of a JPEG picture before it was asked for at a half, a quarter or an eighth."""
    scale = int(getattr(image, "decoderconfig", (1,))[0] or 1)
    return image.width * image.height * scale * scale


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none or the EXIF data are broken."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _FAULTS:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _resolution(image: Image.Image, orientation: int) -> tuple[float, float] | None:
    """Pixels an inch along the width and the height that `Image.size` tells."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except _FAULTS:
        return None
    # Pillow turns the size of a TIFF page and not its resolution
    sideways = image.format in _TURNED_BY_PILLOW and is_turned_sideways(orientation)
    return (down, across) if sideways else (across, down)


def _register_heic() -> None:
    """Raises:
    ProgramMissing: the library is not installed.
    """
    try:
        heif = importlib.import_module("pillow_heif")
    except ImportError:
        raise ProgramMissing(
            "HEIC pictures need the package pillow-heif, which is not installed.",
            "Install it, or save the picture as JPEG.",
        ) from None
    heif.register_heif_opener()


@contextmanager
def _quiet() -> Iterator[None]:
    """Pillow's own limit of pixels off (ours is in bytes) and its warnings unseen."""
    limit = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _damaged(error: Exception) -> DocumentFault:
    said = " ".join(str(error).split())
    said = re.sub(r"<[^>]*>", "", said)[:120].strip() or type(error).__name__
    return DocumentFault(FailureKind.DAMAGED, f"the picture is damaged: {said}")
