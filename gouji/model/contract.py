"""A reading as the output contract prints it: one JSON object a document (docs/contract.md).

Written in pieces, so that a 1,000-page document is never held twice.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from .report import CellPlace, DocumentReading, RelationResult, ReportCell, ReportInfo
from .table import TablePart

SCHEMA = 1


def contract_json(reading: DocumentReading) -> Iterator[str]:
    """The JSON text of a reading in pieces, without a line end inside."""
    yield f'{{"schema": {SCHEMA}'
    source, pipeline = reading.source, reading.pipeline
    yield ', "source": ' + _dumps(
        {
            "name": source.name,
            "sha256": source.sha256,
            "media_type": str(source.media_type),
            "pages": source.pages,
        }
    )
    yield ', "pipeline": ' + _dumps(
        {"version": pipeline.version, "settings_digest": pipeline.settings_digest}
    )
    yield ', "report": ' + _dumps(report_fields(reading.report) if reading.report else None)
    yield ', "no_report": ' + _dumps(reading.no_report)
    yield from _array("cells", (cell_fields(c) for c in reading.cells))
    yield from _array("relations", (relation_fields(r) for r in reading.relations))
    yield from _array(
        "prose",
        (
            {
                "code": p.code,
                "value": p.value,
                "approximate": p.approximate,
                "page": p.page,
                "span": p.span,
                "offset": list(p.offset) if p.offset else None,
            }
            for p in reading.prose
        ),
    )
    yield from _array("tables", (table_fields(t) for t in reading.tables))
    yield from _array("text", ({"page": t.page or None, "text": t.text} for t in reading.text))
    yield from _array(
        "pages",
        (
            {
                "page": p.facts.number,
                "width": round(p.facts.width, 2),
                "height": round(p.facts.height, 2),
                "rotation": p.facts.rotation,
                "route": str(p.route),
                "reason": p.reason,
            }
            for p in reading.pages
        ),
    )
    yield from _array("attachments", ({"name": a.name, "url": a.url} for a in reading.attachments))
    yield ', "flags": ' + _dumps(list(reading.flags))
    yield from _array(
        "failures",
        (
            {"page": f.page, "stage": f.stage, "kind": str(f.kind), "message": f.message}
            for f in reading.failures
        ),
    )
    yield "}"


def report_fields(report: ReportInfo) -> dict[str, Any]:
    """The contract's ``report`` object."""
    return {
        "template": report.template,
        "title": report.title,
        "issuer": report.issuer,
        "region": list(report.region),
        "organ_type": report.organ_type,
        "organ_level": report.organ_level,
        "organ_code": report.organ_code,
        "report_year": report.report_year,
        "period_start": report.period_start and report.period_start.isoformat(),
        "period_end": report.period_end and report.period_end.isoformat(),
        "publication_date": report.publication_date and report.publication_date.isoformat(),
        "document_date": report.document_date and report.document_date.isoformat(),
        "signature_date": report.signature_date and report.signature_date.isoformat(),
        "index_number": report.index_number,
        "document_number": report.document_number,
        "contacts": dict(report.contacts),
        "sections_present": list(report.sections_present),
    }


def cell_fields(cell: ReportCell) -> dict[str, Any]:
    """The contract's entry of ``cells``."""
    return {
        "key": cell.key,
        "value": cell.value,
        "kind": str(cell.kind),
        "unit": cell.unit,
        "as_read": cell.as_read,
        "as_printed": cell.as_printed,
        "confidence": round(cell.confidence, 6),
        "state": str(cell.state),
        "alternatives": [{"text": a.text, "p": round(a.p, 6)} for a in cell.alternatives],
        "agreement": str(cell.agreement),
        "label": cell.label,
        "column_label": cell.column_label,
        "source": _place_fields(cell.place) if cell.place else None,
    }


def relation_fields(relation: RelationResult) -> dict[str, Any]:
    """The contract's entry of ``relations``."""
    return {
        "id": relation.id,
        "scope": relation.scope,
        "status": str(relation.status),
        "left": relation.left,
        "right": relation.right,
        "cause": str(relation.cause) if relation.cause else None,
        "by_source": relation.by_source,
        "level": relation.level,
    }


def table_fields(part: TablePart) -> dict[str, Any]:
    """The contract's entry of ``tables``."""
    return {
        "page": part.page or None,
        "part": part.part,
        "continues": part.continues,
        "box": part.box.as_list() if part.page else None,
        "shape": list(part.shape),
        "reader": part.reader,
        "cells": [
            {
                "row": c.row,
                "column": c.column,
                "row_span": c.row_span,
                "column_span": c.column_span,
                "text": c.text,
                "box": c.box.as_list() if part.page else None,
                "confidence": round(c.confidence, 4),
            }
            for c in part.cells
        ],
    }


def _place_fields(place: CellPlace) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if place.page is not None:
        known["page"] = place.page
    if place.box is not None:
        known["box"] = place.box.as_list()
    for name in ("table", "row", "column", "part"):
        number = getattr(place, name)
        if number is not None:
            known[name] = number
    if place.span is not None:
        known["span"] = list(place.span)
    return known | {"reader": place.reader, "reader_version": place.reader_version}


def _array(name: str, items: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield f', "{name}": ['
    first = True
    for item in items:
        yield _dumps(item) if first else ", " + _dumps(item)
        first = False
    yield "]"


# `json` prints every float by float.__repr__, so a Decimal travels as a marked string whose quotes
# are taken off afterwards; the mark is drawn anew in each process, so that no document can hold it.
_MARK = secrets.token_hex(12)
_EXACT = re.compile(rf'"{_MARK}(-?[0-9]+(?:\.[0-9]+)?)"')


def exact_json(value: Any) -> str:
    """JSON in one line, decimals with all their digits; for what is printed beside readings."""
    return _dumps(value)


def _dumps(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=_marked, allow_nan=False)
    if _MARK in text:
        text = _EXACT.sub(r"\1", text)
    # a file name that is no text has lone surrogates: written as JSON escapes
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _marked(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}"
    raise TypeError(f"not in the contract: {value!r}")
