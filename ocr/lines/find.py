"""Lines of text on a straight page: from its ink where that is clean, else by the detector.

Strokes become lines by closing the gaps between them along the line; that takes a twentieth of
the detector's time and finds single digits, which the detector misses. It needs a page whose ink is
type; on a page with texture or pictures the lines are the detector's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from gouji.model import Box

from ..engine import Engine, Quad
from ..image import PageImage, Pixels
from ..ink import Ink

# Pixels a point that lines are looked for with: type of 7 pt is 10 pixels high, enough to part it
# from the next line, and the work is a quarter of that at 200 dpi.
FINENESS = 1.8
RULE = 36.0  # points: shorter rules outside tables are dashes and 一
SMALLEST_TYPE, LARGEST_TYPE, USUAL_TYPE = 4.0, 40.0, 10.5  # points
BODY = 0.9  # of the type size: how high the pieces of most characters are
# Lengths are in type sizes of the page unless they say otherwise.
JOINED = 1.1  # gaps along a line up to this are inside a run; columns and cells are further apart
FARTHEST = 2.5  # of any two pieces of a line, beside each other
FILLED = 0.15  # of a reduced pixel: so much ink makes it ink
SPECK = 0.12  # ink that is smaller both ways is dust, or a dot of a text beside which it stands
FLAT = 0.45  # what is lower is a dash, 一, or a stroke of 二 and 三
LOWEST, HIGHEST = 0.45, 5.0  # of a line: page numbers in small type, titles
HALF = 0.75  # what is lower is the upper or the lower half of a character
LINES_TOUCH = 0.1  # halves nearer than this are one character's
LINES_APART = 0.3  # flat pieces nearer than this one above the other are one character's strokes
SPLIT = 0.12  # of a character's height, which may part its upper from its lower half
# Of the fullest row's ink: rows with less part two lines that strokes or dirt have made one.
VALLEYS = (0.12, 0.25, 0.4)
# How much of a line's box is ink: a picture or a fill has more, texture and a frame less.
SPARSE, DENSE = 0.04, 0.85
SOLID = 0.5  # of a lone dash's box; noise that happens to stand together has less
# Of a page's ink outside tables: so much lies in lines where the page is clean.
CLEAN = 0.8
LEVEL = 0.15  # heights by which a level line may rise
MOST_RUNS = 1000  # of a page; with more it is dirt, which is not put together
MOST_SPECKS = 12.0  # for each piece of the size of type

_Stats = np.ndarray[Any, np.dtype[np.int32]]
_Boxes = np.ndarray[Any, np.dtype[np.int32]]  # rows of left, top, right, bottom


@dataclass(frozen=True, slots=True)
class TextLineBox:
    """One run of text without a wide gap; places are points of the straight page."""

    box: Box  # of its ink
    height: float  # of its ink, across the line
    quad: Quad | None = None  # where the line is not level: corners clockwise from the upper left


@dataclass(frozen=True, slots=True)
class LinesFound:
    """The lines in reading order, and how they were found."""

    lines: tuple[TextLineBox, ...]
    detected: bool  # by the detector
    in_lines: float  # share of the ink outside tables that lies in lines, 0–1; 1 without ink


def find_lines(
    page: PageImage,
    ink: Ink,
    rules: Pixels | None = None,
    tables: Sequence[Box] = (),
    engine: Engine | None = None,
) -> LinesFound:
    """Find the text outside tables.

    Args:
        page: the straight page.
        ink: of that page.
        rules: rows × columns of the page's pixels, 255 where a rule runs.
        tables: areas to leave out, points.
        engine: whose detector is asked where the page is not clean; without one it is not.
    """
    strokes, unit = _strokes(ink, rules, tables)
    lines, share, specks = _from_ink(strokes, unit)
    across = any(line[2] - line[0] >= 0.98 * strokes.shape[1] for line in lines)  # a texture
    if engine is None or (share >= CLEAN and specks <= MOST_SPECKS and not across):
        boxes = [TextLineBox(_points(line, unit), (line[3] - line[1]) / unit) for line in lines]
        return LinesFound(tuple(in_reading_order(boxes)), False, share)
    found = (_of_quad(quad, page.scale) for quad in engine.detect(page.pixels))
    outside = [line for line in found if not _inside(line.box, tables)]
    return LinesFound(tuple(in_reading_order(outside)), True, share)


def in_reading_order(lines: Iterable[TextLineBox]) -> list[TextLineBox]:
    """From top to bottom; those that share half of the lower one's height from left to right."""
    rows: list[list[TextLineBox]] = []
    for line in sorted(lines, key=lambda line: (line.box.center_y, line.box)):
        if rows:
            last = rows[-1][-1].box
            common = min(last.bottom, line.box.bottom) - max(last.top, line.box.top)
            if common >= 0.5 * min(last.height, line.box.height):
                rows[-1].append(line)
                continue
        rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box)]


def _strokes(ink: Ink, rules: Pixels | None, tables: Sequence[Box]) -> tuple[Pixels, float]:
    """The ink outside tables and rules as a reduced mask (0 and 255), and its pixels a point."""
    step = max(1, round(ink.scale / FINENESS))
    # thresholded before it is reduced: the thin strokes of small type would fade
    _, strokes = cv2.threshold(ink.darkness, ink.threshold, 255, cv2.THRESH_BINARY)
    _, some = cv2.threshold(
        _reduced(np.asarray(strokes, np.uint8), step), FILLED * 255, 255, cv2.THRESH_BINARY
    )
    mask = np.asarray(some, np.uint8)
    unit = ink.scale / step
    if rules is not None:
        drawn = _long(_reduced(rules, step), round(RULE * unit))
        mask[cv2.dilate(drawn, np.ones((3, 3), np.uint8)) > 0] = 0
    for table in tables:
        left, top = max(int((table.left - 1) * unit), 0), max(int((table.top - 1) * unit), 0)
        mask[top : int((table.bottom + 1) * unit) + 1, left : int((table.right + 1) * unit) + 1] = 0
    return mask, unit


def _reduced(pixels: Pixels, step: int) -> Pixels:
    """The means of squares of ``step`` × ``step`` pixels; what is left at the edges falls away."""
    if step == 1:
        return pixels
    rows, columns = pixels.shape
    whole = pixels[: rows // step * step, : columns // step * step]
    size = (columns // step, rows // step)
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.uint8)


def _long(rules: Pixels, least: int) -> Pixels:
    """Rules of at least so many pixels; shorter ones are dashes, 一 and strokes of type."""
    _, some = cv2.threshold(rules, 40, 255, cv2.THRESH_BINARY)
    across = cv2.morphologyEx(some, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    down = cv2.morphologyEx(some, cv2.MORPH_OPEN, np.ones((least, 1), np.uint8))
    return np.asarray(cv2.max(across, down), np.uint8)


_PixelBox = tuple[int, int, int, int]  # left, top, right, bottom


def _from_ink(strokes: Pixels, unit: float) -> tuple[list[_PixelBox], float, float]:
    """Lines, the share of the ink that lies in them, and specks for each piece of type."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    if count <= 1:
        return [], 1.0, 0.0
    widths, heights = (
        np.asarray(stats[:, column], np.int32) for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)
    )
    size = _type_size(np.asarray(stats, np.int32), unit)
    larger = np.maximum(widths, heights)
    larger[0] = 0
    speck = larger < max(SPECK * size, 2)
    # in blurred print a whole line may be one piece; long and flat is an underline
    underline = (widths > 6 * size) & (heights < FLAT * size)
    typed = ~speck & (heights <= HIGHEST * size) & ~underline
    typed[0] = speck[0] = False
    specks = int(np.count_nonzero(speck)) / max(int(np.count_nonzero(typed)), 1)
    text = np.where(typed[labels], np.uint8(255), np.uint8(0))
    reach = int(JOINED * size) | 1
    # without a margin what stands near the edge would be joined to it
    wide = cv2.copyMakeBorder(text, 0, 0, reach, reach, cv2.BORDER_CONSTANT, value=(0,))
    joined = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    _, _, runs, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    pieces = [
        piece
        for left, top, wide, high, _ in runs[1:].tolist()
        for piece in _split(text, (left - reach, top, left - reach + wide, top + high), size)
    ]
    lines = _merged(pieces, size) if len(pieces) <= MOST_RUNS else pieces
    lines = [line for line in lines if _is_line(text, line, size)]
    total = int(stats[1:, cv2.CC_STAT_AREA][~speck[1:]].sum())
    covered = sum(int(cv2.countNonZero(text[t:b, x:r])) for x, t, r, b in lines)
    return lines, min(covered / max(total, 1), 1.0), float(specks)


def _type_size(stats: _Stats, unit: float) -> float:
    """The size of most type in pixels, by the heights of its pieces: in blurred print characters
    touch their neighbours of the line, seldom those above and below."""
    widths = np.asarray(stats[1:, cv2.CC_STAT_WIDTH], np.float64)
    heights = np.asarray(stats[1:, cv2.CC_STAT_HEIGHT], np.float64)
    typed = (heights >= SMALLEST_TYPE * unit) & (heights <= LARGEST_TYPE * unit)
    typed &= widths >= 0.3 * heights
    if np.count_nonzero(typed) < 4:
        return USUAL_TYPE * unit
    order = np.argsort(heights[typed], kind="stable")
    summed = np.cumsum(stats[1:, cv2.CC_STAT_AREA][typed][order])
    return float(heights[typed][order][int(np.searchsorted(summed, summed[-1] / 2))]) / BODY


def _split(text: Pixels, box: _PixelBox, size: float) -> list[_PixelBox]:
    """A run of ink as one line, or as the lines that a stroke between them made into one."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if height <= 1.7 * size or width < 2 * height:
        return [box]
    part = text[top:bottom, left:right]
    if _piece_height(part) > 0.65 * height:
        return [box]  # large type
    high = next((h for h in (_bands(part, v, size) for v in VALLEYS) if len(h) > 1), [])
    if not high:
        return [box]
    # what lies in the valleys goes to the nearer line
    cuts = [0, *((high[i][1] + high[i + 1][0]) // 2 for i in range(len(high) - 1)), height]
    found = []
    for first, end in pairwise(cuts):
        rows, columns = part[first:end].any(axis=1), part[first:end].any(axis=0)
        if rows.any():
            ys, xs = np.flatnonzero(rows), np.flatnonzero(columns)
            found.append(
                (
                    left + int(xs[0]),
                    top + first + int(ys[0]),
                    left + int(xs[-1]) + 1,
                    top + first + int(ys[-1]) + 1,
                )
            )
    return found


def _piece_height(part: Pixels) -> float:
    """The height of its characters, each counted by its ink; 0 where all touch each other."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    heights = np.asarray(stats[1:, cv2.CC_STAT_HEIGHT], np.float64)
    single = stats[1:, cv2.CC_STAT_WIDTH] <= 2 * heights
    areas = np.asarray(stats[1:, cv2.CC_STAT_AREA], np.float64) * single
    if not single.any():
        return 0.0
    order = np.argsort(heights, kind="stable")
    summed = np.cumsum(areas[order])
    place = int(np.searchsorted(summed, 0.7 * summed[-1]))
    return float(heights[int(order[place])])


def _bands(part: Pixels, valley: float, size: float) -> list[tuple[int, int]]:
    """Rows of lines: first and end, where no more than ``valley`` of the fullest row parts them."""
    profile = np.count_nonzero(part, axis=1)
    filled = profile > valley * profile.max()
    steps = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    bands = [(int(a), int(b)) for a, b in zip(steps[::2], steps[1::2], strict=True)]
    high = [(a, b) for a, b in bands if b - a >= LOWEST * size]
    density = [_density(part[a:b]) for a, b in high]
    # between two lines a shade may leave a band of specks
    return [band for band, d in zip(high, density, strict=True) if d >= 0.5 * max(density)]


def _density(part: Pixels) -> float:
    """The share of ink between its first and its last column."""
    columns = np.flatnonzero(part.any(axis=0))
    extent = int(columns[-1]) - int(columns[0]) + 1 if columns.size else 1
    return cv2.countNonZero(part) / float(part.shape[0] * extent)


def _merged(pieces: list[_PixelBox], size: float) -> list[_PixelBox]:
    """Pieces of one line put together: strokes one above the other, and large type spaced out."""
    lines = sorted(pieces, key=lambda p: (p[0], p[1]))
    changed = True
    while changed:
        changed = False
        kept = np.empty((len(lines), 4), np.int32)
        count = 0
        for piece in lines:
            for index in _near(kept[:count], piece, size):
                one = tuple(kept[index].tolist())
                if _belong(one, piece, size):
                    kept[index] = _around(one, piece)
                    changed = True
                    break
            else:
                kept[count] = piece
                count += 1
        lines = [(left, top, right, bottom) for left, top, right, bottom in kept[:count].tolist()]
    return lines


def _near(kept: _Boxes, piece: _PixelBox, size: float) -> list[int]:
    """The last first, all of ``kept`` to which a piece may belong.

    Of the thousands of pieces that noise makes, it is near to few: to ask for each pair took most
    of the time of such a page.
    """
    left, top, right, bottom = piece
    beside = np.maximum(kept[:, 0], left) - np.minimum(kept[:, 2], right)
    above = np.maximum(kept[:, 1], top) - np.minimum(kept[:, 3], bottom)
    whole = np.maximum(kept[:, 3], bottom) - np.minimum(kept[:, 1], top)
    near = (beside <= FARTHEST * size) & (above <= np.maximum(LINES_APART * size, SPLIT * whole))
    found: list[int] = np.flatnonzero(near)[::-1].tolist()
    return found


def _belong(one: _PixelBox, other: _PixelBox, size: float) -> bool:
    beside = max(one[0], other[0]) - min(one[2], other[2])  # gap along the line
    above = max(one[1], other[1]) - min(one[3], other[3])
    low, high = sorted((one[3] - one[1], other[3] - other[1]))
    whole = max(one[3], other[3]) - min(one[1], other[1])
    if above <= -0.6 * low and beside <= min(JOINED * max(high, 0.8 * size), FARTHEST * size):
        return whole <= 1.25 * max(high, 0.9 * size)
    if _is_one_character(one, other, beside, above, whole):
        return True
    near = LINES_APART if low < FLAT * size else LINES_TOUCH if low < HALF * size else None
    return (near is not None and beside < 0 and above <= near * size) and whole <= 1.3 * max(
        high, size
    )


def _is_one_character(
    one: _PixelBox, other: _PixelBox, beside: int, above: int, whole: int
) -> bool:
    """Whether two pieces, one above the other, are the halves of a single large 告 or 昌."""
    narrow, wide = sorted((one[2] - one[0], other[2] - other[0]))
    return (
        above <= SPLIT * whole and -beside >= 0.8 * narrow and 0.45 * whole <= narrow
    ) and wide <= 1.25 * whole


def _around(one: _PixelBox, other: _PixelBox) -> _PixelBox:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _is_line(text: Pixels, line: _PixelBox, size: float) -> bool:
    left, top, right, bottom = line
    width, height = right - left, bottom - top
    if height > HIGHEST * size or (height > 2 * width and height > 2.5 * size):
        return False
    share = cv2.countNonZero(text[top:bottom, left:right]) / (width * height)
    if height < LOWEST * size:  # a dash, or 一 alone
        return 0.3 * size <= width <= 3 * size and height >= 2 and share >= SOLID
    return SPARSE <= share <= DENSE


def _points(line: _PixelBox, unit: float) -> Box:
    left, top, right, bottom = line
    return Box(left / unit, top / unit, right / unit, bottom / unit)


def _of_quad(quad: Quad, scale: float) -> TextLineBox:
    """A detected line; its height is across the line."""
    points = np.asarray(quad, np.float64) / scale
    box = Box(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
    first, last = points[3] - points[0], points[2] - points[1]
    height = float(np.hypot(*first) + np.hypot(*last)) / 2
    level = abs(points[1][1] - points[0][1]) < LEVEL * height
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return TextLineBox(box, height, None if level else (a, b, c, d))


def _inside(box: Box, tables: Sequence[Box]) -> bool:
    return any(box.overlap(table) > 0.5 for table in tables)
