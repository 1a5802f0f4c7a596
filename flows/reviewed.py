"""What people decided, as labels: cells of stored readings with what they really print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gouji.model import DocumentReading, Kind, Number
from gouji.reconcile.calibration import EvidenceUnusable, LabelledDocument, Reviewed, evidence_of
from gouji.reconcile.calibration.explaining import as_told
from gouji.store import Store

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


def decided_cells(store: Store) -> list[DecidedCell]:
    """The decisions of a store that hold: the last of each cell that was not taken back.

    A store without a log of decisions has none. What was unreadable is no label.
    """
    reviews: Any = getattr(store, "reviews", None)
    if reviews is None:
        return []
    last: dict[tuple[str, str], Any] = {}
    decisions = list(reviews.all())
    taken_back = {d.made.undoes for d in decisions if d.made.undoes is not None}
    for decision in decisions:
        made = decision.made
        decides = made.undoes is None and made.look == 1  # second looks are compared
        if decides and decision.number not in taken_back and made.after.kind in LABELS:
            last[made.sha256, made.key] = made
    return [
        DecidedCell(
            made.sha256, made.key, made.after.value, made.after.kind,
            made.before.says(made.after), _confidence(made.shown.get("confidence")),
        )
        for made in last.values()
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
            evidences = tuple(
                evidence_of(cell.key, cell.evidence) if cell.evidence else as_told(cell)
                for cell in reading.cells
            )
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
