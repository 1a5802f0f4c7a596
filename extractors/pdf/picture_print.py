"""Print that is part of a page's pictures: the text layer does not know of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gouji.model import Ruling, Word

from .document import OpenPage
from .rulings import Drawing

SCALE = 1.0  # pixels a point: strokes of type still stand out
BLOCK = 8  # pixels: the ground of a place is the lightest of the blocks around it
DARKER = 60  # of 255 than its ground: print; paler marks are shading and watermarks
DARKER_RULE = 25  # rules of hair's breadth fade at this scale
AROUND = 2.0  # points around a word that still belong to it
# Of its picture's width and height that a rule runs along.
ACROSS, DOWN = 0.6, 0.3
LEAST_RULES = (4, 3)  # of a table: horizontal and vertical ones
LEAST_SIDE = 60.0  # points; a smaller picture is a seal or a logo
MOST_PICTURES = 50

Places = np.ndarray[Any, np.dtype[np.bool_]]
Greys = np.ndarray[Any, np.dtype[np.uint8]]
_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PicturePrint:
    """What the pictures of a page show besides its text layer."""

    share: float = 0.0  # of the page's dark ink: in pictures, under no text
    ruled: bool = False  # a table is drawn in one of them


NOTHING = PicturePrint()


def picture_print(page: OpenPage, words: Sequence[Word], drawing: Drawing) -> PicturePrint:
    """Look at the pictures of a page beside its words and vector rulings (5 ms)."""
    large = [
        box
        for box in drawing.images
        if box[2] - box[0] >= LEAST_SIDE and box[3] - box[1] >= LEAST_SIDE
    ][:MOST_PICTURES]
    if not large:
        return NOTHING
    grey = page.grey(SCALE)
    darker = _ground(grey) - grey.astype(np.int16)
    pictured = _boxes(grey.shape, large, 0.0)
    texts = [(w.box.left, w.box.top, w.box.right, w.box.bottom) for w in words]
    drawn = [_box_of(ruling) for ruling in drawing.rulings]
    told = _boxes(grey.shape, (*texts, *drawn), AROUND)
    dark = darker > DARKER
    alone, all_of_it = (int(np.count_nonzero(places)) for places in (dark & pictured & ~told, dark))
    rules = (darker > DARKER_RULE) & ~told
    return PicturePrint(alone / max(all_of_it, 1), any(_is_ruled(rules, box) for box in large))


def _ground(grey: Greys) -> np.ndarray[Any, np.dtype[np.int16]]:
    """The lightest grey around each place."""
    rows, columns = (-(-side // BLOCK) for side in grey.shape)
    padded = np.zeros((rows * BLOCK, columns * BLOCK), np.uint8)
    padded[: grey.shape[0], : grey.shape[1]] = grey
    blocks = padded.reshape(rows, BLOCK, columns, BLOCK).max(axis=(1, 3))
    wide = np.pad(blocks, 1)
    around = [wide[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    lightest = np.stack(around).max(axis=0)
    whole = np.repeat(np.repeat(lightest, BLOCK, axis=0), BLOCK, axis=1)
    return np.asarray(whole[: grey.shape[0], : grey.shape[1]], np.int16)


def _boxes(shape: tuple[int, ...], boxes: Iterable[_Box], around: float) -> Places:
    places = np.zeros(shape, bool)
    for box in boxes:
        places[_part(box, around)] = True
    return places


def _box_of(ruling: Ruling) -> _Box:
    half = ruling.thickness / 2
    low, high = ruling.at - half, ruling.at + half
    if ruling.horizontal:
        return ruling.start, low, ruling.end, high
    return low, ruling.start, high, ruling.end


def _part(box: _Box, around: float) -> tuple[slice, slice]:
    left, top, right, bottom = box
    low = [max(int((v - around) * SCALE), 0) for v in (top, left)]
    high = [max(int((v + around) * SCALE) + 1, 0) for v in (bottom, right)]
    return slice(low[0], high[0]), slice(low[1], high[1])


def _is_ruled(dark: Places, box: _Box) -> bool:
    """Whether rules of a table run across and down the picture."""
    part = dark[_part(box, 0.0)]
    if min(part.shape) < LEAST_SIDE * SCALE / 2:
        return False
    across = np.flatnonzero(part.mean(axis=1) >= ACROSS)
    down = np.flatnonzero(part.mean(axis=0) >= DOWN)
    return all(
        np.count_nonzero(np.diff(found, prepend=-9) > 2) >= least
        for found, least in zip((across, down), LEAST_RULES, strict=True)
    )
