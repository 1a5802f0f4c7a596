"""Which cells a set of rulings makes.

Rulings that touch belong to one lattice. Their positions, snapped, cut its box into elementary
cells; where no rule is drawn between two of them they are one cell. Borders that are missing at
the outside are supplied where rulings end together.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from gouji.model import Box, Ruling, Word

from .rulings import Tolerance
from .spans import Span, merged

# A wall stands where at least so much of the side is drawn; a broken rule keeps more, the stub of
# a rule that overshoots its crossing has less.
DRAWN = 0.5
HAIRLINE = 0.55  # of the usual thickness: thinner rules may be strays that only split cells
THINNEST = 0.4  # points: a rule this thick is meant, whatever stands around it
TALLEST_ROW = 90.0  # points: rows of one table are not further apart
SEAM = 0.2  # of the lower one's height: two tables that share more stand in one place
SEVERAL = 3  # pieces of text beside each other make a row of a table


@dataclass(frozen=True, slots=True)
class Lattice:
    """Rows and columns of a drawn table; ``xs`` and ``ys`` are its n + 1 edges, ascending.

    ``placing`` says for each cell how sure it is that it is a cell of the table (0-1); it is empty
    where all of them are drawn.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Span, ...]
    placing: tuple[float, ...] = ()

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def cell_box(self, cell: Span) -> Box:
        return Box(
            self.xs[cell.column],
            self.ys[cell.row],
            self.xs[cell.column + cell.column_span],
            self.ys[cell.row + cell.row_span],
        )

    def meets(self, other: Lattice) -> bool:
        """Whether the two share more of a page's height than the seam between two tables."""
        common = min(self.ys[-1], other.ys[-1]) - max(self.ys[0], other.ys[0])
        return common > SEAM * min(self.box.height, other.box.height)

    def owners(self) -> list[list[int]]:
        """For each elementary row and column the index of the cell that covers it."""
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        owner = [[-1] * columns for _ in range(rows)]
        for index, cell in enumerate(self.cells):
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    owner[row][column] = index
        return owner


def find_lattices(
    rulings: Sequence[Ruling], words: Sequence[Word], tolerance: Tolerance
) -> list[Lattice]:
    """All lattices with at least two cells, from top to bottom.

    ``rulings`` are joined strokes (`gouji.grids.rulings.joined`); ``words`` tell where an outer
    border is missing, since text stands there.
    """
    found = []
    drawn = [r for r in rulings if r.length >= tolerance.shortest]
    for group in _connected(drawn, words, tolerance):
        lattice = _lattice(group, words, tolerance)
        if lattice is not None:
            found.append(lattice)
    return sorted(found, key=lambda lattice: (lattice.ys[0], lattice.xs[0]))


def single_boxes(rulings: Sequence[Ruling], tolerance: Tolerance) -> list[Box]:
    """Boxes drawn by themselves: two rules across and two down, that touch no others."""
    drawn = [r for r in rulings if r.length >= tolerance.shortest]
    boxes = []
    for group in _connected(drawn, (), tolerance):
        if 4 <= len(group) <= 8:
            xs = [r.at for r in group if not r.horizontal]
            ys = [r.at for r in group if r.horizontal]
            if max(xs) - min(xs) > tolerance.snap and max(ys) - min(ys) > tolerance.snap:
                boxes.append(Box(min(xs), min(ys), max(xs), max(ys)))
    return boxes


def _connected(
    rulings: Sequence[Ruling], words: Sequence[Word], tolerance: Tolerance
) -> Iterator[list[Ruling]]:
    """Groups of rulings in which each touches another that runs across it.

    Two horizontal rules of the same extent with a row of several words between them belong
    together too: rows whose upright rules are not drawn.
    """
    parent = list(range(len(rulings)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    reach = tolerance.snap
    horizontals = sorted((r.at, i) for i, r in enumerate(rulings) if r.horizontal)
    levels = [at for at, _ in horizontals]
    for index, vertical in enumerate(rulings):
        if vertical.horizontal:
            continue
        first = bisect_left(levels, vertical.start - reach)
        last = bisect_right(levels, vertical.end + reach)
        for _, other in horizontals[first:last]:
            horizontal = rulings[other]
            if horizontal.start - reach <= vertical.at <= horizontal.end + reach:
                parent[root(index)] = root(other)
    upright = {root(i) for i, r in enumerate(rulings) if not r.horizontal}
    for (_, upper), (_, lower) in itertools.pairwise(horizontals):
        if root(upper) in upright and root(lower) in upright:
            continue  # two tables that know their columns, and a heading between them
        if root(upper) != root(lower) and _same_row(rulings[upper], rulings[lower], words, reach):
            parent[root(upper)] = root(lower)
    groups: dict[int, list[Ruling]] = {}
    for index, ruling in enumerate(rulings):
        groups.setdefault(root(index), []).append(ruling)
    alone: list[Ruling] = []
    for group in groups.values():
        if len({ruling.horizontal for ruling in group}) == 2:
            yield group
        else:
            alone.extend(ruling for ruling in group if not ruling.horizontal)
    yield from _lone_rows(alone, reach)


def _lone_rows(verticals: list[Ruling], reach: float) -> Iterator[list[Ruling]]:
    """Upright rules side by side, of the same extent and with no rule across.

    So stands one row of a table alone on a page whose rules the page breaks cut off.
    """
    rows: list[list[Ruling]] = []
    for ruling in sorted(verticals, key=lambda r: r.start):
        for row in rows:
            if abs(row[0].start - ruling.start) <= reach and abs(row[0].end - ruling.end) <= reach:
                row.append(ruling)
                break
        else:
            rows.append([ruling])
    for row in rows:
        if len(row) >= SEVERAL:
            left, right = min(r.at for r in row), max(r.at for r in row)
            start, end, thickness = row[0].start, row[0].end, row[0].thickness
            yield [
                *row,
                Ruling(True, start, left, right, thickness),
                Ruling(True, end, left, right, thickness),
            ]


def _same_row(upper: Ruling, lower: Ruling, words: Sequence[Word], reach: float) -> bool:
    """Whether two rules across hold one row of several pieces of text between them."""
    left, right = max(upper.start, lower.start), min(upper.end, lower.end)
    if (
        not reach < lower.at - upper.at <= TALLEST_ROW
        or abs(upper.end - lower.end) > reach
        or right - left < 0.6 * max(upper.length, lower.length)
    ):
        return False
    between = [
        word
        for word in words
        if upper.at < word.box.center_y < lower.at and left <= word.box.center_x <= right
    ]
    between.sort(key=lambda word: word.box.top)
    bottom: float | None = None
    for word in between:
        # a heading between two tables stands apart; lines of one row do not
        if bottom is not None and word.box.top - bottom > 0.8 * word.size:
            return False
        bottom = max(bottom or 0.0, word.box.bottom)
    between.sort(key=lambda word: word.box.left)
    pieces = 1 + sum(1 for a, b in itertools.pairwise(between) if b.box.left - a.box.right > a.size)
    return pieces >= SEVERAL


def _lattice(
    group: Sequence[Ruling], words: Sequence[Word], tolerance: Tolerance
) -> Lattice | None:
    horizontals = [r for r in group if r.horizontal]
    verticals = [r for r in group if not r.horizontal]
    x_marks = [(w.box.center_x, w.box.center_y) for w in words]
    y_marks = [(y, x) for x, y in x_marks]
    xs = _snapped(verticals, horizontals, x_marks, tolerance)
    ys = _snapped(horizontals, verticals, y_marks, tolerance)
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) < 2:
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    side_walls = _walls(verticals, xs, ys, tolerance)  # [edge][row]
    floor_walls = _walls(horizontals, ys, xs, tolerance)  # [edge][column]
    hairline = min(HAIRLINE * median(r.thickness for r in group), THINNEST)
    if hairline > 0:
        _without_strays(side_walls, _thin(verticals, xs, hairline), xs, ys, x_marks)
        _without_strays(floor_walls, _thin(horizontals, ys, hairline), ys, xs, y_marks)
    cells = merged(rows, columns, side_walls, floor_walls)
    if len(cells) < 2:
        return None
    return without_idle_edges(Lattice(tuple(xs), tuple(ys), cells))


def without_idle_edges(lattice: Lattice) -> Lattice:
    """Without edges at which no cell begins: of strokes too short to be the side of a cell."""
    rows = sorted({cell.row for cell in lattice.cells})
    columns = sorted({cell.column for cell in lattice.cells})
    if len(rows) == len(lattice.ys) - 1 and len(columns) == len(lattice.xs) - 1:
        return lattice
    cells = tuple(
        Span(
            bisect_left(rows, c.row),
            bisect_left(columns, c.column),
            bisect_left(rows, c.row + c.row_span) - bisect_left(rows, c.row),
            bisect_left(columns, c.column + c.column_span) - bisect_left(columns, c.column),
        )
        for c in lattice.cells
    )
    xs = (*(lattice.xs[i] for i in columns), lattice.xs[-1])
    ys = (*(lattice.ys[i] for i in rows), lattice.ys[-1])
    return Lattice(xs, ys, cells)


def _snapped(
    along: Sequence[Ruling],
    across: Sequence[Ruling],
    marks: Sequence[tuple[float, float]],
    tolerance: Tolerance,
) -> list[float]:
    """Positions of the rulings ``along`` an axis, with the outer borders that are not drawn.

    A border is missing where rulings across end together beyond the last ruling along, or where
    one does and there are words (``marks``: their middles, this axis first) in the strip.
    """
    weights: list[tuple[float, float]] = sorted((r.at, r.length) for r in along)
    edges: list[float] = []
    cluster: list[tuple[float, float]] = []
    for at, length in weights:
        if cluster and at - cluster[0][0] > tolerance.snap:
            edges.append(_center(cluster))
            cluster = []
        cluster.append((at, length))
    if cluster:
        edges.append(_center(cluster))
    if not edges:
        return edges
    low = min(r.start for r in along)
    high = max(r.end for r in along)
    reach = tolerance.snap
    near = [at for at, beside in marks if low <= beside <= high]
    start = _shared_end([r.start for r in across], edges[0], near, reach, before=True)
    end = _shared_end([r.end for r in across], edges[-1], near, reach, before=False)
    if start is not None:
        edges.insert(0, start)
    if end is not None:
        edges.append(end)
    return edges


def _center(cluster: Sequence[tuple[float, float]]) -> float:
    total = sum(length for _, length in cluster)
    if total <= 0:
        return sum(at for at, _ in cluster) / len(cluster)
    return sum(at * length for at, length in cluster) / total


def _shared_end(
    ends: Sequence[float], edge: float, marks: Sequence[float], reach: float, *, before: bool
) -> float | None:
    """Where rulings that stick out beyond the last edge end together."""
    beyond = [e for e in ends if (e < edge - reach if before else e > edge + reach)]
    if not beyond:
        return None
    far = min(beyond) if before else max(beyond)
    together = [e for e in beyond if abs(e - far) <= 2 * reach]
    if len(together) < 2:
        strip = (far, edge) if before else (edge, far)
        if not any(strip[0] <= mark <= strip[1] for mark in marks):
            return None
    return sum(together) / len(together)


def _walls(
    rulings: Sequence[Ruling], edges: Sequence[float], stops: Sequence[float], tolerance: Tolerance
) -> list[list[bool]]:
    """For each edge and each interval between stops: whether a rule is drawn there.

    The outermost edges are walls always.
    """
    intervals = len(stops) - 1
    drawn = [[0.0] * intervals for _ in edges]
    spans: list[list[tuple[float, float]]] = [[] for _ in edges]
    for ruling in rulings:
        spans[_nearest(edges, ruling.at)].append((ruling.start, ruling.end))
    for index, pieces in enumerate(spans):
        for start, end in _union(pieces):
            first = max(0, bisect_right(stops, start) - 1)
            for k in range(first, intervals):
                if stops[k] >= end:
                    break
                drawn[index][k] += min(end, stops[k + 1]) - max(start, stops[k])
    last = len(edges) - 1
    return [
        [
            index in (0, last) or drawn[index][k] >= DRAWN * (stops[k + 1] - stops[k])
            for k in range(intervals)
        ]
        for index in range(len(edges))
    ]


def _nearest(edges: Sequence[float], at: float) -> int:
    index = bisect_left(edges, at)
    if index and (index == len(edges) or at - edges[index - 1] < edges[index] - at):
        return index - 1
    return index


def _thin(rulings: Sequence[Ruling], edges: Sequence[float], hairline: float) -> list[int]:
    """Inner edges drawn with hairlines only, much thinner than the table's other rules."""
    thickest = [0.0] * len(edges)
    drawn = [False] * len(edges)
    for ruling in rulings:
        index = _nearest(edges, ruling.at)
        drawn[index] = True
        thickest[index] = max(thickest[index], ruling.thickness)
    return [i for i in range(1, len(edges) - 1) if drawn[i] and thickest[i] < hairline]


def _without_strays(
    walls: list[list[bool]],
    thin: Sequence[int],
    edges: Sequence[float],
    stops: Sequence[float],
    marks: Sequence[tuple[float, float]],
) -> None:
    """Take down hairlines that part no text: those that only split cells.

    A hairline stays where it stands between two texts of the same row (or column) anywhere.
    """
    if not thin:
        return
    held = {
        (bisect_right(edges, along) - 1, bisect_right(stops, across) - 1)
        for along, across in marks
        if edges[0] <= along <= edges[-1] and stops[0] <= across <= stops[-1]
    }
    for edge in thin:
        if not any(
            walls[edge][k]
            and _reaches_text(walls, held, edge - 1, -1, k)
            and _reaches_text(walls, held, edge, 1, k)
            for k in range(len(stops) - 1)
        ):
            walls[edge] = [False] * len(walls[edge])


def _reaches_text(
    walls: list[list[bool]], held: set[tuple[int, int]], start: int, step: int, k: int
) -> bool:
    """Whether the cell that begins at ``start`` and goes on to the next wall holds text."""
    index = start
    while 0 <= index < len(walls) - 1:
        if (index, k) in held:
            return True
        wall = index if step < 0 else index + 1
        if walls[wall][k]:
            return False
        index += step
    return False


def _union(pieces: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Intervals with their overlaps melted, so that doubled lines count once."""
    pieces.sort()
    current: tuple[float, float] | None = None
    for start, end in pieces:
        if current is None:
            current = (start, end)
        elif start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current
