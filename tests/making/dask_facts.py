"""Runs the flow on a Dask cluster of processes and prints what happened; test_dask.py asks."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import zipfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from flows.commands.flow import run_flow
from flows.pool.archives import open_sources
from flows.runs.server import PrefectServer, free_port
from flows.settings import load_settings
from flows.sources import find_sources
from gouji.store import Store

DOCUMENTS = 24


def kill_a_worker_once_it_reads(database: str, work: Path, killed: list[int]) -> None:
    """`kill -9` of the first Dask worker found, when some documents are stored."""
    with Store.open(database, work) as store:
        while store.count() < 3:
            time.sleep(0.05)
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            # A worker is the one whose child reads; its nanny starts another in its place.
            if any("gouji" in "".join(c.cmdline()) or c.children() for c in child.children()):
                continue
            parent = child.parent()
            if parent is not None and parent.pid != os.getpid() and not killed:
                killed.append(parent.pid)
                os.kill(parent.pid, signal.SIGKILL)


def main(database: str, samples: Path) -> dict[str, Any]:
    folder = Path("in")
    folder.mkdir()
    originals = sorted(samples.glob("*.pdf"))
    for number in range(DOCUMENTS):
        data = originals[number % len(originals)].read_bytes()
        (folder / f"{number:02d}.pdf").write_bytes(data + f"\n% {number}\n".encode())
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("一.txt", "政府信息公开工作年度报告 2023")
    settings = load_settings(work=Path("work"), workers=2, dask="local", database=database)
    killed: list[int] = []
    watch = threading.Thread(
        target=kill_a_worker_once_it_reads, args=(database, Path("work"), killed), daemon=True
    )
    Store.open(database, Path("work")).close()
    watch.start()
    with open_sources([folder], settings.reading()) as sources:
        result = run_flow([str(folder)], sources.files, settings)
    watch.join(10)
    again = run_flow([str(folder)], find_sources([folder / "00.pdf"]).files, settings)
    with Store.open(database, Path("work")) as store:
        names = Counter(stored.reading.source.name for stored in store.readings(whole=False))
        seconds = store.costs.totals()
        runs = [run.documents_read for run in store.runs.newest()]
    return {
        "documents": result.tally.documents,
        "failed": result.tally.failed,
        "stored": sum(names.values()),
        "twice": [name for name, count in names.items() if count > 1],
        "tasks": result.tasks,
        "killed": len(killed),
        "again": [again.tally.known, again.tally.documents],
        "stages": sorted(seconds),
        "runs": runs,
        "lines": len(result.lines),
    }


if __name__ == "__main__":
    with PrefectServer(free_port()) as server:
        os.environ["PREFECT_API_URL"] = server.api_url
        facts = main(sys.argv[1], Path(sys.argv[2]))
    print(json.dumps(facts))
