"""DOCX: what stands around the tables: notes, headers, sizes, pictures, what lies outside."""

from __future__ import annotations

import pytest
from docx_making import (
    MACROS,
    TEMPLATE,
    docx,
    grids,
    p,
    part,
    picture,
    r,
    read,
    span,
    strict,
    t,
    tbl,
    tc,
    text_of,
)

from extractors.docx.extract import docx_pictures, extract_docx
from extractors.settings import ReadSettings
from extractors.sniff import source_file
from gouji.model import FailureKind

SETTINGS = ReadSettings()

# --- the document around the tables ---


def test_notes_stand_behind_the_body_and_their_marks_nowhere() -> None:
    def mark(kind: str, number: int, more: str = "") -> str:
        return f'<w:r><w:{kind}Reference {more} w:id="{number}"/>{t("1") if more else ""}</w:r>'

    body = p(r("共4") + mark("footnote", 2) + r("件")) + tbl(
        [
            tc(p(r("5") + mark("endnote", 1))),
            tc(p(r("6") + mark("footnote", 3, 'w:customMarkFollows="1"'))),
        ]
    )
    notes = "".join(
        f'<w:footnote w:id="{n}">{p(f"<w:r><w:footnoteRef/></w:r>{r(text)}")}</w:footnote>'
        for n, text in ((0, "分隔"), (2, "脚注甲"), (3, "脚注乙"), (4, "未引用"))
    )
    data = docx(
        body + p("尾"),
        links={"f": ("footnotes", "footnotes.xml"), "e": ("endnotes", "endnotes.xml")},
        members={
            "word/footnotes.xml": part("footnotes", notes),
            "word/endnotes.xml": part("endnotes", f'<w:endnote w:id="1">{p("尾注")}</w:endnote>'),
        },
    )
    assert text_of(data) == "共4件\n5\t6\n尾\n脚注甲\n脚注乙\n尾注"


def with_header(body: str, header: str, core: str = "") -> bytes:
    members: dict[str, str | bytes] = {"word/header1.xml": part("hdr", p(header))}
    if core:
        members["docProps/core.xml"] = (
            '<cp:coreProperties xmlns:cp="urn:x" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{core}</dc:title></cp:coreProperties>"
        )
    return docx(body, links={"h": ("header", "header1.xml")}, members=members)


def test_headers_are_no_text_but_may_give_the_title() -> None:
    sections = "".join(
        p(f"{n}、{name}")
        for n, name in zip("一二三", ("总体情况", "主动公开", "申请"), strict=True)
    )
    name = "某县教育局2023年政府信息公开工作年度报告"
    alone = read(with_header(p("正文") + sections, name))
    assert name not in alone.text[0].text
    assert alone.report is not None
    assert alone.report.title == name
    both = read(
        with_header(p(r(name, '<w:sz w:val="44"/>')) + sections, "某县2011年政府信息公开年度报告")
    )
    assert both.report is not None
    assert both.report.report_year == 2023
    core = read(with_header(p("正文") + sections, "页眉", core=name))
    assert core.report is not None
    assert core.report.title == name
    assert read(with_header(p("正文") + sections, "页眉", core="文档1")).report is None


def test_sizes_come_from_runs_and_styles() -> None:
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="32"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:rPr><w:sz w:val="28"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="C"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="character" w:styleId="r"><w:rPr><w:sz w:val="18pt"/></w:rPr></w:style>'
    )
    body = (
        p("a") + p("b", '<w:pStyle w:val="C"/>') + p("c", '<w:pStyle w:val="T"/>')
        + p(r("d") + r("e", '<w:sz w:val="52"/>')) + p(r("f", '<w:rStyle w:val="r"/>'))
        + p(r("g", '<w:sz w:val="x"/>'))
    )  # fmt: skip
    found = extract_docx(source_file("a", docx(body, styles=styles)), SETTINGS)
    assert [line.size for _, line in found.lines] == [16.0, 14.0, 22.0, 26.0, 18.0, 16.0]


def test_a_picture_in_place_of_a_table_waits_for_ocr() -> None:
    headings = (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、存在的主要问题",
    )
    body = p(headings[0]) + p(picture("seal", 100, 100)) + p(headings[1]) + p(picture("one"))
    body += p(headings[2]) + tbl(["a", "b"]) + p(headings[3]) + p(picture("two"))
    data = docx(
        body,
        links={"one": ("image", "media/image1.png"), "two": ("image", "/word/media/image2.png")},
        members={"word/media/image1.png": b"one", "word/media/image2.png": b"two"},
    )
    reading = read(data)
    assert [f.kind for f in reading.failures] == [FailureKind.NEEDS_OCR] * 2
    assert reading.failures[0].message == "picture 1 (image1.png, 400 by 300 points) needs OCR"
    assert "tables_in_pictures" in reading.flags
    pictures = docx_pictures(source_file("a", data), SETTINGS)
    assert [(x.number, x.data, x.tables, x.lines) for x in pictures] == [
        (1, b"one", 0, 2),
        (2, b"two", 1, 4),
    ]
    assert (pictures[0].width, pictures[0].height) == (400.0, 300.0)


def test_pictures_beside_tables_do_not_stand_for_them() -> None:
    body = (
        p("二、主动公开政府信息情况")
        + tbl(["a", "b"])
        + p(picture("one"))
        + p("三、收到和处理政府信息公开申请情况")
    )
    data = docx(body, links={"one": ("image", "media/1.png")}, members={"word/media/1.png": b"x"})
    assert "tables_in_pictures" not in read(data).flags


def test_old_drawings_are_pictures_too() -> None:
    old = '<w:r><w:pict><v:shape style="width:300pt;height:10cm"><v:imagedata r:id="one"/></v:shape></w:pict></w:r>'
    data = docx(p(old), links={"one": ("image", "media/1.png")}, members={"word/media/1.png": b"x"})
    (only,) = docx_pictures(source_file("a", data), SETTINGS)
    assert only.width == 300
    assert round(only.height, 1) == 283.5


def test_what_lies_outside_the_file_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    links = {
        "p": ("image", "http://198.51.100.1/x.png"), "c": ("aFChunk", "http://198.51.100.1/x.html"),
        "s": ("subDocument", "file:///etc/passwd"), "t": ("attachedTemplate", "http://198.51.100.1/t"),
        "up": ("image", "../../../../etc/passwd"), "st": ("styles", "http://198.51.100.1/styles.xml"),
    }  # fmt: skip
    body = p(r("文") + picture("p", how="link") + picture("up") + picture("none"))
    body += '<w:altChunk r:id="c"/><w:subDoc r:id="s"/>'
    data = docx(body, links=links)
    reading = read(data)
    assert reading.text[0].text == "文"
    said = [(f.kind, f.message) for f in reading.failures]
    assert said == [
        (FailureKind.NOT_READABLE, "picture 1 is not in the file: not fetched"),
        (FailureKind.NEEDS_OCR, "picture 2 (passwd, 400 by 300 points) needs OCR"),
        (FailureKind.NOT_READABLE, "picture 3 is not in the file: not fetched"),
        (FailureKind.UNSUPPORTED, "a part of the document is another file (http://198.51.100.1/x.html): not fetched"),
        (FailureKind.UNSUPPORTED, "a part of the document is another file (file:///etc/passwd): not fetched"),
    ]  # fmt: skip
    assert [x.data for x in docx_pictures(source_file("a", data), SETTINGS)] == [b"", b"", b""]


@pytest.mark.parametrize("kind", [MACROS, TEMPLATE])
def test_documents_with_macros_and_templates_are_read_like_others(kind: str) -> None:
    data = docx(p("文"), kind=kind, members={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    assert text_of(data) == "文"


def test_the_strict_standard_says_the_same() -> None:
    body = p("文", '<w:jc w:val="center"/>') + tbl([tc("a", span(2))], ["b", "c"])
    assert grids(strict(docx(body))) == grids(docx(body))
    assert text_of(strict(docx(body))) == "文\na\nb\tc"


def test_an_embedded_object_is_named_and_not_read() -> None:
    sheet = '<w:r><w:object><v:shape style="width:400pt;height:300pt"><v:imagedata r:id="i"/></v:shape><o:OLEObject ProgID="Excel.Sheet.12" r:id="o"/></w:object></w:r>'
    (failure,) = read(docx(p(r("文") + sheet), links={"i": ("image", "media/1.emf")})).failures
    assert failure.message == "an embedded object (Excel.Sheet.12) is not read"
