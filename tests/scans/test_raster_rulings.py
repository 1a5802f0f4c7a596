"""Rulings and grids from pixels: what is drawn is found again, what is type stays type."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import SAMPLES
from ruled_pages import PAPER, SCALE, Drawn, assert_found, page_of, picture, with_head, write
from shares import one_in

from extractors.deadline import Deadline
from extractors.pdf.document import PdfFile
from extractors.pdf.rulings import read_drawing
from extractors.pdf.text import read_text
from gouji.grids.lattice import find_lattices
from gouji.grids.rulings import Tolerance, joined
from gouji.model import FailureKind
from ocr.grid import find_grid
from ocr.image import PageImage, Pixels
from ocr.ruled import find_rulings


@st.composite
def tables(draw: st.DrawFn) -> Drawn:
    widths = draw(st.lists(st.integers(38, 110), min_size=2, max_size=6))
    heights = draw(st.lists(st.integers(17, 46), min_size=2, max_size=9))
    xs = tuple(itertools.accumulate(widths, initial=40))
    ys = tuple(itertools.accumulate(heights, initial=60))
    return with_head(xs, ys, draw(st.integers(1, len(widths) - 1)))


PLAIN = Drawn(
    (40, 130, 200, 270, 340, 410),
    (60, 84, 108, 132, 170, 194),
    ((0, 0, 1, 1), (0, 1, 1, 4), *((r, c, 1, 1) for r in range(1, 5) for c in range(5))),
)
# nearly as wide as its page: noise carries the lowest rule on to both edges, like a streak
WIDE = with_head((40, 127, 197, 273, 313, 422, 472), (60, 106, 139), 3)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@example(table=WIDE, dpi=187, grain=10.0, seed=95)
@given(table=tables(), dpi=st.integers(110, 250), grain=st.floats(0, 10), seed=st.integers(0, 99))
def test_a_drawn_table_is_found_again(table: Drawn, dpi: int, grain: float, seed: int) -> None:
    grey = picture(table, dpi / 72)
    noise = np.random.default_rng(seed).normal(0, grain, grey.shape)
    noisy = np.clip(grey + noise, 0, 255).astype(np.uint8)
    assert_found(table, find_grid(page_of(noisy, dpi / 72)))


def faint(grey: Pixels) -> Pixels:
    return (255 - (255 - grey.astype(np.float32)) * 0.3).astype(np.uint8)


def shaded(grey: Pixels) -> Pixels:
    return (grey * np.linspace(0.6, 1, grey.shape[1])[None, :]).astype(np.uint8)


def salted(grey: Pixels) -> Pixels:
    chance = np.random.default_rng(1).random(grey.shape)
    return np.where(chance < 0.008, 0, np.where(chance > 0.992, 255, grey)).astype(np.uint8)


def compressed(grey: Pixels) -> Pixels:
    packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def wavy(grey: Pixels) -> Pixels:
    rows, columns = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]].astype(np.float32)
    moved = rows + 3 * np.sin(columns / 160, dtype=np.float32)
    return np.asarray(cv2.remap(grey, columns, moved, cv2.INTER_LINEAR, borderValue=255), np.uint8)


def leaning(grey: Pixels) -> Pixels:
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 0.15, 1)
    return np.asarray(cv2.warpAffine(grey, turn, (width, height), borderValue=255), np.uint8)


def with_breaks(grey: Pixels) -> Pixels:
    """Every rule of `PLAIN` broken for 3 pt every 50 pt."""
    result = grey.copy()
    for y in PLAIN.ys:
        for x in range(PLAIN.xs[0] + 9, PLAIN.xs[-1], 50):
            erase(result, x, y - 2, x + 3, y + 2)
    for x in PLAIN.xs:
        for y in range(PLAIN.ys[0] + 9, PLAIN.ys[-1], 50):
            erase(result, x - 2, y, x + 2, y + 3)
    return result


def erase(grey: Pixels, left: float, top: float, right: float, bottom: float) -> None:
    grey[round(top * SCALE) : round(bottom * SCALE), round(left * SCALE) : round(right * SCALE)] = (
        PAPER
    )


def doubled(grey: Pixels) -> Pixels:
    """A second frame round the table, 2 pt further out."""
    corners = [
        (round((PLAIN.xs[0] - 2) * SCALE), round((PLAIN.ys[0] - 2) * SCALE)),
        (round((PLAIN.xs[-1] + 2) * SCALE), round((PLAIN.ys[-1] + 2) * SCALE)),
    ]
    result = grey.copy()
    cv2.rectangle(result, corners[0], corners[1], 40, 1)
    return result


@pytest.mark.parametrize(
    "damage", one_in(3, [faint, shaded, salted, compressed, wavy, leaning, with_breaks, doubled])
)
def test_a_damaged_table_is_found_again(damage: object) -> None:
    grey = damage(picture(PLAIN, SCALE))  # type: ignore[operator]
    assert_found(PLAIN, find_grid(page_of(grey, SCALE)), reach=3.5)


@pytest.mark.xfail(
    strict=True, reason="the side of a dark fill is an edge, and only ridges are seen"
)
def test_a_row_of_white_on_dark_is_a_row() -> None:
    grey = picture(PLAIN, SCALE)
    top, bottom = (round(y * SCALE) for y in PLAIN.ys[:2])
    left, right = round(PLAIN.xs[0] * SCALE), round(PLAIN.xs[-1] * SCALE)
    head = grey[top : bottom + 1, left : right + 1]
    head[:] = np.where(head > 128, 90, 255)
    assert_found(PLAIN, find_grid(page_of(grey, SCALE)), reach=3.5)


def test_a_table_with_coloured_rules_and_a_seal_across_it() -> None:
    grey = picture(PLAIN, SCALE)
    colours = np.dstack([grey, grey, grey])
    ring = np.full_like(colours, 255)
    center = (round(250 * SCALE), round(130 * SCALE))
    cv2.circle(ring, center, round(50 * SCALE), (220, 40, 50), round(3 * SCALE), cv2.LINE_AA)
    sealed = (colours.astype(np.uint16) * ring // 255).astype(np.uint8)
    assert_found(PLAIN, find_grid(PageImage(sealed, SCALE)))
    blue = colours.copy()
    blue[:, :, 2] = np.maximum(blue[:, :, 2], 200)
    assert_found(PLAIN, find_grid(PageImage(blue, SCALE)))


def test_red_rules_are_rules_though_seals_are_taken_away() -> None:
    grey = picture(PLAIN, SCALE)
    red = np.dstack([np.maximum(grey, 210), grey, grey])
    rulings = find_rulings(PageImage(red, SCALE)).rulings
    across = sorted(r.at for r in rulings if r.horizontal and r.length > 300)
    assert np.allclose(across, PLAIN.ys, atol=2)


def test_the_dark_rim_of_a_scan_and_text_are_no_table() -> None:
    grey = picture(Drawn((40, 400), (20, 21), ()), SCALE)
    grey[:, : round(12 * SCALE)] = 10
    grey[: round(9 * SCALE)] = 10
    assert find_grid(page_of(grey, SCALE)).lattices == ()


@pytest.mark.parametrize(("column", "apart"), [(1, 11), (3, 9), (3, 14)])
def test_type_that_begins_in_line_with_a_rule_is_no_part_of_it(column: int, apart: int) -> None:
    """Lines of text below the table, their upright strokes under one of its upright rules."""
    scale = 110 / 72
    table = picture(PLAIN, scale)
    grey = np.vstack([table, np.full((round(260 * scale), table.shape[1]), PAPER, np.uint8)])
    for down in range(140, 380, apart):
        write(grey, scale, PLAIN.xs[column] - 1, PLAIN.ys[-1] + down, "HHHHHHHH FIELD", 30)
    assert_found(PLAIN, find_grid(page_of(grey, scale)))


def test_a_rule_is_taken_away_with_its_mask_and_type_stays() -> None:
    grey = picture(PLAIN, SCALE)
    rules = find_rulings(page_of(grey, SCALE))
    without = np.where(rules.mask > 0, PAPER, grey)
    y = round(PLAIN.ys[2] * SCALE)
    inner = slice(round(50 * SCALE), round(400 * SCALE))
    assert grey[y, inner].mean() < 80
    assert without[y - 2 : y + 3, inner].mean() > 240
    bare = picture(Drawn(PLAIN.xs, PLAIN.ys, PLAIN.cells), SCALE, rule=PAPER)
    assert (without[bare < 60] < 120).mean() > 0.97


def test_a_one_whose_foot_touches_a_rule_is_none_of_it() -> None:
    """What is dark about a rule and hangs together with it may be a digit beside it."""
    table, scale = with_head((40, 100, 150, 200), tuple(range(60, 300, 24)), 1), 130 / 72
    grey = picture(table, scale, thickness=2)
    stems = []
    for row in range(1, 9):
        left, middle = round(table.xs[1] * scale), round((table.ys[row] + 12) * scale)
        x = left + 4 + row % 2
        grey[middle - 5 : middle + 6, x : x + 2] = 40
        grey[middle + 4 : middle + 6, left : x + 4] = 90  # its foot
        stems.append((slice(middle - 5, middle + 3), slice(x, x + 2)))
    mask = find_grid(page_of(grey, scale)).rules.mask
    assert all(np.count_nonzero(mask[stem]) == 0 for stem in stems)


@pytest.mark.parametrize(
    ("dpi", "apart", "rule"),
    one_in(3, [(120, 1.4, 60), (150, 1.0, 120), (150, 1.6, 60), (200, 1.4, 140), (300, 1.5, 60)]),
)
def test_of_frames_round_every_cell_both_rules_are_taken_away(
    dpi: int, apart: float, rule: int
) -> None:
    """Cells with borders of their own, ``apart`` points from the grid's lines each."""
    table, scale = PLAIN, dpi / 72
    bare = picture(table, scale, rule=PAPER)
    grey = bare.copy()
    for row, column, row_span, column_span in table.cells:
        left, top = table.xs[column] + apart, table.ys[row] + apart
        right, bottom = table.xs[column + column_span] - apart, table.ys[row + row_span] - apart
        corners = [(round(x * scale), round(y * scale)) for x, y in ((left, top), (right, bottom))]
        cv2.rectangle(grey, corners[0], corners[1], rule, max(1, round(0.5 * scale)))
    grid = find_grid(page_of(grey, scale))
    assert_found(table, grid, reach=apart + 1.5)
    drawn = (grey < 200) & (bare > 230)
    assert (grid.rules.mask[drawn] > 0).mean() > 0.97
    assert (grid.rules.mask[bare < 100] == 0).mean() > 0.98


def dashed(grey: Pixels, scale: float, table: Drawn, dash: float, gap: float) -> Pixels:
    """Sides of cells dashed from crossing to crossing, with half a dash at both ends of each."""
    result = grey.copy()
    wide = max(1, round(0.7 * scale))

    def side(first: tuple[float, float], last: tuple[float, float]) -> None:
        length = max(last[0] - first[0], last[1] - first[1])
        count = max(1, round(length / (dash + gap)))
        for number in range(count + 1):
            ends = []
            for away in (-dash / 2, dash / 2):
                share = min(1.0, max(0.0, (number * length / count + away) / length))
                x, y = (a + (b - a) * share for a, b in zip(first, last, strict=True))
                ends.append((round(x * scale), round(y * scale)))
            cv2.line(result, ends[0], ends[1], 60, wide)

    for row, column, row_span, column_span in table.cells:
        left, top = table.xs[column], table.ys[row]
        right, bottom = table.xs[column + column_span], table.ys[row + row_span]
        for first, last in (
            ((left, top), (right, top)), ((left, bottom), (right, bottom)),
            ((left, top), (left, bottom)), ((right, top), (right, bottom)),
        ):  # fmt: skip
            side(first, last)
    return result


@pytest.mark.parametrize(
    ("dpi", "dash", "gap"), one_in(3, [(150, 2.0, 1.3), (200, 2.4, 1.4), (300, 2.0, 1.3)])
)
def test_where_dashes_cross_is_no_character(dpi: int, dash: float, gap: float) -> None:
    scale = dpi / 72
    grey = dashed(picture(PLAIN, scale, rule=PAPER), scale, PLAIN, dash, gap)
    assert_found(PLAIN, find_grid(page_of(grey, scale)))


@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
def test_a_table_that_the_pictures_edge_cuts_keeps_its_outer_cells(side: str) -> None:
    grey = picture(PLAIN, SCALE)
    x, y = round(70 * SCALE), round(75 * SCALE)
    right, bottom = round(375 * SCALE), round(180 * SCALE)
    cut = {"left": grey[:, x:], "top": grey[y:], "right": grey[:, :right], "bottom": grey[:bottom]}
    grid = find_grid(page_of(np.ascontiguousarray(cut[side]), SCALE))
    (lattice,) = grid.lattices
    assert len(lattice.cells) == len(PLAIN.cells)
    assert 0 < sum(p < 0.9 for p in lattice.placing) < len(lattice.cells)


def blank(height: int, width: int, value: int) -> Pixels:
    return np.full((height, width), value, np.uint8)


@pytest.mark.parametrize(
    "grey",
    [blank(1, 1, 0), blank(3, 500, 0), blank(500, 3, 9), blank(900, 700, 0), blank(900, 700, 255)],
)
def test_pages_without_anything_have_no_table(grey: Pixels) -> None:
    grid = find_grid(page_of(grey, SCALE))
    assert grid.lattices == ()
    assert grid.rules.mask.shape == grey.shape


def test_noise_is_no_table() -> None:
    grey = np.random.default_rng(3).integers(0, 256, (800, 600)).astype(np.uint8)
    assert find_grid(page_of(grey, SCALE)).lattices == ()


def test_the_same_page_gives_the_same_rules() -> None:
    page = page_of(picture(PLAIN, SCALE), SCALE)
    one, other = find_rulings(page), find_rulings(page)
    assert one.rulings == other.rulings
    assert np.array_equal(one.mask, other.mask)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), [("t21_plain", 1), ("t19_large_values", 2)])
def test_a_rendered_page_has_the_grid_of_its_vectors(name: str, number: int) -> None:
    deadline = Deadline.after(60, FailureKind.INTERNAL)
    scale = 200 / 72
    with PdfFile((SAMPLES / f"{name}.pdf").read_bytes()) as pdf, pdf.page(number) as page:
        words = read_text(page, drawing := read_drawing(page, deadline), deadline).words
        tolerance = Tolerance.for_words(words)
        drawn = find_lattices(joined(drawing.rulings, tolerance), words, tolerance)
        grid = find_grid(page_of(page.grey(scale), scale))
    assert shapes(grid.lattices) == shapes(drawn)


def shapes(lattices: Iterable[object]) -> list[object]:
    return [getattr(lattice, "cells") for lattice in lattices]  # noqa: B009


@pytest.mark.parametrize("bend", [-3, 3, 6])
def test_a_row_alone_on_a_page_that_is_not_quite_flat_keeps_its_columns(bend: int) -> None:
    """The rules across it lean and bend by more than a rule is thick, and its sides are short."""
    row = Drawn((40, 62, 120, 230, 262, 294, 326, 358, 390, 422, 454), (60, 72), ())
    cells = tuple((0, column, 1, 1) for column in range(10))
    grey = picture(Drawn(row.xs, row.ys, cells), SCALE, thickness=1.0)
    rows, columns = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]].astype(np.float32)
    aside = bend * (columns / grey.shape[1]) ** 2
    bent = cv2.remap(grey, columns, rows + aside, cv2.INTER_LINEAR, borderValue=(PAPER,))
    (lattice,) = find_grid(page_of(bent, SCALE)).lattices
    assert np.allclose(lattice.xs, row.xs, atol=1.5)


@pytest.mark.parametrize(("apart", "dpi"), one_in(2, [(1.8, 150), (1.8, 200), (2.2, 150)]))
def test_of_two_rules_side_by_side_one_is_followed_and_not_the_white_between(
    apart: float, dpi: int
) -> None:
    scale = dpi / 72
    grey = np.full((round(360 * scale), round(540 * scale)), PAPER, np.uint8)

    def at_scale(x: float, y: float) -> tuple[int, int]:
        return round(x * scale), round(y * scale)

    for row, column in itertools.product(range(1, 4), range(12)):  # type of 11 points
        x, y = 60 + 16 * column + 60 * (column > 5), 72 + 36 * row
        cv2.rectangle(grey, at_scale(x, y), at_scale(x + 10, y + 11), 60, 2)
        cv2.line(grey, at_scale(x, y + 5), at_scale(x + 10, y + 5), 60, 2)
    for y in (60, 96, 132, 168, 204):
        cv2.line(grey, at_scale(40, y), at_scale(500, y), 40, 1)
    for x in (40, 260, 500):
        cv2.line(grey, at_scale(x, 60), at_scale(x, 204), 40, 1)
    outer = at_scale(40 - apart, 60 - apart), at_scale(500 + apart, 204 + apart)
    cv2.rectangle(grey, *outer, 40, 1)
    found = [rule.at for rule in find_rulings(page_of(grey, scale)).rulings if rule.horizontal]
    for drawn in ((60 - apart, 60), (204, 204 + apart)):
        assert any(abs(at - y) < 0.5 for at in found for y in drawn)


@pytest.mark.slow
def test_paper_of_noise_alone_takes_no_minutes() -> None:
    """Thousands of runs stand out of it, and each was compared with each."""
    noise = np.random.default_rng(4).normal(0, 20, (1431, 1012))
    grey = np.clip(225 + noise, 0, 255).astype(np.uint8)
    for row, column in itertools.product(range(8, 20, 2), range(2, 10)):
        at = (round((76 + 48 * column) * 1.7), round((104 + 20 * row) * 1.7))
        cv2.putText(grey, "370", at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (60,), 1, cv2.LINE_AA)
    start = time.process_time()
    find_rulings(PageImage(grey, 1.7), grey)
    assert time.process_time() - start < 40  # 100 s when all were compared
