"""Runs flows against Prefect's own server and prints what happened as JSON; test_flow.py asks.

In a process of its own, since Prefect rearranges the logging and the environment it is imported
into. One process for all runs, since its server takes seconds to start.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import flows.commands.flow
import flows.keeping
import flows.reading
from flows.cli import main
from flows.commands.flow import prepare_prefect, run_flow
from flows.commands.read import Wishes, read_paths
from flows.settings import Settings, load_settings
from flows.sources import Found, find_sources
from gouji.model import DocumentReading, GoujiError, StoreUnavailable

ABROAD: list[str] = []  # addresses that are not this machine


def watch_the_network() -> None:
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            ABROAD.append(str(address[0]))
        connect(self, address)

    socket.socket.connect = watched  # type: ignore[method-assign]


def documents(folder: Path, count: int, bad: dict[int, str] | None = None) -> Path:
    folder.mkdir()
    for number in range(count):
        deed = (bad or {}).get(number, "")
        (folder / f"{number}.txt").write_text(f"{folder.name}{number}\n{deed}\n")
    return folder


def settings(work: str) -> Settings:
    return load_settings(work=Path(work), workers=2, passwords=("very-secret",))


def run(folder: Path, work: str) -> Any:
    return run_flow([str(folder)], find_sources([folder]).files, settings(work))


def stored(work: str) -> int:
    with sqlite3.connect(Path(work, "gouji.sqlite3")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM reading").fetchone()
    return int(count)


def of_a_run(flow_run_id: str) -> dict[str, Any]:
    """What the server knows of a run."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, FlowRunFilter

    this_run = FlowRunFilter.model_validate({"id": {"any_": [flow_run_id]}})
    mine = ArtifactFilter.model_validate({"flow_run_id": {"any_": [flow_run_id]}})
    with get_client(sync_client=True) as client:
        tasks = client.read_task_runs(flow_run_filter=this_run)
        artifacts = client.read_artifacts(artifact_filter=mine)
        parameters = client.read_flow_run(flow_run_id).parameters
    return {
        "states": sorted(t.state_name or "" for t in tasks),
        "artifacts": sorted(a.type or "" for a in artifacts),
        "progress": [a.data for a in artifacts if a.type == "progress"],
        "parameters": parameters,
    }


def some_documents_misbehave() -> dict[str, Any]:
    bad = {3: "0 exit", 5: "2 segfault", 8: "1 raise"}
    result = run(documents(Path("bad"), 12, bad), "work-bad")
    again = run(Path("bad"), "work-bad")
    return {
        "documents": result.tally.documents,
        "failed": result.tally.failed,
        "tasks": result.tasks,
        "again": [again.tally.known, again.tally.documents, again.tally.failed],
        "stored": stored("work-bad"),
        "server": of_a_run(result.flow_run_id),
        "lines": sorted(line.failed or "" for line in result.lines),
    }


class Faulty:
    """A store whose ``keep`` fails so often, then works."""

    def __init__(self, times: int, cause: Exception) -> None:
        self.times, self.cause, self.calls = times, cause, 0
        self.keep = flows.keeping.Keeper.keep

    def __enter__(self) -> Faulty:
        faulty = self

        def keep(keeper: flows.keeping.Keeper, found: Found, reading: DocumentReading) -> None:
            faulty.calls += 1
            if faulty.calls <= faulty.times:
                raise StoreUnavailable("the store is away") from faulty.cause
            faulty.keep(keeper, found, reading)

        flows.keeping.Keeper.keep = keep  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        flows.keeping.Keeper.keep = self.keep  # type: ignore[method-assign]


def a_locked_database_is_tried_again() -> dict[str, Any]:
    with Faulty(2, sqlite3.OperationalError("database is locked")) as faulty:
        result = run(documents(Path("locked"), 2), "work-locked")
    return {"calls": faulty.calls, "kept": result.tally.documents, "stored": stored("work-locked")}


def a_document_on_a_failing_disk_is_tried_again() -> dict[str, Any]:
    import flows.runs.read

    asked = []
    known = flows.runs.read.could_not_be_opened_just_now

    def fails_once(reading: DocumentReading) -> bool:
        asked.append(reading.source.name)
        return asked == ["0.txt"] or known(reading)

    flows.runs.read.could_not_be_opened_just_now = fails_once
    result = run(documents(Path("failing"), 1), "work-failing")
    flows.runs.read.could_not_be_opened_just_now = known
    return {"asked": asked, "read": result.tally.documents, "stored": stored("work-failing")}


def a_full_disk_is_not_tried_again() -> dict[str, Any]:
    cause = sqlite3.OperationalError("database or disk is full")
    with Faulty(99, cause) as faulty:
        try:
            run(documents(Path("full"), 1), "work-full")
        except GoujiError as error:
            return {"calls": faulty.calls, "error": str(error)}
    return {"calls": faulty.calls, "error": None}


def as_a_deployment_would_call_it() -> dict[str, Any]:
    from flows.runs.read import read_reports

    os.environ["GOUJI_WORK"] = "work-deployed"
    result = read_reports([str(documents(Path("deployed"), 2))])
    return {"documents": result.tally.documents, "stored": stored("work-deployed")}


def five_hundred_documents() -> dict[str, Any]:
    flows.reading.READER = "misbehaving:quick"
    folder = documents(Path("many"), 500)
    begun = time.perf_counter()
    stdout, sys.stdout = sys.stdout, sys.stderr
    read_paths([folder], settings("work-plain"), Wishes())
    sys.stdout = stdout
    plain = time.perf_counter() - begun
    begun = time.perf_counter()
    result = run(folder, "work-flow")
    in_flow = time.perf_counter() - begun
    server = of_a_run(result.flow_run_id)
    return {
        "overhead_ms": 1000 * (in_flow - plain) / 500,
        "tasks": result.tasks,
        "completed": server["states"].count("Completed"),
        "stored": [stored("work-plain"), stored("work-flow")],
    }


def the_command_line() -> dict[str, Any]:
    flows.reading.READER = "misbehaving:five_pages"
    folder = documents(Path("shown"), 3, {1: "0 exit"})
    words = ["flow", "read", "--work", "work-shown", str(folder)]
    stdout, sys.stdout = sys.stdout, sys.stderr
    status = main([*words, "--workers", "1", "--password", "very-secret"])
    sys.stdout = stdout
    return {"status": status}


if __name__ == "__main__":
    flows.reading.READER = "misbehaving:five_pages"
    watch_the_network()
    prepare_prefect()
    facts = {
        tale.__name__: tale()
        for tale in (
            some_documents_misbehave,
            a_locked_database_is_tried_again,
            a_document_on_a_failing_disk_is_tried_again,
            a_full_disk_is_not_tried_again,
            as_a_deployment_would_call_it,
            five_hundred_documents,
            the_command_line,
        )
    }
    facts["abroad"] = ABROAD
    print(json.dumps(facts))
