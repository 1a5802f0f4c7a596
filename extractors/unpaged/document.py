"""Documents without pages (DOCX, HTML, sheets, text) in the terms that the form is read by.

The form readers tell columns by where cells stand. A document without pages has no places, but its
tables have an exact grid: `UnpagedDocument` gives every line and every row of a table its own
height on one endless page, in reading order, and every column of a table the same width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from gouji.grids import Line
from gouji.model import (
    Attachment,
    Box,
    Failure,
    FailureKind,
    GridCell,
    PageText,
    TableCell,
    TableCells,
    TablePart,
)

from ..extracted import Extracted

if TYPE_CHECKING:
    from ocr.cells import CellReading  # brings OpenCV along

COLUMN = 40.0  # width of a column; tolerances of the form readers are a few points
ROW = 20.0
TEXT_SIZE = 10.0  # size of running text, where the document does not say
# More rows than this are no annual report: the rest stays text.
MOST_CELLS = 200_000
MOST_ROWS = 60_000


@dataclass(slots=True)
class UnpagedDocument:
    """Lines and tables of a document, told in reading order; `extracted` hands them on."""

    reader: str  # docx, html, xlsx, text
    parts: list[TablePart] = field(default_factory=list)
    lines: list[tuple[int, Line]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    spans: dict[tuple[int, int, int], tuple[int, int]] = field(default_factory=dict)
    starts: list[int | None] = field(default_factory=list)
    pieced: set[tuple[int, int, int]] = field(default_factory=set)
    # of pictures: how each cell was read, by table, row and column
    readings: dict[tuple[int, int, int], CellReading] = field(default_factory=dict)
    title: str = ""
    own_text: bool = False  # a text is its own, and `extracted` is given it
    url: str | None = None
    attachments: tuple[Attachment, ...] = ()
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0  # of the text so far
    _height: float = 0.0
    _cells: int = 0

    def add_line(self, text: str, size: float = TEXT_SIZE) -> None:
        """A line or paragraph of running text; line ends inside it part lines."""
        for line in text.split("\n"):
            if line.strip():
                self.add_printed_line(line, self._add_text(line), size)

    def add_printed_line(self, line: str, start: int | None, size: float = TEXT_SIZE) -> None:
        """A line with its place in the document's own text, which `extracted` is then given."""
        if line.strip():
            box = Box(0.0, self._height, 1000.0, self._height + ROW)
            self.lines.append((0, Line(line, box, size)))
            self.starts.append(start)
            self._height += ROW

    def add_table(
        self,
        cells: Iterable[GridCell],
        shape: tuple[int, int],
        continues: int | None = None,
        *,
        reader: str | None = None,
    ) -> int:
        """A table by its cells, each named once by its upper left corner; returns its number.

        ``continues`` names the table that this one carries on, ``reader`` who read it where that
        is not the document's own reader. Cells of nested tables are tables
        of their own. Of a table beyond all measure the first rows are kept, with a failure.
        """
        number = len(self.parts)
        kept: list[TableCell] = []
        rows, columns = (min(max(extent, 1), MOST_ROWS) for extent in shape)
        top = self._height
        texts: dict[int, list[str]] = {}
        for cell in cells:
            if self._cells >= MOST_CELLS or cell.row >= MOST_ROWS or cell.column >= MOST_ROWS:
                message = f"table {number}: larger than any report's, the rest is left out"
                self.failures.append(Failure(0, "table", FailureKind.TOO_MANY_PAGES, message))
                rows = min(rows, cell.row)
                break
            self._cells += 1
            row, column, row_span, column_span, text, span = cell
            box = Box(
                COLUMN * column,
                top + ROW * row,
                COLUMN * (column + column_span),
                top + ROW * (row + row_span),
            )
            if row_span > MOST_ROWS or column_span > MOST_ROWS:
                row_span, column_span = min(row_span, MOST_ROWS), min(column_span, MOST_ROWS)
            kept.append(TableCell(row, column, row_span, column_span, text, box))
            if not self.own_text:
                texts.setdefault(row, []).append(text.replace("\n", " "))
            if span is not None:
                self.spans[number, row, column] = span
        kept.sort(key=attrgetter("row", "column"))
        box = Box(0.0, top, COLUMN * columns, top + ROW * rows)
        self._height += ROW * rows
        self.parts.append(
            TablePart(
                0, number, continues, box, (rows, columns), TableCells(kept), reader or self.reader
            )
        )
        for row in sorted(texts):
            self._add_text("\t".join(texts[row]))
        return number

    def extracted(self, text: str | None = None) -> Extracted:
        """Everything told so far; ``text`` is the document's own text, where it has one."""
        whole = "\n".join(self._pieces) if text is None else text
        return Extracted(
            0,
            tuple(self.parts),
            tuple(self.lines),
            (PageText(0, whole),) if whole else (),
            failures=tuple(self.failures),
            title=self.title,
            flags=tuple(dict.fromkeys(self.flags)),
            spans=self.spans,
            starts=tuple(self.starts),
            pieced=frozenset(self.pieced),
            readings=self.readings,
            url=self.url,
            attachments=self.attachments,
        )

    def _add_text(self, piece: str) -> int:
        start = self._length
        self._pieces.append(piece)
        self._length += len(piece) + 1
        return start


def grid_of(rows: Sequence[Sequence[str]]) -> tuple[list[GridCell], tuple[int, int]]:
    """Cells and shape of a table given as plain rows of texts."""
    cells = [GridCell(r, c, 1, 1, text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    return cells, (len(rows), max((len(row) for row in rows), default=0))
