"""What the Prefect flow costs: 500 documents that take no time, in the flow and without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from extractors.settings import ReadSettings
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
from .report import Report, Target

DOCUMENTS = 500
WARM = 4  # documents of a run before, so that the server has started
LIMIT_MS = 15.0
ENOUGH_SECONDS = 600


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
    with tempfile.TemporaryDirectory(prefix="gouji-bench-") as folder:
        environment = os.environ | {
            "PREFECT_HOME": f"{folder}/prefect",
            "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
        }
        environment.pop("PREFECT_API_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", "bench.flow"],
            cwd=folder,
            env=environment,
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
    return Report(
        f"The flow over {DOCUMENTS} documents, after start-up",
        ("", "seconds", "ms a document"),
        (
            ("gouji read", f"{plain:.2f}", f"{1000 * plain / DOCUMENTS:.1f}"),
            ("gouji flow read", f"{flow:.2f}", f"{1000 * flow / DOCUMENTS:.1f}"),
        ),
        (Target("overhead of the flow", overhead, LIMIT_MS, "ms a document"),),
        (f"start-up with {WARM} documents: {facts['start']:.1f} s",),
    )


def run_both() -> dict[str, float]:
    """Seconds without the flow and with it; runs in the current folder."""
    import flows.reading

    flows.reading.READER = "bench.flow:quick"
    from flows.flow_command import prepare_prefect, run_flow
    from flows.read_command import Wishes, read_paths
    from flows.settings import load_settings
    from flows.sources import find_sources

    prepare_prefect()
    stdout, sys.stdout = sys.stdout, sys.stderr

    def seconds(name: str, count: int, *, in_flow: bool) -> float:
        folder = Path(name)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.txt").write_text(f"{name} {number}\n")
        settings = load_settings(work=Path(f"work-{name}"), workers=2)
        begun = time.perf_counter()
        if in_flow:
            run_flow([name], find_sources([folder]).files, settings)
        else:
            read_paths([folder], settings, Wishes())
        return time.perf_counter() - begun

    start = seconds("warm", WARM, in_flow=True)
    result = {
        "start": start,
        "plain": seconds("plain", DOCUMENTS, in_flow=False),
        "flow": seconds("flow", DOCUMENTS, in_flow=True),
    }
    sys.stdout = stdout
    return result


if __name__ == "__main__":
    print(json.dumps(run_both()))
