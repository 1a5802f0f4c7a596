"""pdfplumber and camelot on a whole PDF: timed as they are used, and their tables as our parts.

Their tables go through gouji's own form filler, so that only the reading of tables is compared.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gouji.grids import Line, join_parts
from gouji.grids.parts import PageContent
from gouji.model import Box, Kind, Number, TableCell, TableCells, TablePart
from gouji.reports import fill_form

SAME_EDGE = 1.5  # points: their cells share edges exactly, but for rounding

logging.getLogger("pdfminer").setLevel(logging.ERROR)
logging.getLogger("camelot").setLevel(logging.ERROR)

Cells = Mapping[str, tuple[Number | None, Kind]]


def plumb(data: bytes) -> int:
    """What a user of pdfplumber runs; the number of tables."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        tables = 0
        for page in pdf.pages:
            tables += len(page.extract_tables())
            page.close()
    return tables


def camel(data: bytes) -> int:
    """What a user of camelot runs; the number of tables."""
    return len(_camelot_tables(data))


def plumbed_parts(data: bytes) -> list[TablePart]:
    """pdfplumber's tables, joined over pages as gouji joins its own."""
    import pdfplumber

    pages: list[PageContent] = []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            number = page.page_number
            tables: list[TablePart] = []
            for table in page.find_tables():
                cells = [
                    (Box(*box), text or "")
                    for row, texts in zip(table.rows, table.extract(), strict=True)
                    for box, text in zip(row.cells, texts, strict=True)
                    if box is not None and box[0] <= box[2] and box[1] <= box[3]
                ]
                tables.extend(part_of(number, cells, "pdfplumber"))
            pages.append(_content(page, number, tables))
            page.close()
    return join_parts(pages)


def camel_parts(data: bytes) -> list[TablePart]:
    """camelot's tables, joined over pages as gouji joins its own."""
    import pdfplumber

    by_page: dict[int, list[TablePart]] = {}
    pages: list[PageContent] = []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        heights = {page.page_number: float(page.height) for page in pdf.pages}
        for table in _camelot_tables(data):
            cells = list(_merged(table.cells, heights[table.page]))
            by_page.setdefault(table.page, []).extend(part_of(table.page, cells, "camelot"))
        for page in pdf.pages:
            tables = by_page.get(page.page_number, [])
            pages.append(_content(page, page.page_number, tables))
            page.close()
    return join_parts(pages)


def _camelot_tables(data: bytes) -> Any:
    from camelot.io import read_pdf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_pdf(data, pages="all", flavor="lattice", suppress_stdout=True)


def filled(parts: Sequence[TablePart]) -> Cells:
    """Value and kind of every cell that gouji's form filler finds in the tables."""
    return {cell.key: (cell.amount.value, cell.amount.kind) for cell in fill_form(parts).cells}


def _content(page: Any, number: int, tables: list[TablePart]) -> PageContent:
    """A page with its tables from top to bottom, and the lines of text outside them."""
    lines = []
    for line in page.extract_text_lines(return_chars=False):
        box = Box(line["x0"], line["top"], line["x1"], line["bottom"])
        if not any(table.box.contains(box.center_x, box.center_y) for table in tables):
            lines.append(Line(line["text"], box, box.height))
    ordered = sorted(tables, key=lambda table: table.box.top)
    return PageContent(number, float(page.height), tuple(ordered), tuple(lines))


def part_of(page: int, cells: Sequence[tuple[Box, str]], reader: str) -> Iterator[TablePart]:
    """Boxes with texts as a part: rows, columns and spans told by the edges that they share."""
    if not cells:
        return
    xs = _edges(x for box, _ in cells for x in (box.left, box.right))
    ys = _edges(y for box, _ in cells for y in (box.top, box.bottom))
    placed = []
    for box, text in cells:
        column, row = _nearest(xs, box.left), _nearest(ys, box.top)
        columns, rows = _nearest(xs, box.right) - column, _nearest(ys, box.bottom) - row
        placed.append(TableCell(row, column, max(rows, 1), max(columns, 1), text, box))
    placed.sort(key=lambda cell: (cell.row, cell.column))
    around = Box.around(box for box, _ in cells)
    shape = (max(len(ys) - 1, 1), max(len(xs) - 1, 1))
    yield TablePart(page, 0, None, around, shape, TableCells(placed), reader)


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > SAME_EDGE:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))


def _merged(rows: Sequence[Sequence[Any]], height: float) -> Iterator[tuple[Box, str]]:
    """camelot's elementary cells, those without an edge between them as one."""
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(rows):
        for c in range(len(row)):
            if (r, c) in taken:
                continue
            group = _group(rows, r, c)
            taken |= group
            members = [rows[i][j] for i, j in sorted(group)]
            box = Box.around(Box(m.x1, height - m.y2, m.x2, height - m.y1) for m in members)
            yield box, "\n".join(text for m in members if (text := m.text.strip()))


def _group(rows: Sequence[Sequence[Any]], r: int, c: int) -> set[tuple[int, int]]:
    """Elementary cells that can be reached from one without crossing an edge."""
    group, waiting = {(r, c)}, [(r, c)]
    while waiting:
        i, j = waiting.pop()
        cell = rows[i][j]
        steps = (
            (cell.right, i, j + 1), (cell.left, i, j - 1),
            (cell.bottom, i + 1, j), (cell.top, i - 1, j),
        )  # fmt: skip
        for walled, k, m in steps:
            inside = 0 <= k < len(rows) and 0 <= m < len(rows[0])
            if not walled and inside and (k, m) not in group:
                group.add((k, m))
                waiting.append((k, m))
    return group
