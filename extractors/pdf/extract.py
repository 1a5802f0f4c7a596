"""A whole PDF: every page by its route, tables joined over pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gouji.model import Box, Failure, FailureKind, Route, TableCells, TablePart
from ocr.image import PageImage

from ..deadline import Deadline
from ..extracted import Extracted
from ..paged import PageReading, gather
from ..scan.reading import read_scan
from ..settings import ReadSettings
from .document import PdfFile
from .page import read_page
from .page_image import page_image


def extract_pdf(
    file: PdfFile,
    settings: ReadSettings,
    skip: frozenset[int],
    on_page: Callable[[int], None] | None,
) -> Extracted:
    """Read every page; a page that fails costs itself, not the document."""

    def read(number: int) -> tuple[PageReading, tuple[Failure, ...]]:
        deadline = Deadline.after(settings.page_seconds, FailureKind.PAGE_TIMEOUT)
        with file.page(number) as page:
            reading = read_page(page, deadline)
            if reading.route.route is not Route.SCAN:
                return reading, ()

            def image() -> tuple[PageImage, Failure | None]:
                # once the models are loaded, which is no time of this page
                fresh = Deadline.after(settings.page_seconds, FailureKind.PAGE_TIMEOUT)
                return page_image(page, fresh)

            return read_scan(reading.route, image, settings)

    return replace(
        gather(len(file), read, settings, skip, on_page),
        title=file.metadata("Title"),
        flags=("repaired",) if file.repaired else (),
    )


def turned_part(part: TablePart, turn: Callable[[Box], Box]) -> TablePart:
    """A part of a turned page with its boxes on the page as displayed."""
    return replace(
        part,
        box=turn(part.box),
        cells=TableCells(replace(cell, box=turn(cell.box)) for cell in part.cells),
    )
