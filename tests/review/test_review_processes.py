"""Several processes at one log: one chain, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

import httpx
import pytest
from browsing import served
from decision_making import light, said, store
from review_making import filled_report, view_of
from stored_readings import elsewhere, report, sha256_of

from gouji.store import (
    LogFilter,
    StaleReview,
    Standing,
    Store,
)

__all__ = ["light", "store"]
FILLED = filled_report().source.sha256


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
    here = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})"
    command = elsewhere(f"{here}; from test_review_processes import decide_many; {code}")
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


def post_until_it_dies(url: str, keys: Sequence[str], told: list[str]) -> None:
    """Decide one cell after the other, noting the tokens that the server acknowledged."""
    client = httpx.Client(base_url=url, timeout=60)
    view = view_of(client.get(f"/report/{FILLED}").text)
    headers = {"X-CSRF-Token": view["csrf"], "Accept": "application/json"}
    number = len(told)
    with suppress(httpx.HTTPError):
        while True:
            token = f"token-{number:08d}"
            body = {
                "key": keys[number % len(keys)], "action": "correct", "text": str(number),
                "seen": view["version"], "reading": view["reading"], "token": token,
            }  # fmt: skip
            answer = client.post(f"/report/{FILLED}/decide", json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            view["version"] = answer.json()["version"]
            told.append(token)
            number += 1


@pytest.mark.slow
def test_a_server_killed_at_any_moment_loses_nothing_that_it_acknowledged(
    database_url: str | None, tmp_path: Path
) -> None:
    moments = random.Random(4711)
    told: list[str] = []
    with Store.open(database_url, tmp_path) as store:
        store.save(filled_report(doubts=40))
        keys = list(store.queue.cells(FILLED))
    for _ in range(4):
        with served(tmp_path, database_url) as server:
            before = len(told)
            clerk = Thread(target=post_until_it_dies, args=(server.url, keys, told))
            clerk.start()
            end = time.monotonic() + 60
            while len(told) < before + 2 and time.monotonic() < end:
                time.sleep(0.005)
            time.sleep(moments.uniform(0, 0.3))
            server.kill()
            clerk.join(60)
        with Store.open(database_url, tmp_path) as store:
            kept = [d.made.token for d in store.reviews.all()]
            assert store.reviews.verify().fault is None
            # one that was not acknowledged may be there; none that was is missing
            assert kept[: len(told)] == told
            assert len(kept) <= len(told) + 1
            told = [token for token in kept if token is not None]
            queued = store.queue.report(FILLED)
            assert queued is not None
            assert queued.version == len(kept)
