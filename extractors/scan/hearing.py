"""Whether what was recognised on a page makes sense: a page upside down does not."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.engine import Engine, Quad, Recognition
from ocr.image import Pixels

WIDE = 3.0  # heights: such a crop holds words, or a number, which reads well upside down, too
FIRST_CHINESE = "\u2e80"
FEWEST = 6  # lines that say something about their page
# Of the words of an upright page nine in ten are surer than this, upside down one in five, on its
# side two in three, since labels may run down a cell. Where fewer are, a few lines are read each
# way: print may only be bad.
SURE, LEAST_SURE = 0.6, 0.75


class HearingEngine:
    """An engine that remembers how sure it was of words."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lines = 0
        self._sure = 0

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def understood(self) -> bool:
        """Whether words were read, or there were hardly any."""
        return self._lines < FEWEST or self._sure >= LEAST_SURE * self._lines

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        found = self._engine.recognise(crops)
        for crop, said in zip(crops, found, strict=True):
            chinese = sum(character >= FIRST_CHINESE for character in said.text)
            if crop.shape[1] >= WIDE * crop.shape[0] and (chinese or not said.text.strip()):
                self._lines += 1
                self._sure += chinese > 1 and said.confidence >= SURE
        return found

    def detect(self, image: Pixels) -> list[Quad]:
        return self._engine.detect(image)

    def orientation(self, image: Pixels) -> dict[int, float]:
        return self._engine.orientation(image)
