"""The options of `gouji review`, `gouji users …` and `gouji audit …`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .setting_options import STORE, with_settings

if TYPE_CHECKING:
    from ..settings import Settings

Name = Annotated[str, typer.Argument(metavar="NAME", help="Whom the account is for.")]
users_app = typer.Typer(no_args_is_help=True, help="Who may sign in to the review application.")
audit_app = typer.Typer(no_args_is_help=True, help="The log of what people decided.")


class RoleName(StrEnum):
    """What somebody may do."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@with_settings("double", *STORE)
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
    *,
    settings: Settings,
) -> None:
    """Settle doubtful cells in the browser, by keyboard.

    Exit status: 0 ended, 2 wrong usage (such as others could reach it and nobody signs in).
    """
    from .review import serve_review

    raise typer.Exit(serve_review(settings, host, port, proxy or (), certificate, key))


@users_app.command("add")
@with_settings(*STORE)
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
    *,
    settings: Settings,
) -> None:
    """Add an account; the password is asked for, or read from standard input."""
    from .review import add_user

    raise typer.Exit(add_user(settings, name, str(role), token=token, proxy=proxy))


@users_app.command("list")
@with_settings(*STORE)
def users_list(*, settings: Settings) -> None:
    """Print the accounts and their roles."""
    from .review import list_users

    raise typer.Exit(list_users(settings))


@users_app.command("close")
@with_settings(*STORE)
def users_close(name: Name, *, settings: Settings) -> None:
    """End an account with its sessions and tokens; what it decided stays."""
    from .review import close_user

    raise typer.Exit(close_user(settings, name))


@audit_app.command("verify")
@with_settings(*STORE)
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
    *,
    settings: Settings,
) -> None:
    """Check the chain of hashes over all decisions.

    Exit status: 0 every link holds, 1 it is broken.
    """
    from .review import verify_audit

    raise typer.Exit(verify_audit(settings, head))


@audit_app.command("agreement")
@with_settings(*STORE)
def audit_agreement(*, settings: Settings) -> None:
    """Say how often two people said the same of a cell that both decided (`review --double`)."""
    from .review import print_agreement

    raise typer.Exit(print_agreement(settings))
