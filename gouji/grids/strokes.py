"""Strokes of a seal that were taken for sides of cells, left out by the form's own shape."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from gouji.model import Word
from gouji.model.shape import TableShape

from .complete import FEWEST_ROWS, WITHOUT_STRAY, agrees, completed
from .lattice import Lattice
from .spans import Span

# Of strokes of a seal: rows that one crosses, and their share; edges that they make; edges that are
# asked, of noise that looks like a table; edges of a lattice with any.
STROKE_ROWS, STROKE_SHARE, MOST_STROKES, MOST_ASKED, FEWEST_EDGES = 3, 0.25, 4, 8, 4


def without_strokes(
    lattice: Lattice, words: Sequence[Word], shapes: Sequence[TableShape]
) -> Lattice:
    """The lattice without the strokes of a seal that were taken for sides of cells, where one way
    of leaving out up to four edges makes it a form's; else as it is.

    A seal's ring and characters cross a row or three as upright as a rule.
    """
    rows = len(lattice.ys) - 1
    if rows < FEWEST_ROWS or len(lattice.xs) < FEWEST_EDGES or agrees(lattice, shapes):
        return lattice
    sides = dict.fromkeys(range(1, len(lattice.xs) - 1), 0)
    for cell in lattice.cells:
        if cell.column:
            sides[cell.column] += cell.row_span
    most = min(STROKE_ROWS, STROKE_SHARE * rows)
    weak = [edge for edge in sorted(sides, key=sides.__getitem__) if sides[edge] <= most]
    weak = weak[:MOST_ASKED]
    ranked: list[tuple[int, Lattice]] = []
    for count in range(1, min(MOST_STROKES, len(weak)) + 1):
        for gone in itertools.combinations(weak, count):
            made = _without_edges(lattice, frozenset(gone))
            if made is None:
                continue
            if not agrees(made, shapes):
                made = completed(made, words, shapes)
            if agrees(made, shapes):
                ranked.append((_apart(made, lattice), made))
    least = min((apart for apart, _ in ranked), default=0)
    found = {(made.xs, made.cells): made for apart, made in ranked if apart == least}
    return next(iter(found.values())) if len(found) == 1 else lattice


def _apart(one: Lattice, other: Lattice) -> int:
    """How many sides of cells only one of two lattices with the same rows has."""
    drawn = [
        {
            (row, lattice.xs[cell.column])
            for cell in lattice.cells
            for row in range(cell.row, cell.row + cell.row_span)
        }
        for lattice in (one, other)
    ]
    return len(drawn[0] ^ drawn[1])


def _without_edges(lattice: Lattice, gone: frozenset[int]) -> Lattice | None:
    """The lattice without some inner edges; None where cells beside them do not make one."""
    kept = [edge for edge in range(len(lattice.xs)) if edge not in gone]
    places = {edge: place for place, edge in enumerate(kept)}
    placing = lattice.placing or (1.0,) * len(lattice.cells)
    ordered = sorted(
        zip(lattice.cells, placing, strict=True), key=lambda c: (c[0].row, c[0].column)
    )
    open_: dict[tuple[int, int], tuple[Span, float]] = {}  # by row and end: cells that go on
    merged: dict[Span, float] = {}
    for cell, sure in ordered:
        if cell.column in gone:
            before, other = open_.pop((cell.row, cell.column), (None, 1.0))
            if before is None or before.row_span != cell.row_span:
                return None
            cell = replace(
                cell, column=before.column, column_span=before.column_span + cell.column_span
            )
            sure = min(sure, other, WITHOUT_STRAY)
        end = cell.column + cell.column_span
        if end in gone:
            open_[cell.row, end] = (cell, sure)
        else:
            start = places[cell.column]
            merged[Span(cell.row, start, cell.row_span, places[end] - start)] = sure
    if open_:
        return None
    cells = tuple(sorted(merged, key=lambda span: (span.row, span.column)))
    xs = tuple(lattice.xs[edge] for edge in kept)
    return Lattice(xs, lattice.ys, cells, tuple(merged[span] for span in cells))
