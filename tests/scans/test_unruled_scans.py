"""Scanned tables whose rules are gone: numbers and labels show where the cells are."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from places import SAMPLES
from scan_making import PATIENT, needs_engine, truth_of

from extractors.reading import read_document
from extractors.scan.unruled import with_unruled
from gouji.grids.spans import Span
from gouji.model import CellState, DocumentReading
from gouji.reports.shapes import form_shapes
from ocr.engines import default_engine
from ocr.geometry import straighten
from ocr.grid import find_grid
from ocr.image import PageImage
from samples.generator.committed_scans import SCANS_FOLDER

pytestmark = [needs_engine, pytest.mark.slow]
DOTS = 200


@cache
def bare_pages(left: float = 0.0) -> tuple[Image.Image, ...]:
    """The pages of a fax, black and white, with all that is a rule made white but for such a share
    of its pixels, which are left as dots."""
    chance = np.random.default_rng(5)
    pages = []
    with pypdfium2.PdfDocument(SCANS_FOLDER / "t19_fax.pdf") as document:
        for page in document:
            picture = np.asarray(page.render(scale=DOTS / 72).to_pil().convert("RGB"))
            straight = straighten(PageImage(picture, DOTS / 72), default_engine())
            grid = find_grid(straight.page, straight.grey, form_shapes())
            grey = straight.page.pixels.max(axis=2).copy()
            grey[grid.rules.mask > 0] = 255
            dots = np.argwhere(grid.found.mask > 0)
            for row, column in dots[chance.random(len(dots)) < left]:
                grey[row, column : column + 2] = 0
            pages.append(Image.fromarray(np.where(grey < 128, 0, 255).astype(np.uint8)))
    return tuple(pages)


def read(*pages: Image.Image) -> DocumentReading:
    out = io.BytesIO()
    first, *others = [page.convert("1") for page in pages]
    options = {"compression": "group4", "dpi": (DOTS, DOTS)}
    first.save(out, "TIFF", save_all=True, append_images=others, **options)
    return read_document("fax.tif", out.getvalue(), PATIENT)


def wrong(reading: DocumentReading) -> dict[str, object]:
    """The cells that say another number than is printed, or none."""
    truth = truth_of("t19_fax")
    found = {cell.key: cell for cell in reading.cells}
    return {
        key: found[key].value if key in found else "no such cell"
        for key, value in truth["cells"].items()
        if value is not None and (key not in found or found[key].value != value)
    }


def test_a_fax_without_rules_is_read() -> None:
    amiss = wrong(read(*bare_pages()))
    assert len(amiss) <= 2, amiss


def test_dots_that_are_left_of_rules_are_neither_rules_nor_numbers() -> None:
    reading = read(*bare_pages(0.004))
    amiss = wrong(reading)
    assert len(amiss) <= 8, amiss
    accepted = {cell.key for cell in reading.cells if cell.state is CellState.ACCEPTED}
    assert accepted.isdisjoint(amiss)


def test_specks_between_the_rows_are_no_numbers() -> None:
    chance = np.random.default_rng(11)
    dirty = []
    for page in bare_pages():
        pixels = np.asarray(page).copy()
        for _ in range(400):
            row, column = (int(chance.integers(2, size - 4)) for size in pixels.shape)
            high, wide = chance.integers(1, 3, 2)
            pixels[row : row + high, column : column + wide] = 0
        dirty.append(Image.fromarray(pixels))
    reading = read(*dirty)
    amiss = wrong(reading)
    assert len(amiss) <= 12, amiss
    accepted = {c.key for c in reading.cells if c.state is CellState.ACCEPTED}
    assert not accepted & set(amiss)


def test_a_page_of_text_has_no_table() -> None:
    page = np.asarray(bare_pages()[0])
    text = np.full_like(page, 255)
    text[: page.shape[0] // 4] = page[: page.shape[0] // 4]
    assert read(Image.fromarray(text)).tables == ()


def test_a_number_that_is_gone_leaves_the_others_in_their_columns() -> None:
    pages = list(bare_pages())
    key = "review_litigation/litigation_direct/corrected"
    place = next(cell for cell in read(*pages).cells if cell.key == key).place
    assert place is not None
    assert place.page is not None
    assert place.box is not None
    pixels = np.asarray(pages[place.page - 1]).copy()
    top, bottom = (round(y * DOTS / 72) for y in (place.box.top, place.box.bottom))
    left, right = (round(x * DOTS / 72) for x in (place.box.left, place.box.right))
    pixels[top:bottom, left:right] = 255
    pages[place.page - 1] = Image.fromarray(pixels)
    amiss = wrong(read(*pages))
    assert len(amiss.keys() - {key}) <= 2, amiss


def test_few_numbers_of_part_four_stand_in_the_columns_of_their_heads() -> None:
    """Where most cells are left blank only the heads tell how many columns there are."""
    pages = list(bare_pages())
    before = {cell.key: cell for cell in read(*pages).cells}
    keys = [key for key in before if key.startswith("review_litigation/")]
    kept = keys[2::3]
    for key in set(keys) - set(kept):
        place = before[key].place
        assert place is not None
        assert place.page is not None
        assert place.box is not None
        pixels = np.asarray(pages[place.page - 1]).copy()
        top, bottom = (
            round(y * DOTS / 72) + d for y, d in ((place.box.top, 3), (place.box.bottom, -3))
        )
        left, right = (round(x * DOTS / 72) for x in (place.box.left, place.box.right))
        pixels[top:bottom, left:right] = 255
        pages[place.page - 1] = Image.fromarray(pixels)
    after = {cell.key: cell.value for cell in read(*pages).cells}
    assert {key: after.get(key) for key in kept} == {key: before[key].value for key in kept}
    assert not any(after.get(key) for key in set(keys) - set(kept))


def test_a_table_with_a_faint_side_stays_though_one_is_laid_over_all_of_part_two() -> None:
    """Part two in four tables, the first of which is not seen as well as the others."""
    with pypdfium2.PdfDocument(SAMPLES / "t21_slashes.pdf") as document:
        picture = np.asarray(document[0].render(scale=DOTS / 72).to_pil().convert("RGB"))
    page = PageImage(picture, DOTS / 72)
    grid = find_grid(page, None, form_shapes())
    assert len(grid.lattices) == 4
    first, *others = grid.lattices
    faint = replace(first, placing=(0.8,) * len(first.cells))
    found, _ = with_unruled(page, replace(grid, lattices=(faint, *others)), default_engine())
    assert [lattice.box for lattice in found.lattices] == [one.box for one in grid.lattices]


@pytest.mark.parametrize(
    ("seen", "width", "stays"), [(0.75, 1.0, True), (0.75, 0.8, False), (0.5, 1.0, False)]
)
def test_rules_that_go_round_all_print_stay_though_some_were_not_seen(
    seen: float, width: float, stays: bool
) -> None:
    """Part two on the foot of a page, with bands cut into cells: it agrees with no form."""
    with pypdfium2.PdfDocument(SAMPLES / "t21_plain.pdf") as document:
        picture = np.asarray(document[0].render(scale=DOTS / 72).to_pil().convert("RGB"))
    page = PageImage(picture, DOTS / 72)
    grid = find_grid(page, None, form_shapes())
    before, whole = grid.lattices
    columns, rows = len(whole.xs) - 1, len(whole.ys) - 1
    poor = replace(
        whole,
        xs=tuple(whole.xs[0] + width * (x - whole.xs[0]) for x in whole.xs),
        cells=tuple(Span(row, column, 1, 1) for row in range(rows) for column in range(columns)),
        placing=tuple(1.0 if at < seen * rows * columns else 0.8 for at in range(rows * columns)),
    )
    found, _ = with_unruled(page, replace(grid, lattices=(before, poor)), default_engine())
    assert (poor.box in [lattice.box for lattice in found.lattices]) == stays
