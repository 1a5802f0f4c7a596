"""Flow runs that Prefect takes for running though their process is gone."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from gouji.store import Store

from ..settings import Settings
from .watching import is_alive

log = logging.getLogger("flows.inbox")

YOUNG = timedelta(minutes=2)  # a run that began so lately may not have entered the store yet
AT_ONCE = 200


def crash_stale_flow_runs(settings: Settings, flow_name: str) -> int:
    """Set runs of the flow to Crashed whose watcher is not there any more; how many.

    A run that goes on is noted in the store with its watcher. Nobody else can tell: a process that
    is killed says nothing, and Prefect has its runs running for ever.
    """
    from prefect import runtime
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
    from prefect.client.schemas.objects import State
    from prefect.states import Crashed

    with Store.open(settings.database, settings.work) as store:
        alive = {
            w.flow_run_id for w in store.inboxes.watchers() if is_alive(w.identity) is not False
        }
    this = runtime.flow_run.id
    flows = FlowFilter.model_validate({"name": {"any_": [flow_name]}})
    before = (datetime.now(UTC) - YOUNG).isoformat()
    running = FlowRunFilter.model_validate(
        {"state": {"type": {"any_": ["RUNNING"]}}, "start_time": {"before_": before}}
    )
    ended = 0
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(flow_filter=flows, flow_run_filter=running, limit=AT_ONCE)
        for run in found:
            if str(run.id) in alive or str(run.id) == str(this):
                continue
            state: State[Any] = Crashed(
                message="Its process was gone; the next run took over its documents."
            )
            client.set_flow_run_state(run.id, state, force=True)
            log.warning("flow run %s was put right: its process was gone", run.name)
            ended += 1
    return ended
