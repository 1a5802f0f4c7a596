"""The options of `gouji serve` and `gouji status`."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import app
from .store_options import Database, Work


@app.command()
def serve(
    inbox: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER|URL",
            help="What is watched for new documents. Default: GOUJI_INBOX, else ./gouji-inbox.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Only this deployment (inbox, publish, check-across, calibration); may be given"
            " again.",
        ),
    ] = None,
    work: Work = None,
    database: Database = None,
) -> None:
    """Run everything by its schedule on this machine: inbox, publishing, weekly checks.

    PREFECT_API_URL names a Prefect server that runs already; without it one is started here, on
    loopback, and started again should it die.

    Exit status: 0 ended, 2 wrong usage, 3 the installation is incomplete.
    """
    from ..settings import load_settings
    from .serve import serve_flows

    settings = load_settings(work=work, database=database, inbox=inbox)
    raise typer.Exit(serve_flows(settings, settings.inbox, only=tuple(only or ())))


@app.command()
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
    work: Work = None,
    database: Database = None,
) -> None:
    """Say how everything stands: store, queue, runs, inbox, workers, disk, versions.

    Exit status: 0 fine, 1 the queue is longer than GOUJI_QUEUE_ALARM, 2 there is no store yet.
    """
    from ..settings import load_settings
    from .status import tell_status

    settings = load_settings(work=work, database=database)
    raise typer.Exit(tell_status(settings, as_json=json, metrics=metrics))
