"""Plain fills that are lower than a line is far from the next: the head of a table, a text marker.

What is larger is paper already, as far as the ink of a page is concerned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr.image import Pixels
from ocr.opencv import cv2

FINE = 1.5  # pixels a point: as coarse as a scan at 110 dpi
STROKE = 2.0  # points: print is narrower, and gone from a median as wide
# points: no fill is lower or narrower; lines of type have gaps within as much
LOW, NARROW = 11.5, 22.0
FAINTEST = 12  # grey levels
EVEN = 0.8  # of the box around a fill that it fills
SHOWS, GAPS = 0.5, 0.1  # of a fill's darkness that paper has less; of its pixels
EDGE = 0.8  # points that a fill's edge is blurred


@dataclass(frozen=True, slots=True)
class Fill:
    """A patch of a page, in pixels, and how much darker than the paper it is."""

    rows: slice
    columns: slice
    level: float


def find_fills(dark: Pixels, noise: float, scale: float) -> list[Fill]:
    """Plain patches with straight sides, whatever is printed on them.

    ``dark`` is the darkness of every pixel, ``noise`` the paper's in it, ``scale`` pixels a point.
    """
    step = max(1.0, scale / FINE)
    high, wide = (max(1, round(size / step)) for size in dark.shape)
    few = cv2.resize(dark, (wide, high), interpolation=cv2.INTER_AREA)
    point = scale / step
    plain = cv2.medianBlur(few, 2 * round(STROKE * point / 2) + 1)
    window = np.ones((round(LOW * point), round(NARROW * point)), np.uint8)
    plate = cv2.morphologyEx(plain, cv2.MORPH_OPEN, window)
    filled = cv2.compare(plate, max(FAINTEST, 2 * noise), cv2.CMP_GE)
    if not cv2.countNonZero(filled):
        return []
    found = []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(filled, connectivity=4)
    for number in range(1, count):
        left, top, wide, high, area = (int(v) for v in stats[number])
        if area < EVEN * wide * high:
            continue
        own = labels[top : top + high, left : left + wide] == number
        level = float(np.median(plain[top : top + high, left : left + wide][own]))
        if _has_gaps(dark, step, (left, top, wide, high), level):
            continue
        rows, columns = (
            slice(max(0, round(step * first - EDGE * scale)), round(step * end + EDGE * scale))
            for first, end in ((top, top + high), (left, left + wide))
        )
        found.append(Fill(rows, columns, level))
    return found


def _has_gaps(dark: Pixels, step: float, box: tuple[int, int, int, int], level: float) -> bool:
    """Whether paper shows between strokes: lines of type are as dark in the mean as a fill is.

    ``box`` (left, top, width, height) is in pixels of which each is ``step`` of the picture's.
    """
    left, top, wide, high = (step * v for v in box)
    inside = dark[
        round(top + step) : round(top + high - step), round(left + step) : round(left + wide - step)
    ]
    if not inside.size:
        return True
    smooth = cv2.blur(inside, (3, 3))
    return float(np.mean(smooth < SHOWS * level)) > GAPS


def lift(dark: Pixels, fills: Sequence[Fill]) -> None:
    """Make fills as white as the paper and keep the print on them, in place."""
    for fill in fills:
        light = cv2.bitwise_not(dark[fill.rows, fill.columns])
        light = cv2.convertScaleAbs(light, alpha=255 / (255 - fill.level))
        dark[fill.rows, fill.columns] = cv2.bitwise_not(light)
