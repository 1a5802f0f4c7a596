"""`gouji show`: what was read, drawn onto the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from extractors.settings import ReadSettings
from gouji.model import DocumentReading

from ..output import OutputFailed, printable
from ..pool.worker import load, one_line
from ..pool.workers import Outcome, WorkerPool
from ..reading import READER, as_reading
from ..settings import Settings
from ..summary import failure_lines
from .terminal import console

DRAWER = "extractors.picture.draw:draw_pages"


@dataclass(frozen=True, slots=True)
class DrawSettings:
    """How to read a document, and what to draw of it."""

    read: ReadSettings
    folder: Path
    apart: bool  # a folder for each file inside
    as_pdf: bool
    pages: frozenset[int]  # empty: all
    reader: str  # module:name
    drawer: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    reading: DocumentReading
    pictures: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pictures of one document, and its failures as lines for a terminal."""

    pictures: tuple[Path, ...]
    failures: tuple[str, ...]
    failed: bool


def show_file(
    file: Path, settings: Settings, folder: Path, *, as_pdf: bool, pages: frozenset[int]
) -> int:
    """Draw the file's pages into the folder, print where they are, and give the exit status."""
    (drawing,) = draw([file], settings, folder, as_pdf=as_pdf, pages=pages)
    screen = console(errors=True)
    for line in drawing.failures:
        screen.print(line, markup=False)
    for picture in drawing.pictures:
        print(printable(picture))
    if not drawing.pictures and not drawing.failed:
        screen.print("There is no page to draw.")
    return 1 if drawing.failed else 0


def draw(
    files: Sequence[Path],
    settings: Settings,
    folder: Path,
    *,
    as_pdf: bool = False,
    pages: frozenset[int] = frozenset(),
) -> Iterator[Drawing]:
    """Read the files and draw their pages, in processes of their own.

    Several files each get a folder of their own inside ``folder``.

    Raises:
        GoujiError: the installation is at fault.
        OSError: the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    apart = len(files) > 1
    workers = min(settings.workers, len(files))
    with ExitStack() as stack:
        office = Path(stack.enter_context(TemporaryDirectory(prefix="gouji-office-")))
        reading_settings = replace(settings.reading(), office_folder=office)
        wishes = DrawSettings(reading_settings, folder, apart, as_pdf, pages, READER, DRAWER)
        pool = stack.enter_context(
            WorkerPool(read_and_draw, wishes, workers=workers, limits=settings.limits())
        )
        for outcome in pool.read(files):
            drawn = outcome.result
            as_read = Outcome(0, outcome.path, drawn.reading if drawn else None, outcome.failures)
            reading = as_reading(as_read, settings.reading())
            name = reading.source.name
            lines = tuple(failure_lines(name, reading.failures))
            yield Drawing(drawn.pictures if drawn else (), lines, reading.failed)


def read_and_draw(
    path: Path,
    settings: DrawSettings,
    *,
    skip: frozenset[int],
    on_page: Callable[[int], None],
) -> _Drawn:
    """Runs in a reading process, since drawing a hostile page may crash like reading it."""
    reading: DocumentReading = load(settings.reader)(
        path, settings.read, skip=skip, on_page=on_page
    )
    on_page(0)  # drawing has the time of the document, not of its last page
    if reading.failed:
        return _Drawn(reading, ())
    part = _only(reading, settings.pages, skip)
    folder = settings.folder / path.stem if settings.apart else settings.folder
    try:
        folder.mkdir(exist_ok=True)
        draw = load(settings.drawer)
        pictures = draw(path, part, folder, settings.as_pdf, settings.read)
    except OSError as error:
        raise OutputFailed(f"Cannot write to {printable(folder)}: {one_line(error)}.") from error
    return _Drawn(reading, tuple(pictures))


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
