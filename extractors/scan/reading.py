"""The way of one page of pixels: to the scanner where an OCR engine is installed, else a failure.

A `Scanner` is everything that happens between a page in pixels and its tables and lines; it is made
once a process, since it holds the models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from gouji.grids import Line
from gouji.model import (
    Box,
    EngineMissing,
    Failure,
    FailureKind,
    PageLook,
    PageRoute,
    PageText,
    TablePart,
)
from ocr.engines import EngineSettings, open_engine
from ocr.image import PageImage

from ..paged import PageReading
from ..settings import ReadSettings
from .stages import RENDER, stage

if TYPE_CHECKING:  # they bring OpenCV along
    from ocr.cells import CellReading
    from ocr.engine import Engine
    from ocr.geometry import Straight

READER = "scan"


@dataclass(frozen=True, slots=True)
class ScanReading:
    """What a page of pixels gave, in points of the page as it was straightened for reading."""

    height: float  # of the straight page
    tables: tuple[TablePart, ...] = ()
    lines: tuple[Line, ...] = ()  # outside tables
    text: PageText | None = None
    turn_back: Callable[[Box], Box] | None = None  # to the page as displayed; None: the same page
    # how each cell was read, by part of the page, row and column
    cells: Mapping[tuple[int, int, int], CellReading] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    look: PageLook | None = None


class Scanner(Protocol):
    """Reads pages of pixels. One belongs to one process and is not thread-safe."""

    def __call__(self, image: PageImage, number: int) -> ScanReading:
        """Read page ``number``, which is displayed as ``image``."""


@lru_cache(maxsize=1)
def installed_engine(settings: EngineSettings) -> Engine:
    """The engine of this process.

    Raises:
        EngineMissing: no OCR engine is installed, or its models are not.
    """
    return open_engine(settings)


@lru_cache(maxsize=1)
def installed_scanner(settings: ReadSettings) -> Scanner:
    """The scanner of this process.

    Raises:
        EngineMissing: no OCR engine is installed, or its models are not.
    """
    from .page import PageScanner

    return PageScanner(installed_engine(settings.ocr), settings.page_seconds)


def straightened(image: PageImage, settings: ReadSettings) -> Straight | None:
    """A page as `installed_scanner` straightens it, to look at; None where there is no engine.

    Raises:
        DocumentFault: the page has no pixels.
    """
    from ocr.geometry import straighten

    try:
        return straighten(image, installed_engine(settings.ocr))
    except EngineMissing:
        return None


def read_scan(
    route: PageRoute, image: Callable[[], tuple[PageImage, Failure | None]], settings: ReadSettings
) -> tuple[PageReading, tuple[Failure, ...]]:
    """Read a page whose route is `Route.SCAN`; ``image`` draws it, which is not done in vain.

    Raises:
        DocumentFault: what ``image`` raises.
    """
    facts = route.facts
    try:
        scanner = installed_scanner(settings)
    except EngineMissing as missing:
        message = f"page {facts.number} needs OCR ({route.reason}): {missing}"
        failure = Failure(facts.number, "ocr", FailureKind.NEEDS_OCR, message)
        return PageReading(route, facts.height), (failure,)
    with stage(RENDER):
        pixels, lost = image()
    found = scanner(pixels, facts.number)
    reading = PageReading(
        route,
        found.height,
        found.tables,
        found.lines,
        found.text,
        turn_back=found.turn_back,
        cells=found.cells,
        look=found.look,
    )
    return reading, (*((lost,) if lost else ()), *found.failures)
