"""Where the time of pages goes, for metrics and measurements: seconds of the processor by stage.

The clock belongs to the process and is no part of a reading, which must not differ from run to run.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ocr.engine import Engine, Quad, Recognition
from ocr.image import Pixels

RENDER, STRAIGHTEN, GRID, CELLS, LINES, TABLES, FORM = STAGES = (
    "render", "straighten", "grid", "cells", "lines", "tables", "form",
)  # fmt: skip
# Within those: what the networks themselves take.
RECOGNISER, DETECTOR, ORIENTATION = NETWORKS = ("recogniser", "detector", "orientation")

seconds: defaultdict[str, float] = defaultdict(float)  # since it was last cleared


def taken() -> dict[str, float]:
    """The seconds of the stages since this was last asked; networks are within them."""
    found = {name: seconds[name] for name in STAGES if seconds.get(name)}
    seconds.clear()
    return found


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Add what happens inside to a stage's seconds."""
    begun = time.process_time()
    try:
        yield
    finally:
        seconds[name] += time.process_time() - begun


class ClockedEngine:
    """An engine whose networks' seconds are counted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        return self._engine.name

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        with stage(RECOGNISER):
            return self._engine.recognise(crops)

    def detect(self, image: Pixels) -> list[Quad]:
        with stage(DETECTOR):
            return self._engine.detect(image)

    def orientation(self, image: Pixels) -> dict[int, float]:
        with stage(ORIENTATION):
            return self._engine.orientation(image)
