"""A PDF page by page: facts, route, words, rulings, tables and lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gouji.grids import Line, PageTables, build_tables, text_lines
from gouji.model import (
    Box,
    DocumentFault,
    Failure,
    FailureKind,
    PageFacts,
    PageRoute,
    PageText,
    Route,
    TablePart,
    Word,
)

from ..deadline import Deadline
from ..route import choose_route
from .document import OpenPage, PageFrame
from .rulings import Drawing, read_drawing
from .text import TextLayer, read_text

READER = "pdf_table"
READER_VERSION = "1"
SMALLEST_PAGE = 8.0  # points: a page smaller than this shows nothing


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


def read_page(page: OpenPage, deadline: Deadline) -> tuple[PageReading, Failure | None]:
    """Read one loaded page; a page that needs OCR gives its facts and a failure.

    Raises:
        DocumentFault: the deadline passed, or the page has no size.
    """
    if page.frame.width < SMALLEST_PAGE or page.frame.height < SMALLEST_PAGE:
        raise DocumentFault(FailureKind.PAGE_EMPTY, f"page {page.number} has no size")
    drawing = read_drawing(page, deadline)
    layer = read_text(page, drawing, deadline)
    if layer.turned and layer.characters:
        upright, failure = read_page(page.turned(360 - layer.turned), deadline)
        return _turned_back(upright, page, layer.turned), failure
    facts = _facts(page, layer, drawing)
    route = choose_route(facts, hidden_text=layer.hidden)
    if route.route is Route.SCAN:
        failure = Failure(
            page.number,
            "ocr",
            FailureKind.NEEDS_OCR,
            f"page {page.number} needs OCR, which this version does not do yet: {route.reason}",
        )
        return PageReading(route, page.frame.height), failure
    deadline.check()
    shades = [Box(*fill) for fill in drawing.fills]
    built = build_tables(page.number, drawing.rulings, layer.words, READER, shades=shades)
    lines = tuple(text_lines(built.outside))
    aside = "\n".join(line.text for line in text_lines(layer.aside))
    text = PageText(page.number, _page_text(built, lines) + ("\n" + aside if aside else ""))
    return PageReading(
        route, page.frame.height, built.tables, lines, text, unseen=layer.unseen
    ), None


def _turned_back(reading: PageReading, page: OpenPage, turned: int) -> PageReading:
    """A reading of the page turned upright, with the facts of the page as displayed.

    Its tables and lines keep the upright places until the form is read; ``turn_back`` moves a box.
    """
    upright = page.turned(360 - turned).frame
    back = PageFrame((0.0, 0.0, upright.width, upright.height), turned, 1.0)

    def turn_back(box: Box) -> Box:
        high = upright.height
        return Box(*back.box(box.left, high - box.top, box.right, high - box.bottom))

    facts = replace(
        reading.route.facts,
        width=page.frame.width,
        height=page.frame.height,
        rotation=page.frame.rotation,
    )
    return replace(reading, route=replace(reading.route, facts=facts), turn_back=turn_back)


def _facts(page: OpenPage, layer: TextLayer, drawing: Drawing) -> PageFacts:
    horizontal = sum(1 for r in drawing.rulings if r.horizontal)
    return PageFacts(
        page.number,
        page.frame.width,
        page.frame.height,
        page.frame.rotation,
        layer.characters,
        layer.garbled.share,
        layer.garbled.kinds,
        _image_share(page.box, drawing.images),
        horizontal,
        len(drawing.rulings) - horizontal,
    )


def _image_share(page: Box, images: Sequence[tuple[float, float, float, float]]) -> float:
    """Share of the page under pictures; overlaps are counted once on a coarse raster."""
    if not images or page.area <= 0:
        return 0.0
    steps = 24
    covered = 0
    for row in range(steps):
        y = page.height * (row + 0.5) / steps
        for column in range(steps):
            x = page.width * (column + 0.5) / steps
            covered += any(i[0] <= x <= i[2] and i[1] <= y <= i[3] for i in images)
    return covered / (steps * steps)


def _page_text(built: PageTables, lines: Sequence[Line]) -> str:
    """The page's text from top to bottom, table rows with a tab between cells."""
    pieces = [(line.box.top, line.text) for line in lines]
    for table in built.tables:
        rows: dict[int, list[str]] = {}
        tops: dict[int, float] = {}
        for cell in table.cells:
            rows.setdefault(cell.row, []).append(cell.text.replace("\n", ""))
            tops[cell.row] = min(tops.get(cell.row, cell.box.top), cell.box.top)
        pieces.extend((tops[row], "\t".join(texts)) for row, texts in rows.items())
    pieces.sort(key=lambda piece: piece[0])
    return "\n".join(text for _, text in pieces)
