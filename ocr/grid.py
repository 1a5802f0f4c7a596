"""The grid of a scanned page, found before anything on it is read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gouji.grids.complete import completed
from gouji.grids.lattice import Lattice, find_lattices
from gouji.grids.rulings import Tolerance, joined
from gouji.model import Ruling, Word
from gouji.model.shape import TableShape

from .image import PageImage, Pixels
from .ink import ink_words
from .rulings import RasterRulings, Sight, find_rulings

# A side of a cell that no rule was found for is drawn where so much of it is seen, and more where
# type stands beside it (of its own darkness). Over 649 sides that are not drawn and 3,581 that
# are, this takes none of the first and 75-95 % of the second, by the damage.
LEAST_DRAWN, MORE_DRAWN = 0.5, 1.5
CUT_OFF = 0.8  # placing of a cell of which the picture may show a part only
PIECE = 0.3  # of a cell's side: a piece so long makes it worth looking for the rest
BLANK, LEAST_IN_BLANK = 0.02, 0.3  # a trace between blank sides


@dataclass(frozen=True, slots=True)
class RasterGrid:
    """The lattices of a page, where its ink stands (words without text), and its rules."""

    lattices: tuple[Lattice, ...]
    words: tuple[Word, ...]
    rulings: tuple[Ruling, ...]  # with those that only showed where a rule should be
    rules: RasterRulings
    tolerance: Tolerance


def find_grid(
    page: PageImage, grey: Pixels | None = None, shapes: Sequence[TableShape] = ()
) -> RasterGrid:
    """The drawn tables of a straightened page, top to bottom, by the builder of all tables.

    ``shapes`` are the tables to expect (`gouji.reports.shapes.form_shapes`): one that is nearly
    there is completed, and the placing of its cells says so.
    """
    rules = find_rulings(page, grey)
    words = ink_words(rules.ink, rules.mask, rules.size)
    tolerance = Tolerance.for_size(rules.size)
    rulings = rules.rulings
    lattices = find_lattices(joined(rulings, tolerance), words, tolerance)
    for look in (_sides_of_pieces, _sides_seen_again):
        more = [side for lattice in lattices for side in look(lattice, rules, tolerance)]
        if more:
            rulings = (*rulings, *more)
            lattices = find_lattices(joined(rulings, tolerance), words, tolerance)
    if shapes:
        lattices = [completed(lattice, words, shapes) for lattice in lattices]
    lattices = [_marked(lattice, rulings, page, tolerance) for lattice in lattices]
    return RasterGrid(tuple(lattices), tuple(words), rulings, rules, tolerance)


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


def _sides_seen_again(
    lattice: Lattice, rules: RasterRulings, tolerance: Tolerance
) -> Iterator[Ruling]:
    """Sides of cells on the lattice's own edges that are drawn after all, if faint or broken."""
    owner = lattice.owners()
    xs, ys = lattice.xs, lattice.ys
    for i in range(1, len(xs) - 1):
        for k in range(len(ys) - 1):
            if owner[k][i - 1] == owner[k][i]:
                sight = rules.look(False, xs[i], ys[k], ys[k + 1])
                if _drawn(sight):
                    yield Ruling(False, sight.at, ys[k], ys[k + 1])
    for i in range(1, len(ys) - 1):
        for k in range(len(xs) - 1):
            if owner[i - 1][k] == owner[i][k]:
                sight = rules.look(True, ys[i], xs[k], xs[k + 1])
                if _drawn(sight):
                    yield Ruling(True, sight.at, xs[k], xs[k + 1])


def _sides_of_pieces(
    lattice: Lattice, rules: RasterRulings, tolerance: Tolerance
) -> Iterator[Ruling]:
    """Sides of cells on lines that only pieces too short for a rule lie on."""
    for piece in rules.pieces:
        edges, stops = (lattice.ys, lattice.xs) if piece.horizontal else (lattice.xs, lattice.ys)
        if any(abs(piece.at - edge) <= tolerance.snap for edge in edges) or not (
            edges[0] < piece.at < edges[-1]
        ):
            continue
        for start, end in itertools.pairwise(stops):
            if min(end, piece.end) - max(start, piece.start) < PIECE * (end - start):
                continue
            sight = rules.look(piece.horizontal, piece.at, start, end)
            if _drawn(sight):
                yield Ruling(piece.horizontal, sight.at, start, end)


def _drawn(sight: Sight) -> bool:
    return sight.share >= LEAST_DRAWN + MORE_DRAWN * sight.crowd or (
        sight.crowd <= BLANK and sight.share >= LEAST_IN_BLANK
    )
