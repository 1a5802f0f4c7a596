"""Seals, pens and other marks in colour, parted from print by their colour.

Where a mark lies the page is as dark as mark and print together, but only the mark is coloured. How
dark a mark is for its colour is measured on the page; what the colour does not explain is print.
Colour is stored coarsely in JPEG, at half the resolution and with few steps: it is right in the
mean of a window, not in the pixel. So the darkness of the mark is spread in each window over the
dark pixels, most over those that are most coloured for their darkness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ocr.image import Pixels
from ocr.opencv import cv2

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Floats = np.ndarray[Any, np.dtype[np.float32]]

# Levels between the lightest and the darkest channel. Edges of black print differ by up to 30 in
# JPEG with halved colour, paper by up to 15; the faintest seals of scans by 45 and more.
COLOURED = 40
SECTORS = 6  # of hue, red in the middle of the first: marks in one are of one ink
FEWEST = 20  # coloured pixels: less is no mark
# Colour by darkness: seals have 0.7 to 0.9, a blue pen 0.45, a black-blue one 0.2. Of the last the
# colour says nothing: an error of 10 levels in it would be one of 50 in the darkness.
LEAST_COLOUR = 0.35
FAINTEST = 12.0  # of 255: the darkness of a mark from which its colour can be told
WINDOW = 2.0  # points: over so much the mean of the colour is right
ROUNDS = 4
NEAR = (
    20.0  # points: between the ring of a seal and its characters, thinner and paler, and the star
)
PALE = 6.0  # levels of colour in the mean of a window: less is the noise of JPEG
PALE_DEVIATIONS = 4.0  # of the paper's own colour


@dataclass(frozen=True, slots=True)
class Ink:
    """One colour of marks: its direction in red, green and blue, and where such marks lie."""

    direction: tuple[float, float, float]
    rows: slice
    columns: slice
    lies: Mask  # of those rows and columns: in and near the marks
    core: Mask  # coloured pixels


@dataclass(frozen=True, slots=True)
class PartedColours:
    """A page in grey, and its marks in colour."""

    grey: Pixels
    marks: Mask
    balanced: Pixels | None  # red, green and blue with white paper; None without marks
    inks: tuple[Ink, ...]


def part_colours(pixels: Pixels, scale: float) -> PartedColours:
    """Find marks in colour (``scale``: pixels a point)."""
    if pixels.ndim == 2:
        return PartedColours(pixels, np.zeros(pixels.shape, bool), None, ())
    balanced = _white_paper(pixels)
    channels = cv2.split(balanced)
    lightest = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
    darkest = cv2.min(cv2.min(channels[0], channels[1]), channels[2])
    coloured = cv2.compare(cv2.subtract(lightest, darkest), COLOURED, cv2.CMP_GE)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    if cv2.countNonZero(coloured) < FEWEST:
        return PartedColours(grey, np.zeros(grey.shape, bool), None, ())
    # Colour is stored at half the resolution in JPEG: it spills over a mark's edge by two pixels,
    # and black print inside a mark loses its colour there.
    reach = max(1, round(scale * 0.8))
    near = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((2 * reach + 1,) * 2, np.uint8))
    near = cv2.dilate(near, np.ones((3, 3), np.uint8))
    inks = tuple(_inks(balanced, coloured, near, scale))
    marks = np.zeros(grey.shape, bool)
    for ink in inks:
        marks[ink.rows, ink.columns] |= ink.lies
    return PartedColours(grey, marks, balanced, inks)


def _inks(balanced: Pixels, coloured: Pixels, near: Pixels, scale: float) -> Iterator[Ink]:
    """The colours of the page's marks. Each mark, as far as it hangs together, is of one."""
    _, labels = cv2.connectedComponents(near, connectivity=8, ltype=cv2.CV_32S)
    rows, columns = np.nonzero(coloured)
    values = balanced[rows, columns]
    hue = cv2.cvtColor(values[None], cv2.COLOR_RGB2HSV)[0, :, 0].astype(np.int64)  # 0…179
    sector = (hue * SECTORS + 90) // 180 % SECTORS
    piece = labels[rows, columns].astype(np.int64)
    counts = np.bincount(piece * SECTORS + sector, minlength=SECTORS * (int(labels.max()) + 1))
    by_piece = counts.reshape(-1, SECTORS)
    owner = np.where(by_piece.sum(axis=1) > 0, by_piece.argmax(axis=1), SECTORS)
    owner[0] = SECTORS  # the paper
    half = cv2.resize(balanced, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    for number in range(SECTORS):
        own = owner[piece] == number
        if np.count_nonzero(own) < FEWEST:
            continue
        mean = values[own].mean(axis=0, dtype=np.float64)
        turned = mean - mean.mean()
        red, green, blue = (turned / np.linalg.norm(turned)).tolist()
        seen = (owner[labels] == number).astype(np.uint8)
        pale = _pale(half, (red, green, blue), scale / 2)
        lies = _around(seen, pale, scale)
        down, across = np.flatnonzero(lies.any(axis=1)), np.flatnonzero(lies.any(axis=0))
        part = (slice(int(down[0]), int(down[-1]) + 1), slice(int(across[0]), int(across[-1]) + 1))
        core = (coloured[part] > 0) & (seen[part] > 0)
        yield Ink((red, green, blue), *part, lies[part], core)


def _pale(half: Pixels, direction: tuple[float, float, float], scale: float) -> Pixels:
    """Where the paper has a little of a colour: 1 in the picture of half the size."""
    colour = cv2.transform(half.astype(np.float32), np.array([direction], np.float32))
    side = 2 * max(1, round(WINDOW * scale / 4)) + 1
    mean = cv2.blur(colour, (side, side))
    sample = mean[::5, ::5]
    usual = float(np.median(sample))
    spread = float(np.median(np.abs(sample - usual))) * 1.48
    return np.asarray((mean > usual + max(PALE, PALE_DEVIATIONS * spread)).astype(np.uint8))


def _around(seen: Pixels, pale: Pixels, scale: float) -> Mask:
    """Marks with what is paler of the same colour beside them."""
    step = max(1, round(4 * scale))
    coarse = (cv2.dilate(seen, np.ones((step, step), np.uint8))[::step, ::step] > 0).astype(
        np.uint8
    )
    side = 2 * round(NEAR / 4) + 1
    about = cv2.dilate(coarse, np.ones((side, side), np.uint8))
    shape = seen.shape[::-1]
    about = cv2.resize(about, shape, interpolation=cv2.INTER_NEAREST)
    full = cv2.resize(pale, shape, interpolation=cv2.INTER_NEAREST)
    return np.asarray(((about > 0) & (full > 0)) | (seen > 0))


def take_off_marks(dark: Pixels, parted: PartedColours, scale: float) -> float:
    """Take from ``dark``, in place, what marks in colour darken the paper.

    Returned is how dark marks still are where colour did not explain them: nine tenths of their
    pixels are lighter. Marks with too little colour for their darkness stay as they are.
    """
    left = 0.0
    for ink in parted.inks:
        assert parted.balanced is not None
        values = parted.balanced[ink.rows, ink.columns]
        part = dark[ink.rows, ink.columns]
        whole = np.where(ink.lies, part, 0).astype(np.float32)
        print_only = _without_mark(whole, _colour(values, ink), ink.core, scale)
        if print_only is None:
            continue
        left = max(left, float(np.percentile(print_only[ink.core], 90)))
        part[ink.lies] = np.rint(print_only[ink.lies]).astype(np.uint8)
    return left


def _colour(values: Pixels, ink: Ink) -> Floats:
    """How strongly each pixel is of the ink's colour; what is grey has none. 0 beyond the mark."""
    toward = np.array([ink.direction], np.float32)
    found = cv2.transform(values.astype(np.float32), toward)
    return np.where(ink.lies, np.maximum(found, 0), 0).astype(np.float32)


def _without_mark(whole: Floats, colour: Floats, core: Mask, scale: float) -> Floats | None:
    """The darkness of the print under a mark, or None where colour cannot tell it.

    ``whole`` is the darkness of mark and print, ``core`` where the mark surely lies.
    """
    side = 2 * max(1, round(WINDOW * scale / 2)) + 1

    def mean(values: Floats) -> Floats:
        return np.asarray(cv2.boxFilter(values, cv2.CV_32F, (side, side)), np.float32)

    wanted, darkness = mean(colour), mean(whole)
    measured = core & (darkness > FAINTEST / 4)
    if np.count_nonzero(measured) < FEWEST:
        return None
    # Print under the mark darkens, and does not colour: the ratio of the mark alone is above.
    rate = float(np.percentile(wanted[measured] / darkness[measured], 70))
    if rate < LEAST_COLOUR:
        return None
    wanted = wanted / np.float32(rate)
    share = np.minimum(colour / np.maximum(whole * np.float32(rate), 1), 1)
    mark = whole * share**3
    for _ in range(ROUNDS):
        more = (wanted + 1) / (mean(mark) + 1)
        mark = np.minimum(whole, mark * np.clip(more, 0.5, 2.0))
    return np.asarray(whole - mark, np.float32)


def _white_paper(pixels: Pixels) -> Pixels:
    """Channels stretched alike, so that yellowed paper or warm light is no colour."""
    sample = pixels[::9, ::9].reshape(-1, 3)
    paper = np.maximum(np.percentile(sample, 80, axis=0), 32)
    if paper.max() - paper.min() < 4:
        return pixels
    steps = np.arange(256)[:, None] * (paper.max() / paper)
    table = np.clip(np.rint(steps), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table.reshape(1, 256, 3)))
