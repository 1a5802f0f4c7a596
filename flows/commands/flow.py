"""`gouji flow read`: the flow with the server it needs, without a word to the network."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gouji.model import InstallationIncomplete

from ..output import printable
from ..pool.archives import open_sources
from ..pool.worker import one_line
from ..runs.server import PrefectServer, free_port
from ..runs.server import PrefectUnavailable as PrefectUnavailable
from ..settings import Settings
from ..sources import Found
from ..summary import print_summary
from .terminal import console, progress_bar

if TYPE_CHECKING:
    from ..runs.read import FlowResult

log = logging.getLogger("flows.runs.read")

LOOPBACK = "127.0.0.1,localhost"
PREFECT = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "60",  # 5–7 s where nothing else runs
    # One transaction a task event, the default, is most of what a task costs.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "0.5",
}
PAGE = 200  # task runs the server gives at once
RECORDED_WITHIN = 15.0  # seconds after the run; then the server ends with records missing


def read_paths_as_flow(paths: Sequence[Path], settings: Settings, *, again: bool) -> int:
    """Run the flow over the paths, sum up, and give the exit status."""
    shown = [printable(path) for path in paths[:20]]
    with (
        open_sources(paths, settings.reading()) as sources,
        progress_bar(console(errors=True), len(sources.files)) as advance,
    ):
        result = run_flow(shown, sources.files, settings, again=again, advance=advance)
    print_summary(console(), result.lines, result.tally, result.seconds, sources.passed_over)
    return result.tally.exit_status


def run_flow(
    shown: list[str],
    files: Sequence[Found],
    settings: Settings,
    *,
    again: bool = False,
    advance: Callable[[int], None] = lambda done: None,
) -> FlowResult:
    """Run the flow on these files; ``shown`` is what Prefect records as its parameter.

    Raises:
        PrefectUnavailable: its server cannot be reached or started.
        GoujiError: the store or the installation is at fault.
    """
    prepare_prefect()
    try:
        from prefect.settings import (
            PREFECT_API_URL,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
            temporary_settings,
        )
    except ImportError as error:
        raise InstallationIncomplete(
            f"Prefect cannot be imported: {error}.", "Run `pip install 'gouji[flows]'`."
        ) from error
    from prefect.task_runners import ThreadPoolTaskRunner

    from ..runs.read import Given, handed_over, read_reports

    threads: Any = ThreadPoolTaskRunner(max_workers=2 * settings.workers)
    # The heartbeat's thread costs every flow a second at its end.
    with (
        _server_for_others(settings) as api_url,
        temporary_settings(
            {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
            | ({PREFECT_API_URL: api_url} if api_url else {})
        ),
        handed_over(Given(settings, files, advance)),
        _server_faults_told(),
    ):
        result = read_reports.with_options(task_runner=threads)(shown, again=again)
        wait_until_recorded(result)
    return result


@contextmanager
def _server_for_others(settings: Settings) -> Iterator[str | None]:
    """A server that Dask workers can reach too, where none is named: one inside this process
    would leave each of them to start its own.
    """
    if settings.dask is None or os.environ.get("PREFECT_API_URL"):
        yield None
        return
    with PrefectServer(free_port()) as server:
        yield server.api_url


@contextmanager
def _server_faults_told() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        if not str(error).startswith(("Failed to reach API", "Timed out while attempting")):
            raise
        raise PrefectUnavailable(one_line(error).removeprefix("RuntimeError: ")) from error


def wait_until_recorded(result: FlowResult) -> None:
    """Wait for the server to have written down how every task ended.

    It learns of them by events, behind the run: an own server that is stopped right away loses
    most of them.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, TaskRunFilter

    this_run = FlowRunFilter.model_validate({"id": {"any_": [result.flow_run_id]}})
    ended = TaskRunFilter.model_validate(
        {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]}}}
    )
    until = time.monotonic() + RECORDED_WITHIN
    recorded = 0
    with get_client(sync_client=True) as client:
        while recorded < result.tasks and time.monotonic() < until:
            found = client.read_task_runs(
                flow_run_filter=this_run, task_run_filter=ended, limit=PAGE, offset=recorded
            )
            recorded += len(found)
            if len(found) < PAGE and recorded < result.tasks:
                recorded -= len(found)  # their order may still change
                time.sleep(0.1)
    if recorded < result.tasks:
        log.warning("Prefect recorded the end of only %d of %d tasks", recorded, result.tasks)


def prepare_prefect() -> None:
    """Set what Prefect reads when it is imported; what is set already stays.

    Raises:
        PrefectUnavailable: the folder of its database cannot be made.
    """
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
    try:
        home.mkdir(parents=True, exist_ok=True)  # Prefect makes the last folder only
    except OSError as error:
        advice = "Set PREFECT_HOME to a folder that can be written to."
        raise PrefectUnavailable(f"{printable(home)}: {one_line(error)}.", advice) from error
    for name, value in PREFECT.items():
        os.environ.setdefault(name, value)
    ours = logging.getLogger("flows")
    quiet = not ours.isEnabledFor(logging.INFO)
    if quiet:
        ours.propagate = False  # Prefect gives the root logger a handler
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL" if quiet else "INFO")
    os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL" if quiet else "WARNING")
    for name in ("no_proxy", "NO_PROXY"):  # its own server must not be asked through a proxy
        before = os.environ.get(name)
        if before != "*" and LOOPBACK not in (before or ""):
            os.environ[name] = f"{before},{LOOPBACK}" if before else LOOPBACK
