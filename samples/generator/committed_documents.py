"""The few small samples without pages that lie in the repository, for the demo and the tests."""

from __future__ import annotations

from pathlib import Path

from samples.generator.codes import Form
from samples.generator.facts import ReportFacts, make_facts
from samples.generator.numbers import BUSY, DENSE, MODEST, QUIET, Scale
from samples.generator.printing import Habits
from samples.generator.producers.docx_look import DocxLook
from samples.generator.style import BreakStyle
from samples.generator.unpaged import UnpagedSample

DOCUMENTS_FOLDER = Path(__file__).parent.parent / "documents"


def committed_documents() -> list[UnpagedSample]:
    """Both forms and makers of DOCX, pages of sites, and layouts of text that lose something."""
    cut = DocxLook(
        grid="wrong",
        numbered="labels",
        changes=True,
        split_runs=True,
        title="two_paragraphs",
    )
    broken = DocxLook(
        breaks=BreakStyle(at={"applications": 0.6}, drop_label_columns=1, cut_label="split"),
        controls=True,
        fields=True,
        title="box",
    )
    return [
        UnpagedSample("t21_tracked_changes", _facts(201, Form.T21, BUSY), "docx", look=cut),
        UnpagedSample("t19_two_tables", _facts(202, Form.T19, DENSE), "docx", look=broken),
        UnpagedSample("t21_writer", _facts(204, Form.T21, MODEST), "docx_libreoffice"),
        UnpagedSample("t21_page_of_a_site", _facts(281, Form.T21, BUSY), "html"),
        UnpagedSample("t19_word_page_gb2312", _facts(206, Form.T19, QUIET), "html_word"),
        UnpagedSample(
            "t21_pipes_traditional_pinyin",
            _facts(208, Form.T21, MODEST),
            "text_pipes",
            damage="pinyin_toned",
        ),
        UnpagedSample(
            "t19_cell_a_line_blanks_lost",
            _facts(209, Form.T19, BUSY, Habits(blank_zeros="some")),
            "text_lines_without_blanks",
        ),
        UnpagedSample("t19_tabs_cut", _facts(210, Form.T19, QUIET), "text_tsv_cut"),
    ]


def _facts(seed: int, form: Form, scale: Scale, habits: Habits | None = None) -> ReportFacts:
    return make_facts(seed, form, scale=scale, habits=habits or Habits(), mistakes=0, brief=True)
