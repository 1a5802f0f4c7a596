"""Rules along cells' sides are taken away to their edges, whatever they are drawn with."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from shares import one_in

from gouji.model.geometry import Box
from ocr.cells import read_cells
from ocr.cells.ink import page_ink
from ocr.engine import Engine
from ocr.grid import RasterGrid, find_grid
from ocr.image import PageImage, Pixels
from ocr.ruled import inner_borders, rules_along

PAPER, RULE, INK = 250, 25, 40
XS = (40, 130, 200, 270, 340, 410)  # points
YS = (60, 84, 108, 132, 170, 194)
SANS = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf")
CELLS = tuple(itertools.product(range(len(XS) - 1), range(len(YS) - 1)))
FINE = 4  # drawn so many times larger: edges of rules are grey


def printed(dpi: int, thickness: float, dash: float, gap: float) -> tuple[Pixels, Pixels]:
    """A table whose rules have no character in the mask, and its type alone; points, grey."""
    scale = dpi / 72
    size = (round(240 * scale), round(450 * scale))
    rules = np.full((size[0] * FINE, size[1] * FINE), PAPER, np.uint8)
    for x in XS:
        stroke(rules, scale * FINE, (x, YS[0]), (x, YS[-1]), thickness, (dash, gap))
    for y in YS:
        stroke(rules, scale * FINE, (XS[0], y), (XS[-1], y), thickness, (dash, gap))
    drawn = cv2.resize(rules, size[::-1], interpolation=cv2.INTER_AREA)
    typed = np.full(size, PAPER, np.uint8)
    for number, (column, row) in enumerate(CELLS):
        place = (XS[column] + thickness / 2 + 4, YS[row + 1] - thickness / 2 - 5)
        write(typed, scale, place, str(number * 37))
    write(typed, scale, (45, 40), "EHTLIF 0123 HEEL THE FIELD")
    return np.minimum(drawn, typed), typed


def stroke(
    page: Pixels, unit: float, first: tuple[float, float], last: tuple[float, float],
    thickness: float, dashes: tuple[float, float],
) -> None:  # fmt: skip
    """A straight rule of dashes and gaps, filled with RULE, as wide as ``thickness``."""
    dash, gap = dashes
    down = first[0] == last[0]
    begin, end = (first[1], last[1]) if down else (first[0], last[0])
    while begin < end:
        until = min(begin + dash, end)
        half = thickness / 2
        box = (
            (first[0] - half, begin, first[0] + half, until)
            if down
            else (begin, first[1] - half, until, first[1] + half)
        )
        left, top, right, bottom = (round(v * unit) for v in box)
        page[top : max(bottom, top + 1), left : max(right, left + 1)] = RULE
        begin += dash + gap


def write(page: Pixels, scale: float, place: tuple[float, float], text: str) -> None:
    at = (round(place[0] * scale), round(place[1] * scale))
    thick = max(1, round(0.5 * scale))
    cv2.putText(page, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.33 * scale, INK, thick, cv2.LINE_AA)


def left_beside_type(grid: RasterGrid, page: PageImage, typed: Pixels) -> float:
    """Of the ink that is left without rules the share that is no type."""
    ink = page_ink(page.pixels, page.scale, grid.rules.mask).components.labels > 0
    near = cv2.dilate((typed < PAPER - 20).astype(np.uint8), np.ones((5, 5), np.uint8))
    return float(np.count_nonzero(ink & (near == 0)) / max(1, np.count_nonzero(ink)))


def kept_of_type(grid: RasterGrid, page: PageImage, typed: Pixels) -> float:
    """The share of the type that is still there without rules."""
    clean = page_ink(page.pixels, page.scale, grid.rules.mask).clean
    return float((clean[typed < 100] < 150).mean())


@pytest.mark.parametrize(
    ("dpi", "thickness", "dash", "gap"),
    one_in(3, [
        (150, 0.3, 8.0, 2.5), (300, 0.75, 8.0, 2.5), (200, 1.5, 8.0, 2.5), (200, 3.0, 8.0, 2.5),
        (150, 0.75, 5.0, 2.0), (200, 1.5, 5.0, 2.0), (150, 2.25, 5.0, 2.0), (300, 2.25, 5.0, 2.0),
        (150, 0.75, 1.0, 1.0), (200, 1.5, 1.5, 1.5), (150, 3.0, 500.0, 0.0), (300, 3.0, 500.0, 0.0),
    ]),
)  # fmt: skip
def test_dashes_dots_and_thick_rules_leave_clean_cells(
    dpi: int, thickness: float, dash: float, gap: float
) -> None:
    grey, typed = printed(dpi, thickness, dash, gap)
    page = PageImage(np.dstack([grey] * 3), dpi / 72)
    grid = find_grid(page)
    assert any(len(lattice.cells) == len(CELLS) for lattice in grid.lattices)
    assert left_beside_type(grid, page, typed) <= 0.005
    assert kept_of_type(grid, page, typed) >= 0.98


def test_digits_one_above_the_other_are_no_dashed_rule() -> None:
    """A column of ones stands in line as dashes do."""
    scale = 200 / 72
    grey, typed = printed(200, 0.75, 500.0, 0.0)
    for row in range(len(YS) - 1):
        for page in (grey, typed):
            write(page, scale, (XS[-1] - 30, YS[row + 1] - 8), "1")
    page = PageImage(np.dstack([grey] * 3), scale)
    assert kept_of_type(find_grid(page), page, typed) >= 0.98


@pytest.mark.parametrize("dpi", [150, 200])
@pytest.mark.parametrize("away", one_in(2, [1, 2]))
def test_between_a_rule_and_the_digit_beside_it_nothing_is_left(dpi: int, away: int) -> None:
    """Blur darkens the white between them, a pixel or two wide."""
    scale = dpi / 72
    grey, _ = printed(dpi, 0.75, 500.0, 0.0)
    typed = np.full(grey.shape, PAPER, np.uint8)
    edge = round((XS[2] + 0.375) * scale) + 1
    high = round(6 * scale)
    for row in range(len(YS) - 1):
        middle = round((YS[row] + YS[row + 1]) / 2 * scale)
        half = round(0.28 * high)
        oval = (edge + away + half + 1, middle)
        cv2.ellipse(typed, oval, (half, high // 2), 0, 0, 360, INK, 1, cv2.LINE_AA)
    blurred = cv2.GaussianBlur(np.minimum(grey, typed), (0, 0), 0.7)
    page = PageImage(np.dstack([blurred] * 3), scale)
    ink = page_ink(page.pixels, scale, find_grid(page).rules.mask).components
    ovals = np.unique(ink.labels[:, edge - 2 : edge + 2 * high][: round(YS[-1] * scale)])
    lefts = [
        int(ink.left[piece])
        for piece in ovals
        if piece and ink.bottom[piece] - ink.top[piece] > high / 2
    ]
    assert len(lefts) >= len(YS) - 1
    assert min(lefts) >= edge + away - 1


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_a_digit_beside_the_gap_between_two_dashes_keeps_its_stroke(dpi: int) -> None:
    scale = dpi / 72
    size = (round(240 * scale), round(450 * scale))
    grey, typed = printed(dpi, 2.25, 8.0, 2.5)
    beside = np.full(size, PAPER, np.uint8)
    for number in range(30):  # the strokes of digits, at every place along the rule
        top = round((YS[0] + 4 + number * 4) * scale)
        left = round((XS[2] + 1.125 + 1.0) * scale)
        beside[top : top + round(2.5 * scale), left : left + max(1, round(0.6 * scale))] = INK
    both = np.minimum(np.minimum(grey, beside), typed)
    page = PageImage(np.dstack([both] * 3), scale)
    grid = find_grid(page)
    mask = rules_along(
        grid.rules.ink.darkness,
        [tuple(round(v * scale) for v in (XS[i], YS[0], XS[i + 1], YS[-1])) for i in range(5)],
        20,
        9 * scale,
    )
    assert (mask[(beside < 100) & (grey > 200)] == 0).mean() >= 0.95
    assert (mask[grey < 60] > 0).mean() > 0.1


FACE = Path("/usr/share/fonts/opentype/urw-base35/NimbusRoman-Regular.otf")


def beside_rules(
    texts: Sequence[str], dpi: int, away: int, blur: float, *, left: bool = False
) -> tuple[PageImage, Pixels, list[Box], list[int]]:
    """Numbers ``away`` pixels from an upright rule of 0.75 points, all of it blurred: the page,
    its rules as far as they are half dark, the cells, and where the paper beside the rule begins.
    """
    if not FACE.exists():
        pytest.skip(f"the font {FACE.name} is not installed")
    scale, high, wide = dpi / 72, 22, 50
    unit = scale * FINE
    size = (round((wide + 60) * scale), round((high * len(texts) + 40) * scale))
    sheet = Image.new("L", (size[0] * FINE, size[1] * FINE), PAPER)
    pen = ImageDraw.Draw(sheet)
    mask = np.zeros(size[::-1], bool)
    sides = [round(30 * scale), round((30 + wide) * scale)]  # pixels
    thick = max(1, round(0.75 * scale))
    lines = [round((20 + high * row) * scale) for row in range(len(texts) + 1)]
    for x in sides:
        box = (x * FINE, lines[0] * FINE, (x + thick) * FINE - 1, lines[-1] * FINE)
        pen.rectangle(box, fill=RULE)
        mask[lines[0] : lines[-1], x : x + thick] = True
    for y in lines:
        pen.rectangle((sides[0] * FINE, y * FINE, sides[1] * FINE, (y + thick) * FINE - 1), RULE)
        mask[y : y + thick, sides[0] : sides[1]] = True
    face = ImageFont.truetype(str(FACE), round(10.5 * unit))
    boxes = []
    for row, text in enumerate(texts):
        ink = pen.textbbox((0, 0), text, font=face)
        middle = (lines[row] + lines[row + 1]) / 2 * FINE - (ink[1] + ink[3]) / 2
        right = (sides[1] - away) * FINE - ink[2]
        begin = (sides[0] + thick + away) * FINE - ink[0]
        pen.text((begin if left else right, middle), text, font=face, fill=INK)
        edges = (sides[0], lines[row], sides[1] + thick, lines[row + 1])
        boxes.append(Box(*(v / scale for v in edges)))
    grey = np.asarray(sheet.resize(size, Image.Resampling.BOX))
    grey = cv2.GaussianBlur(grey, (0, 0), blur)
    return PageImage(np.dstack([grey] * 3), scale), mask, boxes, [sides[0] + thick, sides[1]]


BESIDE = ["28", "86", "0", "9", "46", "3"]


@pytest.mark.parametrize("left", [False, True], ids=["right", "left"])
@pytest.mark.parametrize(
    ("dpi", "away", "blur"), one_in(3, [(110, 1, 0.9), (130, 2, 1.2), (150, 1, 1.0)])
)
def test_the_soft_edge_of_a_rule_is_no_one(
    engine: Engine, dpi: int, away: int, blur: float, left: bool
) -> None:
    page, mask, boxes, _ = beside_rules(BESIDE, dpi, away, blur, left=left)
    cells = read_cells(page, mask, boxes, engine, kinds=["value"] * len(boxes))
    assert [cell.text for cell in cells] == BESIDE


@pytest.mark.parametrize("left", [False, True], ids=["right", "left"])
@pytest.mark.parametrize(("dpi", "away", "blur"), [(110, 2, 0.9), (130, 2, 1.0), (150, 1, 1.0)])
def test_a_one_beside_a_rule_stays(
    engine: Engine, dpi: int, away: int, blur: float, left: bool
) -> None:
    ones = ["121", "11", "181", "1"]
    page, mask, boxes, _ = beside_rules(ones, dpi, away, blur, left=left)
    cells = read_cells(page, mask, boxes, engine, kinds=["value"] * len(boxes))
    assert [cell.text for cell in cells] == ones
    # What a rule leaves of a digit is read as a 1 as well: at 7 pixels they cannot be told apart.
    assert min(cell.confidence for cell in cells) > (0.8 if dpi > 110 else 0.5)


@pytest.mark.parametrize("away", [0, 1, 2])
@pytest.mark.parametrize(("dpi", "blur"), [(110, 0.9), (130, 1.2), (150, 1.0)])
def test_of_a_rule_s_blur_nothing_is_left_beside_digits(dpi: int, blur: float, away: int) -> None:
    """Beside the rule stands what would stand there without it."""
    page, mask, _, sides = beside_rules(BESIDE, dpi, away, blur)
    bare, _, _, _ = beside_rules([""] * len(BESIDE), dpi, away, blur)
    darkness = 255 - page.pixels[..., 0].astype(float)
    alone = darkness - (255.0 - bare.pixels[..., 0])
    clean = page_ink(page.pixels, page.scale, mask).clean
    beside = slice(sides[1] - 3, sides[1])
    digits = alone[:, beside] > 60
    over = 255.0 - clean[:, beside] - alone[:, beside]
    assert over[~digits].max() <= 40
    assert over[digits].mean() >= -0.4 * alone[:, beside][digits].mean()


@pytest.mark.parametrize(("dpi", "pale"), one_in(3, [(130, 150), (150, 130), (150, 150)]))
def test_a_pale_stroke_on_a_rule_is_no_sure_one(engine: Engine, dpi: int, pale: int) -> None:
    """Blur that a rule has only there, or a faint 1: both numbers are told, none surely."""
    texts = ["28", "86", "46", "30"]
    page, mask, boxes, sides = beside_rules(texts, dpi, 4, 0.7)
    pixels = page.pixels.copy()
    for box in boxes:
        middle, half = round(box.center_y * page.scale), round(3.4 * page.scale)
        part = pixels[middle - half : middle + half, sides[1] - 2 : sides[1]]
        np.minimum(part, pale, out=part)
    cells = read_cells(
        PageImage(pixels, page.scale), mask, boxes, engine, kinds=["value"] * len(boxes)
    )
    for cell, text in zip(cells, texts, strict=True):
        assert text in [other for other, _ in cell.candidates]
        assert cell.text == text or cell.confidence < 0.9


def test_two_rows_that_go_on_from_the_page_before_keep_their_columns() -> None:
    """Their table has no rule at its top, and its inner rule is as short as they are."""
    scale = 200 / 72
    page = np.full((round(420 * scale), round(500 * scale)), 250, np.uint8)

    def line(x0: float, y0: float, x1: float, y1: float) -> None:
        ends = ((round(x0 * scale), round(y0 * scale)), (round(x1 * scale), round(y1 * scale)))
        cv2.line(page, *ends, 80, 2)

    for x in (60, 220, 440):
        line(x, 90, x, 134)
    for y in (117, 134):
        line(60, y, 440, y)
    for x in (60, 250, 290, 340, 440):
        line(x, 170, x, 300)
    for y in range(170, 301, 26):
        line(60, y, 440, y)
    for x in (100, 300):
        for y in (108, 130, *range(187, 300, 26)):
            place = (round(x * scale), round(y * scale))
            cv2.putText(
                page, "8905", place, cv2.FONT_HERSHEY_SIMPLEX, 0.52 * scale, 30, 2, cv2.LINE_AA
            )
    grid = find_grid(PageImage(np.dstack([page] * 3), scale))
    first = min(grid.lattices, key=lambda lattice: lattice.box.top)
    assert (len(first.ys) - 1, len(first.xs) - 1, len(first.cells)) == (2, 2, 4)


@pytest.mark.parametrize("text", ["0", "8", "61", "88"])
@pytest.mark.parametrize(("dpi", "away"), [(300, 1.6), (150, 1.8)])
def test_digits_set_close_to_a_rule_are_no_frame_of_their_cells(
    text: str, dpi: int, away: float
) -> None:
    """Their left strokes stand one above the other, as the second rule of two does."""
    row, size = 14.2, 10.4
    scale = dpi / 72
    tops = [60 + row * n for n in range(12)]
    grey = np.full((round(280 * scale), round(450 * scale)), PAPER, np.uint8)
    for y in tops:
        cv2.line(
            grey,
            (round(40 * scale), round(y * scale)),
            (round(410 * scale), round(y * scale)),
            RULE,
            3,
        )
    for x in XS:
        cv2.line(
            grey,
            (round(x * scale), round(60 * scale)),
            (round(x * scale), round(tops[-1] * scale)),
            RULE,
            3,
        )
    typed = np.full(grey.shape, PAPER, np.uint8)
    font = (
        ImageFont.truetype(str(SANS), round(size * scale))
        if SANS.exists()
        else pytest.skip("no font")
    )
    drawn = Image.fromarray(typed)
    pen = ImageDraw.Draw(drawn)
    for number, top in enumerate(tops[:-1]):
        for x in XS[:-1]:
            said = text if (number + round(x)) % 3 else "7"
            pen.text(((x + away) * scale, (top + row / 2) * scale), said, INK, font, anchor="lm")
    typed = np.asarray(drawn)
    page = PageImage(np.dstack([np.minimum(grey, typed)] * 3), scale)
    assert kept_of_type(find_grid(page), page, typed) >= 0.98


@pytest.mark.parametrize("noise", [30, 45])
def test_noise_is_no_second_rule_inside_the_cells(noise: float) -> None:
    """In the grain of a bad copy every row has pixels as dark as a faint border."""
    rng = np.random.default_rng(noise)
    grain = cv2.GaussianBlur(rng.normal(0, noise, (460, 460)), (3, 3), 0)
    dark = np.clip(np.abs(grain), 0, 255).astype(np.uint8)
    mask = np.zeros_like(dark)
    cells = [(x, y, x + 50, y + 44) for y in range(20, 420, 44) for x in range(20, 420, 50)]
    for left, top, right, bottom in cells:
        for picture, value in ((mask, 255), (dark, 80)):
            cv2.rectangle(picture, (left, top), (right, bottom), (value,), 3)
    found = inner_borders(dark, mask, cells, 24, 20.0)
    assert found is None or not (found & ~mask).any()
