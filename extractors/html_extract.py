"""Web pages: one page's bytes to its lines, tables and what it says about itself."""

from __future__ import annotations

from gouji.model import SourceFile

from .extracted import Extracted
from .html_source import markup_of
from .html_tables import Tables
from .html_text import TextLine, flow
from .html_tree import tree_of
from .settings import ReadSettings
from .unpaged import UnpagedDocument


def extract_html(source: SourceFile, settings: ReadSettings) -> Extracted:
    markup = markup_of(source.data)
    tree = tree_of(markup.text)
    tables = Tables(tree)
    document = UnpagedDocument("html", flags=list(markup.flags))
    for block in flow(tree.body, tables.is_data):
        if isinstance(block, TextLine):
            document.add_line(block.text, block.size)
        else:
            pending = [block]
            while pending:
                g = tables.grid(pending.pop(0))
                document.add_table(g.cells, g.shape)
                pending.extend(g.inner)
    return document.extracted()
