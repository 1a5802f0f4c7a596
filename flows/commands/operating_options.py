"""The options of `gouji serve` and `gouji status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .app import app
from .setting_options import STORE, with_settings

if TYPE_CHECKING:
    from ..settings import Settings


@app.command()
@with_settings("inbox", *STORE)
def serve(
    inbox: str | None = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Only this deployment (inbox, publish, check-across, calibration); may be given"
            " again.",
        ),
    ] = None,
    *,
    settings: Settings,
) -> None:
    """Run everything by its schedule on this machine: inbox, publishing, weekly checks.

    PREFECT_API_URL names a Prefect server that runs already; without it one is started here, on
    loopback, and started again should it die.

    Exit status: 0 ended, 2 wrong usage, 3 the installation is incomplete.
    """
    from .serve import serve_flows

    raise typer.Exit(serve_flows(settings, settings.inbox, only=tuple(only or ())))


@app.command()
@with_settings(*STORE)
def status(
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
    metrics: Annotated[
        bool,
        typer.Option(
            "--metrics",
            help="Print it as Prometheus text, or write it to GOUJI_METRICS_FILE where that is"
            " set.",
        ),
    ] = False,
    *,
    settings: Settings,
) -> None:
    """Say how everything stands: store, queue, runs, inbox, workers, disk, versions.

    Exit status: 0 fine, 1 the queue is longer than GOUJI_QUEUE_ALARM, 2 there is no store yet.
    """
    from .status import tell_status

    raise typer.Exit(tell_status(settings, as_json=json, metrics=metrics))
