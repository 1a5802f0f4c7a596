"""Readings to store and to export: one that looks like a report, and any at all."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from places import MAKING, ROOT

from gouji.model import (
    Agreement,
    Alternative,
    Attachment,
    Box,
    Cause,
    CellPlace,
    CellState,
    DocumentReading,
    Failure,
    FailureKind,
    Kind,
    MediaType,
    PageFacts,
    PageRoute,
    PageText,
    Pipeline,
    ProseFact,
    RelationResult,
    RelationStatus,
    ReportCell,
    ReportInfo,
    Route,
    SourceInfo,
    TableCell,
    TableCells,
    TablePart,
)
from gouji.store import Store

PIPELINE = Pipeline("0.1.0", "0123456789abcdef")


def sha256_of(what: object) -> str:
    return hashlib.sha256(str(what).encode()).hexdigest()


def cell(key: str, value: int | Decimal | None, kind: Kind = Kind.NUMBER) -> ReportCell:
    """A cell that was read from page 4 with a doubt."""
    text = None if value is None else str(value)
    place = CellPlace("pdf_table", "5.13.0", page=4, box=Box(412.0, 233.5, 431.2, 246.0), part=2)
    doubt = (Alternative(text or "", 0.9998), Alternative("1", 0.0001))
    state = CellState.REVIEW if key.endswith("total") else CellState.ACCEPTED
    return ReportCell(
        key, value, kind, "件", text, value, 0.99987, state, doubt, place, label="总计"
    )


def report(
    what: object = 0,
    *,
    pipeline: Pipeline = PIPELINE,
    cells: tuple[ReportCell, ...] | None = None,
    failures: tuple[Failure, ...] = (),
    template: str | None = "T21",
    issuer: str = "彰武县平安镇人民政府",
    year: int = 2023,
) -> DocumentReading:
    """A reading with something in each of its parts."""
    box = Box(10.0, 20.0, 500.0, 700.5)
    grid = [TableCell(r, c, 1, 1, f"{r}\n{c}", box, 0.99) for r in range(4) for c in range(3)]
    facts = PageFacts(1, 595.3, 841.9, 90, 812, 0.01, ("private_use",), 0.25, 31, 11)
    columns = ("natural_person", "business", "total")
    if cells is None:
        cells = tuple(cell(f"applications/granted_in_full/{c}", n) for n, c in enumerate(columns))
    return DocumentReading(
        SourceInfo(f"{what}.pdf", sha256_of(what), MediaType.PDF, 2),
        pipeline,
        ReportInfo(
            template,
            title="平安镇2023年政府信息公开工作年度报告",
            issuer=issuer,
            region=("辽宁省", "阜新市", "彰武县", "平安镇"),
            organ_type="town",
            report_year=year,
            publication_date=date(2024, 1, 20),
            contacts={"电话": "0418-6366000"},
            sections_present=("一", "二"),
        ),
        cells,
        (
            RelationResult("R2", "total", RelationStatus.HOLDS, 2, 2, keys=("a/b/c", "a/b/d")),
            RelationResult(
                *("R7", "fees", RelationStatus.VIOLATED, Decimal("1.50"), 2),
                Cause.SOURCE_INCONSISTENT,
                "S",
            ),
        ),
        (ProseFact("requests_received", Decimal("196.4"), True, 1, "约196.4万条"),),
        (TablePart(1, 0, None, box, (4, 3), TableCells(grid), "pdf_table"),),
        (PageText(1, "收到申请2件。\n"),),
        (PageRoute(facts, Route.TABLE, "text layer and rulings"),),
        ("zero_left_blank",),
        failures,
    )


def page_less(what: object = 0) -> DocumentReading:
    """A reading of a saved web page, with something in every field that there is."""
    ended = CellPlace("text", "1", 4, Box(1.0, 2.0, 3.0, 4.0), 2, 0, 7, 4, (120, 121))
    one = cell("applications/granted_in_full/total", 4)
    filled = replace(
        one,
        place=ended,
        agreement=Agreement.AGREES,
        column_label="2009年度",
        evidence={"ink": 0.25, "views_agree": 1.0, "reader": "ppocr"},
        state=CellState.REVIEW,
    )
    grid = TableCells([TableCell(0, 0, 1, 2, "收到", Box(0.0, 20.0, 80.0, 40.0))])
    whole = report(what, cells=(filled,))
    assert whole.report is not None
    return replace(
        whole,
        source=SourceInfo(f"{what}.html", sha256_of(what), MediaType.HTML, 1),
        report=replace(
            whole.report,
            organ_level="乡",
            organ_code="11210922001215048K",
            period_start=date(2023, 1, 1),
            period_end=date(2023, 12, 31),
            document_date=date(2024, 1, 18),
            signature_date=date(2024, 1, 19),
            index_number="4303000006/2023-1193064",
            document_number="平政发〔2024〕3号",
        ),
        prose=(ProseFact("requests_received", 2, True, None, "收到申请2件", (4, 5)),),
        tables=(TablePart(0, 0, None, Box(0.0, 20.0, 80.0, 40.0), (1, 2), grid, "html"),),
        text=(PageText(0, "收到申请2件。\n"),),
        failures=(Failure(0, "table", FailureKind.TOO_MANY_PAGES, "the rest is left out"),),
        no_report="explanation",
        attachments=(Attachment("年报.docx", "https://a.example/P0202401.docx"),),
    )


def dead(what: object = 0) -> DocumentReading:
    """A document that could not be read at all."""
    failure = Failure(None, "pool", FailureKind.WORKER_DIED, "killed by signal 9")
    return DocumentReading(
        SourceInfo(f"{what}.pdf", sha256_of(what), MediaType.PDF, 0), PIPELINE, failures=(failure,)
    )


# Any text, with the characters that databases and spreadsheets stumble over.
texts = st.one_of(
    st.text(max_size=12),
    st.text(st.sampled_from("0中\0\ud800\udfff\ufdd0\ufdd10000=+-@'\"\r\n\t,"), max_size=8),
)
pages = st.none() | st.integers(0, 2_000)
numbers = st.one_of(
    st.integers(-(10**30), 10**30),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.builds(Decimal, st.sampled_from(["0", "-0.0", "5", "5.0", "-3.140", "1E-12", "0.1"])),
)
shares = st.floats(0, 1)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    coordinate = st.floats(-1e4, 1e4)
    left, right = sorted((draw(coordinate), draw(coordinate)))
    top, bottom = sorted((draw(coordinate), draw(coordinate)))
    return Box(left, top, right, bottom)


def _up_to_2(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=2).map(tuple)


small = st.integers(0, 300)
spans = st.none() | st.tuples(small, small)
places = st.builds(
    CellPlace, texts, texts, pages, st.none() | boxes(), pages, pages, pages, pages, spans
)
cells = st.builds(
    ReportCell,
    texts,
    st.none() | numbers,
    st.sampled_from(Kind),
    st.none() | texts,
    st.none() | texts,
    st.none() | numbers,
    shares,
    st.sampled_from(CellState),
    _up_to_2(st.builds(Alternative, texts, shares)),
    st.none() | places,
    st.sampled_from(Agreement),
    st.none() | texts,
    st.none() | texts,
)
relations = st.builds(
    RelationResult,
    texts,
    texts,
    st.sampled_from(RelationStatus),
    st.none() | numbers,
    st.none() | numbers,
    st.none() | st.sampled_from(Cause),
    texts,
    _up_to_2(texts),
)
table_cells = st.builds(TableCell, small, small, small, small, texts, boxes(), shares)
parts = st.builds(
    TablePart,
    small,
    small,
    pages,
    boxes(),
    st.tuples(small, small),
    st.lists(table_cells, max_size=2).map(TableCells),
    texts,
)
facts = st.builds(
    PageFacts, small, shares, shares, small, small, shares, _up_to_2(texts), shares, small, small
)
days = st.none() | st.dates()
reports = st.builds(
    ReportInfo,
    st.none() | texts,
    st.none() | texts,
    st.none() | texts,
    region=_up_to_2(texts),
    organ_type=st.none() | texts,
    organ_level=st.none() | texts,
    organ_code=st.none() | texts,
    report_year=st.none() | st.integers(1900, 2100),
    period_start=days,
    period_end=days,
    publication_date=days,
    document_date=days,
    signature_date=days,
    index_number=st.none() | texts,
    document_number=st.none() | texts,
    contacts=st.dictionaries(texts, texts, max_size=2),
    sections_present=_up_to_2(texts),
)
readings = st.builds(
    DocumentReading,
    st.builds(
        SourceInfo,
        texts,
        st.binary(max_size=8).map(lambda b: hashlib.sha256(b).hexdigest()),
        st.sampled_from(MediaType),
        small,
    ),
    st.builds(Pipeline, st.sampled_from(["0.1.0", "0.2.0"]), st.sampled_from(["a", "b"])),
    st.none() | reports,
    _up_to_2(cells),
    _up_to_2(relations),
    _up_to_2(st.builds(ProseFact, texts, numbers, st.booleans(), pages, texts, spans)),
    _up_to_2(parts),
    _up_to_2(st.builds(PageText, small, texts)),
    _up_to_2(st.builds(PageRoute, facts, st.sampled_from(Route), texts)),
    _up_to_2(texts),
    _up_to_2(st.builds(Failure, pages, texts, st.sampled_from(FailureKind), texts)),
    st.none() | texts,
    _up_to_2(st.builds(Attachment, texts, texts)),
)


def types_of(reading: DocumentReading) -> list[type]:
    """The types of all numbers: 5 == Decimal("5.0"), but they are not the same."""
    found: list[object] = [n for c in reading.cells for n in (c.value, c.as_printed)]
    found += [n for r in reading.relations for n in (r.left, r.right)]
    found += [p.value for p in reading.prose]
    return [type(n) for n in found]


def digits_of(reading: DocumentReading) -> list[str]:
    """All digits of the cells' numbers: Decimal("5.0") == Decimal("5.00")."""
    found = (n for c in reading.cells for n in (c.value, c.as_printed) if n is not None)
    return [format(Decimal(n), "f") for n in found if n]


def save_all(url: str | None, work: str, first: int, last: int, version: str = "0.1.0") -> int:
    """Save so many reports, a line each, and return how many were new: for other processes."""
    new = 0
    with Store.open(url, Path(work)) as store:
        for number in range(first, last):
            pipeline = replace(PIPELINE, version=version)
            new += store.save(report(number, pipeline=pipeline)).new
            print(number, flush=True)
    return new


def elsewhere(code: str) -> list[str]:
    """The command that runs code in another Python, where this module's names are there."""
    path = f"import sys; sys.path[:0] = [{str(MAKING)!r}, {str(ROOT)!r}]"
    return [sys.executable, "-c", f"{path}; from stored_readings import *; {code}"]
