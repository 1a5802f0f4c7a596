"""The store's schema: what the migrations make of an empty store and of old ones."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from postgres import new_database
from sqlalchemy import MetaData, create_engine, text
from stored_readings import page_less, report

from gouji.model import (
    DocumentReading,
    StoreUnavailable,
)
from gouji.store import Store, database, schema
from gouji.store.phrases import Phrases
from gouji.store.writing import item_rows, phrases_of, reading_row


@pytest.fixture(autouse=True)
def quick_stores() -> None:
    """Every store here is made by the migrations themselves."""


SCHEMA_SQL = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> :versions",
    "postgresql": "SELECT indexdef FROM pg_indexes"
    " WHERE schemaname = 'public' AND tablename <> :versions"
    " UNION SELECT conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> :versions",
}


def sql_of_schema(engine: database.Engine) -> set[str]:
    """The schema as the database itself tells it, blanks evened out."""
    statement = text(SCHEMA_SQL[engine.dialect.name])
    with engine.connect() as connection:
        found = connection.scalars(statement, {"versions": database.VERSION_TABLE})
        return {" ".join(line.replace('"', "").split()) for line in found}


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite cannot tell them: see below
def test_migrations_and_models_agree(
    database_url: str | None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with Store.open(database_url, tmp_path) as store:
        with store._engine.connect() as connection:
            options = {"version_table": database.VERSION_TABLE, "compare_type": True}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, schema.metadata) == []
        migrated = sql_of_schema(store._engine)
    other = (
        None if database_url is None else new_database(request.getfixturevalue("postgres_socket"))
    )
    engine = create_engine(database.database_url(other, tmp_path / "other"))
    (tmp_path / "other").mkdir()
    schema.metadata.create_all(engine)
    created = sql_of_schema(engine)
    engine.dispose()
    assert migrated == created  # also conditions of indexes, which compare_metadata does not see


def test_the_first_schema_can_be_taken_back(database_url: str | None, tmp_path: Path) -> None:
    from alembic import command

    with Store.open(database_url, tmp_path) as store:
        config = Config()
        config.set_main_option(
            "script_location", str(Path(database.__file__).with_name("migrations"))
        )
        with database.writing(store._engine) as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "base")
        assert sql_of_schema(store._engine) == set()
        database.migrate(store._engine)
        assert store.save(report()).new


def save_in_first_schema(engine: database.Engine, reading: DocumentReading) -> None:
    """Put a reading into the tables as the first schema has them, without what came later."""
    old = MetaData()
    old.reflect(engine)
    ids = Phrases(engine).ids(phrases_of(reading))
    row = reading_row(reading, ids) | {
        "id": 7, "document_id": 3, "is_current": True, "read_at": datetime.now(UTC)
    }  # fmt: skip
    first_seen = {"id": 3, "sha256": reading.source.sha256, "first_seen_at": datetime.now(UTC)}
    with engine.begin() as connection:
        connection.execute(schema.document.insert(), first_seen)
        for table, rows in ((schema.reading, [row]), *item_rows(reading, 7, ids)):
            there = old.tables[table.name].columns.keys()
            for values in rows:
                kept = {name: value for name, value in values.items() if name in there}
                connection.execute(table.insert().values(kept))


def test_a_store_of_the_first_schema_is_brought_up_to_date_with_all_it_holds(
    database_url: str | None, tmp_path: Path
) -> None:
    url = database.database_url(database_url, tmp_path)
    engine = create_engine(url)
    database.migrate(engine, "0001_first_schema")
    save_in_first_schema(engine, report(1))
    engine.dispose()
    with Store.open(database_url, tmp_path) as store:
        assert store.load(report(1).source.sha256) == report(1)
        store.save(page_less(2))
        assert store.load(page_less(2).source.sha256) == page_less(2)
        assert store.count() == 2


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_a_migration_that_fails_leaves_nothing(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    def fails(name: str, *arguments: object, **options: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_index", fails)
        with pytest.raises(StoreUnavailable, match="disk is full"):
            Store.open(database_url, tmp_path)
    engine = create_engine(database.database_url(database_url, tmp_path))
    assert sql_of_schema(engine) == set()
    engine.dispose()
    with Store.open(database_url, tmp_path) as store:
        assert store.save(report()).new


def test_a_newer_schema_is_left_alone(database_url: str | None, tmp_path: Path) -> None:
    with Store.open(database_url, tmp_path) as store, store._engine.begin() as connection:
        update = f"UPDATE {database.VERSION_TABLE} SET version_num = '0999_from_the_future'"
        connection.execute(text(update))
    with pytest.raises(StoreUnavailable, match=r"0999_from_the_future.*Update gouji"):
        Store.open(database_url, tmp_path)
