"""`gouji check`: which relations stored reports violate, each in itself or from year to year."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gouji.divisions import locate, succession
from gouji.model import RelationStatus, WrongUsage
from gouji.model.contract import exact_json
from gouji.reconcile.across import READ_KEYS, YearReport
from gouji.reconcile.organs import Absorbed, Named, Organ, PlaceHistory, Region, organs_of
from gouji.reconcile.series import Contradiction, compare_organ
from gouji.store import ReportHead, Store

from ..keeping import open_store
from ..output import print_line, printable
from ..reviewed import as_reviewed
from ..settings import Settings
from .check_words import BetweenYears, Finding, WithinReport, WithinYear

ORGANS_AT_ONCE = 200  # whose cells are in memory together: some 1,000 reports, 30,000 cells

Heads = Mapping[Organ, Mapping[int, Sequence[ReportHead]]]


class Divisions:
    """The history of places as the administrative divisions have it."""

    def identity(self, region: Region) -> Region:
        return succession.identity(region)

    def locate(self, issuer: str) -> tuple[Region, str]:
        found = locate(issuer)
        return found.path if found.sure else (), found.rest

    def since(self, region: Region) -> int:
        return succession.since(region)

    def absorbed(self, region: Region) -> tuple[Absorbed, ...]:
        return tuple(Absorbed(t.place, t.last, t.whole) for t in succession.taken_in(region))


HISTORY: PlaceHistory = Divisions()


@dataclass(frozen=True, slots=True)
class CheckWishes:
    """What to check, and how to say it."""

    across: bool = False
    issuer: str | None = None  # a part of the name
    years: range | None = None
    as_json: bool = False
    everything: bool = False  # also what holds or is untestable


def parse_years(text: str | None) -> range | None:
    """``2023`` or ``2020-2023`` as years.

    Raises:
        WrongUsage: anything else.
    """
    if text is None:
        return None
    match = re.fullmatch(r"([0-9]{4})(?:[-–]([0-9]{4}))?", text.strip())
    years = range(int(match[1]), int(match[2] or match[1]) + 1) if match else range(0)
    if not years:
        raise WrongUsage(f"--years: {printable(text)} is no year, and not two such as 2020-2023.")
    return years


def check_store(settings: Settings, wishes: CheckWishes) -> int:
    """Print the findings and what they add up to; the exit status is 0 whatever was found.

    Raises:
        WrongUsage: there is no store yet.
        StoreUnavailable: the store cannot be read.
    """
    counts: Counter[str] = Counter()
    with open_store(settings) as store:
        for finding in findings(store, wishes, counts):
            if wishes.as_json:
                print_line(exact_json(finding.fields()))
            elif line := finding.line():
                print_line(printable(line))
    if not wishes.as_json:
        print_line(summary(counts, wishes))
    return 0


def findings(store: Store, wishes: CheckWishes, counts: Counter[str]) -> Iterator[Finding]:
    """What is to be told; ``counts`` is complete when all are through."""
    heads = store.report_heads()
    check = _across if wishes.across else _within
    for finding in check(store, heads, wishes, counts):
        counts[finding.counts_as] += 1
        if wishes.everything or finding.counts_as in ("violated", "contradiction"):
            yield finding


def _within(
    store: Store, heads: Sequence[ReportHead], wishes: CheckWishes, counts: Counter[str]
) -> Iterator[Finding]:
    wanted = {
        head.id: head
        for head in heads
        if _named(head.issuer, wishes) and (wishes.years is None or head.year in wishes.years)
    }
    counts["reports"] = len(wanted)
    decided_on = dict.fromkeys(store.reviewed_among(wanted))
    as_read = [reading_id for reading_id in wanted if reading_id not in decided_on]
    for reading_id, relation in store.relations_of(as_read, violated=not wishes.everything):
        yield WithinReport(wanted[reading_id], relation)
    for reading_id in decided_on:
        stored = store.load_reading(reading_id)
        review = store.reviews.of(wanted[reading_id].source.sha256)
        if stored is None or review is None:
            continue  # replaced since it was asked
        for relation in as_reviewed(stored, review).relations:
            if wishes.everything or relation.status is RelationStatus.VIOLATED:
                yield WithinReport(wanted[reading_id], relation)


def _across(
    store: Store, heads: Sequence[ReportHead], wishes: CheckWishes, counts: Counter[str]
) -> Iterator[Finding]:
    organs = by_organ(heads, HISTORY, counts)
    asked_for = [
        organ
        for organ, years in organs.items()
        if any(_named(head.issuer, wishes) for reports in years.values() for head in reports)
    ]
    counts["organs"] = len(asked_for)
    for start in range(0, len(asked_for), ORGANS_AT_ONCE):
        group = asked_for[start : start + ORGANS_AT_ONCE]
        reports = _with_cells(store, organs, _with_predecessors(group, organs, HISTORY))
        for organ in group:
            for found in compare_organ(organ, reports, HISTORY):
                if wishes.years is not None and found.year not in wishes.years:
                    continue
                if isinstance(found, Contradiction):
                    yield from (WithinYear(found, place) for place in range(len(found.keys)))
                elif found.reason is not None:
                    yield BetweenYears(found, None)
                else:
                    counts["comparisons"] += 1
                    yield from (BetweenYears(found, result) for result in found.results)


def by_organ(heads: Sequence[ReportHead], history: PlaceHistory, counts: Counter[str]) -> Heads:
    """The reports of each organ by year; counted are those that cannot be told whose they are."""
    found: dict[Organ, dict[int, list[ReportHead]]] = defaultdict(lambda: defaultdict(list))
    named = [Named(h.issuer or "", h.region, h.title, h.organ_level == "国家") for h in heads]
    for head, organ in zip(heads, organs_of(named, history), strict=True):
        if organ is None or head.year is None:
            counts["unknown"] += 1
        else:
            found[organ][head.year].append(head)
    return found


def _with_predecessors(
    group: Iterable[Organ], organs: Heads, history: PlaceHistory
) -> dict[Organ, None]:
    """The organs with all that went into them, in order."""
    found = dict.fromkeys(group)
    for organ in list(found):
        for region in {head.region for heads in organs[organ].values() for head in heads}:
            for absorbed in history.absorbed(region):
                before = Organ(absorbed.place, organ.name)
                if before in organs:
                    found[before] = None
    return found


def _with_cells(
    store: Store, organs: Heads, wanted: Iterable[Organ]
) -> dict[Organ, dict[int, list[YearReport]]]:
    """The reports of these organs with the cells that are compared."""
    mine = {organ: organs[organ] for organ in wanted}
    ids = [head.id for years in mine.values() for heads in years.values() for head in heads]
    cells = dict(store.cells_of(ids, READ_KEYS))
    return {
        organ: {
            year: [
                YearReport(
                    year,
                    head.issuer or "",
                    head.region,
                    head.template,
                    cells.get(head.id, {}),
                    (head.source,),
                )
                for head in heads
            ]
            for year, heads in years.items()
        }
        for organ, years in mine.items()
    }


def _named(issuer: str | None, wishes: CheckWishes) -> bool:
    return wishes.issuer is None or wishes.issuer in (issuer or "")


def summary(counts: Counter[str], wishes: CheckWishes) -> str:
    """What was checked and found, as one line."""

    def number(name: str, one: str, many: str | None = None) -> str:
        return f"{counts[name]:,} {one if counts[name] == 1 else many or one + 's'}"

    if not wishes.across:
        found = f"{number('reports', 'report')}: {number('violated', 'relation')} violated"
        if wishes.everything:
            found += f", {counts['holds']:,} hold, {counts['untestable']:,} untestable"
        return f"{found}."
    parts = [
        f"{number('organs', 'organ')}, {number('comparisons', 'pair')} of years: "
        f"{counts['holds']:,} relations hold, {counts['violated']:,} violated, "
        f"{counts['untestable']:,} untestable",
        f"{counts['gap']:,} years with nothing to compare with",
        f"{number('contradiction', 'cell')} in which reports for one year differ",
    ]
    if counts["unknown"]:
        parts.append(f"{number('unknown', 'report')} whose organ or year is not known left out")
    return "; ".join(parts) + "."
