"""The store: readings in SQLite or Postgres, documents as files, and the exports of both."""

from .comparing import ReportHead, StoredCell
from .loading import StoredReading
from .origins import Origin
from .runs import RunRecord
from .schema import RunStatus
from .store import Key, ReadingFilter, Saved, Store

__all__ = [
    "Key",
    "Origin",
    "ReadingFilter",
    "ReportHead",
    "RunRecord",
    "RunStatus",
    "Saved",
    "Store",
    "StoredCell",
    "StoredReading",
]
