"""A PDF page by page: facts, route, words, rulings, tables and lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gouji.grids import build_tables, text_lines
from gouji.model import (
    Box,
    DocumentFault,
    FailureKind,
    PageFacts,
    PageText,
    Route,
)

from ..deadline import Deadline
from ..page_text import page_text
from ..paged import PageReading
from ..route import choose_route
from .document import OpenPage, PageFrame
from .picture_print import NOTHING, picture_print
from .rulings import Drawing, read_drawing
from .text import TextLayer, read_text

READER = "pdf_table"
LEAST_PICTURED = 0.06  # of the page under pictures: a seal of 42 mm covers half as much
SMALLEST_PAGE = 8.0  # points: a page smaller than this shows nothing


def read_page(page: OpenPage, deadline: Deadline) -> PageReading:
    """Read one loaded page; one that needs OCR (`Route.SCAN`) gives its route and nothing else.

    Raises:
        DocumentFault: the deadline passed, or the page has no size.
    """
    if page.frame.width < SMALLEST_PAGE or page.frame.height < SMALLEST_PAGE:
        raise DocumentFault(FailureKind.PAGE_EMPTY, f"page {page.number} has no size")
    drawing = read_drawing(page, deadline)
    layer = read_text(page, drawing, deadline)
    if layer.turned and layer.characters:
        upright = read_page(page.turned(360 - layer.turned), deadline)
        return _turned_back(upright, page, layer.turned)
    facts = _facts(page, layer, drawing)
    shown = picture_print(page, layer.words, drawing) if _may_show_print(facts) else NOTHING
    route = choose_route(facts, hidden_text=layer.hidden, untold=shown.share, ruled=shown.ruled)
    if route.route is Route.SCAN:
        return PageReading(route, page.frame.height)
    deadline.check()
    shades = [Box(*fill) for fill in drawing.fills]
    built = build_tables(page.number, drawing.rulings, layer.words, READER, shades=shades)
    lines = tuple(text_lines(built.outside))
    aside = "\n".join(line.text for line in text_lines(layer.aside))
    text = PageText(page.number, page_text(built.tables, lines) + ("\n" + aside if aside else ""))
    return PageReading(route, page.frame.height, built.tables, lines, text, unseen=layer.unseen)


def _may_show_print(facts: PageFacts) -> bool:
    """Whether the page has text and pictures large enough for a table."""
    return facts.characters > 0 and facts.image_share >= LEAST_PICTURED


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
