"""Writes a document as DOCX with python-docx; what it cannot say is put in as markup."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from samples.generator.cutting import cut_table
from samples.generator.document import Document, Line, Ornament
from samples.generator.forms import TableLayout
from samples.generator.producers.docx_look import DocxLook
from samples.generator.producers.docx_numbers import Numbering
from samples.generator.producers.docx_table import docx_table
from samples.generator.producers.docx_words import NAMESPACES, WordWriter, text_box

ZIP_DATE = (2024, 1, 1, 0, 0, 0)
FOOTNOTES = (
    f"<w:footnotes {NAMESPACES}>"
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>截至12月31日，共3项。</w:t>'
    "</w:r></w:p></w:footnote></w:footnotes>"
)


def render_docx(document: Document, look: DocxLook, seed: int) -> bytes:
    """The whole file; the same input gives the same bytes."""
    file = docx.Document()
    writer = WordWriter(look, Random(f"docx:{seed}:words"))
    numbering = Numbering(file)
    headings = numbering.add("%1、", "chineseCounting") if look.numbered == "headings" else 0
    pieces: list[str] = []
    for block in document.blocks:
        if isinstance(block, TableLayout):
            pieces.extend(_tables(block, writer, numbering))
        elif isinstance(block, Line):
            pieces.append(_line(block, writer, numbering, headings))
        elif isinstance(block, Ornament):
            pieces.append("<w:p/>")
    if look.footnote:
        pieces = _with_footnote(pieces)
        _add_footnotes(file)
    if look.page_in_cell:
        pieces = [_one_cell("".join(pieces)), "<w:p/>"]
    body = file.element.body
    for element in parse_xml(f"<w:body {NAMESPACES}>{''.join(pieces)}</w:body>"):
        body.insert(len(body) - 1, element)
    footer = file.sections[0].footer.paragraphs[0]
    footer._p.append(
        parse_xml(
            f'<w:fldSimple {NAMESPACES} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )
    made = io.BytesIO()
    file.save(made)
    return pin_zip(made.getvalue())


def _tables(layout: TableLayout, writer: WordWriter, numbering: Numbering) -> list[str]:
    made = []
    for number, piece in enumerate(cut_table(layout, writer.look.breaks)):
        if number:
            broken = writer.rng.random() < 0.4
            made.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>' if broken else "<w:p/>")
        table = docx_table(piece, writer, numbering)
        if writer.look.controls and writer.rng.random() < 0.3:
            table = f"<w:sdt><w:sdtPr/><w:sdtContent>{table}</w:sdtContent></w:sdt>"
        made.append(table)
    return [*made, "<w:p/>"]


def _line(line: Line, writer: WordWriter, numbering: Numbering, headings: int) -> str:
    look = writer.look
    if line.role == "title":
        return _title(line.text, writer)
    if line.role == "heading":
        text, more = line.text, ""
        if headings and (match := re.match(r"^[一二三四五六七八九十]、", text)):
            more, text = numbering.reference(headings), text[match.end() :]
        made = writer.paragraph(writer.run(text, font="黑体"), indent=True, more=more)
        if look.controls:
            made = f"<w:sdt><w:sdtPr/><w:sdtContent>{made}</w:sdtContent></w:sdt>"
        return made
    if line.role == "small":
        made = writer.paragraph(writer.run(line.text, size=10.5), align="center")
        return text_box(writer, made) if look.title == "box" else made
    if line.role == "signature":
        return writer.paragraph(writer.run(line.text), align="right")
    runs = writer.sentence(line.text)
    if look.changes and writer.rng.random() < 0.2:
        runs += writer.deleted("本年收到政府信息公开申请99件。")
    return writer.paragraph(runs, indent=True)


def _title(text: str, writer: WordWriter) -> str:
    look = writer.look
    half = text.find("20") if text.find("20") > 0 else text.find("政府信息公开")

    def one(words: str, more: str = "") -> str:
        run = writer.run(words, size=22, font=look.title_font)
        return writer.paragraph(run, align="center", more=more)

    if look.title == "style":
        return one(text, '<w:pStyle w:val="Title"/>')
    if look.title == "heading":
        return one(text, '<w:pStyle w:val="Heading1"/>')
    if look.title == "two_lines" and half > 0:
        return one(f"{text[:half]}\n{text[half:]}")
    if look.title == "two_paragraphs" and half > 0:
        return one(text[:half]) + one(text[half:])
    return text_box(writer, one(text)) if look.title == "box" else one(text)


def _one_cell(inner: str) -> str:
    """A page laid out as a table of one cell."""
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="9600" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol '
        f'w:w="9600"/></w:tblGrid><w:tr><w:tc><w:tcPr/>{inner}<w:p/></w:tc></w:tr></w:tbl>'
    )


def _with_footnote(pieces: list[str]) -> list[str]:
    """A note's number after the words of the label 规章 or 行政许可, raised."""
    mark = (
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        '<w:footnoteReference w:id="1"/></w:r>'
    )
    for index, piece in enumerate(pieces):
        place = max(piece.find("行政许可</w:t></w:r>"), piece.find("规章</w:t></w:r>"))
        if "<w:tbl>" in piece and place >= 0:
            end = piece.index("</w:r>", place) + len("</w:r>")
            return [*pieces[:index], piece[:end] + mark + piece[end:], *pieces[index + 1 :]]
    return pieces


def _add_footnotes(file: docx.document.Document) -> None:
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        FOOTNOTES.encode(),
        file.part.package,
    )
    file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def pin_zip(data: bytes, replaced: dict[str, bytes] | None = None) -> bytes:
    """The same archive with every member dated alike, and some members replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, (replaced or {}).get(name, old.read(name)))
    return made.getvalue()
