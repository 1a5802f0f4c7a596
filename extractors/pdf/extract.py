"""A whole PDF: every page by its route, faults as failures, tables joined over pages."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from gouji.grids import Line, PartJoiner
from gouji.grids.parts import PageContent
from gouji.model import (
    Box,
    DocumentFault,
    Failure,
    FailureKind,
    PageRoute,
    PageText,
    TableCells,
    TablePart,
    Word,
)

from ..deadline import Deadline
from ..extracted import Extracted, internal_failure
from ..settings import ReadSettings
from .document import PdfFile
from .page import PageReading, read_page

# What a report says about itself stands on its first pages and at its end: of longer documents the
# lines between are kept as text only.
HEAD_PAGES = 60
TAIL_LINES = 120


def extract_pdf(
    file: PdfFile,
    settings: ReadSettings,
    skip: frozenset[int],
    on_page: Callable[[int], None] | None,
) -> Extracted:
    """Read every page; a page that fails costs itself, not the document."""
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
    total = len(file)
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
        reading, failure = _page(file, number, settings)
        if failure is not None:
            failures.append(failure)
        if reading is None:
            continue
        routes.append(reading.route)
        if reading.text is not None:
            text.append(reading.text)
            content = PageContent(number, reading.upright_height, reading.tables, reading.lines)
            parts.extend(joiner.add(content))
            page_lines = [(number, line) for line in reading.lines]
            if number <= HEAD_PAGES:
                head.extend(page_lines)
            else:
                tail.extend(page_lines)
                for part in reading.tables:
                    part.cells.pack()
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
        file.metadata("Title"),
        turned,
        ("repaired",) if file.repaired else (),
        unseen,
    )


def _page(
    file: PdfFile, number: int, settings: ReadSettings
) -> tuple[PageReading | None, Failure | None]:
    deadline = Deadline.after(settings.page_seconds, FailureKind.PAGE_TIMEOUT)
    try:
        with file.page(number) as page:
            return read_page(page, deadline)
    except DocumentFault as fault:
        message = str(fault)
        if fault.kind is FailureKind.PAGE_TIMEOUT:
            message = f"page {number} {message}"
        return None, Failure(number, "extract", fault.kind, message)
    except MemoryError:
        return None, Failure(
            number, "extract", FailureKind.OUT_OF_MEMORY, f"page {number} needs too much memory"
        )
    except Exception as error:  # a mistake of ours costs the page it shows on, not the document
        return None, internal_failure(error, number)


def turned_part(part: TablePart, turn: Callable[[Box], Box]) -> TablePart:
    """A part of a turned page with its boxes on the page as displayed."""
    return replace(
        part,
        box=turn(part.box),
        cells=TableCells(replace(cell, box=turn(cell.box)) for cell in part.cells),
    )
