"""X1-X4: two years of one organ agree or do not, and only what is one organ is compared."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.model import (
    Cause,
    CellState,
    Kind,
    MediaType,
    Number,
    RelationStatus,
    SourceInfo,
)
from gouji.reconcile.across import READ_KEYS, AcrossResult, YearReport, check_years
from gouji.reconcile.organs import (
    Absorbed,
    Named,
    NothingChanges,
    Organ,
    PlaceHistory,
    Region,
    organs_of,
)
from gouji.reconcile.relations import APPLICANTS, COLUMNS
from gouji.reconcile.series import Comparison, Contradiction, compare_organ, versions
from gouji.reports.forms import value_keys
from gouji.store import StoredCell

HOLDS, VIOLATED, UNTESTABLE = RelationStatus
CARRIED = "applications/carried_over_from_previous_year"
FORWARD = "applications/carried_forward_to_next_year"
DOCUMENTS = "article20/art20_1.normative_documents"
CITY = ("江苏省", "宿迁市")
Cells = dict[str, StoredCell]


def number(value: Number, state: CellState = CellState.ACCEPTED) -> StoredCell:
    return StoredCell(value, Kind.NUMBER, state)


def nothing(kind: Kind) -> StoredCell:
    return StoredCell(None, kind, CellState.ACCEPTED)


def form(template: str, numbers: Mapping[str, Number | StoredCell]) -> Cells:
    """All cells of the form: 0 where nothing else is said."""
    cells = {key: number(0) for key in value_keys(template, False) if key in READ_KEYS}
    assert cells.keys() >= numbers.keys()
    said = {k: n if isinstance(n, StoredCell) else number(n) for k, n in numbers.items()}
    return cells | said


def of_year(
    year: int,
    numbers: Mapping[str, Number | StoredCell] | None = None,
    *,
    template: str | None = "T21",
    name: str = "",
    region: Region = CITY,
) -> YearReport:
    cells = form(template, numbers or {}) if template else {}
    source = SourceInfo(name or f"{year}.pdf", "", MediaType.PDF, 5)
    return YearReport(year, "宿迁市人民政府", region, template, cells, (source,))


def stock(in_force: Number, issued: Number, repealed: Number) -> dict[str, Number | StoredCell]:
    return {
        f"{DOCUMENTS}/in_force": in_force,
        f"{DOCUMENTS}/issued": issued,
        f"{DOCUMENTS}/repealed": repealed,
    }


def check(before: YearReport, after: YearReport) -> dict[tuple[str, str], AcrossResult]:
    return {(r.relation.id, r.relation.scope): r for r in check_years([before], after)}


# --- the relations --------------------------------------------------------------------------------


def test_stock_and_changes_give_the_stock_of_the_next_year() -> None:
    years = [of_year(2023, stock(597, 0, 0)), of_year(2024, stock(420, 50, 227))]
    years.append(of_year(2025, stock(422, 61, 59)))
    for before, after, in_force in zip(years, years[1:], (420, 422), strict=False):
        found = check(before, after)["X2", "art20_1.normative_documents"].relation
        assert (found.status, found.left, found.right) == (HOLDS, in_force, in_force)
    wrong = check(years[0], of_year(2024, stock(421, 50, 227)))
    relation = wrong["X2", "art20_1.normative_documents"].relation
    assert (relation.status, relation.left, relation.right) == (VIOLATED, 421, 420)
    assert (relation.level, relation.cause) == ("X", Cause.UNKNOWN)
    assert wrong["X2", "art20_1.regulations"].relation.status is HOLDS


def test_what_is_carried_over_was_carried_forward_in_every_column() -> None:
    forward = {f"{FORWARD}/{column}": n for n, column in enumerate(COLUMNS)}
    carried = {f"{CARRIED}/{column}": n for n, column in enumerate(COLUMNS)}
    found = check(of_year(2023, forward), of_year(2024, carried))
    assert [found["X1", column].relation.status for column in COLUMNS] == [HOLDS] * 7
    found = check(of_year(2023, forward), of_year(2024, carried | {f"{CARRIED}/business": 9}))
    relation = found["X1", "business"].relation
    assert (relation.status, relation.left, relation.right) == (VIOLATED, 9, 1)
    assert relation.keys == (f"{FORWARD}/business", f"{CARRIED}/business")
    assert sum(r.relation.status is VIOLATED for r in found.values()) == 1


def test_x1_joins_the_old_form_to_the_new_one_and_x4_only_shows() -> None:
    before = of_year(
        2020, {f"{FORWARD}/total": 3, f"{DOCUMENTS}/published_total": 41_597}, template="T19"
    )
    found = check(before, of_year(2021, {f"{CARRIED}/total": 3, **stock(602, 7, 5)}))
    assert {name for name, _ in found} == {"X1", "X4"}
    assert found["X1", "total"].relation.status is HOLDS
    shown = found["X4", "art20_1.normative_documents"]
    assert (shown.relation.left, shown.relation.right) == (602, 41_597)
    assert (shown.relation.status, shown.reason) == (UNTESTABLE, "not_comparable")


def test_items_of_the_year_before_are_last_years_items_and_their_change() -> None:
    row = "article20/art20_5.licences"
    before = {f"{row}/previous_items": 120, f"{row}/change": -7}
    for now, status in ((113, HOLDS), (120, VIOLATED)):
        found = check(
            of_year(2019, before, template="T19"),
            of_year(2020, {f"{row}/previous_items": now}, template="T19"),
        )
        relation = found["X3", "art20_5.licences"].relation
        assert (relation.status, relation.left, relation.right) == (status, now, 113)
    rows = {scope for name, scope in found if name == "X3"}
    assert rows == {
        *("art20_1.regulations", "art20_1.normative_documents", "art20_5.licences"),
        *("art20_5.other_services", "art20_6.penalties", "art20_6.coercive_measures"),
        "art20_8.administrative_fees",
    }


def test_what_was_published_in_total_seldom_shrinks() -> None:
    def tried(before: int, after: int) -> AcrossResult:
        key = f"{DOCUMENTS}/published_total"
        years = [of_year(y, {key: n}, template="T19") for y, n in ((2019, before), (2020, after))]
        return check(*years)["X3", "art20_1.normative_documents"]

    assert tried(10, 12).relation.status is tried(10, 10).relation.status is HOLDS
    assert tried(10, 9).relation.status is VIOLATED


@pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.NUMBER])
@pytest.mark.parametrize("year", [2023, 2024])
def test_a_cell_without_a_number_makes_a_relation_untestable(kind: Kind, year: int) -> None:
    key = {2023: f"{FORWARD}/total", 2024: f"{CARRIED}/total"}
    cells = {y: {key[y]: nothing(kind) if y == year else number(5)} for y in key}
    result = check(*(of_year(y, c) for y, c in cells.items()))["X1", "total"]
    assert (result.relation.status, result.reason) == (UNTESTABLE, str(kind))
    assert result.relation.cause is None
    assert (result.if_blank_is_zero is VIOLATED) is (kind is Kind.BLANK)


def test_blanks_that_would_fit_as_zeros_say_so() -> None:
    before = of_year(2023, {f"{FORWARD}/{c}": nothing(Kind.BLANK) for c in COLUMNS})
    found = check(before, of_year(2024))
    assert {found["X1", c].if_blank_is_zero for c in COLUMNS} == {HOLDS}
    assert {found["X1", c].relation.status for c in COLUMNS} == {UNTESTABLE}


def test_the_cause_is_known_only_as_far_as_cells_were_looked_at() -> None:
    def cause(one: CellState, other: CellState) -> Cause | None:
        before = of_year(2023, {f"{FORWARD}/total": number(5, one)})
        after = of_year(2024, {f"{CARRIED}/total": number(6, other)})
        return check(before, after)["X1", "total"].relation.cause

    confirmed, corrected = CellState.CONFIRMED, CellState.CORRECTED
    assert cause(CellState.ACCEPTED, CellState.ACCEPTED) is Cause.UNKNOWN
    assert cause(CellState.ACCEPTED, CellState.REVIEW) is Cause.MISREAD_SUSPECTED
    assert cause(confirmed, corrected) is Cause.SOURCE_INCONSISTENT
    assert cause(confirmed, CellState.ACCEPTED) is Cause.UNKNOWN


amounts = st.integers(-(10**12), 10**12) | st.decimals(
    -1000, 1000, places=4, allow_nan=False, allow_infinity=False
)


@given(start=amounts, changes=st.lists(st.tuples(amounts, amounts), min_size=1, max_size=4))
def test_a_stock_that_is_kept_in_step_holds_in_every_year(
    start: Number, changes: list[tuple[Number, Number]]
) -> None:
    years = [of_year(2020, stock(start, 0, 0))]
    level = start
    for year, (issued, repealed) in enumerate(changes, 2021):
        level = Decimal(level) + Decimal(issued) - Decimal(repealed)
        years.append(of_year(year, stock(level, issued, repealed)))
    for before, after in itertools.pairwise(years):
        assert VIOLATED not in {r.relation.status for r in check_years([before], after)}
    wrong = replace(years[0], values=form("T21", stock(Decimal(start) + 1, 0, 0)))
    found = check(wrong, years[1])["X2", "art20_1.normative_documents"]
    assert found.relation.status is VIOLATED


# --- series ---------------------------------------------------------------------------------------


@dataclass
class History(NothingChanges):
    """What became of places, as a test tells it."""

    went_into: Mapping[Region, Sequence[Absorbed]] = field(default_factory=dict)
    first: Mapping[Region, int] = field(default_factory=dict)

    def since(self, region: Region) -> int:
        return self.first.get(region, 0)

    def absorbed(self, region: Region) -> tuple[Absorbed, ...]:
        return tuple(self.went_into.get(region, ()))


GOVERNMENT = Organ(CITY, "人民政府")


def compare(
    *reports: YearReport, history: PlaceHistory | None = None, place: Region = CITY
) -> list[Comparison | Contradiction]:
    """All findings of the organ at the place, with the governments of other places beside it."""
    by_year: dict[Organ, dict[int, list[YearReport]]] = {}
    for report in reports:
        organ = Organ(report.region, "人民政府")
        by_year.setdefault(organ, {}).setdefault(report.year, []).append(report)
    history = history or NothingChanges()
    return list(compare_organ(Organ(place, "人民政府"), by_year, history))


def only(found: list[Comparison | Contradiction]) -> Comparison:
    (comparison,) = found
    assert isinstance(comparison, Comparison)
    return comparison


def violated(comparison: Comparison) -> list[str]:
    results = (r.relation for r in comparison.results)
    return [f"{r.id} {r.scope}" for r in results if r.status is VIOLATED]


def test_the_first_year_of_an_organ_has_nothing_to_be_compared_with() -> None:
    assert compare(of_year(2023)) == []


def test_a_gap_is_told_and_nothing_is_compared_across_it() -> None:
    gap = only(compare(of_year(2020, {f"{FORWARD}/total": 5}), of_year(2023)))
    assert (gap.reason, gap.last_year, gap.results) == ("no_report", 2020, ())


@pytest.mark.parametrize(
    ("templates", "reason"),
    [(("T21", None), "no_tables"), ((None, "T21"), "no_tables"), (("T14", "T19"), "other_form")],
)
def test_reports_without_common_cells_say_why(
    templates: tuple[str | None, str | None], reason: str
) -> None:
    years = [of_year(y, template=t if t in ("T19", "T21") else None) for y, t in
             zip((2018, 2019), templates, strict=True)]  # fmt: skip
    years = [replace(r, template=t) for r, t in zip(years, templates, strict=True)]
    assert only(compare(*years)).reason == reason


def test_the_same_report_from_two_hosts_counts_once() -> None:
    one = of_year(2023, stock(12, 0, 0), name="a.html")
    unread = replace(
        one,
        values=one.values | {f"{DOCUMENTS}/in_force": nothing(Kind.UNREAD)},
        documents=(SourceInfo("scan.pdf", "", MediaType.PDF, 5),),
    )
    (version,) = versions([unread, one, replace(one, values={})])
    assert version.values == one.values
    assert {d.name for d in version.documents} == {"a.html", "scan.pdf"}
    found = only(compare(unread, one, of_year(2024, stock(13, 1, 0))))
    assert violated(found) == []
    assert len(found.before[0].documents) == 2


def test_reports_that_differ_are_told_and_the_version_that_fits_is_compared() -> None:
    wrong, right = (of_year(2023, stock(n, 0, 0), name=f"{n}.pdf") for n in (11, 12))
    for order in ((wrong, right), (right, wrong)):
        contradiction, comparison = compare(*order, of_year(2024, stock(13, 1, 0)))
        assert isinstance(contradiction, Contradiction)
        assert contradiction.keys == (f"{DOCUMENTS}/in_force",)
        relation = contradiction.relation(contradiction.keys[0])
        assert {relation.left, relation.right} == {11, 12}
        assert isinstance(comparison, Comparison)
        assert violated(comparison) == []
        assert comparison.before[0].documents[0].name == "12.pdf"
    found = compare(wrong, right, of_year(2024, stock(20, 1, 0)))
    assert isinstance(found[1], Comparison)
    assert violated(found[1]) == ["X2 art20_1.normative_documents"]


@pytest.mark.slow
def test_thousands_of_reports_under_one_name_take_no_more_than_seconds() -> None:
    many = [of_year(y, stock(n, 0, 0)) for y in (2023, 2024) for n in range(1_500)]
    begun = time.process_time()
    found = compare(*many)
    assert time.process_time() - begun < 15  # 0.5 s measured
    contradictions = [f for f in found if isinstance(f, Contradiction)]
    assert len(contradictions) == 2 * 1_499
    assert violated(only([f for f in found if isinstance(f, Comparison)])) == []


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 1)), max_size=6))
def test_every_report_is_in_one_version_and_no_version_contradicts_itself(
    reports: list[dict[str, int]],
) -> None:
    made = [
        replace(of_year(2023, name=str(n)), values={k: number(v) for k, v in cells.items()})
        for n, cells in enumerate(reports)
    ]
    found = versions(made)
    names = [d.name for version in found for d in version.documents]
    assert sorted(names) == sorted(str(n) for n in range(len(made)))
    for version in found:
        for document in version.documents:
            said = reports[int(document.name)]
            assert said.items() <= {k: v.number for k, v in version.values.items()}.items()


# --- places that change ---------------------------------------------------------------------------

OLD, TAKEN = ("浙江省", "义乌市", "廿三里镇"), ("浙江省", "义乌市", "下骆宅镇")
NEW = ("浙江省", "义乌市", "廿三里街道")


def town(year: int, region: Region, forward: int, carried: int = 0) -> YearReport:
    cells: dict[str, Number | StoredCell] = {
        f"{FORWARD}/total": forward,
        f"{CARRIED}/total": carried,
    }
    return of_year(year, cells, region=region, name=f"{region[-1]}-{year}.pdf")


def merger(last: int, *, whole: bool = True) -> History:
    return History({OLD: [Absorbed(TAKEN, last, whole)]})


@pytest.mark.parametrize("last", [2020, 2021])
def test_after_a_merger_the_sum_of_both_is_carried_over(last: int) -> None:
    years = [town(2021, OLD, 1), town(2021, TAKEN, 2)]
    found = only(compare(*years, town(2022, OLD, 0, 3), history=merger(last), place=OLD))
    assert violated(found) == []
    assert len(found.before) == 2
    found = only(compare(*years, town(2022, OLD, 0, 1), history=merger(last), place=OLD))
    assert violated(found) == ["X1 total"]


def test_in_a_year_in_which_both_are_listed_either_fits() -> None:
    for carried, wrong in ((1, []), (3, []), (2, ["X1 total"])):
        years = [town(2021, OLD, 1), town(2021, TAKEN, 2), town(2022, OLD, 0, carried)]
        assert violated(only(compare(*years, history=merger(2022), place=OLD))) == wrong


def test_a_merger_of_which_a_report_is_missing_is_untestable() -> None:
    alone = [town(2021, OLD, 1), town(2022, OLD, 0, 3)]
    for history in (merger(2021), merger(2022)):
        assert only(compare(*alone, history=history, place=OLD)).reason == "predecessor_missing"
    parted = [*alone, town(2021, TAKEN, 2)]
    history = merger(2021, whole=False)
    assert only(compare(*parted, history=history, place=OLD)).reason == "predecessor_missing"
    for history in (merger(2015), merger(2020)):
        assert violated(only(compare(*alone, history=history, place=OLD))) == ["X1 total"]


def test_one_that_still_reports_was_not_merged_yet() -> None:
    years = [town(y, place, 1, 1) for y in (2021, 2022) for place in (OLD, TAKEN)]
    found = only(compare(*years, history=merger(2021), place=OLD))
    assert violated(found) == []
    assert len(found.before) == 1


def test_a_report_missing_from_the_store_years_before_a_merger_is_no_merger() -> None:
    years = [town(2018, OLD, 1), town(2018, TAKEN, 2), town(2019, OLD, 0, 1)]
    assert violated(only(compare(*years, history=merger(2021), place=OLD))) == []


def test_a_place_made_of_two_carries_over_what_both_had() -> None:
    made_of = History({NEW: [Absorbed(OLD, 2021), Absorbed(TAKEN, 2021)]}, {NEW: 2022})
    years = [town(2021, OLD, 1), town(2021, TAKEN, 2), town(2022, NEW, 0, 3)]
    found = only(compare(*years, history=made_of, place=NEW))
    assert violated(found) == []
    assert len(found.before) == 2
    long_there = replace(made_of, first={NEW: 2010})
    assert compare(*years, history=long_there, place=NEW) == []


# --- which organ ----------------------------------------------------------------------------------


def organ(issuer: str, region: Region = CITY, title: str | None = None) -> Organ | None:
    return organs_of([Named(issuer, region, title)], NothingChanges())[0]


@pytest.mark.parametrize(
    ("issuer", "region", "name"),
    [
        ("宿迁市人民政府", CITY, "人民政府"),
        ("江苏省宿迁市人民政府", CITY, "人民政府"),
        ("宿 迁 市\n人民政府", CITY, "人民政府"),
        ("宿迁市", CITY, "人民政府"),
        ("宿迁市政府", CITY, "人民政府"),
        ("宿迁市政府办公室", CITY, "人民政府办公室"),
        ("宿迁市人民政府办公室", CITY, "人民政府办公室"),
        ("宿迁市人民政府机关", CITY, "人民政府机关"),
        ("宿迁市民政局", CITY, "民政局"),
        ("吉林省吉林市教育局", ("吉林省", "吉林市"), "教育局"),
        ("市信访局", ("湖南省", "湘潭市", "湘乡市"), "信访局"),
        ("彰武县平安镇人民政府", ("辽宁省", "阜新市", "彰武县", "平安镇"), "人民政府"),
        ("平安镇", ("辽宁省", "阜新市", "彰武县", "平安镇"), "人民政府"),
        ("廿三里街道办事处", NEW, "人民政府"),
        ("司法局（区行政复议局）", CITY, "司法局"),
        ("宿迁市人民政府驻北京办事处", CITY, "人民政府驻北京办事处"),
    ],
)
def test_an_organ_is_known_by_its_place_and_its_own_name(
    issuer: str, region: Region, name: str
) -> None:
    assert organ(issuer, region) == Organ(region, name)


def test_the_whole_city_and_one_organ_in_it_are_never_joined() -> None:
    issuers = ["人民政府", "人民政府机关", "人民政府办公室", "人民政府办公厅", "教育局"]
    assert len({organ(f"宿迁市{name}") for name in issuers}) == len(issuers)
    whole = organ("宿迁市人民政府", title="宿迁市2023年政府信息公开工作年度报告")
    assert whole == GOVERNMENT
    for title in ("宿迁市人民政府机关2023年政府信息公开工作年度报告", "市政府办公室2023年年报"):
        assert organ("宿迁市人民政府", title=title) != whole
    office = organ("宿迁市人民政府办公室")
    assert organ("宿迁市人民政府办公室", title="宿迁市人民政府办公室2023年年报") == office
    assert organ("宿迁市人民政府办公室", title="2023年全市政府信息公开工作报告") not in (
        *(office, whole),
    )
    assert organ("宿迁市民政局", title="全市民政系统2023年年报") != organ("宿迁市民政局")


def test_a_bare_name_tells_no_organ_unless_a_city_or_county_is_in_it() -> None:
    for issuer in ("平安镇人民政府", "鼓楼区人民政府", "市信访局", "城市管理局", "我局", " ", ""):
        assert organ(issuer, ()) is None
    for issuer in ("彰武县平安镇人民政府", "宿迁市人民政府", "阿拉善右旗民政局", "江苏省民政厅"):
        assert organ(issuer, ()) == Organ((), issuer)


def test_a_report_without_a_region_is_of_the_organ_that_others_place() -> None:
    town = ("辽宁省", "阜新市", "彰武县", "平安镇")
    full, bare = "彰武县平安镇人民政府", "平安镇人民政府"
    named = [Named(full, town), Named(full)]
    found = organs_of([*named, Named(bare, town), Named(bare)], NothingChanges())
    assert found == [Organ(town, "人民政府")] * 3 + [None]
    other = ("甘肃省", "某市", "彰武县", "平安镇")
    twice = organs_of([*named, Named(full, other)], NothingChanges())
    assert twice[1] == Organ((), full), "two places have the name: which one is not known"


def test_a_ministry_needs_no_region() -> None:
    (found,) = organs_of([Named("国务院办公厅", national=True)], NothingChanges())
    assert found == Organ((), "国务院办公厅")


def test_a_renamed_place_is_the_same() -> None:
    class Renamed(NothingChanges):
        def identity(self, region: Region) -> Region:
            return NEW if region == OLD else region

    one, other = organs_of(
        [Named("廿三里镇人民政府", OLD), Named("义乌市人民政府廿三里街道办事处", NEW)], Renamed()
    )
    assert one == other == Organ(NEW, "人民政府")


def test_every_column_of_x1_is_a_column_of_the_form() -> None:
    assert {*APPLICANTS, "total"} == set(COLUMNS)
    for template in ("T19", "T21"):
        assert {f"{row}/{c}" for row in (CARRIED, FORWARD) for c in COLUMNS} <= set(
            value_keys(template, False)
        )
