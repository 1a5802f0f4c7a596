"""The options of `gouji inbox` and `gouji store …`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .setting_options import STORE, with_settings

if TYPE_CHECKING:
    from ..settings import Settings

store_app = typer.Typer(no_args_is_help=True, help="The store itself.")


@with_settings("workers", "password", *STORE)
def inbox(
    folder: Annotated[
        str,
        typer.Argument(metavar="FOLDER", help="A folder, or a URL such as s3://bucket/inbox."),
    ],
    every: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Go on until stopped, with a round every 30s, 5m or 2h. Default: one round.",
            show_default=False,
        ),
    ] = None,
    leave: Annotated[
        bool,
        typer.Option("--leave", help="Leave the files in place and remember them; moves nothing."),
    ] = False,
    settle: Annotated[
        str,
        typer.Option(metavar="TIME", help="A file is taken when it has not changed for so long."),
    ] = "10s",
    attempts: Annotated[
        int,
        typer.Option(
            help="Rounds in which a document may cost its process before it is set aside.", min=1
        ),
    ] = 5,
    pages_a_minute: Annotated[
        float | None, typer.Option(help="Read no more pages a minute.", show_default=False)
    ] = None,
    free_mb: Annotated[
        int, typer.Option(help="Wait while less is free where the store is.", min=0)
    ] = 1_024,
    patience: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Wait so long for a database, share or disk that is away. Default: 1h, with "
            "--every for ever.",
            show_default=False,
        ),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option(help="Take in so many documents a round.", min=1, show_default=False),
    ] = None,
    *,
    settings: Settings,
) -> None:
    """Take in what arrives in a folder or an object store, each document exactly once.

    A file is read when it is complete, and then moved to done/DATE/, or with its reason to
    failed/DATE/. A manifest beside it (NAME.meta.json, NAME.json, or a line of manifest.csv or
    manifest.jsonl) is kept with it. Any number of these may watch one inbox.

    Exit status: 0 all is through, 1 some file failed or has to be tried again, 2 wrong usage,
    3 the installation is incomplete.
    """
    from ..inbox import InboxSettings
    from .inbox import parse_time, watch_folder

    pause = None if every is None else parse_time("--every", every)
    usual = None if every is not None else InboxSettings().patience_seconds
    wishes = InboxSettings(
        settle_seconds=parse_time("--settle", settle),
        attempts=attempts,
        leave=leave,
        pages_a_minute=pages_a_minute,
        free_mb=free_mb,
        patience_seconds=usual if patience is None else parse_time("--patience", patience),
        most=most,
    )
    raise typer.Exit(watch_folder(folder, settings, wishes, pause))


@store_app.command("verify")
@with_settings(*STORE)
def store_verify(
    files: Annotated[
        bool, typer.Option("--files/--no-files", help="Also read and hash every kept document.")
    ] = True,
    *,
    settings: Settings,
) -> None:
    """Say whether the store is consistent: every document once, whole, and where it should be.

    Exit status: 0 consistent, 1 it is not (a line each).
    """
    from .inbox import verify_store

    raise typer.Exit(verify_store(settings, files=files))
