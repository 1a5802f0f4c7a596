"""Text outside tables: found in the ink of a page, cut out, and made into words with places."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SAMPLES
from shares import one_in

from extractors.deadline import Deadline
from extractors.pdf.document import PdfFile
from extractors.pdf.page import read_page
from gouji.grids import Line
from gouji.model import Box, FailureKind
from ocr.engine import Engine, Probabilities, Quad, Recognition
from ocr.image import PageImage, Pixels
from ocr.ink import find_ink
from ocr.lines import TextLineBox, find_lines, read_lines
from ocr.lines.find import in_reading_order
from ocr.recognition import NARROWED, WIDTHS, input_width, narrowed, padded_width

SCALE = 3.0
NO_SIGNS: Probabilities = np.zeros((1, 2), np.float32)


def unfilled(crop: Pixels) -> int:
    """Columns of the recogniser's input that hold nothing of the crop."""
    return padded_width(input_width(crop)) - input_width(crop)


def paper(width: float = 400, height: float = 300) -> Pixels:
    return np.full((round(height * SCALE), round(width * SCALE)), 255, np.uint8)


def block(pixels: Pixels, left: float, top: float, size: float = 10.0) -> None:
    """日 of thin strokes for type of ``size`` points, nine tenths as high and wide."""
    x, y, end = round(left * SCALE), round(top * SCALE), round(0.9 * size * SCALE)
    stroke = max(round(0.05 * size * SCALE), 1)
    for at in (0, end // 2, end - stroke):
        pixels[y + at : y + at + stroke, x : x + end] = 0
    for at in (0, end - stroke):
        pixels[y : y + end, x + at : x + at + stroke] = 0


def typed(pixels: Pixels, left: float, top: float, count: int, size: float = 10.0) -> Box:
    for number in range(count):
        block(pixels, left + number * size, top, size)
    return Box(left, top, left + (count - 0.1) * size, top + 0.9 * size)


def page(pixels: Pixels) -> PageImage:
    return PageImage(np.repeat(pixels[:, :, None], 3, axis=2), SCALE)


def found(pixels: Pixels, tables: Sequence[Box] = (), rules: Pixels | None = None) -> list[Box]:
    image = page(pixels)
    return [line.box for line in find_lines(image, find_ink(image), rules, tables).lines]


def same(one: Box, other: Box, by: float = 1.2) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one.as_list(), other.as_list(), strict=True))


@settings(max_examples=12, deadline=None)
@given(
    counts=st.lists(st.integers(1, 20), min_size=1, max_size=8),
    leading=st.floats(1.25, 2.0),
    size=st.floats(7.0, 12.0),
    left=st.floats(5.0, 40.0),
)
def test_every_line_is_found_once(
    counts: list[int], leading: float, size: float, left: float
) -> None:
    pixels = paper(300, 210)
    expected = [
        typed(pixels, left, 10 + number * leading * size, count, size)
        for number, count in enumerate(counts)
    ]
    lines = found(pixels)
    assert len(lines) == len(expected)
    assert all(same(one, other) for one, other in zip(lines, expected, strict=True))


def test_wide_gaps_part_words_and_the_order_is_that_of_reading() -> None:
    pixels = paper()
    words = [
        typed(pixels, 20, 20, 5),
        typed(pixels, 200, 21, 3),
        typed(pixels, 20, 40, 2),
        typed(pixels, 90, 39, 2),
    ]
    assert all(same(a, b) for a, b in zip(found(pixels), words, strict=True))


def test_a_title_in_large_type_stands_among_small_lines() -> None:
    pixels = paper(400, 400)
    title = typed(pixels, 60, 20, 9, size=24)
    lines = [typed(pixels, 20, 70 + 16 * n, 30, size=9) for n in range(15)]
    number = typed(pixels, 190, 380, 1, size=8)
    boxes = found(pixels)
    assert all(same(a, b) for a, b in zip(boxes, [title, *lines, number], strict=True))


def test_what_lies_in_a_table_or_is_a_rule_is_no_line() -> None:
    pixels = paper()
    line = typed(pixels, 20, 20, 10)
    typed(pixels, 60, 120, 4)
    rules = np.zeros_like(pixels)
    for y in (300, 450):
        pixels[y : y + 3, 120:1050] = 0
        rules[y : y + 3, 120:1050] = 255
    below = typed(pixels, 40, 155, 12)
    boxes = found(pixels, [Box(40, 100, 350, 150)], rules)
    assert all(same(a, b) for a, b in zip(boxes, [line, below], strict=True))


def test_characters_of_flat_strokes_belong_to_their_line() -> None:
    """一, 二 and 三 have strokes that a rule finder takes for short rules."""
    pixels = paper()
    typed(pixels, 20, 20, 4)
    x, y = round(60 * SCALE), round(20 * SCALE)
    rules = np.zeros_like(pixels)
    for at in (0, 12, 24):
        pixels[y + at : y + at + 2, x : x + 27] = 0
        rules[y + at : y + at + 2, x : x + 27] = 255
    typed(pixels, 70, 20, 4)
    (box,) = found(pixels, rules=rules)
    assert same(box, Box(20, 20, 109, 29))


def test_lines_that_touch_are_parted() -> None:
    pixels = paper()
    upper, lower = typed(pixels, 20, 20, 30), typed(pixels, 20, 33, 30)
    pixels[round(20 * SCALE) : round(42 * SCALE), round(66 * SCALE) : round(67 * SCALE)] = 0
    boxes = found(pixels)
    assert len(boxes) == 2
    assert same(boxes[0], upper, 3.0)
    assert same(boxes[1], lower, 3.0)


def test_pages_without_type_have_no_lines() -> None:
    rng = np.random.default_rng(1)
    noise = np.clip(rng.normal(230, 8, paper().shape), 0, 255).astype(np.uint8)
    for pixels in (paper(), np.zeros_like(paper()), noise):
        assert found(pixels) == []


@given(
    boxes=st.lists(
        st.tuples(st.floats(0, 500), st.floats(0, 700), st.floats(1, 90), st.floats(4, 30)),
        max_size=30,
    )
)
def test_the_reading_order_loses_nothing_and_does_not_depend_on_the_order_given(
    boxes: list[tuple[float, float, float, float]],
) -> None:
    lines = [TextLineBox(Box(x, y, x + w, y + h), h) for x, y, w, h in boxes]
    ordered = in_reading_order(lines)
    assert sorted(line.box for line in ordered) == sorted(line.box for line in lines)
    assert [line.box for line in in_reading_order(lines[::-1])] == [line.box for line in ordered]


# The detector


class Detects:
    """An engine that knows one slanting line and says of every crop how wide it is."""

    name = "fake"

    def __init__(self) -> None:
        self.asked = 0
        self.crops: list[Pixels] = []

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        self.crops.extend(crops)
        return [Recognition("字" * 4, 0.9, _spread(crop, 4), NO_SIGNS) for crop in crops]

    def detect(self, image: Pixels) -> list[Quad]:
        self.asked += 1
        return [((60.0, 150.0), (660.0, 210.0), (657.0, 240.0), (57.0, 180.0))]

    def orientation(self, image: Pixels) -> dict[int, float]:
        raise AssertionError("not asked")


def _spread(crop: Pixels, count: int) -> tuple[float, ...]:
    return tuple(crop.shape[1] * i / count for i in range(count + 1))


def textured() -> Pixels:
    """Type on a ground of specks, as a security pattern or a bad photocopy has."""
    pixels = paper()
    for number in range(8):
        typed(pixels, 20, 20 + 20 * number, 25)
    rng = np.random.default_rng(2)
    pixels[rng.random(pixels.shape) < 0.08] = 90
    return pixels


def test_the_detector_is_asked_only_where_the_ink_is_not_type() -> None:
    engine = Detects()
    clean = paper()
    typed(clean, 20, 20, 25)
    image = page(clean)
    assert not find_lines(image, find_ink(image), engine=engine).detected
    assert engine.asked == 0
    image = page(textured())
    result = find_lines(image, find_ink(image), engine=engine)
    assert result.detected
    assert engine.asked == 1
    (line,) = result.lines
    assert line.quad is not None
    assert same(line.box, Box(19, 50, 220, 80), 0.1)
    inside = find_lines(image, find_ink(image), tables=[Box(0, 40, 300, 90)], engine=engine)
    assert inside.lines == ()


def test_a_slanting_line_is_made_level_before_it_is_read() -> None:
    pixels = paper()
    typed(pixels, 20, 50, 20)
    turn = cv2.getRotationMatrix2D((60.0, 150.0), -5.7, 1.0)
    image = page(cv2.warpAffine(pixels, turn, pixels.shape[::-1], borderValue=255).astype(np.uint8))
    engine = Detects()
    quad = tuple((float(x), float(y)) for x, y in cv2.transform(
        np.array([[(57, 147), (660, 147), (660, 181.5), (57, 181.5)]], np.float32), turn
    )[0] / SCALE)  # fmt: skip
    line = TextLineBox(Box(19, 49, 220, 80), 11.0, quad)  # type: ignore[arg-type]
    (word,) = read_lines(image, [line], engine)
    (crop,) = engine.crops
    dark = (crop[:, :, 0] < 128).any(axis=1)
    assert crop.shape[0] == pytest.approx(11.5 * SCALE, abs=2)
    assert 8 * SCALE <= np.count_nonzero(dark) <= 10.5 * SCALE, (
        "level characters fill their own height only"
    )
    assert word.edges[0] == pytest.approx(19, abs=1)
    assert word.edges[-1] == pytest.approx(220, abs=1)


@pytest.mark.parametrize("narrow", [False, True])
def test_a_long_line_is_cut_between_characters_and_none_is_lost(narrow: bool) -> None:
    pixels = paper(900, 60)
    typed(pixels, 10, 20, 85)
    image = page(pixels)
    engine = Detects()
    words = read_lines(image, find_lines(image, find_ink(image)).lines, engine, narrow=narrow)
    assert len(engine.crops) == 3
    wide = sum(crop.shape[1] for crop in engine.crops)
    if narrow:  # by no more than was measured, and no column is filled up
        assert NARROWED * 850 * SCALE - 20 <= wide < 0.9 * 850 * SCALE
        assert all(unfilled(crop) <= 2 for crop in engine.crops)
    else:
        assert wide == pytest.approx(850 * SCALE, abs=20)
    for crop in engine.crops:  # made narrower: a column has a third of the one beside it
        assert crop[:, 0].min() > 170
        assert crop[:, -1].min() > 170
        assert crop.shape[1] <= 50 * crop.shape[0]
    for word in words:
        assert len(word.edges) == len(word.text) + 1
        assert list(word.edges) == sorted(word.edges)
        assert word.box.left <= word.edges[0]
        assert word.edges[-1] <= word.box.right


@given(rows=st.integers(8, 120), heights=st.floats(0.2, 90))
def test_a_crop_of_words_fills_what_is_computed_and_numbers_stay(rows: int, heights: float) -> None:
    crop = np.full((rows, max(round(rows * heights), 1)), 255, np.uint8)
    shown = narrowed(crop)
    assert shown.shape[0] == rows
    if crop.shape[1] < 5 * rows or input_width(crop) < WIDTHS[0]:
        assert shown is crop
        return
    assert padded_width(input_width(shown)) <= padded_width(input_width(crop))
    if shown is not crop:
        assert unfilled(shown) <= 48 / rows + 1  # what a whole column of the crop is there
        least = min(NARROWED * input_width(crop), WIDTHS[-1])
        assert input_width(shown) >= least - 48 / rows - 1


def test_the_type_size_is_told_by_the_kind_of_character() -> None:
    pixels = paper()
    typed(pixels, 20, 20, 4, size=12)
    image = page(pixels)
    lines = find_lines(image, find_ink(image)).lines

    class ReadsDigits(Detects):
        def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
            return [Recognition("2024", 0.9, _spread(crop, 4), NO_SIGNS) for crop in crops]

    (chinese,), (digits,) = (
        read_lines(image, lines, engine) for engine in (Detects(), ReadsDigits())
    )
    assert chinese.size == pytest.approx(12, abs=0.7)
    assert digits.size > chinese.size


# With the real engine


@cache
def printed(path: Path) -> tuple[Pixels, float, tuple[Line, ...], tuple[Box, ...]]:
    """The first page at 200 dpi, with its lines and tables as the text layer has them."""
    with PdfFile(path.read_bytes()) as file, file.page(1) as opened:
        reading = read_page(opened, Deadline.after(60, FailureKind.PAGE_TIMEOUT))
        bitmap = opened.render(200 / 72, red_first=True)
        pixels = np.array(bitmap.to_numpy()[:, :, :3], np.uint8)
        scale = pixels.shape[1] / opened.frame.width
    return pixels, scale, reading.lines, tuple(table.box for table in reading.tables)


@pytest.mark.slow
@pytest.mark.parametrize("name", one_in(2, ["t21_plain", "t19_large_values"]))
def test_the_lines_of_a_sample_read_as_printed(name: str, engine: Engine) -> None:
    pixels, scale, lines, tables = printed(SAMPLES / f"{name}.pdf")
    image = PageImage(pixels, scale)
    boxes = find_lines(image, find_ink(image), None, tables).lines
    for line in lines:
        assert any(box.box.contains(line.box.center_x, line.box.center_y) for box in boxes), line
    some = [box for box in boxes if box.box.top < 260]
    said = "".join(word.text for word in read_lines(image, some, engine))
    wanted = "".join(line.text for line in lines if line.box.top < 255).replace("\t", "")
    missing = set(wanted) - set(said) - set(" ，。：；（）")
    assert len(missing) <= 1, missing
