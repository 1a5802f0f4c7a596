"""The status as Prometheus text: printed, as a file for node_exporter, or on a port of loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gouji.model import GoujiError, InstallationIncomplete
from gouji.store import RunStatus

from .output import write_whole
from .runs.server import HOST
from .settings import Settings
from .status import Status, status_of

if TYPE_CHECKING:
    from prometheus_client.core import Metric

FRESH_FOR = 15.0  # seconds; who asks oftener gets the same again


def metrics_text(status: Status) -> bytes:
    """The metrics in the text format of Prometheus.

    Raises:
        InstallationIncomplete: prometheus-client is not installed.
    """
    client = _client()
    registry = client.CollectorRegistry(auto_describe=False)
    registry.register(_Once(status))
    text: bytes = client.generate_latest(registry)
    return text


def write_metrics(status: Status, target: Path) -> None:
    """Write them as a file that is never seen half written.

    Raises:
        OutputFailed: it cannot be written.
    """
    write_whole(target, [metrics_text(status)])
    target.chmod(0o644)  # node_exporter is another user


@contextmanager
def serve_metrics(settings: Settings, port: int) -> Iterator[int]:
    """Answer Prometheus on a port of loopback (0: any that is free); the port."""
    client = _client()
    registry = client.CollectorRegistry(auto_describe=False)
    registry.register(_Fresh(settings))
    server, thread = client.start_http_server(port, addr=HOST, registry=registry)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Once:
    def __init__(self, status: Status) -> None:
        self._status = status

    def collect(self) -> Iterable[Metric]:
        return families(self._status)


class _Fresh:
    """Looks anew, but not for everybody who asks; without a store there is only `gouji_up`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._found: list[Metric] = []
        self._until = 0.0

    def collect(self) -> Iterable[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        with self._lock:
            if time.monotonic() >= self._until:
                up = GaugeMetricFamily("gouji_up", "1 where the store could be asked, else 0")
                try:
                    self._found = [*families(status_of(self._settings)), up]
                    up.add_metric([], 1)
                except GoujiError:
                    self._found = [up]
                    up.add_metric([], 0)
                self._until = time.monotonic() + FRESH_FOR
            return list(self._found)


def families(status: Status) -> Iterator[Metric]:
    """Every metric of a status."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

    def gauge(name: str, help: str, value: float) -> Metric:  # noqa: A002
        return GaugeMetricFamily(f"gouji_{name}", help, value=value)

    store, queue, runs = status.store, status.queue, status.runs
    info = {"version": status.versions["gouji"], "schema": store.schema}
    yield InfoMetricFamily("gouji", "What is installed", value=info)
    yield gauge("documents", "Documents that were read, each content once", store.documents)
    yield gauge("reports", "Of these, annual reports", store.reports)
    yield gauge("documents_failed", "Of these, documents that cannot be read", store.failed)
    yield gauge("pages", "Pages of the documents", store.pages)
    yield gauge("cells", "Value cells of the reports", store.cells)
    yield gauge("database_bytes", "Size of the database, without the documents", store.bytes)
    failures = GaugeMetricFamily(
        "gouji_failures", "Failures of documents and of their pages, by kind", labels=["kind"]
    )
    for kind, number in store.failures.items():
        failures.add_metric([kind], number)
    yield failures
    yield gauge("queue_reports", "Reports that wait for review", queue.reports)
    yield gauge("queue_cells", "Cells that wait for review", queue.open_cells)
    yield gauge("queue_expected_errors", "Wrong cells expected among them", queue.expected_errors)
    yield gauge(
        "queue_alarm_reports", "Reports from which on the queue is long", status.queue_alarm
    )
    by_status = GaugeMetricFamily("gouji_runs", "Runs by status", labels=["status"])
    for name in RunStatus:
        by_status.add_metric([str(name)], runs.runs.get(str(name), 0))
    yield by_status
    through = CounterMetricFamily(
        "gouji_run_documents", "Documents of all runs, by what became of them", labels=["outcome"]
    )
    for outcome, number in (
        ("read", runs.read - runs.failed), ("failed", runs.failed), ("known", runs.known),
    ):  # fmt: skip
        through.add_metric([outcome], number)
    yield through
    stages = CounterMetricFamily(
        "gouji_stage_seconds", "Seconds that stages of reading and storing took", labels=["stage"]
    )
    for stage, seconds in status.seconds.items():
        stages.add_metric([stage], seconds)
    yield stages
    files = GaugeMetricFamily("gouji_inbox_files", "Files of inboxes, by state", labels=["state"])
    for state, number in status.inbox.items():
        files.add_metric([state], number)
    yield files
    yield gauge("inbox_watchers", "Processes that watch an inbox now", len(status.watching))
    if status.last_runs:
        begun = status.last_runs[0].started_at.timestamp()
        yield gauge("last_run_timestamp_seconds", "When the newest run began", begun)
    free = GaugeMetricFamily("gouji_disk_free_bytes", "Room left", labels=["folder"])
    for disk in status.disks:
        free.add_metric([str(disk.folder)], disk.free)
    yield free


def _client() -> Any:
    try:
        import prometheus_client
    except ModuleNotFoundError as error:
        raise InstallationIncomplete(
            f"Metrics need the package {error.name}.", "Run `pip install 'gouji[metrics]'`."
        ) from error
    return prometheus_client
