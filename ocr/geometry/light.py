"""Uneven light: how bright the blank paper is at every place, and the page without it."""

from __future__ import annotations

import cv2
import numpy as np

from ..image import Pixels

SHADOW = 4  # per cent of a page: a column of numbers that a shadow lies on
DARKEST = 48  # paper darker than this is no paper: more gain would only show noise


def paper_brightness(pixels: Pixels, text: float | None = None) -> Pixels:
    """How bright blank paper is around each place, a reduced image of the same channels.

    Print is bridged by taking the brightest of each neighbourhood and then shrinking back what
    grew (a closing), so that shadows and shaded cells keep their edges. ``text`` is the height
    of characters in pixels, where it is known.
    """
    height, width = pixels.shape[:2]
    block = max(2, round(max(height, width) / 300))
    size = (max(1, width // block), max(1, height // block))
    # Small strokes are gone when the brightest pixel of each block stands for it.
    brightest = cv2.dilate(pixels, np.ones((block, block), np.uint8)) if block > 1 else pixels
    small = cv2.resize(brightest, size, interpolation=cv2.INTER_AREA)
    reach = max(3, round(1.2 * (text or max(height, width) / 90) / block)) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    return np.asarray(cv2.blur(cv2.medianBlur(closed, 5), (3, 3)))


def without_shade(pixels: Pixels, paper: Pixels) -> Pixels:
    """The page as if evenly lit, blank paper white; the same shape as ``pixels``."""
    if int(paper.min()) >= 254:
        return pixels
    height, width = pixels.shape[:2]
    floor = np.maximum(paper, DARKEST)
    light = cv2.resize(floor, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(pixels, light, scale=255.0))


def grey_of(pixels: Pixels) -> Pixels:
    """RGB as grey."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))


def is_uneven(paper: Pixels) -> bool:
    """Whether the paper is grey, coloured or shaded enough to be worth evening out."""
    darkest, dark = np.percentile(paper, (SHADOW, 25))
    return float(dark) < 235 or float(darkest) < 190


def contrast(dark: Pixels) -> float:
    """How dark print is on the page, 0…255: the darkness that one pixel in 200 exceeds."""
    counts = cv2.calcHist([dark], [0], None, [256], [0, 256])[:, 0]
    return float(np.searchsorted(np.cumsum(counts), 0.995 * dark.size))


def quality(grey: Pixels) -> tuple[float, float]:
    """Sharpness (steepest step between pixels, share of the contrast) and noise (grey levels).

    Measured in the middle of the page; a blank page has no sharpness.
    """
    height, width = grey.shape
    top, left = max(0, height // 2 - 200), max(0, width // 2 - 200)
    part = grey[top : top + 400, left : left + 400].astype(np.float32)
    if min(part.shape) < 3:
        return 0.0, 0.0
    dark, light = np.percentile(part, (0.5, 90))
    steps = np.abs(np.diff(part, axis=1))
    steepest = float(np.percentile(steps, 99.8))
    sharpness = min(1.0, steepest / float(light - dark)) if light - dark > 20 else 0.0
    # The difference of two Laplacians (Immerkær 1996), over paper only: its median is noise.
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    rough = np.abs(cv2.filter2D(part, -1, kernel))
    paper = rough[part > (dark + light) / 2]
    noise = float(np.median(paper)) / (6 * 0.6745) if paper.size else 0.0
    return sharpness, noise
