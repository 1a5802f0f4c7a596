"""Pieces of rules put together and parted from the strokes of the type, by how they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

BRIDGED = 0.35  # type sizes of nothing at all that part no rule
BREAK = 1.2  # type sizes of a rule that may be missing
FREE = 10.0  # type sizes: shorter pieces are rules only where they end at others
CROWDED = 0.2  # of a rule's darkness: its sides are lighter than that on the average
TIGHT = 0.35  # the same for a long rule between close columns of type
STRUCK = 0.4  # the same for a short rule between two others: more is a row of strokes
ROW_HIGH, ROW_WIDE = 1.6, 3.0  # type sizes: walls of a row or column that end in the open
OVERSHOOT = 1.2  # type sizes beyond the last rule that it meets: no wall of a row
TOUCHES = 0.3  # type sizes between the end of a piece and the rule it ends at


@dataclass(slots=True)
class Piece:
    """A traced piece of a rule, in pixels: its line is y = at + slope * (x - middle)."""

    at: float
    slope: float
    start: float
    end: float
    thickness: float
    strength: float
    crowd: float  # how dark its sides are, of its own darkness
    labels: tuple[int, ...]  # of its pixels

    def level(self, x: float) -> float:
        return self.at + self.slope * (x - (self.start + self.end) / 2)


def _extend(piece: Piece, after: Piece) -> None:
    """Make the first piece go on to the end of the second."""
    one, other = piece.end - piece.start, after.end - after.start
    total = one + other
    start, end = piece.start, max(piece.end, after.end)
    left, right = piece.level(start), after.level(after.end)
    piece.slope = (right - left) / (end - start) if end > start else 0.0
    piece.at = (piece.at * one + after.at * other) / total
    piece.end = end
    piece.thickness = (piece.thickness * one + after.thickness * other) / total
    piece.strength = (piece.strength * one + after.strength * other) / total
    piece.crowd = (piece.crowd * one + after.crowd * other) / total
    piece.labels = (*piece.labels, *after.labels)


def _mended(pieces: Sequence[Piece], others: Sequence[Piece], em: float) -> list[Piece]:
    """Pieces put together over breaks; the space between two tables, where rules end, is none."""
    rules = [o for o in others if _likely(o, em)]
    done: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.start, p.at)):
        before = None
        for each in done:
            gap = piece.start - each.end
            if (
                -0.5 * em < gap <= BREAK * em
                and abs(each.level(each.end) - piece.level(piece.start)) <= max(2.0, 0.1 * em)
                and not (
                    _ends_at(each, each.end, rules, em) and _ends_at(piece, piece.start, rules, em)
                )
            ):
                before = each
        if before is None:
            done.append(replace(piece))
        else:
            _extend(before, piece)
    return done


def _ends_at(piece: Piece, x: float, others: Sequence[Piece], em: float) -> bool:
    """Whether a rule across passes the point of the piece."""
    reach, y = TOUCHES * em, piece.level(x)
    return any(
        abs(o.level(y) - x) <= reach and o.start - reach <= y <= o.end + reach for o in others
    )


def anchored(
    across: list[Piece], down: list[Piece], em: float, size: tuple[int, int]
) -> tuple[list[Piece], list[Piece]]:
    """Without short pieces that end nowhere: strokes of the type in a row.

    ``em`` is the type's size, ``size`` the page's width and height, in pixels.
    """
    likely_across = [p for p in across if _likely(p, em)]
    likely_down = [p for p in down if _likely(p, em)]
    across = [t for p in across if (t := _trimmed(p, likely_across, likely_down, em)).start < t.end]
    down = [t for p in down if (t := _trimmed(p, likely_down, likely_across, em)).start < t.end]
    across, down = _mended(across, down, em), _mended(down, across, em)
    while True:
        kept_across = [p for p in across if _holds(p, across, down, em, ROW_WIDE, size[0])]
        kept_down = [p for p in down if _holds(p, down, across, em, ROW_HIGH, size[1])]
        if len(kept_across) == len(across) and len(kept_down) == len(down):
            return across, down
        across, down = kept_across, kept_down


def _likely(piece: Piece, em: float) -> bool:
    return piece.crowd < CROWDED or piece.end - piece.start >= FREE * em


def _trimmed(piece: Piece, along: Sequence[Piece], others: Sequence[Piece], em: float) -> Piece:
    """The piece without what sticks out a little beyond the outermost rules that it meets."""
    reach = TOUCHES * em
    met = [
        at
        for o in others
        if piece.start - reach <= (at := o.level(piece.at)) <= piece.end + reach
        and o.start - reach <= piece.level(at) <= o.end + reach
    ]
    if not met:
        return piece
    low, high = min(met), max(met)
    start, end = piece.start, piece.end
    near = TOUCHES * em
    if abs(low - start) < near or (
        abs(low - start) < OVERSHOOT * em and not _cut_off(piece, along, True, em)
    ):
        start = low
    if abs(high - end) < near or (
        abs(high - end) < OVERSHOOT * em and not _cut_off(piece, along, False, em)
    ):
        end = high
    return replace(piece, at=piece.level((start + end) / 2), start=start, end=end)


def _holds(
    piece: Piece,
    along: Sequence[Piece],
    others: Sequence[Piece],
    em: float,
    row: float,
    limit: int,
) -> bool:
    """Whether a piece is long and free of type, or ends where rules end.

    An end is one at a rule across, at the page's edge (``limit``), on the line of a longer piece
    (a broken rule), or beside the ends of two like pieces (a row that a page break cut off).
    """
    if piece.end - piece.start >= FREE * em and piece.crowd < TIGHT:
        return True
    loose = 0
    for x, start in ((piece.start, True), (piece.end, False)):
        y = piece.level(x)
        if x < TOUCHES * em or x > limit - TOUCHES * em:
            continue
        if _ends_at(piece, x, others, em) or any(
            p is not piece
            and abs(p.level(x) - y) < 0.15 * em
            and p.start - 2 * em <= x <= p.end + 2 * em
            and p.end - p.start >= FREE * em
            for p in along
        ):
            continue
        loose += 1
        if not _cut_off(piece, along, start, em):
            return False
    if loose == 0:
        return piece.crowd < STRUCK
    return piece.crowd < (TIGHT if loose == 1 else CROWDED) and piece.end - piece.start >= row * em


def _cut_off(piece: Piece, along: Sequence[Piece], start: bool, em: float) -> bool:
    """Whether other pieces end where this one does, as the walls of a row do at a page's edge."""
    alike = 0
    for p in along:
        if abs((p.start - piece.start) if start else (p.end - piece.end)) < TOUCHES * em:
            like = abs((p.end - p.start) - (piece.end - piece.start)) < TOUCHES * em
            alike += like or p.end - p.start >= FREE * em
    return alike >= 3  # itself and two others
