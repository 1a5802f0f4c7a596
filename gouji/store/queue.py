"""The review queue: which reports wait, in the order of the errors that looking would remove."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.engine import URL

from .columns import storable
from .database import told, writing
from .loading import WITHOUT_PAGES, load_readings, reading_heads
from .phrases import Phrases
from .places import largest_place
from .queueing import enter
from .review_schema import BY_ISSUER, BY_YEAR, WAITING_REPORT, queue_cell, queue_report
from .rows import object_of
from .schema import reading
from .second_looks import can_be_settled_by, waits_for

FILLED_AT_ONCE = 50  # reports of an older store that are given their place in one transaction
_LARGEST = 2**31 - 1  # of an INTEGER


class QueueState(StrEnum):
    """How far a report is."""

    WAITING = "waiting"  # some cell waits for a person
    BEGUN = "begun"  # waiting, and somebody has decided some of it
    SETTLED = "settled"  # nothing waits
    FINDINGS = "findings"  # the publisher's own errors, whatever else waits
    SECOND = "second"  # a cell that this person is the second to look at
    DISAGREED = "disagreed"  # a cell that two others decided differently
    ALL = "all"


class QueueOrder(StrEnum):
    """What comes first."""

    ERRORS = "errors"  # most expected errors
    VIOLATED = "violated"  # most broken sums
    YEAR = "year"  # newest report year
    ISSUER = "issuer"  # by name
    CHANGED = "changed"  # last read or decided


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which reports; what is None does not restrict."""

    state: QueueState = QueueState.WAITING
    template: str | None = None
    region: str | None = None  # places from the largest on, each followed by a slash
    organ_type: str | None = None
    year: int | None = None
    media_type: str | None = None
    search: str | None = None  # words of issuer, title or file name, all of which must be there
    who: str = ""  # who asks, where the state depends on it
    settles: bool = False  # every disagreement, also one's own


@dataclass(frozen=True, slots=True)
class QueuedReport:
    """A report in the queue."""

    sha256: str
    reading_id: int
    version: int
    name: str
    media_type: str
    template: str | None
    title: str | None
    issuer: str | None
    region: tuple[str, ...]
    organ_type: str | None
    year: int | None
    cells: int
    open_cells: int
    decided_cells: int
    expected_errors: float
    violated: int
    findings: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some reports in their order; ``next`` asks for those behind them, None at the end."""

    reports: tuple[QueuedReport, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class QueueTotals:
    """All that a filter lets through, added up."""

    reports: int
    open_cells: int
    decided_cells: int
    expected_errors: float
    findings: int


@dataclass(frozen=True, slots=True)
class QueueChoices:
    """What there is to filter by, in the order of a list to choose from."""

    templates: tuple[str, ...]
    years: tuple[int, ...]
    organ_types: tuple[str, ...]
    media_types: tuple[str, ...]
    regions: tuple[str, ...]  # the largest places


_report = queue_report.c
# By what is sorted, and whether large comes first. The document's id makes every order total.
_ORDERS: dict[QueueOrder, tuple[ColumnElement[Any], bool]] = {
    QueueOrder.ERRORS: (_report.expected_errors, True),
    QueueOrder.VIOLATED: (_report.violated, True),
    QueueOrder.YEAR: (BY_YEAR, True),
    QueueOrder.ISSUER: (BY_ISSUER, False),
    QueueOrder.CHANGED: (_report.changed_at, True),
}


class Queue:
    """The tables `queue_report` and `queue_cell`."""

    def __init__(self, url: URL, engine: Engine, phrases: Phrases) -> None:
        self._url = url
        self._engine = engine
        self._phrases = phrases

    def page(
        self,
        wanted: QueueFilter | None = None,
        order: QueueOrder = QueueOrder.ERRORS,
        after: str | None = None,
        most: int = 50,
    ) -> QueuePage:
        """A page of the queue; ``after`` is what the page before gave as `next`.

        A place that is none begins at the start.
        """
        value, large_first = _ORDERS[order]
        place = (value, _report.document_id)
        statement = _where(select(queue_report, value.label("sorted_by")), wanted)
        if (behind := _place(after, order)) is not None:
            first, document_id = behind
            later = value < first if large_first else value > first
            same = and_(value == first, _compared(large_first, document_id))
            statement = statement.where(or_(later, same))
        statement = statement.order_by(*(e.desc() if large_first else e for e in place))
        with told(self._url), self._engine.connect() as connection:
            rows = connection.execute(statement.limit(most + 1)).all()
        more = len(rows) > most
        rows = rows[:most]
        return QueuePage(
            tuple(queued(row) for row in rows),
            _cursor(rows[-1].sorted_by, rows[-1].document_id) if more else None,
        )

    def totals(self, wanted: QueueFilter | None = None) -> QueueTotals:
        """Everything that the filter lets through, added up."""
        sums = [
            func.coalesce(func.sum(column), 0)
            for column in (
                _report.open_cells,
                _report.decided_cells,
                _report.expected_errors,
                _report.findings,
            )
        ]
        statement = _where(select(func.count(), *sums).select_from(queue_report), wanted)
        with told(self._url), self._engine.connect() as connection:
            reports, waiting, decided, errors, findings = connection.execute(statement).one()
        return QueueTotals(reports, int(waiting), int(decided), float(errors), int(findings))

    def choices(self) -> QueueChoices:
        """What there is to filter by; reads the whole table, so ask for it now and then only."""
        columns = (
            *(_report.template, _report.report_year, _report.organ_type, _report.media_type),
            largest_place(self._engine),
        )
        with told(self._url), self._engine.connect() as connection:
            rows = connection.execute(select(*columns).distinct()).all()
        found = [sorted(filter(_can_be_chosen, set(column))) for column in zip(*rows, strict=True)]
        templates, years, organs, media, regions = found or [[], [], [], [], []]
        return QueueChoices(
            tuple(templates), tuple(reversed(years)), tuple(organs), tuple(media), tuple(regions)
        )

    def report(self, sha256: str) -> QueuedReport | None:
        """A document's place in the queue; None where it is no report, or not there."""
        with told(self._url), self._engine.connect() as connection:
            mine = select(queue_report).where(_report.sha256 == sha256)
            row = connection.execute(mine).one_or_none()
        return None if row is None else queued(row)

    def cells(self, sha256: str) -> dict[str, float]:
        """The waiting cells of a document: expected errors that looking at each would remove."""
        statement = select(queue_cell.c.key, queue_cell.c.gain).join(queue_report)
        with told(self._url), self._engine.connect() as connection:
            rows = connection.execute(statement.where(_report.sha256 == sha256)).all()
        return {row.key: row.gain for row in rows}

    def fill(self) -> int:
        """Give reports of an older store, or of an older gouji that saves beside this one, their
        place; the number of them.
        """
        filled = 0
        while True:
            with told(self._url), self._engine.connect() as connection:
                heads = self._missing(connection)
                found = list(load_readings(connection, self._phrases, heads, WITHOUT_PAGES))
            if not found:
                return filled
            documents = {head.id: head.document_id for head in heads}
            with told(self._url), writing(self._engine) as connection:
                for stored in found:
                    enter(connection, documents[stored.id], stored.id, stored.reading)
            filled += len(found)

    def _missing(self, connection: Connection) -> Sequence[Any]:
        placed = and_(
            _report.document_id == reading.c.document_id, _report.reading_id == reading.c.id
        )
        there = select(_report.document_id).where(placed).exists()
        current = (reading.c.is_current, reading.c.is_report)
        statement = reading_heads().where(*current, ~there).order_by(reading.c.id)
        return connection.execute(statement.limit(FILLED_AT_ONCE)).all()


def _where(statement: Select[Any], wanted: QueueFilter | None) -> Select[Any]:
    wanted = wanted or QueueFilter()
    if wanted.state in (QueueState.WAITING, QueueState.BEGUN):
        statement = statement.where(WAITING_REPORT)
    if wanted.state is QueueState.BEGUN:
        statement = statement.where(_report.decided_cells > 0)
    if wanted.state is QueueState.SETTLED:
        statement = statement.where(_report.open_cells == 0)
    if wanted.state is QueueState.FINDINGS:
        statement = statement.where(_report.findings > 0)
    if wanted.state is QueueState.SECOND:
        statement = statement.where(waits_for(wanted.who, _report.sha256))
    if wanted.state is QueueState.DISAGREED:
        there = can_be_settled_by(wanted.who, wanted.settles, _report.sha256)
        statement = statement.where(there)
    for column, value in (
        (_report.template, wanted.template),
        (_report.organ_type, wanted.organ_type),
        (_report.report_year, wanted.year),
        (_report.media_type, wanted.media_type and storable(wanted.media_type)),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.region:
        statement = statement.where(_report.region.startswith(wanted.region, autoescape=True))
    for word in (wanted.search or "").lower().split():
        statement = statement.where(_report.words.contains(word, autoescape=True))
    return statement


def _can_be_chosen(value: str | int | None) -> bool:
    """Whether it can stand in a list: what damaged text left may hold anything."""
    return bool(value) and str(value).isprintable()


def _compared(large_first: bool, document_id: int) -> ColumnElement[bool]:
    mine = _report.document_id
    return mine < document_id if large_first else mine > document_id


def _cursor(value: Any, document_id: int) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return json.dumps([plain, document_id], ensure_ascii=True)


def _place(after: str | None, order: QueueOrder) -> tuple[Any, int] | None:
    """What a page gave as `next`, if it fits this order."""
    if after is None:
        return None
    try:
        value, document_id = json.loads(after)
        if order is QueueOrder.CHANGED:
            value = datetime.fromisoformat(value).astimezone(UTC)
        elif order is QueueOrder.ISSUER:
            value = storable(str(value))
        elif order is QueueOrder.ERRORS:
            value = float(value)
        else:
            value = int(value)
        fits = order is QueueOrder.ISSUER or order is QueueOrder.CHANGED or abs(value) <= _LARGEST
        return (value, int(document_id)) if fits and abs(int(document_id)) <= _LARGEST else None
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None


def queued(row: Any) -> QueuedReport:
    """A row of `queue_report`."""
    region = tuple(row.region.split("/")[:-1])
    return object_of(row, QueuedReport, region=region, year=row.report_year)
