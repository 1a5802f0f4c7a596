"""The ink of a page: what is darker than its paper, without marks in colour and without rules.

Everything here is done once a page; cells are looked up in what it leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ocr.cells.colour import part_colours, take_off_marks
from ocr.cells.fills import find_fills, lift
from ocr.cells.pens import written_over
from ocr.cells.rules import laid_beside, rule_pixels, without_gaps
from ocr.cells.seals import find_seals, lift_seals
from ocr.image import Pixels
from ocr.opencv import cv2

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Labels = np.ndarray[Any, np.dtype[np.int32]]
Places = np.ndarray[Any, np.dtype[np.intp]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]

PAPER = 20.0  # points: print is narrower than this, shade and fills are wider
# Blurred print at 110 dpi reaches half its darkness in a thin stroke, and a stroke's edge half of
# that; noise stays below 4.5 of its own deviations on all but one pixel in 300,000.
INK_SHARE = 0.22
HIDES = 0.75  # of the contrast: print on a fill as dark may not be seen
UNDER_MARKS = 0.5  # of the contrast: print is darker, however much of a mark is unexplained
NOISE_DEVIATIONS = 4.5
FAINTEST = 14.0  # grey levels of 255: below, JPEG at quality 25 rings as strongly
PLAIN_CONTRAST = 110.0  # a page on which nothing is printed has no contrast of its own


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
    written: Mask  # those that a pen left, as far as colour tells
    components: Components
    contrast: float  # grey levels between paper and the page's own print
    noise: float  # standard deviation of the paper, grey levels
    threshold: float  # darkness from which a pixel counts as ink
    rules: Pixels  # 255 where a rule, or a streak, was taken away
    ruled: Pixels  # grey; as `clean`, with the rules still there


def page_ink(
    pixels: Pixels,
    scale: float,
    rule_mask: Mask | Pixels | None,
    boxes: Sequence[tuple[slice, slice]] = (),
) -> PageInk:
    """Separate print from paper, marks and rules.

    ``scale`` is pixels a point, ``boxes`` are the rows and columns of cells: those filled dark are
    turned into dark print on light first.
    """
    pixels = _light_cells(pixels, boxes)
    parted = part_colours(pixels, scale)
    dark, noise = _darkness(parted.grey, parted.marks, scale)
    unexplained = take_off_marks(dark, parted, scale)
    rules = _mask(rule_mask, dark.shape)
    if fills := find_fills(dark, noise, scale):
        plain = rules.copy()
        for fill in fills:
            plain[fill.rows, fill.columns] = 255
        most = HIDES * _contrast(dark, plain, noise)
        lift(dark, [fill for fill in fills if fill.level <= most])
    contrast = _contrast(dark, rules, noise)
    _clear_grains(dark, contrast)
    seals = find_seals(dark, rules, contrast, scale)
    sealed = lift_seals(dark, seals, scale) if seals else None
    # A grain of dust or noise is a pixel wide and may be darker than the print; a stroke is wider.
    # Cut down to the print's darkness and averaged, grains fall below the threshold.
    smooth = cv2.GaussianBlur(cv2.min(dark, min(255, round(contrast))), (3, 3), 0)
    threshold = max(FAINTEST, NOISE_DEVIATIONS * noise, INK_SHARE * contrast)
    ink = cv2.compare(smooth, threshold, cv2.CMP_GE)
    if parted.marks.any():
        clear = cv2.compare(
            smooth, max(threshold, min(unexplained, UNDER_MARKS * contrast)), cv2.CMP_GE
        )
        ink = np.where(parted.marks, clear, ink)
    ruled = cv2.bitwise_not(dark)
    if cv2.countNonZero(rules):
        own = cv2.subtract(smooth, laid_beside(smooth, rules, scale))
        printed = cv2.compare(own, threshold, cv2.CMP_GE)
        ink = cv2.bitwise_and(ink, cv2.bitwise_or(printed, rules))
        ink = without_gaps(ink, rules, scale, smooth)
        # where a stroke crosses a rule it is no darker than the rule, and stays as dark
        crossing = cv2.bitwise_and(rules, cv2.bitwise_not(printed))
        laid = laid_beside(dark, rules, scale)
        dark = cv2.subtract(dark, cv2.bitwise_and(laid, cv2.bitwise_not(crossing)))
        rules = rule_pixels(ink, rules, scale, own, threshold)
        around = cv2.dilate(rules, np.ones((3, 3), np.uint8))
        dark[cv2.bitwise_and(around, cv2.bitwise_or(cv2.bitwise_not(ink), rules)) > 0] = 0
        ink = cv2.bitwise_and(ink, cv2.bitwise_not(rules))
    components = _components(ink, dark)
    clean = cv2.bitwise_not(dark)
    written = written_over(parted, scale)
    marks = parted.marks if sealed is None else parted.marks | sealed
    return PageInk(clean, marks, written, components, contrast, noise, threshold, rules, ruled)


def _light_cells(pixels: Pixels, boxes: Sequence[tuple[slice, slice]]) -> Pixels:
    """Cells of light print on a dark fill as their negative; the picture itself is not changed."""
    coarse = pixels[::4, ::4]
    light = 0.5 * float(np.percentile(coarse, 80))
    turned = pixels
    for rows, columns in boxes:
        few = coarse[rows.start // 4 : rows.stop // 4, columns.start // 4 : columns.stop // 4]
        if few.size and few.mean() < light and np.median(few) < light:
            if turned is pixels:
                turned = pixels.copy()
            cell = pixels[rows, columns]
            grey = cell if cell.ndim == 2 else cell.mean(axis=2, keepdims=True)
            turned[rows, columns] = np.clip(255 - grey, 0, 255).astype(np.uint8)
    return turned


def _mask(rule_mask: Mask | Pixels | None, shape: tuple[int, ...]) -> Pixels:
    if rule_mask is None:
        return np.zeros(shape, np.uint8)
    drawn = np.asarray(rule_mask, np.uint8)
    return np.asarray((drawn > 0).astype(np.uint8) * np.uint8(255))


def _darkness(grey: Pixels, marks: Mask, scale: float) -> tuple[Pixels, float]:
    """How much darker than the paper around it each pixel is, as if the paper were white.

    Also the noise of the paper in the same measure. Marks are no paper: their lightest channel may
    be lighter than it.
    """
    step = max(1, round(scale * PAPER / 12))
    marked = bool(marks.any())
    source = np.where(marks, 0, grey).astype(np.uint8) if marked else grey
    small = cv2.resize(source, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    if marked:
        free = cv2.resize(
            (~marks).astype(np.float32), small.shape[::-1], interpolation=cv2.INTER_AREA
        )
        plain = free > 0.99
        usual = float(np.median(small[plain])) if plain.any() else 255.0
        near = cv2.dilate(plain.astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
        # Closing fills the zeros from the paper around; inside large marks there is none.
        small = np.where(plain, small, np.where(near, 0, usual)).astype(np.uint8)
    # Closing takes away what is narrower than its window; the mean evens out what noise it lifts.
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))
    paper = cv2.blur(paper, (5, 5))
    noise = _noise(grey) * 255 / max(float(np.median(paper)), 32.0)
    paper = cv2.resize(paper, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(grey, cv2.max(paper, np.ones_like(paper)), scale=255)
    return np.asarray(cv2.bitwise_not(even), np.uint8), noise


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


def _noise(grey: Pixels) -> float:
    """Deviation of the paper's pixels after averaging as in `page_ink`.

    Print is too rare to move a median much. Where JPEG flattened the paper the median is zero, yet
    blocks are left that it did not flatten: a higher quantile counts too, under the share of print.
    """
    sample = cv2.GaussianBlur(grey[: grey.shape[0] // 8 * 8], (3, 3), 0)[::7].astype(np.int16)
    steps = np.abs(sample[:, 3:] - sample[:, :-3])
    if not steps.size:
        return 0.0
    half, more = np.percentile(steps, (50, 70))
    # Of differences of two normals half are below 0.954 sigma and 70 % below 1.466 sigma.
    return float(max(half / 0.954, more / 1.466))


def _contrast(dark: Pixels, rules: Pixels, noise: float) -> float:
    """Darkness of the page's print: the mean of what is clearly not paper, weighed by its square:
    noise on a page of little print has many pixels, but faint ones.
    """
    counts = cv2.calcHist([dark[::2]], [0], cv2.bitwise_not(rules[::2]), [256], [0, 256]).ravel()
    counts[: round(max(FAINTEST * 2, 6 * noise))] = 0
    if counts.sum() < 50:
        return PLAIN_CONTRAST
    squares = counts.astype(np.float64) * np.arange(256) ** 2
    return float((squares * np.arange(256)).sum() / squares.sum())


def _components(ink: Pixels, dark: Pixels) -> Components:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        ink, connectivity=8, ltype=cv2.CV_32S
    )
    left, top, width, height, area = stats.T.astype(np.float64)
    places = np.flatnonzero(ink)
    total = np.bincount(labels.ravel()[places], weights=dark.ravel()[places], minlength=count)
    return Components(
        left, top, left + width, top + height, area, total / np.maximum(area, 1), labels
    )
