"""`gouji read`: files in, JSON lines or a filled store out, and a summary."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from gouji.model import DocumentReading, WrongUsage
from gouji.reconcile.calibration import (
    Acceptance,
    cells_at_stake,
    is_unread,
    limit_within,
    load_calibration,
)

from ..output import print_json_line, write_json
from ..pool.archives import open_sources
from ..reading import Tally, open_pool, read_sources
from ..settings import Settings
from ..sources import Found
from ..summary import LINES_SHOWN, DocumentLine, failure_lines, print_summary
from .terminal import console, progress_bar

if TYPE_CHECKING:
    from ..keeping import Keeper


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
            keeper.clocked(pool.seconds)
            files = keeper.unread(files)
        in_order = wishes.as_json
        acceptance = acceptance_of(settings)
        readings = read_sources(files, pool, settings.reading(), in_order=in_order)
        for found, reading in _accepted(readings, acceptance, settings.budget):
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
    for line in acceptance.lines() if acceptance is not None else ():
        screen.print(line, markup=False, highlight=False, soft_wrap=True)
    return tally.exit_status


def parse_share(option: str, text: str | None) -> float | None:
    """``2%`` or ``0.02`` as a share.

    Raises:
        WrongUsage: it is none.
    """
    if text is None:
        return None
    number = text.strip()
    try:
        share = float(number[:-1]) / 100 if number.endswith("%") else float(number)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise WrongUsage(f"{option}: {text!r} is no share of cells.", "Say 0.02 or 2%.")
    return share


def acceptance_of(settings: Settings) -> Acceptance | None:
    """What accepts cells in a run, where it is not the usual limit of confidence."""
    if settings.max_error is None and settings.budget is None:
        return None
    calibration = load_calibration(settings.own_calibration())
    return Acceptance(calibration, settings.max_error)


Reading = tuple[Found, DocumentReading]


def _accepted(
    readings: Iterable[Reading], acceptance: Acceptance | None, budget: float | None
) -> Iterator[Reading]:
    """The readings with their cells accepted or not; with a budget only when all are read."""
    if acceptance is None:
        yield from readings
        return
    if acceptance.max_error is None and budget is not None:
        yield from _within_budget(readings, acceptance, budget)
        return
    for found, reading in readings:
        yield found, acceptance.accept(reading)


def _within_budget(
    readings: Iterable[Reading], acceptance: Acceptance, budget: float
) -> Iterator[Reading]:
    confidences: list[float] = []
    unread = 0
    with TemporaryFile(prefix="gouji-readings-") as spool:
        files = []
        for found, reading in readings:
            files.append(found)
            pickle.dump(reading, spool, pickle.HIGHEST_PROTOCOL)
            for cell in cells_at_stake(reading):
                if is_unread(cell):
                    unread += 1
                else:
                    confidences.append(cell.confidence)
        acceptance.limit = limit_within(confidences, unread, budget)
        spool.seek(0)
        for found in files:
            reading = pickle.load(spool)
            yield found.bring(), acceptance.accept(reading)  # what an archive held is gone by now
            found.drop()


def _keeper(paths: Sequence[Path], settings: Settings, wishes: Wishes) -> Keeper:
    from ..keeping import Keeper, command_line  # the database takes 0.3 s to import

    again = wishes.again or wishes.as_json or wishes.folder is not None
    return Keeper(settings, command_line("gouji read", paths), again=again)
