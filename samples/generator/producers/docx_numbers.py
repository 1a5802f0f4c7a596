"""Numbers that Word puts before paragraphs: they are in numbering.xml and not in the text."""

from __future__ import annotations

from docx.document import Document as DocxDocument
from docx.oxml import parse_xml

from samples.generator.producers.docx_words import NAMESPACES


class Numbering:
    """The number lists of one file; each has its own definition and begins at 1."""

    def __init__(self, document: DocxDocument) -> None:
        self.element = document.part.numbering_part.element
        for old in list(self.element):
            self.element.remove(old)
        self.count = 0

    def add(self, text: str, form: str) -> int:
        """A new list with numbers such as "%1." in decimal or chineseCounting; its number."""
        self.count += 1
        for old in [e for e in self.element if e.tag.endswith("}num")]:
            self.element.remove(old)
            self.element.append(old)
        self.element.insert(
            self.count - 1,
            parse_xml(
                f'<w:abstractNum {NAMESPACES} w:abstractNumId="{self.count}">'
                '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                f'<w:numFmt w:val="{form}"/><w:suff w:val="nothing"/><w:lvlText w:val="{text}"/>'
                "</w:lvl></w:abstractNum>"
            ),
        )
        self.element.append(
            parse_xml(
                f'<w:num {NAMESPACES} w:numId="{self.count}">'
                f'<w:abstractNumId w:val="{self.count}"/></w:num>'
            )
        )
        return self.count

    def reference(self, number: int) -> str:
        """What a paragraph's properties say to be counted in that list."""
        return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
