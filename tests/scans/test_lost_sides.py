"""Sides that a row lost, and edges that a stroke of a seal moved, are put back where print agrees."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.grids.even import evened
from gouji.grids.lattice import Lattice, Span
from gouji.grids.lost_sides import with_lost_sides
from gouji.model import Box, Word

SIZE, HIGH, WIDE = 9.0, 20.0, 60.0
XS = (40.0, 160.0, 220.0, 280.0, 340.0)


def rows_of(*rows: tuple[int, ...]) -> Lattice:
    """A lattice of rows, each given by the columns at which its cells begin."""
    cells = []
    for row, starts in enumerate(rows):
        for start, end in itertools.pairwise([*starts, len(XS) - 1]):
            cells.append(Span(row, start, 1, end - start))
    ys = tuple(100 + HIGH * i for i in range(len(rows) + 1))
    return Lattice(XS, ys, tuple(cells), (1.0,) * len(cells))


def word(row: int, left: float, wide: float) -> Word:
    top = 100 + HIGH * row + (HIGH - SIZE) / 2
    return Word("", Box(left, top, left + wide, top + SIZE), SIZE)


def starts(lattice: Lattice, row: int) -> list[int]:
    return sorted(cell.column for cell in lattice.cells if cell.row == row)


LABEL, VALUES = (60.0, 70.0), ((185.0, 9.0), (240.0, 18.0), (305.0, 5.0))


@settings(max_examples=50, deadline=None)
@given(st.booleans(), st.lists(st.booleans(), min_size=3, max_size=3).filter(any))
def test_a_row_takes_the_sides_of_the_next_one(above: bool, filled: list[bool]) -> None:
    """Whichever of its values are there, with its label."""
    lattice = rows_of((0, 1, 2, 3), (0,)) if above else rows_of((0,), (0, 1, 2, 3))
    row = 1 if above else 0
    words = [word(row, *LABEL)]
    words += [word(row, *place) for place, there in zip(VALUES, filled, strict=True) if there]
    mended = with_lost_sides(lattice, words)
    assert starts(mended, row) == [0, 1, 2, 3]
    placing = {
        c.column: p for c, p in zip(mended.cells, mended.placing, strict=True) if c.row == row
    }
    assert all(p < 1 for p in placing.values())
    assert starts(mended, 1 - row) == [0, 1, 2, 3]


def test_a_title_over_all_columns_stays_one_cell() -> None:
    lattice = rows_of((0, 1, 2, 3), (0,), (0, 1, 2, 3))
    assert with_lost_sides(lattice, [word(1, 150, 100)]) == lattice


def test_a_band_in_the_middle_stays_one_cell() -> None:
    """Its words lie between two sides, but there is no label before them."""
    lattice = rows_of((0, 1, 2, 3), (0,), (0, 1, 2, 3))
    assert with_lost_sides(lattice, [word(1, 165, 50)]) == lattice


def test_a_label_alone_stays_one_cell() -> None:
    lattice = rows_of((0, 1, 2, 3), (0,), (0, 1, 2, 3))
    assert with_lost_sides(lattice, [word(1, *LABEL)]) == lattice


def test_a_row_that_is_drawn_stays() -> None:
    lattice = rows_of((0, 1, 2, 3), (0, 1), (0, 1, 2, 3))
    words = [word(1, *LABEL), word(1, 250, 12)]
    assert with_lost_sides(lattice, words) == lattice


ONE = Lattice((40.0, 340.0), (100.0, 120.0, 140.0), (Span(0, 0, 1, 1), Span(1, 0, 1, 1)))


@given(label=st.floats(30, 90), value=st.floats(170, 300), wide=st.floats(5, 35))
def test_columns_that_all_rows_lost_are_told_by_the_gap_of_all(
    label: float, value: float, wide: float
) -> None:
    words = [word(0, 60, 40), word(0, 200, 90), word(1, 50, label), word(1, value, wide)]
    words += [word(row, 41, 1) for row in (0, 1)]  # what is left of the table's side
    mended = with_lost_sides(ONE, words)
    assert [(c.row, c.column) for c in mended.cells] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert 50 + label < mended.xs[1] < value
    assert all(p < 1 for p in mended.placing)


def test_a_box_with_lines_of_text_stays_one_column() -> None:
    text = [word(0, left, 80) for left in (50, 136, 220)] + [word(1, 50, 120), word(1, 176, 30)]
    assert with_lost_sides(ONE, text) is ONE


def test_a_column_of_names_stays_one_column() -> None:
    assert with_lost_sides(ONE, [word(0, 60, 40), word(1, 200, 90)]) is ONE
    assert with_lost_sides(ONE, [word(0, 60, 40), word(0, 200, 40)]) is ONE


def many(xs: tuple[float, ...]) -> Lattice:
    columns = len(xs) - 1
    cells = tuple(Span(row, column, 1, 1) for row in range(2) for column in range(columns))
    return Lattice(xs, (100.0, 130.0, 150.0), cells, (1.0,) * len(cells))


EVEN = tuple(80 + 30.0 * i for i in range(16))


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(1, 14), min_size=1, max_size=4), st.floats(6, 14), st.booleans())
def test_edges_that_strayed_are_put_right(moved: set[int], far: float, left: bool) -> None:
    xs = tuple(x + (far * (-1 if left else 1) if i in moved else 0) for i, x in enumerate(EVEN))
    mended = evened(many(xs))
    assert all(abs(a - b) < 0.1 for a, b in zip(mended.xs, EVEN, strict=True))
    beside = {column for i in moved for column in (i - 1, i)}
    for cell, placing in zip(mended.cells, mended.placing, strict=True):
        assert (placing < 1) == (cell.column in beside)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 14), st.floats(4, 12), st.booleans())
def test_an_edge_that_was_lost_and_one_beside_the_table_shift_no_column(
    lost: int, beyond: float, left: bool
) -> None:
    """They are as many as the form's, and one too far from where the lost one was."""
    extra = EVEN[0] - beyond if left else EVEN[-1] + beyond
    mended = evened(many(tuple(sorted({*EVEN, extra} - {EVEN[lost]}))))
    assert mended.xs == EVEN
    between = range(lost) if left else range(lost - 1, 15)
    assert all(
        placing < 1
        for cell, placing in zip(mended.cells, mended.placing, strict=True)
        if cell.column in between
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(15, 60), min_size=12, max_size=20))
def test_uneven_columns_stay(widths: list[float]) -> None:
    """Columns as wide as their words: no edge of theirs is moved for others."""
    xs = (80.0, *itertools.accumulate(widths, initial=80.0))[1:]
    lattice = many(tuple(xs))
    mean = (xs[-1] - xs[0]) / (len(xs) - 1)
    even = [xs[0] + mean * i for i in range(len(xs))]
    near = sum(min(abs(x - at) for x in xs) <= 0.15 * mean for at in even)
    if near < 0.7 * len(even):
        assert evened(lattice) == lattice


def test_few_columns_stay() -> None:
    lattice = many((80.0, 110.0, 150.0, 170.0))
    assert evened(lattice) == replace(lattice)


def test_columns_about_as_wide_by_their_words_stay() -> None:
    """A published layout: most edges lie where even columns have theirs, but none exactly."""
    xs = (52, 85, 120, 155, 190, 217, 252, 285, 318, 354, 377, 412, 445, 481, 518, 545)
    lattice = many(tuple(float(x) for x in xs))
    assert evened(lattice) == lattice
