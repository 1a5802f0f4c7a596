"""Pages that are pictures go to the scanner as pixels, each page by itself, with its own faults."""

from __future__ import annotations

import io
import zlib
from typing import Any

import numpy as np
import pikepdf
import pytest
from pdf_making import saved
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw
from shares import one_in

from extractors.deadline import Deadline
from extractors.pdf.document import PdfFile
from extractors.pdf.page_image import page_image
from extractors.reading import read_document
from extractors.scan import reading as scanning
from extractors.scan.reading import ScanReading
from extractors.settings import ReadSettings
from gouji.grids import Line
from gouji.model import Box, DocumentFault, Failure, FailureKind, PageText, Route
from ocr.image import PageImage

SETTINGS = ReadSettings(second_reader=False)
WIDE, HIGH = 1240, 1754  # A4 at 150 dpi
GREY = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
BITS = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1}


def scan(size: tuple[int, int] = (WIDE, HIGH)) -> Image.Image:
    """A page with ink in every row, black at its upper left."""
    noise = np.random.default_rng(3).integers(120, 250, (size[1] // 3 + 1, size[0] // 3 + 1))
    image = Image.fromarray(np.kron(noise, np.ones((3, 3))).astype(np.uint8)[: size[1], : size[0]])
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 3), fill=0)
    return image


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def fax(image: Image.Image) -> bytes:
    data = encoded(image.convert("1"), "TIFF", compression="group4", strip_size=1 << 30)
    with Image.open(io.BytesIO(data)) as tiff:
        (start,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]  # type: ignore[attr-defined]
    return data[start : start + length]


FAX = Dictionary(K=-1, Columns=WIDE, Rows=HIGH, BlackIs1=True)


def of_pictures(
    *pictures: tuple[bytes, Name, dict[str, Any]],
    places: list[str] | None = None,
    size: tuple[int, int] = (WIDE, HIGH),
    page: tuple[float, float] = (595.2, 841.92),
    rotate: int = 0,
    unit: float = 1.0,
    **more: Any,
) -> bytes:
    """A page of pictures; each fills it, or is put where its matrix in ``places`` says."""
    document = pikepdf.new()
    document.add_blank_page(page_size=page)
    first = document.pages[0]
    first.Resources = Dictionary(XObject=Dictionary())
    content = []
    for number, (data, kind, facts) in enumerate(pictures):
        entries = dict(facts)
        stream = pikepdf.Stream(document, b"")
        stream.write(data, filter=kind, decode_parms=entries.pop("DecodeParms", None))
        stream.Type, stream.Subtype = Name.XObject, Name.Image
        stream.Width, stream.Height = entries.pop("size", size)
        for key, value in entries.items():
            stream[Name(f"/{key}")] = value
        first.Resources.XObject[Name(f"/I{number}")] = document.make_indirect(stream)
        place = places[number] if places else f"{page[0]} 0 0 {page[1]} 0 0"
        content.append(f"q {place} cm /I{number} Do Q")
    first.Contents = document.make_stream("\n".join(content).encode())
    if rotate:
        first.Rotate = rotate
    if unit != 1:
        first.UserUnit = unit
    for key, value in more.items():
        first[Name(f"/{key}")] = value
    return saved(document)


def drawn(data: bytes, number: int = 1) -> tuple[PageImage, Failure | None]:
    with PdfFile(data) as file, file.page(number) as page:
        return page_image(page, Deadline.after(60, FailureKind.PAGE_TIMEOUT))


JPEG = (encoded(scan(), "JPEG", quality=85), Name.DCTDecode)
FLATE = (zlib.compress(scan().tobytes()), Name.FlateDecode)
JPEG2000 = (encoded(scan(), "JPEG2000", quality_layers=[20]), Name.JPXDecode)
CCITT = (fax(scan()), Name.CCITTFaxDecode)


@pytest.mark.parametrize(
    "picture",
    [
        (*JPEG, GREY),
        (*FLATE, GREY),
        (*JPEG2000, {}),
        (*CCITT, {**BITS, "DecodeParms": FAX}),
    ],
    ids=["jpeg", "flate", "jpeg2000", "ccitt"],
)
def test_a_page_that_is_one_picture_has_its_pixels(picture: Any) -> None:
    image, lost = drawn(of_pictures(picture))
    assert lost is None
    assert image.pixels.shape == (HIGH, WIDE, 3)
    assert image.scale == pytest.approx(150 / 72, rel=1e-3)
    assert image.pixels[100, 100].max() < 30
    assert np.abs(image.pixels[:500, 500:, 0].mean() - 185) < 25


@pytest.mark.parametrize("points", [1240, 8000, 150])
def test_a_page_that_states_a_size_no_paper_has_keeps_the_pixels_of_its_picture(
    points: int,
) -> None:
    size = (1240, 1754)
    picture = (encoded(Image.new("L", size, 200), "JPEG"), Name.DCTDecode, GREY | {"size": size})
    image, _ = drawn(of_pictures(picture, page=(points, round(points * 1754 / 1240))))
    assert image.pixels.shape[1] == pytest.approx(1240, rel=2e-3)
    assert image.width == pytest.approx(points)


@pytest.mark.parametrize(
    ("dots", "expected"), [(72, 110), (150, 150), (204, 204), (300, 300), (600, 300)]
)
def test_a_page_is_drawn_as_fine_as_its_picture(dots: int, expected: int) -> None:
    size = (round(WIDE * dots / 150), round(HIGH * dots / 150))
    picture = (encoded(Image.new("L", size, 200), "JPEG"), Name.DCTDecode, GREY | {"size": size})
    image, _ = drawn(of_pictures(picture))
    assert image.scale * 72 == pytest.approx(expected, rel=2e-3)


def samples(bits: int) -> bytes:
    grey = np.asarray(scan())
    match bits:
        case 16:
            stored = (grey.astype(np.uint16) * 257).astype(">u2")
        case 4:
            stored = grey[:, ::2] & 0xF0 | grey[:, 1::2] >> 4
        case 2:
            stored = sum(grey[:, n::4] >> 6 << (6 - 2 * n) for n in range(4))
        case _:
            stored = grey
    return zlib.compress(stored.tobytes())


@pytest.mark.parametrize(
    ("bits", "more"),
    one_in(
        3,
        [
            (16, {}),
            (4, {}),
            (2, {}),
            (8, {"Mask": Array([250, 255])}),
            (8, {"Decode": Array([0, 1])}),
        ],
    ),
    ids=["16 bits", "4 bits", "2 bits", "a transparent colour", "decode"],
)
def test_samples_of_any_depth_are_a_whole_page(bits: int, more: dict[str, Any]) -> None:
    facts = GREY | {"BitsPerComponent": bits} | more
    image, lost = drawn(of_pictures((samples(bits), Name.FlateDecode, facts)))
    assert lost is None
    assert image.pixels.shape == (HIGH, WIDE, 3)
    assert image.pixels[100, 100].max() < 30


def test_what_the_decode_array_turns_round_is_turned_round() -> None:
    negative = zlib.compress((255 - np.asarray(scan())).tobytes())
    facts = GREY | {"Decode": Array([1, 0])}
    image, _ = drawn(of_pictures((negative, Name.FlateDecode, facts)))
    assert image.pixels[100, 100].max() < 30
    assert image.pixels[100, 1000].min() > 100


def test_letters_as_a_fine_stencil_over_a_coarse_ground_count() -> None:
    ground = (encoded(Image.new("L", (620, 877), 240), "JPEG"), Name.DCTDecode)
    mask = (*CCITT, {"ImageMask": True, "BitsPerComponent": 1, "DecodeParms": FAX})
    image, _ = drawn(of_pictures((*ground, GREY | {"size": (620, 877)}), mask))
    assert image.scale * 72 == pytest.approx(150, rel=2e-3)


def test_strips_of_a_page_make_one_page() -> None:
    whole = scan()
    strips, places = [], []
    for top in range(0, HIGH, 100):
        part = whole.crop((0, top, WIDE, min(top + 100, HIGH)))
        data = zlib.compress(part.tobytes())
        strips.append((data, Name.FlateDecode, GREY | {"size": part.size}))
        scale = 841.92 / HIGH
        places.append(
            f"595.2 0 0 {part.height * scale:.4f} 0 {841.92 - (top + part.height) * scale:.4f}"
        )
    image, lost = drawn(of_pictures(*strips, places=places))
    assert lost is None
    assert image.scale * 72 == pytest.approx(150, rel=1e-2)
    expected = np.asarray(whole, np.int16)
    assert np.abs(image.pixels[:HIGH, :WIDE, 0].astype(np.int16) - expected).mean() < 10
    strips[3] = (b"no picture", Name.DCTDecode, GREY | {"size": (WIDE, 100)})
    with pytest.raises(DocumentFault, match="damaged"):
        drawn(of_pictures(*strips, places=places))


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_rotated_page_is_drawn_as_displayed(rotate: int) -> None:
    image, _ = drawn(of_pictures((*FLATE, GREY), rotate=rotate))
    upright = np.rot90(image.pixels, rotate // 90)
    assert upright.shape == (HIGH, WIDE, 3)
    assert upright[100, 100].max() < 30
    assert image.width == pytest.approx(595.2 if rotate % 180 == 0 else 841.92, abs=0.5)


def test_a_unit_that_is_no_point_and_a_crop_box_are_taken_in() -> None:
    image, _ = drawn(of_pictures((*FLATE, GREY), page=(297.6, 420.96), unit=2.0))
    assert image.width == pytest.approx(595.2, abs=0.5)
    assert image.pixels.shape == (HIGH, WIDE, 3)
    half = of_pictures((*FLATE, GREY), CropBox=Array([0, 420.96, 297.6, 841.92]))
    image, _ = drawn(half)
    assert image.pixels.shape[:2] == (HIGH // 2, WIDE // 2)


@pytest.mark.parametrize(
    "picture",
    [
        (b"no picture at all", Name.DCTDecode, GREY),
        (b"no picture at all", Name.JPXDecode, {}),
        (b"no picture at all", Name.JBIG2Decode, BITS),
        (JPEG2000[0][:-5000], Name.JPXDecode, {}),
        (encoded(scan(), "JPEG", progressive=True)[:-9000], Name.DCTDecode, GREY),
        (b"", Name.FlateDecode, GREY),
        (b"anything", Name("/NoSuchDecode"), GREY),
    ],
)
def test_a_picture_that_cannot_be_decoded_is_no_white_page(picture: Any) -> None:
    with pytest.raises(DocumentFault, match="damaged") as caught:
        drawn(of_pictures(picture))
    assert caught.value.kind is FailureKind.PAGE_BROKEN


@pytest.mark.parametrize(
    "picture",
    [
        (JPEG[0][: len(JPEG[0]) * 6 // 10], Name.DCTDecode, GREY),
        (FLATE[0][: len(FLATE[0]) * 6 // 10], Name.FlateDecode, GREY),
        (CCITT[0][: len(CCITT[0]) * 6 // 10], Name.CCITTFaxDecode, BITS | {"DecodeParms": FAX}),
    ],
    ids=["jpeg", "flate", "ccitt"],
)
def test_where_a_picture_breaks_off_the_page_ends(picture: Any) -> None:
    image, lost = drawn(of_pictures(picture))
    assert lost is not None
    assert (lost.page, lost.kind) == (1, FailureKind.DAMAGED)
    whole, _ = drawn(of_pictures((*FLATE, GREY)))
    rows = image.pixels.shape[0]
    assert 0.4 * HIGH < rows < 0.75 * HIGH
    assert image.pixels.shape[1] == WIDE
    assert image.scale == whole.scale
    assert image.pixels[rows - 20 :].std() > 10, "the end is not the decoder's filling"
    with pytest.raises(DocumentFault, match="breaks off"):
        drawn(of_pictures(picture, rotate=180))


def test_a_jpeg_that_only_lacks_its_end_mark_is_whole() -> None:
    image, lost = drawn(of_pictures((JPEG[0][:-2], Name.DCTDecode, GREY)))
    assert lost is None
    assert image.pixels.shape[0] == HIGH


def test_a_page_at_30_dpi_is_too_coarse() -> None:
    size = (248, 351)
    picture = (encoded(scan(size), "JPEG"), Name.DCTDecode, GREY | {"size": size})
    with pytest.raises(DocumentFault, match="30 dots an inch"):
        drawn(of_pictures(picture))


def test_a_seal_that_is_damaged_does_not_cost_the_page() -> None:
    seal = (b"no picture", Name.DCTDecode, GREY | {"size": (200, 200)})
    places = ["595.2 0 0 841.92 0 0", "90 0 0 90 400 100"]
    image, lost = drawn(of_pictures((*FLATE, GREY), seal, places=places))
    assert image.pixels.shape[0] == HIGH
    assert lost is not None
    assert "1 small picture" in lost.message


def test_an_inline_picture_is_a_picture() -> None:
    document = pikepdf.new()
    document.add_blank_page(page_size=(300, 300))
    pixels = bytes(range(0, 240, 4)) * 60
    document.pages[0].Contents = document.make_stream(
        b"q 300 0 0 300 0 0 cm BI /W 60 /H 60 /CS /G /BPC 8 ID " + pixels + b" EI Q"
    )
    with pytest.raises(DocumentFault, match="14 dots an inch"):
        drawn(saved(document))


# The way to the scanner


class Remembers:
    """A scanner that remembers what it was given and finds a line on every page."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, tuple[int, ...]]] = []

    def __call__(self, image: PageImage, number: int) -> ScanReading:
        self.seen.append((number, image.pixels.shape))
        if number == 99:
            raise RuntimeError("a mistake")
        line = Line(f"found on {number}", Box(10, 10, 90, 20), 10.0)
        return ScanReading(image.height, lines=(line,), text=PageText(number, line.text))


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Remembers:
    made = Remembers()
    monkeypatch.setattr(scanning, "installed_scanner", lambda settings: made)
    return made


@pytest.fixture
def without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(settings: ReadSettings) -> None:
        raise scanning.EngineMissing("none")

    monkeypatch.setattr(scanning, "installed_scanner", missing)


def of_pages(*images: Image.Image) -> bytes:
    return encoded(images[0], "TIFF", save_all=True, append_images=list(images[1:]))


@pytest.mark.usefixtures("without_engine")
def test_without_an_engine_a_page_needs_ocr() -> None:
    for data in (of_pictures((*JPEG, GREY)), encoded(scan(), "PNG")):
        reading = read_document("a", data, SETTINGS)
        assert [page.route for page in reading.pages] == [Route.SCAN]
        assert [(f.page, f.kind) for f in reading.failures] == [(1, FailureKind.NEEDS_OCR)]


def test_pages_of_a_picture_file_are_scanned_one_by_one(scanner: Remembers) -> None:
    data = of_pages(scan(), Image.new("L", (600, 800), 255), scan((500, 700)), scan((90, 90)))
    reading = read_document("a.tif", data, SETTINGS)
    assert scanner.seen == [(1, (HIGH, WIDE, 3)), (3, (700, 500, 3))]
    assert [t.text for t in reading.text] == ["found on 1", "found on 3"]
    assert [page.route for page in reading.pages] == [Route.SCAN, Route.EMPTY, Route.SCAN]
    assert [(f.page, f.kind) for f in reading.failures] == [(4, FailureKind.PAGE_BROKEN)]
    assert reading.source.pages == 4


def test_pages_skipped_and_pages_beyond_the_limit_are_not_scanned(scanner: Remembers) -> None:
    data = of_pages(*[scan((500, 700))] * 4)
    few = ReadSettings(second_reader=False, max_pages=2)
    seen: list[int] = []
    reading = read_document("a.tif", data, few, skip=frozenset((1,)), on_page=seen.append)
    assert [number for number, _ in scanner.seen] == [2]
    assert seen == [2, 0]
    assert [f.kind for f in reading.failures] == [FailureKind.TOO_MANY_PAGES]


def test_a_truncated_photo_is_read_as_far_as_it_goes(scanner: Remembers) -> None:
    data = encoded(scan(), "JPEG")
    reading = read_document("a.jpg", data[: len(data) // 2], SETTINGS)
    assert len(scanner.seen) == 1
    assert scanner.seen[0][1][0] < 0.6 * HIGH
    (failure,) = reading.failures
    assert (failure.page, failure.kind) == (1, FailureKind.DAMAGED)


def test_of_a_mixed_pdf_only_the_scanned_pages_are_scanned(scanner: Remembers) -> None:
    with pikepdf.open(io.BytesIO(of_pictures((*JPEG, GREY)))) as document:
        text = document.add_blank_page(page_size=(595, 842))
        text.Resources = Dictionary(
            Font=Dictionary(
                F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            )
        )
        text.Contents = document.make_stream(b"BT /F 12 Tf 72 700 Td (printed) Tj ET")
        document.pages.append(document.pages[0])
        data = saved(document)
    reading = read_document("a.pdf", data, SETTINGS)
    assert [number for number, _ in scanner.seen] == [1, 3]
    assert [t.text for t in reading.text] == ["found on 1", "printed", "found on 3"]
    assert reading.failures == ()


def test_a_mistake_of_the_scanner_costs_its_page(scanner: Remembers) -> None:
    data = of_pages(*[Image.linear_gradient("L").resize((400, 400))] * 100)
    reading = read_document("a.tif", data, SETTINGS)
    assert [(f.page, f.kind) for f in reading.failures] == [(99, FailureKind.INTERNAL)]
    assert len(reading.text) == 99


@pytest.mark.parametrize("colour", ["black", "white"])
def test_a_page_of_one_colour_is_empty(scanner: Remembers, colour: str) -> None:
    reading = read_document(
        "a.png", encoded(Image.new("RGB", (900, 1200), colour), "PNG"), SETTINGS
    )
    assert reading.failures == ()
    assert [page.route for page in reading.pages] == [Route.EMPTY]
    assert not scanner.seen
