"""Folds of paper from top to bottom: all rows of the page rise and fall alike, with kinks."""

from __future__ import annotations

import cv2
import numpy as np

from ..image import Pixels
from .tracing import Floats

STRIP = 12  # pixels of the view between two places across
STEEPEST = 0.4  # rise by run of rows beside a fold
STEEP = 0.05  # the least that a fold is looked for at: curls and lenses are not as sharp
SHARPER = 1.4  # times as sharp as before rows must stand out after it
SMOOTH = 3.0  # pixels: shorter than the height of a row, longer than what it may wave by
LEAST = 0.15  # of the best correlation: strips with less show no rows


def find_creases(dark: Pixels) -> tuple[Floats, Floats] | None:
    """Places across the view and how far rows have to go down there to be level; None: no folds.

    ``dark`` is rows × columns of a view that is level but for folds, 0 = paper.
    """
    strips = _strips(dark)
    count = len(strips)
    if count < 8:
        return None
    steps = _steps(strips)
    if np.abs(steps).max() < STEEP * STRIP:
        return None
    fall = np.concatenate(([0.0], np.cumsum(steps)))
    fall -= np.median(fall)
    others = max(_sharpness(strips, other) for other in (0 * fall, _smooth(fall)))
    if _sharpness(strips, fall) < SHARPER * others:
        return None
    across = (np.arange(count) + 0.5) * STRIP
    return np.asarray(across), np.asarray(-fall)


def _strips(dark: Pixels) -> Floats:
    """The darkness of each strip down the page (strips × rows), without what is wide."""
    count = dark.shape[1] // STRIP
    size = (count, dark.shape[0])
    mean = cv2.resize(dark[:, : count * STRIP], size, interpolation=cv2.INTER_AREA)
    thin = mean.astype(np.float64) - cv2.blur(mean.astype(np.float64), (1, 15))
    return np.asarray(np.clip(thin, 0, None).T)


def _steps(strips: Floats) -> Floats:
    """How many pixels rows fall from each strip to the next; 0 where it cannot be told."""
    most = round(STEEPEST * STRIP)
    shifts = np.arange(-most, most + 1)
    one, other = strips[:-1], strips[1:]
    scores = np.stack([(one * np.roll(other, -shift, axis=1)).sum(axis=1) for shift in shifts])
    # strips on either side of a fold agree better than chance with their neighbours' neighbours
    scores = cv2.GaussianBlur(scores, (3, 1), 0.6, borderType=cv2.BORDER_REPLICATE)
    best = np.clip(scores.argmax(axis=0), 1, len(shifts) - 2)
    at = np.arange(scores.shape[1])
    left, middle, right = (scores[best + by, at] for by in (-1, 0, 1))
    curve = left - 2 * middle + right
    part = np.where(curve < 0, (left - right) / np.minimum(2 * curve, -1e-9), 0.0)
    steps = shifts[best] + np.clip(part, -0.5, 0.5)
    steps[scores.max(axis=0) < LEAST * scores.max()] = 0.0
    return np.asarray(steps)


def _smooth(fall: Floats) -> Floats:
    """What a curl without kinks makes of it."""
    at = np.linspace(-1, 1, len(fall))
    return np.asarray(np.polynomial.Polynomial.fit(at, fall, 4)(at))


def _sharpness(strips: Floats, fall: Floats) -> float:
    """How clearly rows stand out when each strip is moved up by its fall."""
    rows = np.arange(strips.shape[1])
    total = np.zeros(strips.shape[1])
    for strip, by in zip(strips, fall.tolist(), strict=True):
        total += np.interp(rows + by, rows, strip)
    return float(np.square(total).sum())


def unfolded(dark: Pixels, creases: tuple[Floats, Floats]) -> Pixels:
    """The view with its folds taken out."""
    rows, columns = dark.shape
    down = np.interp(np.arange(columns) + 0.5, *creases)
    x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    return np.asarray(cv2.remap(dark, x, (y - down).astype(np.float32), cv2.INTER_LINEAR))
