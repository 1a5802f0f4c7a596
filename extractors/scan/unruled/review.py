"""Part four of the form without rules: fifteen numbers on one row, their heads above them."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

from gouji.grids.lattice import Lattice
from gouji.grids.spans import Span
from gouji.model import Word
from gouji.reports.forms import REVIEW_BLOCKS, REVIEW_RESULTS

from .columns import halfway, merged
from .ink import RunLine, ideographs

COUNT = len(REVIEW_BLOCKS) * len(REVIEW_RESULTS)
FEWEST = 8  # numbers on the row; others are left blank
MOST = 13  # numbers from which those that are missing stand where there is room for them
SURE, LIKELY = 0.8, 0.5  # placing where all numbers are there, and where only heads show columns
HEADS = 6.0  # type sizes above the numbers in which heads stand
NEAR = 0.3  # type sizes from the numbers to what stands above them, which need not be legible
UNREAD = 3.5  # type sizes above the numbers, where no head can be read
UNEVEN = 0.2  # of a column, that a number may stand aside where columns are all as wide
HEAD = 3.0  # type sizes of the widest line of a head of one column


def review_table(lines: Sequence[RunLine], words: Sequence[Word], size: float) -> Lattice | None:
    """The row of values with its heads; None where there is none with so many columns."""
    long = [line for line in lines if FEWEST <= len(line.runs) <= COUNT + 1]
    for line in sorted(long, key=lambda line: (len(line.runs) != COUNT, -line.middle)):
        table = _table(line, words, size)
        if table is not None:
            return table
    return None


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
        spans = _evenly(own) if len(own) >= MOST else []
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
