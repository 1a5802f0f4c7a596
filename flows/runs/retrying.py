"""When a task is tried again: after faults that pass by themselves, and no others."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from ..pool.transient import passes_by_itself

RETRY_AFTER = [1.0, 5.0, 20.0]  # seconds; a database that restarts takes about 10


def worth_trying_again(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Prefect's `retry_condition_fn`."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, BaseException) and passes_by_itself(error)
