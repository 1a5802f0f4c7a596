"""The wide form: one sheet a form, one row a report, one column a key in the order of the form.

A cell shows its number, else the word of its kind (``blank``, ``not_applicable``,
``cell_not_in_source``, ``text_damaged``, ``unread``); it is empty where the report has no such
cell. Local tables, and rows that an organ added, are in the long form only. Columns are known only
when the last report was seen, so rows wait in a file.
"""

from __future__ import annotations

import pickle
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gouji.model import CellState, DocumentReading, Kind, ReportCell

from .long import NO_REPORT
from .table import Field, Table, Type, Value

REPORT = (
    Field("sha256"),
    Field("file"),
    Field("issuer"),
    Field("region"),
    Field("organ_type"),
    Field("organ_level"),
    Field("report_year", Type.INTEGER),
    Field("publication_date", Type.DATE),
    Field("cells_review", Type.INTEGER),
    Field("flags"),
    Field("version"),
    Field("settings_digest"),
)

# Local tables share no rows: a sheet of them would be mostly empty.
LONG_ONLY = frozenset(("T08",))
# A row that one organ added to its table says something else in every report.
_OWN_ROW = re.compile(r"/row_\d+/")
OTHER_TABLES = ("", "cells", "documents", "legend", "prose", "relations")

Shown = tuple[Value, CellState]


class KeyOrder:
    """The order of keys that agrees with every report: a new key comes after its neighbour."""

    def __init__(self) -> None:
        self._next: dict[str | None, str | None] = {None: None}

    def add(self, keys: list[str]) -> None:
        """Take in the keys of one report in their order."""
        before: str | None = None
        for key in keys:
            if key not in self._next:
                self._next[key] = self._next[before]
                self._next[before] = key
            before = key

    def __iter__(self) -> Iterator[str]:
        key = self._next[None]
        while key is not None:
            yield key
            key = self._next[key]


class WideSheet:
    """The reports of one form, waiting in a file until all columns are known."""

    def __init__(self, waiting: Path) -> None:
        self._order = KeyOrder()
        self._path = waiting
        self._file: BinaryIO = waiting.open("wb")

    def add(self, reading: DocumentReading) -> None:
        """Take in one report."""
        shown = _shown(reading)
        self._order.add(list(shown))
        pickle.dump((_report(reading), shown), self._file, pickle.HIGHEST_PROTOCOL)

    def fields(self) -> tuple[Field, ...]:
        """All columns, once the last report was added."""
        return (*REPORT, *(Field(key, Type.CELL) for key in self._order))

    def write(self, table: Table) -> None:
        """Hand the rows over, and let go of the file."""
        self._file.close()
        keys = list(self._order)
        for values, shown in self._waiting():
            states: dict[int, CellState] = {}
            for column, key in enumerate(keys, start=len(REPORT)):
                value, state = shown.get(key, (None, None))
                values.append(value)
                if state is not None:
                    states[column] = state
            table.write(values, states)
        self._path.unlink()

    def close(self) -> None:
        self._file.close()

    def _waiting(self) -> Iterator[tuple[list[Value], dict[str, Shown]]]:
        with self._path.open("rb") as file:
            while True:
                try:
                    yield pickle.load(file)  # what `add` wrote a moment ago, nobody else's
                except EOFError:
                    return


def has_sheet(reading: DocumentReading) -> bool:
    """Whether a reading is a row of the sheet of its form."""
    template = reading.report.template if reading.report else None
    return bool(template) and template not in LONG_ONLY


def sheet_name(template: str) -> str:
    """The form's name, fit for a file and for a sheet, and never that of another table."""
    name = re.sub(r"[^0-9A-Za-z_]", "_", template)[:20]
    return f"form_{name}" if name.lower() in OTHER_TABLES else name


def _shown(reading: DocumentReading) -> dict[str, Shown]:
    """Each cell by its key; a key that comes twice is numbered, so that nothing is lost."""
    shown: dict[str, Shown] = {}
    times: Counter[str] = Counter()
    for cell in reading.cells:
        if _OWN_ROW.search(cell.key):
            continue
        times[cell.key] += 1
        key = cell.key if times[cell.key] == 1 else f"{cell.key}#{times[cell.key]}"
        shown[key] = (_number_or_kind(cell), cell.state)
    return shown


def _number_or_kind(cell: ReportCell) -> Value:
    if cell.value is not None:
        return cell.value
    return str(Kind.UNREAD if cell.kind is Kind.NUMBER else cell.kind)


def _report(reading: DocumentReading) -> list[Value]:
    report = reading.report or NO_REPORT
    return [
        reading.source.sha256,
        reading.source.name,
        report.issuer,
        "/".join(report.region),
        report.organ_type,
        report.organ_level,
        report.report_year,
        report.publication_date,
        sum(cell.state is CellState.REVIEW for cell in reading.cells),
        " ".join(reading.flags),
        reading.pipeline.version,
        reading.pipeline.settings_digest,
    ]
