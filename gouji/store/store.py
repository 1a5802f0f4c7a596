"""The store: readings kept by (sha256, pipeline version, settings digest), each exactly once.

A document is saved in one transaction, so a process that is killed leaves all of it or nothing.
Any number of processes may read and save at the same time, each with its own `Store`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, false, func, select, tuple_, update
from sqlalchemy.engine import URL

from gouji.model import DocumentReading, RelationResult

from . import comparing, dialects, origins, queueing
from .accounts import Accounts
from .comparing import ReportHead, StoredCell
from .costs import Costs
from .database import database_url, open_database, told, writing
from .files import Files
from .inbox import Inboxes
from .loading import WHOLE, WITHOUT_PAGES, StoredReading, load_readings, reading_heads
from .origins import Origin
from .phrases import Phrases, in_groups
from .places import Places
from .queue import Queue
from .reviews import Reviews
from .runs import Runs
from .schema import document, reading
from .second_looks import SecondLooks
from .totals import StoreTotals, store_totals
from .writing import item_rows, phrases_of, reading_row

Key = tuple[str, str, str]  # sha256, pipeline version, settings digest

READINGS_AT_ONCE = 50  # read together by `readings`: 10,000 cells, about 20 MB
PAGES_AT_ONCE = 200  # where pages and tables are read too
_SHA256 = re.compile("[0-9a-f]{64}")


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
    sha256: str | None = None
    begins: str | None = None  # the first digits of the sha256
    name: str | None = None
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
        self.runs = Runs(url, engine)
        self._engine = engine
        self._phrases = Phrases(engine)
        self.queue = Queue(url, engine, self._phrases)
        self.reviews = Reviews(url, engine)
        self.places = Places(url, engine)
        self.second_looks = SecondLooks(url, engine)
        self.accounts = Accounts(url, engine)
        self.costs = Costs(url, engine)
        self.inboxes = Inboxes(url, engine)

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
        with self._connected() as connection:
            for (version, digest), sums in by_pipeline.items():
                wanted = (reading.c.version == version, reading.c.settings_digest == digest)
                statement = select(document.c.sha256).join(reading).where(*wanted)
                if not failed:
                    statement = statement.where(~reading.c.failed)
                for group in in_groups(sums):
                    where = dialects.among(connection, document.c.sha256, group)
                    there = connection.scalars(statement.where(where))
                    found.update((sha256, version, digest) for sha256 in there)
        return found

    def unchanged(self, places: Iterable[Origin]) -> dict[str, str]:
        """Path → sha256 of the files that have not changed since a document was noted there.

        With `known` it tells which files need not be opened at all.
        """
        with self._connected() as connection:
            return origins.unchanged(connection, places)

    def note_origins(self, places: Iterable[tuple[str, Origin]]) -> None:
        """Note where known documents (by sha256) were found again; unknown ones are passed over."""
        with told(self.url), writing(self._engine) as connection:
            for group in in_groups(places):
                sums = [sha256 for sha256, _ in group]
                where = dialects.among(connection, document.c.sha256, sums)
                rows = connection.execute(select(document.c.sha256, document.c.id).where(where))
                ids = {row.sha256: row.id for row in rows}
                origins.note(connection, ((ids[s], place) for s, place in group if s in ids))

    def save(
        self,
        what: DocumentReading,
        data: bytes | None = None,
        origin: Origin | None = None,
        *,
        run_id: int | None = None,
        gains: Mapping[str, float] | None = None,
    ) -> Saved:
        """Keep a reading, its document's bytes and where it was found, unless they are there.

        A reading that failed as a whole gives way to one of the same key that did not. The new
        reading is from now on its document's current one, and its waiting cells are the document's
        place in the queue: ``gains`` are the expected errors that looking at each would remove.

        Raises:
            StoreUnavailable: no rights, no room, or the database went away; nothing was kept
                except perhaps the bytes, which the next try finds.
            ValueError: the reading has no sha256 (its file was never opened), or not that of the
                bytes, or a number the database cannot hold.
        """
        sha256 = what.source.sha256
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"a reading of {what.source.name} without a sha256 cannot be kept")
        with told(self.url):
            file = self._keep_bytes(what, data)
            ids = self._phrases.ids(phrases_of(what))
            with writing(self._engine) as connection:
                size = None if data is None else len(data)
                document_id = _document_id(connection, sha256, size, file)
                if origin is not None:
                    origins.note(connection, [(document_id, origin)])
                same = connection.execute(
                    select(reading.c.id, reading.c.failed).where(
                        reading.c.document_id == document_id,
                        reading.c.version == what.pipeline.version,
                        reading.c.settings_digest == what.pipeline.settings_digest,
                    )
                ).one_or_none()
                if same is not None:
                    if what.failed or not same.failed:
                        return Saved(same.id, document_id, new=False)
                    connection.execute(delete(reading).where(reading.c.id == same.id))
                row = reading_row(what, ids)
                reading_id = _insert_reading(connection, document_id, run_id, row)
                for table, rows in item_rows(what, reading_id, ids):
                    dialects.insert_many(connection, table, rows)
                queueing.enter(connection, document_id, reading_id, what, gains)
        return Saved(reading_id, document_id, new=True)

    def load_reading(self, reading_id: int) -> DocumentReading | None:
        """A reading by its number."""
        with self._connected() as connection:
            heads = connection.execute(reading_heads().where(reading.c.id == reading_id)).all()
            for stored in load_readings(connection, self._phrases, heads, WHOLE):
                return stored.reading
        return None

    def load(
        self, sha256: str, version: str | None = None, digest: str | None = None
    ) -> DocumentReading | None:
        """The newest reading of a document, or the newest of that version and those settings."""
        wanted = ReadingFilter(False, sha256, version=version, settings_digest=digest)
        with self._connected() as connection:
            newest = self._heads(connection, wanted).order_by(reading.c.id.desc()).limit(1)
            heads = connection.execute(newest).all()
            for stored in load_readings(connection, self._phrases, heads, WHOLE):
                return stored.reading
        return None

    def readings(
        self, wanted: ReadingFilter | None = None, *, whole: bool = True
    ) -> Iterator[StoredReading]:
        """The readings in the order of their sha256, then of their age, a few at a time.

        With ``whole=False`` tables, page texts and page facts are left out, which an export does
        not need. Readings saved meanwhile may or may not be among them.
        """
        after: tuple[str, int] | None = None
        tables = WHOLE if whole else WITHOUT_PAGES
        while True:
            with self._connected() as connection:
                statement = self._heads(connection, wanted or ReadingFilter())
                if after is not None:
                    place = tuple_(document.c.sha256, reading.c.id)
                    statement = statement.where(place > tuple_(*after))
                statement = statement.order_by(document.c.sha256, reading.c.id)
                heads = connection.execute(statement.limit(READINGS_AT_ONCE)).all()
                heads = heads[: _within(PAGES_AT_ONCE, heads)] if whole else heads
                found = list(load_readings(connection, self._phrases, heads, tables))
            if not found:
                return
            yield from found
            after = (heads[-1].sha256, heads[-1].id)

    def report_heads(self) -> list[ReportHead]:
        """The current readings that are reports, by issuer and year, without what they report."""
        with self._connected() as connection:
            return comparing.report_heads(connection)

    def cells_of(
        self, reading_ids: Iterable[int], keys: Collection[str]
    ) -> Iterator[tuple[int, dict[str, StoredCell]]]:
        """Those cells of the readings that have one of the keys, as after review."""
        with self._connected() as connection:
            yield from comparing.cells_of(connection, self._phrases, reading_ids, keys)

    def relations_of(
        self, reading_ids: Iterable[int], *, violated: bool = False
    ) -> Iterator[tuple[int, RelationResult]]:
        """The relations tried on the readings, each with its reading; or only the violated ones."""
        with self._connected() as connection:
            yield from comparing.relations_of(
                connection, self._phrases, reading_ids, violated=violated
            )

    def reviewed_among(self, reading_ids: Iterable[int]) -> list[int]:
        """Those of the readings on which somebody decided, in their order."""
        with self._connected() as connection:
            return comparing.reviewed_among(connection, reading_ids)

    def count(self, wanted: ReadingFilter | None = None) -> int:
        """How many readings there are of this kind."""
        with self._connected() as connection:
            heads = self._heads(connection, wanted or ReadingFilter()).subquery()
            return connection.scalar(select(func.count()).select_from(heads)) or 0

    def totals(self) -> StoreTotals:
        """What the store holds, counted."""
        return store_totals(self.url, self._engine)

    def file(self, sha256: str) -> bytes | None:
        """The document's bytes; None if they were not kept.

        Raises:
            StoreUnavailable: they were kept, but are gone or changed.
        """
        name = self._file_name(sha256)
        return None if name is None else self.files.get(name, sha256)

    def file_address(self, sha256: str) -> str | None:
        """Where the document is kept, as a ``file://`` address; None where it is no local file."""
        name = self._file_name(sha256)
        return None if name is None else self.files.address(name)

    def _file_name(self, sha256: str) -> str | None:
        with self._connected() as connection:
            return connection.scalar(select(document.c.file).where(document.c.sha256 == sha256))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with told(self.url), self._engine.connect() as connection:
            yield connection

    def _keep_bytes(self, what: DocumentReading, data: bytes | None) -> str | None:
        if data is None:
            return None
        source = what.source
        with self._engine.connect() as connection:
            there = document.c.sha256 == source.sha256
            name = connection.scalar(select(document.c.file).where(there))
        return self.files.put(source.sha256, data, source.media_type, name)

    def _heads(self, connection: Connection, wanted: ReadingFilter) -> Select[Any]:
        statement = reading_heads()
        for column, value in (
            (document.c.sha256, wanted.sha256),
            (reading.c.name, wanted.name),
            (reading.c.version, wanted.version),
            (reading.c.settings_digest, wanted.settings_digest),
            (reading.c.template, wanted.template),
            (reading.c.report_year, wanted.year),
            (reading.c.run_id, wanted.run_id),
            (reading.c.failed, wanted.failed),
        ):
            if value is not None:
                statement = statement.where(column == value)
        if wanted.begins is not None:
            statement = statement.where(
                document.c.sha256.startswith(wanted.begins, autoescape=True)
            )
        if wanted.issuer is not None:
            issuer_id = self._phrases.known_id(connection, wanted.issuer)
            never_met = issuer_id is None
            statement = statement.where(false() if never_met else reading.c.issuer_id == issuer_id)
        return statement.where(reading.c.is_current) if wanted.current else statement


def _within(limit: int, heads: Sequence[Any]) -> int:
    """How many of the readings, but at least one, have no more pages than that together."""
    pages = 0
    for number, head in enumerate(heads):
        pages += head.pages
        if pages > limit and number:
            return number
    return len(heads)


def _document_id(connection: Connection, sha256: str, size: int | None, file: str | None) -> int:
    """The document's id; its row is locked until the transaction ends.

    So two processes that save the same document do so one after the other.
    """
    statement = dialects.insert(connection, document)
    new = statement.excluded
    found: int = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["sha256"],
            set_={
                "size": func.coalesce(document.c.size, new.size),
                "file": func.coalesce(document.c.file, new.file),
            },
        ).returning(document.c.id),
        {"sha256": sha256, "size": size, "file": file, "first_seen_at": datetime.now(UTC)},
    ).scalar_one()
    return found


def _insert_reading(
    connection: Connection, document_id: int, run_id: int | None, row: dict[str, Any]
) -> int:
    """Put the reading in as its document's current one."""
    older = (reading.c.document_id == document_id, reading.c.is_current)
    connection.execute(update(reading).where(*older).values(is_current=False))
    row |= {
        "document_id": document_id,
        "is_current": True,
        "run_id": run_id,
        "read_at": datetime.now(UTC),
    }
    found: int = connection.execute(
        reading.insert().values(row).returning(reading.c.id)
    ).scalar_one()
    return found
