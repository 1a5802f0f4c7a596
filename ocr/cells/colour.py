"""Seals, pens and other marks in colour, taken apart from black print by their colour.

Print under a red seal is dark in every channel, the seal only in green and blue: the red channel
shows the print alone. In general, where a pixel is coloured, its lightest channel tells how dark
it is apart from its colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ocr.cells.opencv import cv2
from ocr.image import Pixels

Mask = np.ndarray[Any, np.dtype[np.bool_]]

Places = np.ndarray[Any, np.dtype[np.intp]]

# Levels between the lightest and the darkest channel. Edges of black print differ by up to 30 in
# JPEG with halved colour, paper by up to 15; the faintest seals of scans by 45 and more.
COLOURED = 40


@dataclass(frozen=True, slots=True)
class PartedColours:
    """A page in grey in which coloured marks are as light as their lightest channel.

    ``spots`` are the places (row, column) in and near marks, ``lightest`` and ``colour`` their
    lightest channel (0 red, 1 green, 2 blue) and how far it stands above the darkest.
    """

    grey: Pixels
    marks: Mask
    spots: tuple[Places, Places]
    lightest: Pixels
    colour: Pixels


def part_colours(pixels: Pixels, scale: float) -> PartedColours:
    """Find marks in colour (``scale``: pixels a point)."""
    if pixels.ndim == 2:
        return _plain(pixels)
    channels = cv2.split(_white_paper(pixels))
    lightest = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
    darkest = cv2.min(cv2.min(channels[0], channels[1]), channels[2])
    colour = cv2.subtract(lightest, darkest)
    coloured = (colour >= COLOURED).astype(np.uint8)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if not cv2.countNonZero(coloured):
        return _plain(grey)
    # Colour is stored at half the resolution in JPEG: it spills over a mark's edge by two pixels,
    # and black print inside a mark loses its colour there.
    reach = max(1, round(scale * 0.8))
    near = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((2 * reach + 1,) * 2, np.uint8))
    marks = cv2.dilate(near, np.ones((3, 3), np.uint8)) > 0
    spots = np.nonzero(marks)
    values = np.stack([channel[spots] for channel in channels], axis=1)
    grey[spots] = lightest[spots]
    # Halved colour is weaker in a thin ring than the ring is dark: the strongest around counts.
    colour = cv2.dilate(colour, np.ones((3, 3), np.uint8))
    return PartedColours(
        grey, marks, (spots[0], spots[1]), values.argmax(axis=1).astype(np.uint8), colour[spots]
    )


def _plain(grey: Pixels) -> PartedColours:
    none = np.zeros(0, np.intp)
    empty = np.zeros(0, np.uint8)
    return PartedColours(grey, np.zeros(grey.shape, bool), (none, none), empty, empty)


def take_off_marks(dark: Pixels, parted: PartedColours) -> float:
    """Lighten marks by what their colour darkens the paper, in place.

    A mark darkens its own lightest channel too, in proportion to its colour; that proportion is
    measured for red, green and blue marks apart and taken off. Print has no colour and keeps its
    darkness. Returned is how dark marks still are where colour did not explain them: nine tenths
    of their pixels are lighter.
    """
    left = 0.0
    values = dark[parted.spots].astype(np.float32)
    colour = parted.colour.astype(np.float32)
    for channel in range(3):
        own = parted.lightest == channel
        mark = own & (parted.colour >= COLOURED)
        if np.count_nonzero(mark) < 20:
            continue
        # Above the middle: of the mark's own unevenness more than half shall be taken away.
        rate = np.percentile(values[mark] / colour[mark], 65)
        values[own] -= rate * colour[own]
        left = max(left, float(np.percentile(values[mark], 90)))
    dark[parted.spots] = np.clip(values, 0, 255).astype(np.uint8)
    return left


def _white_paper(pixels: Pixels) -> Pixels:
    """Channels stretched alike, so that yellowed paper or warm light is no colour."""
    sample = pixels[::9, ::9].reshape(-1, 3)
    paper = np.maximum(np.percentile(sample, 80, axis=0), 32)
    if paper.max() - paper.min() < 4:
        return pixels
    steps = np.arange(256)[:, None] * (paper.max() / paper)
    table = np.clip(np.rint(steps), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table.reshape(1, 256, 3)))
