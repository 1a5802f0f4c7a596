"""A page as a reader hands it on: words, rulings, and the facts the route is chosen by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from .geometry import Box


@dataclass(frozen=True, slots=True)
class Word:
    """Characters that were set as one run: no gap inside is wider than a space.

    ``edges`` are the x positions (points) where each character starts, then where the last ends,
    so that a run that belongs to two cells can be cut between two characters. For a reader that
    knows no characters they are spread evenly.
    """

    text: str
    box: Box
    size: float  # height of the type, points
    edges: tuple[float, ...] = ()
    upright: bool = True  # False: set sideways, read along y


class Ruling(NamedTuple):
    """One straight drawn stroke, horizontal or vertical.

    ``at`` is its y when horizontal, its x when vertical; it runs from ``start`` to ``end`` along
    the other axis.
    """

    horizontal: bool
    at: float
    start: float
    end: float
    thickness: float = 0.0

    @property
    def length(self) -> float:
        return self.end - self.start


class Route(StrEnum):
    """How a page is read."""

    TEXT = "text"  # text layer, no table drawn
    TABLE = "table"  # text layer and rulings
    SCAN = "scan"  # picture only, or a text layer that cannot be trusted: OCR
    EMPTY = "empty"  # nothing on it


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a probe found on a page, before anything is decided."""

    number: int  # from 1
    width: float  # points, as displayed
    height: float
    rotation: int  # 0, 90, 180, 270: what the file asks for
    characters: int
    garbled: float  # share of characters that cannot be what is printed, 0–1
    garbled_kinds: tuple[str, ...]  # private_use, replacement, radical, unmapped, shifted, control
    image_share: float  # of the page's area, 0–1
    rulings_horizontal: int
    rulings_vertical: int


@dataclass(frozen=True, slots=True)
class PageRoute:
    """The route of a page, with the reason and the facts behind it."""

    facts: PageFacts
    route: Route
    reason: str


@dataclass(frozen=True, slots=True)
class PageLook:
    """What a page of pixels looked like before it was made straight."""

    number: int  # from 1; 0 in a document without pages
    paper_found: bool  # the paper's edge is in the picture
    perspective: float  # how much narrower the far side is than the near one, 0 to 1
    curl: float  # largest displacement by page curl and lens, points
    noise: float  # standard deviation, grey levels of 255
    sharpness: float  # steepest change of darkness between pixels, share of the contrast


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's text in reading order, lines divided by newlines."""

    page: int  # 0: the whole text of a document without pages
    text: str
