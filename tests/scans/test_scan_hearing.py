"""A page whose words make no sense is looked at the other way up; numbers alone say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.scan.hearing import HearingEngine
from ocr.engine import SIGNS, Recognition

LINE, NUMBER = np.zeros((20, 120, 3), np.uint8), np.zeros((20, 40, 3), np.uint8)


class Says:
    """Reads every crop as the same."""

    name = "says"

    def __init__(self, text: str, confidence: float) -> None:
        signs = np.zeros((1, len(SIGNS) + 2), np.float32)
        self._said = Recognition(text, confidence, (), signs)

    def recognise(self, crops):
        return [self._said] * len(crops)

    def detect(self, image):
        return []

    def orientation(self, image):
        return {0: 1.0}


@pytest.mark.parametrize(
    ("text", "confidence", "crops", "understood"),
    [
        ("政府信息公开", 0.98, [LINE] * 20, True),
        ("省校用", 0.3, [LINE] * 20, False),
        ("", 1.0, [LINE] * 20, False),
        ("省校用", 0.3, [LINE] * 3, True),
        ("8868", 0.4, [LINE] * 20, True),
        ("省", 0.2, [NUMBER] * 20, True),
    ],
    ids=["words", "nonsense", "nothing", "too few", "numbers", "no words"],
)
def test_what_makes_sense(text, confidence, crops, understood):
    engine = HearingEngine(Says(text, confidence))
    engine.recognise(crops)
    assert engine.understood is understood
