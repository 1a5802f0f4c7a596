"""Tables beside what is none of theirs: page breaks, frames, the paper's edge, strokes in line with a rule."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from ruled_pages import PAPER, SCALE, Drawn, assert_found, at, page_of, picture, with_head, write

from ocr.grid import find_grid

OPEN_ROW = Drawn(
    (40, 160, 260, 360),
    (60, 84, 108, 132, 156),
    (*((0, c, 1, 1) for c in range(3)), (1, 0, 1, 3), *((r, c, 1, 1) for r in (2, 3) for c in range(3))),
)  # fmt: skip


@pytest.mark.parametrize("at_end", [False, True])
def test_a_row_alone_at_the_open_side_of_a_table_keeps_its_columns(at_end: bool):
    page = picture(OPEN_ROW, SCALE)
    level = round(60 * SCALE)
    page[level - 3 : level + 3, :] = PAPER  # the page break took the upper rule
    if at_end:
        page = np.flipud(page).copy()
    grid = find_grid(page_of(page, SCALE))
    (lattice,) = grid.lattices
    row = len(lattice.ys) - 2 if at_end else 0
    assert [c.column_span for c in lattice.cells if c.row == row] == [1, 1, 1]


@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize("lost", [40, 360])
def test_such_a_row_is_one_though_an_outer_rule_is_broken_there(lost: int, at_end: bool):
    page = picture(OPEN_ROW, SCALE)
    level = round(60 * SCALE)
    page[level - 3 : level + 3, :] = PAPER
    page[level : round(83 * SCALE), round(lost * SCALE) - 3 : round(lost * SCALE) + 3] = PAPER
    if at_end:
        page = np.flipud(page).copy()
    (lattice,) = find_grid(page_of(page, SCALE)).lattices
    assert len(lattice.ys) == 5
    row = 3 if at_end else 0
    assert sum(cell.row == row for cell in lattice.cells) >= 2


@pytest.mark.parametrize("flip", [False, True])
def test_the_papers_dark_edge_is_no_side_of_an_open_table(flip: bool):
    """Rules of the head are seen over most of the way to it, those of the rows are not.

    The paper's lower edge makes a rule of the one at the side.
    """
    xs, ys = (60, 200, 330, 360, 400), tuple(range(60, 276, 24))
    page = np.full((round(330 * SCALE), round(500 * SCALE)), PAPER, np.uint8)
    for y in ys:
        cv2.line(page, at(xs[0], y), at(xs[-1], y), 40, 2)
    for x in xs[1:-1]:
        cv2.line(page, at(x, ys[0] if x == 200 else ys[2]), at(x, ys[-1]), 40, 2)
    for row, column in itertools.product(range(2, len(ys) - 1), range(1, 4)):
        write(page, SCALE, xs[column] + 9, ys[row] + 15, str(row + column), 30)
    cv2.line(page, at(480, 30), at(480, 200), 60, 3)
    cv2.line(page, at(250, 310), at(478, 310), 60, 3)
    grid = find_grid(page_of(np.fliplr(page).copy() if flip else page, SCALE))
    (lattice,) = grid.lattices
    side = 500 - lattice.xs[0] if flip else lattice.xs[-1]
    assert abs(side - xs[-1]) < 4
    assert sum(cell.row >= 2 for cell in lattice.cells) == 6 * 4


def test_a_frame_round_the_page_is_no_side_of_an_open_table():
    xs, ys = (60, 200, 330, 360, 400), tuple(range(60, 276, 24))
    page = np.full((round(330 * SCALE), round(460 * SCALE)), PAPER, np.uint8)
    cv2.rectangle(page, at(30, 30), at(430, 310), 40, 2)
    for y in ys:
        cv2.line(page, at(xs[0], y), at(xs[-1], y), 40, 2)
    for x in xs[1:-1]:
        cv2.line(page, at(x, ys[0]), at(x, ys[-1]), 40, 2)
    for row, column in itertools.product(range(len(ys) - 1), range(4)):
        write(page, SCALE, xs[column] + 9, ys[row] + 15, str(row + column), 30)
    lattices = find_grid(page_of(page, SCALE)).lattices
    table = max(lattices, key=lambda lattice: len(lattice.cells))
    assert np.allclose((table.xs[0], table.xs[-1]), (xs[0], xs[-1]), atol=4)
    assert np.allclose(table.ys, ys, atol=2)
    assert len(table.cells) == 4 * (len(ys) - 1)


def test_a_stroke_in_line_with_a_rule_of_another_table_takes_no_column_away():
    upper = with_head((40, 160, 260, 360), (60, 84, 108, 132), 1)
    lower = with_head((40, 100, 150, 252, 300, 360), tuple(range(260, 500, 24)), 1)
    page = picture(upper, SCALE)
    tall = np.full((round(600 * SCALE), page.shape[1]), PAPER, np.uint8)
    tall[: round(150 * SCALE)] = page[: round(150 * SCALE)]
    below = picture(lower, SCALE)
    first = round(240 * SCALE)
    tall[first : first + len(below) - first] = below[first:][: len(tall) - first]
    x, y = round(260 * SCALE), round(264 * SCALE)
    tall[y : y + round(7 * SCALE), x : x + 2] = 40  # a stroke of type beside the rule at 252
    top, bottom = find_grid(page_of(tall, SCALE)).lattices
    assert len(top.xs) == len(upper.xs)
    assert len(bottom.xs) == len(lower.xs)


def test_strokes_of_the_table_below_that_crowd_its_rule_take_no_column_of_the_one_above_away():
    """They stand in line with a rule of the table above, near enough to be taken for its end."""
    upper = with_head((40, 160, 260, 360), (60, 84, 108, 132), 3)
    lower = with_head((40, 100, 150, 253, 300, 360), tuple(range(170, 410, 24)), 1)
    page = np.full((round(500 * SCALE), round(400 * SCALE)), PAPER, np.uint8)
    for table, first, last in ((upper, 0, 150), (lower, 160, 500)):
        rows = slice(round(first * SCALE), round(last * SCALE))
        drawn = picture(table, SCALE)[rows]
        page[rows.start : rows.start + len(drawn), : drawn.shape[1]] = drawn
    for row in (170, 194):
        x, y = at(259, row + 4)
        page[y : y + round(16 * SCALE), x : x + 2] = 40
    top, bottom = find_grid(page_of(page, SCALE)).lattices
    assert len(top.xs) == len(upper.xs)
    assert len(bottom.xs) == len(lower.xs)


def test_a_column_keeps_its_rule_though_type_shines_through_below_it() -> None:
    """What goes on in line with a rule, and fainter, makes the whole of it look faint."""
    xs, ys = (40, 62, 120, 230, 262, 294, 326, 358, 390, 422, 454), (60, 72)
    page = picture(Drawn(xs, ys, tuple((0, column, 1, 1) for column in range(10))), SCALE)
    x, y = at(294, 73)
    page[y : y + round(9 * SCALE), x - 1 : x + 1] = 236
    (lattice,) = find_grid(page_of(page, SCALE)).lattices
    assert np.allclose(lattice.xs, xs, atol=1.5)


def test_a_rule_in_line_with_one_that_shines_through_is_seen() -> None:
    """What stands behind is longer than the table, so most of the line."""
    table = with_head((40, 130, 200, 270, 340, 410), (60, 84, 108, 132, 156), 2)
    grey = picture(table, SCALE, rule=120)
    page = np.full((round(3 * grey.shape[0]), grey.shape[1]), PAPER, np.uint8)
    page[: grey.shape[0]] = grey
    behind = page.copy()
    x, high = round(270 * SCALE), len(page)
    there = slice(high // 20, 17 * high // 20), slice(x - 1, x + 1)
    behind[there] = np.minimum(behind[there], 243)
    assert_found(table, find_grid(page_of(behind, SCALE)))
