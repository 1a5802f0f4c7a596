"""Numbers by their place: cells among a table's numbers, whatever a seal or dirt made of them.

A seal's characters, its ring and a number under them are one piece of ink; as a line it is as high
as the seal's character, and is read as one. But the plain numbers of its row tell where a number
of this cell stands, and how high it is: there the reader of numbers looks by itself.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gouji.model.geometry import Box
from ocr.cells.cell import CellReading, TextLine
from ocr.cells.ink import PageInk
from ocr.cells.lines import CellPrint, InkBox
from ocr.cells.number_reader import NumberReading, place_window, read_numbers
from ocr.cells.numbers import IDEOGRAPHS, pooled, seconded

IN_COLUMN, IN_LONG_ROW = 1, 5  # plain numbers that make a cell's place one of a number
WIDE, ROOM = 9.0, 2.0  # digit heights: of a wide cell; beside what numbers fill of it
NARROWER, WIDER = 0.6, 1.6  # than the plain cells of a long row

PLAIN = 0.9  # a number at least as probable is plain, alone in its cell; so is nothing
SURE = 0.99  # a line that is a number, whatever stands beside it
RATHER, FEW = 0.5, 2  # of words that are no mark: how sure, and more characters than these
DIGITS = re.compile("[0-9]+")
AMONG_SIGNS = 0.5  # how sure digits are, beside what is sure of a text that has other signs too
ALIKE = (0.7, 0.7)  # trust in digits that the recogniser saw in a text, and in those seen here
DASHES = ("-", "—", "--")
OFF_PLACE = 0.25  # digit heights from the middle of the numbers: a dash lies closer
ON_PLACE = 0.4  # likewise, of a line that is the number
LEAST = 0.2  # probability of a number that only its place tells
BLANK = 0.7  # that a cell is blank in which only a mark was seen


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where a number of a cell has to be; ``sure``: numbers stand in its row and in its column, so
    that no words do."""

    line: InkBox
    sure: bool


def value_places(
    boxes: Sequence[InkBox], plain: Mapping[int, InkBox], height: float
) -> dict[int, ValuePlace]:
    """Cells that stand where numbers do, and where one would be: from side to side of the cell, or
    of what numbers fill in wide ones.

    Args:
        boxes: of all cells.
        plain: the lines of those with one plain number.
        height: of a digit; like all lengths in pixels.
    """
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    columns: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number in plain:
        box = boxes[number]
        rows[box.top, box.bottom].append(number)
        columns[box.left, box.right].append(number)
    lower = [_middle(line) - _middle(boxes[number]) for number, line in plain.items()]
    usual = statistics.median(lower) if lower else 0.0
    found: dict[int, ValuePlace] = {}
    for number, box in enumerate(boxes):
        if number in plain:
            continue
        beside, above = rows[box.top, box.bottom], columns[box.left, box.right]
        long_row = len(beside) >= IN_LONG_ROW and _is_as_wide(box, [boxes[i] for i in beside])
        if len(above) >= IN_COLUMN or long_row:
            middles = [_middle(plain[i]) for i in beside]
            middle = statistics.median(middles) if middles else _middle(box) + usual
            left, right = box.left, box.right
            if box.width > WIDE * height:
                held = [(plain[i].left - boxes[i].left, plain[i].right - boxes[i].left)
                        for i in above or beside if boxes[i].width == box.width]  # fmt: skip
                middle_x = box.width // 2
                held = held or [(middle_x, middle_x)]
                left += max(0, round(min(start for start, _ in held) - ROOM * height))
                right = min(right, round(box.left + max(end for _, end in held) + ROOM * height))
            top, bottom = round(middle - height / 2), round(middle + height / 2)
            line = InkBox(left, top, max(right, left + 1), bottom)
            found[number] = ValuePlace(line, sure=bool(above and beside))
    return found


def _middle(box: InkBox) -> float:
    return (box.top + box.bottom) / 2


def _is_as_wide(box: InkBox, others: Sequence[InkBox]) -> bool:
    wide = statistics.median(other.width for other in others)
    return NARROWER * wide <= box.width <= WIDER * wide


def with_places(
    ink: PageInk,
    boxes: Sequence[InkBox],
    prints: Sequence[CellPrint],
    readings: Sequence[CellReading],
    scale: float,
) -> list[CellReading]:
    """The readings of all cells, with the reader of numbers heard on those where numbers stand and
    none could be told from ink.

    ``boxes`` and ``prints`` are of the cells that ``readings`` are of; ``scale`` is pixels a point.
    """
    plain = {i: _in_pixels(r.lines[0].box, scale) for i, r in enumerate(readings) if _is_plain(r)}
    result = list(readings)
    if not plain:
        return result
    height = float(np.median([line.height for line in plain.values()]))
    asked = {
        i: place.line
        for i, place in value_places(boxes, plain, height).items()
        if _is_open(readings[i], place, scale)
        and prints[i].inner.height > height < prints[i].inner.width
    }
    windows = [place_window(ink, place, prints[i].inner, height) for i, place in asked.items()]
    for (i, place), heard in zip(asked.items(), read_numbers(windows), strict=True):
        result[i] = _placed(readings[i], heard, place, scale)
    return result


def _is_plain(reading: CellReading) -> bool:
    """Whether a cell holds a number and nothing else."""
    if len(reading.lines) != 1 or not reading.candidates:
        return False
    best, p = reading.candidates[0]
    return best.isdigit() and p >= PLAIN


def _is_open(reading: CellReading, place: ValuePlace, scale: float) -> bool:
    """Whether no number and no blank could be told, and no words are: a mark may lie over it."""
    if not reading.lines:
        return reading.blank < PLAIN
    words = sum(c >= IDEOGRAPHS for c in reading.text) > FEW and reading.confidence >= RATHER
    unsure = not reading.candidates or reading.candidates[0][1] < RATHER
    return (unsure and (place.sure or not words)) or _is_off(reading, place.line, scale)


def _is_off(reading: CellReading, line: InkBox, scale: float) -> bool:
    """Whether a dash lies above or below the middle of the numbers: of a 7 that is what is left."""
    if len(reading.lines) != 1 or reading.text not in DASHES:
        return False
    return _aside(reading.lines[0], line, scale) > OFF_PLACE


def _aside(one: TextLine, line: InkBox, scale: float) -> float:
    """How far a line's middle lies from that of the place, in digit heights."""
    middle = (one.box.top + one.box.bottom) / 2 * scale
    return abs(middle - _middle(line)) / max(1, line.height)


def _placed(reading: CellReading, heard: NumberReading, line: InkBox, scale: float) -> CellReading:
    """The reading as what stands in the number's place makes it, if that tells more."""
    if _is_off(reading, line, scale):
        halved = tuple((text, p / 2) for text, p in reading.candidates)
        reading = replace(reading, candidates=halved, confidence=reading.confidence / 2)
    found = heard.candidates
    for one in reading.lines:
        digits = DIGITS.findall(one.text)
        if len(digits) != 1:
            continue
        if not one.text.isdigit() and one.box.top * scale < _middle(line) < one.box.bottom * scale:
            found = pooled([[(digits[0], AMONG_SIGNS * one.confidence)], found], ALIKE)
        elif one.confidence >= SURE and _aside(one, line, scale) < ON_PLACE:
            found = seconded([(one.text, one.confidence)], found)
    best, p = found[0] if found else ("", 0.0)
    before = reading.candidates[0][1] if reading.candidates else 0.0
    ink = replace(reading.ink, clipped=True, seconded=p, views=2, agreement=0.0)
    if p >= max(before, LEAST) and p > heard.nothing:
        box = Box(line.left / scale, line.top / scale, line.right / scale, line.bottom / scale)
        return CellReading(best, found, p, (TextLine(best, p, box, ()),), 0.0, ink)
    if heard.nothing >= PLAIN and before < LEAST:
        blank = min(reading.blank or 1.0, BLANK)
        return CellReading("", found, blank, (), blank, ink)
    return reading


def _in_pixels(box: Box, scale: float) -> InkBox:
    return InkBox(*(round(v * scale) for v in (box.left, box.top, box.right, box.bottom)))
