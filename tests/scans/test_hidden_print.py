"""A cell is not proven blank where print may hang together with what lies over the cells' sides."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.model import Box
from ocr.cells import read_cells
from ocr.engine import SIGNS, Quad, Recognition
from ocr.image import PageImage, Pixels

SCALE, WIDE, HIGH = 2.0, 50.0, 30.0


class Blind:
    """An engine that reads nothing."""

    name = "blind"

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        signs = np.zeros((1, len(SIGNS) + 2), np.float32)
        signs[:, 0] = 1.0
        return [Recognition("", 0.0, (0.0,), signs) for _ in crops]

    def detect(self, image: Pixels) -> list[Quad]:
        return []

    def orientation(self, image: Pixels) -> dict[int, float]:
        return {0: 1.0, 90: 0.0, 180: 0.0, 270: 0.0}


def blanks(grey: Pixels, boxes: Sequence[Box]) -> list[float]:
    """How sure each cell is blank."""
    read = read_cells(PageImage(grey, SCALE), np.zeros(grey.shape, bool), boxes, Blind())
    return [reading.blank for reading in read]


def cells(columns: int) -> list[Box]:
    return [Box(20 + WIDE * n, 20, 20 + WIDE * (n + 1), 20 + HIGH) for n in range(columns)]


def paper(columns: int) -> Pixels:
    size = (round((40 + HIGH) * SCALE), round((40 + WIDE * columns) * SCALE))
    return np.full(size, 240, np.uint8)


@settings(max_examples=20, deadline=None)
@given(st.integers(14, 36), st.integers(-6, 6))
def test_a_blot_over_the_side_leaves_no_cell_surely_blank(reach: int, lower: int) -> None:
    """A dark patch in the first cell, that reaches over its side, and a digit there that hangs together with it."""
    grey = paper(3)
    side, middle = round((20 + WIDE) * SCALE), round((20 + HIGH / 2) * SCALE)
    cv2.rectangle(
        grey, (side - 60, middle - 12 + lower), (side + reach, middle + 12 + lower), (90,), -1
    )
    at = (side + reach - 6, middle + 8 + lower)
    cv2.putText(grey, "2", at, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (60,), 2)
    blot, hidden, free = blanks(grey, cells(3))
    assert hidden <= 0.5
    assert free > 0.9
    assert blot <= 0.5


def test_what_only_touches_a_side_hides_nothing() -> None:
    grey = paper(2)
    side, middle = round((20 + WIDE) * SCALE), round((20 + HIGH / 2) * SCALE)
    cv2.putText(grey, "27", (side - 24, middle + 8), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (60,), 2)
    assert blanks(grey, cells(2))[1] > 0.9
