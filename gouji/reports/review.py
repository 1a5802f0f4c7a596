"""Part four of the form: reviews and lawsuits, one row of fifteen values, read by position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gouji.model import TableCell

from .amounts import plain
from .columns import Columns
from .filled import FilledCell, fill_from
from .forms import REVIEW, REVIEW_BLOCKS, REVIEW_RESULTS
from .labels import words_of
from .rows import PartRow, is_value

COUNT = len(REVIEW_BLOCKS) * len(REVIEW_RESULTS)
FEWEST = 8  # fewer values in a row than this are not the value row


@dataclass(frozen=True, slots=True)
class ReviewReading:
    """The filled cells of part four, and what was odd about the table."""

    cells: tuple[FilledCell, ...]
    flags: tuple[str, ...]


def read_review(rows: Sequence[PartRow]) -> ReviewReading:
    """Find the value row, and its fifteen cells by the columns of the head."""
    columns = _head(rows)
    chosen: PartRow | None = None
    extra = False
    for row in rows:
        values = [c for c in row.cells if c.row == row.row and is_value(c.text)]
        if len(values) < FEWEST or len(values) < len([c for c in row.cells if c.row == row.row]):
            continue
        if chosen is None or not _filled(chosen):
            chosen = row
        elif _filled(row):
            extra = True
    if chosen is None:
        return ReviewReading((), ("review_row_missing",) if columns else ())
    flags = ["review_rows_repeated"] if extra else []
    places = _places(chosen, columns)
    if any(not cells for cells in places):
        flags.append("short_row")
    certain = columns is not None or len(chosen.cells) == COUNT
    keys = [f"{REVIEW}/{block}/{result}" for block in REVIEW_BLOCKS for result in REVIEW_RESULTS]
    cells = tuple(
        fill_from(key, place, chosen.part, key.split("/")[1], placing=1.0 if certain else 0.9)
        for key, place in zip(keys, places, strict=True)
    )
    return ReviewReading(cells, tuple(flags))


def _filled(row: PartRow) -> bool:
    return any(plain(cell.text) for cell in row.cells)


def _head(rows: Sequence[PartRow]) -> Columns | None:
    """Fifteen columns from the lowest head row, by its cells; words there are unreliable."""
    best: Columns | None = None
    for row in rows:
        words = [words_of(c.text) for c in row.cells]
        named = sum(1 for w in words if w[:2] in ("结果", "其他", "尚未", "总计", "合计"))
        if named >= 10 and len(row.cells) == COUNT:
            best = Columns(tuple((c.box.left, c.box.right) for c in row.cells), 1.0)
    return best


def _places(row: PartRow, columns: Columns | None) -> list[list[TableCell]]:
    if len(row.cells) == COUNT:
        return [[cell] for cell in row.cells]
    if columns is not None:
        return [columns.cells_in(index, row) for index in range(COUNT)]
    return [[row.cells[i]] if i < len(row.cells) else [] for i in range(COUNT)]
