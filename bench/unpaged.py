"""DOCX, HTML and text: right cells and time of a document, beside what people do without gouji.

The peers are the usual few lines: python-docx with `table.cell(row, column)`, pandas' `read_html`.
Their grids go through gouji's own form filler, so that only the reading of tables is compared. Text
as extractors leave it has no peer.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from extractors.reading import read_document
from extractors.settings import ReadSettings
from extractors.unpaged.document import UnpagedDocument, grid_of
from gouji.model import CellState, Kind, Number
from gouji.reports import fill_form
from samples.generator.fonts import MissingProgram
from samples.generator.producers.dumps import DUMPS
from samples.generator.producers.flattened import LAYOUTS
from samples.generator.unpaged import HTML, UnpagedSample, make_unpaged, plan_unpaged

from .documents import made_in
from .peers import Cells
from .report import Report, Target

SEED, COUNT = 60_001, 45  # documents of each kind
REPEATS = 3  # warm runs on each file, of which the fastest counts; the peers run once
DAMAGED = 3  # of so many pages and texts one has damaged characters
PRODUCERS: Mapping[str, tuple[str, ...]] = {
    "docx": ("docx", "docx", "docx_libreoffice"),
    "xlsx": ("xlsx",),
    "html": (*HTML, "html_libreoffice"),
    "text": (*LAYOUTS, "text_libreoffice", *DUMPS),
}
MOST_MILLISECONDS = {"docx": 60.0, "xlsx": 60.0, "html": 60.0, "text": 15.0}


@dataclass(frozen=True, slots=True)
class Document:
    """A file with what reading it may give: for each cell the right pairs of value and kind."""

    path: Path
    data: bytes
    cells: Mapping[str, frozenset[tuple[Number | None, str]]]


@dataclass(slots=True)
class Measured:
    """One reader on the documents of one kind."""

    name: str
    read: Callable[[bytes, str], Cells]
    milliseconds: dict[Path, float] = field(default_factory=dict)
    right: int = 0
    lost: int = 0  # null where the file tells a value
    wrong: int = 0  # another value, or a value where the file tells none

    def time(self, document: Document) -> None:
        begun = time.process_time()
        self.read(document.data, document.path.name)
        spent = 1000 * (time.process_time() - begun)
        self.milliseconds[document.path] = min(spent, self.milliseconds.get(document.path, spent))

    def mark(self, document: Document) -> None:
        found = self.read(document.data, document.path.name)
        for key, wanted in document.cells.items():
            value, kind = found.get(key, (None, Kind.CELL_NOT_IN_SOURCE))
            if (value, str(kind)) in wanted:
                self.right += 1
            elif value is None:
                self.lost += 1
            else:
                self.wrong += 1


def measure(count: int = COUNT) -> Report:
    """Time and mark gouji and the peers on the same files."""
    rows: list[tuple[str, ...]] = []
    targets: list[Target] = []
    notes: list[str] = []
    for kind in PRODUCERS:
        files = documents(kind, count)
        if not files:
            notes.append(f"{kind}: no producer is installed")
            continue
        ours = Measured("gouji", _gouji)
        peers = [Measured(name, read) for name, read in PEERS.get(kind, {}).items()]
        sure = _accepted_wrong(files)
        for reader in (ours, *peers):
            reader.read(files[0].data, files[0].path.name)  # imports, caches
            for _ in range(REPEATS if reader is ours else 1):
                for document in files:
                    reader.time(document)
            for document in files:
                reader.mark(document)
            rows.append(_row(kind, reader, files))
        cells = sum(len(document.cells) for document in files)
        median = statistics.median(ours.milliseconds.values())
        targets.append(Target(f"{kind}, median time", median, MOST_MILLISECONDS[kind], "ms"))
        targets.append(Target(f"{kind}, right cells", ours.right, cells, at_least=True))
        targets.append(Target(f"{kind}, wrong cells that are called sure", sure, 0))
    heads = ("document", "reader", "files", "median ms", "slowest ms", "right", "", "lost", "wrong")
    title = "Documents without pages: in process, warm; milliseconds of the processor"
    return Report(title, heads, tuple(rows), tuple(targets), tuple(notes))


def documents(kind: str, count: int, seed: int = SEED) -> list[Document]:
    """Samples of one kind, made once; producers whose program is missing are left out."""
    names = PRODUCERS[kind]
    usable: list[UnpagedSample] = []
    for place in range(count):
        harm = "any" if kind != "docx" and place % DAMAGED == 0 else None
        name = names[place % len(names)]
        usable.extend(plan_unpaged(seed + place, 1, (name,), "all", harm))
    folder = made_in()
    missing = [s for s in usable if not (folder / f"{s.name}.truth.json").is_file()]
    lacking: set[str] = set()
    for name in dict.fromkeys(sample.producer for sample in missing):
        try:
            make_unpaged([sample for sample in missing if sample.producer == name], folder)
        except MissingProgram as error:
            print(f"without {name}: {error}", file=sys.stderr)
            lacking.add(name)
    return [_document(folder, s.name) for s in usable if s.producer not in lacking]


def _document(folder: Path, name: str) -> Document:
    truth = json.loads(
        (folder / f"{name}.truth.json").read_text(encoding="utf-8"), parse_float=Decimal
    )
    path = next(p for p in sorted(folder.glob(f"{name}.*")) if not p.name.endswith(".truth.json"))
    kinds, others = truth["kinds"], truth.get("accepted", {})
    cells = {
        key: frozenset(
            [(value, kinds.get(key, "number")), *((v, k) for v, k in others.get(key, ()))]
        )
        for key, value in truth["cells"].items()
    }
    return Document(path, path.read_bytes(), cells)


def _row(kind: str, reader: Measured, files: Sequence[Document]) -> tuple[str, ...]:
    cells = sum(len(document.cells) for document in files)
    spent = reader.milliseconds.values()
    return (
        kind,
        reader.name,
        str(len(files)),
        f"{statistics.median(spent):.1f}",
        f"{max(spent):.1f}",
        f"{reader.right} of {cells}",
        f"{reader.right / cells:.2%}",
        str(reader.lost),
        str(reader.wrong),
    )


def _accepted_wrong(files: Sequence[Document]) -> int:
    """Cells that are not right and yet not put before a person."""
    wrong = 0
    for document in files:
        reading = read_document(document.path.name, document.data, ReadSettings())
        wrong += sum(
            (cell.value, str(cell.kind)) not in document.cells.get(cell.key, ((None, "absent"),))
            for cell in reading.cells
            if cell.state is CellState.ACCEPTED
        )
    return wrong


# The readers


def _gouji(data: bytes, name: str) -> Cells:
    reading = read_document(name, data, ReadSettings())
    return {cell.key: (cell.value, cell.kind) for cell in reading.cells}


def _python_docx(data: bytes, name: str) -> Cells:
    """Every place of every table, as most scripts go over them; merged cells come again."""
    import docx

    grids = [
        [
            [table.cell(row, column).text for column in range(len(table.columns))]
            for row in range(len(table.rows))
        ]
        for table in docx.Document(io.BytesIO(data)).tables
    ]
    return _filled(grids)


def _pandas(data: bytes, name: str) -> Cells:
    """`pandas.read_html`, which repeats merged cells; a page without tables has none."""
    pandas = import_module("pandas")
    options: dict[str, Any] = {"keep_default_na": False, "flavor": "lxml", "header": None}
    try:
        frames = pandas.read_html(io.BytesIO(data), **options)
    except ValueError:
        return {}
    return _filled([[[str(text) for text in row] for row in f.to_numpy()] for f in frames])


def _filled(grids: Sequence[Sequence[Sequence[str]]]) -> Cells:
    document = UnpagedDocument("peer")
    for grid in grids:
        cells, shape = grid_of(grid)
        document.add_table(cells, shape)
    form = fill_form(document.parts)
    return {cell.key: (cell.amount.value, cell.amount.kind) for cell in form.cells}


def _guarded(read: Callable[[bytes, str], Cells]) -> Callable[[bytes, str], Cells]:
    """A peer that gives up on a file has read none of its cells."""

    def tried(data: bytes, name: str) -> Cells:
        try:
            return read(data, name)
        except Exception:
            return {}

    return tried


PEERS: Mapping[str, Mapping[str, Callable[[bytes, str], Cells]]] = {
    "docx": {"python-docx": _guarded(_python_docx)},
    "html": {"pandas.read_html": _guarded(_pandas)},
}
