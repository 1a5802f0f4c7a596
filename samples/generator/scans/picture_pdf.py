"""PDFs whose pages are pictures: one a page or in strips, alone, over wrong text, or mixed."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Literal

import pikepdf
from PIL import Image

from samples.generator.scans.capture import as_jpeg
from samples.generator.scans.geometry import Pixels
from samples.generator.scans.jbig2 import g4_codes, jbig2_stream
from samples.generator.scans.levels import POINTS_PER_INCH
from samples.generator.scans.pages import PagePicture

Coding = Literal["jpeg", "flate", "g4", "jbig2", "jpx"]
PHOTO_DPI = 200.0  # programs that put photos into PDFs choose a resolution
STRIPS = (3, 9)  # how many a page
MOST_WRONG = 0.12  # share of the characters of a text layer that the OCR got wrong
LOOKALIKES = "0O1l5S8B6G2Z7T未末日目人入己已土士千干"


def write_picture_pdf(
    pages: Sequence[PagePicture],
    target: Path,
    coding: Coding,
    rng: Random,
    *,
    strips: bool = False,
    words: Sequence[str] = (),
    digital: Mapping[int, Path] | None = None,
) -> None:
    """Write the pictures as a PDF; its pages are as large as the pictures at their resolution.

    ``words`` are lines of a text layer that nobody sees and that does not fit the pictures.
    ``digital`` names pages (from 1) that are taken as they are from a printed PDF.
    """
    with pikepdf.new() as pdf:
        for number, page in enumerate(pages, start=1):
            printed = (digital or {}).get(number)
            if printed is not None:
                with pikepdf.open(printed) as other:
                    pdf.pages.append(other.pages[number - 1])
                continue
            _add_page(pdf, page, coding, rng, strips, words[number - 1 :: len(pages)])
        pdf.docinfo["/Producer"] = rng.choice(("Scan to PDF", "MFP", "Image2PDF 2.1"))
        pdf.save(target, deterministic_id=True, static_id=False)


def _add_page(
    pdf: pikepdf.Pdf,
    page: PagePicture,
    coding: Coding,
    rng: Random,
    strips: bool,
    words: Sequence[str],
) -> None:
    points = POINTS_PER_INCH / (page.dpi or PHOTO_DPI)
    rows, columns = page.pixels.shape[:2]
    width, height = columns * points, rows * points
    pdf.add_blank_page(page_size=(round(width, 2), round(height, 2)))
    leaf = pdf.pages[-1]
    pictures, content = pikepdf.Dictionary(), [b"q"]
    edges = _edges(rng, rows) if strips else [0, rows]
    for number, (top, bottom) in enumerate(pairwise(edges)):
        whole = bottom - top == rows
        name = f"Im{number}"
        pictures[f"/{name}"] = _picture(
            pdf, page.pixels[top:bottom], coding, page, page.jpeg if whole else None
        )
        place = f"{width:.4f} 0 0 {(bottom - top) * points:.4f} 0 {(rows - bottom) * points:.4f}"
        content.append(f"q {place} cm /{name} Do Q".encode())
    content.append(b"Q")
    resources = pikepdf.Dictionary(XObject=pictures)
    if words:
        resources.Font = pikepdf.Dictionary(F1=_unembedded_song(pdf))
        content.append(_hidden(words, rng, width, height))
    leaf.obj.Resources = resources
    leaf.obj.Contents = pdf.make_stream(b"\n".join(content))


def _edges(rng: Random, rows: int) -> list[int]:
    """Strips of whole blocks of JPEG, the last as high as is left."""
    count = rng.randint(*STRIPS)
    step = max(16, rows // count // 16 * 16)
    return [*range(0, rows - step // 2, step), rows]


def _picture(
    pdf: pikepdf.Pdf, pixels: Pixels, coding: Coding, page: PagePicture, jpeg: bytes | None
) -> pikepdf.Object:
    rows, columns = pixels.shape[:2]
    facts: dict[str, object] = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": columns,
        "/Height": rows,
        "/BitsPerComponent": 8,
        "/ColorSpace": pikepdf.Name.DeviceRGB if pixels.ndim == 3 else pikepdf.Name.DeviceGray,
    }
    if coding in ("g4", "jbig2"):
        facts |= {"/BitsPerComponent": 1, "/ColorSpace": pikepdf.Name.DeviceGray}
    match coding:
        case "jpeg":
            data, coder = jpeg or as_jpeg(pixels, page.quality), "/DCTDecode"
        case "jpx":
            data, coder = _jpeg2000(pixels), "/JPXDecode"
        case "g4":
            data, coder = g4_codes(pixels), "/CCITTFaxDecode"
            facts["/DecodeParms"] = pikepdf.Dictionary(K=-1, Columns=columns, Rows=rows)
        case "jbig2":
            data, coder = jbig2_stream(pixels, page.dpi or PHOTO_DPI), "/JBIG2Decode"
        case _:
            data, coder = zlib.compress(pixels.tobytes(), 6), "/FlateDecode"
    return pdf.make_indirect(pikepdf.Stream(pdf, data, facts | {"/Filter": pikepdf.Name(coder)}))


def _jpeg2000(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    options = {"quality_mode": "rates", "quality_layers": [12], "irreversible": True}
    Image.fromarray(pixels).save(buffer, "JPEG2000", **options)
    return buffer.getvalue()


def _unembedded_song(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """A font that every reader has in place of the real one."""
    system = pikepdf.Dictionary(
        Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("GB1"), Supplement=2
    )
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name("/STSong-Light"), Flags=6,
        FontBBox=[-25, -254, 1000, 880], ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880,
        StemV=93,
    )  # fmt: skip
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType0, DW=1000,
        BaseFont=pikepdf.Name("/STSong-Light"), CIDSystemInfo=system, FontDescriptor=descriptor,
    )  # fmt: skip
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0,
        BaseFont=pikepdf.Name("/STSong-Light-UniGB-UCS2-H"),
        Encoding=pikepdf.Name("/UniGB-UCS2-H"), DescendantFonts=[descendant],
    )  # fmt: skip
    return pdf.make_indirect(font)


def _hidden(words: Sequence[str], rng: Random, width: float, height: float) -> bytes:
    """Lines over the page in no order of its own, with characters taken for others."""
    lines = [b"BT 3 Tr /F1 9 Tf"]
    for number, line in enumerate(words):
        wrong = "".join(_taken_wrong(character, rng) for character in line)[:60]
        x = rng.uniform(0.08, 0.3) * width
        y = height * (0.93 - 0.86 * (number + 0.5) / len(words))
        codes = wrong.encode("utf-16-be", "ignore").hex()
        lines.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm <{codes}> Tj".encode())
    lines.append(b"ET")
    return b"\n".join(lines)


def _taken_wrong(character: str, rng: Random) -> str:
    if rng.random() >= MOST_WRONG:
        return character
    place = LOOKALIKES.find(character)
    if place >= 0:
        return LOOKALIKES[place ^ 1]
    return rng.choice("0123456789") if character.isdigit() else rng.choice(("", "口", "■", "~"))


CODINGS: Mapping[str, Coding] = {
    "pdf": "jpeg", "pdf_flate": "flate", "pdf_g4": "g4", "pdf_jbig2": "jbig2", "pdf_jpx": "jpx",
    "pdf_strips": "jpeg", "pdf_text": "jpeg", "pdf_mixed": "jpeg",
}  # fmt: skip
