"""Files that are broken, hostile or no reports: one clear line each, and the rest is read."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from bad_pdfs import CATALOGUE, NO_ENGINE, OTHER, TABLE, assert_clear, only_failure, read, texts
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pdf_making import FONTS, encrypted, pdf, stream, written
from places import ROOT, SAMPLES

from extractors.reading import read_file
from extractors.settings import ReadSettings
from gouji.model import FailureKind

DIGITAL = sorted(SAMPLES.glob("*.pdf"))
TWO_PAGES = pdf(TABLE, OTHER)


@pytest.mark.parametrize("data", [b"", b"\0" * 1000, b"\r\n \t\n"])
def test_an_empty_file_says_so(data: bytes) -> None:
    failure = only_failure(read(data))
    assert failure.kind is FailureKind.EMPTY_FILE
    assert failure.page is None


@pytest.mark.parametrize(
    ("data", "kind", "word"),
    [
        (b"MZ\x90\0" + b"\0" * 999, FailureKind.UNSUPPORTED, "program"),
        (b"\x89PNG\r\n\x1a\n", FailureKind.DAMAGED, "picture"),
    ],
)
def test_another_kind_of_file_named_pdf_is_refused_by_name(
    data: bytes, kind: FailureKind, word: str
) -> None:
    failure = only_failure(read(data))
    assert failure.kind is kind
    assert word in failure.message


@pytest.mark.parametrize("junk", [b"\n", b"x" * 1000, b"junk\r\n" * 170, b"<p>\xb7\xc7</p>" * 2000])
def test_junk_before_the_header_does_not_matter(junk: bytes) -> None:
    reading = read(junk + TWO_PAGES)
    assert reading.failures == ()
    assert texts(reading) == [["a", "b", "c", "12", "34", "56"], ["d", "e", "78", "90"]]


def test_junk_behind_the_end_does_not_matter() -> None:
    assert texts(read(TWO_PAGES + b"\0" * 3000 + b"<html>")) == texts(read(TWO_PAGES))


def test_a_user_password_is_asked_for() -> None:
    data = encrypted(TWO_PAGES, user="open", owner="own")
    failure = only_failure(read(data))
    assert failure.kind is FailureKind.ENCRYPTED
    assert "encrypted" in failure.message
    assert only_failure(read(data, passwords=("wrong",))).kind is FailureKind.ENCRYPTED


@pytest.mark.parametrize("password", ["open", "公开2023", "a" * 100])
def test_a_password_that_fits_opens_the_file(password: str) -> None:
    data = encrypted(TWO_PAGES, user=password, owner="own")
    reading = read(data, passwords=("wrong", password))
    assert reading.failures == ()
    assert texts(reading) == texts(read(TWO_PAGES))


def test_an_owner_password_alone_keeps_nobody_out() -> None:
    reading = read(encrypted(TWO_PAGES, user="", owner="own"))
    assert reading.failures == ()
    assert texts(reading) == texts(read(TWO_PAGES))


def test_the_password_is_nowhere_in_the_reading() -> None:
    assert ReadSettings(passwords=("secret",)).digest == ReadSettings().digest
    data = encrypted(TWO_PAGES, user="secret", owner="own")
    assert "secret" not in repr(read(data, passwords=("secret",)))


@pytest.mark.slow
@pytest.mark.parametrize("path", DIGITAL[:2], ids=lambda path: path.stem)
@given(share=st.floats(0, 1))
@settings(max_examples=12, deadline=None)
def test_a_file_cut_off_anywhere_is_read_or_fails_in_words(path: Path, share: float) -> None:
    data = path.read_bytes()
    whole = read(data)
    reading = read(data[: int(share * len(data))], second_reader=False)
    assert_clear(reading.failures)
    if not reading.failures and "repaired" not in reading.flags:
        assert texts(reading) == texts(whole)
    assert len(reading.pages) <= len(whole.pages)


def test_a_page_whose_content_was_cut_off_is_a_failure_and_not_an_empty_page() -> None:
    cut = TWO_PAGES[: TWO_PAGES.rindex(b"stream\n", 0, TWO_PAGES.rindex(b"endstream")) - 20]
    reading = read(cut)
    assert texts(reading) == [["a", "b", "c", "12", "34", "56"]]
    assert [failure.page for failure in reading.failures] == [2]
    assert_clear(reading.failures)


@given(st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
@example(33)
@example(608)
def test_flipped_bytes_never_raise_and_never_hang(seed: int) -> None:
    random = Random(seed)
    data = bytearray(random.choice(DIGITAL).read_bytes())
    for _ in range(random.choice((1, 5, 20, 100))):
        data[random.randrange(len(data))] = random.randrange(256)
    start = time.process_time()
    reading = read(bytes(data), page_seconds=3, second_reader=False, ocr=NO_ENGINE)
    assert time.process_time() - start < 60  # without the limits it never ends
    assert_clear(reading.failures)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_sixty_damaged_samples_are_read_or_fail_in_words(seed: int) -> None:
    random = Random(1000 + seed)
    data = bytearray(DIGITAL[seed % len(DIGITAL)].read_bytes())
    for _ in range(random.choice((1, 10, 200))):
        at = random.randrange(len(data))
        if random.random() < 0.1:
            del data[at : at + random.choice((1, 30, 2000))]
        else:
            data[at] = random.randrange(256)
    start = time.process_time()
    reading = read(bytes(data), page_seconds=5, ocr=NO_ENGINE)
    assert time.process_time() - start < 60  # without the limits it never ends
    assert_clear(reading.failures)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_behind_a_pdf_header_fail_in_words(tail: bytes) -> None:
    reading = read(b"%PDF-1.7\n" + tail)
    assert reading.failures
    assert_clear(reading.failures)


@pytest.mark.parametrize(
    "objects",
    [
        [b"<< /Type /Catalog >>"],
        [b"<< /Type /Catalog /Pages null >>"],
        [CATALOGUE, b"<< /Type /Pages /Count 0 /Kids [] >>"],
        [CATALOGUE, b"<< /Type /Pages /Count 3 /Kids [2 0 R 2 0 R] >>"],
        [CATALOGUE, b"<< /Type /Pages /Count 3 /Kids [3 0 R] >>", b"<< /Type /Pages /Count 3 /Kids [2 0 R] >>"],
        [CATALOGUE, b"<< /Type /Pages /Count 1 /Kids [9 0 R] >>"],
        [CATALOGUE, b"<< /Type /Pages /Count 1 /Kids (a) >>"],
        [CATALOGUE, b"[1 2 3]"],
    ],
    ids=str,
)  # fmt: skip
def test_a_page_tree_without_pages_or_with_loops_fails_in_words(objects: list[bytes]) -> None:
    reading = read(written(objects))
    assert reading.failures
    assert_clear(reading.failures)


@pytest.mark.parametrize(
    "count", [b"/Count -2", b"/Count 0", b"/Count 99999999", b"/Count (a)", b"/Cxunt 2"]
)
def test_a_page_count_that_lies_does_not_matter(count: bytes) -> None:
    reading = read(TWO_PAGES.replace(b"/Count 2", count))
    assert texts(reading) == texts(read(TWO_PAGES))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"xref\n0", b"xrxx\n0"), (b"startxref\n", b"startxref\n9"),
        (b"%%EOF", b""), (b"0000000015", b"9999999999"), (b"trailer", b"trxiler"),
        (b"/Length ", b"/Lxngth "), (b"%PDF-1.7", b"%PDF-9.9"),
    ],
)  # fmt: skip
def test_a_broken_cross_reference_is_mended(old: bytes, new: bytes) -> None:
    assert old in TWO_PAGES
    reading = read(TWO_PAGES.replace(old, new), ocr=NO_ENGINE)
    assert texts(reading) == texts(read(TWO_PAGES))


@pytest.mark.parametrize(
    "box",
    [
        b"[0 0 0 0]",
        b"[0 0 595 0]",
        b"[(a) 0 (b) c]",
        b"[]",
        b"null",
        b"[nan 0 inf 842]",
        b"[0 0 1e9 1e9]",
        b"[595 842 0 0]",
    ],
)
def test_a_page_size_that_is_nonsense_stops_nothing(box: bytes) -> None:
    reading = read(TWO_PAGES.replace(b"[0 0 595 842]", box, 1))
    assert texts(reading)[-1] == ["d", "e", "78", "90"]
    assert_clear(reading.failures)


def test_a_page_too_small_to_see_is_a_failure_of_its_own() -> None:
    reading = read(TWO_PAGES.replace(b"[0 0 595 842]", b"[0 0 3 3]", 1))
    assert texts(reading) == [["d", "e", "78", "90"]]
    failure = only_failure(reading)
    assert (failure.page, failure.kind) == (1, FailureKind.PAGE_EMPTY)


@pytest.mark.parametrize(
    "content",
    [
        b"1e38 1e38 m 1e39 -1e39 l S 0 0 m 1e300 1e300 l S",
        b"99999999999999999999 0 m 0 99999999999999 l S",
        b"nan inf m -inf 0 l S ---5 3..4 m 0 0 l S",
        b"BT /F1 1e30 Tf 1e30 0 0 1e30 0 0 Tm (12) Tj ET",
        b"BT /F1 0 Tf 1 0 0 1 100 100 Tm (12) Tj ET",
        b"q 0 0 0 0 0 0 cm BT /F1 9 Tf (12) Tj ET 0 0 m 9 9 l S Q",
        b"q 1e30 0 0 1e30 1e30 1e30 cm 0 0 m 9 9 l S BT /F1 9 Tf (12) Tj ET Q",
        b"q 1e-30 0 0 1e-30 0 0 cm 0 0 m 9 9 l S BT /F1 9 Tf (12) Tj ET Q",
        b"q " * 20_000,
        b"Q " * 20_000,
        b"(" * 500 + b")" * 500,
        b"[" * 9 + b"]" * 9,
        b"BT " * 9,
        b"/Nothing Do /F9 12 Tf /X gs BI ID EI",
        b"\0\xff\xfe" * 100,
        b"BT /F9 12 Tf 1 0 0 1 300 700 Tm (no such font) Tj ET",
    ],
    ids=lambda content: content[:24].decode("latin-1"),
)
def test_nonsense_in_a_page_leaves_the_rest_of_it(content: bytes) -> None:
    reading = read(pdf(content + b"\n" + TABLE, OTHER))
    assert texts(reading)[-1] == ["d", "e", "78", "90"]
    assert_clear(reading.failures)
    boxes = [cell.box for table in reading.tables for cell in table.cells]
    assert all(abs(edge) < 1e6 for box in boxes for edge in box.as_list())


@pytest.mark.parametrize(
    "contents", [b"/Contents 99 0 R", b"/Contents 3 0 R", b"/Contents (a)", b"/Cxntents 4 0 R"]
)
def test_a_page_without_content_is_an_empty_page(contents: bytes) -> None:
    reading = read(TWO_PAGES.replace(b"/Contents 4 0 R", contents))
    assert texts(reading) == [["d", "e", "78", "90"]]
    assert_clear(reading.failures)


@pytest.mark.parametrize(
    "entry",
    [
        b"/UserUnit 0",
        b"/UserUnit 1e9",
        b"/UserUnit (a)",
        b"/Rotate 45",
        b"/Rotate 450",
        b"/Rotate (a)",
        b"/CropBox [1 1 1 1]",
        b"/CropBox [9e9 0 0 1]",
    ],
)
def test_page_entries_that_are_nonsense_stop_nothing(entry: bytes) -> None:
    reading = read(pdf(TABLE, page=entry))
    assert texts(reading) == [["a", "b", "c", "12", "34", "56"]]
    assert_clear(reading.failures)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Font <<", b"/Fxnt <<"),
        (b"/F1 <<", b"/F1 null /F9 <<"),
        (b"/Helvetica", b"/NoSuchFont"),
        (b"/Type1", b"/Type3"),
    ],
)
def test_a_missing_font_stops_nothing(old: bytes, new: bytes) -> None:
    reading = read(TWO_PAGES.replace(old, new), ocr=NO_ENGINE)
    assert len(reading.pages) == 2
    assert_clear(reading.failures)


def form(content: bytes, inner: int) -> bytes:
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font %s /XObject << /X %d 0 R >> >>"
    return stream(content, entries % (FONTS, inner))


def test_a_form_that_holds_itself_is_read_once() -> None:
    data = pdf(b"/X Do", resources=b"/XObject << /X 3 0 R >>", more=[form(TABLE + b" /X Do", 3)])
    assert texts(read(data)) == [["a", "b", "c", "12", "34", "56"]]


def test_forms_within_forms_are_read_and_bottomless_ones_stop_nothing() -> None:
    for depth in (8, 300):
        nested = [form(b"/X Do", 4 + i) for i in range(depth)] + [form(TABLE, 99)]
        data = pdf(b"/X Do", OTHER, resources=b"/XObject << /X 3 0 R >>", more=nested)
        reading = read(data)
        assert texts(reading)[-1] == ["d", "e", "78", "90"]
        assert depth > 8 or len(reading.tables) == 2


def test_a_folder_is_not_readable_as_a_file(tmp_path: Path) -> None:
    failure = only_failure(read_file(tmp_path, ReadSettings()))
    assert failure.kind is FailureKind.NOT_READABLE
    assert "directory" in failure.message.lower()


def test_a_file_that_is_gone_is_not_readable(tmp_path: Path) -> None:
    assert (
        only_failure(read_file(tmp_path / "gone.pdf", ReadSettings())).kind
        is FailureKind.NOT_READABLE
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads files without rights")
def test_a_file_without_rights_is_not_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(TWO_PAGES)
    path.chmod(0)
    assert only_failure(read_file(path, ReadSettings())).kind is FailureKind.NOT_READABLE


@pytest.mark.slow
def test_a_pipe_or_a_device_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "loop.pdf").symlink_to(tmp_path / "loop.pdf")
    (tmp_path / "device.pdf").symlink_to("/dev/zero")
    code = (
        "import sys; from pathlib import Path; from extractors.reading import read_file;"
        "from extractors.settings import ReadSettings;"
        "print(*(read_file(Path(path), ReadSettings()).failures[0].kind for path in sys.argv[1:]))"
    )
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30));"
    done = subprocess.run(
        [sys.executable, "-c", limit + code, *tmp_path.iterdir()],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["not_readable"] * 3


def test_the_failure_of_one_file_leaves_the_next_one_alone() -> None:
    for bad in (
        b"",
        b"%PDF-1.7 broken",
        encrypted(TWO_PAGES, user="u", owner="o"),
        TWO_PAGES[:700],
    ):
        assert read(bad).failures or "repaired" in read(bad).flags
        assert texts(read(TWO_PAGES)) == [["a", "b", "c", "12", "34", "56"], ["d", "e", "78", "90"]]


def test_the_same_bad_file_fails_in_the_same_words() -> None:
    for bad in (b"%PDF-1.7 broken", TWO_PAGES[:300], TWO_PAGES[:1500]):
        assert read(bad).failures == read(bad).failures
