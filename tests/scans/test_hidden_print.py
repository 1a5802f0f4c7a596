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


def noisy(grey: Pixels, deviation: float) -> Pixels:
    random = np.random.default_rng(3)
    return np.clip(grey + random.normal(0, deviation, grey.shape), 0, 255).astype(np.uint8)


def test_numbers_under_a_grey_bar_stand_by_themselves() -> None:
    """A text marker as a copier sees it, lower than a row, over the upper half of the digits."""
    columns = 6
    grey = paper(columns)
    for column in range(columns):
        place = (round((38 + WIDE * column) * SCALE), round(39 * SCALE))
        cv2.putText(grey, "35", place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (70,), 2)
    marked = grey.copy()
    bar = slice(round(25 * SCALE), round(37 * SCALE)), slice(60, grey.shape[1] - 60)
    marked[bar] = np.minimum(marked[bar], 175)
    boxes = cells(columns)
    plain, under = (
        read_cells(PageImage(noisy(one, 9.0), SCALE), np.zeros(one.shape, bool), boxes, Blind())
        for one in (grey, marked)
    )
    for wanted, found in zip(plain, under, strict=True):
        [line], [own] = wanted.lines, found.lines
        sides = zip(line.box.as_list(), own.box.as_list(), strict=True)
        assert max(abs(a - b) for a, b in sides) <= 1.5 / SCALE
    dark = paper(columns)  # print as dark as the bar may be hidden by it
    dark[bar] = 60
    assert max(blanks(dark, boxes)) < 1.0
