"""A reader of numbers only, beside the recogniser of all text: three small networks of our own.

They have learned from numbers in many fonts, damaged in every way that sheets of paper are, and
cleaned by this very code (see `training`): thin strokes that a fax lost, digits of seven pixels,
noise, rests of rules. They see a line with the paper around it, so that they may see what was
not taken for ink; what stands there they tell sign by sign, and also that nothing does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ocr.cells.ink import PageInk
from ocr.cells.lines import InkBox, InkLine
from ocr.cells.numbers import pooled, tidied
from ocr.decoding import number_candidates
from ocr.engine import SIGNS
from ocr.image import Pixels
from ocr.opencv import cv2

# Networks that have learned from other sheets, the second from numbers under seals and whole cells
# too, the third from what it sees of rules and from print paler than they are: where one is surely
# wrong the others seldom are.
WEIGHTS = tuple(
    Path(__file__).with_name(f"number_reader{which}.onnx") for which in ("", "_seals", "_rules")
)
SEES = (1, 1, 2)  # layers of a window
# How much each counts; and where a rule was taken away beside print, of which the first two see
# only what was left: so near, in columns, so dark over the height of a digit.
ALIKE, BESIDE_RULE = (1 / 3, 1 / 3, 1 / 3), (1 / 6, 1 / 6, 4 / 6)
NEAR, GONE = 3, 40.0
HEIGHT = 32  # rows of its input
DIGIT = 18  # of them, a digit
NARROWEST = 8  # columns
BESIDE = 0.6  # digit heights of paper that it sees on both sides
WIDTHS = (64, 96, 128, 192, 256, 320)  # what is wider is squeezed
READ = "0123456789.,/-"  # the classes of its output after the CTC blank; then any other character
DARK = 200.0  # darkness of print in its input
_COLUMNS = [0, *(1 + SIGNS.index(sign) for sign in READ), 1 + len(SIGNS)]  # of `Recognition.signs`


def usual_height(lines: Sequence[InkLine]) -> float:
    """How high the digits of a page are, in pixels, by lines of numbers; 0 without any."""
    return float(np.median([line.box.height for line in lines])) if lines else 0.0


def window(ink: PageInk, line: InkLine, cell: InkBox, height: float) -> Pixels:
    """The line as this reader sees it, dark print on white: layers × 32 rows × columns.

    The first layer is print alone, nothing of other cells; the second has rules and what is
    beyond them, since a digit that touches a rule may have gone with it.
    """
    box = line.box
    middle, half = (box.top + box.bottom) / 2, HEIGHT / DIGIT * height / 2
    top, bottom = round(middle - half), max(round(middle + half), round(middle - half) + 1)
    left, right = round(box.left - BESIDE * height), round(box.right + BESIDE * height)
    around = InkBox(left, top, right, bottom)
    rows, columns = ink.clean.shape
    layers = ((ink.clean, cell), (ink.ruled, InkBox(0, 0, columns, rows)))
    return np.stack([_layer(layer, around, limits, ink.contrast) for layer, limits in layers])


def _layer(grey: Pixels, around: InkBox, limits: InkBox, contrast: float) -> Pixels:
    """What of a picture lies within limits, at the reader's height and darkness."""
    whole = np.zeros((around.height, around.width), np.float32)
    rows, columns = grey.shape
    y0, y1 = max(around.top, limits.top, 0), min(around.bottom, limits.bottom, rows)
    x0, x1 = max(around.left, limits.left, 0), min(around.right, limits.right, columns)
    if y0 < y1 and x0 < x1:
        part = 255 - grey[y0:y1, x0:x1].astype(np.float32)
        whole[y0 - around.top : y1 - around.top, x0 - around.left : x1 - around.left] = part
    whole *= DARK / max(contrast, 1.0)
    wide = min(WIDTHS[-1], max(NARROWEST, round(whole.shape[1] * HEIGHT / whole.shape[0])))
    how = cv2.INTER_AREA if whole.shape[0] > HEIGHT else cv2.INTER_CUBIC
    shown = cv2.resize(whole, (wide, HEIGHT), interpolation=how)
    return np.asarray(255 - np.clip(shown, 0, 255), np.uint8)


def place_window(ink: PageInk, place: InkBox, cell: InkBox, height: float) -> Pixels:
    """Where a number has to be in a cell, from side to side, whatever lies there."""
    side = round(BESIDE * height)
    left = min(max(place.left, cell.left) + side, cell.right - 1)
    right = max(min(place.right, cell.right) - side, left + 1)
    line = InkLine(InkBox(left, place.top, right, place.bottom), (), 1.0)
    return window(ink, line, cell, height)


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What the reader of numbers makes of one line."""

    candidates: tuple[tuple[str, float], ...]  # best first; the rest is something else
    nothing: float  # probability that nothing is printed there


def read_numbers(windows: Sequence[Pixels]) -> list[NumberReading]:
    """What each window (`window`) says; the same for the same window in whatever company."""
    known: dict[tuple[int, bytes], NumberReading] = {}
    result = []
    for shown in windows:
        key = (shown.shape[-1], shown.tobytes())
        if key not in known:
            known[key] = _read(shown)
        result.append(known[key])
    return result


def _read(shown: Pixels) -> NumberReading:
    layers, _, columns = shown.shape
    wide = WIDTHS[bisect_left(WIDTHS, columns)]
    given = np.zeros((1, layers, HEIGHT, wide), np.float32)
    given[0, :, :, :columns] = 255 - shown
    given /= 255
    readers = []
    for network, sees in zip(_networks(), SEES, strict=True):
        network.setInput(given[:, :sees])
        output = network.forward()[0, :, 0].T  # steps × classes
        signs = np.zeros((len(output), 2 + len(SIGNS)), np.float32)
        signs[:, _COLUMNS] = output
        readers.append(number_candidates(signs))
    found = pooled(readers, BESIDE_RULE if _is_beside_rule(shown) else ALIKE)
    nothing = sum(p for text, p in found if not text)
    kept = tidied(found)
    return NumberReading(tuple(sorted(kept.items(), key=lambda pair: (-pair[1], pair[0]))), nothing)


def _is_beside_rule(shown: Pixels) -> bool:
    """Whether a rule was taken away where the line stands, or next to it."""
    own, ruled = shown.astype(np.float32)
    high, side = (HEIGHT - DIGIT) // 2, round(BESIDE * DIGIT) - NEAR
    gone = (own - ruled)[high : HEIGHT - high, side : own.shape[1] - side]
    return bool((gone.mean(axis=0) > GONE).any())


@lru_cache(maxsize=1)
def _networks() -> tuple[Any, ...]:
    return tuple(cv2.dnn.readNetFromONNX(str(path)) for path in WEIGHTS)
