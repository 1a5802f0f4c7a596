"""Numbers among others of a table, with a seal's strokes over them: looked for where they stand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from scan_making import needs_engine
from shares import one_in

from gouji.model import Box
from ocr.cells import CellReading, read_cells
from ocr.cells.lines import InkBox
from ocr.cells.places import value_places
from ocr.engines import default_engine
from ocr.image import PageImage, Pixels
from samples.generator.fonts import find_font

SCALE, WIDE, HIGH = 200 / 72, 44.0, 20.0
ROWS, COLUMNS = 5, 6
VALUES = [[str((37 * (r * COLUMNS + c)) % 911) for c in range(COLUMNS)] for r in range(ROWS)]


def boxes() -> list[Box]:
    return [
        Box(20 + WIDE * c, 20 + HIGH * r, 20 + WIDE * (c + 1), 20 + HIGH * (r + 1))
        for r in range(ROWS)
        for c in range(COLUMNS)
    ]


def page(blank: tuple[int, int] | None = None) -> Pixels:
    """A table of numbers in ten points; one cell may be left out."""
    size = (round((40 + WIDE * COLUMNS) * SCALE), round((40 + HIGH * ROWS) * SCALE))
    image = Image.new("L", size, 245)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(find_font("uming").path, round(10 * SCALE))
    for r, row in enumerate(VALUES):
        for c, text in enumerate(row):
            if (r, c) != blank:
                at = ((20 + WIDE * (c + 0.5)) * SCALE, (20 + HIGH * (r + 0.5)) * SCALE)
                draw.text(at, text, 40, font, "mm")
    return np.asarray(image).copy()


def sealed(grey: Pixels, row: int, column: int, *, arc: bool) -> Pixels:
    """Grey strokes of a seal at one cell: a character beside and above the number, and an arc
    through it."""
    image = Image.fromarray(grey)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(find_font("uming").path, round(17 * SCALE))
    x, y = (20 + WIDE * (column + 0.5)) * SCALE, (20 + HIGH * (row + 0.5)) * SCALE
    draw.text((x - 15 * SCALE, y - 3 * SCALE), "专", 120, font, "mm")
    result = np.asarray(image).copy()
    if arc:
        centre = (round(x - 20 * SCALE), round(y + 55 * SCALE))
        across = (round(57 * SCALE), round(57 * SCALE))
        cv2.ellipse(result, centre, across, 0, 268, 292, (130,), round(2 * SCALE))
    return result


def read(grey: Pixels) -> list[list[CellReading]]:
    found = read_cells(
        PageImage(grey, SCALE), np.zeros(grey.shape, bool), boxes(), default_engine()
    )
    return [found[COLUMNS * r : COLUMNS * (r + 1)] for r in range(ROWS)]


PLACES = [(1, 1), (2, 3), (3, 4), (2, 2)]


@needs_engine
@pytest.mark.parametrize("place", one_in(2, map(pytest.param, PLACES)))
def test_a_number_beside_a_seals_character_is_told(place: tuple[int, int]) -> None:
    row, column = place
    table = read(sealed(page(), row, column, arc=False))
    assert table[row][column].text == VALUES[row][column]
    assert table[row][column].ink.clipped  # a person sees it, unless the sums vouch for it


@needs_engine
@pytest.mark.parametrize("place", one_in(2, map(pytest.param, PLACES)))
def test_a_number_that_a_seal_goes_through_is_told_or_doubted(place: tuple[int, int]) -> None:
    row, column = place
    table = read(sealed(page(), row, column, arc=True))
    under = table[row][column]
    assert under.text == VALUES[row][column] or not under.candidates or under.confidence < 0.5
    beside = {(r, c) for r in range(row - 1, row + 2) for c in range(column - 1, column + 2)}
    amiss = {
        (r, c) for r in range(ROWS) for c in range(COLUMNS) if table[r][c].text != VALUES[r][c]
    }
    assert amiss <= beside


@needs_engine
@pytest.mark.parametrize("place", one_in(3, map(pytest.param, [(1, 2), (2, 3), (3, 1)])))
def test_no_number_is_sure_where_only_a_seal_is(place: tuple[int, int]) -> None:
    row, column = place
    under = read(sealed(page(blank=place), row, column, arc=True))[row][column]
    assert under.confidence < 0.9 or not under.candidates
    assert under.blank < 0.9


def grid(rows: int, columns: int) -> list[InkBox]:
    return [
        InkBox(100 * c, 40 * r, 100 * (c + 1), 40 * (r + 1))
        for r in range(rows)
        for c in range(columns)
    ]


@given(st.integers(2, 6), st.integers(2, 8), st.data())
def test_a_place_is_in_its_cell_and_on_its_row(
    rows: int, columns: int, data: st.DataObject
) -> None:
    cells = grid(rows, columns)
    numbers = data.draw(st.sets(st.integers(0, len(cells) - 1)))
    lower = data.draw(st.integers(-8, 8))
    plain = {
        i: InkBox(cells[i].left + 40, cells[i].top + 13 + lower, cells[i].left + 60,
                  cells[i].top + 27 + lower)
        for i in numbers
    }  # fmt: skip
    for i, place in value_places(cells, plain, 14.0).items():
        assert i not in plain
        assert cells[i].left <= place.line.left < place.line.right <= cells[i].right
        assert abs((place.line.top + place.line.bottom) / 2 - (cells[i].top + 20 + lower)) <= 1


@given(st.integers(2, 6), st.integers(2, 4))
def test_no_cell_of_a_column_of_words_is_a_numbers_place(rows: int, columns: int) -> None:
    """The first column holds labels: numbers beside it do not make it one of numbers."""
    cells = grid(rows, columns)
    plain = {
        i: InkBox(box.left + 40, box.top + 13, box.left + 60, box.top + 27)
        for i, box in enumerate(cells)
        if box.left
    }
    assert value_places(cells, plain, 14.0) == {}
