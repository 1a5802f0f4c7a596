"""Other readers on the same scans: PaddleOCR, img2table with RapidOCR, camelot. One thread each.

python -m bench.scan_peers --level 2 --count 1

PaddleOCR knows no tables: its texts are put into the true boxes of the cells, which favours it.
img2table's tables go through gouji's own form filler. What is timed of it and of PaddleOCR begins
with the rendered page in memory; ours begins with the bytes of the file and ends with the sums.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from extractors.scan import stages
from samples.generator.scans.levels import LEVELS, Level

from .documents import ROOT
from .report import Report, Target
from .scan_readers import OURS, PADDLE, READERS, pictured
from .scans import misses

SEED, COUNT = 95_001, 2  # files of each level
MOST_OF_PADDLE = 0.35
# Read by the libraries when they are imported, so they are set for a process of its own.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ENOUGH_SECONDS = 7200


@dataclass(slots=True)
class Facts:
    """What was measured; passes between processes as JSON."""

    pages: dict[str, int]  # by level
    cells: dict[str, int]
    # by reader and level: right cells, seconds of the processor
    tallies: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)  # of ours, seconds

    def seconds(self, reader: str) -> float:
        """Of one reader on all levels."""
        return sum(seconds for _, seconds in self.tallies[reader].values())


def measure(levels: Sequence[Level] = LEVELS, count: int = COUNT, seed: int = SEED) -> Report:
    """Run all readers in a process of their own, which has one thread."""
    arguments = [f"--level={level}" for level in levels]
    done = subprocess.run(
        [sys.executable, "-m", "bench.scan_peers", "--facts", *arguments,
         f"--count={count}", f"--seed={seed}"],
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=ENOUGH_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError("the readers did not run")
    return report_of(Facts(**json.loads(done.stdout.strip().splitlines()[-1])))


def report_of(facts: Facts) -> Report:
    """Right cells by level, times, and what ours spends them on."""
    paddle, pages = facts.seconds(PADDLE), sum(facts.pages.values())
    rows = []
    for reader, tallies in facts.tallies.items():
        seconds = facts.seconds(reader)
        shares = [f"{tallies[level][0] / cells:.2%}" for level, cells in facts.cells.items()]
        speed = f"{pages / seconds:.2f}" if seconds > pages / 100 else ""
        rows.append((reader, *shares, f"{seconds / pages:.2f}", speed, f"{seconds / paddle:.3f}"))
    ours = facts.seconds(OURS)
    networks = {name: facts.stages.pop(name, 0.0) for name in stages.NETWORKS}
    spent = [f"{name} {facts.stages.get(name, 0.0) / pages:.3f}" for name in stages.STAGES]
    rest = ours - sum(facts.stages.values())
    within = [f"{name} {seconds / pages:.3f}" for name, seconds in networks.items()]
    counted = ", ".join(
        f"level {level}: {facts.pages[level]} pages, {facts.cells[level]} cells"
        for level in facts.cells
    )
    return Report(
        "Scans beside other readers: right cells by level, seconds of one processor",
        (
            "reader", *(f"level {level}" for level in facts.cells),
            "s a page", "pages a second", "time / PaddleOCR",
        ),
        tuple(rows),
        (Target("time of gouji / PaddleOCR", ours / paddle, MOST_OF_PADDLE),),
        (
            counted,
            "PaddleOCR: the same weights on ONNX Runtime, its defaults, without turning and"
            " flattening of pages; its texts laid into the true cells",
            "camelot (lattice) needs a text layer, which scans do not have",
            f"ours, seconds a page: {', '.join(spent)}, rest {rest / pages:.3f}",
            f"of these the networks: {', '.join(within)}",
            f"share of the recogniser: {networks[stages.RECOGNISER] / ours:.1%}",
        ),
    )  # fmt: skip


def compare(levels: Sequence[Level], count: int, seed: int) -> Facts:
    """Read every scan with every reader, one after the other; each is warm before it is timed."""
    files = {level: list(pictured(level, count, seed)) for level in levels}
    facts = Facts({str(level): 0 for level in levels}, {str(level): 0 for level in levels})
    for reader in READERS.values():
        reader(next(file for scans in files.values() for file in scans))
    stages.seconds.clear()
    for level, file in ((str(number), file) for number in levels for file in files[number]):
        facts.pages[level] += len(file.pages)
        facts.cells[level] += len(file.scanned.cells)
        for name, reader in READERS.items():
            begun = time.process_time()
            found = reader(file)
            seconds = time.process_time() - begun
            tally = facts.tallies.setdefault(name, {}).setdefault(level, [0, 0.0])
            wrong = len(list(misses(file.scanned, found())))
            tally[0] += max(0, len(file.scanned.cells) - wrong)
            tally[1] += seconds
            print(
                f"{file.scanned.path.name}: {name}: {wrong} wrong, {seconds:.1f} s", file=sys.stderr
            )
    facts.stages = dict(stages.seconds)
    return facts


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when the target is met, 1 when it is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.scan_peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--level", type=int, choices=LEVELS, action="append", dest="levels")
    parser.add_argument("--count", type=int, default=COUNT, help="files of each level")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--facts", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    levels = options.levels or LEVELS
    if options.facts:
        facts = compare(levels, options.count, options.seed)
        print(json.dumps(asdict(facts)))
        return 0
    report = measure(levels, options.count, options.seed)
    print(report)
    return 0 if report.met else 1


if __name__ == "__main__":
    sys.exit(main())
