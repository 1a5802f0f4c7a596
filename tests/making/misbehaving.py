"""Readers that behave as documents make them behave; a pool of processes must survive them.

Each is called like `extractors.reading.read_file`. What they are to do stands in the file they
are given, so that one pool can be handed good documents and bad ones.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gouji import __version__
from gouji.model import (
    CellState,
    DocumentFault,
    DocumentReading,
    EngineMissing,
    FailureKind,
    Kind,
    MediaType,
    Pipeline,
    ReportCell,
    ReportInfo,
    SourceFile,
    SourceInfo,
)

PAGES = 5
Progress = Callable[[int], None]


def five_pages(
    path: Path,
    settings: object = None,
    *,
    skip: frozenset[int] = frozenset(),
    on_page: Progress | None = None,
) -> DocumentReading:
    """Go through five pages; on each do what the file says, as lines ``page deed``."""
    data = path.read_bytes()
    deeds = dict(line.split(" ", 1) for line in data.decode().splitlines() if " " in line)
    read = []
    _do(deeds.get("0"))
    for number in range(1, PAGES + 1):
        if number in skip:
            continue
        if on_page:
            on_page(number)
        _do(deeds.get(str(number)))
        read.append(number)
    source = SourceFile.of(path.name, data, MediaType.TEXT)
    return DocumentReading(
        SourceInfo(source.name, source.sha256, source.media_type, PAGES),
        Pipeline(__version__, getattr(settings, "digest", "fake")),
        ReportInfo("T21", issuer="测试县人民政府", report_year=2023),
        cells=tuple(_cell(number) for number in read),
    )


def needs_an_engine(path: Path, settings: object, **_: object) -> DocumentReading:
    """A machine without the OCR models."""
    raise EngineMissing("The model det_small is not installed.")


def draw_nothing(
    path: Path, reading: DocumentReading, folder: Path, as_pdf: bool, settings: object
) -> list[Path]:
    """A stand-in for `extractors.picture.draw.draw_pages` that only notes what it was asked."""
    picture = folder / ("all.pdf" if as_pdf else "1.png")
    picture.write_text(f"{path.name} {len(reading.cells)} cells")
    return [picture]


def quick(path: Path, settings: object, **_: object) -> DocumentReading:
    """Read nothing, at once: what is left is the cost of everything around."""
    source = SourceFile.of(path.name, path.read_bytes(), MediaType.TEXT)
    return DocumentReading(
        SourceInfo(source.name, source.sha256, source.media_type, 1),
        Pipeline(__version__, getattr(settings, "digest", "fake")),
        ReportInfo("T21"),
        cells=(_cell(1),),
    )


def _cell(number: int) -> ReportCell:
    state = CellState.REVIEW if number == 3 else CellState.ACCEPTED
    key = f"applications/row_{number}/total"
    return ReportCell(key, number, Kind.NUMBER, "件", str(number), number, 0.99, state)


def _do(deed: str | None) -> None:
    match (deed or "").split():
        case []:
            pass
        case ["exit"]:
            os._exit(7)
        case ["segfault"]:
            ctypes.string_at(0)
        case ["kill"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case ["hang"]:
            time.sleep(3600)
        case ["spin"]:
            while True:
                pass
        case ["sleep", seconds]:
            time.sleep(float(seconds))
        case ["wait", sign]:  # says that it has begun, and goes on when it is told
            Path(f"{sign}.begun").touch()
            for _ in range(2_000):
                if Path(sign).exists():
                    break
                time.sleep(0.01)
        case ["child", note]:
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
            Path(note).write_text(str(child.pid))
            time.sleep(3600)
        case ["eat"]:
            hoard = []
            while True:
                hoard.append(bytearray(16 << 20))
        case ["raise"]:
            raise ValueError("the page makes\nno sense")
        case ["damaged"]:
            raise DocumentFault(FailureKind.DAMAGED, "the cross-reference table is gone")
        case ["chatter"]:
            os.write(1, b"a library says hello\n")
            print("and so does Python", flush=True)
        case unknown:
            raise AssertionError(f"no such deed: {unknown}")
