"""Documents that would take for ever or all memory: limits a page and a document."""

from __future__ import annotations

import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest
from bad_pdfs import CATALOGUE, NO_ENGINE, OTHER, TABLE, assert_clear, only_failure, read, texts
from pdf_making import FONTS, Sheet, pdf, stream, written
from places import ROOT

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import FailureKind
from gouji.reports import MetaLine, read_metadata


def bomb(unit: bytes, megabytes: int) -> bytes:
    """A PDF of two pages; the first page's content unpacks to so many megabytes."""
    packer = zlib.compressobj(9)
    chunk = unit * ((1 << 20) // len(unit))
    data = b"".join(packer.compress(chunk) for _ in range(megabytes)) + packer.flush()
    packed = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(data), data)
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font "
        + FONTS
        + b" >> >>"
    )
    tree = b"<< /Type /Pages /Count 2 /Kids [3 0 R 5 0 R] >>"
    return written([CATALOGUE, tree, page % 4, packed, page % 6, stream(OTHER)])


@pytest.mark.slow
@pytest.mark.parametrize("unit", [b" ", b"0 ", b"(", b"<<"])
def test_a_stream_that_unpacks_to_200_megabytes_costs_seconds(unit: bytes) -> None:
    start = time.process_time()
    reading = read(bomb(unit, 200), page_seconds=2)
    assert time.process_time() - start < 60  # without the limits it never ends
    assert texts(reading) == [["d", "e", "78", "90"]]


def hatching(count: int) -> bytes:
    random = Random(5)
    lines = []
    for _ in range(count):
        x, y, size = random.uniform(20, 570), random.uniform(20, 820), random.uniform(5, 300)
        lines.append(
            f"{x:.2f} {y:.2f} m {x + size:.2f} {y:.2f} l S {x:.2f} {y:.2f} m {x:.2f} {y - size:.2f} l S"
        )
    return "\n".join(lines).encode()


def crowded(words: int, covers: int) -> bytes:
    random = Random(6)
    sheet = Sheet()
    for number in range(words):
        sheet.text(random.uniform(0, 550), random.uniform(20, 820), str(number), 8)
    for _ in range(covers):
        sheet.raw(f"1 1 .9 rg {random.uniform(0, 500):.1f} {random.uniform(0, 800):.1f} 20 8 re f")
    return sheet.content


def scattered(count: int) -> bytes:
    """Short upright strokes, each a path of its own."""
    return b"".join(
        b"%d %d m %d %d l S\n" % (i % 590, i % 830, i % 590, i % 830 + 9) for i in range(count)
    )


def joined(count: int) -> bytes:
    """Strokes that are all one path."""
    return b"0 0 m " + b"".join(b"%d %d l " % (i % 590, i * 7 % 830) for i in range(count)) + b"S"


# What each page holds; made when the test runs, since making it takes seconds.
TOO_MUCH: Mapping[str, Callable[[], bytes]] = {
    "a million paths": lambda: scattered(1_000_000),
    "a path of a million strokes": lambda: joined(1_000_000),
    "100,000 words": lambda: crowded(100_000, 0),
    "20,000 words": lambda: crowded(20_000, 0),
    "10,000 covers": lambda: crowded(10_000, 10_000),
    "hatching": lambda: hatching(100_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("content", TOO_MUCH)
def test_a_page_that_takes_too_long_costs_itself_only(content: str) -> None:
    data = pdf(TOO_MUCH[content](), OTHER)
    start = time.process_time()
    # A drawing read in time is sent on to OCR, whose models take longer to load than this allows.
    reading = read(data, page_seconds=2, ocr=NO_ENGINE)
    assert time.process_time() - start < 8
    assert texts(reading)[-1] == ["d", "e", "78", "90"]
    assert_clear(reading.failures)
    for failure in reading.failures:
        # a machine that is quick enough finds that the page is a drawing without text
        assert failure.page == 1
        assert failure.kind in (FailureKind.PAGE_TIMEOUT, FailureKind.NEEDS_OCR)


@pytest.mark.slow
def test_a_page_of_a_million_paths_is_one_failure() -> None:
    reading = read(pdf(OTHER, scattered(1_000_000), OTHER), page_seconds=1)
    failure = only_failure(reading)
    assert (failure.page, failure.kind) == (2, FailureKind.PAGE_TIMEOUT)
    assert "page 2" in failure.message
    assert len(reading.tables) == 2


def test_a_document_that_takes_too_long_keeps_what_was_read() -> None:
    reading = read(pdf(*[TABLE] * 40), document_seconds=1e-9)
    failure = only_failure(reading)
    assert (failure.page, failure.kind) == (None, FailureKind.DOCUMENT_TIMEOUT)
    assert len(reading.pages) < 40


@pytest.mark.parametrize(
    "line", ["0123456789" * 6, "abcdefgh-x." * 6, "淮安市洪泽区" * 10, "a@b.c" * 12]
)
def test_a_long_document_that_is_no_report_costs_no_more_a_page(line: str) -> None:
    start = time.process_time()
    read_metadata([MetaLine(number // 40 + 1, line, 10.0) for number in range(3000)])
    assert time.process_time() - start < 2  # 0.1 s measured


def test_pages_beyond_the_limit_are_told() -> None:
    reading = read(pdf(*[TABLE] * 5), max_pages=3)
    failure = only_failure(reading)
    assert failure.kind is FailureKind.TOO_MANY_PAGES
    assert "5" in failure.message
    assert len(reading.tables) == 3


def test_pages_to_skip_are_skipped_and_the_rest_is_read() -> None:
    seen: list[int] = []
    reading = read_document(
        "a.pdf", pdf(*[TABLE] * 4), ReadSettings(), skip=frozenset({2}), on_page=seen.append
    )
    assert seen == [1, 3, 4, 0]  # 0: the pages are done
    assert [table.page for table in reading.tables] == [1, 3, 4]


PEAK = """
import resource, sys
from pathlib import Path
from extractors.reading import read_file
from extractors.settings import ReadSettings
reading = read_file(Path(sys.argv[1]), ReadSettings())
assert not reading.failures, reading.failures
assert len(reading.tables) == int(sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_five_thousand_pages_are_read_in_bounded_memory(tmp_path: Path) -> None:
    content = Sheet().table([[f"{r}{c}" for c in range(8)] for r in range(25)], width=55).content
    peaks = {}
    for count in (100, 5000):
        path = tmp_path / f"{count}.pdf"
        path.write_bytes(pdf(*[content] * count))
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(path), str(count)],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=280,
        )  # fmt: skip
        peaks[count] = int(done.stdout)
    assert peaks[5000] < peaks[100] + 250
