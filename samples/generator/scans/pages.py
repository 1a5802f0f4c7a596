"""From the pages of a printed report to pictures of them, with the way of every point."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pypdfium2

from samples.generator.document import Document
from samples.generator.fitting import text_width, value_size
from samples.generator.forms import TableLayout
from samples.generator.places import CellPlace
from samples.generator.scans import capture, paper, pens
from samples.generator.scans.geometry import Bend, Homography, Lens, Mapping, Pixels, Step, Wave
from samples.generator.scans.levels import (
    POINTS_PER_INCH,
    Device,
    Level,
    Mark,
    PageDamage,
    draw_device,
    draw_page_damage,
)
from samples.generator.style import Style

FINER = 1.3  # the sheet is drawn with so many times the resolution of the picture
FINE = 92  # quality of the JPEGs of a machine that keeps everything
LARGEST = 16e6  # pixels of a drawing


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """A report on paper: the PDF to draw, and what its makers know about it.

    `digits` is the size of its smallest numbers, points; `places` is empty where the producer does
    not know them.
    """

    pdf: Path
    issuer: str
    digits: float
    places: tuple[CellPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as it was taken; `pixels` grey or RGB, black and white where `bilevel`.

    `jpeg` holds the same picture as the file that the machine wrote, of that `quality`.
    `dpi` is what the machine says of itself: a camera says nothing. `paper` is the size of the
    printed page in points.
    """

    pixels: Pixels
    dpi: float | None
    bilevel: bool
    jpeg: bytes | None
    quality: int
    mapping: Mapping
    damage: PageDamage
    seals: int
    paper: tuple[float, float]


def smallest_digits(document: Document, style: Style) -> float:
    """Size of the smallest numbers in the tables, points."""
    width = text_width(style) * style.table.width_share
    sizes = [
        value_size(block, style, width)
        for block in document.blocks
        if isinstance(block, TableLayout)
    ]
    return min(sizes, default=style.text.table_size)


def device_of(
    report: PrintedReport,
    seed: int,
    level: Level,
    marks: Collection[Mark] | None = None,
    bilevel: bool = False,
) -> Device:
    """The machine and setting that a report is taken with."""
    return draw_device(Random(f"scan:{seed}:{level}"), level, report.digits, marks, bilevel)


def page_pictures(
    report: PrintedReport,
    seed: int,
    level: Level,
    marks: Collection[Mark] | None = None,
    bilevel: bool = False,
) -> Iterator[PagePicture]:
    """Take every page; the same seed gives the same pictures.

    ``marks`` says which marks the report gets, wherever they fit; None lets the level draw them.
    """
    device = device_of(report, seed, level, marks, bilevel)
    with pypdfium2.PdfDocument(report.pdf) as document:
        count = len(document)
        for number in range(1, count + 1):
            rng = Random(f"scan:{seed}:{level}:{number}")
            sheet, scale = _drawn(document, number, device)
            back = number % count + 1
            if "show_through" in device.marks and rng.random() < 0.8:
                paper.show_through(sheet, _drawn(document, back, device)[0], rng)
            places = [place for place in report.places if place.page == number]
            yield _taken(sheet, scale, rng, device, report.issuer, places, number == count)


def _drawn(document: pypdfium2.PdfDocument, number: int, device: Device) -> tuple[Pixels, float]:
    """A page as it comes from the printer, and its pixels a point."""
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(FINER * device.dpi / POINTS_PER_INCH, (LARGEST / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    drawing = np.array(bitmap.to_numpy()[..., :3])
    bitmap.close()
    page.close()
    return drawing, scale


def _taken(
    sheet: Pixels, scale: float, rng: Random, device: Device, issuer: str,
    places: Sequence[CellPlace], last: bool,
) -> PagePicture:  # fmt: skip
    damage = draw_page_damage(rng, device)
    noise = np.random.default_rng(damage.seed)
    paper.thin_ink(sheet, device, scale, noise)
    seals = 0
    if "seal" in device.marks:
        seals = paper.put_seals(sheet, rng, device, scale, issuer, places, last)
    if "handwriting" in device.marks:
        paper.write_by_hand(sheet, rng, scale)
    if "overwriting" in device.marks:
        pens.write_over(sheet, Random(f"pens:{damage.seed}"), scale, places)
    if "highlighter" in device.marks:
        paper.highlight(sheet, rng, scale)
    if "staple" in device.marks:
        paper.staple(sheet, rng, scale)
    if "punch" in device.marks:
        paper.punch(sheet, rng, scale)
    sheet = capture.tint(sheet, device)
    mapping = _mapping(sheet, scale, rng, device, damage)
    height, width = mapping.height, mapping.width
    under = (
        capture.desk(rng, noise, height, width)
        if device.level == 2
        else capture.lid(rng, height, width)
    )
    prefiltered = cv2.GaussianBlur(sheet, (0, 0), 0.45 * FINER)
    picture = mapping.picture(np.asarray(prefiltered), under)
    picture = capture.unsharpen(picture, rng, device, damage)
    capture.dirty(picture, rng, damage)
    picture = capture.shine(picture, rng, device, damage, noise)
    pixels = capture.to_mode(picture, rng, device)
    jpeg = None
    if device.quality is not None:
        jpeg = capture.as_jpeg(pixels, device.quality)
        pixels = capture.decoded(jpeg)
    dpi = None if device.level == 2 else device.dpi
    bilevel, size = device.mode == "bilevel", (sheet.shape[1] / scale, sheet.shape[0] / scale)
    return PagePicture(
        pixels, dpi, bilevel, jpeg, device.quality or FINE, mapping, damage, seals, size
    )  # fmt: skip


def _mapping(
    sheet: Pixels, scale: float, rng: Random, device: Device, damage: PageDamage
) -> Mapping:
    """Bend the sheet, lay it down askew, and look at it."""
    rows, columns = sheet.shape[:2]
    points = device.dpi / POINTS_PER_INCH
    steps: list[Step] = []
    if damage.curl or damage.waves:
        waves = (
            Wave(damage.waves * scale, columns * rng.uniform(0.7, 1.6), rng.uniform(0, 6.28)),
            Wave(damage.waves * scale / 3, columns * rng.uniform(0.3, 0.6), rng.uniform(0, 6.28)),
        )
        steps.append(Bend(waves, damage.curl * scale, columns * rng.uniform(0.08, 0.2)))
        sway = Wave(damage.waves * scale / 2, rows * rng.uniform(0.8, 1.5), rng.uniform(0, 6.28))
        steps.append(Bend((sway,), shifts_rows=True))
    steps.append(Homography.moved(0.0, 0.0, points / scale))
    width, height = round(columns * points / scale), round(rows * points / scale)
    steps.append(Homography.turned(damage.skew, (width / 2, height / 2)))
    if device.level == 2:
        frame = _frame(rng, width, height, damage)
        steps.extend(_camera(rng, width, height, frame, damage))
        return Mapping(scale, tuple(steps), *frame)
    shift = (rng.uniform(-3, 3) * points, rng.uniform(-3, 3) * points)
    steps.append(Homography.moved(*shift))
    for _ in range(damage.quarter_turns):
        steps.append(Homography(((0.0, -1.0, float(height)), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))))
        width, height = height, width
    return Mapping(scale, tuple(steps), width, height)


def _frame(rng: Random, width: int, height: int, damage: PageDamage) -> tuple[int, int]:
    """Width and height of a photo that the page fills to its share, 3 : 4 as cameras have it."""
    long, short = max(width, height) / damage.fill, min(width, height) / damage.fill
    long, short = max(long, short * 4 / 3), max(short, long * 3 / 4)
    return (round(short), round(long)) if height >= width else (round(long), round(short))


def _camera(
    rng: Random, width: int, height: int, frame: tuple[int, int], damage: PageDamage
) -> Iterator[Step]:
    """Look at the sheet from above, not quite straight; it stays inside the frame."""
    wide, high = frame
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    tilt_x, tilt_y = (rng.uniform(-1, 1) * damage.perspective for _ in range(2))
    room_x, room_y = (wide - width) / 2, (high - height) / 2
    left = room_x + rng.uniform(-0.3, 0.3) * room_x
    top = room_y + rng.uniform(-0.3, 0.3) * room_y
    moved = np.empty((4, 2))
    for number, (x, y) in enumerate(corners):
        across, down = 2 * x / width - 1, 2 * y / height - 1
        nearer = 1 / (1 + tilt_x * across + tilt_y * down)  # what is nearer looks larger
        moved[number] = (left + width / 2 * (1 + across * nearer),
                         top + height / 2 * (1 + down * nearer))  # fmt: skip
    yield Homography.of_corners(corners, moved)
    yield Lens(damage.lens, (wide / 2, high / 2), float(np.hypot(wide, high) / 2))
