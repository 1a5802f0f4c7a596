"""Lines of text on a page: the detector's input, and quadrilaterals from its probability map.

Input and thresholds are PaddleOCR's own; a rectangle is widened exactly, which is what its polygon
offset and the rectangle around it come to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from .engine import Probabilities, Quad
from .image import Pixels

MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255  # of blue, green, red, as PaddleOCR has it
SPREAD = np.array([0.229, 0.224, 0.225], np.float32) * 255
STEP = 32  # sides of the input are multiples of it


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    """How lines are found; all but the first are the values of PaddleOCR's pipeline."""

    longest: int = 1280  # longer side of the input: 10 pt text of an A4 page is 15 pixels high
    ink: float = 0.3  # a pixel more probable than this belongs to text
    line: float = 0.6  # mean probability of a line's pixels
    widened: float = 1.5  # distance a line is widened by × perimeter / area
    most: int = 3000  # lines of an image
    smallest: float = 3.0  # pixels of the map


def prepared(image: Pixels, settings: DetectionSettings) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The image as the detector wants it: 1 × 3 × rows × columns."""
    rows, columns = image.shape[:2]
    ratio = min(1.0, settings.longest / max(rows, columns))
    size = [max(STEP, round(side * ratio / STEP) * STEP) for side in (columns, rows)]
    resized = cv2.resize(image, (size[0], size[1]))
    colour = cv2.cvtColor(resized, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else resized[:, :, ::-1]
    normal = (colour.astype(np.float32) - MEAN) / SPREAD
    return np.ascontiguousarray(normal.transpose(2, 0, 1)[None])


def lines(ink: Probabilities, rows: int, columns: int, settings: DetectionSettings) -> list[Quad]:
    """Lines from the map of probabilities, in pixels of an image of `rows` × `columns`."""
    mask = (ink > settings.ink).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    scale = np.array([columns / ink.shape[1], rows / ink.shape[0]])
    found = []
    for contour in contours[: settings.most]:
        centre, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < settings.smallest or _mean_inside(ink, contour) < settings.line:
            continue
        by = 2 * width * height * settings.widened / (2 * (width + height))
        box = cv2.boxPoints((centre, (width + by, height + by), angle)) * scale
        found.append(_clockwise(np.clip(box, 0, (columns, rows))))
    return sorted(found, key=lambda quad: (quad[0][1], quad[0][0]))


def _mean_inside(ink: Probabilities, contour: Any) -> float:
    left, top, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [contour], (1,), offset=(-left, -top))
    return float(cv2.mean(ink[top : top + height, left : left + width], inside)[0])


def _clockwise(box: np.ndarray[Any, np.dtype[Any]]) -> Quad:
    """Corners clockwise from the upper left one."""
    by_x = sorted((float(x), float(y)) for x, y in box)
    upper_left, lower_left = sorted(by_x[:2], key=lambda corner: corner[1])
    upper_right, lower_right = sorted(by_x[2:], key=lambda corner: corner[1])
    return (upper_left, upper_right, lower_right, lower_left)
