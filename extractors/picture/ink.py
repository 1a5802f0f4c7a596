"""Where a drawn page is dark: which rules are printed, and where there is room for a label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gouji.model import Box

DARK = 176  # of 255: darker pixels belong to glyphs; shaded rows of forms are lighter
EDGE = 14  # a printed rule is so much darker than the paper beside it; hairlines at 2 px/pt are 30
PRINTED = 0.6  # of a cell's side must be drawn; dotted rules are drawn to a half once blurred


class Ink:
    """A page in grey, asked in points; ``scale`` is pixels a point."""

    def __init__(self, picture: Image.Image, scale: float) -> None:
        self._grey: NDArray[np.uint8] = np.asarray(picture.convert("L"))
        self._scale = scale
        dark = (self._grey < DARK).astype(np.int32)
        self._sums: NDArray[np.int32] = np.zeros(
            (dark.shape[0] + 1, dark.shape[1] + 1), dtype=np.int32
        )
        self._sums[1:, 1:] = dark.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)

    def share(self, box: Box) -> float:
        """Share of the box that is dark; a place off the page counts as all dark."""
        height, width = self._grey.shape
        left, right = int(box.left * self._scale), int(np.ceil(box.right * self._scale))
        top, bottom = int(box.top * self._scale), int(np.ceil(box.bottom * self._scale))
        if left < 0 or top < 0 or right > width or bottom > height:
            return 1.0
        area = (right - left) * (bottom - top)
        if area <= 0:
            return 0.0
        s = self._sums
        dark = s[bottom, right] - s[top, right] - s[bottom, left] + s[top, left]
        return float(dark) / area

    def ruled(self, *, horizontal: bool, at: float, start: float, end: float) -> bool:
        """Whether a rule is printed along most of this line."""
        grey = self._grey if horizontal else self._grey.T
        line = round(at * self._scale)
        first, last = round(start * self._scale), round(end * self._scale)
        reach = max(2, round(1.2 * self._scale))
        near = grey[max(0, line - reach) : line + reach + 1, max(0, first) : max(0, last)]
        if near.size == 0:
            return False
        above = grey[max(0, line - 3 * reach) : max(1, line - reach), max(0, first) : max(0, last)]
        below = grey[line + reach + 1 : line + 3 * reach + 1, max(0, first) : max(0, last)]
        beside = np.concatenate([above, below]).astype(np.int16)
        darker = beside.max(axis=0) - near.min(axis=0) >= EDGE
        lighter = near.max(axis=0) - beside.min(axis=0) >= EDGE  # white rules between shades
        return bool(max(darker.mean(), lighter.mean()) >= PRINTED)
