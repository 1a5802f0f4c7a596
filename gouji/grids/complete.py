"""A grid that is nearly a form's table, completed from the form's own shape.

A wall that is missing, a cell that a stray line splits, an edge that is lost over its whole length
or a line too many: where all else agrees with one range of a known table's rows, its cells are
taken. Nothing is invented: edges never run through ink and sides seldom, no two values become one
cell, and every cell that is not drawn as it stands says so in its placing.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gouji.model import Box, Word
from gouji.model.shape import TableShape

from .lattice import Lattice, without_idle_edges
from .spans import Span

FROM_SHAPE = 0.8  # placing of a cell with a side that only the form has
WITHOUT_STRAY = 0.85  # placing of a cell that a line too many was taken out of
THROUGH_INK = 0.5  # placing of a cell whose new side runs through ink: dirt, or what overflows
MOST_CROSSED = 0.35  # of the new cells: more, and the shape is not the table's
FEWEST_ROWS = 3  # fewer fit in too many places
EDGE = 3  # what a lost or additional edge counts, in sides of cells
WORST = 0.12  # sides that may disagree, of those the form has in these rows
SAME_TEXT = 0.5  # of the type's size: ink so near to a line goes on behind it
# Of a column beside a table: its width at most, in type sizes and of most others; columns.
MARGIN, SLIVER, MARGIN_OF = 2.5, 0.25, 3
CLOSE = 0.3  # of the type's size: how near ink may come to a new side


@dataclass(frozen=True, slots=True)
class _Walls:
    """Inner sides of a grid as bits: ``sides[row]`` at the edge before column c in bit c,
    ``floors[row]`` above the cell of the row in column c in bit c."""

    sides: tuple[int, ...]
    floors: tuple[int, ...]
    columns: int

    @property
    def count(self) -> int:
        return sum(s.bit_count() for s in (*self.sides, *self.floors[1:]))


@dataclass(frozen=True, slots=True)
class _Match:
    """Rows of a lattice against rows of a shape.

    ``steps`` are (rows of the lattice, rows of the shape) taken together, from ``first`` on;
    ``column`` is the column to be cut (+ index + 1) or the edge to be taken out (- index).
    """

    cost: int
    shape: TableShape
    first: int
    steps: tuple[tuple[int, int], ...]
    column: int


def completed(lattice: Lattice, words: Sequence[Word], shapes: Sequence[TableShape]) -> Lattice:
    """The lattice with the cells of the one shape that it nearly has, or as it is.

    ``words`` are where ink stands. A lattice that agrees with a shape, or is far from all of them
    or near to several that would give other cells, is returned as it is.
    """
    if len(lattice.ys) - 1 < FEWEST_ROWS or agrees(lattice, shapes):
        return lattice
    trimmed = _without_margin(lattice, words)
    if trimmed is lattice:
        return _completed(lattice, words, shapes)
    mended = trimmed if agrees(trimmed, shapes) else _completed(trimmed, words, shapes)
    return mended if agrees(mended, shapes) else lattice


def _completed(lattice: Lattice, words: Sequence[Word], shapes: Sequence[TableShape]) -> Lattice:
    walls = _walls_of([(c.row, c.column, c.row_span, c.column_span) for c in lattice.cells],
                      len(lattice.ys) - 1, len(lattice.xs) - 1)  # fmt: skip
    tried = (*shapes, *_going_on(walls, shapes))
    matches = sorted(
        (m for shape in tried for m in _matches(walls, shape)), key=lambda m: (m.cost, m.column)
    )
    if not matches or matches[0].cost == 0:
        return lattice
    found: list[Lattice] = []
    for match in matches:
        if match.cost > matches[0].cost and found:
            break
        made = _made(lattice, words, match)
        if made is not None and all(made.cells != other.cells for other in found):
            found.append(made)
    return found[0] if len(found) == 1 else lattice


def _without_margin(lattice: Lattice, words: Sequence[Word]) -> Lattice:
    """The lattice without a narrow column at its side in which nothing stands: what lies beside
    the table, a fold or the paper's edge, was taken for its border."""
    size = min((word.size for word in words), default=0.0)
    columns = len(lattice.xs) - 1
    for column in (columns - 1, 0):
        left, right = lattice.xs[column], lattice.xs[column + 1]
        inside = (word.box for word in words if left < word.box.center_x < right)
        print_ = any(lattice.ys[0] < box.center_y < lattice.ys[-1] for box in inside)
        if columns < MARGIN_OF or print_:
            continue
        usual = statistics.median(b - a for a, b in itertools.pairwise(lattice.xs) if a != left)
        if right - left > min(MARGIN * size, SLIVER * usual):
            continue
        kept = [c for c in lattice.cells if not (c.column == column and c.column_span == 1)]
        if (
            len({row for c in kept for row in range(c.row, c.row + c.row_span)})
            < len(lattice.ys) - 1
        ):
            continue
        cells, placing = [], []
        for cell, sure in zip(
            lattice.cells, lattice.placing or (1.0,) * len(lattice.cells), strict=True
        ):
            if cell not in kept:
                continue
            reaches = cell.column <= column < cell.column + cell.column_span
            start = cell.column - (column == 0 and cell.column > 0)
            cells.append(replace(cell, column=start, column_span=cell.column_span - reaches))
            placing.append(min(sure, WITHOUT_STRAY) if reaches else sure)
        xs = lattice.xs[1:] if column == 0 else lattice.xs[:-1]
        return Lattice(xs, lattice.ys, tuple(cells), tuple(placing))
    return lattice


def agrees(lattice: Lattice, shapes: Sequence[TableShape]) -> bool:
    """Whether the lattice is some rows of a shape, side by side; heads may stand before them."""
    cells = [(c.row, c.column, c.row_span, c.column_span) for c in lattice.cells]
    rows = len(lattice.ys) - 1
    walls = _walls_of(cells, rows, len(lattice.xs) - 1)
    for shape in shapes:
        if shape.columns != walls.columns:
            continue
        model = _walls_of(shape.cells, shape.rows, shape.columns)
        heads = shape.heads
        whole = (1 << walls.columns) - 1
        headed = rows > heads and walls.floors[heads] == whole
        headed = headed and _same_rows(walls, model, 0, 0, heads)
        for first in range(shape.rows):
            if _same_rows(walls, model, 0, first, rows) or (
                headed and _same_rows(walls, model, heads, first, rows - heads)
            ):
                return True
    return False


def _same_rows(walls: _Walls, model: _Walls, row: int, other: int, count: int) -> bool:
    """Whether so many rows have the same sides, and floors between them."""
    return (
        0 < count <= min(len(walls.sides) - row, len(model.sides) - other)
        and walls.sides[row : row + count] == model.sides[other : other + count]
        and walls.floors[row + 1 : row + count] == model.floors[other + 1 : other + count]
    )


def _walls_of(cells: Sequence[tuple[int, int, int, int]], rows: int, columns: int) -> _Walls:
    sides, floors = [0] * rows, [0] * rows
    for row, column, row_span, column_span in cells:
        for r in range(row, row + row_span):
            if column:
                sides[r] |= 1 << column
        if row:
            floors[row] |= ((1 << column_span) - 1) << column
    return _Walls(tuple(sides), tuple(floors), columns)


def _matches(walls: _Walls, shape: TableShape) -> Iterator[_Match]:
    """The best ranges of the shape's rows, with at most one column lost or too many."""
    model = _walls_of(shape.cells, shape.rows, shape.columns)
    if walls.columns == shape.columns:
        yield from _aligned(walls, model, shape, 0, 0)
    elif walls.columns == shape.columns - 1:
        for column in range(walls.columns):
            cut = _Walls(
                tuple(_opened(s, column + 1, False) for s in walls.sides),
                tuple(_opened(f, column, True) for f in walls.floors),
                shape.columns,
            )
            yield from _aligned(cut, model, shape, column + 1, 1 << (column + 1))
    elif walls.columns == shape.columns + 1:
        for edge in range(1, walls.columns):
            stray = sum(side >> edge & 1 for side in walls.sides)
            without = _Walls(
                tuple(_closed(s, edge) for s in walls.sides),
                tuple(_closed(f, edge) for f in walls.floors),
                shape.columns,
            )
            if stray < 0.5 * len(walls.sides):
                yield from _aligned(without, model, shape, -edge, 0)


def _going_on(walls: _Walls, shapes: Sequence[TableShape]) -> Iterator[TableShape]:
    """Heads and later rows below them, where the rows below a line across everything are nearly
    these: a page may begin with the heads again."""
    whole = (1 << walls.columns) - 1
    for shape in shapes:
        heads = shape.heads
        if len(walls.floors) < heads + FEWEST_ROWS or walls.floors[heads] != whole:
            continue
        below = _Walls(walls.sides[heads:], (0, *walls.floors[heads + 1 :]), walls.columns)
        later = {match.first for match in _matches(below, shape)} - set(range(heads + 1))
        yield from (shape.going_on(first) for first in sorted(later))


def _opened(bits: int, at: int, twice: bool) -> int:
    """Bits with one more at ``at``: the bit there twice, or a 0 put in."""
    low = bits & ((1 << at) - 1)
    new = bits >> at & 1 if twice else 0
    return bits >> at << (at + 1) | new << at | low


def _closed(bits: int, at: int) -> int:
    """Bits without the one at ``at``."""
    return bits >> (at + 1) << at | bits & ((1 << at) - 1)


def _aligned(
    walls: _Walls, model: _Walls, shape: TableShape, column: int, free: int
) -> Iterator[_Match]:
    """Cheapest ways to lay the rows along the shape's, each from another first row.

    The sides in ``free`` are known to be lost and not counted one by one.
    """
    rows, total = len(walls.sides), len(model.sides)
    least: list[_Match] = []
    for first in range(total):
        # reached[i][j]: cheapest for i rows of the lattice and j of the shape, and the last step
        reached: dict[tuple[int, int], tuple[int, tuple[tuple[int, int], ...]]] = {
            (0, first): (EDGE if column else 0, ())
        }
        for i in range(rows):
            for j in range(first + max(0, i - 2), min(total, first + i + 3)):
                state = reached.pop((i, j), None)
                if state is None:
                    continue
                for taken, used in ((1, 1), (1, 2), (2, 1)):
                    if i + taken > rows or j + used > total:
                        continue
                    cost = state[0] + _step_cost(walls, model, i, j, taken, used, free, i > 0)
                    key = (i + taken, j + used)
                    if key not in reached or cost < reached[key][0]:
                        reached[key] = (cost, (*state[1], (taken, used)))
        for (i, j), (cost, steps) in reached.items():
            if i == rows and cost <= WORST * _walls_in(model, first, j):
                least.append(_Match(cost, shape, first, steps, column))
    least.sort(key=lambda m: m.cost)
    yield from (m for m in least if m.cost <= least[0].cost + 1)


def _walls_in(model: _Walls, first: int, last: int) -> int:
    return sum(s.bit_count() for s in model.sides[first:last]) + sum(
        f.bit_count() for f in model.floors[first + 1 : last]
    )


def _step_cost(
    walls: _Walls, model: _Walls, i: int, j: int, taken: int, used: int, free: int, inner: bool
) -> int:
    cost = (taken != used) * EDGE
    for row in range(i, i + taken):
        for other in range(j, j + used):
            cost += ((walls.sides[row] ^ model.sides[other]) & ~free).bit_count()
    if inner:
        cost += (walls.floors[i] ^ model.floors[j]).bit_count()
    if taken == 2:
        cost += walls.floors[i + 1].bit_count()
    return cost


def _made(lattice: Lattice, words: Sequence[Word], match: _Match) -> Lattice | None:
    """The lattice with the shape's cells, or None where ink speaks against it."""
    last = match.first + sum(used for _, used in match.steps)
    cells = [Span(*cell) for cell in match.shape.part(match.first, last)]
    xs = _new_columns(lattice, words, match)
    ys = _new_rows(lattice, words, match)
    if xs is None or ys is None:
        return None
    ordered = tuple(sorted(cells, key=lambda c: (c.row, c.column)))
    made = without_idle_edges(Lattice(xs, ys, ordered))
    same_edges = match.column == 0 and all(step == (1, 1) for step in match.steps)
    placing = _placing(lattice, made, words, MOST_CROSSED if same_edges else 0.0)
    if placing is None:
        return None
    return Lattice(made.xs, made.ys, made.cells, placing)


def _new_columns(
    lattice: Lattice, words: Sequence[Word], match: _Match
) -> tuple[float, ...] | None:
    xs, column = lattice.xs, match.column
    if column < 0:
        return (*xs[:-column], *xs[-column + 1 :])
    if column == 0:
        return xs
    left, right = xs[column - 1], xs[column]
    parted = _parted_rows(lattice, match)
    spans = [
        (w.box.left, w.box.right)
        for w in words
        if left < w.box.center_x < right
        and any(top < w.box.center_y < bottom for top, bottom in parted)
        and w.box.width < 0.5 * (right - left)
    ]
    at = _gap(spans, left, right)
    return None if at is None else (*xs[:column], at, *xs[column:])


def _parted_rows(lattice: Lattice, match: _Match) -> list[tuple[float, float]]:
    """Tops and bottoms of the lattice's rows that the shape's side at a lost edge parts."""
    parted = {
        r
        for row, column, row_span, _ in match.shape.cells
        if column == match.column
        for r in range(row, row + row_span)
    }
    rows, at, other = [], 0, match.first
    for taken, used in match.steps:
        if not parted.isdisjoint(range(other, other + used)):
            rows.append((lattice.ys[at], lattice.ys[at + taken]))
        at, other = at + taken, other + used
    return rows


def _new_rows(lattice: Lattice, words: Sequence[Word], match: _Match) -> tuple[float, ...] | None:
    ys = [lattice.ys[0]]
    at = 0
    for taken, used in match.steps:
        top, bottom = lattice.ys[at], lattice.ys[at + taken]
        if used == 2:
            spans = [
                (w.box.top, w.box.bottom)
                for w in words
                if top < w.box.center_y < bottom and lattice.xs[0] < w.box.center_x < lattice.xs[-1]
            ]
            cut = _gap(spans, top, bottom)
            if cut is None:
                return None
            ys.append(cut)
        ys.append(bottom)
        at += taken
    return tuple(ys)


def _gap(spans: Sequence[tuple[float, float]], low: float, high: float) -> float | None:
    """The middle of the blank strip nearest to the middle, with ink on both sides of it."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    gaps = [(a[1], b[0]) for a, b in itertools.pairwise(merged)]
    if not gaps:
        return None
    middle = (low + high) / 2
    start, end = min(gaps, key=lambda gap: (abs((gap[0] + gap[1]) / 2 - middle), gap))
    return min(max(middle, start), end) if start <= middle <= end else (start + end) / 2


def _placing(
    before: Lattice, after: Lattice, words: Sequence[Word], most: float
) -> tuple[float, ...] | None:
    """How sure each cell is, or None where two values become one cell, or more than a share of
    ``most`` of the new cells cut ink."""
    drawn = {_key(before, cell): i for i, cell in enumerate(before.cells)}
    held: dict[int, list[Word]] = {}
    owner, inside = after.owners(), after.box
    for word in words:
        x, y = word.box.center_x, word.box.center_y
        if inside.contains(x, y):
            held.setdefault(owner[_at(after.ys, y)][_at(after.xs, x)], []).append(word)
    result: list[float] = []
    crossed = made = joined = 0
    for index, cell in enumerate(after.cells):
        known = drawn.get(_key(after, cell))
        if known is not None:
            result.append(before.placing[known] if before.placing else 1.0)
            continue
        box = after.cell_box(cell)
        inks = held.get(index, [])
        made += 1
        over = any(_crosses(word.box, box, CLOSE * word.size) for word in inks)
        crossed += over
        parts = [c for c in before.cells if before.cell_box(c).overlap(box) > 0.5]
        joined += len(parts) > 1
        single = cell.row_span == cell.column_span == 1
        if len(parts) > 1 and not _one_text([before.cell_box(c) for c in parts], inks, single):
            return None
        placing = WITHOUT_STRAY if len(parts) > 1 else FROM_SHAPE
        result.append(THROUGH_INK if over else placing)
    # a shape that both cuts ink and takes drawn sides away is another table's
    return None if crossed > (0 if joined else most * made) else tuple(result)


def _crosses(ink: Box, cell: Box, slack: float) -> bool:
    return (
        ink.left < cell.left - slack
        or ink.right > cell.right + slack
        or ink.top < cell.top - slack
        or ink.bottom > cell.bottom + slack
    )


def _one_text(parts: Sequence[Box], words: Sequence[Word], single: bool) -> bool:
    """Whether the parts of a cell hold one text, cut by the lines between them.

    Values (``single``) stand in one part only; a label's ink goes on right behind the line.
    """
    held = [[w for w in words if p.contains(w.box.center_x, w.box.center_y)] for p in parts]
    inked = [(part, inside) for part, inside in zip(parts, held, strict=True) if inside]
    if len(inked) < 2:
        return True
    if single:
        return False
    for part, inside in inked:
        inner = Box.around(w.box for w in inside)
        near = SAME_TEXT * max(w.size for w in inside)
        ends = ((inner.left, part.left), (part.right, inner.right), (inner.top, part.top),
                (part.bottom, inner.bottom))  # fmt: skip
        if not any(0 <= abs(a - b) <= near for a, b in ends):
            return False
    return True


def _key(lattice: Lattice, cell: Span) -> tuple[float, float, float, float]:
    box = lattice.cell_box(cell)
    return (box.left, box.top, box.right, box.bottom)


def _at(edges: Sequence[float], value: float) -> int:
    for index in range(len(edges) - 2):
        if value < edges[index + 1]:
            return index
    return len(edges) - 2
