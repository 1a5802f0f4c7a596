"""Counts how often each kind of cell is read right: `gouji/reconcile/frequencies.json`.

A cell's confidence is read off these counts (gouji/reconcile/confidence.py), so they are taken on
documents of fresh seeds, over all producers, that nobody looks at while working on the reader.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import extractors.assemble
from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji import __version__
from gouji.model import DocumentReading, Kind, Number
from gouji.reconcile.confidence import ENOUGH
from samples.generator.batch import Sample, plan_batch
from samples.generator.codes import APPLICATIONS, ARTICLE20, REVIEW
from samples.generator.document import Document as Layout
from samples.generator.forms import TableLayout

from .documents import ROOT, Truth, made, made_in, read_truth
from .report import Report

SHIPPED = ROOT / "gouji" / "reconcile" / "frequencies.json"
WORST = 5  # documents named in the report
LACKING_EVERY = 16  # of so many reports one lacks a table, as some that are published do
LOST = (ARTICLE20, APPLICATIONS, REVIEW)  # which, in turn

# Readers of documents without pages, and the cells that nobody found in such a document.
EXACT = ("docx", "xlsx", "html", "text")
UNPAGED_READERS = frozenset((*EXACT, *(f"none_{name}" for name in EXACT)))
UNPAGED = "unpaged"  # what they were measured on, in `generated_with`
SCANS = "scans"

Right = Callable[[str, Number | None, Kind], bool]  # of a cell by key, value and kind
Parameters = ParamSpec("Parameters")


def is_scan(reader: str) -> bool:
    """Whether the reader looked at pixels, or found nothing where they are."""
    return "scan" in reader.split("_")


@dataclass(frozen=True, slots=True)
class LackingSample(Sample):
    """A report without one of its tables; its truth file still has them all."""

    lost: str = REVIEW

    @property
    def document(self) -> Layout:
        whole = Sample(self.name, self.facts, self.producer, self.style, self.plain_words).document
        blocks = tuple(
            block
            for block in whole.blocks
            if not (isinstance(block, TableLayout) and block.name == self.lost)
        )
        return replace(whole, blocks=blocks)

    def truth_without(self, truth: Truth) -> Truth:
        """The truth of what is printed."""
        lost = f"{self.lost}/"
        return Truth({k: v for k, v in truth.cells.items() if not k.startswith(lost)})


@dataclass(slots=True)
class Counts:
    """Right and seen cells by kind, and what became of the documents."""

    right: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    cells: int = 0
    cells_right: int = 0
    never_read: int = 0  # cells that the source has and the reading does not know
    wrong: Counter[str] = field(default_factory=Counter)  # cells, by document

    def add(
        self,
        reading: DocumentReading,
        kinds: list[tuple[str, ...]],
        is_right: Right,
        keys: Collection[str],
    ) -> None:
        """Count one document that has the ``keys``; ``kinds`` are those of the reading's cells."""
        self.documents += 1
        for cell, names in zip(reading.cells, kinds, strict=True):
            right = is_right(cell.key, cell.value, cell.kind)
            self.cells += 1
            self.cells_right += right
            self.wrong[reading.source.name] += not right
            for name in names:
                self.seen[name] += 1
                self.right[name] += right
        known = {cell.key for cell in reading.cells}
        self.never_read += sum(key not in known for key in keys)

    def keep(self, target: Path, ours: Callable[[str], bool]) -> dict[str, Any]:
        """Take over the kinds of other readers as they are shipped; what those were made with."""
        shipped = json.loads((target if target.is_file() else SHIPPED).read_text("utf-8"))
        for name, (right, seen) in shipped.get("kinds", {}).items():
            if not ours(name.split("|")[0]):
                self.right[name], self.seen[name] = right, seen
        facts: dict[str, Any] = shipped.get("generated_with", {})
        return facts

    def write(self, target: Path, generated_with: dict[str, Any]) -> None:
        """Put the counts in the file's place."""
        part = target.with_suffix(".part")
        part.write_text(self.as_json(generated_with), encoding="utf-8")
        part.replace(target)

    def as_json(self, generated_with: dict[str, Any]) -> str:
        """The counts as the file that is shipped: one kind a line, sorted."""
        lines = [
            f"  {json.dumps(name)}: [{self.right[name]}, {self.seen[name]}]"
            for name in sorted(self.seen)
        ]
        facts = json.dumps(generated_with, sort_keys=True, ensure_ascii=False)
        kinds = ",\n".join(lines)
        return f'{{"generated_with": {facts},\n "kinds": {{\n{kinds}\n}}}}\n'


def count_and_write(seed: int, count: int, target: Path) -> Report:
    """Read the PDFs of the seeds, and write the counts; those of other readers are kept."""
    counts, producers = count_right(seed, count)
    facts: dict[str, Any] = {
        "version": __version__,
        "settings_digest": ReadSettings().digest,
        "generator": made_in().name,
        "first_seed": seed,
        "seeds": count,
        "documents": counts.documents,
        "producers": dict(sorted(producers.items())),
        "cells": counts.cells,
        "right": counts.cells_right,
        "never_read": counts.never_read,
    }
    report = report_of(counts, target)
    shipped = counts.keep(target, lambda name: name not in UNPAGED_READERS and not is_scan(name))
    counts.write(target, facts | {k: v for k, v in shipped.items() if k in (UNPAGED, SCANS)})
    return report


def count_right(seed: int, count: int) -> tuple[Counts, Counter[str]]:
    """Read every document as `gouji read` does; the counts, and documents by producer."""
    settings, counts, producers = ReadSettings(), Counts(), Counter[str]()
    for sample in made(plan(seed, count), made_in()):
        data = (made_in() / f"{sample.name}.pdf").read_bytes()
        truth = read_truth(made_in() / f"{sample.name}.truth.json")
        if isinstance(sample, LackingSample):
            truth = sample.truth_without(truth)
        with kinds_noted() as kinds:
            reading = read_document(f"{sample.name}.pdf", data, settings)
        counts.add(reading, kinds, truth.right, truth.cells)
        producers[sample.producer] += 1
        if counts.documents % 50 == 0:
            print(f"{counts.documents} documents read", file=sys.stderr)
    return counts, producers


def plan(seed: int, count: int) -> list[Sample]:
    """The reports of the seeds, some of which lack a table."""
    samples: list[Sample] = []
    for index, s in enumerate(plan_batch(seed, count, "all", "all")):
        if index % LACKING_EVERY == LACKING_EVERY - 1:
            lost = LOST[index // LACKING_EVERY % len(LOST)]
            name = f"{s.name}_without_{lost}"
            samples.append(LackingSample(name, s.facts, s.producer, s.style, s.plain_words, lost))
        else:
            samples.append(s)
    return samples


@contextmanager
def kinds_noted() -> Iterator[list[tuple[str, ...]]]:
    """The kinds that cells get meanwhile, in their order: a reading does not keep them."""
    noted: list[tuple[str, ...]] = []

    def noting(
        classes: Callable[Parameters, tuple[str, ...]],
    ) -> Callable[Parameters, tuple[str, ...]]:
        @wraps(classes)
        def note(*args: Parameters.args, **kwargs: Parameters.kwargs) -> tuple[str, ...]:
            noted.append(classes(*args, **kwargs))
            return noted[-1]

        return note

    module: Any = extractors.assemble
    original = module.cell_class
    module.cell_class = noting(original)
    try:
        yield noted
    finally:
        module.cell_class = original


def report_of(counts: Counts, target: Path) -> Report:
    """The kinds that were counted, those with wrong cells first."""
    finest = [name for name in counts.seen if name.count("|") == 4]
    worst = sorted(finest, key=lambda name: counts.right[name] - counts.seen[name])
    rows = tuple(
        (name, str(counts.right[name]), str(counts.seen[name]), _share(counts, name))
        for name in worst
        if counts.right[name] < counts.seen[name] or counts.seen[name] >= ENOUGH
    )
    return Report(
        f"Right cells by kind, over {counts.documents} documents",
        ("kind", "right", "seen", "share"),
        rows,
        notes=(
            f"{counts.cells_right} of {counts.cells} cells right, {counts.never_read} of"
            f" the source not known to the reading; written to {target}",
            *(f"{n} wrong in {name}" for name, n in counts.wrong.most_common(WORST) if n),
        ),
    )


def _share(counts: Counts, name: str) -> str:
    return f"{counts.right[name] / counts.seen[name]:.4f}"
