"""Joint decoding behind the seam of review: what a person saw decides more than its own cell."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from gouji.model import CellChange, CellState, CellValue, DocumentReading, ReportCell
from gouji.reconcile.calibration import evidence_of, shipped
from gouji.reconcile.confidence import REVIEW_BELOW
from gouji.reconcile.decoding import (
    Candidate,
    CellEvidence,
    CellPosterior,
    CellPrior,
    Check,
    Decoded,
    Reading,
    Weighed,
    confirmed,
    decode,
    report_checks,
    review_order,
)
from gouji.reports.amounts import parse_amount


def by_sums(reading: DocumentReading, decided: Mapping[str, CellValue]) -> Sequence[CellChange]:
    """Waiting cells that the sums settle once others are decided, and what the rest is worth.

    What the sums say without any decision is in the reading already: only what an answer adds to
    that settles a cell.
    """
    if reading.report is None or reading.report.template is None:
        return ()
    alone = _alone(reading)
    before = alone.decoded
    answers = {key: (value.value, value.kind) for key, value in decided.items()}
    after = decode(confirmed(alone.priors, answers), alone.checks) if decided else before
    gains = {each.key: each.gain for each in review_order(after)}
    found = []
    for cell in reading.cells:
        if cell.state is not CellState.REVIEW or cell.key in decided:
            continue
        now, was = after.cells.get(cell.key), before.cells.get(cell.key)
        if now is None or was is None:
            continue
        sure = _best(now)
        if sure is not None and sure.posterior >= REVIEW_BELOW > _posterior(_best(was)):
            printed = sure.candidate
            value = CellValue(printed.number, printed.kind, CellState.ACCEPTED)
            found.append(CellChange(cell.key, value, sure.posterior, 0.0))
        else:
            gain = gains.get(cell.key, 1 - cell.confidence)
            found.append(CellChange(cell.key, CellValue.of(cell), cell.confidence, gain))
    return tuple(found)


def _best(cell: CellPosterior) -> Weighed | None:
    """The most probable candidate: `as_printed` gives way in one cell at a time only, but an
    answer may turn a number, its totals and their totals together.
    """
    return cell.weighed[0] if cell.weighed else None


def _posterior(best: Weighed | None) -> float:
    return 0.0 if best is None else best.posterior


@dataclass(frozen=True, slots=True)
class _Alone:
    """What a reading gives without any decision."""

    checks: tuple[Check, ...]
    priors: tuple[CellPrior, ...]
    decoded: Decoded


_KEPT = 64
_alone_of: OrderedDict[tuple[str, str, str], _Alone] = OrderedDict()
_lock = Lock()


def _alone(reading: DocumentReading) -> _Alone:
    pipeline = reading.pipeline
    key = (reading.source.sha256, pipeline.version, pipeline.settings_digest)
    with _lock:
        found = _alone_of.get(key)
    if found is None:
        found = _given(reading)
        with _lock:
            _alone_of[key] = found
            while len(_alone_of) > _KEPT:
                _alone_of.popitem(last=False)
    return found


def _given(reading: DocumentReading) -> _Alone:
    first = {cell.key: cell for cell in reversed(reading.cells)}
    evidences = [_evidence(cell) for cell in first.values()]
    template = reading.report.template if reading.report else None
    checks = report_checks(template, evidences, reading.prose)
    priors = tuple(shipped().priors(evidences))
    return _Alone(checks, priors, decode(priors, checks))


def _evidence(cell: ReportCell) -> CellEvidence:
    """As it was kept; alternatives have heard the sums once already."""
    if cell.evidence:
        return evidence_of(cell.key, cell.evidence)
    own = tuple(_candidates(cell)) or (
        Candidate(cell.value, cell.kind, cell.confidence, cell.as_read),
    )
    reader = cell.place.reader if cell.place else "none"
    return CellEvidence(cell.key, (Reading(reader, own),), agreement=cell.agreement)


def _candidates(cell: ReportCell) -> Iterator[Candidate]:
    """What the cell was read as, with the share of its confidence; then its other readings."""
    signed = cell.key.endswith("/change")
    yield Candidate(cell.value, cell.kind, cell.confidence, cell.as_read)
    for other in cell.alternatives:
        amount = parse_amount(other.text, signed=signed)
        if (amount.value, amount.kind) != (cell.value, cell.kind):
            yield Candidate(amount.value, amount.kind, other.p, other.text)
