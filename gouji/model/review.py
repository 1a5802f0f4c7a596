"""What a person decided about a cell, and a reading with those decisions put over it.

Decisions are only ever added. They hang on a document (by its sha256) and a cell's key, not on one
reading of it, so they hold over every later reading too; to take one back is a decision of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .report import CellState, DocumentReading, Kind, Number, ReportCell

# The probability a person's decision is given until double reviews have measured it.
DECIDED = 0.999
NO_HASH = "0" * 64  # what stands before the first decision
# Whose turn a decision was; 1 for all others.
SECOND_LOOK = 2  # compared with the first, which was not shown
SETTLING = 3  # of a cell that two people decided differently


class Action(StrEnum):
    """What a person said of a cell."""

    CONFIRM = "confirm"  # it prints what was read
    CORRECT = "correct"  # it prints another number
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    UNREADABLE = "unreadable"  # something stands there that nobody can read
    SOURCE_SAYS_SO = "source_says_so"  # it prints what was read, and that is the publisher's error
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class CellValue:
    """What a cell holds, before or after a decision."""

    value: Number | None
    kind: Kind
    state: CellState

    @staticmethod
    def of(cell: ReportCell) -> CellValue:
        return CellValue(cell.value, cell.kind, cell.state)

    def says(self, other: CellValue) -> bool:
        """Whether both are the same number or the same kind of none."""
        return self.kind is other.kind and self.value == other.value

    def fields(self) -> dict[str, Any]:
        """As JSON: an `int` is a number, a `Decimal` its digits as text."""
        value = self.value
        exact = format(value, "f") if isinstance(value, Decimal) else value
        return {"value": exact, "kind": str(self.kind), "state": str(self.state)}

    @staticmethod
    def from_fields(fields: Mapping[str, Any]) -> CellValue:
        value = fields["value"]
        number = Decimal(value) if isinstance(value, str) else value
        return CellValue(number, Kind(fields["kind"]), CellState(fields["state"]))


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision as a person sends it, before it has its place in the log."""

    who: str
    sha256: str
    key: str
    action: Action
    before: CellValue
    after: CellValue
    why: str | None = None
    # what was on the screen: reading, reader, confidence, alternatives
    shown: Mapping[str, Any] = field(default_factory=dict)
    undoes: int | None = None  # number of the decision taken back
    token: str | None = None  # the sender's own; the same one sent again is the same decision
    look: int = 1  # or `SECOND_LOOK`, or `SETTLING`

    def fields(self) -> dict[str, Any]:
        """As the log keeps it and shows it, by column."""
        return {
            "who": self.who,
            "sha256": self.sha256,
            "key": self.key,
            "action": str(self.action),
            "before": self.before.fields(),
            "after": self.after.fields(),
            "why": self.why,
            "shown": dict(self.shown),
            "undoes": self.undoes,
            "token": self.token,
            "look": self.look,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision in the log; each holds the hash of the one before."""

    number: int  # from 1 without gaps, over all documents
    at: datetime
    made: NewDecision
    previous_hash: str
    hash: str

    @staticmethod
    def next(number: int, at: datetime, made: NewDecision, previous_hash: str) -> Decision:
        return Decision(
            number, at, made, previous_hash, decision_hash(number, at, made, previous_hash)
        )

    @property
    def is_intact(self) -> bool:
        """Whether the hash is that of what it says."""
        return self.hash == decision_hash(self.number, self.at, self.made, self.previous_hash)


def decision_hash(number: int, at: datetime, made: NewDecision, previous_hash: str) -> str:
    """SHA-256 over everything a decision says and the hash before it, as hexadecimal digits."""
    said = [
        number,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        made.who,
        made.sha256,
        made.key,
        str(made.action),
        made.before.fields(),
        made.after.fields(),
        made.why,
        dict(made.shown),
        made.undoes,
        made.token,
        made.look,
        previous_hash,
    ]
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def standing(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that holds for each key of one document: the last that was not taken back.

    Second looks are compared, they do not decide.
    """
    taken_back: set[int] = set()
    firsts = []
    for decision in decisions:
        if decision.made.action is Action.UNDO:
            if decision.made.undoes is not None:
                taken_back.add(decision.made.undoes)
        elif decision.made.look != SECOND_LOOK:
            firsts.append(decision)
    return {d.made.key: d for d in firsts if d.number not in taken_back}


@dataclass(frozen=True, slots=True)
class CellChange:
    """What the sums make of a cell once others are decided."""

    key: str
    value: CellValue
    confidence: float
    gain: float  # expected errors that looking at it would remove

    def fields(self) -> list[Any]:
        return [self.key, self.value.fields(), self.confidence, self.gain]

    @staticmethod
    def from_fields(fields: Sequence[Any]) -> CellChange:
        key, value, confidence, gain = fields
        return CellChange(key, CellValue.from_fields(value), confidence, gain)


def reviewed(
    reading: DocumentReading,
    decisions: Mapping[str, Decision],
    settled: Iterable[CellChange] = (),
) -> DocumentReading:
    """The reading as it stands after review: what settled itself, and over it what was decided.

    What was read (`as_read`, alternatives, place) stays as it is. Relations are not tried again.
    """
    if not decisions and not settled:
        return reading
    changes = {change.key: change for change in settled}
    cells = []
    for cell in reading.cells:
        decision, change = decisions.get(cell.key), changes.get(cell.key)
        if decision is not None:
            after = decision.made.after
            cell = _with(cell, after.value, after.kind, _state(cell, after), DECIDED)
        elif change is not None:
            now = change.value
            cell = _with(cell, now.value, now.kind, now.state, change.confidence)
        cells.append(cell)
    return replace(reading, cells=tuple(cells))


def _with(
    cell: ReportCell, value: Number | None, kind: Kind, state: CellState, confidence: float
) -> ReportCell:
    return replace(
        cell, value=value, as_printed=value, kind=kind, state=state, confidence=confidence
    )


def _state(cell: ReportCell, after: CellValue) -> CellState:
    """Confirmed where a reading says the same, even one that came after the decision."""
    return CellState.CONFIRMED if CellValue.of(cell).says(after) else CellState.CORRECTED
