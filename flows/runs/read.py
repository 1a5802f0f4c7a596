"""The Prefect flow: the same functions as `gouji read`, as tasks that are recorded and retried.

A task costs about 20 ms on Prefect's SQLite, so a few documents make up one task, and a small run
has one task a document. Tasks are threads over one pool of reading processes. A task is handed
numbers, never paths, pages or readings: Prefect walks and records what it is handed.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, cast

from prefect import flow, runtime, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from gouji.model import DocumentReading

from ..keeping import Keeper, command_line
from ..output import printable
from ..pool.archives import open_sources
from ..pool.transient import could_not_be_opened_just_now
from ..pool.workers import processors
from ..reading import DocumentPool, Tally, open_pool, read_sources
from ..settings import Settings, load_settings
from ..sources import Found
from ..summary import DocumentLine
from .hooks import HOOKS, telling_by
from .pictures import show_pictures
from .report import MAX_ROWS, summary_markdown, table_rows
from .retrying import RETRY_AFTER, worth_trying_again

if TYPE_CHECKING:
    from uuid import UUID

TASKS = 64  # so many tasks at most for a run of up to 64 × 25 documents
BATCH = 25  # documents a task at most: what a retry may have to read again


class DocumentsAway(OSError):
    """Documents could not be opened for an I/O error; the task is tried again."""


@dataclass(slots=True)
class FlowRun:
    """What the tasks of one run share in this process."""

    settings: Settings
    files: Sequence[Found]
    pool: DocumentPool
    keeper: Keeper
    advance: Callable[[int], None]
    begun: float = field(default_factory=time.perf_counter)
    done: set[int] = field(default_factory=set)
    lines: list[DocumentLine] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, number: int, reading: DocumentReading) -> None:
        """A document is through."""
        line = DocumentLine.of(reading)
        with self.lock:
            self.done.add(number)
            self.tell(line)
            self.advance(len(self.done) + self.keeper.tally.known)

    def tell(self, line: DocumentLine) -> None:
        """Show a document in the run's table."""
        if len(self.lines) < MAX_ROWS or line.needs_a_look:
            self.lines.append(line)


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line hands to the flow beside its parameters."""

    settings: Settings
    files: Sequence[Found]
    advance: Callable[[int], None] = lambda done: None  # called with the documents done


@dataclass(frozen=True, slots=True)
class FlowResult:
    """What a run of the flow added up to."""

    tally: Tally
    lines: tuple[DocumentLine, ...]
    seconds: float
    tasks: int
    flow_run_id: str | None


_runs: dict[int, FlowRun] = {}
_numbers = count(1)
_given: ContextVar[Given | None] = ContextVar("given", default=None)


@contextmanager
def handed_over(given: Given) -> Iterator[None]:
    """Hand something to the flow that is called inside, past Prefect, which records parameters.

    Among the settings are passwords, and 100,000 paths are more than a parameter may hold.
    """
    token = _given.set(given)
    try:
        with telling_by(given.settings):
            yield
    finally:
        _given.reset(token)


@task(
    name="read documents",
    task_run_name="documents {start}–{stop}",
    retries=len(RETRY_AFTER),
    retry_delay_seconds=RETRY_AFTER,
    retry_condition_fn=worth_trying_again,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_batch(run_number: int, start: int, stop: int) -> int:
    """Read and store the documents from ``start`` up to ``stop``; how many failed.

    What was stored before a fault is not read again.
    """
    run = _runs[run_number]
    wanted = [number for number in range(start, stop) if number not in run.done]
    files = (run.files[number] for number in wanted)
    readings = read_sources(files, run.pool, run.settings.reading())
    last_try = runtime.task_run.run_count > len(RETRY_AFTER)
    away = failed = 0
    for number, (found, reading) in zip(wanted, readings, strict=True):
        if could_not_be_opened_just_now(reading) and not last_try:
            away += 1
            continue
        run.keeper.keep(found, reading)
        run.note(number, reading)
        failed += reading.failed
    if away:
        raise DocumentsAway(5, f"{away} documents could not be opened for an I/O error")
    return failed


def _run_name() -> str:
    """What is read, as the name of the run."""
    paths = [printable(path) for path in runtime.flow_run.parameters.get("paths") or ()]
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"read {paths[0] if paths else 'nothing'}{more}"[:200]


@flow(
    name="read_reports",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=2 * processors()),  # type: ignore[arg-type]
    validate_parameters=False,
    persist_result=False,
    **HOOKS,
)
def read_reports(paths: list[str], again: bool = False) -> FlowResult:
    """Read what is under the paths into the store; settings come from ``GOUJI_…``.

    Args:
        paths: Files, folders (with all below them) or patterns, as the worker sees them.
        again: Read also what was read before with the same settings.

    Raises:
        GoujiError: the store or the installation is at fault.
    """
    return _read_as_told(paths, again)  # Dask pickles this function, and no ContextVar


def _read_as_told(paths: list[str], again: bool) -> FlowResult:
    given = _given.get()
    if given is None:
        settings = load_settings()
        with open_sources(map(Path, paths), settings.reading()) as sources:
            return _read(paths, again, Given(settings, sources.files))
    return _read(paths, again, given)


def _read(paths: list[str], again: bool, given: Given) -> FlowResult:
    settings, files = given.settings.accepting_as_usual(), given.files
    number = next(_numbers)
    progress = cast(
        "UUID", create_progress_artifact(0.0, key="gouji-progress", description="documents read")
    )
    with (
        Keeper(settings, command_line("read_reports", paths), again=again) as keeper,
        open_pool(settings, files=len(files)) as pool,
    ):
        keeper.clocked(pool.seconds)
        unread = list(keeper.unread(files))
        run = FlowRun(settings, unread, pool, keeper, given.advance)
        tasks = _read_far(run, again) if settings.dask and unread else 0
        _runs[number] = run
        try:
            tasks += _read_all(number, run, progress)
        finally:
            del _runs[number]
    seconds = time.perf_counter() - run.begun
    result = FlowResult(keeper.tally, tuple(run.lines), seconds, tasks, runtime.flow_run.id)
    update_progress_artifact(progress, 100.0)
    create_markdown_artifact(
        summary_markdown(result.tally, result.seconds), key="gouji-summary", description="the run"
    )
    create_table_artifact(table_rows(result.lines), key="gouji-documents", description="documents")
    show_pictures(result.tally, result.lines, settings.review_url)
    return result


def _read_far(run: FlowRun, again: bool) -> int:
    """Have Dask workers read all that they can reach; how many tasks that took."""
    from .far import dask_runner, far_batches, submit

    keeper, size = run.keeper, max(1, min(BATCH, -(-len(run.files) // TASKS)))
    batches = far_batches(run.files, size, keeper.run_id, run.settings, again=again)
    seconds: dict[str, float] = defaultdict(float)
    keeper.clocked(seconds)
    with dask_runner(run.settings) as runner:
        futures = [submit(runner, batch) for batch in batches]
        for future in futures:
            result = future.result()
            keeper.merge(result.tally)
            for line in result.lines:
                run.tell(line)
            for stage, taken in result.seconds.items():
                seconds[stage] += taken
            run.advance(keeper.tally.documents + keeper.tally.known)
    run.files = [found for found in run.files if found.packed is not None]
    return len(futures)


def _read_all(number: int, run: FlowRun, progress: UUID) -> int:
    """One task a batch, and how many; the first fault that is no document's ends the run."""
    size = max(1, min(BATCH, -(-len(run.files) // TASKS)))
    futures = [
        read_batch.submit(number, start, min(start + size, len(run.files)))
        for start in range(0, len(run.files), size)
    ]
    told = time.perf_counter()
    for finished, future in enumerate(futures, 1):
        future.result()
        if time.perf_counter() - told > 2.0:
            update_progress_artifact(progress, 100.0 * finished / len(futures))
            told = time.perf_counter()
    return len(futures)
