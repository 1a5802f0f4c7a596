"""`gouji show`: what was read, drawn onto the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from extractors.settings import ReadSettings
from gouji.model import DocumentReading

from .output import printable
from .pool import Outcome, WorkerPool
from .reading import READER, as_reading
from .settings import Settings
from .summary import failure_line
from .terminal import console
from .worker import load

DRAWER = "extractors.picture:draw_pages"


@dataclass(frozen=True, slots=True)
class DrawSettings:
    """How to read the document, and what to draw of it."""

    read: ReadSettings
    folder: Path
    as_pdf: bool
    pages: frozenset[int]  # empty: all
    reader: str  # module:name
    drawer: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A reading, and the pictures made of it."""

    reading: DocumentReading
    pictures: tuple[Path, ...]


def read_and_draw(
    path: Path,
    settings: DrawSettings,
    *,
    skip: frozenset[int],
    on_page: Callable[[int], None],
) -> Drawn:
    """Runs in a reading process, since drawing a hostile page may crash like reading it."""
    reading: DocumentReading = load(settings.reader)(
        path, settings.read, skip=skip, on_page=on_page
    )
    on_page(0)  # drawing has the time of the document, not of its last page
    if reading.failed:
        return Drawn(reading, ())
    part = _only(reading, settings.pages, skip)
    pictures = load(settings.drawer)(path, part, settings.folder, settings.as_pdf)
    return Drawn(reading, tuple(pictures))


def _only(
    reading: DocumentReading, wanted: frozenset[int], skip: frozenset[int]
) -> DocumentReading:
    """The reading with only those pages that are to be drawn; `draw_pages` draws what it lists."""
    pages = tuple(
        page
        for page in reading.pages
        if page.facts.number not in skip and (not wanted or page.facts.number in wanted)
    )
    return replace(reading, pages=pages)


def show_file(
    file: Path, settings: Settings, folder: Path, *, as_pdf: bool, pages: frozenset[int]
) -> int:
    """Draw the file's pages into the folder, print where they are, and give the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    wishes = DrawSettings(settings.reading(), folder, as_pdf, pages, READER, DRAWER)
    with WorkerPool(read_and_draw, wishes, workers=1, limits=settings.limits()) as pool:
        (outcome,) = pool.read([file])
    drawn = outcome.result
    as_read = Outcome(0, file, drawn.reading if drawn else None, outcome.failures)
    reading = as_reading(as_read, settings.reading())
    screen = console(errors=True)
    for failure in reading.failures:
        screen.print(failure_line(reading.source.name, failure), markup=False)
    pictures = drawn.pictures if drawn else ()
    for picture in pictures:
        print(printable(picture))
    if not pictures and not reading.failed:
        screen.print("There is no page to draw: only PDF files and pictures have some.")
    return 1 if reading.failed else 0
