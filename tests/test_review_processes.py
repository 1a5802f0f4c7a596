"""Several processes at one log: one chain, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from decision_making import light, said, store
from stored_readings import elsewhere, report, sha256_of

from gouji.store import (
    LogFilter,
    StaleReview,
    Standing,
    Store,
)

__all__ = ["light", "store"]


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
    command = elsewhere(f"from test_review_processes import decide_many; {code}")
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
