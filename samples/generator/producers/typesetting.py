"""Fonts, widths and lines for the reportlab producer. Lengths are PDF points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from samples.generator.fonts import find_font

CID_FONTS = {"stsong": "STSong-Light"}
# Characters that must not begin a line.
NO_START = "，。、；：！？）》”〕)]%"
# Characters that must not end a line.
NO_END = "（《“〔"
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
        font = find_font(name)
        font.check()
        pdfmetrics.registerFont(TTFont(name, font.path, subfontIndex=font.index))
    return name


def _has_glyph(font: str, character: str) -> bool:
    """Whether a registered font can print a character; the CID fonts have those of GBK."""
    if font in CID_FONTS.values():
        return bool(character.encode("gbk", errors="ignore"))
    return ord(character) in pdfmetrics.getFont(font).face.charToGlyph


@dataclass(frozen=True, slots=True)
class Face:
    """A Chinese font with the Latin font for its digits, if that is another one.

    `spare` prints what the Chinese font has no glyph for, such as − in the Arphic fonts.
    """

    chinese: str
    latin: str | None
    spare: str

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Stretches of text with the font of each."""
        for font, characters in groupby(text, key=self._font_of):
            yield font, "".join(characters)

    def _font_of(self, character: str) -> str:
        if self.latin is not None and " " <= character <= "~":
            return self.latin
        return self.chinese if _has_glyph(self.chinese, character) else self.spare

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
                    kept = line.rstrip(NO_END) or line
                    lines.append(kept)
                    line, room = line[len(kept) :], width
                line += piece
            lines.append(line)
            indent = 0.0
        return tuple(lines)
