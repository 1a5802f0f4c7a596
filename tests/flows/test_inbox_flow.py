"""`watch_inbox`, against Prefect's own server on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from places import MAKING, PYTHON_PATH

from flows.commands.inbox import exit_status, parse_time, round_lines
from flows.inbox import InboxResult, InboxSettings
from flows.reading import Tally
from gouji.model import WrongUsage


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened in the rounds of inbox_flow_facts.py."""
    folder = tmp_path_factory.mktemp("inbox")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "GOUJI_"))}
    ours = {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "150",
        "PYTHONPATH": PYTHON_PATH,
    }
    done = subprocess.run(
        [sys.executable, MAKING / "inbox_flow_facts.py"],
        cwd=folder,
        env=kept | ours,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found["database"] = b"".join(p.read_bytes() for p in folder.glob("prefect/prefect.db*"))
    return found


@pytest.mark.slow
def test_a_round_is_a_flow_run_and_its_result_are_counts(facts: dict[str, Any]) -> None:
    first, second = facts["first"], facts["second"]
    assert (first["done"], first["failed"], first["read"]) == (3, 1, 4)
    assert (second["done"], second["failed"], second["waiting"]) == (0, 0, 0)
    assert facts["names"] == ["inbox inbox"]
    assert facts["artifacts"] == [
        "image",
        "markdown",
        "table",
    ]  # a round with nothing to do leaves none


@pytest.mark.slow
def test_a_run_whose_process_is_gone_is_put_right(facts: dict[str, Any]) -> None:
    assert facts["states"] == ["Completed", "Completed", "Crashed"]
    assert facts["stale"]["message"].startswith("Its process was gone")


@pytest.mark.slow
def test_no_reading_is_in_the_database_of_prefect(facts: dict[str, Any]) -> None:
    assert b"applications/row_1/total" not in facts["database"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30.0), ("5m", 300.0), ("2h", 7_200.0), ("0.5", 0.5), ("1 D", 86_400)],
)
def test_times_are_read(text: str, seconds: float) -> None:
    assert parse_time("--every", text) == seconds


@pytest.mark.parametrize("text", ["", "5 minutes", "-5m", "nan", "1e9", "5m5"])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(WrongUsage, match="--every"):
        parse_time("--every", text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"settle_seconds": -1.0},
        {"settle_seconds": float("nan")},
        {"pages_a_minute": 0.0},
        {"most": 0},
        {"free_mb": -1},
        {"patience_seconds": -1.0},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongUsage):
        InboxSettings(**wrong)


def test_the_status_says_whether_somebody_should_look() -> None:
    assert exit_status(InboxResult(done=3)) == 0
    assert exit_status(InboxResult(done=3, failed=1)) == 1
    assert exit_status(InboxResult(put_back=1)) == 1
    assert exit_status(InboxResult(put_back=1, tally=Tally(lacking=1))) == 3
    assert round_lines(InboxResult()) == ["nothing new"]
    assert round_lines(InboxResult(done=1_234)) == ["1,234 taken in"]
