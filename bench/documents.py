"""The documents that are measured: made from seeds, once, and kept under ``samples/made/bench``."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2

from gouji.model import Kind, Number
from samples.generator.batch import PRODUCERS, Sample, make_batch, plan_batch, plan_sample
from samples.generator.document import Document as Layout
from samples.generator.fonts import MissingProgram
from samples.generator.producers.reportlab_pdf import write_pdf
from samples.generator.style import Style

ROOT = Path(__file__).parent.parent
MADE = ROOT / "samples" / "made" / "bench"
SHARED = ROOT.parent / "shared"
SHORTEST = 2  # pages of a report: none made here is shorter
REAL_REPORT = SHARED / "data" / "real" / "hongze_2023.pdf"


@dataclass(frozen=True, slots=True)
class Truth:
    """What a document prints in each value cell that it has."""

    cells: Mapping[str, tuple[Number | None, Kind]]

    def right(self, key: str, value: Number | None, kind: Kind) -> bool:
        """Whether a reading of a cell is what the document prints; a cell it lacks is no number."""
        wanted, wanted_kind = self.cells.get(key, (None, Kind.CELL_NOT_IN_SOURCE))
        return kind is wanted_kind and value == wanted


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF with its truth."""

    path: Path
    truth: Truth

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()


def read_truth(path: Path) -> Truth:
    """The truth beside a sample: NAME.truth.json."""
    facts = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    kinds: dict[str, str] = facts.get("kinds", {})
    return Truth(
        {key: (value, Kind(kinds.get(key, "number"))) for key, value in facts["cells"].items()}
    )


def documents(seed: int, count: int) -> list[Document]:
    """Reports of the seeds from ``seed`` on, taking turns between the producers that are installed.

    A producer whose program is missing is left out, with a line on standard error.
    """
    samples = plan_batch(seed, count, "all", "all")
    return [_document(made_in(), sample.name) for sample in made(samples, made_in())]


def real_report() -> list[Document]:
    """The published report, where ``../shared`` is there."""
    if not REAL_REPORT.is_file():
        return []
    return [Document(REAL_REPORT, read_truth(REAL_REPORT.with_suffix(".truth.json")))]


def made(samples: Iterable[Sample], folder: Path) -> list[Sample]:
    """Make those of the samples that are not there yet; what can be used of them.

    Raises:
        MissingProgram: none can, because no producer is installed.
    """
    usable: list[Sample] = []
    wanted = list(samples)
    lacking: MissingProgram | None = None
    for producer in PRODUCERS:
        mine = [sample for sample in wanted if sample.producer == producer]
        # the truth is written last: where it lies, the PDF is whole
        missing = [s for s in mine if not (folder / f"{s.name}.truth.json").is_file()]
        try:
            if missing:
                print(f"making {len(missing)} documents with {producer} …", file=sys.stderr)
                make_batch(missing, folder)
        except MissingProgram as error:
            print(f"without {producer}: {error}", file=sys.stderr)
            lacking = error
            continue
        usable.extend(mine)
    if lacking is not None and not usable:
        raise lacking
    order = {sample.name: index for index, sample in enumerate(wanted)}
    return sorted(usable, key=lambda sample: order[sample.name])


@cache
def made_in() -> Path:
    """Where samples lie: a folder named after the generator's code, so that none is outdated."""
    sources = sorted((ROOT / "samples" / "generator").rglob("*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    return MADE / digest[:12]


def _document(folder: Path, name: str) -> Document:
    return Document(folder / f"{name}.pdf", read_truth(folder / f"{name}.truth.json"))


def long_document(pages: int, seed: int = 70_000) -> Path:
    """A PDF of so many pages, no two alike: reports of many organs, set one after the other.

    They share their fonts, as in a file that one program wrote.

    Raises:
        MissingProgram: a font is not installed.
    """
    target = made_in() / f"long_{pages}.pdf"
    if target.is_file():
        return target
    print(f"making a document of {pages} pages …", file=sys.stderr)
    first = plan_sample(seed, "reportlab")
    reports = (plan_sample(seed + i, "reportlab").document for i in range(pages // SHORTEST + 1))
    blocks = tuple(block for report in reports for block in report.blocks)
    whole, part = target.with_suffix(".whole"), target.with_suffix(".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_pdf(Layout(first.facts.title, blocks), Style(), seed, whole)
    with pikepdf.open(whole) as document:
        if len(document.pages) < pages:
            raise ValueError(f"{len(document.pages)} pages are fewer than {pages}")
        del document.pages[pages:]
        document.save(part)
    whole.unlink()
    part.replace(target)
    return target


def pages_of(paths: Sequence[Path]) -> dict[Path, int]:
    """How many pages each PDF has."""
    counts = {}
    for path in paths:
        with pypdfium2.PdfDocument(path) as document:
            counts[path] = len(document)
    return counts
