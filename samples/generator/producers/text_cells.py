"""Cells of tables as words, row by row, for the layouts that text extractors leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from samples.generator.forms import Cell, TableLayout

LineEnds = Literal["blank", "nothing", "cut", "kept"]
# The second words of the heads of section four, as web extractors lose them.
LOST_WORDS = {"结果维持": "结果", "结果纠正": "结果", "其他结果": "其他", "尚未审结": "尚未"}


@dataclass(frozen=True, slots=True)
class Slot:
    """The words at one place of a printed row; ``key`` where they are a value of the form."""

    text: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What becomes of the words of cells.

    ``line_ends`` inside a cell: a blank, nothing, only the first line is left (in heads), or kept.
    ``lose_heads``: heads of section four keep their first word. ``total_last``: in running order
    the head 总计 follows the kinds of bodies, as on a few pages, instead of standing before them.
    ``way``, from 0 to 1, decides what a layout leaves open, for all tables of a page alike.
    """

    line_ends: LineEnds = "blank"
    lose_heads: bool = False
    total_last: bool = False
    bold: bool = False
    way: float = 0.0

    def of(self, cell: Cell) -> str:
        """The words of a cell; only ``kept`` leaves line ends in them."""
        text = cell.text
        if self.lose_heads and cell.role == "header":
            text = LOST_WORDS.get(text.replace("\n", ""), text)
        if "\n" in text:
            if self.line_ends == "cut" and cell.role == "header":
                text = text.split("\n")[0]
            elif self.line_ends != "kept":
                text = text.replace("\n", "" if self.line_ends == "nothing" else " ")
        if self.bold and cell.role in ("band", "header") and text:
            text = f"**{text}**"
        return text

    def slot(self, cell: Cell) -> Slot:
        """The words of a cell with its key."""
        return Slot(self.of(cell), cell.key)


def draw_words(rng: Random, *, lines: bool = False) -> Words:
    """One page in four loses words of heads or puts them over lines."""
    ends: LineEnds = rng.choice(("blank", "blank", "nothing", "cut"))
    if lines and rng.random() < 0.4:
        ends = "kept"
    return Words(
        ends,
        lose_heads=rng.random() < 0.2,
        total_last=rng.random() < 0.12,
        way=rng.random(),
    )


def own_cells(layout: TableLayout, row: int) -> list[Cell]:
    """The cells that begin in the row, from the left."""
    return sorted(layout.cells_of_row(row), key=lambda cell: cell.column)


def own_rows(layout: TableLayout, words: Words) -> Iterator[list[Slot]]:
    """Each row's own cells: what merged cells cover is not there."""
    for row in range(layout.rows):
        cells = own_cells(layout, row)
        if words.total_last and layout.name == "applications" and row in (1, 2):
            total = [c for c in own_cells(layout, 1) if c.columns.stop == layout.columns]
            cells = [c for c in cells if c not in total] + (total if row == 2 else [])
        yield [words.slot(cell) for cell in cells]


def full_rows(
    layout: TableLayout, words: Words, *, repeat_right: bool = False, repeat_down: bool = False
) -> Iterator[list[Slot]]:
    """Each row with a slot for every column; merged cells repeat their words or leave blanks."""
    at = {(r, c): cell for cell in layout.cells for r in cell.rows for c in cell.columns}
    for row in range(layout.rows):
        slots = []
        for column in range(layout.columns):
            cell = at[row, column]
            first = column == cell.column
            above = row > cell.row
            shown = (first or repeat_right) and (not above or repeat_down)
            key = cell.key if first and not above else None
            slots.append(Slot(words.of(cell) if shown else "", key))
        yield slots
