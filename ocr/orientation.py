"""Which way up a page is: the input of the orientation network and what its classes mean."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from .detection import MEAN, SPREAD
from .engine import Probabilities
from .image import Pixels

SHORT, SIDE = 256, 224  # the shorter side is brought to one, and the middle square of the other cut
CLASSES = (0, 90, 180, 270)  # degrees clockwise that the page lies turned by


def prepared(image: Pixels) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The image as the network wants it: 1 × 3 × 224 × 224."""
    rows, columns = image.shape[:2]
    scale = SHORT / min(rows, columns)
    size = (max(SIDE, round(columns * scale)), max(SIDE, round(rows * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(image, size, interpolation=way)
    left, top = (size[0] - SIDE) // 2, (size[1] - SIDE) // 2
    middle = resized[top : top + SIDE, left : left + SIDE]
    colour = cv2.cvtColor(middle, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else middle[:, :, ::-1]
    normal = (colour.astype(np.float32) - MEAN) / SPREAD
    return np.ascontiguousarray(normal.transpose(2, 0, 1)[None])


def turns(probabilities: Probabilities) -> dict[int, float]:
    """`Engine.orientation` from the network's output."""
    found = {-turned % 360: float(p) for turned, p in zip(CLASSES, probabilities, strict=True)}
    return dict(sorted(found.items()))
