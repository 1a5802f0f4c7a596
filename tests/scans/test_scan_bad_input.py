"""Pictures that are no scan of a report, or a spoilt one: no number is made up, nothing breaks."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from places import ROOT

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import CellState, DocumentReading, EngineMissing, FailureKind
from ocr.engines import default_engine

PHOTO = ROOT / "samples/scans/t21_photo_page2.jpg"
TRUTH = ROOT / "samples/scans/t21_photo_page2.truth.json"
DIGITAL = ROOT / "samples/digital/t21_plain.pdf"
SETTINGS = ReadSettings(page_seconds=300)
SIZE = (1240, 1754)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def png_of_nothing(side: int) -> bytes:
    """A PNG of black rows, made without making them."""
    deflate, pieces = zlib.compressobj(1), []
    row = bytes(1 + side // 8)
    for _ in range(side // 100):
        pieces.append(deflate.compress(row * 100))
    pieces.append(deflate.flush())
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
        (b"IDAT", b"".join(pieces)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@cache
def photo() -> Image.Image:
    with Image.open(PHOTO) as image:
        return image.convert("RGB")


def grain(low: int, high: int, seed: int = 1) -> Image.Image:
    values = np.random.default_rng(seed).integers(low, high, SIZE[::-1], dtype=np.uint8)
    return Image.fromarray(values)


def scenery() -> Image.Image:
    """Soft patches of colour, as a photo of something else has them."""
    patches = np.random.default_rng(2).integers(0, 255, (15, 12, 3), dtype=np.uint8)
    image = Image.fromarray(np.kron(patches, np.ones((100, 100, 1), np.uint8)))
    return image.filter(ImageFilter.GaussianBlur(30))


def run(folder: Path, models: Path | None = None) -> tuple[int, dict[str, Any], str]:
    """`gouji read` as a program: its status, the readings by name, and what it said."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GOUJI_")}
    environment["GOUJI_PAGE_SECONDS"] = "300"
    if models is not None:
        environment["GOUJI_MODELS"] = str(models)
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "read", str(folder), "--json", "--work", folder / "w"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {reading["source"]["name"]: reading for reading in found}, done.stderr


@pytest.mark.slow
def test_what_cannot_be_read_costs_itself_and_the_rest_is_read(tmp_path: Path) -> None:
    jpeg = PHOTO.read_bytes()
    files: Mapping[str, bytes] = {
        "black.png": png(Image.new("L", SIZE, 0)),
        "white.png": png(Image.new("L", SIZE, 255)),
        "huge.png": png_of_nothing(20_000),
        "coarse.png": png(photo().resize((248, 350))),  # A4 at 30 dpi
        "head.jpg": jpeg[:300],
        "photo.jpg": jpeg,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    shutil.copy(DIGITAL, tmp_path)
    empty = tmp_path / "none"
    empty.mkdir()
    status, readings, said = run(tmp_path, empty)
    assert status == 3
    assert "Run `gouji models fetch`." in " ".join(said.split())
    assert "Traceback" not in said
    kinds = {name: [f["kind"] for f in r["failures"]] for name, r in readings.items()}
    assert kinds == {
        "black.png": [], "white.png": [], "huge.png": ["unsafe"], "coarse.png": ["page_broken"],
        "head.jpg": ["damaged"], "photo.jpg": ["needs_ocr"], DIGITAL.name: [],
    }  # fmt: skip
    assert len(readings[DIGITAL.name]["cells"]) == 200
    assert [r["pages"][0]["route"] for r in map(readings.get, ("black.png", "white.png")) if r] == [
        "empty", "empty"
    ]  # fmt: skip


needs_engine = pytest.mark.usefixtures("engine")


@pytest.fixture
def engine() -> None:
    try:
        default_engine()
    except EngineMissing as missing:
        pytest.skip(f"no OCR engine: {missing}")


def numbers(reading: DocumentReading) -> dict[str, Any]:
    return {c.key: c.value for c in reading.cells if c.value is not None}


def never_wrongly_accepted(reading: DocumentReading) -> bool:
    truth = json.loads(TRUTH.read_text("utf-8"))["cells"]
    accepted = [c for c in reading.cells if c.state is CellState.ACCEPTED and c.value is not None]
    return all(truth[cell.key] == cell.value for cell in accepted)


@pytest.mark.slow
@needs_engine
@pytest.mark.parametrize(
    "image",
    [grain(0, 40), grain(225, 255), grain(0, 255), scenery()],
    ids=["dark", "light", "noise", "scenery"],
)
def test_a_picture_of_something_else_holds_no_number(image: Image.Image) -> None:
    reading = read_document("a.png", png(image), SETTINGS)
    assert numbers(reading) == {}
    assert [page.route for page in reading.pages] == ["scan"]


@pytest.mark.slow
@needs_engine
@pytest.mark.parametrize("kept", [0.1, 0.5])
def test_of_a_jpeg_that_breaks_off_only_what_is_there_is_read(kept: float) -> None:
    data = PHOTO.read_bytes()
    reading = read_document("a.jpg", data[: int(kept * len(data))], SETTINGS)
    assert [f.kind for f in reading.failures] == [FailureKind.DAMAGED]
    assert never_wrongly_accepted(reading)


@pytest.mark.slow
@needs_engine
@pytest.mark.parametrize("box", [(200, 0, 900, 1747), (0, 300, 1310, 1000)], ids=["sides", "ends"])
def test_a_table_cut_off_at_the_edge_of_the_page_is_not_completed(
    box: tuple[int, int, int, int],
) -> None:
    reading = read_document("a.png", png(photo().crop(box)), SETTINGS)
    assert never_wrongly_accepted(reading)


@pytest.mark.slow
@needs_engine
def test_handwriting_in_a_cell_is_for_a_person_to_read() -> None:
    with Image.open(PHOTO) as turned:  # as it is displayed, and as places are told
        image = ImageOps.exif_transpose(turned).convert("RGB")
    page = read_document("a.png", png(image), SETTINGS)
    values = [c for c in page.cells if c.place is not None and c.place.box and c.value is not None]
    chosen = values[:: max(1, len(values) // 6)]
    assert len(chosen) >= 6
    scale = image.width / page.pages[0].facts.width
    draw = ImageDraw.Draw(image)
    rng = np.random.default_rng(5)
    for cell in chosen:
        box = cell.place.box if cell.place is not None else None
        assert box is not None
        t = np.linspace(0, 1, 60)
        for _ in range(2):
            a, b = rng.uniform(1.5, 4, 2), rng.uniform(0, 6, 2)
            x = box.left + box.width * (0.15 + 0.7 * t)
            y = box.center_y + 0.3 * box.height * np.sin(a[0] * 6 * t + b[0]) * np.cos(a[1] * t)
            line = [(float(u) * scale, float(v) * scale) for u, v in zip(x, y, strict=True)]
            draw.line(line, (30, 30, 90), width=2)
    written = {c.key: c for c in read_document("a.png", png(image), SETTINGS).cells}
    for cell in chosen:
        assert written[cell.key].state is CellState.REVIEW


@pytest.mark.slow
@needs_engine
def test_a_page_upside_down_among_others_is_read_as_the_others_are(tmp_path: Path) -> None:
    pages = [photo(), photo().rotate(180)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    reading = read_document("a.tif", out.getvalue(), SETTINGS)
    first, second = ([t for t in reading.tables if t.page == number] for number in (1, 2))
    assert len(first) == len(second) > 0
    same = total = 0
    for upright, turned in zip(first, second, strict=True):
        digits = [c.text for c in upright.cells if c.text.isdigit()]
        others = [c.text for c in turned.cells if c.text.isdigit()]
        total += len(digits)
        same += sum(a in others for a in digits)
    assert same >= 0.9 * total


@pytest.mark.slow
@needs_engine
def test_spoilt_pictures_through_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "noise.png").write_bytes(png(grain(0, 255)))
    (tmp_path / "other.png").write_bytes(png(scenery()))
    (tmp_path / "part.jpg").write_bytes(PHOTO.read_bytes()[:30_000])
    status, readings, said = run(tmp_path)
    assert status == 0
    assert "Traceback" not in said
    assert len(readings) == 3
    assert all(cell["value"] is None for r in readings.values() for cell in r["cells"])
