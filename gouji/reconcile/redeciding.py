"""A reading decided again, with what other documents say of the same report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gouji.model import (
    Alternative,
    CellState,
    CellValue,
    DocumentReading,
    RelationResult,
    RelationStatus,
    ReportCell,
)

from .calibration import Calibration, evidence_fields, reading_evidences, surroundings
from .calibration.sources import is_pixels
from .confidence import REVIEW_BELOW
from .decoding import (
    Beside,
    CellEvidence,
    CellPosterior,
    Decoded,
    decode,
    report_checks,
    with_beside,
)
from .decoding.evidence import NOT_READ
from .prose_relations import check_prose
from .relations import Value, check_relations
from .verdicts import with_verdicts

CHANGED = 0.97  # at most, of a cell that was decided otherwise, where nothing was calibrated
# What was read worse than a guess becomes a reading where everything together is so sure.
SETTLED = 0.95
MARK = "+"  # between the digest of the settings and that of what other documents said


@dataclass(frozen=True, slots=True)
class Redecided:
    """A reading decided again, and the keys of the cells that read otherwise now."""

    reading: DocumentReading
    changed: tuple[str, ...]


def alone_digest(digest: str) -> str:
    """The digest of the settings of the reading as it was before other documents were heard."""
    return digest.partition(MARK)[0]


def decide_beside(
    reading: DocumentReading, beside: Beside, calibration: Calibration
) -> Redecided | None:
    """The reading decided again; None where other documents say nothing of its cells.

    A cell is read otherwise only as its own image supports; ``as_read`` stays. Cells that a person
    decided stand.

    Raises:
        EvidenceUnusable: what was kept with the cells cannot be understood.
    """
    if reading.report is None or reading.report.template is None:
        return None
    if not _is_open(reading):
        return None
    alone = reading_evidences(reading)
    evidences = with_beside(alone, beside)
    if evidences == alone:
        return None
    template = reading.report.template
    around = surroundings(evidences)
    was = decode(calibration.priors(alone, around), report_checks(template, alone, reading.prose))
    checks = report_checks(template, evidences, reading.prose)
    now = decode(calibration.priors(evidences, around), checks)
    sure = calibration.confidences(evidences, now, around) if calibration.confidence else {}
    by_key = {evidence.key: evidence for evidence in evidences}
    cells = tuple(
        _cell(cell, by_key[cell.key], was.cells[cell.key], now.cells[cell.key], sure)
        for cell in reading.cells
    )
    changed = tuple(
        new.key
        for old, new in zip(reading.cells, cells, strict=True)
        if (old.value, old.kind) != (new.value, new.kind)
    )
    relations = _relations(reading, cells, now)
    pipeline = replace(
        reading.pipeline,
        settings_digest=f"{alone_digest(reading.pipeline.settings_digest)}{MARK}{_digest(evidences)}",
    )
    decided = replace(reading, cells=cells, relations=relations, pipeline=pipeline)
    return Redecided(decided, changed)


def _cell(
    cell: ReportCell,
    evidence: CellEvidence,
    was: CellPosterior,
    now: CellPosterior,
    sure: Mapping[str, float],
) -> ReportCell:
    kept = replace(cell, evidence=evidence_fields(evidence))
    if cell.state in (CellState.CONFIRMED, CellState.CORRECTED):
        return kept
    alternatives = tuple(
        Alternative(w.candidate.text or str(w.candidate.number or ""), w.posterior)
        for w in now.weighed
    )
    printed = now.as_printed
    if printed is None or printed.kind in NOT_READ:
        return kept
    same = (printed.number, printed.kind) == (cell.value, cell.kind)
    if not same and now.confidence < SETTLED:
        return kept
    confidence = sure.get(cell.key)
    if confidence is None:
        confidence = _uncalibrated(cell, was, now, same=same)
    return replace(
        kept,
        value=printed.number,
        as_printed=printed.number,
        kind=printed.kind,
        confidence=confidence,
        state=CellState.ACCEPTED if confidence >= REVIEW_BELOW else CellState.REVIEW,
        alternatives=alternatives or cell.alternatives,
    )


def _uncalibrated(cell: ReportCell, was: CellPosterior, now: CellPosterior, *, same: bool) -> float:
    """Never surer by other documents than a change may be; less sure as they say."""
    if not same:
        return min(now.confidence, CHANGED)
    if now.confidence < was.confidence:
        return min(cell.confidence, now.confidence)
    return max(cell.confidence, min(now.confidence, CHANGED))


def _relations(
    reading: DocumentReading, cells: Sequence[ReportCell], decoded: Decoded
) -> tuple[RelationResult, ...]:
    assert reading.report is not None
    values = {cell.key: Value(cell.value, cell.kind) for cell in cells}
    template = reading.report.template or ""
    tried = (
        *check_relations(template, values, reading.report.organ_type),
        *check_prose(template, values, reading.prose),
    )
    again = {(r.id, r.scope) for r in tried}
    return (
        *with_verdicts(tried, decoded),
        *(r for r in reading.relations if (r.id, r.scope) not in again),
    )


def _is_open(reading: DocumentReading) -> bool:
    """Whether anything can be decided: text of a digital document without a fault stands."""
    return any(
        cell.state is CellState.REVIEW or is_pixels(cell.place.reader if cell.place else "")
        for cell in reading.cells
    ) or any(r.level == "H" and r.status is RelationStatus.VIOLATED for r in reading.relations)


def _digest(evidences: Sequence[CellEvidence]) -> str:
    """Of what other documents say, so that the same is kept once."""
    said = [
        [e.key, str(e.last_year), [[str(c.number), str(c.kind)] for c in e.copies]]
        for e in evidences
        if e.copies or e.last_year is not None
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def told_values(
    reading: DocumentReading, decided: Mapping[str, CellValue] | None = None
) -> dict[str, Value]:
    """What a reading may say of another document: its cells that do not wait for a person.

    ``decided`` is what people decided on it.
    """
    told = {
        cell.key: Value(cell.value, cell.kind)
        for cell in reading.cells
        if cell.state is not CellState.REVIEW
    }
    return told | {key: Value(v.value, v.kind) for key, v in (decided or {}).items()}


def agreed(values: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """The cells in which all of several reports say the same, where they say anything."""
    found: dict[str, Value] = {}
    contradicted: set[str] = set()
    for each in values:
        for key, value in each.items():
            if found.setdefault(key, value) != value:
                contradicted.add(key)
    return {key: value for key, value in found.items() if key not in contradicted}
