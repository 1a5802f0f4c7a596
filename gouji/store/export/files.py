"""CSV, JSON lines and Parquet: one file a table."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from gouji.model import CellState, InstallationIncomplete, Kind

from .table import Field, Table, Type, Value, digits, encodable, json_text

# What a spreadsheet takes for the start of a formula, in full width too, and what it skips before.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

VALUES_AT_ONCE = 500_000  # of a Parquet row group: 15,000 cells, 10 MB
DIGITS_BEFORE, DIGITS_BEHIND = 28, 10  # a fee has 4 places, the longest amount seen 6


def harmless(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe before what looks like a formula.

    Signed numbers stay as they are. A reader takes one apostrophe off again where one of
    ``= + - @``, tab or line end follows it.
    """
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


class CsvFiles:
    """CSV with a byte order mark: without it Excel shows Chinese as rubbish."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open_table(self, name: str, fields: Sequence[Field]) -> Table:
        return _CsvTable(self._folder / f"{name}.csv", fields)

    def close(self) -> None:
        """Each table is a file of its own, closed with it."""


class _CsvTable:
    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow([harmless(encodable(field.name)) for field in fields])

    def write(self, row: Sequence[Value], states: Mapping[int, CellState]) -> None:
        self._csv.writerow([_csv_value(value) for value in row])

    def close(self) -> None:
        self._file.close()


def _csv_value(value: Value) -> str | float | None:
    if isinstance(value, str):
        return harmless(encodable(value))
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return digits(value)
    return value.isoformat() if isinstance(value, date) else encodable(json_text(value))


class JsonLines:
    """One JSON object a line; numbers with all their digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open_table(self, name: str, fields: Sequence[Field]) -> Table:
        return _JsonTable(self._folder / f"{name}.jsonl", fields)

    def close(self) -> None:
        """Each table is a file of its own, closed with it."""


class _JsonTable:
    def __init__(self, path: Path, fields: Sequence[Field]) -> None:
        # A lone surrogate becomes its JSON escape, which is what backslashreplace writes.
        self._file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
        self._names = [json.dumps(field.name, ensure_ascii=False) for field in fields]

    def write(self, row: Sequence[Value], states: Mapping[int, CellState]) -> None:
        pairs = zip(self._names, row, strict=True)
        inside = ", ".join(f"{name}: {_json_value(value)}" for name, value in pairs)
        self._file.write("{" + inside + "}\n")

    def close(self) -> None:
        self._file.close()


def _json_value(value: Value) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return digits(value)  # json.dumps would write a Decimal as a float
    return json_text(value.isoformat() if isinstance(value, date) else value)


class ParquetFiles:
    """Parquet. A number is a decimal128(38, 10), and ``<name>_exact`` has it as text.

    What does not fit into 28 digits before and 10 behind the point is null there and never
    rounded. In wide sheets ``<key>__kind`` says what the cell holds, null where the report has no
    such cell.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            import pyarrow.parquet
        except ModuleNotFoundError as error:
            raise InstallationIncomplete(
                f"Parquet needs the package {error.name}.", "Run `pip install 'gouji[export]'`."
            ) from error
        self._pyarrow = pyarrow

    def open_table(self, name: str, fields: Sequence[Field]) -> Table:
        return _ParquetTable(self._pyarrow, self._folder / f"{name}.parquet", fields)

    def close(self) -> None:
        """Each table is a file of its own, closed with it."""


class _ParquetTable:
    def __init__(self, pyarrow: Any, path: Path, fields: Sequence[Field]) -> None:
        types = {
            Type.TEXT: pyarrow.string(),
            Type.JSON: pyarrow.string(),
            Type.INTEGER: pyarrow.int64(),
            Type.REAL: pyarrow.float64(),
            Type.DATE: pyarrow.date32(),
            Type.TRUTH: pyarrow.bool_(),
        }
        number = pyarrow.decimal128(DIGITS_BEFORE + DIGITS_BEHIND, DIGITS_BEHIND)
        columns: list[tuple[str, Any]] = []
        for field in fields:
            name = encodable(field.name)
            if field.type is Type.NUMBER:
                columns += [(name, number), (f"{name}_exact", pyarrow.string())]
            elif field.type is Type.CELL:
                columns += [(name, number), (f"{name}__kind", pyarrow.string())]
            else:
                columns.append((name, types[field.type]))
        self._pyarrow = pyarrow
        self._fields = tuple(fields)
        self._schema = pyarrow.schema(columns)
        self._rows_at_once = max(1, VALUES_AT_ONCE // len(columns))
        self._waiting: list[list[Any]] = []
        self._file = pyarrow.parquet.ParquetWriter(path, self._schema)

    def write(self, row: Sequence[Value], states: Mapping[int, CellState]) -> None:
        values: list[Any] = []
        for field, value in zip(self._fields, row, strict=True):
            values += _parquet_values(field.type, value)
        self._waiting.append(values)
        if len(self._waiting) >= self._rows_at_once:
            self._flush()

    def close(self) -> None:
        if self._waiting:
            self._flush()
        self._file.close()

    def _flush(self) -> None:
        columns = zip(*self._waiting, strict=True)
        arrays = [
            self._pyarrow.array(column, field.type)
            for column, field in zip(columns, self._schema, strict=True)
        ]
        self._file.write_table(self._pyarrow.Table.from_arrays(arrays, schema=self._schema))
        self._waiting.clear()


def _parquet_values(kind: Type, value: Any) -> list[Any]:
    """One column's values, two for a number: see `ParquetFiles`."""
    if kind is Type.NUMBER:
        return [None, None] if value is None else [_that_fits(value), digits(value)]
    if kind is Type.CELL:
        is_word = value is None or isinstance(value, str)
        return [None, value] if is_word else [_that_fits(value), str(Kind.NUMBER)]
    if value is None:
        return [None]
    if kind is Type.JSON:
        return [encodable(json_text(value))]
    return [encodable(value) if kind is Type.TEXT else value]


def _that_fits(number: int | Decimal) -> Decimal | None:
    """The number if a decimal128(38, 10) holds it without rounding."""
    before, _, behind = digits(number).partition(".")
    behind = behind.rstrip("0")
    if len(before.lstrip("-0")) > DIGITS_BEFORE or len(behind) > DIGITS_BEHIND:
        return None
    return Decimal(f"{before}.{behind}")
