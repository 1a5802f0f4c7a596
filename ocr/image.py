"""A page as pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Pixels = np.ndarray[Any, np.dtype[np.uint8]]  # rows × columns (grey) or rows × columns × 3 (RGB)


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as displayed, in pixels.

    ``pixels`` are rows × columns × 3, RGB, 8 bits; ``scale`` is pixels a point, so that a place in
    points is a place in pixels divided by it.
    """

    pixels: Pixels
    scale: float

    @property
    def width(self) -> float:
        """Points."""
        return float(self.pixels.shape[1]) / self.scale

    @property
    def height(self) -> float:
        """Points."""
        return float(self.pixels.shape[0]) / self.scale
