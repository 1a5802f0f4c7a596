"""Files of an inbox that change, vanish or are put in each other's place while they are read."""

from __future__ import annotations

import os
import threading

from inbox_making import Bench, bench, reading_pool

__all__ = ["bench", "reading_pool"]


def test_links_and_devices_are_passed_over(bench: Bench) -> None:
    bench.drop("sub/a.txt")
    (bench.folder / "sub/loop").symlink_to(bench.folder)
    (bench.folder / "self").symlink_to("self")
    (bench.folder / "secret.txt").symlink_to("/etc/passwd")
    os.mkfifo(bench.folder / "pipe.txt")
    result = bench.take()
    assert (result.done, result.passed_over) == (1, 4)


def test_a_file_that_is_open_for_writing_is_not_taken(bench: Bench) -> None:
    path = bench.drop("a.txt")
    with path.open("a") as file:
        result = bench.take()
        assert (result.done, result.waiting) == (0, 1)
        file.write("more\n")
    assert bench.take().done == 1
    assert [p.read_text() for p in bench.folder.glob("done/*/*")] == ["report 'a.txt'\nmore\n"]


def test_a_file_that_changes_while_it_is_read_is_read_again_later(bench: Bench) -> None:
    path = bench.folder / "a.txt"
    bench.drop("a.txt", "old\n" + bench.while_read(lambda: path.write_text("new\n")))
    result = bench.take()
    assert (result.done, result.put_back, result.waiting) == (0, 1, 1)
    assert bench.sql("SELECT count(*) FROM reading") == [(0,)]
    assert bench.take().done == 1
    assert [p.read_text() for p in bench.folder.glob("done/*/*")] == ["new\n"]
    assert bench.verified().documents == 1


def test_a_change_that_leaves_size_and_time_alone_is_seen_all_the_same(bench: Bench) -> None:
    path = bench.folder / "a.txt"

    def change() -> None:
        facts = path.stat()
        with path.open("r+") as file:
            file.write("new")
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    bench.drop("a.txt", "old\n" + bench.while_read(change))
    result = bench.take()
    assert (result.done, result.put_back) == (0, 1)
    assert bench.sql("SELECT count(*) FROM reading") == [(0,)]


def test_a_file_that_is_deleted_in_between_is_no_fault(bench: Bench) -> None:
    path = bench.folder / "a.txt"
    bench.drop("a.txt", bench.while_read(path.unlink))
    bench.drop("b.txt", "x\n")
    result = bench.take()
    assert result.done == 1
    assert bench.take().waiting == 0
    assert bench.verified().faults == ()
    assert bench.names("failed") == []


def test_another_file_put_in_its_place_while_it_is_read_has_its_own_turn(bench: Bench) -> None:
    path = bench.folder / "a.txt"

    def replace() -> None:
        path.with_name("b.part").write_text("new\n")
        path.with_name("b.part").rename(path)

    bench.drop("a.txt", bench.while_read(replace))
    assert bench.take().done == 0
    assert bench.take().done == 1
    assert [p.read_text() for p in bench.folder.glob("done/*/*")] == ["new\n"]


def test_a_file_is_taken_when_it_has_settled(bench: Bench) -> None:
    path = bench.drop("a.txt", "begun\n")
    growing = threading.Event()

    def grow() -> None:
        while not growing.wait(0.05):
            path.write_text(path.read_text() + "more\n")

    thread = threading.Thread(target=grow)
    thread.start()
    result = bench.take(settle_seconds=0.3)
    growing.set()
    thread.join()
    assert (result.done, result.waiting) == (0, 1)
    assert bench.take(settle_seconds=0.3).done == 1
