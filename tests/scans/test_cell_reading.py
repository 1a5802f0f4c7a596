"""Cells are read from pixels: blank proven, numbers with alternatives, labels however they run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_cells import SERIF, SONG, Blind, Drawn, changed, draw, read
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shares import one_in

from gouji.model.geometry import Box
from ocr.cells import read_cells
from ocr.engine import Engine
from ocr.image import PageImage

VALUES = ["0", "7", "1", "12", "344", "", "17.5034", "11398889", "/", "-", "60", "2585"]


@pytest.mark.parametrize("font", one_in(2, [SONG, SERIF]), ids=lambda font: font.stem)
def test_values_of_every_kind_are_read(engine: Engine, font: Path):
    assert [cell.text for cell in read(draw(VALUES, font=font), engine)] == VALUES


def test_digits_set_apart_are_one_number_and_far_apart_are_none(engine: Engine):
    near = ["1\u20020\u20026", "8\u20028\u20022", "1\u20022\u20020\u20027", "9\u20025"]
    cells = read(draw(near, font=SERIF), engine, "unknown")
    assert [cell.text for cell in cells] == ["106", "882", "1207", "95"]
    for cell in read(
        draw(["12\u2003\u2003\u200334", "5\u2003\u2003\u20037"], font=SERIF), engine, "unknown"
    ):
        assert not cell.candidates or cell.confidence < 0.5


def test_a_lone_one_is_not_turned_on_its_side(engine: Engine):
    cells = read(draw(["1"] * 6, dpi=110, ink=90, paper=225), engine, "unknown")
    assert [cell.text for cell in cells] == ["1"] * 6


def test_a_number_comes_with_its_alternatives_and_what_is_left(engine: Engine):
    for cell in read(draw(["0", "12"]), engine):
        assert cell.candidates[0][0] == cell.text
        assert cell.candidates[0][1] > 0.95
        assert sum(p for _, p in cell.candidates) <= 1 + 1e-6


def test_small_faint_noisy_print_is_read(engine: Engine):
    drawn = draw(VALUES, dpi=110, ink=120, paper=225)
    noise = np.random.default_rng(0).normal(size=drawn.page.pixels.shape) * 5
    cells = read(changed(drawn, drawn.page.pixels + noise), engine)
    assert [cell.text for cell in cells] == VALUES
    assert any(cell.ink.views == 2 for cell in cells)


def test_an_empty_cell_is_proven_blank_without_asking_the_engine():
    blind = Blind()
    cells = read(draw(["", "", ""]), blind)
    assert [cell.blank for cell in cells] == [1, 1, 1]
    assert not blind.shown


@cache
def every_other_empty() -> Drawn:
    return draw(["", "0", "", "0", "", "0"])


@given(
    noise=st.floats(0, 9),
    shade=st.floats(0, 0.4),
    quality=st.integers(25, 95),
    dust=st.integers(0, 12),
    seed=st.integers(0, 2**16),
)
@example(noise=9.0, shade=0.4, quality=40, dust=12, seed=38704)
# a grain at the lower rule of the cell once made all of the rule print
@example(noise=7.822433044318064, shade=0.08930764257454267, quality=25, dust=12, seed=49075)
@example(noise=1.8161744747057487, shade=0.0, quality=25, dust=12, seed=23416)
@settings(max_examples=25)
def test_noise_shade_and_dust_are_no_ink(noise, shade, quality, dust, seed):
    drawn = every_other_empty()
    random = np.random.default_rng(seed)
    pixels = drawn.page.pixels.astype(np.float64)
    slope = 1 - shade * np.linspace(0, 1, pixels.shape[1])
    pixels = (
        pixels * slope[None, :, None] + random.normal(size=pixels.shape[:2])[:, :, None] * noise
    )
    for _ in range(dust):
        pixels[random.integers(pixels.shape[0]), random.integers(pixels.shape[1])] = 0
    data = cv2.imencode(".jpg", np.clip(pixels, 0, 255).astype(np.uint8), [1, quality])[1]
    cells = read(changed(drawn, cv2.imdecode(data, 1)), Blind())
    assert all(cell.lines for cell in cells[1::2])
    # Two grains side by side in the middle of a cell may be a hyphen: never surely.
    assert all(not cell.lines or cell.confidence <= 0.8 for cell in cells[::2])


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("bend", [-6, 0, 6])
def test_the_ring_of_a_grey_seal_far_from_a_number_is_no_part_of_it(
    engine: Engine, side: int, bend: int
):
    drawn = draw(["3195", "44", "0", "208", "7", "1650"], font=SERIF, cell=(90, 24), size=9)
    pixels = drawn.page.pixels.copy()
    for box in drawn.boxes[::2]:
        x, top, bottom = (box.center_x + side * 32, box.top, box.bottom)
        points = [(x, top), (x + side * bend / 4, (top + bottom) / 2), (x + bend / 2, bottom)]
        curve = np.rint(np.array(points) * drawn.page.scale).astype(np.int32)
        cv2.polylines(pixels, [curve], False, (95, 95, 95), 4, cv2.LINE_AA)
    cells = read(changed(drawn, pixels), engine)
    assert [cell.text for cell in cells] == ["3195", "44", "0", "208", "7", "1650"]
    assert all(cell.ink.clipped for cell in cells[::2])  # what goes through a cell is evidence
    assert not any(cell.ink.clipped for cell in cells[1::2])


def test_print_under_a_red_seal_is_read(engine: Engine):
    drawn = draw(VALUES, font=SERIF)
    pixels = drawn.page.pixels.copy()
    seal = np.full(pixels.shape, 255, np.uint8)
    rows, columns = pixels.shape[:2]
    cv2.circle(seal, (columns // 2, rows // 2), rows // 3, (215, 40, 45), 6)
    cv2.putText(seal, "SEAL", (columns // 4, rows * 2 // 3), 0, 3.0, (215, 40, 45), 9)
    cells = read(changed(drawn, np.minimum(pixels, seal)), engine)
    assert [cell.text.replace("—", "-") for cell in cells] == VALUES
    assert max(cell.ink.marked for cell in cells) > 0.1
    assert min(cell.ink.marked for cell in cells) == 0
    assert max(cell.ink.written for cell in cells) == 0, "a seal is no pen"


LABELS = {
    "自\n然\n人": "自然人",
    "商业\n企业": "商业\n企业",
    "属于国\n家秘密": "属于国\n家秘密",
}


def test_labels_run_over_lines_and_from_top_to_bottom(engine: Engine):
    cells = read(draw(list(LABELS), cell=(62, 60)), engine, "label")
    assert [cell.text for cell in cells] == list(LABELS.values())


def test_a_label_on_its_side_is_read(engine: Engine):
    drawn = draw(["不予公开"], cell=(62, 30))
    turned = np.ascontiguousarray(np.rot90(drawn.page.pixels))
    height = drawn.page.width
    box = drawn.boxes[0]
    upright = Box(box.top, height - box.right, box.bottom, height - box.left)
    page = PageImage(turned, drawn.page.scale)
    [cell] = read_cells(page, np.rot90(drawn.rules), [upright], engine, kinds=["label"])
    assert cell.text == "不予公开"


def test_a_number_broken_over_lines_is_one_number(engine: Engine):
    [cell] = read(draw(["123\n45"], cell=(62, 50)), engine)
    assert (cell.text, len(cell.lines)) == ("12345", 2)


@pytest.mark.parametrize("shift", [0.0, 3.0, 6.0])
def test_a_number_that_touches_its_rule_is_read(engine: Engine, shift):
    """The box is moved, not the number: what stands in the way is a rule of its own."""
    drawn = draw(["2585"], font=SERIF)
    pixels, rules = drawn.page.pixels.copy(), drawn.rules.copy()
    at = round((drawn.boxes[0].center_y + 5 - shift / 3) * drawn.page.scale)
    pixels[at : at + 2] = 0
    rules[at : at + 2] = True
    [cell] = read(replace(changed(drawn, pixels), rules=rules), engine)
    assert cell.text == "2585"


def test_light_print_on_a_dark_fill_is_read(engine: Engine):
    drawn = draw(["12", "总计"])
    pixels = drawn.page.pixels.copy()
    for box in drawn.boxes:
        left, top, right, bottom = (
            round(v * drawn.page.scale) + d
            for v, d in zip((box.left, box.top, box.right, box.bottom), (2, 2, -2, -2), strict=True)
        )
        pixels[top:bottom, left:right] = 255 - pixels[top:bottom, left:right]
    assert [cell.text for cell in read(changed(drawn, pixels), engine, "unknown")] == ["12", "总计"]


def test_a_cell_is_read_alike_alone_and_in_company(engine: Engine):
    drawn = draw(VALUES, ink=90, dpi=110)
    together = read(drawn, engine)
    backward = read_cells(
        drawn.page, drawn.rules, drawn.boxes[::-1], engine, kinds=["value"] * len(VALUES)
    )
    assert backward[::-1] == together


def test_equal_pixels_are_recognised_once():
    blind = Blind()
    page = np.full((300, 800, 3), 255, np.uint8)
    places = (120, 220, 320, 420)
    for left in places:
        page[100:120, left : left + 8] = 0
    boxes = [Box(left - 10.0, 80.0, left + 60.0, 140.0) for left in places]
    read_cells(PageImage(page, 1.0), None, boxes, blind, kinds=["label"] * 4)  # type: ignore[arg-type]
    assert len(blind.shown) <= 2  # not four


def test_a_scribble_is_no_sure_number(engine: Engine):
    drawn = draw([""], cell=(80, 40))
    pixels = drawn.page.pixels.copy()
    box = drawn.boxes[0]
    random = np.random.default_rng(3)
    points = random.uniform((box.left + 8, box.top + 6), (box.right - 8, box.bottom - 6), (14, 2))
    cv2.polylines(
        pixels, [np.int32(points * drawn.page.scale)], False, (40, 40, 40), 2, cv2.LINE_AA
    )
    [cell] = read(changed(drawn, pixels), engine)
    assert cell.blank == 0
    assert not cell.candidates or cell.candidates[0][1] < 0.9


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_page_of_one_tone_is_blank(grey):
    page = PageImage(np.full((200, 200, 3), grey, np.uint8), 2.0)
    [cell] = read_cells(page, None, [Box(10, 10, 90, 90)], Blind())  # type: ignore[arg-type]
    assert (cell.text, cell.lines) == ("", ())


def test_boxes_beyond_the_page_are_no_trouble():
    page = PageImage(np.full((200, 200, 3), 255, np.uint8), 2.0)
    boxes = [Box(-50, -50, -10, -10), Box(90, 90, 300, 300), Box(20, 20, 20, 20)]
    assert [c.text for c in read_cells(page, None, boxes, Blind())] == ["", "", ""]  # type: ignore[arg-type]
    assert read_cells(page, None, [], Blind()) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("ink", [(30, 40, 150), (30, 30, 90), (200, 30, 40)], ids=str)
def test_what_a_pen_went_over_is_told_and_never_sure(engine: Engine, ink: tuple[int, int, int]):
    drawn = draw(["12", "12"])
    pixels = drawn.page.pixels.copy()
    box, scale = drawn.boxes[0], drawn.page.scale
    left, right = round((box.left + 8) * scale), round((box.right - 8) * scale)
    across = np.linspace(left, right, 60)
    down = box.center_y * scale + 9 * np.sin(across / 4)
    line = np.int32(np.stack([across, down], axis=1))
    cv2.polylines(pixels, [line], False, ink, 2, cv2.LINE_AA)
    under, clear = read(changed(drawn, pixels), engine)
    assert under.ink.marked > 0.1
    assert under.ink.written > 0.05
    assert clear.ink.marked == clear.ink.written == 0
    assert clear.text == "12"


@pytest.mark.parametrize("colour", [(255, 245, 90), (160, 245, 130), (255, 170, 200)], ids=str)
def test_a_text_marker_is_no_pen(colour: tuple[int, int, int]):
    drawn = draw(["120", "7", "0"], font=SERIF)
    pixels, scale = drawn.page.pixels.copy(), drawn.page.scale
    rows = slice(
        round((drawn.boxes[0].top + 6) * scale), round((drawn.boxes[0].bottom - 6) * scale)
    )
    columns = slice(round(25 * scale), round(130 * scale))
    pixels[rows, columns] = pixels[rows, columns] * (np.array(colour) / 255)
    cells = read(changed(drawn, pixels), Blind())
    assert max(cell.ink.marked for cell in cells) > 0.1
    assert max(cell.ink.written for cell in cells) < 0.02


@pytest.mark.parametrize("grey", [0, 60])
def test_a_pen_without_colour_shows_as_more_ink_than_the_number_has(grey: int):
    drawn = draw(["12", "12", "12"])
    pixels, scale = drawn.page.pixels.copy(), drawn.page.scale
    box = drawn.boxes[1]
    across = np.linspace((box.left + 8) * scale, (box.right - 8) * scale, 40)
    down = box.center_y * scale + 7 * np.sin(across / 3)
    line = np.int32(np.stack([across, down], axis=1))
    cv2.polylines(pixels, [line], False, (grey,) * 3, 2, cv2.LINE_AA)
    before, under, after = (cell.ink.amount for cell in read(changed(drawn, pixels), Blind()))
    assert before == pytest.approx(after, rel=0.05)
    assert under > 2 * before


def test_the_rule_between_two_rows_set_close_is_no_minus(engine: Engine):
    drawn = draw(["151"] * 12, cell=(62, 14), font=SERIF)
    for row in (0, 1):  # a thick rule, near the print above and below it
        at = round(drawn.boxes[6 * row].bottom * drawn.page.scale)
        drawn.page.pixels[at - 2 : at + 2] = 0
        drawn.rules[at - 2 : at + 2] = True
    assert [cell.text for cell in read(drawn, engine)] == ["151"] * 12


def test_the_small_type_of_a_table_sets_its_lines_whatever_the_size_of_the_text_around() -> None:
    drawn = draw(["结果\n维持", "其他\n结果", "总计"] * 6, size=5.5, dpi=200)
    body = draw(["总体情况"] * 36, size=14, dpi=200)
    pixels = np.full((drawn.page.pixels.shape[0] + body.page.pixels.shape[0],
                      max(drawn.page.pixels.shape[1], body.page.pixels.shape[1]), 3), 255, np.uint8)  # fmt: skip
    high, wide = drawn.page.pixels.shape[:2]
    pixels[:high, :wide] = drawn.page.pixels
    pixels[high:, : body.page.pixels.shape[1]] = np.where(
        body.rules[..., None], 255, body.page.pixels
    )
    rules = np.zeros(pixels.shape[:2], bool)
    rules[:high, :wide] = drawn.rules
    both = Drawn(PageImage(pixels, drawn.page.scale), rules, drawn.boxes)
    engine = Blind()
    read(both, engine, "label")
    alone = Blind()
    read(drawn, alone, "label")
    assert len(engine.shown) == len(alone.shown)


def test_a_piece_of_a_second_rule_is_no_sign_and_no_line(engine: Engine):
    """Along a side and off the print's rows: below it, or at the end of the row."""
    drawn = draw(["0", "415", "26", "8"], cell=(80, 34))
    pixels = drawn.page.pixels.copy()
    for number, box in enumerate(drawn.boxes):
        left, top, right, bottom = (
            round(v * drawn.page.scale) for v in (box.left, box.top, box.right, box.bottom)
        )
        if number % 2:
            pixels[top + 4 : top + 18, right - 7 : right - 4] = 40
        else:
            pixels[bottom - 7 : bottom - 4, left + 60 : left + 75] = 40
    assert [reading.text for reading in read(changed(drawn, pixels), engine)] == [
        "0",
        "415",
        "26",
        "8",
    ]


def test_no_number_is_broken_where_more_digits_have_room(engine: Engine):
    """Two numbers in one cell: the rule between their rows was lost."""
    wide = read(draw(["41\n5"], cell=(80, 44)), engine)[0]
    assert not wide.candidates or wide.candidates[0][1] < 0.5
    narrow = read(draw(["1234\n56"], cell=(28, 44)), engine)[0]
    assert narrow.candidates[0] == ("123456", pytest.approx(1.0, abs=0.1))
