"""Peak memory: a report of six pages, and a PDF of 1,000 pages beside one of 100.

Each is read in a process of its own, once by `read_document` and once by `gouji read --json`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .documents import ROOT, documents, long_document, pages_of
from .report import Report, Target

LIMIT_MB = 200.0
GROWTH = 1.3
SHORT, LONG = 100, 1000
REPORT_PAGES = 6

# The peak of this process since it began (ru_maxrss would keep that of the process it was forked
# from), and the largest peak of a process it waited for.
_PEAKS = """
import json, re, resource, sys
own = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1))
below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stderr.write("\\npeaks " + json.dumps([own / 1024, below / 1024]))
"""
_READ = (
    """
import sys
from pathlib import Path
from extractors.reading import read_document
from extractors.settings import ReadSettings
path = Path(sys.argv[1])
reading = read_document(path.name, path.read_bytes(), ReadSettings())
assert not reading.failed, reading.failures
"""
    + _PEAKS
)
_COMMAND = (
    """
import os, sys
from flows.cli import main
out = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
assert main(["read", "--json", "--workers", "1", sys.argv[1]]) == 0
"""
    + _PEAKS
)


@dataclass(frozen=True, slots=True)
class Peak:
    """Peak memory in MB: of the process started, and of the largest that it started."""

    own: float
    below: float

    @property
    def largest(self) -> float:
        return max(self.own, self.below)


def measure() -> Report:
    """Peaks of both ways to read, on a report and on two long documents."""
    report = _report_of(REPORT_PAGES)
    short, long = long_document(SHORT), long_document(LONG)
    rows, targets = [], []
    for name, program in (("read_document", _READ), ("gouji read --json", _COMMAND)):
        peaks = [peak_of(program, [path]) for path in (report, short, long)]
        rows.append(
            (name, *(_shown(peak) for peak in peaks), f"{peaks[2].largest / peaks[1].largest:.2f}")
        )
        targets.append(Target(f"{name}, a report", peaks[0].largest, LIMIT_MB, "MB"))
        targets.append(
            Target(
                f"{name}, {LONG} pages beside {SHORT}", peaks[2].largest / peaks[1].largest, GROWTH
            )
        )
    pages = pages_of([report])[report]
    return Report(
        "Peak memory in MB (with a reading process: the command + the process)",
        ("", f"{pages} pages", f"{SHORT} pages", f"{LONG} pages", "growth"),
        tuple(rows),
        tuple(targets),
    )


def peak_of(program: str, arguments: Sequence[Path]) -> Peak:
    """Run a program text in a fresh Python and ask for its peaks.

    Raises:
        RuntimeError: the program failed.
    """
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    said = done.stderr.rpartition("peaks ")[2]
    if done.returncode or not said.startswith("["):
        raise RuntimeError(f"{arguments}: {done.stderr[-2000:]}")
    own, below = json.loads(said)
    return Peak(own, below)


def _report_of(pages: int) -> Path:
    """A report with so many pages, or the longest there is."""
    found = pages_of([document.path for document in documents(40_001, 30)])
    return min(found, key=lambda path: (abs(found[path] - pages), str(path)))


def _shown(peak: Peak) -> str:
    return f"{peak.own:.0f} + {peak.below:.0f}" if peak.below else f"{peak.own:.0f}"
