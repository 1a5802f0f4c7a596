"""An inbox waits: for its share of pages a minute, a disk, a store, a share that is away."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from inbox_making import Bench, bench, reading_pool

import flows.inbox.one_file
import flows.inbox.taking
from flows.inbox.places import PlaceAway
from flows.inbox.waiting import Pace
from gouji.model import StoreUnavailable, WrongUsage
from gouji.store import Store

__all__ = ["bench", "reading_pool"]


def test_no_such_folder_is_wrong_usage(bench: Bench) -> None:
    with pytest.raises(WrongUsage, match="no folder"):
        bench.take(str(bench.folder / "nowhere"))


@pytest.mark.slow
def test_pages_a_minute_are_kept(bench: Bench) -> None:
    for number in range(12):
        bench.drop(f"{number}.txt", f"{number}\n")
    begun = time.monotonic()
    result = bench.take(pages_a_minute=1_000.0)  # 5 pages a document: 0.3 s each
    assert result.done == 12
    # four are begun together at first, and four may be under way at the end
    assert time.monotonic() - begun >= 4 * 0.3


def test_a_pause_earns_no_pages() -> None:
    now = [100.0]
    pace = Pace(60.0, clock=lambda: now[0])
    assert pace.due() == 0
    pace.read(5)
    assert pace.due() == 5
    now[0] += 3
    assert pace.due() == 2
    now[0] += 1_000
    pace.read(2)
    assert pace.due() == 2
    assert Pace(None, clock=lambda: now[0]).due() == 0


def test_a_full_disk_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter([10, 10, 10])
    monkeypatch.setattr(flows.inbox.taking, "free_mb", lambda folder: next(asked, 5_000))
    monkeypatch.setattr(flows.inbox.waiting, "FIRST_PAUSE", 0.01)
    bench.drop("a.txt")
    assert bench.take(free_mb=100).done == 1


def test_a_disk_that_stays_full_ends_the_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.inbox.taking, "free_mb", lambda folder: 10)
    monkeypatch.setattr(flows.inbox.waiting, "FIRST_PAUSE", 0.01)
    bench.drop("a.txt")
    result = bench.take(free_mb=100, patience_seconds=0.1)
    assert (result.done, result.waiting) == (0, 1)


def test_a_store_that_is_away_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.drop("a.txt")
    save, failing = Store.save, iter([1, 2, 3])

    def away(*words: Any, **named: Any) -> Any:
        if next(failing, None):
            raise StoreUnavailable("away") from ConnectionRefusedError(111, "refused")
        return save(*words, **named)

    monkeypatch.setattr(flows.inbox.waiting, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(Store, "save", away)
    assert bench.take().done == 1
    assert next(failing, None) is None


def test_a_store_that_stays_away_ends_the_round_and_loses_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*words: Any, **named: Any) -> Any:
        raise StoreUnavailable("away") from ConnectionRefusedError(111, "refused")

    bench.drop("a.txt")
    with monkeypatch.context() as patched:
        patched.setattr(flows.inbox.waiting, "FIRST_PAUSE", 0.01)
        patched.setattr(Store, "save", away)
        with pytest.raises(StoreUnavailable):
            bench.take(patience_seconds=0.1)
    assert bench.names() == ["a.txt"]
    assert bench.take().done == 1


@pytest.mark.slow
def test_a_share_that_disappears_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.inbox.waiting, "FIRST_PAUSE", 0.05)
    away = bench.folder.with_name("unmounted")
    hidden: list[bool] = []

    def unmount() -> None:
        bench.folder.rename(away)
        bench.folder.mkdir()  # the place it is mounted at is there, and empty
        threading.Thread(target=mount_again).start()

    def mount_again() -> None:
        time.sleep(0.8)
        hidden.append(not list(bench.folder.iterdir()))
        bench.folder.rmdir()
        away.rename(bench.folder)

    bench.drop("0.txt", bench.while_read(unmount))
    for number in range(1, 4):
        bench.drop(f"{number}.txt", f"{number}\n")
    result = bench.take()
    assert hidden == [True]  # nothing was written to where the share was not
    assert result.done + result.waiting == 4
    assert result.gone == 0
    bench.take()
    assert len(bench.names("done")) == 4
    assert bench.verified().faults == ()


def test_a_share_that_goes_between_a_look_and_the_reading_costs_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.inbox.waiting, "FIRST_PAUSE", 0.05)
    away = bench.folder.with_name("unmounted")
    read_sources = flows.inbox.one_file.read_sources
    first = [True]

    def unmounted_first(files: Any, *others: Any) -> Any:
        if not first:
            return read_sources(files, *others)
        first.clear()
        bench.folder.rename(away)
        readings = list(read_sources(files, *others))
        bench.folder.mkdir()
        threading.Timer(0.5, lambda: (bench.folder.rmdir(), away.rename(bench.folder))).start()
        return readings

    monkeypatch.setattr(flows.inbox.one_file, "read_sources", unmounted_first)
    bench.drop("a.txt")
    result = bench.take()
    assert (result.done, result.failed, result.put_back) == (1, 0, 0)
    assert bench.names("failed") == []


def test_a_share_that_is_away_when_a_later_round_begins_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.inbox.waiting, "FIRST_PAUSE", 0.05)
    bench.drop("a.txt")
    bench.take()
    bench.drop("b.txt")
    away = bench.folder.with_name("unmounted")
    bench.folder.rename(away)
    bench.folder.mkdir()
    with pytest.raises(PlaceAway):
        bench.take(patience_seconds=0.2)
    assert list(bench.folder.iterdir()) == []
    bench.folder.rmdir()
    away.rename(bench.folder)
    assert bench.take().done == 1
