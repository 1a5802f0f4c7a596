"""The rows of part three as they are printed, halves on two pages put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from gouji.model import Kind, TableCell, TablePart

from .amounts import parse_amount, plain
from .columns import Columns, carried_columns, contradicted, head_columns, last_columns
from .form import Row
from .forms import ALL_APPLICATION_ROWS, APPLICANT_HEADS, APPLICANTS, FORMS, LATER
from .label_scores import group_named, group_of
from .labels import Label, ideographs, likeness, pairs_of, read_label, words_of
from .pairing import Half, joined
from .rows import PartRow, by_part, share_columns
from .values import is_value

# Pairs of characters of a label that may be told from others, and the share of them that is there
# where a text holds it.
LONG_LABEL, MOSTLY_THERE = 5, 0.8
FEWEST_LEFT = 3  # values of a row whose end is cut off
NUMBERS = frozenset((Kind.NUMBER, Kind.NOT_APPLICABLE, Kind.BLANK))
LOST_COLUMN = 0.5  # certainty of columns of a part that has fewer
NAMED = 0.6  # likeness of a label to the form's by which it names its row
MERGED = 1.5  # widths of a column: a cell as wide stands for two
LOWER = 0.75  # than the row beside it: what a page break leaves of a row
STRANGE = 2  # cells of a row that may hold something else than a value


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A printed row with its labels from left to right and its columns."""

    row: PartRow
    columns: Columns
    labels: tuple[str, ...]
    label: Label
    group: str  # code of the bracketed group its own cells name, or ""
    values: tuple[tuple[TableCell, ...], ...]
    all_values: bool  # its value cells hold values, as a head's do not

    @property
    def has_values(self) -> bool:
        return any(cell.text.strip() for cells in self.values for cell in cells)


def printed_rows(rows: Sequence[PartRow]) -> list[PrintedRow]:
    """Rows under the head, part by part, each with the columns of its part."""
    result: list[PrintedRow] = []
    known: Columns | None = None  # of the part before
    before: TablePart | None = None
    for part_rows in by_part(rows):
        head_index, head = -1, None
        for index, row in enumerate(part_rows[:8]):
            found = head_columns(row, APPLICANT_HEADS) or _without_total(row)
            if found is not None:
                head_index, head = index, found
            elif head is not None:
                break  # a head further down is this one again, where a page began
        body = part_rows[head_index + 1 :]
        part = part_rows[0].part
        columns = head or _columns_of(part, body, known, before)
        if columns is None:
            continue
        if columns.certainty > LOST_COLUMN:  # what comes after is like parts that lost nothing
            known, before = columns, part
        for row in body:
            if _has_words(row, columns):
                # a head again, where a page began: programs that join what stood on two pages
                # leave the second half where it was
                columns = head_columns(row, APPLICANT_HEADS) or columns
                if before is part:
                    known = columns
            candidate = _candidate(row, columns)
            if _goes_on(candidate) or _sliver(candidate):
                continue
            if len(body) > 1 and (
                (row is body[0] and _is_rest(candidate, body[1]))
                or (row is body[-1] and _is_rest(candidate, body[-2]))
            ):
                continue
            result.append(candidate)
    return result


def _has_words(row: PartRow, columns: Columns) -> bool:
    """Whether something stands among the values that is none."""
    return any(c.box.center_x > columns.left and not is_value(c.text) for c in row.cells)


def _columns_of(
    part: TablePart, rows: Sequence[PartRow], columns: Columns | None, before: TablePart | None
) -> Columns | None:
    """The columns of a part without a head: carried on from the part before, or its last seven."""
    own = last_columns(rows, len(APPLICANTS))
    if own is not None and contradicted(own, rows, APPLICANT_HEADS):
        own = replace(own, certainty=LOST_COLUMN)
    if columns is None or before is None:
        return own
    shared = share_columns(before, part)
    known = (carried_columns(columns, rows) if shared else None) or own
    if known is not None:
        return known
    if not shared:
        columns = columns.moved(part.box.right - before.box.right)
    return _behind_labels(columns, rows)


def _behind_labels(columns: Columns, rows: Sequence[PartRow]) -> Columns:
    """Columns carried on to a part without a head, or what its labels make of them.

    A part that lost a column at its end stands otherwise than the one before: its values begin
    behind its labels all the same, and which is which is not sure.
    """
    edge = max(
        (
            cell.box.right
            for row in rows
            for cell in row.cells
            if ideographs(cell.text) and not is_value(cell.text)
        ),
        default=columns.left,
    )
    left, right = columns.spans[0]
    before = any(
        edge - 1 < cell.box.center_x < left and plain(cell.text)
        for row in rows
        for cell in row.cells
    )
    held = max(([c.box for c in row.cells if c.box.left > edge - 1] for row in rows), key=len)
    widest = max((box.width for box in held), default=right - left)
    lost = len(held) < len(columns.spans) and widest < MERGED * (right - left)
    if not before and not lost and 2 * (edge - left) < right - left:
        return columns
    spans = [(box.left, box.right) for box in held[: len(columns.spans)]]
    moved = columns.moved(edge - left).spans if not spans else ()
    while spans and len(spans) < len(columns.spans):
        spans.append((spans[-1][1], 2 * spans[-1][1] - spans[-1][0]))
    return Columns(tuple(spans) or moved, LOST_COLUMN)


def _sliver(candidate: PrintedRow) -> bool:
    """Whether a row is one empty cell across, with no label: what a page break leaves of a row."""
    cells = {id(cell): cell for place in candidate.values for cell in place}
    if len(cells) > 1:
        return False
    own = [cell for cell in candidate.row.cells if cell.row == candidate.row.row]
    return not any(plain(cell.text) for cell in (*cells.values(), *own))


def _is_rest(candidate: PrintedRow, beside: PartRow) -> bool:
    """Whether the first or last row of a page is the empty rest of one that a page break parted:
    without a label, without values, and lower than the row ``beside`` it. One sign before it, a
    grain or a piece of a rule, is no label.
    """
    own, other = (
        [cell for cell in row.cells if cell.row == row.row and cell.row_span == 1]
        for row in (candidate.row, beside)
    )
    left = candidate.columns.left
    if not own or not other or any(_says(cell, left) for cell in own):
        return False
    return min(c.box.height for c in own) < LOWER * min(c.box.height for c in other)


def _says(cell: TableCell, left: float) -> bool:
    """Whether a value stands in a cell, or a label: one sign that is no word is no label."""
    text = plain(cell.text)
    if cell.box.center_x > left:
        return bool(text) and is_value(cell.text)
    return len(text) > 1 or bool(ideographs(text))


def _goes_on(candidate: PrintedRow) -> bool:
    """Whether a stray edge made a second row of one: its values and its label began above it."""
    at = candidate.row.row
    values = [cell for place in candidate.values for cell in place]
    if not values or any(cell.row >= at for cell in values):
        return False
    labels = [c for c in candidate.row.cells if c.box.center_x < candidate.columns.left]
    return all(cell.row < at or not cell.text.strip() for cell in labels)


def _without_total(row: PartRow) -> Columns | None:
    """The columns of a head whose last one, 总计, the page cuts off: it holds no cell."""
    found = head_columns(row, APPLICANT_HEADS[:-1])
    if found is None or not row.cells[-1].text.strip():
        return None
    if words_of(row.cells[-1].text) in map(words_of, APPLICANT_HEADS[-1]):
        return None  # it is there, and another head is not
    edge = found.spans[-1][1]
    if any(cell.box.left >= edge - 1 for cell in row.cells):
        return None  # something stands there, whatever its head says
    return Columns((*found.spans, (edge, edge)), found.certainty)


def _candidate(row: PartRow, columns: Columns) -> PrintedRow:
    left = columns.left
    before = [c for c in row.cells if c.box.center_x < left]
    label_cells = [c for c in before if c.text.strip()]
    labels = tuple(c.text for c in label_cells)
    own = [c for c in label_cells if c.row + c.row_span - 1 == c.row or c is label_cells[-1]]
    text = own[-1].text if own else ""
    if own and own[-1].row_span > 1 and group_of(text):
        text = ""  # the group's; its own is empty
    if row.part.from_pixels and _names_several(text):
        text = ""  # of rows whose sides were not found: none of them is this row by its label
    beside = {id(cell) for cell in before}
    values = tuple(
        tuple([c for c in cells if id(c) not in beside]) for cells in columns.cells_in(row)
    )
    group = group_named(labels)
    return PrintedRow(
        row, columns, labels, read_label(text), group, values, all_values_read(values)
    )


@lru_cache(maxsize=4096)
def _names_several(text: str) -> bool:
    """Whether the labels of more than one row stand in a text."""
    printed = pairs_of(words_of(text))
    if len(printed) < 2 * LONG_LABEL:
        return False
    named = {
        row.code
        for row in ALL_APPLICATION_ROWS
        for wanted in (pairs_of(words_of(wording)) for wording in row.labels)
        if len(wanted) >= LONG_LABEL and len(printed & wanted) >= MOSTLY_THERE * len(wanted)
    }
    return len(named) > 1


def rejoined(candidates: list[PrintedRow]) -> list[PrintedRow]:
    """Rows that a page break cut in two, put together again.

    One half has the values, and the labels of both halves make one label of the form.
    """
    result: list[PrintedRow] = []
    for candidate in candidates:
        before = result[-1] if result else None
        if (
            before is not None
            and before.row.part is not candidate.row.part
            and candidate.row.row <= 3
            and (joined := _one_row(before, candidate, result[:-1])) is not None
        ):
            result[-1] = joined
        else:
            result.append(candidate)
    return result


def _one_row(
    first: PrintedRow, second: PrintedRow, above: Sequence[PrintedRow]
) -> PrintedRow | None:
    halves = [
        Half(c.labels[-1] if c.labels else "", c.has_values, bool(c.labels))
        for c in (first, second)
    ]
    which = joined(halves[0], halves[1], _best_words)
    if which is None and above and _is_label_of(second, first, above[-1]):
        which = "first"
    if which is None:
        return None
    text = halves[0].text + halves[1].text
    return replace(
        first if which == "first" else second,
        labels=(*first.labels[:-1], text),
        label=read_label(text),
        group=first.group or second.group,
    )


def _is_label_of(lower: PrintedRow, upper: PrintedRow, above: PrintedRow) -> bool:
    """Whether the whole label of ``upper``, which has none, stands on the next page.

    It is the form's next label after that of the row above, so there is no row but this one.
    """
    if upper.label.words or not upper.all_values or lower.has_values:
        return False
    codes = [
        row.code if (row := _named(candidate)) is not None else "" for candidate in (above, lower)
    ]
    return any(
        codes == [one.code, other.code]
        for name in LATER
        for one, other in pairwise(FORMS[name].applications)
    )


def _named(candidate: PrintedRow) -> Row | None:
    """The row of the form that a label names, whatever group it stands in."""
    best = max(
        (likeness(candidate.label.pairs, pairs_of(words_of(wording))), place)
        for place, row in enumerate(ALL_APPLICATION_ROWS)
        for wording in row.labels
    )
    return ALL_APPLICATION_ROWS[best[1]] if best[0] >= NAMED else None


def _best_words(label: Label) -> float:
    return max(
        (
            likeness(label.pairs, pairs_of(words_of(w)))
            for r in ALL_APPLICATION_ROWS
            for w in r.labels
        ),
        default=0.0,
    )


def all_values_read(places: Sequence[Sequence[TableCell]]) -> bool:
    cells = [cell for place in places for cell in place]
    values = sum(1 for cell in cells if is_value(cell.text))
    if len(cells) > 1 and all(cell is cells[0] for cell in cells) and not plain(cells[0].text):
        return False  # one empty cell across: a sliver of a row at a page break
    if len(cells) < len(APPLICANTS) - 1:
        # a row that is cut off: what is left of it are numbers, and nothing else
        kinds = {parse_amount(cell.text).kind for cell in cells}
        return len(cells) >= FEWEST_LEFT and kinds <= NUMBERS and kinds != {Kind.BLANK}
    # one cell may hold a stamp's words or damage; a head row holds no number
    return values >= len(cells) - STRANGE
