"""Tables on paper whose noise is as dark as their rules: told by numbers that stand out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from extractors.scan.unruled import is_poor, with_unruled
from gouji.grids.lattice import Lattice
from gouji.grids.spans import Span
from gouji.reports.forms import FORMS
from gouji.reports.shapes import form_shapes
from ocr.engine import SIGNS, Quad, Recognition
from ocr.grid import RasterGrid, find_grid
from ocr.image import PageImage, Pixels
from ocr.ink import find_ink

SCALE = 1.7
LABEL, WIDE = (70.0, 240.0), 38.0  # points: where labels stand, and a column of values
FIRST = 290.0  # the middle of the first column
ROWS = FORMS["T21"].applications[4:16]


class Told:
    """An engine that finds and reads given lines."""

    name = "told"

    def __init__(self, lines: Sequence[tuple[str, tuple[float, float, float, float]]]) -> None:
        self._lines = sorted(lines, key=lambda line: (line[1][1], line[1][0]))

    def detect(self, image: Pixels) -> list[Quad]:
        corners = [tuple(value * SCALE for value in box) for _, box in self._lines]
        return [((a, b), (c, b), (c, d), (a, d)) for a, b, c, d in corners]

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        signs = np.zeros((1, len(SIGNS) + 2), np.float32)
        if len(crops) != len(self._lines):  # of ink that is no text
            return [Recognition("", 0.0, (0.0,), signs) for _ in crops]
        return [
            Recognition(text, 0.99, (0.0, float(crop.shape[1])), signs)
            for (text, _), crop in zip(self._lines, crops, strict=True)
        ]

    def orientation(self, image: Pixels) -> dict[int, float]:
        return {0: 1.0, 90: 0.0, 180: 0.0, 270: 0.0}


def height(row: int) -> float:
    """The middle of a row."""
    return 200.0 + 20.0 * row


def page_of(values: Sequence[Sequence[int | None]], noise: float) -> Pixels:
    """Numbers in columns without rules, on noisy paper."""
    rng = np.random.default_rng(3)
    page = np.full((round(842 * SCALE), round(595 * SCALE)), 225, np.uint8)
    for row, cells in enumerate(values):
        for column, value in enumerate(cells):
            if value is None:
                continue
            at = (round((FIRST + WIDE * column - 6) * SCALE), round((height(row) + 4) * SCALE))
            cv2.putText(page, str(value), at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (60,), 1, cv2.LINE_AA)
    return np.asarray(np.clip(page + rng.normal(0, noise, page.shape), 0, 255).astype(np.uint8))


def labels(rows: int) -> list[tuple[str, tuple[float, float, float, float]]]:
    return [
        (row.labels[0], (LABEL[0], height(at) - 5, LABEL[1], height(at) + 5))
        for at, row in enumerate(ROWS[:rows])
    ]


def laid(grey: Pixels, engine: Told) -> tuple[Lattice, ...]:
    page = PageImage(grey, SCALE)
    grid = find_grid(page, grey, form_shapes())
    assert is_poor(grid)
    return with_unruled(page, grid, engine)[0].lattices


def sparse(rows: int) -> list[list[int | None]]:
    """Values of which many are left blank; in some rows all but one or none."""
    values: list[list[int | None]] = []
    for row in range(rows):
        full = row in (3, 6, 9)
        values.append(
            [(row * 7 + c) % 90 if full or (row + c) % 3 == 0 else None for c in range(7)]
        )
    values[5] = [None] * 6 + [28]
    return values


def test_numbers_that_stand_out_of_the_noise_make_rows_and_columns() -> None:
    (lattice,) = laid(page_of(sparse(len(ROWS)), 15.0), Told(labels(len(ROWS))))
    assert len(lattice.ys) - 1 == len(ROWS)
    values = lattice.xs[-8:]
    for column in range(7):
        assert values[column] < FIRST + WIDE * column < values[column + 1]
    for row in range(len(ROWS)):
        assert lattice.ys[row] < height(row) < lattice.ys[row + 1]


def test_noise_alone_makes_no_table() -> None:
    nothing: list[list[int | None]] = [[None] * 7 for _ in ROWS]
    assert laid(page_of(nothing, 15.0), Told(labels(len(ROWS)))) == ()


def test_a_table_stays_though_lines_are_read_over_its_cells() -> None:
    """Of a noisy page a line may be read over several cells; sides between columns cut none."""
    grid, lattice = with_table(moved=0.0)
    assert lattice in grid.lattices


def test_sides_through_what_was_read_are_those_of_no_table() -> None:
    grid, lattice = with_table(moved=0.5)
    assert lattice not in grid.lattices


def test_a_table_whose_sides_were_nearly_all_seen_is_not_type_whatever_was_read() -> None:
    grid, lattice = with_table(moved=0.5, seen=0.85)
    assert lattice in grid.lattices


def with_table(moved: float, seen: float = 0.0) -> tuple[RasterGrid, Lattice]:
    """What is left of a table laid over faint rules, ``moved`` by so much of a column, where lines
    are read over the cells of six rows; ``seen`` is the share of cells with four sides."""
    shape = next(one for one in form_shapes() if one.name == "T21/applications")
    rng = np.random.default_rng(4)
    wide, high = 48.0, 20.0
    grey = np.full((round(842 * SCALE), round(595 * SCALE)), 225, np.uint8)
    for row in range(8, 20, 2):
        for column in range(2, shape.columns):
            at = (
                round((60 + wide * (column + 0.5) - 8) * SCALE),
                round((104 + high * row) * SCALE),
            )
            cv2.putText(grey, "370", at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (60,), 1, cv2.LINE_AA)
    noisy = np.clip(grey + rng.normal(0, 20, grey.shape), 0, 255).astype(np.uint8)
    page = PageImage(np.asarray(noisy), SCALE)
    lattice = Lattice(
        tuple(60 + wide * (column + moved) for column in range(shape.columns + 1)),
        tuple(90 + high * row for row in range(shape.rows + 1)),
        tuple(Span(*cell) for cell in shape.cells),
        tuple(1.0 if at < seen * len(shape.cells) else 0.8 for at in range(len(shape.cells))),
    )
    blank = find_grid(PageImage(np.full_like(grey, 225), SCALE))
    found = replace(blank.found, ink=find_ink(page))
    grid = replace(blank, lattices=(lattice,), found=found, rules=found)
    tops = [90 + high * row for row in range(8, 20, 2)]
    over = [("属于国家秘密370000", (160.0, top + 4, 536.0, top + 17)) for top in tops]
    return with_unruled(page, grid, Told(over))[0], lattice


def test_rules_of_more_columns_than_any_form_has_give_way_to_numbers_and_labels() -> None:
    """Strokes of type over faint rules: more columns than are printed, and as many rows."""
    grey = page_of(sparse(len(ROWS)), 15.0)
    page = PageImage(grey, SCALE)
    xs = np.linspace(LABEL[0] - 5, FIRST + 6.5 * WIDE, 46).tolist()
    ys = [height(row) - 10 for row in range(len(ROWS) + 1)]
    cells = [Span(row, column, 1, 1) for row in range(len(ROWS)) for column in range(45)]
    grid = replace(
        find_grid(page, grey, form_shapes()),
        lattices=(Lattice(tuple(xs), tuple(ys), tuple(cells)),),
    )
    (lattice,) = with_unruled(page, grid, Told(labels(len(ROWS))))[0].lattices
    assert len(lattice.ys) - 1 == len(ROWS)
    assert len(lattice.xs) - 1 <= 10
