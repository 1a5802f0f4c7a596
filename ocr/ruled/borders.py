"""Borders inside the sides of cells: of two rules side by side the one that is not the grid's.

Tables whose cells have frames of their own draw every side twice; a grid's line is one of the two,
or the middle between them. What is left of them must not be read as a stroke.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..image import Pixels
from ..opencv import cv2

REACH = 0.45  # type sizes from a side: type is further off, or does not go on along it
INSIDE = 0.25  # of a cell: so far from its side at the most
LEFT = 0.3  # of a line that is dark beside it: less is type
LEAST = 0.6  # of the darkness that parts strokes from their edges
WHOLE, EVEN = 0.93, 0.4  # of a border's length is at least that share of its usual darkness
BESIDE, LIGHT = 0.2, 0.5  # within so many type sizes beside it is lighter than that share
NOISE = 2.0  # times as dark as the inside of its cell, looked at alike
SHORTEST = 0.8  # type sizes of a border between the corners of a cell
# Digits are no higher. A shorter border turns at both ends into the next side of its frame, over
# so many type sizes and so much of them, and most cells of a column have frames if one has.
HIGHEST, TURNS, TURNED = 1.2, 0.8, 0.8
OF_CELLS = 0.7
NEAR_CORNER = 0.12  # type sizes from a border's end

Rectangle = tuple[int, int, int, int]  # left, top, right, bottom in pixels


def inner_borders(
    darkness: Pixels, mask: Pixels, cells: Iterable[Rectangle], threshold: int, em: float
) -> Pixels | None:
    """Where borders run inside cells (255) that are not in ``mask`` yet, or None without any.

    ``darkness`` and ``mask`` are rows × columns, ``threshold`` parts strokes from paper, ``em`` is
    the type size in pixels.
    """
    rows, columns = darkness.shape
    boxes = [
        (max(0, left), max(0, top), min(columns, right), min(rows, bottom))
        for left, top, right, bottom in cells
    ]
    across = _borders(darkness, mask, boxes, LEAST * threshold, em)
    upright = [(top, left, bottom, right) for left, top, right, bottom in boxes]
    turned = np.ascontiguousarray(darkness.T), np.ascontiguousarray(mask.T)
    down = _borders(*turned, upright, LEAST * threshold, em)
    if down is None:
        return across
    down = np.ascontiguousarray(down.T)
    return down if across is None else np.maximum(across, down)


def _borders(
    darkness: Pixels, mask: Pixels, boxes: Sequence[Rectangle], least: float, em: float
) -> Pixels | None:
    """The borders along the upper and lower sides of cells."""
    open_sides = _open_sides(darkness, mask, boxes, least, round(REACH * em))
    if not open_sides:
        return None
    thick = cv2.dilate(darkness, np.ones((3, 1), np.uint8))  # borders may lean by a pixel
    drawn = np.zeros(darkness.shape, np.uint8)
    short: dict[tuple[int, int], list[list[tuple[int, slice]]]] = {}  # of each cell of a side
    for left, top, right, bottom in boxes:
        reach = min(round(REACH * em), int(INSIDE * (bottom - top)))
        for side, way in ((top, 1), (bottom, -1)):
            if side not in open_sides:
                continue
            borders = []
            for away in range(reach + 1):
                row, first, last = side + way * away, left + away, right - away
                if 0 <= row < len(darkness) and last - first >= SHORTEST * em:
                    stretch = slice(first, last)
                    inside = thick[top:bottom, stretch]
                    if not _is_border(darkness, thick, row, stretch, inside, least, em):
                        continue
                    if last - first >= HIGHEST * em:
                        drawn[row, stretch] = 255
                    elif _turns(darkness, row, way, stretch, least, em):
                        borders.append((row, stretch))
            if right - left - 2 * reach < HIGHEST * em:
                short.setdefault((side, way), []).append(borders)
    for cells in short.values():
        if sum(map(bool, cells)) >= OF_CELLS * len(cells):
            for row, stretch in itertools.chain.from_iterable(cells):
                drawn[row, stretch] = 255
    return drawn


def _open_sides(
    darkness: Pixels, mask: Pixels, boxes: Sequence[Rectangle], least: float, reach: int
) -> frozenset[int]:
    """Rows of sides beside which much is dark that is no rule yet: a quick look at whole lines."""
    ends: dict[int, tuple[int, int]] = {}
    for left, top, right, bottom in boxes:
        for side in (top, bottom):
            first, last = ends.get(side, (left, right))
            ends[side] = (min(first, left), max(last, right))
    found = set()
    for side, (left, right) in ends.items():
        part = slice(max(0, side - reach), side + reach + 1), slice(left, right)
        free = (darkness[part] >= least) & (mask[part] == 0)
        if not free.size:
            continue
        rows = np.count_nonzero(free, axis=1)
        rows[1:] += rows[:-1].copy()  # a border that leans is on two rows
        if rows.max() >= LEFT * (right - left):
            found.add(side)
    return frozenset(found)


def _is_border(
    darkness: Pixels,
    thick: np.ndarray[Any, Any],
    row: int,
    stretch: slice,
    inside: np.ndarray[Any, Any],
    least: float,
    em: float,
) -> bool:
    """Whether a row of pixels is dark along the whole stretch, darker than noise makes any row of
    its cell (``inside``), and lighter on both sides."""
    line = thick[row, stretch]
    if np.count_nonzero(line >= EVEN * least) < WHOLE * len(line):
        return False
    usual = float(np.median(line))
    if usual < least or np.count_nonzero(line >= EVEN * usual) < WHOLE * len(line):
        return False
    if usual < NOISE * float(np.median(inside)):
        return False
    reach = max(3, round(BESIDE * em))
    # the other rule of two may be as near: the lightest in between tells
    before = darkness[max(0, row - reach) : max(1, row - 1), stretch]
    behind = darkness[row + 2 : row + reach + 1, stretch]
    return all(
        not len(side) or float(np.median(side, axis=1).min()) <= LIGHT * usual
        for side in (before, behind)
    )


def _turns(darkness: Pixels, row: int, way: int, stretch: slice, least: float, em: float) -> bool:
    """Whether a line goes on round both corners, into the cell: no digit beside a side does."""
    long, near = max(3, round(TURNS * em)), max(2, round(NEAR_CORNER * em))
    inward = darkness[row : row + long] if way > 0 else darkness[max(0, row - long + 1) : row + 1]
    return all(
        np.count_nonzero(
            inward[:, max(0, end - near) : end + near + 1] >= EVEN * least, axis=0
        ).max(initial=0)
        >= TURNED * long
        for end in (stretch.start, stretch.stop - 1)
    )
