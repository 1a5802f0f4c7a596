"""Part four of the form: reviews and lawsuits, one row of fifteen values, read by position."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gouji.model import Box, TableCell

from .amounts import NONE_MARKS, plain
from .columns import Columns
from .filled import MOVED, FilledCell, fill_from
from .forms import REVIEW, REVIEW_BLOCKS, REVIEW_RESULTS
from .labels import words_of
from .rows import PartRow
from .values import is_value

COUNT = len(REVIEW_BLOCKS) * len(REVIEW_RESULTS)
FEWEST = 8  # fewer values in a row than this are not the value row of the whole table
FEWEST_HEADS = 5  # legible heads above a row, which has fifteen columns anyway
EVEN = (0.65, 1.5)  # of the usual width of a column
FEWEST_STACKED = 5  # one block alone
_HEADS = ("结果", "其他", "尚未", "总计", "合计")  # how heads of its columns begin
FAR_MORE = 2  # numbers in the row of values for one that a head is read as
SLIVER, UNEVEN = 0.5, 0.15  # of the usual width: a cell that an edge cut off; a whole one
WHOLE = (5, 10, 15)  # values of one, two and three blocks


@dataclass(frozen=True, slots=True)
class ReviewReading:
    """The filled cells of part four, and what was odd about the table."""

    cells: tuple[FilledCell, ...]
    flags: tuple[str, ...]


def read_review(rows: Sequence[PartRow]) -> ReviewReading:
    """Find the value row, and its fifteen cells by the columns of the head.

    Where the table is set as several (5 values, then 10; or three rows of 5), their value rows
    follow each other in the form's order.
    """
    columns = _head(rows)
    candidates = [(row, values) for row in rows if (values := _values(row))]
    wide = [(row, values) for row, values in candidates if len(values) >= FEWEST]
    below = [] if wide else [(row, own) for row in rows if (own := _below_heads(row, rows))]
    wide = wide or below
    filled = [pair for pair in wide if any(plain(c.text) for c in pair[1])] or wide
    stacked = _stacked(candidates)
    keys = [f"{REVIEW}/{block}/{result}" for block in REVIEW_BLOCKS for result in REVIEW_RESULTS]
    if stacked is not None and not any(len(values) >= COUNT - 1 for _, values in wide):
        cells = tuple(
            fill_from(key, [cell], row.part, key.split("/")[1])
            for key, (row, cell) in zip(keys, stacked, strict=True)
        )
        return ReviewReading(cells, ())
    if not filled:
        return ReviewReading((), ("review_row_missing",) if columns else ())
    filled = _without_heads(filled)
    chosen, values = filled[0]
    flags = ["review_rows_repeated"] if len(filled) > 1 else []
    whole = _whole(values) if chosen.part.from_pixels else values
    parted = len(whole) < len(values)
    values = whole
    places = _places(chosen, values, columns)
    if any(not cells for cells in places):
        flags.append("short_row")
    certain = (columns is not None or len(values) == COUNT) and not parted
    cells = tuple(
        fill_from(key, place, chosen.part, key.split("/")[1], placing=1.0 if certain else 0.9)
        for key, place in zip(keys, places, strict=True)
    )
    if below:
        moved = _may_have_moved(values)
        cells = tuple(
            filled_cell._replace(amount=MOVED) if place in moved else filled_cell
            for place, filled_cell in enumerate(cells)
        )
    if not certain and chosen.part.from_pixels:
        # a rule that was not found, not a cell that was not printed
        spread = _by_width(values)
        cells = tuple(
            fill_from(key, [cell], chosen.part, key.split("/")[1], placing=0.9)
            if (cell := spread.get(place)) is not None
            else filled_cell._replace(amount=MOVED)  # which number stands here is unknown
            for place, (key, filled_cell) in enumerate(zip(keys, cells, strict=True))
        )
    return ReviewReading(cells, tuple(flags))


def _without_heads(
    rows: list[tuple[PartRow, list[TableCell]]],
) -> list[tuple[PartRow, list[TableCell]]]:
    """The rows without those above that are heads of a scan, read as anything: where a row below
    has far more numbers.
    """
    numbers = [sum(_is_number(cell) for cell in cells) for _, cells in rows]
    odd = [sum(not (_is_number(c) or _is_nothing(c)) for c in cells) for _, cells in rows]
    most = numbers.index(max(numbers))
    heads = all(row.part.from_pixels for row, _ in rows[: most + 1]) and all(
        few <= strange and FAR_MORE * few <= numbers[most]
        for few, strange in zip(numbers[:most], odd[:most], strict=True)
    )
    return rows[most:] if heads else rows


def _is_number(cell: TableCell) -> bool:
    return cell.text.isascii() and cell.text.isdecimal()


def has_value_row(rows: Sequence[PartRow]) -> bool:
    """Whether a row holds all the values of the table."""
    return any(len(_values(row)) == COUNT for row in rows)


def _is_nothing(cell: TableCell) -> bool:
    bare = plain(cell.text)
    return not bare or bare in NONE_MARKS


def _whole(values: list[TableCell]) -> list[TableCell]:
    """The cells of a scanned row, those as one that a stray edge parted: together as wide as most.

    What stands in both of them is no number.
    """
    usual = statistics.median(cell.box.width for cell in values)
    whole = values[:1]
    for cell in values[1:]:
        before = whole[-1]
        both = before.box.width + cell.box.width
        narrow = min(before.box.width, cell.box.width) < SLIVER * usual
        if narrow and abs(both - usual) < UNEVEN * usual:
            text = "\n".join(part.text for part in (before, cell) if part.text)
            box = Box.around((before.box, cell.box))
            one = before if before.text or not cell.text else cell
            whole[-1] = replace(one, text=text, box=box)
        else:
            whole.append(cell)
    return whole


def _by_width(values: Sequence[TableCell]) -> dict[int, TableCell]:
    """The cells that are one column wide, by their column, where the widths make fifteen."""
    usual = statistics.median(cell.box.width for cell in values)
    columns = [max(1, round(cell.box.width / usual)) if usual > 0 else 1 for cell in values]
    if sum(columns) != COUNT:
        return {}
    starts = itertools.accumulate(columns, initial=0)
    return {
        start: cell for start, cell, wide in zip(starts, values, columns, strict=False) if wide == 1
    }


def _values(row: PartRow) -> list[TableCell]:
    """The value cells of a row: all its own cells, or those after its label."""
    own = [cell for cell in row.cells if cell.row == row.row]
    strange = [cell for cell in own if not is_value(cell.text)]
    scanned = row.part.from_pixels
    if scanned and len(strange) == 1 and len(own) == row.part.shape[1] == COUNT:
        return own  # a value that was read as a word; there is no column of labels
    while own and plain(own[0].text) and not is_value(own[0].text):
        own = own[1:]
    if len(own) - 1 in WHOLE and not plain(own[0].text):
        own = own[1:]  # an empty cell where other rows have their label
    if len(own) < FEWEST_STACKED or not all(is_value(cell.text) for cell in own):
        return []
    return own


def _below_heads(row: PartRow, rows: Sequence[PartRow]) -> list[TableCell]:
    """The fifteen cells of a scan's last row below heads, though several hold no value as read:
    a seal lies over them."""
    part = row.part
    own = [cell for cell in row.cells if cell.row == row.row]
    if not part.from_pixels or not len(own) == part.shape[1] == COUNT:
        return []
    if row.row != part.shape[0] - 1 or _heads_in(own):
        return []
    above = [cell for r in rows if r.part is part and r.row < row.row for cell in r.cells]
    legible = any(is_value(cell.text) for cell in own)
    return own if legible and _heads_in(above) >= FEWEST_HEADS else []


def _may_have_moved(values: Sequence[TableCell]) -> range:
    """Places from the first to the last cell of another width than most: a stroke may have been
    taken for a rule there, and a rule not found."""
    usual = statistics.median(cell.box.width for cell in values)
    low, high = EVEN[0] * usual, EVEN[1] * usual
    uneven = [i for i, cell in enumerate(values) if not low <= cell.box.width <= high]
    return range(uneven[0], uneven[-1] + 1) if uneven else range(0)


def _heads_in(cells: Sequence[TableCell]) -> int:
    return sum(words_of(cell.text)[:2] in _HEADS for cell in cells)


def _stacked(
    candidates: Sequence[tuple[PartRow, list[TableCell]]],
) -> list[tuple[PartRow, TableCell]] | None:
    """Fifteen values over several rows, in their order."""
    cells = [(row, cell) for row, values in candidates for cell in values if len(values) <= 10]
    return cells if len(cells) == COUNT and len(candidates) > 1 else None


def _head(rows: Sequence[PartRow]) -> Columns | None:
    """Fifteen columns from the lowest head row, by its cells; words there are unreliable."""
    best: Columns | None = None
    for row in rows:
        if len(row.cells) != COUNT:
            continue
        if _heads_in(row.cells) >= 10:
            best = Columns(tuple((c.box.left, c.box.right) for c in row.cells), 1.0)
    return best


def _places(
    row: PartRow, values: Sequence[TableCell], columns: Columns | None
) -> list[list[TableCell]]:
    if len(values) == COUNT:
        return [[cell] for cell in values]
    if columns is not None:
        return columns.cells_in(row)
    return [[values[i]] if i < len(values) else [] for i in range(COUNT)]
