"""Opening the database, SQLite in the work folder or Postgres by URL, at the newest schema.

A database that is up to date is opened without Alembic. Everything that says the database cannot
be used (no rights, disk full, damaged, not reachable) becomes one line of `StoreUnavailable`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)

from gouji.model import InstallationIncomplete, StoreUnavailable, WrongUsage

from .schema import HEAD

FILE_NAME = "gouji.sqlite3"
VERSION_TABLE = "gouji_schema"  # not Alembic's usual name: Prefect may live in the same Postgres
WAIT_SECONDS = 60  # for another process's transaction; a 1,000-page document takes about 1 s
_POSTGRES = {"connect_timeout": 10, "application_name": "gouji", "client_encoding": "utf8"}
_MIGRATION_LOCK = 0x676F756A69  # "gouji", for Postgres advisory locks


def database_url(url: str | None, work: Path) -> URL:
    """The URL of the database: SQLite in the work folder unless another one is named.

    ``postgres://`` and ``postgresql://`` mean psycopg 3.

    Raises:
        WrongUsage: not a URL, or of a database gouji does not keep its store in.
    """
    if url is None:
        return URL.create("sqlite", database=str(work / FILE_NAME))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise WrongUsage("The database is not a URL such as postgresql://host/name.") from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if parsed.database in (None, "", ":memory:"):
            raise WrongUsage("A store in memory would be lost: name a file, sqlite:///folder/file.")
        return parsed
    raise WrongUsage(f"No store in {parsed.drivername}: SQLite and Postgres are what gouji knows.")


def open_database(url: URL) -> Engine:
    """Connect, and bring the schema to `HEAD` if it is older or not there.

    Raises:
        StoreUnavailable: it cannot be opened, or a newer gouji wrote it.
        InstallationIncomplete: Postgres without its driver.
    """
    with told(url):
        engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url)
        try:
            with engine.connect() as connection:
                found = revision(connection)
            if found != HEAD:
                migrate(engine)
        except BaseException:
            engine.dispose()
            raise
    return engine


def revision(connection: Connection) -> str | None:
    """The revision of the schema the database has; None where there is none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(
        text(f"SELECT version_num FROM {VERSION_TABLE}")
    ).scalar()
    return found


def migrate(engine: Engine, target: str = "head") -> None:
    """Run the migrations in one transaction, one process at a time.

    Raises:
        StoreUnavailable: the database's revision is none of ours.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            if connection.scalar(text("SHOW server_encoding")) != "UTF8":
                raise StoreUnavailable(
                    "The database is not in UTF8.", "Create it with ENCODING 'UTF8'."
                )
        found = revision(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if found is not None and found not in known:
            raise StoreUnavailable(
                f"The store has schema {found}, this gouji knows {HEAD}: a newer one wrote it.",
                "Update gouji, or choose another --work or --database.",
            )
        config.attributes["connection"] = connection
        command.upgrade(config, target)


@contextmanager
def writing(engine: Engine, *, durable: bool = False) -> Iterator[Connection]:
    """One transaction that writes: on SQLite it takes the write lock at its start.

    Begun as a reader, it would fail where another process wrote in between, and not wait. One that
    is ``durable`` is on the disk when it is over, as on Postgres always: a power cut does not take
    it back.
    """
    options = {"gouji_writes": True, "gouji_durable": durable}
    with engine.execution_options(**options).begin() as connection:
        yield connection


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Turns what the database cannot do into `StoreUnavailable`; our own mistakes pass through."""
    try:
        yield
    except sqlite3.Error as error:
        raise _unavailable(url, error) from error
    except DBAPIError as error:
        ours = (IntegrityError, DataError, ProgrammingError, NotSupportedError)
        no_rights = getattr(error.orig, "sqlstate", None) == "42501"
        if isinstance(error, DatabaseError) and isinstance(error, ours) and not no_rights:
            raise
        raise _unavailable(url, error.orig or error) from error


def _unavailable(url: URL, error: BaseException) -> StoreUnavailable:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    if url.get_backend_name() == "sqlite":
        return StoreUnavailable(f"{url.database}: {lines[0].rstrip('.')}.")
    return StoreUnavailable(f"{url.render_as_string()}: {lines[0].rstrip('.')}.")


def _sqlite(url: URL) -> Engine:
    folder = Path(url.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"{folder}: {error.strerror}.") from error
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")  # WAL: a crash loses nothing committed
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        writes = options.get("gouji_writes")
        if writes:  # pooled connections keep what the last one said
            level = "FULL" if options.get("gouji_durable") else "NORMAL"
            connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres(url: URL) -> Engine:
    arguments = {name: value for name, value in _POSTGRES.items() if name not in url.query}
    try:
        return create_engine(url, connect_args=arguments, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise InstallationIncomplete(
            f"Postgres needs the package {error.name}.", "Run `pip install 'gouji[postgres]'`."
        ) from error
