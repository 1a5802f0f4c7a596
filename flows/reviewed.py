"""What people decided, as labels: cells of stored readings with what they really print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gouji.model import CellState, Decision, DocumentReading, Kind, Number, standing
from gouji.model.double_review import LookState, second_looks
from gouji.reconcile.calibration import (
    EvidenceUnusable,
    LabelledDocument,
    Reviewed,
    reading_evidences,
)
from gouji.reconcile.reviewing import after_review
from gouji.store import Review, Store

LABELS = (Kind.NUMBER, Kind.BLANK, Kind.NOT_APPLICABLE, Kind.CELL_NOT_IN_SOURCE)


@dataclass(frozen=True, slots=True)
class DecidedCell:
    """A cell as a person decided it, and how it stood before."""

    sha256: str
    key: str
    value: Number | None
    kind: Kind
    was_right: bool
    confidence: float | None  # that it had before


def as_reviewed(reading: DocumentReading, review: Review) -> DocumentReading:
    """The reading as it stands after review; what two people decided differently waits."""
    done = after_review(reading, standing(review.decisions), review.settled)
    looks = second_looks(review.decisions, review.drawn)
    at_odds = {key for key, look in looks.items() if look.state is LookState.DISAGREED}
    if not at_odds:
        return done
    cells = (
        replace(cell, state=CellState.REVIEW) if cell.key in at_odds else cell
        for cell in done.cells
    )
    return replace(done, cells=tuple(cells))


def decided_cells(store: Store) -> list[DecidedCell]:
    """The decisions of a store that hold. What was unreadable is no label."""
    by_document: dict[str, list[Decision]] = {}
    for decision in store.reviews.all():
        by_document.setdefault(decision.made.sha256, []).append(decision)
    return [
        DecidedCell(
            sha256, key, decision.made.after.value, decision.made.after.kind,
            decision.made.before.says(decision.made.after),
            _confidence(decision.made.shown.get("confidence")),
        )
        for sha256, decisions in by_document.items()
        for key, decision in standing(decisions).items()
        if decision.made.after.kind in LABELS
    ]  # fmt: skip


def labelled(
    cells: Iterable[DecidedCell], reading_of: Callable[[str], DocumentReading | None]
) -> list[LabelledDocument]:
    """The documents of decided cells, with the evidence of their current readings.

    Documents whose reading is gone, or whose evidence cannot be understood, teach nothing.
    """
    by_document: dict[str, list[DecidedCell]] = {}
    for cell in cells:
        by_document.setdefault(cell.sha256, []).append(cell)
    documents = []
    for sha256 in sorted(by_document):
        reading = reading_of(sha256)
        if reading is None:
            continue
        known = {cell.key for cell in reading.cells}
        try:
            evidences = tuple(reading_evidences(reading))
        except EvidenceUnusable:
            continue
        truth = {c.key: (c.value, c.kind) for c in by_document[sha256] if c.key in known}
        documents.append(
            LabelledDocument(
                sha256, sha256, evidences, truth,
                reading.report.template if reading.report else None,
                reading.prose,
                {cell.key: cell.confidence for cell in reading.cells},
                whole=False,
            )
        )  # fmt: skip
    return documents


def reviewed(cells: Sequence[DecidedCell]) -> list[Reviewed]:
    """The cells whose confidence is known from before they were decided."""
    return [
        Reviewed(cell.sha256, cell.confidence, cell.was_right)
        for cell in cells
        if cell.confidence is not None
    ]


def _confidence(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None
