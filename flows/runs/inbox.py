"""`take_in` as a Prefect flow: one run a round, its results in our store and not in Prefect's."""

from __future__ import annotations

import dataclasses
import logging
import threading
from uuid import UUID

from prefect import flow, runtime
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from ..commands.inbox import round_lines
from ..inbox import InboxResult, InboxSettings
from ..inbox.stale import crash_stale_flow_runs
from ..inbox.taking import take_in
from ..inbox.waiting import Patience
from ..logs import log_run
from ..settings import load_settings
from .hooks import HOOKS
from .pictures import show_pictures
from .report import summary_markdown, table_rows

log = logging.getLogger("flows.inbox")

_USUAL = InboxSettings()


@flow(name="watch_inbox", flow_run_name="inbox {folder}", persist_result=False, **HOOKS)
def watch_inbox(
    folder: str,
    leave: bool = False,
    settle_seconds: float = _USUAL.settle_seconds,
    attempts: int = _USUAL.attempts,
    pages_a_minute: float | None = None,
    free_mb: int = _USUAL.free_mb,
    patience_minutes: float | None = 60.0,
    most: int | None = None,
) -> dict[str, int]:
    """Take in what has arrived in a folder or an object store, each document exactly once.

    Where the store is, how many processes read and what they are held to comes from ``GOUJI_…``
    in the environment of the worker. The result counts files: done, failed, put_back, waiting, …

    Args:
        folder: The inbox: a folder of the worker's machine, or a URL such as s3://bucket/inbox.
        leave: Leave the files where they are and remember them, instead of moving them to done/
            or failed/.
        settle_seconds: A file is taken when its size and time have stayed the same for so long.
        attempts: A document that costs its process or runs out of time is tried in so many
            rounds, then set aside in failed/ with its history.
        pages_a_minute: Read no more than so many pages a minute. Empty: as fast as it goes.
        free_mb: Wait while less than so many megabytes are free where the store is.
        patience_minutes: Wait so long for a database, a share or a disk that is away. Empty: for
            ever.
        most: Take in so many documents at most. Empty: all.
    """
    settings = load_settings()
    log_run(settings.log, flow=watch_inbox.name, flow_run=_flow_run_id())
    wishes = InboxSettings(
        settle_seconds=settle_seconds,
        attempts=attempts,
        leave=leave,
        pages_a_minute=pages_a_minute,
        free_mb=free_mb,
        patience_seconds=None if patience_minutes is None else 60.0 * patience_minutes,
        most=most,
    )
    patience = Patience(wishes.patience_seconds, threading.Event())
    patience.insist(lambda: crash_stale_flow_runs(settings, watch_inbox.name))
    result = take_in(folder, settings, wishes, flow_run_id=_flow_run_id())
    log.info("a round over the inbox", extra=counts(result))
    if result.done or result.failed or result.put_back:
        _tell(result)
        show_pictures(result.tally, result.lines, settings.review_url)
    return counts(result)


def counts(result: InboxResult) -> dict[str, int]:
    """The numbers of a round, small enough to be Prefect's result."""
    numbers = {
        field.name: value
        for field in dataclasses.fields(result)
        if isinstance(value := getattr(result, field.name), int)
    }
    tally = result.tally
    return numbers | {"read": tally.documents, "pages": tally.pages, "cells": tally.cells}


def _tell(result: InboxResult) -> None:
    lines = "\n".join(f"- {line}" for line in round_lines(result))
    summary = f"{summary_markdown(result.tally, result.seconds)}\n{lines}\n"
    create_markdown_artifact(summary, key="gouji-summary", description="the round")
    create_table_artifact(table_rows(result.lines), key="gouji-documents", description="documents")


def _flow_run_id() -> str | None:
    found = runtime.flow_run.id
    return None if found is None else str(UUID(str(found)))
