"""Whether anything is printed in a cell that has no text: blank proven, not assumed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from gouji.reports.filled import FilledCell

from .document import PdfFile

SCALE = 1.0  # pixels a point: a digit of 6 pt type still is 3 × 4 pixels
INSET = 2.5  # points left out along the border, where rules and their anti-aliasing are
CONTRAST = 70  # of 255: paler marks are shading, watermarks, dots of compression
FEWEST_PIXELS = 2


def inked(file: PdfFile, cells: Sequence[FilledCell]) -> set[str]:
    """Keys of the cells in whose inside something darker than its ground is drawn.

    Renders each page that has such cells once (5 ms at one pixel a point).
    """
    marked: set[str] = set()
    in_order = sorted(cells, key=lambda cell: cell.page or 0)
    for number, group in groupby(in_order, key=lambda cell: cell.page or 0):
        with file.page(number) as page:
            picture = page.grey(SCALE)
        for cell in group:
            if _has_ink(picture, cell):
                marked.add(cell.key)
    return marked


def _has_ink(picture: np.ndarray, cell: FilledCell) -> bool:
    assert cell.box is not None
    left, top = round((cell.box.left + INSET) * SCALE), round((cell.box.top + INSET) * SCALE)
    right, bottom = (
        round((cell.box.right - INSET) * SCALE),
        round((cell.box.bottom - INSET) * SCALE),
    )
    inside = picture[max(top, 0) : bottom, max(left, 0) : right]
    if inside.size == 0:
        return False
    ground = int(np.median(inside))
    dark = np.abs(inside.astype(np.int16) - ground) > CONTRAST
    # strokes of a neighbour's overflow or a rule cross the inside from edge to edge
    dark[:, dark.all(axis=0)] = False
    dark[dark.all(axis=1), :] = False
    return int(dark.sum()) >= FEWEST_PIXELS
