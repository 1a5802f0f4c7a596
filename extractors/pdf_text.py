"""The text layer of a PDF page as words, read by PDFium.

A word here is a run of characters set next to each other; blanks, and gaps as wide as one, end it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2.raw as pdfium

from gouji.model import Box, Word

from .deadline import Deadline
from .garbled import GarbledCount
from .pdf_document import OpenPage
from .pdf_rulings import Drawing
from .pdf_sight import Sight

# A gap wider than this share of the type size ends a word: a blank is 0.25–0.5 of the size,
# justified Chinese text stretches by less than 0.15.
WORD_GAP = 0.22
# Two equal characters nearer than this share of the size are one, struck twice: fake bold moves by
# 0.02–0.08; the narrowest digits are 0.45 apart.
DOUBLE_STRIKE = 0.3
CELL = 4.0  # points: the grid in which equal neighbours are looked up
# Two lines are the same when their characters overlap by this share of the lower one's height.
SAME_LINE = 0.5
# The advance box of a character (its "loose" box) is 1–1.5 times its ink; with a turned or scaled
# text matrix PDFium computes it wrongly, 20 times too large, and the ink alone is right.
TALLEST = 3.2
# Type smaller than this share of its neighbour's is a raised or lowered mark.
RAISED = 0.75
SMALLEST_TYPE = 1.0  # points: smaller characters are not meant to be read
DEADLINE_EVERY = 4000
UPRIGHT_SAMPLE = 24  # characters asked for their angle on a page
UNMAPPED_SAMPLE = 64  # characters asked whether their code maps to Unicode


@dataclass(frozen=True, slots=True)
class Character:
    """One printed character: its place in points, top-left origin."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    index: int  # in PDFium's text page


@dataclass(frozen=True, slots=True)
class TextLayer:
    """What a page's text layer holds."""

    words: tuple[Word, ...]  # in the order of the file, those that can be seen
    characters: int  # printed ones, without blanks
    garbled: GarbledCount
    hidden: bool = False  # all of it is drawn invisibly, over a picture
    aside: tuple[Word, ...] = ()  # set aslant: watermarks
    turned: int = 0  # 0, 90, 180, 270: how most of it is turned on the page as displayed


def read_text(page: OpenPage, drawing: Drawing, deadline: Deadline) -> TextLayer:
    """Read the characters of a page that can be seen, and join them to words.

    Raises:
        DocumentFault: the deadline passed.
    """
    raw = pdfium.FPDFText_LoadPage(page.raw)
    if not raw:
        return TextLayer((), 0, GarbledCount())
    try:
        count = pdfium.FPDFText_CountChars(raw)
        garbled = GarbledCount()
        runs = list(_runs(_characters(raw, count, page, deadline, garbled)))
        garbled.unmapped = _unmapped(raw, count)
        sight = Sight(raw, drawing, layered=bool(page.hidden_layers))
        turned = _turned(raw, count, page.frame.rotation)
        seen = [run for run in runs if sight.shows(run)]
        hidden = not seen and sight.invisible > 0
        if hidden:
            seen = runs
        aside = [run for run in seen if sight.aslant(run)]
    finally:
        pdfium.FPDFText_ClosePage(raw)
    if aside:
        left_out = set(map(id, aside))
        seen = [run for run in seen if id(run) not in left_out]
    seen = without_doubles(seen)
    return TextLayer(
        tuple(_word(run) for run in seen),
        sum(len(run) for run in seen),
        garbled,
        hidden,
        tuple(_word(run) for run in aside),
        turned,
    )


def _characters(
    raw: object, count: int, page: OpenPage, deadline: Deadline, garbled: GarbledCount
) -> Iterator[Character | None]:
    """Printed characters in the file's order; None where a blank stands between two.

    The place is the advance box (which tells gaps), or the ink where that box is wrong.
    """
    unicode_of, loose_box, tight_box = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetCharBox,
    )
    rectangle = pdfium.FS_RECTF()
    rectangle_ref = ctypes.byref(rectangle)
    doubles = [ctypes.c_double() for _ in range(4)]
    refs = [ctypes.byref(d) for d in doubles]
    width, height = page.frame.width, page.frame.height
    box_of = page.frame.box
    trusted = True
    for index in range(count):
        if index % DEADLINE_EVERY == 0:
            deadline.check()
        code = unicode_of(raw, index)
        if code in _BLANKS:
            yield None
            continue
        if not tight_box(raw, index, *refs):
            continue
        tight = box_of(doubles[0].value, doubles[2].value, doubles[1].value, doubles[3].value)
        left, top, right, bottom = tight
        ink = max(right - left, bottom - top)
        if loose_box(raw, index, rectangle_ref):
            loose = box_of(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
            high = loose[3] - loose[1]
            if 0x3400 <= code <= 0x9FFF or 48 <= code <= 57:  # only full glyphs tell: a dot is always small
                trusted = high <= TALLEST * ink and loose[2] - loose[0] <= TALLEST * ink
            if trusted and high >= SMALLEST_TYPE and loose[2] > loose[0]:
                left, top, right, bottom = loose
        if bottom - top < SMALLEST_TYPE / 2 and right - left < SMALLEST_TYPE / 2:
            continue
        if right < 0 or bottom < 0 or left > width or top > height:
            continue  # off the page: cannot be seen
        text = garbled.seen(code)
        if text:
            yield Character(text, left, top, right, bottom, index)


_BLANKS = frozenset(
    (9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
) | frozenset(range(0x2000, 0x200C))


def without_doubles(runs: list[list[Character]]) -> list[list[Character]]:
    """Runs less the characters that stand where the same one stands already.

    Fake bold strikes a character twice or more; a second text layer repeats the first.
    """
    seen: dict[tuple[str, int, int], list[Character]] = {}
    result: list[list[Character]] = []
    for run in runs:
        kept: list[Character] = []
        for character in run:
            text, left, top = character.text, character.left, character.top
            reach = min(DOUBLE_STRIKE * (character.bottom - top), CELL)
            columns = range(int((left - reach) / CELL), int((left + reach) / CELL) + 1)
            rows = range(int((top - reach) / CELL), int((top + reach) / CELL) + 1)
            near = (o for x in columns for y in rows for o in seen.get((text, x, y), ()))
            if any(abs(o.left - left) < reach and abs(o.top - top) < reach for o in near):
                continue
            seen.setdefault((text, int(left / CELL), int(top / CELL)), []).append(character)
            kept.append(character)
        if kept:
            result.append(kept)
    return result


def _runs(characters: Iterator[Character | None]) -> Iterator[list[Character]]:
    """Runs of characters that follow each other on one line without a gap."""
    run: list[Character] = []
    for character in characters:
        if character is None:
            if run:
                yield run
                run = []
            continue
        if run and not _follows(run[-1], character):
            yield run
            run = []
        run.append(character)
    if run:
        yield run


def _follows(before: Character, character: Character) -> bool:
    size = min(before.bottom - before.top, character.bottom - character.top)
    overlap = min(before.bottom, character.bottom) - max(before.top, character.top)
    if overlap < SAME_LINE * size:
        return False
    if size < RAISED * max(before.bottom - before.top, character.bottom - character.top):
        return False  # a footnote mark beside a number is not a digit of it
    gap = character.left - before.right
    return -0.6 * size < gap < WORD_GAP * size


def _word(run: list[Character]) -> Word:
    left = min(c.left for c in run)
    right = max(c.right for c in run)
    top = min(c.top for c in run)
    bottom = max(c.bottom for c in run)
    edges = (*(c.left for c in run), run[-1].right)
    return Word(
        "".join(c.text for c in run) if len(run) > 1 else run[0].text,
        Box(left, top, right, bottom),
        bottom - top,
        edges if all(len(c.text) == 1 for c in run) else _even(left, right, run),
    )


def _even(left: float, right: float, run: list[Character]) -> tuple[float, ...]:
    """Edges for ligatures, where one character box holds several letters."""
    edges: list[float] = []
    for character in run:
        step = (character.right - character.left) / len(character.text)
        edges.extend(character.left + step * i for i in range(len(character.text)))
    return (*edges, right)


def _unmapped(raw: object, count: int) -> float:
    """Share of a sample of characters whose font gives no way from code to Unicode."""
    if not count:
        return 0.0
    step = max(1, count // UNMAPPED_SAMPLE)
    sample = range(0, count, step)
    errors = sum(1 for i in sample if pdfium.FPDFText_HasUnicodeMapError(raw, i) == 1)
    return errors / len(sample)


def _turned(raw: object, count: int, rotation: int) -> int:
    """How most of the text is turned on the page as displayed, clockwise in quarter turns."""
    if not count:
        return 0
    step = max(1, count // UPRIGHT_SAMPLE)
    votes = [0, 0, 0, 0]
    for index in range(0, count, step):
        angle = pdfium.FPDFText_GetCharAngle(raw, index)
        if angle >= 0:
            votes[round(angle / (math.pi / 2)) % 4] += 1
    drawn = votes.index(max(votes)) * 90
    return (rotation + drawn) % 360
