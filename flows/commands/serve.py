"""`gouji serve`: one box that looks after itself. The schedules, a server, and who runs the flows.

The deployments are those of `prefect.yaml`; settings come from the command line and `GOUJI_…`, and
reach the flow runs, which are processes of their own, by the environment.
"""

from __future__ import annotations

import importlib
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gouji.model import GoujiError, InstallationIncomplete, WrongUsage
from gouji.store import Store

from ..output import print_line, printable
from ..pool.worker import one_line
from ..runs.deployments import DEPLOYMENTS, TIMEZONE, Deployment
from ..runs.server import PrefectServer, is_healthy
from ..settings import Settings, as_environment
from .flow import prepare_prefect

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

log = logging.getLogger("flows.serve")

AGAIN_AFTER = 5.0  # seconds, where Prefect's runner gave up because its server was away
SERVED = {
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 86_400),  # seconds
    "PREFECT_LOGGING_LEVEL": "WARNING",
}


def serve_flows(settings: Settings, inbox: str, *, only: tuple[str, ...] = ()) -> int:
    """Run the flows by their schedules until somebody ends it; the exit status.

    Raises:
        WrongUsage: ``only`` names what is not there.
        StoreUnavailable: the store cannot be opened.
        PrefectUnavailable: the server cannot be started, or the one named not be reached.
    """
    unknown = sorted(set(only) - {deployment.name for deployment in DEPLOYMENTS})
    if unknown:
        names = ", ".join(deployment.name for deployment in DEPLOYMENTS)
        raise WrongUsage(f"--only {printable(unknown[0])}: there are {names}.")
    # Says what is wrong with it, and brings it up to date.
    Store.open(settings.database, settings.work, files=settings.files).close()
    settings.work.mkdir(parents=True, exist_ok=True)
    os.environ.update(as_environment(settings))
    for name, value in SERVED.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("PREFECT_HOME", str((settings.work / "prefect").absolute()))
    prepare_prefect()
    with ExitStack() as stack:
        api_url = os.environ.get("PREFECT_API_URL") or stack.enter_context(_server(settings))
        os.environ["PREFECT_API_URL"] = api_url
        stack.enter_context(_metrics(settings))
        return _serve(api_url, inbox, only)


def parameters_of(deployment: Deployment, inbox: str) -> Mapping[str, Any]:
    """The parameters of a deployment on this box."""
    if deployment.name != "inbox":
        return deployment.parameters
    folder = inbox if "://" in inbox else str(Path(inbox).absolute())
    return {**deployment.parameters, "folder": folder}


def _serve(api_url: str, inbox: str, only: tuple[str, ...]) -> int:
    try:
        from prefect import serve
    except ImportError as error:
        raise InstallationIncomplete(
            f"Prefect cannot be imported: {error}.", "Run `pip install 'gouji[flows]'`."
        ) from error
    # When it is ended it cancels what still listens, and asyncio tells of that with a traceback.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    wanted = [d for d in DEPLOYMENTS if not only or d.name in only]
    while True:
        try:
            served = [_as_prefect(d, parameters_of(d, inbox)) for d in wanted]
            print_line(f"Schedules run; Prefect's page: {api_url.removesuffix('/api')}")
            # Missed runs are made up for when it starts again, each flow once (`at_once`).
            serve(*served, pause_on_shutdown=False, print_starting_message=False)
            return 0
        except GoujiError:
            raise
        except Exception as error:
            log.error("Prefect's runner gave up: %s", one_line(error))
            while not is_healthy(api_url):
                time.sleep(AGAIN_AFTER)


def _as_prefect(deployment: Deployment, parameters: Mapping[str, Any]) -> RunnerDeployment:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    module, _, name = deployment.flow.rpartition(".")
    limit = ConcurrencyLimitConfig(
        limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
    )  # one box: one of each kind
    found: RunnerDeployment = getattr(importlib.import_module(module), name).to_deployment(
        deployment.name,
        schedules=[Cron(deployment.cron, timezone=TIMEZONE)],
        concurrency_limit=limit,
        parameters=dict(parameters),
        description=deployment.description,
        tags=list(deployment.tags),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return found


@contextmanager
def _server(settings: Settings) -> Iterator[str]:
    with PrefectServer(settings.server_port) as server:
        yield server.api_url


@contextmanager
def _metrics(settings: Settings) -> Iterator[None]:
    """Serve metrics on loopback as long as the flows are."""
    if settings.metrics_port is None:
        yield
        return
    from ..metrics import serve_metrics

    with serve_metrics(settings, settings.metrics_port):
        yield
