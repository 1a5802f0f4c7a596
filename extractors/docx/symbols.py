"""Characters of symbol fonts as the signs that they print."""

from __future__ import annotations

from collections.abc import Mapping

# Symbol fonts lie at U+F000 and above, one private place a glyph.
_PRIVATE = range(0xF000, 0xF100)
_WINGDINGS: Mapping[int, str] = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0x75: "◆", 0x76: "❖", 0x77: "◆",
    0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xD8: "➢", 0xE0: "→",
    0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x80: "⓪", 0x8A: "⑩",
    **{0x81 + i: chr(0x2460 + i) for i in range(9)},
}  # fmt: skip
_SYMBOL: Mapping[int, str] = {
    0x2D: "−", 0xB1: "±", 0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
    0xBB: "≈", 0xAE: "→", 0xA5: "∞", 0x44: "Δ", 0x53: "Σ",
}  # fmt: skip
_FONTS: Mapping[str, Mapping[int, str]] = {"wingdings": _WINGDINGS, "symbol": _SYMBOL}


def symbol(code: str, font: str) -> str:
    """The sign of a ``w:sym``.

    A glyph that is not known stays a private character: it cannot be told what it prints.
    """
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if not 0x20 <= number <= 0x10FFFF or 0xD800 <= number < 0xE000:
        return ""
    table = _FONTS.get(font.strip().lower())
    place = number - 0xF000 if number in _PRIVATE else number
    if table is not None and place in table:
        return table[place]
    if table is _SYMBOL and 0x20 <= place < 0x40:
        return chr(place)  # digits and signs lie in Symbol as in ASCII
    if number in _PRIVATE and font and font.strip().lower() not in _SIGNS:
        return chr(place) if 0x20 <= place < 0x7F else chr(number)  # a font of letters
    return chr(number)


_SIGNS = frozenset(("wingdings", "wingdings 2", "wingdings 3", "webdings", "symbol", "marlett"))
