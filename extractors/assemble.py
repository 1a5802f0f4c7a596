"""What an extractor found, as a reading: form, second opinions, sums, confidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gouji.grids.build import ALIGNED
from gouji.model import (
    Agreement,
    Alternative,
    Cause,
    CellPlace,
    CellState,
    DocumentReading,
    Kind,
    Pipeline,
    RelationResult,
    RelationStatus,
    ReportCell,
    ReportInfo,
    SourceInfo,
    Word,
)
from gouji.reconcile import cell_confidence, check_prose, check_relations
from gouji.reconcile.confidence import BROKEN, REVIEW_BELOW, UNSETTLED, cell_class, measured
from gouji.reconcile.relations import Value
from gouji.reports import FormReading, Metadata, MetaLine, fill_form, read_metadata
from gouji.reports.amounts import plain
from gouji.reports.filled import FilledCell
from gouji.reports.forms import units
from gouji.reports.prose import Narrative, read_narrative

from .doubt import doubtful_cells
from .extracted import Extracted
from .pdf_extract import turned_part
from .second_opinion import Opinion

# A publisher's slip breaks 2 or 3 of some 40 sums, and reports with several slips break 10.
FEWEST_BROKEN = 8
# A table with fewer of its cells than this is cut off (columns on another page): nothing in it is
# sure, since a value may stand where nobody looked.
CUT = 0.7
BROKEN_SHARE = 0.4

# An all-blank form is a report that leaves its zeros blank only when the form is all there.
COMPLETE = 0.95
# Fewer of the six sections than this, and a title alone makes no report.
FEWEST_SECTIONS = 3

# Asked for cells in doubt: by key, what the other readers make of them.
AskOthers = Callable[[FormReading, Sequence[FilledCell]], Mapping[str, Opinion]]


def assemble(
    source: SourceInfo, pipeline: Pipeline, found: Extracted, ask: AskOthers | None
) -> DocumentReading:
    """The reading of one document, every value cell of its form with its evidence."""
    form = fill_form(found.parts)
    lines = _meta_lines(found, form)
    meta = read_metadata(lines, found.title)
    form = _with_unseen(_without_blank_form(form, meta), found.unseen or {})
    relations: tuple[RelationResult, ...] = ()
    opinions: Mapping[str, Opinion] = {}
    if form.template is not None:
        relations = _with_causes(_relations(form, meta))
        if ask is not None:
            opinions = ask(form, doubtful_cells(form, relations))
    cells = _cells(form, relations, opinions, found)
    flags = [*found.flags, *form.flags]
    report, narrative = None, Narrative()
    blank_form = "blank_form" in form.flags
    if form.template is not None or (meta.is_report and not blank_form and _narrates(meta)):
        flags.extend(meta.flags)
        if form.template is None:
            flags.append("tables_missing")
        report = _report(form, meta)
        narrative = read_narrative(lines, meta.report_year)
        stated = check_prose(form.template, _values(form), narrative.facts, narrative.lists)
        relations = _with_causes((*relations, *stated))
    if sums_broken(relations):
        flags.append("sums_broken")
    if any(opinion.agreement is Agreement.DISAGREES for opinion in opinions.values()):
        flags.append("readers_disagree")
    turned = found.turned or {}
    parts = tuple(turned_part(p, turned[p.page]) if p.page in turned else p for p in found.parts)
    for part in parts:
        part.cells.pack()
    return DocumentReading(
        source,
        pipeline,
        report=report,
        cells=cells,
        relations=relations,
        prose=narrative.facts,
        tables=parts,
        text=found.text,
        pages=found.routes,
        flags=tuple(dict.fromkeys(flags)),
        failures=found.failures,
    )


def _meta_lines(found: Extracted, form: FormReading) -> list[MetaLine]:
    """Lines outside tables, and rows of tables beside the form (publication grids), in order."""
    starts: Sequence[int | None] = found.starts or [None] * len(found.lines)
    lines = [
        (page, line.box.top, MetaLine(page, line.text, line.size, start))
        for (page, line), start in zip(found.lines, starts, strict=True)
    ]
    for row in form.aside:
        text = "".join(cell.text for cell in row.cells if cell.row == row.row)
        if text:
            page = row.part.page
            lines.append((page, row.box.top, MetaLine(page, text, 0.0)))
    lines.sort(key=lambda line: line[:2])
    return [line for _, _, line in lines]


def _without_blank_form(form: FormReading, meta: Metadata) -> FormReading:
    """The blank national form, as notices append it, is no report: nothing filled in, no organ."""
    if form.template is None:
        return form
    filled = any(c.amount.kind not in (Kind.BLANK, Kind.CELL_NOT_IN_SOURCE) for c in form.cells)
    complete = form.found >= COMPLETE * len(form.cells)
    if filled or (complete and meta.is_report and meta.issuer and meta.report_year):
        return form
    return FormReading(None, (), ("blank_form",), form.aside)


def _with_unseen(form: FormReading, unseen: Mapping[int, Sequence[Word]]) -> FormReading:
    """Cells under whose text the file holds another, unseen number: their reading is in doubt."""
    if not unseen:
        return form
    cells = tuple(
        replace(cell, placing=min(cell.placing, 0.5))
        if cell.box is not None
        and any(
            cell.box.contains(word.box.center_x, word.box.center_y)
            and plain(word.text) not in plain(cell.text or "")
            for word in unseen.get(cell.page or 0, ())
        )
        else cell
        for cell in form.cells
    )
    changed = any(a is not b for a, b in zip(cells, form.cells, strict=True))
    return replace(form, cells=cells, flags=(*form.flags, "hidden_text")) if changed else form


def _narrates(meta: Metadata) -> bool:
    """A report without its tables still has its organ, its year and most of its sections."""
    return bool(meta.issuer and meta.report_year) and len(meta.sections_present) >= FEWEST_SECTIONS


def _relations(form: FormReading, meta: Metadata) -> tuple[RelationResult, ...]:
    return check_relations(form.template or "", _values(form), meta.organ_type)


def _values(form: FormReading) -> dict[str, Value]:
    return {c.key: Value(c.amount.value, c.amount.kind) for c in form.cells}


def _with_causes(relations: tuple[RelationResult, ...]) -> tuple[RelationResult, ...]:
    """Where most sums fail, the reading is wrong and not the report: digits of a lost font."""
    if not sums_broken(relations):
        return relations
    return tuple(
        replace(r, cause=Cause.MISREAD_SUSPECTED) if r.status is RelationStatus.VIOLATED else r
        for r in relations
    )


def sums_broken(relations: Sequence[RelationResult]) -> bool:
    """Whether so many hard relations fail that no publisher's slips explain it."""
    tried = [r for r in relations if r.level == "H" and r.status is not RelationStatus.UNTESTABLE]
    violated = sum(1 for r in tried if r.status is RelationStatus.VIOLATED)
    return violated >= FEWEST_BROKEN and violated > BROKEN_SHARE * len(tried)


def _report(form: FormReading, meta: Metadata) -> ReportInfo:
    return ReportInfo(
        template=form.template,
        title=meta.title,
        issuer=meta.issuer,
        organ_type=meta.organ_type,
        report_year=meta.report_year,
        publication_date=meta.publication_date,
        document_date=meta.document_date,
        signature_date=meta.signature_date,
        index_number=meta.index_number,
        contacts=meta.contacts,
        sections_present=meta.sections_present,
    )


def sum_status(relations: Sequence[RelationResult]) -> dict[str, str]:
    """For each cell the worst of its hard relations: violated, holds or untestable."""
    rank = {RelationStatus.UNTESTABLE: 0, RelationStatus.HOLDS: 1, RelationStatus.VIOLATED: 2}
    worst: dict[str, RelationStatus] = {}
    for relation in relations:
        if relation.level == "H":
            for key in relation.keys:
                known = worst.get(key, RelationStatus.UNTESTABLE)
                worst[key] = max(known, relation.status, key=lambda status: rank[status])
    if sums_broken(relations):
        return dict.fromkeys(worst, BROKEN)
    return {key: str(status) for key, status in worst.items()}


def _cells(
    form: FormReading,
    relations: Sequence[RelationResult],
    opinions: Mapping[str, Opinion],
    found: Extracted,
) -> tuple[ReportCell, ...]:
    sums = sum_status(relations)
    known_units = units()
    counts = measured()
    # a cell that nobody found is missing for sure only where the tables are drawn
    aligned = any(filled.reader.endswith(ALIGNED) for filled in form.cells)
    nobody = "none" + ALIGNED if aligned else "none"
    # a table that lacks some of its cells may have lost them in reading; one that is not there not
    partly = {_table_of(cell) for cell in form.cells if cell.text is not None}
    cut = {table for table in partly if _share_found(form, table) < CUT}
    cut |= {flag.partition(":")[2] for flag in form.flags if flag.startswith("table_unread:")}
    unsummed = BROKEN if sums_broken(relations) else "untestable"
    cells = []
    for filled in form.cells:
        opinion = opinions.get(filled.key, Opinion(Agreement.NOT_ASKED))
        classes = cell_class(
            filled.reader or nobody,
            opinion.agreement,
            sums.get(filled.key, unsummed),
            filled.amount.kind,
            placed=filled.placing >= 0.9
            and _table_of(filled) not in cut
            and (filled.text is not None or _table_of(filled) not in partly),
            labelled=filled.label_score >= 0.7,
        )
        confidence = cell_confidence(classes, counts)
        unit = filled.amount.unit or known_units.get(f"{form.template}:{filled.key}", "件") or None
        cells.append(_cell(filled, unit, confidence, opinion, found))
    return tuple(cells)


def _table_of(cell: FilledCell) -> str:
    return cell.key.split("/", 1)[0]


def _share_found(form: FormReading, table: str) -> float:
    cells = [cell for cell in form.cells if _table_of(cell) == table]
    return sum(1 for cell in cells if cell.text is not None) / len(cells)


def _cell(
    filled: FilledCell,
    unit: str | None,
    confidence: float,
    opinion: Opinion,
    found: Extracted,
) -> ReportCell:
    alternatives = []
    if filled.text is not None:
        alternatives.append(Alternative(filled.text, confidence))
    if opinion.agreement is Agreement.DISAGREES and opinion.text is not None:
        alternatives.append(Alternative(opinion.text, max(0.0, 1 - confidence)))
    amount = filled.amount
    return ReportCell(
        key=filled.key,
        value=amount.value,
        kind=amount.kind,
        unit=unit,
        as_read=filled.text,
        as_printed=amount.value,
        confidence=confidence,
        state=_state(amount.kind, confidence),
        alternatives=tuple(alternatives),
        place=_place(filled, found),
        agreement=opinion.agreement,
        label=filled.label,
    )


def _place(filled: FilledCell, found: Extracted) -> CellPlace | None:
    """Page and box; in a document without pages table, row and column; in text a span."""
    if filled.box is None or filled.part is None:
        return None
    version = _VERSIONS.get(filled.reader, "1")
    if filled.page:
        turn = (found.turned or {}).get(filled.page)
        box = turn(filled.box) if turn is not None else filled.box
        return CellPlace(
            filled.reader, version, filled.page, box, filled.part,
            row=filled.row, column=filled.column,
        )  # fmt: skip
    span = found.spans.get((filled.part, filled.row or 0, filled.column or 0))
    return CellPlace(
        filled.reader, version, table=filled.part, row=filled.row, column=filled.column, span=span
    )


def _state(kind: Kind, confidence: float) -> CellState:
    if kind in UNSETTLED or confidence < REVIEW_BELOW:
        return CellState.REVIEW
    return CellState.ACCEPTED


_VERSIONS: Mapping[str, str] = {}  # of readers whose results have changed; the others are "1"
