"""Picture files become pages: as displayed, of a known size, and never more than is in the file."""

from __future__ import annotations

import io
import struct
import zlib
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from shares import one_in

from gouji.model import DocumentFault, FailureKind, MediaType, ProgramMissing
from ocr.pictures import Picture, PictureFile
from ocr.pictures.sizes import overstated, page_size

A4 = (827, 1169)  # pixels at 100 dpi


def marked(size: tuple[int, int] = A4, mode: str = "RGB") -> Image.Image:
    """A white page with a black square in its upper left corner and a grey one beside it."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 60, 139, 159), fill=0)
    draw.rectangle((200, 60, 299, 159), fill=128)
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def only(data: bytes, media_type: MediaType) -> Picture:
    file = PictureFile(data, media_type)
    assert len(file) == 1
    return file.page(1)


def looks_marked(picture: Picture) -> bool:
    pixels = picture.image.pixels
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    black, grey = pixels[70:150, 50:130].mean(), pixels[70:150, 210:290].mean()
    rest = pixels[300:].mean()
    return bool(black < 12 and 110 < grey < 146 and rest > 240)


def refused(data: bytes, media_type: MediaType) -> DocumentFault:
    with pytest.raises(DocumentFault) as caught:
        PictureFile(data, media_type).page(1)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 250
    return caught.value


@pytest.mark.parametrize(
    ("form", "media_type", "mode", "options"),
    [
        ("PNG", MediaType.PNG, "RGB", {}),
        ("PNG", MediaType.PNG, "L", {}),
        ("PNG", MediaType.PNG, "P", {}),
        ("PNG", MediaType.PNG, "LA", {}),
        ("PNG", MediaType.PNG, "I;16", {}),
        ("JPEG", MediaType.JPEG, "RGB", {"quality": 92}),
        ("JPEG", MediaType.JPEG, "L", {"progressive": True}),
        ("JPEG", MediaType.JPEG, "CMYK", {"quality": 92}),
        ("TIFF", MediaType.TIFF, "RGB", {"compression": "tiff_lzw"}),
        ("TIFF", MediaType.TIFF, "CMYK", {}),
        ("TIFF", MediaType.TIFF, "I;16", {}),
        ("BMP", MediaType.BMP, "RGB", {}),
        ("BMP", MediaType.BMP, "P", {}),
        ("WEBP", MediaType.WEBP, "RGBA", {"lossless": True}),
        ("GIF", MediaType.GIF, "P", {}),
    ],
)
def test_every_kind_and_mode_shows_what_it_holds(
    form: str, media_type: MediaType, mode: str, options: dict[str, Any]
) -> None:
    if mode == "I;16":
        deep = np.asarray(marked(mode="L")).astype(np.uint16) * 257
        image = Image.fromarray(deep)
    else:
        image = marked(mode=mode)
    picture = only(saved(image, form, **options), media_type)
    assert looks_marked(picture)
    assert picture.kept == 1


def test_one_bit_pages_of_a_fax_are_white_where_the_paper_is() -> None:
    image = marked(mode="L").point(lambda v: 255 if v > 64 else 0).convert("1")
    for compression in ("group4", "group3", "raw", "packbits"):
        pixels = only(saved(image, "TIFF", compression=compression), MediaType.TIFF).image.pixels
        assert pixels[100, 90].tolist() == [0, 0, 0], compression
        assert pixels[600, 400].tolist() == [255, 255, 255], compression


def test_scanners_that_write_12_bits_into_16_are_not_dark() -> None:
    values = np.asarray(marked(mode="L")).astype(np.uint16) * 16
    assert looks_marked(only(saved(Image.fromarray(values), "TIFF"), MediaType.TIFF))


def test_numbers_with_a_fraction_and_without_sense_are_a_picture_all_the_same() -> None:
    values = np.asarray(marked(mode="L")).astype(np.float32) / 255
    assert looks_marked(only(saved(Image.fromarray(values), "TIFF"), MediaType.TIFF))
    values[900:] = np.nan
    assert only(saved(Image.fromarray(values), "TIFF"), MediaType.TIFF).image.pixels.size


def test_what_is_transparent_lies_on_white() -> None:
    image = Image.new("RGBA", A4, (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (40, 60, 140, 160))
    image.paste((0, 0, 0, 127), (200, 60, 300, 160))
    assert looks_marked(only(saved(image, "PNG"), MediaType.PNG))
    palette = marked(mode="P")
    ground = palette.getpixel((600, 800))
    picture = only(saved(palette, "PNG", transparency=ground), MediaType.PNG)
    assert looks_marked(picture)


@pytest.mark.parametrize("form", one_in(4, ["JPEG", "PNG", "TIFF", "WEBP"]))
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_turned_by_its_camera_is_upright(form: str, orientation: int) -> None:
    stored = {
        1: lambda p: p,
        2: np.fliplr,
        3: lambda p: np.rot90(p, 2),
        4: np.flipud,
        5: lambda p: np.transpose(p, (1, 0, 2)),
        6: lambda p: np.rot90(p, 1),
        7: lambda p: np.transpose(np.rot90(p, 2), (1, 0, 2)),
        8: lambda p: np.rot90(p, -1),
    }[orientation](np.asarray(marked()))
    exif = Image.Exif()
    exif[274] = orientation
    image = Image.fromarray(np.ascontiguousarray(stored))
    picture = only(saved(image, form, exif=exif), MediaType[form])
    assert (picture.image.pixels.shape[1], picture.image.pixels.shape[0]) == A4
    assert looks_marked(picture)


def test_broken_exif_data_turn_nothing() -> None:
    whole = saved(marked(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\xff\xff\xff\xffgarbage")
    assert looks_marked(only(whole, MediaType.JPEG))


def test_pages_of_a_tiff_are_pages_and_pictures_of_an_animation_are_not() -> None:
    pages = [marked(), marked((900, 700)), marked((500, 800))]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    file = PictureFile(data, MediaType.TIFF)
    assert len(file) == 3
    assert [file.page(n).image.pixels.shape[:2] for n in (3, 1, 2)] == [
        (800, 500),
        (1169, 827),
        (700, 900),
    ]
    assert len(PictureFile(data, MediaType.TIFF, most_pages=1)) == 2
    for form in ("GIF", "WEBP", "PNG"):
        others = [Image.new("RGB", A4, colour) for colour in ("red", "blue")]
        moving = saved(pages[0], form, save_all=True, append_images=others, duration=100)
        assert looks_marked(only(moving, MediaType[form])), form


def test_a_broken_page_of_a_tiff_costs_only_itself() -> None:
    pages = [marked(), marked(), marked()]
    data = bytearray(
        saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    )
    second = PictureFile(bytes(data), MediaType.TIFF)
    with Image.open(io.BytesIO(data)) as image:
        image.seek(1)
        strips = image.tag_v2[273]  # type: ignore[attr-defined]
        lengths = image.tag_v2[279]  # type: ignore[attr-defined]
    for start, length in zip(strips, lengths, strict=True):
        data[start : start + length] = b"\xff" * length
    second = PictureFile(bytes(data), MediaType.TIFF)
    assert looks_marked(second.page(1))
    with pytest.raises(DocumentFault):
        second.page(2)
    assert looks_marked(second.page(3))


def test_a_chain_of_tiff_pages_that_bites_its_tail_ends() -> None:
    data = bytearray(saved(marked(), "TIFF"))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + 12 * entries, first)
    assert len(PictureFile(bytes(data), MediaType.TIFF)) == 1


# Sizes


def test_a_resolution_in_the_file_gives_the_size_of_the_page() -> None:
    picture = only(saved(marked((1654, 2339)), "PNG", dpi=(200, 200)), MediaType.PNG)
    assert picture.size_known
    assert picture.image.width == pytest.approx(595.3, abs=0.5)
    assert picture.image.height == pytest.approx(841.9, abs=0.5)


def test_what_a_camera_writes_as_resolution_is_not_believed() -> None:
    picture = only(saved(marked((3000, 4000)), "JPEG", dpi=(72, 72)), MediaType.JPEG)
    assert not picture.size_known
    assert picture.image.height == pytest.approx(841.89)


def test_dots_of_a_fax_that_are_not_square_become_square() -> None:
    data = saved(marked((1728, 1143)), "TIFF", dpi=(204, 98))
    picture = only(data, MediaType.TIFF)
    high, wide = picture.image.pixels.shape[:2]
    assert wide / high == pytest.approx((1728 / 204) / (1143 / 98), rel=0.01)
    assert wide == 1728


def test_the_resolution_turns_with_the_page() -> None:
    for form, stored in (("TIFF", (1143, 1728)), ("JPEG", (1143, 1728))):
        exif = Image.Exif()
        exif[274] = 6
        data = saved(marked(stored), form, dpi=(98, 204), exif=exif)
        picture = only(data, MediaType[form])
        assert picture.size_known
        assert picture.image.width == pytest.approx(1728 / 204 * 72, rel=0.01), form
        assert picture.image.height == pytest.approx(1143 / 98 * 72, rel=0.01), form


def test_a_long_screenshot_is_as_wide_as_a_page() -> None:
    picture = only(saved(marked((1080, 6000)), "PNG"), MediaType.PNG)
    assert picture.image.width == pytest.approx(595.28)


@given(
    width=st.integers(1, 60_000),
    height=st.integers(1, 60_000),
    dpi=st.none() | st.tuples(st.floats(), st.floats()),
)
def test_no_picture_makes_a_page_without_measure(
    width: int, height: int, dpi: tuple[float, float] | None
) -> None:
    size = page_size(width, height, dpi)
    assert 1 <= size.width * size.height <= 24_100_000 + size.width + size.height
    assert size.scale > 0
    if size.known:
        assert 2.9 * 72 < max(size.width, size.height) / size.scale < 20.1 * 72


@pytest.mark.parametrize("stated", [96, 110, 150, 190])
def test_a_page_of_a_papers_shape_is_as_large_as_paper_whatever_resolution_is_stated(
    stated: int,
) -> None:
    size = page_size(1654, 2339, (stated, stated))  # A4 at 200 dpi
    assert size.height / size.scale == pytest.approx(842, rel=0.065)


@pytest.mark.parametrize(
    "points",
    [(595, 842), (842, 595), (1191, 842), (612, 792), (515.9, 728.5), (600, 800), (421, 298)],
)
def test_paper_and_other_shapes_keep_their_size(points: tuple[float, float]) -> None:
    assert overstated(*points) == 1.0
    size = page_size(round(points[0] * 2), round(points[1] * 2), (144.0, 144.0))
    assert size.known
    assert size.scale == pytest.approx(2.0)


# Too much and too little


@pytest.mark.slow
def test_a_jpeg_of_200_million_pixels_is_read_smaller() -> None:
    image = Image.new("L", (20_000, 10_000), 255)
    image.paste(0, (1000, 1000, 3000, 3000))
    data = saved(image, "JPEG", quality=50)
    del image
    picture = only(data, MediaType.JPEG)
    high, wide = picture.image.pixels.shape[:2]
    assert wide < 5000
    assert abs(high - wide * 0.5) <= 1
    where = round(2000 * wide / 20_000)
    assert picture.image.pixels[where, where].max() < 20
    assert picture.image.pixels[-1, -1].min() > 235


def bomb_png(size: int, colour: int) -> bytes:
    """A PNG picture that claims ``size`` × ``size`` pixels and holds a few rows."""
    channels = {0: 1, 2: 3, 6: 4}[colour]

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", size, size, 8, colour, 0, 0, 0)
    rows = zlib.compress(bytes(1 + channels * size) * 50)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def claiming(data: bytes, size: bytes, form: str) -> bytes:
    """The file with 20,000 × 20,000 written wherever its own size stands."""
    assert size in data
    return data.replace(size, struct.pack(form, 20_000, 20_000))


def test_a_picture_too_large_to_unpack_is_refused_before_it_is_unpacked() -> None:
    for data, kind in (
        (bomb_png(20_000, 2), MediaType.PNG),
        (bomb_png(100_000, 0), MediaType.PNG),
        (claiming(saved(marked(), "GIF"), b"\x3b\x03\x91\x04", "<HH"), MediaType.GIF),
        (claiming(saved(marked(), "BMP"), b"\x3b\x03\0\0\x91\x04\0\0", "<II"), MediaType.BMP),
    ):
        fault = refused(data, kind)
        assert fault.kind is FailureKind.UNSAFE
        assert "000 pixels" in str(fault)


def test_a_progressive_jpeg_needs_memory_for_all_its_pixels() -> None:
    data = bytearray(saved(marked(), "JPEG", progressive=True))
    frame = data.index(b"\xff\xc2")
    struct.pack_into(">HH", data, frame + 5, 20_000, 20_000)
    assert refused(bytes(data), MediaType.JPEG).kind is FailureKind.UNSAFE


def test_a_page_at_30_dpi_is_too_coarse() -> None:
    fault = refused(saved(marked((248, 351)), "PNG"), MediaType.PNG)
    assert "248 × 351" in str(fault)
    stated = refused(saved(marked((414, 585)), "PNG", dpi=(50, 50)), MediaType.PNG)
    assert "50 dots an inch" in str(stated)
    assert only(saved(marked((414, 585)), "PNG", dpi=(72, 72)), MediaType.PNG).size_known


def test_black_and_white_pages_are_pages() -> None:
    for colour in ("black", "white"):
        picture = only(saved(Image.new("RGB", A4, colour), "JPEG"), MediaType.JPEG)
        assert np.ptp(picture.image.pixels) == 0


# Broken files


def busy(size: tuple[int, int] = A4) -> Image.Image:
    """A page that no row of is like another or zero, so that compression spreads evenly."""
    noise = np.random.default_rng(5).integers(60, 255, (size[1] // 4, size[0] // 4), np.uint8)
    return Image.fromarray(noise).resize(size).convert("RGB")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "BMP"])
def test_of_a_truncated_file_the_rows_before_are_read(form: str) -> None:
    image = busy()
    data = saved(image, form)
    picture = only(data[: len(data) * 6 // 10], MediaType[form])
    assert 0.5 < picture.kept < 0.62
    pixels = picture.image.pixels
    assert pixels.shape[0] == round(1169 * picture.kept)
    whole = only(data, MediaType[form]).image.pixels
    # BMP is stored from the last row to the first
    rows = slice(-pixels.shape[0], None) if form == "BMP" else slice(0, pixels.shape[0])
    assert np.array_equal(pixels, whole[rows])
    stated = form == "BMP"  # Pillow writes 96 dpi
    assert picture.image.scale == pytest.approx(96 / 72 if stated else 1169 / 841.89, rel=1e-3)


def test_the_lost_rows_of_a_turned_photo_are_lost_at_its_side() -> None:
    exif = Image.Exif()
    exif[274] = 6
    data = saved(busy(), "JPEG", exif=exif)
    picture = only(data[: len(data) // 2], MediaType.JPEG)
    assert picture.image.pixels.shape[0] == 827
    assert picture.image.pixels.shape[1] < 700


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("WEBP", {}),
        ("TIFF", {}),
    ],
)
def test_a_truncated_file_whose_rows_do_not_follow_each_other_is_damaged(
    form: str, options: dict[str, Any]
) -> None:
    data = saved(busy(), form, **options)
    fault = refused(data[: len(data) * 6 // 10], MediaType[form])
    assert fault.kind is FailureKind.DAMAGED


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF"])
def test_the_head_of_a_file_alone_is_damaged(form: str) -> None:
    data = saved(marked(), form)
    for length in (4, 12, 30):
        assert refused(data[:length], MediaType[form]).kind is FailureKind.DAMAGED


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_damage_raises_anything_but_a_fault(form: str, data: st.DataObject) -> None:
    broken = bytearray(_WHOLE[form])
    for place in data.draw(st.lists(st.integers(4, len(broken) - 1), max_size=8)):
        broken[place] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(8, len(broken)))
    try:
        file = PictureFile(bytes(broken[:length]), MediaType[form], most_pages=3)
        picture = file.page(1)
    except DocumentFault:
        pass
    else:
        assert 0 < picture.kept <= 1
        assert picture.image.pixels.shape[2] == 3


_WHOLE: dict[str, bytes] = {
    form: saved(marked((410, 420)), form) for form in ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF")
}


@pytest.mark.skipif(find_spec("pillow_heif") is not None, reason="the HEIC library is installed")
def test_a_heic_photo_without_the_library_says_what_to_install() -> None:
    with pytest.raises(ProgramMissing, match="pillow-heif"):
        PictureFile(b"\0\0\0\x18ftypheic", MediaType.HEIC)


def test_the_same_file_gives_the_same_pixels() -> None:
    data = saved(busy((2600, 1900)), "JPEG", dpi=(450, 450))
    first, again = (only(data, MediaType.JPEG).image.pixels for _ in range(2))
    assert np.array_equal(first, again)
