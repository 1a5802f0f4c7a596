"""Reports of the years before 2019 as the generator makes them: pages, and without pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from indicator_tables import counted, t14, template, texts
from shares import one_in

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import (
    DocumentReading,
    Kind,
)
from samples.generator import fonts
from samples.generator.batch import plan_sample
from samples.generator.damage import Damaged
from samples.generator.older.codes import OlderForm
from samples.generator.older.facts import OlderFacts, OlderHabits, make_older_facts
from samples.generator.producers.reportlab_pdf import write_pdf
from samples.generator.unpaged import make_file, plan_unpaged, unpaged_truth

fonts_installed = all(Path(font.path).is_file() for font in fonts.FONTS.values())
needs_fonts = pytest.mark.skipif(not fonts_installed, reason="the fonts are not all installed")


@needs_fonts
@pytest.mark.parametrize(
    ("form", "seed"), one_in(4, [("T14", 3), ("T14", 12), ("T14", 21), ("T08", 42)])
)
def test_a_pdf_of_the_generator_is_read_without_a_wrong_cell(
    form: str, seed: int, tmp_path: Path
) -> None:
    sample = plan_sample(seed, "reportlab", form)
    facts = sample.facts
    assert isinstance(facts, OlderFacts)
    path = tmp_path / "sample.pdf"
    write_pdf(sample.document, sample.style, seed, path)
    reading = read_document(path.name, path.read_bytes(), ReadSettings(third_reader=False))
    assert template(reading) == form
    read_as = {c.key: (c.value, str(c.kind)) for c in reading.cells}
    assert read_as == {key: (c.value, c.kind) for key, c in facts.cells.items()}
    violated = {(r.id, r.scope) for r in reading.relations if str(r.status) == "violated"}
    hard = {pair for pair in violated if pair[0] != "T14-3"}
    assert hard == set(facts.verdict.violated)
    units = {c.key: c.unit for c in reading.cells if c.kind is not Kind.CELL_NOT_IN_SOURCE}
    assert {key: unit for key, unit in units.items() if unit} == facts.units


KEPT_APART = ("docx", "html_word", "html_broken", "text_pipes", "text_lines", "text_tsv")


@pytest.mark.parametrize(
    ("form", "producer"),
    one_in(
        3,
        [
            *((form, name) for form in ("T14", "T08") for name in KEPT_APART),
            ("T14", "text_one_line"),
        ],
    ),
)
def test_without_pages_no_cell_is_read_as_what_it_is_not(form: str, producer: str) -> None:
    for sample in plan_unpaged(40, 3, (producer,), form):
        made = make_file(sample)
        truth = unpaged_truth(sample, made, Damaged(made.data))
        name = f"{sample.name}{made.suffix}"
        reading = read_document(name, made.data, ReadSettings())
        assert template(reading) == form
        got = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
        for key, printed in sample.facts.cells.items():
            value, kind = got.get(key, (None, str(Kind.CELL_NOT_IN_SOURCE)))
            if producer.startswith("text") and kind in ("unread", "cell_not_in_source"):
                continue
            others = [tuple(other) for other in truth.get("accepted", {}).get(key, ())]
            assert (value, kind) in [(printed.value, printed.kind), *others], (name, key)


def flat(lines: Sequence[str]) -> DocumentReading:
    """A report as text, its table in these lines."""
    told = (
        "灵璧县教育局2016年政府信息公开工作年度报告\n一、概述\n做好各项工作。\n二、主动公开情况\n"
    )
    text = told + "公开了各类信息。\n三、依申请公开情况\n没有收到申请。\n" + "\n".join(lines)
    return read_document("a.txt", text.encode(), ReadSettings())


def test_a_cell_a_line_is_put_together_again() -> None:
    assert texts(flat([cell for row in t14() for cell in row])) == counted()


def test_numbers_out_of_their_rows_are_not_read() -> None:
    rows = t14()
    moved = [cell for row in rows[:40] for cell in row[:2]] + [row[2] for row in rows[:40]]
    reading = flat([*moved, *(cell for row in rows[40:] for cell in row)])
    assert all(cell.as_read == counted()[cell.key.split("/")[1]]
               for cell in reading.cells if cell.value is not None)  # fmt: skip


def test_where_repeated_lines_were_dropped_no_number_is_read() -> None:
    cells = [
        cell
        for row in t14(counted() | {"requests.fax": "0", "replies.granted": "0"})
        for cell in row
    ]
    reading = flat(list(dict.fromkeys(cells)))
    assert not any(cell.value is not None for cell in reading.cells)


@pytest.mark.parametrize("form", list(OlderForm))
def test_reports_of_the_generator_keep_their_sums_but_for_mistakes(form: OlderForm) -> None:
    for seed in range(30):
        assert make_older_facts(seed, form, mistakes=0).verdict.violated == ()
        wrong = make_older_facts(seed, form, habits=OlderHabits(), mistakes=1)
        assert wrong.mistakes
        assert wrong.verdict.violated or wrong.verdict.untestable


def test_the_generator_makes_older_forms_only_when_asked() -> None:
    assert {str(plan_sample(seed, "reportlab").facts.form) for seed in range(30)} <= {
        "T19", "T21", "T21_MIXTURE",
    }  # fmt: skip
    assert plan_sample(5, "reportlab", "T14").facts == plan_sample(5, "reportlab", "T14").facts
    assert {form.template for form in OlderForm} == {"T08", "T14"}
