"""Bytes as text: what they declare is one opinion, what reads as Chinese decides."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from extractors.pdf.common_characters import COMMON, likeness_to_chinese, ordinary
from extractors.text.decoding import canonical, declared_in_markup, decode
from extractors.text.mojibake import realigned, unmangled
from gouji.reports.forms import ALL_APPLICATION_ROWS

REPORT = (
    "盐池县惠安堡镇人民政府2020年政府信息公开工作年度报告\n"
    "根据《中华人民共和国政府信息公开条例》第五十条之规定，制作本报告。\n"
    "一、总体情况：全年主动公开政府信息1286条，收到申请12件，均按时答复。\n"
)
TRADITIONAL = (
    "平安鎮人民政府2023年政府信息公開工作年度報告\n"
    "根據《中華人民共和國政府信息公開條例》的規定，編制本報告。收到申請3件。\n"
)
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
LABELS = (None, "utf-8", "gb2312", "GBK", "iso-8859-1", "big5", "utf-16", "nonsense", "rot13")

simplified = st.text(alphabet=sorted(c for c in COMMON & ordinary()), min_size=12, max_size=80)
figures = st.text(alphabet="0123456789 \n,.:/<>", min_size=2, max_size=30)


@given(
    words=simplified,
    rest=figures,
    encoding=st.sampled_from(ENCODINGS),
    label=st.sampled_from(LABELS),
)
@settings(max_examples=150, deadline=None)
def test_chinese_is_decoded_whatever_the_page_declares(
    words: str, rest: str, encoding: str, label: str | None
) -> None:
    text = f"{words}{rest}{words[::-1]}"
    assert decode(text.encode(encoding), label).text == text


@pytest.mark.parametrize("label", LABELS)
def test_big5_is_told_from_gbk(label: str | None) -> None:
    decoded = decode(TRADITIONAL.encode("big5"), label)
    assert (decoded.text, decoded.encoding) == (TRADITIONAL, "big5")


@given(st.text(max_size=60))
def test_utf8_and_utf16_with_a_mark_come_back_as_they_are(text: str) -> None:
    assume("\0" not in text and not text.startswith("\ufeff"))
    text = text.encode("utf-8", "ignore").decode()
    assume(unmangled(text) == text)
    assert decode(text.encode("utf-16")).text == text
    assert decode(text.encode("utf-8-sig")).text == text


@given(st.binary(max_size=300), st.sampled_from(LABELS))
@example(b"\xff\xfe\x00", None)
@example(b"\xff\xfe\x00\x00", None)
@example(b"\x00\x00\xfe\xff\x00", "utf-16")
def test_no_bytes_are_too_strange(data: bytes, label: str | None) -> None:
    decoded = decode(data, label)
    assert "\0" not in decoded.text
    assert isinstance(decoded.text, str)


@pytest.mark.parametrize(
    ("data", "label", "flags"),
    [
        (REPORT.encode("gb18030"), "utf-8", ("declared_encoding_wrong",)),
        (REPORT.encode("utf-8"), "gb2312", ("declared_encoding_wrong",)),
        (REPORT.encode("gb18030"), "iso-8859-1", ("declared_encoding_wrong",)),
        (REPORT.encode("gb18030"), "gb2312", ()),
        (REPORT.encode("utf-8"), None, ()),
    ],
)
def test_a_wrong_declaration_is_told(data: bytes, label: str | None, flags: tuple[str]) -> None:
    decoded = decode(data, label)
    assert (decoded.text, decoded.flags) == (REPORT, flags)


def test_a_page_in_another_language_keeps_what_it_declares() -> None:
    french = "Les données publiées à l'été, déjà là où il fallait.\n" * 3
    assert decode(french.encode("cp1252"), "windows-1252").text == french
    japanese = "これは日本語の文書です。情報公開の報告。\n" * 3
    assert decode(japanese.encode("cp932"), "shift_jis").text == japanese


def test_gb2312_means_all_of_gb18030() -> None:
    name = "朱镕基、喆、㑇、䲟、𠮷：镕"
    assert decode((REPORT + name).encode("gb18030"), "gb2312").text == REPORT + name


@pytest.mark.parametrize(("main", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_parts_in_another_encoding_are_read_in_theirs(main: str, other: str) -> None:
    foot = "版权所有：盐池县人民政府办公室主办，联系电话见首页"
    page = b"".join(
        f"<p>{line}</p>\n".encode(main) for line in REPORT.splitlines()
    ) + f"<div>{foot}</div>".encode(other)
    decoded = decode(page, main)
    assert foot in decoded.text
    assert all(line in decoded.text for line in REPORT.splitlines())
    assert decoded.flags == ("mixed_encoding",)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_cut_in_a_character_loses_only_that(encoding: str) -> None:
    data = (REPORT + "完").encode(encoding)[:-1]
    decoded = decode(data)
    assert decoded.text == REPORT + "\ufffd"
    assert decoded.flags == ("bytes_damaged",)


def test_stray_and_zero_bytes_stay_as_damage() -> None:
    assert decode("收到申请1".encode() + b"\xff" + "2件".encode()).text == "收到申请1\ufffd2件"
    assert decode(REPORT.encode() + b"1\0\0\0002").text == REPORT + "1\ufffd2"
    assert decode(b"\0\0" + REPORT.encode() + b"\0" * 512).text == REPORT


def test_labels_are_taken_as_browsers_take_them() -> None:
    assert canonical(" GB2312 ") == canonical("x-gbk") == canonical("gb_2312-80") == "gb18030"
    assert canonical("UTF8") == canonical("utf-8") == "utf-8"
    assert canonical("iso-8859-1") == canonical("latin1") == "cp1252"
    assert canonical("zlib") is canonical("unicode_escape") is canonical("") is None


@pytest.mark.parametrize(
    ("markup", "label"),
    [
        (b'<meta charset="gbk">', "gbk"),
        (b"<META http-equiv=Content-Type content='text/html; charset=GB2312'>", "GB2312"),
        (b'<?xml version="1.0" encoding="big5"?><html>', "big5"),
        (b"<p>charset=gbk</p>", None),
    ],
)
def test_the_declaration_is_found(markup: bytes, label: str | None) -> None:
    assert declared_in_markup(markup) == label


# Text that had been decoded wrongly before it was saved


def latin(data: bytes) -> str:
    """Bytes as Windows-1252 shows them, its holes as control characters."""
    return "".join(
        chr(b) if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes((b,)).decode("cp1252")
        for b in data
    )


@pytest.mark.parametrize(
    "mangled",
    [
        latin(REPORT.encode()),
        REPORT.encode().decode("latin-1"),
        REPORT.encode("gb18030").decode("latin-1"),
        latin(latin(REPORT.encode()).encode()),
    ],
    ids=["utf-8 as cp1252", "utf-8 as latin-1", "gbk as latin-1", "twice"],
)
def test_text_shown_as_latin_letters_is_put_right(mangled: str) -> None:
    decoded = decode(mangled.encode(), "utf-8")
    assert decoded.text == REPORT
    assert "mojibake_repaired" in decoded.flags


def test_big5_shown_as_latin_letters_is_put_right() -> None:
    assert unmangled(TRADITIONAL.encode("big5").decode("latin-1")) == TRADITIONAL


@pytest.mark.parametrize("nothing", ["\ufffd", "?"])
def test_utf8_shown_as_gbk_is_put_right_but_for_what_was_lost(nothing: str) -> None:
    text = "政府信息公开工作年度报告\n一、本年新收政府信息公开申请数量\n（七）总计\n2024年1月9日\n"
    shown = text.encode().decode("gbk", "replace").replace("\ufffd", nothing)
    result = unmangled(shown)
    assert "政府信息公开工作年度报告" in result
    assert "本年新收政府信息公开申请数量" in result
    assert "（七）总计" in result
    assert "2024年1月9日" in result


def test_the_byte_80_as_windows_shows_it() -> None:
    """Windows has € for the byte 80, where others have nothing."""
    shown = "政府信息公开工作一".encode().decode("gb18030", "replace").replace("\ufffd", "€")
    assert shown.endswith("涓€")
    assert unmangled(shown) == "政府信息公开工作一"


def test_short_runs_and_bytes_that_stand_for_nothing() -> None:
    assert unmangled("æ”¿åºœ") == "政府"
    assert unmangled("鏀垮簻淇℃伅") == "政府信息"
    assert unmangled("共锟斤拷件") == "共\ufffd\ufffd件"


@pytest.mark.slow
@given(st.text(alphabet=sorted(COMMON | ordinary()), max_size=80), figures)
@example("汉字里也有鏀这样的字，鐨也在字典里，淇水、骞马、涓滴。", "")
@example("Città è già così; æ, œ, ÄÖÜ – “naïve” café", "")
@settings(max_examples=150)
def test_good_text_is_never_changed(words: str, rest: str) -> None:
    text = words + rest
    assert unmangled(text) == text
    assert decode(text.encode()).text == text


WORDS = sorted({label for row in ALL_APPLICATION_ROWS for label in row.labels})


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=8), st.sampled_from("\ufffd?"))
def test_a_repair_gives_the_text_or_marks_what_it_lost(labels: list[str], nothing: str) -> None:
    text = "\n".join(labels)
    result = unmangled(text.encode().decode("gbk", "replace").replace("\ufffd", nothing))
    repaired = [
        c
        for line, shown in zip(result.split("\n"), text.split("\n"), strict=True)
        if likeness_to_chinese(line) > 0.5
        for c in line
        if c not in shown
    ]
    assert set(repaired) <= {"\ufffd", "?"}


@given(simplified)
def test_latin_letters_give_the_text_back(text: str) -> None:
    assert unmangled(text.encode().decode("latin-1")) == text
    assert unmangled(latin(text.encode())) == text


def test_a_run_that_lost_one_byte_is_aligned_again() -> None:
    found = realigned("?。ㄒ唬┲鲃庸_工作")
    assert found.text == "\ufffd（一）主動\ufffd工作"
    assert found.damaged == ((0, 1), (6, 7))


def test_digits_behind_a_lost_byte_are_damaged() -> None:
    found = realigned("等方面?zhèn)鲉?000余份")
    assert [found.text[a:b] for a, b in found.damaged] == ["?000"]


@pytest.mark.parametrize(
    "text", ["今天好吗?我们去公园看看", "为什么?", "1?", "", "https://a.cn/?a=1"]
)
def test_a_question_is_no_damage(text: str) -> None:
    assert realigned(text).text == text


@given(simplified)
@settings(max_examples=200)
def test_what_is_aligned_again_was_there(text: str) -> None:
    data = text.encode("gb18030")
    shifted = "?" + data[1:].decode("gb18030", "ignore")
    result = realigned(shifted)
    if result.text != shifted:
        inside = result.text.replace("\ufffd", "")
        assert inside in text


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_decoded_text_is_aligned_again_and_said_to_be_damaged(encoding: str) -> None:
    line = "（三）不予公开保护第三方合法权益"
    shifted = b"?" + line.encode("gb18030")[1:]
    text = "收到申请后及时办理\n" + shifted.decode("gb18030", "replace").replace("\ufffd", "?")
    found = decode((text + "\n结转下年度继续办理").encode(encoding))
    assert "不予公开保护第三方" in found.text
    assert {"mojibake_repaired", "bytes_damaged"} <= set(found.flags)
    assert found.text.startswith("收到申请后及时办理\n\ufffd")


@given(st.lists(simplified, max_size=4), st.sampled_from("?？"))
@settings(max_examples=60)
def test_questions_in_chinese_stay_as_they_are(texts: list[str], mark: str) -> None:
    text = mark.join(["政府信息公开工作年度报告", *texts])
    assert decode(text.encode()).text == text
