"""Pictures of paper: right numeric cells at each level of damage, as read, before any sums.

python -m bench.scans --level 2 --count 6 -v      one level, every wrong cell
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import get_args

from extractors.reading import read_document
from extractors.scan import stages
from extractors.settings import ReadSettings
from gouji.model import DocumentReading, Kind, Number, ReportCell
from gouji.reports.amounts import parse_amount
from samples.generator.fonts import MissingProgram
from samples.generator.scans.batch import ANY, Scan, make_scans, plan_scan
from samples.generator.scans.containers import BILEVEL
from samples.generator.scans.fonts import FontChoice
from samples.generator.scans.levels import LEVELS, Level

from .documents import made_in
from .report import Report, Target

SEED, COUNT = 80_001, 6  # documents of each level
# Limits are by the clock: a busy machine shall not cost pages here.
PATIENT = ReadSettings(page_seconds=600, document_seconds=3600)
LEAST_RIGHT: dict[Level, float] = {0: 0.9995, 1: 0.999, 2: 0.995, 3: 0.985}
# Ways to be wrong, the worst first.
WRONG = "another number"
INVENTED = "number for none"  # blank, a mark for none, or a cell that is on no page of the file
LOST = "none for a number"
OTHER_NONE = "another kind of none"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file with the value and kind of each cell that it shows."""

    path: Path
    cells: dict[str, tuple[Number | None, Kind]]
    absent: frozenset[str]  # cells of the form that stand on other pages than the file's


@dataclass(frozen=True, slots=True)
class Miss:
    """A cell that was not read right."""

    file: str
    key: str
    kind: str
    wanted: str
    read: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.wanted} read as {self.read}"


@dataclass(slots=True)
class Marks:
    """What was read of one level."""

    files: int = 0
    cells: int = 0
    seconds: float = 0.0  # of the processor
    misses: list[Miss] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)  # seconds

    @property
    def right(self) -> int:
        return max(0, self.cells - len(self.misses))

    def add(self, other: Marks) -> None:
        """Count another's files with one's own."""
        self.files += other.files
        self.cells += other.cells
        self.seconds += other.seconds
        self.misses += other.misses
        self.failures += other.failures
        self.stages += other.stages


def measure(
    levels: Sequence[Level] = LEVELS, count: int = COUNT, seed: int = SEED,
    fonts: FontChoice = "usual", container: str = ANY, verbose: bool = False,
) -> Report:  # fmt: skip
    """Make the scans of each level that are not there yet, read them, and mark what was read."""
    rows: list[tuple[str, ...]] = []
    targets: list[Target] = []
    notes: list[str] = []
    for level in levels:
        marks, faxes = Marks(), Marks()
        for file in scans(level, count, seed, fonts, container):
            one = Marks()
            mark(file, one)
            marks.add(one)
            if is_black_and_white(file.path.name):
                faxes.add(one)
        share = marks.right / marks.cells if marks.cells else 0.0
        rows.append(_row(f"level {level}", marks))
        if 0 < faxes.files < marks.files:  # of some of them the threshold left no strokes to read
            rows.append(_row(f"level {level}, of these black and white", faxes))
        targets.append(
            Target(f"level {level}, right cells", share, LEAST_RIGHT[level], at_least=True)
        )
        notes.extend(f"level {level}: {n} × {text}" for text, n in marks.failures.most_common(5))
        if marks.stages:
            spent = ", ".join(f"{name} {s:.1f}" for name, s in marks.stages.most_common())
            notes.append(f"level {level}, seconds: {spent}")
        if verbose:
            notes.extend(map(str, marks.misses))
    heads = ("scans", "files", "right cells", "", WRONG, INVENTED, LOST, OTHER_NONE, "s a file")
    title = f"Pictures of paper, {fonts} fonts: whole documents, in process"
    return Report(title, heads, tuple(rows), tuple(targets), tuple(notes))


def _row(name: str, marks: Marks) -> tuple[str, ...]:
    kinds = Counter(miss.kind for miss in marks.misses)
    return (
        name, str(marks.files), f"{marks.right} of {marks.cells}",
        f"{marks.right / max(marks.cells, 1):.3%}",
        *(str(kinds[kind]) for kind in (WRONG, INVENTED, LOST, OTHER_NONE)),
        f"{marks.seconds / max(marks.files, 1):.2f}",
    )  # fmt: skip


def is_black_and_white(name: str) -> bool:
    """Whether a scan's file holds pages of one bit a pixel, as faxes do."""
    return any(f"_{container}" in name for container in BILEVEL)


def scans(
    level: Level, count: int, seed: int = SEED, fonts: FontChoice = "usual", container: str = ANY
) -> Iterator[Scanned]:
    """The files of one level, made once.

    A producer whose program is missing is left out, with a line on standard error.
    """
    folder = made_in() / f"scans_{fonts}"
    for number in range(seed, seed + count):
        yield from files_of(plan_scan(number, level, container, fonts=fonts), folder)


def files_of(scan: Scan, folder: Path) -> Iterator[Scanned]:
    """The files of one scan, made where they are not there yet."""
    truths = _truths(folder, scan)
    if not truths:
        try:
            make_scans([scan], folder)
        except MissingProgram as error:
            print(f"without {scan.sample.producer}: {error}", file=sys.stderr)
        truths = _truths(folder, scan)
    yield from map(_scanned, truths)


def _truths(folder: Path, scan: Scan) -> list[Path]:
    return sorted(folder.glob(f"{scan.name}.truth.json")) or sorted(
        folder.glob(f"{scan.name}_page*.truth.json")
    )


def _scanned(truth: Path) -> Scanned:
    facts = json.loads(truth.read_text(encoding="utf-8"), parse_float=Decimal)
    stem = truth.name.removesuffix(".truth.json")
    (path,) = (p for p in truth.parent.glob(f"{stem}.*") if p != truth)
    kinds = {key: Kind(facts["kinds"].get(key, "number")) for key in facts["cells"]}
    absent = frozenset(key for key, kind in kinds.items() if kind is Kind.CELL_NOT_IN_SOURCE)
    cells = {k: (value, kinds[k]) for k, value in facts["cells"].items() if k not in absent}
    return Scanned(path, cells, absent)


def mark(file: Scanned, marks: Marks) -> DocumentReading:
    """Read a file and count what is right and wrong."""
    stages.seconds.clear()
    begun = time.process_time()
    reading = read_document(file.path.name, file.path.read_bytes(), PATIENT)
    marks.seconds += time.process_time() - begun
    marks.stages.update(stages.seconds)
    marks.files += 1
    marks.cells += len(file.cells)
    marks.failures.update(f"{failure.kind}: {failure.message}" for failure in reading.failures)
    marks.misses.extend(misses(file, as_read(reading)))
    return reading


def misses(file: Scanned, found: Mapping[str, tuple[Number | None, Kind]]) -> Iterator[Miss]:
    """The cells that were not found as the file shows them."""
    for key, (value, kind) in file.cells.items():
        read_value, read_kind = found.get(key, (None, Kind.CELL_NOT_IN_SOURCE))
        if (read_value, read_kind) != (value, kind):
            how = _how_wrong(value, read_value)
            read = _said(read_value, read_kind)
            yield Miss(file.path.name, key, how, _said(value, kind), read)
    for key in file.absent:
        value, kind = found.get(key, (None, Kind.CELL_NOT_IN_SOURCE))
        if value is not None:
            yield Miss(file.path.name, key, INVENTED, "-", _said(value, kind))


def as_read(reading: DocumentReading) -> dict[str, tuple[Number | None, Kind]]:
    """The best single reading of every cell, before any sum was heard."""
    return {cell.key: _as_read(cell) for cell in reading.cells}


def _as_read(cell: ReportCell) -> tuple[Number | None, Kind]:
    if cell.as_read is None or cell.kind is Kind.UNREAD:
        return (None, cell.kind)
    amount = parse_amount(cell.as_read, signed=cell.key.endswith("/change"))
    return (amount.value, amount.kind)


def _how_wrong(wanted: Number | None, read: Number | None) -> str:
    if wanted is None:
        return OTHER_NONE if read is None else INVENTED
    return LOST if read is None else WRONG


def _said(value: Number | None, kind: Kind) -> str:
    return str(kind) if value is None else str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; 0 when the targets are met, 1 when one is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.scans",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--level", type=int, choices=LEVELS, action="append", dest="levels")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--fonts", choices=get_args(FontChoice), default="usual")
    parser.add_argument("--container", default=ANY)
    parser.add_argument("-v", "--verbose", action="store_true", help="every wrong cell")
    options = parser.parse_args(arguments)
    report = measure(
        options.levels or LEVELS, options.count, options.seed, options.fonts, options.container,
        options.verbose,
    )  # fmt: skip
    print(report)
    return 0 if report.met else 1


if __name__ == "__main__":
    sys.exit(main())
