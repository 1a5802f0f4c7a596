"""The commands about how sure cells are, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .app import app
from .setting_options import STORE, with_settings

if TYPE_CHECKING:
    from ..settings import Settings


@app.command()
@with_settings(*STORE, "password")
def explain(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A file, or a stored document by its name or the first digits of its SHA-256.",
        ),
    ],
    key: Annotated[
        str,
        typer.Argument(metavar="KEY", help="A cell: table/row/column."),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Read the file even if stored.")] = False,
    *,
    settings: Settings,
) -> None:
    """Say why a cell says what it says: readings, evidence, sums before and after, odds.

    Exit status: 0 it is explained, 1 the file cannot be read, 2 there is no such document or cell.
    """
    from .explain import explain_cell

    raise typer.Exit(explain_cell(file, key, settings, as_json=json, again=again))


@app.command()
@with_settings(*STORE)
def calibrate(
    recordings: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR", help="Folder of documents whose cells are known; may be given again."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare, but write nothing.")] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only say whether decided cells agree with their confidence."),
    ] = False,
    *,
    settings: Settings,
) -> None:
    """Fit the confidences anew on recordings and on what people decided in the store.

    They are compared on reports that they had not seen, and replace those in use only where they
    are surely better; they are kept in GOUJI_CALIBRATION, else gouji/calibration.json in the
    user's folder of settings.

    Exit status: 0 done, or nothing to learn from, 1 decided cells are wrong oftener than their
    confidence says, 2 wrong usage, 3 SciPy is not installed.
    """
    from .calibrate import CalibrateWishes
    from .calibrate import calibrate as fit_anew

    wishes = CalibrateWishes(tuple(recordings or ()), dry_run, check)
    raise typer.Exit(fit_anew(settings, wishes))


@app.command()
@with_settings(*STORE)
def reconcile(
    issuer: Annotated[
        str | None, typer.Option("--issuer", help="Only organs with this in their name.")
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", metavar="YEARS", help="Only these: 2023 or 2020-2023.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say it, but store nothing.")] = False,
    *,
    settings: Settings,
) -> None:
    """Decide stored reports anew with what other documents in the store say of them.

    Last year's report tells what was carried over, copies of the same report (PDF and DOCX) what
    its cells say. A cell is read otherwise only where its own image supports it. Nothing is read
    again. The order of reports makes no difference: all are heard as they were read alone.

    Exit status: 0 done, 2 wrong usage.
    """
    from .check import parse_years
    from .reconcile import ReconcileWishes, reconcile_store

    wishes = ReconcileWishes(issuer, parse_years(years), dry_run)
    raise typer.Exit(reconcile_store(settings, wishes))
