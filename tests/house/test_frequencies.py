"""Counting right cells of one kind of document leaves the counts of the others alone."""

from __future__ import annotations

import json
from pathlib import Path

from bench.frequencies import SHIPPED, UNPAGED, UNPAGED_READERS, Counts, is_scan
from gouji.model import Agreement, Kind
from gouji.reconcile.confidence import cell_class, scanned_reader

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


def test_kinds_of_scans_answer_only_for_themselves() -> None:
    def kinds(sureness: float) -> tuple[str, ...]:
        return cell_class(
            scanned_reader("scan", sureness), Agreement.NOT_ASKED, "holds", Kind.NUMBER,
            placed=True, labelled=True,
        )  # fmt: skip

    assert set(kinds(0.9995)).isdisjoint(kinds(0.995))
    assert set(kinds(0.995)).isdisjoint(kinds(0.95))
    assert set(kinds(0.95)).isdisjoint(kinds(0.5))
    assert all(is_scan(kind.split("|")[0]) for kind in kinds(0.3))
    assert all(is_scan(name) for name in ("none_scan", "none_aligned_scan", "scan_aligned_sure"))
    assert not any(is_scan(name) for name in ("pdf_table", "none", *UNPAGED_READERS))
