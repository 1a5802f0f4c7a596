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
    SECOND_LOOK,
    Action,
    CellChange,
    CellState,
    CellValue,
    Decision,
    DocumentReading,
    NewDecision,
    ReportCell,
    standing,
)
from gouji.reconcile.reviewing import after_review
from gouji.store import Review, StaleReview, Standing, Store, standing_of
from gouji.store.second_looks import is_drawn

from .deciding import Refused, Wish, decided_value, shown_of
from .eyes import PLAIN, Eyes, Sight, seen_review, sight_of, was_hidden
from .redecoding import Redecode, as_read

log = logging.getLogger(__name__)
Key = TypeVar("Key")
Item = TypeVar("Item")

DECODINGS_KEPT = 256  # some kB each
READINGS_KEPT = 32  # in memory; one of 200 cells and 5 pages is some 300 kB
TRIES = 8  # against reviewers of other cells of the same report
LONGEST_WHY = 500
_NOT_YET = datetime.fromtimestamp(0, UTC)  # of a decision that is only tried


class UnknownReport(Exception):
    """There is no such document, or it is no report."""


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
    sight: Sight = PLAIN  # of the drawn cells, where a person looks

    @property
    def version(self) -> int:
        return self.review.version

    def order(self) -> list[str]:
        """The waiting cells, the most useful first; among equals as the form has them."""
        places = {cell.key: n for n, cell in enumerate(self.reading.cells)}
        return sorted(self.open, key=lambda key: (-self.open[key], places.get(key, 0)))

    def cell(self, key: str) -> ReportCell:
        """The cell of a key.

        Raises:
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

    def __init__(
        self, store: Store, redecode: Redecode = as_read, double_review: float = 0.0
    ) -> None:
        """``double_review`` is the share of decided cells that a second person looks at too."""
        self.store = store
        self._redecode = redecode
        self._double = double_review
        self._readings = Kept[int, DocumentReading](READINGS_KEPT)
        self._decodings = Kept[Any, Future[tuple[CellChange, ...]]](DECODINGS_KEPT)
        self._thread = ThreadPoolExecutor(1)
        self._lock = Lock()
        self._opened = Kept[tuple[int, int], OpenReport](READINGS_KEPT)

    def open(self, sha256: str, eyes: Eyes | None = None) -> OpenReport:
        """A report as it stands, or as a person sees it.

        Raises:
            UnknownReport: there is none.
        """
        return self._seen(self._opened_report(sha256), eyes)

    def _opened_report(self, sha256: str) -> OpenReport:
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

    def _seen(self, opened: OpenReport, eyes: Eyes | None) -> OpenReport:
        """The report as a person sees it: cells of a second look as if nobody had decided them,
        and those at odds as waiting.
        """
        sight = sight_of(opened.review, eyes)
        if eyes is None or sight.is_plain:
            return opened
        seen = self._with_decisions(seen_review(opened.review, sight, eyes), opened.as_read)
        cells = tuple(
            replace(cell, state=CellState.REVIEW) if cell.key in sight.disputed else cell
            for cell in seen.reading.cells
        )
        waiting = {**seen.open, **dict.fromkeys(sight.disputed & {c.key for c in cells}, 1.0)}
        return replace(seen, reading=replace(seen.reading, cells=cells), open=waiting, sight=sight)

    def decide(self, sha256: str, wish: Wish, eyes: Eyes) -> Taken:
        """Take a decision, decode the report again, and give it as it stands then.

        Decisions of others on other cells since it was seen are no conflict. The same token again
        gives the same decision. On a cell that is drawn and that another person decided, it is a
        second look.

        Raises:
            UnknownReport, Refused, Conflict: nothing was written.
        """
        return self._append(sha256, wish, eyes, lambda seen: self._made(seen, wish, eyes.who))

    def undo(self, sha256: str, eyes: Eyes, wish: Wish) -> Taken:
        """Take back one's own last decision on the report, or the last one on ``wish.key``.

        Raises:
            Refused: there is none.
        """

        def made(seen: OpenReport) -> NewDecision:
            mine = [
                d
                for d in seen.decided.values()
                if (d.made.key == wish.key if wish.key else d.made.who == eyes.who)
            ]
            if not mine:
                raise Refused("nothing_to_undo")
            last = max(mine, key=lambda d: d.number).made
            number = max(d.number for d in mine)
            look = SECOND_LOOK if last.key in seen.sight.own else last.look
            return NewDecision(
                eyes.who, sha256, last.key, Action.UNDO, last.after, last.before,
                why=wish.why, undoes=number, token=wish.token, look=look,
            )  # fmt: skip

        return self._append(sha256, replace(wish, key=""), eyes, made)

    def _append(
        self, sha256: str, wish: Wish, eyes: Eyes, make: Callable[[OpenReport], NewDecision]
    ) -> Taken:
        for _ in range(TRIES):
            stands = self._opened_report(sha256)
            seen = self._seen(stands, eyes)
            try:
                _check_unchanged(stands, seen, wish, eyes)
                made = make(seen)
            except (Conflict, Refused):
                if (sent := self._sent_before(wish)) is not None:
                    return Taken(sent, seen, seen)
                raise
            tried = Decision.next(stands.version + 1, _NOT_YET, made, "")
            after = self._with_decisions(_with(stands.review, tried), stands.as_read)
            try:
                decision = self.store.reviews.decide(
                    made, stands.review, _standing(after), self._double
                )
            except StaleReview:
                continue
            if decision.number <= stands.version:  # sent before with the same token
                return Taken(decision, seen, seen)
            review = replace(_with(stands.review, decision), settled=after.review.settled)
            if is_drawn(made, self._double):
                review = replace(review, drawn=review.drawn | {made.key})
            after = replace(after, review=review, decided=standing(review.decisions))
            self._opened.put((review.reading_id, review.version), after)
            return Taken(decision, seen, self._seen(after, eyes))
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
            look=seen.sight.turn(wish.key),
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


def _check_unchanged(stands: OpenReport, seen: OpenReport, wish: Wish, eyes: Eyes) -> None:
    """Raises:
    Conflict: the reading is another one, the cell was decided since, or somebody else was the
        second to look at it.
    """
    if wish.reading_id is not None and wish.reading_id != seen.review.reading_id:
        raise Conflict(None, seen.version)
    since = [d for d in seen.review.decisions if d.made.key == wish.key and d.number > wish.seen]
    if since:
        raise Conflict(since[-1], seen.version)
    turn = seen.sight.turn(wish.key)
    if turn != SECOND_LOOK and was_hidden(stands.review, wish.key, wish.seen, eyes):
        raise Conflict(stands.decided.get(wish.key), seen.version)


def _with(review: Review, decision: Decision) -> Review:
    decisions = (*review.decisions, decision)
    return replace(review, version=decision.number, decisions=decisions)


def _standing(after: OpenReport) -> Standing:
    state = standing_of(after.reading, len(after.decided), after.open)
    return replace(state, settled=after.review.settled)
