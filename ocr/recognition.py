"""One line of text: from a crop to the recogniser's input, and from its output to text.

The same for every engine, and as PaddleOCR does it: height 48, blue before red, -1 to 1, and what
is missing on the right filled with 0.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from .charset import Charset
from .engine import Probabilities, Recognition
from .image import Pixels

HEIGHT = 48
STRIDE = 8  # columns of the input a step of the recogniser
LONGEST = 3200  # longer lines are squeezed, as PaddleOCR does
# An input is as wide as the next of these, so that the same crop has the same input in whatever
# company it comes, and the engines see few shapes: each takes 10-30 ms to prepare and some MB.
WIDTHS: tuple[int, ...] = (
    *(48, 64, 80, 96, 128, 160, 208, 256, 320, 400),
    *(512, 640, 800, 1024, 1280, 1600, 2048, 2560, LONGEST),
)

# Chinese characters as wide as high say the same to the recogniser when they are narrower, and it
# costs what its columns are. Over 606 lines of three levels of damage (8,955 characters) 29 read
# otherwise than at full width, most in signs that are a matter of spacing; at three quarters,
# without filling a width of `WIDTHS`, 24; narrowed to 0.65, 32. Of 397 labels 55 read otherwise,
# most of them in print that is hard to read; cells were right as before.
NARROWED = 0.68  # of its width at the least, at the most the next of `WIDTHS`
WIDE = 5.0  # heights; what is shorter may be a number

Tensor = np.ndarray[Any, np.dtype[np.float32]]
Indices = np.ndarray[Any, np.dtype[np.int32]]


def input_width(crop: Pixels) -> int:
    """How wide the crop is at the recogniser's height, in columns, before it is padded."""
    rows, columns = map(int, crop.shape[:2])
    return min(LONGEST, max(1, math.ceil(HEIGHT * columns / rows)))


def padded_width(width: int) -> int:
    """The next of `WIDTHS`."""
    return WIDTHS[bisect_left(WIDTHS, width)]


def narrowed(crop: Pixels) -> Pixels:
    """A crop of words made narrower, so that it fills one of `WIDTHS`; a short one as it is."""
    rows, columns = map(int, crop.shape[:2])
    if columns < WIDE * rows:
        return crop
    width = padded_width(math.ceil(NARROWED * input_width(crop))) * rows // HEIGHT
    if width >= columns:
        return crop
    return np.asarray(cv2.resize(crop, (width, rows), interpolation=cv2.INTER_AREA), np.uint8)


def prepared(crop: Pixels) -> Tensor:
    """A crop as the recogniser wants it: 1 × 3 × 48 × padded width."""
    width = input_width(crop)
    colour = cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR) if crop.ndim == 2 else crop[:, :, ::-1]
    resized = cv2.resize(np.ascontiguousarray(colour), (width, HEIGHT))
    tensor = np.zeros((1, 3, HEIGHT, padded_width(width)), np.float32)
    tensor[0, :, :, :width] = resized.transpose(2, 0, 1)
    tensor[0, :, :, :width] /= 127.5
    tensor[0, :, :, :width] -= 1
    return tensor


def is_empty(crop: Pixels) -> bool:
    """Whether there is nothing to recognise at all."""
    return crop.size == 0


def nothing(charset: Charset) -> Recognition:
    """What an empty crop is read as."""
    signs = np.zeros((1, len(charset.starts) + 1), np.float32)
    signs[0, 0] = 1
    return Recognition("", 1.0, (0.0,), signs)


def read(
    charset: Charset, crop: Pixels, best: Indices, height: Probabilities, chosen: Probabilities
) -> Recognition:
    """Read the recogniser's output for one crop.

    ``best`` and ``height`` are the most probable class of each step and its probability;
    ``chosen`` (steps × len(charset.columns)) are the probabilities of `Charset.columns`.
    """
    runs: list[tuple[int, int]] = []  # first step and the step after the last, a character
    start = 0
    for step in range(1, len(best) + 1):
        if step == len(best) or best[step] != best[start]:
            if best[start]:
                runs.append((start, step))
            start = step
    text = "".join(charset.characters[best[first]] for first, _ in runs)
    logs = [math.log(max(1e-30, float(height[first:end].max()))) for first, end in runs]
    confidence = math.exp(sum(logs) / len(logs)) if logs else 1.0
    columns = STRIDE * crop.shape[1] / input_width(crop)  # of the crop, a step
    centres = [(first + end) / 2 * columns for first, end in runs]
    return Recognition(
        text, min(1.0, confidence), _edges(centres, crop.shape[1]), charset.signs(chosen)
    )


def _edges(centres: Sequence[float], width: int) -> tuple[float, ...]:
    """Where characters begin that are read at `centres`, and where the last one ends."""
    if not centres:
        return (0.0,)
    between = [(left + right) / 2 for left, right in pairwise(centres)]
    first = centres[0] - (between[0] - centres[0]) if between else 0.0
    last = centres[-1] + (centres[-1] - between[-1]) if between else float(width)
    return tuple(min(float(width), max(0.0, edge)) for edge in (first, *between, last))
