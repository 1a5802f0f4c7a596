"""Reports as workbooks: the text in rows of one cell, tables as merged ranges of a sheet."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import xlsxwriter

from samples.generator.document import Document, Line
from samples.generator.forms import Cell, TableLayout

_PLAIN_NUMBER = re.compile(r"(?:0|[1-9]\d{0,14})(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class SheetLook:
    """How a workbook is made: habits of the programs and people that fill it in."""

    sheets: bool  # each table on a sheet of its own
    numbers: bool  # typed as numbers with a format, not as text
    left: int  # empty columns before the tables
    merged_text: bool  # lines of text stand in merged ranges


def draw_sheet_look(rng: Random) -> SheetLook:
    """The look that a seed draws."""
    return SheetLook(
        rng.random() < 0.5, rng.random() < 0.7, rng.choice((0, 0, 1)), rng.random() < 0.6
    )


def render_sheets(document: Document, look: SheetLook, seed: int) -> bytes:
    """The report as an XLSX file; the same bytes for the same seed."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": document.title, "created": datetime(2024, 1, 1, tzinfo=UTC)})
    made = _Sheets(book, look, Random(f"sheets:{seed}"))
    for block in document.blocks:
        if isinstance(block, TableLayout):
            made.table(block)
        elif isinstance(block, Line):
            made.line(block.text)
    book.close()
    return out.getvalue()


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, look: SheetLook, rng: Random) -> None:
        self.book, self.look, self.rng = book, look, rng
        self.wrapped = book.add_format({"text_wrap": True, "border": 1})
        self.text = book.add_worksheet("报告")
        self.row = 0

    def line(self, text: str) -> None:
        if self.look.merged_text:
            self.text.merge_range(self.row, 0, self.row, 9, text)
        else:
            self.text.write_string(self.row, 0, text)
        self.row += 1

    def table(self, layout: TableLayout) -> None:
        sheet, top = self.text, self.row
        if self.look.sheets:
            sheet, top = self.book.add_worksheet(f"表{len(self.book.worksheets())}"), 0
        for cell in layout.cells:
            row, column = top + cell.row, self.look.left + cell.column
            if cell.row_span > 1 or cell.column_span > 1:
                below, right = row + cell.row_span - 1, column + cell.column_span - 1
                sheet.merge_range(row, column, below, right, "", self.wrapped)
            self._write(sheet, row, column, cell)
        if not self.look.sheets:
            self.row += layout.rows + self.rng.randint(0, 2)

    def _write(
        self, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell
    ) -> None:
        text = "\n".join(cell.text) if cell.role == "upright" else cell.text
        number = _PLAIN_NUMBER.fullmatch(text) if cell.key and self.look.numbers else None
        if number is None:
            sheet.write_string(row, column, text, self.wrapped)
            return
        places = len(number.group(1) or ".") - 1
        shown = f"0.{'0' * places}" if places else self.rng.choice(("General", "0", "#,##0"))
        look = self.book.add_format({"num_format": shown, "border": 1})
        sheet.write_number(row, column, float(text), look)
