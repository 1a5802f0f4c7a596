"""The queue as rows: one a report, and one a cell that waits for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from gouji.model import Cause, CellState, DocumentReading, RelationStatus
from gouji.model.review import CellChange, reviewed, standing

from . import dialects, log
from .review_schema import queue_cell, queue_report


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands after its decisions, as whoever decoded it again found it."""

    open: Mapping[str, float]  # cells that wait for a person: expected errors each would remove
    decided: int
    violated: int  # relations that must hold and do not
    findings: int  # of those the publisher's own
    settled: Sequence[CellChange] = ()

    @property
    def expected_errors(self) -> float:
        return sum(self.open.values())


def standing_of(
    reading: DocumentReading, decided: int = 0, gains: Mapping[str, float] | None = None
) -> Standing:
    """How a (reviewed) reading stands by itself; a cell's gain is its doubt unless named."""
    hard = [r for r in reading.relations if r.level == "H" and r.status is RelationStatus.VIOLATED]
    gains = gains or {}
    waiting = {
        cell.key: gains.get(cell.key, max(0.0, 1.0 - cell.confidence))
        for cell in reading.cells
        if cell.state is CellState.REVIEW
    }
    findings = sum(r.cause is Cause.SOURCE_INCONSISTENT for r in hard)
    return Standing(waiting, decided, len(hard), findings)


def enter(
    connection: Connection,
    document_id: int,
    reading_id: int,
    reading: DocumentReading,
    gains: Mapping[str, float] | None = None,
) -> None:
    """Give the current reading its place in the queue, instead of the one before it.

    What was decided on the document holds over the new reading. A document that is no report
    leaves the queue.
    """
    mine = queue_report.c.document_id == document_id
    if reading.report is None:
        connection.execute(delete(queue_report).where(mine))
        return
    # whoever decides right now has this row locked; afterwards the log has the decision
    connection.execute(select(queue_report.c.version).where(mine).with_for_update())
    decisions = log.of_document(connection, reading.source.sha256)
    holding = standing(decisions)
    there = {cell.key for cell in reading.cells}
    now = standing_of(reviewed(reading, holding), sum(key in there for key in holding), gains)
    row = {
        **_head(reading),
        **_numbers(now),
        "document_id": document_id,
        "reading_id": reading_id,
        "version": decisions[-1].number if decisions else 0,
    }
    changed = [name for name in row if name != "document_id"]
    statement = dialects.upsert(connection, queue_report, ["document_id"], changed)
    connection.execute(statement, row)
    put_cells(connection, document_id, now.open)


def put_standing(connection: Connection, document_id: int, version: int, now: Standing) -> None:
    """Note how the report stands after decision number ``version``."""
    values = {**_numbers(now), "version": version}
    statement = update(queue_report).where(queue_report.c.document_id == document_id)
    connection.execute(statement.values(values))
    put_cells(connection, document_id, now.open)


def put_cells(connection: Connection, document_id: int, wanted: Mapping[str, float]) -> None:
    """Make these the waiting cells of the document, writing only what differs."""
    mine = queue_cell.c.document_id == document_id
    rows = connection.execute(select(queue_cell.c.key, queue_cell.c.gain).where(mine))
    there = {row.key: row.gain for row in rows}
    gone = [key for key in there if key not in wanted]
    if gone:
        connection.execute(delete(queue_cell).where(mine, queue_cell.c.key.in_(gone)))
    new = [
        {"document_id": document_id, "key": key, "gain": float(gain)}
        for key, gain in wanted.items()
        if there.get(key) != gain
    ]
    if new:
        key = ["document_id", "key"]
        connection.execute(dialects.upsert(connection, queue_cell, key, ["gain"]), new)


def _head(reading: DocumentReading) -> dict[str, Any]:
    report = reading.report
    assert report is not None
    said = (report.issuer, report.title, reading.source.name)
    return {
        "sha256": reading.source.sha256,
        "name": reading.source.name,
        "media_type": str(reading.source.media_type),
        "template": report.template,
        "title": report.title,
        "issuer": report.issuer,
        "region": "".join(f"{place}/" for place in report.region),
        "organ_type": report.organ_type,
        "report_year": report.report_year,
        "words": "\n".join(text for text in said if text).lower(),
        "cells": len(reading.cells),
    }


def _numbers(now: Standing) -> dict[str, Any]:
    return {
        "open_cells": len(now.open),
        "decided_cells": now.decided,
        "expected_errors": now.expected_errors,
        "violated": now.violated,
        "findings": now.findings,
        "settled": [change.fields() for change in now.settled],
        "changed_at": datetime.now(UTC),
    }
