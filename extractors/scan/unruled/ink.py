"""Runs of ink as they stand on lines, whether or not they can be read: numbers without rules."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gouji.model import Box, Word
from gouji.reports.labels import ideographs
from ocr.image import Pixels
from ocr.ink import Ink
from ocr.opencv import cv2

USUAL, LARGEST = 9.0, 10.5  # points: type of tables
SMALLER = 0.12  # of the words of a page are smaller than the type of its tables
WORDS = 3  # ideographs of a word that tells the size of type
# Type sizes between pieces of one number, across and down: broken digits are one.
BESIDE, ABOVE = 0.4, 0.2
SINGLE, SPACED = 0.75, 0.9  # type sizes: of a digit, and between letter-spaced ones
LOW, HIGH = 0.38, 1.4  # type sizes of a line of print
THIN, TALL = 0.25, 0.9  # of a piece of a rule down: a 1 is lower
CUT_SHORT = 0.65  # of the usual height on a line: lower runs are pieces of rules
NOISY = 3.0  # deviations of the paper's noise that are darker than the threshold of ink
EVEN, STANDS_OUT = 0.1, 6.0  # type sizes that are looked at together; deviations that ink has
ON_LINE = 0.5  # of the lower one's height that two runs on one line share


@dataclass(frozen=True, slots=True)
class RunLine:
    """Runs of ink without wide gaps, on one line and right of its words."""

    runs: tuple[Box, ...]

    @property
    def middle(self) -> float:
        """Where the line's middle is, points from the top."""
        return statistics.median(run.center_y for run in self.runs)


def table_type(words: Sequence[Word]) -> float:
    """The size of the type of tables, points, by the words that were read: specks are none."""
    sizes = sorted(word.size for word in words if len(ideographs(word.text)) >= WORDS)
    return min(sizes[int(SMALLER * len(sizes))], LARGEST) if sizes else USUAL


def inked(ink: Ink, rules: Pixels, size: float, places: Sequence[Sequence[Box]]) -> list[float]:
    """The share that is inked of each lot of boxes (points), without what belongs to rules."""
    strokes = _strokes(ink, size * ink.scale)
    shares = []
    for boxes in places:
        dark = whole = 0
        for box in boxes:
            top, bottom = (max(0, round(y * ink.scale)) for y in (box.top, box.bottom))
            left, right = (max(0, round(x * ink.scale)) for x in (box.left, box.right))
            free = rules[top:bottom, left:right] == 0
            dark += int(np.count_nonzero(strokes[top:bottom, left:right][free]))
            whole += int(np.count_nonzero(free))
        shares.append(dark / max(whole, 1))
    return shares


def run_lines(
    ink: Ink, rules: Pixels, words: Sequence[Word], size: float, free: Sequence[Box] = ()
) -> list[RunLine]:
    """The lines of a page; ``free`` are areas of other tables, points."""
    em = size * ink.scale
    strokes = _strokes(ink, em)
    strokes[rules > 0] = 0
    for box in free:
        top, bottom = round(box.top * ink.scale), round(box.bottom * ink.scale)
        strokes[top:bottom, round(box.left * ink.scale) : round(box.right * ink.scale)] = 0
    wide, high = (max(1, round(reach * em)) | 1 for reach in (BESIDE, ABOVE))
    kernel = np.ones((high, wide), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    larger = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    # specks near other ink are pieces of it, others are dirt: those are what closing leaves small
    printed = (larger >= max(2.0, 0.08 * em)).astype(np.uint8)
    printed[0] = 0
    closed = cv2.morphologyEx(printed[labels], cv2.MORPH_CLOSE, kernel)
    _, _, found, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    boxes = []
    for left, top, across, down, _ in found[1:].tolist():
        upright = across <= THIN * em and down > TALL * em  # what is left of a rule
        if not upright and LOW * em <= down <= HIGH * em:
            place = (left, top, left + across, top + down)
            boxes.append(Box(*(value / ink.scale for value in place)))
    texts = [word.box for word in words if len(ideographs(word.text)) >= 2]
    free = [box for box in boxes if not any(box.overlap(text) > 0.5 for text in texts)]
    lines = (_right_of_words(_unspaced(line, size), texts) for line in _lines(free))
    return [RunLine(line) for line in lines if line]


def _strokes(ink: Ink, em: float) -> Pixels:
    """1 where ink is. Where the noise of the paper is as dark as ink, that is what stands out of
    it over the width of a stroke; specks do not."""
    paper, noise = _ground(ink.darkness[::2, ::2])
    if paper + NOISY * noise <= ink.threshold:
        return np.asarray(ink.darkness > ink.threshold, np.uint8)
    even = cv2.GaussianBlur(ink.darkness.astype(np.float32), (0, 0), EVEN * em)
    paper, noise = _ground(even[::2, ::2])
    return np.asarray(even > paper + STANDS_OUT * noise, np.uint8)


def without_numbers(word: Word) -> Word:
    """A line without what stands behind a blank after its last character of Chinese: numbers that
    were read together with the label beside them."""
    last = max((place for place, c in enumerate(word.text) if ideographs(c)), default=-1)
    blank = word.text.find(" ", last)
    if last < 0 or blank < 0 or blank + 1 >= len(word.edges):
        return word
    edges = word.edges[: blank + 1]
    box = replace(word.box, right=max(edges[-1], word.box.left))
    return replace(word, text=word.text[:blank], box=box, edges=edges)


def _ground(darkness: np.ndarray[Any, Any]) -> tuple[float, float]:
    """How dark the paper is, and how far that varies: most of a page is paper."""
    middle = float(np.median(darkness))
    return middle, 1.4826 * float(np.median(np.abs(darkness - middle)))


def _unspaced(line: Sequence[Box], size: float) -> list[Box]:
    """The runs of a line, letter-spaced digits as one number: columns stand further apart."""
    joined: list[Box] = []
    before: Box | None = None
    for run in line:
        single = before is not None and max(before.width, run.width) <= SINGLE * size
        if before is not None and single and run.left - before.right <= SPACED * size:
            joined[-1] = Box.around((joined[-1], run))
        else:
            joined.append(run)
        before = run
    return joined


def _right_of_words(line: Sequence[Box], texts: Sequence[Box]) -> tuple[Box, ...]:
    """The runs of a line after its last words: where a row of a table has its numbers."""
    box = Box.around(line)
    beside = [
        text.right
        for text in texts
        if min(text.bottom, box.bottom) - max(text.top, box.top) > ON_LINE * box.height
    ]
    words_end = max(beside, default=box.left)
    high = statistics.median(run.height for run in line)
    return tuple(
        run for run in line if run.left >= words_end - 1 and run.height >= CUT_SHORT * high
    )


def _lines(runs: Sequence[Box]) -> list[list[Box]]:
    lines: list[list[Box]] = []
    for run in sorted(runs, key=lambda run: (run.center_y, run.left)):
        for line in reversed(lines[-6:]):
            middle = sum(one.center_y for one in line) / len(line)
            height = min(max(one.height for one in line), run.height)
            if abs(middle - run.center_y) <= ON_LINE * height:
                line.append(run)
                break
        else:
            lines.append([run])
    return [sorted(line, key=lambda run: run.left) for line in lines]
