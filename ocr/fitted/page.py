"""The forms' tables of a page by all its evidence for rules together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gouji.grids.complete import agrees
from gouji.grids.lattice import Lattice
from gouji.model.shape import TableShape

from ..opencv import cv2
from ..ruled.runs import Floats
from .evidence import Evidence, lean, levelled, peaks, support
from .view import ALL, ALONE, APART, LEAN_DOWN, UNLIKE, Fitted, Part, View, spoils

HEIGHT = 1.2  # type sizes of the lowest row
SEVERAL = 1.2  # lines down that go on at one height: a table
BREAK, FAINT_BREAK = 0.7, 8.0  # type sizes between parts of a table whose rules are faint
NEARLY = 0.95  # of what a table over two explains, by tables that leave less unexplained
CLEARLY = 1.05  # of it, by tables within one frame
BETTER = 0.985  # of what the drawn tables explain: single sides that are missing or too many
AGREEING = 1.02  # the same, where these are tables of the form
MOST_TABLES = 32  # as each part may be parted again in two


def fitted_tables(evidence: Evidence, shapes: Sequence[TableShape]) -> list[Fitted]:
    """The tables of forms that explain the page's rules, from top to bottom."""
    em, step = evidence.em, evidence.step
    down = levelled(evidence.down, lean(evidence.down, LEAN_DOWN * step, page=True))
    found: list[Fitted] = []
    bands = [(0, 0), *_bands(down, em, step), (down.shape[1], down.shape[1])]
    for before, (first, last), after in zip(bands, bands[1:], bands[2:], strict=False):
        part = Part(first, last, before[1], after[0])
        found.extend(_tables_in(part, evidence, shapes, MOST_TABLES))
    return sorted(found, key=lambda table: table.lattice.ys[0])


def with_fitted(
    lattices: Sequence[Lattice], evidence: Evidence, shapes: Sequence[TableShape]
) -> list[Lattice]:
    """The lattices of a page, each replaced by the fitted tables that explain its rules better."""
    kept = list(lattices)
    tables = [table.lattice for table in fitted_tables(evidence, shapes)]
    while tables:
        fits, others = _together(tables.pop(0), tables, kept)
        tables = [table for table in tables if table not in fits]
        least = AGREEING if all(is_drawn(other, shapes) for other in others) else BETTER
        if others and (_same(fits, others) or not _better(fits, others, evidence, least)):
            continue
        kept = [lattice for lattice in kept if lattice not in others] + fits
    return sorted(kept, key=lambda lattice: (lattice.ys[0], lattice.xs[0]))


def _together(
    table: Lattice, tables: Sequence[Lattice], lattices: Sequence[Lattice]
) -> tuple[list[Lattice], list[Lattice]]:
    """The fitted tables and the lattices that stand in one place with a fitted one."""
    fits, others = [table], list[Lattice]()
    while True:
        more = [o for o in lattices if o not in others and any(o.meets(f) for f in fits)]
        others += more
        new = [f for f in tables if f not in fits and any(f.meets(o) for o in others)]
        fits += new
        if not more and not new:
            return fits, others


def is_drawn(lattice: Lattice, shapes: Sequence[TableShape]) -> bool:
    """Whether rules show a table of the form, with nothing put in that only a form has."""
    return min(lattice.placing, default=1.0) == 1.0 and agrees(lattice, shapes)


def _same(fits: Sequence[Lattice], others: Sequence[Lattice]) -> bool:
    return all(any(fit.cells == other.cells for other in others) for fit in fits) and (
        len(fits) == len(others)
    )


def _better(
    fits: Sequence[Lattice], others: Sequence[Lattice], evidence: Evidence, least: float
) -> bool:
    """Whether fitted tables explain the rules better than what was drawn, by a factor of ``least``
    or more."""
    boxes = [lattice.box for lattice in (*fits, *others)]
    top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
    step = evidence.step / evidence.scale
    part = Part(round(top / step), round(bottom / step), 0, evidence.down.shape[1])
    view = View.of(evidence, part)
    if view is None:
        return False
    if view.explained_by(fits) <= least * view.explained_by(others, least=ALONE):
        return False
    return not any(spoils(view, fits, other) for other in others)


def _bands(down: Floats, em: float, step: int) -> Iterator[tuple[int, int]]:
    """Steps from and to which several lines down go on side by side."""
    seen = support(down, em, step)
    lines = [
        x
        for x in peaks(seen.sum(axis=1) * step / em, round(APART * em), 1.5)
        if float(np.mean(seen[x] > 0.3)) < 0.8  # a streak of the scanner
    ]
    if not lines:
        return
    several = (seen[lines].sum(axis=0) > SEVERAL).astype(np.float32)[None]
    on = cv2.blur(several, (max(1, round(0.4 * em / step)) | 1, 1))[0] > 0.5
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
    bands: list[tuple[int, int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if bands and _one_table(down[lines], bands[-1], (first, last), em / step):
            bands[-1] = (bands[-1][0], last)
        else:
            bands.append((first, last))
    yield from ((a, b) for a, b in bands if (b - a) * step > HEIGHT * em)


def _one_table(
    lines: Floats, upper: tuple[int, int], lower: tuple[int, int], per_em: float
) -> bool:
    """Whether what lies between two bands does not speak against rules that both have."""
    gap = (lower[0] - upper[1]) / per_em
    if gap < BREAK:
        return True
    if gap > FAINT_BREAK:
        return False
    near = round(4 * per_em)
    above = lines[:, max(upper[0], upper[1] - near) : upper[1]].mean(axis=1)
    below = lines[:, lower[0] : min(lower[1], lower[0] + near)].mean(axis=1)
    both = above + below > 0
    return int(both.sum()) >= 2 and float(lines[both, upper[1] : lower[0]].mean()) > -0.6


def _tables_in(
    part: Part, evidence: Evidence, shapes: Sequence[TableShape], most: int
) -> Iterator[Fitted]:
    """The tables of a part of a page, the best first; at most ``most``."""
    em, step = evidence.em, evidence.step
    if most <= 0 or (part.last - part.first) * step < HEIGHT * em:
        return
    view = View.of(evidence, part)
    if view is None:
        return
    whole = view.best(shapes)
    void = view.void(whole.lattice) if whole is not None else None
    gap = void or (view.gap(whole) if whole is None or whole.explained < ALL else None)
    if gap is not None:
        middle = sum(gap) // 2
        halves = part.to(gap[0], middle), part.since(gap[1], middle)
        found = [t for half in halves for t in _tables_in(half, evidence, shapes, most // 2)]
        if (
            whole is None
            or _speak_for_two(found, whole, framed=view.framed(whole.lattice, gap))
            or view.spoilt(whole, found)
        ):
            yield from found
            return
    if whole is None:
        return
    yield whole
    top, bottom = (
        round(y * view.scale / step) for y in (whole.lattice.ys[0], whole.lattice.ys[-1])
    )
    margin = max(1, round(0.4 * em / step))
    yield from _tables_in(part.to(top - margin, top - margin), evidence, shapes, most // 2)
    yield from _tables_in(part.since(bottom + margin, bottom + margin), evidence, shapes, most // 2)


def _speak_for_two(parts: Sequence[Fitted], whole: Fitted, *, framed: bool) -> bool:
    """Whether the tables of two parts of the page are likelier than one over both: they explain
    more, or nearly as much and each of them its own place better (the better, the less of all);
    clearly more where one frame goes on from one part to the other (``framed``)."""
    score = sum(table.score for table in parts)
    purer = min((table.explained - whole.explained for table in parts), default=0.0)
    if framed:
        return score > CLEARLY * whole.score
    return score > (NEARLY - 0.5 * max(0.0, purer - UNLIKE) if purer > 0 else 1.0) * whole.score
