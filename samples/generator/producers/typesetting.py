"""Fonts, widths and lines for the reportlab producer. Lengths are PDF points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from samples.generator.fonts import FONTS

CID_FONTS = {"stsong": "STSong-Light"}
# Characters that must not begin a line.
NO_START = "，。、；：！？）》”〕)]%"
_PIECES = re.compile(r"[!-~]+|.", re.DOTALL)


def register_font(name: str) -> str:
    """Make a font of `fonts.py` known to reportlab and return reportlab's name for it.

    Raises:
        MissingProgram: the font file is not installed.
    """
    if name in CID_FONTS:
        reportlab_name = CID_FONTS[name]
        if reportlab_name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(reportlab_name))
        return reportlab_name
    if name not in pdfmetrics.getRegisteredFontNames():
        font = FONTS[name]
        font.check()
        pdfmetrics.registerFont(TTFont(name, font.path, subfontIndex=font.index))
    return name


@dataclass(frozen=True, slots=True)
class Face:
    """A Chinese font with the Latin font for its digits, if that is another one."""

    chinese: str
    latin: str | None

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Stretches of text with the font of each."""
        if self.latin is None:
            yield self.chinese, text
            return
        for match in re.finditer(r"[ -~]+|[^ -~]+", text):
            ascii_only = match.group()[0] <= "~"
            yield (self.latin if ascii_only else self.chinese), match.group()

    def width(self, text: str, size: float) -> float:
        """Width of a line of text."""
        return float(sum(pdfmetrics.stringWidth(run, font, size) for font, run in self.runs(text)))

    def wrap(self, text: str, size: float, width: float, indent: float = 0.0) -> tuple[str, ...]:
        """Break text into lines at "\\n" and where the width ends; words of ASCII stay whole."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line, room = "", width - indent
            for piece in _PIECES.findall(paragraph):
                fits = self.width(line + piece, size) <= room
                if line and not fits and piece not in NO_START:
                    lines.append(line)
                    line, room = "", width
                line += piece
            lines.append(line)
            indent = 0.0
        return tuple(lines)
