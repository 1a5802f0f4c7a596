"""Decoded pictures of every mode as RGB over white paper, in bands so that memory stays small."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageChops, TiffImagePlugin

from ..image import Pixels

PHOTOMETRIC, WHITE_IS_ZERO = 262, 0  # of TIFF
SAMPLE_FORMAT = 339  # of TIFF; 1 is unsigned
BAND = 4_000_000  # pixels of the decoded picture that are converted at once
_FOREIGN = frozenset(("I;16L", "I;16B", "I;16N"))  # Pillow crops and measures no such picture
_DEEP = frozenset(("I", "I;16", "F")) | _FOREIGN  # one channel, more than 8 bits
_TRANSPARENT = frozenset(("LA", "La", "PA", "RGBA", "RGBa"))

# EXIF orientation to (flip left-right first, quarter turns counterclockwise) of the stored pixels.
_ORIENTATION = {
    2: (True, 0),
    3: (False, 2),
    4: (True, 2),
    5: (True, 1),
    6: (False, 3),
    7: (True, 3),
    8: (False, 1),
}


def rgb_over_white(
    image: Image.Image, width: int, height: int, *, negative: bool = False
) -> Pixels:
    """A loaded picture in RGB, ``width`` × ``height`` pixels, what is transparent on white.

    ``negative``: as `is_negative` tells.
    """
    if image.mode in _FOREIGN:
        image = Image.fromarray(np.asarray(image).astype(np.uint16))
    elif _is_unsigned_of_32_bits(image):
        image = Image.fromarray((np.asarray(image).view(np.uint32) >> 16).astype(np.uint16))
    whole = max(min(image.width // width, image.height // height), 1)
    rows = max(BAND // max(image.width, 1) // whole, 1) * whole
    darkest, lightest = _range(image)
    bands: list[Pixels] = []
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        if image.mode in _DEEP:
            pixels = _grey_of_deep(
                band, *((lightest, darkest) if negative else (darkest, lightest))
            )
        else:
            pixels = _rgb(ImageChops.invert(band) if negative else band)
        bands.append(_reduced(pixels, whole))
    pixels = bands[0] if len(bands) == 1 else np.concatenate(bands)
    if pixels.shape[:2] != (height, width):
        shrinks = pixels.shape[0] >= height and pixels.shape[1] >= width
        how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)
    return pixels


def is_negative(image: Image.Image) -> bool:
    """Whether the samples mean ink where Pillow takes them for light, or the other way round.

    It heeds the photometric interpretation of TIFF for samples of 8 bits only, and takes the inks
    of every JPEG picture for inverted, which is what Adobe's programs write and mark as theirs.
    """
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return bool(image.mode in _DEEP and image.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO)
    return image.format in ("JPEG", "MPO") and image.mode == "CMYK" and "adobe" not in image.info


def _is_unsigned_of_32_bits(image: Image.Image) -> bool:
    """Whether Pillow takes light samples for negative numbers."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile) or image.mode != "I":
        return False
    return bool(image.tag_v2.get(SAMPLE_FORMAT, (1,)) == (1,))


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """The pixels as displayed, by the EXIF orientation (1 to 8) of the stored ones."""
    flip, quarters = _ORIENTATION.get(orientation, (False, 0))
    if flip:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(np.rot90(pixels, quarters))


def is_turned_sideways(orientation: int) -> bool:
    """Whether the picture as displayed has the stored one's height as its width."""
    return orientation in (5, 6, 7, 8)


def _rgb(band: Image.Image) -> Pixels:
    if band.mode in _TRANSPARENT or "transparency" in band.info:
        paper = Image.new("RGBA", band.size, (255, 255, 255, 255))
        paper.alpha_composite(band.convert("RGBA"))
        band = paper
    return np.asarray(band.convert("RGB"), np.uint8)


def _range(image: Image.Image) -> tuple[float, float]:
    """The values of black and white in a picture of more than 8 bits."""
    if image.mode not in _DEEP:
        return 0.0, 255.0
    found = image.getextrema()
    lowest, highest = (float(value) for value in found if isinstance(value, int | float))
    if image.mode == "F" or lowest < 0:
        if not (math.isfinite(lowest) and math.isfinite(highest)) or highest <= lowest:
            return 0.0, 1.0
        return (0.0, 1.0) if lowest >= 0 and highest <= 1 else (lowest, highest)
    # scanners write 10, 12 or 14 bits into 16: the smallest such range that holds every value
    bits = max(math.ceil(math.log2(max(highest, 0.0) + 1)), 8)
    return 0.0, float((1 << (bits + bits % 2)) - 1)


def _grey_of_deep(band: Image.Image, darkest: float, lightest: float) -> Pixels:
    values = np.asarray(band).astype(np.float32)
    grey = np.nan_to_num((values - darkest) * (255.0 / (lightest - darkest)), nan=255.0)
    return _as_rgb(np.clip(np.rint(grey), 0, 255).astype(np.uint8))


def _as_rgb(grey: np.ndarray[Any, np.dtype[np.uint8]]) -> Pixels:
    return np.repeat(grey[:, :, None], 3, axis=2)


def _reduced(pixels: Pixels, whole: int) -> Pixels:
    """Every square of ``whole`` × ``whole`` pixels as its mean; the last ones may be smaller."""
    if whole == 1:
        return pixels
    size = (-(-pixels.shape[1] // whole), -(-pixels.shape[0] // whole))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
