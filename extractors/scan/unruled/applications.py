"""Part three of the form without rules: seven numbers on each row, labels left of them."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gouji.grids.lattice import Lattice, without_idle_edges
from gouji.grids.lines import line_groups
from gouji.grids.spans import Span
from gouji.model import Box, TableCell, Word
from gouji.reports.aligned import aligned, label_cells
from gouji.reports.forms import APPLICANTS, FORMS, LABELS, LATER
from gouji.reports.labels import ideographs, likeness, pairs_of, read_label, words_of
from gouji.reports.neighbours import kept_in_order
from gouji.reports.part_signs import application_wordings

from .columns import PITCH, ValueRows, value_rows
from .ink import RunLine

FEWEST_ROWS = 2
LOWER, HIGHER = 0.75, 1.25  # of the height of the numbers of a table
UNEVEN = 0.2  # likewise: how far from one line its numbers stand in the mean
FEWEST_WORDS = 2  # ideographs of a label that names its row
SAME_LINE = 0.5  # type sizes between the middles of a label and of its number
FEWEST_BLANK, LIKE = 4, 0.6  # characters of a label with nothing beside it, and its likeness
CLOSE = 0.6  # type sizes between two lines of one label
SURE_ROW = 0.8  # likeness of the label of a row that stands alone
KEPT = 0.3  # of a label's characters that are left
PLACED, HALF_FULL, EMPTY = 0.8, 0.8, 0.5  # placing of cells
_ITEM = re.compile(r"^\d{1,2}\s*[.、．,，]?\s*[\u3400-\u9fff]")
_BRACKET = re.compile(r"^[(（C][一二三四五六七1l]?[)）]")


@dataclass(frozen=True, slots=True)
class _Labels:
    """The words left of the numbers, by row, each row's own from top to bottom."""

    own: tuple[tuple[Word, ...], ...]
    all: tuple[Word, ...]
    columns: tuple[float, ...]  # edges of label columns, first the table's left


def applications_table(
    lines: Sequence[RunLine], words: Sequence[Word], size: float
) -> Lattice | None:
    """The lattice of part three, or of the rows of it that the page has."""
    rows = value_rows(lines, len(APPLICANTS), size)
    if rows is None:
        return None
    rows = _without_specks(rows, words, size)
    labels = _labels(rows, words, size)
    first, end = _with_values(rows, _codes(labels), words)
    only = rows.part(first, end)
    if end - first < FEWEST_ROWS and not _code_alone(only, labels.own[first:end]):
        return None
    rows = _with_blank(rows.part(first, end), words, size)
    labels = _labels(rows, words, size)
    codes = _codes(labels) or _code_alone(rows, labels.own)
    if not codes:
        return None
    ys = _row_edges(rows, labels)
    places = _shape_rows(codes, len(rows.middles))
    xs = (*labels.columns, *rows.edges)
    cells = _cells(places, len(rows.middles), len(labels.columns))
    placing = tuple(_placing(cell, rows, len(labels.columns)) for cell in cells)
    return without_idle_edges(Lattice(xs, ys, cells, placing))


def _code_alone(rows: ValueRows, labels: Sequence[Sequence[Word]]) -> Mapping[int, str]:
    """The row of the form that a page's only row surely is: it has all numbers, and its label.

    Part three begins at the foot of a page, or ends at the head of one.
    """
    if len(rows.middles) != 1 or any(cell is None for cell in rows.cells[0]):
        return {}
    label = read_label(_said(labels[0])).words
    alike, code = max(
        (likeness(pairs_of(label), pairs_of(words_of(wording))), row.code)
        for name in LATER
        for row in FORMS[name].applications
        for wording in row.labels
    )
    return {0: code} if len(label) >= FEWEST_BLANK and alike >= SURE_ROW else {}


def _labels(rows: ValueRows, words: Sequence[Word], size: float) -> _Labels:
    near = 2.6 * size
    first, last = rows.middles[0] - near, rows.middles[-1] + near
    beside = [
        word
        for word in words
        if ideographs(word.text)
        and first < word.box.center_y < last
        and word.box.right < rows.spans[0][0] + 0.5 * size
        and word.box.height < 2 * size
    ]
    by_row: list[list[Word]] = [[] for _ in rows.middles]
    for group in line_groups(beside):
        middle = Box.around(word.box for word in group).center_y
        nearest = min(range(len(by_row)), key=lambda i: abs(rows.middles[i] - middle))
        by_row[nearest].extend(group)
    by_row = [_together(group, at, size) for group, at in zip(by_row, rows.middles, strict=True)]
    held = [word for group in by_row for word in group]
    items = [word.box.left for word in held if _ITEM.match(word.text)]
    left = min((word.box.left for word in held), default=rows.edges[0] - LABELS * size)
    second = min(items) - 1 if items else None
    if second is None or second < left + 2 * size:
        second = None
    own = [_own(group, second, size) for group in by_row]
    return _Labels(tuple(own), tuple(held), _label_columns(held, left, second, rows, size))


def _together(words: Sequence[Word], at: float, size: float) -> list[Word]:
    """Words about a row's middle, without those that a gap parts from it: a head's."""
    ordered = sorted(words, key=lambda word: abs(word.box.center_y - at))
    kept: list[Word] = []
    for word in ordered:
        box = word.box
        reach = [0.0 if kept == [] else min(abs(box.center_y - k.box.center_y) for k in kept)]
        if not kept or min(reach) <= 1.6 * size:
            kept.append(word)
    return sorted(kept, key=lambda word: (word.box.top, word.box.left))


def _own(words: Sequence[Word], second: float | None, size: float) -> tuple[Word, ...]:
    """The words of the row's own label: those in its own column, where there are some."""
    if second is not None:
        items = tuple(word for word in words if word.box.right > second + size)
        if items:
            return items
    return tuple(words)


def _label_columns(
    words: Sequence[Word], left: float, second: float | None, rows: ValueRows, size: float
) -> tuple[float, ...]:
    """Left edges of the label columns: of part three, of groups, of items."""
    end = rows.edges[0]
    if second is None:
        return (min(left, end - 3) - size,)
    narrow = [w.box for w in words if w.box.width < 1.5 * size and w.box.right < second]
    narrow.sort(key=lambda box: box.center_x)
    stack = [box for box in narrow if box.center_x - narrow[0].center_x < 0.7 * size]
    if len(stack) >= 2 and stack[0].left < left + size:
        edge = max(box.right for box in stack)
        others = [w.box.left for w in words if w.box.left > edge and w.box.left < second]
        first = min([edge + 0.5 * size, *((edge + x) / 2 for x in others)])
    else:
        first, left = left - 1, left - size
    return (left - size, first, second)


def _codes(labels: _Labels) -> Mapping[int, str]:
    """Which row of the form each row's label is most likely."""
    rows = []
    for index, words in enumerate(labels.own):
        cells = []
        if words:
            box = Box.around(word.box for word in words)
            cells = [TableCell(index, 0, 1, 1, _said(words), box)]
        rows.append((0, index, cells))
    likeliest = aligned(label_cells(rows), {}).likeliest
    wordings = {row.code: row.labels for name in LATER for row in FORMS[name].applications}
    return {
        index: code
        for index, code in likeliest.items()
        if len(ideographs(said := words_of(_said(labels.own[index])))) >= FEWEST_WORDS
        and max(kept_in_order(said, words_of(wording)) for wording in wordings[code]) >= KEPT
    }


def _said(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words)


def _with_values(
    rows: ValueRows, codes: Mapping[int, str], words: Sequence[Word]
) -> tuple[int, int]:
    """First and end of the rows without what above and below them are heads or other print."""
    high = statistics.median(c.height for cells in rows.cells for c in cells if c is not None)
    # a broken number may be read as a character; heads have two at least
    texts = [
        w.box
        for w in words
        if len(ideographs(w.text)) >= FEWEST_WORDS and w.box.center_x > rows.edges[0]
    ]

    def is_row(index: int) -> bool:
        held = [cell for cell in rows.cells[index] if cell is not None]
        if index not in codes and len(held) < HALF_FULL * len(rows.spans) - 1:
            return False
        own = statistics.median(cell.height for cell in held)
        if not LOWER * high <= own <= HIGHER * high:
            return False
        bottoms = [cell.bottom for cell in held]
        base = statistics.median(bottoms)
        if statistics.mean(abs(bottom - base) for bottom in bottoms) > UNEVEN * high:
            return False  # numbers of a row stand on one line
        at = rows.middles[index]
        return not any(text.top < at < text.bottom for text in texts)

    first, end = 0, len(rows.middles)
    while first < end and not is_row(first):
        first += 1
    while end > first and not is_row(end - 1):
        end -= 1
    return first, end


def _row_edges(rows: ValueRows, labels: _Labels) -> tuple[float, ...]:
    """Edges of rows: halfway between what two rows hold."""
    held = []
    for middle, cells, own in zip(rows.middles, rows.cells, labels.own, strict=True):
        boxes = [cell for cell in cells if cell is not None] + [word.box for word in own]
        held.append((min(box.top for box in boxes), max(box.bottom for box in boxes), middle))
    edges = []
    for (_, bottom, middle), (top, _, after) in itertools.pairwise(held):
        edge = (bottom + top) / 2
        edges.append(edge if middle < edge < after and bottom <= top else (middle + after) / 2)
    margin = 2.0
    return (held[0][0] - margin, *edges, held[-1][1] + margin)


def _beside(words: Sequence[Word], rows: ValueRows) -> list[Word]:
    """The words left of the numbers."""
    return [w for w in words if ideographs(w.text) and w.box.right < rows.spans[0][0]]


def _without_specks(rows: ValueRows, words: Sequence[Word], size: float) -> ValueRows:
    """Rows without those of a single run that is lower than numbers, or has no label beside it:
    dirt, and rests of rules.
    """
    labels = [word.box for word in _beside(words, rows)]
    high = statistics.median(one.height for cells in rows.cells for one in cells if one)

    def is_number(cells: Sequence[Box | None], at: float) -> bool:
        held = [one for one in cells if one is not None]
        if len(held) > 1:
            return True
        named = any(abs(box.center_y - at) < SAME_LINE * size for box in labels)
        return named and held[0].height >= LOWER * high

    kept = [
        index
        for index, (middle, cells) in enumerate(zip(rows.middles, rows.cells, strict=True))
        if is_number(cells, middle)
    ]
    return ValueRows(
        rows.spans, tuple(rows.middles[i] for i in kept), tuple(rows.cells[i] for i in kept)
    )


def _with_blank(rows: ValueRows, words: Sequence[Word], size: float) -> ValueRows:
    """The rows with those that have a label of the form and nothing beside it."""
    found = dict(zip(rows.middles, rows.cells, strict=True))
    pitch = min((b - a for a, b in itertools.pairwise(rows.middles)), default=PITCH * size)
    first, last = rows.middles[0] - 1.5 * pitch, rows.middles[-1] + 1.5 * pitch
    beside = _beside(words, rows)
    for word in beside:
        at = word.box.center_y
        if not first < at < last or min(abs(at - middle) for middle in found) < 0.8 * pitch:
            continue
        label = read_label(word.text).words
        alike = _likeness(label)
        if len(label) < FEWEST_BLANK or alike < LIKE:
            continue
        if not _goes_on(word, alike, beside, rows.middles, size):
            found[at] = (None,) * len(rows.spans)
    middles = tuple(sorted(found))
    return ValueRows(rows.spans, middles, tuple(found[at] for at in middles))


def _likeness(label: str) -> float:
    """How much a label is like one of part three."""
    pairs = pairs_of(label)
    return max(likeness(pairs, pairs_of(wording)) for wording in application_wordings())


def _goes_on(
    word: Word, alike: float, beside: Sequence[Word], middles: Sequence[float], size: float
) -> bool:
    """Whether a label's line is one of several, and numbers stand beside another of them.

    Lines close below or above it are the same label's if the label is more like one of the form
    with them, or if they are like none of it and more like one with this line.
    """
    for step in (1, -1):
        own, said, rest = word.box, word.text, ""
        while True:
            near = [
                (step * (other.box.center_y - own.center_y), other)
                for other in beside
                if min(other.box.right, own.right) > max(other.box.left, own.left)
                and max(other.box.top - own.bottom, own.top - other.box.bottom) < CLOSE * size
            ]
            near = [(gap, other) for gap, other in near if gap > 0.5 * size]
            if not near:
                break
            _, after = min(near, key=lambda pair: pair[0])
            own = after.box
            said, rest = (
                one + after.text if step > 0 else after.text + one for one in (said, rest)
            )
            label = Box.around((word.box, own))
            numbers = any(label.top < middle < label.bottom for middle in middles)
            whole, other = _likeness(read_label(said).words), _likeness(read_label(rest).words)
            if numbers and (whole > alike or other < min(whole, LIKE)):
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Place:
    """How a row's labels are set: ``depth`` cells beside each other, the last of a ``group``."""

    depth: int
    group: str


def _shape_rows(codes: Mapping[int, str], count: int) -> list[_Place]:
    form = max(
        (FORMS[name] for name in LATER),
        key=lambda form: sum(row.code in codes.values() for row in form.applications),
    )
    order = [row.code for row in form.applications]
    first, last = order.index("granted_in_full"), order.index("processed_total")
    at = {i: order.index(code) for i, code in codes.items() if code in order}
    for (i, a), (j, b) in itertools.pairwise(sorted(at.items())):
        if j - i == b - a:  # rows between, as many as the form has there
            at.update({k: a + k - i for k in range(i, j)})
    places = []
    for index in range(count):
        known = at.get(index)
        if known is None:
            places.append(_Place(0, ""))
            continue
        inside = first <= known <= last
        group = form.applications[known].group if inside else ""
        grouped = bool(group) and order[known] != "other_handling"
        places.append(_Place(3 if grouped else 2 if inside else 1, group if grouped else ""))
    return places


def _cells(places: Sequence[_Place], count: int, labels: int) -> tuple[Span, ...]:
    values = len(APPLICANTS)
    cells = [Span(row, labels + k, 1, 1) for row in range(count) for k in range(values)]
    if labels < LABELS:
        cells += [Span(row, 0, 1, 1) for row in range(count)]
        return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    for row, place in enumerate(places):
        match place.depth:
            case 0 | 1:
                cells.append(Span(row, 0, 1, LABELS))
            case 2:
                cells.append(Span(row, 1, 1, LABELS - 1))
            case _:
                cells.append(Span(row, 2, 1, 1))
    keys = [("three" if place.depth >= 2 else str(row)) for row, place in enumerate(places)]
    cells += [Span(a, 0, b - a, 1) for a, b in _same(keys) if places[a].depth >= 2]
    keys = [place.group or str(row) for row, place in enumerate(places)]
    cells += [Span(a, 1, b - a, 1) for a, b in _same(keys) if places[a].depth == 3]
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))


def _same(keys: Sequence[str]) -> list[tuple[int, int]]:
    """Runs of equal keys: first and end."""
    starts = [i for i in range(len(keys)) if i == 0 or keys[i] != keys[i - 1]]
    return list(itertools.pairwise([*starts, len(keys)]))


def _placing(cell: Span, rows: ValueRows, labels: int) -> float:
    """How sure a cell is: less in a row that has few numbers."""
    if cell.column < labels:
        return PLACED
    held = rows.cells[cell.row]
    run = held[cell.column - labels]
    full = sum(one is not None for one in held) >= HALF_FULL * len(held)
    edges = rows.edges
    if run is not None:
        left, right = edges[cell.column - labels], edges[cell.column - labels + 1]
        return PLACED if left <= run.left and run.right <= right else EMPTY
    return PLACED if full else EMPTY
