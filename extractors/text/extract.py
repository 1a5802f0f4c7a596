"""Plain text and Markdown, as web extractors and copying leave them."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from gouji.model import MediaType, SourceFile
from gouji.reports.flat import FlatLine, clean_line, read_flat_text

from ..extracted import Extracted
from ..settings import ReadSettings
from ..unpaged.document import UnpagedDocument
from ..web.extract import extract_html
from .decoding import decode

_TABLE = re.compile(r"<table[\s>].*?</table\s*>", re.IGNORECASE | re.DOTALL)


def extract_text(source: SourceFile, settings: ReadSettings) -> Extracted:
    """Lines and tables of a text; every cell keeps its characters in the document's text."""
    decoded = decode(source.data)
    if _TABLE.search(decoded.text):
        page = _as_page(decoded.text).encode("utf-8", "surrogatepass")
        return extract_html(replace(source, data=page, media_type=MediaType.HTML), settings)
    flat = read_flat_text(decoded.text)
    flags = [*decoded.flags, *flat.flags]
    document = UnpagedDocument("text", flags=flags, own_text=True)
    for block in flat.blocks:
        if isinstance(block, FlatLine):
            document.add_printed_line(block.text, block.start)
            continue
        document.add_table(block.cells, (block.rows, block.columns))
    return document.extracted(decoded.text)


def _as_page(text: str) -> str:
    """Markdown that keeps its tables as HTML, as a page: each line beside them a paragraph."""
    pieces: list[str] = ['<meta charset="utf-8"><body>']
    at = 0
    for match in _TABLE.finditer(text):
        pieces += [*_paragraphs(text[at : match.start()]), match.group()]
        at = match.end()
    return "\n".join([*pieces, *_paragraphs(text[at:])])


def _paragraphs(text: str) -> list[str]:
    return [_paragraph(line) for line in text.splitlines() if line.strip()]


def _paragraph(line: str) -> str:
    mark = re.match(r"\s*(#{1,6})\s+", line)
    level = f"h{len(mark.group(1))}" if mark else "p"
    return f"<{level}>{html.escape(clean_line(line), quote=False)}</{level}>"
