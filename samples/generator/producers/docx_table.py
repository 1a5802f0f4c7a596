"""Tables of a DOCX file: gridSpan and vMerge, gaps, controls, tracked rows, Word's own numbers."""

from __future__ import annotations

import re
from dataclasses import replace

from samples.generator.forms import Cell, TableLayout
from samples.generator.producers.docx_numbers import Numbering
from samples.generator.producers.docx_words import WordWriter

TWIPS = 9000  # width of the text
SIZE = 9.0
_ORDINAL = re.compile(r"^(\d)([.．、])\s?")


def docx_table(layout: TableLayout, writer: WordWriter, numbering: Numbering) -> str:
    """The table as w:tbl."""
    return _Table(layout, writer, numbering).xml()


class _Table:
    def __init__(self, layout: TableLayout, writer: WordWriter, numbering: Numbering) -> None:
        gaps = writer.look.gaps
        self.layout = _with_gaps_at_right(layout) if gaps else layout
        self.writer, self.numbering = writer, numbering
        self.look, self.rng = writer.look, writer.rng
        total = sum(layout.weights)
        self.widths = [max(1, round(TWIPS * weight / total)) for weight in layout.weights]
        self.group = 0  # the number list of the last merged label

    def xml(self) -> str:
        rows = "".join(self._row(row) for row in range(self.layout.rows))
        edges = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        properties = (
            f'<w:tblPr><w:tblW w:w="{sum(self.widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            f"<w:tblBorders>{edges}</w:tblBorders></w:tblPr>"
        )
        return f"<w:tbl>{properties}{self._grid()}{rows}</w:tbl>"

    def _grid(self) -> str:
        if self.look.grid == "missing":
            return ""
        widths = self.widths
        if self.look.grid == "wrong":
            count = max(1, len(widths) + self.rng.choice((-2, -1, 1, 2, 5)))
            widths = [self.rng.randint(200, 1900) for _ in range(count)]
        return "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{w}"/>' for w in widths) + "</w:tblGrid>"

    def _row(self, row: int) -> str:
        at = {c: cell for cell in self.layout.cells if row in cell.rows for c in cell.columns}
        before, properties = 0, ""
        if self.look.gaps and (outer := at.get(0)) and outer.role == "upright" and row > outer.row:
            before = outer.column_span
            properties += f'<w:gridBefore w:val="{before}"/>'
        after = self.layout.columns - 1 - max(at)
        if after:
            properties += f'<w:gridAfter w:val="{after}"/>'
        if row < self.layout.header_rows and self.rng.random() < 0.5:
            properties += "<w:tblHeader/>"
        cells, column = [], before
        while column <= max(at):
            cell = at[column]
            cells.append(self._cell(cell, row))
            column = cell.columns.stop
        text = "".join(cells)
        if self.look.controls and self.rng.random() < 0.1:
            text = f"<w:sdt><w:sdtPr/><w:sdtContent>{text}</w:sdtContent></w:sdt>"
        made = f"<w:tr><w:trPr>{properties}</w:trPr>{text}</w:tr>"
        if self.look.changes and self.rng.random() < 0.08:
            mark = self.writer.row_mark("ins")
            made = f"<w:tr><w:trPr>{properties}{mark}</w:trPr>{text}</w:tr>"
        plain_row = all(cell.row_span == 1 for cell in at.values())
        if self.look.changes and plain_row and self.rng.random() < 0.08:
            made = self._deleted_row(list(dict.fromkeys(at.values()))) + made
        if self.look.controls and self.rng.random() < 0.05:
            made = f"<w:sdt><w:sdtPr/><w:sdtContent>{made}</w:sdtContent></w:sdt>"
        return made

    def _deleted_row(self, cells: list[Cell]) -> str:
        """A row as it was before a reviewer struck it out, with other numbers."""
        texts = [str(self.rng.randint(0, 99)) if cell.key else cell.text for cell in cells]
        inner = "".join(
            f"<w:tc>{self._properties(cell, '')}"
            f"{self.writer.paragraph(self.writer.deleted(text, SIZE))}</w:tc>"
            for cell, text in zip(cells, texts, strict=True)
        )
        return f"<w:tr><w:trPr>{self.writer.row_mark('del')}</w:trPr>{inner}</w:tr>"

    def _cell(self, cell: Cell, row: int) -> str:
        merge = ""
        gap = self.look.gaps and cell.role == "upright" and cell.column == 0
        if cell.row_span > 1 and not gap:
            merge = '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
        inner = self._paragraphs(cell) if row == cell.row else "<w:p/>"
        made = f"<w:tc>{self._properties(cell, merge)}{inner}</w:tc>"
        if self.look.controls and self.rng.random() < 0.04:
            made = f"<w:sdt><w:sdtPr/><w:sdtContent>{made}</w:sdtContent></w:sdt>"
        return made

    def _properties(self, cell: Cell, merge: str) -> str:
        width = sum(self.widths[column] for column in cell.columns)
        span = f'<w:gridSpan w:val="{cell.column_span}"/>' if cell.column_span > 1 else ""
        return (
            f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}'
            '<w:vAlign w:val="center"/></w:tcPr>'
        )

    def _paragraphs(self, cell: Cell) -> str:
        writer = self.writer
        if cell.key:
            return writer.paragraph(writer.value(cell.text, SIZE), align="center")
        text, more = cell.text, ""
        if self.look.numbered == "labels":
            if cell.role == "group":
                self.group = 0
            if cell.role == "label" and (match := _ORDINAL.match(text)):
                self.group = self.group or self.numbering.add(f"%1{match[2]}", "decimal")
                more, text = self.numbering.reference(self.group), text[match.end() :]
        align = "left" if cell.role in ("label", "note") else "center"
        bold = cell.role in ("band", "header") and self.rng.random() < 0.2
        if "\n" in text and self.rng.random() < 0.5:
            return "".join(
                writer.paragraph(writer.run(line, size=SIZE, bold=bold), align=align, more=more)
                for line in text.split("\n")
            )
        runs = writer.run(text, size=SIZE, bold=bold) if text else ""
        return writer.paragraph(runs, align=align, more=more)


def _with_gaps_at_right(layout: TableLayout) -> TableLayout:
    """Single values of article 20 in a cell of one column, the rest of the row left out."""
    if layout.name != "article20":
        return layout
    cells = []
    for cell in layout.cells:
        alone = cell.column == 1 and cell.columns.stop == layout.columns
        cells.append(replace(cell, column_span=1) if alone else cell)
    return replace(layout, cells=tuple(cells))
