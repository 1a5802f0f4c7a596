"""Which words belong to which cell, and what a cell says."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence

from gouji.model import Box, Word

from .lattice import Lattice
from .lines import join_words, line_groups
from .spans import Span

# A run of digits is cut at a rule when the rule passes within this share of the type size of the
# gap between two characters: two numbers that touch. A rule through a character means that the
# text overflows its cell.
TOUCHING = 0.18
# Where the kind of character changes (a label, then its number) the cut may be further off.
CHANGING = 0.7
MARK = 0.75  # type smaller than this share of its neighbours' is a raised mark
_NUMBER_MARKS = frozenset(".,，-+/／%—－‐‑‒–−﹣")
_MARKS = frozenset("0123456789*①②③④⑤⑥⑦⑧⑨[]()（）注")


def place_words(lattice: Lattice, words: Sequence[Word]) -> tuple[list[list[Word]], list[Word]]:
    """The words of each cell (in the order of ``lattice.cells``), and those outside the table."""
    owner = lattice.owners()
    inside: list[list[Word]] = [[] for _ in lattice.cells]
    outside: list[Word] = []
    box = lattice.box
    for word in words:
        word_box = word.box
        y = word_box.center_y
        if not (box.top <= y <= box.bottom and box.left <= word_box.center_x <= box.right):
            outside.append(word)
            continue
        row = min(bisect_right(lattice.ys, y) - 1, len(lattice.ys) - 2)
        for cell, piece in _pieces(word, owner[row], lattice.xs):
            inside[cell].append(piece)
    return inside, outside


def _pieces(word: Word, owners: Sequence[int], xs: Sequence[float]) -> list[tuple[int, Word]]:
    """The word, cut where it belongs to more than one cell of its row."""
    last = len(owners) - 1

    def owner_at(x: float) -> int:
        return owners[min(max(bisect_right(xs, x) - 1, 0), last)]

    first = owner_at(word.box.left)
    if first == owner_at(word.box.right):
        return [(first, word)]
    edges = word.edges
    count = len(word.text)
    if len(edges) != count + 1:
        return [(owner_at(word.box.center_x), word)]
    cells = [owner_at((edges[i] + edges[i + 1]) / 2) for i in range(count)]
    cuts = [
        i
        for i in range(1, count)
        if cells[i] != cells[i - 1] and _may_cut(word, i, _wall_between(edges, i, xs))
    ]
    pieces: list[tuple[int, Word]] = []
    for start, end in zip([0, *cuts], [*cuts, count], strict=True):
        held = cells[start:end]
        cell = max(sorted(set(held)), key=held.count)
        piece = word
        if cuts:
            piece = Word(
                word.text[start:end],
                Box(edges[start], word.box.top, max(edges[end], edges[start]), word.box.bottom),
                word.size,
                edges[start : end + 1],
                word.upright,
            )
        pieces.append((cell, piece))
    return pieces


def _wall_between(edges: Sequence[float], index: int, xs: Sequence[float]) -> float:
    """The rule that runs between the middles of two neighbouring characters."""
    right = (edges[index] + edges[index + 1]) / 2
    return xs[max(bisect_right(xs, right) - 1, 0)]


def _may_cut(word: Word, index: int, wall: float) -> bool:
    away = abs(wall - word.edges[index])
    before, after = _kind(word.text[index - 1]), _kind(word.text[index])
    if before != after:
        if (word.text[index] if after == "number" else word.text[index - 1]) in ".,，%":
            return False  # a stop that overflows with its label begins no number
        return away <= CHANGING * word.size
    return before == "number" and away <= TOUCHING * word.size


def _kind(character: str) -> str:
    return "number" if character.isdigit() or character in _NUMBER_MARKS else "other"


def cell_text(words: Sequence[Word]) -> str:
    """The words of one cell as text, lines divided by newlines.

    Type set on its side comes as single characters one under the other; where the file writes
    them from bottom to top, they are read that way.
    """
    if not words:
        return ""
    if len(words) == 1:
        return words[0].text
    words = _without_marks(words)
    groups = line_groups(words)
    if len(groups) > 1 and all(len(g) == 1 and len(g[0].text) == 1 for g in groups):
        climbing = all(a.box.center_y > b.box.center_y for a, b in itertools.pairwise(words))
        if climbing:
            groups.reverse()
    return "\n".join(join_words(group) for group in groups)


def _without_marks(words: Sequence[Word]) -> Sequence[Word]:
    """Words without raised footnote marks beside a number: 776 with a small 2 is 776."""
    largest = max(word.size for word in words)
    kept = [w for w in words if w.size >= MARK * largest or not _MARKS.issuperset(w.text)]
    rest = "".join(w.text for w in kept)
    return kept if rest and all(_kind(c) == "number" for c in rest) else words


def split_numbers(lattice: Lattice, placed: list[list[Word]]) -> tuple[Lattice, list[list[Word]]]:
    """Cells over several columns that hold a number in each, cut at the columns' edges.

    So rows whose upright rules are not drawn (zebra shading, rules between rows only) come out.
    """
    cells: list[Span] = []
    words: list[list[Word]] = []
    placing: list[float] = []
    for index, (span, held) in enumerate(zip(lattice.cells, placed, strict=True)):
        sure = lattice.placing[index] if lattice.placing else 1.0
        pieces = _columns_of_numbers(span, held, lattice.xs) if span.column_span > 1 else None
        if pieces is None:
            cells.append(span)
            words.append(held)
            placing.append(sure)
        else:
            for piece, inside in pieces:
                cells.append(piece)
                words.append(inside)
                placing.append(sure)
    if len(cells) == len(lattice.cells):
        return lattice, placed
    kept = tuple(placing) if lattice.placing else ()
    return Lattice(lattice.xs, lattice.ys, tuple(cells), kept), words


def _columns_of_numbers(
    span: Span, words: Sequence[Word], xs: Sequence[float]
) -> list[tuple[Span, list[Word]]] | None:
    columns: dict[int, list[Word]] = {}
    label: list[Word] = []
    label_end = span.column - 1
    for word in words:
        column = min(max(bisect_right(xs, word.box.center_x) - 1, span.column), len(xs) - 2)
        if all(_kind(c) == "number" for c in word.text):
            slack = 0.3 * word.size
            if word.box.left < xs[column] - slack or word.box.right > xs[column + 1] + slack:
                return None
            columns.setdefault(column, []).append(word)
        else:
            label.append(word)
            right = min(max(bisect_right(xs, word.box.right - 1) - 1, span.column), len(xs) - 2)
            label_end = max(label_end, right)
    columns = {c: w for c, w in columns.items() if c > label_end}
    if len(columns) < 2:
        return None
    numbers = [word for group in columns.values() for word in group]
    low = min(word.box.center_y for word in numbers)
    if max(word.box.center_y for word in numbers) - low > 0.5 * min(w.size for w in numbers):
        return None  # one number broken over lines, not a row of numbers
    numbers.sort(key=lambda word: word.box.left)
    if any(b.box.left - a.box.right < 0.5 * b.size for a, b in itertools.pairwise(numbers)):
        return None  # a sign and its number, a number set wide
    held = {id(w) for group in columns.values() for w in group}
    pieces: list[tuple[Span, list[Word]]] = []
    if label_end >= span.column:
        width = label_end - span.column + 1
        rest = [w for w in words if id(w) not in held]
        pieces.append((Span(span.row, span.column, span.row_span, width), rest))
    for column in range(label_end + 1, span.column + span.column_span):
        pieces.append((Span(span.row, column, span.row_span, 1), columns.get(column, [])))
    return pieces
