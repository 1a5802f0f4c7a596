"""Tables without rules between columns: columns from how words stand under each other.

Numbers of a column overlap when seen from above; labels begin at the same x. Rows are the bands
between drawn or shaded separators where there are enough of them, else the lines that hold
several pieces of text, each with the lines of its wrapped label.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from gouji.model import Box, Word

from .lattice import Lattice
from .lines import line_groups
from .rulings import Tolerance
from .spans import Span

# Words nearer than this share of the type size are one piece of text.
PIECE_GAP = 0.9
# A line this much wider than what a table's line can be is running text: share of the page's width
# of text taken by one piece.
RUNNING = 0.72
# Lines further apart than so many line heights do not belong to one table.
APART = 4.5
FEWEST_ROWS = 3
FEWEST_NUMBERS = 3
HEADED_ROW = 4  # so many under a line of as many heads as well
LONG_ROW = 8  # so many numbers on one line are a table's row whatever stands around it
# Labels that begin within so many points begin at the same place.
SAME_START = 4.0
_NUMBER = re.compile(r"^[+\-‐‑‒–−﹣－—/／\d０-９.,，%]+(?:万?元)?$")
_NEW_ROW = re.compile(
    r"^(?:[(（][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|\d{1,2}[.、．])"
)
_HEADING = re.compile(r"^[一二三四五六七八九十]+、")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words set as one text on one line."""

    words: tuple[Word, ...]
    box: Box
    text: str

    @property
    def numeric(self) -> bool:
        return _NUMBER.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class _Line:
    pieces: tuple[_Piece, ...]
    box: Box
    size: float

    @property
    def numbers(self) -> int:
        return sum(1 for piece in self.pieces if piece.numeric)


def aligned_lattices(
    words: Sequence[Word], separators: Sequence[float], tolerance: Tolerance
) -> list[Lattice]:
    """Tables that the words themselves show, from top to bottom.

    ``separators`` are the y of drawn rules and edges of shades that may part rows.
    """
    lines = [_line(group) for group in line_groups(words)]
    if not lines:
        return []
    result = []
    for block in _blocks(lines):
        lattice = _lattice(block, separators, tolerance)
        if lattice is not None:
            result.append(lattice)
    return result


def _line(group: Sequence[Word]) -> _Line:
    pieces: list[list[Word]] = []
    for word in group:
        if pieces:
            before = pieces[-1][-1]
            if word.box.left - before.box.right < PIECE_GAP * min(word.size, before.size):
                pieces[-1].append(word)
                continue
        pieces.append([word])
    return _Line(
        tuple(
            _Piece(tuple(p), Box.around(w.box for w in p), "".join(w.text for w in p))
            for p in pieces
        ),
        Box.around(word.box for word in group),
        max(word.size for word in group),
    )


def _blocks(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Runs of lines that may be a table: several pieces a line, no running text between."""
    width = max(line.box.right for line in lines) - min(line.box.left for line in lines)
    blocks: list[list[_Line]] = []
    current: list[_Line] = []
    for line in lines:
        alone = len(line.pieces) == 1
        running = alone and line.box.width > RUNNING * width
        far = bool(current) and (
            line.box.top - current[-1].box.bottom > APART * min(line.size, current[-1].size)
        )
        heading = alone and _HEADING.match(line.pieces[0].text) is not None
        if running or far or heading:
            blocks.append(current)
            current = []
        if not running:
            current.append(line)
    blocks.append(current)
    return [b for b in (_trimmed(block) for block in blocks) if b]


def _trimmed(block: list[_Line]) -> list[_Line]:
    """The block from its first to its last line with several pieces, with lines that touch it."""
    several = [i for i, line in enumerate(block) if len(line.pieces) > 1]
    numbers = sum(line.numbers for line in block)
    rows = sum(1 for line in block if line.numbers and len(line.pieces) > 1)
    one_long_row = any(line.numbers >= LONG_ROW for line in block) or (
        any(line.numbers >= HEADED_ROW for line in block)
        and any(not line.numbers and len(line.pieces) >= HEADED_ROW for line in block)
    )
    if not several or not (
        one_long_row or (len(several) >= FEWEST_ROWS and rows >= 2 and numbers >= FEWEST_NUMBERS)
    ):
        return []
    first, last = several[0], several[-1]
    while first > 0 and _near(block[first - 1], block[first]):
        first -= 1
    while last + 1 < len(block) and _near(block[last], block[last + 1]):
        last += 1
    return block[first : last + 1]


def _near(upper: _Line, lower: _Line) -> bool:
    return lower.box.top - upper.box.bottom < 1.2 * min(upper.size, lower.size)


def _lattice(
    block: Sequence[_Line], separators: Sequence[float], tolerance: Tolerance
) -> Lattice | None:
    xs = _column_edges(block)
    if len(xs) < 3:
        return None
    rows = _rows(block, separators)
    ys = _row_edges(rows)
    cells: list[Span] = []
    for index, row in enumerate(rows):
        cells.extend(_row_cells(index, row, xs))
    return Lattice(tuple(xs), tuple(ys), tuple(cells))


def _column_edges(block: Sequence[_Line]) -> list[float]:
    """Edges of the columns: labels by where they begin, numbers by where they overlap."""
    numbers = [p for line in block if len(line.pieces) > 1 for p in line.pieces if p.numeric]
    if len(numbers) < FEWEST_NUMBERS:
        return []
    columns = _merged_intervals([(p.box.left, p.box.right) for p in numbers])
    labels = [
        p
        for line in block
        for p in line.pieces
        if not p.numeric and p.box.left < columns[0][0] and len(line.pieces) > 1
    ]
    # labels that stand among the numbers (a number in the label column) are no columns of numbers
    columns = _with_heads(block, columns)
    starts = _label_starts(labels, columns[0][0])
    edges = list(starts)
    label_right = [p.box.right for p in labels if p.box.right <= columns[0][0] + 1]
    first = columns[0][0]
    if starts:
        boundary = max(label_right, default=first - 2)
        edges.append((min(boundary, first) + first) / 2 if boundary < first else first - 1)
    else:
        edges.append(first - 1)
    for (_, right), (left, _) in itertools.pairwise(columns):
        edges.append((right + left) / 2)
    edges.append(max(max(line.box.right for line in block), columns[-1][1]) + 1)
    return _ascending(edges)


def _merged_intervals(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _with_heads(
    block: Sequence[_Line], columns: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Columns widened by the heads above them, and columns that only a head shows."""
    result = list(columns)
    for line in block:
        if line.numbers or len(line.pieces) < 3:
            continue
        for piece in line.pieces:
            left, right = piece.box.left, piece.box.right
            met = [i for i, (a, b) in enumerate(result) if min(b, right) - max(a, left) > 0]
            if not met and left > result[0][0]:
                result.append((left, right))
                result.sort()
    return result


def _label_starts(labels: Sequence[_Piece], limit: float) -> list[float]:
    """Where label columns begin: an x at which several labels start."""
    starts = sorted(p.box.left for p in labels if p.box.left < limit)
    if not starts:
        return []
    clusters: list[list[float]] = []
    for x in starts:
        if clusters and x - clusters[-1][0] <= SAME_START:
            clusters[-1].append(x)
        else:
            clusters.append([x])
    least = max(2, len(starts) // 12)
    kept = [c[0] - 1 for c in clusters if len(c) >= least]
    first = clusters[0][0] - 1
    return kept if kept and kept[0] <= first + SAME_START else [first, *kept]


def _ascending(edges: Sequence[float]) -> list[float]:
    result: list[float] = []
    for x in sorted(edges):
        if not result or x - result[-1] > 1.0:
            result.append(x)
    return result


def _rows(block: Sequence[_Line], separators: Sequence[float]) -> list[list[_Line]]:
    top, bottom = block[0].box.top, block[-1].box.bottom
    cuts = sorted(y for y in separators if top < y < bottom)
    cuts = [y for i, y in enumerate(cuts) if i == 0 or y - cuts[i - 1] > 0.5 * block[0].size]
    several = sum(1 for line in block if len(line.pieces) > 1)
    if len(cuts) >= 0.6 * (several - 1):
        banded: dict[int, list[_Line]] = {}
        for line in block:
            banded.setdefault(bisect_right(cuts, line.box.center_y), []).append(line)
        return [banded[key] for key in sorted(banded)]
    return _rows_by_lines(block)


def _rows_by_lines(block: Sequence[_Line]) -> list[list[_Line]]:
    """Each line with several pieces is a row; lines of one piece join the row they wrap from."""
    anchors = [i for i, line in enumerate(block) if len(line.pieces) > 1]
    rows: list[list[_Line]] = [[line] for line in block[: anchors[0]]]
    for position, anchor in enumerate(anchors):
        rows.append([block[anchor]])
        following = anchors[position + 1] if position + 1 < len(anchors) else len(block)
        between = block[anchor + 1 : following]
        if between:
            below = block[following] if following < len(block) else None
            cut = _cut(block[anchor], between, below)
            rows[-1].extend(between[:cut])
            rows.extend([line] for line in between[cut:])
    return _attached(rows)


def _attached(rows: list[list[_Line]]) -> list[list[_Line]]:
    """Lines that begin a label whose numbers stand on a later line, joined to that row."""
    result: list[list[_Line]] = []
    held: list[_Line] = []
    for row in rows:
        alone = len(row) == 1 and len(row[0].pieces) == 1
        if alone and (held or _NEW_ROW.match(row[0].pieces[0].text)):
            held.extend(row)
            continue
        begins = _NEW_ROW.match(row[0].pieces[0].text) is not None
        if held and begins and not alone:
            result.extend([line] for line in held)
            held = []
        result.append([*held, *row])
        held = []
    result.extend([line] for line in held)
    return result


def _cut(above: _Line, between: Sequence[_Line], below: _Line | None) -> int:
    """How many of the lines between two rows belong to the upper one."""
    for index, line in enumerate(between):
        if _NEW_ROW.match(line.pieces[0].text):
            return index
    if below is None:
        return len(between)
    labels = [piece.text for piece in below.pieces if not piece.numeric]
    if any(_NEW_ROW.match(text) for text in labels):
        return len(between)
    lines = [above, *between, below]
    gaps = [b.box.top - a.box.bottom for a, b in itertools.pairwise(lines)]
    return gaps.index(max(gaps))


def _row_edges(rows: Sequence[Sequence[_Line]]) -> list[float]:
    tops = [min(line.box.top for line in row) for row in rows]
    bottoms = [max(line.box.bottom for line in row) for row in rows]
    edges = [tops[0] - 1]
    for bottom, top in zip(bottoms, tops[1:], strict=False):
        edges.append(max((bottom + top) / 2, edges[-1] + 0.5))
    edges.append(max(bottoms[-1] + 1, edges[-1] + 0.5))
    return edges


def _row_cells(index: int, row: Sequence[_Line], xs: Sequence[float]) -> list[Span]:
    """Cells of one row: a piece that reaches over columns is one cell."""
    columns = len(xs) - 1
    reach = list(range(columns))  # for each column the last column of its cell
    for line in row:
        for piece in line.pieces:
            first = min(max(bisect_right(xs, piece.box.left + 1) - 1, 0), columns - 1)
            last = first
            while last + 1 < columns and piece.box.right - xs[last + 1] > 0.3 * (
                xs[last + 2] - xs[last + 1]
            ):
                last += 1
            if not piece.numeric:
                reach[first] = max(reach[first], last)
    cells: list[Span] = []
    column = 0
    while column < columns:
        end = reach[column]
        k = column
        while k <= end:
            end = max(end, reach[k])
            k += 1
        cells.append(Span(index, column, 1, end - column + 1))
        column = end + 1
    return cells
