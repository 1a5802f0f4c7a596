"""One reading process as its pool sees it."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from gouji.model.errors import Failure, GoujiError

from .worker import Setup, serve


@dataclass(frozen=True, slots=True)
class Limits:
    """When a page, a document or a process has had enough."""

    page_seconds: float = 30.0
    document_seconds: float = 900.0
    grace: float = 2.0  # for the reader to notice by itself: that costs no process
    start_seconds: float = 120.0  # importing a reader with OCR engines from a cold disk
    lost_pages: int = 5  # a document may cost so many processes before it is given up
    documents_a_process: int = 500  # memory of PDFium and the OCR engines only ever grows
    pages_a_process: int = 5_000
    resting_mb: int = 1_500  # a process that holds more between two documents is replaced
    memory_mb: int = 4_096  # more than this is not given to a process; 0: no limit
    waiting: int = 256 << 20  # bytes of results kept while an earlier document is still being read


@dataclass(slots=True)
class Finished:
    """A document that is through: its result, still pickled, and what was lost on the way."""

    number: int
    path: Path
    blob: bytes | None
    failures: tuple[Failure, ...]

    @property
    def size(self) -> int:
        return len(self.blob) if self.blob else 0


@dataclass(slots=True)
class Job:
    """A document on its way through the pool, perhaps through several processes."""

    number: int
    path: Path
    finished: SimpleQueue[Finished | GoujiError]
    withdrawn: threading.Event
    skip: frozenset[int] = frozenset()
    failures: list[Failure] = field(default_factory=list)
    spent: float = 0.0  # seconds, in processes that are gone
    returned: int = 0  # times it came back from a process that died before it took it

    def finish(self, blob: bytes | None, failure: Failure | None = None) -> None:
        failures = (*self.failures, failure) if failure else tuple(self.failures)
        self.finished.put(Finished(self.number, self.path, blob, failures))


@dataclass(slots=True)
class Busy:
    """What a process is at: the document, and the page with the moment it was begun."""

    job: Job
    begun: float
    taken: bool = False
    page: int | None = None
    page_begun: float = 0.0

    def seconds_of_document(self, now: float) -> float:
        """Time spent on the document, in this process and those it cost before."""
        return self.job.spent + now - self.begun


@dataclass(slots=True)
class ReadingProcess:
    """A spawned process and the pipe to it."""

    process: SpawnProcess
    connection: Connection
    started: float = field(default_factory=time.monotonic)
    ready: bool = False
    busy: Busy | None = None
    documents: int = 0
    pages: int = 0
    left: float = 0.0  # when it was given leave

    @classmethod
    def start(cls, context: SpawnContext, setup: Setup) -> Self:
        """Spawn one; it says `Ready` when its reader is imported."""
        ours, theirs = context.Pipe()
        process = context.Process(
            target=serve, args=(theirs, os.getpid(), setup), name="gouji-reader", daemon=True
        )
        process.start()
        theirs.close()
        return cls(process, ours)

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def deadline(self, limits: Limits) -> float:
        """The moment (monotonic) at which patience with this process ends."""
        if not self.ready:
            return self.started + limits.start_seconds
        busy = self.busy
        if busy is None:
            return float("inf")
        end = busy.begun + limits.document_seconds - busy.job.spent
        if busy.page is not None and busy.page > 0:
            end = min(end, busy.page_begun + limits.page_seconds)
        return end + limits.grace

    def kill(self) -> None:
        """End it and whatever it started, and wait until it is gone."""
        with suppress(ProcessLookupError, PermissionError):  # not yet leader of its group, or gone
            os.killpg(self.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.connection.close()

    def bury(self) -> str:
        """Clear away a process that closed its pipe; how it ended, in words."""
        self.process.join(1.0)
        code = self.process.exitcode
        self.kill()
        if code is None:
            return "closed its pipe"
        if code >= 0:
            return f"ended with status {code}"
        with suppress(ValueError):
            return f"was killed by {signal.Signals(-code).name}"
        return f"was killed by signal {-code}"

    def gone(self) -> bool:
        """Whether it has ended by itself; a process that will not go is killed after 5 s."""
        if self.process.exitcode is None and time.monotonic() > self.left + 5.0:
            self.kill()
        return self.process.exitcode is not None
