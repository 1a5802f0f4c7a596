"""Taking rules away from ink so that print which touches or crosses them stays.

Masks are rows × columns, uint8, 0 or 255, since OpenCV is several times as fast on them.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ocr.image import Pixels
from ocr.opencv import cv2

SOFT_EDGE = 1.1  # points: how far blur, and a mask a little off, leave ink beside a rule
COLUMN = 24.0  # points: the height of a row; a digit is a third of it
DARKER = 1.5  # times as dark as its column in the mean
GAP = 0.65  # as dark as what stands on both sides of it at the most
STROKE = 1.5  # points: how long the stroke of a digit stands upright at least
RULE_LENGTH = 8.0  # points of rule on end, of which a crossing is made
PIECE = 1.5  # points of a rule's length that are looked at as one
ALONG = 12  # such pieces up and down that say how dark a rule's edge is: one and a half rows
USUAL = 0.4  # of them are no darker: digits stand beside less than half of a rule
FEWEST = 6  # pieces that say something


def rule_pixels(ink: Pixels, rules: Pixels, scale: float, dark: Pixels, threshold: float) -> Pixels:
    """Pixels that are rule and nothing else: with their blurred edges, without strokes on them.

    ``dark`` is the darkness of each pixel without that of upright rules (`laid_beside`),
    ``threshold`` where it is ink.
    """
    reach = max(2, round(SOFT_EDGE * scale))
    wide = rules
    for _ in range(2):  # the edges of two rules meet in a corner: each hides the other's end
        wide = cv2.bitwise_or(wide, _soft_edges(ink, wide, reach))
    sides = _sides_of_digits(ink, rules, wide, dark, scale)
    level, upright = _rules_each_way(rules, round(RULE_LENGTH * scale), reach)
    wide = cv2.bitwise_and(wide, cv2.bitwise_or(cv2.bitwise_not(sides), level))
    crossings = _crossings(rules, round(RULE_LENGTH * scale), reach)
    upright = cv2.bitwise_and(upright, cv2.compare(dark, threshold, cv2.CMP_LT))
    bridges = cv2.bitwise_and(_bridges(ink, wide, upright), cv2.bitwise_not(crossings))
    return np.asarray(cv2.bitwise_and(wide, cv2.bitwise_not(bridges)))


def without_gaps(ink: Pixels, rules: Pixels, scale: float, dark: Pixels) -> Pixels:
    """The ink without what blur lays between a rule and print that stands a pixel or two off it:
    lighter than both, where a stroke that touches the rule is as dark as print.
    """
    near = cv2.dilate(rules, np.ones((2 * max(2, round(SOFT_EDGE * scale)) + 1,) * 2, np.uint8))
    gaps = np.zeros_like(ink)
    for shape in ((1, 3), (3, 1)):
        kernel, end = np.ones(shape, np.uint8), (shape[1] - 1, shape[0] - 1)
        before, behind = (
            cv2.dilate(dark, kernel, anchor=end),
            cv2.dilate(dark, kernel, anchor=(0, 0)),
        )
        gap = cv2.compare(dark, cv2.multiply(cv2.min(before, behind), GAP), cv2.CMP_LT)
        gaps = cv2.bitwise_or(gaps, gap)
    free = cv2.bitwise_and(near, cv2.bitwise_not(rules))
    return np.asarray(cv2.bitwise_and(ink, cv2.bitwise_not(cv2.bitwise_and(gaps, free))))


def laid_beside(dark: Pixels, rules: Pixels, scale: float) -> Pixels:
    """How dark upright rules are and make the paper beside them by their blur; 0 elsewhere.

    Blur adds: what is darker than the rule's edge is along most of it is print beside it, and as
    dark as the difference.
    """
    length, reach = max(3, round(RULE_LENGTH * scale)), max(2, round(SOFT_EDGE * scale)) + 1
    upright = cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    near = cv2.dilate(upright, np.ones((1, 2 * reach + 1), np.uint8))
    across = cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    near = cv2.bitwise_and(near, cv2.bitwise_not(across))
    laid = np.zeros_like(dark)
    columns = np.flatnonzero(near.any(axis=0))
    if not len(columns):
        return laid
    rows = len(dark)
    coarse = (len(columns), max(1, rows // max(1, round(PIECE * scale))))
    beside = cv2.resize(near[:, columns], coarse, interpolation=cv2.INTER_AREA).reshape(
        coarse[::-1]
    )
    pieces = cv2.resize(dark[:, columns], coarse, interpolation=cv2.INTER_AREA)
    pieces = np.where(beside > 127, pieces.reshape(coarse[::-1]), 255)
    around = ((ALONG, ALONG), (0, 0))
    window = 2 * ALONG + 1
    ordered = np.sort(
        sliding_window_view(np.pad(pieces, around, constant_values=255), window, axis=0), axis=-1
    )
    seen = sliding_window_view(np.pad(beside > 127, around), window, axis=0).sum(axis=-1)
    place = (USUAL * np.maximum(seen - 1, 0)).astype(np.intp)
    usual = np.take_along_axis(ordered, place[..., None], axis=-1)[..., 0]
    usual = np.where(seen >= FEWEST, usual, 0).astype(np.uint8)
    whole = cv2.resize(usual, (len(columns), rows), interpolation=cv2.INTER_LINEAR)
    laid[:, columns] = whole.reshape(rows, len(columns))
    return np.asarray(cv2.bitwise_and(laid, near))


def _sides_of_digits(
    ink: Pixels, rules: Pixels, wide: Pixels, dark: Pixels, scale: float
) -> Pixels:
    """Of what would go with upright rules, the strokes of digits set close to them: darker than
    what stands above and below, over the height of a stroke, and joined to print that stays.
    """
    usual = cv2.blur(dark, (1, 2 * round(COLUMN * scale / 2) + 1))
    darker = cv2.compare(dark, cv2.multiply(usual, DARKER), cv2.CMP_GT)
    upright = np.ones((max(3, round(STROKE * scale)), 1), np.uint8)
    strokes = cv2.morphologyEx(darker, cv2.MORPH_OPEN, upright)
    strokes = cv2.bitwise_and(strokes, cv2.bitwise_and(wide, cv2.bitwise_not(rules)))
    print_only = cv2.bitwise_and(ink, cv2.bitwise_not(wide))
    touched = cv2.bitwise_and(cv2.dilate(print_only, np.ones((3, 3), np.uint8)), strokes)
    _, labels = cv2.connectedComponents(strokes, connectivity=8, ltype=cv2.CV_32S)
    joined = np.zeros(int(labels.max()) + 1, np.uint8)
    joined[labels[touched > 0]] = 255
    joined[0] = 0
    return np.asarray(joined[labels], np.uint8)


def _soft_edges(ink: Pixels, rules: Pixels, reach: int) -> Pixels:
    """Ink that leans on a rule and goes no further than ``reach`` pixels: its blurred edge.

    What goes further is a stroke of print that touches the rule, and stays.
    """
    down = _edges_below_and_above(ink, rules, reach)
    across = _edges_below_and_above(cv2.transpose(ink), cv2.transpose(rules), reach)
    return np.asarray(cv2.bitwise_or(down, cv2.transpose(across)))


def _edges_below_and_above(ink: Pixels, rules: Pixels, reach: int) -> Pixels:
    """The same up and down only, on eight pixels of a row at a time."""
    rule = np.packbits(rules, axis=1)
    beside = np.packbits(ink, axis=1) & ~rule
    edges = np.zeros_like(rule)
    for way in (1, -1):
        free, found = beside[::way], edges[::way]
        near = rule[::way]
        for _ in range(reach):
            near = _grown(near) & free
        stroke = _grown(near) & free & ~near
        beyond = stroke.copy()
        for distance in range(1, reach + 1):
            stroke[:-distance] |= beyond[distance:]
        found |= near & ~stroke
    return np.unpackbits(edges, axis=1, count=ink.shape[1]) * np.uint8(255)


def _grown(rows: Pixels) -> Pixels:
    """Each row with the one before it."""
    grown = rows.copy()
    grown[1:] |= rows[:-1]
    return grown


def _rules_each_way(rules: Pixels, length: int, reach: int) -> tuple[Pixels, Pixels]:
    """Level and upright rules, as wide as their edges.

    All of a level rule is darker than what is above and below.
    """
    ways = []
    for along, across in (((1, length), (2 * reach + 1, 1)), ((length, 1), (1, 2 * reach + 1))):
        long = cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones(along, np.uint8))
        ways.append(np.asarray(cv2.dilate(long, np.ones(across, np.uint8))))
    return ways[0], ways[1]


def _crossings(rules: Pixels, length: int, reach: int) -> Pixels:
    """Where rules meet, as wide as their edges: what is dark there is no print."""
    across = cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(rules, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    near = np.ones((2 * reach + 1,) * 2, np.uint8)
    return np.asarray(cv2.bitwise_and(cv2.dilate(across, near), cv2.dilate(down, near)))


def _bridges(ink: Pixels, rules: Pixels, upright: Pixels) -> Pixels:
    """Pixels of rules that strokes of print cross: with ink on both sides, close by.

    A rule's crossing with another rule is no stroke, since the other rule is taken away as well.
    Nor does a digit cross the rule that it touches with its side all along: ``upright`` are the
    pixels of upright rules that are no darker than the rule.
    """
    # Print that touches the rule: of two rows set close, above and below it stand two numbers.
    print_only = cv2.bitwise_and(ink, cv2.bitwise_not(rules))
    print_only = cv2.bitwise_and(print_only, cv2.dilate(rules, np.ones((3, 3), np.uint8)))
    reach = _thickness(rules) + 1
    crossed = np.zeros_like(rules)
    for down in (True, False):
        # A stroke leans by up to a pixel on its way through a rule: three wide.
        kernel = np.ones((reach, 3) if down else (3, reach), np.uint8)
        first, last = ((1, 0), (1, reach - 1)) if down else ((0, 1), (reach - 1, 1))
        one_side = cv2.dilate(print_only, kernel, anchor=first)
        other_side = cv2.dilate(print_only, kernel, anchor=last)
        sides = cv2.bitwise_and(one_side, other_side)
        crossed |= cv2.bitwise_and(sides, cv2.bitwise_not(upright)) if down else sides
    return np.asarray(cv2.bitwise_and(cv2.bitwise_and(crossed, rules), ink))


def _thickness(rules: Pixels) -> int:
    """Pixels across a rule, its soft edge included: area by length, half the border."""
    area = cv2.countNonZero(rules)
    inner = cv2.countNonZero(cv2.erode(rules, np.ones((3, 3), np.uint8)))
    border = max(1, area - inner)
    return int(np.clip(round(2 * area / border), 3, 15))
