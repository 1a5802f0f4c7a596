"""Part two of the form without rules: bands, each with its heads, then labels with their values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from gouji.grids.lattice import Lattice
from gouji.grids.lines import line_groups
from gouji.grids.spans import Span
from gouji.model import Box, Word
from gouji.reports.forms import FORMS, LATER
from gouji.reports.labels import ideographs, likeness, pairs_of, same_place, words_of

from .columns import halfway, merged
from .ink import RunLine

LIKE = 0.5  # of a label's or head's wording
LONGEST = 20  # characters of a label
APART = 4.5  # type sizes between two rows of the table
FEWEST = 3  # rows of the table that their words name
MOST_VALUES = 3
FEW_AMISS = 0.1  # of the rows may have print on the wrong side of the labels' edge
GOES_ON = 1.5  # type sizes from a line to the next one of a label
SAME_EDGE = 0.5  # type sizes between edges of two bands that are one
PLACED, DOUBTFUL = 0.8, 0.5
_BAND = re.compile("^第.*[条項项]|^第.?十|第.{0,5}条|条第")
_HEADING = re.compile("^[一二三四五六七八][、．.,]")
_HEAD = "信息内容"


class _Kind(StrEnum):
    BAND = "band"
    HEAD = "head"
    VALUES = "values"
    OTHER = "other"


@dataclass(slots=True)
class _Row:
    """A printed line: its words, and the numbers right of them."""

    kind: _Kind
    named: bool
    words: list[Word]
    runs: tuple[Box, ...] = ()
    band: int = 0
    more: list[Word] = field(default_factory=list)  # of labels and heads of several lines

    @property
    def box(self) -> Box:
        return Box.around([*(word.box for word in (*self.words, *self.more)), *self.runs])


@dataclass(slots=True)
class _Band:
    """Rows under one band's heads, with the columns of their values."""

    spans: list[tuple[float, float]] = field(default_factory=list)
    sure: bool = True


def article20_table(lines: Sequence[RunLine], words: Sequence[Word], size: float) -> Lattice | None:
    """The lattice of part two, or of the rows of it that the page has."""
    rows = _table_rows(_rows(lines, words, size), size)
    if not rows:
        return None
    limit = _label_edge(rows)
    if limit is None:
        return None
    bands = _bands(rows, limit)
    if bands is None:
        return None
    box = Box.around(row.box for row in rows)
    edges = [halfway(band.spans)[1:-1] if band.spans else () for band in bands]
    inner: list[float] = []
    for x in sorted(x for band in edges for x in band):
        if not inner or x - inner[-1] > SAME_EDGE * size:
            inner.append(x)
    xs = (min(box.left, limit - 2) - 1, limit, *inner, max(box.right, limit + 2) + 1)
    cells: list[Span] = []
    placing: list[float] = []
    for index, row in enumerate(rows):
        if row.kind is _Kind.BAND:
            cells.append(Span(index, 0, 1, len(xs) - 1))
            placing.append(PLACED)
            continue
        starts = [0, 1, *(2 + _nearest(inner, x) for x in edges[row.band])]
        for start, end in itertools.pairwise([*starts, len(xs) - 1]):
            cells.append(Span(index, start, 1, end - start))
            placing.append(PLACED if bands[row.band].sure else DOUBTFUL)
    middles = [row.box for row in rows]
    between = [_between(above, below) for above, below in itertools.pairwise(middles)]
    ys = (middles[0].top - 2, *between, middles[-1].bottom + 2)
    return Lattice(xs, ys, tuple(cells), tuple(placing))


def _between(above: Box, below: Box) -> float:
    if above.bottom <= below.top:
        return (above.bottom + below.top) / 2
    return (above.center_y + below.center_y) / 2


def _nearest(places: Sequence[float], x: float) -> int:
    return min(range(len(places)), key=lambda i: abs(places[i] - x))


def _rows(lines: Sequence[RunLine], words: Sequence[Word], size: float) -> list[_Row]:
    """All lines with words, those with numbers with these."""
    texts = [w for w in words if ideographs(w.text) and w.box.height < 2 * size]
    rows: list[_Row] = []
    for group in line_groups(texts):
        box = Box.around(word.box for word in group)
        kind, named = _kind(group)
        row = _Row(kind, named, list(group))
        beside = [line for line in lines if abs(line.middle - box.center_y) < 0.6 * size]
        if kind in (_Kind.VALUES, _Kind.OTHER) and beside:
            nearest = min(beside, key=lambda line: abs(line.middle - box.center_y))
            row.runs = tuple(run for run in nearest.runs if run.left > box.right)
            row.kind = _Kind.VALUES if row.runs or named else kind
        rows.append(row)
    return rows


def _kind(group: Sequence[Word]) -> tuple[_Kind, bool]:
    text = "".join(word.text for word in group)
    if len(group) <= 4 and len(text) <= 14 and _BAND.search(text):
        return _Kind.BAND, True
    first = words_of(group[0].text)
    if _alike(first, _HEAD) >= LIKE or _are_heads(group[1:]):
        return _Kind.HEAD, True
    if len(first) <= LONGEST and max(_alike(first, label) for label in _labels()) >= LIKE:
        return _Kind.VALUES, True
    return _Kind.OTHER, False


def _are_heads(words: Sequence[Word]) -> bool:
    """Whether most of the words right of a line's first are heads of the form's columns."""
    known = sum(max(_alike(words_of(w.text), head) for head in _heads()) >= LIKE for w in words)
    return known >= 2 and known > len(words) / 2


def _alike(printed: str, wanted: str) -> float:
    """How alike two labels are, 0-1: by pairs of characters, or by those in their places."""
    return max(likeness(pairs_of(printed), pairs_of(wanted)), same_place(printed, wanted, LIKE))


@cache
def _heads() -> tuple[str, ...]:
    rows = [row for name in LATER for row in FORMS[name].article20]
    heads = (words_of(head) for row in rows for c in row.columns for head in c.heads)
    return tuple(dict.fromkeys(heads))


@cache
def _labels() -> tuple[str, ...]:
    rows = [row for name in LATER for row in FORMS[name].article20]
    return tuple(dict.fromkeys(words_of(label) for row in rows for label in row.labels))


def _table_rows(rows: Sequence[_Row], size: float) -> list[_Row]:
    """The longest run of rows that has named ones at both ends and no wide gap."""
    runs: list[list[_Row]] = [[]]
    held: list[_Row] = []  # lines of labels and heads that go on over several
    before = None
    for row in rows:
        if before is not None and row.box.top - before.box.bottom > APART * size:
            runs.append([])
        before = row
        if row.kind is _Kind.OTHER:
            text = "".join(word.text for word in row.words)
            if _longest(row.words, size) > LONGEST or _HEADING.match(text):
                runs.append([])  # running text, a heading
            else:
                held.append(row)
            continue
        runs[-1].append(row)
    best: list[_Row] = []
    for run in runs:
        named = [i for i, row in enumerate(run) if row.named]
        if len(named) >= FEWEST and any(run[i].kind is _Kind.VALUES for i in named):
            first, last = named[0], named[-1]
            if first and run[first - 1].runs:
                first -= 1  # a row whose label cannot be read
            best = max(best, run[first : last + 1], key=len)
    for row in held:
        near = [r for r in best if abs(r.box.center_y - row.box.center_y) < GOES_ON * size]
        if near:
            nearest = min(near, key=lambda r: abs(r.box.center_y - row.box.center_y))
            nearest.more.extend(row.words)
        elif best and best[0].box.top < row.box.center_y < best[-1].box.top:
            row.kind = _Kind.HEAD if len(row.words) > 1 else _Kind.BAND
            best = sorted([*best, row], key=lambda r: r.box.center_y)
    return best


def _longest(words: Sequence[Word], size: float) -> int:
    """Characters of a line's longest stretch of words without a gap between columns."""
    longest = held = 0
    end = None
    for word in words:
        held = 0 if end is None or word.box.left - end > size else held
        held += len(word.text)
        end = word.box.right
        longest = max(longest, held)
    return longest


def _label_edge(rows: Sequence[_Row]) -> float | None:
    """Where labels end and values begin: between those of all rows but a few."""
    ends: list[float] = []
    starts: list[float] = []
    for row in rows:
        if row.kind in (_Kind.HEAD, _Kind.VALUES):
            ends.append(row.words[0].box.right)
            starts += [box.left for box in _values_of(row, ends[-1])]
    if not starts:
        return None
    places = sorted({*ends, *starts})
    middles = [(a + b) / 2 for a, b in itertools.pairwise(places)]

    def amiss(x: float) -> int:
        return sum(end > x for end in ends) + sum(start < x for start in starts)

    least = min(map(amiss, middles))
    if least > FEW_AMISS * len(rows):
        return None
    gaps = [(b - a, (a + b) / 2) for a, b in itertools.pairwise(places)]
    return max(gap for gap in gaps if amiss(gap[1]) == least)[1]


def _values_of(row: _Row, limit: float) -> list[Box]:
    """What stands right of a label: numbers and heads."""
    words = row.words[1:] + (row.more if row.kind is _Kind.HEAD else [])
    return [box for box in (*(w.box for w in words), *row.runs) if box.left > limit]


def _bands(rows: Sequence[_Row], limit: float) -> list[_Band] | None:
    """The columns of each band, by its heads and by its numbers; None where these are too many."""
    bands = [_Band()]
    heads: list[list[tuple[float, float]]] = [[]]
    runs: list[list[tuple[float, float]]] = [[]]
    for row in rows:
        if row.kind is _Kind.BAND or (row.kind is _Kind.HEAD and runs[-1]):
            bands.append(_Band())
            heads.append([])
            runs.append([])
        row.band = len(bands) - 1
        if row.kind in (_Kind.HEAD, _Kind.VALUES):
            which = heads if row.kind is _Kind.HEAD else runs
            which[-1] += [(box.left, box.right) for box in _values_of(row, limit)]
    for band, named, numbers in zip(bands, heads, runs, strict=True):
        above, below = merged(named), merged(numbers)
        both = merged([*named, *numbers])
        count = max(len(above), len(below))
        if count > MOST_VALUES:
            return None
        band.spans = next(one for one in (both, above, below) if len(one) == count)
        band.sure = len(both) == len(above) == count
    return bands
