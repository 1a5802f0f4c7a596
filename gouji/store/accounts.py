"""Who may sign in: people with their passwords, sessions and tokens, of which hashes are kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, func, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from gouji.model import WrongUsage

from .columns import storable
from .database import told, writing
from .review_schema import account, api_token, session
from .rows import object_of

SESSION = timedelta(hours=12)
SHORTEST_PASSWORD = 10  # characters
LONGEST_NAME = 64
# scrypt as RFC 7914 has it for signing in: 16 MB and some 50 ms a try.
_N, _R, _P = 2**14, 8, 1


class Role(StrEnum):
    """What somebody may do; each may what the ones before may."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def may(self, needed: Role) -> bool:
        roles = list(Role)
        return roles.index(self) >= roles.index(needed)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in; ``csrf`` must come back with everything that changes something."""

    account: Account
    csrf: str


class Accounts:
    """The tables `account`, `session` and `api_token`."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    def add(self, name: str, role: Role, password: str | None) -> Account:
        """A new account; without a password it signs in through a proxy only.

        Raises:
            WrongUsage: a name that is taken or none, or a password that is too short.
        """
        if not name.isprintable() or name != name.strip() or not 0 < len(name) <= LONGEST_NAME:
            raise WrongUsage(f"A name has 1 to {LONGEST_NAME} characters that can be printed.")
        if password is not None and len(password) < SHORTEST_PASSWORD:
            raise WrongUsage(f"A password has at least {SHORTEST_PASSWORD} characters.")
        row = {
            "name": name,
            "role": str(role),
            "password": None if password is None else hashed(password),
            "created_at": datetime.now(UTC),
        }
        try:
            with told(self._url), writing(self._engine) as connection:
                statement = account.insert().returning(account.c.id)
                number: int = connection.execute(statement, row).scalar_one()
        except IntegrityError:
            raise WrongUsage(f"There is an account {name} already.") from None
        return Account(number, name, role)

    def there_are_any(self) -> bool:
        """Whether anybody can sign in."""
        with told(self._url), self._engine.connect() as connection:
            open_ = select(func.count()).where(account.c.closed_at.is_(None))
            return bool(connection.scalar(open_))

    def all(self) -> list[Account]:
        """The accounts that are open, by name."""
        statement = select(account).where(account.c.closed_at.is_(None)).order_by(account.c.name)
        with told(self._url), self._engine.connect() as connection:
            return [_account(row) for row in connection.execute(statement)]

    def named(self, name: str) -> Account | None:
        """The open account of this name."""
        with told(self._url), self._engine.connect() as connection:
            row = _row_named(connection, name)
        return None if row is None else _account(row)

    def close_account(self, name: str) -> bool:
        """End an account with its sessions and tokens; its decisions stay. False: no such one."""
        with told(self._url), writing(self._engine) as connection:
            row = _row_named(connection, name)
            if row is None:
                return False
            for table in (session, api_token):
                connection.execute(delete(table).where(table.c.account_id == row.id))
            ended = update(account).where(account.c.id == row.id)
            connection.execute(ended.values(closed_at=datetime.now(UTC)))
        return True

    def sign_in(self, name: str, password: str) -> tuple[str, Session] | None:
        """A new session and its secret, or None; a name that is not there takes as long."""
        with told(self._url), self._engine.connect() as connection:
            row = _row_named(connection, name)
        known = row.password if row is not None and row.password else _nobody()
        if not matches(password, known) or row is None or not row.password:
            return None
        return self.begin_session(_account(row))

    def begin_session(self, who: Account) -> tuple[str, Session]:
        """A new session and its secret; those that are over are cleared away."""
        secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        now = datetime.now(UTC)
        row = {
            "digest": _digest(secret),
            "account_id": who.id,
            "created_at": now,
            "csrf": csrf,
            "expires_at": now + SESSION,
        }
        with told(self._url), writing(self._engine) as connection:
            connection.execute(delete(session).where(session.c.expires_at < now))
            connection.execute(session.insert(), row)
        return secret, Session(who, csrf)

    def session(self, secret: str) -> Session | None:
        """The session that a secret opens, unless it is over."""
        row = self._owner(session, secret)
        return None if row is None else Session(_account(row), row.csrf)

    def end_session(self, secret: str) -> None:
        with told(self._url), writing(self._engine) as connection:
            connection.execute(delete(session).where(session.c.digest == _digest(secret)))

    def add_token(self, who: Account, label: str, days: int | None = None) -> str:
        """A new token for the API, which is told this once."""
        token, now = f"gouji_{secrets.token_urlsafe(32)}", datetime.now(UTC)
        row = {
            "digest": _digest(token),
            "account_id": who.id,
            "created_at": now,
            "label": label,
            "expires_at": None if days is None else now + timedelta(days=days),
        }
        with told(self._url), writing(self._engine) as connection:
            connection.execute(api_token.insert(), row)
        return token

    def token_owner(self, token: str) -> Account | None:
        """Whose token it is, unless it is over."""
        row = self._owner(api_token, token)
        return None if row is None else _account(row)

    def _owner(self, table: Table, secret: str) -> Any:
        statement = (
            select(account, *(c for c in table.c if c.name in ("csrf", "expires_at")))
            .join(table, table.c.account_id == account.c.id)
            .where(table.c.digest == _digest(secret), account.c.closed_at.is_(None))
        )
        with told(self._url), self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        over = row is not None and row.expires_at and row.expires_at < datetime.now(UTC)
        return None if over else row


@cache
def _nobody() -> str:
    """The hash that is tried where there is no such name, so that it takes as long."""
    return hashed(secrets.token_urlsafe(32))


def hashed(password: str) -> str:
    """A password as it is kept: ``scrypt$N$r$p$salt$hash``."""
    salt = secrets.token_bytes(16)
    parts = (salt, _scrypt(password, salt, _N, _R, _P))
    return "$".join(("scrypt", str(_N), str(_R), str(_P), *(_base64(part) for part in parts)))


def matches(password: str, kept: str) -> bool:
    """Whether this is the password of which ``kept`` is the hash."""
    _, n, r, p, salt, wanted = kept.split("$")
    found = _scrypt(password, base64.b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(wanted))


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _digest(secret: str) -> str:
    """Secrets are long and random: a plain hash is enough to keep them unknown."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _row_named(connection: Connection, name: str) -> Any:
    if "\0" in name or len(name) > LONGEST_NAME:
        return None
    wanted = (account.c.name == storable(name), account.c.closed_at.is_(None))
    return connection.execute(select(account).where(*wanted)).one_or_none()


def _account(row: Any) -> Account:
    return object_of(row, Account, role=Role(row.role))
