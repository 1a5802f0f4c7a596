"""Which way up a page stands: the orientation model, confirmed by the text itself."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ..engine import Engine
from ..image import Pixels

QUARTERS = (0, 90, 180, 270)
SURE = 0.85  # the model's probability, 0.93 at most; below it, or for any turn, the text is asked
SAMPLE = 6  # lines of text read each way
# A line cut to eight characters gives seven of them. Lines of a table that lies on its side, one
# character of each of its rows, give three to seven that look right: 0.4…0.75 in all against
# 0.9…1 upright and at most 0.3 upside down.
WORDS = 7
DRAWN = "一十丨卜ト工エ"  # what pieces of rules look like
LEGIBLE = 0.85
HARDLY, APART = 0.4, 0.2  # of bad print: legible enough, and so much more than any other way
AGREED = 0.5  # of `runs_across`: so surely lines run as the model says
# Of a piece's ink, in the fullest fifth of its rows: type has a quarter to two fifths there, pieces
# of rules two thirds and more.
FULLEST, RULE_LIKE = 0.2, 0.55


def turned(pixels: Pixels, quarter: int) -> Pixels:
    """The pixels turned clockwise by 0, 90, 180 or 270 degrees."""
    if not quarter:
        return pixels
    return np.ascontiguousarray(np.rot90(pixels, -(quarter // 90)))


def runs_across(ink: Pixels, text: float) -> float:
    """From 1 (lines of text run across) to −1 (they run up or down the image); 0 if unclear.

    Characters of a line stand closer than lines: closing small gaps along the line adds more ink
    than closing them across it. ``ink`` is 0 or 255, without rulings.
    """
    reach = max(3, round(0.6 * text)) | 1
    before = cv2.countNonZero(ink)
    added = [
        cv2.countNonZero(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(shape, np.uint8))) - before
        for shape in ((1, reach), (reach, 1))
    ]
    along, beside = added
    if along + beside < 200:
        return 0.0
    return float(np.clip((along - beside) / (along + beside) * 4, -1.0, 1.0))


def quarter_turn(page: Pixels, grey: Pixels, text: float, across: float, engine: Engine) -> int:
    """The clockwise turn after which the straightened page stands upright.

    ``grey`` is the page with even light, ``text`` the height of characters in its pixels, and
    ``across`` what `runs_across` says.
    """
    probabilities = engine.orientation(page)
    best = max(QUARTERS, key=lambda quarter: probabilities.get(quarter, 0.0))
    sure = probabilities.get(best, 0.0) >= SURE
    against = -across if best in (0, 180) else across
    if best == 0 and sure and against < AGREED:
        return 0
    # A turn is rare and costs the whole page if it is wrong: the text must agree. Where model and
    # ink agree how lines run, a few bad ones that run otherwise are labels set from top to bottom.
    ways = (best, *_others(best))
    found = turn_by_text(grey, text, engine, ways, ways[:2] if sure and against < -AGREED else ways)
    if found is not None:
        return found
    # Where nothing can be read nothing is turned that lies as pages usually do.
    return best if sure else 0


def turn_by_text(
    grey: Pixels,
    text: float,
    engine: Engine,
    ways: Sequence[int],
    hardly: Sequence[int] = QUARTERS,
) -> int | None:
    """The turn after which lines of text can be read, asked in this order; None if at none.

    Of ``ways`` the first two are opposite to each other, and the last two. Only for those among
    ``hardly`` bad print is enough.

    One label that is set from top to bottom reads well on a page that lies on its side: each way
    is asked for as many lines as the way that shows most of them.
    """
    crops = {quarter: line_crops(turned(grey, quarter), text) for quarter in (ways[0], ways[2])}
    lines = max(map(len, crops.values()))
    read: dict[int, float] = {}
    for quarter in ways:
        shown = crops.get(quarter) or line_crops(turned(grey, quarter), text)
        read[quarter] = readability(shown, engine, lines)
        if read[quarter] >= LEGIBLE:
            return quarter
    first, second = sorted(read, key=lambda quarter: -read[quarter])[:2]
    return first if first in hardly and read[first] >= max(HARDLY, read[second] + APART) else None


def _others(quarter: int) -> tuple[int, int, int]:
    return (quarter + 180) % 360, (quarter + 90) % 360, (quarter + 270) % 360


def readability(crops: list[Pixels], engine: Engine, lines: int) -> float:
    """How well the better half of some lines can be read, 0…1; 0 without lines.

    Half of what looks like a line may be folds and dirt. Lines without text are unreadable, and
    so are those that are missing of as many ``lines`` as there may be.
    """
    if not crops:
        return 0.0
    found = engine.recognise(crops)
    marks = sorted(r.confidence * min(1.0, _characters(r.text) / WORDS) for r in found)
    better = marks[len(marks) // 2 :]
    return sum(better) / max(len(better), (lines + 1) // 2)


def _characters(text: str) -> int:
    """How many characters say something: broken rules are read as dashes and crosses, all ways."""
    return sum(c.isalnum() and c not in DRAWN for c in text)


def line_crops(grey: Pixels, text: float) -> list[Pixels]:
    """The longest few pieces of lines of text that run across, at most eight characters each.

    What looks like broken rules comes after all that looks like type.
    """
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
    most = round(8 * size)
    boxes.sort(key=lambda box: (_is_rule_like(ink, box, most), -min(box[2], most), box[1], box[0]))
    pad, crops = 0.2 * size, []
    for x, y, width, height in boxes[:SAMPLE]:
        left, top = (max(0, int((v - pad) / factor)) for v in (x, y))
        right = int((x + min(width, most) + pad) / factor)
        crops.append(grey[top : int((y + height + pad) / factor), left:right])
    return crops


def _is_rule_like(ink: Pixels, box: tuple[int, int, int, int], most: int) -> bool:
    """Whether the ink of a piece lies in few of its rows."""
    x, y, width, height = box
    rows = np.sort(ink[y : y + height, x : x + min(width, most)].sum(axis=1, dtype=np.int64))
    return float(rows[-max(1, round(FULLEST * height)) :].sum()) > RULE_LIKE * float(rows.sum())
