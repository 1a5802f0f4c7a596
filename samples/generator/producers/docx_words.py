"""Paragraphs and runs of a DOCX file as WordprocessingML."""

from __future__ import annotations

import re
from random import Random
from xml.sax.saxutils import escape

from samples.generator.producers.docx_look import DocxLook

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
AUTHOR = 'w:author="校对" w:date="2024-01-05T09:00:00Z"'


class WordWriter:
    """Writes runs and paragraphs in one file's ways; counts the marks that need numbers."""

    def __init__(self, look: DocxLook, rng: Random) -> None:
        self.look, self.rng, self.marks = look, rng, 0

    def paragraph(
        self, runs: str, *, align: str = "left", indent: bool = False, more: str = ""
    ) -> str:
        """A paragraph of runs; ``more`` are further properties, before the alignment."""
        first = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if indent else ""
        properties = f'<w:pPr>{more}{first}<w:jc w:val="{align}"/></w:pPr>'
        return f"<w:p>{properties}{runs}</w:p>"

    def run(
        self, text: str, *, size: float = 16, font: str = "", bold: bool = False, extra: str = ""
    ) -> str:
        """Text in one run, or in several where the file is of the kind that splits them."""
        name = font or self.look.font
        properties = (
            f'<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" '
            f'w:eastAsia="{name}"/>{"<w:b/>" if bold else ""}{extra}'
            f'<w:sz w:val="{round(size * 2)}"/></w:rPr>'
        )
        return "".join(
            f"<w:r>{properties}{_text(piece)}</w:r>" + self._between() for piece in self._cut(text)
        )

    def value(self, text: str, size: float) -> str:
        """The runs of a value cell: plain, as a tracked change, a field, or over hidden text."""
        look, rng = self.look, self.rng
        if not text:
            return {"empty": "", "blank": self.run(" ", size=size), "run": "<w:r/>"}[look.blank]
        if look.changes and rng.random() < 0.06:
            return self._changed(text, size)
        if look.fields and rng.random() < 0.3:
            return (
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                '<w:r><w:instrText xml:space="preserve"> =SUM(LEFT) </w:instrText></w:r>'
                '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                f'{self.run(text, size=size)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            )
        if look.fields and text.startswith(("-", "−")):  # a hyphen that does not break
            hyphen = self.run("\u2011", size=size)
            return hyphen + self.run(text[1:], size=size)
        runs = self.run(text, size=size)
        if look.hidden and rng.random() < 0.1:
            return self.run("8", size=size, extra="<w:vanish/>") + runs
        if look.controls and rng.random() < 0.1:
            return f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{runs}</w:sdtContent></w:sdt>"
        return runs

    def sentence(self, text: str) -> str:
        """Running text; addresses may be links and numbers smart tags, sentences moved here."""
        look = self.look
        if look.changes and self.rng.random() < 0.15:
            here, there = self._mark(), self._mark()
            moved = f'<w:moveFrom w:id="{there}" {AUTHOR}>{self.run("本段移至下文。")}</w:moveFrom>'
            return f'{moved}<w:moveTo w:id="{here}" {AUTHOR}>{self.run(text)}</w:moveTo>'
        if not look.fields:
            return self.run(text)
        pieces = []
        for place, piece in enumerate(re.split(r"([\w.]+@[\w.]+|\d+件)", text)):
            runs = self.run(piece) if piece else ""
            if place % 2 and "@" in piece:
                runs = f'<w:hyperlink w:anchor="top">{runs}</w:hyperlink>'
            elif place % 2:
                runs = f'<w:smartTag w:uri="urn:x" w:element="chmetcnv">{runs}</w:smartTag>'
            pieces.append(runs)
        return "".join(pieces)

    def deleted(self, text: str, size: float = 16) -> str:
        """Text that a reviewer has struck out: no longer there."""
        runs = self.run(text, size=size)
        runs = runs.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        return f'<w:del w:id="{self._mark()}" {AUTHOR}>{runs}</w:del>'

    def inserted(self, runs: str) -> str:
        """Runs that a reviewer has put in: there."""
        return f'<w:ins w:id="{self._mark()}" {AUTHOR}>{runs}</w:ins>'

    def row_mark(self, kind: str) -> str:
        """The mark of a row that was put in or struck out."""
        return f'<w:{kind} w:id="{self._mark()}" {AUTHOR}/>'

    def _changed(self, text: str, size: float) -> str:
        if len(text) > 1 and self.rng.random() < 0.4:
            return (
                self.run(text[:-1], size=size)
                + self.deleted("7", size)
                + self.inserted(self.run(text[-1], size=size))
            )
        old = self.deleted(str(self.rng.randint(1, 99)), size)
        return old + self.inserted(self.run(text, size=size))

    def _mark(self) -> int:
        self.marks += 1
        return 900 + self.marks

    def _cut(self, text: str) -> list[str]:
        if not self.look.split_runs or len(text) < 2 or self.rng.random() < 0.5:
            return [text]
        place = self.rng.randrange(1, len(text))
        return [text[:place], text[place:]]

    def _between(self) -> str:
        if not self.look.split_runs or self.rng.random() < 0.7:
            return ""
        mark = self._mark()
        return self.rng.choice(
            (
                '<w:proofErr w:type="spellStart"/>',
                f'<w:bookmarkStart w:id="{mark}" w:name="_Toc{mark}"/>'
                f'<w:bookmarkEnd w:id="{mark}"/>',
                "<w:r><w:lastRenderedPageBreak/></w:r>",
            )
        )


def _text(text: str) -> str:
    """The text elements of a run: line ends are breaks, U+2011 the hyphen that does not break."""
    pieces = []
    for line in re.split("([\n\u2011])", text):
        if line == "\n":
            pieces.append("<w:br/>")
        elif line == "\u2011":
            pieces.append("<w:noBreakHyphen/>")
        elif line:
            pieces.append(f'<w:t xml:space="preserve">{escape(line)}</w:t>')
    return "".join(pieces)


def text_box(writer: WordWriter, paragraphs: str) -> str:
    """A paragraph that anchors a text box, as Word writes it: a drawing, and its old form again."""
    shape = (
        '<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        '<wp:extent cx="5400000" cy="900000"/><wp:docPr id="7" name="文本框 7"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<wps:wsp><wps:txbx><w:txbxContent>{paragraphs}</w:txbxContent></wps:txbx><wps:bodyPr/>"
        "</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    old = (
        '<w:pict><v:shape style="width:425pt;height:70pt"><v:textbox>'
        f"<w:txbxContent>{paragraphs}</w:txbxContent></v:textbox></v:shape></w:pict>"
    )
    return (
        "<w:p><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps">{shape}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
        "</mc:AlternateContent></w:r></w:p>"
    )
