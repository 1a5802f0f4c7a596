"""`gouji read`: files in, JSON lines or a filled store out, and a summary."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .archives import open_sources
from .output import print_json_line, write_json
from .reading import Tally, open_pool, read_sources
from .settings import Settings
from .sources import Found
from .summary import LINES_SHOWN, DocumentLine, failure_lines, print_summary
from .terminal import console, progress_bar

if TYPE_CHECKING:
    from .keeping import Keeper


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to become of the readings."""

    as_json: bool = False
    folder: Path | None = None  # a JSON file each goes here
    keep: bool = True  # in the store
    again: bool = False


def read_paths(paths: Sequence[Path], settings: Settings, wishes: Wishes) -> int:
    """Read everything under the paths and give the exit status."""
    begun = time.perf_counter()
    screen = console(errors=True)
    tally = Tally()
    lines: list[DocumentLine] = []
    with ExitStack() as stack:
        sources = stack.enter_context(open_sources(paths, settings.reading()))
        pool = stack.enter_context(open_pool(settings, files=len(sources.files)))
        keeper = stack.enter_context(_keeper(paths, settings, wishes)) if wishes.keep else None
        advance = stack.enter_context(
            progress_bar(screen, len(sources.files), lambda: pool.pages_begun)
        )
        files: Iterable[Found] = sources.files
        if keeper:
            files = keeper.unread(files)
        in_order = wishes.as_json
        for found, reading in read_sources(files, pool, settings.reading(), in_order=in_order):
            for line in failure_lines(reading.source.name, reading.failures):
                screen.print(line, markup=False)
            if wishes.as_json:
                print_json_line(reading)
            if wishes.folder:
                write_json(reading, wishes.folder, found.relative)
            if keeper:
                keeper.keep(found, reading)
            tally.add(reading)
            if len(lines) <= LINES_SHOWN:
                lines.append(DocumentLine.of(reading))
            advance(tally.documents + (keeper.tally.known if keeper else 0))
        tally.known = keeper.tally.known if keeper else 0
    seconds = time.perf_counter() - begun
    if len(lines) <= LINES_SHOWN:
        place = {found.name: n for n, found in enumerate(sources.files)}
        lines.sort(key=lambda line: place[line.name])
    print_summary(console(errors=wishes.as_json), lines, tally, seconds, sources.passed_over)
    return tally.exit_status


def _keeper(paths: Sequence[Path], settings: Settings, wishes: Wishes) -> Keeper:
    from .keeping import Keeper, command_line  # the database takes 0.3 s to import

    again = wishes.again or wishes.as_json or wishes.folder is not None
    return Keeper(settings, command_line("gouji read", paths), again=again)
