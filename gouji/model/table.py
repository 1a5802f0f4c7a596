"""Tables as the grid builder hands them on: parts, one a page; a part's cells are kept packed."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any, NamedTuple, overload

from .geometry import Box


class GridCell(NamedTuple):
    """A cell of an exact grid, rows and columns from 0; ``span`` is its place in a text.

    No dataclass: a sheet may have 100,000, and tuples are made thrice as fast.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a grid; ``row`` and ``column`` are those of its upper left corner, from 0."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str  # lines divided by newlines, blanks as printed
    box: Box
    confidence: float = 1.0


class TableCells(Sequence[TableCell]):
    """The cells of one part, packed: a 1,000-page document keeps 40 bytes a cell, not 500.

    Cells just made are kept as they are until `pack`, since the form is read from them at once.
    """

    __slots__ = ("_boxes", "_confidence", "_fresh", "_places", "_texts")

    def __init__(self, cells: Iterable[TableCell]) -> None:
        fresh = tuple(cells)
        self._fresh: tuple[TableCell, ...] | None = fresh
        places = [n for c in fresh for n in (c.row, c.column, c.row_span, c.column_span)]
        boxes = [x for b in (c.box for c in fresh) for x in (b.left, b.top, b.right, b.bottom)]
        self._places = array("H", places)
        self._boxes = array("f", boxes)
        self._confidence = array("f", [c.confidence for c in fresh])
        # the same labels and zeros stand on page after page
        self._texts = tuple([intern(c.text) if len(c.text) < 64 else c.text for c in fresh])

    def pack(self) -> None:
        """Let go of the cells as they were made; from then on they are unpacked when asked for."""
        self._fresh = None

    def __getstate__(self) -> tuple[object, ...]:
        return (self._places, self._boxes, self._confidence, self._texts)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._fresh = None
        self._places, self._boxes, self._confidence, self._texts = state

    def packed(self) -> bytes:
        """All cells as bytes, the same on every machine; `unpacked` is the inverse."""
        texts = json.dumps(self._texts, ensure_ascii=False, separators=(",", ":"))
        numbers = (_little_endian(a) for a in (self._places, self._boxes, self._confidence))
        count = len(self._texts).to_bytes(4, "little")
        return b"".join((count, *numbers, texts.encode("utf-8", "surrogatepass")))

    @classmethod
    def unpacked(cls, data: bytes) -> TableCells:
        """The cells that `packed` wrote.

        Raises:
            ValueError: the bytes are cut off or were not written by `packed`.
        """
        count, at = int.from_bytes(data[:4], "little"), 4
        cells = cls(())
        cells.pack()
        for numbers, each in ((cells._places, 4), (cells._boxes, 4), (cells._confidence, 1)):
            end = at + count * each * numbers.itemsize
            numbers.frombytes(data[at:end])
            if sys.byteorder == "big":
                numbers.byteswap()
            at = end
        cells._texts = tuple(json.loads(data[at:].decode("utf-8", "surrogatepass")))
        if not len(cells._texts) == len(cells._confidence) == count:
            raise ValueError(f"packed cells: {count} were promised, {len(cells._texts)} came")
        return cells

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, index: int) -> TableCell: ...
    @overload
    def __getitem__(self, index: slice) -> list[TableCell]: ...
    def __getitem__(self, index: int | slice) -> TableCell | list[TableCell]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(f"cell {index} of {len(self)}")
        if self._fresh is not None:
            return self._fresh[index]
        row, column, row_span, column_span = self._places[4 * index : 4 * index + 4]
        left, top, right, bottom = self._boxes[4 * index : 4 * index + 4]
        box = Box(left, top, right, bottom)
        text, confidence = self._texts[index], self._confidence[index]
        return TableCell(row, column, row_span, column_span, text, box, confidence)

    def __iter__(self) -> Iterator[TableCell]:
        if self._fresh is not None:
            return iter(self._fresh)
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TableCells) and (
            (self._texts, self._places, self._boxes, self._confidence)
            == (other._texts, other._places, other._boxes, other._confidence)
        )

    def __hash__(self) -> int:
        return hash((self._texts, self._places.tobytes()))


def _little_endian(numbers: array[int] | array[float]) -> bytes:
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table, or the part of it that stands on one page.

    ``part`` counts all parts of the document from 0; ``continues`` is the part that this one
    carries on from the page before, or None. In a document without pages (DOCX, HTML, text)
    ``page`` is 0 and boxes are in the units of the grid, not in points: they only say what stands
    beside what, and are never printed.
    """

    page: int
    part: int
    continues: int | None
    box: Box
    shape: tuple[int, int]  # rows, columns
    cells: TableCells
    reader: str  # pdf_table, pdfplumber, camelot, …

    @property
    def from_pixels(self) -> bool:
        """Whether it was read from pixels: words may be misread, and a rule may be missing."""
        return self.reader.startswith("scan")
