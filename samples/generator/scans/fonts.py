"""Fonts of the reports whose pictures are taken: those developed with, and those held out."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Literal

from samples.generator.style import Producer, Style

FontChoice = Literal["usual", "held-out"]

CHINESE: tuple[str, ...] = ("gbsn", "gbsn", "gkai", "wenkai", "droid")
LATIN = ("liberation-serif", "liberation-serif", "liberation-sans", "liberation-mono", None)
# The usual ones keep the Chinese fonts of their style and get more shapes of digits.
USUAL_LATIN = ("Times-Roman", "Helvetica", "Courier", None, None)


def with_fonts(style: Style, seed: int, producer: Producer, choice: FontChoice) -> Style:
    """The same look in the fonts of the choice."""
    rng = Random(f"fonts:{seed}:{producer}:{choice}")
    if choice == "usual":
        digits = rng.choice(USUAL_LATIN)
        return replace(style, text=replace(style.text, digits=digits))
    body = rng.choice(CHINESE)
    fonts = replace(
        style.text,
        body_font=body,
        title_font=rng.choice((body, "droid", "wenkai")),
        table_font=body if rng.random() < 0.5 else rng.choice(CHINESE),
        digits=rng.choice(LATIN),
    )
    return replace(style, text=fonts)
