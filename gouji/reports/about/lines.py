"""The lines that a report's metadata is read from, in the two forms that the readers need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ..amounts import one_hyphen
from ..script import normalised_text
from .names import parts_of_run

LONGEST_LINE = 90  # longer ones hold a paragraph, or a whole page
# Sentences and cells of a long line part where blanks do.
_PARTS = (("。", "。 "), ("!", "! "), ("?", "? "), (";", "; "), ("|", " "))
_WIDE_DATE = re.compile(r"(?<=\d)[ \t]+(?=[年月日])|(?<=[年月])[ \t]+(?=\d)")
# A page without line ends is read at both ends: what it says about itself stands there.
MOST_OPENING = 80  # words and sentences of a long line that its title may be run into
MOST_LINES, FIRST_LINES = 3_000, 2_400
MOST_CHARACTERS, FIRST_CHARACTERS = 60_000, 40_000


@dataclass(frozen=True, slots=True)
class MetaLine:
    """One line of text outside tables, as printed."""

    page: int  # 0 in a document without pages
    text: str
    size: float  # height of its type, points; 0 for a row of a table beside the form
    start: int | None = None  # where it begins in the document's text, where that is known


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or of a line that holds a paragraph or a whole page one sentence or word group."""

    text: str  # folded, without blanks
    page: int
    size: float
    line: int  # counted in `Printed.spaced`


@dataclass(frozen=True, slots=True)
class Printed:
    """A document's lines: in pieces, as one run without blanks, and with its blanks."""

    pieces: tuple[Piece, ...]
    whole: str
    spaced: str


def printed(lines: Sequence[MetaLine]) -> Printed:
    """Fold the lines; of a document beyond all measure the middle is left out."""
    if len(lines) > MOST_LINES:
        lines = [*lines[:FIRST_LINES], *lines[FIRST_LINES - MOST_LINES :]]
    pieces: list[Piece] = []
    folded: list[str] = []
    bare_lines: list[str] = []
    for line in lines:
        text = line.text
        if len(text) > MOST_CHARACTERS:
            text = text[:FIRST_CHARACTERS] + "\n" + text[FIRST_CHARACTERS - MOST_CHARACTERS :]
        simple = text if text.isascii() else one_hyphen(normalised_text(text))
        for spaced in simple.split("\n"):
            number = len(folded)
            bare = "".join(spaced.split())
            folded.append(spaced)
            bare_lines.append(bare)
            # a short page on one line: sentences and words with blanks between them
            several = "。" in bare[:-1] and " " in spaced.strip()
            if len(bare) <= LONGEST_LINE and not several:
                if bare:
                    pieces.append(Piece(bare, line.page, line.size, number))
                continue
            parted = _WIDE_DATE.sub("", spaced)
            for mark, apart in _PARTS:
                parted = parted.replace(mark, apart)
            parts = parted.split()
            opening = chain.from_iterable(map(parts_of_run, parts[:MOST_OPENING]))
            for part in chain(opening, parts[MOST_OPENING:]):
                pieces.append(Piece(part, line.page, line.size, number))
    return Printed(tuple(pieces), "".join(bare_lines), "\n".join(folded))
