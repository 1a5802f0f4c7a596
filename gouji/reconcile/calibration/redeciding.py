"""A report decided again once a person has settled some of its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gouji.model import (
    CellChange,
    CellState,
    CellValue,
    DocumentReading,
    ReportCell,
)
from gouji.reconcile.confidence import REVIEW_BELOW
from gouji.reconcile.decoding import (
    CellPosterior,
    confirmed,
    decode,
    form_checks,
    prose_checks,
    review_order,
)
from gouji.reconcile.decoding.evidence import NOT_READ

from .calibration import Calibration, is_read
from .explaining import as_told
from .features import surroundings
from .sources import is_weighed
from .stored import EvidenceUnusable, evidence_of


def decide_again(
    reading: DocumentReading, decided: Mapping[str, CellValue], calibration: Calibration
) -> Sequence[CellChange]:
    """The cells that are no longer as the reading has them, given what a person decided.

    Only of documents whose evidence was kept: others were not decided by sums. Cells that were
    read by other readers than those of pixels, and decided cells, are not among them.
    """
    if not decided or not any(cell.evidence for cell in reading.cells):
        return ()
    try:
        evidences = [
            evidence_of(cell.key, cell.evidence) if cell.evidence else as_told(cell)
            for cell in reading.cells
        ]
    except EvidenceUnusable:
        return ()
    template = reading.report.template if reading.report else None
    keys = tuple(cell.key for cell in reading.cells)
    checks = (*form_checks(template or "", keys), *prose_checks(template, keys, reading.prose))
    around = surroundings(evidences)
    answers = {
        key: (said.value, said.kind) for key, said in decided.items() if said.kind not in NOT_READ
    }
    decoded = decode(confirmed(calibration.priors(evidences, around), answers), checks)
    sure = calibration.confidences(evidences, decoded, around)
    gains = {each.key: each.gain for each in review_order(decoded)}
    weighed = {evidence.key for evidence in evidences if is_weighed(evidence)}
    changes = []
    for cell in reading.cells:
        key = cell.key
        if key in weighed and key not in decided and is_read(decoded, key):
            change = _change(cell, decoded.cells[key], sure[key], gains[key])
            if change is not None:
                changes.append(change)
    return tuple(changes)


def _change(
    cell: ReportCell, now: CellPosterior, confidence: float, gain: float
) -> CellChange | None:
    printed = now.as_printed
    if printed is None or cell.state in (CellState.CONFIRMED, CellState.CORRECTED):
        return None
    sure = confidence >= REVIEW_BELOW
    if cell.kind in NOT_READ and not sure:  # what was too faint stays so until the sums are sure
        return None
    state = CellState.ACCEPTED if sure else CellState.REVIEW
    value = CellValue(printed.number, printed.kind, state)
    same = value.says(CellValue.of(cell)) and state is cell.state
    if same and abs(confidence - cell.confidence) < 1e-6:
        return None
    return CellChange(cell.key, value, confidence, gain)
