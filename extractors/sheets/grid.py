"""What a sheet displays as a grid: merged ranges, hidden rows and columns, titles above tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from gouji.model import GridCell
from gouji.reports.amounts import plain
from gouji.reports.rows import names_form_row

from ..unpaged.document import MOST_CELLS
from .package import CellFormat

MOST_COLUMNS = 16_384
WIDE_RANGE = 64  # columns; what is merged over more is merged over the whole sheet
TALL_RANGE = 400  # rows
WIDE_GAP = 8  # empty columns after which something else stands beside the table
LONGEST_LABEL = 60  # characters; the longest label of the forms has 39
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell displays, and how."""

    text: str
    format: CellFormat


@dataclass(frozen=True, slots=True)
class Range:
    """A merged range by its first and last row and column."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """A sheet as it was read: the cells that display something, and what is hidden."""

    cells: dict[int, dict[int, Shown]] = field(default_factory=dict)  # by row and column
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    shown_rows: set[int] = field(default_factory=set)  # named as not hidden
    hidden_columns: bytearray = field(default_factory=lambda: bytearray(MOST_COLUMNS))  # 1: hidden
    rows_hidden: bool = False  # those that are not named
    shows_zeros: bool = True
    uncounted: int = 0  # formulas without a value
    left_out: int = 0  # cells in rows too far down

    def row_seen(self, row: int) -> bool:
        """Whether the row is displayed."""
        if row in self.hidden_rows:
            return False
        return not self.rows_hidden or row in self.shown_rows

    def column_seen(self, column: int) -> bool:
        """Whether the column is displayed."""
        return column >= MOST_COLUMNS or not self.hidden_columns[column]

    def hide_columns(self, first: int, last: int) -> None:
        """Note that the columns from the first to the last are not displayed."""
        first, last = max(first, 0), min(last, MOST_COLUMNS - 1)
        self.hidden_columns[first : last + 1] = b"\1" * max(last + 1 - first, 0)


@dataclass(slots=True)
class SheetGrid:
    """The displayed part of a sheet; rows and columns have the numbers of the sheet."""

    rows: list[int]  # that display something, or lie in a merged range that does
    columns: list[int]
    texts: dict[int, dict[int, Shown]]  # by row and column of the upper left displayed cell
    spans: dict[tuple[int, int], tuple[int, int]]  # rows and columns of merged ranges
    covered: set[tuple[int, int]]  # cells of merged ranges but for the upper left ones
    room: int = MOST_CELLS  # cells that merged ranges may still cover

    @classmethod
    def of(cls, sheet: Sheet) -> SheetGrid:
        """What of the sheet can be seen."""
        texts: dict[int, dict[int, Shown]] = {}
        for row, cells in sheet.cells.items():
            if sheet.row_seen(row):
                seen = {c: cell for c, cell in cells.items() if sheet.column_seen(c)}
                if seen:
                    texts[row] = seen
        grid = cls([], [], texts, {}, set())
        last_row = max(sheet.cells, default=-1)
        last_column = max((max(cells) for cells in sheet.cells.values()), default=-1)
        for merged in sheet.merged:
            grid._merge(sheet, merged, last_row, last_column)
        grid.texts = {row: texts[row] for row in sorted(texts) if texts[row]}
        grid._measure(sheet)
        return grid

    def _merge(self, sheet: Sheet, merged: Range, last_row: int, last_column: int) -> None:
        """Put what a merged range displays into its first visible cell."""
        bottom = min(merged.bottom, max(last_row, merged.top + TALL_RANGE))
        wide = merged.right - merged.left >= WIDE_RANGE
        right = min(merged.right, max(last_column, merged.left)) if wide else merged.right
        self.room -= max(bottom - merged.top + 1, 1) * max(right - merged.left + 1, 1)
        if self.room < 0:
            return
        rows = [row for row in range(merged.top, bottom + 1) if sheet.row_seen(row)]
        columns = [c for c in range(merged.left, right + 1) if sheet.column_seen(c)]
        shown = sheet.cells.get(merged.top, {}).get(merged.left)
        places = [(row, column) for row in rows for column in columns]
        if not places or any(place in self.covered or place in self.spans for place in places):
            return  # hidden, or the file is wrong: ranges do not overlap
        for row, column in places:
            self.texts.get(row, {}).pop(column, None)
        first = places[0]
        self.covered.update(places[1:])
        self.spans[first] = (rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1)
        if shown is not None:
            self.texts.setdefault(first[0], {})[first[1]] = shown

    def _measure(self, sheet: Sheet) -> None:
        """The rows and columns between the outermost cells that display something."""
        rows = set(self.texts)
        used: set[int] = set()
        for row, cells in self.texts.items():
            used.update(cells)
            for column in cells:
                height, width = self.spans.get((row, column), (1, 1))
                used.add(column + width - 1)
                rows.update(r for r in range(row + 1, row + height) if sheet.row_seen(r))
        columns = sorted(used)
        filled = set(columns)
        for before, after in pairwise(columns):
            if after - before <= WIDE_GAP + 1:
                filled.update(c for c in range(before + 1, after) if sheet.column_seen(c))
        self.rows = sorted(rows)
        self.columns = sorted(filled)
        for row in self.rows:
            self.texts.setdefault(row, {})

    def cells(self, rows: Iterable[int]) -> Iterator[GridCell]:
        """The cells of these rows, blank ones too."""
        for row in rows:
            for column in self.columns:
                if (row, column) in self.covered:
                    continue
                height, width = self.spans.get((row, column), (1, 1))
                shown = self.texts[row].get(column)
                yield GridCell(row, column, height, width, shown.text if shown else "")

    def line_rows(self) -> frozenset[int]:
        """Rows that are text and no row of a table: titles, headings, paragraphs, signatures.

        Where the sheet draws borders round its tables, what stands without; else what stands
        alone at the head of a block, or across the whole sheet before the form. Words of the form
        make a row one of a table.
        """
        several = [row for row in self.rows if len(self.texts[row]) > 1]
        drawn = sum(self._bordered(row) for row in several) * 2 > len(several)
        lines: set[int] = set()
        heading, tabled, formed, before = True, False, False, -1
        for row in self.rows:
            if not self.texts[row]:
                continue
            if before >= 0 and row > before + 1 and not drawn:
                heading = True
            before = max(before, self._last_row_of(row))
            of_form = self._of_form(row)
            formed = formed or of_form
            if drawn:
                is_line = not self._bordered(row) or (heading and self._alone(row, tabled))
            else:
                is_line = (heading and self._alone(row, tabled)) or self._across(row, formed)
            if is_line and not of_form:
                lines.add(row)
            else:
                heading, tabled = False, True
        return frozenset(lines)

    def _last_row_of(self, row: int) -> int:
        heights = (self.spans.get((row, column), (1, 1))[0] for column in self.texts[row])
        return row + max(heights, default=1) - 1

    def _bordered(self, row: int) -> bool:
        return any(shown.format.bordered for shown in self.texts[row].values())

    def _of_form(self, row: int) -> bool:
        return any(
            len(words) <= LONGEST_LABEL and "。" not in words and names_form_row(words)
            for words in (plain(shown.text) for shown in self.texts[row].values())
        )

    def _alone(self, row: int, tabled: bool) -> bool:
        """Whether the row is one text, and no label whose values are blank."""
        if len(self.texts[row]) != 1:
            return False
        ((column, shown),) = self.texts[row].items()
        wide = self.spans.get((row, column), (1, 1))[1] > 1
        long = len(shown.text) > LONGEST_LABEL
        return not tabled or wide or long or bool(_HEADING.match(shown.text.strip()))

    def _across(self, row: int, formed: bool) -> bool:
        """Whether one text takes most of the width of the sheet, and is no band of the form."""
        if len(self.texts[row]) != 1:
            return False
        ((column, shown),) = self.texts[row].items()
        width = self.spans.get((row, column), (1, 1))[1]
        most = column == self.columns[0] and width > 1 and width > len(self.columns) // 2
        return most and (not formed or len(shown.text) > LONGEST_LABEL)
