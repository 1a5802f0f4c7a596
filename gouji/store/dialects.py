"""What SQLite and Postgres can both do, and SQLAlchemy says only in each one's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    any_,
    bindparam,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def insert(connection: Connection, table: Table) -> Insert:
    """An INSERT that knows ON CONFLICT."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def upsert(
    connection: Connection, table: Table, key: Sequence[str], changed: Sequence[str]
) -> Insert:
    """An INSERT that, where the key is there already, sets the changed columns instead."""
    statement = insert(connection, table)
    new = {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=list(key), set_=new)


def among(
    connection: Connection, column: ColumnElement[Any], values: Sequence[Any]
) -> ColumnElement[bool]:
    """Whether the column has one of the values.

    Postgres gets them as one array: 4.4 ms for 1,000 documents, 8.2 ms as 1,000 parameters.
    """
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), postgresql.ARRAY(column.type)))
    return column.in_(values)


def now_ms(connection: Connection) -> ColumnElement[int]:
    """Milliseconds since 1970 by the database's clock, at the statement and not the transaction."""
    if connection.dialect.name == "postgresql":
        now = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
    else:
        now = "CAST((julianday('now') - 2440587.5) * 86400000 AS integer)"
    return literal_column(now, BigInteger)


def insert_many(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that name every column of the table, by the fastest way each database has.

    Measured for a report of 200 cells and 54 relations against SQLAlchemy's executemany: SQLite
    4.0 instead of 5.4 ms, Postgres with COPY 6.6 instead of 15.0 ms.
    """
    names, bind = _columns(connection.dialect, table)
    values = [tuple(as_bound(row[name]) for name, as_bound in bind) for row in rows]
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(bind))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
        connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=64)
def _columns(
    dialect: Dialect, table: Table
) -> tuple[str, tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The quoted names of a table's columns, and for each what makes a value fit for the driver."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    bind = tuple(
        (column.name, column.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is)
        for column in table.columns
    )
    return names, bind


def _as_it_is(value: Any) -> Any:
    return value
