"""Kinds of sources: what a stated error rate holds for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from gouji.reconcile.decoding import CellEvidence

# Where the marks of a page begin to be a seal or a pen rather than the fringe of a lens.
MARKED_CELL, SEALED = 0.02, 0.01  # share of a cell; share of the cells
# Pages that lie flat under glass show less than this.
PHOTO_PERSPECTIVE, PHOTO_CURL = 0.008, 3.0
# What a copy of a copy shows: noise (grey levels), pages that do not lie flat (points), small print
# (pixels), and more than one cell in twenty that is not surely read.
NOISY, BENT, SMALL = 6.0, 2.0, 13.0
DOUBTFUL, DOUBTS = 0.98, 0.05
PART = 0.25  # of the cells: so many on such pages make it the kind of the document


class SourceKind(StrEnum):
    """What a report was read from."""

    DIGITAL = "digital"
    CLEAN_SCAN = "clean_scan"
    SEALED_SCAN = "sealed_scan"  # seals or pens went over cells
    POOR_SCAN = "poor_scan"  # bent, noisy, small or faint: copies of copies
    PHOTO = "photo"


def is_pixels(reader: str) -> bool:
    """Whether a reader of this name looks at pixels."""
    return "scan" in reader.split("_")


def is_weighed(evidence: CellEvidence) -> bool:
    """Whether a calibration speaks of it: cells of pixels, and cells that nobody found.

    What other readers read on pages beside scanned ones has the frequencies of those readers.
    """
    reader = evidence.readings[0].reader if evidence.readings else ""
    return not reader or is_pixels(reader)


def source_kind(evidences: Iterable[CellEvidence]) -> SourceKind:
    """What such cells come from: the worst kind that a good part of them shows."""
    seen = [
        e for e in evidences
        if e.look is not None or (e.readings and is_pixels(e.readings[0].reader))
    ]  # fmt: skip
    if not seen:
        return SourceKind.DIGITAL
    if _is_photo(seen):
        return SourceKind.PHOTO
    if _is_poor(seen):
        return SourceKind.POOR_SCAN
    if sum(e.marked > MARKED_CELL for e in seen) >= max(1.0, SEALED * len(seen)):
        return SourceKind.SEALED_SCAN
    return SourceKind.CLEAN_SCAN


def _is_photo(seen: Sequence[CellEvidence]) -> bool:
    return _mostly(
        look.paper_found and (look.perspective > PHOTO_PERSPECTIVE or look.curl > PHOTO_CURL)
        for look in (e.look for e in seen)
        if look is not None
    )


def _mostly(cells: Iterable[bool]) -> bool:
    """Whether it is so for enough of them: what is measured of a page of two lines may be wrong."""
    found = list(cells)
    return sum(found) > PART * len(found)


def _is_poor(seen: Sequence[CellEvidence]) -> bool:
    looks = (e.look for e in seen if e.look is not None)
    if _mostly(look.noise > NOISY or look.curl > BENT for look in looks):
        return True
    heights = sorted(e.text_height for e in seen if e.text_height > 0)
    if heights and heights[len(heights) // 2] < SMALL:
        return True
    best = [max((c.p for c in e.readings[0].candidates), default=0.0) for e in seen if e.readings]
    return sum(p < DOUBTFUL for p in best) > DOUBTS * len(best)
