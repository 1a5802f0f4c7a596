"""The long form: a row a document, a cell, a relation, a number of the narrative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from gouji.model import CellState, DocumentReading, RelationStatus, ReportInfo

from .table import Field, Type, Value

Row = tuple[list[Value], Mapping[int, CellState]]

NO_REPORT = ReportInfo(None)

_SOURCE = (
    Field("sha256"),
    Field("file"),
    Field("template"),
    Field("issuer"),
    Field("report_year", Type.INTEGER),
)
_PIPELINE = (Field("version"), Field("settings_digest"))

CELLS = (
    *_SOURCE,
    Field("key"),
    Field("table"),
    Field("row"),
    Field("column"),
    Field("label"),
    Field("column_label"),
    Field("value", Type.NUMBER),
    Field("kind"),
    Field("unit"),
    Field("as_read"),
    Field("as_printed", Type.NUMBER),
    Field("confidence", Type.REAL),
    Field("state"),
    Field("agreement"),
    Field("alternatives", Type.JSON),
    Field("page", Type.INTEGER),
    Field("left", Type.REAL),
    Field("top", Type.REAL),
    Field("right", Type.REAL),
    Field("bottom", Type.REAL),
    Field("part", Type.INTEGER),
    Field("place_table", Type.INTEGER),
    Field("place_row", Type.INTEGER),
    Field("place_column", Type.INTEGER),
    Field("span_start", Type.INTEGER),
    Field("span_end", Type.INTEGER),
    Field("reader"),
    Field("reader_version"),
    *_PIPELINE,
)
_COLOURED = tuple(n for n, field in enumerate(CELLS) if field.name in ("value", "kind", "state"))

RELATIONS = (
    *_SOURCE,
    Field("id"),
    Field("scope"),
    Field("level"),
    Field("status"),
    Field("left", Type.NUMBER),
    Field("right", Type.NUMBER),
    Field("cause"),
    Field("keys", Type.JSON),
    *_PIPELINE,
)

PROSE = (
    *_SOURCE,
    Field("code"),
    Field("value", Type.NUMBER),
    Field("approximate", Type.TRUTH),
    Field("page", Type.INTEGER),
    Field("offset_start", Type.INTEGER),
    Field("offset_end", Type.INTEGER),
    Field("span"),
    *_PIPELINE,
)

DOCUMENTS = (
    *_SOURCE,
    Field("no_report"),
    Field("title"),
    Field("region", Type.JSON),
    Field("organ_type"),
    Field("organ_level"),
    Field("organ_code"),
    Field("period_start", Type.DATE),
    Field("period_end", Type.DATE),
    Field("publication_date", Type.DATE),
    Field("document_date", Type.DATE),
    Field("signature_date", Type.DATE),
    Field("index_number"),
    Field("document_number"),
    Field("contacts", Type.JSON),
    Field("sections_present", Type.JSON),
    Field("attachments", Type.JSON),  # [[name, url], …]
    Field("flags", Type.JSON),
    Field("media_type"),
    Field("pages", Type.INTEGER),
    Field("cells", Type.INTEGER),
    *(Field(f"cells_{state}", Type.INTEGER) for state in CellState),
    Field("relations_violated", Type.INTEGER),
    Field("failures", Type.JSON),
    *_PIPELINE,
)


def document_row(reading: DocumentReading) -> list[Value]:
    """The document as a whole, also one that could not be read."""
    report = reading.report or NO_REPORT
    states = Counter(cell.state for cell in reading.cells)
    return [
        *_source(reading),
        reading.no_report,
        report.title,
        report.region,
        report.organ_type,
        report.organ_level,
        report.organ_code,
        report.period_start,
        report.period_end,
        report.publication_date,
        report.document_date,
        report.signature_date,
        report.index_number,
        report.document_number,
        dict(report.contacts),
        report.sections_present,
        [[a.name, a.url] for a in reading.attachments],
        reading.flags,
        str(reading.source.media_type),
        reading.source.pages,
        len(reading.cells),
        *(states[state] for state in CellState),
        sum(r.status is RelationStatus.VIOLATED for r in reading.relations),
        [
            {"page": f.page, "stage": f.stage, "kind": str(f.kind), "message": f.message}
            for f in reading.failures
        ],
        *_pipeline(reading),
    ]


def cell_rows(reading: DocumentReading) -> Iterator[Row]:
    """A row a cell, in the order of the form; lengths in points to a hundredth."""
    source, pipeline = _source(reading), _pipeline(reading)
    for cell in reading.cells:
        table, row, column = (*cell.key.split("/", 2), None, None)[:3]
        place = cell.place
        box = place.box.as_list() if place and place.box else [None] * 4
        span = place.span if place and place.span else (None, None)
        places = (place.table, place.row, place.column) if place else (None, None, None)
        values: list[Value] = [
            *source,
            cell.key,
            table,
            row,
            column,
            cell.label,
            cell.column_label,
            cell.value,
            str(cell.kind),
            cell.unit,
            cell.as_read,
            cell.as_printed,
            round(cell.confidence, 6),
            str(cell.state),
            str(cell.agreement),
            [[a.text, round(a.p, 6)] for a in cell.alternatives],
            place.page if place else None,
            *box,
            place.part if place else None,
            *places,
            *span,
            place.reader if place else None,
            place.reader_version if place else None,
            *pipeline,
        ]
        yield values, dict.fromkeys(_COLOURED, cell.state)


def relation_rows(reading: DocumentReading) -> Iterator[list[Value]]:
    """A row a relation that was tried."""
    source, pipeline = _source(reading), _pipeline(reading)
    for relation in reading.relations:
        yield [
            *source,
            relation.id,
            relation.scope,
            relation.level,
            str(relation.status),
            relation.left,
            relation.right,
            None if relation.cause is None else str(relation.cause),
            relation.keys,
            *pipeline,
        ]


def prose_rows(reading: DocumentReading) -> Iterator[list[Value]]:
    """A row a number that the narrative states."""
    source, pipeline = _source(reading), _pipeline(reading)
    for fact in reading.prose:
        yield [
            *source,
            fact.code,
            fact.value,
            fact.approximate,
            fact.page,
            *(fact.offset or (None, None)),
            fact.span,
            *pipeline,
        ]


def _source(reading: DocumentReading) -> tuple[Value, ...]:
    report = reading.report or NO_REPORT
    source = reading.source
    return source.sha256, source.name, report.template, report.issuer, report.report_year


def _pipeline(reading: DocumentReading) -> tuple[Value, ...]:
    return reading.pipeline.version, reading.pipeline.settings_digest
