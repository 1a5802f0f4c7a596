"""The few small pictures of paper that lie in the repository, for the demo and the tests."""

from __future__ import annotations

from pathlib import Path

from samples.generator.batch import Sample
from samples.generator.codes import Form
from samples.generator.committed import HEI, SONG
from samples.generator.facts import make_facts
from samples.generator.numbers import BUSY, DENSE, MODEST, Scale
from samples.generator.printing import Habits
from samples.generator.scans.batch import Scan
from samples.generator.style import PageStyle, RuleStyle, Style, TextStyle

SCANS_FOLDER = Path(__file__).parent.parent / "scans"


def committed_scans() -> list[Scan]:
    """A sheet-fed scanner, a fax, a photo, and a bad copy with seals on its numbers."""
    return [
        Scan("t21_office_scan", _sample(301, Form.T21, BUSY, HEI), 1, "pdf", 5, ("staple",)),
        Scan("t19_fax", _sample(302, Form.T19, MODEST, SONG), 1, "pdf_jbig2", 2, ()),
        Scan("t21_photo", _sample(303, Form.T21, DENSE, SONG), 2, "jpg_exif", 1, (), only=(2,)),
        Scan("t19_seals", _sample(304, Form.T19, DENSE, SONG), 3, "pdf", 7, ("seal",)),
    ]


def _sample(seed: int, form: Form, scale: Scale, text: TextStyle) -> Sample:
    """A short report with plain habits, its tables early."""
    facts = make_facts(seed, form, scale=scale, habits=Habits(), mistakes=0, brief=True)
    page = PageStyle(left=64.0, right=64.0, top=56.0, bottom=56.0)
    rules = RuleStyle(width=0.75, outer_width=0.75)
    return Sample("", facts, "reportlab", Style(page=page, text=text, rules=rules), True)
