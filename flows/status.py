"""How an installation stands: what `gouji status` prints and the metrics tell."""

from __future__ import annotations

import json
import os
import platform
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from gouji import __version__
from gouji.store import QueueFilter, QueueTotals, RunRecord, RunTotals, Store, StoreTotals

from .keeping import open_store
from .runs.deployments import WORK_POOL
from .settings import Settings

LAST_RUNS = 5
PATIENCE = 2.0  # seconds for Prefect's server


@dataclass(frozen=True, slots=True)
class Watching:
    """A process that watches an inbox."""

    host: str
    silent: bool  # for longer than its lease: it may be dead
    flow_run_id: str | None


@dataclass(frozen=True, slots=True)
class Disk:
    """Room where something is written."""

    folder: Path
    free: int  # bytes
    size: int


@dataclass(frozen=True, slots=True)
class Status:
    """Everything, at one moment."""

    at: datetime
    versions: Mapping[str, str]
    database: str  # without a password
    store: StoreTotals
    queue: QueueTotals
    queue_alarm: int
    runs: RunTotals
    last_runs: tuple[RunRecord, ...]
    seconds: Mapping[str, float]  # by stage, of all runs
    inbox: Mapping[str, int]  # files by state
    watching: tuple[Watching, ...]
    prefect: Mapping[str, str] | None  # None: no server is named
    disks: tuple[Disk, ...]

    @property
    def queue_is_long(self) -> bool:
        """Whether so much waits for review that somebody should know."""
        return self.queue.reports >= self.queue_alarm

    def fields(self) -> dict[str, Any]:
        """All of it as a JSON object."""
        found = asdict(self)
        found["queue_is_long"] = self.queue_is_long
        return json.loads(json.dumps(found, ensure_ascii=False, default=str))  # type: ignore[no-any-return]


def status_of(settings: Settings) -> Status:
    """Look at everything.

    Raises:
        WrongUsage: there is no store yet.
        StoreUnavailable: it cannot be read.
    """
    with open_store(settings) as store:
        totals = store.totals()
        return Status(
            at=datetime.now(UTC),
            versions=_versions(),
            database=store.url.render_as_string(hide_password=True),
            store=totals,
            queue=store.queue.totals(QueueFilter()),
            queue_alarm=settings.queue_alarm,
            runs=store.runs.totals(),
            last_runs=tuple(store.runs.newest(LAST_RUNS)),
            seconds=store.costs.totals(),
            inbox=_inbox(store),
            watching=_watching(store),
            prefect=_prefect(os.environ.get("PREFECT_API_URL")),
            disks=tuple(_disks(settings)),
        )


def _inbox(store: Store) -> dict[str, int]:
    return {str(state): number for state, number in store.inboxes.counts().items()}


def _watching(store: Store) -> tuple[Watching, ...]:
    found = store.inboxes.watchers()
    return tuple(Watching(w.host, w.silent, w.flow_run_id) for w in found)


def _versions() -> dict[str, str]:
    found = {"gouji": __version__, "python": platform.python_version()}
    for name in ("prefect", "sqlalchemy", "onnxruntime", "openvino"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _disks(settings: Settings) -> list[Disk]:
    """The file systems of the work folder and of what is published, each once."""
    found: dict[int, Disk] = {}
    for folder in (settings.work, settings.published):
        absolute = folder.absolute()
        there = next(place for place in (absolute, *absolute.parents) if place.exists())
        usage = shutil.disk_usage(there)
        found.setdefault(there.stat().st_dev, Disk(folder, usage.free, usage.total))
    return list(found.values())


def _prefect(api_url: str | None) -> dict[str, str] | None:
    """The server that is named and the workers of our pool: a word each."""
    if not api_url:
        return None
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    place = f"{api_url.rstrip('/')}/work_pools/{WORK_POOL}/workers/filter"
    request = urllib.request.Request(place, b"{}", {"Content-Type": "application/json"})
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            workers = json.load(answer)
    except urllib.error.HTTPError as error:
        answered = "answers" if error.code == 404 else f"answers with status {error.code}"
        return {"server": answered}  # 404: no such pool, as with `gouji serve`
    except (OSError, ValueError):
        return {"server": "does not answer"}
    found = {"server": "answers"}
    found.update({f"worker {w['name']}": str(w["status"]).lower() for w in workers})
    return found
