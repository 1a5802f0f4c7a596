"""Samples read into a store with doubts, and a window at the report page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from browsing import served, window
from places import ROOT

from extractors.reading import read_file
from extractors.settings import ReadSettings
from gouji.model import Alternative, CellState, DocumentReading
from gouji.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


LIKE = dict(zip("0123456789", "8778965134", strict=True))  # digits that look alike


def in_doubt(reading: DocumentReading, every: int = 12) -> DocumentReading:
    """A sure reading made doubtful in some places, with other readings that look alike."""
    cells = []
    for number, cell in enumerate(reading.cells):
        if cell.value is None or number % every:
            cells.append(cell)
            continue
        doubt = 0.04 + 0.02 * (number % 7)
        text = str(cell.value)
        other = text[:-1] + LIKE[text[-1]]
        others = (
            Alternative(text, 1 - doubt),
            Alternative(other, 0.7 * doubt),
            Alternative("", 0.01),
        )
        cells.append(
            replace(cell, state=CellState.REVIEW, confidence=1 - doubt, alternatives=others)
        )
    return replace(reading, cells=tuple(cells))


def keep(work: Path, database: str | None, name: str, every: int = 12) -> str:
    """Read a sample into the store; its sha256."""
    path = ROOT / "samples" / name
    reading = in_doubt(read_file(path, ReadSettings()), every)
    with Store.open(database, work) as store:
        store.save(reading, path.read_bytes())
    return reading.source.sha256


@contextmanager
def desk(
    browser: Browser, work: Path, *readings: DocumentReading, database: str | None = None
) -> Iterator[tuple[Page, str]]:
    """A window at the first of the reports."""
    with Store.open(database, work) as store:
        for reading in readings:
            store.save(reading)
    with served(work, database) as server, window(browser) as page:
        page.goto(f"{server.url}/report/{readings[0].source.sha256}")
        yield page, server.url
