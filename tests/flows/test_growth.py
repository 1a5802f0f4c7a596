"""Several machines' worth of processes on loopback: a Prefect server and our store on Postgres.

Two workers of a work pool read one inbox; one is killed with all that it does, another takes its
place. Nothing is lost, and nothing is read into the store twice.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from places import ROOT, SAMPLES
from postgres import new_database
from serving import Box, kill_group, opened

from flows.runs.server import PrefectServer, free_port
from flows.settings import load_settings
from flows.status import status_of
from gouji.store import Store

DOCUMENTS = 30
DIGITAL = sorted(SAMPLES.glob("*.pdf"))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def fill(folder: Path, count: int) -> Path:
    """So many PDFs of different content, each with pages enough to be read for a while."""
    folder.mkdir(parents=True)
    for number in range(count):
        data = DIGITAL[number % len(DIGITAL)].read_bytes()
        (folder / f"{number:03d}.pdf").write_bytes(data + f"\n% {number}\n".encode())
    return folder


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory, postgres_socket: Path) -> Iterator[Box]:
    """A server on Postgres with our deployments."""
    if not DIGITAL:
        pytest.skip("no samples made")
    folder = tmp_path_factory.mktemp("growth")
    store = new_database(postgres_socket)
    Store.open(store, folder / "work").close()
    of_prefect = new_database(postgres_socket).replace("postgresql://", "postgresql+asyncpg://")
    port = free_port()
    settings = {
        "GOUJI_DATABASE": store,
        "GOUJI_WORK": str(folder / "work"),
        "GOUJI_FILES": str(folder / "shared-files"),
        "GOUJI_WORKERS": "1",
        "GOUJI_PUBLISHED": str(folder / "published"),
        "GOUJI_REVIEW_URL": "http://127.0.0.1:8737",
        "GOUJI_INBOX": str(folder / "inbox"),
        "PREFECT_API_DATABASE_CONNECTION_URL": of_prefect,
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
    }
    with opened(folder, **settings) as box, PrefectServer(port, box.environment) as server:
        box.api_url, box.server = server.api_url, server
        box.run("prefect", "work-pool", "create", "gouji", "--type", "process")
        box.run("prefect", "--no-prompt", "deploy", "--all", cwd=ROOT)
        yield box


def worker(box: Box, name: str) -> Any:
    words = ("worker", "start", "--pool", "gouji", "--name", name, "--limit", "1")
    return box.start("prefect", *words)


def read_in(box: Box) -> list[tuple[str, int]]:
    """The name and the number of readings of every document of the store."""
    with psycopg.connect(box.environment["GOUJI_DATABASE"]) as connection:
        return connection.execute(
            "SELECT min(r.name), count(*) FROM document d JOIN reading r ON r.document_id = d.id"
            " GROUP BY d.id"
        ).fetchall()


def test_the_server_has_our_deployments_as_they_are_written(box: Box) -> None:
    found = {d["name"]: d for d in box.ask("/deployments/filter", {})}
    assert set(found) == {"inbox", "publish", "check-across", "calibration"}
    publish = found["publish"]
    assert publish["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
    assert publish["entrypoint"] == "flows.runs.scheduled.publish"
    assert publish["work_pool_name"] == "gouji"
    assert found["inbox"]["parameters"]["folder"] == box.environment["GOUJI_INBOX"]
    formats = publish["parameter_openapi_schema"]["properties"]["formats"]
    assert formats["items"]["enum"] == ["csv", "jsonl", "parquet", "xlsx"]
    for deployment in found.values():
        for facts in deployment["parameter_openapi_schema"]["properties"].values():
            assert facts["description"]


def test_two_workers_read_one_inbox_and_one_that_is_killed_is_replaced(box: Box) -> None:
    inbox = fill(box.folder / "inbox", DOCUMENTS)
    workers = [worker(box, "first"), worker(box, "second")]
    wishes = {"folder": str(inbox), "settle_seconds": 0, "pages_a_minute": 600}
    runs = [box.run_deployment("watch_inbox/inbox", **wishes) for _ in workers]
    box.wait_for(lambda: len(read_in(box)) >= 4)
    hosts_at_work = box.wait_for(lambda: _watchers(box) == 2)
    assert hosts_at_work
    kill_group(workers[0])
    third = worker(box, "third")
    again = box.run_deployment("watch_inbox/inbox", **(wishes | {"pages_a_minute": None}))
    box.wait_for(lambda: box.state(again) in ("COMPLETED", "CANCELLED", "FAILED"))
    box.wait_for(lambda: "COMPLETED" in [box.state(run) for run in runs])
    if len(read_in(box)) < DOCUMENTS:  # the third run was given up, since two went on
        last = box.run_deployment("watch_inbox/inbox", **wishes)
        box.wait_for(lambda: box.state(last) == "COMPLETED")
    found = read_in(box)
    assert len(found) == DOCUMENTS
    assert {count for _, count in found} == {1}
    assert len(list((inbox / "done").rglob("*.pdf"))) == DOCUMENTS
    assert [p for p in inbox.glob("*.pdf") if p.is_file()] == []
    stored = [p for p in (box.folder / "shared-files").rglob("*") if p.is_file()]
    assert len(stored) == DOCUMENTS
    kill_group(workers[1])  # the third goes on for the next test
    assert third.poll() is None


def _watchers(box: Box) -> int:
    with psycopg.connect(box.environment["GOUJI_DATABASE"]) as connection:
        row = connection.execute("SELECT count(*) FROM inbox_watcher").fetchone()
    return int(row[0]) if row else 0


def test_publishing_as_a_deployment_leaves_artifacts_with_a_picture_and_a_link(box: Box) -> None:
    run_id = box.run_deployment("publish/publish", formats=["csv"], unsettled=True)
    box.wait_for(lambda: box.state(run_id) in ("COMPLETED", "FAILED", "CRASHED"))
    assert box.state(run_id) == "COMPLETED", box.said()
    run = box.ask(f"/flow_runs/{run_id}")
    assert run["name"] == "publish all reports as csv"
    assert set(run["tags"]) == {"gouji", "publish"}
    mine = {"artifacts": {"flow_run_id": {"any_": [run_id]}}}
    artifacts = {a["key"]: a for a in box.ask("/artifacts/filter", mine)}
    assert "http://127.0.0.1:8737" in artifacts["gouji-review"]["data"]
    assert "data:image/svg+xml" in artifacts["gouji-published-picture"]["data"]
    manifest = json.loads((box.folder / "published/manifest.json").read_text("utf-8"))
    assert f"Published {manifest['reports']:,} reports" in artifacts["gouji-published"]["data"]
    assert manifest["reports"] == DOCUMENTS


def test_the_status_tells_of_the_workers_and_the_server(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in box.environment.items():
        if name.startswith(("GOUJI_", "PREFECT_API_URL")):
            monkeypatch.setenv(name, value)
    status = status_of(load_settings())
    assert status.prefect is not None
    assert status.prefect["server"] == "answers"
    assert any(name.startswith("worker ") for name in status.prefect)
    assert status.store.documents == DOCUMENTS
    assert status.seconds["extract"] > 0


def test_a_server_that_is_killed_is_started_again_and_knows_everything(box: Box) -> None:
    before = box.server.pid
    os.kill(before, signal.SIGKILL)
    box.wait_for(lambda: box.server.starts == 2)
    box.server.wait_until_healthy()
    assert box.server.pid != before
    found = {d["name"] for d in box.ask("/deployments/filter", {})}
    assert found == {"inbox", "publish", "check-across", "calibration"}
