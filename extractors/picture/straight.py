"""A page of pixels as it was straightened for reading, and its reading moved there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PIL import Image

from gouji.model import Box, DocumentReading
from ocr.image import PageImage

from ..pdf.extract import turned_part

# Points: closer than a pixel of any picture drawn.
EXACT = 0.02
MOST_STEPS = 12
STEP = 4.0  # points by which a side is moved to see how its box on the page follows


def moved(reading: DocumentReading, number: int, way: Callable[[Box], Box]) -> DocumentReading:
    """The reading with the places on page ``number`` moved."""
    tables = tuple(
        turned_part(part, way) if part.page == number else part for part in reading.tables
    )
    cells = tuple(
        replace(cell, place=replace(cell.place, box=way(cell.place.box)))
        if cell.place is not None and cell.place.page == number and cell.place.box is not None
        else cell
        for cell in reading.cells
    )
    return replace(reading, tables=tables, cells=cells)


def box_around(way: Callable[[Box], Box], wanted: Box, guess: Box) -> Box:
    """The box that ``way`` (a smooth map of boxes, as of a straight page to the page) gives
    ``wanted`` for.

    A box of the straight page is slanting on the page as displayed, and a reading holds the box
    around that; to turn that one back gives a box that is too large by far (35 points of a table
    at 4 degrees). So the sides are found by Newton's method, from ``guess`` on; where that does not
    settle, the best found is the answer.
    """
    target = _sides(wanted)
    sides, best, least = _sides(guess), guess, math.inf
    for _ in range(MOST_STEPS):
        box = _box(sides)
        found = _sides(way(box))
        off = float(np.abs(target - found).max())
        if off < least:
            best, least = box, off
        if off < EXACT:
            break
        slopes = np.stack(
            [
                (_sides(way(_box(sides + STEP * unit))) - found) / STEP
                for unit in np.eye(4) * np.array([-1.0, -1.0, 1.0, 1.0])
            ],
            axis=1,
        ) * np.array([-1.0, -1.0, 1.0, 1.0])
        sides = sides + np.linalg.lstsq(slopes, target - found, rcond=None)[0]
    return best


def _sides(box: Box) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array((box.left, box.top, box.right, box.bottom))


def _box(sides: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Box:
    left, top, right, bottom = (float(side) for side in sides)
    return Box(min(left, right), min(top, bottom), max(left, right), max(top, bottom))


def picture_of(image: PageImage, scale: float) -> Image.Image:
    """The page (RGB) at ``scale`` pixels a point, or at its own where that is smaller."""
    whole = Image.fromarray(image.pixels).convert("RGB")
    share = scale / image.scale
    if share >= 1:
        return whole
    size = (max(1, round(whole.width * share)), max(1, round(whole.height * share)))
    return whole.resize(size, Image.Resampling.BOX, reducing_gap=None)
