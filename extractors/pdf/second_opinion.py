"""Other readers of a PDF, asked only where the first reading is in doubt.

pdfplumber parses the file anew (pdfminer), finds tables by its own rules, and reads the text in
them. camelot, which is slower by far, is the third opinion: on cells that pdfplumber contradicts
or does not find, and on tables without rules. Empty cells are proven blank by rendering.
"""

from __future__ import annotations

import io
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gouji.model import Agreement, Box, DocumentFault
from gouji.reports import FormReading
from gouji.reports.amounts import parse_amount
from gouji.reports.filled import FilledCell

from ..doubt import empty_cells
from ..settings import ReadSettings
from .document import PdfFile
from .ink import inked

if TYPE_CHECKING:
    from .plumber import PlumbedCharacter

logger = logging.getLogger(__name__)

# A report's form stands on 2–5 pages; more pages than this are not given to other readers.
MOST_PAGES = 12


# Equal characters nearer than this share of the type's height are one, struck twice.
DOUBLED = 0.3


@dataclass(frozen=True, slots=True)
class Opinion:
    """What another reader says of a cell; ``text`` is its reading, None when it found no cell."""

    agreement: Agreement
    text: str | None = None
    reader: str = ""


class SecondReaders:
    """The other readers of one PDF; call with the form and the cells in doubt.

    ``file`` is still open: opened anew, it would parse its fonts again before a page is drawn,
    10 ms a page.
    """

    def __init__(self, file: PdfFile, turned: Iterable[int], settings: ReadSettings) -> None:
        self._file = file
        self._turned = frozenset(turned)  # pages set sideways: the other readers do not turn them
        self._settings = settings

    def __call__(self, form: FormReading, doubtful: Sequence[FilledCell]) -> dict[str, Opinion]:
        """Opinions by key, for the cells in doubt and for the empty ones."""
        opinions: dict[str, Opinion] = {}
        empty = [c for c in empty_cells(form) if c.page not in self._turned]
        marked = self._marked(empty)
        for cell in empty:
            if cell.key not in marked:
                opinions[cell.key] = Opinion(Agreement.AGREES, "", "ink")
        asked = [c for c in doubtful if c.page not in self._turned and c.key not in opinions]
        asked += [c for c in empty if c.key in marked and c not in asked]
        if self._settings.second_reader and asked:
            opinions.update(ask_pdfplumber(self._file.content, self._file.password, asked))
        if self._settings.third_reader:
            unsettled = [c for c in asked if _unsettled(opinions.get(c.key))]
            if unsettled:
                file = self._file
                opinions.update(ask_camelot(file.content, file.password, unsettled, opinions))
        return opinions

    def _marked(self, empty: Sequence[FilledCell]) -> set[str]:
        if not empty:
            return set()
        try:
            return inked(self._file, empty)
        except DocumentFault:
            return {cell.key for cell in empty}


def _unsettled(opinion: Opinion | None) -> bool:
    """Whether camelot is worth its half second; where pdfminer failed, it fails as well."""
    return opinion is not None and opinion.agreement in (Agreement.DISAGREES, Agreement.SILENT)


def _by_page(cells: Iterable[FilledCell]) -> dict[int, list[FilledCell]]:
    in_order = sorted((c for c in cells if c.page and c.box), key=lambda c: c.page or 0)
    pages = {number: list(group) for number, group in groupby(in_order, key=lambda c: c.page or 0)}
    return dict(list(pages.items())[:MOST_PAGES])


def ask_pdfplumber(
    data: bytes, password: str | None, cells: Sequence[FilledCell]
) -> dict[str, Opinion]:
    """What pdfplumber reads where the first reader found each of the cells.

    A page that pdfplumber cannot read gives no opinion.
    """
    import pdfplumber  # 150 ms and 30 MB: only documents with doubts pay

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    pages = _by_page(cells)
    numbers = list(pages)
    opinions: dict[str, Opinion] = {}
    try:
        with pdfplumber.open(io.BytesIO(_only(data, password, numbers))) as pdf:
            for number, page in zip(numbers, pdf.pages, strict=True):
                opinions.update(_page_opinions(page, pages[number]))
                page.close()
    except Exception as error:  # pdfminer raises whatever its parser stumbles over
        logger.info("pdfplumber gives no opinion: %s", error)
    return opinions


def _only(data: bytes, password: str | None, numbers: Sequence[int]) -> bytes:
    """A PDF of the pages asked for alone, without object streams.

    pdfminer unpacks every object stream of a file to find one object of it: 60 ms of a tagged
    report, most of it the structure tree, against 6 ms to cut the page out.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(data), password=password or "") as whole, pikepdf.new() as part:
        for number in numbers:
            part.pages.append(whole.pages[number - 1])
            page = part.pages[-1].obj
            for entry in ("/StructParents", "/Annots", "/B"):
                if entry in page:
                    del page[entry]
        written = io.BytesIO()
        part.save(written, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return written.getvalue()


def _page_opinions(page: Any, cells: Sequence[FilledCell]) -> Mapping[str, Opinion]:
    from .plumber import plumb_page

    plumbed = plumb_page(page, [cell.box for cell in cells if cell.box is not None])

    def text_at(box: Box) -> str | None:
        around = [c for c in plumbed.cells if c.contains(box.center_x, box.center_y)]
        if not around:
            return None
        return _text_in(plumbed.characters, min(around, key=lambda cell: cell.area))

    return {cell.key: _opinion(cell, text_at, "pdfplumber") for cell in cells}


def _opinion(cell: FilledCell, text_at: Callable[[Box], str | None], reader: str) -> Opinion:
    assert cell.box is not None
    text = text_at(cell.box)
    if text is None:
        return Opinion(Agreement.SILENT, None, reader)
    same = _same(text, cell.text or "")
    return Opinion(Agreement.AGREES if same else Agreement.DISAGREES, text, reader)


def _upright(box: Sequence[float]) -> bool:
    return box[0] <= box[2] and box[1] <= box[3]


def _text_in(characters: Sequence[PlumbedCharacter], box: Box) -> str:
    """The characters whose middle lies in the box, line by line, doubled ones once."""
    inside = [
        c
        for c in characters
        if box.contains((c.x0 + c.x1) / 2, (c.top + c.bottom) / 2) and not c.text.isspace()
    ]
    inside.sort(key=lambda c: (round(c.top / 4), c.x0))
    lines: list[str] = []
    last: PlumbedCharacter | None = None
    for character in inside:
        height = character.bottom - character.top
        if last is not None and (
            last.text == character.text
            and abs(last.x0 - character.x0) < DOUBLED * height
            and abs(last.top - character.top) < DOUBLED * height
        ):
            continue
        if last is None or character.top - last.top > 0.5 * height:
            lines.append("")
        elif character.x0 - last.x1 > 0.3 * height:
            lines[-1] += " "
        lines[-1] += character.text
        last = character
    return "\n".join(lines)


def ask_camelot(
    data: bytes,
    password: str | None,
    cells: Sequence[FilledCell],
    known: Mapping[str, Opinion],
) -> dict[str, Opinion]:
    """What camelot reads at the places of cells that are still unsettled.

    Its word replaces pdfplumber's only where it found the cell: agreeing with the first reading,
    or contradicting it as pdfplumber did. Tables without rules are read by its ``stream`` flavour.
    """
    camelot = _camelot()
    if camelot is None:
        return {}
    opinions: dict[str, Opinion] = {}
    with tempfile.TemporaryDirectory(prefix="gouji-") as folder:
        path = Path(folder) / "page.pdf"
        path.write_bytes(data)
        for number, group in _by_page(cells).items():
            flavour = "stream" if any("aligned" in c.reader for c in group) else "lattice"
            boxes = _camelot_cells(camelot, path, number, flavour, password)
            for cell in group:
                opinion = _opinion(cell, _text_at(boxes), "camelot")
                before = known.get(cell.key)
                if opinion.agreement is Agreement.SILENT and before is not None:
                    continue
                opinions[cell.key] = opinion
    return opinions


def _text_at(boxes: Sequence[tuple[Box, str]]) -> Callable[[Box], str | None]:
    def text_at(box: Box) -> str | None:
        around = [item for item in boxes if item[0].contains(box.center_x, box.center_y)]
        return min(around, key=lambda item: item[0].area)[1] if around else None

    return text_at


def _camelot() -> Any | None:
    try:
        import camelot  # pandas and opencv come with it: 400 ms and 100 MB
    except ImportError as error:
        logger.info("camelot gives no opinion: %s", error)
        return None
    return camelot


def _camelot_cells(
    camelot: Any, path: Path, number: int, flavour: str, password: str | None
) -> list[tuple[Box, str]]:
    """Boxes (points, top-left) and texts of the cells camelot finds on a page."""
    result: list[tuple[Box, str]] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tables = camelot.read_pdf(
                str(path), pages=str(number), flavor=flavour, password=password
            )
        with (
            PdfFile(path.read_bytes(), (password,) if password else ()) as file,
            file.page(number) as page,
        ):
            height = page.frame.height
        for table in tables:
            for row in table.cells:
                for cell in row:
                    box = (cell.x1, height - cell.y2, cell.x2, height - cell.y1)
                    if _upright(box):
                        result.append((Box(*box), cell.text))
    except Exception as error:  # camelot raises what its parsers raise
        logger.info("camelot gives no opinion on page %d: %s", number, error)
    return result


def _same(theirs: str, ours: str) -> bool:
    first, second = parse_amount(theirs, signed=True), parse_amount(ours, signed=True)
    return (first.value, first.kind) == (second.value, second.kind)
