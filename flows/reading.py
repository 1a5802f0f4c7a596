"""Files through the pool to readings, and what a run of them adds up to."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from extractors.settings import ReadSettings
from gouji import __version__
from gouji.model import (
    CellState,
    DocumentReading,
    Failure,
    MediaType,
    Pipeline,
    RelationStatus,
    SourceInfo,
)

from .pool.converting import Converter, when_ready
from .pool.workers import Outcome, WorkerPool
from .settings import Settings
from .sources import Found, document_name

READER = "extractors.reading:read_file"
CLOCK = "extractors.scan.stages:taken"


class DocumentPool(WorkerPool[DocumentReading]):
    """Processes that read documents, and the converter of those that LibreOffice reads for us."""

    def __init__(self, settings: Settings, workers: int, *, quiet: bool = True) -> None:
        self.converter = Converter()
        reading = replace(settings.reading(), office_folder=self.converter.folder)
        limits = settings.limits()
        super().__init__(READER, reading, workers=workers, limits=limits, quiet=quiet, clock=CLOCK)

    def close(self) -> None:
        """End every process, and remove what was converted."""
        super().close()
        self.converter.close()


def open_pool(settings: Settings, *, files: int | None = None, quiet: bool = True) -> DocumentPool:
    """Processes for the settings, never more than there are files."""
    workers = settings.workers if files is None else max(1, min(settings.workers, files))
    return DocumentPool(settings, workers, quiet=quiet)


def read_sources(
    files: Iterable[Found],
    pool: DocumentPool,
    settings: ReadSettings,
    *,
    in_order: bool = True,
) -> Iterator[tuple[Found, DocumentReading]]:
    """Read the files; every one gives a reading, if only one that says why there is none.

    Raises:
        GoujiError: no document can be read, because the installation is at fault.
    """
    asked: list[Found] = []
    absent: deque[tuple[int, Found]] = deque()  # with the number of files asked for before

    def paths() -> Iterator[Path]:
        for found in when_ready(files, pool.converter, in_order=in_order):
            if found.problem is None:
                asked.append(found)
                yield found.path
            else:
                absent.append((len(asked), found))

    for count, outcome in enumerate(pool.read(paths(), in_order=in_order)):
        while absent and absent[0][0] <= count:
            yield _without_file(absent.popleft()[1], settings)
        found = asked[outcome.number]
        yield found, as_reading(outcome, settings, found.name)
        pool.converter.drop(found.path)
        found.drop()
    for _, found in absent:
        yield _without_file(found, settings)


def as_reading(
    outcome: Outcome[DocumentReading], settings: ReadSettings, name: str | None = None
) -> DocumentReading:
    """The reading with the failures that only the pool could see, under a name fit to print."""
    name = document_name(outcome.path) if name is None else name
    reading = outcome.result
    if reading is None:
        return failed_reading(name, _sha256(outcome.path), settings, *outcome.failures)
    failures = reading.failures
    if outcome.failures:
        both = (*failures, *outcome.failures)
        failures = tuple(sorted(both, key=lambda f: (f.page is None, f.page or 0)))
    return replace(reading, source=replace(reading.source, name=name), failures=failures)


def failed_reading(
    name: str, sha256: str, settings: ReadSettings, *failures: Failure
) -> DocumentReading:
    """The reading of a document that could not be read."""
    return DocumentReading(
        SourceInfo(name, sha256, MediaType.UNKNOWN, 0),
        Pipeline(__version__, settings.digest),
        failures=failures,
    )


def _without_file(found: Found, settings: ReadSettings) -> tuple[Found, DocumentReading]:
    failure = Failure(None, "open", found.kind, found.problem or "no such file")
    return found, failed_reading(found.name, "", settings, failure)


def _sha256(path: Path) -> str:
    """The digest of a file that could not be read as a document; empty where there is no file."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


@dataclass(slots=True)
class Tally:
    """What a run of readings adds up to."""

    documents: int = 0
    failed: int = 0
    known: int = 0  # read before, and not again
    lacking: int = 0  # those for which a program or the OCR engine is not installed
    reports: int = 0
    pages: int = 0
    cells: int = 0
    doubtful: int = 0
    relations: int = 0  # that could be tested
    violated: int = 0

    def add(self, reading: DocumentReading) -> None:
        self.documents += 1
        self.failed += reading.failed
        self.lacking += reading.lacks_program or reading.lacks_engine
        self.reports += reading.report is not None
        self.pages += reading.source.pages
        self.cells += len(reading.cells)
        self.doubtful += doubtful(reading)
        tested = [r.status for r in reading.relations if r.status is not RelationStatus.UNTESTABLE]
        self.relations += len(tested)
        self.violated += tested.count(RelationStatus.VIOLATED)

    @property
    def exit_status(self) -> int:
        """0, 1 where documents failed, 3 where they, or pages, did for want of a program."""
        return 3 if self.lacking else 1 if self.failed else 0

    def merge(self, other: Tally) -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def doubtful(reading: DocumentReading) -> int:
    """Cells that somebody should look at."""
    return sum(cell.state is CellState.REVIEW for cell in reading.cells)


def violated(reading: DocumentReading) -> int:
    """Relations of the form that the numbers break."""
    return sum(r.status is RelationStatus.VIOLATED for r in reading.relations)
