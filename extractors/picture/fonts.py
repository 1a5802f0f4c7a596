"""A font that has Chinese, found among those installed; without one, labels are Latin codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import ImageFont

# By file name, those that read best at small sizes first.
WANTED = (
    "notosanscjk-regular",
    "notosanscjksc-regular",
    "notosanssc",
    "sourcehansanssc-regular",
    "sourcehansanscn-regular",
    "pingfang",
    "msyh",
    "wqy-microhei",
    "wqy-zenhei",
    "droidsansfallbackfull",
    "droidsansfallback",
    "simhei",
    "simsun",
    "lxgwwenkai-regular",
    "uming",
    "ukai",
)
SUFFIXES = frozenset((".ttf", ".ttc", ".otf"))
FACES = 8  # of a collection looked at for the Simplified Chinese one


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The type for legends at ``size`` pixels; Latin only where no Chinese font is installed."""
    found = chinese_font()
    if found is None:
        return ImageFont.load_default(size)
    path, face = found
    return ImageFont.truetype(path, size, index=face)


@cache
def chinese_font() -> tuple[str, int] | None:
    """File and face of the best installed font with Chinese, or None."""
    best: tuple[int, str] | None = None
    for path in _font_files():
        stem = path.stem.lower()
        rank = next((i for i, name in enumerate(WANTED) if stem.startswith(name)), None)
        if rank is not None and (best is None or (rank, str(path)) < best):
            best = (rank, str(path))
    if best is None:
        return None
    try:
        return best[1], _simplified(best[1])
    except OSError:
        return None


def _font_files() -> Iterator[Path]:
    for folder in _font_folders():
        for root, _, names in os.walk(folder):
            for name in names:
                path = Path(root, name)
                if path.suffix.lower() in SUFFIXES:
                    yield path


def _font_folders() -> Iterator[Path]:
    """Where fontconfig looks by default, and the folders of macOS and Windows."""
    home = Path.home()
    yield home / ".local/share/fonts"
    yield home / ".fonts"
    yield Path("/usr/local/share/fonts")
    yield Path("/usr/share/fonts")
    if sys.platform == "darwin":
        yield Path("/System/Library/Fonts")
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts")


def _simplified(path: str) -> int:
    """The face of a collection with the glyph shapes of the mainland, else the first."""
    if not path.lower().endswith(".ttc"):
        return 0
    for face in range(FACES):
        try:
            family, _ = ImageFont.truetype(path, 12, index=face).getname()
        except OSError:
            break
        if family and family.endswith(" SC"):
            return face
    return 0
