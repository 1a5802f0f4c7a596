"""How quick review is: from key to saved in Chromium, and the queue page of a large store.

The queue is filled with made rows: its page reads no other table, however many cells there are.
``BENCH_POSTGRES`` is the URL of an empty database for the larger queue.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from extractors.reading import read_file
from extractors.settings import ReadSettings
from gouji.model import Alternative, CellState
from gouji.store import QueueFilter, QueueOrder, QueueState, Store
from gouji.store.review_schema import queue_cell, queue_report, second_look
from gouji.store.schema import document

from .documents import ROOT
from .report import Report, Target

SAMPLE = ROOT / "samples/digital/t21_plain.pdf"
KEYS = 100  # pressed one after the other, each when the one before is saved
KEY_MS, KEY_SLOW_MS, PAGE_MS = 60.0, 120.0, 200.0
SQLITE_REPORTS, SQLITE_MS = 10_000, 300.0
POSTGRES_REPORTS, POSTGRES_MS = 100_000, 150.0
WAITING = 10  # cells of a report
DRAWN = 20  # one report in so many has a cell for a second look
ROUNDS = 7
PLACES = ("辽宁省/阜新市/", "江苏省/盐城市/", "云南省/普洱市/", "广东省/肇庆市/")

# Runs in the page: presses Enter, and tells how long until the next cell is shown and this one is
# saved, in milliseconds, so many times.
PRESS = """async (count) => {
  const status = document.getElementById('status');
  const times = [];
  for (let number = 0; number < count; number += 1) {
    const saved = Number(status.dataset.saved);
    const start = performance.now();
    document.body.dispatchEvent(
      new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', bubbles: true}));
    while (Number(status.dataset.saved) === saved) await new Promise((go) => {
      new MutationObserver((_, seen) => { seen.disconnect(); go(); })
        .observe(status, {attributes: true, attributeFilter: ['data-saved']});
    });
    await new Promise((go) => requestAnimationFrame(go));
    times.push(performance.now() - start);
  }
  return times;
}"""


def measure() -> Report:
    """Everything that can be measured here, each as milliseconds."""
    rows: list[tuple[str, ...]] = []
    targets: list[Target] = []
    notes: list[str] = []
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with tempfile.TemporaryDirectory(prefix="gouji-bench-") as folder:
        if chromium is None:
            notes.append("Chromium is not installed: no keys were pressed.")
        else:
            times, page_times = _keys(Path(folder) / "keys", chromium)
            rows += [_row("key to saved and next cell shown", times)]
            rows += [_row("report page, to shown", page_times)]
            targets += [
                Target("key to saved, median", statistics.median(times), KEY_MS, "ms"),
                Target("key to saved, 95 %", _slow(times), KEY_SLOW_MS, "ms"),
                Target("report page, median", statistics.median(page_times), PAGE_MS, "ms"),
            ]
        stores: list[tuple[str, str | None, int, float]] = [
            ("SQLite", None, SQLITE_REPORTS, SQLITE_MS)
        ]
        if url := os.environ.get("BENCH_POSTGRES"):
            stores.append(("Postgres", url, POSTGRES_REPORTS, POSTGRES_MS))
        for name, where, reports, limit in stores:
            with Store.open(where, Path(folder) / name) as store:
                _fill(store, reports)
                for what, times in _queue(store):
                    rows.append(_row(f"{name}, {reports:,} reports: {what}", times))
                    if what == "first page":
                        middle = statistics.median(times)
                        targets.append(Target(f"queue page, {name}", middle, limit, "ms"))
    heads = ("review, ms", "median", "95 %", "longest")
    return Report("Review", heads, tuple(rows), tuple(targets), tuple(notes))


def _keys(work: Path, chromium: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each key, and of each time the report page was opened."""
    from playwright.sync_api import sync_playwright

    reading = read_file(SAMPLE, ReadSettings())
    cells = tuple(
        replace(
            cell,
            state=CellState.REVIEW,
            confidence=0.9 - number / 1000,
            alternatives=(Alternative(cell.as_read or "", 0.9), Alternative("7", 0.05)),
        )
        for number, cell in enumerate(reading.cells)
    )
    reading = replace(reading, cells=cells)
    with Store.open(None, work) as store:
        store.save(reading, SAMPLE.read_bytes())
    with _served(work) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        place = f"{url}/report/{reading.source.sha256}"
        opened = []
        for _ in range(ROUNDS):
            page.goto(url)
            page.goto(place)
            opened.append(
                float(
                    page.evaluate(
                        "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
                    )
                )
            )
        page.evaluate(PRESS, 3)
        times = [float(t) for t in page.evaluate(PRESS, KEYS)]
        browser.close()
    return times, opened


@contextmanager
def _served(work: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "flows.cli", "review", "--port", "0", "--work", str(work)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1].rstrip("/")
    finally:
        server.terminate()
        server.wait()


def _queue(store: Store) -> Iterator[tuple[str, list[float]]]:
    """What the queue page asks of the store, timed."""
    queue = store.queue

    def first() -> None:
        queue.page()
        queue.totals()

    after = None
    for _ in range(20):
        after = queue.page(after=after).next or after
    wanted = QueueFilter(template="T21", region="江苏省/", year=2022, search="公安局")
    asked: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("first page", first),
        ("page 21", lambda: queue.page(after=after)),
        ("filtered and searched", lambda: (queue.page(wanted), queue.totals(wanted))),
        ("by broken sums", lambda: queue.page(order=QueueOrder.VIOLATED)),
        ("second looks", lambda: queue.page(QueueFilter(QueueState.SECOND, who="王五"))),
        ("second looks and settlements, counted", lambda: store.second_looks.to_do("王五", False)),
        ("completeness of all places", store.places.by_place_and_year),
        ("completeness of a region", lambda: store.places.by_place_and_year("江苏省/")),
        ("all, by organ", lambda: queue.page(QueueFilter(QueueState.ALL), QueueOrder.ISSUER)),
        ("what there is to filter by", queue.choices),
    )
    for what, ask in asked:
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            ask()
            times.append(1000 * (time.perf_counter() - start))
        yield what, times


def _fill(store: Store, reports: int) -> None:
    now = datetime.now(UTC)
    for start in range(0, reports, 5_000):
        numbers = range(start, min(start + 5_000, reports))
        documents = [
            {"id": n + 1, "sha256": f"{n:064x}", "size": 1, "file": None, "first_seen_at": now}
            for n in numbers
        ]
        cells = [
            {"document_id": n + 1, "key": f"applications/row/{k}", "gain": 0.1}
            for n in numbers
            if n % 4
            for k in range(WAITING)
        ]
        drawn = [
            {
                **dict.fromkeys(second_look.c.keys()),
                "sha256": f"{n:064x}",
                "key": "applications/row/1",
                "state": "waiting",
                "first_who": ("李四", "王五")[n % 2],
                "field": "applications",
                "kind": "number",
            }
            for n in numbers
            if n % DRAWN == 0
        ]
        with store._engine.begin() as connection:
            connection.execute(insert(second_look), drawn)
            connection.execute(insert(document), documents)
            connection.execute(insert(queue_report), [_made(n, now) for n in numbers])
            connection.execute(insert(queue_cell), cells)
    if store.url.get_backend_name() == "postgresql":
        with store._engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE queue_report")
            connection.exec_driver_sql("ANALYZE second_look")


def _made(number: int, now: datetime) -> dict[str, Any]:
    issuer = f"{'某市某县'}{number // 5}号{('公安局', '财政局', '人民政府')[number % 3]}"
    waiting = WAITING if number % 4 else 0
    return {
        "document_id": number + 1,
        "reading_id": number + 1,
        "version": 0,
        "sha256": f"{number:064x}",
        "name": f"{number}.pdf",
        "media_type": "application/pdf",
        "template": ("T21", "T19")[number % 2],
        "title": f"{issuer}2023年政府信息公开工作年度报告",
        "issuer": issuer,
        "region": f"{PLACES[number % 4]}某县/",
        "organ_type": ("dept", "county_gov")[number % 2],
        "report_year": 2019 + number % 6,
        "words": f"{issuer}\n{issuer}2023年政府信息公开工作年度报告\n{number}.pdf",
        "cells": 200,
        "open_cells": waiting,
        "decided_cells": 0,
        "expected_errors": waiting * (number * 7919 % 1000) / 10_000,
        "violated": number % 9 // 8,
        "findings": 0,
        "settled": [],
        "changed_at": now,
    }


def _row(name: str, times: Sequence[float]) -> tuple[str, ...]:
    numbers = (statistics.median(times), _slow(times), max(times))
    return (name, *(f"{number:.1f}" for number in numbers))


def _slow(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(0.95 * len(times)))]
