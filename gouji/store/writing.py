"""A reading as rows. `loading.py` is the inverse, table by table in the same order."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from gouji.model import (
    Box,
    CellState,
    DocumentReading,
    Failure,
    PageRoute,
    PageText,
    ProseFact,
    RelationResult,
    ReportCell,
    TablePart,
)

from . import schema
from .columns import as_json

Row = dict[str, Any]
Ids = Mapping[str, int]  # of phrases


def phrases_of(reading: DocumentReading) -> set[str]:
    """Every text of the reading that is stored as a phrase."""
    found: set[str | None] = {keys_phrase(relation) for relation in reading.relations}
    for cell in reading.cells:
        found.update((cell.key, cell.unit, cell.label, cell.column_label))
        if cell.place:
            found.update((cell.place.reader, cell.place.reader_version))
    if reading.report:
        found.add(reading.report.issuer)
    return {text for text in found if text is not None}


def keys_phrase(relation: RelationResult) -> str:
    """The keys a relation ties as one phrase: most reports tie the same ones."""
    return as_json(relation.keys)


def reading_row(reading: DocumentReading, ids: Ids) -> Row:
    """The reading's own row, without document, run and time."""
    row: Row = {
        "version": reading.pipeline.version,
        "settings_digest": reading.pipeline.settings_digest,
        "name": reading.source.name,
        "media_type": str(reading.source.media_type),
        "pages": reading.source.pages,
        "failed": reading.failed,
        "is_report": reading.report is not None,
        "flags": reading.flags,
        "cell_count": len(reading.cells),
        "review_count": sum(c.state is CellState.REVIEW for c in reading.cells),
        "no_report": reading.no_report,
        "attachments": [(a.name, a.url) for a in reading.attachments] or None,
    }
    if report := reading.report:
        row |= {
            "template": report.template,
            "title": report.title,
            "issuer_id": _id(ids, report.issuer),
            "region": report.region,
            "organ_type": report.organ_type,
            "organ_level": report.organ_level,
            "organ_code": report.organ_code,
            "report_year": report.report_year,
            "period_start": report.period_start,
            "period_end": report.period_end,
            "publication_date": report.publication_date,
            "document_date": report.document_date,
            "signature_date": report.signature_date,
            "index_number": report.index_number,
            "document_number": report.document_number,
            "contacts": dict(report.contacts),
            "sections_present": report.sections_present,
        }
    return row


def item_rows(
    reading: DocumentReading, reading_id: int, ids: Ids
) -> Iterator[tuple[Table, list[Row]]]:
    """The rows of all other tables, one table after the other; empty ones are left out."""
    items: tuple[tuple[Table, tuple[Any, ...], Callable[[Any, Ids], Row]], ...] = (
        (schema.cell, reading.cells, _cell),
        (schema.relation, reading.relations, _relation),
        (schema.prose_fact, reading.prose, _prose_fact),
        (schema.table_part, reading.tables, _table_part),
        (schema.page, reading.pages, _page),
        (schema.page_text, reading.text, _page_text),
        (schema.failure, reading.failures, _failure),
    )
    for table, things, as_row in items:
        if things:
            yield (
                table,
                [
                    {"reading_id": reading_id, "position": position, **as_row(thing, ids)}
                    for position, thing in enumerate(things)
                ],
            )


def _cell(cell: ReportCell, ids: Ids) -> Row:
    place = cell.place
    span = place.span if place and place.span else (None, None)
    return {
        "key_id": ids[cell.key],
        "kind": cell.kind,
        "state": cell.state,
        "agreement": cell.agreement,
        "decimals": _decimal_bits(cell.value, cell.as_printed),
        "confidence": float(cell.confidence),
        "value": cell.value,
        "as_printed": cell.as_printed,
        "as_read": cell.as_read,
        "unit_id": _id(ids, cell.unit),
        "label_id": _id(ids, cell.label),
        "alternatives": [(a.text, float(a.p)) for a in cell.alternatives] or None,
        "reader_id": ids[place.reader] if place else None,
        "reader_version_id": ids[place.reader_version] if place else None,
        "page": _integer(place.page) if place else None,
        **_box(place.box if place else None),
        "part": _integer(place.part) if place else None,
        "place_table": _integer(place.table) if place else None,
        "place_row": _integer(place.row) if place else None,
        "place_column": _integer(place.column) if place else None,
        "span_start": _integer(span[0]),
        "span_end": _integer(span[1]),
        "column_label_id": _id(ids, cell.column_label),
        "evidence": None if cell.evidence is None else dict(cell.evidence),
    }


def _relation(relation: RelationResult, ids: Ids) -> Row:
    return {
        "code": relation.id,
        "scope": relation.scope,
        "status": str(relation.status),
        "left": relation.left,
        "right": relation.right,
        "decimals": _decimal_bits(relation.left, relation.right),
        "cause": None if relation.cause is None else str(relation.cause),
        "level": relation.level,
        "keys_id": ids[keys_phrase(relation)],
        "by_source": relation.by_source,
    }


def _prose_fact(fact: ProseFact, ids: Ids) -> Row:
    return {
        "code": fact.code,
        "value": fact.value,
        "decimals": _decimal_bits(fact.value),
        "approximate": fact.approximate,
        "page": _integer(fact.page),
        "span": fact.span,
        "offset_start": _integer(fact.offset[0]) if fact.offset else None,
        "offset_end": _integer(fact.offset[1]) if fact.offset else None,
    }


def _table_part(part: TablePart, ids: Ids) -> Row:
    return {
        "page": int(part.page),
        "part": int(part.part),
        "continues": _integer(part.continues),
        **_box(part.box),
        "rows": int(part.shape[0]),
        "columns": int(part.shape[1]),
        "reader": part.reader,
        "cell_count": len(part.cells),
        "cells": zlib.compress(part.cells.packed()),
    }


def _page(page: PageRoute, ids: Ids) -> Row:
    facts = page.facts
    return {
        "number": int(facts.number),
        "width": float(facts.width),
        "height": float(facts.height),
        "rotation": int(facts.rotation),
        "characters": int(facts.characters),
        "garbled": float(facts.garbled),
        "garbled_kinds": facts.garbled_kinds,
        "image_share": float(facts.image_share),
        "rulings_horizontal": int(facts.rulings_horizontal),
        "rulings_vertical": int(facts.rulings_vertical),
        "route": str(page.route),
        "reason": page.reason,
    }


def _page_text(text: PageText, ids: Ids) -> Row:
    return {
        "page": int(text.page),
        "text": zlib.compress(text.text.encode("utf-8", "surrogatepass")),
    }


def _failure(failure: Failure, ids: Ids) -> Row:
    return {
        "page": _integer(failure.page),
        "stage": failure.stage,
        "kind": str(failure.kind),
        "message": failure.message,
    }


def _box(box: Box | None) -> Row:
    return {
        "left": None if box is None else float(box.left),
        "top": None if box is None else float(box.top),
        "right": None if box is None else float(box.right),
        "bottom": None if box is None else float(box.bottom),
    }


def _id(ids: Ids, text: str | None) -> int | None:
    return None if text is None else ids[text]


def _integer(number: int | None) -> int | None:
    """A plain int: SQLite would keep a numpy integer as a blob without a word."""
    return None if number is None else int(number)


def _decimal_bits(*numbers: int | Decimal | None) -> int:
    """Which of them are `Decimal`: 1 the first, 2 the second. 5 and 5.0 are two things."""
    return sum(1 << bit for bit, number in enumerate(numbers) if isinstance(number, Decimal))
