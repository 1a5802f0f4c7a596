"""Streaks: lines that dirt in a scanner or fax draws over the whole page, margins and type."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..image import Pixels
from ..opencv import cv2
from .runs import Floats

Mask = np.ndarray[Any, np.dtype[np.bool_]]

STEPS = 96  # of a page, each looked at as a whole
REACH = 3  # pixels to both sides, which are lighter
NOISE, LEAST = 2.0, 2.5  # standard deviations; of 255
THERE = 0.85  # of its length that a streak is seen
MARGIN = 0.04  # of the page's height at both ends, where no table reaches
FADED = 0.3  # of its usual ridge: fainter in the margins is no streak
EDGE = 0.06  # of the width: how near a table's sides are to those of a picture cut out round it
MOST = 4  # more lines from edge to edge are those of a table that fills the picture
APART = 5  # pixels
BESIDE, LONG, COVERED = 6, 48, 0.8  # pixels beside a line in which a rule is looked for
SEVERAL, FEW = 3, 4  # rules that end at a side, for each that goes through it
WIDE = 2  # pixels to both sides of its middle
SOFT = 2  # pixels: the edge of a stroke
PRINTED = 1.6  # times as dark as the streak: what is printed below it


def find_streaks(darkness: Pixels) -> Pixels | None:
    """A mask of the streaks down and, on pages that were turned, across: 255 where one is.

    None where there are none.
    """
    masks = [_streaks_down(darkness), _streaks_down(np.ascontiguousarray(darkness.T))]
    down, across = masks[0], None if masks[1] is None else np.ascontiguousarray(masks[1].T)
    if down is None or across is None:
        return across if down is None else down
    return np.asarray(cv2.max(down, across), np.uint8)


def bare_streaks(darkness: Pixels, streaks: Pixels, least: float) -> Mask:
    """Of the mask of streaks what is nothing but streak: not the strokes of print on which it lies.

    ``darkness`` is rows × columns as ``streaks``, ``least`` what print is darker by at the least.
    """
    bare = streaks > 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(streaks, connectivity=8)
    soft = np.ones((2 * SOFT + 1,) * 2, np.uint8)
    for index in range(1, count):
        left, top, wide, high = (int(v) for v in stats[index, :4])
        part = slice(top, top + high), slice(left, left + wide)
        own = labels[part] == index
        dark = np.where(own, darkness[part], 0)
        usual = float(np.median(dark.max(axis=1 if high > wide else 0)))
        # the edge of a stroke is as pale as the streak, and would take all of a point with it
        around = (
            slice(max(0, top - SOFT), top + high + SOFT),
            slice(max(0, left - SOFT), left + wide + SOFT),
        )
        printed = (darkness[around] >= max(PRINTED * usual, usual + least)).astype(np.uint8)
        printed = cv2.dilate(printed, soft)[top - around[0].start :, left - around[1].start :]
        bare[part] &= ~(own & (printed[:high, :wide] > 0))
    return bare


def _streaks_down(darkness: Pixels) -> Pixels | None:
    rows, columns = darkness.shape
    if rows < 4 * STEPS or columns < 8 * REACH:
        return None
    steps, step = STEPS, rows / STEPS
    even = cv2.resize(darkness, (columns, steps), interpolation=cv2.INTER_AREA)
    even = even.astype(np.float32)
    padded = cv2.copyMakeBorder(even, 0, 0, REACH, REACH, cv2.BORDER_REPLICATE)
    ridge = even - np.maximum(padded[:, : -2 * REACH], padded[:, 2 * REACH :])
    noise = 1.4826 * float(np.median(np.abs(ridge - np.median(ridge))))
    least = max(LEAST, NOISE * noise)
    seen = np.clip(ridge / least - 1, -1, 1)
    paths = [
        path
        for path in _paths(seen)
        if _there(seen, path) >= THERE and _in_margins(ridge[np.arange(steps), path], least)
    ]
    if not 0 < len(paths) <= MOST:
        return None
    # of a picture cut out round a table, the table's own sides go from edge to edge
    near = EDGE * columns
    outer = [path for path in paths if not near < np.median(path) < columns - near]
    if any(_is_side(darkness, path, least) for path in outer):
        return None
    mask = np.zeros(darkness.shape, np.uint8)
    for path in paths:
        line = [(x, round((at + 0.5) * step)) for at, x in enumerate(path)]
        points = np.array([(line[0][0], 0), *line, (line[-1][0], rows - 1)], np.int32)
        cv2.polylines(mask, [points], False, (255,), 2 * WIDE + 1)
    return mask


def _there(seen: Floats, path: list[int]) -> float:
    return float(np.mean(seen[np.arange(len(path)), path] > 0))


def _in_margins(heights: Floats, least: float) -> bool:
    """Whether a line is as dark in both margins as elsewhere; ``heights`` are its ridge's.

    A way chosen among the noise in line with a table's rule is dark there too, but far less so.
    """
    dark = heights > max(least, FADED * float(np.median(heights)))
    ends = round(MARGIN * len(heights))
    return float(min(np.mean(dark[:ends]), np.mean(dark[-ends:]))) >= 0.5


def _is_side(darkness: Pixels, path: list[int], least: float) -> bool:
    """Whether rules across begin or end at a line down, rather than go through it."""
    rows, columns = darkness.shape
    sides: list[np.ndarray[Any, np.dtype[np.bool_]]] = []
    place = np.interp(np.arange(rows), (np.arange(len(path)) + 0.5) * rows / len(path), path)
    for sign in (-1, 1):
        reach = sign * np.arange(BESIDE, BESIDE + LONG)
        at = np.clip(np.rint(place).astype(int)[:, None] + reach[None, :], 0, columns - 1)
        strip = darkness[np.arange(rows)[:, None], at].astype(np.float32)
        strip = cv2.blur(strip, (5, 1))
        padded = cv2.copyMakeBorder(strip, REACH, REACH, 0, 0, cv2.BORDER_REPLICATE)
        ridge = strip - np.maximum(padded[: -2 * REACH], padded[2 * REACH :])
        rule = ((ridge > 2 * least).mean(axis=1) > COVERED).astype(np.uint8)[:, None]
        sides.append(cv2.dilate(rule, np.ones((5, 1), np.uint8))[:, 0] > 0)
    one, both = sides[0] ^ sides[1], sides[0] & sides[1]
    return _pieces(one) >= SEVERAL and _pieces(one) > FEW * _pieces(both)


def _pieces(there: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    """Runs of at least three rows."""
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]]))))
    return int(np.count_nonzero(runs[::2] >= 3))


def _paths(seen: Floats) -> list[list[int]]:
    """The best ways from the upper edge to the lower, a pixel to the side a step at most."""
    steps, columns = seen.shape
    total = seen[0].copy()
    came = np.zeros((steps, columns), np.int8)
    for step in range(1, steps):
        beside = np.full((3, columns), -np.inf, np.float32)
        beside[0, 1:], beside[1], beside[2, :-1] = total[:-1], total, total[1:]
        beside[[0, 2]] -= 0.01
        best = beside.argmax(axis=0)
        came[step] = best - 1
        total = beside[best, np.arange(columns)] + seen[step]
    paths: list[list[int]] = []
    free = np.ones(columns, bool)
    for end in np.argsort(-total, kind="stable").tolist():
        if total[end] < 0.3 * steps or len(paths) > MOST:
            break
        if not free[end]:
            continue
        free[max(0, end - APART) : end + APART + 1] = False
        path = [end]
        for step in range(steps - 1, 0, -1):
            path.append(path[-1] + int(came[step, path[-1]]))
        path.reverse()
        if all(min(abs(a - b) for a, b in zip(path, p, strict=True)) > APART for p in paths):
            paths.append(path)
    return paths
