"""The handful of small samples that lie in the repository, for the demo and the tests."""

from __future__ import annotations

from pathlib import Path

from samples.generator.batch import Sample
from samples.generator.codes import Form
from samples.generator.facts import make_facts
from samples.generator.numbers import BUSY, DENSE, METROPOLIS, MODEST, QUIET
from samples.generator.printing import Habits
from samples.generator.style import (
    BreakStyle,
    PageStyle,
    RuleStyle,
    Style,
    TableStyle,
    TextStyle,
)

COMMITTED_FOLDER = Path(__file__).parent.parent / "digital"

SONG = TextStyle(body_font="uming", title_font="uming", table_font="uming")
HEI = TextStyle(
    body_font="zenhei", title_font="zenhei", table_font="zenhei", body_size=12.0, digits=None
)
MICROHEI = TextStyle(
    body_font="microhei", title_font="microhei", table_font="microhei", body_size=12.0, digits=None
)
BLUE_BANDS = TableStyle(band_shade="c6d9f1", header_shade="f2f2f2", least_row=20.0)


def committed_samples() -> list[Sample]:
    """Both forms, all producers, and one of each thing that goes wrong in real reports."""
    return [
        _plain(),
        _broken(),
        _publisher_errors(),
        _mixture(),
        _large(),
        _marks(),
        _blank_zeros(),
        _rotated(),
    ]


def _plain() -> Sample:
    facts = make_facts(101, Form.T21, scale=BUSY, habits=Habits(), mistakes=0, brief=True)
    style = Style(text=SONG, table=BLUE_BANDS)
    return Sample("t21_plain", facts, "reportlab", style, plain_words=True)


def _broken() -> Sample:
    """Broken inside (三)不予公开; the next page lacks the outer label column."""
    facts = make_facts(102, Form.T21, scale=DENSE, habits=Habits(), mistakes=0, brief=True)
    style = Style(
        text=HEI,
        rules=RuleStyle(drawing="edges", width=0.75, outer_width=0.75),
        breaks=BreakStyle(
            at={"applications": 0.45},
            drop_label_columns=1,
            cut_label="split",
            close_at_break=False,
        ),
    )
    return Sample("t21_broken_table", facts, "reportlab", style)


def _publisher_errors() -> Sample:
    facts = make_facts(103, Form.T19, scale=BUSY, habits=Habits(), mistakes=2, brief=True)
    style = Style(text=HEI, rules=RuleStyle(drawing="rects", width=0.4))
    return Sample("t19_publisher_errors", facts, "reportlab", style)


def _mixture() -> Sample:
    """T21 with the single row (六)其他处理 of T19, empty rows left blank, open at the sides."""
    habits = Habits(blank_zeros="empty_rows")
    facts = make_facts(104, Form.MIXTURE, scale=MODEST, habits=habits, mistakes=0, brief=True)
    style = Style(
        text=SONG, rules=RuleStyle(width=1.0, outer_width=1.0, missing_sides=("left", "right"))
    )
    return Sample("t21_mixture_blank_rows", facts, "reportlab", style, plain_words=True)


def _large() -> Sample:
    """A whole city: eight digits, signed changes, six decimal places with a unit."""
    habits = Habits(change_signs=("+", "-"), zero_change="+0", procurement_unit="万元")
    facts = make_facts(203, Form.T19, scale=METROPOLIS, habits=habits, mistakes=0, brief=True)
    style = Style(text=MICROHEI, table=BLUE_BANDS)
    return Sample("t19_large_values", facts, "chromium", style, plain_words=True)


def _marks() -> Sample:
    """A slash in every zero of one applicant's column."""
    habits = Habits(none_mark="/", none_place="applicant_column")
    facts = make_facts(106, Form.T21, scale=MODEST, habits=habits, mistakes=0, brief=True)
    style = Style(text=HEI, breaks=BreakStyle(repeat_header=True))
    return Sample("t21_slashes", facts, "libreoffice", style)


def _blank_zeros() -> Sample:
    habits = Habits(blank_zeros="all")
    facts = make_facts(107, Form.T19, scale=QUIET, habits=habits, mistakes=0, brief=True)
    style = Style(text=MICROHEI, breaks=BreakStyle(anywhere=True))
    return Sample("t19_zeros_left_blank", facts, "libreoffice", style)


def _rotated() -> Sample:
    """Lying pages stood up by /Rotate, rules as filled boxes, full-width digits."""
    habits = Habits(full_width_digits=True)
    facts = make_facts(108, Form.T21, scale=BUSY, habits=habits, mistakes=0, brief=True)
    style = Style(
        page=PageStyle(rotated=True),
        text=HEI,
        rules=RuleStyle(drawing="boxes", width=1.2, outer_width=1.2, grey=0.4),
        breaks=BreakStyle(repeat_header=True),
    )
    return Sample("t21_rotated", facts, "reportlab", style)
