"""Whether what people decide still agrees with the probabilities that were told."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

# The probabilities hold: the test says otherwise in at most 1 of 20 such cases, however often and
# at whatever moment it is looked at.
ALARM = 20.0
MORE = (2.0, 4.0, 8.0, 16.0, 32.0)  # times the odds of an error, each as likely as the others


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A cell that a person decided, with the probability that it had before."""

    document: str
    p: float
    right: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """What reviewed cells say of their probabilities."""

    documents: int
    cells: int
    expected: float  # wrong cells
    wrong: int
    evidence: float  # e-value against the probabilities; from `ALARM` on they are wrong

    @property
    def alarm(self) -> bool:
        return self.evidence >= ALARM

    def __str__(self) -> str:
        if not self.cells:
            return "No reviewed cell says anything about the probabilities yet."
        counts = (
            f"{self.cells} reviewed cells of {self.documents} documents:"
            f" {self.wrong} were wrong, {self.expected:.1f} were expected"
        )
        if self.alarm:
            return (
                f"DRIFT: {counts} (e-value {self.evidence:.3g}, alarm from {ALARM:g} on)."
                " Confidences are too high for these documents."
            )
        return f"{counts} (e-value {self.evidence:.3g}, alarm from {ALARM:g} on): no drift."


def drift_of(cells: Sequence[Reviewed]) -> Drift:
    """Test that cells are wrong no oftener than 1 − p.

    Likelihood ratios against errors that are more frequent, averaged over the cells of a document
    (which may go wrong together) and multiplied over documents.
    """
    by_document: dict[str, list[Reviewed]] = defaultdict(list)
    for cell in cells:
        by_document[cell.document].append(cell)
    logs = [
        sum(math.log(_mean_ratio(mine, more)) for mine in by_document.values()) for more in MORE
    ]
    highest = max(logs)
    total = highest + math.log(sum(math.exp(log - highest) for log in logs) / len(logs))
    return Drift(
        len(by_document),
        len(cells),
        math.fsum(1 - _inside(cell.p) for cell in cells),
        sum(not cell.right for cell in cells),
        math.exp(min(total, 700.0)),
    )


def _mean_ratio(cells: Sequence[Reviewed], more: float) -> float:
    ratios = []
    for cell in cells:
        wrong = 1 - _inside(cell.p)
        scale = 1 - wrong + more * wrong
        ratios.append((1.0 if cell.right else more) / scale)
    return math.fsum(ratios) / len(ratios)


def _inside(p: float) -> float:
    return min(max(p, 1e-6), 1 - 1e-6) if math.isfinite(p) else 0.5
