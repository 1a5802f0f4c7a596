"""What the inboxes' tables hold, as objects, and a row as one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from gouji.model import Pipeline

from .dialects import among, now_ms
from .inbox_schema import ACTIVE, FileState, inbox_file
from .rows import object_of

SUSPECT = 2  # watchers that died over a file, after which it is read alone
History = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file in an inbox, as a listing tells it."""

    path: str  # below the inbox, "/" between folders
    mark: str  # what changes when the file does
    size: int  # bytes
    mtime_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that one watcher has taken, and what is known of it so far."""

    id: int
    number: int  # of the claim: a later one of the same file has a higher
    watcher: str
    file: SeenFile
    state: FileState
    attempts: int
    crashes: int
    sha256: str | None
    moved_to: str | None
    manifest: Any
    kind: str | None  # of what last went wrong
    history: History


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who watches an inbox, as the others see it."""

    id: str
    identity: str
    host: str
    beats: int
    silent: bool  # longer than its lease, by the database's clock
    run_id: int | None
    flow_run_id: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a document came."""

    inbox: str
    path: str
    size: int
    mtime_ns: int | None
    first_seen_at: datetime
    finished_at: datetime | None
    state: FileState
    moved_to: str | None
    manifest: Any
    history: History


def is_mine(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """The condition that nobody has taken the file over since."""
    file = inbox_file.c
    return file.id == claim.id, file.watcher_id == claim.watcher, file.claims == claim.number


def newest_rows(
    connection: Connection, digests: Sequence[bytes], *, everything: bool
) -> dict[bytes, Any]:
    """The newest row of each path, by its digest; only one that is not over, or any."""
    file = inbox_file.c
    columns = (file.id, file.path_digest, file.mark, file.state, file.watcher_id)
    statement = select(*columns, file.version, file.settings_digest)
    statement = statement.where(among(connection, file.path_digest, digests))
    if not everything:
        statement = statement.where(ACTIVE)
    return {bytes(row.path_digest): row for row in connection.execute(statement.order_by(file.id))}


def is_over(row: Any) -> bool:
    """Whether the file was taken in, or given up, and moved where it belongs."""
    return row.state in (FileState.DONE, FileState.FAILED)


def was_seen_so(row: Any, seen: SeenFile, pipeline: Pipeline) -> bool:
    """Whether this pipeline is through with the very file."""
    by = Pipeline(row.version or "", row.settings_digest or "")
    return row.mark == seen.mark and by == pipeline


def set_mark(connection: Connection, number: int, seen: SeenFile) -> None:
    """Note that a file nobody has taken has changed; it is another one now."""
    clean = {"attempts": 0, "crashes": 0, "tried_in": None}
    values = as_noted(seen, now_ms(connection)) | clean
    free = (inbox_file.c.id == number, inbox_file.c.watcher_id.is_(None))
    connection.execute(update(inbox_file).where(*free).values(values))


def as_noted(seen: SeenFile, clock: Any) -> dict[str, Any]:
    """The columns that say what a listing told, and when."""
    return {
        "mark": seen.mark,
        "size": seen.size,
        "mtime_ns": seen.mtime_ns,
        "noted_ms": clock,
    }


def new_row(inbox: str, box: bytes, digest: bytes, seen: SeenFile, clock: Any) -> dict[str, Any]:
    """The row of a file that is seen for the first time."""
    return {
        "inbox_digest": box,
        "path_digest": digest,
        "inbox": inbox,
        "path": seen.path,
        "state": FileState.WAITING,
        "claims": 0,
        "attempts": 0,
        "crashes": 0,
        "alone": False,
        "history": [],
        "first_seen_at": datetime.now(UTC),
        **as_noted(seen, clock),
    }


def claim_of(row: Any) -> Claim:
    """A row of `inbox_file` that somebody has taken."""
    return object_of(
        row,
        Claim,
        number=row.claims,
        watcher=row.watcher_id,
        file=object_of(row, SeenFile),
        state=FileState(row.state),
        history=history_of(row),
    )


def arrival_of(row: Any) -> Arrival:
    """A row of `inbox_file`, for people."""
    return object_of(row, Arrival, state=FileState(row.state), history=history_of(row))


def history_of(row: Any) -> History:
    """What happened to a file, with the moments."""
    return tuple((str(at), str(what)) for at, what in row.history)


def longer(history: History, what: str) -> History:
    """The history with one more line, now.

    What happens again and again is told once; of very long ones the middle is left out.
    """
    if history and history[-1][1] == what:
        history = history[:-1]
    line = (datetime.now(UTC).isoformat(timespec="seconds"), what)
    return (*(history if len(history) < 40 else (*history[:10], *history[-20:])), line)
