"""A cell is not proven blank where print may hang together with what lies over the cells' sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from drawn_cells import Blind
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.model import Box
from ocr.cells import CellReading, read_cells
from ocr.image import PageImage, Pixels

SCALE, WIDE, HIGH = 2.0, 50.0, 30.0


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


def sealed(grey: Pixels, tone: int) -> Pixels:
    """The page under a round seal, as dark where it lies over print as the darker of both."""
    middle = (grey.shape[1] // 2, round((20 + 3 * HIGH) * SCALE))
    ring = np.full(grey.shape, 240, np.uint8)
    cv2.circle(ring, middle, round(52 * SCALE), (tone,), round(3 * SCALE))
    points = [
        (
            middle[0] + reach * SCALE * np.sin(turn * np.pi / 5),
            middle[1] - reach * SCALE * np.cos(turn * np.pi / 5),
        )
        for turn in range(10)
        for reach in [(18, 8)[turn % 2]]
    ]
    cv2.fillPoly(ring, [np.array(points, np.int32)], (tone,))
    return np.asarray(np.minimum(grey, cv2.GaussianBlur(ring, (3, 3), 0)), np.uint8)


def rows_of_numbers(rows: int = 6) -> tuple[Pixels, list[Box]]:
    """A page of rows of six numbers, as high as six of them, and their cells."""
    boxes = [
        replace(box, top=box.top + HIGH * row, bottom=box.bottom + HIGH * row)
        for row in range(rows)
        for box in cells(6)
    ]
    size = (round((40 + 6 * HIGH) * SCALE), round((40 + 6 * WIDE) * SCALE))
    grey = np.full(size, 240, np.uint8)
    for number, box in enumerate(boxes):
        place = (round((box.center_x - 8) * SCALE), round((box.center_y + 4) * SCALE))
        cv2.putText(grey, str(17 + number), place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (50,), 2)
    return grey, boxes


def beside_lines_of_type() -> tuple[Pixels, list[Box]]:
    """Three rows of numbers above lines of bold type, whose characters hang together."""
    grey, boxes = rows_of_numbers(rows=3)
    for line in range(5):
        place = (8, round((28 + 3 * HIGH + 16 * line) * SCALE))
        cv2.putText(grey, "HEH" * 16, place, cv2.FONT_HERSHEY_SIMPLEX, 0.75, (70,), 5)
    return grey, boxes


@pytest.mark.parametrize("page", [rows_of_numbers, beside_lines_of_type])
def test_a_grey_seal_paler_than_the_print_is_taken_off(
    page: Callable[[], tuple[Pixels, list[Box]]],
) -> None:
    grey, boxes = page()

    def read(picture: Pixels) -> list[CellReading]:
        image = PageImage(noisy(picture, 6.0), SCALE)
        return read_cells(image, np.zeros(grey.shape, bool), boxes, Blind())

    plain, under = read(grey), read(sealed(grey, 160))
    for wanted, found in zip(plain, under, strict=True):
        [line], [own] = wanted.lines, found.lines
        sides = zip(line.box.as_list(), own.box.as_list(), strict=True)
        assert max(abs(a - b) for a, b in sides) <= 2  # points; a ring is broader
    assert sum(found.ink.marked > 0 for found in under) >= 3  # and what it lay over is told
    assert not any(found.ink.marked for found in plain)


def test_on_a_seal_as_dark_as_print_no_cell_is_surely_blank() -> None:
    grey, boxes = rows_of_numbers()
    dark = sealed(np.full_like(grey, 240), 60)
    page = PageImage(noisy(dark, 6.0), SCALE)
    read = read_cells(page, np.zeros(grey.shape, bool), boxes, Blind())
    middle = Box(0, 0, grey.shape[1] / SCALE, grey.shape[0] / SCALE)
    star = [
        found.blank
        for found, box in zip(read, boxes, strict=True)
        if abs(box.center_x - middle.center_x) < 26 and abs(box.center_y - middle.center_y) < 16
    ]
    assert star
    assert max(star) < 0.9
