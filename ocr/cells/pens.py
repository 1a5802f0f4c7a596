"""What a pen wrote, told from seals, text markers and colour at the edges of print.

A seal may lie over a number and leave it what it is. A pen that goes over one may strike it out or
correct it: whatever is read there, a person has to look.
"""

from __future__ import annotations

import numpy as np

from ocr.cells.colour import Mask, PartedColours
from ocr.image import Pixels
from ocr.opencv import cv2

# Points. The smallest seals are 30 mm across, and what is seen of one at the edge of a page is as
# high; what is lower, however long, is a stroke.
SEAL_LENGTH, SEAL_HEIGHT = 60.0, 25.0
STEP = 2.0  # points: strokes that lie closer are of one mark
DARK = 75  # of 255: a marker's colour is lighter, a pen's stroke of one pixel darker
MOSTLY = 0.5  # of a mark's coloured pixels; of a marker only those at the edges of print are dark


def written_over(parted: PartedColours, scale: float) -> Mask:
    """Coloured pixels of pens (``scale``: pixels a point)."""
    shape = parted.grey.shape
    written = np.zeros(shape, bool)
    if not parted.inks:
        return written
    coloured = np.zeros(shape, np.uint8)
    for ink in parted.inks:
        coloured[ink.rows, ink.columns] |= ink.core.astype(np.uint8)
    step = max(1, round(STEP * scale))
    coarse = _coarse(coloured, step)
    count, labels, stats, middles = cv2.connectedComponentsWithStats(coarse, connectivity=8)
    rows, columns = np.nonzero(coloured)
    mark = labels[rows // step, columns // step]
    paper = float(np.percentile(parted.grey[::9, ::9], 80))
    dark = parted.grey[rows, columns] <= paper - DARK
    share = np.bincount(mark, dark, count) / np.maximum(np.bincount(mark, minlength=count), 1)
    left, top, width, height, _ = stats.T
    long, short = np.maximum(width, height) * step / scale, np.minimum(width, height) * step / scale
    seal = (long >= SEAL_LENGTH) & (short >= SEAL_HEIGHT)
    seal[0] = False
    pen = (share > MOSTLY) & ~seal
    for number in np.flatnonzero(seal):  # what stands inside the ring is of the seal
        x, y = middles[:, 0] - left[number], middles[:, 1] - top[number]
        pen &= (x < 0) | (x > width[number]) | (y < 0) | (y > height[number])
    pen[0] = False
    written[rows, columns] = pen[mark]
    return written


def _coarse(coloured: Pixels, step: int) -> Pixels:
    """Whether anything is coloured in or beside each square of ``step`` pixels."""
    rows, columns = (-(-side // step) * step for side in coloured.shape)
    padded = np.zeros((rows, columns), np.uint8)
    padded[: coloured.shape[0], : coloured.shape[1]] = coloured
    any_ = padded.reshape(rows // step, step, columns // step, step).max(axis=(1, 3))
    return np.asarray(cv2.dilate(any_, np.ones((3, 3), np.uint8)), np.uint8)
