"""Draws the pictures of README.md: pages of samples with what was read drawn on them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from flows.cli import main as gouji

ROOT = Path(__file__).parents[1]
PICTURES = (  # sample, page, picture, pixels wide
    ("samples/digital/t19_publisher_errors.pdf", 2, "docs/pictures/show.png", None),
    ("samples/scans/t21_photo_page2.jpg", 1, "docs/pictures/show-scan.png", 700),
)
COLOURS = 64  # with these the picture has a third of the bytes, and nobody sees a difference
FEW = 12  # the grain of a photo costs bytes, and says nothing
LARGEST = 300_000  # bytes


def main() -> int:
    """Draw, and give 1 where nothing came out or it is too large to keep."""
    return max(_drawn(ROOT / source, page, ROOT / to, wide) for source, page, to, wide in PICTURES)


def _drawn(sample: Path, page: int, target: Path, width: int | None) -> int:
    with tempfile.TemporaryDirectory() as folder:
        status = gouji(["show", str(sample), "--page", str(page), "--out", folder])
        drawn = sorted(Path(folder).rglob("*.png"))
        if status or not drawn:
            return status or 1
        with Image.open(drawn[0]) as picture:
            shown = picture.convert("RGB")
            if width is not None:
                size = (width, round(shown.height * width / shown.width))
                shown = shown.resize(size, Image.Resampling.LANCZOS)
            few = shown.quantize(COLOURS if width is None else FEW, dither=Image.Dither.NONE)
            few.save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}: {size:,} bytes")
    return int(size > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
