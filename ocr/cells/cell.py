"""What was read in a cell, and what was measured of it."""

from __future__ import annotations

from dataclasses import dataclass

from gouji.model.geometry import Box


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a cell; lengths are points of the straightened page."""

    text: str
    confidence: float
    box: Box
    edges: tuple[float, ...]  # where each character starts, then the end


@dataclass(frozen=True, slots=True)
class CellInk:
    """What was measured of a cell's ink."""

    share: float  # of the cell's area
    text_height: float  # pixels, of its tallest line; 0 without one
    marked: float  # share of the cell under seals and coloured marks
    speckles: int  # pieces too small or too faint to be print
    doubtful: float  # size of the largest of them, in text heights
    clipped: bool  # print reaches over the cell's border, or to a rule at its side
    views: int  # at how many scales it was read
    agreement: float | None  # of the two views' best readings; None after one view
    seconded: float | None = None  # what the reader of numbers gives to the text; None: not asked
    written: float = 0.0  # share of the cell under a coloured pen
    amount: float = 0.0  # of ink, in squares of the page's text height


@dataclass(frozen=True, slots=True)
class CellReading:
    """One cell as read."""

    text: str  # lines joined by a line break
    # of numbers, best first; the rest is unknown; beside a blank what else its ink may be
    candidates: tuple[tuple[str, float], ...]
    confidence: float
    lines: tuple[TextLine, ...]
    blank: float  # probability that nothing is printed here
    ink: CellInk
