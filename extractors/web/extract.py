"""Web pages: bytes to the lines and tables of the report in them, and what they say about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gouji.model import Failure, FailureKind, MediaType, SourceFile
from gouji.reports.amounts import plain

from ..deadline import Deadline
from ..extracted import Extracted
from ..scan.inside import InnerPictures
from ..settings import ReadSettings
from ..unpaged.document import UnpagedDocument
from .article import Block, article_blocks, is_heading
from .head import PageHead, attachments_of, head_of, labelled_lines
from .mhtml import page_in
from .pictures import pictures_of
from .source import Markup, markup_of
from .tables import Grid, Tables
from .text import TextLine, flow
from .tree import RUNNING, Tree, tree_of

TITLE_SIZE = 2.2 * RUNNING
LEAST_TEXT = 80  # characters: a page with less shows something else, or nothing
MUCH_HIDDEN = 200  # characters: less than this is no report
FEWEST_HEADINGS = 3


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
    blocks = _blocks(tree)
    flags = list(markup.flags)
    if tree.hidden > MUCH_HIDDEN and not _tells_a_report(blocks):
        everything = tree_of(markup.text, show_hidden=True)
        with_hidden = _blocks(everything)
        if _tells_a_report(with_hidden):  # a script would show it: a tab, a page that loads
            tree, blocks = everything, with_hidden
            flags.append("hidden_text")
    head = head_of(tree, markup.saved_from, location)
    document = UnpagedDocument("html", flags=flags, title=head.titles[0] if head.titles else "")
    document.url = head.url
    document.attachments = attachments_of(tree, head)
    blocks = article_blocks(blocks)
    _tell(document, head, blocks)
    _read_pictures(document, pictures_of(source.data, data), blocks, settings)
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


def _tells_a_report(blocks: Sequence[Block]) -> bool:
    headings = sum(1 for b in blocks if isinstance(b, TextLine) and is_heading(b))
    return headings >= FEWEST_HEADINGS or any(isinstance(b, Grid) and b.is_form for b in blocks)


def _tell(document: UnpagedDocument, head: PageHead, blocks: Sequence[Block]) -> None:
    """Hand on what the page tells: first its meta elements, then its blocks in their order."""
    titles = [plain(title) for title in head.titles]
    lines = [block for block in blocks if isinstance(block, TextLine)]
    usual = max((line.size for line in lines), default=RUNNING)
    if head.article_title and plain(head.article_title) not in "".join(
        plain(line.text) for line in lines
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
            named = plain(block.text) in titles
            document.add_line(block.text, max(block.size, TITLE_SIZE) if named else block.size)
            before = None


def _read_pictures(
    document: UnpagedDocument,
    pictures: Iterable[bytes],
    blocks: Sequence[Block],
    settings: ReadSettings,
) -> None:
    """Where the page has no form, its tables may be pictures; they follow what the page says."""
    if any(isinstance(block, Grid) and block.is_form for block in blocks):
        return
    text = sum(len(block.text) for block in blocks if isinstance(block, TextLine))
    deadline = Deadline.after(settings.document_seconds, FailureKind.DOCUMENT_TIMEOUT)
    scans = InnerPictures(document, settings, deadline, only_tables=text >= LEAST_TEXT)
    for number, picture in enumerate(pictures, 1):
        failure = scans.read(picture, f"picture {number}")
        if failure is None or failure.kind is FailureKind.PAGE_BROKEN or failure.stage == "extract":
            continue  # icons and drawings
        if failure.kind is FailureKind.NEEDS_OCR and text and not _tells_a_report(blocks):
            continue
        document.failures.append(failure)
        if failure.kind is FailureKind.TOO_MANY_PAGES:
            break


def _only_frames(tree: Tree, markup: Markup) -> Failure | None:
    """A page that only shows other pages holds no report itself."""
    pages = [address for address in tree.frames if address and address != "about:blank"]
    if not pages or not (tree.is_frameset or tree.body.characters < LEAST_TEXT):
        return None
    names = ", ".join(address[:60] for address in pages[:3])
    return Failure(
        None, "open", FailureKind.UNSUPPORTED, f"the page only frames others: read {names} instead"
    )
