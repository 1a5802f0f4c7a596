"""Seals, pens and other marks in colour, taken apart from black print by their colour.

Print under a red seal is dark in every channel, the seal only in green and blue: the red channel
shows the print alone. In general, where a pixel is coloured, its lightest channel tells how dark
it is apart from its colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ocr.image import Pixels

Mask = np.ndarray[Any, np.dtype[np.bool_]]

# Levels between the lightest and the darkest channel. Edges of black print differ by up to 30 in
# JPEG with halved colour, paper by up to 15; the faintest seals of scans by 45 and more.
COLOURED = 40


@dataclass(frozen=True, slots=True)
class PartedColours:
    """A page's print in grey, and where coloured marks lay over or under it."""

    print_grey: Pixels
    marks: Mask


def part_colours(pixels: Pixels, scale: float) -> PartedColours:
    """Take marks in colour away (``scale``: pixels a point)."""
    if pixels.ndim == 2:
        return PartedColours(pixels, np.zeros(pixels.shape, bool))
    channels = cv2.split(_white_paper(pixels))
    lightest = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
    darkest = cv2.min(cv2.min(channels[0], channels[1]), channels[2])
    colour = cv2.subtract(lightest, darkest)
    coloured = (colour >= COLOURED).astype(np.uint8)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if not cv2.countNonZero(coloured):
        return PartedColours(grey, coloured > 0)
    # Colour is stored at half the resolution in JPEG: it spills over a mark's edge by two pixels,
    # and black print inside a mark loses its colour there.
    reach = max(1, round(scale * 0.8))
    near = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((2 * reach + 1,) * 2, np.uint8))
    rows, columns = np.nonzero(cv2.dilate(near, np.ones((3, 3), np.uint8)))
    spots = np.stack([channel[rows, columns] for channel in channels], axis=1)
    print_grey = grey.copy()
    print_grey[rows, columns] = _without_colour(spots)
    marks = np.zeros(grey.shape, bool)
    marks[rows, columns] = True
    return PartedColours(print_grey, marks)


def _white_paper(pixels: Pixels) -> Pixels:
    """Channels stretched alike, so that yellowed paper or warm light is no colour."""
    sample = pixels[::9, ::9].reshape(-1, 3)
    paper = np.maximum(np.percentile(sample, 80, axis=0), 32)
    if paper.max() - paper.min() < 4:
        return pixels
    steps = np.arange(256)[:, None] * (paper.max() / paper)
    table = np.clip(np.rint(steps), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table.reshape(1, 256, 3)))


def _without_colour(spots: Pixels) -> Pixels:
    """Grey of the print alone at spots × 3 channels.

    A mark darkens its own lightest channel too, in proportion to its colour; that proportion is
    measured for red, green and blue marks apart and taken off. Print has no colour and keeps its
    darkness.
    """
    values = spots.astype(np.float32)
    lightest = values.max(axis=1)
    colour = lightest - values.min(axis=1)
    dark = 255 - lightest
    for channel in range(3):
        own = values.argmax(axis=1) == channel
        mark = own & (colour >= COLOURED)
        if np.count_nonzero(mark) < 20:
            continue
        # Above the middle: of the mark's own unevenness more than half shall be taken away.
        rate = np.percentile(dark[mark] / colour[mark], 65)
        dark[own] -= rate * colour[own]
    return np.asarray(255 - np.clip(dark, 0, 255), np.uint8)
