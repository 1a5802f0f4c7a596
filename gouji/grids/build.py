"""The tables of one page, and the words that stand outside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gouji.model import Ruling, TableCell, TableCells, TablePart, Word

from .lattice import Lattice, find_lattices
from .placing import cell_text, place_words
from .rulings import Tolerance, joined

# A frame round running text has cells that hold paragraphs; a cell of a table seldom has as many
# characters as this many in the mean.
PARAGRAPH = 160


@dataclass(frozen=True, slots=True)
class PageTables:
    """What the builder made of a page."""

    tables: tuple[TablePart, ...]  # top to bottom; `part` counts from 0 on this page
    outside: tuple[Word, ...]  # words in no table
    tolerance: Tolerance


def build_tables(
    page: int, rulings: Sequence[Ruling], words: Sequence[Word], reader: str
) -> PageTables:
    """Tables from rulings and words of one page, whoever found them (file or pixels)."""
    tolerance = Tolerance.for_words(words)
    remaining: Sequence[Word] = words
    tables: list[TablePart] = []
    if len(rulings) >= 2:
        for lattice in find_lattices(joined(rulings, tolerance), words, tolerance):
            placed, outside = place_words(lattice, remaining)
            part = _part(page, len(tables), lattice, placed, reader)
            if part is not None:
                tables.append(part)
                remaining = outside
    return PageTables(tuple(tables), tuple(remaining), tolerance)


def _part(
    page: int, number: int, lattice: Lattice, placed: Sequence[Sequence[Word]], reader: str
) -> TablePart | None:
    texts = [cell_text(words) for words in placed]
    if not _is_table(lattice, texts):
        return None
    cells = TableCells(
        TableCell(
            span.row, span.column, span.row_span, span.column_span, text, lattice.cell_box(span)
        )
        for span, text in zip(lattice.cells, texts, strict=True)
    )
    shape = (len(lattice.ys) - 1, len(lattice.xs) - 1)
    return TablePart(page, number, None, lattice.box, shape, cells, reader)


def _is_table(lattice: Lattice, texts: Sequence[str]) -> bool:
    """Whether a lattice holds a table: not a frame round text, not an empty drawing."""
    filled = [text for text in texts if text.strip()]
    if not filled:
        return False
    if len(lattice.cells) <= 3 and max(len(text) for text in filled) > PARAGRAPH:
        return False
    return not (len(filled) == 1 and len(lattice.cells) > 1 and _is_frame(lattice))


def _is_frame(lattice: Lattice) -> bool:
    """One big cell with slivers round it: a border of two lines."""
    areas = sorted((lattice.cell_box(c).area for c in lattice.cells), reverse=True)
    return areas[0] > 0.9 * sum(areas)


