"""The tables of one page, and the words that stand outside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gouji.model import Box, Ruling, TableCell, TableCells, TablePart, Word

from .aligned import aligned_lattices
from .boxes import box_rulings
from .lattice import Lattice, find_lattices, single_boxes
from .placing import cell_text, place_words, split_numbers
from .rulings import Tolerance, joined

# A frame round running text has cells that hold paragraphs; a cell of a table seldom has as many
# characters as this many in the mean.
PARAGRAPH = 160
FEWEST_BOXES = 4
EMPTY = 8  # a drawing without text and with fewer cells is an ornament
SEPARATOR = 60.0  # points: a rule or shade at least so wide may part rows
ALIGNED = "_aligned"


@dataclass(frozen=True, slots=True)
class PageTables:
    """What the builder made of a page."""

    tables: tuple[TablePart, ...]  # top to bottom; `part` counts from 0 on this page
    outside: tuple[Word, ...]  # words in no table
    tolerance: Tolerance


def build_tables(
    page: int,
    rulings: Sequence[Ruling],
    words: Sequence[Word],
    reader: str,
    *,
    shades: Sequence[Box] = (),
    lattices: Sequence[Lattice] | None = None,
) -> PageTables:
    """Tables from rulings and words of one page, whoever found them (file or pixels).

    Drawn tables first (``lattices``, where they were found before the words were read); then
    tables of boxes and shaded cells (``shades``); then, among the words that are left, tables
    without rules between columns, whose reader is ``reader`` + ``_aligned``.
    """
    tolerance = Tolerance.for_words(words)
    builder = _Builder(page, reader, list(words))
    drawn = joined(rulings, tolerance) if rulings else []
    builder.add(find_lattices(drawn, words, tolerance) if lattices is None else lattices)
    boxes = [*shades, *single_boxes(drawn, tolerance)]
    if len(boxes) >= FEWEST_BOXES and builder.remaining:
        sides = box_rulings(boxes, builder.remaining, tolerance)
        builder.add(find_lattices(joined(sides, tolerance), builder.remaining, tolerance))
    if builder.remaining:
        separators = [r.at for r in drawn if r.horizontal and r.length > SEPARATOR]
        separators += [y for box in shades if box.width > SEPARATOR for y in (box.top, box.bottom)]
        lattices = aligned_lattices(builder.remaining, separators, tolerance)
        builder.add(lattices, reader + ALIGNED)
    builder.tables.sort(key=lambda part: (part.box.top, part.box.left))
    numbered = tuple(replace(part, part=index) for index, part in enumerate(builder.tables))
    return PageTables(numbered, tuple(builder.remaining), tolerance)


class _Builder:
    """Collects the tables of a page, and the words that no table has taken."""

    def __init__(self, page: int, reader: str, words: list[Word]) -> None:
        self.tables: list[TablePart] = []
        self.remaining: Sequence[Word] = words
        self._page = page
        self._reader = reader

    def add(self, lattices: Sequence[Lattice], reader: str | None = None) -> None:
        for lattice in lattices:
            placed, outside = place_words(lattice, self.remaining)
            lattice, placed = split_numbers(lattice, placed)
            part = _part(self._page, lattice, placed, reader or self._reader)
            if part is not None:
                self.tables.append(part)
                self.remaining = outside


def _part(
    page: int, lattice: Lattice, placed: Sequence[Sequence[Word]], reader: str
) -> TablePart | None:
    texts = [cell_text(words) for words in placed]
    if not _is_table(lattice, texts):
        return None
    cells = TableCells(
        TableCell(
            span.row,
            span.column,
            span.row_span,
            span.column_span,
            text,
            lattice.cell_box(span),
            lattice.placing[index] if lattice.placing else 1.0,
        )
        for index, (span, text) in enumerate(zip(lattice.cells, texts, strict=True))
    )
    shape = (len(lattice.ys) - 1, len(lattice.xs) - 1)
    return TablePart(page, 0, None, lattice.box, shape, cells, reader)


def _is_table(lattice: Lattice, texts: Sequence[str]) -> bool:
    """Whether a lattice holds a table: not a frame round text, not an empty drawing."""
    filled = [text for text in texts if text.strip()]
    if not filled:
        return len(lattice.cells) >= EMPTY  # a row that a page break cut off, its zeros left blank
    if len(lattice.xs) == 2 and any(
        sum("\t" in line for line in text.split("\n")) > 1 for text in filled
    ):
        return False  # bands across a table whose columns are not drawn
    if len(lattice.cells) <= 3 and max(len(text) for text in filled) > PARAGRAPH:
        return False
    return not (len(filled) == 1 and len(lattice.cells) > 1 and _is_frame(lattice))


def _is_frame(lattice: Lattice) -> bool:
    """One big cell with slivers round it: a border of two lines."""
    areas = sorted((lattice.cell_box(c).area for c in lattice.cells), reverse=True)
    return areas[0] > 0.9 * sum(areas)
