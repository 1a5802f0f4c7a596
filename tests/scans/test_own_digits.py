"""Doubtful numbers are read by the digits of their own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from gouji.model.geometry import Box
from ocr.cells import CellReading, read_cells
from ocr.engine import SIGNS, Recognition
from ocr.image import PageImage, Pixels

FONTS = Path("/usr/share/fonts")
SERIF = FONTS / "opentype/urw-base35/NimbusRoman-Regular.otf"
SANS = FONTS / "truetype/dejavu/DejaVuSans.ttf"
SCALE = 150 / 72
SURE = ["0", "12", "0", "347", "0", "5689", "0", "21", "803", "0", "46", "975", "0", "160", "0"]
Said = Mapping[str, float]  # how probable the recogniser finds each text


class Told:
    """An engine that says of the crops, in the order of cells, what it was told to say."""

    name = "told"

    def __init__(self, said: Sequence[Said]) -> None:
        self._said = said

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        assert len(crops) == len(self._said)  # all print is small: looked at twice
        return [_recognition(said) for said in self._said]

    def detect(self, image: Pixels) -> list[object]:
        raise AssertionError("cells are not detected")

    orientation = detect


def _recognition(said: Said) -> Recognition:
    """Texts of one length with these probabilities, whose digits differ in one place at most."""
    best = max(said, key=lambda text: said[text])
    signs = np.zeros((2 * len(best), len(SIGNS) + 2), np.float32)
    signs[1::2, 0] = 1
    for place in range(len(best)):
        for text, p in said.items():
            signs[2 * place, 1 + SIGNS.index(text[place])] += p
        signs[2 * place, -1] = 1 - signs[2 * place].sum()
    edges = tuple(float(n) for n in range(len(best) + 1))
    return Recognition(best, said[best], edges, signs)


def page(
    texts: Sequence[str], font: Path, noise: float, seed: int = 0, apart: float = 0.0
) -> tuple[Pixels, list[Box]]:
    """Small grey numbers, blurred, in cells of 40 × 20 points without rules; ``apart`` points
    more from digit to digit than the font has.
    """
    if not font.exists():
        pytest.skip(f"the font {font.name} is not installed")
    fine, across = 4, 5
    rows = -(-len(texts) // across)
    side = (round((across * 40 + 20) * SCALE), round((rows * 20 + 20) * SCALE))
    picture = Image.new("L", (side[0] * fine, side[1] * fine), 240)
    pen, face = ImageDraw.Draw(picture), ImageFont.truetype(str(font), round(9 * SCALE * fine))
    boxes = []
    for number, text in enumerate(texts):
        row, column = divmod(number, across)
        box = Box(10 + 40 * column, 10 + 20 * row, 50 + 40 * column, 30 + 20 * row)
        middle = (box.center_x * SCALE * fine, box.center_y * SCALE * fine)
        step = apart * SCALE * fine + face.getlength("0")
        start = middle[0] - step * (len(text) - 1) / 2
        for place, digit in enumerate(text if apart else [text]):
            at = (start + place * step, middle[1]) if apart else middle
            pen.text(at, digit, font=face, fill=90, anchor="mm")
        boxes.append(box)
    grey = np.asarray(picture.resize(side, Image.Resampling.BOX), np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), 0.9)
    grey += np.random.default_rng(seed).normal(size=grey.shape) * noise
    return np.clip(grey, 0, 255).astype(np.uint8), boxes


def read(pixels: Pixels, boxes: list[Box], said: Sequence[Said]) -> list[CellReading]:
    colour = np.repeat(pixels[:, :, None], 3, axis=2)
    return read_cells(
        PageImage(colour, SCALE),
        None,
        boxes,
        Told(said),
        kinds=["value"] * len(boxes),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("font", [SERIF, SANS], ids=lambda font: font.stem)
@settings(max_examples=5, deadline=None)
@given(
    printed=st.sampled_from("0123456789"),
    other=st.sampled_from("0123456789"),
    seed=st.integers(0, 99),
)
def test_what_is_printed_wins_over_what_looks_like_it(font, printed, other, seed):
    assume(printed != other)
    pixels, boxes = page([*SURE, printed], font, 9.0, seed)
    said: list[Said] = [{text: 0.97} for text in SURE]
    cell = read(pixels, boxes, [*said, {other: 0.45, printed: 0.35}])[-1]
    assert cell.text == printed
    assert sum(p for _, p in cell.candidates) <= 1 + 1e-6


@pytest.mark.parametrize("font", [SERIF, SANS], ids=lambda font: font.stem)
def test_digits_set_wide_are_known_where_they_stand(font):
    printed = ["503", "3456", "9631", "810", "441", "868", "171", "253"]
    pixels, boxes = page([*SURE, *printed], font, 6.0, apart=5.5)
    said: list[Said] = [{text: 0.97} for text in SURE]
    cells = read(pixels, boxes, [*said, *({text: 0.9} for text in printed)])
    assert [cell.text for cell in cells[len(SURE) :]] == printed
    assert min(cell.confidence for cell in cells[len(SURE) :]) > 0.8


def test_a_number_nobody_named_is_found():
    pixels, boxes = page([*SURE, "5", "86"], SERIF, 6.0)
    said: list[Said] = [{text: 0.97} for text in SURE]
    cells = read(pixels, boxes, [*said, {"3": 0.2}, {"98": 0.1}])
    assert [cell.text for cell in cells[-2:]] == ["5", "86"]


def test_a_digit_seen_nowhere_on_the_page_is_not_taken_for_one_that_was():
    pixels, boxes = page(["0"] * 14 + ["1", "6"], SERIF, 6.0)
    cells = read(pixels, boxes, [*[{"0": 0.97}] * 14, {"1": 0.97}, {"6": 0.5, "0": 0.4}])
    assert cells[-1].text == "6"


def test_a_blot_stays_as_doubtful_as_it_was():
    pixels, boxes = page([*SURE, "0"], SERIF, 6.0)
    box = boxes[-1]
    left, top = round(box.center_x * SCALE) - 6, round(box.center_y * SCALE) - 7
    pixels[top - 2 : top + 16, left - 2 : left + 14] = 240
    pixels[top : top + 14 : 4, left : left + 12] = 90
    pixels[top : top + 14, left + 5 : left + 7] = 90
    said: list[Said] = [{text: 0.97} for text in SURE]
    cell = read(pixels, boxes, [*said, {"8": 0.3, "0": 0.1}])[-1]
    assert cell.confidence < 0.5


def test_without_sure_numbers_there_is_nothing_to_go_by():
    pixels, boxes = page(["0", "6"], SERIF, 6.0)
    said: list[Said] = [{"0": 0.9}, {"8": 0.6, "6": 0.3}]
    assert read(pixels, boxes, said)[1].text == "8"


def test_a_digit_that_a_rule_hides_the_half_of_is_no_sure_one():
    pixels, boxes = page([*SURE, "0"], SERIF, 6.0)
    middle = round(boxes[-1].center_x * SCALE)
    rules = np.zeros(pixels.shape, bool)
    rules[:, middle - 8 : middle] = True
    pixels[rules] = 40
    colour = np.repeat(pixels[:, :, None], 3, axis=2)
    said: list[Said] = [{text: 0.97} for text in SURE]
    apart = [box for box in boxes if abs(box.center_x * SCALE - middle) > 20]
    kept = [s for s, box in zip(said, boxes, strict=False) if box in apart]
    cell = read_cells(
        PageImage(colour, SCALE), rules, [*apart, boxes[-1]], Told([*kept, {"1": 0.98}]),  # type: ignore[arg-type]
        kinds=["value"] * (len(apart) + 1),
    )[-1]  # fmt: skip
    assert max(p for _, p in cell.candidates) < 0.9
