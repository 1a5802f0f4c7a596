"""The sample generator: its facts agree with the forms, and its files with its facts."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from shares import one_in

from samples.generator import fonts
from samples.generator.__main__ import main
from samples.generator.batch import Sample, plan_batch, plan_sample
from samples.generator.codes import (
    APPLICATIONS,
    ARTICLE20,
    CELL_COUNTS,
    REVIEW,
    Form,
    all_keys,
    application_key,
)
from samples.generator.committed import COMMITTED_FOLDER, committed_samples
from samples.generator.cutting import cut_table
from samples.generator.facts import ReportFacts, make_facts
from samples.generator.forms import TableLayout, draw_form
from samples.generator.mistakes import slip
from samples.generator.numbers import DENSE
from samples.generator.printing import Habits
from samples.generator.producers import reportlab_pdf
from samples.generator.producers.flat_odt import render_flat_odt
from samples.generator.producers.html import render_html
from samples.generator.relations import check
from samples.generator.style import BreakStyle, draw_style
from samples.generator.truth import as_text, truth_of

SEEDS = range(40)
EVERY_FORM = pytest.mark.parametrize("form", list(Form))
fonts_installed = all(Path(font.path).is_file() for font in fonts.FONTS.values())
needs_fonts = pytest.mark.skipif(
    not fonts_installed,
    reason="Debian's fonts-arphic-uming, fonts-arphic-ukai, fonts-wqy-zenhei, "
    "fonts-wqy-microhei and fonts-noto-cjk are not all installed",
)


def tables(facts: ReportFacts) -> tuple[TableLayout, ...]:
    form = draw_form(facts.seed, facts.form, facts.cells)
    return (*form.article20, form.applications, form.review)


def pdf_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@EVERY_FORM
def test_a_seed_always_gives_the_same_report(form: Form) -> None:
    assert make_facts(7, form) == make_facts(7, form)
    assert make_facts(7, form) != make_facts(8, form)


@EVERY_FORM
def test_a_report_has_every_cell_of_its_form_in_reading_order(form: Form) -> None:
    cells = make_facts(1, form).cells
    assert len(cells) == CELL_COUNTS[form]
    assert list(cells) == list(all_keys(form))
    parts = Counter(key.split("/")[0] for key in cells)
    assert parts[ARTICLE20] + parts[APPLICATIONS] + parts[REVIEW] == len(cells)


@EVERY_FORM
def test_without_publishers_errors_no_relation_fails(form: Form) -> None:
    for seed in SEEDS:
        assert make_facts(seed, form, mistakes=0).verdict.violated == ()


@EVERY_FORM
def test_a_publishers_error_breaks_a_relation_that_is_listed(form: Form) -> None:
    for seed in SEEDS:
        facts = make_facts(seed, form, habits=Habits(), mistakes=1)
        assert facts.verdict.violated
        assert facts.verdict.untestable == ()
        assert "publisher_error" in facts.flags
        for mistake in facts.mistakes:
            assert facts.cells[mistake.key].value == mistake.printed != mistake.true


def test_a_wrong_cell_breaks_its_row_and_its_two_column_sums() -> None:
    facts = make_facts(3, Form.T21, scale=DENSE, habits=Habits(), mistakes=0)
    values = {key: cell.value for key, cell in facts.cells.items()}
    values[application_key("processed_total", "research")] = 999_999
    assert set(check(Form.T21, values).violated) == {
        ("R1", "processed_total"),
        ("R2", "research"),
        ("R3", "research"),
    }


def test_a_blank_counts_as_nothing_in_a_row_but_leaves_a_column_untestable() -> None:
    facts = make_facts(3, Form.T21, habits=Habits(), mistakes=0, scale=DENSE)
    values = {key: cell.value for key, cell in facts.cells.items()}
    key = application_key("granted_in_part", "welfare")
    values[application_key("granted_in_part", "total")] -= values[key]  # type: ignore[operator]
    values[key] = None
    verdict = check(Form.T21, values)
    assert verdict.untestable == (("R3", "welfare"),)
    assert verdict.violated == (("R3", "total"),)


def test_a_row_without_a_total_is_untestable() -> None:
    facts = make_facts(3, Form.T19, habits=Habits(), mistakes=0)
    values = {key: cell.value for key, cell in facts.cells.items()}
    values[application_key("other_handling", "total")] = None
    assert ("R1", "other_handling") in check(Form.T19, values).untestable


def test_a_slip_is_always_another_number() -> None:
    for number in (0, 1, 9, 10, 11, 100, 12_345):
        assert all(slip(Random(seed), number) not in (number, -1) for seed in range(50))


def test_prose_states_the_true_numbers_of_the_form() -> None:
    for seed in SEEDS:
        facts = make_facts(seed, Form.T21, habits=Habits(), mistakes=0)
        said = {fact.code: fact.value for fact in facts.prose}
        assert (
            said["requests_received"]
            == facts.cells[application_key("requests_received", "total")].value
        )
        overview = "".join(facts.sections[0].paragraphs)
        assert said["requests_received"] == 0 or f"申请{said['requests_received']}件" in overview


@EVERY_FORM
def test_every_place_of_a_printed_grid_belongs_to_one_cell(form: Form) -> None:
    for seed in SEEDS:
        facts = make_facts(seed, form)
        layouts = tables(facts)
        for layout in layouts:
            places = [
                (row, column)
                for cell in layout.cells
                for row in cell.rows
                for column in cell.columns
            ]
            assert len(places) == len(set(places)) == layout.rows * layout.columns
        keys = [cell.key for layout in layouts for cell in layout.cells if cell.key]
        assert keys == list(facts.cells)


def test_a_cut_table_loses_no_value_and_drops_the_outer_label_column() -> None:
    layout = tables(make_facts(5, Form.T21))[-2]
    breaks = BreakStyle(at={"applications": 0.5}, drop_label_columns=1, repeat_header=True)
    upper, lower = cut_table(layout, breaks)
    assert (upper.columns, lower.columns) == (10, 9)
    assert lower.header_rows == 3
    keys = [cell.key for part in (upper, lower) for cell in part.cells if cell.key]
    assert sorted(keys) == sorted(cell.key for cell in layout.cells if cell.key)
    for part in (upper, lower):
        area = sum(cell.row_span * cell.column_span for cell in part.cells)
        assert area == part.rows * part.columns


def test_truth_keeps_value_raw_text_and_kind_apart() -> None:
    facts = make_facts(9, Form.T19, habits=Habits(blank_zeros="all", procurement_unit="万元"))
    truth = json.loads(as_text(truth_of(facts, "reportlab", draw_style(9, "reportlab"))))
    blanks = [key for key, kind in truth["kinds"].items() if kind == "blank"]
    assert blanks
    assert all(truth["cells"][key] is None and truth["raw"][key] == "" for key in blanks)
    assert truth["template"] == "T19"


def test_many_reports_have_many_different_numbers() -> None:
    rich = sum(
        len({cell.value for cell in make_facts(seed, Form.T21).cells.values()}) > 40
        for seed in SEEDS
    )
    assert rich > len(SEEDS) / 4


@pytest.mark.parametrize("render", [render_html, render_flat_odt])
def test_html_and_odt_print_every_value(render: object) -> None:
    producer = "chromium" if render is render_html else "libreoffice"
    sample = plan_sample(11, producer)  # type: ignore[arg-type]
    text: str = render(sample.document, sample.style)  # type: ignore[operator]
    assert text == render(sample.document, sample.style)  # type: ignore[operator]
    for cell in sample.facts.cells.values():
        assert f">{cell.text}</" in text


@needs_fonts
@pytest.mark.parametrize("seed", one_in(3, [2, 5, 12, 24, 31]))
def test_a_reportlab_pdf_prints_title_and_values(seed: int, tmp_path: Path) -> None:
    sample = plan_sample(seed, "reportlab")
    target = tmp_path / "report.pdf"
    reportlab_pdf.write_pdf(sample.document, sample.style, seed, target)
    text = "".join(pdf_text(target).split())
    assert sample.facts.title in text
    assert all(cell.text in text for cell in sample.facts.cells.values())


@pytest.mark.slow
@needs_fonts
def test_reportlab_writes_the_same_bytes_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        main(
            [
                "--seed",
                "4",
                "--count",
                "2",
                "--producer",
                "reportlab",
                "--out",
                f"{tmp_path}/{name}",
            ]
        )
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 4
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_batch_takes_turns_and_keeps_to_the_wanted_form() -> None:
    samples = plan_batch(1, 12, "all", "T19")
    assert Counter(sample.producer for sample in samples) == {
        "reportlab": 4, "chromium": 4, "libreoffice": 4,
    }  # fmt: skip
    assert {sample.facts.form for sample in samples} == {Form.T19}
    assert {s.facts.form.template for s in plan_batch(1, 20, "reportlab", "T21")} == {"T21"}


def test_a_missing_font_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = {
        name: fonts.Font(font.family, "/nowhere", font.package)
        for name, font in fonts.FONTS.items()
    }
    monkeypatch.setattr("samples.generator.fonts.FONTS", nowhere)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    code = main(["--producer", "chromium", "--count", "1", "--out", str(tmp_path)])
    assert code == 3
    assert "apt-get install fonts-" in capsys.readouterr().err


@pytest.mark.parametrize("sample", committed_samples(), ids=lambda sample: sample.name)
def test_a_committed_sample_is_what_the_generator_makes_now(sample: Sample, tmp_path: Path) -> None:
    truth = as_text(truth_of(sample.facts, sample.producer, sample.style))
    committed_truth = COMMITTED_FOLDER / f"{sample.name}.truth.json"
    committed_pdf = COMMITTED_FOLDER / f"{sample.name}.pdf"
    assert committed_truth.read_text(encoding="utf-8") == truth
    assert committed_pdf.stat().st_size < 120_000
    if sample.producer == "reportlab" and fonts_installed:
        made = tmp_path / "made.pdf"
        reportlab_pdf.write_pdf(sample.document, sample.style, sample.facts.seed, made)
        assert made.read_bytes() == committed_pdf.read_bytes()


def test_the_committed_handful_shows_what_goes_wrong_in_reports() -> None:
    samples = committed_samples()
    flags = {flag for sample in samples for flag in sample.facts.flags}
    assert {"template_mixture", "zero_left_blank", "mark_for_none", "publisher_error"} <= flags
    assert {sample.producer for sample in samples} == {"reportlab", "chromium", "libreoffice"}
    values = [cell.text for sample in samples for cell in sample.facts.cells.values()]
    assert any(len(text) == 8 and text.isdigit() for text in values)
    assert any(len(text.rstrip("万元").partition(".")[2]) == 6 for text in values)


def test_styles_differ_from_seed_to_seed() -> None:
    assert len({str(draw_style(seed, "reportlab")) for seed in SEEDS}) == len(SEEDS)
