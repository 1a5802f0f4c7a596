"""Value columns of a part: where on the page each begins and ends."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gouji.model import Box, TableCell

from .labels import likeness, pairs_of, words_of
from .rows import PartRow
from .values import is_value

# Edges of the same column on two pages of a file differ by less than this, in points.
SAME_EDGE = 4.0
# A cell belongs to a column when so much of its width (or of the column's) lies in it.
SHARED = 0.5
# Certainty of columns of which two heads were read in one; likeness of the other head's wording.
PARTED, LIKE_HEAD = 0.5, 0.6


@dataclass(frozen=True, slots=True)
class Columns:
    """Left and right edges (points) of a table's value columns, and how they were found."""

    spans: tuple[tuple[float, float], ...]
    certainty: float  # 1: from the head's words

    @property
    def left(self) -> float:
        return self.spans[0][0]

    def moved(self, by: float) -> Columns:
        """The same columns so much further right, in points."""
        return replace(self, spans=tuple((left + by, right + by) for left, right in self.spans))

    def cells_in(self, row: PartRow) -> list[list[TableCell]]:
        """The cells of a row by column; several in one where a stray rule splits it."""
        found: list[list[TableCell]] = [[] for _ in self.spans]
        for cell in row.cells:
            for index in self._places(cell.box):
                found[index].append(cell)
        return found

    def _places(self, box: Box) -> list[int]:
        """The columns that most of a box, or a box over most of their width, stands in."""
        found: list[int] = []
        box_left, box_right = box.left, box.right
        if box_right <= self.left:
            return found
        for index, (left, right) in enumerate(self.spans):
            if left < box_right and box_left < right:  # most columns of a row stand beside it
                common = min(box_right, right) - max(box_left, left)
                if common > SHARED * min(box_right - box_left, right - left):
                    found.append(index)
        return found

    def covered_by(self, cell: TableCell) -> int:
        """How many columns a cell covers."""
        box = cell.box
        return sum(
            1
            for left, right in map(self.spans.__getitem__, self._places(box))
            if min(box.right, right) - max(box.left, left) > SHARED * (right - left)
        )


def head_columns(row: PartRow, heads: tuple[tuple[str, ...], ...]) -> Columns | None:
    """Columns from a head row that holds the heads in their order, most of them legible."""
    filled = [cell for cell in row.cells if cell.text.strip()]
    whole = _with_split_heads(filled, heads)
    parted = _with_parted_heads(whole, heads)
    named, score = _named(whole, heads)
    certainty = 1.0
    if len(parted) > len(whole):
        others, better = _named(parted, heads)
        if better > score:
            named, score, certainty = others, better, PARTED
    if score < LIKE_HEAD * len(heads):
        return None
    if all(cell.text.strip() for cell in row.cells):
        return Columns(tuple((c.box.left, c.box.right) for c in named), certainty)
    # stray rules split some head cells: each column reaches to the next head
    edges = [named[0].box.left, *(c.box.left for c in named[1:]), row.cells[-1].box.right]
    return Columns(tuple(itertools.pairwise(edges)), min(0.97, certainty))


def _named(
    cells: Sequence[TableCell], heads: tuple[tuple[str, ...], ...]
) -> tuple[Sequence[TableCell], float]:
    """The neighbouring cells that are most like the heads, and how like these they are."""
    count, wanted = len(heads), _wordings(heads)
    printed = [pairs_of(words_of(cell.text)) for cell in cells]
    best, best_score = -1, 0.0
    for start in range(len(printed) - count + 1):
        score = 0.0
        for index in range(count):
            score += max(likeness(printed[start + index], w) for w in wanted[index])
        if score > best_score:
            best, best_score = start, score
    return (cells[best : best + count], best_score) if best >= 0 else ((), 0.0)


@lru_cache(maxsize=64)
def _wordings(heads: tuple[tuple[str, ...], ...]) -> tuple[tuple[frozenset[str], ...], ...]:
    """The pairs of characters of every wording of each head."""
    return tuple(tuple(pairs_of(words_of(word)) for word in head) for head in heads)


@lru_cache(maxsize=64)
def _words(heads: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    return frozenset(words_of(word) for head in heads for word in head)


def _with_split_heads(
    cells: Sequence[TableCell], heads: tuple[tuple[str, ...], ...]
) -> list[TableCell]:
    """Neighbouring cells that make one head together, as one: a stray rule cuts its word."""
    whole = _words(heads)
    result: list[TableCell] = []
    for cell in cells:
        before = result[-1] if result else None
        if before is not None and words_of(before.text) not in whole:
            text = before.text + cell.text
            if words_of(text) in whole and words_of(cell.text) not in whole:
                result[-1] = replace(before, text=text, box=Box.around((before.box, cell.box)))
                continue
        result.append(cell)
    return result


def _with_parted_heads(
    cells: Sequence[TableCell], heads: tuple[tuple[str, ...], ...]
) -> list[TableCell]:
    """A cell that says two heads side by side, as two: the side between them was not found.

    Each has half of the cell, so that what stands in the values' cell below is in both columns.
    """
    result: list[TableCell] = []
    for cell in cells:
        words, box = words_of(cell.text), cell.box
        parts = next(
            filter(None, (_parted(words, *pair) for pair in itertools.pairwise(heads))), None
        )
        if parts is None:
            result.append(cell)
            continue
        middle = (box.left + box.right) / 2
        sides = replace(box, right=middle), replace(box, left=middle)
        result += [
            replace(cell, text=text, box=side) for text, side in zip(parts, sides, strict=True)
        ]
    return result


def _parted(words: str, one: Sequence[str], other: Sequence[str]) -> tuple[str, str] | None:
    """The words of two heads that were read in one; at least one of them as the form has it."""
    for first, second in itertools.product(map(words_of, one), map(words_of, other)):
        for cut in (len(first), len(words) - len(second)):
            parts = words[:cut], words[cut:]
            alike = [
                likeness(pairs_of(part), pairs_of(wording))
                for part, wording in zip(parts, (first, second), strict=True)
            ]
            if max(alike) == 1.0 and min(alike) >= LIKE_HEAD:
                return parts
    return None


def last_columns(rows: Sequence[PartRow], count: int) -> Columns | None:
    """The last ``count`` cells of most rows that end in so many values."""
    votes: Counter[tuple[tuple[float, float], ...]] = Counter()
    for row in rows:
        tail = row.cells[-count:]
        if len(tail) == count and all(is_value(c.text) for c in tail):
            votes[tuple((round(c.box.left, 1), round(c.box.right, 1)) for c in tail)] += 1
    if not votes:
        return None
    spans, _ = votes.most_common(1)[0]
    return Columns(spans, 0.97)


def contradicted(columns: Columns, rows: Sequence[PartRow], heads: Sequence[Sequence[str]]) -> bool:
    """Whether a head that can be read stands over another column than its own."""
    wanted = {words_of(word): index for index, head in enumerate(heads) for word in head}
    for row in rows:
        for cell in row.cells:
            index = wanted.get(words_of(cell.text))
            if index is not None and cell.box.center_x > columns.left - cell.box.width:
                left, right = columns.spans[index]
                if not left < cell.box.center_x < right:
                    return True
    return False


def carried_columns(columns: Columns, rows: Sequence[PartRow]) -> Columns | None:
    """The columns of the part before, where this part's cells stand at the same edges.

    The first and the last edge have to be met: a part may stand a column's width further in than
    the one before, and then all edges but the first meet.
    """
    edges = {round(x, 1) for row in rows for c in row.cells for x in (c.box.left, c.box.right)}
    wanted = [columns.left, *(right for _, right in columns.spans)]
    met = [any(abs(x - e) <= SAME_EDGE for e in edges) for x in wanted]
    return columns if met[0] and met[-1] and sum(met) >= len(wanted) - 2 else None
