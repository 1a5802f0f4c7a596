"""Which reports to take pictures of, and making them: files with NAME.truth.json beside each."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from samples.generator.batch import PRODUCERS, Sample, plan_sample
from samples.generator.document import Line
from samples.generator.places import CellPlace
from samples.generator.producers import chromium_pdf, libreoffice_pdf, reportlab_pdf
from samples.generator.scans.containers import (
    BILEVEL,
    SINGLE,
    USUAL,
    suffix_of,
    write_single,
    write_whole,
)  # fmt: skip
from samples.generator.scans.fonts import FontChoice, with_fonts
from samples.generator.scans.levels import Level, Mark
from samples.generator.scans.pages import (
    PagePicture,
    PrintedReport,
    device_of,
    page_pictures,
    smallest_digits,
)
from samples.generator.style import Producer
from samples.generator.told import not_there, tell
from samples.generator.truth import as_text, truth_of

ANY = "any"


@dataclass(frozen=True, slots=True)
class Scan:
    """One report and how its pages are taken.

    `name` is that of its file; pictures of single pages add their number. `marks` None lets the
    level draw them. `only` keeps these pages (from 1) of a container of single pages.
    """

    name: str
    sample: Sample
    level: Level
    container: str
    seed: int  # of the damage
    marks: tuple[Mark, ...] | None = None
    only: tuple[int, ...] | None = None


def plan_scan(
    seed: int,
    level: Level,
    container: str = ANY,
    *,
    producer: Producer | None = None,
    form: str = "all",
    fonts: FontChoice = "usual",
    marks: Sequence[Mark] | None = None,
) -> Scan:
    """The scan of one seed. Single pictures need a producer that knows what is on which page."""
    rng = Random(f"container:{seed}:{level}")
    if container == ANY:
        container = rng.choice(USUAL[level])
    chosen = producer or PRODUCERS[seed % len(PRODUCERS)]
    if container in SINGLE:
        chosen = "reportlab"
    sample = plan_sample(seed, chosen, form)
    style = with_fonts(sample.style, seed, chosen, fonts)
    if container in SINGLE:  # a page alone must say by itself what its columns are
        style = replace(
            style, breaks=replace(style.breaks, repeat_header=True, drop_label_columns=0)
        )
    wanted = None if marks is None else tuple(marks)
    name = f"{sample.name}_level{level}_{container}"
    return Scan(name, replace(sample, style=style), level, container, seed, wanted)


def make_scans(scans: Sequence[Scan], folder: Path) -> list[Path]:
    """Print, take and write every report; the files, without those of the truth.

    Raises:
        MissingProgram: a font or a producer's program is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="samples-scans-") as name:
        for scan, report in zip(scans, printed_reports(scans, Path(name)), strict=True):
            made.extend(_take(scan, report, folder))
    return made


def printed_reports(scans: Sequence[Scan], folder: Path) -> list[PrintedReport]:
    """Print every report into `folder`; LibreOffice is started once."""
    orders: list[libreoffice_pdf.Order] = []
    printed: list[PrintedReport] = []
    for number, scan in enumerate(scans):
        sample = scan.sample
        document, style = sample.document, sample.style
        target, places = folder / f"{number}.pdf", list[CellPlace]()
        if sample.producer == "reportlab":
            places = reportlab_pdf.write_pdf(document, style, sample.facts.seed, target)
        elif sample.producer == "chromium":
            chromium_pdf.write_pdf(document, style, target)
        else:
            orders.append(libreoffice_pdf.Order(document, style, target))
        digits = smallest_digits(document, style)
        printed.append(PrintedReport(target, sample.facts.issuer.name, digits, tuple(places)))
    libreoffice_pdf.write_pdfs(orders)
    return printed


def _take(scan: Scan, report: PrintedReport, folder: Path) -> list[Path]:
    rng = Random(f"file:{scan.name}")
    bilevel = scan.container in BILEVEL
    pages = list(page_pictures(report, scan.seed, scan.level, scan.marks, bilevel))
    truth = truth_of(scan.sample.facts, scan.sample.producer, scan.sample.style)
    device = asdict(device_of(report, scan.seed, scan.level, scan.marks, bilevel))
    truth["scan"] = device | {"container": scan.container, "marks": sorted(device["marks"])}
    if scan.container in SINGLE:
        return [
            _take_single(scan, report, page, number, folder, truth, rng)
            for number, page in enumerate(pages, start=1)
            if any(place.page == number for place in report.places)
            and (scan.only is None or number in scan.only)
        ]
    target = folder / f"{scan.name}{suffix_of(scan.container)}"
    document = scan.sample.document
    words = [block.text for block in document.blocks if isinstance(block, Line)]
    digital = write_whole(pages, target, scan.container, rng, words, report.pdf)
    truth["pages"] = [
        _page_facts(page, number in digital) for number, page in enumerate(pages, start=1)
    ]
    truth["boxes"] = {
        place.key: [place.page, _corners(place, pages[place.page - 1], place.page in digital)]
        for place in report.places
    }
    _write_truth(target.with_suffix(""), truth)
    return [target]


def _take_single(
    scan: Scan, report: PrintedReport, page: PagePicture, number: int, folder: Path,
    whole: dict[str, Any], rng: Random,
) -> Path:  # fmt: skip
    """One page alone: what the others hold is not in this file."""
    target = folder / f"{scan.name}_page{number}{suffix_of(scan.container)}"
    write_single(page, target, scan.container, rng)
    places = [place for place in report.places if place.page == number]
    here = {place.key for place in places}
    elsewhere = [key for key in whole["cells"] if key not in here]
    truth = tell(whole, scan.sample.facts, not_there(elsewhere)) | {
        "page": number,
        "pages": [_page_facts(page, False)],
        "boxes": {place.key: [1, _corners(place, page, False)] for place in places},
    }
    _write_truth(target.with_suffix(""), truth)
    return target


def _page_facts(page: PagePicture, digital: bool) -> dict[str, Any]:
    if digital:
        return {"digital": True}
    return asdict(page.damage) | {
        "width": page.pixels.shape[1],
        "height": page.pixels.shape[0],
        "dpi": page.dpi,
        "seals": page.seals,
        "paper": _rounded(page.mapping.to_pixels(_outline(page))),
    }


def _outline(page: PagePicture) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The corners of the sheet in points, clockwise from the upper left."""
    width, height = page.paper
    return np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])


def _corners(place: CellPlace, page: PagePicture, digital: bool) -> list[float]:
    """Corners of a cell, x and y in turn, clockwise from the page's own upper left: pixels of the
    page as displayed, or points where it is not a picture."""
    left, top, right, bottom = place.box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    return _rounded(corners if digital else page.mapping.to_pixels(corners))


def _rounded(points: np.ndarray[Any, np.dtype[np.float64]]) -> list[float]:
    return [round(float(value), 2) for value in points.ravel()]


def _write_truth(stem: Path, truth: dict[str, Any]) -> None:
    rest = {key: value for key, value in truth.items() if key != "boxes"}
    boxes = ",\n".join(f'  "{key}": {json.dumps(box)}' for key, box in truth["boxes"].items())
    text = as_text(rest).removesuffix("\n}\n") + f',\n "boxes": {{\n{boxes}\n }}\n}}\n'
    stem.with_name(f"{stem.name}.truth.json").write_text(text, encoding="utf-8")
