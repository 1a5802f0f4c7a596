"""`gouji inbox` and `gouji store verify`."""

from __future__ import annotations

import logging
import re
import threading
import time

from gouji.model import WrongUsage

from ..inbox import InboxResult, InboxSettings
from ..inbox.taking import take_in
from ..keeping import open_store
from ..output import print_line, printable
from ..settings import Settings
from ..summary import print_summary
from .terminal import console, progress_bar

log = logging.getLogger("flows.inbox")

_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)?")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


def parse_time(option: str, text: str) -> float:
    """``30s``, ``5m``, ``2h``, ``1d``, or seconds.

    Raises:
        WrongUsage: it is none.
    """
    found = _TIME.fullmatch(text.strip().lower())
    if found is None:
        raise WrongUsage(f"{option}: {text!r} is no time.", "Say 30s, 5m or 2h.")
    return float(found[1]) * _SECONDS[found[2] or "s"]


def watch_folder(
    folder: str, settings: Settings, wishes: InboxSettings, every: float | None
) -> int:
    """One round over the inbox, or with ``every`` (seconds) rounds until interrupted."""
    stop = threading.Event()
    while True:
        begun = time.monotonic()
        result = _one_round(folder, settings, wishes, stop)
        if every is None:
            return exit_status(result)
        stop.wait(max(0.0, every - (time.monotonic() - begun)))


def exit_status(result: InboxResult) -> int:
    """0, 1 where something failed or is to be tried again, 3 for want of a program or engine."""
    if result.tally.lacking:
        return 3
    return 1 if result.failed or result.put_back or result.tally.failed else 0


def round_lines(result: InboxResult) -> list[str]:
    """What became of the files, in a few words each."""
    told = (
        (result.done, "taken in"),
        (result.duplicates, "of them with a content that had been read before"),
        (result.failed, "failed"),
        (result.put_back, "will be tried again in a later round"),
        (result.waiting, "still in the inbox"),
        (result.unchanged, "known from an earlier round"),
        (result.gone, "removed by somebody before they were read"),
        (result.taken_over, "taken over from a watcher that died"),
        (result.passed_over, "links and devices passed over"),
    )
    return [f"{number:,} {words}" for number, words in told if number] or ["nothing new"]


def verify_store(settings: Settings, *, files: bool) -> int:
    """Check the store and print what is wrong with it."""
    from gouji.store.verifying import verify

    with open_store(settings) as store:
        found = verify(store, files=files)
        for fault in found.faults:
            print_line(printable(fault))
    if found.faults:
        print_line(f"{len(found.faults):,} faults.")
        return 1
    print_line(
        f"consistent: {found.documents:,} documents, {found.readings:,} readings, "
        f"{found.cells:,} cells, {found.files:,} files, {found.arrivals:,} arrivals"
    )
    return 0


def _one_round(
    folder: str, settings: Settings, wishes: InboxSettings, stop: threading.Event
) -> InboxResult:
    screen = console(errors=True)
    with progress_bar(screen, None) as advance:
        result = take_in(
            folder, settings, wishes, stop=stop, advance=lambda done, known: advance(done)
        )
    out = console()
    if result.tally.documents or result.tally.known:
        print_summary(out, result.lines, result.tally, result.seconds)
    for trouble in result.troubles:
        screen.print(trouble, markup=False, soft_wrap=True)
    for line in round_lines(result):
        out.print(line, markup=False)
    return result
