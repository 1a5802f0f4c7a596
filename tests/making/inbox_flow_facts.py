"""Runs `watch_inbox` against Prefect's own server and prints what happened; test_inbox_flow asks.

In a process of its own, as flow_facts.py and for its reasons.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import flows.inbox.stale
import flows.reading
from flows.commands.flow import prepare_prefect


def of_server(run_id: str) -> dict[str, Any]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        run = client.read_flow_run(run_id)
    assert run.state is not None
    return {"name": run.name, "state": run.state.name, "message": run.state.message}


def stale_run() -> str:
    """A run that Prefect has running, though nobody does it."""
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    from flows.runs.inbox import watch_inbox

    with get_client(sync_client=True) as client:
        run = client.create_flow_run(watch_inbox, parameters={"folder": "x"})
        client.set_flow_run_state(run.id, Running(), force=True)
    return str(run.id)


def rounds() -> dict[str, Any]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter

    from flows.runs.inbox import watch_inbox

    inbox = Path("inbox")
    inbox.mkdir()
    for number in range(3):
        (inbox / f"{number}.txt").write_text(f"{number}\n")
    (inbox / "bad.txt").write_text("0 damaged\n")
    stale = stale_run()
    first = watch_inbox(str(inbox), settle_seconds=0, free_mb=0)
    second = watch_inbox(str(inbox), settle_seconds=0, free_mb=0)
    named = FlowFilter.model_validate({"name": {"any_": ["watch_inbox"]}})
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_filter=named)
        artifacts = client.read_artifacts()
    return {
        "first": first,
        "second": second,
        "stale": of_server(stale),
        "states": sorted(run.state_name or "" for run in runs),
        "names": sorted({run.name for run in runs} - {of_server(stale)["name"]}),
        "artifacts": sorted(artifact.type or "" for artifact in artifacts),
    }


if __name__ == "__main__":
    flows.reading.READER = "misbehaving:five_pages"
    flows.inbox.stale.YOUNG = timedelta(0)
    os.environ["GOUJI_WORKERS"] = "1"
    prepare_prefect()
    print(json.dumps(rounds()))
