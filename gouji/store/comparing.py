"""What a check over many reports needs of each: a few cells, or the relations it violates.

Whole readings are not loaded: of 200 cells a comparison of years wants some thirty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from gouji.model import (
    CellChange,
    CellState,
    CellValue,
    Kind,
    MediaType,
    Number,
    RelationResult,
    SourceInfo,
    standing,
)

from . import log
from .dialects import among
from .loading import exact_number, relation_of
from .phrases import Phrases, in_groups
from .review_schema import queue_report
from .schema import VIOLATED, cell, document, phrase, reading, relation

_HEAD = tuple(
    reading.c[name]
    for name in (
        "id", "name", "media_type", "pages", "region", "organ_level", "title", "report_year",
        "template", "publication_date",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportHead:
    """The current reading of a document that is a report, without what it reports."""

    id: int
    source: SourceInfo
    issuer: str | None
    region: tuple[str, ...]
    organ_level: str | None
    title: str | None
    year: int | None
    template: str | None
    publication_date: date | None


class StoredCell(NamedTuple):
    """The value of a cell, without what it was read from; a tuple, since many are made."""

    number: Number | None
    kind: Kind
    state: CellState


def report_heads(connection: Connection) -> list[ReportHead]:
    """The current readings that are reports, by issuer and year; later publications come first."""
    statement = (
        select(*_HEAD, document.c.sha256, phrase.c.text.label("issuer"))
        .select_from(reading)
        .join(document)
        .outerjoin(phrase, reading.c.issuer_id == phrase.c.id)
        .where(reading.c.is_current, reading.c.is_report)
    )
    rows = connection.execute(statement).all()
    return sorted(map(_head, rows), key=_order)


def cells_of(
    connection: Connection, phrases: Phrases, reading_ids: Iterable[int], keys: Collection[str]
) -> Iterator[tuple[int, dict[str, StoredCell]]]:
    """Those cells of the readings that have one of the keys, of a key that comes twice the first.

    They stand as after review. Readings without any such cell are left out.
    """
    by_id = {number: key for key, number in phrases.known_ids(connection, keys).items()}
    wanted = (cell.c.reading_id, cell.c.key_id, cell.c.value, cell.c.decimals)
    of_these_keys = select(*wanted, cell.c.kind, cell.c.state).where(cell.c.key_id.in_(by_id))
    for group in in_groups(reading_ids):
        statement = of_these_keys.where(among(connection, cell.c.reading_id, group))
        rows = connection.execute(statement.order_by(cell.c.reading_id, cell.c.position)).all()
        found: dict[int, dict[str, StoredCell]] = {}
        for reading_id, key_id, value, decimals, kind, state in rows:
            one = StoredCell(exact_number(value, decimals & 1), kind, state)
            found.setdefault(reading_id, {}).setdefault(by_id[key_id], one)
        for reading_id, sha256, settled in _reviewed(connection, group):
            cells = found.get(reading_id, {})
            for key, value in _after_review(connection, sha256, settled).items():
                if key in cells:
                    cells[key] = StoredCell(value.value, value.kind, value.state)
        yield from found.items()


def reviewed_among(connection: Connection, reading_ids: Iterable[int]) -> list[int]:
    """Those of the readings on which somebody decided, in their order."""
    return [
        row.reading_id for group in in_groups(reading_ids) for row in _reviewed(connection, group)
    ]


def _reviewed(connection: Connection, reading_ids: Sequence[int]) -> Sequence[Any]:
    column = queue_report.c
    there = among(connection, column.reading_id, reading_ids)
    statement = select(column.reading_id, column.sha256, column.settled)
    return connection.execute(
        statement.where(there, column.version > 0).order_by(column.reading_id)
    ).all()


def _after_review(
    connection: Connection, sha256: str, settled: Iterable[Sequence[Any]]
) -> dict[str, CellValue]:
    """What was decided of a document's cells, and what the sums settled with that."""
    changes = map(CellChange.from_fields, settled)
    decided = standing(log.of_document(connection, sha256))
    return {change.key: change.value for change in changes} | {
        key: decision.made.after for key, decision in decided.items()
    }


def relations_of(
    connection: Connection, phrases: Phrases, reading_ids: Iterable[int], *, violated: bool
) -> Iterator[tuple[int, RelationResult]]:
    """The relations tried on each of the readings, in its order; or only the violated ones."""
    statement = select(relation).where(VIOLATED) if violated else select(relation)
    for group in in_groups(reading_ids):
        mine = statement.where(among(connection, relation.c.reading_id, group))
        rows = connection.execute(mine.order_by(relation.c.reading_id, relation.c.position)).all()
        texts = phrases.texts(connection, {row.keys_id for row in rows})
        for row in rows:
            yield row.reading_id, relation_of(row, texts)


def _head(row: Any) -> ReportHead:
    return ReportHead(
        row.id,
        SourceInfo(row.name, row.sha256, MediaType(row.media_type), row.pages),
        row.issuer,
        tuple(row.region or ()),
        row.organ_level,
        row.title,
        row.report_year,
        row.template,
        row.publication_date,
    )


def _order(head: ReportHead) -> tuple[Any, ...]:
    published = head.publication_date or date.min
    return (
        head.issuer or "", head.region, head.year or 0, -published.toordinal(), head.source.name,
        head.source.sha256,
    )  # fmt: skip
