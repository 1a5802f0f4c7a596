"""What looking at a cell would remove of the errors expected in its report, by joint decoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gouji.model import CellState, DocumentReading

from .calibration import evidence_of, shipped
from .decoding import CellPrior, Decoded, decode, form_checks, prose_checks, review_order


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
    found = decoded_reading(reading, shipped().priors(evidences))
    return {each.key: each.gain for each in review_order(found) if each.key in waiting}


def decoded_reading(reading: DocumentReading, priors: Sequence[CellPrior]) -> Decoded:
    """The cells of a reading decided together, by the sums of its form and what its text states."""
    template = reading.report.template if reading.report else None
    keys = tuple(prior.key for prior in priors)
    stated = prose_checks(template, keys, reading.prose)
    return decode(tuple(priors), (*form_checks(template or "", keys), *stated))
