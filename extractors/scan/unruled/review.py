"""Part four of the form without rules: fifteen numbers on one row, their heads above them."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

from gouji.grids.lattice import Lattice
from gouji.grids.spans import Span
from gouji.model import Box, Word
from gouji.reports.forms import REVIEW_BLOCKS, REVIEW_RESULTS
from gouji.reports.labels import ideographs

from .columns import halfway, merged
from .ink import RunLine

COUNT = len(REVIEW_BLOCKS) * len(REVIEW_RESULTS)
FEWEST = 8  # numbers on the row; others are left blank
MOST = 13  # numbers from which those that are missing stand where there is room for them
SURE, LIKELY = 0.8, 0.5  # placing where all numbers are there, and where only heads show columns
HEADS = 6.0  # type sizes above the numbers in which heads stand
NEAR = 0.3  # type sizes from the numbers to what stands above them, which need not be legible
UNREAD = 3.5  # type sizes above the numbers, where no head can be read
UNEVEN = 0.2  # of a column, that a number may stand aside where columns are all as wide
HEAD_SIGNS = frozenset("结果维持纠正其他尚未审总计")  # of the heads of its columns
MOST_SIGNS, FEWEST_HEADS = 0.6, 7  # of a line's characters; columns that their heads show
ASIDE, NARROWEST = 0.23, 2.0  # of a column, that its head may stand aside; number heights
LINES, BELOW = 2.2, 3.0  # type sizes between two lines of heads; from them to the numbers
TOGETHER = 1.3  # type sizes between characters of one head
HEAD = 3.0  # type sizes of the widest line of a head of one column


def review_table(lines: Sequence[RunLine], words: Sequence[Word], size: float) -> Lattice | None:
    """The row of values with its heads; None where there is none with so many columns."""
    long = [line for line in lines if FEWEST <= len(line.runs) <= COUNT + 1]
    for line in sorted(long, key=lambda line: (len(line.runs) != COUNT, -line.middle)):
        table = _table(line, words, size)
        if table is not None:
            return table
    return _by_heads(lines, words, size)


def _by_heads(lines: Sequence[RunLine], words: Sequence[Word], size: float) -> Lattice | None:
    """The row below two lines of heads that show all columns, whatever numbers it has."""
    heads = [word for word in words if _is_heads(word.text)]
    if not heads:
        return None
    lowest = max(heads, key=lambda word: word.box.center_y)
    heads = [w for w in heads if lowest.box.center_y - w.box.center_y < LINES * size]
    near = TOGETHER * size / 2
    signs = [
        ((left + right) / 2 - near, (left + right) / 2 + near)
        for word in heads
        for sign, (left, right) in zip(word.text, itertools.pairwise(word.edges), strict=False)
        if sign in HEAD_SIGNS
    ]
    bottom = max(word.box.bottom for word in heads)
    rows = [line for line in lines if bottom - NEAR * size < line.middle < bottom + BELOW * size]
    if not rows:
        return None
    row = max(rows, key=lambda line: len(line.runs))
    edges = _even_edges(merged(signs), row.runs)
    if not edges:
        return None
    if any(sum(a < run.center_x < b for run in row.runs) > 1 for a, b in itertools.pairwise(edges)):
        return None
    top = min(run.top for run in row.runs)
    above = min(word.box.top for word in heads)
    ys = (above - 1, (bottom + top) / 2, max(run.bottom for run in row.runs) + 2)
    cells = tuple(Span(row, column, 1, 1) for row in range(2) for column in range(COUNT))
    return Lattice(edges, ys, cells, (LIKELY,) * len(cells))


def _even_edges(heads: Sequence[tuple[float, float]], runs: Sequence[Box]) -> tuple[float, ...]:
    """Edges of fifteen even columns from the first to the last that heads and numbers show, where
    all numbers and many heads agree; else none."""
    named = sorted((left + right) / 2 for left, right in heads)
    numbers = sorted(run.center_x for run in runs)
    if len(named) < FEWEST_HEADS or not numbers:
        return ()
    ends = [(a, b) for a in {named[0], min(named[0], numbers[0])} for b in {named[-1], numbers[-1]}]
    best: tuple[int, float, float] = (0, 0.0, 0.0)
    for first, last in sorted(ends):
        pitch = (last - first) / (COUNT - 1)
        if pitch < NARROWEST * runs[0].height:
            continue
        places = [(at - first) / pitch for at in numbers]
        if any(abs(place - round(place)) > ASIDE for place in places):
            continue
        shown = {round((at - first) / pitch) for at in named}
        agree = {
            s for s in shown if any(abs(at - first - s * pitch) <= ASIDE * pitch for at in named)
        }
        best = max(best, (len(agree), first, pitch))
    agreed, first, pitch = best
    return (
        tuple(first + (i - 0.5) * pitch for i in range(COUNT + 1)) if agreed >= FEWEST_HEADS else ()
    )


def _is_heads(text: str) -> bool:
    """Whether a line's words are heads of columns: most of their characters are."""
    signs = [c for c in text if ideographs(c)]
    return len(signs) >= 2 and sum(c in HEAD_SIGNS for c in signs) >= MOST_SIGNS * len(signs)


def _table(line: RunLine, words: Sequence[Word], size: float) -> Lattice | None:
    runs = line.runs
    top, bottom = min(run.top for run in runs), max(run.bottom for run in runs)
    heads = [
        word.box
        for word in words
        if top - HEADS * size < word.box.center_y < top
        and word.box.width <= HEAD * size
        and ideographs(word.text)
    ]
    own = merged([(run.left, run.right) for run in runs])
    spans = merged([(box.left, box.right) for box in (*heads, *runs)])
    spans = own if len(own) == COUNT else spans
    if len(spans) != COUNT:
        spans = _evenly(own)
    if len(spans) != COUNT:
        return None
    middles = [(left + right) / 2 for left, right in spans]
    steps = [b - a for a, b in itertools.pairwise(middles)]
    if max(steps) > 2 * min(steps):  # a column that nothing shows, or two for one
        return None
    above = min([box.top for box in heads], default=top - UNREAD * size)
    below = min(max([box.bottom for box in heads], default=0.0), top)
    ys = (above - 1, max((below + top) / 2, top - NEAR * size), bottom + 2)
    cells = tuple(Span(row, column, 1, 1) for row in range(2) for column in range(COUNT))
    placing = SURE if len(runs) == COUNT else LIKELY
    return Lattice(halfway(spans), ys, cells, (placing,) * len(cells))


def _evenly(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The spans with those between them that are missing, where all stand evenly; else none."""
    if len(spans) < MOST:
        return []
    middles = [(left + right) / 2 for left, right in spans]
    pitch = statistics.median(b - a for a, b in itertools.pairwise(middles))
    places = [round((middle - middles[0]) / pitch) for middle in middles]
    pitch = (middles[-1] - middles[0]) / max(1, places[-1])
    aside = [
        abs(m - middles[0] - i * pitch) > UNEVEN * pitch
        for m, i in zip(middles, places, strict=True)
    ]
    if any(aside) or len(set(places)) < len(places):
        return []
    half = statistics.median(right - left for left, right in spans) / 2
    held = dict(zip(places, spans, strict=True))
    between = [middles[0] + i * pitch for i in range(places[-1] + 1)]
    return [held.get(i, (at - half, at + half)) for i, at in enumerate(between)]
