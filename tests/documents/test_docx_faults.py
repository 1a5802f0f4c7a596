"""DOCX files that are broken, locked or hostile: one clear line each, in bounded time."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random

import pytest
from docx_making import (
    DOCUMENT,
    NAMESPACES,
    TYPES,
    docx,
    merge,
    p,
    part,
    r,
    relations,
    span,
    tbl,
    tc,
    tr,
    zipped,
)
from docx_reports import facts_and_document, report
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msoffcrypto.format.ooxml import OOXMLFile

from extractors.docx.extract import extract_docx
from extractors.docx.package import MOST_MEMBERS, MOST_XML
from extractors.reading import read_document
from extractors.settings import ReadSettings
from extractors.sniff import source_file
from gouji.model import DocumentReading, Failure, FailureKind, MediaType
from samples.generator.codes import Form

TEXT = part("document", f"<w:body>{p('文')}</w:body>")


@cache
def whole() -> bytes:
    return report(facts_and_document(1, Form.T21, brief=True)[1], "plain")


def read(data: bytes, **more: object) -> DocumentReading:
    return read_document("a.docx", data, ReadSettings(**more))  # type: ignore[arg-type]


def only_failure(reading: DocumentReading) -> Failure:
    (failure,) = reading.failures
    assert_clear(reading)
    return failure


def assert_clear(reading: DocumentReading) -> None:
    for failure in reading.failures:
        assert failure.kind not in (FailureKind.INTERNAL, FailureKind.OUT_OF_MEMORY), failure
        assert failure.message == " ".join(failure.message.split())
        assert 8 < len(failure.message) < 250
        assert "Traceback" not in failure.message
        assert "object at 0x" not in failure.message


def document(xml: str | bytes) -> bytes:
    return zipped({"word/document.xml": xml})


# --- damage ---


@pytest.mark.parametrize(
    "xml",
    [
        "", "hello", "<w:document", TEXT[:-20], TEXT.replace("</w:p>", ""), "<a/>",
        "<html><body><p>x</p></body></html>", TEXT.encode() + b"\xff", TEXT + TEXT,
        f"<w:document {NAMESPACES}/>", TEXT.replace("文", "&undefined;"),
    ],
    ids=range(11),
)  # fmt: skip
def test_a_document_that_is_no_xml_is_damaged(xml: str | bytes) -> None:
    failure = only_failure(read(document(xml)))
    assert failure.kind is FailureKind.DAMAGED
    assert failure.page is None
    assert "DOCX" in failure.message


def test_a_document_part_that_is_missing_is_named() -> None:
    types = TYPES.format(kind=DOCUMENT)
    data = zipped({"[Content_Types].xml": types, "word/styles.xml": part("styles", "")})
    failure = only_failure(read(data))
    assert failure.kind is FailureKind.DAMAGED
    assert "word/document.xml is missing" in failure.message


def test_a_document_part_may_have_another_name() -> None:
    types = TYPES.format(kind=DOCUMENT).replace("document.xml", "document2.xml")
    by_link = zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations({"a": ("officeDocument", "/word/document2.xml")}),
            "word/document2.xml": TEXT,
        }
    )
    by_type = zipped({"[Content_Types].xml": types, "word/document2.xml": TEXT})
    backslashes = zipped({"Word\\Document.xml": TEXT, "[Content_Types].xml": types})
    for data in (by_link, by_type, backslashes):
        assert read(data).text[0].text == "文"


def test_parts_that_the_text_can_do_without_may_be_broken() -> None:
    links = {"s": ("styles", "styles.xml"), "n": ("numbering", "gone.xml")}
    reading = read(docx(p("文"), links=links, members={"word/styles.xml": "<w:styles"}))
    assert reading.text[0].text == "文"
    failure = only_failure(reading)
    assert failure.kind is FailureKind.DAMAGED
    assert failure.page == 0
    assert "word/styles.xml" in failure.message


def test_characters_that_xml_has_not_are_taken_out() -> None:
    body = p("甲\x0b乙\x01") + p("<w:r><w:t>丙&#x1F;丁&#11;</w:t></w:r>")
    assert read(docx(body)).text[0].text == "甲乙\n丙丁"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_part_may_be_in_another_encoding(encoding: str) -> None:
    declared = TEXT.replace("UTF-8", encoding.removesuffix("-sig"))
    assert read(document(declared.encode(encoding))).text[0].text == "文"


@given(share=st.floats(0.01, 0.999))
@settings(max_examples=25, deadline=None)
def test_a_download_that_broke_off_is_read_as_far_as_it_goes_or_fails_in_words(
    share: float,
) -> None:
    data = whole()[: int(share * len(whole()))]
    reading = read(data)
    assert reading.failures
    assert_clear(reading)
    if reading.tables:
        assert reading.tables == read(whole()).tables
        assert "the end of the DOCX file is missing" in reading.failures[0].message


def test_a_file_without_its_directory_is_read() -> None:
    reading = read(whole()[: whole().rindex(b"PK\x01\x02") - 200])
    assert len([c for c in reading.cells if c.as_read is not None]) == 200
    # members whose sizes stand behind them
    streamed = io.BytesIO()
    with zipfile.ZipFile(_Unseekable(streamed), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", TEXT)
    assert read(streamed.getvalue()[:-40]).text[0].text == "文"


class _Unseekable(io.RawIOBase):
    def __init__(self, out: io.BytesIO) -> None:
        self.out = out

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self.out.write(data)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_flipped_bytes_never_bring_the_reader_down(data: st.DataObject) -> None:
    changed = bytearray(whole())
    for _ in range(data.draw(st.integers(1, 12))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    assert_clear(read(bytes(changed)))


ODD = [
    "",
    "-1",
    "0",
    "x",
    "99999",
    "restart",
    "1.5",
    "９",
    "\u0660",
    "pct",
    "50%",
    "false",
    "\u00b2",
]


@pytest.mark.slow
@given(st.integers(0, 10**9))
@settings(max_examples=30, deadline=None)
def test_elements_in_the_wrong_place_never_bring_the_reader_down(seed: int) -> None:
    rng = Random(seed)
    ways = ("numbered", "notes", "boxes", "controls", "tracked", "grid_before", "nested")
    made = _made(rng.choice(ways))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        members: dict[str, str | bytes] = {n: archive.read(n) for n in archive.namelist()}
    name = rng.choice([*(n for n in members if n.endswith((".xml", ".rels"))), *DOCUMENTS])
    root = etree.fromstring(members[name])
    elements = list(root.iter())
    for _ in range(rng.randint(1, 25)):
        element, other = rng.choice(elements), rng.choice(elements)
        above = element.getparent()
        what = rng.random()
        if what < 0.3 and above is not None:
            above.remove(element)
        elif what < 0.6 and element not in (other, *other.iterancestors()):
            other.append(element)
        elif what < 0.85 and element.attrib:
            element.attrib[rng.choice(list(element.attrib))] = rng.choice(ODD)
        else:
            element.tag = other.tag
    members[name] = etree.tostring(root)
    assert_clear(read(zipped(members)))


DOCUMENTS = ("word/document.xml",) * 4


@cache
def _made(way: str) -> bytes:
    return report(facts_and_document(3, Form.T21, brief=True)[1], way, 3)


# --- hostile files ---


def bomb(count: int = 10) -> str:
    entities = "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "x" * 10}">' for i in range(count)
    )
    text = TEXT.replace("文", f"&l{count - 1};")
    return text.replace("?><w:", f"?><!DOCTYPE w:document [{entities}]><w:")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_grow(encoding: str) -> None:
    begun = time.process_time()
    failure = only_failure(read(document(bomb().encode(encoding))))
    assert failure.kind is FailureKind.DAMAGED
    assert "DTD" in failure.message
    outside = TEXT.replace("?><w:", '?><!DOCTYPE x SYSTEM "file:///etc/passwd"><w:')
    assert "DTD" in only_failure(read(document(outside))).message
    assert time.process_time() - begun < 5


@pytest.mark.slow
def test_a_part_that_unpacks_beyond_all_measure_is_not_unpacked() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as file,
    ):
        for _ in range((MOST_XML >> 20) + 2):
            file.write(b" " * (1 << 20))
    data = bytearray(out.getvalue())
    assert len(data) < 200_000
    failure = only_failure(read(bytes(data)))
    assert failure.kind is FailureKind.UNSUPPORTED
    assert "unpacks to more than 64 MB" in failure.message
    # the directory may lie about it
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    assert only_failure(read(bytes(data))).kind is FailureKind.DAMAGED


@pytest.mark.slow
def test_a_file_of_very_many_members_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", TEXT)
        for number in range(MOST_MEMBERS):
            archive.writestr(f"word/{number}", b"")
    assert "20,001 members" in only_failure(read(out.getvalue())).message


@pytest.mark.parametrize("depth", [70, 300, 30_000])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:customXml>", "</w:customXml>"),
    ],
    ids=["cells", "rows", "controls", "wrappers"],
)
def test_what_is_nested_too_deeply_is_refused(depth: int, opening: str, closing: str) -> None:
    reading = read(docx(opening * depth + p("底") + closing * depth + p()))
    if depth < 100:
        assert "底" in reading.text[0].text
    else:
        assert "nested too deeply" in only_failure(reading).message


@pytest.mark.slow
def test_ten_thousand_rows_are_read_quickly() -> None:
    rows = [tr(str(row), "0") for row in range(10_000)]
    data = docx(tbl(*rows))
    begun = time.process_time()
    (table,) = read(data).tables
    assert table.shape == (10_000, 2)
    assert table.cells[-2].text == "9999"
    assert time.process_time() - begun < 10


@pytest.mark.slow
def test_a_table_beyond_all_measure_is_read_in_part_and_says_so() -> None:
    row = tr(*("1" for _ in range(63)))
    reading = read(docx(tbl(*([row] * 3_300)) + p("尾") + tbl(["a", "b"])))
    assert "more than 200,000 cells" in only_failure(reading).message
    assert sum(len(table.cells) for table in reading.tables) <= 200_000
    assert reading.text[0].text.endswith("尾")


def test_spans_beyond_all_measure_do_no_harm() -> None:
    wide = [tc("a", span(10**8)) for _ in range(30)]
    reading = read(docx(tbl(tr(*wide), tr(*wide, properties='<w:gridBefore w:val="99999999"/>'))))
    assert reading.failures == ()
    assert reading.tables[0].shape[1] <= 1_000
    tall = [tr(tc("", merge("restart" if not row else "continue")), "1") for row in range(5_000)]
    assert read(docx(tbl(*tall))).tables[0].cells[0].row_span == 5_000


def test_styles_that_go_in_a_circle_end() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>'
        for a, b in ("ab", "bc", "ca")
    )
    assert read(docx(p("文", '<w:pStyle w:val="a"/>'), styles=styles)).text[0].text == "文"


def test_time_is_limited() -> None:
    failure = only_failure(read(docx(tbl(["a", "b"])), document_seconds=1e-9))
    assert failure.kind is FailureKind.DOCUMENT_TIMEOUT


# --- locked files, and files that are something else ---


@cache
def locked(password: str) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(whole())).encrypt(password, out)
    return out.getvalue()


def test_a_locked_file_asks_for_its_password() -> None:
    data = locked("公开2023")
    failure = only_failure(read(data))
    assert failure.kind is FailureKind.ENCRYPTED
    assert failure.message == "the file is encrypted: a password is needed"
    failure = only_failure(read(data, passwords=("wrong", "")))
    assert failure.message == "the file is encrypted: no given password fits"


def test_a_locked_file_is_read_with_its_password() -> None:
    reading = read(locked("公开2023"), passwords=("wrong", "公开2023"))
    assert reading.failures == ()
    assert reading.cells == read(whole()).cells
    assert reading.source.media_type is MediaType.DOCX
    assert reading.source.sha256 == source_file("a", locked("公开2023")).sha256
    assert "公开2023" not in repr(reading.failures)


def test_a_file_locked_against_changes_only_is_read() -> None:
    assert read(locked("VelvetSweatshop")).cells == read(whole()).cells


@pytest.mark.slow
def test_a_locked_file_that_is_damaged_fails_in_words() -> None:
    data = locked("公开2023")
    for cut in (513, 600, 1500, 4000, len(data) // 2, len(data) - 3000):
        reading = read(data[:cut], passwords=("公开2023",))
        assert reading.failures
        assert_clear(reading)
    at = data.index(b"<encryption ")
    for junk in (b"<", b"\0" * 30, b"<!DOCTYPE a>"):
        reading = read(data[: at + 30] + junk + data[at + 30 + len(junk) :], passwords=("a",))
        assert only_failure(reading).kind in (FailureKind.DAMAGED, FailureKind.ENCRYPTED)


def test_a_password_that_takes_for_ever_to_try_is_not_tried() -> None:
    data = locked("公开2023").replace(b'spinCount="100000" ', b'spinCount="9999999"')
    begun = time.process_time()
    failure = only_failure(read(data, passwords=("a",)))
    assert failure.kind is FailureKind.ENCRYPTED
    assert "too long" in failure.message
    assert time.process_time() - begun < 2


def test_members_that_are_locked_one_by_one_are_refused() -> None:
    data = bytearray(document(TEXT))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert only_failure(read(bytes(data))).kind is FailureKind.ENCRYPTED


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (lambda: b"%PDF-1.4\n", MediaType.PDF),
        (lambda: b"<html><body>x</body></html>", MediaType.HTML),
        (lambda: b"{\\rtf1 x}", MediaType.RTF),
        (lambda: zipped({"xl/workbook.xml": "<a/>"}), MediaType.XLSX),
        (lambda: zipped({"readme.txt": "word/document.xml"}), MediaType.ZIP),
        (whole, MediaType.DOCX),
        (lambda: whole()[:-30], MediaType.DOCX),
    ],
)
def test_what_is_named_docx_is_told_by_its_bytes(
    data: Callable[[], bytes], media_type: MediaType
) -> None:
    assert source_file("报告.docx", data()).media_type is media_type


def test_a_web_page_in_the_clothes_of_a_docx_stands_for_it() -> None:
    page = "<html><body><table><tr><td>a</td></tr></table></body></html>"
    data = docx(
        '<w:altChunk r:id="c"/>',
        links={"c": ("aFChunk", "/word/page.html")},
        members={"word/page.html": page},
    )
    found = extract_docx(source_file("a.docx", data), ReadSettings())
    assert found.instead is not None
    assert found.instead.media_type is MediaType.HTML
    assert found.instead.data == page.encode()
    beside = docx(
        p(r("文")) + '<w:altChunk r:id="c"/>',
        links={"c": ("aFChunk", "page.html")},
        members={"word/page.html": page},
    )
    found = extract_docx(source_file("a.docx", beside), ReadSettings())
    assert found.instead is None
    assert [f.message for f in found.failures] == [
        "an imported part of the document (word/page.html) is not read"
    ]
