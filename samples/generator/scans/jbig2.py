"""A black and white picture as CCITT G4 codes, and as JBIG2 of one region of such codes.

JBIG2 (ITU-T T.88) may hold a region in the codes of G4, which it calls MMR: no arithmetic coder is
needed to write one.
"""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image

from samples.generator.scans.geometry import Pixels

PAGE_INFORMATION, GENERIC_REGION = 48, 38  # types of segments
ROWS_PER_STRIP, STRIP_OFFSETS, STRIP_BYTES = 278, 273, 279  # tags of TIFF


def g4_codes(picture: Pixels) -> bytes:
    """The codes of a whole picture whose ink is 0, without any header."""
    buffer = io.BytesIO()
    height = picture.shape[0]
    # the coder calls set bits black
    ink = Image.fromarray(np.where(picture < 128, 255, 0).astype(np.uint8)).convert(
        "1", dither=Image.Dither.NONE
    )
    ink.save(
        buffer,
        "TIFF",
        compression="group4",
        tiffinfo={ROWS_PER_STRIP: height},
        strip_size=ink.width * height,
    )
    with Image.open(buffer) as tiff:
        offsets, lengths = tiff.tag_v2[STRIP_OFFSETS], tiff.tag_v2[STRIP_BYTES]  # type: ignore[attr-defined]
    if len(offsets) != 1:
        raise ValueError(f"{len(offsets)} strips instead of one")
    return buffer.getvalue()[offsets[0] : offsets[0] + lengths[0]]


def jbig2_stream(picture: Pixels, dpi: float) -> bytes:
    """Segments as a PDF holds them: no file header, page 1."""
    height, width = picture.shape[:2]
    dots = round(dpi / 0.0254)  # a metre
    page = struct.pack(">IIIIBH", width, height, dots, dots, 0, 0)
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, 1) + g4_codes(picture)
    return _segment(0, PAGE_INFORMATION, page) + _segment(1, GENERIC_REGION, region)


def _segment(number: int, kind: int, data: bytes) -> bytes:
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data
