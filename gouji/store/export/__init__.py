"""What the store holds as CSV, JSON lines, Parquet or XLSX (docs/decisions/0003-store.md).

`cells` has a row a cell, `documents` a row a document, `relations` a row a relation, `prose` a row
a number of the narrative, and each form (T21, …) a wide sheet with a row a report. Memory does not
grow with the number of readings.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gouji.model import DocumentReading, StoreUnavailable, WrongUsage

from .files import CsvFiles, JsonLines, ParquetFiles
from .links import Links, remembering
from .long import (
    CELLS,
    DOCUMENTS,
    PROSE,
    RELATIONS,
    cell_rows,
    document_row,
    prose_rows,
    relation_rows,
)
from .several import Several
from .table import Output
from .wide import WideSheet, has_sheet, sheet_name
from .workbook import Workbook

__all__ = ["Exported", "Format", "Links", "export", "export_as"]


class Format(StrEnum):
    """What an export can be written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the files, and the rows of each table by its name."""

    files: tuple[Path, ...]
    rows: Mapping[str, int]


def export(
    readings: Iterable[DocumentReading],
    format: str,  # noqa: A002
    out_dir: Path,
    links: Links | None = None,
) -> list[Path]:
    """Write the readings in one format, as `export_as` does, and return the files."""
    return list(export_as(readings, (format,), out_dir, links).files)


def export_as(
    readings: Iterable[DocumentReading],
    formats: Sequence[str],
    out_dir: Path,
    links: Links | None = None,
) -> Exported:
    """Write the readings, which are gone through once, into a folder, which is made if needed.

    The files are written beside their places and appear there only when all of them are complete;
    files of the same name are replaced. A workbook's rows lead where ``links`` say.

    Raises:
        StoreUnavailable: no rights or no room; the folder is as it was.
        InstallationIncomplete: the package that writes one of the formats is missing.
        WrongUsage: there is no such format.
    """
    for name in formats:
        if name not in set(Format):
            raise WrongUsage(f"No export as {name}: there are {', '.join(Format)}.")
    with _room_in(out_dir) as folder:
        output = Several([_output(Format(n), folder, links) for n in dict.fromkeys(formats)])
        _write(readings, output, folder)
        written = sorted(path for path in folder.iterdir() if path.is_file())
        places = [out_dir / path.name for path in written]
        for path, place in zip(written, places, strict=True):
            os.replace(path, place)
    return Exported(tuple(places), dict(output.rows))


def _write(readings: Iterable[DocumentReading], output: Output, folder: Path) -> None:
    with ExitStack() as open_files:
        cells = output.open_table("cells", CELLS)
        documents = output.open_table("documents", DOCUMENTS)
        relations = output.open_table("relations", RELATIONS)
        prose = output.open_table("prose", PROSE)
        forms: dict[str, WideSheet] = {}
        for table in (cells, documents, relations, prose):
            open_files.callback(table.close)
        for reading in readings:
            documents.write(document_row(reading), {})
            for row, states in cell_rows(reading):
                cells.write(row, states)
            for row in relation_rows(reading):
                relations.write(row, {})
            for row in prose_rows(reading):
                prose.write(row, {})
            if reading.report and has_sheet(reading):
                name = sheet_name(reading.report.template or "")
                if name not in forms:
                    forms[name] = WideSheet(folder / f"{name}.waiting")
                    open_files.callback(forms[name].close)
                forms[name].add(reading)
        for name in sorted(forms):
            table = output.open_table(name, forms[name].fields())
            open_files.callback(table.close)
            forms[name].write(table)
    output.close()


def _output(wanted: Format, folder: Path, links: Links | None) -> Output:
    match wanted:
        case Format.CSV:
            return CsvFiles(folder)
        case Format.JSONL:
            return JsonLines(folder)
        case Format.PARQUET:
            return ParquetFiles(folder)
        case Format.XLSX:
            return Workbook(folder, links=remembering(links or Links()))


@contextmanager
def _room_in(out_dir: Path) -> Iterator[Path]:
    """A folder inside ``out_dir`` that vanishes with everything left in it."""
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".gouji-export-", dir=out_dir) as folder:
            yield Path(folder)
    except OSError as error:
        advice = "Check --out, free space and rights."
        raise StoreUnavailable(f"{out_dir}: {error.strerror or error}.", advice) from error
