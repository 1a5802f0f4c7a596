"""One round over an inbox: list, let settle, claim, and take through what was claimed."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gouji import __version__
from gouji.model import Pipeline
from gouji.store import Claim, FileState, RunStatus, SeenFile, Store

from ..keeping import command_line, end_run
from ..reading import open_pool
from ..settings import Settings
from .local import LocalPlace
from .manifests import Manifests
from .one_file import take
from .places import LISTED_AT_ONCE, Place
from .rounds import Round
from .settings import InboxResult, InboxSettings
from .waiting import Pace, Patience, Stopped, free_mb
from .watching import Watch, end_stale_runs

log = logging.getLogger("flows.inbox")

LOOK_AGAIN = 0.5  # seconds at most between two looks at what others are doing
WAITING_STATES = (FileState.WAITING, FileState.STORED, FileState.SET_ASIDE)


def take_in(
    folder: str,
    settings: Settings,
    inbox: InboxSettings,
    *,
    advance: Callable[[int, int], None] = lambda done, known: None,
    stop: threading.Event | None = None,
    flow_run_id: str | None = None,
) -> InboxResult:
    """Take in what is complete in a folder or below an object store's URL (``s3://…``), once.

    ``advance`` is called with the files done and those known to be there. ``stop`` ends the round
    after the documents under way. ``flow_run_id`` is noted with the watcher, so that a flow run
    whose process died can be told from one that goes on.

    Raises:
        WrongUsage: there is no such folder.
        StoreUnavailable: the store stayed away for longer than the patience allowed.
        GoujiError: the installation is at fault.
    """
    settings, begun = settings.accepting_as_usual(), time.monotonic()
    patience = Patience(inbox.patience_seconds, stop or threading.Event())
    place = patience.insist(lambda: open_place(folder, inbox, settings))
    with _round(folder, place, settings, inbox, patience, flow_run_id) as round_:
        try:
            _take_all(round_, advance)
        except Stopped:
            log.warning("the round was ended early")
        result = round_.result
        result.waiting = patience.insist(lambda: _still_waiting(round_))
    result.taken_over = round_.watch.taken_over
    result.passed_over = place.passed_over
    result.seconds = time.monotonic() - begun
    return result


def open_place(folder: str, inbox: InboxSettings, settings: Settings) -> Place:
    """The inbox that a folder's path or a URL means.

    Raises:
        WrongUsage: there is no such folder.
        InstallationIncomplete: the package for the URL is not installed.
    """
    if "://" in folder and not folder.startswith("file://"):
        from .objects import ObjectPlace

        return ObjectPlace(folder, settings.work / "inbox", leave=inbox.leave)
    return LocalPlace(Path(folder.removeprefix("file://")), leave=inbox.leave)


@contextmanager
def _round(
    folder: str,
    place: Place,
    settings: Settings,
    inbox: InboxSettings,
    patience: Patience,
    flow_run_id: str | None,
) -> Iterator[Round]:
    pipeline = Pipeline(__version__, settings.reading().digest)
    store = patience.insist(
        lambda: Store.open(settings.database, settings.work, files=settings.files)
    )
    begun: list[int] = []
    begin = threading.Lock()

    def begin_run() -> int:
        """Note in the store that a run goes on, once there is something to do."""
        with begin:
            if not begun:
                command = command_line("gouji inbox", [folder])
                begun.append(store.runs.begin(command, pipeline))
                watch.run_id = begun[0]
                store.inboxes.beat(watch.name, begun[0])
            return begun[0]

    with ExitStack() as stack:
        stack.enter_context(store)
        entered = patience.insist(lambda: Watch(store, inbox.lease_seconds, flow_run_id))
        watch = stack.enter_context(entered)
        pool = stack.enter_context(open_pool(settings))
        round_ = Round(
            name=uuid.uuid4().hex,
            settings=settings,
            inbox=inbox,
            place=place,
            store=store,
            pool=pool,
            watch=watch,
            patience=patience,
            pace=Pace(inbox.pages_a_minute),
            manifests=Manifests(place),
            begin_run=begin_run,
        )
        status = RunStatus.STOPPED
        try:
            yield round_
            status = RunStatus.FINISHED
        finally:
            if begun:
                round_.result.run_id = begun[0]
                end_run(store, begun[0], round_.result.tally, pool.seconds, status)


def _take_all(round_: Round, advance: Callable[[int, int], None]) -> None:
    insist, result = round_.patience.insist, round_.result
    insist(lambda: end_stale_runs(round_.store))
    insist(round_.watch.bury_the_dead)
    expected = _list(round_)
    settled_by = time.monotonic() + round_.inbox.settle_seconds + LOOK_AGAIN
    threads = 2 * round_.settings.workers
    taken = 0
    under_way: set[Future[None]] = set()
    with ThreadPoolExecutor(threads, "gouji-inbox") as executor:
        try:
            while True:
                advance(result.done + result.failed, max(expected, taken))
                under_way = _finished(under_way, threads, round_)
                room = threads - len(under_way)
                if round_.inbox.most is not None:
                    room = min(room, round_.inbox.most - taken)
                _wait_for_leave(round_)
                claims = _claim(round_, room, suspects=False) if room > 0 else []
                for claim in claims:
                    under_way.add(executor.submit(take, claim, round_))
                taken += len(claims)
                if claims:
                    continue
                if under_way:
                    under_way = _finished(under_way, len(under_way), round_)
                    continue
                if round_.inbox.most is not None and taken >= round_.inbox.most:
                    return
                suspects = _claim(round_, 1, suspects=True)
                if suspects:
                    taken += 1
                    take(suspects[0], round_)
                elif not _more_to_come(round_, settled_by):
                    return
        except Stopped:
            raise
        except BaseException:
            round_.patience.stop.set()  # so that no thread waits any longer for what is away
            round_.pool.close()
            raise
        finally:
            for future in under_way:
                future.cancel()


def _list(round_: Round) -> int:
    """Note what is in the inbox; how many files are new."""
    left = round_.pipeline if round_.inbox.leave else None

    def list_once() -> int:
        new, round_.result.unchanged = 0, 0
        group: list[SeenFile] = []

        def note() -> None:
            nonlocal new
            place, inboxes = round_.place, round_.store.inboxes
            added, remembered = round_.patience.insist(
                lambda: inboxes.note(place.name, place.key, group, left)
            )
            new += added
            round_.result.unchanged += remembered
            group.clear()

        for seen in round_.place.files():
            group.append(seen)
            if len(group) >= LISTED_AT_ONCE:
                note()
                if round_.patience.stop.is_set():
                    raise Stopped
        note()
        return new

    return round_.patience.insist(list_once)


def _claim(round_: Round, most: int, *, suspects: bool) -> list[Claim]:
    settle = int(1000 * round_.inbox.settle_seconds)
    watch, key = round_.watch, round_.place.key

    def claim() -> list[Claim]:
        name, inboxes = watch.name, round_.store.inboxes
        claims = inboxes.claim(name, key, round_.name, most, settle, suspects=suspects)
        if claims is None:
            if name == watch.name:
                watch.enter_again()
            claims = inboxes.claim(watch.name, key, round_.name, most, settle, suspects=suspects)
        return claims or []

    return round_.patience.insist(claim)


def _finished(under_way: set[Future[None]], most: int, round_: Round) -> set[Future[None]]:
    """Those still under way, fewer than so many; raises what went wrong in one that is not."""
    if len(under_way) < most:
        return under_way
    done, going_on = wait(under_way, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return going_on


def _wait_for_leave(round_: Round) -> None:
    """Wait for the pace, and for room on the disk."""
    if round_.patience.stop.is_set():
        raise Stopped
    due = round_.pace.due()
    if due:
        round_.patience.sleep(due)
    least, work = round_.inbox.free_mb, round_.settings.work
    if free_mb(work) < least:
        what = f"less than {least} MB are free"
        if not round_.patience.wait_until(lambda: free_mb(work) >= least, what):
            raise Stopped


def _more_to_come(round_: Round, settled_by: float) -> bool:
    """Whether files of this round are still settling, or their watcher may be dead; waits a bit."""
    inboxes, key = round_.store.inboxes, round_.place.key
    left = round_.patience.insist(lambda: inboxes.unsettled(key, round_.name))
    if not left:
        return False
    doubtful = round_.patience.insist(round_.watch.bury_the_dead)
    now = time.monotonic()
    if now >= settled_by and not doubtful:
        return False
    soonest = settled_by - now if now < settled_by else LOOK_AGAIN
    round_.patience.sleep(min(LOOK_AGAIN, max(0.02, soonest)))
    return True


def _still_waiting(round_: Round) -> int:
    counts = round_.store.inboxes.counts(round_.place.key)
    return sum(counts.get(state, 0) for state in WAITING_STATES)
