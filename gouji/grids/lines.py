"""Words to lines of text in reading order."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gouji.model import Box, Word

# Words stand on one line when they overlap by this share of the lower one's height.
OVERLAP = 0.5
# A gap this share of the type size is printed as one blank.
BLANK = 0.3
# A gap this wide parts columns or cells: it is kept as a tab.
TAB = 2.5


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: its words from left to right, joined."""

    text: str
    box: Box
    size: float


def text_lines(words: Iterable[Word]) -> list[Line]:
    """Lines from top to bottom; the words of each from left to right."""
    return [
        Line(
            join_words(group),
            Box.around(word.box for word in group),
            max(word.size for word in group),
        )
        for group in line_groups(words)
    ]


def line_groups(words: Iterable[Word]) -> list[list[Word]]:
    """Words on the same line, lines from top to bottom, each from left to right."""
    groups: list[list[Word]] = []
    ranges: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda w: (w.box.top + w.box.bottom, w.box.left)):
        top, bottom = word.box.top, word.box.bottom
        if groups:
            last_top, last_bottom = ranges[-1]
            common = min(bottom, last_bottom) - max(top, last_top)
            if common >= OVERLAP * min(bottom - top, last_bottom - last_top):
                groups[-1].append(word)
                if bottom - top > last_bottom - last_top:
                    ranges[-1] = (top, bottom)
                continue
        groups.append([word])
        ranges.append((top, bottom))
    for group in groups:
        group.sort(key=lambda w: w.box.left)
    return groups


def join_words(words: Sequence[Word]) -> str:
    """Words of one line as text: a blank where a gap shows, a tab where columns part."""
    pieces = [words[0].text]
    for before, word in itertools.pairwise(words):
        gap = word.box.left - before.box.right
        size = min(before.size, word.size)
        if gap > TAB * size:
            pieces.append("\t")
        elif gap > BLANK * size:
            pieces.append(" ")
        pieces.append(word.text)
    return "".join(pieces)
