"""Samples without pages, DOCX, XLSX, HTML and text of the same facts: what each still tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from samples.generator.batch import OLDER_FORMS, draw_form_of
from samples.generator.damage import DAMAGES, Damaged, damage
from samples.generator.document import Document
from samples.generator.facts import make_facts
from samples.generator.numbers import Scale
from samples.generator.older.codes import OlderForm
from samples.generator.older.facts import OlderHabits, make_older_facts
from samples.generator.printing import Habits
from samples.generator.producers.docx_look import DocxLook, draw_docx_look
from samples.generator.producers.dumps import DUMPS, dump
from samples.generator.producers.flattened import LAYOUTS, flatten
from samples.generator.producers.libreoffice_files import FILTERS, Order, save_as
from samples.generator.producers.python_docx import render_docx
from samples.generator.producers.sheets import draw_sheet_look, render_sheets
from samples.generator.producers.web_pages import MARKUPS, web_page
from samples.generator.reports import AnyFacts, document_of
from samples.generator.style import draw_style
from samples.generator.told import (
    EVERYTHING,
    Told,
    blanks_faint,
    labels_damaged,
    nothing_sure,
    seen_by_places,
    tell,
    value_rows,
)
from samples.generator.truth import as_text, facts_truth

NOTHING = Scale("nothing", 0.0, 1, 0.0, 1, 0.0, 1, 0.0, 1)
HTML = (*MARKUPS, "html_broken")
UNPAGED = ("docx", "xlsx", *HTML, *FILTERS, *LAYOUTS, *DUMPS)


@dataclass(frozen=True, slots=True)
class UnpagedSample:
    """One sample before it is written; ``look`` is given only to fix what a DOCX file does."""

    name: str
    facts: AnyFacts
    producer: str
    plain_words: bool = False
    damage: str | None = None
    look: DocxLook | None = None

    @property
    def document(self) -> Document:
        """The blocks to lay out."""
        return document_of(self.facts, plain=self.plain_words)


@dataclass(frozen=True, slots=True)
class Made:
    """A sample's file and what it tells."""

    data: bytes
    suffix: str
    told: Told = EVERYTHING
    tables_missing: bool = False


def plan_unpaged(
    seed: int, count: int, producers: Sequence[str], form: str, damaged: str | None = None
) -> list[UnpagedSample]:
    """Samples of the seeds from ``seed`` on, taking turns between the producers.

    ``damaged`` is the name of a damage, or ``any`` for one drawn from the seed; DOCX and XLSX
    take none.
    """
    samples = []
    for number in range(seed, seed + count):
        producer = producers[number % len(producers)]
        facts = _facts(number, form, producer)
        name = f"{facts.form.value.lower()}_{producer}_{number:05d}"
        harm = Random(f"damage:{number}").choice(DAMAGES) if damaged == "any" else damaged
        harm = None if producer.startswith(("docx", "xlsx")) else harm
        samples.append(UnpagedSample(name, facts, producer, damage=harm))
    return samples


def _facts(seed: int, form: str, producer: str) -> AnyFacts:
    """The seed's report; for the layout without values that of an organ with nothing to report."""
    nothing = producer == "text_no_values"
    if form in OLDER_FORMS:
        older, habits = OlderForm(form), OlderHabits(blank_zeros=1.0)
        if nothing:
            return make_older_facts(seed, older, habits=habits, mistakes=0, nothing=True)
        return make_older_facts(seed, older)
    chosen = draw_form_of(seed, form)
    if not nothing:
        return make_facts(seed, chosen)
    return make_facts(seed, chosen, scale=NOTHING, habits=Habits(blank_zeros="all"), mistakes=0)


def make_unpaged(samples: Sequence[UnpagedSample], folder: Path) -> list[Path]:
    """Write every sample, LibreOffice started once for each of its formats; the paths, in order.

    Raises:
        MissingProgram: a font or a producer's program is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    saved: dict[str, Made] = {}
    for name in FILTERS:
        mine = [sample for sample in samples if sample.producer == name]
        orders = [Order(s.document, draw_style(s.facts.seed, "libreoffice")) for s in mine]
        for sample, data in zip(mine, save_as(name, orders), strict=True):
            saved[sample.name] = _saved(sample, data)
    paths = []
    for sample in samples:
        made = saved.get(sample.name) or make_file(sample)
        harmed = Damaged(made.data)
        if sample.damage is not None:
            harmed = damage(sample.damage, made.data, made.suffix, sample.facts.seed)
        path = folder / f"{sample.name}{made.suffix}"
        path.write_bytes(harmed.data)
        truth = as_text(unpaged_truth(sample, made, harmed))
        (folder / f"{sample.name}.truth.json").write_text(truth, encoding="utf-8")
        paths.append(path)
    return paths


def make_file(sample: UnpagedSample) -> Made:
    """The file of a sample that needs no LibreOffice."""
    facts, document, producer = sample.facts, sample.document, sample.producer
    if producer == "docx":
        look = sample.look or draw_docx_look(Random(f"docx:{facts.seed}:{facts.form.value}"))
        return Made(render_docx(document, look, facts.seed), ".docx")
    if producer == "xlsx":
        sheets = draw_sheet_look(Random(f"xlsx:{facts.seed}:{facts.form.value}"))
        return Made(render_sheets(document, sheets, facts.seed), ".xlsx")
    if producer in HTML:
        return Made(web_page(producer, document, facts), ".html")
    if producer in LAYOUTS:
        flat = flatten(producer, document, facts)
        return Made(flat.text.encode("utf-8"), flat.suffix, flat.told, flat.tables_missing)
    text = dump(producer, document, facts.seed)
    told = seen_by_places if producer == "text_pdftotext_layout" else nothing_sure
    return Made(text.encode("utf-8"), ".txt", told(facts.cells, value_rows(document)))


def _saved(sample: UnpagedSample, data: bytes) -> Made:
    suffix = FILTERS[sample.producer][1]
    if suffix != ".txt":
        return Made(data, suffix)
    told = blanks_faint(sample.facts.cells, value_rows(sample.document))
    return Made(data, suffix, told)


def unpaged_truth(sample: UnpagedSample, made: Made, harmed: Damaged) -> dict[str, Any]:
    """What reading the file must give, in the shape of the other samples' truth.

    Besides: ``accepted`` (other readings of a cell that are right), ``optional`` (facts about the
    report that may be null because the layout or a damage took their words), ``contacts``.
    """
    facts = sample.facts
    told = made.told
    if harmed.letters_lost:
        told |= labels_damaged(facts.cells, ())
    truth = tell(facts_truth(facts), facts, told)
    issuer = facts.issuer
    truth |= {"producer": sample.producer, "damage": sample.damage}
    printed = f"地址：{issuer.address}" in facts.lead
    if printed:
        truth["contacts"] = {
            "address": issuer.address,
            "postcode": issuer.postcode,
            "phone": issuer.phone,
            "email": issuer.email,
        }
    optional = list(harmed.optional)
    if sample.producer in DUMPS or sample.producer == "text_paper":
        optional.extend(("title", "issuer", "index_number", "publication_date"))
    if sample.producer == "text_deduplicated":
        optional.append("template")  # a form without any of its values
    if optional:
        truth["optional"] = list(dict.fromkeys(optional))
    if made.tables_missing:
        truth |= {"template": None, "cells": {}, "raw": {}, "kinds": {}, "violated": []}
        truth |= {"untestable": [], "accepted": {}}
        truth["flags"] = [*truth["flags"], "tables_missing"]
    if sample.look is not None:
        truth["style"] = asdict(sample.look)
    return truth
