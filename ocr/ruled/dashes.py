"""Dashes of thick rules: bars as large as characters, told by the bars in line with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..opencv import cv2

# Type sizes: how thick a dash is, how long; and by how much one is longer than thick.
THICKEST, SHORTEST, LONGEST, SLENDER = 0.5, 0.6, 4.0, 1.8
SOLID = 0.7  # of its box that is ink
WHITE = 0.5  # of a dash's length between two; between a 1 and the next one below is more
ALIKE = 1.5  # times as long as the next one, at most
IN_LINE = 0.2  # type sizes that one stands above the next: rules lean and wave
FEWEST = 4  # in line: nothing printed has as many bars so close

Stats = np.ndarray[Any, np.dtype[Any]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def thick_dashes(stats: Stats, em: float) -> Mask:
    """Which connected pieces (rows of OpenCV's statistics) are dashes; ``em``: type size, pixels.

    Thin dashes are told from type by their thickness already.
    """
    wide, high, area = (
        stats[:, column].astype(np.float64)
        for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA)
    )
    less, more = np.minimum(wide, high), np.maximum(wide, high)
    bars = (more >= SHORTEST * em) & (more <= LONGEST * em) & (less <= THICKEST * em)
    bars &= (more >= SLENDER * less) & (area >= SOLID * wide * high)
    bars[0] = False
    found = np.zeros(len(stats), bool)
    if np.count_nonzero(bars) < FEWEST:
        return found
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    for start, long, middle, chosen in (
        (left, wide, top + high / 2, bars & (wide > high)),
        (top, high, left + wide / 2, bars & (high > wide)),
    ):
        for chain in _chains(start, long, middle, np.flatnonzero(chosen), IN_LINE * em):
            if len(chain) >= FEWEST:
                found[chain] = True
    return found


def _chains(
    start: Stats, long: Stats, middle: Stats, bars: Stats, in_line: float
) -> list[list[int]]:
    """Bars that follow one another in line."""
    chains: list[list[int]] = []
    growing: list[list[int]] = []
    for bar in bars[np.argsort(start[bars], kind="stable")].tolist():
        growing = [g for g in growing if start[g[-1]] + (1 + WHITE) * long[g[-1]] >= start[bar]]
        for chain in growing:
            last = chain[-1]
            ratio = long[last] / long[bar]
            if (
                abs(middle[last] - middle[bar]) <= in_line
                and start[bar] >= start[last] + 0.9 * long[last]
                and 1 / ALIKE <= ratio <= ALIKE
            ):
                chain.append(bar)
                break
        else:
            growing.append([bar])
            chains.append(growing[-1])
    return chains
