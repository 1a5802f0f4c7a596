"""What lines of text say: cut out, recognised, and made into words with places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from gouji.model import Box, Word

from ..engine import Engine, Quad, Recognition
from ..image import PageImage, Pixels
from ..ink import Ink
from ..recognition import narrowed
from .find import TextLineBox

ABOVE, BESIDE = 0.18, 0.3  # paper around the ink of a line, in its heights
LONGEST = 40.0  # heights: longer lines are cut at blanks; the recogniser takes 66
# Of the type size: ink of Chinese characters, and of digits and Latin letters.
CHINESE_INK, LATIN_INK = 0.92, 0.74
LEAST_SURE = 0.3  # confidence below which a run of ink is no text
FULL = 200.0  # darkness that ink is stretched to
# Of the lines of a page few are sure where it is no text: one in ten to two in five of texture, of
# keys and of dirt, all but one in ten of the worst fax.
SURE, LEAST_TEXT = 0.6, 0.45
FEW = 12  # lines say too little about their page
SURE_ALONE = 0.8  # what is believed of a page that is no text
# More lines than A4 holds are a picture or a long screenshot: so many, spread over it, tell which.
FULL_PAGE, ASKED = 64, 24


@dataclass(frozen=True, slots=True)
class _Cut:
    """A piece of a line, as the recogniser is shown it."""

    crop: Pixels
    line: TextLineBox
    left: float  # of the crop, points
    scale: float  # pixels of the crop a point along the line


def read_lines(
    page: PageImage,
    lines: Sequence[TextLineBox],
    engine: Engine,
    ink: Ink | None = None,
    *,
    narrow: bool = False,
) -> list[Word]:
    """The text of the lines, in their order; a run that cannot be read is left out.

    Of a page whose lines are no text (a photo of something else) not all are looked at.

    ``ink`` (of the page) takes seals away; elsewhere the recogniser sees the page as it is, but
    long lines narrower where that is asked for (``narrow``): of print that can hardly be read too
    much is lost by it.
    """
    cuts = [cut for line in lines for cut in _cuts(page, line, ink)]
    if narrow:
        cuts = [_narrowed(cut) for cut in cuts]
    read = _said(cuts, range(len(cuts)) if len(cuts) <= FULL_PAGE else _spread(cuts), engine)
    is_text = len(read) < FEW or _sure(read) >= LEAST_TEXT
    if is_text and len(read) < len(cuts):
        read |= _said(cuts, [number for number in range(len(cuts)) if number not in read], engine)
    least = LEAST_SURE if is_text else SURE_ALONE
    return [
        _word(cuts[number], said)
        for number, said in sorted(read.items())
        if said.text.strip() and said.confidence >= least
    ]


def _spread(cuts: Sequence[_Cut]) -> Sequence[int]:
    """Numbers of some cuts from all over the page, and of the widest, which may be its title."""
    widest = max(range(len(cuts)), key=lambda number: cuts[number].crop.shape[1])
    return sorted({widest, *range(0, len(cuts), len(cuts) // ASKED)})


def _sure(read: Mapping[int, Recognition]) -> float:
    return sum(said.confidence >= SURE for said in read.values()) / len(read)


def _said(cuts: Sequence[_Cut], numbers: Sequence[int], engine: Engine) -> dict[int, Recognition]:
    said = engine.recognise([cuts[number].crop for number in numbers])
    return dict(zip(numbers, said, strict=True))


def _cuts(page: PageImage, line: TextLineBox, ink: Ink | None) -> list[_Cut]:
    scale = page.scale
    if line.quad is not None:
        crop = _rectified(page.pixels, line.quad, scale)
        across = crop.shape[1] / max(line.box.width, 1e-6)
        return [_Cut(crop, line, line.box.left, across)]
    above, beside = ABOVE * line.height, BESIDE * line.height
    rows, columns = page.pixels.shape[:2]
    top = max(round((line.box.top - above) * scale), 0)
    bottom = min(round((line.box.bottom + above) * scale), rows)
    left = max(round((line.box.left - beside) * scale), 0)
    right = min(round((line.box.right + beside) * scale), columns)
    if bottom <= top or right <= left:
        return []
    if ink is not None and _is_under_red(ink, left, top, right, bottom):
        band = _on_white(ink, ink.darkness[top:bottom, left:right])
    else:
        band = page.pixels[top:bottom, left:right]
    places = _places_to_cut(band, round(LONGEST * line.height * scale))
    return [
        _Cut(np.ascontiguousarray(band[:, a:b]), line, (left + a) / scale, scale)
        for a, b in pairwise(places)
    ]


def _narrowed(cut: _Cut) -> _Cut:
    """A long line made narrower, which costs the recogniser less."""
    crop = narrowed(cut.crop)
    return replace(cut, crop=crop, scale=cut.scale * crop.shape[1] / cut.crop.shape[1])


def _is_under_red(ink: Ink, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether red ink was taken away from the part of the page with this line."""
    if ink.red is None:
        return False
    (a, b, c, d), _ = ink.red
    return left < c and a < right and top < d and b < bottom


def _on_white(ink: Ink, darkness: Pixels) -> Pixels:
    stretched = cv2.convertScaleAbs(darkness, alpha=max(FULL / ink.usual, 1.0))
    return np.asarray(255 - stretched, np.uint8)


def _places_to_cut(band: Pixels, longest: int) -> list[int]:
    """Columns that a long line is cut at, first and end among them: the lightest near the aim."""
    width = band.shape[1]
    if width <= longest:
        return [0, width]
    darkest = band.reshape(band.shape[0], width, -1).min(axis=(0, 2)).astype(np.int32)
    blank = darkest >= 0.8 * int(darkest.max())
    pieces = -(-width // longest)
    places = [0]
    for number in range(1, pieces):
        aim = width * number // pieces
        first = max(aim - longest // 5, places[-1] + 1)
        places.append(first + _middle_of_longest(blank[first : aim + longest // 5]))
    return [*places, width]


def _middle_of_longest(run: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    """The middle of the longest run of true; of all of it where none is."""
    steps = np.flatnonzero(np.diff(np.concatenate(([0], run.astype(np.int8), [0]))))
    starts, ends = steps[::2], steps[1::2]
    if not starts.size:
        return int(run.size) // 2
    longest = int(np.argmax(ends - starts))
    return int(starts[longest] + ends[longest]) // 2


def _rectified(pixels: Pixels, quad: Quad, scale: float) -> Pixels:
    corners = np.asarray(quad, np.float32) * scale
    width = max(round(float(np.linalg.norm(corners[1] - corners[0]))), 1)
    height = max(round(float(np.linalg.norm(corners[3] - corners[0]))), 1)
    to = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, to)
    return np.asarray(
        cv2.warpPerspective(
            pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _word(cut: _Cut, said: Recognition) -> Word:
    line = cut.line
    edges = [cut.left + x / cut.scale for x in said.edges]
    left, right = max(edges[0], line.box.left), min(edges[-1], line.box.right)
    text, edges = _trimmed(said.text, edges)
    edges[0] = min(max(edges[0], left), right)
    edges = [min(max(x, edges[0]), right) for x in edges]
    share = CHINESE_INK if any(c >= "\u2e80" for c in text) else LATIN_INK
    box = Box(edges[0], line.box.top, max(edges[-1], edges[0]), line.box.bottom)
    return Word(text, box, line.height / share, tuple(edges))


def _trimmed(text: str, edges: list[float]) -> tuple[str, list[float]]:
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return text[start:end], edges[start : end + 1]
