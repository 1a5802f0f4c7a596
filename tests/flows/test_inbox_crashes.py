"""Watchers that die, at every step; watchers that only seem dead; two watchers on one inbox."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from inbox_making import Bench, bench, reading_pool
from shares import one_in

import flows.inbox.one_file
import flows.inbox.taking
import flows.inbox.watching
from bench.kills import kill_at_random
from flows.inbox.local import LocalPlace
from flows.inbox.watching import Watch, end_stale_runs, identity, is_alive
from gouji.model import Pipeline
from gouji.store import FileState, Inboxes, RunStatus, SeenFile, Store

__all__ = ["bench", "reading_pool"]

DEAD = 99_999_999  # no process has that number
PIPELINE = Pipeline("1", "2")


class Killed(BaseException):
    """What happens next, happens no more."""


def as_dead() -> str:
    """The identity of a process of this machine that is gone."""
    words = identity().split()
    return " ".join((*words[:2], str(DEAD), "1"))


STEPS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (Inboxes, ("note", "claim", "begin", "decide", "finish", "put_back")),
    (LocalPlace, ("move", "write", "move_beside")),
    (Store, ("save",)),
)


@contextmanager
def killed_at(number: int, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> Iterator[list[str]]:
    """Everything stops for good before, or ``after``, the step of that number."""
    steps: list[str] = []
    lock = threading.Lock()

    def counted(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*words: Any, **named: Any) -> Any:
            with lock:
                steps.append(name)
                now = len(steps)
            if now > number or (now == number and not after):
                raise Killed(name)
            result = step(*words, **named)
            if now == number:
                raise Killed(name)
            return result

        return counting

    with monkeypatch.context() as patched:
        for owner, names in STEPS:
            for name in names:
                patched.setattr(owner, name, counted(name, getattr(owner, name)))
        patched.setattr(Inboxes, "leave", lambda *words: None)
        patched.setattr(flows.inbox.taking, "end_run", lambda *words: None)
        enter = Inboxes.enter

        def entered(self: Inboxes, who: str, *words: Any) -> str:
            return enter(self, as_dead(), *words)

        patched.setattr(Inboxes, "enter", entered)
        yield steps


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "number",
    one_in(2, [*range(1, 7), *(pytest.param(n, marks=pytest.mark.slow) for n in range(7, 20))]),
)
def test_whoever_comes_after_a_death_at_any_step_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, number: int, after: bool
) -> None:
    bench.drop("good.txt")
    bench.drop("good.txt.json", '{"url": "u"}')
    bench.drop("bad.txt", "0 damaged\n")
    bench.drop("twin.txt", "report 'good.txt'\n")
    with killed_at(number, monkeypatch, after=after) as steps:
        try:
            bench.take()
        except Killed:
            assert len(steps) >= number
    for _ in range(2):
        result = bench.take()
    assert result.waiting == 0
    assert sorted(bench.names("done")) == ["good.txt", "good.txt.json", "twin.txt"]
    assert bench.names("failed") == ["bad.txt", "bad.txt.reason.json"]
    assert bench.sql("SELECT count(*) FROM reading") == [(2,)]
    assert bench.sql("SELECT count(*) FROM inbox_file") == [(3,)]
    assert bench.sql("SELECT count(*) FROM inbox_watcher") == [(0,)]
    assert bench.verified().faults == ()


def test_a_document_over_which_watchers_die_is_read_alone_and_then_set_aside(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("good.txt")
    bench.drop("a.txt", "kills\n")
    readings = flows.inbox.one_file._readings

    def dies(found: Any, round_: Any, **named: Any) -> Any:
        if found.path.read_text() == "kills\n":
            raise Killed
        return readings(found, round_, **named)

    rounds = 0
    while bench.names() and rounds < 10:
        rounds += 1
        with killed_at(10**6, monkeypatch, after=False), monkeypatch.context() as patched:
            patched.setattr(flows.inbox.one_file, "_readings", dies)
            try:
                bench.take(attempts=2)
            except Killed:
                continue
    # two in company, two alone, and the round that gives it up
    assert rounds == 5
    assert bench.names("done") == ["good.txt"]
    said = bench.reason("a.txt")
    assert said["watchers_died"] == 4
    assert said["kind"] == "worker_died"
    assert "died while it was being read" in said["reason"]


@pytest.fixture
def store(database_url: str | None, tmp_path: Path) -> Iterator[Store]:
    with Store.open(database_url, tmp_path) as opened:
        yield opened


def entered(store: Store, who: str = "elsewhere x 1 1", lease_ms: int = 60_000) -> str:
    return store.inboxes.enter(who, "host", 1, lease_ms, None)


def noted(store: Store, *paths: str) -> None:
    store.inboxes.note("in", "key", [SeenFile(path, f"mark {path}", 1) for path in paths], None)


def claimed(store: Store, watcher: str, most: int = 10, round_: str = "r") -> list[Any]:
    found = store.inboxes.claim(watcher, "key", round_, most, 0, suspects=False)
    assert found is not None
    return found


def test_a_file_is_claimed_by_one(store: Store) -> None:
    noted(store, "a", "b", "c")
    one, two = entered(store), entered(store)
    first, second = claimed(store, one, 2), claimed(store, two)
    assert [c.file.path for c in (*first, *second)] == ["a", "b", "c"]
    assert claimed(store, one) == []


def test_a_claim_that_was_taken_over_changes_nothing_any_more(store: Store) -> None:
    noted(store, "a")
    one, two = entered(store), entered(store)
    (old,) = claimed(store, one)
    assert store.inboxes.begin(old, "0" * 64)
    (dead,) = (w for w in store.inboxes.watchers() if w.id == one)
    assert store.inboxes.bury(dead) == 1
    (new,) = claimed(store, two)
    assert (new.crashes, new.attempts) == (1, 0)
    assert store.inboxes.begin(old, "1" * 64) is None
    assert not store.inboxes.put_back(old, "r", "x", attempts=0, kind=None)
    assert not store.inboxes.finish(old, FileState.DONE, moved_to=None, origin=None)
    assert not store.inboxes.gone(old)
    assert store.inboxes.begin(new, "1" * 64)


def test_a_watcher_that_was_given_up_claims_nothing_that_nobody_would_free(store: Store) -> None:
    noted(store, "a")
    one = entered(store)
    (dead,) = store.inboxes.watchers()
    store.inboxes.bury(dead)
    assert store.inboxes.claim(one, "key", "r", 1, 0, suspects=False) is None
    assert len(claimed(store, entered(store))) == 1


def test_one_content_is_read_by_one_at_a_time(store: Store) -> None:
    noted(store, "a", "b")
    one, two = claimed(store, entered(store))
    assert store.inboxes.begin(one, "0" * 64) is True
    assert store.inboxes.begin(one, "0" * 64) is True  # said again
    assert store.inboxes.begin(two, "0" * 64) is False
    store.inboxes.put_back(one, "r", "x", attempts=0, kind=None)
    assert store.inboxes.begin(two, "0" * 64) is True


def test_a_watcher_that_gave_a_sign_of_life_is_not_buried(store: Store) -> None:
    one = entered(store)
    (seen,) = store.inboxes.watchers()
    assert store.inboxes.beat(one)
    assert store.inboxes.bury(seen) is None
    assert store.inboxes.beat(one)


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_jumps_makes_nobody_dead(store: Store, hours: int) -> None:
    """Both ways: the database's clock is what a beat is told by."""
    noted(store, "a")
    one = entered(store, lease_ms=400)
    (claim,) = claimed(store, one)
    with Watch(store, 0.4, None) as other:
        for _ in range(4):
            with store._engine.begin() as connection:
                jump = f"UPDATE inbox_watcher SET beat_ms = beat_ms + {hours * 3_600_000}"
                connection.exec_driver_sql(f"{jump} WHERE id = '{one}'")
            assert next(w for w in store.inboxes.watchers() if w.id == one).silent
            other.bury_the_dead()
            time.sleep(0.1)
            assert store.inboxes.beat(one)
        assert store.inboxes.begin(claim, "0" * 64)
        until = time.monotonic() + 20  # and one that is silent for good is dead
        while any(w.id == one for w in store.inboxes.watchers()) and time.monotonic() < until:
            time.sleep(0.05)
        assert store.inboxes.begin(claim, "0" * 64) is None


def test_a_file_whose_time_is_in_the_future_is_settled(store: Store) -> None:
    noted(store, "a")
    with store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE inbox_file SET noted_ms = noted_ms + 86400000")
    watcher = entered(store)
    assert len(store.inboxes.claim(watcher, "key", "r", 1, 3_600_000, suspects=False) or []) == 1


def test_what_was_not_settled_long_enough_is_not_claimed(store: Store) -> None:
    noted(store, "a")
    watcher = entered(store)
    assert store.inboxes.claim(watcher, "key", "r", 1, 60_000, suspects=False) == []


def test_a_process_is_known_by_more_than_its_number() -> None:
    assert is_alive(identity()) is True
    assert is_alive(as_dead()) is False
    reused = " ".join((*identity().split()[:3], "1"))
    assert is_alive(reused) is False
    assert is_alive("another-boot x 1 1") is None
    assert is_alive("") is None
    child = os.fork()
    if not child:
        os._exit(0)
    time.sleep(0.2)
    assert is_alive(identity().replace(f" {os.getpid()} ", f" {child} ")) is False  # a zombie
    os.waitpid(child, 0)


def test_runs_whose_process_is_gone_are_put_right(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = store.runs.begin("gouji read", PIPELINE)
    monkeypatch.setattr(os, "getpid", lambda: DEAD)
    dead = store.runs.begin("gouji read", PIPELINE)
    monkeypatch.setattr("platform.node", lambda: "elsewhere")
    far = store.runs.begin("gouji read", PIPELINE)
    monkeypatch.undo()
    assert end_stale_runs(store) == 1
    status = {run.id: run.status for run in store.runs.newest()}
    assert status[dead] is RunStatus.STOPPED
    assert status[mine] is status[far] is RunStatus.RUNNING


@pytest.mark.slow
def test_two_watchers_on_one_inbox_read_no_document_twice(
    bench: Bench, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.database = database_url
    for number in range(30):
        bench.drop(f"{number}.txt", f"content {number % 25}\n")
    readings, read = flows.inbox.one_file._readings, []

    def counted(found: Any, round_: Any, **named: Any) -> Any:
        read.append(found.path.read_text())
        return readings(found, round_, **named)

    monkeypatch.setattr(flows.inbox.one_file, "_readings", counted)
    results = []
    watchers = [
        threading.Thread(target=lambda: results.append(bench.take(settle_seconds=0.2)))
        for _ in range(3)
    ]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert sum(result.done for result in results) == 30
    assert len(read) == len(set(read)) == 25
    assert bench.verified().documents == 25
    assert bench.verified().faults == ()
    assert len(bench.names("done")) == 30


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_lost_or_done_twice_when_processes_are_killed(postgres_url: str) -> None:
    fates = kill_at_random(30, 6, seed=3, database=postgres_url)
    assert fates.wrong == 0, fates
    assert sum(fates.killed.values()) == 6
