"""What an extractor found, as a reading: form, second opinions, sums, confidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

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
    Route,
    SourceInfo,
    Word,
)
from gouji.reconcile import cell_confidence, check_prose, check_relations
from gouji.reconcile.calibration import Calibration, evidence_fields, is_weighed, shipped
from gouji.reconcile.confidence import (
    BROKEN,
    REVIEW_BELOW,
    UNSEEN,
    UNSETTLED,
    cell_class,
    measured,
    scanned_reader,
)
from gouji.reconcile.decoding import CellEvidence, CellPosterior
from gouji.reconcile.relations import Value
from gouji.reconcile.verdicts import with_verdicts
from gouji.reports import About, FormReading, Metadata, MetaLine, fill_form, read_metadata
from gouji.reports.about import is_section_heading
from gouji.reports.amounts import plain
from gouji.reports.filled import FilledCell
from gouji.reports.flat import DEDUPLICATED
from gouji.reports.forms import block_of, unit_of
from gouji.reports.prose import Narrative, read_narrative

from .doubt import CUT, DAMAGES, doubtful_cells, incomplete_blocks, uncertain_text
from .extracted import Extracted
from .joint import (
    CHANGED,
    Decided,
    decide_text,
    decide_with_evidence,
    is_worth_deciding,
    uncalibrated,
    weighed,
    with_decided,
)
from .pdf.extract import turned_part
from .pdf.second_opinion import Opinion
from .scan.evidence import reading_of, sureness, with_likeliest

if TYPE_CHECKING:
    pass  # brings OpenCV along

# A publisher's slip breaks 2 or 3 of some 40 sums, and reports with several slips break 10.
FEWEST_BROKEN = 8
BROKEN_SHARE = 0.4

# An all-blank form is a report that leaves its zeros blank only when the form is all there.
COMPLETE = 0.95
# Pages that say how a report is made may append the form with a few zeros left in it.
TELLS_HOW = (About.NOTICE, About.BLANK_FORM, About.GUIDE, About.RULES)
STRAY = 0.1
# A table that is not found in pixels may stand there all the same: a person looks.
UNPROVEN = 0.9

NOT_ASKED = Opinion(Agreement.NOT_ASKED)

# Asked for cells in doubt: by key, what the other readers make of them.
AskOthers = Callable[[FormReading, Sequence[FilledCell]], Mapping[str, Opinion]]


def assemble(
    source: SourceInfo,
    pipeline: Pipeline,
    found: Extracted,
    ask: AskOthers | None,
    calibration: Calibration | None = None,
) -> DocumentReading:
    """The reading of one document, every value cell of its form with its evidence."""
    lost = DEDUPLICATED in found.flags
    form = fill_form(found.parts, values_lost=lost)
    lines = _meta_lines(found, form)
    meta = read_metadata(lines, found.title, found.url)
    form = with_likeliest(form, found.readings)
    form = _with_unseen(form if lost else _without_blank_form(form, meta), found.unseen or {})
    no_report = _no_report(form, meta)
    narrative = Narrative()
    if no_report is None:
        narrative = read_narrative(lines, meta.info.report_year)
    decided = decide_with_evidence(form, found, narrative.facts, calibration)
    decoded = decided.decoded if decided is not None else None
    form = with_decided(form, decoded)
    relations: tuple[RelationResult, ...] = ()
    opinions: Mapping[str, Opinion] = {}
    if form.template is not None:
        relations = _with_causes(with_verdicts(_relations(form, meta), decoded))
        if ask is not None:
            asked = [c for c in doubtful_cells(form, relations) if reading_of(c, found) is None]
            opinions = ask(form, asked)
        if not found.readings and is_worth_deciding(relations, opinions):
            decided = decide_text(form, opinions, narrative.facts, uncertain_text(form, found))
            form = with_decided(form, decided.decoded)
            relations = _with_causes(with_verdicts(_relations(form, meta), decided.decoded))
    decoded = decided.decoded if decided is not None else None
    cells = _cells(form, relations, opinions, found, decided, calibration or shipped())
    flags = [*found.flags, *form.flags]
    report = None
    if no_report is None:
        flags.extend(meta.flags)
        if form.template is None:
            flags.append("tables_missing")
        if meta.kind is About.STATISTICS:
            flags.append("statistics_only")
        report = replace(meta.info, template=form.template)
        stated = check_prose(form.template, _values(form), narrative.facts, narrative.lists)
        relations = _with_causes((*relations, *with_verdicts(stated, decoded)))
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
        attachments=found.attachments,
        no_report=no_report,
    )


def _no_report(form: FormReading, meta: Metadata) -> str | None:
    """Why the document is no report; None where it is one.

    A filled form is a report whatever its title says, but the table alone has to say whose numbers
    and of which year they are, and a figure in an explanation is no form.
    """
    if "blank_form" in form.flags:
        return About.NOTICE if meta.kind is About.NOTICE else About.BLANK_FORM
    if form.template is None:
        return meta.no_report
    if meta.kind is About.STATISTICS and not (meta.info.issuer and meta.info.report_year):
        return About.STATISTICS
    explains = meta.kind is About.EXPLANATION and not meta.narrates
    return About.EXPLANATION if explains and _share(form) < CUT else None


def _share(form: FormReading) -> float:
    """The share of the form's cells that the document has."""
    return sum(1 for cell in form.cells if cell.text is not None) / max(len(form.cells), 1)


def _meta_lines(found: Extracted, form: FormReading) -> list[MetaLine]:
    """Lines outside tables, and rows of tables beside the form (publication grids), in order."""
    starts: Sequence[int | None] = found.starts or [None] * len(found.lines)
    lines = [
        (page, line.box.top, MetaLine(page, line.text, line.size, start))
        for (page, line), start in zip(found.lines, starts, strict=True)
    ]
    for row in form.aside:
        # cells stay apart, so that a value does not run into the next label
        text = "\t".join(cell.text for cell in row.cells if cell.row == row.row)
        if text.strip():
            page = row.part.page
            lines.append((page, row.box.top, MetaLine(page, text, 0.0)))
    for part in found.parts:  # a reader may take the next section's heading for a row
        for cell in part.cells:
            if is_section_heading(cell.text):
                lines.append((part.page, cell.box.top, MetaLine(part.page, cell.text, 0.0)))
    lines.sort(key=lambda line: line[:2])
    return [line for _, _, line in lines]


def _without_blank_form(form: FormReading, meta: Metadata) -> FormReading:
    """The blank national form, as notices append it, is no report: nothing filled in, no organ."""
    if form.template is None:
        return form
    filled = [c for c in form.cells if c.amount.kind not in (Kind.BLANK, Kind.CELL_NOT_IN_SOURCE)]
    if meta.kind in TELLS_HOW:  # sheets print 0 where a sum of nothing stands
        stray = len(filled) <= STRAY * len(form.cells) and not any(c.amount.value for c in filled)
        return FormReading(None, (), ("blank_form",), form.aside) if stray else form
    complete = form.found >= COMPLETE * len(form.cells)
    if filled or (complete and meta.is_report and meta.info.issuer and meta.info.report_year):
        return form
    return FormReading(None, (), ("blank_form",), form.aside)


def _with_unseen(form: FormReading, unseen: Mapping[int, Sequence[Word]]) -> FormReading:
    """Cells under whose text the file holds another, unseen number: their reading is in doubt."""
    if not unseen:
        return form
    cells = tuple(
        cell._replace(placing=min(cell.placing, 0.5))
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


def _relations(form: FormReading, meta: Metadata) -> tuple[RelationResult, ...]:
    return check_relations(form.template or "", _values(form), meta.info.organ_type)


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


def sum_status(relations: Sequence[RelationResult]) -> dict[str, str]:
    """For each cell the worst of its hard relations: violated, holds or untestable."""
    worst: dict[str, str] = {}
    for status in (RelationStatus.UNTESTABLE, RelationStatus.HOLDS, RelationStatus.VIOLATED):
        for relation in relations:
            if relation.level == "H" and relation.status is status:
                worst.update(dict.fromkeys(relation.keys, str(status)))
    return dict.fromkeys(worst, BROKEN) if sums_broken(relations) else worst


def _cells(
    form: FormReading,
    relations: Sequence[RelationResult],
    opinions: Mapping[str, Opinion],
    found: Extracted,
    decided: Decided | None,
    calibration: Calibration,
) -> tuple[ReportCell, ...]:
    sums = sum_status(relations)
    counts = measured()
    # a cell that nobody found is missing for sure only where the tables are drawn
    aligned = any(filled.reader.endswith(ALIGNED) for filled in form.cells)
    nobody = "none" + ALIGNED if aligned else "none"
    if any(route.route is Route.SCAN for route in found.routes):  # its table may have been lost
        nobody += "_scan"
    if not found.pages and found.parts:  # what an exact grid lacks, the document lacks
        nobody = f"none_{found.parts[0].reader}"
    partly, cut = incomplete_blocks(form)
    unsummed = BROKEN if sums_broken(relations) else "untestable"
    # of flattened text, a row that is not there at all may be one that was not found
    flattened = bool(found.spans)
    rows_there = {cell.key.rpartition("/")[0] for cell in form.cells if cell.text is not None}
    damaged = not DAMAGES.isdisjoint(found.flags)  # any number may have lost a digit, or its row
    cells = []
    for filled in form.cells:
        opinion = opinions.get(filled.key, NOT_ASKED)
        reading = reading_of(filled, found)
        reader = filled.reader or nobody
        if reading is not None:
            reader = scanned_reader(reader, sureness(filled, reading))
        classes = cell_class(
            reader,
            opinion.agreement,
            sums.get(filled.key, unsummed),
            filled.amount.kind,
            placed=filled.placing >= 0.9
            and not damaged
            and block_of(filled.key) not in cut
            and (filled.text is not None or block_of(filled.key) not in partly),
            labelled=filled.label_score >= 0.7,
        )
        confidence = cell_confidence(classes, counts)
        posterior = decided.decoded.cells[filled.key] if decided is not None else None
        evidence = decided.evidences[filled.key] if decided is not None else None
        fitted = calibration.confidence is not None and evidence is not None
        if evidence is not None and decided is not None and fitted and is_weighed(evidence):
            confidence = decided.confidences[filled.key]
            if filled.amount.kind in UNSETTLED:
                confidence = min(confidence, UNSEEN)
        elif reading is not None and posterior is not None:
            held = sums.get(filled.key) == RelationStatus.HOLDS
            confidence = min(confidence, uncalibrated(filled, reading, posterior, held=held))
        elif posterior is not None and posterior.changed:
            confidence = min(confidence, CHANGED)
        lost = flattened and filled.key.rpartition("/")[0] not in rows_there
        place = (filled.part or 0, filled.row or 0, filled.column or 0)
        two = place in found.pieced and sums.get(filled.key) == RelationStatus.VIOLATED
        if damaged or lost or two:
            confidence = min(confidence, UNSEEN)
        if filled.amount.kind is Kind.CELL_NOT_IN_SOURCE and nobody.endswith("_scan"):
            confidence = min(confidence, UNPROVEN)
        unit = filled.amount.unit or unit_of(form.template or "", filled.key)
        cells.append(_cell(filled, unit, confidence, opinion, found, posterior, evidence))
    return tuple(cells)


def _cell(
    filled: FilledCell,
    unit: str | None,
    confidence: float,
    opinion: Opinion,
    found: Extracted,
    decided: CellPosterior | None,
    evidence: CellEvidence | None,
) -> ReportCell:
    reading = reading_of(filled, found)
    alternatives: list[Alternative] = []
    if reading is not None and decided is not None and decided.weighed:
        alternatives.extend(weighed(decided))
    elif reading is not None and reading.candidates:
        alternatives.extend(Alternative(text, p) for text, p in reading.candidates)
    elif filled.text is not None:
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
        column_label=filled.column_label,
        evidence=evidence_fields(evidence) if evidence is not None else None,
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
