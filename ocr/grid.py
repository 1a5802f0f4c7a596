"""The grid of a scanned page, found before anything on it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gouji.grids.complete import agrees, completed
from gouji.grids.even import evened
from gouji.grids.lattice import Lattice, find_lattices
from gouji.grids.lost_sides import with_lost_sides
from gouji.grids.rulings import Tolerance, joined
from gouji.grids.strokes import without_strokes
from gouji.model import Box, Ruling, Word
from gouji.model.shape import TableShape

from .fitted import find_evidence, is_drawn, with_fitted
from .image import PageImage, Pixels
from .ink import ink_words
from .opencv import cv2
from .ruled import RasterRulings, find_rulings, inner_borders, rules_along
from .ruled.rulings import LEAST_IN_MASK

EDGE = 0.15  # type sizes: how wide a rule is at the most
NOISY = 0.2  # what noise may be, of the usual strength of rules
SEVERAL = 4  # rules of a page that make no table
FEW_ROWS = 3  # that may be lines of type
LEAST_TYPE = 0.6  # of the type size: lower words may be pieces of rules
BESIDE = 0.3  # type sizes on both sides of a fitted table's sides: there its rules run
CUT, CUT_SIDES = 0.1, 0.5  # row heights of a word on both sides of a side that cuts it; of sides
CUT_OFF = 0.8  # placing of a cell of which the picture may show a part only


@dataclass(frozen=True, slots=True)
class RasterGrid:
    """The lattices of a page, where its ink stands (words without text), and its rules.

    ``found`` are the rules before the sides of cells joined their mask.
    """

    lattices: tuple[Lattice, ...]
    words: tuple[Word, ...]
    rules: RasterRulings
    tolerance: Tolerance
    found: RasterRulings


def find_grid(
    page: PageImage,
    grey: Pixels | None = None,
    shapes: Sequence[TableShape] = (),
    simple: Sequence[TableShape] = (),
) -> RasterGrid:
    """The drawn tables of a straightened page, top to bottom, by the builder of all tables.

    ``shapes`` are the tables to expect (`gouji.reports.shapes.form_shapes`): one that is nearly
    there is completed, and the placing of its cells says so. ``simple`` are others
    (`gouji.reports.shapes.band_shapes`), of which too many lattices are nearly one: these only come
    of all the page's rules together.
    """
    rules = find_rulings(page, grey)
    words = ink_words(rules.ink, rules.mask, rules.size)
    tolerance = Tolerance.for_size(rules.size)
    rulings = rules.rulings
    lattices = find_lattices(joined(rulings, tolerance), words, tolerance)
    if shapes:
        lattices = [completed(lattice, words, shapes) for lattice in lattices]
        drawn = all(is_drawn(lattice, shapes) for lattice in lattices)
        lost = not lattices and len(rulings) >= SEVERAL
        if not drawn or lost or _is_faint(rules):
            type_ = [word for word in words if word.box.height >= LEAST_TYPE * rules.size]
            fitted = with_fitted(lattices, find_evidence(rules.seen), (*shapes, *simple))
            fitted = [one for one in fitted if one in lattices or not _is_type(one, type_)]
            rules = _cleared(rules, [one for one in fitted if one not in lattices], page)
            lattices = fitted
        lattices = [
            evened(one if agrees(one, shapes) else with_lost_sides(one, words)) for one in lattices
        ]
        lattices = [without_strokes(lattice, words, shapes) for lattice in lattices]
    lattices = [_marked(lattice, rulings, page, tolerance) for lattice in lattices]
    edged = _with_edges(rules, lattices, page)
    return RasterGrid(tuple(lattices), tuple(words), edged, tolerance, rules)


def with_lattices(
    page: PageImage, grid: RasterGrid, ruled: Sequence[Lattice], laid: Sequence[Lattice]
) -> RasterGrid:
    """The grid with these lattices instead: some with rules along their sides, others without."""
    lattices = sorted([*ruled, *laid], key=lambda lattice: (lattice.ys[0], lattice.xs[0]))
    rules = _with_edges(grid.found, ruled, page)
    return replace(grid, lattices=tuple(lattices), rules=rules)


def _is_type(lattice: Lattice, words: Sequence[Word]) -> bool:
    """Whether lines of type were taken for the rules of a few rows: its sides cut words."""
    if len(lattice.ys) - 1 > FEW_ROWS:
        return False
    cut = sides = 0
    for cell in lattice.cells[1:]:
        box = lattice.cell_box(cell)
        if cell.column == 0:
            continue
        beside = [w.box for w in words if w.box.top < box.bottom and w.box.bottom > box.top]
        near = CUT * (box.bottom - box.top)
        sides += 1
        cut += any(word.left + near < box.left < word.right - near for word in beside)
    return cut > CUT_SIDES * sides


def _is_faint(rules: RasterRulings) -> bool:
    """Whether rules may be lost in the noise: then a table may be missing altogether."""
    return rules.seen.noise > NOISY * max(rules.seen.strengths)


def _cleared(rules: RasterRulings, lattices: Sequence[Lattice], page: PageImage) -> RasterRulings:
    """The rules without what stands inside the cells of fitted tables: strokes of their type.

    Where rules are lost in noise, strokes that happen to stand in line were taken for some, and
    would be wiped out of the digits they belong to.
    """
    if not lattices:
        return rules
    near = max(1, round(BESIDE * rules.size * page.scale))
    inside, beside = (np.zeros(rules.mask.shape, np.uint8) for _ in range(2))
    for lattice in lattices:
        for cell in lattice.cells:
            corners = _pixels(lattice.cell_box(cell), page.scale)
            cv2.rectangle(inside, *corners, 255, -1)
            cv2.rectangle(beside, *corners, 255, 2 * near)
    mask = rules.mask.copy()
    mask[(inside > 0) & (beside == 0)] = 0
    return replace(rules, mask=mask)


def _pixels(box: Box, scale: float) -> tuple[tuple[int, int], tuple[int, int]]:
    return (
        (round(box.left * scale), round(box.top * scale)),
        (round(box.right * scale), round(box.bottom * scale)),
    )


def _with_edges(
    rules: RasterRulings, lattices: Sequence[Lattice], page: PageImage
) -> RasterRulings:
    """The rules with what is dark along the cells' sides: dashes to their edges, faint stretches,
    the second rule of two."""
    edges = np.zeros(rules.mask.shape, np.uint8)
    em = rules.size * page.scale
    boxes = [lattice.cell_box(cell) for lattice in lattices for cell in lattice.cells]
    corners = [_pixels(box, page.scale) for box in boxes]
    for first, last in corners:
        cv2.rectangle(edges, first, last, 255, max(3, round(EDGE * em)))
    cells = [(*first, *last) for first, last in corners]
    ink = rules.ink
    least = max(LEAST_IN_MASK, 0.5 * ink.threshold)
    edges = cv2.max(edges, rules_along(ink.darkness, cells, least, em))
    known = np.asarray(cv2.max(edges, rules.mask), np.uint8)
    inner = inner_borders(ink.darkness, known, cells, ink.threshold, em)
    if inner is not None:
        edges = cv2.max(edges, inner)
    edges[ink.darkness < LEAST_IN_MASK] = 0
    return replace(rules, mask=np.asarray(cv2.max(edges, rules.mask), dtype=np.uint8))


def _marked(
    lattice: Lattice, rulings: Sequence[Ruling], page: PageImage, tolerance: Tolerance
) -> Lattice:
    """The lattice with cells that the picture's edge cuts off marked in their placing."""

    def open_at(edge: float, limit: float, horizontal: bool) -> bool:
        near = min(edge, limit - edge) <= tolerance.snap
        return near and not any(
            r.horizontal is horizontal and abs(r.at - edge) <= tolerance.snap for r in rulings
        )

    xs, ys = lattice.xs, lattice.ys
    left, right = open_at(xs[0], page.width, False), open_at(xs[-1], page.width, False)
    top, bottom = open_at(ys[0], page.height, True), open_at(ys[-1], page.height, True)
    if not (left or right or top or bottom):
        return lattice
    rows, columns = len(ys) - 1, len(xs) - 1
    placing = []
    for index, cell in enumerate(lattice.cells):
        cut = (
            (left and cell.column == 0)
            or (right and cell.column + cell.column_span == columns)
            or (top and cell.row == 0)
            or (bottom and cell.row + cell.row_span == rows)
        )
        drawn = lattice.placing[index] if lattice.placing else 1.0
        placing.append(min(drawn, CUT_OFF) if cut else drawn)
    return replace(lattice, placing=tuple(placing))
