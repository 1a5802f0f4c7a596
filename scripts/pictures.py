"""Draws the picture of README.md: a page of a sample with what was read drawn on it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from flows.cli import main as gouji

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples/digital/t19_publisher_errors.pdf"
PAGE = 2
TARGET = ROOT / "docs/pictures/show.png"
COLOURS = 64  # with these the picture has a third of the bytes, and nobody sees a difference
LARGEST = 300_000  # bytes


def main() -> int:
    """Draw, and give 1 where nothing came out or it is too large to keep."""
    with tempfile.TemporaryDirectory() as folder:
        status = gouji(["show", str(SAMPLE), "--page", str(PAGE), "--out", folder])
        drawn = sorted(Path(folder).rglob("*.png"))
        if status or not drawn:
            return status or 1
        with Image.open(drawn[0]) as picture:
            few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(TARGET, optimize=True)
    size = TARGET.stat().st_size
    print(f"{TARGET.relative_to(ROOT)}: {size:,} bytes")
    return int(size > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
