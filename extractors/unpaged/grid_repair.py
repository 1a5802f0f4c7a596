"""Rows of the applications table that wrong spans have put beside their columns.

A label whose row span is one too many pushes the row after it one column to the right, one too few
lets it slip to the left, and so does a label or a head with a wrong column span. The value cells
are all there, in their order, under the wrong heads.

What is asked for before anything is moved:

* The table is the applications table: its head names the kinds of applicants in their order, or
  its rows are labelled as that table's are.
* Where the value columns are is known: from the head, when two rows or a third of them stand in
  its columns or there are hardly any rows; else from the rows, when most of them stand in the
  same ones (three at least; five, where no head is there).
* A row is moved only if its own cells are labels, at least one of them with words, and then
  exactly seven values. A row with six values lacks a cell, and nobody knows which one.
* A row that begins too far to the left and whose first value is empty may be a label with an empty
  cell after it and a value missing at the end: it is moved only if its total then comes out, or
  has none and no row of the table has empty cells among its labels.

Then the span that is to blame is corrected, so that the labels stand right too; where none can be
blamed, the values alone are put in their columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gouji.model import GridCell
from gouji.reports.amounts import parse_amount
from gouji.reports.forms import APPLICANTS
from gouji.reports.labels import likeness, pairs_of, words_of
from gouji.reports.values import is_value

from .grid_layout import OwnCell, laid_out, own_rows

VALUES = len(APPLICANTS)
HEAD_ROWS = 4  # from the first head on: 自然人 and 总计 stand a row above the others
MOST_ROWS = 400  # the longest form has 58; a file of many reports in one table is left alone
FEWEST_ROWS = 5  # that must agree where no head says where the columns are
FEWEST_WITH_HEAD = 2  # rows that agree with it: one row span can push all the others
FEWEST_AGAINST_HEAD = 3  # rows that must agree before a head counts as misplaced
MOST_SHARE = 0.6
HEAD_SHARE = 1 / 3
SAME_HEAD = 0.6  # likeness of a head's words
FLAG = "spans_repaired"
_ROW_WORDS = (
    "新收政府信息公开申请", "结转", "属于国家秘密", "予以公开", "本机关不掌握", "重复申请",
    "不再处理",
)  # fmt: skip
_NUMBERED = re.compile(r"^\d{1,2}[.、．]")

Span = tuple[int, int]  # first column, column after the last
Row = list[GridCell]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A grid, its shape (rows, columns), and `FLAG` where something was moved."""

    cells: tuple[GridCell, ...]
    shape: tuple[int, int]
    flags: tuple[str, ...] = ()


def repaired(cells: Sequence[GridCell], shape: tuple[int, int]) -> Repaired:
    """The grid with misplaced rows of the applications table in their columns."""
    same = Repaired(tuple(cells), shape)
    rows = own_rows(cells, shape[0])
    if len(rows) > MOST_ROWS or shape[1] < VALUES:
        return same
    if not any(_values_of(row) for row in rows):
        return same
    rows, head = _with_even_head(rows)
    values = {index: found for index, row in enumerate(rows) if (found := _values_of(row))}
    if head is None and (
        len(values) < FEWEST_ROWS or not any(_is_form_row(rows[index]) for index in values)
    ):
        return same
    columns = _columns(head, values) if values else None
    if columns is None:
        return same
    mended = _mended(rows, columns)
    if head is not None and not _aligned(head, columns):
        mended = _with_head(mended, head, columns)
    if tuple(mended) == same.cells:
        return same
    width = max(cell.column + cell.column_span for cell in mended)
    return Repaired(tuple(mended), (shape[0], width), (FLAG,))


def _values_of(row: Row) -> Row | None:
    """The seven values of a row whose own cells are labels and then just these."""
    labels, values = row[:-VALUES], row[-VALUES:]
    if not labels or len(values) < VALUES or not all(is_value(cell.text) for cell in values):
        return None
    if is_value(labels[-1].text) and labels[-1].text.strip():
        return None  # an eighth value
    return values if any(not is_value(cell.text) for cell in labels) else None


def _is_form_row(row: Row) -> bool:
    words = "|".join(words_of(cell.text) for cell in row[:-VALUES])
    return any(known in words for known in _ROW_WORDS)


def _head(rows: Sequence[Row]) -> Row | None:
    """The cells of the head that name the seven columns, in the order of the form."""
    found: dict[str, GridCell] = {}
    first = next((i for i, row in enumerate(rows) if any(_is_first(c) for c in row)), 0)
    for row in rows[first : first + HEAD_ROWS]:
        for cell in row:
            pairs = pairs_of(words_of(cell.text))
            for column in APPLICANTS:
                known = max(likeness(pairs, pairs_of(words_of(head))) for head in column.heads)
                if known >= SAME_HEAD and column.code not in found and len(pairs) < 12:
                    found[column.code] = cell
                    break
    if len(found) < VALUES:
        return None
    return [found[column.code] for column in APPLICANTS]


def _is_first(cell: GridCell) -> bool:
    return words_of(cell.text) in ("自然人", "商业企业", "商业机构")


def _with_even_head(rows: list[Row]) -> tuple[list[Row], Row | None]:
    """The rows with all seven head cells ending at the lowest of them, and these cells.

    自然人 and 总计 stand one row above the others: a row span too many pushes the first row of
    values, one too few leaves them out of the row that the form readers take for the head.
    """
    head = _head(rows)
    if head is None:
        return rows, None
    bottom = max(cell.row for cell in head) + 1
    if all(cell.row + cell.row_span == bottom for cell in head):
        return rows, head
    places = {(cell.row, cell.column) for cell in head}
    even = [
        [c._replace(row_span=bottom - c.row) if (c.row, c.column) in places else c for c in row]
        for row in rows
    ]
    if _is_laid_out(rows):
        even = own_rows(laid_out(_own(even))[0], len(rows))
    return even, _head(even)


def _own(rows: Sequence[Row]) -> list[list[OwnCell]]:
    return [[OwnCell(c.text, c.row_span, c.column_span) for c in row] for row in rows]


def _is_laid_out(rows: Sequence[Row]) -> bool:
    """Whether the grid is what its cells and spans give, without holes left on purpose."""
    return laid_out(_own(rows))[0] == [cell for row in rows for cell in row]


def _columns(head: Row | None, values: dict[int, Row]) -> list[Span] | None:
    """Where the seven value columns are: by the head, else where most rows have them."""
    votes = Counter(tuple(_span(cell) for cell in found) for found in values.values())
    voted, count = votes.most_common(1)[0]
    fewest = FEWEST_ROWS
    if head is not None:
        spans = sorted(_span(cell) for cell in head)  # 总计 may stand before the one left of it
        fewest = FEWEST_AGAINST_HEAD if spans[0][0] else 1  # labels stand in the first column
        if spans[0][0] and all(a[1] <= b[0] for a, b in pairwise(spans)):
            agreeing = sum(1 for found in values.values() if _aligned(found, spans))
            enough = agreeing >= FEWEST_WITH_HEAD or agreeing >= HEAD_SHARE * len(values)
            if enough or count < FEWEST_AGAINST_HEAD:
                return spans
    if count >= fewest and count >= MOST_SHARE * len(values):
        return list(voted)
    return None


def _span(cell: GridCell) -> Span:
    return cell.column, cell.column + cell.column_span


def _aligned(cells: Row, columns: Sequence[Span]) -> bool:
    """Whether each cell lies under its own column, at least for the most part of one of the two."""
    for cell, (left, right) in zip(cells, columns, strict=True):
        start, end = _span(cell)
        common = min(end, right) - max(start, left)
        if 2 * common < min(end - start, right - left):
            return False
    return all(a.column < b.column for a, b in pairwise(cells))


def _mended(rows: list[Row], columns: list[Span]) -> list[GridCell]:
    """All cells, with the rows that are astray put right from the top down."""
    own = _own(rows)
    by_layout = _is_laid_out(rows)
    forced: set[int] = set()
    for index in range(len(rows)):
        values = _values_of(rows[index])
        if values is None or _aligned(values, columns) or not _may_move(values, columns, rows):
            continue
        if by_layout:
            corrected = _corrected(own, rows, index, values[0].column - columns[0][0], columns)
            if corrected is not None:
                own = corrected
                rows = own_rows(laid_out(own)[0], len(rows))
                continue
        forced.add(index)
    cells: list[GridCell] = []
    for index, row in enumerate(rows):
        cells.extend(_in_columns(row, columns) if index in forced else row)
    return cells


def _may_move(values: Row, columns: Sequence[Span], rows: Sequence[Row]) -> bool:
    """Whether nothing speaks for an empty label cell and a value missing at the end of the row."""
    if values[0].column >= columns[0][0] or values[0].text.strip():
        return True
    amounts = [parse_amount(cell.text).value for cell in values]
    if amounts[-1] is not None:
        return amounts[-1] == sum(amount or 0 for amount in amounts[:-1])
    return not any(
        not cell.text.strip() for row in rows if _values_of(row) for cell in row[1:-VALUES]
    )


def _corrected(
    own: list[list[OwnCell]], rows: list[Row], index: int, shift: int, columns: Sequence[Span]
) -> list[list[OwnCell]] | None:
    """The table with the one span corrected that puts the row under its columns, or None."""
    for at, column, change in _suspects(rows, index, shift, columns[0][0]):
        position = next(i for i, cell in enumerate(rows[at]) if cell.column == column)
        changed = [list(row) for row in own]
        cell = changed[at][position]
        if at == index:
            changed[at][position] = cell._replace(column_span=cell.column_span + change)
        else:
            changed[at][position] = cell._replace(row_span=rows[at][position].row_span + change)
        values = _values_of(own_rows(laid_out(changed)[0], len(rows))[index])
        if values is not None and _aligned(values, columns):
            return changed
    return None


def _suspects(rows: Sequence[Row], index: int, shift: int, left: int) -> list[tuple[int, int, int]]:
    """Cells (row, column) that may have pushed a row, and by how much their span is to change.

    For a cell above it is the row span that changes, for a label of the row its column span.
    """
    own_labels = rows[index][:-VALUES]
    before = [cell for row in rows[:index] for cell in row]
    above = [
        cell
        for cell in before
        if cell.column < left + max(shift, 0) and cell.column_span == abs(shift)
    ]
    if shift > 0:
        covering = [cell for cell in above if cell.row + cell.row_span > index]
        covering.sort(key=lambda cell: cell.row + cell.row_span)
        last = [c for c in covering if c.row + c.row_span == index + 1]
        wide = [c for c in reversed(own_labels) if c.column_span > shift]
        return [
            *((c.row, c.column, -1) for c in last),
            *((index, c.column, -shift) for c in wide),
            *((c.row, c.column, index - c.row - c.row_span) for c in covering if c not in last),
        ]
    ended = [(c.row, c.column, 1) for c in above if c.row + c.row_span == index]
    narrow = [(index, own_labels[-1].column, -shift)]
    numbered = _NUMBERED.match("".join(own_labels[0].text.split()))
    return [*ended, *narrow] if numbered else [*narrow, *ended]


def _in_columns(row: Row, columns: Sequence[Span]) -> Row:
    """The row with its values in the columns by their order, its labels left of them."""
    left = columns[0][0]
    labels = [
        cell._replace(
            column=min(cell.column, max(left - 1, 0)),
            column_span=max(1, min(cell.column_span, left - cell.column)),
        )
        for cell in row[:-VALUES]
    ]
    values = [
        cell._replace(column=start, column_span=end - start)
        for cell, (start, end) in zip(row[-VALUES:], columns, strict=True)
    ]
    return [*labels, *values]


def _with_head(cells: list[GridCell], head: Row, columns: Sequence[Span]) -> list[GridCell]:
    """The head's seven cells over the columns."""
    moved = {
        (cell.row, cell.column): cell._replace(column=start, column_span=end - start)
        for cell, (start, end) in zip(head, columns, strict=True)
    }
    return [moved.get((cell.row, cell.column), cell) for cell in cells]
