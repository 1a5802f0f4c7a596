"""What a large store costs: a million documents' records in Postgres, and what is asked of them.

python -m bench.scale --documents 1000000 --whole 200000     its own Postgres, which it ends
BENCH_POSTGRES=postgresql://… python -m bench.scale --asked  only the questions, of that store
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import psutil

from flows.commands.check import CheckWishes, findings
from flows.commands.export import reviewed_readings
from gouji.model import DocumentReading
from gouji.store import QueueFilter, QueueOrder, QueueState, ReadingFilter, Store
from gouji.store.export import export_as

from .postgres import running_postgres
from .report import Report, Target
from .scale_filling import FIRST, ORGANS, PLACES, Filled, fill, originals

DOCUMENTS, WHOLE = 100_000, 20_000
ROUNDS = 10
EXPORTED = 400  # reports of a timed export
PAGE_MS = 150.0  # the queue's first page


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the milliseconds until it was answered."""

    what: str
    first: float  # the first time, by the clock
    clock: float  # afterwards, on average
    processor: float  # of ours and the database's: what it takes where nothing else runs

    def row(self) -> tuple[str, ...]:
        return self.what, *(f"{ms:,.1f}" for ms in (self.first, self.clock, self.processor))


def measure(documents: int = DOCUMENTS, whole: int = WHOLE) -> Report:
    """Fill a store of our own, then ask it everything."""
    with running_postgres() as (url,), tempfile.TemporaryDirectory() as work:
        with Store.open(url, Path(work)) as store:
            filled = fill(store, documents, whole, _tell)
            asked = list(ask(store, documents, whole, Path(work)))
            sizes = table_sizes(store)
        return _report(filled, asked, sizes)


def ask(store: Store, documents: int, whole: int, work: Path) -> Iterator[Asked]:
    """What the queue page, an export, a check and a run ask of the store, timed."""
    yield from _queue(store)
    yield from _one_document(store, documents, whole, work)
    yield _timed("gouji status: everything counted", store.totals, rounds=2)
    yield _timed("gouji status: the queue", lambda: store.queue.totals(QueueFilter()))
    yield from _export(store, work)
    yield from _across(store)


def _queue(store: Store) -> Iterator[Asked]:
    queue = store.queue
    after = None
    for _ in range(20):
        after = queue.page(after=after).next or after
    narrow = QueueFilter(template="T21", region=PLACES[1], year=2022, search="公安局")
    issuer = f"{PLACES[1].split('/')[1]}某1县{ORGANS[0]}"
    yield _timed("queue: first page", queue.page)
    yield _timed("queue: its totals", queue.totals)
    yield _timed("queue: page 21", lambda: queue.page(after=after))
    yield _timed("queue: filtered and searched, page", lambda: queue.page(narrow))
    yield _timed("queue: filtered and searched, totals", lambda: queue.totals(narrow))
    yield _timed("queue: searched for a word that is rare", lambda: queue.page(
        QueueFilter(QueueState.ALL, search="某77县教育局")))  # fmt: skip
    yield _timed("queue: newest year first", lambda: queue.page(order=QueueOrder.YEAR))
    yield _timed("queue: by broken sums", lambda: queue.page(order=QueueOrder.VIOLATED))
    yield _timed("queue: last changed first", lambda: queue.page(order=QueueOrder.CHANGED))
    yield _timed("queue: all, by organ", lambda: queue.page(
        QueueFilter(QueueState.ALL), QueueOrder.ISSUER))  # fmt: skip
    yield _timed("queue: what there is to filter by", queue.choices, rounds=2)
    yield _timed("figures: places and years", store.places.by_place_and_year, rounds=2)
    yield _timed("figures: the years of one organ", lambda: store.places.of_issuer(issuer))


def _one_document(store: Store, documents: int, whole: int, work: Path) -> Iterator[Asked]:
    _, reading = originals()[0]
    middle = FIRST + whole // 2
    stored = store.load_reading(middle)
    assert stored is not None
    sums = [
        (r.sha256, reading.pipeline.version, reading.pipeline.settings_digest)
        for r in store.queue.page(QueueFilter(QueueState.ALL), most=100).reports
    ]
    fresh = (_as_new(reading, number) for number in range(10_000))
    yield _timed("a reading saved", lambda: store.save(next(fresh)), rounds=50)
    yield _timed("a reading loaded whole", lambda: store.load_reading(middle), rounds=20)
    yield _timed("100 documents: are they known", lambda: store.known(sums), rounds=20)
    count = ReadingFilter(year=2021)
    yield _timed("readings of a year counted", lambda: store.count(count), rounds=2)


def _as_new(reading: DocumentReading, number: int) -> DocumentReading:
    source = replace(reading.source, sha256=f"{time.time_ns():032x}{number:032x}")
    return replace(reading, source=source)


def _export(store: Store, work: Path) -> Iterator[Asked]:
    def some() -> Iterator[DocumentReading]:
        return islice(reviewed_readings(store), EXPORTED)

    formats = ("csv", "jsonl", "parquet", "xlsx")
    yield _timed(
        f"{EXPORTED:,} reports loaded for export", lambda: sum(1 for _ in some()), rounds=0
    )
    yield _timed(
        f"{EXPORTED:,} reports exported in four formats",
        lambda: export_as(some(), formats, work / "out"),
        rounds=0,
    )


def _across(store: Store) -> Iterator[Asked]:
    def across(issuer: str | None) -> Counter[str]:
        counts: Counter[str] = Counter()
        for _ in findings(store, CheckWishes(across=True, issuer=issuer), counts):
            pass
        return counts

    heads = _timed("check --across: heads of all reports", store.report_heads, rounds=0)
    yield heads
    yield _timed(
        "check --across --issuer, one organ", lambda: across(f"某3县{ORGANS[2]}"), rounds=0
    )
    yield _timed("check --across, all organs", lambda: across(None), rounds=0)


def _timed(what: str, ask: Callable[[], Any], rounds: int = ROUNDS) -> Asked:
    """Ask once for the answer, then some more times; without those the first time is told."""
    servers = [p for p in psutil.process_iter(["name"]) if _is_ours(p)]
    before, begun = _processor(servers), time.perf_counter()
    ask()
    first = clock = time.perf_counter() - begun
    if rounds:
        before, begun = _processor(servers), time.perf_counter()
        for _ in range(rounds):
            ask()
        clock = (time.perf_counter() - begun) / rounds
    spent = (_processor(servers) - before) / max(1, rounds)
    found = Asked(what, 1000 * first, 1000 * clock, 1000 * spent)
    print("  ".join(found.row()), file=sys.stderr, flush=True)
    return found


def _is_ours(process: psutil.Process) -> bool:
    """Whether it is a server process of a Postgres that a client named gouji is connected to."""
    try:
        return process.name() == "postgres" and ": gouji gouji" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def _processor(servers: Sequence[psutil.Process]) -> float:
    """Seconds of the processor that we and those that answer have used by now."""
    spent = time.process_time()
    for server in servers:
        with suppress(psutil.Error):
            spent += sum(server.cpu_times()[:2])
    return spent


def table_sizes(store: Store) -> list[tuple[str, int, int, int]]:
    """Table, bytes, bytes of its indexes, rows; the largest first."""
    statement = (
        "SELECT relname, pg_table_size(oid), pg_indexes_size(oid), reltuples::bigint FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " ORDER BY pg_total_relation_size(oid) DESC LIMIT 12"
    )
    with store._engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def _report(
    filled: Filled | None, asked: Sequence[Asked], sizes: Sequence[tuple[str, int, int, int]]
) -> Report:
    notes = [
        f"{name}: {rows:,} rows, {size / 2**20:,.0f} MB, indexes {indexes / 2**20:,.0f} MB"
        for name, size, indexes, rows in sizes
    ]
    if filled is not None:
        notes.insert(0, (
            f"{filled.documents:,} documents, {filled.whole:,} of them with cells:"
            f" {filled.bytes / 2**30:.1f} GB, filled in {filled.seconds:,.0f} s"
        ))  # fmt: skip
    first = next(a for a in asked if a.what == "queue: first page")
    target = Target("queue, first page", first.processor, PAGE_MS, "ms of the processor")
    heads = ("ms", "first", "then", "of the processor")
    return Report(
        "A large store in Postgres", heads, tuple(a.row() for a in asked), (target,), tuple(notes)
    )


def _tell(done: int) -> None:
    if done % 50_000 == 0:
        print(f"{done:,} documents", file=sys.stderr, flush=True)


@contextmanager
def _named() -> Iterator[Store]:
    with (
        tempfile.TemporaryDirectory() as work,
        Store.open(os.environ["BENCH_POSTGRES"], Path(work)) as store,
    ):
        yield store


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill and ask, or only ask."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--whole", type=int, help="so many with cells; by default all")
    parser.add_argument("--asked", action="store_true", help="only ask, of BENCH_POSTGRES")
    options = parser.parse_args(arguments)
    whole = options.documents if options.whole is None else options.whole
    if options.asked:
        with _named() as store, tempfile.TemporaryDirectory() as work:
            asked = list(ask(store, options.documents, whole, Path(work)))
            report = _report(None, asked, table_sizes(store))
    else:
        report = measure(options.documents, whole)
    print(report)
    return 0 if report.met else 1


if __name__ == "__main__":
    sys.exit(main())
