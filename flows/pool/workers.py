"""A pool of reading processes that survives what documents do to it.

PDFium and the OCR engines crash, hang and grow, and no thread can be stopped: so processes, each
with a warm reader, a clock for every page and every document, and SIGKILL. A page that costs a
process is left out and its document read again without it; a document that goes on costing
processes is given up. The other documents never notice.

One thread drives the processes. Any thread may ask it to read; `WorkerPool.read` hands back
outcomes as they come, or in the order asked.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from multiprocessing.connection import wait
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from gouji.model.errors import Failure, FailureKind, GoujiError, InstallationIncomplete

from .process import Busy, Finished, Job, Limits, ReadingProcess
from .worker import Done, Fault, Order, PageBegun, Ready, Setup, Stop, Taken

log = logging.getLogger("flows.pool.workers")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What reading one file gave.

    ``result`` is None where the document was given up; ``failures`` are those the pool saw, and
    say why. ``number`` counts the files asked for, from 0.
    """

    number: int
    path: Path
    result: T | None
    failures: tuple[Failure, ...]


def processors() -> int:
    """Processors this process may use; a container often has fewer than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Shelf:
    """Results that nobody has taken yet."""

    def __init__(self, in_order: bool) -> None:
        self.size = 0  # bytes
        self._in_order = in_order
        self._due = 0
        self._waiting: dict[int, Finished] = {}

    def put(self, item: Finished) -> None:
        self._waiting[item.number] = item
        self.size += item.size

    def empty_handed(self) -> bool:
        """Whether there is none that may be taken now."""
        return not self._waiting or (self._in_order and self._due not in self._waiting)

    def take(self) -> Finished:
        item = self._waiting.pop(self._due if self._in_order else next(iter(self._waiting)))
        self._due += 1
        self.size -= item.size
        return item


class WorkerPool(Generic[T]):
    """Processes that each keep one reader warm; a context manager."""

    def __init__(
        self,
        function: Callable[..., T] | str,
        settings: object,
        *,
        workers: int | None = None,
        limits: Limits | None = None,
        quiet: bool = True,
        clock: str | None = None,
    ) -> None:
        """Prepare; no process starts before there is something to read.

        ``function`` is called in the processes as ``function(path, settings, skip=…, on_page=…)``;
        give its name as ``module:name`` where importing it here would take time.
        """
        if not isinstance(function, str):
            function = f"{function.__module__}:{function.__qualname__}"
        self.workers = workers or processors()
        self.limits = limits or Limits()
        self.pages_begun = 0
        self.seconds: defaultdict[str, float] = defaultdict(float)  # of the processor, by stage
        self._setup = Setup(function, settings, self.limits.memory_mb, quiet, clock)
        self._context = multiprocessing.get_context("spawn")
        self._processes: list[ReadingProcess] = []
        self._leaving: list[ReadingProcess] = []
        self._inbox: deque[Job] = deque()
        self._failed_starts = 0
        self._broken: GoujiError | None = None
        self._closing = False
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_writer, False)
        self._lock = threading.Lock()
        self._driver: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, paths: Iterable[Path], *, in_order: bool = True) -> Iterator[Outcome[T]]:
        """Read the files; ``paths`` is asked for the next one only when it can soon be read.

        A slow document does not hold up the others: their results wait, up to ``Limits.waiting``
        bytes.

        Raises:
            GoujiError: no document can be read, because the installation is at fault.
        """
        finished: SimpleQueue[Finished | GoujiError] = SimpleQueue()
        withdrawn = threading.Event()
        source = enumerate(paths)
        shelf = _Shelf(in_order)
        under_way, more = 0, True
        try:
            while True:
                while more and under_way < 4 * self.workers and shelf.size < self.limits.waiting:
                    number, path = next(source, (0, None))
                    if path is None:
                        more = False
                    else:
                        self._submit(Job(number, path, finished, withdrawn))
                        under_way += 1
                while under_way and (shelf.empty_handed() or not finished.empty()):
                    item = finished.get()
                    if isinstance(item, GoujiError):
                        raise item
                    under_way -= 1
                    shelf.put(item)
                    if more:
                        break
                if not shelf.empty_handed():
                    yield self._outcome(shelf.take())
                elif not under_way and not more:
                    return
        finally:
            withdrawn.set()

    def close(self) -> None:
        """End every process, at once and without leaving any behind."""
        with self._lock:
            first, self._closing = not self._closing, True
            if first:
                self._wake()
        if self._driver:
            self._driver.join()
        if first:
            os.close(self._wake_reader)
            os.close(self._wake_writer)

    def process_ids(self) -> list[int]:
        """The processes that are there now."""
        return [p.pid for p in [*self._processes, *self._leaving]]

    def _submit(self, job: Job) -> None:
        with self._lock:
            if self._broken:
                raise self._broken
            if self._closing:
                raise RuntimeError("the pool is closed")
            self._inbox.append(job)
            if self._driver is None:
                self._driver = threading.Thread(target=self._drive, name="gouji-pool", daemon=True)
                self._driver.start()
            self._wake()

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # a full pipe wakes as well
            os.write(self._wake_writer, b"\0")

    def _outcome(self, item: Finished) -> Outcome[T]:
        result: T | None = None
        failures = item.failures
        if item.blob is not None:
            try:
                result = pickle.loads(item.blob)
            except Exception as error:
                message = f"the result cannot be taken over: {type(error).__name__}"
                failures = (*failures, Failure(None, "read", FailureKind.INTERNAL, message))
        return Outcome(item.number, item.path, result, failures)

    # What follows runs in the driving thread; what stands above, in that of the caller.

    def _drive(self) -> None:
        try:
            while not self._closing:
                self._dispatch()
                self._listen()
                self._enforce_limits()
                self._bury()
        except GoujiError as error:
            self._broken = error
        except Exception as error:
            log.exception("the pool itself failed")
            self._broken = GoujiError(f"the pool of processes failed: {type(error).__name__}")
        finally:
            self._end_all()

    def _end_all(self) -> None:
        with self._lock:
            stranded = list(self._inbox)
            self._inbox.clear()
            error = self._broken or GoujiError("The pool was closed while reading.")
            self._broken = error
        for process in self._processes:
            if process.busy:
                stranded.append(process.busy.job)
        for process in [*self._processes, *self._leaving]:
            process.kill()
        self._processes.clear()
        self._leaving.clear()
        for job in stranded:
            job.finished.put(error)

    def _dispatch(self) -> None:
        """Give waiting jobs to idle processes; start processes while there are too few."""
        while self._inbox and self._inbox[0].withdrawn.is_set():
            self._inbox.popleft()
        idle = [p for p in self._processes if p.ready and not p.busy]
        while self._inbox and idle:
            job = self._inbox.popleft()
            if job.withdrawn.is_set():
                continue
            process = idle.pop()
            try:
                process.connection.send(Order(job.path, job.skip))
            except OSError:  # it died while it had nothing to do: no fault of this document
                self._inbox.appendleft(job)
            else:
                process.busy = Busy(job, time.monotonic())
        starting = sum(not p.ready for p in self._processes)
        while len(self._inbox) > starting and len(self._processes) < self.workers:
            self._processes.append(ReadingProcess.start(self._context, self._setup))
            starting += 1

    def _listen(self) -> None:
        """Sleep until a process says something, a clock runs out, or somebody calls."""
        now = time.monotonic()
        clocks = [p.deadline(self.limits) - now for p in self._processes]
        if self._leaving:
            clocks.append(0.5)
        soonest = min(clocks, default=inf)
        patience = None if soonest == inf else max(0.0, soonest)
        speakers: dict[Any, ReadingProcess] = {p.connection: p for p in self._processes}
        for ready in wait([self._wake_reader, *speakers], patience):
            if ready == self._wake_reader:
                os.read(self._wake_reader, 4096)
            else:
                self._hear(speakers[ready])

    def _hear(self, process: ReadingProcess) -> None:
        try:
            while process.connection.poll():
                message = process.connection.recv()
                if isinstance(message, Done):
                    for stage, seconds in message.seconds.items():
                        self.seconds[stage] += seconds
                    self._read_well(process, process.connection.recv_bytes(), message.rss_mb)
                else:
                    self._take(process, message)
        except (EOFError, OSError, pickle.UnpicklingError):
            if process in self._processes:
                self._died(process)

    def _take(self, process: ReadingProcess, message: object) -> None:
        busy = process.busy
        match message:
            case Ready():
                process.ready = True
                self._failed_starts = 0
            case Taken() if busy:
                busy.taken = True
            case PageBegun(number) if busy:
                busy.page, busy.page_begun = number, time.monotonic()
                process.pages += number > 0
                self.pages_begun += number > 0
            case Fault(kind, text, whole) if busy:
                self._release(process, retire=kind is FailureKind.OUT_OF_MEMORY)
                page = None if whole else busy.page
                self._lost(busy, page, kind, text)
            case Stop(text, advice, exit_code):
                error = InstallationIncomplete if exit_code == 3 else GoujiError
                stop = error(text, advice or error.advice)
                stop.exit_code = exit_code
                raise stop
            case _:
                log.error("a reading process said something unexpected: %r", message)

    def _read_well(self, process: ReadingProcess, blob: bytes, rss_mb: int) -> None:
        busy, limits = process.busy, self.limits
        worn = (
            process.documents + 1 >= limits.documents_a_process
            or process.pages >= limits.pages_a_process
            or rss_mb >= limits.resting_mb
        )
        self._release(process, retire=worn)
        if busy:
            busy.job.finish(blob)

    def _release(self, process: ReadingProcess, *, retire: bool) -> None:
        process.busy = None
        process.documents += 1
        if retire:
            log.info("process %d retires after %d documents", process.pid, process.documents)
            self._processes.remove(process)
            process.connection.close()  # the end of the file is its leave to go
            process.left = time.monotonic()
            self._leaving.append(process)

    def _enforce_limits(self) -> None:
        now = time.monotonic()
        for process in [p for p in self._processes if p.deadline(self.limits) <= now]:
            self._hear(process)  # it may have finished this very moment
            if process in self._processes and process.deadline(self.limits) <= now:
                self._too_slow(process)

    def _too_slow(self, process: ReadingProcess) -> None:
        self._processes.remove(process)
        process.kill()
        busy, limits = process.busy, self.limits
        if busy is None:
            self._not_started("did not start in time")
        elif busy.seconds_of_document(time.monotonic()) >= limits.document_seconds + limits.grace:
            message = f"took longer than {limits.document_seconds:g} s"
            self._lost(busy, None, FailureKind.DOCUMENT_TIMEOUT, message)
        else:
            message = f"took longer than {limits.page_seconds:g} s"
            self._lost(busy, busy.page, FailureKind.PAGE_TIMEOUT, message)

    def _died(self, process: ReadingProcess) -> None:
        self._processes.remove(process)
        how = process.bury()
        busy = process.busy
        if busy and not busy.taken and busy.job.returned < 3:
            busy.job.returned += 1
            self._inbox.appendleft(busy.job)
        elif busy:
            message = f"the reading process {how}"
            self._lost(busy, busy.page, FailureKind.WORKER_DIED, message)
        elif not process.ready:
            self._not_started(how)

    def _not_started(self, how: str) -> None:
        self._failed_starts += 1
        log.warning("a reading process %s while starting", how)
        if self._failed_starts >= 3:
            raise InstallationIncomplete(f"A reading process {how} while starting, three times.")

    def _lost(self, busy: Busy, page: int | None, kind: FailureKind, message: str) -> None:
        """Read the document again without the page, or give it up."""
        job = busy.job
        job.spent = busy.seconds_of_document(time.monotonic())
        log.warning("%r, page %s: %s", str(job.path), page, message)
        known = page is not None and page > 0
        if not known or page in job.skip or len(job.skip) >= self.limits.lost_pages:
            where = f" on page {page}" if known else ""
            job.finish(None, Failure(None, "extract", kind, message + where))
            return
        assert page is not None
        job.skip |= {page}
        job.failures.append(Failure(page, "extract", kind, message))
        self._inbox.appendleft(job)

    def _bury(self) -> None:
        for process in [p for p in self._leaving if p.gone()]:
            self._leaving.remove(process)
