"""An inbox: what is taken, what is left, where it goes, and that nothing is lost or done twice."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import threading
import zipfile
from pathlib import Path

import pytest
from inbox_making import Bench, bench, reading_pool
from shares import one_in

import flows.inbox.one_file
import flows.inbox.taking
from flows.commands.inbox import parse_time
from flows.commands.inbox_options import inbox as inbox_command
from flows.inbox import InboxSettings
from flows.inbox.local import LocalPlace
from flows.inbox.places import may_be_document, numbered, with_suffix_added
from gouji.store import FileState

__all__ = ["bench", "reading_pool"]


def test_documents_are_read_stored_and_moved_away(bench: Bench) -> None:
    bench.drop("a.txt")
    bench.drop("sub/b.txt")
    result = bench.take()
    assert (result.done, result.failed, result.waiting) == (2, 0, 0)
    assert bench.names("done") == ["a.txt", "sub/b.txt"]
    assert bench.names() == []
    assert bench.verified().faults == ()
    assert bench.verified().documents == 2


def test_the_command_and_the_flow_have_the_same_defaults() -> None:
    usual = InboxSettings()
    options = {n: p.default for n, p in inspect.signature(inbox_command).parameters.items()}
    assert (options["attempts"], options["free_mb"]) == (usual.attempts, usual.free_mb)
    assert parse_time("--settle", options["settle"]) == usual.settle_seconds
    assert (options["leave"], options["most"]) == (usual.leave, usual.most)
    assert options["pages_a_minute"] == usual.pages_a_minute


def test_what_is_not_complete_or_no_document_stays(bench: Bench) -> None:
    left = ["a.pdf.part", "b.crdownload", "c.TMP", ".hidden.txt", "~$d.docx", "manifest.csv"]
    for name in left:
        bench.drop(name)
    result = bench.take()
    assert result.done == 0
    assert bench.names() == sorted(name for name in left if name[0] != ".")
    assert result.run_id is None  # nothing was done, and nothing is noted


def test_one_content_under_two_names_is_read_once(bench: Bench) -> None:
    for number in range(6):
        bench.drop(f"{number}.txt", "the same\n")
    result = bench.take()
    assert (result.done, result.duplicates, result.tally.documents) == (6, 5, 1)
    with bench.store() as store:
        (reading,) = store.readings()
        arrivals = store.inboxes.arrivals(reading.reading.source.sha256)
    assert sorted(a.path for a in arrivals) == [f"{n}.txt" for n in range(6)]
    assert all(a.state is FileState.DONE and a.finished_at for a in arrivals)


def test_a_second_file_of_a_name_does_not_overwrite_the_first(bench: Bench) -> None:
    bench.drop("a.txt", "first\n")
    bench.take()
    bench.drop("a.txt", "second\n")
    bench.take()
    first, second = sorted(p.read_text() for p in bench.folder.glob("done/*/*"))
    assert (first, second) == ("first\n", "second\n")
    assert len(bench.names("done")) == 2


def test_a_file_that_somebody_put_in_the_way_is_not_overwritten(bench: Bench) -> None:
    bench.drop("a.txt", "first\n")
    bench.take()
    (there,) = bench.folder.glob("done/*/a.txt")
    there.write_text("mine\n")
    shutil.copy(there, there.with_name("b.txt"))
    bench.drop("b.txt", "second\n")
    bench.take()
    assert there.read_text() == "mine\n"
    assert there.with_name("b.txt").read_text() == "mine\n"
    assert "second\n" in [p.read_text() for p in bench.folder.glob("done/*/*")]


def test_a_document_that_cannot_be_read_is_set_aside_with_its_reason(bench: Bench) -> None:
    bench.drop("bad.txt", "0 damaged\n")
    bench.drop("good.txt")
    result = bench.take()
    assert (result.done, result.failed) == (1, 1)
    assert bench.names("failed") == ["bad.txt", "bad.txt.reason.json"]
    said = bench.reason("bad.txt")
    assert said["reason"] == "the cross-reference table is gone"
    assert said["kind"] == "damaged"
    assert said["history"][-1]["what"] == said["reason"]
    assert bench.sql("SELECT failed FROM reading ORDER BY failed") == [(0,), (1,)]


@pytest.mark.slow
def test_a_poison_document_is_tried_in_five_rounds_and_then_set_aside(bench: Bench) -> None:
    bench.drop("poison.txt", "0 exit\n")
    assert [bench.take().put_back for _ in range(4)] == [1, 1, 1, 1]
    assert bench.names() == ["poison.txt"]
    assert bench.take().failed == 1
    said = bench.reason("poison.txt")
    assert said["kind"] == "worker_died"
    assert said["attempts"] == 5
    what = "the reading process ended with status 7"
    assert [h["what"] for h in said["history"]] == [
        *(f"attempt {n} of 5 failed: {what}" for n in (1, 2, 3, 4)),
        f"{what} (attempt 5 of 5)",
    ]


def test_how_often_it_is_tried_can_be_set(bench: Bench) -> None:
    bench.drop("poison.txt", "0 exit\n")
    assert bench.take(attempts=1).failed == 1


def test_a_manifest_beside_a_document_is_kept_and_moved_with_it(bench: Bench) -> None:
    bench.drop("a.txt")
    bench.drop("a.txt.meta.json", '{"url": "https://example.org/a", "date": "2024-01-30"}')
    bench.drop("b.txt")
    bench.drop("b.docx", "another\n")
    bench.drop("b.json", '{"site": "example.org"}')
    bench.drop("c.txt")
    bench.drop("manifest.csv", "file,url\nc.txt,https://example.org/c\n")
    bench.take()
    found = dict(bench.sql("SELECT path, manifest FROM inbox_file"))
    assert json.loads(found["a.txt"]) == {"url": "https://example.org/a", "date": "2024-01-30"}
    assert json.loads(found["b.txt"]) == json.loads(found["b.docx"]) == {"site": "example.org"}
    assert json.loads(found["c.txt"])["url"] == "https://example.org/c"
    assert {"a.txt.meta.json", "b.json"} <= set(bench.names("done"))
    assert bench.names() == ["manifest.csv"]


def test_a_manifest_of_two_documents_stays_until_both_are_through(bench: Bench) -> None:
    bench.drop("a.txt", "one\n")
    bench.drop("a.html", "two\n")
    bench.drop("a.json", '{"site": "example.org"}')
    bench.take(most=1)
    assert "a.json" in bench.names()
    bench.take()
    assert bench.names() == []
    said = bench.sql("SELECT manifest FROM inbox_file")
    assert [json.loads(manifest) for (manifest,) in said] == [{"site": "example.org"}] * 2


@pytest.mark.parametrize(
    "said", one_in(3, ["{", "[1, 2]", "null", '{"a": NaN}', "\ud7a3" * 10, "[" * 9999])
)
def test_a_manifest_that_makes_no_sense_is_kept_as_it_stands(bench: Bench, said: str) -> None:
    bench.drop("a.txt")
    bench.drop("a.txt.json", said)
    assert bench.take().done == 1
    ((kept,),) = bench.sql("SELECT manifest FROM inbox_file")
    assert "manifest" in json.loads(kept)


def test_members_of_an_archive_are_documents_and_the_archive_is_one_file(bench: Bench) -> None:
    with zipfile.ZipFile(bench.folder / "two.zip", "w") as archive:
        archive.writestr("a.txt", "one\n")
        archive.writestr("b.txt", "two\n0 damaged\n")
    shutil.copy(bench.folder / "two.zip", bench.folder / "again.zip")
    result = bench.take()
    assert (result.done, result.duplicates) == (2, 1)
    assert result.tally.documents == 2
    assert any(name.endswith(".zip.reason.json") for name in bench.names("done"))
    assert bench.verified().faults == ()


def test_a_name_of_any_bytes_is_kept(bench: Bench) -> None:
    names = [b"new\nline.txt", b"\xff\xfe\x80.txt", "年报\u202e.txt".encode(), b"x" * 251 + b".txt"]
    for number, name in enumerate(names):
        (bench.folder / os.fsdecode(name)).write_text(f"{number}\n{'0 damaged' * (number > 1)}\n")
    result = bench.take()
    assert result.done + result.failed == 4
    with bench.store() as store:
        kept = {
            os.fsencode(arrival.path)
            for stored in store.readings()
            for arrival in store.inboxes.arrivals(stored.reading.source.sha256)
        }
        assert kept == set(names)
        assert all(s.reading.source.name.isprintable() or 1 for s in store.readings())
    assert bench.names() == []
    assert len(list(bench.folder.glob("failed/*/*.reason.json"))) == 2


def test_files_may_be_left_where_they_are(bench: Bench) -> None:
    for number in range(5):
        bench.drop(f"{number}.txt")
    bench.drop("bad.txt", "0 damaged\n")
    bench.drop("program.exe", "none of ours\n")
    first = bench.take(leave=True)
    assert (first.done, first.failed, first.passed_over) == (5, 1, 1)
    before = bench.sql("SELECT * FROM inbox_file") + bench.sql("SELECT * FROM run")
    second = bench.take(leave=True)
    assert (second.done, second.failed, second.unchanged) == (0, 0, 6)
    assert bench.sql("SELECT * FROM inbox_file") + bench.sql("SELECT * FROM run") == before
    assert not (bench.folder / "done").exists()
    assert first.troubles == ["bad.txt: the cross-reference table is gone"]
    assert sorted(os.listdir(bench.folder)) == [
        *(f"{n}.txt" for n in range(5)),
        *("bad.txt", "program.exe"),
    ]
    bench.drop("0.txt", "changed\n")
    third = bench.take(leave=True)
    assert (third.done, third.unchanged) == (1, 5)


def test_a_failed_file_that_is_put_back_is_tried_anew(bench: Bench) -> None:
    bench.drop("bad.txt", "0 damaged\n")
    bench.take()
    (failed,) = bench.folder.glob("failed/*/bad.txt")
    failed.rename(bench.folder / "bad.txt")
    result = bench.take()
    assert result.failed == 1
    assert len(list(bench.folder.glob("failed/*/*.reason.json"))) == 2


def test_no_more_than_so_many_are_taken_in_a_round(bench: Bench) -> None:
    for number in range(5):
        bench.drop(f"{number}.txt")
    result = bench.take(most=2)
    assert (result.done, result.waiting) == (2, 3)


@pytest.mark.slow
def test_a_round_can_be_ended(bench: Bench) -> None:
    stop = threading.Event()
    bench.drop("0.txt", bench.while_read(stop.set))
    for number in range(1, 20):
        bench.drop(f"{number}.txt", f"{number}\n1 sleep 0.3\n")
    result = flows.inbox.taking.take_in(
        str(bench.folder), bench.settings(), InboxSettings(settle_seconds=0, free_mb=0), stop=stop
    )
    assert 0 < result.done < 20
    assert result.done + result.waiting == 20
    assert bench.sql("SELECT count(*) FROM inbox_watcher") == [(0,)]
    assert bench.take().done == 20 - result.done


def test_a_listing_keeps_little_in_memory_and_finds_everything(bench: Bench) -> None:
    for number in range(1_201):
        bench.drop(f"{number}.txt", "")
    place = LocalPlace(bench.folder, leave=True)
    files = place.files()
    assert next(files).size == 0  # before the rest is looked at
    assert sum(1 for _ in files) == 1_200


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("a.pdf", True), ("a", True), ("a.pdf.PART", False), ("x/.b.pdf", False), ("m.jsonl", False)],
)
def test_names_of_documents(name: str, is_one: bool) -> None:
    assert may_be_document(name) is is_one


def test_names_that_are_too_long_for_a_file_system_are_cut() -> None:
    long = "é" * 127
    assert len(os.fsencode(numbered(f"d/{long}.pdf", 7).rpartition("/")[2])) <= 255
    assert len(os.fsencode(with_suffix_added(f"d/{long}", ".reason.json", "0" * 64)[2:])) <= 255
    assert numbered("d/a.pdf", 7) == "d/a.7.pdf"
    assert numbered("d/a", 7) == "d/a.7"


def test_two_folders_are_two_inboxes_and_a_link_to_one_is_not(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(bench.folder)
    here = LocalPlace(bench.folder, leave=False)
    assert LocalPlace(tmp_path / "link", leave=False).key == here.key
    assert LocalPlace(tmp_path / "other", leave=False).key != here.key
