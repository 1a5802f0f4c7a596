"""The log of decisions: rows that are only ever added, each with the hash of the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, text

from gouji.model.review import NO_HASH, Action, CellValue, Decision, NewDecision

from .columns import storable
from .review_schema import decision
from .rows import object_of

# Of the application, for Postgres: one decision at a time gets the next number.
_LOCK = 0x676F756A6C
VERIFIED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which decisions; what is None does not restrict."""

    sha256: str | None = None
    who: str | None = None
    action: Action | None = None
    since: datetime | None = None
    until: datetime | None = None  # not this moment itself


@dataclass(frozen=True, slots=True)
class LogFault:
    """The first decision at which the chain does not hold, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class LogState:
    """What checking the whole log found; ``fault`` is None where every link holds."""

    decisions: int
    head: str  # hash of the last one: noted elsewhere, it also tells that none is missing since
    fault: LogFault | None


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often somebody did something."""

    who: str
    action: Action
    count: int


def append(connection: Connection, made: NewDecision) -> tuple[Decision, bool]:
    """Put a decision at the end of the log, in a transaction that writes.

    With False the decision was there already, sent before with the same token.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    if made.token is not None:
        there = with_token(connection, made.token)
        if there is not None:
            return there, False
    newest = select(decision.c.id, decision.c.hash).order_by(decision.c.id.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    number, previous = (last.id + 1, last.hash) if last else (1, NO_HASH)
    added = Decision.next(number, datetime.now(UTC), made, previous)
    connection.execute(decision.insert(), _row(added))
    return added, True


def of_document(connection: Connection, sha256: str) -> list[Decision]:
    """All decisions on a document in their order."""
    mine = select(decision).where(decision.c.sha256 == sha256).order_by(decision.c.id)
    return [_decision(row) for row in connection.execute(mine)]


def of_cell(connection: Connection, sha256: str, key: str) -> list[Decision]:
    """All decisions on a cell in their order."""
    mine = (decision.c.sha256 == sha256, decision.c.key == key)
    rows = connection.execute(select(decision).where(*mine).order_by(decision.c.id))
    return [_decision(row) for row in rows]


def with_token(connection: Connection, token: str) -> Decision | None:
    """The decision that was sent with this token."""
    row = connection.execute(select(decision).where(decision.c.token == token)).one_or_none()
    return None if row is None else _decision(row)


def newest(
    connection: Connection, wanted: LogFilter, before: int | None, most: int
) -> list[Decision]:
    """The last decisions, the newest first; the next page has those ``before`` a number."""
    statement = _filtered(wanted).order_by(decision.c.id.desc()).limit(most)
    if before is not None:
        statement = statement.where(decision.c.id < before)
    return [_decision(row) for row in connection.execute(statement)]


def in_order(
    connection: Connection, wanted: LogFilter, after: int, most: int
) -> Sequence[Decision]:
    """Decisions behind a number, the oldest first."""
    statement = _filtered(wanted).where(decision.c.id > after).order_by(decision.c.id)
    return [_decision(row) for row in connection.execute(statement.limit(most))]


def counts_since(connection: Connection, since: datetime) -> list[DayCount]:
    """Who decided how much since a moment, by action."""
    what = (decision.c.who, decision.c.action)
    statement = select(*what, func.count()).where(decision.c.at >= since).group_by(*what)
    rows = connection.execute(statement.order_by(*what))
    return [DayCount(who, Action(action), count) for who, action, count in rows]


def verify(pages: Iterator[Sequence[Decision]]) -> LogState:
    """Check every link of the chain, from the first decision on."""
    number, head = 0, NO_HASH
    for page in pages:
        for found in page:
            if reason := _fault(found, number + 1, head):
                return LogState(number, head, LogFault(number + 1, reason))
            number, head = found.number, found.hash
    return LogState(number, head, None)


def _fault(found: Decision, expected: int, previous: str) -> str | None:
    if found.number != expected:
        return f"it is missing: the next one has number {found.number}"
    if found.previous_hash != previous:
        return "it does not hold the hash of the one before"
    return None if found.is_intact else "what it says is not what its hash was made of"


def _filtered(wanted: LogFilter) -> Select[Any]:
    statement = select(decision)
    if wanted.sha256 is not None:
        statement = statement.where(decision.c.sha256 == storable(wanted.sha256))
    if wanted.who is not None:
        statement = statement.where(decision.c.who == wanted.who)
    if wanted.action is not None:
        statement = statement.where(decision.c.action == str(wanted.action))
    if wanted.since is not None:
        statement = statement.where(decision.c.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(decision.c.at < wanted.until)
    return statement


def _row(added: Decision) -> dict[str, Any]:
    made = added.made
    return {
        "id": added.number,
        "at": added.at,
        **made.fields(),
        "previous_hash": added.previous_hash,
        "hash": added.hash,
    }


def _decision(row: Any) -> Decision:
    made = object_of(
        row,
        NewDecision,
        action=Action(row.action),
        before=CellValue.from_fields(row.before),
        after=CellValue.from_fields(row.after),
    )
    return object_of(row, Decision, number=row.id, made=made)
