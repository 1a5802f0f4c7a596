"""Which ink belongs to which cell, and which of it makes a line. Pixels throughout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ocr.cells.ink import Components, Mask, PageInk, Places

ENOUGH = 24  # pieces as high as characters tell how high they are
# In units of the page's text height (the height of a digit).
SPECKLE = 0.24  # no sign a cell may hold alone is smaller both ways; a decimal point is, in a line
LONG_STROKE = 3.0  # no stroke of a character is as long, nor a dash twice as long
THIN_STROKE = 0.6
LINE_GAP = 0.12  # white between two lines; the strokes of 二 stand apart too, but in one height
SMALL_PIECE = 0.45  # as large as dust gets
# Text heights, a piece of a rule along a side of its cell: thick, long, from the side.
RULE_THICK, RULE_LONG, RULE_SHORT, RULE_ASIDE = 0.4, 1.2, 0.7, 0.45
AT_RULE = 0.3  # from a cell's upper or lower side: the middle of no sign is as close to it
FAINT_PIECE = 0.5  # of the print's darkness: fainter small pieces are noise
FAINT_ALONE = 0.3  # of the page's contrast: fainter small pieces alone in a cell are noise
# Digit heights: two lines of Chinese characters are as high at the least, and no character is.
TWO_LINES, TALLEST, SHORTEST_LINE = 1.7, 1.3, 0.6
VALLEY = 0.4  # of the width of print in the sparser line: as much may stand between it and the next
FLATTEST = 0.55  # what is flatter is part of a character of its line, unless it stands alone
# Beside the darkest of the highest pieces under a mark, what is left of the mark is
NEARLY, LOWER, PALER = 0.8, 0.7, 0.87  # of its height and darkness
UNDER_MARK = 0.4  # of a piece's box
MIDDLE, FLAT = 0.2, 1.5
DIGIT_WIDE = 0.85  # of its height, and no character of Chinese is as narrow
# Of a cell's height, and digit heights: what goes through a cell and is no print; how far off.
THROUGH, HIGHER, APART = 0.75, 1.5, 1.0
FILLED = 0.6  # of a cell's area: no print is as dense
HIDING, ALL_FILLED = 0.03, 0.9  # of a cell's inside: as much as a digit inks; no print shows

Measures = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class InkBox:
    """Pixels, half open."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class InkLine:
    """One line of print in a cell: its extent and its pieces of ink, the largest first."""

    box: InkBox
    pieces: tuple[int, ...]
    largest: float  # size of the largest piece, in text heights


@dataclass(frozen=True, slots=True)
class CellPrint:
    """What is printed in one cell."""

    inner: InkBox  # the cell's box
    lines: tuple[InkLine, ...]
    speckles: int  # pieces too small or too faint to be print
    doubtful: float  # the largest thing among them, in text heights; 0 without any
    crossed: bool = False  # a stroke of something else goes through the cell


def widest_gap(components: Components, line: InkLine) -> float:
    """The widest white from top to bottom between two pieces of a line."""
    pieces = sorted(line.pieces, key=lambda piece: float(components.left[piece]))
    end, widest = float(line.box.left), 0.0
    for piece in pieces:
        widest = max(widest, float(components.left[piece]) - end)
        end = max(end, float(components.right[piece]))
    return widest


def text_height(components: Components, scale: float, owner: Places) -> float:
    """Height of digits and capitals in the cells, in pixels: the median over pieces of that kind.

    Chinese characters are of many pieces, of all heights up to 1.2 digits; so are fractions of
    digits at bad print. The upper quartile holds for both. Type in tables is often smaller than
    the text around them: only where cells hold too little of it the whole page counts.
    """
    height = components.bottom - components.top
    width = components.right - components.left
    likely = (height >= 3.5 * scale) & (height <= 22 * scale) & (width <= 25 * scale)
    likely[0] = False
    inside = likely & (owner >= 0)
    if np.count_nonzero(inside) >= ENOUGH:
        likely = inside
    if np.count_nonzero(likely) < 3:
        return 7.0 * scale
    return float(np.percentile(height[likely], 60))


def cell_print(
    ink: PageInk, boxes: Sequence[InkBox], owner: Places, height: float
) -> list[CellPrint]:
    """Sort the page's ink into cells and lines (``owner``: `owners`, ``height``: `text_height`)."""
    components = ink.components
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(len(boxes) + 1))
    return [
        _sort_cell(components, order[starts[i] : starts[i + 1]], box, height, ink)
        for i, box in enumerate(boxes)
    ]


def owners(ink: PageInk, boxes: Sequence[InkBox]) -> Places:
    """Number of the cell in which the middle of each piece lies, -1 outside all."""
    components, shape = ink.components, ink.clean.shape
    cells = np.full(shape, -1, np.int32)
    for number, box in enumerate(boxes):
        cells[max(0, box.top) : box.bottom, max(0, box.left) : box.right] = number
    middle_y = ((components.top + components.bottom) / 2).astype(int).clip(0, shape[0] - 1)
    middle_x = ((components.left + components.right) / 2).astype(int).clip(0, shape[1] - 1)
    owner = cells[middle_y, middle_x]
    owner[0] = -1
    return np.asarray(owner, np.intp)


def hides_print(ink: PageInk, cell: InkBox, rim: int) -> bool:
    """Whether print may hang together with a piece that covers a part of the cell, but for ``rim``
    pixels at its sides: one that reaches in from another cell, or is as large as the cell."""
    rows = slice(max(0, cell.top + rim), max(0, cell.bottom - rim))
    columns = slice(max(0, cell.left + rim), max(0, cell.right - rim))
    held = ink.components.labels[rows, columns]
    if not held.size:
        return False
    parts = ink.components
    pieces, counts = np.unique(held, return_counts=True)
    across = (parts.left[pieces] + parts.right[pieces]) / 2
    down = (parts.top[pieces] + parts.bottom[pieces]) / 2
    inside = (across >= cell.left) & (across < cell.right)
    inside &= (down >= cell.top) & (down < cell.bottom)
    large = parts.area[pieces] >= FILLED * cell.width * cell.height
    share = counts[(pieces != 0) & (large | ~inside)].sum() / held.size
    return bool(HIDING <= share <= ALL_FILLED)


def _sort_cell(
    components: Components, pieces: Places, box: InkBox, height: float, ink: PageInk
) -> CellPrint:
    tall = components.bottom[pieces] - components.top[pieces]
    wide = components.right[pieces] - components.left[pieces]
    size = np.maximum(tall, wide)
    remnant = _remnants(components, pieces, box, height) | _around(components, pieces, box)
    real = (size >= SPECKLE * height) & ~remnant
    real &= (size >= SMALL_PIECE * height) | (
        components.darkness[pieces] >= FAINT_ALONE * ink.contrast
    )
    if np.any(real) and ink.marks[box.top : box.bottom, box.left : box.right].any():
        remnant |= _rests_of_mark(ink, pieces, real)
        real &= ~remnant
    through = _through(components, pieces, real, box, height)
    remnant |= through
    real &= ~through
    small = pieces[~real & ~remnant]
    lines = _lines(components, pieces[real], small, height)
    if len(lines) == 1 and _is_grain_at_rule(lines[0], box, height):
        lines, real = (), np.zeros_like(real)
    rest = size[~real & ~remnant]
    doubtful = float(rest.max()) / height if rest.size else 0.0
    return CellPrint(box, lines, int(rest.size), doubtful, bool(through.any()))


def _through(
    components: Components, pieces: Places, real: Mask, box: InkBox, height: float
) -> Mask:
    """Strokes through the cell from rule to rule, far higher than the print and apart from it: the
    ring of a seal without colour, cut by the rules. What remains is the print."""
    top, bottom = components.top[pieces], components.bottom[pieces]
    left, right = components.left[pieces], components.right[pieces]
    tall = bottom - top
    through = real & (tall >= THROUGH * box.height) & (tall >= HIGHER * height)
    print_ = real & ~through & (tall >= SMALL_PIECE * height) & (tall <= TALLEST * height)
    if not through.any() or not print_.any():
        return np.zeros_like(real)
    start, end = left[print_].min(), right[print_].max()
    apart = np.maximum(start - right, left - end)
    return np.asarray(through & (apart >= APART * height))


def _is_grain_at_rule(line: InkLine, box: InkBox, height: float) -> bool:
    """Whether all there is in a cell is small and lies where a dash or a dot never stands."""
    middle = (line.box.top + line.box.bottom) / 2
    side = min(middle - box.top, box.bottom - middle)
    return line.largest < SMALL_PIECE and side < AT_RULE * height


def _remnants(components: Components, pieces: Places, box: InkBox, height: float) -> Mask:
    """Pieces that are left of rules, thin and along the cell's border, and dark fills."""
    left, right = components.left[pieces], components.right[pieces]
    top, bottom = components.top[pieces], components.bottom[pieces]
    thin = max(2.0, 0.16 * height)
    rim = max(3.0, 0.3 * height)
    flat = (bottom - top <= thin) & ((bottom <= box.top + rim) | (top >= box.bottom - rim))
    upright = (right - left <= thin) & ((right <= box.left + rim) | (left >= box.right - rim))
    # the other rule of two, which the mask does not have: no sign stands at the side of a cell
    wide, high = (right - left) / height, (bottom - top) / height
    over = np.minimum(top + bottom - 2 * box.top, 2 * box.bottom - top - bottom) / 2 / height
    beside = np.minimum(left + right - 2 * box.left, 2 * box.right - left - right) / 2 / height
    off = _off_print(top, bottom, (wide >= RULE_THICK) & (high >= RULE_SHORT))
    flat |= (high <= RULE_THICK) & (
        ((wide >= RULE_LONG) & (over <= RULE_ASIDE))
        | ((wide >= RULE_SHORT) & (over <= AT_RULE))
        | (off & (wide >= high) & (over <= RULE_ASIDE))
    )
    upright |= off & (wide <= RULE_THICK) & (high >= wide) & (beside <= RULE_ASIDE)
    filled = components.area[pieces] >= FILLED * max(1, box.width * box.height)
    # A rule that the mask does not have, bent or slanting, or a fold of the paper.
    tall, wide = bottom - top, right - left
    stray = (tall >= LONG_STROKE * height) & (wide <= THIN_STROKE * height)
    stray |= (wide >= 2 * LONG_STROKE * height) & (tall <= THIN_STROKE * height)
    return np.asarray(flat | upright | filled | stray)


def _off_print(top: Measures, bottom: Measures, digits: Mask) -> Mask:
    """What shares no row of pixels with any of the ``digits``, where there are any."""
    if not digits.any():
        return np.zeros_like(digits)
    above = bottom[:, None] <= top[None, digits]
    return np.asarray(np.all(above | (top[:, None] >= bottom[None, digits]), axis=1))


def _rests_of_mark(ink: PageInk, pieces: Places, real: Mask) -> Mask:
    """Pieces that a coloured mark left where its colour is stored too coarsely: lower and paler
    than the digit beside them. A dash, in the middle of its height, stays.
    """
    parts = ink.components
    left, right = parts.left[pieces], parts.right[pieces]
    top, bottom, dark = parts.top[pieces], parts.bottom[pieces], parts.darkness[pieces]
    tall, wide = bottom - top, right - left
    high = real & (tall >= NEARLY * tall[real].max())
    digit = int(np.argmax(np.where(high, dark, 0)))
    under = [
        bool(ink.marks[int(a) : int(b), int(x) : int(y)].mean() >= UNDER_MARK)
        for a, b, x, y in zip(top, bottom, left, right, strict=True)
    ]
    middle = np.abs((top + bottom) - (top[digit] + bottom[digit])) / 2 < MIDDLE * tall[digit]
    dash = (wide >= FLAT * tall) & middle
    rests = (tall < LOWER * tall[digit]) & (dark < PALER * dark[digit]) & ~dash
    return np.asarray(rests & np.array(under))


def _around(components: Components, pieces: Places, box: InkBox) -> Mask:
    """Pieces that stand round the cell with nothing in it: the dark edge of the paper, a frame."""
    large = (components.right[pieces] - components.left[pieces] > box.width) & (
        components.bottom[pieces] - components.top[pieces] > box.height
    )
    if large.any():
        inside = components.labels[box.top : box.bottom, box.left : box.right]
        large &= ~np.isin(pieces, inside)
    return np.asarray(large)


def _lines(
    components: Components, pieces: Places, small: Places, height: float
) -> tuple[InkLine, ...]:
    """Pieces that share rows make a line; flat leftovers join the nearest."""
    if not pieces.size:
        return ()
    order = pieces[np.argsort(components.top[pieces], kind="stable")]
    groups: list[list[int]] = []
    ends: list[float] = []
    for piece in order.tolist():
        top, bottom = components.top[piece], components.bottom[piece]
        if groups and top < ends[-1] + LINE_GAP * height:
            groups[-1].append(piece)
            ends[-1] = max(ends[-1], bottom)
        else:
            groups.append([piece])
            ends.append(bottom)
    groups = [line for group in groups for line in _parted(components, group, height)]
    groups = _joined(components, groups, height)
    large = [g for g in groups if _size(components, g) >= SMALL_PIECE * height]
    groups = large or groups[:1]  # beside a line of print, a lone dot is dust
    return tuple(_line(components, group, small, height) for group in groups)


def _parted(components: Components, group: list[int], height: float) -> list[list[int]]:
    """Lines set so tight that a tail or a bracket of one reaches into the rows of the next.

    Between two lines few pieces stand: cut there, and each piece goes where its middle is.
    """
    top, bottom = components.top[group].min(), components.bottom[group].max()
    wide = components.right[group].max() - components.left[group].min()
    if bottom - top < TWO_LINES * height or wide < TWO_LINES * height:
        return [group]
    # what spans two lines touches both of them and says nothing about the gap
    spread = np.zeros(int(bottom - top) + 1)
    for piece in group:
        first, end = components.top[piece] - top, components.bottom[piece] - top
        if end - first <= TALLEST * height:
            spread[int(first) : int(end)] += components.right[piece] - components.left[piece]
    least = round(SHORTEST_LINE * height)
    above = np.maximum.accumulate(spread)
    below = np.maximum.accumulate(spread[::-1])[::-1]
    valley = spread / np.maximum(np.minimum(above, below), 1.0)
    valley[:least] = valley[len(valley) - least :] = np.inf
    lowest = np.flatnonzero(valley == valley.min())
    cut = int(lowest[len(lowest) // 2])
    if valley[cut] > VALLEY:
        return [group]
    upper = (components.top[group] + components.bottom[group]) / 2 - top < cut
    parts = [
        [piece for piece, is_upper in zip(group, upper.tolist(), strict=True) if is_upper is up]
        for up in (True, False)
    ]
    if not all(parts):
        return [group]
    return [line for part in parts for line in _parted(components, part, height)]


def _joined(components: Components, groups: list[list[int]], height: float) -> list[list[int]]:
    """Strokes that stand one above the other in one character are one line: joined while the
    result is not taller than a character (1.5 digits)."""
    result: list[list[int]] = []
    for group in groups:
        if result:
            union = result[-1] + group
            top, bottom = components.top[union].min(), components.bottom[union].max()
            flat = min(_extent(components, result[-1]), _extent(components, group))
            if flat < FLATTEST * height and bottom - top <= 1.5 * height:
                result[-1] = union
                continue
        result.append(group)
    return result


def _size(components: Components, group: list[int]) -> float:
    width = components.right[group].max() - components.left[group].min()
    return max(float(width), _extent(components, group))


def _extent(components: Components, group: list[int]) -> float:
    return float(components.bottom[group].max() - components.top[group].min())


def _without_dust(components: Components, group: list[int], height: float) -> list[int]:
    """Without small pieces that are fainter than the line's print or stand apart from it."""
    size = {
        p: max(components.right[p] - components.left[p], components.bottom[p] - components.top[p])
        for p in group
    }
    # digits may be set half as large as the labels beside them
    least = SMALL_PIECE * min(height, max(size.values()))
    large = [p for p in group if size[p] >= least]
    if not large:
        return group
    start = min(components.left[p] for p in large) - height
    end = max(components.right[p] for p in large) + height
    faint = FAINT_PIECE * max(components.darkness[p] for p in large)
    high = _top_of_digits(components, large)
    return [
        p
        for p in group
        if size[p] >= least
        or (
            components.right[p] >= start
            and components.left[p] <= end
            and components.darkness[p] >= faint
            and components.bottom[p] > high
        )
    ]


def _top_of_digits(components: Components, large: Sequence[int]) -> float:
    """Where the pieces of a line that may be digits begin: no part of a number stands above it.

    Minus infinity where what stands side by side is not as narrow as digits are: Chinese
    characters have dots above.
    """
    top = float(min(components.top[p] for p in large))
    widest = DIGIT_WIDE * (max(components.bottom[p] for p in large) - top)
    start = end = float("-inf")
    for piece in sorted(large, key=lambda p: float(components.left[p])):
        if components.left[piece] >= end:
            start = components.left[piece]
        end = max(end, components.right[piece])
        if end - start > widest:
            return float("-inf")
    return top


def _line(components: Components, group: list[int], small: Places, height: float) -> InkLine:
    """A line with the dots and commas that stand in it."""
    group = _without_dust(components, group, height)
    top, bottom = components.top[group].min(), components.bottom[group].max()
    left, right = components.left[group].min(), components.right[group].max()
    near = small[
        (components.bottom[small] > top)
        & (components.top[small] < bottom + 0.2 * height)
        & (components.right[small] > left - 0.5 * height)
        & (components.left[small] < right + 0.5 * height)
        & (components.area[small] >= 0.008 * height * height)
        & (components.darkness[small] >= FAINT_PIECE * components.darkness[group].max())
    ]
    every = sorted([*group, *near.tolist()], key=lambda p: (-_size(components, [p]), p))
    return InkLine(
        InkBox(
            int(components.left[every].min()),
            int(components.top[every].min()),
            int(components.right[every].max()),
            int(components.bottom[every].max()),
        ),
        tuple(every),
        _size(components, every[:1]) / height,
    )
