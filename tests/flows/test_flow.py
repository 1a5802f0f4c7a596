"""The Prefect flow, against Prefect's own server on this machine."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from misbehaving import five_pages
from places import MAKING, PYTHON_PATH, ROOT, SAMPLES

from flows.commands.flow import LOOPBACK, PREFECT, PrefectUnavailable, prepare_prefect
from flows.pool.transient import could_not_be_opened_just_now, passes_by_itself
from flows.reading import Tally
from flows.runs.report import MAX_ROWS, summary_markdown, table_rows
from flows.summary import DocumentLine
from gouji.model import (
    DocumentReading,
    Failure,
    FailureKind,
    MediaType,
    Pipeline,
    SourceInfo,
    StoreUnavailable,
)


def caused(cause: BaseException) -> StoreUnavailable:
    error = StoreUnavailable("the store is away")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        caused(sqlite3.OperationalError("database is locked")),
        caused(sqlite3.OperationalError("disk I/O error")),
        OSError(errno.EIO, "Input/output error"),
        caused(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")),
    ],
)
def test_a_fault_that_passes_by_itself_is_known(error: BaseException) -> None:
    assert passes_by_itself(error)


@pytest.mark.parametrize(
    "error",
    [
        caused(sqlite3.OperationalError("database or disk is full")),
        caused(sqlite3.DatabaseError("file is not a database")),
        OSError(errno.ENOSPC, "No space left on device"),
        PermissionError(errno.EACCES, "Permission denied"),
        ValueError("locked"),
    ],
)
def test_a_fault_that_waits_for_a_person_is_not_tried_again(error: BaseException) -> None:
    assert not passes_by_itself(error)


@pytest.mark.parametrize(("number", "passing"), [(errno.EIO, True), (errno.EACCES, False)])
def test_a_document_on_a_failing_disk_may_be_tried_again(number: int, passing: bool) -> None:
    failure = Failure(None, "open", FailureKind.NOT_READABLE, os.strerror(number))
    reading = DocumentReading(
        SourceInfo("a.pdf", "", MediaType.UNKNOWN, 0), Pipeline("1", "2"), failures=(failure,)
    )
    assert could_not_be_opened_just_now(reading) is passing


def test_the_table_shows_first_what_needs_a_look(tmp_path: Path) -> None:
    path = tmp_path / "a|b\n.txt"
    path.write_text("x")
    good = DocumentLine.of(five_pages(path))
    plain = DocumentLine("z", "T21", None, None, 0, 0, 0, (), None)
    rows = table_rows([plain] * MAX_ROWS + [good])
    assert len(rows) == MAX_ROWS
    assert rows[0]["document"] == "a|b\\n.txt"
    assert rows[0]["doubtful"] == 1


def test_the_summary_counts_what_was_read_before() -> None:
    text = summary_markdown(Tally(documents=2, known=1, cells=1234), 2.0)
    assert "| documents | 3 |" in text
    assert "| cells | 1,234 |" in text
    assert "1.0 documents a second" in text


def test_prefect_is_told_to_say_nothing_to_anybody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "far/below"))
    for name in (*PREFECT, "NO_PROXY", "no_proxy", "PREFECT_LOGGING_LEVEL"):
        monkeypatch.setenv(name, "to be restored")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_SERVER_LOGGING_LEVEL", "stays")
    monkeypatch.setenv("NO_PROXY", "example.org")
    prepare_prefect()
    assert (tmp_path / "far/below").is_dir()
    assert os.environ["DO_NOT_TRACK"] == "1"
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["NO_PROXY"] == f"example.org,{LOOPBACK}"
    assert os.environ["no_proxy"] == LOOPBACK
    assert os.environ["PREFECT_SERVER_LOGGING_LEVEL"] == "stays"


def test_a_prefect_home_that_cannot_be_made_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "file/below"))
    with pytest.raises(PrefectUnavailable, match=r"Not a directory\. Set PREFECT_HOME"):
        prepare_prefect()


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened in the runs of flow_facts.py, with what they printed."""
    folder = tmp_path_factory.mktemp("flows")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "GOUJI_"))}
    environment = {
        **kept,
        "PREFECT_HOME": str(folder / "prefect"),
        "PYTHONPATH": PYTHON_PATH,
    }
    done = subprocess.run(
        [sys.executable, MAKING / "flow_facts.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found["stderr"] = done.stderr
    found["database"] = b"".join(p.read_bytes() for p in folder.glob("prefect/prefect.db*"))
    return found


@pytest.mark.slow
def test_documents_that_kill_their_process_do_not_end_the_run(facts: dict[str, Any]) -> None:
    run = facts["some_documents_misbehave"]
    assert (run["documents"], run["failed"], run["stored"]) == (12, 1, 12)
    assert run["lines"] == [*[""] * 11, "worker_died"]


@pytest.mark.slow
def test_a_second_run_reads_only_what_failed(facts: dict[str, Any]) -> None:
    known, read, failed = facts["some_documents_misbehave"]["again"]
    assert (known, read, failed) == (11, 1, 1)


@pytest.mark.slow
def test_a_small_run_is_a_task_a_document_and_every_end_is_recorded(
    facts: dict[str, Any],
) -> None:
    run = facts["some_documents_misbehave"]
    assert run["tasks"] == 12
    assert run["server"]["states"] == ["Completed"] * 12


@pytest.mark.slow
def test_a_run_leaves_a_summary_a_table_a_picture_and_its_progress(facts: dict[str, Any]) -> None:
    server = facts["some_documents_misbehave"]["server"]
    assert server["artifacts"] == ["image", "markdown", "progress", "table"]
    assert server["progress"] == [100.0]


@pytest.mark.slow
def test_a_locked_database_is_tried_again_and_nothing_is_kept_twice(
    facts: dict[str, Any],
) -> None:
    assert facts["a_locked_database_is_tried_again"] == {"calls": 4, "kept": 2, "stored": 2}


@pytest.mark.slow
def test_a_document_on_a_failing_disk_is_tried_again(facts: dict[str, Any]) -> None:
    run = facts["a_document_on_a_failing_disk_is_tried_again"]
    assert run == {"asked": ["0.txt", "0.txt"], "read": 1, "stored": 1}


@pytest.mark.slow
def test_a_full_disk_ends_the_run_at_once(facts: dict[str, Any]) -> None:
    run = facts["a_full_disk_is_not_tried_again"]
    assert run["calls"] == 1
    assert run["error"].startswith("the store is away")


@pytest.mark.slow
def test_a_deployment_takes_its_settings_from_the_environment(facts: dict[str, Any]) -> None:
    assert facts["as_a_deployment_would_call_it"] == {"documents": 2, "stored": 2}


@pytest.mark.slow
def test_the_flow_costs_at_most_15_ms_a_document(facts: dict[str, Any]) -> None:
    run = facts["five_hundred_documents"]
    assert run["overhead_ms"] < 50  # measured: 1 to 4
    assert run["stored"] == [500, 500]
    assert run["completed"] == run["tasks"] == 63


@pytest.mark.slow
def test_the_command_sums_up_and_gives_the_status_of_reading(facts: dict[str, Any]) -> None:
    assert facts["the_command_line"] == {"status": 1}
    assert "1.txt" in facts["stderr"]
    assert "Traceback" not in facts["stderr"]


@pytest.mark.slow
def test_no_password_reaches_prefect_and_nothing_leaves_the_machine(
    facts: dict[str, Any],
) -> None:
    assert b"very-secret" not in facts["database"]
    assert facts["abroad"] == []


@pytest.mark.slow
def test_the_demo_can_be_run_again_and_again(tmp_path: Path) -> None:
    samples = sorted(SAMPLES.glob("*.pdf"))[:2]
    if not samples:
        pytest.skip("no samples made")
    (tmp_path / "samples").mkdir()
    for sample in samples:
        shutil.copy(sample, tmp_path / "samples")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "GOUJI_"))}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "flows.demo", "samples", "out"],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=140,
        )
        assert done.returncode == 0, done.stderr
        assert all(sample.name in done.stdout for sample in samples)
        assert "export: out/export/gouji.xlsx" in done.stdout
        assert "Traceback" not in done.stderr
    assert (tmp_path / "out/export/cells.csv").stat().st_size > 1000
