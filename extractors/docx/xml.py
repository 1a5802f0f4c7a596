"""The XML of Office files: elements, names, values, and a parser that harms nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol, cast, overload

from lxml import etree

from gouji.model import DocumentFault, FailureKind

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
V = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VAL = f"{W}val"

_OFF = frozenset(("0", "false", "off", "none"))
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0, "pi": 12.0}
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Characters that XML 1.0 has not, raw and as references: some programs write them, Word refuses.
_ILLEGAL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:[0-8]|1[124-9]|2\d|3[01]|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
)


class Element(Protocol):
    """What is used of an element of lxml, which has no types of its own."""

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, default: str) -> str: ...
    def find(self, path: str) -> Element | None: ...
    def iterchildren(self, tag: str) -> Iterator[Element]: ...
    def iter(self, *tags: str) -> Iterator[Element]: ...
    def iterfind(self, path: str) -> Iterator[Element]: ...
    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...


def first(element: Element, tag: str) -> Element | None:
    """The first child with a tag; twice as fast as `find`, which takes paths."""
    return next(element.iterchildren(tag), None)


def parse_xml(data: bytes, name: str) -> Element:
    """The root element of a part.

    Raises:
        DocumentFault: not well-formed, nested beyond the parser's limit, or with a DTD, which no
            Office file has and through which XML does harm.
    """
    if data.startswith(_UTF16):
        data = _as_utf8(data, name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise DocumentFault(FailureKind.DAMAGED, f"{name} has a DTD, which no DOCX may have")
    if b"purl.oclc.org/ooxml" in data:  # the strict standard says the same under other names
        data = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", data)
    try:
        return cast(Element, etree.fromstring(data, _parser()))
    except etree.XMLSyntaxError as error:
        mended = _ILLEGAL.sub(b"", data)
        if mended != data:
            try:
                return cast(Element, etree.fromstring(mended, _parser()))
            except etree.XMLSyntaxError:
                pass
        reason = "it is nested too deeply" if "depth" in str(error) else one_line(error)
        raise DocumentFault(
            FailureKind.DAMAGED, f"the DOCX file is damaged: {name}: {reason}"
        ) from error


def _parser() -> Any:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _as_utf8(data: bytes, name: str) -> bytes:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise DocumentFault(
            FailureKind.DAMAGED, f"the DOCX file is damaged: {name}: {one_line(error)}"
        ) from error
    return re.sub(r"^<\?xml[^>]*\?>", "", text).encode("utf-8", "replace")


def is_on(value: str | None) -> bool:
    """A switch of Office XML; without a value it is on, and callers pass "1" for that."""
    return value is not None and value.lower() not in _OFF


def whole(value: str | None, otherwise: int = 0) -> int:
    """A whole number of at most nine digits; what is none, or absurd, is ``otherwise``."""
    text = (value or "").strip()
    digits = text[1:] if text[:1] in ("-", "+") else text
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else otherwise


@lru_cache(maxsize=256)  # a document has a handful of sizes, and thousands of runs
def half_points(value: str | None) -> float | None:
    """A type size as points: half points, or in the strict standard a number with its unit."""
    text = (value or "").strip()
    unit = _POINTS.get(text[-2:])
    try:
        size = float(text[:-2]) * unit if unit is not None else float(text) / 2
    except ValueError:
        return None
    return size if 0 < size < 2000 else None


def one_line(error: Exception) -> str:
    """What an exception says, in one line."""
    return " ".join(str(error).split())[:120] or type(error).__name__
