"""Published reports as the web left them, where they are at hand: every cell, kind and fact."""

from __future__ import annotations

import json
from typing import Any

import pytest
from places import SHARED

from extractors.reading import read_file
from extractors.settings import ReadSettings
from gouji.model import DocumentReading

SEEDS = SHARED / "seeds"
TRUTH = SEEDS / "truth.json"
pytestmark = pytest.mark.skipif(not TRUTH.is_file(), reason=f"{TRUTH} is not at hand")
NAMES = (
    sorted(json.loads(TRUTH.read_text(encoding="utf-8"))) if TRUTH.is_file() else ["not at hand"]
)


@pytest.fixture(scope="module", params=NAMES)
def seed(request: pytest.FixtureRequest) -> tuple[DocumentReading, dict[str, Any]]:
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))[request.param]
    return read_file(SEEDS / request.param, ReadSettings()), truth


Seed = tuple[DocumentReading, dict[str, Any]]


def test_every_cell_is_read_and_what_is_missing_says_why(seed: Seed) -> None:
    reading, truth = seed
    kinds = dict.fromkeys(truth["blank"], "blank")
    kinds |= dict.fromkeys(truth["not_in_source"], "cell_not_in_source")
    wanted = {key: (value, kinds.get(key, "number")) for key, value in truth["cells"].items()}
    assert {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells} == wanted


def test_issuer_year_dates_and_index_number_are_told(seed: Seed) -> None:
    reading, truth = seed
    report = reading.report
    assert report is not None
    assert report.template == truth["template"]
    assert report.issuer == truth["issuer"]
    assert report.report_year == truth["report_year"]
    published = report.publication_date
    assert (published and published.isoformat()) == truth["publication_date"]
    signed = truth.get("signature_date") or truth.get("signature_date_as_printed")
    assert (report.signature_date and report.signature_date.isoformat()) == signed
    assert report.index_number == truth.get("index_number")
    assert report.issuer.startswith(report.region[-1]) or report.region[-1] in report.issuer


def test_the_narratives_facts_and_flags_are_found(seed: Seed) -> None:
    reading, truth = seed
    facts = {fact.code: fact.value for fact in reading.prose}
    assert facts == facts | truth.get("prose", {})
    assert set(truth.get("flags", [])) <= set(reading.flags)


def test_every_number_has_its_characters_in_the_text(seed: Seed) -> None:
    reading, _ = seed
    (text,) = reading.text
    for cell in reading.cells:
        if cell.value is not None:
            assert cell.place is not None
            assert cell.place.span is not None
            assert text.text[slice(*cell.place.span)] == cell.as_read
    for fact in reading.prose:
        assert fact.offset is None or text.text[slice(*fact.offset)]


def test_no_sum_of_theirs_is_said_to_be_wrong_but_what_is(seed: Seed) -> None:
    reading, _ = seed
    hard = [r for r in reading.relations if r.level == "H"]
    assert [r for r in hard if r.status == "violated"] == []
