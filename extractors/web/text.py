"""The lines and tables of a part of a page in the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .tree import BOLD, CENTRED, LINKED, RUNNING, STRUCK, Element

_NOTE = re.compile(r"[\[(（〔【]?\s*(?:\d{1,2}|[①-⑳]|\*+|注\d?)\s*[\])）〕】]?")
_HEADING_SIZE = 1.2 * RUNNING  # what a line that is bold and centred counts as, at least


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line as shown: its size (10 is running text), and how much of it stands in links."""

    text: str
    size: float
    element: Element  # the innermost block that it stands in
    linked: int = 0  # characters
    links: int = 0
    struck: bool = False  # nothing but text that is struck through


@dataclass(slots=True)
class _Line:
    """The line that is being put together."""

    pieces: list[str] = field(default_factory=list)
    sizes: dict[float, int] = field(default_factory=dict)
    struck: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    characters: int = 0
    heading: int = 0
    linked: int = 0
    links: int = 0

    def add(self, text: str, element: Element) -> None:
        if element.marks & STRUCK:
            self.struck.append(text)
            return
        self.pieces.append(text)
        count = len(text) - text.count(" ")
        self.characters += count
        self.sizes[element.size] = self.sizes.get(element.size, 0) + count
        if element.marks & LINKED:
            self.linked += count
            self.links += bool(count)
        if element.marks & (BOLD | CENTRED) == BOLD | CENTRED:
            self.heading += count

    def add_raised(self, element: Element, cell: bool) -> None:
        """Text set high or low: the mark of a note is no digit of the number before it."""
        text = plain_text(element)
        last = next((piece[-1] for piece in reversed(self.pieces) if piece), "")
        if not _NOTE.fullmatch(text.strip()) or (last.isascii() and last.isalpha()):
            self.add(text, element)
        elif cell:
            self.notes.append(text)
        else:
            self.add("[" + text.strip().strip("[](（）)〔〕【】") + "]", element)

    def done(self, block: Element) -> TextLine | None:
        """The line, or None where nothing is printed on it."""
        text = "".join(self.pieces).strip(" \t")
        if not text.strip() and self.struck:
            return _line_of("".join(self.struck), block, struck=True)
        if not text.strip() and self.notes:
            return _line_of("".join(self.notes), block)
        if not text.strip():
            return None
        size = max(self.sizes, key=lambda s: self.sizes[s]) if self.sizes else block.size
        if self.heading >= 0.9 * self.characters:
            size = max(size, _HEADING_SIZE)
        return TextLine(text, size, block, self.linked, self.links)


def _line_of(text: str, block: Element, *, struck: bool = False) -> TextLine | None:
    text = text.strip(" ")
    return TextLine(text, block.size, block, struck=struck) if text.strip() else None


def plain_text(element: Element) -> str:
    """All text inside an element, as it stands."""
    pieces: list[str] = []
    stack: list[Element | str] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            pieces.append(node)
        else:
            stack.extend(reversed(node.children))
    return "".join(pieces)


def flow(
    start: Element, is_table: Callable[[Element], bool], *, cell: bool = False
) -> Iterator[TextLine | Element]:
    """The lines inside an element, and its tables (by ``is_table``) where they stand.

    Tables that are none are read cell by cell; short cells of one row make one line. In a ``cell``
    marks of notes are left out, elsewhere they stand in brackets.
    """
    line = _Line()
    blocks = [start]
    stack: list[tuple[Element, Iterator[Element | str]]] = [(start, iter(start.children))]
    while stack:
        element, children = stack[-1]
        for child in children:
            if isinstance(child, str):
                pieces = child.split("\n")
                line.add(pieces[0], element)
                for piece in pieces[1:]:
                    if done := line.done(blocks[-1]):
                        yield done
                    line = _Line()
                    line.add(piece, element)
                continue
            if child.tag in ("sup", "sub"):
                line.add_raised(child, cell)
                continue
            table = child.display == "table" and is_table(child)
            if child.display != "inline" and not _beside(child):
                if done := line.done(blocks[-1]):
                    yield done
                line = _Line()
                blocks.append(child)
            if table:
                yield child
                blocks.pop()
                continue
            stack.append((child, iter(child.children)))
            break
        else:
            stack.pop()
            if element is start:
                continue
            if _beside(element):
                line.add("\t", element)
            elif element.display != "inline":
                if done := line.done(blocks[-1]):
                    yield done
                line = _Line()
                blocks.pop()
    if done := line.done(start):
        yield done


def _beside(element: Element) -> bool:
    """Whether a cell of a table that is none stands on one line with the others of its row."""
    row = element.parent
    return (
        element.display == "table-cell"
        and row is not None
        and row.characters <= 120
        and all(child.display == "inline" for c in row.elements() for child in c.elements())
    )
