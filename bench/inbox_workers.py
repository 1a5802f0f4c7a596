"""Two workers on one inbox beside one: processes of their own, one Postgres, scanned pages.

python -m bench.inbox_workers --pages 12
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from .documents import ROOT
from .postgres import running_postgres
from .report import Report, Target
from .scan_peers import ONE_THREAD

PAGES = 24
LEAST = 1.8
PHOTO = ROOT / "samples/scans/t21_photo_page2.jpg"


@dataclass(frozen=True, slots=True)
class Spent:
    """What workers took for an inbox."""

    clock: float  # seconds
    processor: float
    documents: int
    readings: int


def measure(pages: int = PAGES) -> Report:
    """Read the same number of pages with one worker and with two, each with one process."""
    with running_postgres(databases=("one", "two")) as urls:
        one, two = (_read(url, workers, pages) for url, workers in zip(urls, (1, 2), strict=True))
    # Where processors are shared with others, the clock says nothing; if two workers need no more
    # of the processor than one, and neither waits for the other, they are twice as fast.
    possible = 2 * one.processor / two.processor
    rows = tuple(
        (name, f"{s.clock:.1f}", f"{s.processor:.1f}", f"{s.documents:,}", f"{s.readings:,}")
        for name, s in (("one worker", one), ("two workers", two))
    )
    return Report(
        f"Workers on one inbox of {pages} scanned pages, one Postgres",
        ("", "seconds", "of the processor", "documents", "readings"),
        rows,
        (
            Target("speed of two workers beside one", one.clock / two.clock, LEAST, at_least=True),
            Target("the same by what the processor did", possible, LEAST, at_least=True),
            Target("documents read twice", two.readings - two.documents, 0),
        ),
        (f"processors: {psutil.cpu_count()}; load of the machine: {psutil.getloadavg()[0]:.1f}",),
    )


def _read(url: str, workers: int, pages: int) -> Spent:
    with tempfile.TemporaryDirectory(prefix="gouji-bench-") as folder:
        inbox = Path(folder) / "inbox"
        inbox.mkdir()
        photo = PHOTO.read_bytes()
        for number in range(pages):
            (inbox / f"{number:03d}.jpg").write_bytes(photo + str(number).encode())
        environment = os.environ | ONE_THREAD | {
            "GOUJI_DATABASE": url,
            "GOUJI_WORKERS": "1",
            "GOUJI_PAGE_SECONDS": "600",
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        words = [sys.executable, "-m", "flows.cli", "inbox", str(inbox), "--settle", "0s"]
        begun, spent = time.perf_counter(), _children()
        started = [
            subprocess.Popen([*words, "--work", f"{folder}/work-{n}"], env=environment, cwd=folder)
            for n in range(workers)
        ]
        ended = [process.wait() for process in started]
        if any(ended):
            raise RuntimeError("a worker did not end well")
        clock, spent = time.perf_counter() - begun, _children() - spent
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM reading)"
        ).fetchone()
    assert row is not None
    return Spent(clock, spent, *row)


def _children() -> float:
    """Seconds of the processor of processes that were started and have ended."""
    return sum(os.times()[2:4])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=PAGES)
    report = measure(parser.parse_args(arguments).pages)
    print(report)
    return 0 if report.met else 1


if __name__ == "__main__":
    sys.exit(main())
