"""Reading on Dask workers: the same batches, each told to a worker instead of to a thread.

A worker has its own reading process, with the limits it has everywhere, and writes to the store
itself; what comes back are counts. Its settings come from its own environment, where models and
passwords of that machine stand; those that can change a reading must be the same as the flow's.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE

from gouji.model import InstallationIncomplete, WrongUsage

from ..keeping import Keeper
from ..output import printable
from ..reading import DocumentPool, Tally, open_pool, read_sources
from ..settings import Settings, as_environment, load_settings
from ..sources import Found
from ..summary import DocumentLine
from .retrying import RETRY_AFTER, worth_trying_again

if TYPE_CHECKING:
    from prefect_dask.task_runners import DaskTaskRunner

LOCAL = "local"  # instead of an address: a cluster of processes on this machine
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class FarBatch:
    """Documents for one task; paths are those of storage that all machines share."""

    run_id: int
    digest: str  # of the settings that can change a reading
    again: bool
    files: tuple[tuple[str, str], ...]  # the path, and the one below the folder it was found in

    @property
    def named(self) -> str:
        """What it reads, for people."""
        first = printable(self.files[0][1])
        return first if len(self.files) == 1 else f"{first} and {len(self.files) - 1} more"


@dataclass(frozen=True, slots=True)
class FarResult:
    """What became of a batch."""

    tally: Tally
    lines: tuple[DocumentLine, ...]
    seconds: dict[str, float] = field(default_factory=dict)


class _Room:
    """What a worker keeps from task to task: its settings and a warm reading process."""

    def __init__(self) -> None:
        if multiprocessing.current_process().daemon:
            raise InstallationIncomplete(
                "This Dask worker may start no processes.",
                "Start it with DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment.",
            )
        self.settings = load_settings().accepting_as_usual()
        self.pool: DocumentPool = open_pool(self.settings, files=1)
        atexit.register(self.pool.close)


_room: _Room | None = None
_entering = threading.Lock()


def _our_room() -> _Room:
    global _room
    with _entering:
        if _room is None:
            _room = _Room()
        return _room


@task(
    name="read documents far away",
    task_run_name="{batch.named}",
    retries=len(RETRY_AFTER),
    retry_delay_seconds=RETRY_AFTER,
    retry_condition_fn=worth_trying_again,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def read_far(batch: FarBatch) -> FarResult:
    """Read and store a batch on the worker where this runs.

    Raises:
        WrongUsage: the worker's settings would read otherwise than the flow's.
        GoujiError: the worker's installation or the store is at fault.
    """
    room = _our_room()
    if room.settings.reading().digest != batch.digest:
        raise WrongUsage(
            "This Dask worker has other settings than the flow.",
            "Give both the same GOUJI_… in their environment, and the same version.",
        )
    files = [Found(Path(path), PurePath(relative)) for path, relative in batch.files]
    lines = []
    before = dict(room.pool.seconds)
    with Keeper(room.settings, "", again=batch.again, run_id=batch.run_id) as keeper:
        unread = list(keeper.unread(files))
        for found, reading in read_sources(unread, room.pool, room.settings.reading()):
            keeper.keep(found, reading)
            lines.append(DocumentLine.of(reading))
        seconds = {s: t - before.get(s, 0.0) for s, t in room.pool.seconds.items()}
        return FarResult(keeper.tally, tuple(lines), {**seconds, **keeper.seconds})


def far_batches(
    files: Sequence[Found], size: int, run_id: int, settings: Settings, *, again: bool
) -> Iterator[FarBatch]:
    """The files as batches; members of archives lie on this machine only and are left out."""
    plain = [found for found in files if found.packed is None]
    digest = settings.reading().digest
    for start in range(0, len(plain), size):
        group = plain[start : start + size]
        places = tuple((str(found.path.absolute()), str(found.relative)) for found in group)
        yield FarBatch(run_id, digest, again, places)


@contextmanager
def dask_runner(settings: Settings) -> Iterator[DaskTaskRunner]:
    """A task runner on the cluster that the settings name.

    Raises:
        WrongUsage: workers elsewhere could not share the store.
        InstallationIncomplete: prefect-dask is not installed.
    """
    try:
        import dask
        from distributed import LocalCluster
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise InstallationIncomplete(
            f"Dask cannot be used: {error}.", "Run `pip install 'gouji[dask]'`."
        ) from error
    address = settings.dask or LOCAL
    if address != LOCAL:
        _must_share_the_store(settings, address)
        with DaskTaskRunner(address=address) as runner:
            yield runner
        return
    # A reading process of its own each, which a daemon may not have.
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=settings.workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.ERROR,
            env=as_environment(settings.model_copy(update={"workers": 1})),
        ) as cluster,
        DaskTaskRunner(cluster=cluster) as runner,
    ):
        yield runner


def submit(runner: DaskTaskRunner, batch: FarBatch) -> Any:
    """A future of the batch's result."""
    return runner.submit(read_far, {"batch": batch})


def _must_share_the_store(settings: Settings, address: str) -> None:
    host = urlsplit(address).hostname
    if host is None:
        raise WrongUsage(f"{address} is no address of a Dask scheduler such as tcp://host:8786.")
    if host not in LOOPBACK and settings.database is None:
        raise WrongUsage(
            "Dask workers on other machines cannot share a SQLite file.",
            "Set GOUJI_DATABASE to a Postgres URL, and GOUJI_FILES to storage that all reach.",
        )
