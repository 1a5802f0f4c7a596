"""The page of figures: trends of an organ and of a region, and how right cells were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from review_making import PERSON, Clerk, filled_report, opened_app

from gouji.model import (
    Action,
    CellState,
    CellValue,
    Decision,
    DocumentReading,
    Kind,
    NewDecision,
)
from review.figures import reliability
from review.trends import LINES, Counted, YearCells, lines_of

SHA = filled_report().source.sha256


def test_figures_show_an_organ_over_the_years_and_how_right_cells_were_read(
    tmp_path: Path,
) -> None:
    received = "applications/requests_received/total"
    readings = []
    for year in (2021, 2022, 2023):
        reading = filled_report(year, year=year)
        cells = [
            replace(c, value=year - 2000, as_printed=year - 2000) if c.key == received else c
            for c in reading.cells
        ]
        readings.append(replace(reading, cells=tuple(cells)))
    with opened_app(tmp_path, *readings) as (client, _):
        assert client.get("/figures").status_code == 200
        clerk = Clerk(client, readings[2].source.sha256)
        clerk.decide(received, "correct", "99")
        clerk.decide(PERSON, "confirm")
        page = client.get("/figures?issuer=彰武县平安镇人民政府").text
        assert "2021 21, 2022 22, 2023 99" in page
        assert page.count("<svg") == len(LINES)
        assert "辽宁省" in page
        assert client.get("/figures?issuer=%00<script>").status_code == 200


def test_reliability_counts_what_stands() -> None:
    def made(number: int, confidence: float, after: int, **more: Any) -> Decision:
        before = CellValue(1, Kind.NUMBER, CellState.REVIEW)
        said = NewDecision(
            "a", SHA, str(number), Action.CORRECT, before, replace(before, value=after),
            shown={"confidence": confidence}, **more,
        )  # fmt: skip
        return Decision.next(number, datetime.now(UTC), said, "")

    log = [made(n, 0.75, 1 if n < 7 else 2) for n in range(10)]
    undo = NewDecision("a", SHA, "9", Action.UNDO, log[9].made.after, log[9].made.before, undoes=9)
    (found,) = reliability([*log, Decision.next(10, datetime.now(UTC), undo, "")])
    assert (found.cells, found.right, found.expected) == (9, 7, 0.75)


RECEIVED = "applications/requests_received/total"


def placed(
    what: str,
    year: int,
    received: int,
    *region: str,
    kind: str = "town",
    numbers: Mapping[str, int] | None = None,
) -> DocumentReading:
    """A sure report of an organ at a place; ``numbers`` stand in more of its cells."""
    reading = filled_report(f"{what}{year}", doubts=0, year=year, issuer=what)
    assert reading.report is not None
    there = {RECEIVED: received, **(numbers or {})}
    cells = tuple(
        replace(c, value=there[c.key], as_printed=there[c.key]) if c.key in there else c
        for c in reading.cells
    )
    about = replace(reading.report, region=region, organ_type=kind)
    return replace(reading, cells=cells, report=about)


def test_figures_add_up_the_reports_of_a_region(tmp_path: Path, database_url: str | None) -> None:
    fuxin, other = ("辽宁省", "阜新市"), ("江苏省", "盐城市")
    readings = [
        placed("平安镇", 2022, 3, *fuxin, "彰武县"),
        placed("平安镇", 2023, 5, *fuxin, "彰武县"),
        placed("福兴镇", 2023, 7, *fuxin, "彰武县"),
        placed("镇甲", 2023, 100, *other),
        placed("县政府", 2023, 5000, *fuxin, "彰武县", kind="county_gov"),
        placed("辽宁省0", 2023, 90000, "辽宁省x"),
    ]
    with opened_app(tmp_path, *readings, database=database_url) as (client, store):
        page = client.get("/figures?region=辽宁省/").text
        assert "2022 3, 2023 12" in page
        assert "3 份报告相加" in page
        assert "阜新市" in page
        assert "2023 5,000" in client.get("/figures?region=辽宁省/&organ_type=county_gov").text
        assert "彰武县" in client.get("/figures?region=辽宁省/阜新市").text
        clerk = Clerk(client, readings[2].source.sha256)
        clerk.decide(RECEIVED, "correct", "8")
        page = client.get("/figures?region=辽宁省/阜新市/彰武县/").text
        assert "2022 3, 2023 13" in page, "what was decided counts"
        places = store.places.by_place_and_year("辽宁省/")
        assert [(p.region, p.year, p.reports) for p in places] == [
            ("阜新市", 2022, 1), ("阜新市", 2023, 3),
        ]  # fmt: skip
        for region in ("%", "没有/", "'; --", "a\0b", "/" * 50):
            assert client.get("/figures", params={"region": region}).status_code == 200


def counted(value: int | None, **more: Any) -> Counted:
    kind = Kind.NUMBER if value is not None else Kind.BLANK
    return Counted(value, more.get("kind", kind), more.get("state", CellState.ACCEPTED))


def test_a_doubt_or_a_gap_is_left_out_of_its_line_and_a_blank_adds_nothing() -> None:
    suits = [
        f"review_litigation/{b}/total" for b in ("litigation_direct", "litigation_after_review")
    ]
    reports = [
        YearCells("a", 2022, {suits[0]: counted(2), suits[1]: counted(None)}),
        YearCells("b", 2022, {suits[0]: counted(3), suits[1]: counted(4)}),
        YearCells("c", 2022, {suits[0]: counted(50), suits[1]: counted(1, state=CellState.REVIEW)}),
        YearCells("d", 2022, {suits[0]: counted(60), suits[1]: counted(None, kind=Kind.UNREAD)}),
        YearCells("e", 2022, {suits[0]: counted(10**16), suits[1]: counted(0)}),
        YearCells("b", 2023, {suits[0]: counted(9), suits[1]: counted(0)}),
        YearCells("b", 2023, {suits[0]: counted(1), suits[1]: counted(0)}),  # printed again
    ]
    (line,) = lines_of(reports)
    assert [(p.year, p.value, p.reports) for p in line.points] == [(2022, 9, 2), (2023, 1, 1)]
    assert lines_of([]) == []
