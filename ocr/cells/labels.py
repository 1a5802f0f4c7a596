"""Labels set from top to bottom: characters one under the other, or lines turned on their side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.cells.crops import LONG, cut
from ocr.cells.ink import PageInk
from ocr.cells.lines import InkBox, InkLine
from ocr.image import Pixels
from ocr.opencv import cv2

ONE_CHARACTER = 1.7  # digits' heights: a Chinese character is 1.3 of them wide, a bracket less
TWO_CHARACTERS = 1.8  # what is shorter is one sign: a 1 on its side would be the numeral 一
STACKED = 2  # so many lines of one character are a column, where the cell holds a label


def is_column(lines: Sequence[InkLine], height: float, fewest: int = STACKED) -> bool:
    """Whether the lines are the characters of one line set from top to bottom."""
    if len(lines) < fewest:
        return False
    left = max(line.box.left for line in lines)
    right = min(line.box.right for line in lines)
    return left < right and all(
        line.box.width <= ONE_CHARACTER * height and line.box.height <= 2 * height for line in lines
    )


def column_strip(ink: PageInk, lines: Sequence[InkLine], height: float) -> Pixels:
    """The characters of a column side by side, as one line."""
    crops = [cut(ink, line, height, LONG) for line in lines]
    rows = max(crop.shape[0] for crop in crops)
    gap = max(1, round(0.25 * height))
    placed = []
    for crop in crops:
        # The margins of `cut` are wider than the white between characters of a line.
        narrow = crop[:, gap:-gap] if crop.shape[1] > 3 * gap else crop
        above = (rows - crop.shape[0]) // 2
        below = rows - crop.shape[0] - above
        placed.append(
            cv2.copyMakeBorder(narrow, above, below, 0, 0, cv2.BORDER_CONSTANT, value=255)
        )
    strip = np.hstack(placed)
    return np.asarray(
        cv2.copyMakeBorder(strip, 0, 0, gap, gap, cv2.BORDER_CONSTANT, value=255), np.uint8
    )


def around(lines: Sequence[InkLine]) -> InkLine:
    """All lines as one."""
    box = InkBox(
        min(line.box.left for line in lines),
        min(line.box.top for line in lines),
        max(line.box.right for line in lines),
        max(line.box.bottom for line in lines),
    )
    pieces = tuple(piece for line in lines for piece in line.pieces)
    return InkLine(box, pieces, max(line.largest for line in lines))


def may_be_sideways(lines: Sequence[InkLine], height: float) -> bool:
    """Whether the print is as narrow as one line and long: it may be a line turned on its side."""
    if not lines:
        return False
    box = around(lines).box
    return box.width <= ONE_CHARACTER * height and box.height >= max(
        2 * box.width, TWO_CHARACTERS * height
    )


def turned(ink: PageInk, lines: Sequence[InkLine], height: float) -> tuple[Pixels, Pixels]:
    """The print turned upright both ways: read from below, and from above."""
    crop = cut(ink, around(lines), height, LONG)
    margin = max(1, round(0.2 * height))
    crop = crop[margin:-margin] if crop.shape[0] > 4 * margin else crop
    return np.ascontiguousarray(np.rot90(crop, -1)), np.ascontiguousarray(np.rot90(crop, 1))
