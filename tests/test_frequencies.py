"""Counting right cells of one kind of document leaves the counts of the others alone."""

from __future__ import annotations

import json
from pathlib import Path

from bench.frequencies import SHIPPED, UNPAGED, UNPAGED_READERS, Counts

PDF = "pdf_table|not_asked|holds|number|placed"
DOCX, NOT_THERE = "docx|not_asked|holds|number|placed", "none_docx|placed"


def test_counts_of_other_readers_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "frequencies.json"
    first = Counts()
    for kind in (DOCX, NOT_THERE):
        first.seen[kind] = first.right[kind] = 40
    first.write(target, first.keep(SHIPPED, UNPAGED_READERS.__contains__) | {UNPAGED: {}})
    shipped = json.loads(SHIPPED.read_text("utf-8"))
    both = json.loads(target.read_text("utf-8"))
    assert both["kinds"].items() >= {PDF: shipped["kinds"][PDF], DOCX: [40, 40]}.items()
    second = Counts()
    second.seen[DOCX], second.right[DOCX] = 50, 49
    facts = second.keep(target, UNPAGED_READERS.__contains__)
    second.write(target, facts)
    again = json.loads(target.read_text("utf-8"))["kinds"]
    assert again[DOCX] == [49, 50]
    assert NOT_THERE not in again, "counts of readers that are measured again give way"
    assert {k: v for k, v in again.items() if k.startswith("pdf")} == {
        k: v for k, v in shipped["kinds"].items() if k.startswith("pdf")
    }
