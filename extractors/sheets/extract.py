"""Workbooks (XLSX): every visible sheet a table, its cells as the sheet displays them.

Rows and columns keep the numbers they have in the sheet, from 0; hidden ones are left out, since
nobody sees them. A row that is no row of a table (a title, a heading, a note) is a line of text.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from gouji.model import DocumentFault, Failure, FailureKind, SourceFile

from ..deadline import Deadline
from ..extracted import Extracted
from ..settings import ReadSettings
from ..unpaged.document import MOST_CELLS, UnpagedDocument
from .grid import MOST_COLUMNS, Range, Sheet, SheetGrid, Shown
from .number_format import GENERAL, display_number, display_text
from .package import (
    BROKEN,
    CellFormat,
    Workbook,
    cell_text,
    local,
    number,
    open_workbook,
    truth,
    unescaped,
)

MOST_ROWS = 65_000  # rows after these are left out: no report is as long
MOST_RANGES = 20_000  # merged ranges of a sheet
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$")
_USUAL = CellFormat()


def extract_xlsx(source: SourceFile, settings: ReadSettings) -> Extracted:
    """Read a workbook.

    Raises:
        DocumentFault: it is encrypted, damaged as a whole, or takes too long.
    """
    deadline = Deadline.after(settings.document_seconds, FailureKind.DOCUMENT_TIMEOUT)
    document = UnpagedDocument("xlsx")
    damaged = 0
    with open_workbook(source.data, deadline) as book:
        visible = [entry for entry in book.sheets if not entry.hidden]
        for entry in visible:
            sheet = Sheet()
            try:
                _read_sheet(book, entry.part, sheet)
            except BROKEN as error:
                damaged += 1
                reason = " ".join(str(error).split())[:120]
                message = f"sheet {entry.name!r} is damaged: {reason}"
                document.failures.append(Failure(0, "extract", FailureKind.DAMAGED, message))
            _tell(document, entry.name, sheet)
    if damaged and damaged == len(visible) and not (document.parts or document.lines):
        raise DocumentFault(FailureKind.DAMAGED, document.failures[0].message)
    return document.extracted()


def _read_sheet(book: Workbook, part: str, sheet: Sheet) -> None:
    """Read a sheet's part into ``sheet``; what was read before a fault stays."""
    row, column, count = -1, -1, 0
    tags = ("c", "row", "col", "sheetView", "sheetFormatPr", "mergeCell")
    at_row: dict[int, Shown] = {}
    next_row = 0
    for element in book.elements(part, *tags):
        match local(element):
            case "c":
                place = _place(element.get("r"))
                row, column = place or (next_row, column + 1)
                shown = _shown(book, sheet, element)
                if shown is None:
                    continue
                if row >= MOST_ROWS or column >= MOST_COLUMNS or count >= MOST_CELLS:
                    sheet.left_out += 1
                else:
                    at_row[column] = shown
                    count += 1
            case "row":
                named = number(element.get("r"))
                row = named - 1 if named else next_row
                if at_row:
                    sheet.cells.setdefault(row, {}).update(at_row)
                at_row, column, next_row = {}, -1, row + 1
                _note_row(sheet, row, element)
            case "col":
                if truth(element.get("hidden")) or element.get("width") == "0":
                    first, last = number(element.get("min")), number(element.get("max"))
                    sheet.hide_columns(first - 1, last - 1)
            case "sheetView":
                sheet.shows_zeros = truth(element.get("showZeros"), default=True)
            case "sheetFormatPr":
                sheet.rows_hidden = truth(element.get("zeroHeight"))
            case "mergeCell" if len(sheet.merged) < MOST_RANGES:
                first_cell, _, last_cell = (element.get("ref") or "").partition(":")
                start, end = _place(first_cell), _place(last_cell)
                if start and end:
                    sheet.merged.append(Range(*start, *end))


def _note_row(sheet: Sheet, row: int, element: Any) -> None:
    if row >= MOST_ROWS:
        return
    if truth(element.get("hidden")) or element.get("ht") == "0":
        sheet.hidden_rows.add(row)
    elif sheet.rows_hidden:
        sheet.shown_rows.add(row)


def _place(reference: str | None) -> tuple[int, int] | None:
    """Row and column (from 0) of ``B7``."""
    match = _REFERENCE.match(reference or "")
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - 64
    row = int(match[2])
    return (row - 1, column - 1) if row else None


def _shown(book: Workbook, sheet: Sheet, element: Any) -> Shown | None:
    """What a cell displays; None where it displays nothing."""
    style = number(element.get("s"))
    form = book.formats[style] if style < len(book.formats) else _USUAL
    value: str | None = None
    formula: str | None = None
    inline = ""
    for child in element:
        match local(child):
            case "v":
                value = child.text or ""
            case "f":
                formula = child.text or ""
            case "is":
                inline = cell_text(child)
    kind = element.get("t", "n")
    if kind == "inlineStr" or (inline and value is None):
        text = display_text(inline, form.code)
    elif value is None or (value == "" and kind != "str"):
        if formula is None:
            return None
        sheet.uncounted += 1
        text = f"={formula}"  # what the sheet would display is for the program to work out
    else:
        text = _value_text(book, sheet, kind, value, form.code)
    return Shown(text, form) if text.strip() else None


def _value_text(book: Workbook, sheet: Sheet, kind: str, value: str, code: str) -> str:
    match kind:
        case "s":
            index = number(value.strip())
            if index < len(book.strings) and value.strip().isdigit():
                return display_text(book.strings[index], code)
            return "\ufffd"  # the text is lost
        case "str":
            return display_text(unescaped(value), code)
        case "b":
            return "TRUE" if truth(value) else "FALSE"
        case "e" | "d":
            return value
    try:
        exact = Decimal(value.strip())
    except InvalidOperation:
        return value  # whatever it is, it is not lost
    if not exact and not sheet.shows_zeros:
        return ""
    return display_number(exact, code or GENERAL, from_1904=book.from_1904)


def _tell(document: UnpagedDocument, name: str, sheet: Sheet) -> None:
    """Tell a sheet: its lines, and the rows between them as tables."""
    if sheet.uncounted:
        document.flags.append("formulas_without_value")
    if sheet.left_out:
        limits = f"rows after the {MOST_ROWS:,}th and more than {MOST_CELLS:,} cells are not read"
        message = f"sheet {name!r}: {sheet.left_out:,} cells are left out: {limits}"
        document.failures.append(Failure(0, "table", FailureKind.TOO_MANY_PAGES, message))
    grid = SheetGrid.of(sheet)
    lines = grid.line_rows()
    for is_line, group in groupby(grid.rows, key=lines.__contains__):
        rows = list(group)
        if not is_line:
            shape = (rows[-1] + 1, grid.columns[-1] + 1)
            document.add_table(grid.cells(rows), shape)
            continue
        for row in rows:
            shown = [grid.texts[row][column] for column in sorted(grid.texts[row])]
            text = "  ".join(" ".join(each.text.split("\n")).strip() for each in shown)
            document.add_line(text, max(each.format.size for each in shown))
