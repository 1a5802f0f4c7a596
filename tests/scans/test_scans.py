"""Real OCR on real pixels: what the committed scans say, and what pages without numbers do not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scan_making import (
    LICENCES,
    PATIENT,
    box_in_table,
    needs_engine,
    read,
    table_of_scan,
    truth_of,
)

from extractors.reading import read_document
from gouji.model import (
    Box,
    CellState,
    DocumentReading,
    Number,
    TableCell,
    TableCells,
    TablePart,
)
from gouji.reports.review import read_review
from gouji.reports.rows import Section, sections
from samples.generator.committed_scans import SCANS_FOLDER

pytestmark = needs_engine


def numbers(reading: DocumentReading) -> dict[str, Number]:
    return {cell.key: cell.value for cell in reading.cells if cell.value is not None}


def shown_in_table() -> dict[str, Number]:
    cells = truth_of("t21_office_scan")["cells"]
    return {key: value for key, value in cells.items() if key.startswith("article20/")}


def test_a_page_upside_down_after_a_blank_one_is_read_and_placed() -> None:
    table = table_of_scan()
    grain = np.random.default_rng(4).integers(225, 256, (*table.size[::-1], 1), dtype=np.uint8)
    blank = Image.fromarray(grain.repeat(3, axis=2))
    reading = read(blank, table.rotate(180))
    assert reading.failures == ()
    assert numbers(reading) == shown_in_table()
    assert {c.place.page for c in reading.cells if c.place and c.value is not None} == {2}
    licences = next(cell for cell in reading.cells if cell.key == LICENCES)
    left, top, right, bottom = box_in_table(LICENCES)
    assert licences.place is not None
    box = licences.place.box
    assert box is not None
    points = 72 / 150
    assert box.center_x == pytest.approx((table.width - (left + right) / 2) * points, abs=3)
    assert box.center_y == pytest.approx((table.height - (top + bottom) / 2) * points, abs=3)


@pytest.mark.slow
def test_a_scribble_in_a_cell_is_no_number() -> None:
    table = table_of_scan().copy()
    draw, (left, top, right, bottom) = ImageDraw.Draw(table), box_in_table(LICENCES)
    draw.rectangle((left, top, right, bottom), fill=table.getpixel((left, top)))
    middle, high = (top + bottom) / 2, (bottom - top) / 2
    strokes = [
        (left + 260 + t, middle + high * math.sin(t / 7) * math.cos(t / 23)) for t in range(90)
    ]
    draw.line(strokes, fill=(40, 40, 120), width=2)
    reading = read(table)
    cell = next(cell for cell in reading.cells if cell.key == LICENCES)
    assert cell.state is CellState.REVIEW
    assert cell.value is None or cell.confidence < 0.5
    others = {key: value for key, value in shown_in_table().items() if key != LICENCES}
    assert numbers(reading).items() >= others.items()


@pytest.mark.parametrize("shade", [0, 255])
def test_a_page_of_one_colour_has_no_cells(shade: int) -> None:
    reading = read(Image.new("RGB", (1240, 1754), (shade,) * 3))
    assert reading.cells == ()
    assert reading.failures == ()


# Cells not read right as the reader is now; one that gets worse fails.
WRONG_TODAY = {
    "t21_office_scan.pdf": 1,
    "t19_fax.pdf": 0,
    "t21_photo_page2.jpg": 4,
    "t19_seals.pdf": 119,
}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", WRONG_TODAY)
def test_the_committed_scans_are_read(name: str) -> None:
    path = SCANS_FOLDER / name
    truth = truth_of(path.stem)
    reading = read_document(name, path.read_bytes(), PATIENT)
    assert reading.failures == ()
    found = {cell.key: (cell.as_printed, str(cell.kind)) for cell in reading.cells}
    wrong = [
        key
        for key, value in truth["cells"].items()
        if found.get(key) != (value, truth["kinds"].get(key, "number"))
    ]
    assert len(wrong) <= WRONG_TODAY[name], wrong


def test_a_row_of_reviews_that_lost_a_rule_moves_no_number() -> None:
    heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    values = [str(n) for n in range(1, 16)]
    merged = [*values[:3], "45", *values[5:]]  # the rule between two columns was not found
    cells = [
        TableCell(0, 0, 1, 5, "行政复议", Box(0, 0, 150, 20)),
        TableCell(0, 5, 1, 9, "行政诉讼", Box(150, 0, 420, 20)),
    ]
    for row, texts in ((1, heads[:14]), (2, merged)):
        cells += [
            TableCell(row, c, 1, 1, text, Box(30.0 * c, 20.0 * row, 30.0 * c + 30, 20.0 * row + 20))
            for c, text in enumerate(texts)
        ]
    part = TablePart(1, 0, None, Box(0, 0, 420, 60), (3, 14), TableCells(cells), "scan")
    found = read_review(sections([part])[Section.REVIEW]).cells
    assert [c.text for c in found[:4]] == ["1", "2", "3", "45"]
    assert all(c.amount.value is None for c in found)
