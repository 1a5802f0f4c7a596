"""`make demo`: the flow over the samples, born-digital and scanned, and all that comes out of it.

Everything goes into one folder, which is emptied at the start, so it can be run again and again.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from gouji.model import CellState, DocumentReading, Kind, Route, WrongUsage
from gouji.reports.wording import violated_in_words
from gouji.store import Store

from .cli import explained
from .commands.export import write_export
from .commands.flow import run_flow
from .commands.show import draw
from .commands.terminal import console
from .output import printable
from .settings import Settings, load_settings
from .sources import find_sources
from .summary import print_summary

SAMPLES = tuple(Path(__file__).parents[1] / "samples" / kind for kind in ("digital", "scans"))
OUT = Path("out/demo")
PAGE_SECONDS = 120.0  # a scan takes a few; the machine may be busy
FORMATS = ("xlsx", "csv")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo on ``[SAMPLES [OUT]]`` and give the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    samples = (Path(words[0]),) if words else SAMPLES
    out = Path(words[1]) if len(words) > 1 else OUT
    return explained(lambda: demonstrate(samples, out), debug=True)


def demonstrate(samples: Sequence[Path], out: Path) -> int:
    """Read the samples with the flow; print, draw and export what they say."""
    for folder in samples:
        if not folder.is_dir():
            raise WrongUsage(f"There are no samples at {folder}.", "Run `make samples` first.")
    sources = find_sources(samples)
    store, pictures, tables = (out / name for name in ("store", "pictures", "export"))
    for folder in (store, pictures, tables):
        shutil.rmtree(folder, ignore_errors=True)
    settings = load_settings(
        work=store,
        database=f"sqlite:///{(store / 'demo.sqlite3').absolute()}",
        page_seconds=PAGE_SECONDS,
    )
    # Kept between runs: to make Prefect's database takes longer than all the rest.
    os.environ.setdefault("PREFECT_HOME", str((out / "prefect").absolute()))
    screen = console()
    screen.rule("The flow, with Prefect's own server on this machine")
    result = run_flow([printable(folder) for folder in samples], sources.files, settings)
    lines = sorted(result.lines, key=lambda line: line.name)
    print_summary(screen, lines, result.tally, result.seconds)
    with Store.open(settings.database, settings.work, files=settings.files) as opened:
        readings = [stored.reading for stored in opened.readings()]
    _print_scans(screen, readings)
    _print_violated(screen, sorted(readings, key=lambda reading: reading.source.name))
    screen.rule("Files")
    screen.print(f"store: {store}", markup=False)
    _print_pictures(screen, [found.path for found in sources.files], settings, pictures)
    for format_name in FORMATS:
        for path in write_export(settings, format_name, tables):
            screen.print(f"export: {path}", markup=False)
    return 1 if result.tally.failed else 0


def _print_scans(screen: Console, readings: Iterable[DocumentReading]) -> None:
    """How much of the scans was read, in words."""
    scans = [r for r in readings if any(page.route is Route.SCAN for page in r.pages)]
    if not scans:
        return
    screen.rule("Scans and photos")
    for reading in sorted(scans, key=lambda reading: reading.source.name):
        kinds = Counter(cell.kind for cell in reading.cells)
        doubtful = sum(cell.state is CellState.REVIEW for cell in reading.cells)
        waiting = sum(failure.waits_for_engine for failure in reading.failures)
        said = (
            f"{len(reading.pages)} pages; of {len(reading.cells)} cells {kinds[Kind.NUMBER]} are"
            f" numbers, {kinds[Kind.BLANK]} blank, {kinds[Kind.UNREAD]} unread,"
            f" {kinds[Kind.CELL_NOT_IN_SOURCE]} not there; {doubtful} for a person to look at"
        )
        if waiting:
            said = f"{waiting} pages wait for the OCR models: run `gouji models fetch`"
        screen.print(Text(f"{printable(reading.source.name)}: {said}"))


def _print_violated(screen: Console, readings: Iterable[DocumentReading]) -> None:
    screen.rule("Sums that do not come out")
    none = True
    for reading in readings:
        sentences = list(violated_in_words(reading))
        if sentences:
            none = False
            screen.print(Text(printable(reading.source.name), style="bold"))
        for sentence in sentences:
            screen.print(Text(f"  {sentence}"))
    if none:
        screen.print("All of them do.")


def _print_pictures(
    screen: Console, files: Sequence[Path], settings: Settings, folder: Path
) -> None:
    count = 0
    for drawing in draw(files, settings, folder):
        count += len(drawing.pictures)
        for line in drawing.failures:
            screen.print(Text(line, style="red"))
    screen.print(f"pictures: {folder} ({count} pages)", markup=False)


if __name__ == "__main__":
    sys.exit(main())
