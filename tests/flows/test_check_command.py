"""`gouji check`: what stored reports violate, each in itself and from year to year."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import fake_reader, gouji, lines
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shares import one_in
from stored_readings import dead, page_less, readings, report, reports, sha256_of

from flows.commands.check import parse_years
from gouji.model import (
    Action,
    CellState,
    DocumentReading,
    Kind,
    MediaType,
    Number,
    Pipeline,
    ReportCell,
    SourceInfo,
    WrongUsage,
)
from gouji.reconcile import check_relations
from gouji.reconcile.relations import Value
from gouji.reports.forms import value_keys
from gouji.store import Store
from review.deciding import Wish
from review.desk import Desk
from review.eyes import Eyes

__all__ = ["fake_reader"]  # used by every test here

CARRIED = "applications/carried_over_from_previous_year"
FORWARD = "applications/carried_forward_to_next_year"
REGULATIONS = "article20/art20_1.regulations"
DOCUMENTS = "article20/art20_1.normative_documents"
CITY = ("江苏省", "宿迁市")
STREET = ("浙江省", "金华市", "义乌市", "廿三里街道")


def saved(
    year: int,
    numbers: Mapping[str, Number | None],
    *,
    issuer: str = "宿迁市人民政府",
    region: tuple[str, ...] = CITY,
    name: str = "",
    template: str = "T21",
    state: CellState = CellState.ACCEPTED,
) -> DocumentReading:
    """A whole report: 0 everywhere but in the numbers, blank where they say None."""
    cells = []
    for key in value_keys(template, False):
        number = numbers.get(key, 0)
        kind = Kind.BLANK if number is None else Kind.NUMBER
        cells.append(ReportCell(key, number, kind, "件", str(number), number, 0.999, state))
    assert numbers.keys() <= {cell.key for cell in cells}
    name = name or f"{issuer[:3]}{year}.pdf"
    reading = report(name, cells=tuple(cells), issuer=issuer, year=year, template=template)
    assert reading.report is not None
    values = {cell.key: Value(cell.value, cell.kind) for cell in cells}
    return replace(
        reading,
        source=SourceInfo(name, sha256_of(name), MediaType.PDF, 5),
        report=replace(reading.report, region=region, title=None),
        relations=check_relations(template, values),
    )


def city(year: int, regulations: int, documents: tuple[int, int, int], **more: str) -> object:
    """What the city says of its regulations and normative documents: in force, issued, repealed."""
    issued = {2024: (2, 1), 2025: (3, 0)}.get(year, (0, 0))
    numbers: dict[str, Number | None] = {
        f"{REGULATIONS}/in_force": regulations,
        f"{REGULATIONS}/issued": issued[0],
        f"{REGULATIONS}/repealed": issued[1],
        f"{DOCUMENTS}/in_force": documents[0],
        f"{DOCUMENTS}/issued": documents[1],
        f"{DOCUMENTS}/repealed": documents[2],
    }
    return saved(year, numbers, **more)  # type: ignore[arg-type]


def three_years(documents: int = 420) -> list[object]:
    """Numbers of 宿迁 in 2023, 2024 and 2025; all relations hold."""
    return [
        city(2023, 11, (597, 20, 3)),
        city(2024, 12, (documents, 50, 227)),
        city(2025, 15, (422, 61, 59)),
    ]


def keep(*readings: object, url: str | None = None) -> None:
    with Store.open(url, Path("gouji-work")) as store:
        for reading in readings:
            assert isinstance(reading, DocumentReading)
            assert store.save(reading).new


def test_years_that_fit_are_one_line(
    database_url: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    keep(*three_years(), url=database_url)
    where = ["--database", database_url] if database_url else []
    assert gouji("check", "--across", *where) == 0
    out, errors = capfd.readouterr()
    assert errors == ""
    assert out == (
        "1 organ, 2 pairs of years: 18 relations hold, 0 violated, 0 untestable; 0 years with "
        "nothing to compare with; 0 cells in which reports for one year differ.\n"
    )
    assert gouji("check", "--across", "--json", *where) == 0
    assert capfd.readouterr().out == ""
    assert gouji("check", "--across", "--json", "--all", *where) == 0
    found = lines(capfd.readouterr().out)
    assert len(found) == 18
    stock = [f for f in found if f["id"] == "X2" and "normative" in f["scope"]]
    assert [(f["years"], f["left"], f["right"]) for f in stock] == [
        *(([2023, 2024], 420, 420), ([2024, 2025], 422, 422))
    ]
    assert {f["status"] for f in found} == {"holds"}


def test_a_number_that_does_not_fit_is_told_with_both_documents(
    database_url: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    keep(*three_years(421), url=database_url)
    where = ["--database", database_url] if database_url else []
    assert gouji("check", "--across", *where) == 0
    *told, summary = capfd.readouterr().out.splitlines()
    assert told == [
        "宿迁市人民政府 2023→2024: 行政规范性文件: 421 in force, the year before and the changes "
        "give 420 (X2, whose fault is not known) [宿迁市2023.pdf, 宿迁市2024.pdf]",
        "宿迁市人民政府 2024→2025: 行政规范性文件: 422 in force, the year before and the changes "
        "give 423 (X2, whose fault is not known) [宿迁市2024.pdf, 宿迁市2025.pdf]",
    ]
    assert "16 relations hold, 2 violated" in summary
    assert gouji("check", "--across", "--json", "--years", "2024", *where) == 0
    (found,) = lines(capfd.readouterr().out)
    assert found == {
        "id": "X2",
        "scope": "art20_1.normative_documents",
        "level": "X",
        "status": "violated",
        "left": 421,
        "right": 420,
        "cause": "unknown",
        "issuer": "宿迁市人民政府",
        "region": ["江苏省", "宿迁市"],
        "years": [2023, 2024],
        "documents": [
            {"name": f"宿迁市{y}.pdf", "sha256": sha256_of(f"宿迁市{y}.pdf"), "year": y}
            for y in (2023, 2024)
        ],
        "predecessors": [],
        "keys": {
            "2023": [f"{DOCUMENTS}/in_force"],
            "2024": [f"{DOCUMENTS}/{c}" for c in ("in_force", "issued", "repealed")],
        },
        "soft": False,
        "reason": None,
        "if_blank_is_zero": None,
    }


def test_what_was_carried_forward_is_carried_over(capfd: pytest.CaptureFixture[str]) -> None:
    where = {"issuer": "廿三里街道办事处", "region": STREET}
    columns = ("natural_person", "total")
    keep(
        saved(2020, {f"{FORWARD}/{c}": 1 for c in columns}, template="T19", **where),  # type: ignore[arg-type]
        saved(2021, {f"{CARRIED}/{c}": 1 for c in columns}, **where),  # type: ignore[arg-type]
        saved(2022, {f"{CARRIED}/{c}": 1 for c in columns}, **where),  # type: ignore[arg-type]
    )
    assert gouji("check", "--across") == 0
    *told, summary = capfd.readouterr().out.splitlines()
    assert told == [
        f"廿三里街道办事处 2021→2022: column {name}: 1 carried over, 0 had been carried forward "
        "(X1, whose fault is not known) [廿三里2021.pdf, 廿三里2022.pdf]"
        for name in ("自然人", "总计")
    ]
    assert "1 organ, 2 pairs of years" in summary


def test_blanks_and_gaps_are_untestable_and_told_only_when_asked_for(
    capfd: pytest.CaptureFixture[str],
) -> None:
    keep(
        saved(2019, {}, template="T19"),
        saved(2021, {f"{FORWARD}/{c}": None for c in ("total", "business")}),
        saved(2022, {f"{CARRIED}/total": 4}),
    )
    assert gouji("check", "--across") == 0
    (summary,) = capfd.readouterr().out.splitlines()
    assert "0 violated, 2 untestable; 1 years with nothing to compare with" in summary
    assert gouji("check", "--across", "--all", "--json") == 0
    gap, *found = lines(capfd.readouterr().out)
    assert (gap["id"], gap["status"], gap["reason"]) == (None, "untestable", "no_report")
    assert (gap["years"], gap["last_year"]) == ([2020, 2021], 2019)
    untestable = {f["scope"]: f for f in found if f["status"] == "untestable"}
    assert {f["reason"] for f in untestable.values()} == {"blank"}
    assert untestable["total"]["if_blank_is_zero"] == "violated"
    assert untestable["business"]["if_blank_is_zero"] == "holds"
    assert gouji("check", "--across", "--all") == 0
    told = capfd.readouterr().out
    assert "2020→2021: no report for 2020; the last one is for 2019 [宿迁市2021.pdf]" in told
    assert "4 carried over, nothing had been carried forward (X1, untestable" in told


def test_the_office_of_a_government_is_not_the_government(
    capfd: pytest.CaptureFixture[str],
) -> None:
    keep(
        saved(2023, {f"{FORWARD}/total": 9}),
        saved(2024, {f"{CARRIED}/total": 9}),
        saved(2023, {f"{FORWARD}/total": 1}, issuer="宿迁市人民政府办公室", name="a.pdf"),
        saved(2024, {f"{CARRIED}/total": 1}, issuer="宿迁市政府办公室", name="b.pdf"),
    )
    assert gouji("check", "--across") == 0
    assert capfd.readouterr().out.startswith("2 organs, 2 pairs of years: 18 relations hold, 0 vio")


def test_a_renamed_place_and_a_merged_one_carry_their_numbers_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def district(year: int, name: str, forward: int, carried: int = 0) -> DocumentReading:
        numbers = {f"{FORWARD}/total": forward, f"{CARRIED}/total": carried}
        return saved(year, numbers, issuer=f"上海市{name}民政局", region=("上海市", name),
                     name=f"{name}{year}.pdf")  # fmt: skip

    def city(year: int, name: str, forward: int, carried: int) -> DocumentReading:
        numbers = {f"{FORWARD}/total": forward, f"{CARRIED}/total": carried}
        return saved(year, numbers, issuer=f"{name}人民政府", region=("湖北省", name))

    keep(
        district(2014, "静安区", 2), district(2014, "闸北区", 3), district(2015, "静安区", 4, 5),
        city(2010, "襄樊市", 7, 0), city(2011, "襄阳市", 1, 6),
    )  # fmt: skip
    assert gouji("check", "--across", "--json", "--all") == 0
    found = [f for f in lines(capfd.readouterr().out) if (f["id"], f["scope"]) == ("X1", "total")]
    merged, renamed = sorted(found, key=lambda f: -f["years"][0])
    assert (merged["status"], merged["left"], merged["right"]) == ("holds", 5, 5)
    assert merged["predecessors"] == ["上海市闸北区民政局"]
    assert (renamed["status"], renamed["left"], renamed["right"]) == ("violated", 6, 7)
    assert renamed["predecessors"] == ["襄樊市人民政府"]
    assert gouji("check", "--across", "--issuer", "襄阳") == 0
    assert capfd.readouterr().out.startswith(
        "襄阳市人民政府 2010→2011 (was 襄樊市人民政府): column 总计: 6 carried over, 7 had been"
    )


def test_older_readings_and_short_names_are_placed_by_the_name(
    capfd: pytest.CaptureFixture[str],
) -> None:
    where = ("内蒙古自治区", "阿拉善盟", "阿拉善右旗")
    keep(
        saved(2021, {f"{FORWARD}/total": 4}, issuer="阿拉善右旗民政局", region=()),
        saved(2022, {f"{CARRIED}/total": 4}, issuer="阿右旗民政局", region=where),
    )
    assert gouji("check", "--across") == 0
    assert capfd.readouterr().out.startswith("1 organ, 1 pair of years: 9 relations hold, 0 viol")


def test_reports_for_one_year_that_differ_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    same = city(2023, 11, (597, 20, 3), name="mirror.html")
    other = city(2023, 11, (579, 20, 3), name="corrected.pdf")
    keep(*three_years(), same, other)
    assert gouji("check", "--across") == 0
    told, summary = capfd.readouterr().out.splitlines()
    assert told == (
        "宿迁市人民政府 2023: two reports differ in 行政规范性文件, in_force: 579 and 597 (X0) "
        "[corrected.pdf, mirror.html and 1 more]"
    )
    assert "18 relations hold, 0 violated" in summary
    assert "1 cell in which reports for one year differ" in summary
    assert gouji("check", "--across", "--json") == 0
    (found,) = lines(capfd.readouterr().out)
    assert (found["id"], found["years"]) == ("X0", [2023])
    assert {found["left"], found["right"]} == {597, 579}
    assert len(found["documents"]) == 3


def test_the_number_that_a_person_left_is_the_one_compared(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = saved(2023, {f"{FORWARD}/total": 7}, state=CellState.CONFIRMED)
    after = saved(2024, {f"{CARRIED}/total": 1}, state=CellState.CORRECTED)
    cells = tuple(replace(c, as_read="7", as_printed=7) for c in after.cells)
    keep(before, replace(after, cells=cells))
    assert gouji("check", "--across", "--json") == 0
    (found,) = lines(capfd.readouterr().out)
    assert (found["left"], found["right"], found["cause"]) == (1, 7, "source_inconsistent")


def decide(reading: DocumentReading, key: str, value: int) -> None:
    """Correct a cell, as a person would."""
    with Store.open(None, Path("gouji-work")) as store:
        desk, sha256 = Desk(store), reading.source.sha256
        desk.decide(
            sha256, Wish(key, Action.CORRECT, str(value), desk.open(sha256).version), Eyes("李四")
        )
        desk.close()


def test_years_are_compared_by_what_people_decided(capfd: pytest.CaptureFixture[str]) -> None:
    before = saved(2023, {f"{FORWARD}/total": 7})
    after = saved(2024, {f"{CARRIED}/total": 1})
    keep(before, after)
    decide(after, f"{CARRIED}/total", 7)
    assert gouji("check", "--across", "--json") == 0
    assert capfd.readouterr().out == ""
    decide(after, f"{CARRIED}/total", 4)
    assert gouji("check", "--across", "--json") == 0
    (found,) = lines(capfd.readouterr().out)
    assert (found["left"], found["right"]) == (4, 7)


def test_a_report_is_checked_by_what_people_decided(capfd: pytest.CaptureFixture[str]) -> None:
    misread = replace(saved(2023, {f"{FORWARD}/total": 7}), prose=())
    keep(misread)
    assert gouji("check", "--json") == 0
    broken = len(lines(capfd.readouterr().out))
    assert broken
    decide(misread, f"{FORWARD}/total", 0)
    assert gouji("check", "--json") == 0
    assert capfd.readouterr().out == ""
    assert gouji("check", "--all") == 0
    assert ": 0 relations violated" in capfd.readouterr().out


def test_only_the_newest_reading_of_a_document_counts(capfd: pytest.CaptureFixture[str]) -> None:
    before = saved(2023, {f"{FORWARD}/total": 7})
    misread = saved(2024, {f"{CARRIED}/total": 1})
    newer = replace(misread, pipeline=Pipeline("9.0", "0"), cells=before.cells, relations=())
    keep(before, misread)
    assert gouji("check", "--across", "--json") == 0
    assert len(lines(capfd.readouterr().out)) == 1
    right = saved(2024, {f"{CARRIED}/total": 7})
    keep(replace(newer, cells=right.cells))
    assert gouji("check", "--across", "--json") == 0
    assert capfd.readouterr().out == ""


def test_what_is_no_report_or_names_no_organ_is_left_out(
    capfd: pytest.CaptureFixture[str],
) -> None:
    explanation = replace(page_less("explanation"), report=None, cells=(), relations=())
    keep(
        dead(), explanation, saved(2023, {}, issuer="平安镇人民政府", region=()),
        saved(2024, {f"{CARRIED}/total": 3}, issuer="平安镇人民政府", region=()),
        saved(2024, {}, issuer="", region=(), name="nobody.pdf"),
    )  # fmt: skip
    assert gouji("check", "--across") == 0
    (summary,) = capfd.readouterr().out.splitlines()
    assert summary.startswith("0 organs, 0 pairs of years")
    assert summary.endswith("; 3 reports whose organ or year is not known left out.")


def test_check_alone_tells_what_each_report_violates(
    database_url: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    row = "applications/granted_in_full"
    wrong = saved(2023, {f"{row}/total": 5, f"{row}/business": 4})
    keep(wrong, saved(2024, {}), dead(), url=database_url)
    where = ["--database", database_url] if database_url else []
    assert gouji("check", *where) == 0
    *told, summary = capfd.readouterr().out.splitlines()
    assert told[0] == (
        "宿迁市人民政府 2023: 予以公开: the total is printed as 5, its columns add up to 4 "
        "(R1, whose fault is not known) [宿迁市2023.pdf]"
    )
    violated = [r for r in wrong.relations if r.status == "violated"]
    assert len(told) == len(violated) == 3
    assert summary == "2 reports: 3 relations violated."
    assert gouji("check", "--json", *where) == 0
    assert [f["id"] for f in lines(capfd.readouterr().out)] == [r.id for r in violated]
    assert gouji("check", "--json", "--all", "--years", "2024", *where) == 0
    found = lines(capfd.readouterr().out)
    assert len(found) == len(wrong.relations)
    assert {f["years"][0] for f in found} == {2024}
    assert gouji("check", "--issuer", "教育局", *where) == 0
    assert capfd.readouterr().out == "0 reports: 0 relations violated.\n"


KEYS = [f"{row}/total" for row in (CARRIED, FORWARD)] + [
    f"{DOCUMENTS}/in_force",
    f"{DOCUMENTS}/issued",
]
anything = st.builds(
    lambda reading, about, years, cells: replace(
        reading,
        report=replace(about, report_year=years),
        cells=tuple(replace(c, key=key) for c, key in zip(reading.cells, cells, strict=False)),
    ),
    readings,
    reports,
    st.none() | st.integers(2019, 2022),
    st.lists(st.sampled_from(KEYS), max_size=4),
)


@pytest.mark.slow
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example makes a store
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(some=st.lists(anything, max_size=6))
def test_whatever_is_stored_is_checked_and_every_finding_is_one_line(
    some: list[DocumentReading],
    tmp_path_factory: pytest.TempPathFactory,
    capfd: pytest.CaptureFixture[str],
) -> None:
    work = tmp_path_factory.mktemp("work")
    with Store.open(None, work) as store:
        for reading in some:
            store.save(reading)
    capfd.readouterr()
    for options in ([], ["--across"]):
        assert gouji("check", "--all", "--work", work, *options) == 0
        told = capfd.readouterr().out
        assert gouji("check", "--all", "--json", "--work", work, *options) == 0
        found = [json.loads(line) for line in capfd.readouterr().out.split("\n") if line]
        assert told.count("\n") <= len(found) + 1
        assert {f["status"] for f in found} <= {"holds", "violated", "untestable"}


def test_check_without_a_store_makes_none(capfd: pytest.CaptureFixture[str]) -> None:
    for words in (["check"], ["check", "--across"]):
        assert gouji(*words) == 2
        assert "gouji read" in capfd.readouterr().err
    assert not Path("gouji-work").exists()


@pytest.mark.parametrize(
    "years", one_in(4, ["", "20", "abcd", "2023-2020", "2020-", "2020,2021", "２０２３"])
)
def test_years_that_are_none_are_wrong_usage(years: str, capfd: pytest.CaptureFixture[str]) -> None:
    keep()
    assert gouji("check", "--years", years) == 2
    assert "--years" in capfd.readouterr().err
    with pytest.raises(WrongUsage):
        parse_years(years)


def test_years_are_one_or_from_to() -> None:
    assert parse_years(None) is None
    assert parse_years("2023") == range(2023, 2024)
    assert parse_years(" 2020-2023 ") == parse_years("2020–2023") == range(2020, 2024)
