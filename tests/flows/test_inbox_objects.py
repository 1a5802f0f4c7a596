"""An inbox in an object store: S3 as moto plays it on this machine, and fsspec's memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from inbox_making import Bench, bench, reading_pool

from flows.inbox.objects import ObjectPlace
from flows.inbox.places import FileReplaced, PlaceAway
from gouji.model import WrongUsage
from gouji.store import SeenFile

__all__ = ["bench", "reading_pool"]

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def memory() -> Iterator[Any]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    yield files
    files.store.clear()


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in (
        ("AWS_ENDPOINT_URL", s3_server),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("NO_PROXY", "127.0.0.1"),
        ("no_proxy", "127.0.0.1"),
    ):
        monkeypatch.setenv(name, value)
    files = fsspec.filesystem("s3", use_listings_cache=False, skip_instance_cache=True)
    files.mkdir("reports")
    yield files
    files.rm("reports", recursive=True)


def put(files: Any, path: str, text: str) -> None:
    files.pipe_file(path, text.encode())


def names(files: Any, below: str) -> list[str]:
    return sorted(str(path).lstrip("/")[len(below) :] for path in files.find(below))


def test_what_lies_in_memory_is_taken_in(bench: Bench, memory: Any) -> None:
    put(memory, "/inbox/a.txt", "one\n")
    put(memory, "/inbox/sub/b.txt", "two\n0 damaged\n")
    put(memory, "/inbox/c.txt.part", "half")
    put(memory, "/inbox/a.txt.meta.json", '{"url": "https://example.org"}')
    result = bench.take("memory://inbox")
    assert (result.done, result.failed) == (1, 1)
    left = names(memory, "inbox/")
    day = left[1].split("/")[1]
    assert left == [
        "c.txt.part",
        f"done/{day}/a.txt",
        f"done/{day}/a.txt.meta.json",
        f"failed/{day}/sub/b.txt",
        f"failed/{day}/sub/b.txt.reason.json",
    ]
    reason = json.loads(memory.cat_file(f"/inbox/failed/{day}/sub/b.txt.reason.json"))
    assert reason["kind"] == "damaged"
    assert not any((bench.work / "inbox").iterdir())  # what was fetched is gone
    assert bench.verified().faults == ()


@pytest.mark.slow
def test_a_bucket_is_an_inbox(bench: Bench, s3: Any) -> None:
    for number in range(3):
        put(s3, f"reports/in/{number}.txt", f"{number}\n")
    put(s3, "reports/in/bad.txt", "0 damaged\n")
    put(s3, "reports/in/manifest.jsonl", '{"file": "1.txt", "url": "https://example.org/1"}\n')
    result = bench.take("s3://reports/in", settle_seconds=0.2)
    assert (result.done, result.failed, result.waiting) == (3, 1, 0)
    found = names(s3, "reports/in/")
    assert [name.rpartition("/")[2] for name in found] == [
        *("0.txt", "1.txt", "2.txt", "bad.txt", "bad.txt.reason.json", "manifest.jsonl")
    ]
    said = dict(bench.sql("SELECT path, manifest FROM inbox_file"))
    assert json.loads(said["1.txt"])["url"] == "https://example.org/1"
    put(s3, "reports/in/0.txt", "another\n")
    assert bench.take("s3://reports/in").done == 1
    assert bench.verified().documents == 5


@pytest.mark.slow
def test_objects_may_be_left_where_they_are(bench: Bench, s3: Any) -> None:
    for number in range(3):
        put(s3, f"reports/in/{number}.txt", f"{number}\n")
    assert bench.take("s3://reports/in", leave=True).done == 3
    again = bench.take("s3://reports/in", leave=True)
    assert (again.done, again.unchanged) == (0, 3)
    put(s3, "reports/in/1.txt", "x\n")  # an object of the same size
    assert bench.take("s3://reports/in", leave=True).done == 1


@pytest.mark.slow
def test_an_object_that_is_replaced_while_it_is_read_is_not_moved(bench: Bench, s3: Any) -> None:
    deed = bench.while_read(lambda: put(s3, "reports/in/a.txt", "new\n"))
    put(s3, "reports/in/a.txt", "old\n" + deed)
    assert bench.take("s3://reports/in").done == 0
    assert s3.cat_file("reports/in/a.txt") == b"new\n"
    assert bench.take("s3://reports/in").done == 1


@pytest.mark.slow
def test_a_move_that_was_cut_short_is_done_again(s3: Any, tmp_path: Path) -> None:
    place = ObjectPlace("s3://reports/in", tmp_path, leave=False)
    put(s3, "reports/in/a.txt", "one\n")
    seen = place.look("a.txt")
    assert seen is not None
    put(s3, "reports/in/done/a.txt", "one\n")  # copied, and then killed
    place.move(seen, "done/a.txt")
    assert not s3.exists("reports/in/a.txt")
    place.move(seen, "done/a.txt")
    with pytest.raises(FileReplaced):
        place.move(SeenFile("b.txt", "3 x", 3), "done/b.txt")


@pytest.mark.slow
def test_a_server_that_is_away_is_told_from_an_object_that_is(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ObjectPlace("s3://reports/in", tmp_path, leave=False).look("nothing") is None
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(PlaceAway):
        ObjectPlace("s3://reports/in", tmp_path, leave=False).look("a.txt")


def test_a_url_of_no_known_kind_is_wrong_usage(bench: Bench) -> None:
    with pytest.raises(WrongUsage, match="nosuch"):
        bench.take("nosuch://a/b")
