"""What happens when a flow run ends: somebody is told of failures and of a long queue.

`HOOKS` goes into the decorator of every flow that runs on a schedule.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gouji.model import GoujiError
from gouji.store import QueueFilter, QueueTotals

from ..notify import Message, Occasion, notify
from ..output import printable
from ..pool.worker import one_line
from ..settings import Settings, load_settings

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun, State
    from prefect.flows import Flow

log = logging.getLogger("flows.runs.hooks")

_settings: ContextVar[Settings | None] = ContextVar("settings", default=None)
TOLD = "long-queue-told"  # a file of the work folder: the queue is long, and everybody knows


def tell_of_failure(flow: Flow[Any, Any], run: FlowRun, state: State[Any]) -> None:
    """Tell that a run failed or died, and where Prefect shows it."""
    with _never_the_run():
        reason = printable(" ".join((state.message or "no reason was given").split()))[:500]
        text = f"{flow.name} “{printable(run.name)}” ended as {state.name}: {reason}"
        link = prefect_page(f"runs/flow-run/{run.id}")
        notify(_in_force(), Message(Occasion.RUN_FAILED, text, link=link))


def tell_of_a_long_queue(flow: Flow[Any, Any], run: FlowRun, state: State[Any]) -> None:
    """After a run: tell when the queue has become long; once, until it has been short again."""
    from ..keeping import open_store

    with _never_the_run():
        settings = _in_force()
        with open_store(settings) as store:
            waiting = store.queue.totals(QueueFilter())
        told_of_the_queue(settings, waiting)


def told_of_the_queue(settings: Settings, waiting: QueueTotals) -> bool:
    """Tell that this much waits, where that is new and more than the settings allow."""
    mark = settings.work / TOLD
    if waiting.reports < settings.queue_alarm:
        mark.unlink(missing_ok=True)
        return False
    try:
        with mark.open("x") as file:
            file.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {waiting.reports}\n")
    except FileExistsError:
        return False
    text = f"{waiting.reports:,} reports wait for review (alarm from {settings.queue_alarm:,} on)"
    details = (
        f"{waiting.open_cells:,} cells, {waiting.expected_errors:,.1f} expected errors among them."
    )
    message = Message(Occasion.LONG_QUEUE, text, details, settings.review_url)
    if notify(settings, message) == 0 and (settings.webhook_url or settings.mail_server):
        mark.unlink(missing_ok=True)  # nobody heard it: again after the next run
        return False
    return True


def prefect_page(path: str) -> str | None:
    """The address of something in Prefect's own page; None without a server that has one."""
    from prefect.settings import PREFECT_UI_URL

    base = PREFECT_UI_URL.value()
    return f"{base.rstrip('/')}/{path}" if base else None


@contextmanager
def _never_the_run() -> Iterator[None]:
    """What goes wrong in telling is logged; the run is over and stays as it is."""
    try:
        yield
    except Exception as error:
        why = error.args[0] if isinstance(error, GoujiError) else one_line(error)
        log.error("nobody could be told: %s", why)


@contextmanager
def telling_by(settings: Settings) -> Iterator[None]:
    """For runs inside: these settings, and not those of the environment, say who is told."""
    token = _settings.set(settings)
    try:
        yield
    finally:
        _settings.reset(token)


def _in_force() -> Settings:
    return _settings.get() or load_settings()


HOOKS: dict[str, Any] = {
    "on_failure": [tell_of_failure],
    "on_crashed": [tell_of_failure],
    "on_completion": [tell_of_a_long_queue],
}
