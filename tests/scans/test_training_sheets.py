"""Sheets that the reader of numbers learns from: what they show is what they say."""

from __future__ import annotations

import shutil

import pytest

from ocr.cells.number_reader import HEIGHT, WIDTHS, read_numbers
from training.sheets import HELD_OUT, examples, fonts

pytestmark = pytest.mark.skipif(
    shutil.which("fc-list") is None, reason="fc-list (fontconfig), which lists fonts, is not there"
)


def test_a_seed_gives_the_same_windows() -> None:
    first, second = list(examples(11)), list(examples(11))
    assert [e.text for e in first] == [e.text for e in second]
    assert all((a.crop == b.crop).all() for a, b in zip(first, second, strict=True))


def test_held_out_fonts_are_not_learned_from() -> None:
    assert fonts()
    assert not [path for path in fonts() if any(name in path.lower() for name in HELD_OUT)]


def test_windows_fit_the_reader() -> None:
    for example in examples(12):
        assert example.crop.shape[1] == HEIGHT
        assert example.crop.shape[2] <= WIDTHS[-1]


@pytest.mark.slow
def test_sheets_that_it_has_not_seen_are_read() -> None:
    shown = [e for seed in range(700_010, 700_040) for e in examples(seed) if e.text.isdigit()]
    found = read_numbers([e.crop for e in shown])
    right = sum(
        bool(r.candidates) and r.candidates[0][0] == e.text
        for r, e in zip(found, shown, strict=True)
    )
    assert len(shown) > 300
    assert right > 0.8 * len(shown)  # some of them nobody can read
