"""What every extractor hands on to the form, whatever kind of document it read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gouji.grids import Line
from gouji.model import (
    Attachment,
    Box,
    Failure,
    FailureKind,
    PageLook,
    PageRoute,
    PageText,
    SourceFile,
    TablePart,
    Word,
)

if TYPE_CHECKING:
    from ocr.cells import CellReading  # brings OpenCV along


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extractor hands to the form: tables in document order, lines outside them, text.

    ``turned`` gives, for pages whose text is not upright, how to turn a box of that page back.
    In a document without pages every page number is 0 (`extractors.unpaged.document` makes such).
    """

    pages: int
    parts: tuple[TablePart, ...] = ()
    lines: tuple[tuple[int, Line], ...] = ()
    text: tuple[PageText, ...] = ()
    routes: tuple[PageRoute, ...] = ()
    failures: tuple[Failure, ...] = ()
    title: str = ""
    turned: dict[int, Callable[[Box], Box]] | None = None
    flags: tuple[str, ...] = ()
    unseen: dict[int, tuple[Word, ...]] | None = None  # by page: text that cannot be seen
    # of text: where in the document's text a cell stands, by part, row and column
    spans: Mapping[tuple[int, int, int], tuple[int, int]] = field(default_factory=dict)
    # of text: where in the document's text each of ``lines`` begins
    starts: tuple[int | None, ...] = ()
    # of DOCX: cells with a number of several runs, which may be two, by part, row and column
    pieced: frozenset[tuple[int, int, int]] = frozenset()
    instead: SourceFile | None = None  # a document inside this one that is all of it
    url: str | None = None  # the address the document was saved from, where it says so
    attachments: tuple[Attachment, ...] = ()  # files that a page links to
    # of pages of pixels: how each cell was read, by part, row and column
    readings: Mapping[tuple[int, int, int], CellReading] = field(default_factory=dict)
    looks: Mapping[int, PageLook] = field(default_factory=dict)  # of pages of pixels, by page


def internal_failure(error: Exception, page: int | None) -> Failure:
    """A mistake of the program as a failure of one line that says where it happened."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = ""
    if where is not None:
        name = where.tb_frame.f_code.co_filename.replace("\\", "/").rsplit("/", 1)[-1]
        place = f" ({name}:{where.tb_lineno})"
    text = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return Failure(page, "extract", FailureKind.INTERNAL, f"internal error: {text}{place}")
