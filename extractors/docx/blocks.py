"""What a DOCX body or cell is made of, and which of its tables only place other things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .tables import RawCell, RawRow
from .text import chosen
from .xml import MC, Element, W, first

PARAGRAPH, TABLE = f"{W}p", f"{W}tbl"
CHUNK, SUBDOCUMENT = f"{W}altChunk", f"{W}subDoc"
_CELL = f"{W}tc"
_ALTERNATE = f"{MC}AlternateContent"
_WRAPPERS = frozenset(
    f"{W}{name}" for name in ("customXml", "ins", "moveTo", "smartTag", "sdtContent")
)


def blocks(container: Element) -> Iterator[Element]:
    """Paragraphs, tables and imported parts, also where content controls or the like wrap them."""
    for child in container:
        tag = child.tag
        if tag in (PARAGRAPH, TABLE, CHUNK, SUBDOCUMENT):
            yield child
        elif tag == f"{W}sdt":
            content = first(child, f"{W}sdtContent")
            if content is not None:
                yield from blocks(content)
        elif tag == _ALTERNATE:
            yield from blocks(chosen(child))
        elif tag in _WRAPPERS or not tag.startswith(W):
            yield from blocks(child)  # what other programs wrap things in


def paragraphs(container: Element) -> Iterator[Element]:
    """All paragraphs inside, those of tables too."""
    if container.tag == PARAGRAPH:
        yield container
    else:
        yield from container.iter(PARAGRAPH)


def is_layout(rows: Sequence[RawRow]) -> bool:
    """Whether a table only places what is inside it: its cells are read as running text.

    It is one cell, or one column with whole paragraphs in it, or the tables inside it have more
    cells than it has itself.
    """
    if not rows or _is_one_cell(rows):
        return True
    own = sum(len(row.cells) for row in rows)
    inside = 0
    for row in rows:
        for cell in row.cells:
            for nested in cell.element.iter(TABLE):
                inside += sum(1 for _ in nested.iter(_CELL))
                if inside > own:
                    return True
    if any(len(row.cells) > 1 for row in rows):
        return False
    return inside > 0 or any(_holds_several(row.cells[0]) for row in rows)


def _is_one_cell(rows: Sequence[RawRow]) -> bool:
    return len(rows) == 1 and len(rows[0].cells) == 1


def is_one_text(rows: Sequence[RawRow]) -> bool:
    """Whether a table is one cell with one paragraph of text, or none."""
    return _is_one_cell(rows) and not _holds_several(rows[0].cells[0])


def _holds_several(cell: RawCell) -> bool:
    """Whether there are whole paragraphs or tables in a cell, and not only a text."""
    found = [block for block in blocks(cell.element) if has_text(block)]
    return len(found) > 1 or any(block.tag == TABLE for block in found)


def has_text(element: Element) -> bool:
    return any((text.text or "").strip() for text in element.iter(f"{W}t"))
