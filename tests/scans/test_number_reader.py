"""The reader of numbers: what it says of print in fonts it never saw, of damage, and of nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ocr.cells.ink import page_ink
from ocr.cells.lines import InkBox, InkLine
from ocr.cells.number_reader import (
    NumberReading,
    place_window,
    read_numbers,
    usual_height,
    window,
)
from ocr.cells.numbers import seconded, tidied
from ocr.image import Pixels
from ocr.opencv import cv2
from samples.generator.fonts import HELD_OUT

NUMBERS = ("0", "7", "41", "608", "2935", "17064", "123,456", "88.5123", "/")


def _page(texts: list[str], font: str, height: int) -> tuple[Pixels, list[InkBox]]:
    """Numbers one under the other, each in a cell without rules."""
    path = HELD_OUT[font].path
    type_ = ImageFont.truetype(path, 100)
    box = type_.getbbox("0123456789")
    type_ = ImageFont.truetype(path, round(100 * height / (box[3] - box[1])))
    box = type_.getbbox("0123456789")
    row, wide = 3 * height, 14 * height
    image = Image.new("L", (wide + 40, row * len(texts) + 40), 255)
    cells = []
    for i, text in enumerate(texts):
        top = 20 + i * row
        place = (20 + wide / 2 - type_.getlength(text) / 2, top + row / 2 - (box[1] + box[3]) / 2)
        ImageDraw.Draw(image).text(place, text, 30, font=type_)
        cells.append(InkBox(20, top, 20 + wide, top + row))
    return np.asarray(image), cells


def _read(pixels: Pixels, cells: list[InkBox], height: int) -> list[NumberReading]:
    ink = page_ink(pixels, height / 7, None)
    lines = []
    for cell in cells:
        dark = ink.components.labels[cell.top : cell.bottom, cell.left : cell.right] != 0
        rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
        box = InkBox(
            cell.left + int(columns[0]), cell.top + int(rows[0]),
            cell.left + int(columns[-1]) + 1, cell.top + int(rows[-1]) + 1,
        )  # fmt: skip
        lines.append(InkLine(box, (), 1.0))
    shown = [window(ink, line, cell, height) for line, cell in zip(lines, cells, strict=True)]
    return read_numbers(shown)


@pytest.mark.parametrize("height", [10, 14, 30])
@pytest.mark.parametrize("font", sorted({*HELD_OUT} - {"droid"}))  # which has no digits
def test_numbers_in_fonts_it_never_saw(font: str, height: int) -> None:
    pixels, cells = _page(list(NUMBERS), font, height)
    found = [reading.candidates[0][0] for reading in _read(pixels, cells, height)]
    # commas and points are one or two pixels of the smallest print
    read = NUMBERS if height > 10 else tuple(n.replace(",", "").replace(".", "") for n in NUMBERS)
    said = found if height > 10 else [n.replace(",", "").replace(".", "") for n in found]
    assert tuple(said) == read


def test_small_blurred_noisy_numbers() -> None:
    texts = [str(n) for n in (0, 3, 8, 56, 79, 142, 680, 935, 1207, 4468)]
    pixels, cells = _page(texts, "liberation-serif", 9)
    rng = np.random.default_rng(4)
    damaged = cv2.GaussianBlur(pixels, (0, 0), 0.8) + rng.normal(0, 10, pixels.shape)
    found = _read(np.clip(damaged, 0, 255).astype(np.uint8), cells, 9)
    assert [reading.candidates[0][0] for reading in found] == texts


def test_the_same_window_reads_the_same_in_any_company() -> None:
    pixels, cells = _page(list(NUMBERS), "wenkai", 12)
    together = _read(pixels, cells, 12)
    assert [_read(pixels, [cell], 12)[0] for cell in cells] == together
    assert _read(pixels, cells[::-1], 12) == together[::-1]


def test_paper_is_nothing() -> None:
    paper = np.full((2, 32, 60), 255, np.uint8)
    (reading,) = read_numbers([paper])
    assert reading.nothing > 0.9
    assert sum(p for _, p in reading.candidates) < 0.1


@pytest.mark.parametrize("width", [8, 64, 65, 320])
def test_windows_of_every_width_are_read(width: int) -> None:
    noise = np.random.default_rng(width).integers(0, 256, (2, 32, width)).astype(np.uint8)
    (reading,) = read_numbers([noise])
    assert sum(p for _, p in reading.candidates) <= 1 + 1e-6


def test_words_are_no_numbers() -> None:
    pixels, cells = _page(["无", "件", "公开"], "wenkai", 20)
    for reading in _read(pixels, cells, 20):
        assert not reading.candidates or reading.candidates[0][1] < 0.5


def test_a_window_at_the_pages_edge_is_paper_beyond() -> None:
    pixels, _ = _page(["5"], "gbsn", 16)
    ink = page_ink(pixels, 2.0, None)
    line = InkLine(InkBox(0, 0, 12, 16), (), 1.0)
    shown = window(ink, line, InkBox(0, 0, 40, 40), 16.0)
    assert shown.shape[1] == 32
    assert usual_height([]) == 0
    assert usual_height([line]) == 16


@dataclass(frozen=True)
class Ruled:
    """Numbers at the left of their cells, whose thick rule covers their first pixels."""

    pixels: Pixels
    rules: np.ndarray
    cells: list[InkBox]
    lines: list[InkLine]


TOUCHING = ("84", "638", "31", "935", "60", "689", "5", "8", "369", "142")


def _touching(font: str, height: int, into: int) -> Ruled:
    path = HELD_OUT[font].path
    type_ = ImageFont.truetype(path, 100)
    box = type_.getbbox("0123456789")
    type_ = ImageFont.truetype(path, round(100 * height / (box[3] - box[1])))
    box = type_.getbbox("0123456789")
    row, wide, thick = 3 * height, 8 * height, max(2, height // 4)
    image = Image.new("L", (wide + 40, row * len(TOUCHING) + 40), 250)
    rules = np.zeros(image.size[::-1], bool)
    draw = ImageDraw.Draw(image)
    cells, lines = [], []
    for i, text in enumerate(TOUCHING):
        top = 20 + i * row
        at = (20 + thick - into - type_.getbbox(text)[0], top + row / 2 - (box[1] + box[3]) / 2)
        draw.text(at, text, 120, font=type_)
        _, above, right, below = draw.textbbox(at, text, font=type_)
        cells.append(InkBox(20 + thick, top + 2, 20 + wide, top + row - 2))
        lines.append(InkLine(InkBox(21 + thick, round(above), round(right), round(below)), (), 1.0))
        draw.line([(20, top), (20 + wide, top)], 40, width=2)
        rules[top - 1 : top + 2, 20 : 20 + wide] = True
    for x in (20, 20 + wide):
        draw.rectangle([x, 20, x + thick - 1, 20 + row * len(TOUCHING)], fill=40)
        rules[20 : 20 + row * len(TOUCHING), x - 1 : x + thick + 1] = True
    blurred = cv2.GaussianBlur(np.asarray(image, float), (0, 0), 0.8)
    noise = np.random.default_rng(3).normal(0, 6, blurred.shape)
    return Ruled(np.clip(blurred + noise, 0, 255).astype(np.uint8), rules, cells, lines)


@pytest.mark.parametrize(
    ("font", "height", "into"),
    [("liberation-sans", 14, 2), ("gbsn", 20, 2), ("gbsn", 14, 1), ("liberation-serif", 11, 1)],
)
def test_digits_that_go_with_the_rule_beside_them_are_read(
    font: str, height: int, into: int
) -> None:
    """Pale ones, on a thick dark rule: what is left of an 8 is a 3."""
    page = _touching(font, height, into)
    ink = page_ink(page.pixels, height / 7, page.rules)
    shown = [window(ink, *pair, height) for pair in zip(page.lines, page.cells, strict=True)]
    assert tuple(reading.candidates[0][0] for reading in read_numbers(shown)) == TOUCHING


def test_a_rule_beside_nothing_is_no_number() -> None:
    page = _touching("gbsn", 16, 0)
    paper = page.pixels.copy()
    for cell in page.cells:
        paper[cell.top + 3 : cell.bottom - 3, cell.left + 2 : cell.right - 2] = 250
    noise = np.random.default_rng(5).normal(0, 5, paper.shape)
    ink = page_ink(np.clip(paper + noise, 0, 255).astype(np.uint8), 16 / 7, page.rules)
    for cell, line in zip(page.cells, page.lines, strict=True):
        (reading,) = read_numbers([place_window(ink, line.box, cell, 16)])
        assert reading.nothing > 0.5


Candidates = st.dictionaries(
    st.text("0123456789,.-/", min_size=1, max_size=5), st.floats(0.001, 1.0), max_size=6
).map(lambda d: tuple((t, p / max(1.0, sum(d.values()))) for t, p in d.items()))


@given(Candidates, Candidates)
def test_two_readers_together_are_probabilities(
    first: tuple[tuple[str, float], ...], second: tuple[tuple[str, float], ...]
) -> None:
    found = seconded(first, second)
    assert all(0 <= p <= 1 for _, p in found)
    assert sum(p for _, p in found) <= 1 + 1e-9
    assert all(a[1] >= b[1] for a, b in pairwise(found))
    assert dict(found) == pytest.approx(dict(seconded(first[::-1], second[::-1])))


@given(st.floats(0.01, 0.99), st.floats(0.5, 0.99))
def test_who_agrees_makes_a_number_surer_than_who_does_not(own: float, other: float) -> None:
    agreed = dict(seconded((("12", own),), (("12", other),)))["12"]
    doubted = dict(seconded((("12", own),), (("72", other),)))["12"]
    assert agreed > doubted


@given(st.lists(st.text("0123456789", min_size=1, max_size=3), min_size=8, unique=True))
def test_what_one_reader_holds_likeliest_is_not_dropped(others: list[str]) -> None:
    """A slash beside a seal's ring, which the reader of numbers takes for many numbers."""
    found = seconded((("/", 0.6),), tuple((text, 0.9 / len(others)) for text in others))
    assert len(found) == 8
    assert "/" in dict(found)


@given(whole=st.integers(0, 99999), rest=st.from_regex(r"[0-9]{1,2}|[0-9]{4,6}", fullmatch=True))
def test_a_comma_that_parts_no_thousands_may_be_a_point(whole: int, rest: str) -> None:
    found = tidied([(f"{whole},{rest}", 0.9), (f"{whole}.{rest}", 0.05)])
    assert max(found, key=lambda text: found[text]) == f"{whole}.{rest}"
    assert found[f"{whole},{rest}"] == pytest.approx(0.36)  # it may be printed so


@pytest.mark.parametrize("text", ["1,234", "12,345,678", "1，234", "1,234.5"])
def test_commas_of_thousands_stay(text: str) -> None:
    assert tidied([(text, 0.9)]) == {text: 0.9}
