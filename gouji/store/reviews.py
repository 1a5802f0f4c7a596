"""Decisions of people on reports: taken one after the other, none lost, none overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.engine import URL

from gouji.model import StoreUnavailable
from gouji.model.review import CellChange, Decision, NewDecision

from . import dialects, log, queueing, second_looks
from .database import told, writing
from .log import DayCount, LogFilter, LogState
from .phrases import in_groups
from .queueing import Standing
from .review_schema import queue_report


class StaleReview(Exception):
    """The report is not as it was seen: decided on or read anew meanwhile. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Review:
    """A report under review: which reading it is, and all decisions on it."""

    document_id: int
    reading_id: int
    version: int  # number of the last decision; 0 before the first
    decisions: tuple[Decision, ...]
    settled: tuple[CellChange, ...]  # what the sums settled with those decisions
    drawn: frozenset[str] = frozenset()  # cells that a second person looks at too


class Reviews:
    """The table `decision`, and how each report stands after it."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    def of(self, sha256: str) -> Review | None:
        """The review of a document, in one look; None where it is not in the queue."""
        with told(self._url), self._engine.connect() as connection:
            return _review(connection, sha256)

    def begun(self, sums: Iterable[str]) -> set[str]:
        """Those of the documents of which something is decided."""
        column, found = queue_report.c, set[str]()
        with told(self._url), self._engine.connect() as connection:
            for group in in_groups(sums):
                among = dialects.among(connection, column.sha256, group)
                there = select(column.sha256).where(among, column.version > 0)
                found.update(connection.scalars(there))
        return found

    def version(self, sha256: str) -> tuple[int, int] | None:
        """The reading under review and the last decision on it."""
        column = queue_report.c
        with told(self._url), self._engine.connect() as connection:
            statement = select(column.reading_id, column.version).where(column.sha256 == sha256)
            row = connection.execute(statement).one_or_none()
        return None if row is None else (row.reading_id, row.version)

    def decide(
        self, made: NewDecision, seen: Review, after: Standing, double: float = 0.0
    ) -> Decision:
        """Append a decision, and note how the report stands ``after`` it.

        It is on the disk when this returns. A decision whose token is in the log already is
        returned as it is there. ``double`` is the share of decided cells that are drawn for a
        second person's look.

        Raises:
            StaleReview: the report is not as it was ``seen``.
            StoreUnavailable: it could not be written; nothing was.
        """
        with told(self._url), writing(self._engine, durable=True) as connection:
            decision, new = log.append(connection, made)
            if not new:
                return decision
            column = queue_report.c
            statement = select(column.reading_id, column.version).where(
                column.document_id == seen.document_id
            )
            row = connection.execute(statement.with_for_update()).one_or_none()
            if row is None or (row.reading_id, row.version) != (seen.reading_id, seen.version):
                raise StaleReview
            queueing.put_standing(connection, seen.document_id, decision.number, after)
            if made.key in seen.drawn or second_looks.is_drawn(made, double):
                second_looks.note(connection, decision)
        return decision

    def by_token(self, token: str) -> Decision | None:
        """The decision that was sent with this token."""
        with told(self._url), self._engine.connect() as connection:
            return log.with_token(connection, token)

    def newest(
        self, wanted: LogFilter | None = None, before: int | None = None, most: int = 100
    ) -> list[Decision]:
        """The last decisions, the newest first; the next page has those ``before`` a number."""
        with told(self._url), self._engine.connect() as connection:
            return log.newest(connection, wanted or LogFilter(), before, most)

    def all(self, wanted: LogFilter | None = None) -> Iterator[Decision]:
        """The decisions from the first on, some thousand at a time."""
        for page in self._pages(wanted or LogFilter()):
            yield from page

    def verify(self) -> LogState:
        """Check the chain of hashes over the whole log.

        Raises:
            StoreUnavailable: a row cannot even be read as a decision.
        """
        try:
            return log.verify(self._pages(LogFilter()))
        except (ValueError, KeyError, TypeError) as error:
            message = f"The log of decisions is damaged: {error}."
            raise StoreUnavailable(message, "Restore it from a copy.") from error

    def counts_since(self, since: datetime) -> list[DayCount]:
        """Who decided how much since a moment, by action."""
        with told(self._url), self._engine.connect() as connection:
            return log.counts_since(connection, since)

    def _pages(self, wanted: LogFilter) -> Iterator[Sequence[Decision]]:
        after = 0
        while True:
            with told(self._url), self._engine.connect() as connection:
                page = log.in_order(connection, wanted, after, log.VERIFIED_AT_ONCE)
            if not page:
                return
            yield page
            after = page[-1].number


def _review(connection: Connection, sha256: str) -> Review | None:
    row = connection.execute(
        select(queue_report).where(queue_report.c.sha256 == sha256)
    ).one_or_none()
    if row is None:
        return None
    # a decision made between the two statements is left for the next look
    decisions = log.of_document(connection, sha256)
    known = tuple(d for d in decisions if d.number <= row.version)
    settled = tuple(CellChange.from_fields(fields) for fields in row.settled)
    drawn = second_looks.drawn_of(connection, sha256) if known else frozenset()
    return Review(row.document_id, row.reading_id, row.version, known, settled, drawn)
