"""One page of pixels: straight, grid, cells, lines outside tables, tables with their readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gouji.grids import build_tables, text_lines
from gouji.grids.build import ALIGNED
from gouji.model import Box, FailureKind, PageLook, PageText, TableCell, TableCells, TablePart, Word
from gouji.reports.shapes import band_shapes, form_shapes
from ocr.cells import CellReading, read_cells
from ocr.engine import Engine
from ocr.geometry import PageMap, Straight, stood_upright, straighten
from ocr.grid import RasterGrid, find_grid
from ocr.image import PageImage
from ocr.lines import find_lines, read_lines

from ..deadline import Deadline
from ..page_text import page_text
from . import stages
from .hearing import HearingEngine
from .reading import READER, ScanReading
from .stages import ClockedEngine, stage
from .unruled import LineWords, is_poor, with_line_labels, with_unruled

UNRULED = 0.5  # placing of a cell that only words show, some of which may not have been read
CellAt = tuple[int, int, int]  # part of the page, row, column


class PageScanner:
    """Reads pages of pixels with one engine; see `extractors.scan.reading.Scanner`."""

    def __init__(self, engine: Engine, page_seconds: float) -> None:
        self._engine = ClockedEngine(engine)
        self._page_seconds = page_seconds

    def __call__(self, image: PageImage, number: int) -> ScanReading:
        """Read page ``number``, which is displayed as ``image``.

        Raises:
            DocumentFault: the page took too long, or the picture has no size.
        """
        deadline = Deadline.after(self._page_seconds, FailureKind.PAGE_TIMEOUT)
        with stage(stages.STRAIGHTEN):
            straight = straighten(image, self._engine)
        deadline.check()
        hearing = HearingEngine(self._engine)
        found = _read(straight, number, hearing, deadline)
        if hearing.understood:
            return found
        with stage(stages.STRAIGHTEN):
            other = stood_upright(straight, self._engine)
        return _read(other, number, self._engine, deadline) if other else found


def _read(straight: Straight, number: int, engine: Engine, deadline: Deadline) -> ScanReading:
    page = straight.page
    with stage(stages.GRID):
        grid = find_grid(page, straight.grey, form_shapes(), band_shapes())
    deadline.check()
    lines: LineWords | None = None
    if is_poor(grid):
        with stage(stages.LINES):
            grid, lines = with_unruled(page, grid, engine)
        deadline.check()
    with stage(stages.CELLS):
        boxes = [lattice.cell_box(span) for lattice in grid.lattices for span in lattice.cells]
        read = read_cells(page, grid.rules.mask != 0, boxes, engine)
    readings = dict(zip(boxes, read, strict=True))
    deadline.check()
    words = [word for reading in readings.values() for word in _words(reading)]
    with stage(stages.LINES):
        words += _outside(page, grid, engine) if lines is None else lines.outside
    deadline.check()
    with stage(stages.TABLES):
        built = build_tables(number, (), words, READER, lattices=grid.lattices)
        tables, cells = _with_readings(built.tables, readings, page, grid, engine)
        if lines is not None:
            tables = with_line_labels(tables, lines.inside)
        outside = tuple(text_lines(built.outside))
        text = PageText(number, page_text(tables, outside))
    way_back = _way_back(straight.map, tables)
    look = _look(number, straight)
    return ScanReading(page.height, tables, outside, text, way_back, cells, look=look)


def _look(number: int, straight: Straight) -> PageLook:
    facts = straight.facts
    return PageLook(
        number, facts.paper_found, facts.perspective, facts.curl, facts.noise, facts.sharpness
    )


def _way_back(way: PageMap, tables: Sequence[TablePart]) -> Callable[[Box], Box]:
    """`PageMap.to_page`, with the tables' own boxes brought there all at once."""
    boxes = [table.box for table in tables] + [c.box for table in tables for c in table.cells]
    known = dict(zip(boxes, way.to_page_all(boxes), strict=True))
    return lambda box: known.get(box) or way.to_page(box)


def _words(reading: CellReading) -> list[Word]:
    return [
        Word(line.text, line.box, line.box.height, line.edges)
        for line in reading.lines
        if line.text
    ]


def _outside(page: PageImage, grid: RasterGrid, engine: Engine) -> list[Word]:
    """The words in no drawn table."""
    rules, tables = grid.rules, [lattice.box for lattice in grid.lattices]
    found = find_lines(page, rules.ink, rules.mask, tables, engine)
    return read_lines(page, found.lines, engine, rules.ink, narrow=True)


def _with_readings(
    tables: Sequence[TablePart],
    readings: Mapping[Box, CellReading],
    page: PageImage,
    grid: RasterGrid,
    engine: Engine,
) -> tuple[tuple[TablePart, ...], dict[CellAt, CellReading]]:
    """The tables with every cell's text as read from its pixels.

    Cells that the builder made of words (cut between columns, tables without rules) are looked at
    once more by themselves.
    """
    new = [cell.box for table in tables for cell in table.cells if cell.box not in readings]
    again = dict(zip(new, read_cells(page, grid.rules.mask != 0, new, engine), strict=True))
    found: dict[CellAt, CellReading] = {}
    texts: list[TablePart] = []
    for table in tables:
        cells: list[TableCell] = []
        most = UNRULED if table.reader.endswith(ALIGNED) else 1.0
        for cell in table.cells:
            reading = readings.get(cell.box) or again[cell.box]
            known = cell.box in readings or (reading.text and reading.candidates)
            text = reading.text if known or not cell.text else cell.text
            found[(table.part, cell.row, cell.column)] = reading
            # its confidence says how sure its place is
            place = min(cell.confidence, most)
            cells.append(replace(cell, text=text, confidence=place))
        texts.append(replace(table, cells=TableCells(cells)))
    return tuple(texts), found
