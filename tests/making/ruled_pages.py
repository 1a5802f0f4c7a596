"""Ruled tables drawn as pixels, with a number in each cell."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.grid import RasterGrid
from ocr.image import PageImage, Pixels

PAPER = 255
SCALE = 150 / 72


@dataclass(frozen=True)
class Drawn:
    """A table in points; cells are row, column, row span, column span."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    cells: tuple[tuple[int, int, int, int], ...]


def with_head(xs: tuple[int, ...], ys: tuple[int, ...], wide: int) -> Drawn:
    """A table whose first cell is ``wide`` columns wide."""
    columns, rows = len(xs) - 1, len(ys) - 1
    head = [(0, 0, 1, wide), *((0, c, 1, 1) for c in range(wide, columns))]
    body = [(r, c, 1, 1) for r in range(1, rows) for c in range(columns)]
    return Drawn(xs, ys, (*head, *body))


def picture(
    table: Drawn, scale: float, *, ink: int = 30, rule: int = 40, thickness: float = 0.7
) -> Pixels:
    """The table with a number in each cell and a few lines of text below it, grey."""
    right, bottom = table.xs[-1] + 40, table.ys[-1] + 160
    page = np.full((int(bottom * scale), int(right * scale)), PAPER, np.uint8)
    wide = max(1, round(thickness * scale))
    for number, (row, column, row_span, column_span) in enumerate(table.cells):
        left, top = table.xs[column], table.ys[row]
        end, floor = table.xs[column + column_span], table.ys[row + row_span]
        corners = [(round(x * scale), round(y * scale)) for x, y in ((left, top), (end, floor))]
        cv2.rectangle(page, corners[0], corners[1], rule, wide)
        write(page, scale, (left + end) / 2 - 8, (top + floor) / 2 + 3.5, str(number * 37), ink)
    for line in range(5):
        y = table.ys[-1] + 40 + 18 * line
        write(page, scale, 45, y, "EHTLIF 0123 HEEL THE FIELD", ink)
    return page


def write(page: Pixels, scale: float, x: float, y: float, text: str, ink: int) -> None:
    place = (round(x * scale), round(y * scale))
    cv2.putText(
        page, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.33 * scale, ink,
        max(1, round(0.4 * scale)), cv2.LINE_AA,
    )  # fmt: skip


def page_of(grey: Pixels, scale: float) -> PageImage:
    return PageImage(np.dstack([grey, grey, grey]), scale)


def assert_found(table: Drawn, grid: RasterGrid, reach: float = 2.5) -> None:
    found = max(grid.lattices, key=lambda lattice: len(lattice.cells))
    assert len(found.xs) == len(table.xs)
    assert len(found.ys) == len(table.ys)
    cells = {(c.row, c.column, c.row_span, c.column_span) for c in found.cells}
    assert cells == set(table.cells)
    assert np.abs(np.subtract(found.xs, table.xs)).max() <= reach
    assert np.abs(np.subtract(found.ys, table.ys)).max() <= reach


def at(x: float, y: float) -> tuple[int, int]:
    return round(x * SCALE), round(y * SCALE)
