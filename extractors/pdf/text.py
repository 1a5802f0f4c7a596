"""The text layer of a PDF page as words, read by PDFium.

A word here is a run of characters set next to each other; blanks, and gaps as wide as one, end it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from gouji.model import Box, Word

from ..deadline import Deadline
from .document import OpenPage
from .garbled import GarbledCount, printed_form
from .rulings import Drawing
from .sight import Sight

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


class Character(NamedTuple):
    """One printed character: its place in points, top-left origin.

    A tuple, since a page makes a thousand of them: a frozen dataclass takes 3 times as long.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    at: int  # its index in PDFium's text page


@dataclass(frozen=True, slots=True)
class TextLayer:
    """What a page's text layer holds."""

    words: tuple[Word, ...]  # in the order of the file, those that can be seen
    characters: int  # printed ones, without blanks
    garbled: GarbledCount
    hidden: bool = False  # most of it is drawn invisibly, over a picture
    aside: tuple[Word, ...] = ()  # set aslant: watermarks
    turned: int = 0  # 0, 90, 180, 270: how most of it is turned on the page as displayed
    unseen: tuple[Word, ...] = ()  # in the file, but painted over, white on white or invisible


def _characters_of(runs: Sequence[Sequence[object]]) -> int:
    return sum(map(len, runs))


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
        characters = _characters(raw, count, page, deadline, garbled)
        if _upside_down(page, raw, characters):
            characters = _by_lines(characters)
        runs = _runs(characters)
        printed = [character.at for run in runs for character in run]
        garbled.unmapped = _unmapped(raw, printed)
        sight = Sight(raw, page, drawing)
        turned = _turned(raw, printed, page.frame.rotation)
        seen, unseen = sight.parted(runs, deadline)
        # an archive's stamp may be all that can be seen on a scan with its guessed text
        hidden = sight.invisible > 0 and _characters_of(unseen) > _characters_of(seen)
        if hidden and not seen:
            seen, unseen = runs, []
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
        tuple(_word(run) for run in unseen),
    )


def _characters(
    raw: object, count: int, page: OpenPage, deadline: Deadline, garbled: GarbledCount
) -> list[Character | None]:
    """Printed characters in the file's order; None where a blank stands between two.

    The place is the advance box (which tells gaps), or the ink where that box is wrong. Two calls
    a character are most of the cost of a page (0.6 µs each): the ink is asked for only where the
    advance box changes its height, since it goes wrong for a whole font at once.
    """
    unicode_of, loose_box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    rectangle = pdfium.FS_RECTF()
    rectangle_ref = ctypes.byref(rectangle)
    ink = _Ink(raw, page)
    width, height = page.frame.width, page.frame.height
    box_of = page.frame.box
    crop_left, _, _, crop_top = page.frame.crop
    plain = page.frame.rotation == 0 and page.frame.unit == 1.0
    trusted: set[int] = set()  # heights of advance boxes that were found right, in 1/10 pt
    tallest = 0.0
    texts: dict[int, str] = {}
    codes: list[int] = []
    result: list[Character | None] = []
    for index in range(count):
        if index % DEADLINE_EVERY == 0:
            deadline.check()
        code = unicode_of(raw, index)
        if code in _BLANKS:
            # on a turned page PDFium supplies a blank between any two characters
            if plain or not pdfium.FPDFText_IsGenerated(raw, index):
                result.append(None)
            continue
        if loose_box(raw, index, rectangle_ref):
            if plain:
                left, right = rectangle.left - crop_left, rectangle.right - crop_left
                top, bottom = crop_top - rectangle.top, crop_top - rectangle.bottom
            else:
                left, top, right, bottom = box_of(
                    rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
                )
            high = bottom - top
        else:
            left = top = right = bottom = high = 0.0
        if int(high * 10) not in trusted or right <= left:
            printed = ink.box(index)
            if printed is None:
                continue
            size = max(printed[2] - printed[0], printed[3] - printed[1])
            right_size = high <= TALLEST * size and right - left <= TALLEST * size
            # only full glyphs tell: a dot is small in any font
            full = 0x3400 <= code <= 0x9FFF or 48 <= code <= 57
            if full and right_size and high >= SMALLEST_TYPE:
                trusted.update((int(high * 10) - 1, int(high * 10), int(high * 10) + 1))
                tallest = max(tallest, high)
            elif (
                right <= left
                or high < SMALLEST_TYPE
                or (full and not right_size)
                or (high > 4 * tallest > 0)
            ):
                left, top, right, bottom = printed
                if bottom - top < SMALLEST_TYPE / 2 and right - left < SMALLEST_TYPE / 2:
                    continue
        if right < 0 or bottom < 0 or left > width or top > height:
            continue  # off the page: cannot be seen
        codes.append(code)
        text = texts.get(code)
        if text is None:
            text = texts[code] = printed_form(code)
        if text:
            result.append(Character(text, left, top, right, bottom, index))
    garbled.count(codes)
    return result


class _Ink:
    """The boxes of characters' ink, on the page as displayed."""

    def __init__(self, raw: object, page: OpenPage) -> None:
        self._raw = raw
        self._box_of = page.frame.box
        self._doubles = [ctypes.c_double() for _ in range(4)]
        self._refs = [ctypes.byref(d) for d in self._doubles]

    def box(self, index: int) -> tuple[float, float, float, float] | None:
        if not pdfium.FPDFText_GetCharBox(self._raw, index, *self._refs):
            return None
        left, right, bottom, top = (d.value for d in self._doubles)
        return self._box_of(left, bottom, right, top)


_BLANKS = frozenset(
    (9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
) | frozenset(range(0x2000, 0x200C))


def without_doubles(runs: list[list[Character]]) -> list[list[Character]]:
    """Runs less the characters that stand where the same one stands already.

    Fake bold strikes a character twice or more; a second text layer repeats the first.
    """
    doubled = _doubled([character for run in runs for character in run])
    if not doubled:
        return runs
    result: list[list[Character]] = []
    index = 0
    for run in runs:
        kept = [c for k, c in enumerate(run, index) if k not in doubled]
        index += len(run)
        if kept:
            result.append(kept)
    return result


def _doubled(characters: list[Character]) -> set[int]:
    """Indexes of characters that repeat an earlier one at its place.

    Characters are sorted into squares of 2 × CELL, laid four times with offsets of half a square,
    so that two within CELL of each other share a square in one of the layings: 0.1 ms a page.
    """
    if len(characters) < 2:
        return set()
    texts, lefts, tops, _, bottoms, _ = zip(*characters, strict=True)
    code = np.array([hash(text) & 0xFFFFF for text in texts], dtype=np.int64)
    left, top = np.array(lefts), np.array(tops)
    reach = np.minimum(DOUBLE_STRIKE * (np.array(bottoms) - top), CELL)
    side = 2 * CELL
    found: set[int] = set()
    for across in (0.0, CELL):
        for down in (0.0, CELL):
            key = (
                (code << 40)
                + (((left + across) // side).astype(np.int64) << 20)
                + ((top + down) // side).astype(np.int64)
            )
            ordered = np.argsort(key)
            alike = key[ordered][1:] == key[ordered][:-1]
            if not alike.any():
                continue
            # few characters share a square with one like them: only those are put in order
            shared = np.unique(np.concatenate((ordered[:-1][alike], ordered[1:][alike])))
            order = shared[np.lexsort((top[shared], left[shared], key[shared]))]
            before, after = order[:-1], order[1:]
            doubled = (
                (key[before] == key[after])
                & (np.abs(left[after] - left[before]) < reach[after])
                & (np.abs(top[after] - top[before]) < reach[after])
            )
            found.update(np.maximum(before, after)[doubled].tolist())
    return found


def _runs(characters: list[Character | None]) -> list[list[Character]]:
    """Runs of characters that follow each other on one line without a gap."""
    runs: list[list[Character]] = []
    run: list[Character] = []
    right = low = high = 0.0
    for character in characters:
        if character is None:
            if run:
                runs.append(run)
                run = []
            continue
        _, left, top, _, bottom, _ = character
        if run:
            before, size = high - low, bottom - top
            small = size if size < before else before
            large = before if size < before else size
            overlap = (high if high < bottom else bottom) - (low if low > top else top)
            gap = left - right
            if (
                overlap < SAME_LINE * small
                or small < RAISED * large  # a footnote mark beside a number is no digit of it
                or not -0.6 * small < gap < WORD_GAP * small
            ):
                runs.append(run)
                run = []
        run.append(character)
        right, low, high = character.right, top, bottom
    if run:
        runs.append(run)
    return runs


def _upside_down(page: OpenPage, raw: object, characters: list[Character | None]) -> bool:
    """Whether most text stands upside down on the page as the file displays it."""
    printed = [character.at for character in characters if character is not None]
    rotation = 90 * int(pdfium.FPDFPage_GetRotation(page.raw))  # whichever way we look at it
    return bool(printed) and _turned(raw, printed, rotation) == 180


def _by_lines(characters: list[Character | None]) -> list[Character | None]:
    """Characters line by line: PDFium hands on text that is set upside down from its end."""
    result: list[Character | None] = []
    line: list[Character] = []
    low = high = 0.0
    printed = [character for character in characters if character is not None]
    for character in sorted(printed, key=lambda c: c.top + c.bottom):
        common = min(high, character.bottom) - max(low, character.top)
        if line and common < SAME_LINE * min(high - low, character.bottom - character.top):
            result.extend((*sorted(line, key=lambda c: c.left), None))
            line = []
        if not line:
            low, high = character.top, character.bottom
        line.append(character)
    return [*result, *sorted(line, key=lambda c: c.left)]


def _word(run: list[Character]) -> Word:
    if len(run) == 1:
        text, left, top, right, bottom, _ = run[0]
        box = Box(left, top, right if right > left else left, bottom if bottom > top else top)
        edges = (left, right) if len(text) == 1 else _even(run)
        return Word(text, box, bottom - top, edges)
    texts, lefts, tops, rights, bottoms, _ = zip(*run, strict=True)
    top, bottom = min(tops), max(bottoms)
    box = Box(min(lefts), top, max(rights), bottom)
    text = "".join(texts)
    edges = (*lefts, rights[-1]) if len(text) == len(run) else _even(run)
    return Word(text, box, bottom - top, edges)


def _even(run: list[Character]) -> tuple[float, ...]:
    """Edges for ligatures, where one character box holds several letters."""
    edges: list[float] = []
    for character in run:
        step = (character.right - character.left) / len(character.text)
        edges.extend(character.left + step * i for i in range(len(character.text)))
    return (*edges, run[-1].right)


def _sample(indexes: list[int], size: int) -> list[int]:
    return indexes[:: max(1, len(indexes) // size)]


def _unmapped(raw: object, printed: list[int]) -> float:
    """Share of a sample of characters whose font gives no way from code to Unicode."""
    sample = _sample(printed, UNMAPPED_SAMPLE)
    errors = sum(1 for i in sample if pdfium.FPDFText_HasUnicodeMapError(raw, i) == 1)
    return errors / len(sample) if sample else 0.0


def _turned(raw: object, printed: list[int], rotation: int) -> int:
    """How most of the text is turned on the page as displayed, clockwise in quarter turns.

    ``printed`` are indexes of printed characters: PDFium supplies blanks and line ends of its own,
    which have no angle, and in a table of single digits they are the half of all.
    """
    votes = [0, 0, 0, 0]
    for index in _sample(printed, UPRIGHT_SAMPLE):
        angle = pdfium.FPDFText_GetCharAngle(raw, index)
        if angle >= 0:
            votes[round(angle / (math.pi / 2)) % 4] += 1
    if not any(votes):
        return 0
    return (rotation + votes.index(max(votes)) * 90) % 360
