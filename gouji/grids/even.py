"""Tables of many columns, all as wide: an edge that a stroke of a seal stands for is put right."""

from __future__ import annotations

from dataclasses import replace

from .complete import FROM_SHAPE
from .lattice import Lattice

FEWEST = 12  # columns of such a table
ON_EDGE = 0.15  # of a column's width: a drawn edge as near is the even one
EXACT, MOSTLY = 0.05, 0.8  # columns that are about as wide by their words are not meant to be even
MOST_AMISS = 0.3  # of the edges


def evened(lattice: Lattice) -> Lattice:
    """The lattice with all columns as wide, where all edges but a few make them so."""
    columns = len(lattice.xs) - 1
    last = len(lattice.ys) - 2
    single = sum(cell.row == last and cell.column_span == 1 for cell in lattice.cells)
    if columns < FEWEST or single < columns:
        return lattice
    left, right = lattice.xs[0], lattice.xs[-1]
    wide = (right - left) / columns
    even = [left + i * wide for i in range(columns + 1)]
    drawn = [min(lattice.xs, key=lambda x, at=at: abs(x - at)) for at in even]  # type: ignore[misc]
    fits = [abs(x - at) <= ON_EDGE * wide for x, at in zip(drawn, even, strict=True)]
    amiss = fits.count(False)
    if not 0 < amiss <= MOST_AMISS * len(even):
        return lattice
    exact = sum(abs(x - at) <= EXACT * wide for x, at in zip(drawn, even, strict=True))
    if exact < MOSTLY * (len(even) - amiss):
        return lattice
    xs = tuple(x if fit else at for x, at, fit in zip(drawn, even, fits, strict=True))
    placing = lattice.placing or (1.0,) * len(lattice.cells)
    moved = tuple(
        min(known, FROM_SHAPE)
        if (xs[c.column], xs[c.column + c.column_span])
        != (lattice.xs[c.column], lattice.xs[c.column + c.column_span])
        else known
        for c, known in zip(lattice.cells, placing, strict=True)
    )
    return replace(lattice, xs=xs, placing=moved)
