"""A report on a reviewer's desk: how it stands, and what a decision does to it.

Everything the pages and the API do to a report goes through here.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Generic, TypeVar

from gouji.model import (
    Action,
    CellChange,
    CellState,
    CellValue,
    Decision,
    DocumentReading,
    Kind,
    NewDecision,
    ReportCell,
    standing,
)
from gouji.reconcile.reviewing import after_review
from gouji.reports.amounts import parse_amount
from gouji.store import Review, StaleReview, Standing, Store, standing_of

from .redecoding import Redecode, as_read

log = logging.getLogger(__name__)
Key = TypeVar("Key")
Item = TypeVar("Item")

DECODINGS_KEPT = 256  # some kB each
READINGS_KEPT = 32  # in memory; one of 200 cells and 5 pages is some 300 kB
TRIES = 8  # against reviewers of other cells of the same report
LONGEST_TYPED = 60  # characters
LONGEST_WHY = 500
_NOT_YET = datetime.fromtimestamp(0, UTC)  # of a decision that is only tried
KINDS = {
    Action.BLANK: Kind.BLANK,
    Action.NOT_APPLICABLE: Kind.NOT_APPLICABLE,
    Action.UNREADABLE: Kind.TEXT_DAMAGED,
}
NOTHING_READ = (Kind.UNREAD, Kind.TEXT_DAMAGED)


class UnknownReport(Exception):
    """There is no such document, or it is no report."""


class Refused(Exception):
    """The decision makes no sense; the message is a key of `words`."""


class Conflict(Exception):
    """Somebody decided the cell since it was seen; nothing was written.

    ``decision`` is None where the document was read anew.
    """

    def __init__(self, decision: Decision | None, version: int) -> None:
        super().__init__(decision, version)
        self.decision = decision
        self.version = version


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A report as it stands, with its decisions."""

    review: Review
    as_read: DocumentReading
    reading: DocumentReading  # with everything decided and settled put over it
    open: Mapping[str, float]  # waiting cells: expected errors that looking at each would remove
    decided: Mapping[str, Decision]

    @property
    def version(self) -> int:
        return self.review.version

    def order(self) -> list[str]:
        """The waiting cells, the most useful first; among equals as the form has them."""
        places = {cell.key: n for n, cell in enumerate(self.reading.cells)}
        return sorted(self.open, key=lambda key: (-self.open[key], places.get(key, 0)))

    def cell(self, key: str) -> ReportCell:
        """Raises:
        Refused: the report has no such cell.
        """
        for cell in self.reading.cells:
            if cell.key == key:
                return cell
        raise Refused("no_such_cell")


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision, and the report right before and right after it."""

    decision: Decision
    before: OpenReport
    after: OpenReport


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


class Kept(Generic[Key, Item]):
    """The last things asked for, in memory; several threads may ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: OrderedDict[Key, Item] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Item | None:
        with self._lock:
            if key in self._items:
                self._items.move_to_end(key)
            return self._items.get(key)

    def put(self, key: Key, item: Item) -> None:
        with self._lock:
            self._items[key] = item
            self._items.move_to_end(key)
            while len(self._items) > self._most:
                self._items.popitem(last=False)


class Desk:
    """Opens reports and takes decisions; several threads may do so at once."""

    def __init__(self, store: Store, redecode: Redecode = as_read) -> None:
        self.store = store
        self._redecode = redecode
        self._readings = Kept[int, DocumentReading](READINGS_KEPT)
        self._decodings = Kept[Any, Future[tuple[CellChange, ...]]](DECODINGS_KEPT)
        self._thread = ThreadPoolExecutor(1)
        self._lock = Lock()
        self._opened = Kept[tuple[int, int], OpenReport](READINGS_KEPT)

    def open(self, sha256: str) -> OpenReport:
        """Raises:
        UnknownReport: there is none.
        """
        place = self.store.reviews.version(sha256)
        if place is not None and (there := self._opened.get(place)) is not None:
            return there  # nothing was decided since: one question instead of the whole log
        review = self.store.reviews.of(sha256)
        if review is None:
            raise UnknownReport(sha256)
        key = (review.reading_id, review.version)
        there = self._opened.get(key)
        if there is None:
            there = self._with_decisions(review, self._reading(review))
            self._opened.put(key, there)
        return there

    def decide(self, sha256: str, wish: Wish, who: str) -> Taken:
        """Take a decision, decode the report again, and give it as it stands then.

        Decisions of others on other cells since it was seen are no conflict. The same token again
        gives the same decision.

        Raises:
            UnknownReport, Refused, Conflict: nothing was written.
        """
        return self._append(sha256, wish, lambda seen: self._made(seen, wish, who))

    def undo(self, sha256: str, who: str, wish: Wish) -> Taken:
        """Take back one's own last decision on the report, or the last one on ``wish.key``.

        Raises:
            Refused: there is none.
        """

        def made(seen: OpenReport) -> NewDecision:
            mine = [
                d
                for d in seen.decided.values()
                if (d.made.key == wish.key if wish.key else d.made.who == who)
            ]
            if not mine:
                raise Refused("nothing_to_undo")
            last = max(mine, key=lambda d: d.number).made
            number = max(d.number for d in mine)
            return NewDecision(
                who, sha256, last.key, Action.UNDO, last.after, last.before,
                why=wish.why, undoes=number, token=wish.token,
            )  # fmt: skip

        return self._append(sha256, replace(wish, key=""), made)

    def _append(self, sha256: str, wish: Wish, make: Callable[[OpenReport], NewDecision]) -> Taken:
        for _ in range(TRIES):
            seen = self.open(sha256)
            try:
                _check_unchanged(seen, wish)
                made = make(seen)
            except (Conflict, Refused):
                if (sent := self._sent_before(wish)) is not None:
                    return Taken(sent, seen, seen)
                raise
            tried = Decision.next(seen.version + 1, _NOT_YET, made, "")
            after = self._with_decisions(_with(seen.review, tried), seen.as_read)
            try:
                decision = self.store.reviews.decide(made, seen.review, _standing(after))
            except StaleReview:
                continue
            if decision.number <= seen.version:  # sent before with the same token
                return Taken(decision, seen, seen)
            review = replace(_with(seen.review, decision), settled=after.review.settled)
            after = replace(after, review=review, decided=standing(review.decisions))
            self._opened.put((review.reading_id, review.version), after)
            return Taken(decision, seen, after)
        raise Conflict(None, seen.version)

    def _sent_before(self, wish: Wish) -> Decision | None:
        return None if wish.token is None else self.store.reviews.by_token(wish.token)

    def _made(self, seen: OpenReport, wish: Wish, who: str) -> NewDecision:
        cell = seen.cell(wish.key)
        before = CellValue.of(cell)
        after = decided_value(cell, wish)
        action = wish.action
        if action is Action.CORRECT and after.says(before):
            action = Action.CONFIRM  # typed, and the same
        state = CellState.CONFIRMED if after.says(before) else CellState.CORRECTED
        return NewDecision(
            who,
            seen.as_read.source.sha256,
            wish.key,
            action,
            before,
            replace(after, state=state),
            why=(wish.why or "").strip()[:LONGEST_WHY] or None,
            shown=shown_of(cell, seen.as_read),
            token=wish.token,
        )

    def _with_decisions(self, review: Review, reading: DocumentReading) -> OpenReport:
        decided = standing(review.decisions)
        values = {key: decision.made.after for key, decision in decided.items()}
        changes = self._decoded(review.reading_id, reading, values).result()
        done = after_review(reading, decided, changes)
        gains = {change.key: change.gain for change in changes}
        state = standing_of(done, len(decided), gains)
        return OpenReport(replace(review, settled=changes), reading, done, state.open, decided)

    def _decoded(
        self, reading_id: int, reading: DocumentReading, values: Mapping[str, CellValue]
    ) -> Future[tuple[CellChange, ...]]:
        """The report decoded with these values; asked for twice at once, it is done once."""
        said = frozenset((key, value.value, value.kind) for key, value in values.items())
        with self._lock:
            there = self._decodings.get((reading_id, said))
            if there is not None:
                return there
            begun = self._thread.submit(self._tried, reading, values)
            self._decodings.put((reading_id, said), begun)
        return begun

    def _tried(
        self, reading: DocumentReading, values: Mapping[str, CellValue]
    ) -> tuple[CellChange, ...]:
        """A decoder at fault costs what it would have settled, never a decision."""
        try:
            return tuple(self._redecode(reading, values))
        except Exception:
            log.exception("%s cannot be decoded", reading.source.sha256)
            return ()

    def foresee(self, opened: OpenReport) -> None:
        """Decode with the next cell confirmed, while a person still looks at it."""
        waiting = opened.order()[:1]
        values = {key: decision.made.after for key, decision in opened.decided.items()}
        for key in waiting:
            values[key] = CellValue.of(opened.cell(key))
            self._decoded(opened.review.reading_id, opened.as_read, values)

    def close(self) -> None:
        """End the thread that decodes."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _reading(self, review: Review) -> DocumentReading:
        found = self._readings.get(review.reading_id)
        if found is None:
            found = self.store.load_reading(review.reading_id)
            if found is None:  # replaced since the queue was asked
                raise UnknownReport
            self._readings.put(review.reading_id, found)
        return found


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


def _check_unchanged(seen: OpenReport, wish: Wish) -> None:
    """Raises:
    Conflict: the reading is another one, or the cell was decided since.
    """
    if wish.reading_id is not None and wish.reading_id != seen.review.reading_id:
        raise Conflict(None, seen.version)
    since = [d for d in seen.review.decisions if d.made.key == wish.key and d.number > wish.seen]
    if since:
        raise Conflict(since[-1], seen.version)


def _with(review: Review, decision: Decision) -> Review:
    decisions = (*review.decisions, decision)
    return replace(review, version=decision.number, decisions=decisions)


def _standing(after: OpenReport) -> Standing:
    state = standing_of(after.reading, len(after.decided), after.open)
    return replace(state, settled=after.review.settled)
