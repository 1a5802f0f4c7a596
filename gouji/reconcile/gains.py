"""What looking at a cell would remove of the errors expected in its report, by joint decoding."""

from __future__ import annotations

from collections.abc import Mapping

from gouji.model import CellState, DocumentReading

from .calibration import evidence_of, shipped
from .decoding import decode, report_checks, review_order


def expected_gains(reading: DocumentReading) -> Mapping[str, float]:
    """By waiting cell its own expected errors and those that its answer settles in other cells.

    Empty where nothing waits, or where a cell's evidence was not kept: then nothing was decoded.

    Raises:
        EvidenceUnusable: the evidence that was kept cannot be understood.
    """
    waiting = {cell.key for cell in reading.cells if cell.state is CellState.REVIEW}
    first = {cell.key: cell for cell in reversed(reading.cells)}
    if not waiting or reading.report is None or reading.report.template is None:
        return {}
    if not all(cell.evidence for cell in first.values()):
        return {}
    evidences = [evidence_of(key, cell.evidence or {}) for key, cell in first.items()]
    checks = report_checks(reading.report.template, evidences, reading.prose)
    found = decode(tuple(shipped().priors(evidences)), checks)
    return {each.key: each.gain for each in review_order(found) if each.key in waiting}
