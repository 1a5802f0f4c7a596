"""Draws a document with reportlab, page by page. Lengths are points, y grows downward.

The canvas is flipped, so that everything here counts from the top left of the displayed page;
text is flipped back where it is drawn.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from samples.generator.document import Document, Line, Ornament
from samples.generator.fitting import cell_padding, text_width
from samples.generator.fonts import HELD_OUT
from samples.generator.forms import Cell, TableLayout
from samples.generator.places import CellPlace
from samples.generator.producers.rulings import draw_hairlines, draw_rules, frame_of
from samples.generator.producers.table_parts import (
    LEADING,
    MeasuredTable,
    Part,
    PlacedCell,
    cut,
    header_cells,
    measure,
    place,
)
from samples.generator.producers.typesetting import Face, register_font
from samples.generator.style import Align, Style

BASELINE = 0.36  # baseline below the middle of a line, as a share of the size
FAKE_BOLD_SHIFT = 0.25


def write_pdf(document: Document, style: Style, seed: int, target: Path) -> list[CellPlace]:
    """Write the document and say where its value cells are; same input, same bytes.

    Raises:
        MissingProgram: a font of the style is not installed.
    """
    canvas = Canvas(str(target), invariant=True, pageCompression=1)
    canvas.setTitle(document.title)
    press = _Press(canvas, style, Random(f"reportlab:{seed}"))
    press.print(document)
    canvas.save()
    return list(press.places.values())


class _Press:
    """Prints blocks one under the other and starts new pages."""

    def __init__(self, canvas: Canvas, style: Style, rng: Random) -> None:
        text = style.text
        self.canvas, self.style, self.rng = canvas, style, rng
        spare = register_font("microhei")
        digits = text.digits
        if digits is not None and digits in HELD_OUT:
            digits = register_font(digits)
        self.body = Face(register_font(text.body_font), digits, spare)
        self.titles = Face(register_font(text.title_font), digits, spare)
        self.tables = Face(register_font(text.table_font), digits, spare)
        self.page_number = 0
        self.y = 0.0
        self.places: dict[str, CellPlace] = {}

    def print(self, document: Document) -> None:
        self._begin_page()
        for block in document.blocks:
            if isinstance(block, TableLayout):
                self._table(block)
            elif isinstance(block, Ornament):
                self._ornament(block)
            else:
                self._line(block)
        self._end_page()

    # Pages

    @property
    def _left(self) -> float:
        return self.style.page.left

    @property
    def _width(self) -> float:
        return text_width(self.style)

    @property
    def _room(self) -> float:
        return self.style.page.height - self.style.page.bottom - self.y

    @property
    def _page_room(self) -> float:
        page = self.style.page
        return page.height - page.top - page.bottom

    def _begin_page(self) -> None:
        page = self.style.page
        self.canvas.setPageSize((page.width, page.height))
        if page.rotated:  # reportlab then swaps the sides of the MediaBox by itself
            self.canvas.setPageRotation(90)
            self.canvas.transform(0, 1, -1, 0, page.height, 0)
        self.canvas.transform(1, 0, 0, -1, 0, page.height)
        self.y = page.top
        self.page_number += 1

    def _end_page(self) -> None:
        page = self.style.page
        if page.number:
            words = page.number.format(n=self.page_number)
            y = page.height - page.bottom / 2
            self._text(words, self._left, y, self._width, self.body, 10.0, page.number_align)
        self.canvas.showPage()

    def _new_page(self) -> None:
        self._end_page()
        self._begin_page()

    # Running text

    def _line(self, line: Line) -> None:
        text = self.style.text
        if line.role == "title":
            self._lines(line.text, self.titles, text.title_size, "centre", bold=True)
            self.y += text.title_size * 0.8
        elif line.role == "heading":
            if self._room < 5 * text.body_size:
                self._new_page()
            self.y += text.body_size * 0.4
            self._lines(line.text, self.titles, text.body_size, "left", indent=2)
            if text.underlined_headings:
                self._underline(line.text)
        elif line.role == "small":
            self._lines(line.text, self.body, min(10.0, text.body_size), "centre")
        elif line.role == "signature":
            self._lines(line.text, self.body, text.body_size, "right")
        elif line.role == "boxed":
            self._boxed(line.text)
        else:
            self._lines(line.text, self.body, text.body_size, "left", indent=2)

    def _lines(
        self, words: str, face: Face, size: float, align: Align, *, indent: int = 0,
        bold: bool = False,
    ) -> None:  # fmt: skip
        leading = size * self.style.text.line_spacing
        lines = face.wrap(words, size, self._width, indent * size)
        for number, line in enumerate(lines):
            if self._room < leading:
                self._new_page()
            shift = indent * size if number == 0 else 0.0
            full = number < len(lines) - 1 and align == "left"
            spread = self._width - shift - face.width(line, size) if full else 0.0
            self._text(
                line, self._left + shift, self.y + leading / 2, self._width - shift, face, size,
                align, bold=bold, spread=max(0.0, spread),
            )  # fmt: skip
            self.y += leading

    def _underline(self, words: str) -> None:
        """A stroke under the last line of a heading, which belongs to no table."""
        size = self.style.text.body_size
        width = min(self.titles.width(words, size), self._width - 2 * size)
        y = self.y - size * (self.style.text.line_spacing / 2 - 0.6)
        self.canvas.setLineWidth(0.6)
        self.canvas.line(self._left + 2 * size, y, self._left + 2 * size + width, y)

    def _boxed(self, words: str) -> None:
        """A text in a frame of its own, which is no table."""
        size = self.style.text.body_size
        height = size * 2.4
        if self._room < height:
            self._new_page()
        width = min(self._width, self.body.width(words, size) + 2 * size)
        self.canvas.setLineWidth(0.75)
        self.canvas.rect(self._left, self.y, width, height)
        self._text(words, self._left, self.y + height / 2, width, self.body, size, "centre")
        self.y += height + size * 0.5

    def _ornament(self, ornament: Ornament) -> None:
        if self._room < 16:
            self._new_page()
        width = self._width * ornament.share
        left = self._left + (self._width - width) / 2
        self.canvas.setLineWidth(1.2)
        self.canvas.line(left, self.y + 6, left + width, self.y + 6)
        self.y += 14

    # Tables

    def _table(self, layout: TableLayout) -> None:
        width = self._width * self.style.table.width_share
        table = measure(layout, self.tables, self.style, width)
        left = self._left + (self._width - width) / 2
        parts = list(cut(table, self.style, self._room, self._page_room))
        for index, part in enumerate(parts):
            if index > 0:
                self._new_page()
            if part.end > part.start:
                self._part(table, parts, index, left)
        self.y += self.style.text.body_size * 0.8

    def _part(self, table: MeasuredTable, parts: list[Part], index: int, left: float) -> None:
        part = parts[index]
        if part.repeats_header:
            self._cells(header_cells(table, part), left, self.y, open_top=False, open_bottom=False)
            self.y += table.header_height
        closed = self.style.breaks.close_at_break
        self._cells(
            place(table, self.style, parts, index),
            left,
            self.y - part.start,
            open_top=not closed and part.start > 0 and not part.repeats_header,
            open_bottom=not closed and part.end < table.height,
        )
        self.y += part.end - part.start

    def _cells(
        self, cells: list[PlacedCell], x: float, y: float, *, open_top: bool, open_bottom: bool
    ) -> None:
        """Draw fills, rules and texts of cells whose own origin is put at (x, y)."""
        self.canvas.saveState()
        self.canvas.translate(x, y)
        for cell in cells:
            self._fill(cell)
        frame = frame_of(cells, open_top=open_top, open_bottom=open_bottom)
        draw_rules(self.canvas, cells, frame, self.style)
        if self.style.rules.hairlines:
            draw_hairlines(self.canvas, cells, self.rng)
        for cell in cells:
            self._cell_text(cell)
            self._keep_place(cell, x, y)
        self.canvas.restoreState()

    def _keep_place(self, cell: PlacedCell, x: float, y: float) -> None:
        key = cell.cell.key
        if key is not None and (any(cell.lines) or key not in self.places):
            box = (x + cell.left, y + cell.top, x + cell.right, y + cell.bottom)
            self.places[key] = CellPlace(key, self.page_number, box)

    def _fill(self, cell: PlacedCell) -> None:
        table = self.style.table
        role = cell.cell.role
        shade = table.band_shade if role == "band" else None
        if role in ("header", "note"):
            shade = table.header_shade
        if shade is None:
            return
        self.canvas.setFillColor(HexColor(f"#{shade}"))
        width, height = cell.right - cell.left, cell.bottom - cell.top
        self.canvas.rect(cell.left, cell.top, width, height, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def _cell_text(self, placed: PlacedCell) -> None:
        cell, style = placed.cell, self.style
        size = placed.size
        leading = size * LEADING
        padding = cell_padding(cell, style)
        middle = (placed.top + placed.bottom) / 2
        first = middle - (len(placed.lines) - 1) * leading / 2
        bold = style.text.bold_headers and cell.role in ("header", "band")
        for number, line in enumerate(placed.lines):
            self._text(
                line, placed.left + padding, first + number * leading,
                placed.right - placed.left - 2 * padding, self.tables, size,
                _align(cell, style), bold=bold,
            )  # fmt: skip

    # Text

    def _text(
        self, words: str, left: float, middle: float, width: float, face: Face, size: float,
        align: Align, *, bold: bool = False, spread: float = 0.0,
    ) -> None:  # fmt: skip
        """Draw one line whose middle is at height `middle`, in a box of the given width.

        `spread` points are shared out between the characters, to fill the line.
        """
        if not words:
            return
        own = face.width(words, size)
        x = left
        if align == "centre":
            x = left + (width - own) / 2
        elif align == "right":
            x = left + width - own
        gap = spread / (len(words) - 1) if spread and len(words) > 1 else 0.0
        twice = bold and self.style.text.bold == "twice"
        outlined = bold and self.style.text.bold == "outline"
        for shift in (0.0, FAKE_BOLD_SHIFT) if twice else (0.0,):
            self._run(words, x + shift, middle + size * BASELINE, face, size, gap, outlined)

    def _run(
        self, words: str, x: float, baseline: float, face: Face, size: float, gap: float,
        outlined: bool,
    ) -> None:  # fmt: skip
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(x, baseline)
        canvas.scale(1, -1)
        text = canvas.beginText(0, 0)
        if gap:
            text.setCharSpace(gap)
        if outlined:
            canvas.setLineWidth(0.3)
            text.setTextRenderMode(2)
        for font, run in face.runs(words):
            text.setFont(font, size)
            text.textOut(run)
        canvas.drawText(text)
        canvas.restoreState()


def _align(cell: Cell, style: Style) -> Align:
    if cell.role == "value":
        return style.text.value_align
    if cell.role in ("header", "band", "upright"):
        return "centre"
    if cell.role == "note":
        return "left"
    return style.text.label_align
