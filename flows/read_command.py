"""`gouji read`: files in, JSON lines or a filled store out, and a summary."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gouji.model import DocumentReading

from .output import print_json_line, write_json
from .reading import Tally, open_pool, read_sources
from .settings import Settings
from .sources import Found, find_sources
from .summary import DocumentLine, documents_table, failure_line, totals_table
from .terminal import console, progress_bar

LINES_SHOWN = 40  # more documents than this are only summed up


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to become of the readings."""

    as_json: bool = False
    folder: Path | None = None  # a JSON file each goes here
    keep: bool = True  # in the store
    again: bool = False


def read_paths(paths: Sequence[Path], settings: Settings, wishes: Wishes) -> int:
    """Read everything under the paths and give the exit status."""
    sources = find_sources(paths)
    begun = time.perf_counter()
    tally = Tally()
    lines: list[DocumentLine] = []
    screen = console(errors=True)
    with (
        open_pool(settings, files=len(sources.files)) as pool,
        progress_bar(screen, len(sources.files), lambda: pool.pages_begun) as advance,
    ):
        for found, reading in read_sources(sources.files, pool, settings.reading()):
            tally.add(reading)
            if len(lines) <= LINES_SHOWN:
                lines.append(DocumentLine.of(reading))
            for failure in reading.failures:
                screen.print(failure_line(reading.source.name, failure), markup=False)
            _hand_over(found, reading, wishes)
            advance()
    summary = console(errors=wishes.as_json)
    if len(lines) <= LINES_SHOWN:
        summary.print(documents_table(lines))
    summary.print(totals_table(tally, time.perf_counter() - begun))
    return 1 if tally.failed else 0


def _hand_over(found: Found, reading: DocumentReading, wishes: Wishes) -> None:
    if wishes.as_json:
        print_json_line(reading)
    if wishes.folder:
        write_json(reading, wishes.folder, found.relative)
