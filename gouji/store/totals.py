"""What the store holds, counted: for `gouji status` and for metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, case, func, select, text
from sqlalchemy.engine import URL

from .database import revision, told
from .schema import RunStatus, failure, reading, run


@dataclass(frozen=True, slots=True)
class StoreTotals:
    """Everything counts current readings: of each document the newest."""

    schema: str
    bytes: int  # of the database, without the documents' files
    documents: int
    reports: int
    failed: int  # documents that could not be read
    pages: int
    cells: int
    failures: Mapping[str, int]  # of documents and pages, by kind


@dataclass(frozen=True, slots=True)
class RunTotals:
    """All runs added up; these only ever grow, but for runs that go on."""

    runs: Mapping[str, int]  # by status
    read: int
    known: int
    failed: int


def store_totals(url: URL, engine: Engine) -> StoreTotals:
    """Count; reads the whole table `reading` (measured: docs/scale.md)."""
    one = reading.c
    sums = (
        func.count(),
        func.sum(case((one.is_report, 1), else_=0)),
        func.sum(case((one.failed, 1), else_=0)),
        func.sum(one.pages),
        func.sum(one.cell_count),
    )
    by_kind = (
        select(failure.c.kind, func.count())
        .join(reading)
        .where(one.is_current)
        .group_by(failure.c.kind)
        .order_by(failure.c.kind)
    )
    with told(url), engine.connect() as connection:
        found = connection.execute(select(*sums).where(one.is_current)).one()
        current, reports, failed, pages, cells = (int(number or 0) for number in found)
        kinds = {kind: int(number) for kind, number in connection.execute(by_kind).all()}
        schema, size = revision(connection) or "", _size(url, connection)
    return StoreTotals(schema, size, current, reports, failed, pages, cells, kinds)


def run_totals(url: URL, engine: Engine) -> RunTotals:
    """Count the runs and what they read."""
    sums = (run.c.documents_read, run.c.documents_known, run.c.documents_failed)
    statement = select(run.c.status, func.count(), *map(func.sum, sums)).group_by(run.c.status)
    with told(url), engine.connect() as connection:
        rows = connection.execute(statement).all()
    by_status = {str(status): 0 for status in RunStatus} | {row[0]: int(row[1]) for row in rows}
    read, known, failed = (sum(int(row[place] or 0) for row in rows) for place in (2, 3, 4))
    return RunTotals(by_status, read, known, failed)


def _size(url: URL, connection: Connection) -> int:
    if url.get_backend_name() == "postgresql":
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    base = Path(url.database or "")
    parts = (base, base.with_name(base.name + "-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())
