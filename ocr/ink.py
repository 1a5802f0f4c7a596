"""What is ink on a page of pixels: paper and fills taken away, the size of the type measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gouji.model import Box, Word

from .image import PageImage, Pixels
from .opencv import cv2

# The paper is the median of a square so wide (points): wider than two lines of type, since ink
# covers less than half of such a square, and narrower than a row of heads on a dark fill.
PAPER_REACH = 21.0
STROKE_REACH = 1.5  # points around a pixel in which some paper shows between strokes
MOST_SUNK = 70  # of 255: by more the median differs only from white type on a dark fill
SHRUNK = 4  # the median is taken on pixels so many times larger
LEAST = 24  # darker than the paper by less (of 255) is noise of the scan or the reverse page
INK_SHARE = 0.4  # of the usual darkness of ink: fainter pixels are the edges of strokes
BORDER = 60  # paper darker by so much, up to the edge of the picture, is not paper
JOINS = 0.55  # of the type size: characters nearer than this are one word
SPECKS = 0.002  # of all pixels: more stand alone on a page with salt and pepper
SPECK_SAMPLE = 8
RED = 40  # red above the two other colours by so much (of 255)
RED_SHARE = 2e-4  # of the page: less is no seal


@dataclass(frozen=True, slots=True)
class Ink:
    """How much each pixel differs from the paper (or the fill) around it.

    ``darkness`` is rows × columns, 0–255. White type on a dark fill is as dark as black type on
    paper. ``threshold`` parts strokes from their edges, ``usual`` is the darkness of ink here.
    ``red`` is the part of the picture (left, top, right, bottom in pixels) where red ink was
    taken away, with the darkness before that, or None.
    """

    darkness: Pixels
    threshold: int
    usual: float
    scale: float  # pixels a point
    red: tuple[tuple[int, int, int, int], Pixels] | None = None


def find_ink(page: PageImage, grey: Pixels | None = None) -> Ink:
    """The ink of a page; ``grey`` is its grey picture where the caller has it already."""
    if grey is None:
        grey = _grey(page.pixels)
    red = _red_area(page.pixels)
    darkness = _darkness(grey, page.scale)
    before = None
    if red is not None:
        left, top, right, bottom = red
        before = (red, darkness[top:bottom, left:right].copy())
        darkness = _darkness(_without_red(page.pixels, grey, red), page.scale)
    usual = _usual(darkness)
    threshold = int(max(LEAST, INK_SHARE * usual))
    return Ink(darkness, threshold, usual, page.scale, before)


def _grey(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _darkness(grey: Pixels, scale: float) -> Pixels:
    paper = _paper(grey, scale)
    full = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST)
    darkness = np.asarray(cv2.absdiff(grey, full), dtype=np.uint8)
    _clear_border(darkness, paper, scale)
    return _without_specks(darkness)


def _without_specks(darkness: Pixels) -> Pixels:
    """Pixels darker than all that touch them made as light as these, where there are many."""
    around = np.ones((3, 3), np.uint8)
    around[1, 1] = 0
    sample = _strips(darkness)
    beside = cv2.dilate(sample, around)
    specks = np.count_nonzero(cv2.subtract(sample, beside) > 2 * LEAST)
    if specks < SPECKS * sample.size:
        return darkness
    return np.asarray(cv2.min(darkness, cv2.dilate(darkness, around)), dtype=np.uint8)


def _strips(darkness: Pixels) -> Pixels:
    """A few strips of the page, enough to tell whether it is speckled."""
    height = darkness.shape[0]
    starts = [height * k // SPECK_SAMPLE for k in range(SPECK_SAMPLE)]
    return np.concatenate([darkness[s : s + max(3, height // 64)] for s in starts])


def _paper(grey: Pixels, scale: float) -> Pixels:
    """The picture without ink, `SHRUNK` times smaller: paper and fills, with their shades.

    Where type stands close, the median sinks into it, and the gaps between the lines would be
    taken for ink: there the median of the lightest pixels around is the paper. On a dark fill with
    white type that one would be the type: it differs by more.
    """
    size = (max(1, grey.shape[1] // SHRUNK), max(1, grey.shape[0] // SHRUNK))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    reach = min(255, max(3, int(PAPER_REACH * scale / SHRUNK) | 1))
    paper = cv2.medianBlur(small, reach)
    stroke = 2 * max(1, round(STROKE_REACH * scale / SHRUNK)) + 1
    lightest = cv2.medianBlur(cv2.dilate(small, np.ones((stroke, stroke), np.uint8)), reach)
    sunk = cv2.subtract(lightest, paper)
    paper[(sunk > 0) & (sunk <= MOST_SUNK)] = lightest[(sunk > 0) & (sunk <= MOST_SUNK)]
    return np.asarray(paper, dtype=np.uint8)


def _clear_border(darkness: Pixels, paper: Pixels, scale: float) -> None:
    """Take away what the dark surroundings of the paper leave: their edge is no rule."""
    usual = float(np.median(paper))
    dark = (paper < usual - BORDER).astype(np.uint8)
    rim = np.concatenate((dark[0], dark[-1], dark[:, 0], dark[:, -1]))
    if not rim.any():
        return
    _, labels = cv2.connectedComponents(dark)
    outside = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    beyond = np.isin(labels, outside[outside > 0]).astype(np.uint8)
    grown = 2 * int(2.5 * scale / SHRUNK) + 3
    beyond = np.asarray(cv2.dilate(beyond, np.ones((grown, grown), np.uint8)), dtype=np.uint8)
    size = (darkness.shape[1], darkness.shape[0])
    darkness[cv2.resize(beyond, size, interpolation=cv2.INTER_NEAREST) > 0] = 0


def _usual(darkness: Pixels) -> float:
    """How dark ink is on this page: what the darker half of it reaches."""
    counts = np.bincount(darkness[::2, ::2].ravel(), minlength=256)[2 * LEAST :]
    total = int(counts.sum())
    if total == 0:
        return float(2 * LEAST)
    return float(2 * LEAST + int(np.searchsorted(np.cumsum(counts), 0.6 * total)))


def _red_area(pixels: Pixels) -> tuple[int, int, int, int] | None:
    """Where red ink stands, in pixels, or None on a page without a seal or a red rule."""
    if pixels.ndim != 3:
        return None
    size = (max(1, pixels.shape[1] // SHRUNK), max(1, pixels.shape[0] // SHRUNK))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    red = _redness(np.asarray(small, dtype=np.uint8)) > RED
    if np.count_nonzero(red) < RED_SHARE * red.size:
        return None
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    height, width = pixels.shape[:2]
    return (
        max(0, (int(columns[0]) - 2) * SHRUNK),
        max(0, (int(rows[0]) - 2) * SHRUNK),
        min(width, (int(columns[-1]) + 3) * SHRUNK),
        min(height, (int(rows[-1]) + 3) * SHRUNK),
    )


def _redness(pixels: Pixels) -> Pixels:
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.subtract(red, cv2.max(green, blue)), dtype=np.uint8)


def _without_red(pixels: Pixels, grey: Pixels, area: tuple[int, int, int, int]) -> Pixels:
    """Grey, with the red channel where the ink is red: black ink under a seal stays."""
    left, top, right, bottom = area
    part = np.ascontiguousarray(pixels[top:bottom, left:right])
    red = np.asarray(_redness(part) > RED // 2, dtype=np.uint8)
    red = np.asarray(cv2.dilate(red, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    result = grey.copy()
    held = result[top:bottom, left:right]
    # the seal's own red is the paper here
    channel = part[:, :, 0]
    faded = max(0, int(np.median(grey[::8, ::8])) - int(np.median(channel[red > 0])))
    np.copyto(held, cv2.add(channel, float(faded)), where=red > 0)
    return result


def ink_words(ink: Ink, rules: Pixels, size: float) -> list[Word]:
    """Runs of ink as words without text, so that a grid can be found before anything is read.

    ``rules`` is the mask of rule pixels, ``size`` the type's size in points. A word's text is as
    many 口 as characters of that size fit in it.
    """
    strokes = (ink.darkness > ink.threshold).astype(np.uint8)
    strokes[rules > 0] = 0
    step = max(1, round(size * ink.scale / 8))
    height, width = strokes.shape
    small = cv2.resize(
        strokes * np.uint8(255),
        (max(1, width // step), max(1, height // step)),
        interpolation=cv2.INTER_AREA,
    )
    _, cells = cv2.threshold(small, 24, 255, cv2.THRESH_BINARY)
    unit_x, unit_y = ink.scale * small.shape[1] / width, ink.scale * small.shape[0] / height
    reach = max(1, int(JOINS * size * unit_x)) | 1
    joined = cv2.morphologyEx(cells, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    walls = cv2.resize(rules, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    joined[(walls > 100) & (cells == 0)] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    words = []
    for left, top, wide, high, area in stats[1:].tolist():
        box = Box(left / unit_x, top / unit_y, (left + wide) / unit_x, (top + high) / unit_y)
        if max(box.width, box.height) < 0.3 * size or area < 3:
            continue
        count = max(1, round(box.width / size))
        edges = tuple(box.left + box.width * i / count for i in range(count + 1))
        words.append(Word("口" * count, box, max(size, min(box.height, 2 * size)), edges))
    return words
