"""Small charts as SVG in a `data:` address, which Prefect's page shows without any other server."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

WIDTH, ROW, LEFT, BAR = 640, 26, 200, 340  # pixels: of all, of a row, of its words, of its bar
COLOURS = ("#2f6f9f", "#c8842c", "#a33b3b", "#5b7f4b")


def bars(title: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """Horizontal bars, each with a name, a length in any unit, and what stands behind it.

    Lengths below zero are drawn as none.
    """
    longest = max((length for _, length, _ in rows), default=0.0) or 1.0
    height = ROW * (len(rows) + 1) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="10" y="20" font-weight="bold" fill="#222222">{escape(title)}</text>',
    ]
    for number, (name, length, behind) in enumerate(rows):
        top = ROW * (number + 1) + 6
        wide = max(0.0, BAR * length / longest)
        right = LEFT + wide + 6
        parts += [
            f'<text x="{LEFT - 8}" y="{top + 15}" text-anchor="end" fill="#222222">'
            f"{escape(name)}</text>",
            f'<rect x="{LEFT}" y="{top + 3}" width="{wide:.1f}" height="{ROW - 10}"'
            f' fill="{COLOURS[number % len(COLOURS)]}"/>',
            f'<text x="{right:.1f}" y="{top + 15}" fill="#222222">{escape(behind)}</text>',
        ]
    return "".join((*parts, "</svg>"))


def as_address(svg: str) -> str:
    """The drawing as an address that an image may have."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
