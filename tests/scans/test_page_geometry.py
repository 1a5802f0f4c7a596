"""Pages made upright and flat. Every damage here is drawn with a map that is known exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, replace
from functools import cache

import cv2
import numpy as np
import pytest
from drawn_pages import BOTTOM, HEIGHT, LEFT, RIGHT, SCALE, TOP, WIDTH, a_page, draw_character
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in

from gouji.model import Box, DocumentFault
from ocr.geometry import Straight, straighten
from ocr.image import PageImage, Pixels
from ocr.ruled import find_rulings

Points = np.ndarray
Way = Callable[[Points], Points]


def seen(page: Pixels, back: Way, shape: tuple[int, int], ground: int = 255) -> Pixels:
    """The picture of a page: ``back`` leads from pixels of the picture to those of the page."""
    rows, columns = shape
    x, y = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    there = back(np.stack((x.ravel(), y.ravel()), axis=1)) - 0.5
    maps = [there[:, i].reshape(rows, columns).astype(np.float32) for i in (0, 1)]
    return np.asarray(
        cv2.remap(page, *maps, cv2.INTER_LINEAR, borderValue=(ground, ground, ground))
    )


def turn(degrees: float) -> Way:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    matrix = np.array([[cosine, sine], [-sine, cosine]])
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    return lambda points: (points - middle) @ matrix.T + middle


def photograph(corners: Sequence[tuple[float, float]]) -> Way:
    """The page's corners stand at these pixels of the picture."""
    page = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(corners, np.float32), page)
    return lambda points: cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0]


def curl(amplitude: float, waves: float, phase: float) -> Way:
    def back(points: Points) -> Points:
        bent = amplitude * np.sin(waves * np.pi * points[:, 0] / WIDTH + phase)
        return np.stack((points[:, 0], points[:, 1] + bent), axis=1)

    return back


def forward(back: Way, points: Points) -> Points:
    """Pixels of the picture that show these pixels of the page."""
    found = points.astype(np.float64).copy()
    for _ in range(40):
        step = np.array([0.5, 0.0]), np.array([0.0, 0.5])
        slopes = np.stack([back(found + s) - back(found - s) for s in step], axis=2)
        found -= np.linalg.solve(slopes, (back(found) - points)[..., None])[..., 0]
    return found


def straightened(picture: Pixels) -> Straight:
    return straighten(PageImage(picture, SCALE), None)


def left_over(straight: Straight, back: Way) -> tuple[float, float, float]:
    """Degrees that the worst row and column of the table are off, pixels that they are bent."""
    x, y = np.meshgrid(np.linspace(LEFT, RIGHT, 15), np.linspace(TOP, BOTTOM, 15))
    picture = forward(back, np.stack((x.ravel(), y.ravel()), axis=1)) / SCALE
    boxes = [straight.to_straight(Box(px, py, px, py)) for px, py in picture]
    place = np.array([(b.left, b.top) for b in boxes]).reshape(15, 15, 2) * SCALE
    angles, bends = [], []
    for across, along in ((place[..., 1], x[0]), (place[..., 0].T, y[:, 0])):
        slope = np.polyfit(along, across.T, 1)
        line = slope[0][:, None] * along + slope[1][:, None]
        angles.append(float(np.degrees(np.abs(slope[0])).max()))
        bends.append(float(np.abs(across - line).max()))
    return angles[0], angles[1], max(bends)


def test_a_straight_page_keeps_its_pixels():
    page = a_page()
    straight = straightened(page)
    assert np.array_equal(straight.page.pixels, page)
    assert straight.page.scale == SCALE
    box = Box(10.0, 20.0, 30.0, 40.0)
    assert straight.to_page(box).as_list() == box.as_list()


@pytest.mark.slow
@settings(max_examples=3, deadline=None)
@given(degrees=st.floats(-4, 4))
def test_skew_is_gone_to_a_twentieth_of_a_degree(degrees):
    back = turn(degrees)
    straight = straightened(seen(a_page(), back, (HEIGHT, WIDTH)))
    rows, columns, bend = left_over(straight, back)
    assert rows < 0.05
    assert columns < 0.05
    assert bend < 0.5


@pytest.mark.parametrize(
    "degrees", [*(pytest.param(n, marks=pytest.mark.slow) for n in (-3.0, -0.4)), 1.1]
)
def test_skew_of_a_page_of_text_is_measured_without_rulings(degrees):
    straight = straightened(seen(a_page(table=False), turn(degrees), (HEIGHT, WIDTH)))
    assert straight.facts.skew == pytest.approx(degrees, abs=0.06)


@pytest.mark.parametrize("degrees", [-0.35, 0.3])
def test_the_two_rules_of_a_row_alone_level_a_page(degrees):
    """A row that a page break left by itself, and a number of the page: there is no other line."""
    page = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for y in (TOP, TOP + 24):
        cv2.line(page, (LEFT, y), (RIGHT, y), (0, 0, 0), 2)
    for x in np.linspace(LEFT, RIGHT, 11).astype(int).tolist():
        cv2.line(page, (x, TOP), (x, TOP + 24), (0, 0, 0), 2)
    straight = straightened(seen(page, turn(degrees), (HEIGHT, WIDTH)))
    assert straight.facts.skew == pytest.approx(degrees, abs=0.06)


def test_a_photo_of_paper_on_a_desk_is_cut_out_and_faced():
    back = photograph([(70, 100), (880, 50), (940, 1190), (30, 1130)])
    picture = seen(a_page(), back, (1250, 990), ground=60)
    straight = straightened(picture)
    assert straight.facts.paper_found
    rows, columns, bend = left_over(straight, back)
    assert rows < 0.05
    assert columns < 0.05
    assert bend < 1.0
    assert straight.page.pixels[[0, -1]].min() > 200, "the desk is gone"


def test_perspective_is_taken_from_the_rulings_where_no_edge_is_seen():
    back = photograph([(-30, 8), (845, -24), (785, 1115), (48, 1078)])
    straight = straightened(seen(a_page(), back, (HEIGHT, WIDTH)))
    assert not straight.facts.paper_found
    rows, columns, _ = left_over(straight, back)
    assert rows < 0.05
    assert columns < 0.1


@pytest.mark.slow
@settings(max_examples=3, deadline=None)
@given(amplitude=st.floats(4, 15), waves=st.floats(0.6, 1.4), phase=st.floats(0, 6.28))
def test_curled_rows_are_straight_to_about_a_pixel(amplitude, waves, phase):
    back = curl(amplitude, waves, phase)
    straight = straightened(seen(a_page(), back, (HEIGHT, WIDTH)))
    rows, _, bend = left_over(straight, back)
    assert rows < 0.06
    assert bend < 1.3


@pytest.mark.parametrize(("depth", "folds"), one_in(2, [(9.0, (300, 640)), (-7.0, (280, 620))]))
def test_folded_paper_is_flat_again(depth: float, folds: tuple[int, ...]):
    def back(points: Points) -> Points:
        near = [np.clip(1 - np.abs(points[:, 0] - at) / 55, 0, 1) for at in folds]
        return np.stack((points[:, 0], points[:, 1] + depth * sum(near)), axis=1)

    straight = straightened(seen(a_page(), back, (HEIGHT, WIDTH)))
    rows, columns, bend = left_over(straight, back)
    assert max(rows, columns) < 0.15
    assert bend < 1.6


def test_a_mark_is_found_again_on_the_page_as_displayed():
    page = a_page()
    cv2.circle(page, (510, 540), 5, (255, 0, 0), -1)
    facing = photograph([(70, 100), (880, 50), (940, 1190), (30, 1130)])
    bent = curl(12, 0.9, 0.4)
    picture = seen(page, lambda points: bent(facing(points)), (1250, 990), ground=50)
    straight = straightened(picture)
    box = straight.to_page(red_box(straight.page))
    there = red_box(PageImage(picture, SCALE))
    assert box.center_x == pytest.approx(there.center_x, abs=0.5)
    assert box.center_y == pytest.approx(there.center_y, abs=0.5)


def red_box(page: PageImage) -> Box:
    red, green = page.pixels[..., 0].astype(int), page.pixels[..., 1].astype(int)
    rows, columns = np.nonzero(red - green > 80)
    ends = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return Box(*(float(end) / page.scale for end in ends))


@cache
def curled_photo() -> Straight:
    back = curl(14, 1.1, 1.0)
    picture = seen(a_page(words=False), lambda p: back(turn(2)(p)), (HEIGHT, WIDTH))
    return straightened(picture)


@given(x=st.floats(60, 460), y=st.floats(60, 660))
def test_the_way_to_the_page_and_back_ends_where_it_began(x, y):
    there = curled_photo().to_page(Box(x, y, x, y))
    back = curled_photo().to_straight(there)
    assert back.left == pytest.approx(x, abs=0.02)
    assert back.top == pytest.approx(y, abs=0.02)


@pytest.mark.slow
@given(corners=st.lists(st.tuples(st.floats(0, 400), st.floats(0, 600)), max_size=6))
def test_boxes_brought_back_together_lie_where_each_does_alone(corners):
    boxes = [Box(x, y, x + 30, y + 9) for x, y in corners]
    together = curled_photo().map.to_page_all(boxes)
    for found, alone in zip(together, map(curled_photo().to_page, boxes), strict=True):
        assert astuple(found) == pytest.approx(astuple(alone), abs=1e-6)


@pytest.mark.parametrize("where", [(0, 0), (801, 333)])
def test_a_grey_page_is_brought_over_as_each_channel_of_a_coloured_one(where):
    way = replace(curled_photo().map, levelling=np.array([[1, 0.01, 0], [0, 1, 0], [1e-5, 0, 1]]))
    grey = np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
    grey = np.repeat(grey[:, :, None], 3, axis=2)
    coloured = grey.copy()
    coloured[..., 2][where] ^= 255  # one pixel: it must not be taken for grey
    one, three = (way.render(page, (240.0,) * 3) for page in (grey, coloured))
    assert one.shape == three.shape
    assert (one[..., :2] == three[..., :2]).all()
    assert (one[..., 2] == one[..., 0]).all()
    assert not (three[..., 2] == three[..., 0]).all()


def test_shade_is_taken_away_and_print_is_kept():
    light = np.linspace(1.0, 0.45, WIDTH)[None, :, None]
    straight = straightened((a_page() * light).astype(np.uint8))
    paper, print_ = a_page()[..., 0] == 255, a_page()[..., 0] < 30
    assert np.percentile(straight.grey[paper], 5) > 235
    assert np.percentile(straight.grey[print_], 95) < 80


def test_the_black_of_a_scanner_lid_is_blanked_and_print_beside_it_is_kept():
    page = a_page()
    page[:, :50] = 12
    page[:25] = 12
    straight = straightened(page)
    box = straight.to_straight(Box(LEFT / SCALE, TOP / SCALE, RIGHT / SCALE, BOTTOM / SCALE))
    left, top = round(box.left * SCALE), round(box.top * SCALE)
    table = straight.grey[top : top + BOTTOM - TOP, left : left + RIGHT - LEFT]
    assert np.mean(table < 128) == pytest.approx(
        np.mean(a_page()[TOP:BOTTOM, LEFT:RIGHT] < 128), abs=0.005
    )
    assert straight.grey[:, :4].min() > 200


@pytest.mark.parametrize("ground", [(90, 140, 200), (60, 120, 60)])
def test_a_drawn_frame_with_print_on_it_belongs_to_the_page(ground):
    page = np.full((HEIGHT + 200, WIDTH + 200, 3), ground, np.uint8)
    page[100:-100, 100:-100] = a_page()
    for x in range(150, 800, 30):
        draw_character(page, x, 40)
    assert np.array_equal(straightened(page).page.pixels.shape, page.shape)


def test_a_table_up_to_the_very_edge_is_not_cut():
    page = a_page()[TOP : BOTTOM + 1, LEFT : RIGHT + 1]
    straight = straightened(np.ascontiguousarray(page))
    assert straight.page.pixels.shape == page.shape


NOISE = np.random.default_rng(3).integers(0, 256, (700, 500, 3), np.uint8)
ODD = {
    "black": np.zeros((1200, 800, 3), np.uint8),
    "white": np.full((1200, 800, 3), 255, np.uint8),
    "noise": NOISE,
    "one pixel": NOISE[:1, :1],
    "a line": NOISE[:1],
    "a column": NOISE[:, :1],
    "a strip": np.full((40, 5000, 3), 200, np.uint8),
    "30 dpi": np.asarray(cv2.resize(a_page(), (200, 280), interpolation=cv2.INTER_AREA)),
    "stripes": np.repeat(np.arange(900) // 7 % 2 * 255, 3 * 600)
    .reshape(900, 600, 3)
    .astype(np.uint8),
    "a plate": cv2.circle(np.zeros((900, 900, 3), np.uint8), (450, 450), 380, (240,) * 3, -1),
    "negative": 255 - a_page(),
    "a view that is not contiguous": a_page().transpose(1, 0, 2),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_pictures_give_a_page_and_are_left_as_they_are(name):
    straight = straightened(ODD[name])
    assert np.array_equal(straight.page.pixels.shape, ODD[name].shape)
    assert straight.grey.shape == ODD[name].shape[:2]
    assert straight.facts.skew == 0


@pytest.mark.parametrize("shape", [(0, 10, 3), (10, 0, 3)])
def test_a_picture_without_pixels_is_the_documents_fault(shape):
    with pytest.raises(DocumentFault):
        straightened(np.zeros(shape, np.uint8))


@pytest.mark.slow
def test_the_same_picture_gives_the_same_bits():
    picture = seen(a_page(), turn(1.3), (HEIGHT, WIDTH))
    first, second = straightened(picture), straightened(picture.copy())
    assert np.array_equal(first.grey, second.grey)
    assert first.facts == second.facts


@pytest.mark.slow
def test_a_huge_picture_is_brought_to_a_size_that_can_be_worked_with():
    page = np.full((9000, 9000, 3), 255, np.uint8)
    straight = straightened(page)
    assert straight.grey.size <= 24_000_000
    assert straight.page.width == pytest.approx(842, rel=0.01)  # no paper is 2 m wide
    whole = straight.to_page(Box(0, 0, straight.page.width, straight.page.height))
    assert whole.as_list() == pytest.approx([0, 0, 9000 / SCALE, 9000 / SCALE], rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [0.4, 1.0, 12.0])
def test_a_page_of_a_size_that_no_paper_has_is_read_as_one_of_a4(scale: float) -> None:
    large = cv2.resize(a_page(), None, fx=1.5, fy=1.5, interpolation=cv2.INTER_AREA)
    page = PageImage(np.asarray(large), scale)
    straight = straighten(page, None)
    assert straight.page.height == pytest.approx(842, rel=0.01)
    whole = Box(0.0, 0.0, straight.page.width, straight.page.height)
    back = straight.to_page(whole)
    assert (back.right, back.bottom) == pytest.approx((page.width, page.height))


@pytest.mark.slow
def test_a_shadow_with_print_on_both_sides_is_no_edge_of_the_paper() -> None:
    desk = np.full((HEIGHT + 200, WIDTH + 200, 3), 45, np.uint8)
    desk[::7] = 60
    desk[100:-100, 100:-100] = a_page()
    ys, xs = np.mgrid[: desk.shape[0], : desk.shape[1]]
    shadow = xs > 620 + 0.05 * ys
    desk[shadow] //= 2
    straight = straighten(PageImage(desk, SCALE), None)
    assert straight.facts.paper_found
    right = (100 + RIGHT) / SCALE
    there = straight.to_straight(Box(right, 700 / SCALE, right, 700 / SCALE))
    rule = straight.grey[
        round(there.top * straight.page.scale),
        round(there.left * straight.page.scale) - 4 : round(there.left * straight.page.scale) + 5,
    ]
    assert rule.min() < 100
    # and the colours are even as well: paper in the shadow is as light as the rest
    margin = straight.page.pixels[300:1000, RIGHT + 20 : RIGHT + 50]
    assert np.median(margin) > 240


@pytest.mark.slow
def test_bands_across_the_whole_picture_are_no_edge_of_paper() -> None:
    page = a_page(words=False)
    page[:90], page[90:160], page[-120:] = 222, (204, 0, 0), 238
    assert straighten(PageImage(page, SCALE), None).page.pixels.shape == page.shape


@pytest.mark.slow
def test_the_shaded_edge_of_paper_leaves_no_rule() -> None:
    """Paper of which a half lies in the shade of a hand, on a dark desk: its own edges only."""
    page = a_page(table=False).astype(np.float64)
    light = np.where(np.arange(HEIGHT) < 500, 0.55, 1.0)
    light = cv2.blur(light[:, None], (1, 81), borderType=cv2.BORDER_REPLICATE)
    picture = np.full((HEIGHT + 160, WIDTH + 160, 3), (60, 45, 30), np.float64)
    picture[80:-80, 80:-80] = page * light[..., None]
    noise = np.random.default_rng(3).normal(0, 3, picture.shape)
    straight = straightened(np.clip(picture + noise, 0, 255).astype(np.uint8))
    assert straight.facts.paper_found
    assert find_rulings(straight.page, straight.grey).rulings == ()
    top = straight.grey[2:40, 40:-40]
    assert np.percentile(top, 1) > 200


@pytest.mark.parametrize("degrees", [3.5, pytest.param(-2.5, marks=pytest.mark.slow)])
def test_a_print_askew_on_its_paper_is_made_level_and_not_the_paper(degrees: float) -> None:
    """The paper's edges are the longest lines, and seen best where an app has made all white."""
    back, page = turn(degrees), a_page(table=False)
    page[880:] = 255
    top, bottom, xs = 900, 1050, np.linspace(LEFT, RIGHT, 6).astype(int).tolist()
    for x in xs:
        cv2.line(page, (x, top), (x, bottom), (0, 0, 0), 2)
    for y in (top, bottom):
        cv2.line(page, (LEFT, y), (RIGHT, y), (0, 0, 0), 2)
    picture = seen(page, back, (HEIGHT, WIDTH))
    for x, lean in ((14, 12), (WIDTH - 20, 3)):
        cv2.line(picture, (x, 0), (x + lean, HEIGHT), (60, 60, 60), 2)
    straight = straightened(picture)
    ends = forward(back, np.array([(x, y) for x in xs for y in (top, bottom)])) / SCALE
    boxes = [straight.to_straight(Box(x, y, x, y)) for x, y in ends]
    lean = [
        (b.left - a.left) / (b.top - a.top) for a, b in zip(boxes[::2], boxes[1::2], strict=True)
    ]
    assert np.abs(np.degrees(np.arctan(lean))).max() < 0.5
    assert straight.facts.curl < 2.0
