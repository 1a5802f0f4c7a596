"""Plain text and Markdown, as web extractors and copying leave them."""

from __future__ import annotations

from gouji.model import SourceFile
from gouji.reports.flat import FlatLine, read_flat_text

from .extracted import Extracted
from .settings import ReadSettings
from .unpaged import GridCell, UnpagedDocument


def extract_text(source: SourceFile, settings: ReadSettings) -> Extracted:
    """Lines and tables of a text; every cell keeps its characters in the document's text."""
    text = source.data.decode("utf-8", "replace")
    flat = read_flat_text(text)
    document = UnpagedDocument("text", flags=list(flat.flags))
    for block in flat.blocks:
        if isinstance(block, FlatLine):
            document.add_line(block.text, start=block.start)
            continue
        cells = [GridCell(c.row, c.column, 1, c.column_span, c.text, c.span) for c in block.cells]
        document.add_table(cells, (block.rows, block.columns))
    return document.extracted(text)
