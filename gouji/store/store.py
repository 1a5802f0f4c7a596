"""The store: readings kept by (sha256, pipeline version, settings digest), each exactly once.

A document is saved in one transaction, so a process that is killed leaves all of it or nothing.
Any number of processes may read and save at the same time, each with its own `Store`.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL

from gouji.model import DocumentReading, SourceInfo

from . import schema
from .database import database_url, open_database, told, writing
from .files import Files
from .loading import WHOLE, WITHOUT_PAGES, StoredReading, load_readings, reading_heads
from .phrases import Phrases, digest_of, in_groups
from .writing import item_rows, phrases_of, reading_row

Key = tuple[str, str, str]  # sha256, pipeline version, settings digest

READINGS_AT_ONCE = 50  # read together by `readings`: 10,000 cells, about 20 MB


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document was found, and what told that the file there is still the same."""

    path: str
    size: int  # bytes
    mtime_ns: int

    @staticmethod
    def of(path: Path) -> Origin:
        """Of a file on this machine; the path is made absolute.

        Raises:
            OSError: there is no such file.
        """
        facts = path.stat()
        return Origin(os.path.abspath(path), facts.st_size, facts.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Saved:
    """What `Store.save` did; ``new`` is False when the reading was there before."""

    reading_id: int
    document_id: int
    new: bool


@dataclass(frozen=True, slots=True)
class ReadingFilter:
    """Which readings; what is None does not restrict."""

    current: bool = True  # only the newest of each document
    sha256: Sequence[str] | None = None
    version: str | None = None
    settings_digest: str | None = None
    template: str | None = None
    issuer: str | None = None
    year: int | None = None
    run_id: int | None = None
    failed: bool | None = None


class Store:
    """Readings, the files they were made from, and the runs that made them."""

    def __init__(self, url: URL, engine: Engine, files: Files) -> None:
        self.url = url
        self.files = files
        self._engine = engine
        self._phrases = Phrases(engine)

    @staticmethod
    def open(url: str | None, work: Path, *, files: str | Path | None = None) -> Store:
        """Open the store, creating it or bringing it to the newest schema where needed.

        ``url`` is SQLAlchemy's (``sqlite:///…``, ``postgresql://…``), by default a SQLite file in
        ``work``. ``files`` is a folder or fsspec URL, by default ``work/files``.

        Raises:
            StoreUnavailable: no rights, not reachable, damaged, or written by a newer gouji.
            WrongUsage: the URL is none, or of another kind of database.
            InstallationIncomplete: Postgres without its driver.
        """
        parsed = database_url(url, work)
        return Store(parsed, open_database(parsed), Files(files or work / "files"))

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def known(self, keys: Iterable[Key], *, failed: bool = True) -> set[Key]:
        """Those of the keys that have a reading; with ``failed=False`` only one that succeeded."""
        by_pipeline: dict[tuple[str, str], list[str]] = {}
        for sha256, version, digest in keys:
            by_pipeline.setdefault((version, digest), []).append(sha256)
        found: set[Key] = set()
        with self._reading() as connection:
            for (version, digest), sums in by_pipeline.items():
                for group in in_groups(sums):
                    statement = (
                        select(schema.document.c.sha256)
                        .join(schema.reading)
                        .where(
                            schema.document.c.sha256.in_(group),
                            schema.reading.c.version == version,
                            schema.reading.c.settings_digest == digest,
                        )
                    )
                    if not failed:
                        statement = statement.where(~schema.reading.c.failed)
                    found.update((s, version, digest) for s in connection.scalars(statement))
        return found
