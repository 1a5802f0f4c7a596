"""A grid that is nearly the form's gets the form's cells, and says which of them it did not see."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in

from gouji.grids import build_tables
from gouji.grids.complete import EDGE, agrees, completed
from gouji.grids.lattice import Lattice, Span
from gouji.grids.strokes import without_strokes
from gouji.model import Box, Word
from gouji.model.shape import TableShape
from gouji.reports.shapes import form_shapes

SHAPES = {shape.name: shape for shape in form_shapes()}
SIZE = 9.0


def lattice_of(shape: TableShape, first: int = 0, last: int | None = None) -> Lattice:
    """The rows of a shape as a drawn lattice: rows of 24 pt, columns of 50 pt."""
    last = shape.rows if last is None else last
    cells = [Span(*cell) for cell in shape.part(first, last)]
    xs = tuple(40.0 + 50 * i for i in range(shape.columns + 1))
    ys = tuple(100.0 + 24 * i for i in range(last - first + 1))
    return Lattice(xs, ys, tuple(sorted(cells, key=lambda c: (c.row, c.column))))


def words_in(lattice: Lattice) -> list[Word]:
    """One word in the middle of every cell."""
    words = []
    for cell in lattice.cells:
        box = lattice.cell_box(cell)
        place = Box(
            box.center_x - 9, box.center_y - SIZE / 2, box.center_x + 9, box.center_y + SIZE / 2
        )
        words.append(Word("口口", place, SIZE))
    return words


def joined(lattice: Lattice, one: int, other: int) -> Lattice | None:
    """The lattice without the side between two cells, or None where they make no rectangle."""
    a, b = lattice.cells[one], lattice.cells[other]
    if (a.row, a.row_span) == (b.row, b.row_span) and a.column + a.column_span == b.column:
        whole = Span(a.row, a.column, a.row_span, a.column_span + b.column_span)
    elif (a.column, a.column_span) == (b.column, b.column_span) and a.row + a.row_span == b.row:
        whole = Span(a.row, a.column, a.row_span + b.row_span, a.column_span)
    else:
        return None
    cells = [c for c in lattice.cells if c not in (a, b)] + [whole]
    return Lattice(lattice.xs, lattice.ys, tuple(sorted(cells, key=lambda c: (c.row, c.column))))


def without_edge(lattice: Lattice, column: int) -> Lattice:
    """The lattice whose rule down before ``column`` is lost over its whole length."""
    cells: dict[tuple[int, int], Span] = {}
    for cell in lattice.cells:
        end = cell.column + cell.column_span
        start = cell.column - (cell.column >= column)
        span = end - (end >= column) - start
        held = cells.get((cell.row, start))
        cells[cell.row, start] = Span(cell.row, start, cell.row_span, max(span, 1))
        assert held is None or held.row_span == cell.row_span
    xs = (*lattice.xs[:column], *lattice.xs[column + 1 :])
    return Lattice(xs, lattice.ys, tuple(cells[key] for key in sorted(cells)))


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_whole_table_stays_as_it_is(name: str) -> None:
    whole = lattice_of(SHAPES[name])
    assert completed(whole, words_in(whole), form_shapes()) == whole


@st.composite
def with_sides_lost(draw: st.DrawFn) -> tuple[Lattice, Lattice]:
    """A page's rows of a table, whole, and with up to three sides of cells lost."""
    name = draw(st.sampled_from(["T21/applications", "T19/applications", "review"]))
    shape = SHAPES[name]
    first = 0 if name == "review" else draw(st.integers(0, shape.rows - 12))
    last = shape.rows if name == "review" else draw(st.integers(first + 12, shape.rows))
    whole = lattice_of(shape, first, last)
    damaged = whole
    for _ in range(draw(st.integers(1, 2 if name == "review" else 3))):
        pairs = [
            made
            for a, b in itertools.pairwise(range(len(damaged.cells)))
            if (made := joined(damaged, a, b)) is not None
        ]
        damaged = draw(st.sampled_from(pairs))
    return whole, damaged


def as_near(damaged: Lattice, whole: Lattice) -> list[Lattice]:
    """Other rows of a form that have as few sides more or less than the damaged ones."""
    rows, columns = len(whole.ys) - 1, len(whole.xs) - 1
    least = len(sides(damaged) ^ sides(whole))
    others = (
        lattice_of(shape, first, first + rows)
        for shape in SHAPES.values()
        if shape.columns == columns
        for first in range(shape.rows - rows + 1)
    )
    return [
        other
        for other in others
        if other.cells != whole.cells and len(sides(damaged) ^ sides(other)) <= least
    ]


def sides(lattice: Lattice) -> set[tuple[int, int, bool]]:
    """Every side between two places of the grid: before (False) or above (True) a place."""
    found = set()
    for cell in lattice.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            found.add((row, cell.column, False))
        for column in range(cell.column, cell.column + cell.column_span):
            found.add((cell.row, column, True))
    return found


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(with_sides_lost())
def test_sides_that_are_lost_come_back_and_are_marked(pair: tuple[Lattice, Lattice]) -> None:
    whole, damaged = pair
    result = completed(damaged, words_in(whole), form_shapes())
    others = as_near(damaged, whole)  # what was lost told these rows from others
    if others or len(sides(whole) - sides(damaged)) >= EDGE:  # or as well a whole edge was
        assert set(result.cells) in [set(rows.cells) for rows in (damaged, whole, *others)]
        return
    assert set(result.cells) == set(whole.cells)
    drawn = {(c.row, c.column, c.row_span, c.column_span) for c in damaged.cells}
    for cell, placing in zip(result.cells, result.placing, strict=True):
        seen = (cell.row, cell.column, cell.row_span, cell.column_span) in drawn
        assert (placing == 1.0) == seen
        assert seen or placing < 0.9


@pytest.mark.parametrize("column", one_in(3, [4, 5, 6, 7, 8]))
def test_a_rule_lost_over_its_length_is_put_where_the_paper_is_blank(column: int) -> None:
    whole = lattice_of(SHAPES["T21/applications"], 3)
    result = completed(without_edge(whole, column), words_in(whole), form_shapes())
    assert set(result.cells) == set(whole.cells)
    assert abs(result.xs[column] - whole.xs[column]) < 16
    assert {p for p in result.placing if p < 1} == {0.8}


def test_no_cell_is_made_by_cutting_through_ink() -> None:
    whole = lattice_of(SHAPES["T21/applications"])
    damaged = joined(whole, 40, 41)
    assert damaged is not None
    cut = next(c for c in damaged.cells if c not in whole.cells)
    box = damaged.cell_box(cut)
    across = Word(
        "口" * 6,
        Box(box.center_x - 30, box.center_y - 4, box.center_x + 30, box.center_y + 4),
        SIZE,
    )
    outside = [w for w in words_in(whole) if not box.contains(w.box.center_x, w.box.center_y)]
    assert completed(damaged, [*outside, across], form_shapes()) == damaged


def split(lattice: Lattice, index: int) -> Lattice:
    """The lattice with a stray rule down through the middle of its column at one cell."""
    cell = lattice.cells[index]
    at = cell.column
    middle = (lattice.xs[at] + lattice.xs[at + 1]) / 2
    cells = []
    for each in lattice.cells:
        if each == cell:
            cells += [Span(cell.row, at, 1, 1), Span(cell.row, at + 1, 1, 1)]
        else:
            start = each.column + (each.column > at)
            wide = each.column <= at < each.column + each.column_span
            cells.append(Span(each.row, start, each.row_span, each.column_span + wide))
    xs = (*lattice.xs[: at + 1], middle, *lattice.xs[at + 1 :])
    return Lattice(xs, lattice.ys, tuple(sorted(cells, key=lambda c: (c.row, c.column))))


def value_cell(lattice: Lattice) -> int:
    return next(i for i, c in enumerate(lattice.cells) if (c.row, c.column) == (9, 5))


def test_a_stray_line_through_a_cell_is_taken_out() -> None:
    whole = lattice_of(SHAPES["T21/applications"])
    index = value_cell(whole)
    words = [w for i, w in enumerate(words_in(whole)) if i != index]
    box = whole.cell_box(whole.cells[index])
    one = Word("口", Box(box.left + 4, box.top + 6, box.left + 12, box.bottom - 6), SIZE)
    result = completed(split(whole, index), [*words, one], form_shapes())
    assert set(result.cells) == set(whole.cells)
    assert sum(p < 0.9 for p in result.placing) == 1


def test_two_values_never_become_one_cell() -> None:
    whole = lattice_of(SHAPES["T21/applications"])
    index = value_cell(whole)
    damaged = split(whole, index)
    words = [w for i, w in enumerate(words_in(whole)) if i != index]
    box = whole.cell_box(whole.cells[index])
    two = [
        Word("口", Box(x, box.top + 6, x + 8, box.bottom - 6), SIZE)
        for x in (box.left + 4, box.right - 12)
    ]
    assert completed(damaged, [*words, *two], form_shapes()) == damaged


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(rows=st.integers(1, 30), columns=st.integers(1, 16))
def test_a_table_of_another_kind_stays_as_it_is(rows: int, columns: int) -> None:
    cells = tuple(Span(r, c, 1, 1) for r in range(rows) for c in range(columns))
    xs = tuple(40.0 + 30 * i for i in range(columns + 1))
    ys = tuple(40.0 + 20 * i for i in range(rows + 1))
    plain = Lattice(xs, ys, cells)
    assert completed(plain, words_in(plain), form_shapes()) == plain


def test_the_placing_goes_on_into_the_cells_of_the_table() -> None:
    whole = lattice_of(SHAPES["review"])
    damaged = joined(whole, 24, 25)
    assert damaged is not None
    lattice = completed(damaged, words_in(whole), form_shapes())
    (table,) = build_tables(1, (), words_in(whole), "scan", lattices=[lattice]).tables
    doubtful = [cell for cell in table.cells if cell.confidence < 0.9]
    assert len(doubtful) == 2


def test_a_shape_whose_cells_do_not_tile_it_is_refused() -> None:
    broken: Sequence[tuple[int, int, int, int]] = [(0, 0, 1, 1), (0, 2, 1, 1)]
    with pytest.raises(ValueError, match="tile"):
        TableShape.of("broken", broken)


@pytest.mark.parametrize("name", ["T21/applications", "T21/article20/0", "T19/applications"])
@pytest.mark.parametrize("strokes", [1, 2, 3])
def test_strokes_of_a_seal_are_no_sides(name: str, strokes: int) -> None:
    """Its ring crosses a row or two, anywhere between two real edges."""
    whole = lattice_of(SHAPES[name])
    rng = np.random.default_rng(strokes)
    stroked = whole
    for _ in range(strokes):
        column = int(rng.integers(1, len(stroked.xs) - 1))
        row = int(rng.integers(3, len(stroked.ys) - 2))
        stroked = with_stroke(stroked, column, range(row, row + 2))
    assert stroked != whole
    assert not agrees(stroked, form_shapes())
    found = without_strokes(stroked, words_in(whole), form_shapes())
    assert set(found.cells) == set(whole.cells)
    assert found.xs == whole.xs
    assert min(found.placing) < 0.9
    assert without_strokes(whole, words_in(whole), form_shapes()) == whole


def with_stroke(lattice: Lattice, column: int, rows: range) -> Lattice:
    """The lattice with an edge in the middle of a column that parts cells in some rows only."""
    at = (lattice.xs[column] + lattice.xs[column + 1]) / 2 + 11  # beside what stands there
    cells = []
    for cell in lattice.cells:
        end = cell.column + cell.column_span
        start = cell.column + (cell.column > column)
        if cell.column <= column < end and cell.row in rows and cell.row_span == 1:
            cells.append(Span(cell.row, start, 1, column + 1 - cell.column))
            cells.append(Span(cell.row, column + 1, 1, end - column))
        else:
            span = cell.column_span + (cell.column <= column < end)
            cells.append(Span(cell.row, start, cell.row_span, span))
    xs = tuple(sorted((*lattice.xs, at)))
    return Lattice(xs, lattice.ys, tuple(sorted(cells, key=lambda c: (c.row, c.column))))


@pytest.mark.parametrize("first", [7, 12, 20])
@pytest.mark.parametrize("name", ["T21/applications", "T19/applications"])
def test_a_page_that_repeats_the_heads_gets_the_side_it_lost(name: str, first: int) -> None:
    """Below the heads stands any row: they are no rows of values that lost their sides."""
    whole = lattice_of(SHAPES[name].going_on(first))
    assert agrees(whole, form_shapes())
    row = SHAPES[name].heads + 2
    beside = [i for i, c in enumerate(whole.cells) if c.row == row and c.column >= 4]
    damaged = joined(whole, beside[0], beside[1])
    assert damaged is not None
    result = completed(damaged, words_in(whole), form_shapes())
    assert set(result.cells) == set(whole.cells)
    assert sum(p < 1 for p in result.placing) == 2
