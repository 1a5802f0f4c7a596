"""What an inbox costs: a document that takes no time to read, and files that are known already."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path

import flows.reading
from flows.commands.read import Wishes, read_paths
from flows.inbox import InboxSettings
from flows.inbox.local import LocalPlace
from flows.inbox.taking import take_in
from flows.settings import Settings, load_settings
from gouji.store import Store

from .report import Report, Target

KNOWN = 10_000
MOVED = 500
LISTED = 100_000
AGAIN_SECONDS = 60.0
MS_A_DOCUMENT = 15.0


def measure(known: int = KNOWN, moved: int = MOVED, listed: int = LISTED) -> Report:
    """Files that stay and are found again, files that are moved, and a folder that is huge."""
    reader, flows.reading.READER = flows.reading.READER, "bench.flow:quick"
    try:
        with tempfile.TemporaryDirectory(prefix="gouji-bench-") as name:
            folder, settings = Path(name), load_settings(work=Path(name, "work"), workers=2)
            left = _files(folder / "left", known)
            first, first_cpu = _round(left, settings, leave=True)
            before = _state(settings)
            again, again_cpu = _round(left, settings, leave=True)
            changed = _state(settings) != before
            _files(folder / "warm", 4)
            moving = _files(folder / "moving", moved)
            _round(folder / "warm", settings, leave=False)
            gone, gone_cpu = _round(moving, settings, leave=False)
            plain, plain_cpu = _read(_files(folder / "plain", moved), settings)
            huge = _files(folder / "huge", listed)
            begun = time.perf_counter()
            count = sum(1 for _ in LocalPlace(huge, leave=True).files())
            listing = time.perf_counter() - begun
    finally:
        flows.reading.READER = reader
    rows = (
        (f"{known:,} files, left in place", f"{first:.1f}", f"{first_cpu:.1f}"),
        ("the same again", f"{again:.1f}", f"{again_cpu:.1f}"),
        (f"{moved:,} files, moved", f"{gone:.1f}", f"{gone_cpu:.1f}"),
        (f"{moved:,} files with `gouji read`", f"{plain:.1f}", f"{plain_cpu:.1f}"),
        (f"{count:,} files of one folder, listed", f"{listing:.1f}", ""),
    )
    return Report(
        "Taking in an inbox, with a reader that takes no time",
        ("", "seconds", "of this process's CPU"),
        rows,
        (
            Target(f"{known:,} known files again", again, AGAIN_SECONDS, "s"),
            Target("… changed something", float(changed), 0.0),
            Target(
                "CPU of a document more than with `gouji read`",
                1000 * (gone_cpu - plain_cpu) / moved,
                MS_A_DOCUMENT,
                "ms",
            ),
        ),
    )


def _files(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number}.txt").write_text(f"{folder.name} {number}\n")
    return folder


def _round(folder: Path, settings: Settings, *, leave: bool) -> tuple[float, float]:
    wishes = InboxSettings(settle_seconds=0, free_mb=0, leave=leave)
    begun, cpu = time.perf_counter(), time.process_time()
    result = take_in(str(folder), settings, wishes)
    if result.waiting or result.failed:
        raise RuntimeError(f"not all was taken in: {result}")
    return time.perf_counter() - begun, time.process_time() - cpu


def _read(folder: Path, settings: Settings) -> tuple[float, float]:
    begun, cpu = time.perf_counter(), time.process_time()
    with redirect_stdout(sys.stderr):
        read_paths([folder], settings, Wishes())
    return time.perf_counter() - begun, time.process_time() - cpu


def _state(settings: Settings) -> str:
    """Everything the database holds, as a digest."""
    from sqlalchemy import MetaData, select

    digest = hashlib.sha256()
    with Store.open(settings.database, settings.work) as store:
        tables = MetaData()
        tables.reflect(store._engine)
        with store._engine.connect() as connection:
            for table in tables.sorted_tables:
                for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                    digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(measure(*map(int, sys.argv[1:])))
