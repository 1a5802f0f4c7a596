"""Strokes as drawn, joined to the rules a reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median

from gouji.model import Ruling, Word

DASH = 6.0  # points: longer strokes are not parts of a dashed rule


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far from perfect a drawing may be, in points, measured by the type on the page.

    Two rules nearer than ``snap`` are one (double lines, borders drawn cell by cell): no type
    fits between them. Strokes on one line with at most ``gap`` between them are one rule.
    """

    snap: float = 3.5
    gap: float = 3.0
    shortest: float = 4.0  # shorter strokes, once joined, are dots and ornaments

    @staticmethod
    def for_words(words: Sequence[Word]) -> Tolerance:
        """From the type's height: half of it cannot hold a character, upright or across.

        Within 2–5 pt, since double borders are up to 4.5 pt wide whatever the type.
        """
        return Tolerance.for_size(median(w.size for w in words)) if words else Tolerance()

    @staticmethod
    def for_size(size: float) -> Tolerance:
        """From the height of the type, points."""
        return Tolerance(snap=min(5.0, max(2.0, 0.36 * size)), gap=min(6.0, max(3.0, 0.3 * size)))


def joined(rulings: Iterable[Ruling], tolerance: Tolerance) -> list[Ruling]:
    """Strokes on one line that overlap or nearly touch, as one ruling each.

    Strokes are on one line when their ``at`` differ by less than a quarter of ``snap``; doubled
    lines stay two here and fall together in the lattice.
    """
    result: list[Ruling] = []
    for horizontal in (True, False):
        chosen = sorted((r for r in rulings if r.horizontal is horizontal), key=attrgetter("at"))
        band: list[Ruling] = []
        for ruling in chosen:
            if band and ruling.at - band[0].at > tolerance.snap / 4:
                result.extend(_joined_band(band, tolerance))
                band = []
            band.append(ruling)
        if band:
            result.extend(_joined_band(band, tolerance))
    return result


def _joined_band(band: list[Ruling], tolerance: Tolerance) -> Iterable[Ruling]:
    if len(band) == 1:
        return band
    band.sort(key=attrgetter("start"))
    result: list[Ruling] = []
    first = band[0]
    at, start, end, thickness, weight, last = (
        first.at,
        first.start,
        first.end,
        first.thickness,
        first.length,
        first.length,
    )
    least, most = tolerance.gap, 3 * tolerance.gap
    for _, its_at, its_start, its_end, its_thickness in band[1:]:
        length, gap = its_end - its_start, its_start - end
        # dashes and dots: a gap no wider than the strokes around it
        # longer strokes are sides of cells: with small type a merged row is no wider than the gap
        shorter = last if last < length else length
        if gap <= least or (shorter <= DASH and gap <= min(2.0 * shorter, most)):
            total = weight + length
            if total > 0:
                at = (at * weight + its_at * length) / total
            weight, last = total, length
            end = its_end if its_end > end else end
            thickness = its_thickness if its_thickness > thickness else thickness
        else:
            result.append(Ruling(first.horizontal, at, start, end, thickness))
            at, start, end, thickness = its_at, its_start, its_end, its_thickness
            weight = last = length
    result.append(Ruling(first.horizontal, at, start, end, thickness))
    return result
