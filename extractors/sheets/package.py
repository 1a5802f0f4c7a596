"""The parts of a workbook: its sheets, the texts they share and the formats of their cells."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from lxml import etree

from gouji.model import DocumentFault, FailureKind

from ..deadline import Deadline
from .number_format import BUILT_IN, GENERAL

LARGEST_PART = 512 << 20  # bytes, unpacked; a million styled rows take 100 MB
LARGEST_LIST = 32 << 20  # of the parts that are held as a whole; 64,000 formats take 10 MB
MOST_STRINGS = 1_000_000
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What a damaged package or part raises.
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError,
    etree.XMLSyntaxError,
)  # fmt: skip
_USUAL_SIZE = 11.0


@dataclass(frozen=True, slots=True)
class CellFormat:
    """How a cell looks, as far as it matters to what it says."""

    code: str = GENERAL
    bordered: bool = False
    size: float = _USUAL_SIZE  # of its type, points


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    name: str
    part: str  # the member of the package
    hidden: bool


@dataclass(slots=True)
class Workbook:
    """What the sheets refer to."""

    archive: zipfile.ZipFile
    deadline: Deadline
    sheets: list[SheetEntry] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    formats: list[CellFormat] = field(default_factory=list)
    from_1904: bool = False

    def elements(self, part: str, *tags: str) -> Iterator[Any]:
        """The elements with these names (without namespace) in a part, each when it ends.

        Raises:
            DocumentFault: the part is beyond measure, or time is up.
            lxml.etree.XMLSyntaxError: the part is damaged from here on.
            KeyError: there is no such part.
        """
        with self.archive.open(part) as stream:
            streamed = "c" in tags or "si" in tags  # one element at a time
            limited = _Limited(stream, part, LARGEST_PART if streamed else LARGEST_LIST)
            wanted = [f"{{*}}{tag}" for tag in tags]
            found = etree.iterparse(
                limited, events=("end",), tag=wanted, resolve_entities=False, no_network=True,
                load_dtd=False, huge_tree=False,
            )  # fmt: skip
            for count, (_, element) in enumerate(found):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
                if count % 4096 == 0:
                    self.deadline.check()


class _Limited(io.RawIOBase):
    """A part as it is unpacked; it ends in a fault where it grows beyond measure."""

    def __init__(self, stream: IO[bytes], part: str, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._part = part
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size if size >= 0 else 1 << 20)
        self._read += len(data)
        if self._read > self._limit:
            message = f"{self._part} unpacks to more than {self._limit >> 20} MB"
            raise DocumentFault(FailureKind.DAMAGED, message)
        return data


@contextmanager
def open_workbook(data: bytes, deadline: Deadline) -> Iterator[Workbook]:
    """The workbook, to read its sheets from.

    Raises:
        DocumentFault: it is no workbook, or damaged where every sheet needs it.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        raise _damaged(error) from error
    with archive:
        try:
            book = _opened(archive, deadline)
        except RuntimeError as error:  # zipfile's way to say so
            if "encrypted" not in str(error):
                raise
            message = "the parts of the file are encrypted"
            raise DocumentFault(FailureKind.ENCRYPTED, message) from error
        except BROKEN as error:
            raise _damaged(error) from error
        yield book


def _damaged(error: Exception) -> DocumentFault:
    reason = " ".join(str(error).split())[:120]
    return DocumentFault(FailureKind.DAMAGED, f"the workbook is damaged: {reason}")


def _opened(archive: zipfile.ZipFile, deadline: Deadline) -> Workbook:
    book = Workbook(archive, deadline)
    targets = _targets(book, "xl/workbook.xml")
    book.sheets = list(_sheets(book, targets))
    for kind, fill in (("sharedStrings", _fill_strings), ("styles", _fill_formats)):
        part = next((t for k, t in targets.values() if k == kind), None)
        if part is not None and part in archive.namelist():
            fill(book, part)
    return book


def local(element: Any) -> str:
    """An element's name without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def cell_text(element: Any) -> str:
    """The text of a shared or inline string: its runs, without the reading given above them."""
    pieces: list[str] = []
    for child in element:
        match local(child):
            case "t":
                pieces.append(child.text or "")
            case "r":
                pieces.extend(each.text or "" for each in child if local(each) == "t")
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Characters that XML cannot hold stand as ``_x000D_``."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")


def _targets(book: Workbook, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to inside the package: by id the kind and the member."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}
    for element in book.elements(f"{folder}/_rels/{name}.rels", "Relationship"):
        if element.get("TargetMode") == "External":
            continue  # never fetched
        target = element.get("Target", "")
        member = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], member)
    return found


def _sheets(book: Workbook, targets: dict[str, tuple[str, str]]) -> Iterator[SheetEntry]:
    for element in book.elements("xl/workbook.xml", "sheet", "workbookPr"):
        if local(element) == "workbookPr":
            book.from_1904 = truth(element.get("date1904"))
            continue
        key = next((v for k, v in element.items() if k.endswith("}id")), "")
        kind, part = targets.get(key, ("", ""))
        if kind in ("worksheet", ""):  # one that is listed and not there is told when it is read
            hidden = element.get("state", "visible") != "visible"
            yield SheetEntry(element.get("name", ""), part, hidden)


def truth(value: str | None, default: bool = False) -> bool:
    """An attribute that is true or false."""
    return default if value is None else value.strip().lower() in ("1", "true", "on", "t")


def _fill_strings(book: Workbook, part: str) -> None:
    for element in book.elements(part, "si"):
        book.strings.append(cell_text(element))
        if len(book.strings) > MOST_STRINGS:
            message = f"the workbook has more than {MOST_STRINGS:,} texts"
            raise DocumentFault(FailureKind.DAMAGED, message)


def _fill_formats(book: Workbook, part: str) -> None:
    codes = dict(BUILT_IN)
    sizes: list[float] = []
    borders: list[bool] = []
    for element in book.elements(part, "numFmt", "fonts", "borders", "cellXfs"):
        match local(element):
            case "numFmt" if local(element.getparent()) == "numFmts":
                codes[number(element.get("numFmtId"))] = element.get("formatCode", GENERAL)
            case "fonts":
                sizes = [_size(font) for font in element if local(font) == "font"]
            case "borders":
                borders = [
                    any(side.get("style", "none") != "none" for side in border)
                    for border in element
                    if local(border) == "border"
                ]
            case "cellXfs":
                for xf in element:
                    font, border = number(xf.get("fontId")), number(xf.get("borderId"))
                    book.formats.append(
                        CellFormat(
                            codes.get(number(xf.get("numFmtId")), GENERAL),
                            borders[border] if border < len(borders) else False,
                            sizes[font] if font < len(sizes) else _USUAL_SIZE,
                        )
                    )


def number(text: str | None) -> int:
    """An attribute that counts; 0 where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _size(font: Any) -> float:
    for child in font:
        if local(child) == "sz":
            try:
                return min(max(float(child.get("val", _USUAL_SIZE)), 1.0), 400.0)
            except ValueError:
                break
    return _USUAL_SIZE
