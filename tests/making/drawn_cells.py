"""Ruled pages with a text in each cell, drawn as pixels, and engines that read nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gouji.model.geometry import Box
from ocr.cells import CellReading, read_cells
from ocr.engine import SIGNS, Recognition
from ocr.image import PageImage, Pixels

FONTS = Path("/usr/share/fonts")
SERIF = FONTS / "opentype/urw-base35/NimbusRoman-Regular.otf"
SONG = FONTS / "truetype/arphic/uming.ttc"
DPI = 150


@dataclass(frozen=True)
class Drawn:
    """A ruled page: one cell for every text, in rows of six."""

    page: PageImage
    rules: np.ndarray
    boxes: list[Box]


def draw(
    texts: Sequence[str],
    *,
    font: Path = SONG,
    size: float = 10.5,
    cell: tuple[float, float] = (62, 26),
    dpi: int = DPI,
    ink: int = 0,
    paper: int = 255,
) -> Drawn:
    if not font.exists():
        pytest.skip(f"the font {font.name} is not installed")
    fine = 4
    scale = dpi / 72 * fine
    columns = 6
    rows = -(-len(texts) // columns)
    width, height = (round((n * c + 40) * scale) for n, c in ((columns, cell[0]), (rows, cell[1])))
    picture, mask = Image.new("L", (width, height), paper), Image.new("L", (width, height), 0)
    pen, mask_pen = ImageDraw.Draw(picture), ImageDraw.Draw(mask)
    face = ImageFont.truetype(str(font), round(size * scale))
    boxes = []
    for number, text in enumerate(texts):
        row, column = divmod(number, columns)
        box = Box(
            20 + column * cell[0], 20 + row * cell[1],
            20 + (column + 1) * cell[0], 20 + (row + 1) * cell[1],
        )  # fmt: skip
        corners = [v * scale for v in (box.left, box.top, box.right, box.bottom)]
        pen.rectangle(corners, outline=ink, width=round(0.7 * scale))
        mask_pen.rectangle(corners, outline=255, width=round(0.7 * scale))
        middle = (box.center_x * scale, box.center_y * scale)
        pen.multiline_text(
            middle,
            text,
            font=face,
            fill=ink,
            anchor="mm",
            align="center",
            spacing=0.3 * size * scale,
        )
        boxes.append(box)
    small = (width // fine, height // fine)
    grey = np.asarray(picture.resize(small, Image.Resampling.BOX))
    rules = np.asarray(mask.resize(small, Image.Resampling.BOX)) > 60
    return Drawn(PageImage(np.repeat(grey[:, :, None], 3, axis=2), dpi / 72), rules, boxes)


def changed(drawn: Drawn, pixels: np.ndarray) -> Drawn:
    return replace(
        drawn, page=PageImage(np.clip(pixels, 0, 255).astype(np.uint8), drawn.page.scale)
    )


class Blind:
    """An engine that must not be asked, or remembers what it was shown and reads nothing."""

    name = "blind"

    def __init__(self) -> None:
        self.shown: list[Pixels] = []

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        self.shown += crops
        signs = np.zeros((4, len(SIGNS) + 2), np.float32)
        signs[:, 0] = 1
        return [Recognition("", 1.0, (0.0,), signs) for _ in crops]

    def detect(self, image: Pixels) -> list[object]:
        raise AssertionError("cells are not detected")

    orientation = detect


def read(drawn: Drawn, engine: object, kind: str = "value") -> list[CellReading]:
    kinds = [kind] * len(drawn.boxes)
    return read_cells(drawn.page, drawn.rules, drawn.boxes, engine, kinds=kinds)  # type: ignore[arg-type]
