"""Counts how often cells of scans are read right, for `frequencies.json`.

A reading of pixels says how sure it is, and that is part of its kind. The counts are put beside
those of the other readers, which stay as they are. Pages at the worst level are left out: there
the kinds' frequencies are not those of the scans that are published.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from extractors.reading import read_document
from gouji import __version__
from gouji.model import Kind, Number
from samples.generator.scans.levels import Level

from .documents import made_in
from .frequencies import SCANS, Counts, is_scan, kinds_noted, report_of
from .report import Report
from .scans import PATIENT, Scanned, scans

LEVELS_COUNTED: tuple[Level, ...] = (0, 1, 2)


def count_and_write(seed: int, count: int, target: Path) -> Report:
    """Read the scans of so many reports of each level, and write the counts."""
    counts, files = Counts(), dict.fromkeys(map(str, LEVELS_COUNTED), 0)
    for level in LEVELS_COUNTED:
        for scan in scans(level, count, seed):
            _count(scan, counts)
            files[str(level)] += 1
        print(f"{files[str(level)]} files read: level {level}", file=sys.stderr)
    facts: dict[str, Any] = {
        "version": __version__,
        "settings_digest": PATIENT.digest,
        "generator": made_in().name,
        "first_seed": seed,
        "documents": count,
        "files": files,
        "cells": counts.cells,
        "right": counts.cells_right,
        "never_read": counts.never_read,
    }
    report = report_of(counts, target)
    # a scan with pages that are none has cells of other readers: they are counted elsewhere
    for name in [name for name in counts.seen if not is_scan(name.split("|")[0])]:
        del counts.seen[name], counts.right[name]
    shipped = counts.keep(target, is_scan)
    counts.write(target, shipped | {SCANS: facts})
    return report


def _count(scan: Scanned, counts: Counts) -> None:
    def is_right(key: str, value: Number | None, kind: Kind) -> bool:
        return (value, kind) == scan.cells.get(key, (None, Kind.CELL_NOT_IN_SOURCE))

    with kinds_noted() as kinds:
        reading = read_document(scan.path.name, scan.path.read_bytes(), PATIENT)
    counts.add(reading, kinds, is_right, scan.cells)
