"""Pictures of paper: repeatable, damaged as asked, and every point of the page where it is said."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from reportlab.pdfgen.canvas import Canvas
from shares import one_in

from samples.generator import fonts
from samples.generator.__main__ import main
from samples.generator.committed_scans import SCANS_FOLDER, committed_scans
from samples.generator.places import CellPlace
from samples.generator.scans.batch import make_scans, plan_scan
from samples.generator.scans.containers import (
    BILEVEL,
    CONTAINERS,
    SINGLE,
    USUAL,
    suffix_of,
    write_single,
    write_whole,
)
from samples.generator.scans.geometry import Bend, Homography, Lens, Mapping, Step, Wave
from samples.generator.scans.levels import LEVELS, Level
from samples.generator.scans.pages import PagePicture, PrintedReport, device_of, page_pictures
from samples.generator.scans.seal import Seal, seal_ink

SIZE = (170.0, 240.0)  # of the test page, points
SQUARES = ((35, 40), (136, 50), (45, 195), (122, 190), (85, 115))
SIDE = 9.0
ALL_FONTS = (*fonts.FONTS.values(), *fonts.HELD_OUT.values())
needs_fonts = pytest.mark.skipif(
    not all(Path(font.path).is_file() for font in ALL_FONTS), reason="fonts are missing"
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> PrintedReport:
    """Two pages with five black squares each."""
    path = tmp_path_factory.mktemp("printed") / "squares.pdf"
    canvas = Canvas(str(path), pagesize=SIZE, invariant=True)
    for _ in range(2):
        for x, y in SQUARES:
            canvas.rect(x - SIDE / 2, SIZE[1] - y - SIDE / 2, SIDE, SIDE, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return PrintedReport(path, "某县人民政府", 10.0)


def taken(
    report: PrintedReport, seed: int, level: Level, *, bilevel: bool = False
) -> list[PagePicture]:
    return list(page_pictures(report, seed, level, (), bilevel))


@cache
def office_scan(report: PrintedReport, bilevel: bool = False) -> tuple[PagePicture, ...]:
    return tuple(taken(report, 3, 1, bilevel=bilevel))


def middle_of_square(
    pixels: np.ndarray, place: Sequence[float], scale: float
) -> tuple[float, float]:
    """Centre of what is dark within 12 points of a place."""
    grey = pixels if pixels.ndim == 2 else pixels.min(axis=2)
    grey = cv2.medianBlur(np.ascontiguousarray(grey), 3).astype(float)
    reach = round(12 * scale)
    left, top = max(0, round(place[0]) - reach), max(0, round(place[1]) - reach)
    part = grey[top : top + 2 * reach, left : left + 2 * reach]
    ink = np.clip(np.percentile(part, 90) * 0.55 - part, 0, None)
    rows, columns = np.indices(part.shape)
    return (
        left + float((columns * ink).sum() / ink.sum()) + 0.5,
        top + float((rows * ink).sum() / ink.sum()) + 0.5,
    )


# --- pictures ---


@pytest.mark.parametrize("level", one_in(4, LEVELS))
def test_a_seed_always_gives_the_same_pictures(printed: PrintedReport, level: Level) -> None:
    first, again, other = (
        next(page_pictures(printed, seed, level, ())).pixels for seed in (4, 4, 5)
    )
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


@pytest.mark.slow
def test_each_level_does_more_harm_than_the_one_before(printed: PrintedReport) -> None:
    def unevenness(level: Level) -> float:
        values = []
        for seed in range(3):
            for page in islice(page_pictures(printed, seed, level, ()), 1):
                x, y = page.mapping.to_pixels(np.array([(60.0, 140.0), (120.0, 170.0)])).T
                part = page.pixels[
                    int(min(y)) : int(max(y)) + 1, int(min(x)) : int(max(x)) + 1
                ]  # blank paper
                values.append(float(part.astype(float).std()))
        return float(np.median(values))

    assert unevenness(0) < unevenness(1) < unevenness(3)
    assert unevenness(0) < unevenness(2)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", one_in(4, range(4)))
def test_a_printed_square_is_where_the_mapping_says(
    printed: PrintedReport, level: Level, seed: int
) -> None:
    for page in islice(page_pictures(printed, seed, level, ()), 1):
        wanted = page.mapping.to_pixels(np.array(SQUARES, float))
        corner = page.mapping.to_pixels(np.array(SQUARES, float) + np.array([1.0, 0.0]))
        for place, beside in zip(wanted, corner, strict=True):
            scale = float(np.hypot(*(beside - place)))
            found = middle_of_square(page.pixels, place, scale)
            assert np.hypot(*(np.array(found) - place)) < max(1.0, 0.45 * scale), (place, found)


@pytest.mark.parametrize("seed", one_in(3, range(9)))
def test_thin_strokes_stay_in_black_and_white(tmp_path: Path, seed: int) -> None:
    """A machine whose threshold takes the hairs of the type away writes 11 for 14."""
    path = tmp_path / "hairs.pdf"
    canvas = Canvas(str(path), pagesize=SIZE, invariant=True)
    canvas.setLineWidth(0.35)
    rows = [60.0 + 7.3 * number for number in range(15)]
    for y in rows:
        canvas.line(80, SIZE[1] - y, 110, SIZE[1] - y)
    canvas.save()
    (page,) = taken(PrintedReport(path, "某县人民政府", 10.0), seed, 1, bilevel=True)
    along = np.array([(x, y) for y in rows for x in np.arange(80.5, 110, 0.25)])
    columns, lines = np.rint(page.mapping.to_pixels(along) - 0.5).astype(int).T
    dark = np.minimum.reduce([page.pixels[lines + shift, columns] for shift in (-1, 0, 1)]) == 0
    assert dark.mean() > 0.5


@pytest.mark.slow
def test_pages_of_the_harsh_level_are_turned(printed: PrintedReport) -> None:
    pages = [page for seed in range(12) for page in taken(printed, seed, 3)]
    assert {page.damage.quarter_turns for page in pages} == {0, 1, 2, 3}
    for page in pages:
        lies = page.damage.quarter_turns % 2 == 1
        assert (page.pixels.shape[1] > page.pixels.shape[0]) == lies


def test_the_resolution_is_raised_until_the_digits_can_be_read(printed: PrintedReport) -> None:
    small = PrintedReport(printed.pdf, printed.issuer, 4.5)
    for seed in range(20):
        fine, coarse = device_of(small, seed, 1), device_of(printed, seed, 1)
        assert fine.dpi * 4.5 * 0.66 / 72 >= 7.9
        assert fine.dpi >= coarse.dpi


# --- geometry ---

points = st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1400)), min_size=1, max_size=8).map(
    np.array
)
steps = st.one_of(
    st.builds(Homography.turned, st.floats(-10, 10), st.just((500.0, 700.0))),
    st.builds(
        lambda jitter: Homography.of_corners(
            [(0, 0), (1000, 0), (1000, 1400), (0, 1400)],
            np.array([(0, 0), (1000, 0), (1000, 1400), (0, 1400)]) + np.array(jitter),
        ),
        st.lists(st.tuples(st.floats(-80, 80), st.floats(-80, 80)), min_size=4, max_size=4),
    ),
    st.builds(
        Bend,
        st.tuples(st.builds(Wave, st.floats(-9, 9), st.floats(300, 2000), st.floats(0, 6))),
        st.floats(-20, 20),
        st.floats(60, 300),
        st.booleans(),
    ),
    st.builds(Lens, st.floats(-0.04, 0.04), st.just((500.0, 700.0)), st.just(900.0)),
)


@given(points, st.lists(steps, max_size=4))
@settings(max_examples=60, deadline=None)
def test_the_way_back_leads_to_where_a_point_came_from(places: np.ndarray, way: list[Step]) -> None:
    mapping = Mapping(2.0, tuple(way), 1000, 1400)
    there = mapping.to_pixels(places / 2.0)
    assert np.allclose(mapping.to_points(there), places / 2.0, atol=1e-3)


# --- marks ---


def test_what_is_printed_shows_through_a_seal() -> None:
    seal = Seal(100, 100, 110, 0, "某县人民政府", "", (200, 30, 40), 0.9, 0.2, 1)
    ink = seal_ink(seal, 2.0)
    assert 0.05 < float(ink.mean()) < 0.5
    assert float(ink.max()) <= 0.9


def test_pens_go_over_numbers_and_leave_everything_else(printed: PrintedReport) -> None:
    boxes = [(x, y, x + 30.0, y + 10.0) for x in (30.0, 110.0) for y in (70.0, 130.0, 215.0)]
    places = tuple(CellPlace(f"a/b/{n}", 1, box) for n, box in enumerate(boxes))
    report = replace(printed, places=places)
    [plain, written] = (
        next(page_pictures(report, 3, 0, marks)) for marks in ((), ("overwriting",))
    )
    changed = np.abs(plain.pixels.astype(int) - written.pixels.astype(int))
    changed = changed if changed.ndim == 2 else changed.max(axis=2)
    touched = 0
    for left, top, right, bottom in boxes:
        corners = plain.mapping.to_pixels(np.array([(left, top), (right, bottom)]))
        (x, y), (u, v) = np.rint(corners).astype(int)
        reach = 2 * (v - y)  # a correction is written beside the number
        part = changed[max(0, y - reach) : v + reach, max(0, x - reach) : u + reach]
        touched += bool((part > 60).any())
        part[:] = 0
    assert touched >= 2
    assert (changed > 60).sum() == 0


# --- containers ---


@pytest.mark.parametrize(
    "container",
    one_in(
        3,
        [
            pytest.param(c, marks=() if c in ("pdf_g4", "pdf_jbig2") else pytest.mark.slow)
            for c in CONTAINERS
            if c not in SINGLE
        ],
    ),
)
def test_a_whole_report_opens_with_as_many_pages(
    printed: PrintedReport, container: str, tmp_path: Path
) -> None:
    pages = office_scan(printed, container in BILEVEL)
    target = tmp_path / f"report{suffix_of(container)}"
    digital = write_whole(
        pages, target, container, Random(1), ["共收到申请10件", "其他"], printed.pdf
    )
    shown = []
    if target.suffix == ".pdf":
        with pypdfium2.PdfDocument(target) as document:
            for page, picture in zip(document, pages, strict=True):
                scale = picture.pixels.shape[1] / page.get_width()
                shown.append(
                    page.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3].copy()
                )
    else:
        with Image.open(target) as image:
            assert image.n_frames == len(pages)
            for number in range(len(pages)):
                image.seek(number)
                shown.append(np.asarray(image.convert("RGB")))
    for number, (seen, page) in enumerate(zip(shown, pages, strict=True), start=1):
        if number in digital:
            continue
        wanted = page.pixels if page.pixels.ndim == 3 else np.stack([page.pixels] * 3, axis=-1)
        rows, columns = (min(a, b) for a, b in zip(seen.shape[:2], wanted.shape[:2], strict=True))
        apart = np.abs(seen[:rows, :columns].astype(int) - wanted[:rows, :columns].astype(int))
        assert np.median(apart) < 8
        assert apart.mean() < 6
    assert (container == "pdf_mixed") == bool(digital)


@pytest.mark.parametrize("container", one_in(3, SINGLE))
def test_a_page_alone_opens_as_displayed(
    printed: PrintedReport, container: str, tmp_path: Path
) -> None:
    page = office_scan(printed)[0]
    target = tmp_path / f"page{suffix_of(container)}"
    write_single(page, target, container, Random(2))
    with Image.open(target) as image:
        if container == "jpg_exif":
            assert image.getexif()[274] in (3, 6, 8)
        if container in ("png", "jpg", "bmp"):
            assert image.info["dpi"][0] == pytest.approx(page.dpi, abs=1)
        if container == "jpg_bare":
            assert "dpi" not in image.info
        seen = np.asarray(ImageOps.exif_transpose(image).convert(Image.fromarray(page.pixels).mode))
    assert seen.shape == page.pixels.shape
    assert np.abs(seen.astype(int) - page.pixels.astype(int)).mean() < 6


def test_the_text_layer_is_not_seen_and_wrong(printed: PrintedReport, tmp_path: Path) -> None:
    target, words = tmp_path / "over.pdf", ["一二三四五六七八九0123456789" * 4] * 4
    write_whole(office_scan(printed), target, "pdf_text", Random(3), words, printed.pdf)
    with pypdfium2.PdfDocument(target) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "三四五" in text
    assert all(line not in text for line in words)


# --- files with truth ---


@pytest.mark.slow
@needs_fonts
def test_a_page_alone_tells_only_its_own_cells(tmp_path: Path) -> None:
    scan = plan_scan(2, 3, "jpg", form="T21", fonts="held-out")
    files = make_scans([scan], tmp_path)
    truths = [
        json.loads((tmp_path / f"{file.stem}.truth.json").read_text("utf-8")) for file in files
    ]
    assert len(files) > 1
    printed_keys = [key for truth in truths for key in truth["boxes"]]
    assert len(printed_keys) == len(set(printed_keys))
    for file, truth in zip(files, truths, strict=True):
        with Image.open(file) as image:
            width, height = image.size
        assert (width, height) == (truth["pages"][0]["width"], truth["pages"][0]["height"])
        for key, value in truth["cells"].items():
            if key not in truth["boxes"]:
                assert value is None
                assert truth["kinds"][key] == "cell_not_in_source"
        for _, corners in truth["boxes"].values():
            assert min(corners) >= -2
            assert max(corners[::2]) <= width + 2
            assert max(corners[1::2]) <= height + 2


def test_every_level_has_its_containers() -> None:
    assert {name for names in USUAL.values() for name in names} == set(CONTAINERS)
    for level in (2, 3):
        assert not set(USUAL[level]) & set(BILEVEL)  # type: ignore[index]


def test_marks_that_there_are_not_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--level", "1", "--marks", "coffee"])
    assert "coffee" in capsys.readouterr().err


# --- the committed ones ---


@pytest.mark.parametrize("scan", committed_scans(), ids=lambda scan: scan.name)
def test_a_committed_scan_is_small_and_opens(scan: object) -> None:
    name = scan.name  # type: ignore[attr-defined]
    truths = list(SCANS_FOLDER.glob(f"{name}*.truth.json"))
    files = [path for path in SCANS_FOLDER.glob(f"{name}*") if path not in truths]
    assert len(truths) == len(files) == 1
    assert files[0].stat().st_size < 600_000
    truth = json.loads(truths[0].read_text("utf-8"))
    if files[0].suffix == ".pdf":
        with pikepdf.open(files[0]) as pdf:
            assert len(pdf.pages) == len(truth["pages"])
    else:
        with Image.open(io.BytesIO(files[0].read_bytes())) as image:
            image.load()


@pytest.mark.slow
@needs_fonts
def test_the_committed_scans_are_what_the_generator_makes_now(tmp_path: Path) -> None:
    for made in make_scans(committed_scans(), tmp_path):
        name = f"{made.stem}.truth.json"
        assert (SCANS_FOLDER / name).read_text("utf-8") == (tmp_path / name).read_text("utf-8")
        size = (SCANS_FOLDER / made.name).stat().st_size
        assert made.stat().st_size == pytest.approx(size, rel=0.02)
