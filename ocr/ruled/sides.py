"""How far the rule along a cell's side reaches: dashes, dots and thick rules to their edges.

A line's place is known from its lattice to a pixel or two, its thickness from most of what is dark
along it. What is as thick is rule, whether it goes on or not; where more is dark (another rule
crosses, print touches) the rule is as wide there as beside.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..image import Pixels
from .borders import Rectangle

REACH = 0.6  # type sizes to each side of the line that are looked at
NEAR = 0.2  # type sizes that a rule's edge may be off the line
THICKEST = 0.5  # type sizes: a rule of 3 points beside the smallest type
EVEN = 0.25  # of its usual thickness that a rule is thinner or thicker, or a pixel and a half
DRAWN = 0.2  # of a line that is dark: dots far apart
MOSTLY = 0.6  # of what is dark along a line that is as thick as a rule
LEVEL = 2.0  # type sizes over which a rule is level

Columns = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int64]]


def rules_along(darkness: Pixels, cells: Iterable[Rectangle], least: float, em: float) -> Pixels:
    """Pixels (255) of the rules along the sides of ``cells``.

    ``darkness`` is rows × columns, ``least`` where a rule's edge ends, ``em`` the type size in
    pixels.
    """
    rows, columns = darkness.shape
    drawn = np.zeros(darkness.shape, np.uint8)
    boxes = [
        (max(0, left), max(0, top), min(columns, right), min(rows, bottom))
        for left, top, right, bottom in cells
    ]
    for at, held in _lines(boxes, columns).items():
        _draw(darkness, drawn, at, held, least, em)
    upright = [(top, left, bottom, right) for left, top, right, bottom in boxes]
    for at, held in _lines(upright, rows).items():
        _draw(darkness.T, drawn.T, at, held, least, em)
    return drawn


def _lines(boxes: Iterable[Rectangle], length: int) -> dict[int, Columns]:
    """Where upper and lower sides lie: of each row of pixels the columns that are one's."""
    lines: dict[int, Columns] = {}
    for left, top, right, bottom in boxes:
        for at in (top, bottom):
            lines.setdefault(at, np.zeros(length, bool))[left:right] = True
    return lines


def _draw(darkness: Pixels, drawn: Pixels, at: int, held: Columns, least: float, em: float) -> None:
    reach = max(4, round(REACH * em))
    first, last = max(0, at - reach), min(len(darkness), at + reach + 1)
    columns = np.flatnonzero(held)
    if last - first < 3 or not len(columns):
        return
    begin, end = int(columns[0]), int(columns[-1]) + 1
    dark = np.ascontiguousarray(darkness[first:last, begin:end]) >= least
    dark[:, ~held[begin:end]] = False
    upper, lower, seen = _extents(dark, at - first, max(2, round(NEAR * em)))
    thick = lower - upper
    whole = seen & (upper > 0) & (lower < len(dark)) & (thick <= max(3.0, THICKEST * em))
    if np.count_nonzero(whole) < max(3.0, DRAWN * len(columns)):
        return
    usual = float(np.median(thick[whole]))
    off = max(1.5, EVEN * usual)
    even = whole & (np.abs(thick - usual) <= off)
    if np.count_nonzero(even) < MOSTLY * np.count_nonzero(seen):
        return
    top, bottom = (_level(edge, even, round(LEVEL * em)) for edge in (upper, lower))
    # in the gap between two dashes a stroke of a digit may stand, as thin as they are
    inside = (upper >= top - off) & (lower <= bottom + off)
    thin = whole & (thick <= usual + off) & inside
    top, bottom = np.where(thin, upper, top), np.where(thin, lower, bottom)
    row = np.arange(len(dark))[:, None]
    rule = dark & (row >= top) & (row < bottom)
    drawn[first:last, begin:end][rule] = 255


def _extents(dark: Columns, middle: int, near: int) -> tuple[Places, Places, Columns]:
    """Of each column the rows of the dark run nearest the middle one (half open), and whether
    there is one no further than ``near``."""
    rows, columns = dark.shape
    away = np.abs(np.arange(rows) - middle)
    order = np.argsort(away, kind="stable")[: np.count_nonzero(away <= near)]
    close = dark[order]
    seen = close.any(axis=0)
    start = order[close.argmax(axis=0)]
    # of each pixel the next light one above and below
    row = np.arange(rows)[:, None]
    above = np.maximum.accumulate(np.where(dark, -1, row), axis=0)
    below = np.minimum.accumulate(np.where(dark, rows, row)[::-1], axis=0)[::-1]
    column = np.arange(columns)
    return above[start, column] + 1, below[start, column], np.asarray(seen)


def _level(edge: Places, even: Columns, reach: int) -> Places:
    """The edge of a rule everywhere, from where it is seen: the median of its pieces nearby."""
    places = np.flatnonzero(even)
    parts = np.array_split(places, max(1, round((places[-1] - places[0]) / max(1, reach))))
    parts = [part for part in parts if len(part)]
    at = [float(part.mean()) for part in parts]
    rows = [float(np.median(edge[part])) for part in parts]
    return np.asarray(np.rint(np.interp(np.arange(len(edge)), at, rows)), np.int64)
