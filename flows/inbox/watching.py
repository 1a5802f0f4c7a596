"""Who watches: a sign of life by a thread, and telling the dead from those who are only slow."""

from __future__ import annotations

import logging
import os
import platform
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from gouji.model import GoujiError
from gouji.store import RunRecord, Store, Watcher

log = logging.getLogger("flows.inbox")

BEATS_A_LEASE = 4


class Watch:
    """Our own place among the watchers; a context manager. Its thread also buries the dead."""

    def __init__(self, store: Store, lease_seconds: float, flow_run_id: str | None) -> None:
        """Enter.

        Raises:
            StoreUnavailable: the store is away.
        """
        self._store = store
        self._lease = lease_seconds
        self._flow_run_id = flow_run_id
        self._end = threading.Event()
        self._seen: dict[str, tuple[int, float]] = {}  # beats, and since when they stand still
        self._lock = threading.Lock()
        self.run_id: int | None = None
        self.taken_over = 0
        self.name = self._enter()
        self._thread = threading.Thread(target=self._beat, name="gouji-inbox-beat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()
        try:
            self._store.inboxes.leave(self.name)
        except GoujiError:
            log.warning("the watcher could not take its leave; its lease runs out", exc_info=True)

    def bury_the_dead(self) -> bool:
        """Free what dead watchers had claimed; whether there are some that may be dead.

        One of this machine is dead when its process is. Of another one it is believed when it has
        been silent for its lease by the database's clock, and we ourselves have seen it silent for
        half a lease: a clock that jumps makes nobody dead.
        """
        doubtful = False
        with self._lock:
            for watcher in self._store.inboxes.watchers():
                if watcher.id == self.name:
                    continue
                if not self._is_dead(watcher):
                    doubtful |= watcher.silent
                    continue
                freed = self._store.inboxes.bury(watcher)
                if freed is not None:
                    self.taken_over += freed
                    log.warning("the watcher on %s died over %d files", watcher.host, freed)
        return doubtful

    def enter_again(self) -> None:
        """Begin anew after others have given this watcher up; what it had claimed is lost."""
        log.warning("others took this watcher for dead; it enters again")
        self.name = self._enter()

    def _is_dead(self, watcher: Watcher) -> bool:
        alive = is_alive(watcher.identity)
        if alive is not None:
            return not alive
        now = time.monotonic()
        beats, since = self._seen.get(watcher.id, (-1, now))
        if beats != watcher.beats:
            self._seen[watcher.id] = (watcher.beats, now)
            return False
        return watcher.silent and now - since >= self._lease / 2

    def _enter(self) -> str:
        return self._store.inboxes.enter(
            identity(), platform.node(), os.getpid(), int(1000 * self._lease), self._flow_run_id
        )

    def _beat(self) -> None:
        while not self._end.wait(self._lease / BEATS_A_LEASE):
            try:
                if not self._store.inboxes.beat(self.name, self.run_id):
                    self.enter_again()
                self.bury_the_dead()
            except GoujiError:
                log.warning("no sign of life could be given", exc_info=True)


def identity(process_id: int | None = None) -> str:
    """What tells a process from all others: boot, PID namespace, PID, and when it started.

    Empty where the system does not tell.
    """
    number = os.getpid() if process_id is None else process_id
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        space = os.readlink("/proc/self/ns/pid")
        return f"{boot} {space} {number} {_started(number)}"
    except (OSError, ValueError, IndexError):
        return ""


def is_alive(known: str) -> bool | None:
    """Whether the process of that identity is there; None where that cannot be told from here."""
    words = known.split()
    ours = identity().split()
    if len(words) != 4 or len(ours) != 4 or words[:2] != ours[:2]:
        return None
    try:
        return _started(int(words[2])) == words[3]
    except (OSError, ValueError, IndexError):
        return False


def end_stale_runs(store: Store) -> int:
    """Put right the runs of this machine that still go on though their process is gone."""
    stale = [run for run in store.runs.going_on(platform.node()) if not _goes_on(run)]
    for run in stale:
        store.runs.stop(run.id)
    return len(stale)


def _goes_on(run: RunRecord) -> bool:
    try:
        ticks = int(_started(run.process_id))
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
    except (OSError, ValueError, IndexError, AttributeError):
        return Path("/proc/self").exists() is False  # without /proc nothing is known
    # A process that began after the run has only been given the same number.
    begun = time.time() - now + ticks / os.sysconf("SC_CLK_TCK")
    return begun <= run.started_at.timestamp() + 60.0


def _started(process_id: int) -> str:
    """When the process began, in ticks since the machine did; a zombie counts as gone."""
    facts = Path(f"/proc/{process_id}/stat").read_text(errors="replace")
    words = facts.rpartition(")")[2].split()
    if words[0] in "ZX":
        raise ValueError("it has ended")
    return words[19]
