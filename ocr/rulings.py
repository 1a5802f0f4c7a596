"""Rulings of a straightened page from its pixels.

`ink` (what differs from the paper) -> `ridges` (what goes on for longer than a stroke of the type)
-> `pieces` (put together, and parted from type by how they meet) -> rulings in points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from gouji.model import Ruling

from .image import PageImage, Pixels
from .ink import Ink, find_ink, type_size
from .pieces import CROWDED, Piece, anchored
from .ridges import HIGH, WIDE, Ridges, find_ridges, mask_of

TABLE_TYPE = 10.5  # points: tables are seldom set larger, whatever the text around them
GHOST = 0.15  # of the usual strength of a page's rules: fainter ones shine through
RED_RULE = 13.0  # type sizes: shorter pieces of red ink belong to a seal


@dataclass(frozen=True, slots=True)
class RasterRulings:
    """The rules of a page, in points of it.

    ``strengths`` (0-255) say how much darker than its surroundings each rule is. ``pieces`` are
    too short and too loose to be rules by themselves: strokes of type, and broken rules. ``mask``
    is rows × columns of the page's pixels, 255 where a pixel belongs to a rule. ``size`` is the
    type's size in points. ``across`` and ``down`` are the pictures that the rules were found in;
    ``down`` is turned: its rows are the page's columns.
    """

    rulings: tuple[Ruling, ...]
    strengths: tuple[float, ...]
    pieces: tuple[Ruling, ...]
    mask: Pixels
    size: float
    ink: Ink
    across: Ridges
    down: Ridges

    def look(self, horizontal: bool, at: float, start: float, end: float) -> Sight:
        """What is drawn of a rule that should be at this place (points)."""
        scale = self.ink.scale
        ridges = self.across if horizontal else self.down
        share, crowd, level = ridges.look(at * scale, start * scale, end * scale)
        return Sight(share, crowd, level / scale)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen where a rule should be."""

    share: float  # of its length that is drawn, 0-1
    crowd: float  # how dark its sides are, of its own darkness
    at: float  # where it is, points


def find_rulings(page: PageImage, grey: Pixels | None = None) -> RasterRulings:
    """All rules of a page that stands straight to about 0.15°; ``grey`` saves making it again."""
    ink = find_ink(page, grey)
    size = type_size(ink)
    em = min(size, TABLE_TYPE) * page.scale
    turned = np.asarray(cv2.transpose(ink.darkness), dtype=np.uint8)
    across, across_ridges = find_ridges(ink.darkness, ink, em, WIDE)
    down, down_ridges = find_ridges(turned, ink, em, HIGH)
    all_across, all_down = across, down
    across, down = anchored(across, down, em, (page.pixels.shape[1], page.pixels.shape[0]))
    across_mask = mask_of(across, across_ridges, ink.darkness, ink)
    down_mask = mask_of(down, down_ridges, turned, ink)
    mask = np.asarray(cv2.max(across_mask, cv2.transpose(down_mask)), dtype=np.uint8)
    if ink.red is not None:
        _add_red(ink, em, across, down, mask)
    dropped = [*_dropped(True, all_across, across), *_dropped(False, all_down, down)]
    found = _without_ghosts([(True, p) for p in across] + [(False, p) for p in down])
    scale = page.scale
    return RasterRulings(
        tuple(_ruling(flat, p, scale) for flat, p in found),
        tuple(p.strength for _, p in found),
        tuple(_ruling(flat, p, scale) for flat, p in dropped),
        mask,
        size,
        ink,
        across_ridges,
        down_ridges,
    )


def _ruling(horizontal: bool, piece: Piece, scale: float) -> Ruling:
    at, start, end = piece.at / scale, piece.start / scale, piece.end / scale
    return Ruling(horizontal, at, start, end, piece.thickness / scale)


def _dropped(
    horizontal: bool, found: Sequence[Piece], kept: Sequence[Piece]
) -> list[tuple[bool, Piece]]:
    labels = {label for piece in kept for label in piece.labels}
    return [(horizontal, p) for p in found if p.crowd < CROWDED and labels.isdisjoint(p.labels)]


def _without_ghosts(found: Sequence[tuple[bool, Piece]]) -> list[tuple[bool, Piece]]:
    """Without rules so much fainter than the others that they stand on the reverse page."""
    if not found:
        return []
    strengths = np.array([p.strength for _, p in found])
    lengths = np.array([p.end - p.start for _, p in found])
    order = np.argsort(strengths, kind="stable")
    weights = np.cumsum(lengths[order])
    usual = strengths[order][int(np.searchsorted(weights, 0.5 * weights[-1]))]
    return [each for each in found if each[1].strength >= GHOST * usual]


def _add_red(ink: Ink, em: float, across: list[Piece], down: list[Piece], mask: Pixels) -> None:
    """Rules in red ink, which were taken away with the seals: long ones only."""
    assert ink.red is not None
    (left, top, right, bottom), darkness = ink.red
    for pieces, flat in ((across, True), (down, False)):
        turned = darkness if flat else np.ascontiguousarray(darkness.T)
        found, ridges = find_ridges(turned, ink, em, WIDE if flat else HIGH)
        along, beside = (left, top) if flat else (top, left)
        found = [p for p in found if p.end - p.start >= RED_RULE * em]
        found_mask = mask_of(found, ridges, turned, ink)
        new = []
        for piece in found:
            piece.start, piece.end = piece.start + along, piece.end + along
            piece.at += beside
            if not any(_covers(p, piece, em) for p in pieces):
                new.append(piece)
        if new:
            pieces.extend(new)
            held = mask[top:bottom, left:right]
            np.maximum(held, found_mask if flat else found_mask.T, out=held)


def _covers(one: Piece, other: Piece, em: float) -> bool:
    """Whether most of the other piece lies on this one's line."""
    common = min(one.end, other.end) - max(one.start, other.start)
    off = abs(one.level((other.start + other.end) / 2) - other.at)
    return off < 0.3 * em and common > 0.5 * (other.end - other.start)
