"""Pictures stored as few programs store them: ink and light the other way round, deep samples."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gouji.model import MediaType
from ocr.image import Pixels
from ocr.pictures import PictureFile

SIZE = (600, 840)
WIDTH, HEIGHT = SIZE
GRADES = (255, 0, 128)  # of the paper, and of two squares on it


def drawn() -> Image.Image:
    image = Image.new("L", SIZE, GRADES[0])
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 60, 139, 159), fill=GRADES[1])
    draw.rectangle((200, 60, 299, 159), fill=GRADES[2])
    return image


GREY = np.asarray(drawn())


def shows(data: bytes, media_type: MediaType) -> list[int]:
    """The grades of the paper and of the two squares."""
    pixels: Pixels = PictureFile(data, media_type).page(1).image.pixels
    return [
        round(float(pixels[row, column].mean()))
        for row, column in ((600, 400), (110, 90), (110, 250))
    ]


def near(*grades: int) -> list[object]:
    return [pytest.approx(grade, abs=4) for grade in grades]


def tiff(
    samples: Sequence[bytes], tags: dict[int, Sequence[int]], order: str = "<", tile: int = 0
) -> bytes:
    """One page without compression: strips or tiles, and 16-bit tags."""
    places = [8 + sum(map(len, samples[:n])) for n in range(len(samples))]
    lengths = [len(part) for part in samples]
    entries: dict[int, tuple[int, Sequence[int]]] = {n: (3, values) for n, values in tags.items()}
    entries |= {256: (4, [WIDTH]), 257: (4, [HEIGHT]), 259: (3, [1])}
    entries |= {322: (3, [tile]), 323: (3, [tile])} if tile else {278: (4, [HEIGHT])}
    entries |= (
        {324: (4, places), 325: (4, lengths)} if tile else {273: (4, places), 279: (4, lengths)}
    )
    start = 8 + sum(lengths)
    after = start + 2 + 12 * len(entries) + 4
    directory, more = struct.pack(order + "H", len(entries)), b""
    for number, (kind, values) in sorted(entries.items()):
        packed = struct.pack(order + ("H" if kind == 3 else "I") * len(values), *values)
        directory += struct.pack(order + "HHI", number, kind, len(values))
        if len(packed) <= 4:
            directory += packed.ljust(4, b"\0")
        else:
            directory += struct.pack(order + "I", after + len(more))
            more += packed
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, start)
    return head + b"".join(samples) + directory + bytes(4) + more


def deep(kind: str, times: int, *, inverted: bool = False) -> bytes:
    grey = 255 - GREY if inverted else GREY
    return (grey.astype(np.int64) * times).astype(kind).tobytes()


@pytest.mark.parametrize(
    ("samples", "bits", "white_is_zero", "order"),
    [
        (deep("<u2", 257), 16, False, "<"),
        (deep(">u2", 257), 16, False, ">"),
        (deep("<u2", 257, inverted=True), 16, True, "<"),
        (deep("u1", 1, inverted=True), 8, True, "<"),
        (deep("<u4", 257 * 65537), 32, False, "<"),
    ],
    ids=["16", "16 the other byte first", "16 white is 0", "8 white is 0", "32"],
)
def test_deep_and_inverted_grey(samples: bytes, bits: int, white_is_zero: bool, order: str) -> None:
    tags = {258: [bits], 262: [0 if white_is_zero else 1], 277: [1]}
    assert shows(tiff([samples], tags, order), MediaType.TIFF) == near(*GRADES)


def test_fractions_where_white_is_0() -> None:
    samples = (1 - GREY.astype("<f4") / 255).astype("<f4").tobytes()
    data = tiff([samples], {258: [32], 262: [0], 277: [1], 339: [3]})
    assert shows(data, MediaType.TIFF) == near(*GRADES)


def test_colours_one_after_the_other() -> None:
    data = tiff([GREY.tobytes()] * 3, {258: [8] * 3, 262: [2], 277: [3], 284: [2]})
    assert shows(data, MediaType.TIFF) == near(*GRADES)


def test_tiles_beyond_the_edge() -> None:
    side = 256
    whole = np.full((-(-HEIGHT // side) * side, -(-WIDTH // side) * side), 77, np.uint8)
    whole[:HEIGHT, :WIDTH] = GREY
    tiles = [
        whole[top : top + side, left : left + side].tobytes()
        for top in range(0, HEIGHT, side)
        for left in range(0, WIDTH, side)
    ]
    assert shows(tiff(tiles, {258: [8], 262: [1], 277: [1]}, tile=side), MediaType.TIFF) == near(
        *GRADES
    )


def test_pages_of_a_tiff_may_differ_in_everything() -> None:
    out = io.BytesIO()
    kinds = [
        ("1", "group4"),
        ("L", "tiff_lzw"),
        ("RGB", "jpeg"),
        ("1", "group3"),
        ("CMYK", "packbits"),
    ]
    pages = []
    for number, (mode, compression) in enumerate(kinds):
        page = (
            drawn()
            .convert(mode, dither=Image.Dither.NONE)
            .crop((0, 0, WIDTH - 20 * number, HEIGHT))
        )
        page.encoderinfo = {"compression": compression}  # type: ignore[attr-defined]
        pages.append(page)
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], **pages[0].encoderinfo)  # type: ignore[attr-defined]
    file = PictureFile(out.getvalue(), MediaType.TIFF)
    assert len(file) == len(kinds)
    for number in range(len(kinds)):
        pixels = file.page(number + 1).image.pixels
        assert pixels.shape[:2] == (HEIGHT, WIDTH - 20 * number)
        assert pixels[110, 90].max() < 12
        assert pixels[600, 400].min() > 243


def inks(*, marked: bool) -> bytes:
    """JPEG in four inks, of which black prints the squares: as Adobe stores it, or plainly."""
    none = Image.new("L", SIZE, 0)
    image = Image.merge("CMYK", (none, none, none, Image.eval(drawn(), lambda v: 255 - v)))
    if not marked:
        image = Image.eval(image, lambda v: 255 - v)  # Pillow stores inks inverted
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    data = out.getvalue()
    if marked:
        return data
    place = data.index(b"\xff\xee")
    return data[:place] + data[place + 2 + int.from_bytes(data[place + 2 : place + 4]) :]


@pytest.mark.parametrize("marked", [True, False])
def test_inks_of_a_jpeg_are_inverted_where_adobe_wrote_them(marked: bool) -> None:
    assert shows(inks(marked=marked), MediaType.JPEG) == near(*GRADES)


@pytest.mark.parametrize("opacity", [0, 255])
def test_a_bitmap_whose_writer_knew_no_transparency_is_opaque(opacity: int) -> None:
    pixels = np.dstack([GREY] * 3 + [np.full_like(GREY, opacity)])[::-1]
    header = struct.pack(
        "<IiiHHIIiiII", 108, WIDTH, HEIGHT, 1, 32, 3, pixels.size, 2835, 2835, 0, 0
    )
    header += struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
    start = 14 + len(header)
    data = (
        b"BM" + struct.pack("<IHHI", start + pixels.size, 0, 0, start) + header + pixels.tobytes()
    )
    assert shows(data, MediaType.BMP) == near(*GRADES)


@pytest.mark.parametrize("dots", [(0, 0), (1, 1), (65535, 65535), (300, 0)])
@pytest.mark.parametrize("form", ["JPEG", "TIFF", "BMP"])
def test_an_absurd_resolution_is_not_believed(form: str, dots: tuple[int, int]) -> None:
    out = io.BytesIO()
    drawn().save(out, form, dpi=dots)
    picture = PictureFile(out.getvalue(), MediaType[form]).page(1)
    assert not picture.size_known
    assert picture.image.pixels.shape[:2] == (HEIGHT, WIDTH)


@pytest.mark.parametrize("opaque", [True, False])
def test_a_palette_with_a_transparent_ground_lies_on_white(opaque: bool) -> None:
    palette = drawn().convert("P")
    ground = {} if opaque else {"transparency": palette.getpixel((400, 600))}
    for form in ("PNG", "GIF"):
        out = io.BytesIO()
        palette.save(out, form, **ground)
        assert shows(out.getvalue(), MediaType[form]) == near(*GRADES)
