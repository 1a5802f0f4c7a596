"""The ink of a page: what is darker than its paper, without marks in colour and without rules.

Everything here is done once a page; cells are looked up in what it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ocr.cells.colour import part_colours, take_off_marks
from ocr.image import Pixels

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Labels = np.ndarray[Any, np.dtype[np.int32]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]

PAPER = 20.0  # points: print is narrower than this, shade and fills are wider
# Blurred print at 110 dpi reaches half its darkness in a thin stroke, and a stroke's edge half of
# that; noise stays below 4.5 of its own deviations on all but one pixel in 300,000.
INK_SHARE = 0.3
UNDER_MARKS = 0.5  # what is fainter under a mark is what its colour did not explain
NOISE_DEVIATIONS = 4.5
FAINTEST = 14.0  # grey levels of 255: below, JPEG at quality 25 rings as strongly
SOFT_EDGE = 1.1  # points: how far blur, and a mask a little off, leave ink beside a rule
RULE_LENGTH = 8.0  # points of rule on end, of which a crossing is made
PLAIN_CONTRAST = 160.0  # a page on which nothing is printed has no contrast of its own


@dataclass(frozen=True, slots=True)
class Components:
    """Connected pieces of ink; piece 0 is the paper. Lengths are pixels."""

    left: Numbers
    top: Numbers
    right: Numbers
    bottom: Numbers
    area: Numbers
    darkness: Numbers  # mean over the piece's pixels, 0–255
    labels: Labels  # which piece a pixel belongs to


@dataclass(frozen=True, slots=True)
class PageInk:
    """The page made even: paper 255, print dark, coloured marks and rules taken away."""

    clean: Pixels  # grey; what crops are cut from
    marks: Mask  # pixels of seals, pens and other coloured marks
    rules: Mask  # pixels painted over since a rule ran there
    components: Components
    contrast: float  # grey levels between paper and the page's own print
    noise: float  # standard deviation of the paper, grey levels
    threshold: float  # darkness from which a pixel counts as ink


def page_ink(pixels: Pixels, scale: float, rule_mask: Mask | None) -> PageInk:
    """Separate print from paper, marks and rules (``scale``: pixels a point)."""
    parted = part_colours(pixels, scale)
    dark = _darkness(parted.grey, scale)
    take_off_marks(dark, parted)
    rules = np.zeros(dark.shape, bool) if rule_mask is None else np.asarray(rule_mask) > 0
    contrast = _contrast(dark, rules, _noise(dark))
    _clear_grains(dark, contrast)
    # A grain of dust or noise is a pixel wide and may be darker than the print; a stroke is wider.
    # Cut down to the print's darkness and averaged, grains fall below the threshold.
    smooth = cv2.GaussianBlur(np.minimum(dark, np.uint8(min(255, round(contrast)))), (3, 3), 0)
    noise = _noise(smooth)
    threshold = max(FAINTEST, NOISE_DEVIATIONS * noise, INK_SHARE * contrast)
    ink = smooth >= threshold
    ink &= ~parted.marks | (smooth >= UNDER_MARKS * contrast)
    if rule_mask is not None:
        reach = max(2, round(SOFT_EDGE * scale))
        crossings = _crossings(rules, round(RULE_LENGTH * scale), reach)
        for _ in range(2):  # the edges of two rules meet in a corner: each hides the other's end
            rules |= _soft_edges(ink, rules, reach)
        rules &= ~(_bridges(ink, rules) & (crossings == 0))
        wide = cv2.dilate(rules.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        dark[wide & ~ink | rules] = 0
        ink &= ~rules
    components = _components(ink, dark)
    return PageInk(
        cv2.subtract(255, dark), parted.marks, rules, components, contrast, noise, threshold
    )


def _darkness(grey: Pixels, scale: float) -> Pixels:
    """How much darker than the paper around it each pixel is, as if the paper were white."""
    step = max(1, round(scale * PAPER / 12))
    small = cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    # Closing takes away what is narrower than its window; the median evens out what noise it lifts.
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))
    paper = cv2.blur(paper, (5, 5))
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(grey, np.maximum(paper, 1), scale=255)
    return np.asarray(cv2.subtract(255, even), np.uint8)


def _clear_grains(dark: Pixels, contrast: float) -> None:
    """Grains much darker than the print, a pixel wide, become what lies around them, in place."""
    limit = 1.5 * contrast
    if limit >= 255:
        return
    rows, columns = np.nonzero(dark[2:-2, 2:-2] > limit)
    window = np.arange(-2, 3)
    around = dark[
        rows[:, None, None] + 2 + window[:, None], columns[:, None, None] + 2 + window[None, :]
    ]
    usual = np.median(around.reshape(len(rows), 25), axis=1)
    # Beside a pixel of a hyphen stands another as dark; a grain stands alone.
    inner = np.sort(around[:, 1:4, 1:4].reshape(len(rows), 9), axis=1)
    grain = (usual < INK_SHARE * contrast) & (inner[:, -2] < 0.5 * inner[:, -1])
    for down in (1, 2, 3):
        for right in (1, 2, 3):
            dark[rows[grain] + down, columns[grain] + right] = usual[grain]


def _noise(dark: Pixels) -> float:
    """Deviation of neighbouring pixels of paper; print is too rare to move a median."""
    sample = dark[::7].astype(np.int16)
    steps = np.abs(sample[:, 2:] - sample[:, :-2])
    return float(np.median(steps)) * 1.0483  # median |difference of two normals| = 0.954 sigma


def _contrast(dark: Pixels, rules: Mask, noise: float) -> float:
    """Darkness of the page's print: the upper quartile of what is clearly not paper."""
    sample = dark[::2][~rules[::2]]
    counts = np.bincount(sample, minlength=256)
    counts[: round(max(FAINTEST * 2, 6 * noise))] = 0
    total = counts.sum()
    if total < 50:
        return PLAIN_CONTRAST
    return float(np.searchsorted(np.cumsum(counts), 0.75 * total))


def _soft_edges(ink: Mask, rules: Mask, reach: int) -> Mask:
    """Ink that leans on a rule and goes no further than ``reach`` pixels: its blurred edge.

    What goes further is a stroke of print that touches the rule, and stays.
    """
    dark = (ink & ~rules).astype(np.uint8)
    rule = rules.astype(np.uint8)
    edges = np.zeros(rules.shape, np.uint8)
    for axis, forward in ((0, True), (0, False), (1, True), (1, False)):
        step = np.ones((2, 1) if axis == 0 else (1, 2), np.uint8)
        back = np.ones((reach + 1, 1) if axis == 0 else (1, reach + 1), np.uint8)
        near = rule
        for _ in range(reach):
            near = cv2.dilate(near, step, anchor=_end(step, forward)) & dark
        beyond = cv2.dilate(near, step, anchor=_end(step, forward)) & dark & ~near
        stroke = cv2.dilate(beyond, back, anchor=_end(back, not forward))
        edges |= near & ~stroke
    return np.asarray((edges > 0) & ~rules)


def _crossings(rules: Mask, length: int, reach: int) -> Pixels:
    """Where rules meet, as wide as their edges: what is dark there is no print (0 elsewhere)."""
    rule = rules.astype(np.uint8)
    across = cv2.morphologyEx(rule, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(rule, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    near = np.ones((2 * reach + 1,) * 2, np.uint8)
    return np.asarray(cv2.dilate(across, near) & cv2.dilate(down, near))


def _end(kernel: Pixels, forward: bool) -> tuple[int, int]:
    """The anchor that makes a one-pixel-wide kernel spread to one side only."""
    rows, columns = kernel.shape
    return (columns - 1, rows - 1) if forward else (0, 0)


def _bridges(ink: Mask, rules: Mask) -> Mask:
    """Pixels of rules that strokes of print cross: with ink on both sides, close by.

    A rule's crossing with another rule is no stroke, since the other rule is taken away as well.
    """
    print_only = (ink & ~rules).astype(np.uint8)
    reach = _thickness(rules) + 1
    crossed = np.zeros(rules.shape, bool)
    for vertical in (True, False):
        # A stroke leans by up to a pixel on its way through a rule: three wide.
        kernel = np.ones((reach, 3) if vertical else (3, reach), np.uint8)
        first, last = ((1, 0), (1, reach - 1)) if vertical else ((0, 1), (reach - 1, 1))
        one_side = cv2.dilate(print_only, kernel, anchor=first)
        other_side = cv2.dilate(print_only, kernel, anchor=last)
        crossed |= (one_side & other_side) > 0
    return np.asarray(crossed & rules & ink)


def _thickness(rules: Mask) -> int:
    """Pixels across a rule, its soft edge included: area by length, half the border."""
    area = np.count_nonzero(rules)
    inner = np.count_nonzero(cv2.erode(rules.astype(np.uint8), np.ones((3, 3), np.uint8)))
    border = max(1, area - inner)
    return int(np.clip(round(2 * area / border), 3, 15))


def _components(ink: Mask, dark: Pixels) -> Components:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        ink.astype(np.uint8), connectivity=8, ltype=cv2.CV_32S
    )
    left, top, width, height, area = stats.T.astype(np.float64)
    places = np.flatnonzero(labels)
    total = np.bincount(labels.ravel()[places], weights=dark.ravel()[places], minlength=count)
    return Components(
        left, top, left + width, top + height, area, total / np.maximum(area, 1), labels
    )
