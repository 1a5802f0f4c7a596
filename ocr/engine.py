"""What an OCR engine does for the reader, whichever program runs the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .image import Pixels

# What a value cell may print: digits, signs, units and the words of a change. Its order is the
# order of the columns of `Recognition.signs`, after the CTC blank.
SIGNS = "0123456789.,/-+%—()*无万亿元件条次项个人篇宗增加减少约余"

# Other characters of the recogniser that count as one of `SIGNS`: forms of full width, and
# look-alikes that no value cell prints, so that there they can only be the sign. `Recognition.text`
# keeps what was read.
LOOKALIKES = {
    **{sign: chr(ord(sign) + 0xFEE0) for sign in "123456789.,/+%()*"},
    "0": "０oO〇○Ｏ",
    "1": "１lI|｜",
    ",": "，、",
    "/": "／∕",
    "-": "－−",
    "—": "–―一ー",
}

Probabilities = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the recogniser makes of one crop that holds one line of text.

    ``signs`` is steps × (1 + len(SIGNS) + 1), float32: at every step of the recogniser the
    probability of the CTC blank, of each of `SIGNS` with its look-alikes, and of everything else
    together.
    """

    text: str  # best path over the whole character set
    confidence: float  # geometric mean of the characters' probabilities; 1 for empty text
    edges: tuple[float, ...]  # x in pixels of the crop: where each character starts, then the end
    signs: Probabilities


Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


class Engine(Protocol):
    """Text recognition, text detection and page orientation on the same weights.

    One engine belongs to one process and is not thread-safe. The same crop gives the same result,
    bit for bit, in whatever batch and company it is recognised.
    """

    @property
    def name(self) -> str:
        """The engine with the version of its weights, as evidence keeps it."""

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        """Recognise crops of one line each (RGB or grey, any size); the order is kept."""

    def detect(self, image: Pixels) -> list[Quad]:
        """Lines of text of an image, corners clockwise from the upper left, in its pixels."""

    def orientation(self, image: Pixels) -> dict[int, float]:
        """How probable it is that the page stands upright after turning it by 0, 90, 180, 270
        degrees clockwise."""
