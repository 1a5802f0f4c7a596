"""Pages one after the other: faults as failures, tables joined over pages, the text kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gouji.grids import Line, PartJoiner
from gouji.grids.parts import PageContent
from gouji.model import (
    Box,
    DocumentFault,
    Failure,
    FailureKind,
    PageLook,
    PageRoute,
    PageText,
    TablePart,
    Word,
)

from .deadline import Deadline
from .extracted import Extracted, internal_failure
from .settings import ReadSettings

if TYPE_CHECKING:
    from ocr.cells import CellReading  # brings OpenCV along

# What a report says about itself stands on its first pages and at its end: of longer documents the
# lines between are kept as text only.
HEAD_PAGES = 60
TAIL_LINES = 120


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one page gave."""

    route: PageRoute
    upright_height: float  # of the page with its text upright, points
    tables: tuple[TablePart, ...] = ()
    lines: tuple[Line, ...] = ()  # outside tables
    text: PageText | None = None
    unseen: tuple[Word, ...] = ()  # text in the file that cannot be seen on the page
    # for a page whose text is set sideways: from the upright page to the page as displayed
    turn_back: Callable[[Box], Box] | None = None
    # of a page of pixels: how each cell was read, by part of the page, row and column
    cells: Mapping[tuple[int, int, int], CellReading] = field(default_factory=dict)
    look: PageLook | None = None


# Reads a page by its number, from 1. May raise `DocumentFault`.
ReadPage = Callable[[int], tuple[PageReading, tuple[Failure, ...]]]


def gather(
    total: int,
    read: ReadPage,
    settings: ReadSettings,
    skip: frozenset[int],
    on_page: Callable[[int], None] | None,
) -> Extracted:
    """Read the pages of a document of ``total`` pages; one that fails costs itself only."""
    deadline = Deadline.after(settings.document_seconds, FailureKind.DOCUMENT_TIMEOUT)
    joiner = PartJoiner()
    parts: list[TablePart] = []
    head: list[tuple[int, Line]] = []
    tail: deque[tuple[int, Line]] = deque(maxlen=TAIL_LINES)
    routes: list[PageRoute] = []
    text: list[PageText] = []
    failures: list[Failure] = []
    turned: dict[int, Callable[[Box], Box]] = {}
    unseen: dict[int, tuple[Word, ...]] = {}
    readings: dict[tuple[int, int, int], CellReading] = {}
    looks: dict[int, PageLook] = {}
    for number in range(1, min(total, settings.max_pages) + 1):
        if number in skip:
            continue
        if on_page is not None:
            on_page(number)
        try:
            deadline.check()
        except DocumentFault as fault:
            failures.append(Failure(None, "extract", fault.kind, f"{fault} (page {number})"))
            break
        reading, faults = _guarded(read, number)
        failures.extend(faults)
        if reading is None:
            continue
        routes.append(reading.route)
        if reading.text is not None:
            text.append(reading.text)
            content = PageContent(number, reading.upright_height, reading.tables, reading.lines)
            joined = joiner.add(content)
            parts.extend(joined)
            for (index, row, column), cell in reading.cells.items():
                readings[(joined[index].part, row, column)] = cell
            page_lines = [(number, line) for line in reading.lines]
            if number <= HEAD_PAGES:
                head.extend(page_lines)
            else:
                tail.extend(page_lines)
                for part in reading.tables:
                    part.cells.pack()
        if reading.look is not None:
            looks[number] = reading.look
        if reading.unseen:
            unseen[number] = reading.unseen
        if reading.turn_back is not None:
            turned[number] = reading.turn_back
    if total > settings.max_pages:
        failures.append(
            Failure(
                None,
                "extract",
                FailureKind.TOO_MANY_PAGES,
                f"{total} pages: only the first {settings.max_pages} were read",
            )
        )
    return Extracted(
        total,
        tuple(parts),
        (*head, *tail),
        tuple(text),
        tuple(routes),
        tuple(failures),
        turned=turned,
        unseen=unseen,
        readings=readings,
        looks=looks,
    )


def _guarded(read: ReadPage, number: int) -> tuple[PageReading | None, tuple[Failure, ...]]:
    try:
        return read(number)
    except DocumentFault as fault:
        message = str(fault)
        if fault.kind is FailureKind.PAGE_TIMEOUT:
            message = f"page {number} {message}"
        return None, (Failure(number, "extract", fault.kind, message),)
    except MemoryError:
        message = f"page {number} needs too much memory"
        return None, (Failure(number, "extract", FailureKind.OUT_OF_MEMORY, message),)
    except Exception as error:  # a mistake of ours costs the page it shows on, not the document
        return None, (internal_failure(error, number),)
