"""Tables of many columns, all as wide: an edge that a stroke of a seal stands for is put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .complete import FROM_SHAPE
from .lattice import Lattice

FEWEST = 12  # columns of such a table
ON_EDGE = 0.15  # of a column's width: a drawn edge as near is the even one
EXACT, MOSTLY = 0.05, 0.8  # columns that are about as wide by their words are not meant to be even
MOST_AMISS = 0.3  # of the edges
NEAR = 0.5  # of a column's width: no column of such a table is as narrow


def evened(lattice: Lattice) -> Lattice:
    """The lattice with all columns as wide, where all edges but a few make them so."""
    columns = len(lattice.xs) - 1
    last = len(lattice.ys) - 2
    single = sum(cell.row == last and cell.column_span == 1 for cell in lattice.cells)
    if columns < FEWEST or single < columns:
        return lattice
    xs = min(
        (found for ends in _ends(lattice.xs) if (found := _even(lattice.xs, *ends))),
        key=lambda found: found[0],
        default=None,
    )
    if xs is None or xs[1] == lattice.xs:
        return lattice
    return _moved(lattice, xs[1])


def _ends(xs: Sequence[float]) -> list[tuple[float, float]]:
    """The table's sides: the outermost edges, or next to one that is much nearer than a column is
    wide, which a streak or noise stands for while another was lost."""
    wide = (xs[-1] - xs[0]) / (len(xs) - 1)
    found = [(xs[0], xs[-1])]
    if xs[-1] - xs[-2] < NEAR * wide:
        found.append((xs[0], xs[-2]))
    if xs[1] - xs[0] < NEAR * wide:
        found.append((xs[1], xs[-1]))
    return found


def _even(
    edges: Sequence[float], left: float, right: float
) -> tuple[int, tuple[float, ...]] | None:
    """As many columns from side to side, all as wide, where all edges but a few make them so; and
    how many do not."""
    columns = len(edges) - 1
    wide = (right - left) / columns
    even = [left + i * wide for i in range(columns + 1)]
    drawn = [min(edges, key=lambda x, at=at: abs(x - at)) for at in even]  # type: ignore[misc]
    fits = [abs(x - at) <= ON_EDGE * wide for x, at in zip(drawn, even, strict=True)]
    amiss = fits.count(False)
    if amiss > MOST_AMISS * len(even):
        return None
    exact = sum(abs(x - at) <= EXACT * wide for x, at in zip(drawn, even, strict=True))
    if exact < MOSTLY * (len(even) - amiss):
        return None
    return amiss, tuple(x if fit else at for x, at, fit in zip(drawn, even, fits, strict=True))


def _moved(lattice: Lattice, xs: tuple[float, ...]) -> Lattice:
    """The lattice with other edges, which the placing of its cells tells."""
    placing = lattice.placing or (1.0,) * len(lattice.cells)
    moved = tuple(
        min(known, FROM_SHAPE)
        if (xs[c.column], xs[c.column + c.column_span])
        != (lattice.xs[c.column], lattice.xs[c.column + c.column_span])
        else known
        for c, known in zip(lattice.cells, placing, strict=True)
    )
    return replace(lattice, xs=xs, placing=moved)
