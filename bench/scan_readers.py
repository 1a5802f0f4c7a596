"""Readers of scans, ours and others', each from a file to the cells of the form.

A reader does its work when it is called and returns a function that turns what it found into
cells, so that only the work is timed.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from extractors.deadline import Deadline
from extractors.pdf.document import PdfFile
from extractors.pdf.page_image import page_image
from extractors.reading import read_document
from gouji.grids import join_parts
from gouji.grids.parts import PageContent
from gouji.model import Box, FailureKind, MediaType, TablePart
from gouji.reports.amounts import parse_amount
from ocr.image import PageImage
from ocr.models import default_folder
from ocr.pictures import PictureFile
from samples.generator.scans.batch import plan_scan
from samples.generator.scans.levels import Level

from .documents import made_in
from .peers import Cells, camel_parts, filled, part_of
from .scans import PATIENT, Scanned, as_read, files_of

OURS, PADDLE = "gouji", "PaddleOCR"
THREADS = 1
RENDER_SECONDS = 600
MEDIA_TYPES = {
    ".png": MediaType.PNG, ".jpg": MediaType.JPEG, ".tif": MediaType.TIFF,
    ".bmp": MediaType.BMP, ".webp": MediaType.WEBP,
}  # fmt: skip

Corners = np.ndarray[Any, np.dtype[np.float32]]  # 4 × 2: x, y in pixels, clockwise
Found = Callable[[], Cells]


@dataclass(frozen=True)
class Pictured:
    """A scan with its pages as they are drawn for all readers."""

    scanned: Scanned
    data: bytes
    pages: tuple[PageImage, ...]

    @cached_property
    def places(self) -> Mapping[str, tuple[int, Corners]]:
        """Page (from 1) and corners of every cell, in pixels of the page as drawn here."""
        truth = self.scanned.path.with_name(f"{self.scanned.path.stem}.truth.json")
        facts = json.loads(truth.read_text(encoding="utf-8"))
        places = {}
        for key, (number, corners) in facts["boxes"].items():
            taken, drawn = facts["pages"][number - 1], self.pages[number - 1].pixels
            size = (drawn.shape[1] / taken["width"], drawn.shape[0] / taken["height"])
            factors = np.array(size, np.float32)
            places[key] = (number, np.array(corners, np.float32).reshape(4, 2) * factors)
        return places


def pictured(level: Level, count: int, seed: int) -> Iterator[Pictured]:
    """One file of every seed; its producer knows where every cell is.

    Raises:
        SystemExit: a scan cannot be made, for a font that is missing.
    """
    for number in range(seed, seed + count):
        scan = plan_scan(number, level, producer="reportlab")
        scanned = next(files_of(scan, made_in() / "scans_peers"), None)
        if scanned is None:
            raise SystemExit("no scans to compare readers on: make system-packages")
        data = scanned.path.read_bytes()
        yield Pictured(scanned, data, tuple(_pages(data, scanned.path.suffix)))


def _pages(data: bytes, suffix: str) -> Iterator[PageImage]:
    if suffix == ".pdf":
        with PdfFile(data) as file:
            for number in range(1, len(file) + 1):
                deadline = Deadline.after(RENDER_SECONDS, FailureKind.PAGE_TIMEOUT)
                with file.page(number) as page:
                    yield page_image(page, deadline)[0]
        return
    pictures = PictureFile(data, MEDIA_TYPES[suffix])
    for number in range(1, len(pictures) + 1):
        yield pictures.page(number).image


def ours(file: Pictured) -> Found:
    """From the bytes to the relations."""
    reading = read_document(file.scanned.path.name, file.data, PATIENT)
    return partial(as_read, reading)


def paddle(file: Pictured) -> Found:
    """PaddleOCR's texts, each in the true cell that holds its centre."""
    pipeline = _paddle_ocr()
    pages = [np.ascontiguousarray(page.pixels[:, :, ::-1]) for page in file.pages]
    results = [next(iter(pipeline.predict(page))) for page in pages]
    return partial(_laid_into_cells, file, results)


def _laid_into_cells(file: Pictured, results: list[Any]) -> Cells:
    cells = {}
    for key, (number, corners) in file.places.items():
        result = results[number - 1]
        inside = [
            (quad[:, 1].mean(), quad[:, 0].mean(), text)
            for text, polygon in zip(result["rec_texts"], result["rec_polys"], strict=True)
            if _holds(corners, (quad := np.asarray(polygon, dtype=np.float32)).mean(axis=0))
        ]
        text = "".join(text for _, _, text in sorted(inside))
        amount = parse_amount(text, signed=key.endswith("/change"))
        cells[key] = (amount.value, amount.kind)
    return cells


def _holds(corners: Corners, point: Corners) -> bool:
    """Whether a point lies in a convex quadrangle given clockwise, y downward."""
    sides = np.roll(corners, -1, axis=0) - corners
    to_point = point - corners
    return bool((sides[:, 0] * to_point[:, 1] - sides[:, 1] * to_point[:, 0] >= 0).all())


@cache
def _paddle_ocr() -> Any:
    """PaddleOCR's pipeline as it comes, with the pinned weights and nothing to be downloaded."""
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    import paddleocr

    from ocr.paddle_engine import write_model

    with TemporaryDirectory() as detection, TemporaryDirectory() as recognition:
        models = default_folder()
        return paddleocr.PaddleOCR(
            text_detection_model_name=write_model(models, "detection", Path(detection)),
            text_detection_model_dir=detection,
            text_recognition_model_name=write_model(models, "recognition", Path(recognition)),
            text_recognition_model_dir=recognition,
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            device="cpu",
            engine="onnxruntime",
            engine_config={"intra_op_num_threads": THREADS},
        )


def img2table(file: Pictured) -> Found:
    """img2table's ruled tables with RapidOCR's text, through gouji's form filler."""
    from img2table.document import Image as Document

    engine, tables = _rapid_ocr(), []
    for page in file.pages:
        out = io.BytesIO()
        Image.fromarray(page.pixels).save(out, "BMP")
        try:
            document = Document(src=out.getvalue(), detect_rotation=True)
            tables.append(document.extract_tables(ocr=engine))
        except KeyError:  # what it raises where RapidOCR sees no text
            tables.append([])
    return partial(_filled_from, file, tables)


def _filled_from(file: Pictured, tables: list[Any]) -> Cells:
    pages = []
    for number, (page, found) in enumerate(zip(file.pages, tables, strict=True), start=1):
        parts: list[TablePart] = []
        for table in found:
            cells = {  # a merged cell stands once in every row and column that it covers
                Box(*(x / page.scale for x in (c.bbox.x1, c.bbox.y1, c.bbox.x2, c.bbox.y2))): c
                for row in table.content.values()
                for c in row
            }
            texts = [(box, cell.value or "") for box, cell in cells.items()]
            parts.extend(part_of(number, texts, "img2table"))
        parts.sort(key=lambda part: part.box.top)
        pages.append(PageContent(number, page.height, tuple(parts), ()))
    return filled(join_parts(pages))


@cache
def _rapid_ocr() -> Any:
    from img2table.ocr import RapidOCR
    from rapidocr import LangRec

    threads = {f"EngineConfig.onnxruntime.{n}_op_num_threads": THREADS for n in ("intra", "inter")}
    return RapidOCR(params={"Rec.lang_type": LangRec.CH, "Global.log_level": "error", **threads})


def camelot(file: Pictured) -> Found:
    """camelot's ruled tables: the rules of a picture are found, but texts only in a text layer."""
    parts = camel_parts(file.data) if file.scanned.path.suffix == ".pdf" else []
    return partial(filled, parts)


READERS: Mapping[str, Callable[[Pictured], Found]] = {
    OURS: ours, PADDLE: paddle, "img2table": img2table, "camelot": camelot,
}  # fmt: skip
