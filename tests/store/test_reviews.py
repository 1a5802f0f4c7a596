"""Decisions of people: kept in a chain, in order, over every reading, and never lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from decision_making import decide, light, said, store
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from stored_readings import PIPELINE, cell, report, sha256_of

from gouji.model import (
    Action,
    CellState,
    Decision,
    Pipeline,
    reviewed,
    standing,
)
from gouji.model.review import NO_HASH
from gouji.store import (
    LogFilter,
    StaleReview,
    Standing,
    Store,
)

__all__ = ["light", "store"]
NEWER = Pipeline("0.2.0", PIPELINE.settings_digest)
TOTAL = "applications/granted_in_full/total"


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
