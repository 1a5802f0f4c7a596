"""A form's table over faint rules: all sides together say where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in

from gouji.grids.complete import agrees
from gouji.grids.lattice import Lattice
from gouji.grids.spans import Span
from gouji.model.shape import Cell, TableShape
from gouji.reports.shapes import band_shapes, form_shapes
from ocr.fitted import find_evidence
from ocr.fitted.shape import Net, fit
from ocr.grid import find_grid
from ocr.image import PageImage, Pixels
from ocr.ruled import find_rulings
from ocr.ruled.streaks import find_streaks

SHAPES = {shape.name: shape for shape in form_shapes()}
APPLICATIONS = SHAPES["T21/applications"]
SCALE = 130 / 72
LEFT, TOP, RIGHT = 60.0, 90.0, 540.0


def places(shape: TableShape, high: float = 20.0) -> tuple[list[float], list[float]]:
    xs = np.linspace(LEFT, RIGHT, shape.columns + 1).tolist()
    return xs, [TOP + high * row for row in range(shape.rows + 1)]


def drawn(shape: TableShape, seed: int, lost: float, faint: int) -> Pixels:
    """A page with a table of pale rules, with stretches of them gone, on noisy paper."""
    return all_drawn([(*places(shape), shape.cells)], seed, lost, faint)


def all_drawn(
    tables: Sequence[tuple[Sequence[float], Sequence[float], Sequence[Cell]]],
    seed: int,
    lost: float,
    faint: int,
) -> Pixels:
    rng = np.random.default_rng(seed)
    page = np.full((round(842 * SCALE), round(595 * SCALE)), 235, np.uint8)
    for *edges, cells in tables:
        xs, ys = ([round(v * SCALE) for v in one] for one in edges)
        for row, column, row_span, column_span in cells:
            left, right = xs[column], xs[column + column_span]
            top, bottom = ys[row], ys[row + row_span]
            cv2.rectangle(page, (left, top), (right, bottom), (235 - faint,), 1)
            cv2.putText(page, "37", ((left + right) // 2 - 8, (top + bottom) // 2 + 5),
                        cv2.FONT_HERSHEY_SIMPLEX, 0.45, (70,), 1, cv2.LINE_AA)  # fmt: skip
    gone = cv2.resize((rng.random((page.shape[0] // 6, page.shape[1] // 6)) < lost).astype(np.uint8),
                      (page.shape[1], page.shape[0]), interpolation=cv2.INTER_NEAREST)  # fmt: skip
    page[(gone > 0) & (page > 150)] = 235
    noisy = page + rng.normal(0, 9, page.shape)
    return np.asarray(np.clip(noisy, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("seed", one_in(2, [1, 2]))
def test_faint_and_broken_rules_still_make_the_forms_table(seed: int) -> None:
    grey = drawn(APPLICATIONS, seed, lost=0.1, faint=50)
    grid = find_grid(PageImage(grey, SCALE), grey, form_shapes())
    (lattice,) = grid.lattices
    cells = [(c.row, c.column, c.row_span, c.column_span) for c in lattice.cells]
    assert sorted(cells) == sorted(APPLICATIONS.cells)
    xs, ys = places(APPLICATIONS)
    assert np.allclose(lattice.xs, xs, atol=2)
    assert np.allclose(lattice.ys, ys, atol=2)


@pytest.mark.parametrize("seed", one_in(3, [1, 2, 3]))
def test_small_tables_one_below_the_other_are_not_taken_for_one(seed: int) -> None:
    """Bands of article 20 as tables of their own, of four columns and of two, and the first rows
    of part three below them: no table of the form may be laid over several of them."""
    first = SHAPES["T21/article20/0"]
    (single,) = (shape for shape in band_shapes() if shape.columns == 2)
    tables, top = [], TOP
    for shape, rows in ((first, range(4)), (single, range(3)), (single, range(3, 7)),
                        (single, range(7, 10)), (APPLICATIONS, range(5))):  # fmt: skip
        cells = [
            (row - rows.start, column, min(high, rows.stop - row), wide)
            for row, column, high, wide in shape.cells
            if row in rows
        ]
        xs = [LEFT, 200.0, 310.0, 420.0, RIGHT] if shape is first else places(shape)[0]
        ys = [top + 17 * row for row in range(len(rows) + 1)]
        tables.append(([LEFT, 200.0, RIGHT] if shape is single else xs, ys, cells))
        top = ys[-1] + (35 if rows.start == 7 else 12)
    grey = all_drawn(tables, seed, lost=0.1, faint=50)
    found = find_grid(PageImage(grey, SCALE), grey, form_shapes(), band_shapes()).lattices
    assert len(found) == len(tables)
    for lattice, (_, ys, _) in zip(found, tables, strict=True):
        assert np.allclose(lattice.ys, ys, atol=2)


def test_a_streak_is_no_rule_and_a_table_that_fills_its_picture_has_none() -> None:
    page = np.zeros((1200, 900), np.uint8)
    cv2.line(page, (300, 0), (306, 1199), (90,), 1)
    mask = find_streaks(page)
    assert mask is not None
    assert mask[600, 303] == 255
    assert mask[:, 500:].max() == 0
    for y in range(0, 1200, 60):
        cv2.line(page, (4, y), (895, y), (200,), 1)
    for x in (4, 450, 895):
        cv2.line(page, (x, 0), (x, 1199), (200,), 1)
    assert find_streaks(page) is None


def test_another_table_is_not_bent_into_a_form() -> None:
    cells = [(row, column, 1, 1) for row in range(12) for column in range(6)]
    plain = TableShape.of("plain", cells)
    grey = drawn(plain, 3, lost=0.0, faint=120)
    (lattice,) = find_grid(PageImage(grey, SCALE), grey, form_shapes()).lattices
    assert (len(lattice.ys) - 1, len(lattice.xs) - 1) == (12, 6)
    assert len(lattice.cells) == 72


@st.composite
def ranges(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """First and last row of the applications, and lines too many across and down."""
    first = draw(st.integers(0, APPLICATIONS.rows - 4))
    last = draw(st.integers(first + 3, APPLICATIONS.rows))
    return first, last, draw(st.integers(0, 2)), draw(st.integers(0, 3))


@settings(max_examples=40, deadline=None)
@given(ranges(), st.integers(0, 1000))
def test_a_range_of_rows_is_laid_over_its_own_lines(
    chosen: tuple[int, int, int, int], seed: int
) -> None:
    first, last, more_across, more_down = chosen
    rng = np.random.default_rng(seed)
    rows, columns = last - first, APPLICATIONS.columns
    down = np.full((columns + 1, rows), -1.0)
    across = np.full((rows + 1, columns), -1.0)
    for row, column, row_span, column_span in APPLICATIONS.cells:
        top, bottom = max(row, first) - first, min(row + row_span, last) - first
        if top < bottom:
            down[[column, column + column_span], top:bottom] = 1
            across[[top, bottom], column : column + column_span] = 1
    down += rng.uniform(-0.5, 0.5, down.shape)
    across += rng.uniform(-0.5, 0.5, across.shape)
    down, across = with_lines(down, across, more_down, rng)
    across, down = with_lines(across, down, more_across, rng)
    net = Net(np.pad(np.cumsum(down, 1), ((0, 0), (1, 0))),
              np.pad(np.cumsum(across, 1), ((0, 0), (1, 0))))  # fmt: skip
    found = fit(net, APPLICATIONS)
    assert found is not None
    assert len(found.rows) == rows
    assert len(found.columns) == columns + 1
    assert list(found.columns) == sorted(set(found.columns))


def with_lines(
    lines: np.ndarray, others: np.ndarray, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Lines with some put in that nothing speaks for; the others are cut where they cross."""
    for _ in range(count):
        at = int(rng.integers(1, len(lines)))
        lines = np.insert(lines, at, -0.9, axis=0)
        others = np.insert(others, at, others[:, at - 1], axis=1)
    return lines, others


def test_a_lattice_agrees_with_rows_of_a_form_with_heads_before_them() -> None:
    heads, first = 3, 10
    rows = [*range(heads), *range(first, APPLICATIONS.rows)]
    cells = []
    for row, column, row_span, column_span in APPLICATIONS.cells:
        if row < heads:
            cells.append(Span(row, column, row_span, column_span))
        top, bottom = max(row, first), row + row_span
        if top < bottom:
            cells.append(Span(top - first + heads, column, bottom - top, column_span))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    xs = tuple(float(x) for x in range(APPLICATIONS.columns + 1))
    lattice = Lattice(xs, tuple(float(y) for y in range(len(rows) + 1)), tuple(cells))
    assert agrees(lattice, form_shapes())
    joined = Span(cells[-2].row, cells[-2].column, 1, 2)
    assert not agrees(Lattice(xs, lattice.ys, (*cells[:-2], joined)), form_shapes())


def ruled(page: Pixels, shape: TableShape, top: float, high: float, ink: int) -> list[int]:
    """Draw a table; the pixels of its row edges."""
    xs = [round(x * SCALE) for x in np.linspace(LEFT, RIGHT, shape.columns + 1)]
    ys = [round((top + high * row) * SCALE) for row in range(shape.rows + 1)]
    for row, column, row_span, column_span in shape.cells:
        cv2.rectangle(page, (xs[column], ys[row]),
                      (xs[column + column_span], ys[row + row_span]), (ink,), 1)  # fmt: skip
        middle = (xs[column] + 8, (ys[row] + ys[row + row_span]) // 2 + 5)
        cv2.putText(page, "37", middle, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (70,), 1, cv2.LINE_AA)
    return ys


def test_thick_dashes_as_large_as_characters_are_rules() -> None:
    page = np.full((round(842 * SCALE), round(595 * SCALE)), 235, np.uint8)
    ys = ruled(page, SHAPES["T19/article20/0"], 100, 15, 235)
    for y in ys:
        for x in range(108, 975, 19):
            cv2.rectangle(page, (x, y - 3), (x + 15, y + 3), (90,), -1)
    rulings = find_rulings(PageImage(page, SCALE), page).rulings
    flat = [rule for rule in rulings if rule.horizontal]
    assert np.allclose(sorted(rule.at * SCALE for rule in flat), ys, atol=2)
    assert all(rule.end - rule.start > 470 for rule in flat)


def test_strokes_of_labels_are_no_side_of_a_table_that_its_rules_show() -> None:
    """One row's label has strokes from top to bottom; elsewhere on the page is another table."""
    cells = [cell for cell in APPLICATIONS.cells if cell[0] < 5]
    xs, ys = places(APPLICATIONS, 16)
    plain = [(row, column, 1, 1) for row in range(3) for column in range(5)]
    below = [ys[5] + 60 + 18 * row for row in range(4)]
    tables = [(xs, ys[:6], cells), (xs[::2], below, plain)]
    page = all_drawn(tables, 1, lost=0, faint=120)
    middle = round((xs[0] + xs[3]) / 2 * SCALE)
    for top, bottom in ((ys[3], ys[4]), (ys[4], ys[5])):
        cv2.line(page, (middle, round(top * SCALE) + 2), (middle, round(bottom * SCALE) - 2), (90,))
    table, *_ = find_grid(PageImage(page, SCALE), page, form_shapes(), band_shapes()).lattices
    assert len(table.xs) - 1 == 8  # the labels' three columns are one in these rows
    assert np.allclose(table.ys, ys[:6], atol=2)


def test_strokes_of_type_neither_make_columns_of_faint_rules_nor_are_wiped_out_as_rules() -> None:
    rng = np.random.default_rng(1)
    grey = drawn(APPLICATIONS, 1, lost=0.4, faint=25)
    xs, ys = places(APPLICATIONS)
    strokes = []
    for row, column, _, column_span in APPLICATIONS.cells:
        for _ in range(6 * column_span):
            at = round(rng.uniform(xs[column] + 8, xs[column + column_span] - 8) * SCALE)
            top, bottom = round((ys[row] + 5) * SCALE), round((ys[row] + 15) * SCALE)
            cv2.line(grey, (at, top), (at, bottom), (60,), 2)
            strokes.append((slice(top + 2, bottom - 2), at))
    grid = find_grid(PageImage(grey, SCALE), grey, form_shapes())
    (lattice,) = grid.lattices
    assert len(lattice.xs) == len(xs)
    assert np.allclose(lattice.xs, xs, atol=2)
    wiped = [bool(grid.rules.mask[place].any()) for place in strokes]
    assert sum(wiped) < 0.02 * len(wiped)


def test_a_caption_of_the_form_is_no_row_that_lost_its_sides() -> None:
    """Its text stands within one column, and a mark in another, as a label and a value would."""
    shape = SHAPES["T19/article20/0"]
    first, last = 4, 12
    xs, ys = [LEFT, 200.0, 400.0, 470.0, RIGHT], [TOP + 20 * row for row in range(last - first + 1)]
    cells = shape.part(first, last)
    grey = all_drawn([(xs, ys, cells)], 1, lost=0.0, faint=120)
    (caption,) = [row for row, _, _, wide in cells if wide == shape.columns and row > 0]
    at = (round((LEFT + 50) * SCALE), round((ys[caption] + 13) * SCALE))
    cv2.putText(grey, "37", at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (70,), 1, cv2.LINE_AA)
    (lattice,) = find_grid(PageImage(grey, SCALE), grey, form_shapes()).lattices
    assert len(lattice.ys) == len(ys)
    assert [c.column_span for c in lattice.cells if c.row == caption] == [shape.columns]


def test_a_table_of_short_dashes_is_laid_over_what_was_found_of_it() -> None:
    """Of its sides few are found, and the form's shape makes another table of them."""
    shape = SHAPES["T19/article20/0"]
    rows, high = 13, 13.0
    xs, ys = [LEFT, 185.0, 285.0, 385.0, 485.0], [TOP + high * row for row in range(rows + 1)]
    grey = np.full((round(842 * SCALE), round(595 * SCALE)), 225, np.uint8)
    rng = np.random.default_rng(5)

    def dashes(first: float, last: float, phase: float, limits: tuple[float, float]) -> list[slice]:
        """Pixels of the dashes between two places, of which ``limits`` are drawn."""
        starts = np.arange(first + phase, last, 12.0)
        ends = [(max(a, limits[0]), min(a + 8.0, limits[1])) for a in starts.tolist()]
        return [slice(round(a * SCALE), round(b * SCALE) + 1) for a, b in ends if a < b]

    phases = rng.uniform(0, 8, len(xs)).tolist()
    for row, column, row_span, column_span in shape.part(0, rows):
        left, right, top, bottom = xs[column], xs[column + column_span], ys[row], ys[row + row_span]
        for y in (top, bottom):
            for dash in dashes(left, right, 0.0, (left, right)):
                grey[round(y * SCALE), dash] = 105
        for edge in (column, column + column_span):
            for dash in dashes(ys[0], ys[-1], phases[edge], (top, bottom)):
                grey[dash, round(xs[edge] * SCALE)] = 105
        text = "HEAD" if column_span > 1 or column == 0 else "37"
        place = round(((left + right) / 2 - 10) * SCALE), round((top + high / 2 + 3.5) * SCALE)
        cv2.putText(grey, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (60,), 1, cv2.LINE_AA)
    grey = np.clip(grey + rng.normal(0, 8, grey.shape), 0, 255).astype(np.uint8)
    (lattice,) = find_grid(PageImage(grey, SCALE), grey, form_shapes()).lattices
    assert len(lattice.ys) == len(ys)
    assert np.allclose(lattice.xs, xs, atol=2)


def test_the_edge_of_the_paper_is_no_side_of_a_table_and_a_picture_cut_out_round_one_keeps_its_own(
) -> None:  # fmt: skip
    def speaks_for(grey: Pixels, across: Sequence[float]) -> list[float]:
        """How much of an upright line there is at each of ``across`` (points), −1 to 1."""
        seen = find_evidence(find_rulings(PageImage(grey, SCALE), grey).seen)
        spots = [round(x * seen.scale) for x in across]
        return [float(seen.down[at - 2 : at + 3].mean(axis=1).max()) for at in spots]

    xs, ys = places(APPLICATIONS)
    page = drawn(APPLICATIONS, 1, lost=0.1, faint=90)
    cv2.line(page, (20, 0), (26, len(page) - 1), (60,), 8)
    *edge, side = speaks_for(page, [*(x / SCALE for x in range(20, 34)), xs[5]])
    assert max(edge) < -0.5
    assert side > -0.5
    first, last = round((TOP + 2) * SCALE), round((ys[-1] - 2) * SCALE)
    [side] = speaks_for(np.ascontiguousarray(page[first:last]), xs[5:6])
    assert side > 0
