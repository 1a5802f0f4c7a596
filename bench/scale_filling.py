"""A store of many documents: a few real readings, stored by gouji and multiplied in the database.

Every copy has the rows of its original, so widths, indexes and plans are those of a real store.
Organs report for six years each; one report in three waits for review.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table

from extractors.reading import read_file
from extractors.settings import ReadSettings
from gouji.model import DocumentReading
from gouji.store import Store
from gouji.store import schema as s
from gouji.store.dialects import insert_many
from gouji.store.phrases import digest_of
from gouji.store.review_schema import queue_report

from .documents import ROOT

ORIGINALS = ("t21_plain", "t19_large_values", "t21_slashes", "t19_publisher_errors")
YEARS, FIRST_YEAR = 6, 2019
AT_ONCE = 5_000  # documents of one transaction, all copies of one original
FIRST = 1_000  # ids of copies begin here
WRITERS = 2
ITEMS = (s.cell, s.relation, s.prose_fact, s.table_part, s.page, s.page_text, s.failure)
PLACES = ("辽宁省/阜新市/", "江苏省/盐城市/", "云南省/普洱市/", "广东省/肇庆市/", "四川省/眉山市/")
ORGANS = ("公安局", "财政局", "人民政府", "教育局", "水务局", "民政局", "司法局", "交通运输局")

# What a copy says otherwise than its original; {n} is its number. An organ is a place, a county in
# it and a name; its reports have consecutive numbers.
_ORGAN = f"({{n}} / {YEARS})"
_PLACE = f"(ARRAY{list(PLACES)})[1 + {_ORGAN} % {len(PLACES)}]"
_COUNTY = f"'某' || ({_ORGAN} / {len(ORGANS)} / {len(PLACES)}) || '县'"
_NAME = (
    f"rtrim(split_part({_PLACE}, '/', 2)) || {_COUNTY} ||"
    f" (ARRAY{list(ORGANS)})[1 + {_ORGAN} / {len(PLACES)} % {len(ORGANS)}]"
)
_YEAR = f"{FIRST_YEAR} + {{n}} % {YEARS}"
_SHA256 = "encode(sha256(('copy ' || {n})::bytea), 'hex')"
_WAITS = "{n} / 7 % 3 = 0"


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made, and what it took."""

    documents: int
    whole: int  # of them with cells
    seconds: float
    bytes: int  # of the database


def originals() -> list[tuple[Path, DocumentReading]]:
    """The readings that are multiplied, named as reports of a made organ."""
    paths = [ROOT / "samples/digital" / f"{name}.pdf" for name in ORIGINALS]
    return [(path, read_file(path, ReadSettings())) for path in paths]


def fill(
    store: Store,
    documents: int,
    whole: int | None = None,
    told: Callable[[int], None] = lambda done: None,
) -> Filled:
    """Fill an empty store in Postgres with so many documents.

    Only the first ``whole`` of them have cells and all the rest; of the others there are the rows
    that every question about many documents goes through: document, reading, queue.
    """
    whole = documents if whole is None else whole
    begun = time.perf_counter()
    made = []
    for path, reading in originals():
        saved = store.save(replace(reading), path.read_bytes())
        made.append((saved.document_id, saved.reading_id))
    engine = store._engine
    _phrases(engine, documents)
    chunks = [(start, min(start + AT_ONCE, documents)) for start in range(0, documents, AT_ONCE)]
    with ThreadPoolExecutor(WRITERS) as writers:
        work = [
            writers.submit(_copy, engine, made[number % len(made)], start, stop, start < whole)
            for number, (start, stop) in enumerate(chunks)
        ]
        for number, future in enumerate(work):
            future.result()
            told(chunks[number][1])
    with engine.begin() as connection:
        for table in ("document", "reading", "phrase"):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar()
    return Filled(documents, whole, time.perf_counter() - begun, int(size or 0))


def _phrases(engine: Engine, documents: int) -> None:
    """The names of the organs; `phrase.id` of organ k is ``FIRST`` + k."""
    organs = documents // YEARS + 1
    name = _NAME.format(n=f"(k * {YEARS})")
    with engine.begin() as connection:
        names = _run(connection, f"SELECT {name} FROM generate_series(0, {organs - 1}) AS k")
        rows = [
            {"id": FIRST + k, "digest": digest_of(text), "text": text}
            for k, text in enumerate(names.scalars().all())
        ]
        insert_many(connection, s.phrase, rows)


def _run(connection: Connection, sql: str) -> Any:
    return connection.exec_driver_sql(sql.replace("%", "%%"))


def _copy(engine: Engine, made: tuple[int, int], start: int, stop: int, whole: bool) -> None:
    document_id, reading_id = made
    numbers = f"generate_series({start}, {stop - 1}) AS n"
    with engine.begin() as connection:
        _run(
            connection,
            _copied(
                s.document,
                {
                    "id": f"{FIRST} + n",
                    "sha256": _SHA256,
                    "file": "NULL",
                },
                f"FROM {numbers}, document o WHERE o.id = {document_id}",
            ),
        )
        _run(
            connection,
            _copied(
                s.reading,
                {
                    "id": f"{FIRST} + n",
                    "document_id": f"{FIRST} + n",
                    "report_year": _YEAR,
                    "issuer_id": f"{FIRST} + {_ORGAN}",
                    "name": "n || '.pdf'",
                    "title": f"{_NAME} || ({_YEAR}) || '年政府信息公开工作年度报告'",
                    "region": f"'[\"' || replace(rtrim({_PLACE}, '/'), '/', '\",\"') || '\",\"' ||"
                    f" {_COUNTY} || '\"]'",
                },
                f"FROM {numbers}, reading o WHERE o.id = {reading_id}",
            ),
        )
        waiting = f"CASE WHEN {_WAITS} THEN 4 ELSE 0 END"
        _run(
            connection,
            _copied(
                queue_report,
                {
                    "document_id": f"{FIRST} + n",
                    "reading_id": f"{FIRST} + n",
                    "sha256": _SHA256,
                    "name": "n || '.pdf'",
                    "issuer": _NAME,
                    "report_year": _YEAR,
                    "region": f"{_PLACE} || {_COUNTY} || '/'",
                    "title": f"{_NAME} || ({_YEAR})",
                    "words": f"{_NAME} || chr(10) || n || '.pdf'",
                    "open_cells": waiting,
                    "expected_errors": f"CASE WHEN {_WAITS} THEN n * 31 % 10000 / 5e3 ELSE 0 END",
                },
                f"FROM {numbers}, queue_report o WHERE o.document_id = {document_id}",
            ),
        )
        _run(
            connection,
            f"INSERT INTO queue_cell SELECT {FIRST} + n, 'applications/row/' || k, 0.1"
            f" FROM {numbers}, generate_series(1, 4) AS k WHERE {_WAITS.format(n='n')}",
        )
        changed = {
            "state": f"CASE WHEN o.position < 4 AND {_WAITS} THEN 1 ELSE o.state END",
            "confidence": f"CASE WHEN o.position < 4 AND {_WAITS}"
            " THEN 0.5 + (n * 31 + o.position) % 499 / 1000.0 ELSE o.confidence END",
        }
        for table in ITEMS if whole else ():
            other = {"reading_id": f"{FIRST} + n", **(changed if table is s.cell else {})}
            rows = f"FROM {numbers}, {table.name} o WHERE o.reading_id = {reading_id}"
            _run(connection, _copied(table, other, f"{rows} ORDER BY n, o.position"))


def _copied(table: Table, other: dict[str, str], source: str) -> str:
    columns: Sequence[str] = [column.name for column in table.columns]
    values = [other[c].format(n="n") if c in other else f'o."{c}"' for c in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table.name} ({names}) SELECT {', '.join(values)} {source}"
