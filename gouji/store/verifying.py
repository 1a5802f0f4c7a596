"""Whether the store is consistent: what must hold after every crash, and how it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, and_, func, or_, select, text

from gouji.model import StoreUnavailable

from .database import told
from .inbox_schema import ACTIVE, FileState, inbox_file, inbox_watcher
from .schema import cell, document, reading

if TYPE_CHECKING:
    from .store import Store

MOST_FAULTS = 1_000  # told
HASHED_AT_ONCE = 500  # documents

_cells = select(func.count()).where(cell.c.reading_id == reading.c.id).scalar_subquery()
_last = select(func.max(cell.c.position)).where(cell.c.reading_id == reading.c.id).scalar_subquery()
_current = (
    select(func.count())
    .where(reading.c.document_id == document.c.id, reading.c.is_current)
    .scalar_subquery()
)
_any = select(reading.c.id).where(reading.c.document_id == document.c.id).exists()
_its_reading = (
    select(reading.c.id)
    .join(document)
    .where(document.c.sha256 == inbox_file.c.sha256, ~reading.c.failed)
    .exists()
)

# What is wrong, and the rows of which it is true.
_QUESTIONS: tuple[tuple[str, Select[Any]], ...] = (
    (
        "document {0:.16} has {1} current readings instead of one",
        select(document.c.sha256, _current).where(_any, _current != 1),
    ),
    (
        "reading {0} has {1} cells instead of {2}",
        select(reading.c.id, _cells, reading.c.cell_count).where(
            or_(
                reading.c.cell_count != _cells,
                and_(reading.c.cell_count > 0, _last != reading.c.cell_count - 1),
            )
        ),
    ),
    (
        "document {0:.16} is there {1} times",
        select(document.c.sha256, func.count())
        .group_by(document.c.sha256)
        .having(func.count() > 1),
    ),
    (
        "{1} of {0} was taken in, but no reading of it is in the store",
        select(inbox_file.c.inbox, inbox_file.c.path).where(
            inbox_file.c.state.in_((FileState.STORED, FileState.DONE)),
            inbox_file.c.members.is_(None),
            ~_its_reading,
        ),
    ),
    (
        "{1} of {0} is through, and yet claimed",
        select(inbox_file.c.inbox, inbox_file.c.path).where(
            inbox_file.c.state.in_((FileState.DONE, FileState.FAILED)),
            inbox_file.c.watcher_id.is_not(None),
        ),
    ),
    (
        "{1} of {0} is claimed by a watcher that is not there",
        select(inbox_file.c.inbox, inbox_file.c.path).where(
            ACTIVE,
            inbox_file.c.watcher_id.is_not(None),
            inbox_file.c.watcher_id.not_in(select(inbox_watcher.c.id)),
        ),
    ),
    (
        "{0} is the place of {1} files",
        select(inbox_file.c.moved_to, func.count())
        .where(inbox_file.c.moved_to.is_not(None))
        .group_by(inbox_file.c.inbox_digest, inbox_file.c.moved_to)
        .having(func.count() > 1),
    ),
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What there is, and what is wrong with it, a line each."""

    documents: int
    readings: int
    cells: int
    files: int  # kept bytes that were looked at
    arrivals: int  # files of inboxes that are through
    faults: tuple[str, ...]


def verify(store: Store, *, files: bool = True) -> Verified:
    """Look for everything that should not be; with ``files`` every kept document is hashed.

    Raises:
        StoreUnavailable: it cannot be read.
    """
    faults: list[str] = []
    with told(store.url), store._engine.connect() as connection:
        for fault in _faults(connection):
            faults.append(fault)
            if len(faults) >= MOST_FAULTS:
                break
        counts = [
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (document, reading, cell)
        ]
        through = inbox_file.c.state.in_((FileState.DONE, FileState.FAILED))
        arrivals = connection.scalar(select(func.count(inbox_file.c.id)).where(through)) or 0
    looked_at = 0
    if files:
        for damage in _file_faults(store):
            looked_at += 1
            if damage is not None and len(faults) < MOST_FAULTS:
                faults.append(damage)
    return Verified(counts[0], counts[1], counts[2], looked_at, arrivals, tuple(faults))


def _faults(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for (line,) in connection.execute(text("PRAGMA quick_check")):
            if line != "ok":
                yield f"SQLite: {line}"
        for row in connection.execute(text("PRAGMA foreign_key_check")):
            yield f"SQLite: a row of {row[0]} belongs to one of {row[2]} that is not there"
    for what, statement in _QUESTIONS:
        for row in connection.execute(statement.limit(MOST_FAULTS)):
            yield what.format(*row)


def _file_faults(store: Store) -> Iterator[str | None]:
    """One a kept document: what is wrong with its bytes, if anything."""
    after = 0
    while True:
        with told(store.url), store._engine.connect() as connection:
            statement = (
                select(document.c.id, document.c.sha256, document.c.file, document.c.size)
                .where(document.c.id > after, document.c.file.is_not(None))
                .order_by(document.c.id)
                .limit(HASHED_AT_ONCE)
            )
            rows = connection.execute(statement).all()
        if not rows:
            return
        for row in rows:
            try:
                size = len(store.files.get(row.file, row.sha256))
            except StoreUnavailable as error:
                yield f"document {row.sha256[:16]}: {error.args[0]}"
            else:
                short = row.size is not None and row.size != size
                yield f"document {row.sha256[:16]}: has another size" if short else None
        after = rows[-1].id
