"""Which samples to make, and making them: NAME.pdf with NAME.truth.json beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from samples.generator.codes import Form
from samples.generator.document import Document
from samples.generator.facts import make_facts
from samples.generator.older.codes import OlderForm
from samples.generator.older.facts import make_older_facts
from samples.generator.producers import chromium_pdf, libreoffice_pdf, reportlab_pdf
from samples.generator.reports import AnyFacts, document_of
from samples.generator.style import Producer, Style, draw_style
from samples.generator.truth import as_text, truth_of

PRODUCERS: tuple[Producer, ...] = ("reportlab", "chromium", "libreoffice")
FORMS = ("T19", "T21")
OLDER_FORMS = tuple(OlderForm)  # made only when asked for by name


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample before it is drawn; `plain_words` keeps to the official words and grid."""

    name: str
    facts: AnyFacts
    producer: Producer
    style: Style
    plain_words: bool = False

    @property
    def document(self) -> Document:
        """The blocks to lay out."""
        return document_of(self.facts, plain=self.plain_words)


def plan_batch(seed: int, count: int, producer: str, form: str) -> list[Sample]:
    """Samples of the seeds `seed` to `seed + count - 1`, taking turns between the producers."""
    producers = PRODUCERS if producer == "all" else tuple(p for p in PRODUCERS if p == producer)
    return [
        plan_sample(number, producers[number % len(producers)], form)
        for number in range(seed, seed + count)
    ]


def plan_sample(seed: int, producer: Producer, form: str = "all") -> Sample:
    """The sample of one seed."""
    if form in OLDER_FORMS:
        older = OlderForm(form)
        name = f"{older.lower()}_{producer}_{seed:05d}"
        return Sample(name, make_older_facts(seed, older), producer, draw_style(seed, producer))
    chosen = draw_form_of(seed, form)
    name = f"{chosen.value.lower()}_{producer}_{seed:05d}"
    return Sample(name, make_facts(seed, chosen), producer, draw_style(seed, producer))


def draw_form_of(seed: int, form: str = "all") -> Form:
    """The form of this seed. One T21 in eight is the mixture with a single row (六)其他处理."""
    rng = Random(f"sample:{seed}")
    drawn = rng.choice((Form.T19, Form.T21))
    mixture = rng.random() < 1 / 8
    chosen = drawn if form == "all" else Form(form)
    return Form.MIXTURE if chosen is Form.T21 and mixture else chosen


def make_batch(samples: Sequence[Sample], folder: Path) -> None:
    """Write every sample; LibreOffice is started once for all of its samples.

    Raises:
        MissingProgram: a font or a producer's program is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    orders: list[libreoffice_pdf.Order] = []
    for sample in samples:
        target = folder / f"{sample.name}.pdf"
        if sample.producer == "reportlab":
            reportlab_pdf.write_pdf(sample.document, sample.style, sample.facts.seed, target)
        elif sample.producer == "chromium":
            chromium_pdf.write_pdf(sample.document, sample.style, target)
        else:
            orders.append(libreoffice_pdf.Order(sample.document, sample.style, target))
    libreoffice_pdf.write_pdfs(orders)
    for sample in samples:
        truth = as_text(truth_of(sample.facts, sample.producer, sample.style))
        (folder / f"{sample.name}.truth.json").write_text(truth, encoding="utf-8")
