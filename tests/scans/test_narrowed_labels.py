"""Labels are shown to the recogniser narrower than they are; their places are those of the page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from drawn_cells import DPI, Blind, draw, read

from ocr.engine import SIGNS, Recognition
from ocr.image import Pixels
from ocr.recognition import input_width, padded_width

LABEL = "其他法律行政法规禁止公开的政府信息"
SHORT = "其他"


class SaysSo(Blind):
    """An engine that reads two characters, half of the crop each."""

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        self.shown += crops
        signs = np.zeros((4, len(SIGNS) + 2), np.float32)
        signs[:, -1] = 1
        edges = [(0.0, crop.shape[1] / 2, float(crop.shape[1])) for crop in crops]
        return [Recognition("其他", 0.99, e, signs) for e in edges]


@pytest.mark.parametrize("text", [LABEL, SHORT])
def test_a_label_stands_where_it_is_printed(text: str) -> None:
    engine = SaysSo()
    drawn = draw([text], cell=(240, 26))
    (reading,) = read(drawn, engine, "label")
    (line,) = reading.lines
    (crop,) = engine.shown
    shown = input_width(crop)
    full = 48 * line.box.width * DPI / 72 / crop.shape[0]
    if text == SHORT:
        assert shown >= full
    else:
        assert 0.6 * full < shown < 0.95 * full
        assert padded_width(shown) - shown <= 2
    margin = 4.0  # points of white that the crop has on both sides
    assert line.edges[-1] - line.edges[0] == pytest.approx(line.box.width + margin, abs=margin)
    assert line.edges[1] == pytest.approx(line.box.center_x, abs=margin)
