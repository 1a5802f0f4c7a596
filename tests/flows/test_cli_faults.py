"""What ends a run of the command line before its time, and what must not upset it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from command_line import document, fake_reader, gouji, start
from misbehaving import five_pages

import flows.commands.show
import flows.reading
from flows.cli import INTERNAL, INTERRUPTED, PIPE_CLOSED, TERMINATED
from flows.output import OutputFailed, printable, write_whole
from flows.pool.workers import Outcome
from flows.settings import load_settings

T = TypeVar("T")

__all__ = ["fake_reader"]  # used by every test here


@pytest.mark.slow
def test_a_closed_pipe_ends_quietly() -> None:
    for number in range(50):
        document(f"{number}.txt")
    process = start("read", "--json", ".")
    assert process.stdout
    assert process.stdout.readline().startswith(b"{")
    process.stdout.close()
    assert process.stderr
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == PIPE_CLOSED
    assert errors == b""


@pytest.mark.slow
def test_a_full_disk_under_standard_output_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        process = start("read", "--json", document("a.txt"), stdout=full)
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.decode() == (
        "gouji: Cannot write to standard output: No space left on device."
        " Check the free space and the rights.\n"
    )


@pytest.mark.slow
def test_closed_standard_streams_are_no_fault() -> None:
    process = start("read", "--json", document("a.txt"), preexec_fn=lambda: os.closerange(0, 3))
    process.communicate()
    assert process.returncode == 0


@pytest.mark.slow
def test_a_full_disk_under_the_summary_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        process = start("read", "--no-store", document("a.txt"), stdout=full)
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.decode() == "gouji: No space left on device\n"


def test_a_disk_that_fills_up_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.json"
    target.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputFailed, match=r"a\.json: No space left on device\. Check"):
        write_whole(target, [b"new"])
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)]
)
def test_an_interrupted_run_ends_its_processes_and_says_so_in_one_line(
    number: int, status: int
) -> None:
    process = start("read", document("a.txt"), document("b.txt", p1="spin"))
    children = _wait_for(lambda: _readers_of(process.pid))
    time.sleep(0.5)
    process.send_signal(number)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == status
    assert out == b""
    assert errors == (b"gouji: interrupted\n" if number == signal.SIGINT else b"")
    _wait_for(lambda: all(_ended(child) for child in children))


def test_an_internal_error_is_one_line_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr("flows.commands.read.read_paths", break_down)
    assert gouji("read", "a.txt") == INTERNAL
    assert capfd.readouterr().err == (
        "gouji: internal error: ZeroDivisionError: two lines. Run `gouji --debug …` to see where.\n"
    )
    assert gouji("--debug", "read", "a.txt") == INTERNAL
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.slow
def test_logs_are_json_lines_when_asked_for() -> None:
    process = start("--log-json", "read", "--no-store", document("a.txt", p1="exit"))
    _, errors = process.communicate()
    logged = [json.loads(line) for line in errors.splitlines() if line.startswith(b"{")]
    assert [entry["level"] for entry in logged] == ["warning"]
    assert "ended with status 7" in logged[0]["event"]


def _readers_of(pid: int) -> list[psutil.Process]:
    """The processes of a run, once the reading ones are there beside the resource tracker."""
    try:
        children = psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return []
    return children if len(children) >= 2 else []


def _ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _wait_for(found: Callable[[], T]) -> T:
    until = time.monotonic() + 60
    while not (result := found()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return result


def test_printable_text_stays_as_it_is_and_the_rest_is_escaped() -> None:
    assert printable("统计 a.pdf") == "统计 a.pdf"
    assert printable("a\nb\x1b[0m\u202e") == "a\\nb\\x1b[0m\\u202e"
    assert printable(Path(os.fsdecode(b"\xff.pdf"))) == "\\xff.pdf"


def test_failures_of_the_pool_stand_in_page_order(tmp_path: Path) -> None:
    from gouji.model import Failure, FailureKind

    path = document(tmp_path / "a.txt")
    reading = five_pages(path)
    failures = tuple(Failure(n, "extract", FailureKind.INTERNAL, "") for n in (3, 1))
    merged = flows.reading.as_reading(
        Outcome(0, path, reading, failures), load_settings().reading()
    )
    assert [f.page for f in merged.failures] == [1, 3]
