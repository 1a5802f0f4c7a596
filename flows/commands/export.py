"""`gouji export`: the store written out for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from gouji.model import CellState, DocumentReading
from gouji.store import Store
from gouji.store.export import Links, export
from gouji.store.store import READINGS_AT_ONCE

from ..keeping import open_store
from ..output import printable
from ..reviewed import as_reviewed
from ..settings import Settings
from .terminal import console


def export_store(
    settings: Settings,
    format: str,  # noqa: A002
    folder: Path,
    *,
    doubtful: bool = False,
) -> int:
    """Write the newest reading of every document, print where, and give the exit status.

    Raises:
        WrongUsage: there is no store yet.
        StoreUnavailable: the store cannot be read, or the folder not be written.
    """
    for path in write_export(settings, format, folder, doubtful=doubtful):
        print(printable(path))
    return 0


def write_export(
    settings: Settings,
    format: str,  # noqa: A002
    folder: Path,
    *,
    doubtful: bool = False,
) -> list[Path]:
    """Write the newest reading of every document into the folder; the files written.

    Decisions are put over what was read. Cells that wait for a person are left out and counted on
    standard error, unless the ``doubtful`` ones are asked for.
    """
    with open_store(settings) as store:
        screen = console(errors=True)
        if not store.count():
            screen.print("The store holds no readings: the files will be empty.")
        waiting = 0

        def published() -> Iterator[DocumentReading]:
            nonlocal waiting
            for reading in reviewed_readings(store):
                sure = reading if doubtful else without_doubts(reading)
                waiting += len(reading.cells) - len(sure.cells)
                yield sure

        links = Links(settings.review_url, store.file_address)
        written = export(published(), format, folder, links)
        if waiting:
            screen.print(
                f"{waiting:,} cells wait for review and are left out; --doubtful writes them too."
            )
        return written


def reviewed_readings(store: Store) -> Iterator[DocumentReading]:
    """The newest reading of every document as it stands after review."""
    source = store.readings(whole=False)
    while group := list(islice(source, READINGS_AT_ONCE)):
        begun = store.reviews.begun(stored.reading.source.sha256 for stored in group)
        for stored in group:
            sha256 = stored.reading.source.sha256
            review = store.reviews.of(sha256) if sha256 in begun else None
            if review is None or review.version == 0 or review.reading_id != stored.id:
                yield stored.reading
            else:
                yield as_reviewed(stored.reading, review)


def without_doubts(reading: DocumentReading) -> DocumentReading:
    """The reading without the cells that wait for a person."""
    sure = tuple(cell for cell in reading.cells if cell.state is not CellState.REVIEW)
    return reading if len(sure) == len(reading.cells) else replace(reading, cells=sure)
