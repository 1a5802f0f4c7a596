"""New SQLite stores without running the migrations for each of them."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine


@cache
def migrated(migrate: Callable[[Engine], None]) -> tuple[str, ...]:
    """The statements that make what the migrations make of an empty SQLite database."""
    from sqlalchemy import create_engine

    with TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.sqlite3"
        engine = create_engine(f"sqlite:///{file}")
        migrate(engine)
        engine.dispose()
        made = sqlite3.connect(file)
        dump = tuple(made.iterdump())
        made.close()
    assert (dump[0], dump[-1]) == ("BEGIN TRANSACTION;", "COMMIT;")
    return dump[1:-1]


@pytest.fixture(autouse=True)
def quick_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations run once in a session; 60 ms would be a quarter of most tests with a store.

    Their own tests override this (`tests/store/test_schema.py`), and processes that a test starts
    know nothing of it.
    """
    if "gouji.store.database" not in sys.modules:
        return
    from gouji.store import database

    run = database.migrate

    def migrate(engine: Engine, target: str = "head") -> None:
        if engine.dialect.name != "sqlite" or target != "head":
            return run(engine, target)
        with database.writing(engine) as connection:
            empty = database.revision(connection) is None
            for statement in migrated(run) if empty else ():
                connection.exec_driver_sql(statement)
        return None if empty else run(engine)

    monkeypatch.setattr(database, "migrate", migrate)
