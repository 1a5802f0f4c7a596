"""Which cells are accepted without a person, and what may be said of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from gouji.model import CellState, DocumentReading, Kind, ReportCell
from gouji.reconcile.decoding.evidence import NOT_READ

from .calibration import Calibration
from .promise import FEWEST_DOCUMENTS, HeldOut
from .sources import SourceKind, source_kind
from .stored import evidence_of

UNDECIDED = (CellState.ACCEPTED, CellState.REVIEW)
NEVER = 1.1  # a threshold that no confidence reaches


def reading_kind(reading: DocumentReading) -> SourceKind:
    """What kind of source a reading is of, by the evidence kept with its cells.

    Raises:
        EvidenceUnusable: it cannot be understood.
    """
    return source_kind(
        evidence_of(cell.key, cell.evidence) for cell in reading.cells if cell.evidence
    )


def cells_at_stake(reading: DocumentReading) -> list[ReportCell]:
    """The cells that are accepted or not: not those a person decided, nor those of a table of
    which nothing was found (that it is missing is one thing to look at, not a hundred), nor, on
    pixels, any that nobody found (they stay in review: a row may have been overlooked).

    Raises:
        EvidenceUnusable: the evidence kept with a cell cannot be understood.
    """
    there = [cell for cell in reading.cells if cell.kind is not Kind.CELL_NOT_IN_SOURCE]
    if reading_kind(reading) is SourceKind.DIGITAL:
        found = {cell.key.partition("/")[0] for cell in there}
        there = [cell for cell in reading.cells if cell.key.partition("/")[0] in found]
    return [cell for cell in there if cell.state in UNDECIDED]


def is_unread(cell: ReportCell) -> bool:
    """Whether a person has to look at it in any case."""
    return cell.kind in NOT_READ


@dataclass(slots=True)
class Limit:
    """From where on cells are accepted; of those just as sure, so many are not, the first ones."""

    threshold: float = 0.0
    tied: int = 0

    def accepts(self, cell: ReportCell) -> bool:
        if is_unread(cell) or cell.confidence < self.threshold:
            return False
        if cell.confidence == self.threshold and self.tied > 0:
            self.tied -= 1
            return False
        return True


def limit_within(confidences: Iterable[float], unread: int, budget: float) -> Limit:
    """What accepts cells so that no larger share than ``budget`` is looked at, and all of it used.

    ``confidences`` are those of all cells that were read; the ``unread`` ones, to be looked at in
    any case, take their part of the budget first.
    """
    sure = sorted(confidences)
    affordable = min(int(budget * (len(sure) + unread)) - unread, len(sure))
    if affordable <= 0:
        return Limit()
    threshold = sure[affordable - 1]
    return Limit(threshold, affordable - bisect_left(sure, threshold))


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
    of that kind is accepted. Without, ``limit`` is that of all kinds.
    """

    calibration: Calibration
    max_error: float | None = None
    limit: Limit = field(default_factory=Limit)
    tallies: dict[SourceKind, KindTally] = field(default_factory=dict)

    def accept(self, reading: DocumentReading) -> DocumentReading:
        """The reading with the states of its cells decided."""
        if not reading.cells:
            return reading
        kind = reading_kind(reading)
        limit = self.limit if self.max_error is None else Limit(self.threshold_of(kind))
        at_stake = cells_at_stake(reading)
        accepted = [cell for cell in at_stake if limit.accepts(cell)]
        tally = self.tallies.setdefault(kind, KindTally())
        tally.documents += 1
        tally.cells += len(at_stake)
        tally.accepted += len(accepted)
        tally.expected += sum(1 - cell.confidence for cell in accepted)
        states = dict.fromkeys((cell.key for cell in at_stake), CellState.REVIEW)
        states |= dict.fromkeys((cell.key for cell in accepted), CellState.ACCEPTED)
        cells = tuple(
            replace(cell, state=states[cell.key]) if cell.key in states else cell
            for cell in reading.cells
        )
        return replace(reading, cells=cells)

    def threshold_of(self, kind: SourceKind) -> float:
        """From where on cells of this kind of source are accepted."""
        if self.max_error is None:
            return self.limit.threshold
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
