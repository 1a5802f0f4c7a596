"""Counts how often cells of DOCX, XLSX, HTML and text are read right, for `frequencies.json`.

The counts are put beside those of the PDF readers, which stay as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji import __version__
from gouji.model import Kind, Number

from .documents import made_in
from .frequencies import EXACT, UNPAGED, UNPAGED_READERS, Counts, kinds_noted, report_of
from .report import Report
from .unpaged import Document, documents


def count_and_write(seed: int, count: int, target: Path) -> Report:
    """Read so many documents of each kind, and write the counts; those of PDFs are kept."""
    counts, files = Counts(), {}
    for kind in EXACT:
        made = documents(kind, count, seed)
        files[kind] = len(made)
        for document in made:
            _count(document, counts)
        print(f"{files[kind]} documents read: {kind}", file=sys.stderr)
    facts: dict[str, Any] = {
        "version": __version__,
        "settings_digest": ReadSettings().digest,
        "generator": made_in().name,
        "first_seed": seed,
        "documents": files,
        "cells": counts.cells,
        "right": counts.cells_right,
        "never_read": counts.never_read,
    }
    report = report_of(counts, target)
    shipped = counts.keep(target, lambda reader: reader in UNPAGED_READERS)
    counts.write(target, shipped | {UNPAGED: facts})
    return report


def _count(document: Document, counts: Counts) -> None:
    def is_right(key: str, value: Number | None, kind: Kind) -> bool:
        wanted = document.cells.get(key, {(None, str(Kind.CELL_NOT_IN_SOURCE))})
        return (value, str(kind)) in wanted

    with kinds_noted() as kinds:
        reading = read_document(document.path.name, document.data, ReadSettings())
    there = [key for key, wanted in document.cells.items() if not _absent(wanted)]
    counts.add(reading, kinds, is_right, there)


def _absent(wanted: frozenset[tuple[Number | None, str]]) -> bool:
    return all(kind == Kind.CELL_NOT_IN_SOURCE for _, kind in wanted)
