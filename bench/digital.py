"""Digital PDFs: gouji beside pdfplumber and camelot, on the same files in one run.

Compared are seconds of the processor: all three work in one thread, and on a machine that does
other things as well the clock tells of those.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from extractors.reading import read_document
from extractors.settings import ReadSettings

from .documents import Document, documents, pages_of, real_report
from .peers import Cells, camel, camel_parts, filled, plumb, plumbed_parts
from .report import Report, Target

SEED, COUNT = 40_001, 30
CAMELOT_COUNT = 8  # camelot takes half a second a page: the first so many
REPEATS = 2  # of each reader on each file; the faster run counts
TO_PDFPLUMBER, TO_CAMELOT = 0.25, 0.07


@dataclass(slots=True)
class Measured:
    """One reader: seconds and right cells of each file."""

    name: str
    run: Callable[[Document], object]
    cells: Callable[[Document], Cells]
    seconds: dict[str, float] = field(default_factory=dict)  # of the processor
    clock: dict[str, float] = field(default_factory=dict)
    right: dict[str, int] = field(default_factory=dict)

    def time(self, document: Document) -> None:
        """Run it once; the fastest run of a file is kept."""
        begun, used = time.perf_counter(), time.process_time()
        self.run(document)
        key, spent = str(document.path), time.process_time() - used
        self.seconds[key] = min(spent, self.seconds.get(key, spent))
        passed = time.perf_counter() - begun
        self.clock[key] = min(passed, self.clock.get(key, passed))

    def mark(self, document: Document) -> None:
        """Count the cells of the truth that it reads right."""
        found = self.cells(document)
        self.right[str(document.path)] = sum(
            found.get(key) == wanted for key, wanted in document.truth.cells.items()
        )

    def total_seconds(self, files: Iterable[str]) -> float:
        return sum(self.seconds[file] for file in files)

    def total_right(self, files: Iterable[str]) -> int:
        return sum(self.right[file] for file in files)


def measure(count: int = COUNT, camelot_count: int = CAMELOT_COUNT) -> Report:
    """Time all readers on each file in turn, then mark what they read."""
    files = documents(SEED, count) + real_report()
    # the last is the published report, if it is there
    few = files[: max(1, camelot_count - 1)] + files[-1:]
    ours = _gouji("gouji", ReadSettings())
    alone = _gouji("gouji, asking no other", ReadSettings(second_reader=False, third_reader=False))
    plumber = Measured(
        "pdfplumber", lambda d: plumb(d.data), lambda d: filled(plumbed_parts(d.data))
    )
    camelot = Measured(
        "camelot lattice", lambda d: camel(d.data), lambda d: filled(camel_parts(d.data))
    )
    for reader in (ours, plumber, camelot):
        reader.run(files[0])  # imports, fonts, caches
    every, all_four = (ours, alone, plumber), (ours, alone, plumber, camelot)
    for _ in range(REPEATS):
        for document in files:
            for reader in all_four if document in few else every:
                reader.time(document)
    for document in files:
        for reader in all_four if document in few else every:
            reader.mark(document)
    return _report(files, few, every, camelot)


def _gouji(name: str, settings: ReadSettings) -> Measured:
    def read(document: Document) -> Cells:
        reading = read_document(document.path.name, document.data, settings)
        return {cell.key: (cell.value, cell.kind) for cell in reading.cells}

    return Measured(name, read, read)


def _report(
    files: Sequence[Document],
    few: Sequence[Document],
    asked: tuple[Measured, Measured, Measured],
    camelot: Measured,
) -> Report:
    ours, _, plumber = asked
    every, some = [str(d.path) for d in files], [str(d.path) for d in few]
    pages = {str(path): n for path, n in pages_of([d.path for d in files]).items()}
    cells = {str(d.path): len(d.truth.cells) for d in files}
    rows = []
    for names, readers in ((every, asked), (some, (ours, camelot))):
        page_count, cell_count = sum(pages[n] for n in names), sum(cells[n] for n in names)
        for reader in readers:
            seconds, right = reader.total_seconds(names), reader.total_right(names)
            rows.append(
                (
                    reader.name,
                    str(len(names)),
                    str(page_count),
                    f"{sum(reader.clock[name] for name in names):.2f}",
                    f"{seconds:.2f}",
                    f"{page_count / seconds:.1f}",
                    f"{ours.total_seconds(names) / seconds:.3f}",
                    f"{right} of {cell_count}",
                    f"{right / cell_count:.2%}",
                )
            )
    right, theirs = ours.total_right(every), plumber.total_right(every)
    right_few, theirs_few = ours.total_right(some), camelot.total_right(some)
    targets = (
        Target(
            "time, gouji / pdfplumber",
            ours.total_seconds(every) / plumber.total_seconds(every),
            TO_PDFPLUMBER,
        ),
        Target(
            "time, gouji / camelot",
            ours.total_seconds(some) / camelot.total_seconds(some),
            TO_CAMELOT,
        ),
        Target("right cells beside pdfplumber", right, theirs, at_least=True),
        Target("right cells beside camelot", right_few, theirs_few, at_least=True),
    )
    worst = sorted(every, key=lambda n: ours.right[n] - cells[n])
    notes = [
        f"gouji misses {cells[n] - ours.right[n]} of {cells[n]} cells in {n.rpartition('/')[2]}"
        for n in worst[:3]
        if ours.right[n] < cells[n]
    ]
    return Report(
        "Digital PDFs: whole documents, in process, warm; the faster of two runs each",
        (
            "reader",
            "files",
            "pages",
            "clock s",
            "processor s",
            "pages/s",
            "gouji/it",
            "right cells",
            "",
        ),
        tuple(rows),
        targets,
        tuple(notes),
    )
