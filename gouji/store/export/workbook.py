"""One XLSX workbook: cells, documents, relations, a wide sheet a form, states as colours.

Text is written as text, so nothing in a report becomes a formula. A number that a spreadsheet's
double cannot hold exactly is written as text too. The page and the file of a row lead to where it
stands (`Links`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from gouji.model import CellState, InstallationIncomplete, Number

from .links import Links
from .table import Field, Table, Type, Value, digits, encodable, json_text

COLOURS = {
    CellState.REVIEW: "#FFE699",
    CellState.CORRECTED: "#9DC3E6",
    CellState.CONFIRMED: "#C6E0B4",
}
MEANINGS = {
    CellState.ACCEPTED: "read well enough to stand without a look (no colour)",
    CellState.REVIEW: "waits for a person",
    CellState.CORRECTED: "changed by a person",
    CellState.CONFIRMED: "looked at by a person and left as it was",
}
LONGEST_TEXT = 32_767  # characters; what is longer ends in …
LONGEST_NAME = 31  # characters of a sheet's name
MOST_LINKS = 65_530  # of a sheet: Excel drops all of them where there are more
LONGEST_QUOTED = 255  # characters of a text inside a formula
LINK = {"font_color": "#0563C1", "underline": 1}


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """How large a sheet may be: Excel's own limits, smaller in tests."""

    rows: int = 1_048_576  # with the header
    columns: int = 16_384
    links: int = MOST_LINKS


class Workbook:
    """All tables as sheets of one file; rows leave memory as soon as they are written."""

    def __init__(
        self, folder: Path, limits: SheetLimits | None = None, links: Links | None = None
    ) -> None:
        try:
            import xlsxwriter
        except ModuleNotFoundError as error:
            raise InstallationIncomplete(
                f"XLSX needs the package {error.name}.", "Run `pip install 'gouji[export]'`."
            ) from error
        self.limits = limits or SheetLimits()
        self.links = links or Links()
        options = {"constant_memory": True, "tmpdir": str(folder)}
        self.book = xlsxwriter.Workbook(str(folder / "gouji.xlsx"), options)
        self.book.use_zip64()
        self.formats = Formats(self.book)
        self._write_legend()

    def open_table(self, name: str, fields: Sequence[Field]) -> Table:
        """A sheet, followed by ``<name>_2`` and so on where one cannot hold all rows or columns.

        Columns beyond the last go to sheets of their own, which repeat the columns about the
        report.
        """
        about = [n for n, field in enumerate(fields) if field.type is not Type.CELL]
        others = [n for n, field in enumerate(fields) if field.type is Type.CELL]
        room = self.limits.columns - len(about)
        groups = [others[n : n + room] for n in range(0, len(others), room)] or [[]]
        names = SheetNames(name)
        return _Side([_SheetTable(self, names, fields, (*about, *group)) for group in groups])

    def close(self) -> None:
        """Write the file.

        Raises:
            OSError: no room for it.
        """
        from xlsxwriter.exceptions import FileCreateError

        try:
            self.book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else error
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error

    def _write_legend(self) -> None:
        sheet = self.book.add_worksheet("legend")
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 60)
        for row, (state, meaning) in enumerate(MEANINGS.items()):
            sheet.write_string(row, 0, str(state), self.formats.of(Type.TEXT, state))
            sheet.write_string(row, 1, meaning)


class Formats:
    """The looks of cells; a workbook wants each one made once."""

    def __init__(self, book: Any) -> None:
        self.header = book.add_format({"bold": True, "bottom": 1})
        self.link = book.add_format(LINK)
        self._book = book
        self._made: dict[tuple[bool, CellState | None], Any] = {}

    def of(self, kind: Type, state: CellState | None) -> Any:
        """The look of a column's cell in this state; None for the plain one."""
        wanted = (kind is Type.DATE, state if state in COLOURS else None)
        if wanted == (False, None):
            return None
        if wanted not in self._made:
            is_date, coloured = wanted
            look = {"num_format": "yyyy-mm-dd"} if is_date else {}
            if coloured is not None:
                look["bg_color"] = COLOURS[coloured]
            self._made[wanted] = self._book.add_format(look)
        return self._made[wanted]


class SheetNames:
    """``cells``, ``cells_2``, ``cells_3``, …"""

    def __init__(self, name: str) -> None:
        self._name = name
        self._given = 0

    def next(self) -> str:
        self._given += 1
        end = "" if self._given == 1 else f"_{self._given}"
        return self._name[: LONGEST_NAME - len(end)] + end


class _SheetTable:
    """Some columns of a table, over as many sheets as its rows need."""

    def __init__(
        self,
        workbook: Workbook,
        names: SheetNames,
        fields: Sequence[Field],
        columns: Sequence[int],
    ) -> None:
        self._book, self._names = workbook.book, names
        self._formats, self._limits, self._links = workbook.formats, workbook.limits, workbook.links
        self._all = tuple(field.name for field in fields)
        self._columns = tuple((n, fields[n]) for n in columns)
        self._begin_sheet()

    def write(self, row: Sequence[Value], states: Mapping[int, CellState]) -> None:
        if self._row == self._limits.rows:
            self._begin_sheet()
        named = dict(zip(self._all, row, strict=False))
        linked = "file" if named.get("page") is None else "page"
        for at, (column, field) in enumerate(self._columns):
            if field.name == linked and (address := self._links.of(named)) is not None:
                self._put_link(at, row[column], address)
                continue
            look = self._formats.of(field.type, states.get(column))
            self._put(at, row[column], look)
        self._row += 1

    def close(self) -> None:
        """The workbook closes its sheets."""

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet(self._names.next())
        about = sum(field.type is not Type.CELL for _, field in self._columns)
        wide = about < len(self._columns)
        self._sheet.freeze_panes(1, 2 if wide else 0)
        self._sheet.set_column(0, max(0, len(self._columns) - 1), 12)
        for at, (_, field) in enumerate(self._columns):
            self._sheet.write_string(
                0, at, encodable(field.name)[:LONGEST_TEXT], self._formats.header
            )
        self._row = 1
        self._linked = 0

    def _put_link(self, at: int, value: Value, address: str) -> None:
        """The value, leading somewhere: as a formula where the sheet has no room for more links."""
        look = self._formats.link
        if self._linked < self._limits.links:
            self._linked += 1
            # xlsxwriter makes Windows paths of file://; the scheme may be in any letters
            address = address.replace("file://", "File://", 1)
            self._sheet.write_url(self._row, at, address, look, "")
            self._put(at, value, look)
            return
        shown = str(value) if isinstance(value, int) else _quoted(encodable(_text(value)))
        if max(len(address), len(shown)) > LONGEST_QUOTED:
            self._put(at, value, None)
            return
        formula = f"=HYPERLINK({_quoted(address)},{shown})"
        self._sheet.write_formula(self._row, at, formula, look, value)

    def _put(self, at: int, value: Value, look: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, at, value, look)
        elif isinstance(value, float) or (isinstance(value, int | Decimal) and _is_double(value)):
            self._sheet.write_number(self._row, at, value, look)
        elif isinstance(value, date):
            self._sheet.write_datetime(self._row, at, value, look)
        else:
            text = encodable(_text(value))
            if len(text) > LONGEST_TEXT:
                text = text[: LONGEST_TEXT - 1] + "…"
            self._sheet.write_string(self._row, at, text, look)


class _Side:
    """Sheets side by side that share out the columns of one table."""

    def __init__(self, sheets: Sequence[_SheetTable]) -> None:
        self._sheets = sheets

    def write(self, row: Sequence[Value], states: Mapping[int, CellState]) -> None:
        for sheet in self._sheets:
            sheet.write(row, states)

    def close(self) -> None:
        """The workbook closes its sheets."""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    return digits(value) if isinstance(value, int | Decimal) else json_text(value)


def _is_double(number: Number) -> bool:
    """Whether a spreadsheet shows all digits of the number: it keeps 15."""
    before, _, behind = digits(number).partition(".")
    return len(before.lstrip("-0") + behind.rstrip("0")) <= 15
