"""Web pages: bytes to the lines and tables of the report in them, and what they say about it."""

from __future__ import annotations

from collections.abc import Sequence

from gouji.model import Failure, FailureKind, MediaType, SourceFile

from .extracted import Extracted
from .html_article import Block, article_blocks
from .html_head import PageHead, attachments_of, head_of, labelled_lines
from .html_source import Markup, markup_of
from .html_tables import Grid, Tables
from .html_text import TextLine, flow
from .html_tree import RUNNING, Tree, tree_of
from .mhtml import page_in
from .settings import ReadSettings
from .unpaged import UnpagedDocument

TITLE_SIZE = 2.2 * RUNNING
LEAST_TEXT = 80  # characters: a page with less shows something else, or nothing


def extract_html(source: SourceFile, settings: ReadSettings) -> Extracted:
    """Read a saved page (HTML, XHTML, MHTML).

    Raises:
        DocumentFault: there is more markup than can be parsed, or no page in the message.
    """
    data, declared, location = source.data, None, None
    if source.media_type is MediaType.MHTML:
        part = page_in(source.data)
        data, declared, location = part.data, part.charset, part.location
    markup = markup_of(data, declared)
    tree = tree_of(markup.text)
    flags = list(markup.flags)
    if tree.hidden > tree.body.characters < LEAST_TEXT:
        tree = tree_of(markup.text, show_hidden=True)  # shown by a script that does not run here
        flags.append("hidden_text")
    head = head_of(tree, markup.saved_from, location)
    document = UnpagedDocument("html", flags=flags, title=head.titles[0] if head.titles else "")
    document.url = head.url
    document.attachments = attachments_of(tree, head)
    blocks = article_blocks(tree, _blocks(tree))
    _tell(document, head, blocks)
    if (failure := _only_frames(tree, markup)) is not None:
        document.failures.append(failure)
    return document.extracted()


def _blocks(tree: Tree) -> list[Block]:
    """Lines and tables in reading order; tables inside cells follow the table around them."""
    tables = Tables(tree)
    blocks: list[Block] = []
    for item in flow(tree.body, tables.is_data):
        if isinstance(item, TextLine):
            blocks.append(item)
            continue
        waiting = [item]
        while waiting:
            grid = tables.grid(waiting.pop(0))
            blocks.extend(grid.caption)
            blocks.append(grid)
            waiting.extend(grid.inner)
    return blocks


def _tell(document: UnpagedDocument, head: PageHead, blocks: Sequence[Block]) -> None:
    """Hand on what the page tells: first its meta elements, then its blocks in their order."""
    titles = [_bare(title) for title in head.titles]
    lines = [block for block in blocks if isinstance(block, TextLine)]
    usual = max((line.size for line in lines), default=RUNNING)
    if head.article_title and _bare(head.article_title) not in "".join(
        _bare(line.text) for line in lines
    ):
        document.add_line(head.article_title, max(TITLE_SIZE, usual))
    for text in labelled_lines(head, blocks):
        document.add_line(text, 0.0)
    before: tuple[int, int] | None = None  # number and columns of a table right before
    for block in blocks:
        if isinstance(block, Grid):
            columns = block.shape[1]
            follows = before[0] if before is not None and before[1] == columns else None
            number = document.add_table(block.cells, block.shape, follows)
            document.flags.extend(block.flags)
            before = (number, columns)
        elif not block.struck:
            named = _bare(block.text) in titles
            document.add_line(block.text, max(block.size, TITLE_SIZE) if named else block.size)
            before = None


def _bare(text: str) -> str:
    return "".join(text.split())


def _only_frames(tree: Tree, markup: Markup) -> Failure | None:
    """A page that only shows other pages holds no report itself."""
    pages = [address for address in tree.frames if address and address != "about:blank"]
    if not pages or not (tree.is_frameset or tree.body.characters < LEAST_TEXT):
        return None
    names = ", ".join(address[:60] for address in pages[:3])
    return Failure(
        None, "open", FailureKind.UNSUPPORTED, f"the page only frames others: read {names} instead"
    )
