"""Which way up a page stands: what the model believes, and what the lines of text say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from drawn_pages import HEIGHT, SCALE, WIDTH, a_page

from gouji.model import Box
from ocr.engine import SIGNS, Quad, Recognition
from ocr.geometry import stood_upright, straighten
from ocr.geometry.turns import line_crops, quarter_turn, turn_by_text
from ocr.image import PageImage, Pixels


class TopHeavyReader:
    """Reads lines whose ink is heavier at the top, as `draw_character` makes them; has a belief
    about the page's orientation that may be wrong."""

    name = "top heavy"

    def __init__(self, belief: dict[int, float]) -> None:
        self.belief, self.lines = belief, 0

    def orientation(self, image: Pixels) -> dict[int, float]:
        return self.belief

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        self.lines += len(crops)
        return [self.read(crop) for crop in crops]

    def read(self, crop: Pixels) -> Recognition:
        ink = np.nonzero(crop < 128)[0]
        upright = len(ink) > 0 and ink.mean() < (ink.min() + ink.max()) / 2 - 1.5
        signs = np.zeros((1, len(SIGNS) + 2), np.float32)
        return Recognition("政府信息公开", 0.97 if upright else 0.2, (), signs)

    def detect(self, image: Pixels) -> list[Quad]:
        raise AssertionError("not asked for")


@pytest.mark.parametrize("lies", [0, 90, 180, 270])
@pytest.mark.parametrize("certain", [0.93, pytest.param(0.4, marks=pytest.mark.slow)])
def test_a_page_that_lies_on_its_side_or_head_is_turned(lies, certain):
    needed = -lies % 360
    others = (1 - certain) / 3
    engine = TopHeavyReader({q: certain if q == needed else others for q in (0, 90, 180, 270)})
    page = np.ascontiguousarray(np.rot90(a_page(), -(lies // 90)))
    straight = straighten(PageImage(page, SCALE), engine)
    assert straight.facts.quarter == needed
    assert np.array_equal(straight.page.pixels, a_page())
    assert straight.grey.shape == (HEIGHT, WIDTH)
    corner = straight.to_page(Box(0, 0, 10, 20))
    expected = {
        0: Box(0, 0, 10, 20),
        90: Box(HEIGHT / SCALE - 20, 0, HEIGHT / SCALE, 10),
        180: Box(WIDTH / SCALE - 10, HEIGHT / SCALE - 20, WIDTH / SCALE, HEIGHT / SCALE),
        270: Box(0, WIDTH / SCALE - 10, 20, WIDTH / SCALE),
    }
    assert corner.as_list() == expected[lies].as_list()


@pytest.mark.parametrize(
    "wrong", [90, *(pytest.param(n, marks=pytest.mark.slow) for n in (180, 270))]
)
def test_the_text_overrules_a_model_that_turns_an_upright_page(wrong):
    engine = TopHeavyReader({wrong: 0.93, **{q: 0.02 for q in (0, 90, 180, 270) if q != wrong}})
    assert straighten(PageImage(a_page(), SCALE), engine).facts.quarter == 0
    assert 0 < engine.lines <= 24


@pytest.mark.slow
@pytest.mark.parametrize("lies", [90, 180, 270])
def test_a_page_that_a_sure_model_leaves_lying_is_turned_once_it_made_no_sense(lies):
    engine = TopHeavyReader({0: 0.93, 90: 0.02, 180: 0.03, 270: 0.02})
    page = np.ascontiguousarray(np.rot90(a_page(), -(lies // 90)))
    straight = straighten(PageImage(page, SCALE), engine)
    upright = stood_upright(straight, engine) if straight.facts.quarter == 0 else straight
    assert upright is not None
    assert upright.facts.quarter == -lies % 360
    assert np.array_equal(upright.page.pixels, a_page())
    assert upright.to_straight(upright.to_page(Box(3, 5, 7, 9))).as_list() == pytest.approx(
        [3, 5, 7, 9]
    )


def test_a_page_that_reads_well_is_not_turned_a_second_time():
    engine = TopHeavyReader({0: 0.93, 90: 0.02, 180: 0.03, 270: 0.02})
    assert stood_upright(straighten(PageImage(a_page(), SCALE), engine), engine) is None


def test_an_upright_page_costs_no_reading():
    engine = TopHeavyReader({0: 0.93, 90: 0.02, 180: 0.03, 270: 0.02})
    assert straighten(PageImage(a_page(), SCALE), engine).facts.quarter == 0
    assert engine.lines == 0


def test_pieces_of_rules_are_no_text_that_turns_a_page() -> None:
    """Of a page with a few rows ruled in dashes, crops that lie are read as dashes, and surely."""

    class ReadsDashes(TopHeavyReader):
        def read(self, crop: Pixels) -> Recognition:
            said = super().read(crop)
            text, p = ("其他", 0.9) if said.confidence > 0.5 else ("------+----十--", 0.95)
            return replace(said, text=text, confidence=p)

    engine = ReadsDashes(dict.fromkeys((0, 90, 180, 270), 0.25))
    assert straighten(PageImage(a_page(), SCALE), engine).facts.quarter == 0
    assert engine.lines > 0


@pytest.mark.parametrize("needed", [0, 90])
def test_one_label_set_from_top_to_bottom_does_not_turn_a_page_of_short_lines(needed: int) -> None:
    """Across the page the label is the only line, and reads better than any short one."""
    grey = np.full((400, 400), 255, np.uint8)
    for row in range(6):
        cv2.rectangle(grey, (120, 40 + 50 * row), (170, 47 + 50 * row), (0,), -1)
        cv2.rectangle(grey, (120, 48 + 50 * row), (125, 52 + 50 * row), (0,), -1)
    for character in range(9):
        cv2.rectangle(grey, (40, 60 + 22 * character), (57, 76 + 22 * character), (0,), -1)

    class Labels(TopHeavyReader):
        def read(self, crop: Pixels) -> Recognition:
            said = super().read(crop)
            if crop.shape[0] > 20:  # the label, lying
                return replace(said, text="三、本年度办理结果", confidence=0.98)
            return replace(said, text="(三)不予公开")

    picture = np.ascontiguousarray(np.rot90(grey, needed // 90))
    ways = [(needed + turn) % 360 for turn in (0, 180, 90, 270)]
    assert turn_by_text(picture, 12, Labels({}), ways) == needed


def test_type_tells_which_way_a_page_stands_before_pieces_of_its_rules_do() -> None:
    grey = np.full((500, 500), 255, np.uint8)
    for row in range(10):  # dashes, crossed by what is left of rules down, look like a long line
        for x in range(30, 460, 56):
            cv2.line(grey, (x, 30 + 40 * row), (x + 50, 30 + 40 * row), (80,), 2)
            cv2.line(grey, (x + 25, 25 + 40 * row), (x + 25, 36 + 40 * row), (80,), 2)
    for row in range(3):
        for x in range(40, 90, 14):
            cv2.putText(grey, "R", (x, 57 + 120 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0,), 1)
    crops = line_crops(grey, 12)
    assert len(crops) == 6
    assert [bool((crop < 40).any()) for crop in crops] == [True] * 3 + [False] * 3


@pytest.mark.parametrize(("certain", "turn"), [(0.92, 90), (0.4, 0)])
def test_bad_print_across_the_lines_that_model_and_ink_agree_on_turns_no_page(
    certain: float, turn: int
) -> None:
    """Labels set from top to bottom can be read a little where a faint page lies on its side."""
    grey = np.full((500, 500), 255, np.uint8)
    for label in range(3):
        for x in range(40, 200, 22):
            cv2.rectangle(grey, (x, 60 + 60 * label), (x + 16, 66 + 60 * label), (0,), -1)
            cv2.rectangle(grey, (x + 5, 60 + 60 * label), (x + 9, 77 + 60 * label), (0,), -1)
    for line in range(3):
        cv2.rectangle(grey, (260 + 60 * line, 60), (268 + 60 * line, 110), (0,), -1)

    class Faint(TopHeavyReader):
        def read(self, crop: Pixels) -> Recognition:
            said = super().read(crop)
            label = crop.shape[0] > 20 and said.confidence > 0.5
            text = "三、本年度办理结果" if label else "其"
            return replace(said, text=text, confidence=0.6 if label else 0.4)

    engine = Faint({0: 0.02, 90: certain, 180: 0.02, 270: 0.03})
    assert quarter_turn(grey, grey, 12, -0.9, engine) == turn
