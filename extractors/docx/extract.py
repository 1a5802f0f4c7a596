"""A DOCX document as lines and tables: its body in reading order, then its notes.

Headers and footers are left out; comments, macros and embedded objects are never looked at, and
nothing outside the file is fetched.
"""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gouji.model import DocumentFault, Failure, FailureKind, GridCell, SourceFile

from ..deadline import Deadline
from ..extracted import Extracted
from ..scan.inside import InnerPictures
from ..settings import ReadSettings
from ..sniff import sniff
from ..unpaged.document import MOST_CELLS, TEXT_SIZE, UnpagedDocument
from .blocks import (
    CHUNK,
    PARAGRAPH,
    TABLE,
    blocks,
    has_text,
    is_layout,
    is_one_text,
    paragraphs,
)
from .numbering import Numbering
from .package import MOST_XML, Package, Relation
from .pictures import DocxPicture, in_place_of_tables, is_large, named, picture_of
from .styles import Styles
from .tables import SAME_WIDTH, PlacedCell, RawRow, is_crossed_out, laid_out, rows_of, width_of
from .text import Paragraph, PictureUse, TextReader
from .xml import Element, R, W

MOST_PICTURES = 200
_OBJECT = "\ufffc"  # stands for what is no text
_NOT_TO_FILL = "/"
_CORE_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_TITLE_WORDS = ("信息公开", "政务公开", "資訊公開", "信息公開", "政務公開")


def extract_docx(source: SourceFile, settings: ReadSettings) -> Extracted:
    """The body of a DOCX document.

    Raises:
        DocumentFault: it is damaged, encrypted, or larger than any report.
    """
    return _Body(source, settings, ocr=True).read()


def docx_pictures(source: SourceFile, settings: ReadSettings) -> tuple[DocxPicture, ...]:
    """The pictures of a DOCX document that may hold a table, in reading order, with their bytes.

    Raises:
        DocumentFault: as `extract_docx`.
    """
    body = _Body(source, settings)
    body.read()
    return tuple(body.pictures)


@dataclass(slots=True)
class _Grid:
    """A table read: its cells, and the tables inside them, which follow it."""

    cells: list[GridCell]
    shape: tuple[int, int]
    width: tuple[str, float] | None = None  # as the file says: unit and number
    nested: list[_Grid] = field(default_factory=list)
    pieced: list[tuple[int, int]] = field(default_factory=list)  # cells by row and column


class _Body:
    """Walks the body once; counters of lists and fields go on through all of it."""

    def __init__(self, source: SourceFile, settings: ReadSettings, *, ocr: bool = False) -> None:
        self._source = source
        self._deadline = Deadline.after(settings.document_seconds, FailureKind.DOCUMENT_TIMEOUT)
        self._package = Package(source.data)
        self._main = self._package.main_part()
        self._root = self._package.xml(self._main)
        self._relations = self._package.relations(self._main)
        styles = Styles(self._package.optional_xml(self._part("styles")))
        numbering = Numbering(self._package.optional_xml(self._part("numbering")), styles)
        self._styles, self._numbering = styles, numbering
        self._reader = TextReader(self._root, styles, numbering)
        self._document = UnpagedDocument("docx")
        self._scans = InnerPictures(self._document, settings, self._deadline) if ocr else None
        self.pictures: list[DocxPicture] = []
        self._pending = ""  # text of paragraphs whose mark is deleted
        self._before: tuple[int, _Grid] | None = None  # the table just read, and its number
        self._adjoins = False  # nothing at all stands behind that table
        self._cells = 0  # of tables so far
        self._drawn = 0  # pictures so far, small ones too
        self._pieced = False  # whether a number of the cell in hand is set in several runs
        self._chunks: list[str] = []  # imported parts
        self._events: list[tuple[str, str]] = []  # lines, tables and pictures in their order

    def read(self) -> Extracted:
        document = self._document
        body = self._root.find(f"{W}body")
        if body is None:
            raise DocumentFault(FailureKind.DAMAGED, "the DOCX file is damaged: it has no body")
        try:
            self._blocks(blocks(body))
            self._flush()
            self._notes()
            document.title = self._title()
        except RecursionError as error:
            raise DocumentFault(
                FailureKind.DAMAGED, "the DOCX file is damaged: it is nested too deeply"
            ) from error
        for message in self._package.damaged:
            document.failures.append(Failure(0, "extract", FailureKind.DAMAGED, message))
        if in_place_of_tables(self._events):
            document.flags.append("tables_in_pictures")
        return replace(document.extracted(), instead=self._instead())

    def _part(self, kind: str) -> str | None:
        """The part of a kind that the document names, or the one that lies where it should."""
        for relation in self._relations.values():
            if relation.kind == kind and not relation.external:
                return relation.target
        return posixpath.join(posixpath.dirname(self._main), f"{kind}.xml")

    # Running text

    def _blocks(self, found: Iterable[Element]) -> None:
        elements = list(found)
        for element, following in itertools.zip_longest(elements, elements[1:]):
            if element.tag == PARAGRAPH:
                self._adjoins = False
                self._paragraph(self._reader.paragraph(element))
            elif element.tag == TABLE:
                self._flush()
                self._table(element, following is not None and following.tag == TABLE)
            else:
                self._imported(element)

    def _paragraph(self, paragraph: Paragraph) -> None:
        self._deadline.check()
        text = self._pending + paragraph.text
        if paragraph.goes_on:
            self._pending = text
        else:
            self._pending = ""
            self._line(paragraph.label + text, paragraph.size)
        self._hanging(paragraph)
        for box in paragraph.boxes:
            self._blocks(blocks(box))
            self._flush()

    def _line(self, text: str, size: float) -> None:
        if text.strip():
            self._document.add_line(text, size or TEXT_SIZE)
            self._events.append(("line", text))
            self._before = None

    def _flush(self) -> None:
        """A deleted mark at the end joins to nothing."""
        self._line(self._pending, 0.0)
        self._pending = ""

    def _imported(self, element: Element) -> None:
        """Parts of another kind, or other files: named, and not read."""
        relation = self._relations.get(element.get(f"{R}id", ""))
        where = relation.target if relation is not None else "nothing"
        outside = relation is not None and relation.external
        message = (
            f"a part of the document is another file ({_short(where)}): not fetched"
            if outside
            else f"an imported part of the document ({_short(where)}) is not read"
        )
        self._fail("extract", FailureKind.UNSUPPORTED, message)
        if relation is not None and not outside and element.tag == CHUNK:
            self._chunks.append(relation.target)

    def _instead(self) -> SourceFile | None:
        """The imported part that is all of the document: so programs turn web pages into DOCX."""
        if len(self._chunks) != 1 or self._document.lines or self._document.parts:
            return None
        try:
            data = self._package.read(self._chunks[0], MOST_XML)
        except (KeyError, DocumentFault):
            return None
        return SourceFile(self._source.name, data, sniff(data), self._source.sha256)

    def _notes(self) -> None:
        """Footnotes and endnotes that the text refers to, behind the body."""
        for kind in ("footnotes", "endnotes"):
            wanted = [number for of, number in self._reader.notes if of == kind]
            root = self._package.optional_xml(self._part(kind)) if wanted else None
            if root is None:
                continue
            by_id = {note.get(f"{W}id", ""): note for note in root}
            reader = TextReader(root, self._styles, self._numbering)
            for number in dict.fromkeys(wanted):
                note = by_id.get(number)
                for element in blocks(note) if note is not None else ():
                    for paragraph in paragraphs(element):
                        self._line(reader.paragraph(paragraph).text.strip(), 0.0)

    def _title(self) -> str:
        """The title in the file's properties; before it, one that only the header prints."""
        core = self._package.optional_xml("docProps/core.xml")
        element = core.find(_CORE_TITLE) if core is not None else None
        title = " ".join(((element.text if element is not None else "") or "").split())
        if _is_title(title):
            return title
        for text in self._headers():
            if _is_title(text):
                return text
        return title

    def _headers(self) -> Iterator[str]:
        for relation in self._relations.values():
            if relation.kind != "header" or relation.external:
                continue
            root = self._package.optional_xml(relation.target)
            if root is not None:
                reader = TextReader(root, self._styles, self._numbering)
                texts = [reader.paragraph(p).text for p in paragraphs(root)]
                yield from texts
                yield "".join(texts)  # a title set over lines

    # Tables

    def _table(self, element: Element, adjoined: bool) -> None:
        """A table, or the running text that it places.

        A single cell that adjoins another table is a row of that one.
        """
        rows = rows_of(element, MOST_CELLS)
        is_row = (adjoined or self._adjoins) and is_one_text(rows)
        if is_layout(rows) and not is_row:
            for row in rows:
                for cell in row.cells:
                    self._blocks(blocks(cell.element))
                    self._flush()
        else:
            self._add(self._grid(element, rows))

    def _add(self, grid: _Grid) -> None:
        """A table, and those inside it."""
        if grid.cells:
            continues = self._before[0] if self._carries_on(grid) and self._before else None
            number = self._document.add_table(grid.cells, grid.shape, continues)
            self._document.pieced |= {(number, *place) for place in grid.pieced}
            self._events.append(("table", ""))
            self._before, self._adjoins = (number, grid), True
        for nested in grid.nested:
            self._before = None
            self._add(nested)
            self._before = None

    def _carries_on(self, grid: _Grid) -> bool:
        """Whether no text parts the table from the one before, and the two look like one.

        Word itself draws two tables as one where not even an empty paragraph parts them.
        """
        if self._before is None:
            return False
        before = self._before[1]
        if self._adjoins or before.shape[1] == grid.shape[1]:
            return True
        if before.width is None or grid.width is None or before.width[0] != grid.width[0]:
            return False
        return abs(before.width[1] - grid.width[1]) <= SAME_WIDTH * grid.width[1]

    def _grid(self, element: Element, rows: Sequence[RawRow]) -> _Grid:
        self._deadline.check()
        columns = element.find(f"{W}tblGrid")
        width = width_of(rows)
        rows = self._within_limit(rows)
        placed, shape = laid_out(rows, len(columns) if columns is not None else 0)
        grid = _Grid([], shape, width)
        for cell in placed:
            if any(has_text(covered) for covered in cell.covered):
                self._document.flags.append("covered_text")
            self._pieced = False
            text = self._cell_text(cell, grid)
            if self._pieced:
                grid.pieced.append((cell.row, cell.column))
            grid.cells.append(
                GridCell(cell.row, cell.column, cell.row_span, cell.column_span, text)
            )
        return grid

    def _within_limit(self, rows: Sequence[RawRow]) -> Sequence[RawRow]:
        """The rows for which there is room, counting the tables before."""
        for index, row in enumerate(rows):
            self._cells += len(row.cells)
            if self._cells > MOST_CELLS:
                message = f"the tables have more than {MOST_CELLS:,} cells: the rest is left out"
                self._fail("table", FailureKind.TOO_MANY_PAGES, message)
                return rows[:index]
        return rows

    def _cell_text(self, cell: PlacedCell, grid: _Grid) -> str:
        """The lines of a cell; tables inside it become tables behind this one.

        A cell without text may print something all the same: a line across, or a picture.
        """
        lines: list[str] = []
        drawn = self._drawn
        self._cell_blocks(blocks(cell.element), lines, grid)
        if not lines and self._drawn > drawn:
            return _OBJECT
        if not lines and is_crossed_out(cell.element):
            return _NOT_TO_FILL
        return "\n".join(lines)

    def _cell_blocks(self, found: Iterable[Element], lines: list[str], grid: _Grid) -> None:
        pending = ""
        for element in found:
            if element.tag == TABLE:
                rows = rows_of(element, MOST_CELLS)
                if is_layout(rows):  # a frame round the words of the cell
                    for row in rows:
                        for inner in row.cells:
                            self._cell_blocks(blocks(inner.element), lines, grid)
                else:
                    grid.nested.append(self._grid(element, rows))
            elif element.tag == PARAGRAPH:
                paragraph = self._reader.paragraph(element)
                self._pieced |= paragraph.pieced
                text = pending + paragraph.text
                pending = text if paragraph.goes_on else ""
                if not paragraph.goes_on and (text := paragraph.label + text).strip():
                    lines.append(text)
                self._hanging(paragraph)
                for box in paragraph.boxes:
                    self._cell_blocks(blocks(box), lines, grid)
            else:
                self._imported(element)
        if pending.strip():
            lines.append(pending)

    # Pictures

    def _hanging(self, paragraph: Paragraph) -> None:
        self._drawn += len(paragraph.pictures)
        for use in paragraph.pictures:
            self._picture(use)

    def _picture(self, use: PictureUse) -> None:
        if use.embedded:
            message = f"an embedded object ({_short(use.embedded)}) is not read"
            self._fail("extract", FailureKind.UNSUPPORTED, message)
            return
        relation = self._relations.get(use.relation)
        if not is_large(use) or len(self.pictures) >= MOST_PICTURES:
            return
        self._events.append(("picture", ""))
        number = len(self.pictures) + 1
        if relation is None or relation.external:
            message = f"picture {number} is not in the file: not fetched"
            self._fail("ocr", FailureKind.NOT_READABLE, message)
            relation = Relation("image", "", external=True)
        picture = picture_of(
            self._package,
            number,
            relation.target,
            use,
            lines=len(self._document.lines),
            tables=len(self._document.parts),
        )
        if self._scans is None:  # they are wanted with their bytes
            self.pictures.append(picture)
            return
        self.pictures.append(replace(picture, data=b""))
        if not relation.external:
            failure = self._scans.read(picture.data, named(number, relation.target, use))
            if failure is not None and failure not in self._document.failures:
                self._document.failures.append(failure)
            if len(self._document.parts) > picture.tables:
                self._events[-1] = ("table", "")
            self._before = None

    def _fail(self, stage: str, kind: FailureKind, message: str) -> None:
        failure = Failure(0, stage, kind, message)
        if failure not in self._document.failures:
            self._document.failures.append(failure)


def _is_title(text: str) -> bool:
    return any(words in "".join(text.split()) for words in _TITLE_WORDS)


def _short(text: str) -> str:
    return " ".join(text.split())[:80]
