"""Pictures of a DOCX document that may hold a table: they go to OCR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gouji.model import DocumentFault
from gouji.reports.amounts import plain

from .package import MOST_PICTURE, Package
from .text import PictureUse

# Points. A form printed narrower or lower than this cannot be read; seals are 120 by 120.
LEAST_WIDTH, LEAST_HEIGHT = 200.0, 60.0
LONGEST_HEADING = 60  # characters
# Words of the headings of the three parts of the form that are tables.
_PARTS = (
    "主动公开政府信息情况",
    "政府信息公开申请情况",
    "行政复议、行政诉讼",
    "行政复议和行政诉讼",
)
_HEADINGS = ("总体情况", *_PARTS, "存在的主要问题", "其他需要报告")


@dataclass(frozen=True, slots=True)
class DocxPicture:
    """A picture with its bytes as stored (PNG, JPEG, EMF, …; empty where it is not in the file).

    ``lines`` and ``tables`` are how many lines and tables of the document stand before it.
    """

    number: int  # from 1
    name: str  # of the part
    data: bytes
    width: float  # as printed, points
    height: float
    lines: int
    tables: int


def is_large(use: PictureUse) -> bool:
    """Whether a picture may hold a table; one of unknown size may."""
    if not use.width or not use.height:
        return True
    return use.width >= LEAST_WIDTH and use.height >= LEAST_HEIGHT


def named(number: int, name: str, use: PictureUse) -> str:
    """What a line about a picture calls it."""
    size = f", {use.width:.0f} by {use.height:.0f} points" if use.width and use.height else ""
    return f"picture {number} ({name.rpartition('/')[2][:60]}{size})"


def picture_of(
    package: Package, number: int, name: str, use: PictureUse, *, lines: int, tables: int
) -> DocxPicture:
    """The picture with its bytes."""
    data = b""
    if name and name in package:
        try:
            data = package.read(name, MOST_PICTURE)
        except DocumentFault as fault:
            package.damaged.append(str(fault))
    return DocxPicture(number, name, data, use.width, use.height, lines, tables)


def in_place_of_tables(events: Sequence[tuple[str, str]]) -> bool:
    """Whether under the heading of a part of the form stands a picture, and no table.

    ``events`` are what stands in the document, in order: ("line", text), ("table", ""), ("picture",
    "").
    """
    part = pictures = tables = False
    for kind, text in (*events, ("line", "其他需要报告")):
        if kind == "picture":
            pictures = True
        elif kind == "table":
            tables = True
        elif len(text) < LONGEST_HEADING and any(words in plain(text) for words in _HEADINGS):
            if part and pictures and not tables:
                return True
            part = any(words in plain(text) for words in _PARTS)
            pictures = tables = False
    return False
