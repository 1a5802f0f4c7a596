"""Tables drawn as boxes: cells with a gap between them, shaded cells without any rule.

Boxes next to each other are grown until they touch; their sides then are rulings like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from gouji.model import Box, Ruling, Word

from .rulings import Tolerance

# Boxes further apart than this are not cells of one table; CSS cell spacing is seldom above 8 pt.
WIDEST_GAP = 11.0
FEWEST = 4
# A box that covers more of the page's words than this is a background.
BACKGROUND = 0.7


def box_rulings(boxes: Iterable[Box], words: Sequence[Word], tolerance: Tolerance) -> list[Ruling]:
    """The sides of boxes that lie beside or under each other, as rulings that meet."""
    cells = _distinct(box for box in boxes if _holds_little(box, words))
    if len(cells) < FEWEST:
        return []
    across = _gap([(b.left, b.right, b.top, b.bottom) for b in cells])
    down = _gap([(b.top, b.bottom, b.left, b.right) for b in cells])
    result: list[Ruling] = []
    for box in cells:
        left, right = box.left - across / 2, box.right + across / 2
        top, bottom = box.top - down / 2, box.bottom + down / 2
        result.append(Ruling(True, top, left, right))
        result.append(Ruling(True, bottom, left, right))
        result.append(Ruling(False, left, top, bottom))
        result.append(Ruling(False, right, top, bottom))
    return result


def _holds_little(box: Box, words: Sequence[Word]) -> bool:
    if box.height < 5 or box.width < 5:
        return False
    inside = sum(1 for w in words if box.contains(w.box.center_x, w.box.center_y))
    return inside < max(BACKGROUND * len(words), 3) or len(words) < 6


def _distinct(boxes: Iterator[Box]) -> list[Box]:
    """Each box once: a cell's shade and its border are the same box to a point."""
    seen: dict[tuple[int, int, int, int], Box] = {}
    for box in boxes:
        key = (
            round(box.left / 2),
            round(box.top / 2),
            round(box.right / 2),
            round(box.bottom / 2),
        )
        seen.setdefault(key, box)
    return list(seen.values())


def _gap(spans: list[tuple[float, float, float, float]]) -> float:
    """The usual gap between a box's end and the next one's start along an axis, or 0.

    Each span is start, end along the axis and start, end across it.
    """
    spans = sorted(spans)
    gaps: list[float] = []
    for index, (_, end, low, high) in enumerate(spans):
        nearest: float | None = None
        for start, _, other_low, other_high in spans[index + 1 :]:
            if min(high, other_high) - max(low, other_low) <= 0.5 * min(
                high - low, other_high - other_low
            ):
                continue
            gap = start - end
            if gap > WIDEST_GAP:
                break
            if gap > -1.0 and (nearest is None or gap < nearest):
                nearest = gap
        if nearest is not None:
            gaps.append(nearest)
    return max(0.0, median(gaps)) if gaps else 0.0
