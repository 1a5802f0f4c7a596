"""Signs of one stroke, told by their shape.

A recogniser has nothing to go by when one stroke stands alone: over 13 fonts it reads the slash as
1 in two of three cells. The shape decides it. Over 150 fonts (upright, oblique and bold) the
middle of a slash lies on a line to 0.7 % of its height and leans by 0.22 to 0.71; that of a 1
either stands upright or has its flag, which bends it by 1.4 % or more, and leans by 0.26 at most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocr.cells.ink import PageInk
from ocr.cells.lines import InkBox, InkLine

DUST = 0.2  # of the stroke's area: what may lie about it
FIRM, DARK = 6, 0.4  # pixels across, and of the page's contrast: dust is smaller, noise is paler
WHOLE, FLAT = 0.6, 3.0  # of a dash that broke what is left along it; widths by its height
TWO, BROKEN = 0.98, 0.8  # sure of it: of two dark pieces, and of more or pale ones
GRAIN = 0.4  # as sure as a dash is that is hardly wider than high and smaller than that
# A spot: so large at the most, in text heights, and as dark as digits are, at the darkest of each.
# Spots of three scans reached 1.22 to 1.71 of it, dashes 0.34 to 0.82.
SPOT, DIRTY = 0.5, 1.15
FEWEST, SAMPLE = 8, 60  # digits that tell, and that are looked at
OUTER = 0.25  # of a line's height: the stroke at its side, as broad as a 1
PALER = 0.65  # times as dark as the line's dark print, from end to end
DARKEST = 90  # per cent of the line's print are lighter than its dark print
LEANS = 0.6  # of a line's height that a rule runs right beside it
NEAR, ALONG = 4, 0.35  # pixels from a rule, and the share of a line's height, where it may be
BROADEST = 0.3  # of its height: the boldest slash is 0.25 of it across


@dataclass(frozen=True, slots=True)
class Stroke:
    """A piece of ink as a line: how far it leans (run by rise) and bends (share of its height)."""

    lean: float
    bend: float
    unevenness: float  # of its darkness row by row: deviation by mean
    slenderness: float  # width by height of its box
    height: int


def _is_one_piece(ink: PageInk, line: InkLine) -> bool:
    """Whether a line is one piece of ink, but for some dust."""
    main, *others = (ink.components.area[piece] for piece in line.pieces)
    return bool(sum(others) <= DUST * main)


def lone_stroke(ink: PageInk, line: InkLine) -> Stroke | None:
    """Measure a line that is one piece of ink, but for some dust, or None."""
    pieces, parts = line.pieces, ink.components
    main = pieces[0]
    if not _is_one_piece(ink, line):
        return None
    box = InkBox(
        int(parts.left[main]), int(parts.top[main]), int(parts.right[main]), int(parts.bottom[main])
    )
    rows = slice(box.top, box.bottom)
    columns = slice(box.left, box.right)
    own = ink.components.labels[rows, columns] == main
    dark = np.where(own, 255.0 - ink.clean[rows, columns], 0.0)
    mass = dark.sum(axis=1)
    span = np.where(
        own.any(axis=1), box.width - own.argmax(axis=1) - own[:, ::-1].argmax(axis=1), 0
    )
    if np.median(span) > BROADEST * box.height:
        return None  # a 0 or a 4 leans evenly too
    if box.height < 6:
        return None
    inner = slice(1, -1)  # the ends are cut off slantwise
    height = np.arange(box.height, dtype=np.float64)[inner]
    middle = (dark @ np.arange(box.width) / np.maximum(mass, 1e-6))[inner]
    slope, start = np.polyfit(height, middle, 1)
    bend = float(np.sqrt(np.mean((middle - slope * height - start) ** 2))) / box.height
    body = mass[2:-2] if box.height > 8 else mass[inner]
    uneven = float(body.std() / max(body.mean(), 1e-6))
    return Stroke(float(-slope), bend, uneven, box.width / box.height, box.height)


def slash_odds(stroke: Stroke, slash: float, one: float) -> float:
    """How many times likelier a lone stroke is a slash than a 1.

    ``slash`` and ``one`` are the recogniser's highest probabilities of the two. It is partial to
    the 1, but not equally: of a slash it thinks in nearly every case a little, of a 1 never.
    Logistic fits over 142 fonts, heights of 9 to 40 pixels, blur and noise; on the half of the
    fonts they had not seen, shape and recogniser together erred for 0.3 % of the strokes and for
    none where they were sure (98 %); the shape alone for 0.9 %, the recogniser alone for 14 %.
    """
    lean = min(max(stroke.lean, -0.1), 0.45)
    shape = (
        -7.8
        - 4.05 * lean
        + 169.4 * lean * lean
        - 292.7 * min(stroke.bend, 0.06)
        + 6.27 * min(stroke.unevenness, 0.6)
        + 14.6 / stroke.height
    )
    said = float(np.log(max(slash, 1e-6) / max(one, 1e-6)))
    score = 8.95 + 0.82 * min(max(shape, -9.0), 9.0) + 1.27 * min(max(said, -8.0), 6.0)
    return float(np.exp(min(max(score, -7.0), 7.0)))


def dash_probability(ink: PageInk, line: InkLine, height: float) -> float:
    """How sure it is that a line is a flat stroke alone; 0 where it is not.

    Nothing else a value cell holds is as flat. Hyphens of bold oblique fonts are 1.3 times as wide
    as high, which dust may be too, and so may be what is a few pixels wide or pale.
    """
    parts, main = ink.components, line.pieces[0]
    if not _is_one_piece(ink, line):
        return _broken_dash(ink, line, height)
    wide = parts.right[main] - parts.left[main]
    tall = parts.bottom[main] - parts.top[main]
    if tall > 0.4 * height or not 0.24 * height <= wide <= 3.5 * height:
        return 0.0
    firm = wide >= FIRM and parts.darkness[main] >= DARK * ink.contrast
    if wide >= 1.6 * tall and tall <= 0.34 * height:
        return 0.999 if firm else 0.8
    if wide < 1.25 * tall or parts.area[main] < 0.6 * wide * tall:
        return 0.0
    return 0.8 if wide >= FIRM else GRAIN


def is_dirt(ink: PageInk, line: InkLine, height: float) -> bool:
    """Whether a line is a lone round spot, darker than the page's digits are.

    The smallest sign of a value cell is a hyphen, which is flat, or as dark as other print.
    """
    parts, main = ink.components, line.pieces[0]
    if not _is_one_piece(ink, line):
        return False
    wide = parts.right[main] - parts.left[main]
    tall = parts.bottom[main] - parts.top[main]
    if max(wide, tall) > SPOT * height or not 0.5 * tall <= wide < 1.6 * tall:
        return False
    return _darkest(ink, main) > DIRTY * _digits_darkest(ink, height)


def _digits_darkest(ink: PageInk, height: float) -> float:
    """How dark most pieces of the size of digits are at their darkest; where few are, none is."""
    parts = ink.components
    wide, tall = parts.right - parts.left, parts.bottom - parts.top
    like = (tall >= 0.7 * height) & (tall <= 1.4 * height)
    like &= (wide >= 0.2 * height) & (wide <= 1.4 * height)
    pieces = np.flatnonzero(like)
    if len(pieces) < FEWEST:
        return 255.0
    sample = pieces[:: 1 + len(pieces) // SAMPLE].tolist()
    return float(np.median([_darkest(ink, piece) for piece in sample]))


def _darkest(ink: PageInk, piece: int) -> float:
    parts = ink.components
    rows = slice(int(parts.top[piece]), int(parts.bottom[piece]))
    columns = slice(int(parts.left[piece]), int(parts.right[piece]))
    own = parts.labels[rows, columns] == piece
    return 255.0 - float(ink.clean[rows, columns][own].min(initial=255))


def _broken_dash(ink: PageInk, line: InkLine, height: float) -> float:
    """How sure it is that all pieces of a line, in one flat band, are a dash's; 0 elsewhere.

    A dash of two characters has a gap in the middle; what is pale breaks into more.
    """
    box, parts = line.box, ink.components
    if box.height > 0.34 * height or not FLAT * box.height <= box.width <= 3.5 * height:
        return 0.0
    rows, columns = slice(box.top, box.bottom), slice(box.left, box.right)
    own = np.isin(parts.labels[rows, columns], line.pieces)
    if box.width < 2 * FIRM or float(own.any(axis=0).mean()) < WHOLE:
        return 0.0
    dark = min(float(parts.darkness[piece]) for piece in line.pieces) >= DARK * ink.contrast
    return TWO if len(line.pieces) == 2 and dark else BROKEN


def rest_of_rule(ink: PageInk, line: InkLine, *, right: bool) -> bool:
    """Whether the outermost stroke may be what is left of the rule beside the line: it leans on
    the rule and is paler than the line's upright strokes are.
    """
    box = line.box
    rows = slice(box.top, box.bottom)
    beside = (
        slice(box.right - 1, box.right + 2) if right else slice(max(0, box.left - 2), box.left + 1)
    )
    if not np.any(np.mean(ink.rules[rows, beside] != 0, axis=0) >= LEANS):
        return False
    dark = 255.0 - ink.clean[rows, box.left : box.right]
    outer = max(2, round(OUTER * box.height))
    own, others = (
        (dark[:, -outer:], dark[:, :-outer]) if right else (dark[:, :outer], dark[:, outer:])
    )
    printed = others[others >= ink.threshold]
    return bool(printed.size) and float(own.mean(axis=0).max()) < PALER * float(
        np.percentile(printed, DARKEST)
    )


def beside_rule(ink: PageInk, line: InkLine) -> bool:
    """Whether a part of the line's first or last digit may have gone with a rule."""
    box = line.box
    rows = slice(box.top, box.bottom)
    left = ink.rules[rows, max(0, box.left - NEAR) : box.left]
    right = ink.rules[rows, box.right : box.right + NEAR]
    return any(side.size and (side != 0).any(axis=1).mean() >= ALONG for side in (left, right))
