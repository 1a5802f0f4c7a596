"""How large a picture's page is on paper, and how many of its pixels are worth keeping."""

from __future__ import annotations

import math
from dataclasses import dataclass

# A resolution in the file is believed when the page it makes is between a postcard's and a
# newspaper's long side: cameras write 72 dpi into pictures of 4,000 pixels.
SHORTEST_INCHES, LONGEST_INCHES = 3.0, 20.0
# Fax machines scan 204 × 98 dots an inch; another ratio than such a one is a mistake.
MOST_UNEVEN = 2.5
SQUARE = 1.02  # a ratio of the two resolutions below this is rounding

PAPER_LONG, PAPER_SHORT = 841.89, 595.28  # points: A4, which office paper in China is
# Paper larger than A4 lies, with two pages beside each other: A3, B4 of both kinds, in points.
LYING = ((1190.6, 841.9), (1031.8, 728.5), (1000.6, 708.7))
ALIKE = 0.06  # of a side: cut a little too small, or with a strip of the scanner's lid
# What has the shape of A4 and is larger, but no such paper, was given a wrong resolution: programs
# that make a PDF of pictures take 96 or 150 dpi for whatever was scanned. Its type would be too
# large. What is smaller may have been cut out of a page.
SHAPE = (1.36, 1.47)
# A picture more elongated than this is no page: a long screenshot, or a strip cut out of one.
ELONGATED = 2.0

# Type of 10 pt is 42 pixels high at 300 dpi and the recogniser looks at 48: more is no gain.
FINEST = 300.0 / 72.0
# Of a photo without a known size the paper fills only a part.
FINEST_ASSUMED = 360.0 / 72.0
MOST_PIXELS = 24_000_000  # of a page: A3 at 300 dpi is 17.4 million


@dataclass(frozen=True, slots=True)
class PageSize:
    """How a picture of so many pixels becomes a page: pixels to keep, and pixels a point."""

    width: int
    height: int
    scale: float
    known: bool  # whether the file says how large the page is


def page_size(width: int, height: int, dpi: tuple[float, float] | None) -> PageSize:
    """The page of a picture with ``width`` × ``height`` pixels and the resolution its file states.

    Pixels that are not square become square; a finer picture than reading needs becomes smaller.
    """
    stated = _believed(width, height, dpi)
    if stated is None:
        wide, high = float(width), float(height)
        scale, finest = _assumed_scale(width, height), FINEST_ASSUMED
    else:
        finer = max(stated)
        wide, high = width * finer / stated[0], height * finer / stated[1]
        scale, finest = finer / 72.0, FINEST
    shrink = min(1.0, finest / scale, math.sqrt(MOST_PIXELS / (wide * high)))
    return PageSize(
        max(round(wide * shrink), 1), max(round(high * shrink), 1), scale * shrink, bool(stated)
    )


def overstated(width: float, height: float) -> float:
    """How many times too large a page of so many points is; 1 where its size can be believed.

    Programs that make a PDF of a photo take each pixel for a point.
    """
    if SHORTEST_INCHES <= max(width, height) / 72.0 <= LONGEST_INCHES and _may_be(width, height):
        return 1.0
    return _assumed_scale(width, height)


def _may_be(width: float, height: float) -> bool:
    """Whether a page of so many points is no larger than paper, or of another shape."""
    long, short = max(width, height), min(width, height)
    shaped = SHAPE[0] <= long / max(short, 1e-9) <= SHAPE[1]
    if not shaped or long <= (1 + ALIKE) * PAPER_LONG:
        return True
    return width > height and any(
        abs(long - one) <= ALIKE * one and abs(short - other) <= ALIKE * other
        for one, other in LYING
    )


def _assumed_scale(width: float, height: float) -> float:
    """Pixels a point when only the shape is known: A4, lying or standing."""
    long, short = max(width, height), min(width, height)
    if long <= ELONGATED * short:
        return long / PAPER_LONG
    return width / PAPER_SHORT


def _believed(
    width: int, height: int, dpi: tuple[float, float] | None
) -> tuple[float, float] | None:
    if dpi is None or not all(math.isfinite(value) and value > 0 for value in dpi):
        return None
    across, down = dpi
    if max(across, down) > MOST_UNEVEN * min(across, down):
        return None
    if max(across, down) < SQUARE * min(across, down):
        across = down = (across + down) / 2
    wide, high = width / across, height / down
    believed = SHORTEST_INCHES <= max(wide, high) <= LONGEST_INCHES
    return (across, down) if believed and _may_be(72.0 * wide, 72.0 * high) else None
