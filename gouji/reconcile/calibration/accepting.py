"""Which cells are accepted without a person, and what may be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from gouji.model import CellState, DocumentReading, ReportCell
from gouji.reconcile.decoding.evidence import NOT_READ

from .calibration import Calibration
from .promise import FEWEST_DOCUMENTS, HeldOut
from .sources import SourceKind, source_kind
from .stored import evidence_of

NEVER = 1.1  # a threshold that no confidence reaches


def reading_kind(reading: DocumentReading) -> SourceKind:
    """What kind of source a reading is of, by the evidence kept with its cells.

    Raises:
        EvidenceUnusable: it cannot be understood.
    """
    return source_kind(
        evidence_of(cell.key, cell.evidence) for cell in reading.cells if cell.evidence
    )


def accepted_from(reading: DocumentReading, threshold: float) -> DocumentReading:
    """The reading with exactly those cells accepted that are read and at least so sure.

    What a person decided stays.
    """
    return replace(reading, cells=tuple(_judged(cell, threshold) for cell in reading.cells))


def threshold_within(confidences: Iterable[float], unread: int, budget: float) -> float:
    """From where on cells are accepted, so that no larger share than ``budget`` is looked at.

    ``confidences`` are those of all cells that were read; the ``unread`` ones, to be looked at in
    any case, take their part of the budget first.
    """
    sure = sorted(confidences)
    affordable = int(budget * (len(sure) + unread)) - unread
    if affordable <= 0:
        return 0.0
    return sure[affordable] if affordable < len(sure) else NEVER


def can_be_accepted(cell: ReportCell) -> bool:
    """Whether something was read that a person has not decided already."""
    return cell.kind not in NOT_READ and cell.state in (CellState.ACCEPTED, CellState.REVIEW)


def _judged(cell: ReportCell, threshold: float) -> ReportCell:
    if cell.state not in (CellState.ACCEPTED, CellState.REVIEW):
        return cell
    sure = cell.kind not in NOT_READ and cell.confidence >= threshold
    return replace(cell, state=CellState.ACCEPTED if sure else CellState.REVIEW)


@dataclass(slots=True)
class KindTally:
    """What was accepted of one kind of source."""

    documents: int = 0
    cells: int = 0
    accepted: int = 0
    expected: float = 0.0  # errors among the accepted


@dataclass(slots=True)
class Acceptance:
    """Accepts cells of readings, and adds up what may be said of them.

    With ``max_error`` each kind has the loosest threshold that keeps it; where none does, nothing
    of that kind is accepted. Without, ``threshold`` is that of all kinds.
    """

    calibration: Calibration
    max_error: float | None = None
    threshold: float = 0.0
    tallies: dict[SourceKind, KindTally] = field(default_factory=dict)

    def accept(self, reading: DocumentReading) -> DocumentReading:
        """The reading with the states of its cells decided."""
        if not reading.cells:
            return reading
        kind = reading_kind(reading)
        judged = accepted_from(reading, self.threshold_of(kind))
        tally = self.tallies.setdefault(kind, KindTally())
        tally.documents += 1
        tally.cells += len(judged.cells)
        accepted = [cell for cell in judged.cells if cell.state is CellState.ACCEPTED]
        tally.accepted += len(accepted)
        tally.expected += sum(1 - cell.confidence for cell in accepted)
        return judged

    def threshold_of(self, kind: SourceKind) -> float:
        """From where on cells of this kind of source are accepted."""
        if self.max_error is None:
            return self.threshold
        held = self.calibration.held_out.get(kind)
        found = held.threshold_for(self.max_error) if held is not None else None
        return NEVER if found is None else found

    def lines(self) -> Iterator[str]:
        """What may be said, a line a kind of source, then of all."""
        for kind, tally in sorted(self.tallies.items()):
            yield f"{kind.replace('_', ' ')}: {self._line(kind, tally)}"
        if len(self.tallies) > 1:
            yield f"all: {self._sum()}"

    def bound_of(self, kind: SourceKind) -> float | None:
        """The 95 % bound of the error rate among what is accepted; None: nothing is promised."""
        held = self.calibration.held_out.get(kind)
        return None if held is None else held.bound_at(self.threshold_of(kind))

    def _line(self, kind: SourceKind, tally: KindTally) -> str:
        documents = "1 document" if tally.documents == 1 else f"{tally.documents:,} documents"
        held = self.calibration.held_out.get(kind)
        if self.max_error is not None and self.threshold_of(kind) == NEVER:
            return (
                f"{documents}, none of {tally.cells:,} cells accepted:"
                f" {self.max_error:.3%} errors cannot be promised, {_why_not(held)}"
            )
        said = (
            f"{documents}, {tally.accepted:,} of {tally.cells:,} cells accepted,"
            f" {tally.expected:.2g} errors expected"
        )
        bound = self.bound_of(kind)
        if bound is None or held is None:
            return f"{said}; no bound can be promised, {_why_not(held)}"
        return (
            f"{said}, at most {bound * tally.accepted:.2g} ({bound:.3%}) with 95 % confidence,"
            f" by {held.reports} held-out reports"
        )

    def _sum(self) -> str:
        tallies = self.tallies.items()
        accepted = sum(t.accepted for _, t in tallies)
        said = (
            f"{accepted:,} of {sum(t.cells for _, t in tallies):,} cells accepted,"
            f" {sum(t.expected for _, t in tallies):.2g} errors expected"
        )
        bounds = [(self.bound_of(kind), t.accepted) for kind, t in tallies if t.accepted]
        if any(bound is None for bound, _ in bounds):
            return f"{said}; for some kinds no bound can be promised"
        most = sum((bound or 0.0) * count for bound, count in bounds)
        return f"{said}, at most {most:.2g} with 95 % confidence for each kind"


def _why_not(held: HeldOut | None) -> str:
    if held is None or not held.is_enough:
        there = 0 if held is None else held.reports
        return (
            f"since only {there} reports of this kind were held out (at least {FEWEST_DOCUMENTS})"
        )
    return f"at best {min(point.bound for point in held.points):.3%}"
