"""Doubt: which cells are asked of other readers, what they answer, and how sure a cell is."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from places import SAMPLES
from shares import one_in

from extractors.assemble import sums_broken
from extractors.pdf import second_opinion
from extractors.pdf.document import PdfFile
from extractors.pdf.extract import extract_pdf
from extractors.pdf.plumber import plumb_page
from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import (
    Agreement,
    Box,
    CellState,
    DocumentReading,
    Kind,
    RelationResult,
    RelationStatus,
)
from gouji.reconcile.confidence import UNSEEN, cell_class, cell_confidence, measured
from gouji.reports import fill_form


def read(name: str, **settings: object) -> DocumentReading:
    data = (SAMPLES / f"{name}.pdf").read_bytes()
    return read_document(name, data, replace(ReadSettings(), **settings))


def opinions(reading: DocumentReading) -> dict[Agreement, int]:
    counts = dict.fromkeys(Agreement, 0)
    for cell in reading.cells:
        counts[cell.agreement] += 1
    return counts


def test_cells_where_violated_sums_cross_are_asked_of_pdfplumber_and_it_agrees() -> None:
    reading = read("t19_publisher_errors")
    asked = [c for c in reading.cells if c.agreement is Agreement.AGREES and c.kind is Kind.NUMBER]
    violated = [r for r in reading.relations if r.status is RelationStatus.VIOLATED]
    assert violated
    assert asked
    assert all(any(cell.key in r.keys for r in violated) for cell in asked)


def test_a_report_without_doubt_asks_nobody() -> None:
    assert opinions(read("t21_plain"))[Agreement.NOT_ASKED] == 200


def test_blank_cells_are_proven_blank_by_their_picture() -> None:
    reading = read("t19_zeros_left_blank")
    blank = [cell for cell in reading.cells if cell.kind is Kind.BLANK]
    assert blank
    assert {cell.agreement for cell in blank} == {Agreement.AGREES}


def test_no_other_reader_runs_where_they_are_switched_off() -> None:
    reading = read("t19_publisher_errors", second_reader=False)
    assert opinions(reading)[Agreement.NOT_ASKED] == len(reading.cells)


@pytest.mark.parametrize(
    "path",
    one_in(
        2,
        [
            pytest.param(path, id=path.stem, marks=() if n % 4 == 1 else pytest.mark.slow)
            for n, path in enumerate(sorted(SAMPLES.glob("*.pdf")))
        ],
    ),
)
def test_asking_for_a_few_cells_gives_what_pdfplumber_itself_gives(path: Path) -> None:
    data = path.read_bytes()
    cells = [c for c in read(path.stem).cells if c.place and c.kind is Kind.NUMBER]
    assert cells
    cells = cells[:: max(1, len(cells) // 20)]
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            boxes = [c.place.box for c in cells if c.place and c.place.page == page.page_number]
            boxes = [box for box in boxes if box is not None]
            if not boxes:
                continue
            plumbed = plumb_page(page, boxes)
            theirs = [Box(*cell) for table in page.find_tables() for cell in table.cells]
            for box in boxes:
                own = [c for c in plumbed.cells if c.contains(box.center_x, box.center_y)]
                whole = [c for c in theirs if c.contains(box.center_x, box.center_y)]
                assert bool(own) == bool(whole)
                if own:
                    smallest = min(own, key=lambda c: c.area)
                    wanted = page.crop(min(whole, key=lambda c: c.area).as_list(), strict=False)
                    text = second_opinion._text_in(plumbed.characters, smallest)
                    said = "".join((wanted.dedupe_chars().extract_text() or "").split())
                    assert "".join(text.split()) == said


def test_a_pdf_that_the_other_readers_cannot_read_gives_no_opinion() -> None:
    cells = [c for c in read("t21_plain").cells if c.place][:1]
    assert cells
    assert second_opinion.ask_pdfplumber(b"%PDF-1.7 nothing", None, []) == {}


def result(status: RelationStatus, number: int) -> RelationResult:
    return RelationResult("R1", str(number), status, 1, 2)


def test_a_publishers_slips_do_not_break_the_sums_and_a_lost_font_does() -> None:
    holds = [result(RelationStatus.HOLDS, n) for n in range(40)]
    slips = [result(RelationStatus.VIOLATED, n) for n in range(10)]
    lost = [result(RelationStatus.VIOLATED, n) for n in range(35)]
    assert not sums_broken([*holds, *slips])
    assert sums_broken([*holds[:5], *lost])


def kinds(**changes: object) -> tuple[str, ...]:
    usual: dict[str, object] = {
        "reader": "pdf_table",
        "agreement": Agreement.NOT_ASKED,
        "sums": "holds",
        "kind": Kind.NUMBER,
        "placed": True,
        "labelled": True,
    }
    given = usual | changes
    return cell_class(
        given["reader"], given["agreement"], given["sums"], given["kind"],
        placed=given["placed"], labelled=given["labelled"],
    )  # fmt: skip


def test_a_cell_of_a_kind_that_was_measured_is_as_sure_as_its_kind() -> None:
    counts = {kinds()[0]: (990, 1000)}
    assert cell_confidence(kinds(), counts) == pytest.approx(991 / 1002)
    assert cell_confidence(kinds(), measured()) > 0.999


@pytest.mark.parametrize(
    "trouble",
    [
        {"reader": "pdf_table_aligned"},
        {"sums": "broken"},
        {"kind": Kind.UNREAD},
        {"agreement": Agreement.DISAGREES},
        {"placed": False},
    ],
    ids=str,
)
def test_a_cell_in_trouble_borrows_no_confidence_from_cells_that_are_not(
    trouble: dict[str, object],
) -> None:
    assert cell_confidence(kinds(**trouble), measured()) <= UNSEEN


def test_the_shipped_frequencies_are_counts() -> None:
    for name, (right, seen) in measured().items():
        assert 0 <= right <= seen, name


def test_cells_that_are_not_read_wait_for_a_person() -> None:
    # a second number over the first, as a correction by hand: nobody can say which of them counts
    data = (SAMPLES / "t21_plain.pdf").read_bytes()
    place = next(c.place for c in read("t21_plain").cells if c.key.endswith("decisions"))
    assert place is not None
    assert place.box is not None
    assert place.page is not None
    overlay = f"q 0 g BT /Mine 9 Tf {place.box.left + 2:.1f} Y Td (7 777) Tj ET Q"
    with pikepdf.open(io.BytesIO(data)) as document:
        page = document.pages[place.page - 1]
        height = float(page.mediabox[3])
        y = height - (place.box.top + place.box.bottom) / 2 - 3
        page.contents_add(overlay.replace("Y", f"{y:.1f}").encode(), prepend=True)
        page.obj.Resources.Font["/Mine"] = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        changed = io.BytesIO()
        document.save(changed)
    reading = read_document("a.pdf", changed.getvalue(), ReadSettings(second_reader=False))
    unread = [cell for cell in reading.cells if cell.kind is Kind.UNREAD]
    assert len(unread) == 1
    assert unread[0].state is CellState.REVIEW
    assert unread[0].value is None


@pytest.mark.slow
def test_camelot_reads_the_same_cells_where_it_is_asked() -> None:
    data = (SAMPLES / "t21_plain.pdf").read_bytes()
    with PdfFile(data) as file:
        found = extract_pdf(file, ReadSettings(), frozenset(), None)
    cells = [cell for cell in fill_form(found.parts).cells if cell.page][20:60:5]
    answers = second_opinion.ask_camelot(data, None, cells, {})
    assert {opinion.agreement for opinion in answers.values()} == {Agreement.AGREES}
    assert len(answers) == len(cells)
