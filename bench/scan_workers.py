"""Reading processes with scans: start, memory over many pages, and what a second process brings.

python -m bench.scan_workers --pages 60
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import psutil

from flows.pool.process import Limits
from flows.pool.workers import WorkerPool
from flows.reading import READER
from gouji.model import DocumentReading
from samples.generator.scans.batch import plan_scan
from samples.generator.scans.levels import Level

from .documents import ROOT, made_in
from .report import Report, Target
from .scan_peers import ONE_THREAD, SEED
from .scans import PATIENT, files_of

PAGES, EARLY = 300, 30
LEVELS_READ: tuple[Level, ...] = (0, 1, 2)
SCALED_PAGES, ROUNDS = 12, 3  # pages of one round; the best round of each counts
LEAST_SCALING = 1.8
MOST_MB, MOST_GROWTH, MOST_START = 1200.0, 1.05, 3.0


# A program of its own, so that it imports what a reading process does and no more.
_LIFE = """
import json, os, sys, time
from pathlib import Path
from extractors.reading import read_file
from extractors.scan.reading import installed_scanner
from extractors.settings import ReadSettings
pages, early, paths = int(sys.argv[1]), int(sys.argv[2]), [Path(p) for p in sys.argv[3:]]
settings, facts = ReadSettings(page_seconds=600), {}
installed_scanner(settings)
facts["ready"] = time.process_time()
held = lambda: psutil.Process().memory_info().rss / 2**20
for number in range(1, pages + 1):
    reading = read_file(paths[number % len(paths)], settings)
    assert reading.cells and not reading.failures, reading.failures
    if number == 1:
        facts["start"], now = time.process_time(), time.time()
        import psutil
        facts["start_clock"] = now - psutil.Process().create_time()
    if number == min(early, pages):
        facts["early"] = held()
facts["late"] = held()
status = Path("/proc/self/status").read_text()
facts["peak"] = int(status.partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps(facts))
"""


@dataclass(frozen=True, slots=True)
class Life:
    """What became of one process that read page after page."""

    ready: float  # seconds of the processor until it could begin its first page
    start: float  # the same until its first page was read
    start_clock: float  # that by the clock, since the process was made
    early: float  # MB held after `EARLY` pages
    late: float  # MB held after all
    peak: float  # MB


def measure(pages: int = PAGES) -> Report:
    """All of it, on a few pages that are read again and again."""
    paths = page_files()
    life = life_of(paths, pages)
    one, two = best_seconds(paths)
    growth = life.late / life.early
    rows = (
        ("start to the engine open, s", f"{life.ready:.2f}"),
        ("start to the first page read, s", f"{life.start:.2f}"),
        ("that by the clock, s", f"{life.start_clock:.2f}"),
        (f"held after {EARLY} pages, MB", f"{life.early:.0f}"),
        (f"held after {pages} pages, MB", f"{life.late:.0f}"),
        ("peak, MB", f"{life.peak:.0f}"),
        (f"one process, s for {SCALED_PAGES} pages", f"{one:.2f}"),
        (f"two processes, s for {SCALED_PAGES} pages", f"{two:.2f}"),
    )
    busy = psutil.getloadavg()[0]
    return Report(
        "Reading processes with scans, one thread each",
        ("", ""),
        rows,
        (
            Target("start to the first page read", life.start, MOST_START, "s of the processor"),
            Target("peak of a process", life.peak, MOST_MB, "MB"),
            Target(f"memory after {pages} pages beside {EARLY}", growth, MOST_GROWTH),
            Target("speed of two processes beside one", one / two, LEAST_SCALING, at_least=True),
        ),
        (
            f"processors: {psutil.cpu_count()}; load of the machine: {busy:.1f}"
            " (with more than it has processors, scaling says nothing)",
        ),
    )


def page_files() -> list[Path]:
    """A picture of one page of every level that is read here."""
    folder = made_in() / "scans_peers"
    scans = (plan_scan(SEED + 1, level, "png", producer="reportlab") for level in LEVELS_READ)
    return [next(files_of(scan, folder)).path for scan in scans]


def life_of(paths: Sequence[Path], pages: int) -> Life:
    """Read so many pages in a fresh process.

    Raises:
        RuntimeError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-c", _LIFE, str(pages), str(EARLY), *map(str, paths)],
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError("the reading process failed")
    return Life(**json.loads(done.stdout.splitlines()[-1]))


def best_seconds(paths: Sequence[Path]) -> tuple[float, float]:
    """Seconds of the clock with one process and with two: the best of rounds in turn."""
    files = list(islice(cycle(paths), SCALED_PAGES))
    limits = Limits(page_seconds=600)
    with (
        WorkerPool[DocumentReading](READER, PATIENT, workers=1, limits=limits) as one,
        WorkerPool[DocumentReading](READER, PATIENT, workers=2, limits=limits) as two,
    ):
        for pool in (one, two):  # every process opens its engine
            _seconds(pool, files[: 2 * pool.workers])
        rounds = [(_seconds(one, files), _seconds(two, files)) for _ in range(ROUNDS)]
    return min(first for first, _ in rounds), min(second for _, second in rounds)


def _seconds(pool: WorkerPool[DocumentReading], files: Sequence[Path]) -> float:
    begun = time.perf_counter()
    for outcome in pool.read(files):
        if outcome.failures or outcome.result is None or outcome.result.failures:
            raise RuntimeError(f"{outcome.path.name} was not read: {outcome.failures}")
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when the targets are met, 1 when one is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.scan_workers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pages", type=int, default=PAGES, help="that one process reads")
    report = measure(parser.parse_args(arguments).pages)
    print(report)
    return 0 if report.met else 1


if __name__ == "__main__":
    sys.exit(main())
