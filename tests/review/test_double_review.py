"""Two people on one cell: neither sees the other's decision, and what they disagree on is settled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from command_line import lines
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from review_making import PERSON, Clerk, filled_report, opened_app
from typer.testing import CliRunner

from flows.commands.app import app as commands
from flows.commands.export import write_export
from flows.settings import Settings
from gouji.model import (
    Action,
    CellState,
    CellValue,
    Decision,
    Kind,
    NewDecision,
    standing,
)
from gouji.model.double_review import (
    LookState,
    as_seen_by,
    concordance,
    in_sample,
    second_look,
    second_looks,
)
from gouji.store import QueueFilter, QueueState, Role, Store
from review.guard import COOKIE

SHA = filled_report().source.sha256
SECURE = "https://review.example.org"
PEOPLE = {"甲": Role.REVIEWER, "乙": Role.REVIEWER, "丙": Role.REVIEWER, "管": Role.ADMIN}


@contextmanager
def office(
    work: Path, share: float = 1.0, database: str | None = None
) -> Iterator[tuple[Any, Store]]:
    """An application with four people; what gives a window of one of them, and the store."""
    wanted: dict[str, Any] = {"host": "0.0.0.0", "base": SECURE, "double_review": share}
    with opened_app(work, filled_report(), database=database, **wanted) as (client, store):
        secrets = {}
        for name, role in PEOPLE.items():
            secrets[name] = store.accounts.begin_session(store.accounts.add(name, role, None))[0]

        def window(name: str) -> TestClient:
            return TestClient(
                client.app,
                base_url=SECURE,
                cookies={COOKIE: secrets[name]},
                raise_server_exceptions=False,
            )

        yield window, store


def test_the_second_person_is_not_shown_what_the_first_decided(tmp_path: Path) -> None:
    with office(tmp_path) as (window, store):
        Clerk(window("甲"), SHA).decide(PERSON, "correct", "4177", why="看得清")
        second = window("乙")
        clerk = Clerk(second, SHA)
        assert PERSON in clerk.view["order"]
        assert clerk.view["cells"][PERSON]["shown"] == "0"
        assert clerk.view["cells"][PERSON]["by"] is None
        for path in (
            f"/report/{SHA}", "/audit", "/api/decisions", f"/api/reports/{SHA}",
            f"/api/reports/{SHA}/decisions", "/figures?issuer=彰武县平安镇人民政府", "/",
        ):  # fmt: skip
            said = second.get(path)
            assert said.status_code == 200
            assert "4177" not in said.text, path
            assert "看得清" not in said.text, path
        assert "4177" in window("甲").get(f"/report/{SHA}").text
        assert "4177" in window("管").get("/audit").text
        other = next(key for key in clerk.view["order"] if key != PERSON)
        assert "4177" not in clerk.decide(other, "confirm").text
        assert store.queue.cells(SHA).keys() == set(clerk.view["order"]) - {PERSON, other}


def test_what_both_say_alike_is_agreed_and_decides_nothing_new(tmp_path: Path) -> None:
    with office(tmp_path) as (window, store):
        Clerk(window("甲"), SHA).decide(PERSON, "correct", "41")
        answer = Clerk(window("乙"), SHA).decide(PERSON, "correct", "41")
        assert answer.status_code == 200
        assert [d.made.look for d in store.reviews.all()] == [1, 2]
        assert store.second_looks.counts() == {LookState.AGREED: 1}
        third = Clerk(window("丙"), SHA)
        assert (third.view["cells"][PERSON]["shown"], third.view["cells"][PERSON]["by"]) == (
            "41", "甲",
        )  # fmt: skip


def test_a_disagreement_is_settled_by_a_third_person_who_sees_both(
    tmp_path: Path, database_url: str | None
) -> None:
    with office(tmp_path, database=database_url) as (window, store):
        Clerk(window("甲"), SHA).decide(PERSON, "correct", "41")
        answer = Clerk(window("乙"), SHA).decide(PERSON, "correct", "47")
        assert answer.json()["cells"][PERSON]["shown"] == "47", "one's own, not the other's"
        assert "41" not in answer.text.replace('"number":', "")

        def queued(name: str, state: QueueState) -> list[str]:
            wanted = QueueFilter(state, who=name, settles=PEOPLE[name] is Role.ADMIN)
            assert store.queue.totals(wanted).reports == len(store.queue.page(wanted).reports)
            return [r.sha256 for r in store.queue.page(wanted).reports]

        for name in ("甲", "乙"):
            assert queued(name, QueueState.DISAGREED) == []
            assert not Clerk(window(name), SHA).view["cells"][PERSON]["disputed"]
        assert queued("丙", QueueState.DISAGREED) == queued("管", QueueState.DISAGREED) == [SHA]
        assert SHA in window("丙").get("/?state=disagreed").text
        third = Clerk(window("丙"), SHA)
        cell = third.view["cells"][PERSON]
        assert third.view["order"][0] == PERSON
        assert cell["disputed"]
        assert cell["alternatives"] == [["41", None, "甲"], ["47", None, "乙"]]
        assert third.decide(PERSON, "correct", "47").status_code == 200
        assert [d.made.look for d in store.reviews.all()] == [1, 2, 3]
        assert store.second_looks.counts() == {LookState.SETTLED: 1}
        assert queued("管", QueueState.DISAGREED) == []
        for name in PEOPLE:
            assert Clerk(window(name), SHA).view["cells"][PERSON]["shown"] == "47"
        assert store.reviews.verify().fault is None


def test_what_two_people_say_differently_is_not_given_out(tmp_path: Path) -> None:
    def given() -> set[str]:
        (tmp_path / "out").mkdir(exist_ok=True)
        write_export(Settings(work=tmp_path), "jsonl", tmp_path / "out")
        text = (tmp_path / "out/cells.jsonl").read_text(encoding="utf-8")
        return {row["key"] for row in lines(text)}

    with office(tmp_path) as (window, _):
        Clerk(window("甲"), SHA).decide(PERSON, "correct", "41")
        assert PERSON in given()
        Clerk(window("乙"), SHA).decide(PERSON, "blank")
        assert PERSON not in given()
        Clerk(window("管"), SHA).decide(PERSON, "blank")
        assert PERSON in given()


def test_two_who_would_be_second_are_one_second_and_one_conflict(tmp_path: Path) -> None:
    with office(tmp_path) as (window, store):
        first, second, third = (Clerk(window(name), SHA) for name in ("甲", "乙", "丙"))
        first.decide(PERSON, "correct", "41")
        third = Clerk(window("丙"), SHA)
        assert second.decide(PERSON, "correct", "41").status_code == 200, "opened before the first"
        late = third.decide(PERSON, "correct", "99")
        assert late.status_code == 409
        assert [d.made.after.value for d in store.reviews.all()] == [41, 41]


def test_a_second_look_sent_twice_is_one_and_can_be_taken_back(tmp_path: Path) -> None:
    with office(tmp_path) as (window, store):
        Clerk(window("甲"), SHA).decide(PERSON, "correct", "41")
        second = Clerk(window("乙"), SHA)
        token = {"token": "the-same-token"}
        for _ in range(2):
            assert second.decide(PERSON, "correct", "4", **token).status_code == 200
        assert store.reviews.verify().decisions == 2
        undone = second.decide("", "undo")
        assert undone.status_code == 200
        assert undone.json()["cells"][PERSON]["state"] == "review"
        assert "41" not in undone.text
        assert store.second_looks.counts() == {LookState.WAITING: 1}
        assert second.decide(PERSON, "correct", "41").status_code == 200
        assert store.second_looks.counts() == {LookState.AGREED: 1}
        assert second.decide("", "undo").status_code == 200, "an agreed one too"
        assert store.reviews.newest()[0].made.undoes == 4
        assert standing(store.reviews.all())[PERSON].made.who == "甲"


def test_a_first_decision_taken_back_waits_for_a_first_one_again(tmp_path: Path) -> None:
    with office(tmp_path) as (window, store):
        first = Clerk(window("甲"), SHA)
        first.decide(PERSON, "correct", "41")
        first.decide("", "undo")
        assert store.second_looks.counts() == {LookState.WITHDRAWN: 1}
        Clerk(window("乙"), SHA).decide(PERSON, "correct", "41")
        assert [d.made.look for d in store.reviews.all()] == [1, 1, 1]
        assert store.second_looks.counts() == {LookState.WAITING: 1}
        assert PERSON in Clerk(window("甲"), SHA).view["order"], "now the second"


@pytest.mark.slow
def test_without_a_share_nothing_is_drawn_and_everybody_sees_everything(
    tmp_path: Path, database_url: str | None
) -> None:
    with office(tmp_path, share=0.0, database=database_url) as (window, store):
        Clerk(window("甲"), SHA).decide(PERSON, "correct", "41")
        assert Clerk(window("乙"), SHA).view["cells"][PERSON]["shown"] == "41"
        assert store.second_looks.counts() == {}
        assert store.second_looks.draw(store.reviews.all(), 1.0) == 1, "a share set later"
        assert store.second_looks.draw(store.reviews.all(), 1.0) == 0
        assert store.second_looks.draw(store.reviews.all(), 0.0) == 0
        assert store.second_looks.counts() == {LookState.WAITING: 1}


def test_programs_get_the_report_as_it_stands(tmp_path: Path) -> None:
    with office(tmp_path) as (window, store):
        Clerk(window("甲"), SHA).decide(PERSON, "correct", "4177")
        token = store.accounts.add_token(store.accounts.add("bot", Role.REVIEWER, None), "nightly")
        program = window("丙")
        program.cookies.clear()
        program.headers["Authorization"] = f"Bearer {token}"
        assert "4177" in program.get(f"/api/reports/{SHA}").text


@pytest.mark.slow
def test_agreement_is_told_on_a_page_and_on_the_command_line(tmp_path: Path) -> None:
    keys = [c.key for c in filled_report().cells][:12]
    with office(tmp_path) as (window, _):
        first, second = Clerk(window("甲"), SHA), Clerk(window("乙"), SHA)
        for number, key in enumerate(keys):
            first.decide(key, "correct", str(number % 3))
            second.decide(key, "correct", "2" if number == 0 else str(number % 3))
        page = window("甲").get("/figures").text
        assert "91.7 %" in page
        assert "0.875" in page
        assert "主动公开" in page
    told = CliRunner().invoke(commands, ["audit", "agreement", "--work", str(tmp_path)])
    assert told.exit_code == 0
    assert told.stdout.splitlines()[1].split() == ["all", "12", "91.7%", "0.875"]
    assert "1 to be settled" in told.stdout


@given(st.text(max_size=20), st.floats(0, 1), st.floats(0, 1))
def test_what_is_drawn_at_one_share_is_drawn_at_a_larger_one(key: str, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert in_sample(SHA, key, high) or not in_sample(SHA, key, low)
    assert in_sample(SHA, key, 1.0)
    assert not in_sample(SHA, key, 0.0)


def test_the_sample_has_about_its_share() -> None:
    drawn = sum(in_sample(SHA, f"row/{n}", 0.1) for n in range(10_000))
    assert 900 < drawn < 1100


def test_kappa_is_cohens() -> None:
    # 50 cells, two people, two answers: 20 and 15 alike, 5 and 10 not
    found = concordance([("a", "a", 20), ("b", "b", 15), ("a", "b", 5), ("b", "a", 10)])
    assert (found.cells, found.agreed, found.share) == (50, 35, 0.7)
    assert found.kappa == pytest.approx(0.4)
    assert concordance([("0", "0", 9)]).kappa is None, "both always said the same"
    assert concordance([]).kappa is None


Step = tuple[str, int | None]


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.none() | st.integers(1, 3)), max_size=9))
@settings(max_examples=200)
def test_nobody_who_is_to_look_second_sees_a_decision_of_another(steps: list[Step]) -> None:
    """People decide or take back in any order; each as the application would have them do it."""
    log: list[Decision] = []
    for who, value in steps:
        looks = second_looks(log, {"k"})
        seen = as_seen_by(who, log, looks)
        look = looks.get("k")
        mine = standing(seen).get("k")
        blind = look is not None and look.state is LookState.WAITING and mine is None
        own = look is not None and look.last is not None and look.last.made.who == who
        turn = 2 if blind or (own and look.state in ("agreed", "disagreed")) else 1  # type: ignore[union-attr]
        read = CellValue(0, Kind.NUMBER, CellState.REVIEW)
        if value is None:
            if mine is None or mine.made.who != who:
                continue
            made = NewDecision(
                who, SHA, "k", Action.UNDO, read, read, undoes=mine.number, look=turn
            )
        else:
            made = NewDecision(
                who, SHA, "k", Action.CORRECT, read, replace(read, value=value), look=turn
            )
        log.append(Decision.next(len(log) + 1, datetime.now(UTC), made, ""))
        look = second_look(log)
        assert look is not None
        assert (look.stands is None) == (look.state is LookState.WITHDRAWN)
        for other in "甲乙丙":
            left = as_seen_by(other, log, {"k": look})
            if look.state is LookState.WAITING and look.stands and look.stands.made.who != other:
                assert left == ()
            assert all(d.made.look != 2 for d in left)
        if look.first and look.second and look.second.made.look == 2:
            assert look.first.number < look.second.number
