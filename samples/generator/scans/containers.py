"""The files that pictures of pages come in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from samples.generator.scans.capture import as_jpeg
from samples.generator.scans.levels import Level
from samples.generator.scans.pages import PagePicture
from samples.generator.scans.picture_pdf import CODINGS, write_picture_pdf

# One file for the whole report, and one file a page.
WHOLE = (*CODINGS, "tiff_g4", "tiff_lzw", "tiff_jpeg")
SINGLE = ("png", "jpg", "jpg_bare", "jpg_exif", "bmp", "webp")
CONTAINERS = (*WHOLE, *SINGLE)
BILEVEL = ("pdf_g4", "pdf_jbig2", "tiff_g4")  # hold black and white only
EXIF_ORIENTATION, TURNED_BY = 274, {6: 1, 3: 2, 8: 3}  # quarter turns anticlockwise as stored

# What comes out of each machine, for ANY.
USUAL: dict[Level, tuple[str, ...]] = {
    0: ("pdf", "pdf_flate", "pdf_g4", "pdf_strips", "tiff_lzw", "png", "jpg"),
    1: (*CODINGS, "pdf", "pdf", "tiff_g4", "tiff_jpeg", "png", "jpg", "jpg_exif"),
    2: ("jpg", "jpg", "jpg_bare", "jpg_bare", "jpg_exif", "jpg_exif", "pdf", "pdf", "webp", "png"),
    3: ("pdf", "pdf", "pdf_strips", "pdf_text", "pdf_jpx", "tiff_lzw", "jpg", "jpg_bare", "bmp"),
}


def suffix_of(container: str) -> str:
    """How names of such files end."""
    first = container.partition("_")[0]
    return ".tif" if first == "tiff" else f".{first}"


def write_whole(
    pages: Sequence[PagePicture], target: Path, container: str, rng: Random, words: Sequence[str],
    printed: Path,
) -> tuple[int, ...]:  # fmt: skip
    """Write all pages as one file; which of them (from 1) are not pictures but as printed."""
    if container.startswith("tiff"):
        _write_tiff(pages, target, container)
        return ()
    digital: tuple[int, ...] = ()
    if container == "pdf_mixed":
        count = rng.randint(1, max(1, len(pages) - 1))
        digital = tuple(sorted(rng.sample(range(1, len(pages) + 1), count)))
    write_picture_pdf(
        pages,
        target,
        CODINGS[container],
        rng,
        strips=container == "pdf_strips",
        words=words if container == "pdf_text" else (),
        digital=dict.fromkeys(digital, printed),
    )
    return digital


def write_single(page: PagePicture, target: Path, container: str, rng: Random) -> None:
    """Write one page as a picture."""
    dpi: dict[str, Any] = {} if page.dpi is None else {"dpi": (page.dpi, page.dpi)}
    image = Image.fromarray(page.pixels)
    match container:
        case "png" | "bmp":
            image.save(target, **dpi)
        case "webp":
            image.save(target, quality=88)
        case "jpg_exif":
            code, turns = rng.choice(list(TURNED_BY.items()))
            exif = Image.Exif()
            exif[EXIF_ORIENTATION] = code
            stored = np.ascontiguousarray(np.rot90(page.pixels, turns))
            target.write_bytes(as_jpeg(stored, page.quality, exif=exif, **dpi))
        case "jpg":
            target.write_bytes(_with_resolution(page))
        case _:
            target.write_bytes(page.jpeg or as_jpeg(page.pixels, page.quality))


def _with_resolution(page: PagePicture) -> bytes:
    """The file that the machine wrote, with its resolution; a camera says 72, which is untrue."""
    data = page.jpeg or as_jpeg(page.pixels, page.quality)
    dots = round(page.dpi or 72)
    marker = data.find(b"JFIF\0")
    if marker < 0:
        raise ValueError("a JPEG without JFIF head")
    start = marker + 7  # version; then the unit and the dots across and down
    return data[:start] + b"\1" + dots.to_bytes(2, "big") * 2 + data[start + 5 :]


def _write_tiff(pages: Sequence[PagePicture], target: Path, container: str) -> None:
    compression = {"tiff_g4": "group4", "tiff_lzw": "tiff_lzw", "tiff_jpeg": "jpeg"}[container]
    images = [Image.fromarray(page.pixels) for page in pages]
    if container == "tiff_g4":
        images = [image.convert("1", dither=Image.Dither.NONE) for image in images]
    options: dict[str, Any] = {"quality": pages[0].quality} if container == "tiff_jpeg" else {}
    dpi = pages[0].dpi
    if dpi is not None:
        options["dpi"] = (dpi, dpi)
    buffer = io.BytesIO()
    images[0].save(
        buffer, "TIFF", compression=compression, save_all=True, append_images=images[1:], **options
    )
    target.write_bytes(buffer.getvalue())
