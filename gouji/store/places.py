"""Reports by place and year: how complete they are, and which there are to be added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, case, func, literal, select
from sqlalchemy.engine import URL

from .database import told
from .review_schema import queue_report

_report = queue_report.c


@dataclass(frozen=True, slots=True)
class PlaceYear:
    """The reports of a largest place for a year."""

    region: str
    year: int | None
    reports: int
    settled: int  # in which nothing waits
    open_cells: int
    findings: int

    def with_more(self, reports: int, settled: int, open_cells: int, findings: int) -> PlaceYear:
        """With the reports of a place inside it."""
        return PlaceYear(
            self.region,
            self.year,
            self.reports + reports,
            self.settled + settled,
            self.open_cells + open_cells,
            self.findings + findings,
        )


class PlacedReport(NamedTuple):
    """Which organ's report for which year; a tuple, since many are made."""

    reading_id: int
    issuer: str | None
    organ_type: str | None
    year: int
    region: str


class Places:
    """The table `queue_report` by place."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    def by_place_and_year(self, region: str = "") -> list[PlaceYear]:
        """How complete the reports of each place directly below a region are, year by year; of
        the largest places where none is named.
        """
        inside = (
            _report.region.startswith(region, autoescape=True) if region else literal(value=True)
        )
        place = _report.region if region else largest_place(self._engine)
        what = (place, _report.report_year)
        sums = (
            func.count(),
            func.sum(case((_report.open_cells == 0, 1), else_=0)),
            func.sum(_report.open_cells),
            func.sum(_report.findings),
        )
        statement = select(*what, *sums).where(inside).group_by(*what).order_by(*what)
        with told(self._url), self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        depth = region.count("/")
        found: dict[tuple[str, int | None], PlaceYear] = {}
        for whole, year, *counts in rows:
            name = (whole or "").split("/")[depth] if region else whole or ""
            before = found.get((name, year), PlaceYear(name, year, 0, 0, 0, 0))
            found[name, year] = before.with_more(*map(int, counts))
        return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or 0))]

    def in_region(self, region: str, most: int) -> list[PlacedReport]:
        """The reports of all organs in a region for known years, the oldest documents first."""
        what = (
            *(_report.reading_id, _report.issuer, _report.organ_type, _report.report_year),
            _report.region,
        )
        inside = _report.region.startswith(region, autoescape=True)
        statement = select(*what).where(inside, _report.report_year.is_not(None))
        with told(self._url), self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(_report.document_id).limit(most)).all()
        return [PlacedReport(*row) for row in rows]

    def of_issuer(self, issuer: str, most: int = 50) -> list[str]:
        """The reports of an organ by their sha256, in the order of the years."""
        mine = select(_report.sha256).where(_report.issuer == issuer)
        ordered = mine.order_by(_report.report_year, _report.document_id).limit(most)
        with told(self._url), self._engine.connect() as connection:
            return list(connection.scalars(ordered))


def largest_place(engine: Engine) -> ColumnElement[Any]:
    """The largest place of a report's organ; empty where it is not known."""
    place = (
        func.split_part(_report.region, "/", 1)
        if engine.dialect.name == "postgresql"
        else func.substr(_report.region, 1, func.instr(_report.region, "/") - 1)
    )
    return case((_report.region == "", ""), else_=place)
