"""Streaks of a scanner: dirt on its glass draws a thin line along the whole picture.

Worn rollers draw many at once, wide ones, and so the paper is shaded from column to column.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from ..image import Pixels
from .tracing import Floats, Samples

BANDS = 64  # the picture is looked at in so many bands across
ROWS = 8  # of each band
LEAST_SIDE = BANDS * ROWS  # pixels; what is smaller is a cut-out
# Grey levels by which a streak is darker than what is beside it, in the mean of a band's rows.
DARKER = 8.0
PRESENT, IN_MOST = 0.97, 0.9  # of the bands; of a page that was turned, which has blank corners
MARGIN = 2  # bands at either end in which streaks alone are seen: no table is drawn there
# What is darker than this in a margin is print or the rule of a table; noise of a harsh scan is
# not, nor less than half as dark as the streaks.
NOISE, AS_DARK = 24.0, 0.5
# Streaks come one by one. More lines from edge to edge are the rules of a table cut out of a page.
MOST = 8
WIDEST = 0.006  # of the picture's width: 1.2 mm on A4
BANDED = 0.1  # of the columns are streaks: a shade; all rules of a table are a third of that
AROUND = 0.1  # of the picture's width on both sides, where a table may be seen below the paper
PAPER = 85  # per cent of a column's pixels, at most, are print
CLEAR = 0.3  # of the light comes through: what is printed below can be brightened again


def without_streaks(pixels: Pixels) -> Pixels:
    """The picture as displayed (rows × columns × 3) without them; the same array where none is.

    Rules end where their table does, above and below which there is blank paper; a streak goes on
    from edge to edge, and stands as upright as the sensor, whatever way the paper lay.
    """
    return _both_ways(pixels, _without_streaks_down)


def without_bands(flat: Pixels) -> Pixels:
    """A page made straight without the shade of many streaks that lie as its text does: the paper
    was copied askew, or straightened by the program that scanned it."""
    return _both_ways(flat, lambda way: _without_bands(way) if _is_banded(way) else way)


def _both_ways(pixels: Pixels, clean: Callable[[Pixels], Pixels]) -> Pixels:
    """The picture cleaned down its columns, then along its rows."""
    if min(pixels.shape[:2]) < LEAST_SIDE:
        return pixels
    down = clean(pixels)
    lying = down.transpose(1, 0, 2)
    across = clean(lying)
    return down if across is lying else np.ascontiguousarray(across.transpose(1, 0, 2))


def _is_banded(pixels: Pixels) -> bool:
    darker = _darker(_sampled(pixels), _reach(pixels))
    return _many(np.mean(darker >= DARKER, axis=0) >= IN_MOST)


def _many(often: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> bool:
    """Whether streaks are so many that they are a shade; what lies about the paper is none."""
    around = int(AROUND * often.size)
    return bool(np.mean(often[around : often.size - around]) >= BANDED)


def _sampled(pixels: Pixels) -> Pixels:
    """`_columns` of a part of the rows."""
    rows = np.linspace(0, pixels.shape[0] - 1, BANDS * ROWS).astype(np.intp)
    return _columns(pixels[rows], BANDS)


def _reach(pixels: Pixels) -> int:
    return 2 * max(2, round(WIDEST * int(pixels.shape[1]))) + 1


def _without_streaks_down(pixels: Pixels) -> Pixels:
    rows, columns = pixels.shape[:2]
    reach = _reach(pixels)
    darker = _darker(_sampled(pixels), reach)
    often = np.mean(darker >= DARKER, axis=0) >= PRESENT
    if _many(often):
        return _without_bands(pixels)
    found = [(a, b) for a, b in _runs(often) if b - a < reach // 2]
    if not 0 < len(found) <= MOST:
        return pixels
    elsewhere = np.ones(columns, bool)
    for first, end in [(0, 0), *found, (columns, columns)]:
        elsewhere[max(first - reach, 0) : end + reach] = False
    usual = float(np.median([np.median(darker[:, a:b].max(axis=1)) for a, b in found]))
    least = max(DARKER, min(AS_DARK * usual, NOISE))
    margin = max(1, rows * MARGIN // BANDS)
    for part in (pixels[:margin], pixels[-margin:]):
        others = _darker(_columns(part, 1), reach)[0, elsewhere] >= least
        if not others.size or np.mean(others) > 0.002:
            return pixels
    cleaned = pixels.copy()
    for first, end in found:
        _take_out(cleaned, max(first - 2, 0), min(end + 2, columns))
    return cleaned


def _columns(pixels: Pixels, bands: int) -> Pixels:
    """The darkest colour of the mean of each column in so many bands across."""
    size = (pixels.shape[1], bands)
    part = np.ascontiguousarray(pixels)
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA).min(axis=2))


def _darker(bands: Pixels, reach: int) -> Samples:
    """How much darker each column is than the lightest near it on either side."""
    beside = cv2.morphologyEx(bands, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    return np.asarray(beside, np.float32) - bands


def _without_bands(pixels: Pixels) -> Pixels:
    """The picture without the shade that is the same all along each column."""
    paper = np.percentile(pixels[::2], PAPER, axis=0)  # columns × 3
    shade = np.maximum(paper / np.percentile(paper, 98, axis=0), CLEAR)
    return np.asarray(np.clip(np.rint(pixels / np.float32(shade)), 0, 255), np.uint8)


def _take_out(pixels: Pixels, first: int, end: int) -> None:
    """Brighten the columns to what is beside them, or bridge them where nothing shines through."""
    before, behind = max(first - 1, 0), min(end, pixels.shape[1] - 1)
    left, right = (pixels[:, x].astype(np.float32) for x in (before, behind))
    paper = np.median(np.maximum(left, right), axis=0)
    streak = pixels[:, first:end].astype(np.float32)
    through = np.median(streak, axis=0) / np.maximum(paper, 1.0)  # columns × 3
    if float(through.min()) >= CLEAR:
        pixels[:, first:end] = np.clip(np.rint(streak / np.minimum(through, 1.0)), 0, 255)
        return
    share = ((np.arange(first, end) - before) / max(behind - before, 1))[:, None]
    bridged = left[:, None] * (1 - share) + right[:, None] * share
    pixels[:, first:end] = np.rint(bridged)


def _runs(true: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """First and end of every run of true."""
    steps: Floats = np.diff(np.concatenate(([0], true.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
