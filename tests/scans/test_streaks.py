"""Streaks that a scanner draws over a page: taken out, and nothing else is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.geometry import straighten
from ocr.grid import find_grid
from ocr.image import PageImage, Pixels
from ocr.ruled import find_rulings
from ocr.ruled.streaks import bare_streaks

SCALE = 110 / 72
WIDTH, HEIGHT = 800, 1100
XS, YS = (90, 240, 390, 540, 700), (300, 360, 420, 480, 540, 600, 660)


def a_page(top: int = 0, bottom: int = HEIGHT) -> Pixels:
    """A table of 6 × 4 cells with blank paper above and below, and a part of that page."""
    page = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for y in YS:
        cv2.line(page, (XS[0], y), (XS[-1], y), (20, 20, 20), 2)
    for x in XS:
        cv2.line(page, (x, YS[0]), (x, YS[-1]), (20, 20, 20), 2)
    for x in XS[:-1]:
        for y in YS[:-1]:
            cv2.putText(page, "08", (x + 55, y + 40), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
    return np.ascontiguousarray(page[top:bottom])


def with_streaks(page: Pixels, at: list[int], light: float, wide: int = 2) -> Pixels:
    """``light``: the share that comes through."""
    page = page.copy()
    for x in at:
        page[:, x : x + wide] = np.rint(page[:, x : x + wide] * light)
    return page


def skewed(page: Pixels, degrees: float) -> Pixels:
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(page, turn, (WIDTH, HEIGHT), borderValue=(255, 255, 255)))


def shape_of(page: Pixels) -> list[tuple[int, int]]:
    straight = straighten(PageImage(page, SCALE), None)
    grid = find_grid(straight.page, straight.grey)
    return [(len(lattice.ys) - 1, len(lattice.xs) - 1) for lattice in grid.lattices]


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(
    at=st.lists(st.integers(60, 780), min_size=1, max_size=4, unique_by=lambda x: x // 20),
    light=st.sampled_from([0.0, 0.2, 0.5, 0.8]),
    degrees=st.sampled_from([0.8, -1.3]),
)
def test_streaks_are_no_rules_and_turn_no_page(at, light, degrees):
    page = with_streaks(skewed(a_page(), degrees), at, light)
    straight = straighten(PageImage(page, SCALE), None)
    assert shape_of(page) == [(6, 4)]
    assert straight.facts.skew == pytest.approx(-degrees, abs=0.05)


@pytest.mark.slow
def test_streaks_are_found_on_noisy_paper_that_does_not_fill_the_picture():
    noise = np.random.default_rng(7).normal(0, 12, (HEIGHT, WIDTH, 1))
    page = np.clip(0.9 * skewed(a_page(), 1.1) + noise, 0, 255).astype(np.uint8)
    cv2.fillPoly(page, [np.array([[0, 0], [14, 0], [0, HEIGHT]])], (10, 10, 10))  # the lid
    page = with_streaks(page, [150, 460], 0.7, wide=1)
    page = cv2.imdecode(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 40])[1], 1)
    straight = straighten(PageImage(page, SCALE), None).page.pixels
    dark = 255 - straight[20:200].mean(axis=(0, 2))  # no print, 180 rows
    assert dark[60:740].max() - np.median(dark) < 6
    assert shape_of(page) == [(6, 4)]


def test_what_shines_through_a_streak_is_there_again():
    clean = a_page()
    straight = straighten(PageImage(with_streaks(clean, [150, 300, 460], 0.6), SCALE), None)
    away = np.abs(straight.page.pixels.astype(int) - clean)
    assert away.max() <= 4


def test_paper_shaded_by_worn_rollers_is_even_again():
    shade = 0.7 + 0.3 * np.sin(np.arange(WIDTH) / 4.0)[None, :, None] ** 2
    page = np.rint(a_page() * shade).astype(np.uint8)
    straight = straighten(PageImage(page, SCALE), None)
    assert shape_of(page) == [(6, 4)]
    assert np.percentile(straight.page.pixels, 30) >= 250


@pytest.mark.parametrize(("top", "bottom"), [(310, 650), (0, 640), (320, HEIGHT)])
def test_rules_of_a_table_cut_out_of_its_page_are_no_streaks(top, bottom):
    large = cv2.resize(a_page(top, bottom), None, fx=2, fy=2, interpolation=cv2.INTER_AREA)
    straight = straighten(PageImage(np.asarray(large), 2 * SCALE), None)
    assert np.array_equal(straight.page.pixels, large)


def test_a_clean_page_keeps_its_pixels():
    page = a_page()
    assert straighten(PageImage(page, SCALE), None).page.pixels is page


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [0.0, 1.0, -0.7])
@pytest.mark.parametrize("along", [False, True])
def test_the_shade_of_rollers_is_taken_away_however_it_lies(degrees, along):
    """Down the page or across it, and turned with it: a copy that was laid askew."""
    chance = np.random.default_rng(3)
    page = a_page()
    size = page.shape[0 if along else 1]
    shade = np.repeat(chance.uniform(0.6, 1.0, -(-size // 6)), 6)[:size]
    page = np.rint(page * (shade[:, None, None] if along else shade[None, :, None]))
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1)
    lain = cv2.warpAffine(
        page.astype(np.uint8), turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE
    )
    straight = straighten(PageImage(np.asarray(lain), SCALE), None)
    (table,) = find_grid(straight.page, straight.grey).lattices
    assert len(table.xs) - 1 == 4
    bottom = table.ys[0] + (YS[-1] - YS[0] + 4) / SCALE
    assert len([y for y in table.ys if y <= bottom]) - 1 == 6  # none between its own rows


def test_print_on_a_pale_streak_stays() -> None:
    """Only what is no darker than the streak goes with it."""
    page = with_streaks(a_page(), [152, 300], 0.7)
    rules = find_rulings(PageImage(page, SCALE))
    on_streak = rules.mask[330:350, 145:160]
    assert on_streak.any(), "the streak is found"
    print_ = (a_page()[..., 0] < 60) & (np.indices(page.shape[:2])[0] > 310)
    for x in XS:
        print_[:, x - 6 : x + 7] = False
    for y in YS:
        print_[y - 6 : y + 7] = False
    assert np.mean(rules.mask[print_] > 0) < 0.01


@pytest.mark.parametrize("beside", [1, 2, 3, 4])
def test_the_soft_edge_of_a_point_beside_a_streak_is_no_streak(beside: int) -> None:
    """A pixel of it in the mask takes the whole point away: 3570.85 was 357085."""
    dark = np.zeros((400, 60), np.uint8)
    dark[:, 30] = 40
    point = np.zeros_like(dark)
    cv2.circle(point, (30 + beside, 200), 3, (230,), -1)
    dark = np.maximum(dark, cv2.GaussianBlur(point, (0, 0), 0.9))
    streak = np.zeros_like(dark)
    streak[:, 28:33] = 255
    bare = bare_streaks(dark, streak, 15) & (dark >= 15)
    assert bare[:190, 30].all()
    assert not bare[point > 0].any()
    assert not bare[196:205, 31:40].any()
