"""The engines on lines of text drawn here: what they read, and that company changes nothing."""

from __future__ import annotations

import random
from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from shares import one_in

from gouji.model.errors import EngineMissing, WrongUsage
from ocr.charset import Charset
from ocr.decoding import number_candidates
from ocr.engine import SIGNS, Engine, Recognition
from ocr.engines import EngineSettings, default_engine, open_engine
from ocr.image import Pixels
from samples.generator.fonts import FONTS

NUMBERS = ["0", "7", "12", "305", "1048", "59237.2449", "+19", "-38", "3,360,439", "43.788万元"]
LABELS = [
    "一、本年新收政府信息公开申请数量",
    "2.其他法律行政法规禁止公开",
    "自然人",
    "行政规范性文件",
]


ENGINES = ["openvino", pytest.param("paddle", marks=pytest.mark.slow)]  # 3 s until it is imported


@cache
def engine(name: str = "openvino") -> Engine:
    return open_engine(EngineSettings(name))


def line(text: str, font: str = "noto-serif", size: int = 30, grey: bool = False) -> Pixels:
    face = FONTS[font]
    face.check()
    letters = ImageFont.truetype(face.path, size, index=face.index)
    width = round(letters.getlength(text)) + size // 2
    image = Image.new("L" if grey else "RGB", (width, round(1.5 * size)), "white")
    ImageDraw.Draw(image).text((width / 2, 0.75 * size), text, "black", letters, anchor="mm")
    return np.asarray(image)


def noise(seed: int, rows: int, columns: int) -> Pixels:
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (rows, columns, 3), dtype=np.uint8)


@cache
def some_crops() -> tuple[Pixels, ...]:
    drawn = [line(text, size=size) for text, size in zip(NUMBERS, range(14, 44, 3), strict=True)]
    return (*drawn, line("自然人"), noise(1, 20, 31), noise(2, 60, 60), line("0"))


@cache
def alone() -> tuple[Recognition, ...]:
    return tuple(engine().recognise([crop])[0] for crop in some_crops())


def same(one: Recognition, other: Recognition) -> bool:
    facts = (one.text, one.confidence, one.edges) == (other.text, other.confidence, other.edges)
    return facts and one.signs.tobytes() == other.signs.tobytes()


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("font", one_in(3, ["noto-serif", "uming", "microhei"]))
def test_clear_numbers_and_labels_are_read(name: str, font: str) -> None:
    texts = NUMBERS + LABELS
    found = engine(name).recognise([line(text, font) for text in texts])
    assert [reading.text.replace(" ", "") for reading in found] == texts
    assert all(reading.confidence > 0.8 for reading in found)
    for text, reading in zip(NUMBERS, found, strict=False):
        best, probability = number_candidates(reading.signs)[0]
        assert best == text
        assert probability > 0.5


@pytest.mark.slow
def test_both_engines_read_the_same_from_the_same_weights() -> None:
    for ours, theirs in zip(alone(), engine("paddle").recognise(some_crops()), strict=True):
        assert ours.text == theirs.text
        assert ours.edges == theirs.edges
        # at which step a character is seen may differ; what number it is may not
        numbers, others = (dict(number_candidates(each.signs)) for each in (ours, theirs))
        for text in numbers | others:
            assert numbers.get(text, 0.0) == pytest.approx(others.get(text, 0.0), abs=0.005)


def damaged(crop: Pixels, damage: random.Random) -> Pixels:
    """Smaller, blurred, paler and noisy."""
    pale, spread = damage.uniform(0.5, 1), damage.uniform(0.2, 1.4)
    small = cv2.resize(crop, None, fx=(f := damage.uniform(0.4, 1)), fy=f)
    blurred = cv2.GaussianBlur(small, (0, 0), spread).astype(np.float64)
    grain = np.random.default_rng(damage.randrange(10**6)).normal(0, 8, blurred.shape)
    return np.clip(255 - (255 - blurred) * pale + grain, 0, 255).astype(np.uint8)


@pytest.mark.slow
def test_reduced_precision_reads_no_other_text() -> None:
    # `paddle` computes in full precision; `openvino` does where reduced precision is in doubt.
    damage = random.Random(11)
    texts = [*NUMBERS, *LABELS, "/", "—", "8", "6", "10", "171"]
    crops = [damaged(line(damage.choice(texts)), damage) for _ in range(300)]
    ours, theirs = engine().recognise(crops), engine("paddle").recognise(crops)
    assert [one.text for one in ours] == [other.text for other in theirs]
    assert len({one.text for one in ours}) > len(texts)  # some are hard enough to be misread


CHARACTERS = Charset.of(sorted({*SIGNS, *"，：:自然人政府公开信息"}))


def steps(*probable: tuple[str, float, str, float]) -> bool:
    from ocr.openvino_engine import says_one_text

    """Whether steps with these best two characters say one text."""
    place = CHARACTERS.characters.index
    best = np.array([(place(a), place(b)) for a, _, b, _ in probable], np.int32)
    height = np.array([(p, q) for _, p, _, q in probable], np.float32)
    return says_one_text(best, height, CHARACTERS)


WORDS = [("自", 0.99, "", 0.01), ("然", 0.99, "", 0.01)]


@pytest.mark.parametrize(
    ("doubtful", "one_text"),
    [
        ([("7", 0.99, "", 0.01)], True),
        ([("7", 0.99, "", 0.01), ("7", 0.55, "", 0.44)], True),  # where a sign ends
        ([("7", 0.99, "", 0.01), ("", 0.55, "7", 0.44), ("7", 0.99, "", 0.01)], False),  # 77 or 7
        ([("7", 0.7, "1", 0.29)], False),
        ([("7", 0.7, "", 0.01)], False),  # what the others say together is not known
        ([*WORDS, ("，", 0.5, ",", 0.49)], False),
        ([*WORDS, ("：", 0.4, ":", 0.2)], False),
        ([*WORDS, ("", 0.5, " ", 0.49)], False),
        ([*WORDS, ("人", 0.8, "公", 0.1)], True),
        ([*WORDS, ("人", 0.6, "公", 0.3)], False),
        ([*WORDS, ("7", 0.8, "1", 0.1)], False),  # digits among words as in numbers
        ([("，", 0.5, ",", 0.49)], False),  # in a number it is a sign
    ],
)
def test_a_close_call_matters_where_it_makes_another_text(
    doubtful: list[tuple[str, float, str, float]], one_text: bool
) -> None:
    assert steps(*doubtful) is one_text


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(st.permutations(range(len(some_crops()))), st.integers(1, len(some_crops())))
def test_company_changes_no_bit_of_a_reading(order: list[int], at: int) -> None:
    crops = some_crops()
    parts = [part for part in (order[:at], order[at:]) if part]
    found = [engine().recognise([crops[place] for place in part]) for part in parts]
    for place, reading in zip(order, [r for part in found for r in part], strict=True):
        assert same(reading, alone()[place])


@pytest.mark.slow
def test_neither_threads_nor_another_engine_of_the_same_kind_change_a_bit() -> None:
    several = open_engine(EngineSettings("openvino", threads=3))
    found = several.recognise(some_crops())
    assert all(same(one, other) for one, other in zip(found, alone(), strict=True))


@pytest.mark.slow
def test_grey_reads_as_colour() -> None:
    colour, grey = engine().recognise([line("1048"), line("1048", grey=True)])
    assert same(colour, grey)


def test_characters_start_where_they_are_drawn() -> None:
    text = "本年新收政府信息"
    (reading,) = engine().recognise([line(text, size=40)])
    assert reading.text == text
    assert len(reading.edges) == len(text) + 1
    assert list(reading.edges) == sorted(reading.edges)
    for place, edge in enumerate(reading.edges):
        assert edge == pytest.approx(10 + 40 * place, abs=12)


def test_signs_are_probabilities() -> None:
    for reading in alone():
        assert reading.signs.shape[1] == len(SIGNS) + 2
        assert reading.signs.dtype == np.float32
        assert (reading.signs >= 0).all()
        np.testing.assert_allclose(reading.signs.sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize(
    "shape", [(0, 0, 3), (0, 9, 3), (9, 0, 3), (1, 1, 3), (1, 900, 3), (900, 1, 3), (7, 9999, 3)]
)
def test_no_crop_is_too_odd(shape: tuple[int, int, int]) -> None:
    blank = np.full(shape, 255, np.uint8)
    (reading,) = engine().recognise([blank])
    assert reading.text == ""
    assert reading.confidence == 1
    assert number_candidates(reading.signs)[0][0] == ""


def test_no_crops_give_no_readings() -> None:
    assert engine().recognise([]) == []


@cache
def page() -> Pixels:
    drawn = np.full((1754, 1240, 3), 255, np.uint8)
    texts = random.Random(4)
    for row in range(100, 1600, 100):
        crop = line(
            "".join(texts.sample("政府信息公开工作年度报告本机关依法主动申请", 14)), size=34
        )
        drawn[row : row + len(crop), 120 : 120 + crop.shape[1]] = crop
    return drawn


@pytest.mark.parametrize("name", ENGINES)
def test_lines_of_a_page_are_found_where_they_are(name: str) -> None:
    found = engine(name).detect(page())
    assert len(found) == 15
    for top, ((left, upper), (right, _), (_, lower), _) in zip(
        range(100, 1600, 100), found, strict=True
    ):
        assert top - 8 < upper < top + 16
        assert top + 35 < lower < top + 60
        assert 105 < left < 135
        assert 590 < right < 640


@pytest.mark.slow
def test_white_and_black_pages_have_no_lines() -> None:
    for shade in (0, 255):
        assert engine().detect(np.full((900, 700), shade, np.uint8)) == []
    assert engine().detect(np.zeros((0, 5), np.uint8)) == []


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("quarters", range(4))
def test_the_turn_that_sets_a_page_upright_is_the_most_probable(name: str, quarters: int) -> None:
    lying = np.ascontiguousarray(np.rot90(page(), quarters))  # turned anticlockwise
    turns = engine(name).orientation(lying)
    assert list(turns) == [0, 90, 180, 270]
    assert max(turns, key=lambda turn: turns[turn]) == 90 * quarters
    assert sum(turns.values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.slow
def test_the_default_is_the_fastest_that_is_there() -> None:
    assert default_engine().name == engine("openvino").name
    assert engine("openvino").name.startswith("openvino")


@pytest.mark.parametrize("name", ["auto", *ENGINES])
def test_missing_weights_say_what_to_do(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = tmp_path_factory.mktemp("models")
    with pytest.raises(EngineMissing, match="gouji models fetch"):
        open_engine(EngineSettings(name, models=empty))


def test_engines_that_are_not_there_are_refused() -> None:
    with pytest.raises(WrongUsage, match="tesseract"):
        open_engine(EngineSettings("tesseract"))
    with pytest.raises(WrongUsage, match="pinned weights"):
        open_engine(EngineSettings("openvino", recognition="PP-OCRv6_medium_rec"))
