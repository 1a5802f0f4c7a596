"""What a person wants done to a cell, and what the cell holds after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gouji.model import Action, CellState, CellValue, DocumentReading, Kind, ReportCell
from gouji.reports.amounts import parse_amount

LONGEST_TYPED = 60  # characters
KINDS = {
    Action.BLANK: Kind.BLANK,
    Action.NOT_APPLICABLE: Kind.NOT_APPLICABLE,
    Action.UNREADABLE: Kind.TEXT_DAMAGED,
}
NOTHING_READ = (Kind.UNREAD, Kind.TEXT_DAMAGED)


class Refused(Exception):
    """The decision makes no sense; the message is a key of `words`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants done to a cell."""

    key: str
    action: Action
    text: str | None = None  # of a correction: what was typed
    seen: int = 0  # the version of the report that was on the screen
    reading_id: int | None = None  # and the reading
    token: str | None = None
    why: str | None = None


def decided_value(cell: ReportCell, wish: Wish) -> CellValue:
    """What the cell holds after the decision.

    Raises:
        Refused: it makes no sense.
    """
    if wish.action in KINDS:
        return CellValue(None, KINDS[wish.action], CellState.CORRECTED)
    if wish.action is Action.CORRECT:
        text = (wish.text or "").strip()
        if len(text.split()) != 1 or len(text) > LONGEST_TYPED:
            raise Refused("not_a_number")
        amount = parse_amount(text, signed=cell.key.endswith("/change"))
        if amount.kind in NOTHING_READ or amount.repeated != 1:
            raise Refused("not_a_number")
        if amount.value is not None and amount.value < 0 and not cell.key.endswith("/change"):
            raise Refused("not_a_number")
        return CellValue(amount.value, amount.kind, CellState.CORRECTED)
    if wish.action in (Action.CONFIRM, Action.SOURCE_SAYS_SO):
        if cell.kind in NOTHING_READ and cell.state is not CellState.CONFIRMED:
            raise Refused("nothing_to_confirm")
        return CellValue.of(cell)
    raise Refused("not_a_number")


def shown_of(cell: ReportCell, reading: DocumentReading) -> dict[str, Any]:
    """What was on the screen, and what a calibration learns from."""
    place = cell.place
    return {
        "version": reading.pipeline.version,
        "settings_digest": reading.pipeline.settings_digest,
        "reader": place.reader if place else None,
        "reader_version": place.reader_version if place else None,
        "page": place.page if place else None,
        "box": place.box.as_list() if place and place.box else None,
        "as_read": cell.as_read,
        "confidence": cell.confidence,
        "alternatives": [[a.text, a.p] for a in cell.alternatives],
        "agreement": str(cell.agreement),
        "evidence": dict(cell.evidence) if cell.evidence is not None else None,
    }
