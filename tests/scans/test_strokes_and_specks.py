"""Dashes, lone strokes and dirt in cells, and digits beside rules: told by their shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from drawn_cells import SERIF, SONG, Blind, changed, draw, read

from ocr.engine import Engine, Recognition
from ocr.image import Pixels


@pytest.mark.parametrize("sign", ["-", "一", "/", "0", "1", "·0"])
def test_the_smallest_sign_is_ink(sign):
    for dpi in (110, 200):
        [cell] = read(draw([sign], dpi=dpi, ink=110), Blind())
        assert cell.lines
        assert cell.blank < 0.5


def test_a_digit_close_to_an_upright_rule_keeps_its_edge():
    drawn = draw(["", "", ""])
    pixels, scale = drawn.page.pixels.copy(), drawn.page.scale
    for box, gap in zip(drawn.boxes, (1, 2, 3), strict=True):
        left = [x for x in np.flatnonzero(drawn.rules[round(box.center_y * scale)])
                if abs(x - box.left * scale) < 4]  # fmt: skip
        edge = int(max(left)) + 1 + gap
        middle = round(box.center_y * scale)
        cv2.ellipse(pixels, (edge + 5, middle), (5, 8), 0, 0, 360, (0, 0, 0), 2)
    cells = read(changed(drawn, pixels), Blind())
    for cell in cells:
        [line] = cell.lines
        assert line.box.width * scale >= 10  # the ring whole, not its right half


def test_a_digit_may_have_gone_with_a_line_through_its_cell():
    drawn = draw(["21", "21"], font=SERIF)
    scale, box = drawn.page.scale, drawn.boxes[0]
    left, right = round((box.center_x + 0.3) * scale), round((box.center_x + 5) * scale)
    drawn.rules[round(box.top * scale) : round(box.bottom * scale), left:right] = True
    lost, whole = read(drawn, Blind())
    assert (lost.ink.clipped, whole.ink.clipped) == (True, False)


def test_a_speck_of_a_few_pixels_is_no_sure_dash():
    drawn = draw(["0", "", "—"], font=SONG)
    pixels, box = drawn.page.pixels.copy(), drawn.boxes[1]
    x, y = round(box.center_x * drawn.page.scale), round(box.center_y * drawn.page.scale)
    pixels[y : y + 2, x : x + 5] = 160
    _, speck, dash = read(changed(drawn, pixels), Blind())
    assert speck.blank > 0 or speck.confidence < 0.9
    assert dash.text == "-"
    assert dash.confidence > 0.99


@pytest.mark.parametrize(
    ("tone", "wide", "high", "dirt"),
    [(0, 5, 3, True), (0, 5, 4, True), (110, 6, 4, False), (0, 9, 3, False)],
)
def test_a_round_spot_darker_than_the_digits_is_dirt(tone: int, wide: int, high: int, dirt: bool):
    """What is as dark as they are may be a hyphen, and what is flat is a dash."""
    drawn = draw(["0", "", "128", "90", "76", "1854"], font=SONG, ink=110, paper=235)
    pixels, box, scale = drawn.page.pixels.copy(), drawn.boxes[1], drawn.page.scale
    x, y = round(box.center_x * scale), round(box.center_y * scale)
    pixels[y : y + high, x : x + wide] = tone
    spot = read(changed(drawn, pixels), Blind())[1]
    assert (spot.blank > 0.5) is dirt
    assert spot.blank < 0.9  # a person looks where no sum does


def test_a_speck_above_the_digits_is_no_part_of_a_number():
    """A point stands on the line; dirt as dark as print may lie anywhere."""
    texts = ["10", "10", "7", "六"]
    drawn = draw(texts, font=SONG)
    pixels, scale = drawn.page.pixels.copy(), drawn.page.scale
    y = round((drawn.boxes[0].center_y - 6.6) * scale)
    for box in drawn.boxes[1:3]:
        x = round((box.center_x + 5) * scale)
        pixels[y : y + 3, x : x + 3] = 0
    plain, specked, point, character = (cell.lines[0].box for cell in read(
        changed(drawn, pixels), Blind()
    ))  # fmt: skip
    tops = [box.top - cell.top for box, cell in zip((plain, specked, point), drawn.boxes,
                                                    strict=False)]  # fmt: skip
    assert max(tops) - min(tops) < 1
    assert character.height > plain.height  # its dot is its own


def test_a_frame_round_the_page_is_in_no_cell():
    drawn = draw(["", "", "", ""])
    pixels = drawn.page.pixels.copy()
    pixels[:4] = pixels[-4:] = 0
    pixels[:, :4] = pixels[:, -4:] = 0
    readings = read(changed(drawn, pixels), Blind())
    assert [r.blank for r in readings] == [1.0, 1.0, 1.0, 1.0]


def test_a_dash_of_two_characters_is_one(engine: Engine):
    cells = read(draw(["——", "—", "0", "--", "－"]), engine, "unknown")
    assert [cell.text for cell in cells] == ["-", "-", "0", "-", "-"]
    assert min(cell.confidence for cell in cells) > 0.97


def test_a_dash_that_broke_is_a_dash_whatever_is_read_in_it():
    """Of two em dashes, pale in noise, pieces are left along a line; dust is no such line."""
    drawn = draw(["——", "0", "——", "——", ""], dpi=150)
    pixels, scale = drawn.page.pixels.copy(), drawn.page.scale
    for box in (drawn.boxes[0], drawn.boxes[2]):
        for away in (-8.0, -3.5, 1.0, 5.5):
            x = round((box.center_x + away) * scale)
            pixels[round(box.top * scale) + 4 : round(box.bottom * scale) - 4, x : x + 3] = 255
    dust = drawn.boxes[4]
    y = round(dust.center_y * scale)
    for away in (-9.0, 0.0, 9.0):
        x = round((dust.center_x + away) * scale)
        pixels[y : y + 3, x : x + 4] = 90
    for kind in ("value", "unknown"):
        broken, number, again, whole, specks = read(changed(drawn, pixels), Seer(), kind)
        assert [one.text for one in (broken, again, whole)] == ["-"] * 3
        assert broken.confidence == again.confidence == pytest.approx(0.8)
        assert number.text != "-"
        assert specks.text != "-"


class Seer(Blind):
    """An engine that reads a character surely in whatever it is shown."""

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        return [replace(said, text="年", confidence=0.95) for said in super().recognise(crops)]
