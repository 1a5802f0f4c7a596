"""Waiting for what is away, and going no faster than is allowed."""

from __future__ import annotations

import errno
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ..pool.transient import causes, passes_by_itself
from ..pool.worker import one_line
from .places import PlaceAway

log = logging.getLogger("flows.inbox")

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds
_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT))
_NO_ROOM_WORDS = ("disk is full", "no space left", "disk full")


class Stopped(Exception):
    """The round is to end."""


class Patience:
    """Does a step again while what it needs is away."""

    def __init__(self, seconds: float | None, stop: threading.Event) -> None:
        self._seconds = seconds
        self.stop = stop

    def insist(self, step: Callable[[], T]) -> T:
        """The step's result, however long it takes within the patience.

        Raises:
            Stopped: the round was ended meanwhile.
            Exception: of the step, where waiting would not help or has not.
        """
        waits = self._pauses()
        while True:
            try:
                return step()
            except Exception as error:
                if not worth_waiting_for(error):
                    raise
                pause = next(waits, None)
                if pause is None:
                    raise
                log.warning("%s: trying again in %.0f s", one_line(error), pause)
                self.sleep(pause)

    def wait_until(self, condition: Callable[[], bool], what: str) -> bool:
        """Wait for a condition; False where patience ended before."""
        for pause in self._pauses():
            if condition():
                return True
            log.warning("%s: waiting %.0f s", what, pause)
            self.sleep(pause)
        return condition()

    def sleep(self, seconds: float) -> None:
        """Sleep.

        Raises:
            Stopped: the round was ended meanwhile.
        """
        if self.stop.wait(seconds):
            raise Stopped

    def _pauses(self) -> Iterator[float]:
        begun, pause = time.monotonic(), FIRST_PAUSE
        while self._seconds is None or time.monotonic() - begun < self._seconds:
            yield pause
            pause = min(2 * pause, LONGEST_PAUSE)


def worth_waiting_for(error: BaseException) -> bool:
    """Whether it is about something that is away, or a disk that is full."""
    return passes_by_itself(error) or any(
        isinstance(cause, PlaceAway)
        or (isinstance(cause, OSError) and cause.errno in _NO_ROOM)
        or any(word in str(cause).lower() for word in _NO_ROOM_WORDS)
        for cause in causes(error)
    )


def free_mb(folder: Path) -> int:
    """Free space where the folder is, or will be; what is unknown is enough."""
    here = folder.absolute()
    while not here.exists() and here != here.parent:
        here = here.parent
    try:
        return shutil.disk_usage(here).free >> 20
    except OSError:
        return 1 << 40


class Pace:
    """At most so many pages a minute, counted when they have been read; by a steady clock."""

    def __init__(
        self, pages_a_minute: float | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds_a_page = 60.0 / pages_a_minute if pages_a_minute else 0.0
        self._clock = clock
        self._free_at = clock()
        self._lock = threading.Lock()

    def read(self, pages: int) -> None:
        """So many pages have been read."""
        with self._lock:
            self._free_at = max(self._free_at, self._clock()) + pages * self._seconds_a_page

    def due(self) -> float:
        """Seconds until the next document may be begun."""
        with self._lock:
            return max(0.0, self._free_at - self._clock())
