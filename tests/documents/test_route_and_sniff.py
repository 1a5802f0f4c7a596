"""What a file is, told by its bytes; and how a page is read, told by facts."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_making import Sheet, pdf

from extractors.pdf.garbled import GarbledCount, printed_form
from extractors.route import FEW_CHARACTERS, GARBLED, SCANNED, choose_route
from extractors.sniff import refuse, sniff, source_file
from gouji.model import FailureKind, MediaType, PageFacts, Route

calm = settings(deadline=None, max_examples=80)  # a busy machine is no failure

PDF = pdf(Sheet().text(50, 50, "12").content)
REPORT_PAGE = PageFacts(1, 595, 842, 0, 900, 0.0, (), 0.0, 30, 12)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"", MediaType.EMPTY),
        (b"\0\0\r\n \t", MediaType.EMPTY),
        (PDF, MediaType.PDF),
        (b"\r\n\r\n" + PDF, MediaType.PDF),
        (b"HTTP/1.1 200 OK\r\n" * 50 + PDF, MediaType.PDF),
        (b"\xef\xbb\xbf" + PDF, MediaType.PDF),
        (b"<html>" * 3000 + PDF, MediaType.PDF),
        (zipped("word/document.xml"), MediaType.DOCX),
        (zipped("xl/workbook.xml"), MediaType.XLSX),
        (zipped("ppt/presentation.xml"), MediaType.PPTX),
        (zipped("content.xml"), MediaType.ODT),
        (zipped("a.pdf"), MediaType.ZIP),
        (zipped(), MediaType.ZIP),
        (b"PK\x03\x04 and no archive", MediaType.ZIP),
        (b"MZ\x90\0" + b"\0" * 60, MediaType.EXECUTABLE),
        (b"\x7fELF\x02\x01", MediaType.EXECUTABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, MediaType.OLE),
        (b"{\\rtf1\\ansi", MediaType.RTF),
        (b"\x89PNG\r\n\x1a\n\0", MediaType.PNG),
        (b"\xff\xd8\xff\xe0", MediaType.JPEG),
        (b"II*\0", MediaType.TIFF),
        (b"GIF89a", MediaType.GIF),
        (b"RIFF\0\0\0\0WEBPVP8 ", MediaType.WEBP),
        (b"\0\0\0\x18ftypheic", MediaType.HEIC),
        ("<!DOCTYPE html><html lang='zh'>公开".encode(), MediaType.HTML),
        ("\n\n<HTML><body>公开".encode("gb18030"), MediaType.HTML),
        ("\ufeff<html>公开".encode("utf-16"), MediaType.HTML),
        (b"<?xml version='1.0'?><html xmlns='x'>", MediaType.HTML),
        (b"<?xml version='1.0'?><a/>", MediaType.XML),
        ("2023年政府信息公开工作年度报告".encode(), MediaType.TEXT),
        ("2023年政府信息公开工作年度报告".encode("gb18030"), MediaType.TEXT),
        (bytes(range(256)) * 20, MediaType.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, media_type: MediaType) -> None:
    assert sniff(data) is media_type


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a", "a.exe", "年报.PDF"])
def test_the_name_tells_nothing(name: str) -> None:
    assert source_file(name, PDF).media_type is MediaType.PDF
    assert source_file(name, zipped("a")).media_type is MediaType.ZIP


@pytest.mark.parametrize("start", [b"BM is a text that begins so", b"MZ, a name"])
def test_two_letters_do_not_make_a_picture_or_a_program(start: bytes) -> None:
    assert sniff(start) is MediaType.TEXT


@given(st.binary(max_size=400))
@calm
def test_any_bytes_have_a_type(data: bytes) -> None:
    assert isinstance(sniff(data), MediaType)


@pytest.mark.parametrize(
    "header", [b"", b"PK\x03\x04", b"MZ", b"%PDF-", b"<html", b"II*\0", b"\xff\xfe"]
)
@given(tail=st.binary(max_size=200))
@calm
def test_any_bytes_behind_a_signature_have_a_type(header: bytes, tail: bytes) -> None:
    assert isinstance(sniff(header + tail), MediaType)


@pytest.mark.parametrize(
    ("data", "kind", "word"),
    [
        (b"", FailureKind.EMPTY_FILE, "empty"),
        (zipped("a"), FailureKind.UNSUPPORTED, "ZIP"),
        (b"MZ" + b"\0" * 80, FailureKind.UNSUPPORTED, "program"),
        (b"\xff\xd8\xff\xe0", FailureKind.UNSUPPORTED, "picture"),
        (bytes(range(256)), FailureKind.UNSUPPORTED, "not know"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    data: bytes, kind: FailureKind, word: str
) -> None:
    fault = refuse(source_file("a.pdf", data))
    assert fault.kind is kind
    assert word in str(fault)
    assert "\n" not in str(fault)


def route(**facts: object) -> Route:
    return choose_route(replace(REPORT_PAGE, **facts)).route  # type: ignore[arg-type]


def test_a_ruled_page_is_a_table_and_a_page_without_rules_is_text() -> None:
    assert route() is Route.TABLE
    assert route(rulings_horizontal=0, rulings_vertical=0) is Route.TEXT
    assert route(rulings_vertical=0) is Route.TEXT


def test_a_page_with_nothing_on_it_is_empty() -> None:
    assert route(characters=0, rulings_horizontal=0, rulings_vertical=0) is Route.EMPTY


def test_a_page_without_characters_but_with_a_picture_or_rules_is_a_scan() -> None:
    assert route(characters=0, image_share=0.9) is Route.SCAN
    assert route(characters=0, image_share=0.3, rulings_horizontal=0) is Route.SCAN
    assert route(characters=0) is Route.SCAN


def test_a_picture_of_a_page_with_a_stamp_on_it_is_a_scan() -> None:
    assert route(image_share=SCANNED, characters=FEW_CHARACTERS - 1) is Route.SCAN
    assert route(image_share=SCANNED, characters=FEW_CHARACTERS) is Route.TABLE


def test_a_seal_on_a_page_of_text_leaves_it_a_page_of_text() -> None:
    assert route(image_share=0.2) is Route.TABLE


def test_a_hidden_text_layer_over_a_picture_is_not_trusted() -> None:
    facts = replace(REPORT_PAGE, image_share=0.99)
    assert choose_route(facts, hidden_text=True).route is Route.SCAN


@pytest.mark.parametrize("kind", ["private_use", "replacement", "unmapped", "shifted", "control"])
def test_garbled_text_goes_to_ocr_and_the_reason_names_it(kind: str) -> None:
    facts = replace(REPORT_PAGE, garbled=GARBLED, garbled_kinds=(kind, "radical"))
    chosen = choose_route(facts)
    assert chosen.route is Route.SCAN
    assert kind in chosen.reason
    assert "radical" not in chosen.reason


def test_radicals_alone_do_not_go_to_ocr() -> None:
    assert route(garbled_kinds=("radical",)) is Route.TABLE


@given(
    st.builds(
        PageFacts,
        st.integers(1, 9), st.floats(0, 9e4), st.floats(0, 9e4), st.sampled_from((0, 90, 180, 270)),
        st.integers(0, 10**6), st.floats(0, 1), st.just(()), st.floats(0, 1),
        st.integers(0, 10**6), st.integers(0, 10**6),
    ),
    st.booleans(),
)  # fmt: skip
@calm
def test_every_page_has_a_route_with_a_reason_and_keeps_its_facts(
    facts: PageFacts, hidden: bool
) -> None:
    chosen = choose_route(facts, hidden_text=hidden)
    assert chosen.facts is facts
    assert chosen.reason
    assert "\n" not in chosen.reason


def counted(text: str) -> tuple[GarbledCount, str]:
    count = GarbledCount()
    count.count([ord(character) for character in text])
    return count, "".join(printed_form(ord(character)) for character in text)


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("⾏政复议", "行政复议"),
        ("⼀、总体情况", "一、总体情况"),
        ("⺠政局", "民政局"),
        ("ﬁle", "file"),
        ("\uf900", "豈"),
    ],
)
def test_radicals_and_compatibility_forms_are_folded_without_loss(printed: str, plain: str) -> None:
    count, text = counted(printed)
    assert text == plain
    assert count.share == 0


def test_a_table_mark_or_a_bullet_in_the_private_area_is_no_garbled_page() -> None:
    count, _ = counted("\uf0b7" + "依申请公开政府信息" * 20)
    assert count.share < GARBLED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\ue123\ue124\ue125" * 20, "private_use"),
        ("\ufffd\ufffd12" * 20, "replacement"),
        ("\x03\x04\x05" * 20, "control"),
        ("䠀䤀儀儈儐儘儠" * 20, "shifted"),
        ("Wklv lv d fdhvdu flskhu zlwk vkliwhg fkdudfwhuv " * 10, "shifted"),
    ],
)
def test_each_kind_of_lost_text_is_told(text: str, kind: str) -> None:
    count, _ = counted(text)
    assert count.kinds[0] == kind
    assert count.share >= GARBLED


@pytest.mark.parametrize(
    "text",
    [
        "本年新收政府信息公开申请数量自然人法人或其他组织商业企业科研机构社会公益组织法律服务机构总计结果维持结果纠正",
        "本年新收政府資訊公開申請數量自然人法人或其他組織商業企業科研機構社會公益組織法律服務機構總計結果維持",
        "0 12 345 6789 " * 50,
        "The quick brown fox jumps over the lazy dog and reads a report. " * 8,
        "索引号 za856667095-2026-000475 http://www.example.gov.cn/xxgk/nb/2023.html ",
    ],
)
def test_natural_text_is_not_taken_for_lost(text: str) -> None:
    count, same = counted(text)
    assert count.share == 0
    assert same == text
