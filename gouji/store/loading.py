"""Rows as readings, several at a time; the inverse of `writing.py`."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from gouji.model import (
    Alternative,
    Attachment,
    Box,
    Cause,
    CellPlace,
    DocumentReading,
    Failure,
    FailureKind,
    MediaType,
    Number,
    PageFacts,
    PageRoute,
    PageText,
    Pipeline,
    ProseFact,
    RelationResult,
    RelationStatus,
    ReportCell,
    ReportInfo,
    Route,
    SourceInfo,
    TableCells,
    TablePart,
)

from . import schema
from .dialects import among
from .phrases import Phrases
from .rows import object_of

Texts = Mapping[int | None, str]
Rows = Mapping[int, Sequence[Any]]  # by reading, in order

WITHOUT_PAGES = (schema.cell, schema.relation, schema.prose_fact, schema.failure)
WHOLE = (*WITHOUT_PAGES, schema.table_part, schema.page, schema.page_text)


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A reading with what only the store knows of it."""

    id: int
    is_current: bool
    reading: DocumentReading


def reading_heads() -> Select[Any]:
    """Selects the rows that `load_readings` starts from."""
    return select(schema.reading, schema.document.c.sha256).join(schema.document)


def load_readings(
    connection: Connection, phrases: Phrases, heads: Sequence[Any], tables: Sequence[Table]
) -> Iterator[StoredReading]:
    """The readings of these rows in their order, one statement a table for all together.

    What is not in ``tables`` stays empty in the reading.
    """
    items = {table: _items(connection, table, [head.id for head in heads]) for table in tables}
    ids: set[int | None] = {head.issuer_id for head in heads}
    for cells in items.get(schema.cell, {}).values():
        for row in cells:
            ids.update((row.key_id, row.unit_id, row.label_id, row.column_label_id))
            ids.update((row.reader_id, row.reader_version_id))
    for relations in items.get(schema.relation, {}).values():
        ids.update(row.keys_id for row in relations)
    texts = phrases.texts(connection, ids)
    for head in heads:

        def rows(table: Table, reading_id: int = head.id) -> Sequence[Any]:
            return items.get(table, {}).get(reading_id, ())

        reading = DocumentReading(
            SourceInfo(head.name, head.sha256, MediaType(head.media_type), head.pages),
            Pipeline(head.version, head.settings_digest),
            _report(head, texts) if head.is_report else None,
            cells=tuple(_cell(row, texts) for row in rows(schema.cell)),
            relations=tuple(relation_of(row, texts) for row in rows(schema.relation)),
            prose=tuple(_prose_fact(row) for row in rows(schema.prose_fact)),
            tables=tuple(_table_part(row) for row in rows(schema.table_part)),
            text=tuple(_page_text(row) for row in rows(schema.page_text)),
            pages=tuple(_page(row) for row in rows(schema.page)),
            flags=tuple(head.flags),
            failures=tuple(_failure(row) for row in rows(schema.failure)),
            no_report=head.no_report,
            attachments=tuple(Attachment(name, url) for name, url in head.attachments or ()),
        )
        yield StoredReading(head.id, head.is_current, reading)


def _items(connection: Connection, table: Table, reading_ids: Sequence[int]) -> Rows:
    found: dict[int, list[Any]] = defaultdict(list)
    statement = (
        select(table)
        .where(among(connection, table.c.reading_id, reading_ids))
        .order_by(table.c.reading_id, table.c.position)
    )
    for row in connection.execute(statement).all():
        found[row.reading_id].append(row)
    return found


def _report(head: Any, texts: Texts) -> ReportInfo:
    return object_of(
        head,
        ReportInfo,
        issuer=texts.get(head.issuer_id),
        region=tuple(head.region),
        sections_present=tuple(head.sections_present),
    )


def _cell(row: Any, texts: Texts) -> ReportCell:
    return ReportCell(
        key=texts[row.key_id],
        value=exact_number(row.value, row.decimals & 1),
        kind=row.kind,
        unit=texts.get(row.unit_id),
        as_read=row.as_read,
        as_printed=exact_number(row.as_printed, row.decimals & 2),
        confidence=row.confidence,
        state=row.state,
        alternatives=tuple(Alternative(text, p) for text, p in row.alternatives or ()),
        place=None if row.reader_id is None else _place(row, texts),
        agreement=row.agreement,
        label=texts.get(row.label_id),
        column_label=texts.get(row.column_label_id),
        evidence=row.evidence,
    )


def _place(row: Any, texts: Texts) -> CellPlace:
    return CellPlace(
        reader=texts[row.reader_id],
        reader_version=texts[row.reader_version_id],
        page=row.page,
        box=_box(row),
        part=row.part,
        table=row.place_table,
        row=row.place_row,
        column=row.place_column,
        span=None if row.span_start is None else (row.span_start, row.span_end),
    )


def relation_of(row: Any, texts: Texts) -> RelationResult:
    """A row of `relation`; ``texts`` has its list of keys."""
    return RelationResult(
        id=row.code,
        scope=row.scope,
        status=RelationStatus(row.status),
        left=exact_number(row.left, row.decimals & 1),
        right=exact_number(row.right, row.decimals & 2),
        cause=None if row.cause is None else Cause(row.cause),
        level=row.level,
        keys=tuple(json.loads(texts[row.keys_id])),
        by_source=row.by_source,
    )


def _prose_fact(row: Any) -> ProseFact:
    value = row.value if row.decimals else int(row.value)
    offset = None if row.offset_start is None else (row.offset_start, row.offset_end)
    return ProseFact(row.code, value, row.approximate, row.page, row.span, offset)


def _table_part(row: Any) -> TablePart:
    return object_of(
        row,
        TablePart,
        box=Box(row.left, row.top, row.right, row.bottom),
        shape=(row.rows, row.columns),
        cells=TableCells.unpacked(zlib.decompress(row.cells)),
    )


def _page(row: Any) -> PageRoute:
    facts = object_of(row, PageFacts, garbled_kinds=tuple(row.garbled_kinds))
    return PageRoute(facts, Route(row.route), row.reason)


def _page_text(row: Any) -> PageText:
    return PageText(row.page, zlib.decompress(row.text).decode("utf-8", "surrogatepass"))


def _failure(row: Any) -> Failure:
    return Failure(row.page, row.stage, FailureKind(row.kind), row.message)


def _box(row: Any) -> Box | None:
    return None if row.left is None else Box(row.left, row.top, row.right, row.bottom)


def exact_number(value: Decimal | None, is_decimal: int) -> Number | None:
    """The number as it was saved: an int unless it was a `Decimal`."""
    return value if value is None or is_decimal else int(value)
