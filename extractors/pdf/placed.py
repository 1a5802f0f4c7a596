"""The pictures of a PDF page: where they lie, how fine they are, whether they can be unpacked."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pypdfium2.raw as pdfium

from gouji.model import Box

from ..deadline import Deadline
from .document import OpenPage
from .rulings import IDENTITY, NESTING, Matrix, combined, matrix_of

DEADLINE_EVERY = 500
Side = Literal["left", "top", "right", "bottom"]

_JPEG = (b"DCTDecode", b"DCT")
_FAX = (b"CCITTFaxDecode", b"CCF")
_PLAIN = (b"", b"FlateDecode", b"Fl", b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL")
_JPEG_END = b"\xff\xd9"
_PROGRESSIVE = (b"\xff\xc2", b"\xff\xca")
_FRAME_WINDOW = 1 << 16  # a frame's head stands behind the tables and the thumbnail
_TRAILER = 64  # bytes that writers leave behind a JPEG's end
_BLOCK = 16  # rows that a JPEG decoder makes at once
# A fax decoder paints what it does not get black; so is the lid of a scanner left open, but lower.
FAX_LOST = 0.1
_CHANNELS = MappingProxyType(
    {
        pdfium.FPDF_COLORSPACE_DEVICEGRAY: 1,
        pdfium.FPDF_COLORSPACE_DEVICERGB: 3,
        pdfium.FPDF_COLORSPACE_DEVICECMYK: 4,
    }
)
_BITS = (1, 2, 4, 8, 16)  # that a sample may have
_PADDING = 2  # bytes that writers leave behind the last row


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture as placed on the page, good until the page is closed."""

    box: Box  # on the page as displayed, cut at its edges; points
    width: int  # pixels
    height: int
    scale: float  # pixels a point along its finer side
    end: Side  # where its last row lies, as displayed
    item: object  # PDFium's handles
    page: object

    def kept(self) -> float:
        """The share of its rows that can be decoded, counted from the first one.

        Decodes the picture: 5 ms at 200 dpi, JPEG 2000 50 ms.
        """
        bitmap = pdfium.FPDFImageObj_GetBitmap(self.item)
        if not bitmap:
            return 0.0
        try:
            return self._kept(bitmap)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def _kept(self, bitmap: object) -> float:
        count = pdfium.FPDFImageObj_GetImageFilterCount(self.item)
        last = _filter(self.item, count - 1) if count > 0 else b""
        if last in _JPEG:
            data = _decoded(self.item)
            if _JPEG_END in data[-_TRAILER:]:
                return 1.0
            if any(frame in data[:_FRAME_WINDOW] for frame in _PROGRESSIVE):
                return 0.0  # the whole picture is there, but coarse
            # what a decoder gives for blocks without data; the row of blocks before is half there
            lost = _rows_at_the_end(bitmap, 128)
            return 1.0 if not lost else max(1 - (lost + _BLOCK) / self.height, 0.0)
        if last in _FAX:
            lost = _rows_at_the_end(bitmap, 0)
            return 1.0 if lost < FAX_LOST * self.height else 1 - lost / self.height
        if last in _PLAIN:
            return self._kept_of_plain(_decoded_length(self.item))
        return 1.0

    def _kept_of_plain(self, length: int) -> float:
        """The share of uncompressed rows that so many bytes are.

        PDFium tells the bits of a pixel as it shows it: samples of 2, 4 and 16 bits, and pictures
        of which one colour is transparent, are stored in fewer. What is as long as it would be
        with any number of bits is whole.
        """
        facts = pdfium.FPDF_IMAGEOBJ_METADATA()
        if not pdfium.FPDFImageObj_GetImageMetadata(self.item, self.page, ctypes.byref(facts)):
            return 1.0
        channels = _CHANNELS.get(facts.colorspace, 0)
        whole = {self._bytes(channels * bits) for bits in _BITS}
        expected = self._bytes(facts.bits_per_pixel)
        if not channels or not expected or any(0 <= length - w <= _PADDING for w in whole):
            return 1.0
        return min(length / expected, 1.0)

    def _bytes(self, bits: int) -> int:
        """Length of the picture without compression, where a pixel has so many bits."""
        return (self.width * bits + 7) // 8 * self.height


def placed_pictures(page: OpenPage, deadline: Deadline) -> list[PlacedPicture]:
    """The pictures of a page, also those inside of forms; without those of layers that are off.

    Raises:
        DocumentFault: the deadline passed.
    """
    return list(_pictures(page, deadline))


def _pictures(page: OpenPage, deadline: Deadline) -> Iterator[PlacedPicture]:
    seen = 0
    stack: list[tuple[object, Matrix, int, bool]] = [(page.raw, IDENTITY, 0, False)]
    width, height = ctypes.c_uint(), ctypes.c_uint()
    while stack:
        holder, matrix, depth, form = stack.pop()
        count = pdfium.FPDFFormObj_CountObjects if form else pdfium.FPDFPage_CountObjects
        get = pdfium.FPDFFormObj_GetObject if form else pdfium.FPDFPage_GetObject
        for index in range(count(holder)):
            item = get(holder, index)
            seen += 1
            if seen % DEADLINE_EVERY == 0:
                deadline.check()
            if page.hides(item):
                continue
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < NESTING:
                stack.append((item, combined(matrix_of(item), matrix), depth + 1, True))
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE and pdfium.FPDFImageObj_GetImagePixelSize(
                item, ctypes.byref(width), ctypes.byref(height)
            ):
                placed = _placed(page, item, matrix, width.value, height.value)
                if placed is not None:
                    yield placed


def _placed(
    page: OpenPage, item: object, matrix: Matrix, width: int, height: int
) -> PlacedPicture | None:
    # the picture fills the unit square, its last row along y = 0
    a, b, c, d, e, f = combined(matrix_of(item), matrix)
    across, down = math.hypot(a, b) * page.frame.unit, math.hypot(c, d) * page.frame.unit
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (0, 1) for y in (0, 1)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    if not (across > 0 and down > 0 and all(map(math.isfinite, (*xs, *ys)))):
        return None
    box = Box(*page.frame.box(min(xs), min(ys), max(xs), max(ys))).intersection(page.box)
    if box is None or not width or not height:
        return None
    first_left, first_top, *_ = page.frame.box(*2 * (a / 2 + c + e, b / 2 + d + f))
    last_left, last_top, *_ = page.frame.box(*2 * (a / 2 + e, b / 2 + f))
    right, down_by = last_left - first_left, last_top - first_top
    if abs(right) > abs(down_by):
        end: Side = "right" if right > 0 else "left"
    else:
        end = "bottom" if down_by > 0 else "top"
    scale = max(width / across, height / down)
    return PlacedPicture(box, width, height, scale, end, item, page.raw)


def _filter(item: object, index: int) -> bytes:
    buffer = ctypes.create_string_buffer(64)
    pdfium.FPDFImageObj_GetImageFilter(item, index, buffer, 64)
    return buffer.value


def _decoded_length(item: object) -> int:
    return int(pdfium.FPDFImageObj_GetImageDataDecoded(item, None, 0))


def _decoded(item: object) -> bytes:
    """The data with general compression undone, as the picture's own decoder gets them."""
    buffer = ctypes.create_string_buffer(max(_decoded_length(item), 1))
    length = pdfium.FPDFImageObj_GetImageDataDecoded(item, buffer, len(buffer))
    return buffer.raw[: int(length)]


def _rows_at_the_end(bitmap: Any, value: int) -> int:
    """How many rows at a bitmap's end hold this value and nothing else."""
    width, height = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
    channels = {
        pdfium.FPDFBitmap_Gray: 1,
        pdfium.FPDFBitmap_BGR: 3,
        pdfium.FPDFBitmap_BGRx: 4,
    }.get(pdfium.FPDFBitmap_GetFormat(bitmap))
    if channels is None:
        return 0
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    address = pdfium.FPDFBitmap_GetBuffer(bitmap)
    memory = (ctypes.c_ubyte * (stride * height)).from_address(
        ctypes.cast(address, ctypes.c_void_p).value or 0
    )
    rows = np.frombuffer(memory, np.uint8).reshape(height, stride)[:, : width * channels]
    same = (rows.reshape(height, width, channels)[:, :, :3] == value).all(axis=(1, 2))
    return int(height if same.all() else np.argmin(same[::-1]))
