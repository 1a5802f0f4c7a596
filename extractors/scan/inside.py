"""Pictures inside documents without pages: a table that was pasted as a picture is read as one.

What a picture says is told to the document where the picture stands: its lines as lines, its tables
as tables, each cell with how it was read.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from gouji.grids import Line, PartJoiner
from gouji.grids.parts import PageContent
from gouji.model import (
    DocumentFault,
    EngineMissing,
    Failure,
    FailureKind,
    GridCell,
    ProgramMissing,
    TablePart,
)
from ocr.pictures import MEDIA_TYPES, PictureFile

from ..deadline import Deadline
from ..extracted import internal_failure
from ..settings import ReadSettings
from ..sniff import sniff
from ..unpaged.document import UnpagedDocument
from . import reading as scanning
from .pictures import is_plain
from .reading import READER, ScanReading

MOST_READ = 50  # pictures of one document: a picture takes about as long as a scanned page


class InnerPictures:
    """Reads the pictures of one document as it comes by them."""

    def __init__(
        self,
        document: UnpagedDocument,
        settings: ReadSettings,
        deadline: Deadline,
        *,
        only_tables: bool = False,
    ) -> None:
        """``only_tables``: of a picture without a table nothing is told."""
        self._document = document
        self._settings = settings
        self._deadline = deadline
        self._only_tables = only_tables
        self._seen: set[bytes] = set()
        self._pages = 0
        self._said = (0, 0)  # lines and tables of the document after the picture before
        self._joiner = PartJoiner()
        self._numbers: list[int] = []  # in the document, of the tables of the joiner

    def read(self, data: bytes, name: str) -> Failure | None:
        """Read a picture, and tell why not where it cannot be; ``name`` begins that sentence.

        The same picture a second time says nothing new.

        Raises:
            DocumentFault: the document's time is up.
        """
        media_type = sniff(data)
        if media_type not in MEDIA_TYPES:  # drawings (EMF, WMF, SVG), and what is damaged
            return Failure(0, "extract", FailureKind.NEEDS_OCR, f"{name} needs OCR")
        digest = hashlib.sha256(data).digest()
        if digest in self._seen:
            return None
        self._deadline.check()
        if len(self._seen) >= MOST_READ:
            message = f"more than {MOST_READ} pictures: the others are not read"
            return Failure(0, "ocr", FailureKind.TOO_MANY_PAGES, message)
        self._seen.add(digest)
        try:
            file = PictureFile(data, media_type, most_pages=MOST_READ)
            for number in range(1, min(len(file), MOST_READ) + 1):
                self._deadline.check()
                picture = file.page(number)  # before the scanner: many are too small to be read
                if not is_plain(picture.image):
                    self._tell(scanning.installed_scanner(self._settings)(picture.image, 0))
                if picture.kept < 1:
                    message = f"{name} breaks off, {1 - picture.kept:.0%} of its rows are lost"
                    return Failure(0, "open", FailureKind.DAMAGED, message)
        except EngineMissing as missing:
            return Failure(0, "ocr", FailureKind.NEEDS_OCR, f"{name} needs OCR: {missing}")
        except ProgramMissing as missing:
            return Failure(0, "open", FailureKind.UNSUPPORTED, f"{name}: {missing}")
        except DocumentFault as fault:
            if fault.kind is FailureKind.DOCUMENT_TIMEOUT:
                raise
            return Failure(0, "ocr", fault.kind, f"{name}: {fault}")
        except MemoryError:
            message = f"{name} needs too much memory"
            return Failure(0, "ocr", FailureKind.OUT_OF_MEMORY, message)
        except Exception as error:  # a mistake of ours costs the picture, not the document
            failure = internal_failure(error, 0)
            return replace(failure, message=f"{name}: {failure.message}")
        return None

    def _tell(self, found: ScanReading) -> None:
        if self._only_tables and not found.tables:
            return
        document = self._document
        # only of pictures with nothing between them can a table go on in the next one
        here = len(document.lines), len(document.parts)
        self._pages += 1 if here == self._said else 2
        content = PageContent(self._pages, found.height, found.tables, found.lines)
        joined = self._joiner.add(content)
        blocks: list[Line | TablePart] = [*found.tables, *found.lines]
        for block in sorted(blocks, key=lambda block: (block.box.top, block.box.left)):
            if isinstance(block, Line):
                document.add_line(block.text, block.size)
            else:
                self._add(block, joined[found.tables.index(block)], found)
        self._said = len(document.lines), len(document.parts)

    def _add(self, table: TablePart, joined: TablePart, found: ScanReading) -> None:
        cells = [GridCell(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]
        continues = None if joined.continues is None else self._numbers[joined.continues]
        number = self._document.add_table(cells, table.shape, continues, reader=READER)
        self._numbers.append(number)
        for cell in table.cells:
            reading = found.cells.get((table.part, cell.row, cell.column))
            if reading is not None:
                self._document.readings[number, cell.row, cell.column] = reading
