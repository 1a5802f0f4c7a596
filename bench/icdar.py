"""The ICDAR-2013 table competition (half of it, beside the project): tables of any kind.

Only to know: gouji is made for ruled forms. The scorer is the shared one, loaded from its place.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import TablePart

from .documents import SHARED
from .peers import camel_parts, plumbed_parts
from .report import Report

FOLDER = SHARED / "data" / "icdar2013-eu"
SCORER = SHARED / "tools" / "icdar_score.py"

# start row, start column, end row, end column, text: all inclusive
Cell = tuple[int, int, int, int, str]
Tables = list[tuple[list[Cell], set[int]]]


def available() -> bool:
    """Whether the data and the scorer are there."""
    return FOLDER.is_dir() and SCORER.is_file()


def measure() -> Report:
    """Recall and precision of adjacency relations, over all documents together."""
    scorer = _scorer()
    truths = sorted(FOLDER.glob("*-str.xml"))
    pairs = [(t, t.with_name(t.name.replace("-str.xml", ".pdf"))) for t in truths]
    pairs = [(truth, pdf) for truth, pdf in pairs if pdf.is_file()]
    rows = []
    for name, parts_of in (
        ("gouji", _ours),
        ("pdfplumber", plumbed_parts),
        ("camelot lattice", camel_parts),
    ):
        right = wanted = found = failed = 0
        for truth, pdf in pairs:
            parts = _parts(parts_of, pdf)
            failed += parts is None
            tables = as_tables(parts or (), scorer.norm)
            counts = scorer.score_doc(scorer.xml_tables(str(truth)), tables)
            right, wanted, found = right + counts[0], wanted + counts[1], found + counts[2]
        recall, precision = right / max(wanted, 1), right / max(found, 1)
        f1 = 2 * recall * precision / max(recall + precision, 1e-9)
        rows.append(
            (name, f"{recall:.3f}", f"{precision:.3f}", f"{f1:.3f}", f"{right}", f"{failed}")
        )
    return Report(
        f"ICDAR-2013, {len(pairs)} documents: adjacency relations (to know, no target)",
        ("reader", "recall", "precision", "F1", "right", "failed"),
        tuple(rows),
    )


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("icdar_score", SCORER)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{SCORER} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _ours(data: bytes) -> Sequence[TablePart]:
    return read_document("a.pdf", data, ReadSettings(second_reader=False)).tables


def _parts(
    parts_of: Callable[[bytes], Sequence[TablePart]], pdf: Path
) -> Sequence[TablePart] | None:
    try:
        return parts_of(pdf.read_bytes())
    except Exception as error:  # a peer may stumble over anything
        logging.getLogger(__name__).warning("%s: %s", pdf.name, error)
        return None


def as_tables(parts: Iterable[TablePart], norm: Callable[[str], str]) -> Tables:
    """Parts as whole tables in the scorer's terms: a continued part's rows follow the first's."""
    tables: dict[int, tuple[list[Cell], set[int]]] = {}
    owner: dict[int, int] = {}
    rows: dict[int, int] = {}
    for part in parts:
        first = owner.get(part.continues, part.part) if part.continues is not None else part.part
        owner[part.part] = first
        cells, pages = tables.setdefault(first, ([], set()))
        offset = rows.get(first, 0)
        rows[first] = offset + part.shape[0]
        pages.add(part.page)
        cells.extend(
            (
                c.row + offset,
                c.column,
                c.row + offset + c.row_span - 1,
                c.column + c.column_span - 1,
                norm(c.text),
            )
            for c in part.cells
        )
    return list(tables.values())
