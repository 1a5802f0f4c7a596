"""The store: readings in SQLite or Postgres, documents as files, review, and the exports."""

from .accounts import Account, Accounts, Role, Session
from .comparing import ReportHead, StoredCell
from .inbox import Inboxes
from .inbox_rows import Arrival, Claim, SeenFile, Watcher
from .inbox_schema import FileState
from .loading import StoredReading
from .log import DayCount, LogFault, LogFilter, LogState
from .origins import Origin
from .places import PlacedReport, Places, PlaceYear
from .queue import (
    Queue,
    QueueChoices,
    QueuedReport,
    QueueFilter,
    QueueOrder,
    QueuePage,
    QueueState,
    QueueTotals,
)
from .queueing import Standing, standing_of
from .reviews import Review, Reviews, StaleReview
from .runs import RunRecord
from .schema import RunStatus
from .store import Key, ReadingFilter, Saved, Store
from .totals import RunTotals, StoreTotals

__all__ = [
    "Account",
    "Accounts",
    "Arrival",
    "Claim",
    "DayCount",
    "FileState",
    "Inboxes",
    "Key",
    "LogFault",
    "LogFilter",
    "LogState",
    "Origin",
    "PlaceYear",
    "PlacedReport",
    "Places",
    "Queue",
    "QueueChoices",
    "QueueFilter",
    "QueueOrder",
    "QueuePage",
    "QueueState",
    "QueueTotals",
    "QueuedReport",
    "ReadingFilter",
    "ReportHead",
    "Review",
    "Reviews",
    "Role",
    "RunRecord",
    "RunStatus",
    "RunTotals",
    "Saved",
    "SeenFile",
    "Session",
    "StaleReview",
    "Standing",
    "Store",
    "StoreTotals",
    "StoredCell",
    "StoredReading",
    "Watcher",
    "standing_of",
]
