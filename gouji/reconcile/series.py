"""The reports of many organs as pairs of years that can be compared, or the reason why not.

The same report often lies in a store several times (two hosts, one of them Traditional; a PDF and
a web page; a corrected edition). Those that contradict each other in no number count as one
version. Versions that do contradict each other are told (X0), and two years are compared in the
versions that agree best: which of them is right is not known, so a relation is violated only
where no version fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from gouji.model import RelationResult, RelationStatus

from .across import LEVEL, AcrossResult, YearReport, cause_of, check_years
from .organs import Organ, PlaceHistory

Reports = Mapping[int, Sequence[YearReport]]  # of one organ, by year
MOST_VERSIONS = 6  # of one year that are tried on another; beyond it the issuer was misread
MOST_COMPARED = 30  # versions that a report is held against: thousands may bear one name


@dataclass(frozen=True, slots=True)
class Comparison:
    """One organ, two years: what its reports say of each other, or the reason why nothing.

    ``before`` are the reports of the year before, more than one only after a merger. ``reason``:

    - `no_report`: the store has none for the year before;
    - `predecessor_missing`: it lacks that of an organ that was merged into this one, or that organ
      went into several;
    - `no_tables`, `other_form`: a report without its tables, or two forms that share no cells.
    """

    organ: Organ
    after: YearReport
    before: tuple[YearReport, ...]
    results: tuple[AcrossResult, ...] = ()
    reason: str | None = None
    last_year: int | None = None  # the year compared with, or the last one before the gap

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
        for place, version in enumerate(found[:MOST_COMPARED]):
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
    merged = _merged(organ, year, by_year, history)
    everything = [*([own[year - 1]] if year - 1 in own else []), *merged.surely, *merged.perhaps]
    # a place that came to be by the merger has no report of the year before
    is_new = bool(everything) and history.since(after[0].region) >= year - 1
    if year - 1 not in own and not is_new:
        if earlier := [y for y in own if y < year]:
            yield Comparison(organ, after[0], (), (), "no_report", max(earlier))
    elif merged.missing:
        yield Comparison(organ, after[0], (), (), "predecessor_missing", year - 1)
    else:
        choices = [everything]
        if year - 1 in own and merged.perhaps:
            choices = [[own[year - 1], *merged.surely], everything]
        yield _best(organ, after, [[versions(reports) for reports in had] for had in choices])


@dataclass(frozen=True, slots=True)
class _Merged:
    """Reports of the year before, of places that went into this one in this year."""

    surely: tuple[Sequence[YearReport], ...]
    perhaps: tuple[Sequence[YearReport], ...]
    missing: bool  # one that the sum needs is not there, or only a part of the place came


def _merged(
    organ: Organ, year: int, by_year: Mapping[Organ, Reports], history: PlaceHistory
) -> _Merged:
    """What was merged into the organ between its last report and this one.

    Lists tell the year of a merger to within one: a place that was listed in 2020 for the last
    time reported for itself last for 2019, 2020 or 2021. Whoever reports for the year itself was
    not merged yet.
    """
    surely: list[Sequence[YearReport]] = []
    perhaps: list[Sequence[YearReport]] = []
    missing = False
    for absorbed in history.absorbed(by_year[organ][year][0].region):
        since_listed = year - absorbed.last
        reports = by_year.get(Organ(absorbed.place, organ.name), {})
        if since_listed not in (0, 1, 2) or year in reports:
            continue
        if year - 1 in reports:
            (surely if since_listed else perhaps).append(reports[year - 1])
            missing |= not absorbed.whole
        else:
            missing |= since_listed < 2
    return _Merged(tuple(surely), tuple(perhaps), missing)


def _best(
    organ: Organ,
    after: Sequence[YearReport],
    choices: Sequence[Sequence[Sequence[YearReport]]],
) -> Comparison:
    """The versions of both years that fit each other best; the first ones where several do."""
    tried = []
    for before in choices:
        most = 1 if len(before) > 1 else MOST_VERSIONS  # of many merged organs not each with each
        for one in product(after[:MOST_VERSIONS], *(reports[:most] for reports in before)):
            tried.append(_compared(organ, *one))
    return min(tried, key=_misfit)


def _compared(organ: Organ, after: YearReport, *before: YearReport) -> Comparison:
    results = tuple(check_years(before, after))
    reason = None
    if not results:
        no_tables = any(report.template is None for report in (after, *before))
        reason = "no_tables" if no_tables else "other_form"
    return Comparison(organ, after, before, results, reason, after.year - 1)


def _misfit(comparison: Comparison) -> tuple[int, int]:
    statuses = [result.relation.status for result in comparison.results]
    return statuses.count(RelationStatus.VIOLATED), -statuses.count(RelationStatus.HOLDS)
