"""The reports of many organs as pairs of years that can be compared, or the reason why not.

The same report often lies in a store several times (two hosts, one of them Traditional; a PDF and
a web page; a corrected edition). Those that contradict each other in no number count as one
version. Versions that do contradict each other are told (X0), and two years are compared in the
versions that agree best: which of them is right is not known, so a relation is violated only
where no version fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from gouji.model import RelationResult, RelationStatus

from .across import LEVEL, AcrossResult, YearReport, cause_of, check_years
from .organs import Organ, PlaceHistory

Reports = Mapping[int, Sequence[YearReport]]  # of one organ, by year
MOST_VERSIONS = 6  # of one year that are compared; beyond it the issuer was misread


@dataclass(frozen=True, slots=True)
class Comparison:
    """One organ, two years: what its reports say of each other, or the reason why nothing.

    ``before`` are the reports of the year before, more than one only after a merger; empty where
    there is none: `no_report` (the store has none for that year) or `predecessor_missing` (it
    lacks one of the organs that were merged). `no_tables`: a report without its tables;
    `other_form`: the two forms share no cells.
    """

    organ: Organ
    after: YearReport
    before: tuple[YearReport, ...]
    results: tuple[AcrossResult, ...] = ()
    reason: str | None = None
    last_year: int | None = None  # the year compared with, or the last one before the gap
    renamed: bool = False  # the report before is of the organ under its former name

    @property
    def year(self) -> int:
        return self.after.year


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two reports of one organ for one year that say different numbers."""

    organ: Organ
    one: YearReport
    other: YearReport
    keys: tuple[str, ...]

    @property
    def year(self) -> int:
        return self.one.year

    def relation(self, key: str) -> RelationResult:
        """A cell in which they differ, as a violated relation."""
        left, right = self.one.values[key], self.other.values[key]
        return RelationResult(
            "X0", key, RelationStatus.VIOLATED, left.number, right.number,
            cause_of((left, right)), LEVEL, (key,),
        )  # fmt: skip


def versions(reports: Sequence[YearReport]) -> list[YearReport]:
    """The reports of one organ for one year, those that do not contradict each other as one.

    The most complete comes first; reports are given with the preferred ones first.
    """
    if len(reports) == 1:
        return [reports[0]]
    found: list[YearReport] = []
    for report in sorted(reports, key=lambda r: -len(_numbers(r))):
        for place, version in enumerate(found):
            if not differing(version, report):
                found[place] = _joined(version, report)
                break
        else:
            found.append(report)
    return found


def differing(one: YearReport, other: YearReport) -> tuple[str, ...]:
    """The cells in which both have a number, and not the same."""
    numbers = _numbers(other)
    return tuple(
        key for key, value in _numbers(one).items() if key in numbers and numbers[key] != value
    )


def _numbers(report: YearReport) -> dict[str, object]:
    return {key: v.number for key, v in report.values.items() if v.number is not None}


def _joined(version: YearReport, report: YearReport) -> YearReport:
    """One report out of two that agree: a cell that one of them could not read is the other's."""
    values = {**report.values, **version.values}
    for key, value in report.values.items():
        if values[key].number is None and value.number is not None:
            values[key] = value
    return replace(version, values=values, documents=(*version.documents, *report.documents))


def compare_organ(
    organ: Organ, by_year: Mapping[Organ, Reports], history: PlaceHistory
) -> Iterator[Comparison | Contradiction]:
    """All pairs of years of one organ, and what its reports of one year contradict each other in.

    ``by_year`` holds this organ and those it may have been before.
    """
    own = by_year[organ]
    for year in sorted(own):
        all_versions = versions(own[year])
        for other in all_versions[1:]:
            yield Contradiction(organ, all_versions[0], other, differing(all_versions[0], other))
        yield from _with_year_before(organ, year, all_versions, by_year, history)


def _with_year_before(
    organ: Organ,
    year: int,
    after: Sequence[YearReport],
    by_year: Mapping[Organ, Reports],
    history: PlaceHistory,
) -> Iterator[Comparison]:
    own = by_year[organ]
    origins = [Organ(place, organ.name) for place in history.predecessors(organ.region, year)]
    # one that still reports for itself was not merged yet, whatever the register of places says
    origins = [o for o in origins if o == organ or year not in by_year.get(o, {})]
    if year - 1 in own and organ not in origins:
        origins = [organ]
    had = [by_year.get(origin, {}).get(year - 1, ()) for origin in origins]
    if origins and all(had):
        choices = [versions(reports) for reports in had]
        yield _best(organ, after, choices, renamed=organ not in origins)
    elif any(had):
        yield Comparison(organ, after[0], (), reason="predecessor_missing", last_year=year - 1)
    elif earlier := [y for o in {organ, *origins} for y in by_year.get(o, {}) if y < year]:
        yield Comparison(organ, after[0], (), reason="no_report", last_year=max(earlier))


def _best(
    organ: Organ,
    after: Sequence[YearReport],
    before: Sequence[Sequence[YearReport]],
    *,
    renamed: bool,
) -> Comparison:
    """The versions of both years that fit each other best; the first ones where several do."""
    most = 1 if len(before) > 1 else MOST_VERSIONS  # of many merged organs, not each with each
    choices = product(after[:MOST_VERSIONS], *(reports[:most] for reports in before))
    return min((_compared(organ, *choice, renamed=renamed) for choice in choices), key=_misfit)


def _compared(organ: Organ, after: YearReport, *before: YearReport, renamed: bool) -> Comparison:
    results = tuple(check_years(before, after))
    reason = None
    if not results:
        no_tables = any(report.template is None for report in (after, *before))
        reason = "no_tables" if no_tables else "other_form"
    return Comparison(organ, after, before, results, reason, after.year - 1, renamed)


def _misfit(comparison: Comparison) -> tuple[int, int]:
    statuses = [result.relation.status for result in comparison.results]
    return statuses.count(RelationStatus.VIOLATED), -statuses.count(RelationStatus.HOLDS)


def by_organ_and_year(
    reports: Iterable[tuple[Organ, YearReport]],
) -> dict[Organ, dict[int, list[YearReport]]]:
    """The reports of each organ by year, in the order they are given."""
    found: dict[Organ, dict[int, list[YearReport]]] = defaultdict(lambda: defaultdict(list))
    for organ, report in reports:
        found[organ][report.year].append(report)
    return {organ: dict(years) for organ, years in found.items()}
