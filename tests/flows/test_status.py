"""How everything stands: in words, as JSON, as metrics that Prometheus understands."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
from command_line import fake_reader, gouji  # noqa: F401
from prometheus_client.parser import text_string_to_metric_families
from stored_readings import cell, dead, report

from flows.commands.status import lines_of, size, tell_status
from flows.metrics import metrics_text, serve_metrics, write_metrics
from flows.settings import Settings, load_settings
from flows.status import status_of
from gouji.model import Pipeline
from gouji.store import RunStatus, Store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load_settings(work=tmp_path / "work")
    with Store.open(None, settings.work) as store:
        run_id = store.runs.begin("gouji read x", Pipeline("1", "2"))
        store.save(report("a", cells=(cell("applications/requests_received/total", 3),)))
        store.save(report("a", cells=(), pipeline=Pipeline("2", "2")))  # the newer one counts
        store.save(report("b", cells=(cell("applications/granted_in_full/total", 3),)))
        store.save(dead("c"))
        store.costs.note(run_id, {"cells": 1.5, "store": 0.25})
        store.costs.note(run_id, {"cells": 2.5})
        store.runs.finish(run_id, read=3, known=5, failed=1)
        store.runs.begin("gouji read y", Pipeline("1", "2"))
    return settings


def values(text: bytes) -> dict[str, float]:
    """The samples by name and labels, as a Prometheus server would read them."""
    return {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_metrics_say_what_the_store_holds(settings: Settings) -> None:
    found = values(metrics_text(status_of(settings)))
    assert found["gouji_documents"] == 3
    assert found["gouji_reports"] == 2
    assert found["gouji_documents_failed"] == 1
    assert found["gouji_cells"] == 1
    assert found["gouji_failures[worker_died]"] == 1
    assert found["gouji_queue_reports"] == 1
    assert found["gouji_queue_cells"] == 1
    assert found["gouji_runs[running]"] == 1
    assert found["gouji_runs[stopped]"] == 0
    assert found["gouji_run_documents_total[read]"] == 2
    assert found["gouji_run_documents_total[known]"] == 5
    assert found["gouji_stage_seconds_total[cells]"] == 2.5
    assert found["gouji_stage_seconds_total[store]"] == 0.25
    assert found["gouji_database_bytes"] > 10_000
    assert any(name.startswith("gouji_disk_free_bytes") for name in found)


def test_metrics_are_written_as_one_file_that_others_may_read(
    settings: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "textfile" / "gouji.prom"
    write_metrics(status_of(settings), target)
    assert values(target.read_bytes())["gouji_documents"] == 3
    assert target.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in target.parent.iterdir()] == ["gouji.prom"]


def ask(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return values(answer.read())


def test_metrics_are_served_on_loopback_and_tell_when_the_store_is_gone(
    settings: Settings, tmp_path: Path
) -> None:
    with serve_metrics(settings, 0) as port:
        assert ask(port)["gouji_up"] == 1
        assert ask(port)["gouji_documents"] == 3
    elsewhere = settings.model_copy(update={"work": tmp_path / "nothing"})
    with serve_metrics(elsewhere, 0) as port:
        assert ask(port) == {"gouji_up": 0}


def test_the_status_is_told_in_words_and_as_json(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell_status(settings, as_json=False, metrics=False) == 0
    words = capsys.readouterr().out
    assert "3 documents, 2 reports" in words
    assert "worker_died 1" in words
    assert "1 reports, 1 cells" in words
    assert "running, 0 read, 0 failed: gouji read y" in words
    assert "schema 000" in words
    assert tell_status(settings, as_json=True, metrics=False) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["store"]["documents"] == 3
    assert found["last_runs"][0]["status"] == str(RunStatus.RUNNING)
    assert found["queue_is_long"] is False
    assert found["versions"]["gouji"]


def test_a_long_queue_is_said_by_the_exit_status(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    short = settings.model_copy(update={"queue_alarm": 1})
    assert tell_status(short, as_json=False, metrics=False) == 1
    assert "LONG" in capsys.readouterr().out


def test_no_password_of_the_database_is_shown(settings: Settings) -> None:
    from dataclasses import replace

    status = replace(status_of(settings), database="postgresql://gouji:***@db/gouji")
    assert "***" in "".join(lines_of(status))


def test_a_run_leaves_what_its_stages_took(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    fake_reader: None,  # noqa: F811
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("a\n")
    assert gouji("read", "in", "--workers", "1", "--work", "work") == 0
    with Store.open(None, tmp_path / "work") as store:
        taken = store.costs.totals()
    assert set(taken) == {"extract", "store"}
    assert all(seconds > 0 for seconds in taken.values())
    assert gouji("status", "--work", "work") == 0


def test_there_is_no_status_without_a_store(
    tmp_path: Path,
    fake_reader: None,  # noqa: F811
) -> None:
    assert gouji("status", "--work", "nowhere") == 2
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 bytes"), (1023, "1,023 bytes"), (1024, "1.0 KB"), (3 << 40, "3.0 TB")],
)
def test_sizes_are_told_in_the_unit_that_fits(number: int, words: str) -> None:
    assert size(number) == words
