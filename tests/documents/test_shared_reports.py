"""Real reports that are not part of the repository, where they are at hand."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from places import SHARED

from extractors.reading import read_file
from extractors.settings import ReadSettings
from gouji.model import DocumentReading, Kind, RelationStatus

REAL = SHARED / "real"
HONGZE = REAL / "hongze_2023.pdf"
pytestmark = pytest.mark.skipif(not HONGZE.is_file(), reason=f"{HONGZE} is not at hand")


@pytest.fixture(scope="module")
def hongze() -> DocumentReading:
    return read_file(HONGZE, ReadSettings())


@pytest.fixture(scope="module")
def truth() -> dict[str, object]:
    text = HONGZE.with_suffix(".truth.json").read_text(encoding="utf-8")
    return dict(json.loads(text, parse_float=Decimal))


def test_every_cell_of_hongze_2023_is_read(
    hongze: DocumentReading, truth: dict[str, object]
) -> None:
    assert {cell.key: cell.value for cell in hongze.cells} == truth["cells"]
    assert {cell.kind for cell in hongze.cells} == {Kind.NUMBER}
    assert all(cell.value == cell.as_printed for cell in hongze.cells)


def test_only_the_publishers_two_wrong_sums_of_hongze_are_violated(hongze: DocumentReading) -> None:
    hard = [r for r in hongze.relations if r.level == "H"]
    violated = {(r.id, r.scope) for r in hard if r.status is RelationStatus.VIOLATED}
    assert violated == {("R4", "review"), ("R4", "litigation_after_review")}
    assert {r.status for r in hard} == {RelationStatus.VIOLATED, RelationStatus.HOLDS}


def test_the_form_and_the_issuer_of_hongze_are_told(
    hongze: DocumentReading, truth: dict[str, object]
) -> None:
    assert hongze.report is not None
    assert hongze.report.template == truth["template"]
    assert hongze.report.issuer == truth["issuer"]
    assert hongze.report.report_year == truth["report_year"]
    assert "template_mixture" in hongze.flags
    assert hongze.failures == ()


def test_every_cell_of_hongze_has_its_place_on_its_page(hongze: DocumentReading) -> None:
    sizes = {p.facts.number: (p.facts.width, p.facts.height) for p in hongze.pages}
    for cell in hongze.cells:
        assert cell.place is not None
        assert cell.place.page is not None
        assert cell.place.box is not None
        width, height = sizes[cell.place.page]
        assert 0 <= cell.place.box.left < cell.place.box.right <= width
        assert 0 <= cell.place.box.top < cell.place.box.bottom <= height
