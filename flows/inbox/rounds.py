"""What the threads of one round share."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath

from gouji import __version__
from gouji.model import Pipeline
from gouji.store import Claim, Store

from ..output import printable
from ..reading import DocumentPool
from ..runs.report import MAX_ROWS
from ..settings import Settings
from .manifests import Manifests
from .places import Place
from .settings import InboxResult, InboxSettings
from .waiting import Pace, Patience
from .watching import Watch

log = logging.getLogger("flows.inbox")


class ClaimLost(Exception):
    """Others took this watcher for dead and go on with the file."""


@dataclass(slots=True)
class Round:
    """What the threads of one round share."""

    name: str
    settings: Settings
    inbox: InboxSettings
    place: Place
    store: Store
    pool: DocumentPool
    watch: Watch
    patience: Patience
    pace: Pace
    manifests: Manifests
    begin_run: Callable[[], int]
    result: InboxResult = field(default_factory=InboxResult)
    lock: threading.Lock = field(default_factory=threading.Lock)
    saving: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pipeline(self) -> Pipeline:
        """What the readings of the round are stored under."""
        return Pipeline(__version__, self.settings.reading().digest)

    def tell(self, claim: Claim, what: str) -> None:
        """Tell of a file that is not through."""
        line = f"{printable(PurePath(claim.file.path))}: {what}"
        log.warning("%s", line)
        with self.lock:
            if len(self.result.troubles) < MAX_ROWS:
                self.result.troubles.append(line)
