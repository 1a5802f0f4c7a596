"""What the Prefect flow costs: 500 documents that take no time, and scans, in it and without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import count
from math import inf
from pathlib import Path

from extractors.settings import ReadSettings
from flows.commands.flow import PREFECT
from gouji import __version__
from gouji.model import (
    CellState,
    DocumentReading,
    Kind,
    MediaType,
    Pipeline,
    ReportCell,
    ReportInfo,
    SourceFile,
    SourceInfo,
)

from .documents import ROOT
from .postgres import running_postgres
from .report import Report, Target

DOCUMENTS = 500
WARM = 4  # documents of a run before, so that the server has started
SCANS = 8  # pages
ROUNDS = 2
LIMIT_MS, LIMIT_SCANS = 15.0, 1.05
ENOUGH_SECONDS = 1_800


def quick(path: Path, settings: ReadSettings, **_: object) -> DocumentReading:
    """Read nothing, at once; what is left is the cost of everything around."""
    source = SourceFile.of(path.name, path.read_bytes(), MediaType.TEXT)
    cell = ReportCell(
        "applications/requests_received/total", 1, Kind.NUMBER, "件", "1", 1, 0.99,
        CellState.ACCEPTED,
    )  # fmt: skip
    return DocumentReading(
        SourceInfo(source.name, source.sha256, source.media_type, 1),
        Pipeline(__version__, settings.digest),
        ReportInfo("T21"),
        cells=(cell,),
    )


def measure() -> Report:
    """Run both in a process of its own: Prefect rearranges logging and environment."""
    from flows.runs.server import PrefectServer, free_port

    with (
        tempfile.TemporaryDirectory(prefix="gouji-bench-") as folder,
        running_postgres(databases=("prefect",)) as (url,),
    ):
        environment = os.environ | {
            "PREFECT_HOME": f"{folder}/prefect",
            "PREFECT_API_DATABASE_CONNECTION_URL": url.replace(
                "postgresql://", "postgresql+asyncpg://"
            ),
            "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
            "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
            "NO_PROXY": "127.0.0.1",
        }
        with PrefectServer(free_port(), environment | PREFECT) as server:
            done = subprocess.run(
                [sys.executable, "-m", "bench.flow"],
                cwd=folder,
                env=environment | {"PREFECT_API_URL": server.api_url},
                capture_output=True,
                text=True,
                check=False,
                timeout=ENOUGH_SECONDS,
            )
    if done.returncode:
        raise RuntimeError(f"the flow did not run: {done.stderr[-2000:]}")
    facts = json.loads(done.stdout.strip().splitlines()[-1])
    plain, flow = facts["plain"], facts["flow"]
    overhead = 1000 * (flow - plain) / DOCUMENTS
    scans, in_flow = facts["scans_plain"], facts["scans_flow"]
    return Report(
        "The flow beside plain reading, with a Prefect server on Postgres",
        ("", "seconds", "ms a document", "processor, ms"),
        (
            _row(f"{DOCUMENTS} digital documents, gouji read", plain, facts["plain_cpu"]),
            _row(f"{DOCUMENTS} digital documents, flow", flow, facts["flow_cpu"]),
            _row(f"{SCANS} scanned pages, gouji read", scans, facts["scans_plain_cpu"], SCANS),
            _row(f"{SCANS} scanned pages, flow", in_flow, facts["scans_flow_cpu"], SCANS),
        ),
        (
            Target("overhead of the flow", overhead, LIMIT_MS, "ms a digital document"),
            Target("flow beside plain reading of scans", in_flow / scans, LIMIT_SCANS),
        ),
        (
            f"first run, of {WARM} documents: {facts['start']:.1f} s",
            f"the best of {ROUNDS} rounds each; load of the machine: {os.getloadavg()[0]:.1f}",
        ),
    )


def _row(name: str, seconds: float, spent: float, count: int = DOCUMENTS) -> tuple[str, ...]:
    each, processor = 1000 * seconds / count, 1000 * spent / count
    return name, f"{seconds:.2f}", f"{each:.1f}", f"{processor:.1f}"


def run_both() -> dict[str, float]:
    """Seconds without the flow and with it; runs in the current folder."""
    import flows.reading
    from flows.commands.flow import prepare_prefect, run_flow
    from flows.commands.read import Wishes, read_paths
    from flows.settings import load_settings
    from flows.sources import find_sources

    prepare_prefect()
    stdout, sys.stdout = sys.stdout, sys.stderr
    real = flows.reading.READER
    names = count()

    def seconds(folder: Path, *, in_flow: bool) -> tuple[float, float]:
        settings = load_settings(
            work=Path(f"work-{next(names)}"), workers=2, page_seconds=600, document_seconds=900
        )
        begun, spent = time.perf_counter(), processor()
        if in_flow:
            run_flow([folder.name], find_sources([folder]).files, settings)
        else:
            read_paths([folder], settings, Wishes())
        return time.perf_counter() - begun, processor() - spent

    facts = {}
    flows.reading.READER = "bench.flow:quick"
    facts["start"], _ = seconds(_texts("warm", WARM), in_flow=True)
    for name, folder in (("", _texts("many", DOCUMENTS)), ("scans_", _scans("scans", SCANS))):
        if name:
            flows.reading.READER = real
        for _ in range(ROUNDS):
            for kind in ("plain", "flow"):
                found = seconds(folder, in_flow=kind == "flow")
                key = f"{name}{kind}"
                if found[0] < facts.get(key, inf):
                    facts[key], facts[f"{key}_cpu"] = found
    sys.stdout = stdout
    return facts


def processor() -> float:
    """Seconds of the processor of this process and of those it started that have ended."""
    return sum(os.times()[:4])


def _texts(name: str, number: int) -> Path:
    folder = Path(name)
    folder.mkdir()
    for one in range(number):
        (folder / f"{one}.txt").write_text(f"{name} {one}\n")
    return folder


def _scans(name: str, number: int) -> Path:
    """Photos of one page, of different content for the store."""
    folder, photo = Path(name), (ROOT / "samples/scans/t21_photo_page2.jpg").read_bytes()
    folder.mkdir()
    for one in range(number):
        (folder / f"{one}.jpg").write_bytes(photo + str(one).encode())
    return folder


if __name__ == "__main__":
    print(json.dumps(run_both()))
