"""Which way up a page stands: the orientation model, confirmed by the text itself."""

from __future__ import annotations

import cv2
import numpy as np

from ..engine import Engine
from ..image import Pixels

QUARTERS = (0, 90, 180, 270)
SURE = 0.9  # the model's own probability; below it, or for any turn, the text is asked
SAMPLE = 5  # lines of text read each way


def turned(pixels: Pixels, quarter: int) -> Pixels:
    """The pixels turned clockwise by 0, 90, 180 or 270 degrees."""
    if not quarter:
        return pixels
    return np.ascontiguousarray(np.rot90(pixels, -(quarter // 90)))


def runs_sideways(ink: Pixels, text: float) -> float:
    """From −1 (lines of text run across) to 1 (they run up or down the image); 0 if unclear.

    Characters of a line stand closer than lines: closing small gaps along the line adds more ink
    than closing them across it. ``ink`` is 0 or 255, without rulings.
    """
    reach = max(3, round(0.6 * text)) | 1
    before = cv2.countNonZero(ink)
    added = [
        cv2.countNonZero(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(shape, np.uint8))) - before
        for shape in ((1, reach), (reach, 1))
    ]
    across, down = added
    if across + down < 200:
        return 0.0
    return float(np.clip((down - across) / (across + down) * 4, -1.0, 1.0))


def quarter_turn(page: Pixels, grey: Pixels, text: float, sideways: float, engine: Engine) -> int:
    """The clockwise turn after which the straightened page stands upright.

    ``grey`` is the page with even light; ``text`` the height of characters in its pixels.
    """
    probabilities = engine.orientation(page)
    best = max(QUARTERS, key=lambda quarter: probabilities.get(quarter, 0.0))
    against = sideways if best in (0, 180) else -sideways
    if best == 0 and probabilities.get(0, 0.0) >= SURE and against < 0.5:
        return 0
    # Another turn than none is rare and costs the whole page if wrong: the text must agree.
    candidates = [best, (best + 180) % 360]
    if against > 0.2 or probabilities.get(best, 0.0) < 0.6:
        candidates += [(best + 90) % 360, (best + 270) % 360]
    readable = read_ways(grey, text, candidates, engine)
    if not readable:
        return best if probabilities.get(best, 0.0) >= SURE else 0
    first = max(candidates, key=lambda quarter: readable.get(quarter, 0.0))
    if readable.get(first, 0.0) < readable.get(best, 0.0) + 0.1:
        return best
    return first


def read_ways(grey: Pixels, text: float, quarters: list[int], engine: Engine) -> dict[int, float]:
    """How well a few lines of the page can be read after each turn, 0…1; empty without lines."""
    crops: list[Pixels] = []
    owners: list[int] = []
    for quarter in quarters:
        upright = turned(grey, quarter)
        for line in line_crops(upright, text):
            crops.append(line)
            owners.append(quarter)
    if not crops:
        return {}
    totals = dict.fromkeys(quarters, 0.0)
    for owner, read in zip(owners, engine.recognise(crops), strict=True):
        totals[owner] += read.confidence * min(1.0, len(read.text.strip()) / 3)
    return {quarter: totals[quarter] / SAMPLE for quarter in quarters}


def line_crops(grey: Pixels, text: float) -> list[Pixels]:
    """The longest few pieces of lines of text that run across, at most ten characters each."""
    if text < 4:
        return []
    factor = min(1.0, 12 / text)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    size = text * factor
    ink = (small < 170).astype(np.uint8)
    for shape in ((1, round(6 * size)), (round(6 * size), 1)):
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        ink[cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0] = 0
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, round(0.8 * size)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [
        (x, y, width, height)
        for x, y, width, height, _ in stats[1:].tolist()
        if 0.6 * size <= height <= 2.0 * size and width >= 2.5 * height
    ]
    boxes.sort(key=lambda box: (-min(box[2], 10 * size), box[1], box[0]))
    pad, crops = 0.2 * size, []
    for x, y, width, height in boxes[:SAMPLE]:
        left, top = (max(0, int((v - pad) / factor)) for v in (x, y))
        right = int((x + min(width, 10 * size) + pad) / factor)
        crops.append(grey[top : int((y + height + pad) / factor), left:right])
    return crops
