"""`gouji review`, `gouji users …` and `gouji audit …`."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from gouji.model import WrongUsage
from gouji.model.double_review import LookState
from gouji.store import Role, Store
from gouji.store.second_looks import agreement_rows

from ..keeping import open_store
from ..output import print_line, printable
from ..pool.worker import load
from ..settings import Settings
from .terminal import console

# `review` is beside `flows`, so it is found by name.
SERVE, REVIEW_SETTINGS, NETWORKS = (
    "review.server:serve",
    "review.settings:ReviewSettings",
    "review.settings:networks",
)


def serve_review(
    settings: Settings,
    host: str,
    port: int,
    proxies: Sequence[str],
    certificate: Path | None,
    key: Path | None,
) -> int:
    """Serve the review application until interrupted.

    Raises:
        WrongUsage: others could reach it, and nobody has to sign in.
    """
    wishes = load(REVIEW_SETTINGS)(
        host=host,
        port=port,
        proxies=load(NETWORKS)(tuple(proxies)),
        passwords=settings.passwords,
        certificate=certificate,
        key=key,
        double_review=settings.double_review,
        local_user=_local_user(),
    )
    with Store.open(settings.database, settings.work, files=settings.files) as store:
        status: int = load(SERVE)(store, wishes)
    return status


def add_user(settings: Settings, name: str, role: str, *, token: str | None, proxy: bool) -> int:
    """Add an account, with a password asked for; or give one that is there a token.

    Raises:
        WrongUsage: a name that is taken, or a password that is too short.
    """
    with Store.open(settings.database, settings.work, files=settings.files) as store:
        account = store.accounts.named(name)
        if account is None:
            password = None if proxy or token is not None else _password()
            account = store.accounts.add(name, Role(role), password)
        elif token is None:
            raise WrongUsage(f"There is an account {printable(name)} already.")
        if token is not None:
            print_line(store.accounts.add_token(account, token))
    return 0


def list_users(settings: Settings) -> int:
    """Print the accounts with their roles, or that there are none."""
    with open_store(settings) as store:
        accounts = store.accounts.all()
    for account in accounts:
        print_line(f"{printable(account.name)}\t{account.role}")
    if not accounts:
        told = "No accounts: nobody is asked to sign in. `gouji users add` adds one."
        console(errors=True).print(told, markup=False, soft_wrap=True)
    return 0


def close_user(settings: Settings, name: str) -> int:
    """End an account; its decisions stay.

    Raises:
        WrongUsage: there is none.
    """
    with open_store(settings) as store:
        if not store.accounts.close_account(name):
            raise WrongUsage(f"There is no account {printable(name)}.")
    return 0


def verify_audit(settings: Settings, expected: str | None) -> int:
    """Check the chain of decisions; 1 where it is broken, or does not hold ``NUMBER:HASH``.

    Raises:
        WrongUsage: ``expected`` is no number and hash.
    """
    number, _, digest = (expected or "0:").partition(":")
    if not number.isdecimal() or (expected and len(digest) < 8):
        raise WrongUsage("--head: give it as it was printed, NUMBER:HASH.")
    with open_store(settings) as store:
        state = store.reviews.verify()
        if state.fault is not None:
            print_line(f"Broken at decision {state.fault.number}: {state.fault.reason}.")
            return 1
        if expected:
            found = store.reviews.newest(before=int(number) + 1, most=1)
            if not found or found[0].number != int(number) or not found[0].hash.startswith(digest):
                print_line(f"Decision {number} is not the one whose hash was {digest}.")
                return 1
    print_line(f"{state.decisions:,} decisions, every link holds: {state.decisions}:{state.head}")
    return 0


def print_agreement(settings: Settings) -> int:
    """Print how often two people said the same of a cell: by table of the form, and by what had
    been read.
    """
    with open_store(settings) as store:
        pairs, counts = store.second_looks.pairs(), store.second_looks.counts()
    rows = agreement_rows(pairs)
    print_line(f"{'':24}{'cells':>8}{'agreed':>9}{'kappa':>8}")
    for name, found in rows:
        kappa = "-" if found.kappa is None else f"{found.kappa:.3f}"
        share = f"{found.share:.1%}" if found.cells else "-"
        print_line(f"{printable(name):24}{found.cells:>8,}{share:>9}{kappa:>8}")
    waiting, at_odds = counts.get(LookState.WAITING, 0), counts.get(LookState.DISAGREED, 0)
    print_line(f"{waiting:,} cells wait for a second look, {at_odds:,} to be settled.")
    return 0


def _password() -> str:
    """A password, asked for twice on a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise WrongUsage("The two passwords differ.")
    return password


def _local_user() -> str:
    """Who decides where there are no accounts: whoever started the server."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "local"
