"""The options of `gouji review`, `gouji users …` and `gouji audit …`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .store_options import Database, Work

Name = Annotated[str, typer.Argument(metavar="NAME", help="Whom the account is for.")]
users_app = typer.Typer(no_args_is_help=True, help="Who may sign in to the review application.")
audit_app = typer.Typer(no_args_is_help=True, help="The log of what people decided.")


class RoleName(StrEnum):
    """What somebody may do."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMIN = "admin"


def review(
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than this machine need accounts.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8737,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="Believe X-Forwarded-User from this address or network; may be given again.",
        ),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Serve HTTPS with this certificate.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The key of the certificate.")
    ] = None,
    double: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            min=0,
            max=1,
            help="Share of decided cells that a second person decides too, unseen (0.05: one in "
            "twenty; default: none).",
            show_default=False,
        ),
    ] = None,
    work: Work = None,
    database: Database = None,
) -> None:
    """Settle doubtful cells in the browser, by keyboard.

    Exit status: 0 ended, 2 wrong usage (such as others could reach it and nobody signs in).
    """
    from ..settings import load_settings
    from .review import serve_review

    settings = load_settings(work=work, database=database, double_review=double)
    raise typer.Exit(serve_review(settings, host, port, proxy or (), certificate, key))


@users_app.command("add")
def users_add(
    name: Name,
    role: Annotated[RoleName, typer.Option(help="What they may do.")] = RoleName.REVIEWER,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="LABEL", help="Make a token for the API and print it, this once; no password."
        ),
    ] = None,
    proxy: Annotated[
        bool, typer.Option("--proxy", help="No password: a proxy says who is signed in.")
    ] = False,
    work: Work = None,
    database: Database = None,
) -> None:
    """Add an account; the password is asked for, or read from standard input."""
    from ..settings import load_settings
    from .review import add_user

    settings = load_settings(work=work, database=database)
    raise typer.Exit(add_user(settings, name, str(role), token=token, proxy=proxy))


@users_app.command("list")
def users_list(work: Work = None, database: Database = None) -> None:
    """Print the accounts and their roles."""
    from ..settings import load_settings
    from .review import list_users

    raise typer.Exit(list_users(load_settings(work=work, database=database)))


@users_app.command("close")
def users_close(name: Name, work: Work = None, database: Database = None) -> None:
    """End an account with its sessions and tokens; what it decided stays."""
    from ..settings import load_settings
    from .review import close_user

    raise typer.Exit(close_user(load_settings(work=work, database=database), name))


@audit_app.command("verify")
def audit_verify(
    head: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER:HASH",
            help="What this command printed before: also tell whether decisions since then are "
            "all that was added.",
            show_default=False,
        ),
    ] = None,
    work: Work = None,
    database: Database = None,
) -> None:
    """Check the chain of hashes over all decisions.

    Exit status: 0 every link holds, 1 it is broken.
    """
    from ..settings import load_settings
    from .review import verify_audit

    raise typer.Exit(verify_audit(load_settings(work=work, database=database), head))


@audit_app.command("agreement")
def audit_agreement(work: Work = None, database: Database = None) -> None:
    """Say how often two people said the same of a cell that both decided (`review --double`)."""
    from ..settings import load_settings
    from .review import print_agreement

    raise typer.Exit(print_agreement(load_settings(work=work, database=database)))
