"""One round over an inbox."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..settings import Settings
from .settings import InboxResult, InboxSettings


def take_in(
    folder: str,
    settings: Settings,
    inbox: InboxSettings,
    *,
    advance: Callable[[int, int], None] = lambda done, known: None,
    stop: threading.Event | None = None,
    flow_run_id: str | None = None,
) -> InboxResult:
    """Take in what is complete in a folder or below an object store's URL (``s3://…``), once.

    ``advance`` is called with the files done and those known to be there. ``stop`` ends the round
    after the documents under way. ``flow_run_id`` is noted with the watcher, so that a flow run
    whose process died can be told from one that goes on.

    Raises:
        WrongUsage: there is no such folder.
        StoreUnavailable: the store stayed away for longer than the patience allowed.
        GoujiError: the installation is at fault.
    """
    raise NotImplementedError
