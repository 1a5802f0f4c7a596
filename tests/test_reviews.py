"""Decisions of people: kept in a chain, in order, over every reading, and never lost."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from stored_readings import PIPELINE, cell, elsewhere, page_less, report, sha256_of

from gouji.model import (
    Action,
    CellState,
    CellValue,
    Decision,
    Kind,
    NewDecision,
    Pipeline,
    WrongUsage,
    reviewed,
    standing,
)
from gouji.model.review import NO_HASH
from gouji.store import (
    LogFilter,
    QueueFilter,
    QueueOrder,
    QueueState,
    Role,
    StaleReview,
    Standing,
    Store,
)
from gouji.store.accounts import hashed, matches

NEWER = Pipeline("0.2.0", PIPELINE.settings_digest)
TOTAL = "applications/granted_in_full/total"


@pytest.fixture
def store(database_url: str | None, tmp_path: Path) -> Iterator[Store]:
    with Store.open(database_url, tmp_path / "work") as store:
        yield store


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Store]:
    """A store in SQLite, for what is the same in both databases."""
    with Store.open(None, tmp_path / "work") as store:
        yield store


@pytest.fixture(scope="module")
def one_report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that is only looked into."""
    with Store.open(None, tmp_path_factory.mktemp("work")) as store:
        store.save(report())
        yield store


def read_as(value: int | Decimal | None, kind: Kind = Kind.NUMBER) -> CellValue:
    return CellValue(value, kind, CellState.REVIEW)


def said(
    number: int = 0,
    key: str = TOTAL,
    value: int | Decimal | None = 7,
    action: Action = Action.CORRECT,
    **more: object,
) -> NewDecision:
    after = CellValue(value, Kind.NUMBER, CellState.CORRECTED)
    made = NewDecision("李", sha256_of(number), key, action, read_as(2), after)
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


def decide(store: Store, made: NewDecision, open_: dict[str, float] | None = None) -> Decision:
    seen = store.reviews.of(made.sha256)
    assert seen is not None
    return store.reviews.decide(made, seen, Standing(open_ or {}, 1, 0, 0))


def test_a_decision_comes_back_with_everything_it_said(store: Store) -> None:
    store.save(report())
    shown = {"reader": "ppocr", "alternatives": [["2\0", 0.7], ["\ud800", 0.25]], "page": 4}
    made = said(value=Decimal("477.350"), why="印章下面<script>", shown=shown, token="t1")
    decision = decide(store, made)
    (back,) = store.reviews.newest()
    assert back == decision
    assert back.made == made
    assert str(back.made.after.value) == "477.350"
    assert (back.number, back.previous_hash, back.is_intact) == (1, NO_HASH, True)
    assert abs(back.at - datetime.now(UTC)) < timedelta(minutes=1)


def test_each_decision_holds_the_hash_of_the_one_before(store: Store) -> None:
    store.save(report(0))
    store.save(report(1))
    made = [decide(store, said(n % 2, value=n)) for n in range(5)]
    assert [d.number for d in made] == [1, 2, 3, 4, 5]
    assert [d.previous_hash for d in made] == [NO_HASH, *(d.hash for d in made[:-1])]
    state = store.reviews.verify()
    assert (state.decisions, state.head, state.fault) == (5, made[-1].hash, None)
    assert list(store.reviews.all(LogFilter(sha256=sha256_of(1)))) == made[1::2]
    assert store.reviews.newest(before=3, most=1) == [made[1]]


def test_the_database_itself_refuses_to_change_or_delete_a_decision(store: Store) -> None:
    store.save(report())
    decide(store, said())
    for statement in ("UPDATE decision SET who = 'x'", "DELETE FROM decision"):
        with pytest.raises(DBAPIError, match="never"), store._engine.begin() as connection:
            connection.execute(text(statement))
    assert store.reviews.verify().fault is None


@pytest.mark.parametrize(
    ("tamper", "number", "reason"),
    [
        ("UPDATE decision SET who = 'x' WHERE id = 2", 2, "hash was made of"),
        ("UPDATE decision SET after = replace(after, '1', '9') WHERE id = 2", 2, "hash was made"),
        ("DELETE FROM decision WHERE id = 2", 2, "missing"),
        ("DELETE FROM decision WHERE id = 1", 1, "missing"),
    ],
)
def test_what_was_tampered_with_is_found(
    light: Store, tamper: str, number: int, reason: str
) -> None:
    light.save(report())
    for value in range(3):
        decide(light, said(value=value))
    with light._engine.begin() as connection:  # as somebody who may do everything could
        for trigger in ("changed", "deleted"):
            connection.execute(text(f"DROP TRIGGER decision_is_never_{trigger}"))
        connection.execute(text(tamper))
    fault = light.reviews.verify().fault
    assert fault is not None
    assert fault.number == number
    assert reason in fault.reason


def test_a_forged_row_with_a_hash_of_its_own_breaks_the_chain_behind_it(light: Store) -> None:
    light.save(report())
    first, *_ = [decide(light, said(value=value)) for value in range(3)]
    forged = Decision.next(1, first.at, said(value=99), NO_HASH)
    with light._engine.begin() as connection:
        connection.execute(text("DROP TRIGGER decision_is_never_changed"))
        change = text("UPDATE decision SET after = replace(after, '0', '99'), hash = :h WHERE id=1")
        connection.execute(change, {"h": forged.hash})
    fault = light.reviews.verify().fault
    assert fault is not None
    assert fault.number in (1, 2)


def test_the_second_of_two_reviewers_is_told_and_nothing_is_written(store: Store) -> None:
    store.save(report())
    seen = store.reviews.of(sha256_of(0))
    assert seen is not None
    store.reviews.decide(said(value=7), seen, Standing({}, 1, 0, 0))
    with pytest.raises(StaleReview):
        store.reviews.decide(said(value=8), seen, Standing({}, 1, 0, 0))
    assert [d.made.after.value for d in store.reviews.newest()] == [7]
    again = store.reviews.of(sha256_of(0))
    assert again is not None
    store.reviews.decide(said(value=8), again, Standing({}, 1, 0, 0))
    assert [d.made.after.value for d in store.reviews.newest()] == [8, 7]


def test_a_reading_that_comes_meanwhile_makes_a_review_stale(store: Store) -> None:
    store.save(report())
    seen = store.reviews.of(sha256_of(0))
    assert seen is not None
    store.save(report(pipeline=NEWER))
    with pytest.raises(StaleReview):
        store.reviews.decide(said(), seen, Standing({}, 1, 0, 0))
    assert store.reviews.newest() == []


def test_the_same_decision_sent_twice_is_one(store: Store) -> None:
    store.save(report())
    first = decide(store, said(token="a"))
    assert decide(store, said(token="a")) == first
    assert store.reviews.by_token("a") == first
    assert store.reviews.verify().decisions == 1


def test_decisions_hold_over_a_newer_reading(store: Store) -> None:
    store.save(report())
    decide(store, said(value=7))
    store.save(report(pipeline=NEWER))
    assert store.queue.cells(sha256_of(0)) == {}
    review = store.reviews.of(sha256_of(0))
    newest = store.load(sha256_of(0))
    assert review is not None
    assert newest is not None
    done = reviewed(newest, standing(review.decisions))
    (total,) = [c for c in done.cells if c.key == TOTAL]
    assert (total.value, total.as_read, total.state) == (7, "2", CellState.CORRECTED)


def test_a_newer_reading_that_says_what_was_decided_is_confirmed() -> None:
    decision = Decision.next(1, datetime.now(UTC), said(value=7), NO_HASH)
    reading = report(cells=(cell(TOTAL, 7),))
    assert reviewed(reading, {TOTAL: decision}).cells[0].state is CellState.CONFIRMED


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(1, 8)), max_size=8))
@settings(max_examples=50)
def test_to_take_a_decision_back_brings_the_one_before_it(
    steps: list[tuple[str, int | None]],
) -> None:
    """Against a plain model: a stack of values for each key."""
    log: list[Decision] = []
    stacks: dict[str, list[Decision]] = {key: [] for key in "abc"}
    for key, value in steps:
        if value is None:
            if not stacks[key]:
                continue
            gone = stacks[key].pop()
            made = said(key=key, action=Action.UNDO, undoes=gone.number)
        else:
            made = said(key=key, value=value)
        log.append(Decision.next(len(log) + 1, datetime.now(UTC), made, NO_HASH))
        if value is not None:
            stacks[key].append(log[-1])
    assert standing(log) == {key: stack[-1] for key, stack in stacks.items() if stack}


def test_second_looks_are_compared_and_decide_nothing() -> None:
    now = datetime.now(UTC)
    log = [Decision.next(n, now, said(value=n, look=n), NO_HASH) for n in (1, 2)]
    assert standing(log)[TOTAL].made.after.value == 1


# --- the queue ---


def test_what_waits_is_queued_by_the_errors_that_looking_would_remove(store: Store) -> None:
    for number in range(3):
        cells = [
            dataclasses.replace(cell(f"applications/r{n}/total", n), confidence=0.5)
            for n in range(number + 1)
        ]
        store.save(report(number, cells=tuple(cells), year=2020 + number))
    page = store.queue.page()
    assert [(r.year, r.open_cells, r.expected_errors) for r in page.reports] == [
        (2022, 3, 1.5), (2021, 2, 1.0), (2020, 1, 0.5),
    ]  # fmt: skip
    assert page.next is None
    assert page.reports[0].region == ("辽宁省", "阜新市", "彰武县", "平安镇")
    assert store.queue.totals().open_cells == 6
    gains = {"applications/r0/total": 0.25}
    store.save(report(9, cells=(cell("applications/r0/total", 1),)), gains=gains)
    assert store.queue.cells(sha256_of(9)) == gains


def test_a_newer_reading_empties_the_queue_of_its_document(store: Store) -> None:
    store.save(report())
    assert list(store.queue.cells(sha256_of(0))) == [TOTAL]
    sure = dataclasses.replace(cell("a/b/c", 1), state=CellState.ACCEPTED)
    store.save(report(pipeline=NEWER, cells=(sure,)))
    assert store.queue.cells(sha256_of(0)) == {}
    assert store.queue.page().reports == ()
    settled = QueueFilter(QueueState.SETTLED)
    assert [r.sha256 for r in store.queue.page(settled).reports] == [sha256_of(0)]
    store.save(dataclasses.replace(report(pipeline=Pipeline("0.3.0", "x")), report=None))
    assert store.queue.report(sha256_of(0)) is None


@pytest.mark.parametrize("order", list(QueueOrder))
def test_pages_have_every_report_once_and_in_order(store: Store, order: QueueOrder) -> None:
    for number in range(11):
        one = report(number, issuer=f"机关{number % 3}", year=2019 + number % 2)
        store.save(one)
    seen: list[str] = []
    after = None
    while True:
        page = store.queue.page(order=order, after=after, most=3)
        seen += [r.sha256 for r in page.reports]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == sorted(sha256_of(n) for n in range(11))
    whole = store.queue.page(order=order, most=50).reports
    assert [r.sha256 for r in whole] == seen


@pytest.mark.parametrize("place", ["", "[", "[1]", "[[],{}]", '["x",2]', "[" * 5000, "null", "7"])
@pytest.mark.parametrize("order", list(QueueOrder))
def test_a_place_that_is_none_begins_at_the_start(
    one_report: Store, place: str, order: QueueOrder
) -> None:
    assert len(one_report.queue.page(order=order, after=place).reports) <= 1


def test_filters_find_what_they_say(store: Store) -> None:
    store.save(report(0, issuer="100%_公安局", year=2020))
    store.save(report(1, template="T19"))
    store.save(page_less(2))

    def found(**wanted: object) -> set[str]:
        page = store.queue.page(QueueFilter(**wanted))  # type: ignore[arg-type]
        return {r.name for r in page.reports}

    assert found() == {"0.pdf", "1.pdf", "2.html"}
    assert found(search="100%_公") == {"0.pdf"}
    assert found(search="%") == {"0.pdf"}
    assert found(search="平安镇 2.HTML") == {"2.html"}
    assert found(search="'; DROP TABLE decision; --") == set()
    assert found(template="T19") == {"1.pdf"}
    assert found(year=2020) == {"0.pdf"}
    assert found(region="辽宁省/阜新市/") == {"0.pdf", "1.pdf", "2.html"}
    assert found(region="辽宁省/阜") == {"0.pdf", "1.pdf", "2.html"}
    assert found(region="辽/") == set()
    assert found(media_type="text/html") == {"2.html"}
    assert found(organ_type="county_gov") == set()
    choices = store.queue.choices()
    assert choices.templates == ("T19", "T21")
    assert choices.years == (2023, 2020)
    assert choices.regions == ("辽宁省",)


def test_reports_that_an_older_gouji_saved_are_given_their_place(store: Store) -> None:
    for number in range(3):
        store.save(report(number))
    decide(store, said(0))
    before = store.queue.page(QueueFilter(QueueState.ALL)).reports
    with store._engine.begin() as connection:
        connection.execute(text("DELETE FROM queue_cell"))
        connection.execute(text("DELETE FROM queue_report"))
    assert store.queue.fill() == 3
    assert store.queue.fill() == 0
    after = store.queue.page(QueueFilter(QueueState.ALL)).reports
    same = [dataclasses.replace(r, changed_at=before[0].changed_at) for r in after]
    assert {(r.sha256, r.open_cells, r.decided_cells, r.version) for r in same} == {
        (r.sha256, r.open_cells, r.decided_cells, r.version) for r in before
    }


# --- several processes ---


def decide_many(url: str | None, work: str, who: str, count: int) -> None:
    """Decide so many times, telling each number once it is acknowledged: for other processes."""
    with Store.open(url, Path(work)) as store:
        done = 0
        while done < count:
            seen = store.reviews.of(sha256_of(0))
            assert seen is not None
            made = said(value=done, who=who, token=f"{who}-{done}")
            try:
                decision = store.reviews.decide(made, seen, Standing({}, 1, 0, 0))
            except StaleReview:
                continue
            print(decision.number, flush=True)
            done += 1


def run_elsewhere(code: str) -> subprocess.Popen[str]:
    command = elsewhere(f"from test_reviews import decide_many; {code}")
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_two_writers_make_one_chain_in_which_nothing_is_missing(
    database_url: str | None, tmp_path: Path
) -> None:
    with Store.open(database_url, tmp_path) as store:
        store.save(report())
        calls = [f"decide_many({database_url!r}, {str(tmp_path)!r}, {w!r}, 25)" for w in "ab"]
        running = [run_elsewhere(call) for call in calls]
        told = [int(line) for each in running for line in each.communicate(timeout=120)[0].split()]
        assert [each.returncode for each in running] == [0, 0]
        assert sorted(told) == list(range(1, 51))
        assert store.reviews.verify().fault is None
        order = [d.made.token for d in store.reviews.all(LogFilter(who="a"))]
        assert order == [f"a-{n}" for n in range(25)]


@pytest.mark.slow
def test_a_decision_that_was_acknowledged_outlives_a_kill(
    database_url: str | None, tmp_path: Path
) -> None:
    with Store.open(database_url, tmp_path) as store:
        store.save(report())
    for _ in range(2):
        killed = run_elsewhere(f"decide_many({database_url!r}, {str(tmp_path)!r}, 'k', 10**6)")
        assert killed.stdout is not None
        first = killed.stdout.readline()
        time.sleep(0.05)
        os.kill(killed.pid, signal.SIGKILL)
        told = [int(line) for line in (first + killed.stdout.read()).split()]
        killed.wait()
        killed.stdout.close()
        with Store.open(database_url, tmp_path) as store:
            state = store.reviews.verify()
            assert state.fault is None
            assert state.decisions >= max(told)


# --- people ---


def test_passwords_are_kept_as_scrypt_hashes(store: Store) -> None:
    store.accounts.add("李四", Role.REVIEWER, "correct horse battery")
    with store._engine.connect() as connection:
        kept = connection.scalar(text("SELECT password FROM account"))
    assert kept.startswith("scrypt$16384$8$1$")
    assert "horse" not in kept
    assert store.accounts.sign_in("李四", "wrong horse battery") is None
    assert store.accounts.sign_in("王五", "correct horse battery") is None
    signed_in = store.accounts.sign_in("李四", "correct horse battery")
    assert signed_in is not None
    secret, session = signed_in
    assert session.account.role is Role.REVIEWER
    assert store.accounts.session(secret) == session
    store.accounts.end_session(secret)
    assert store.accounts.session(secret) is None


@settings(max_examples=4)
@given(st.text(max_size=40), st.text(max_size=40))
def test_only_the_password_itself_matches(one: str, other: str) -> None:
    assert matches(one, hashed(one))
    assert matches(other, hashed(one)) == (one == other)


def test_an_account_that_is_closed_opens_nothing(store: Store) -> None:
    who = store.accounts.add("a", Role.ADMIN, None)
    secret, _ = store.accounts.begin_session(who)
    token = store.accounts.add_token(who, "cron")
    assert store.accounts.token_owner(token) == who
    assert store.accounts.close_account("a")
    assert not store.accounts.close_account("a")
    assert store.accounts.session(secret) is None
    assert store.accounts.token_owner(token) is None
    assert not store.accounts.there_are_any()


def test_a_session_ends_by_itself(store: Store) -> None:
    secret, _ = store.accounts.begin_session(store.accounts.add("a", Role.READER, None))
    past = "2001-01-01 00:00:00"
    with store._engine.begin() as connection:
        connection.execute(text(f"UPDATE session SET expires_at = '{past}'"))
    assert store.accounts.session(secret) is None


@pytest.mark.parametrize("name", ["", " ", "a ", "a\nb", "a\0b", "x" * 65])
def test_names_that_are_none_are_refused(light: Store, name: str) -> None:
    with pytest.raises(WrongUsage):
        light.accounts.add(name, Role.READER, None)
    assert light.accounts.named(name) is None


def test_a_name_is_given_once_and_a_password_is_long_enough(store: Store) -> None:
    store.accounts.add("a", Role.READER, None)
    with pytest.raises(WrongUsage, match="already"):
        store.accounts.add("a", Role.ADMIN, None)
    with pytest.raises(WrongUsage, match="10 characters"):
        store.accounts.add("b", Role.READER, "short")


def test_roles_may_what_the_ones_before_may() -> None:
    assert [Role.REVIEWER.may(role) for role in Role] == [True, True, False]
