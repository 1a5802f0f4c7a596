"""The angle of a page, roughly: the one at which ink falls into the fewest rows and columns."""

from __future__ import annotations

import cv2
import numpy as np

from ..image import Pixels
from .tracing import Floats

WIDEST = 20.0  # degrees; a page turned further is a quarter turn away from a smaller angle
POINTS = 12_000


def rough_angle(dark: Pixels, ink: float, widest: float = WIDEST) -> float:
    """Degrees by which lines of the page fall to the right, to about 0.2°; 0 if unknown.

    Rows and columns count alike, so that a page turned by a quarter is measured as well.
    """
    half = cv2.resize(dark, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(half > max(0.4 * ink, 24))
    if len(rows) < 200:
        return 0.0
    step = max(1, len(rows) // POINTS)
    x, y = columns[::step].astype(np.float64), rows[::step].astype(np.float64)
    x, y = x - half.shape[1] / 2, y - half.shape[0] / 2
    coarse = np.arange(-widest, widest + 0.01, 1.0)
    scores = [_sharpness(x, y, float(angle), 3.0) for angle in coarse]
    # An angle counts only where it stands out of all others; noise and pictures have none.
    usual = float(np.median(scores))
    spread = float(np.median(np.abs(np.array(scores) - usual)))
    if max(scores) < usual + 6 * max(spread, 0.02 * usual):
        return 0.0
    best = float(coarse[int(np.argmax(scores))])
    fine = best + np.arange(-1.2, 1.21, 0.2)
    return float(fine[int(np.argmax([_sharpness(x, y, float(a), 2.0) for a in fine]))])


def _sharpness(x: Floats, y: Floats, angle: float, bin_size: float) -> float:
    """How much the number of points changes from each row and column to the next."""
    radians = np.deg2rad(angle)
    sine, cosine = np.sin(radians), np.cos(radians)
    total = 0.0  # whole pixels a bin: at 0° parts of pixels would make a pattern of their own
    for across in (y * cosine - x * sine, x * cosine + y * sine):
        at = ((across - across.min()) / bin_size).astype(np.int64)
        rows = np.bincount(at).astype(np.float64)
        total += float(np.sum(np.diff(rows) ** 2))
    return total
