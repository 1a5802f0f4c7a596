"""Small DOCX files for the tests, written by hand so that each says one thing, and their reading.

`docx` packs a body of WordprocessingML; `p`, `r`, `tbl`, `tr` and `tc` write the usual elements.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading

TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
)
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("r", OFFICE),
        ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
        ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"),
        ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("m", "http://schemas.openxmlformats.org/officeDocument/2006/math"),
        ("v", "urn:schemas-microsoft-com:vml"),
        ("o", "urn:schemas-microsoft-com:office:office"),
    )
)


def part(root: str, content: str) -> str:
    """An XML part with every namespace that the tests use."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<w:{root} {NAMESPACES}>{content}</w:{root}>"
    )


def relations(entries: Mapping[str, tuple[str, str]]) -> str:
    """A relationships part; a target that is an address is outside the file."""
    written = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{escape(target)}"'
        + (' TargetMode="External"/>' if "://" in target else "/>")
        for name, (kind, target) in entries.items()
    )
    return f'<Relationships xmlns="{RELATIONS}">{written}</Relationships>'


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    links: Mapping[str, tuple[str, str]] | None = None,
    members: Mapping[str, str | bytes] | None = None,
    kind: str = DOCUMENT,
) -> bytes:
    """A DOCX with this body; ``links`` are the document's relationships by id."""
    known = dict(links or {})
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES.format(kind=kind),
        "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": part("document", f"<w:body>{body}<w:sectPr/></w:body>"),
    }
    if styles:
        parts["word/styles.xml"] = part("styles", styles)
        known["rIdStyles"] = ("styles", "styles.xml")
    if numbering:
        parts["word/numbering.xml"] = part("numbering", numbering)
        known["rIdNumbering"] = ("numbering", "numbering.xml")
    parts["word/_rels/document.xml.rels"] = relations(known)
    return zipped(parts | dict(members or {}))


def strict(data: bytes) -> bytes:
    """The same file in the namespaces of the strict standard."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in members:
        if name.endswith(("document.xml", "styles.xml", "numbering.xml", ".rels")):
            members[name] = (
                members[name]
                .replace(
                    b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
                    b"http://purl.oclc.org/ooxml/wordprocessingml/",
                )
                .replace(
                    b"http://schemas.openxmlformats.org/officeDocument/2006/",
                    b"http://purl.oclc.org/ooxml/officeDocument/",
                )
            )
    return zipped(members)


def t(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'


def r(text: str, properties: str = "") -> str:
    """A run; line ends are breaks."""
    lines = "<w:br/>".join(t(line) for line in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{lines}</w:r>"


def p(content: str = "", properties: str = "") -> str:
    """A paragraph of runs, or of plain text."""
    if content and not content.startswith("<"):
        content = r(content)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{content}</w:p>"


def tc(content: str = "", properties: str = "") -> str:
    """A cell of blocks, runs or plain text."""
    if not content.startswith(("<w:p>", "<w:p/>", "<w:tbl>", "<w:sdt>")):
        content = p(content)
    return f"<w:tc>{f'<w:tcPr>{properties}</w:tcPr>' if properties else ''}{content}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """A row of cells; plain texts are cells too."""
    written = "".join(cell if cell.startswith("<") else tc(cell) for cell in cells)
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{written}</w:tr>"


def tbl(*rows: str | Sequence[str]) -> str:
    """A table without a grid, as many programs write it."""
    return (
        "<w:tbl><w:tblPr/>"
        + "".join(row if isinstance(row, str) else tr(*row) for row in rows)
        + "</w:tbl>"
    )


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


def merge(how: str = "continue") -> str:
    return f'<w:vMerge w:val="{how}"/>'


def tracked(kind: str, content: str) -> str:
    """Content in a tracked change: ins, del, moveFrom or moveTo."""
    if kind in ("del", "moveFrom"):
        content = content.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
    return f'<w:{kind} w:id="1" w:author="a">{content}</w:{kind}>'


def text_box(blocks: str) -> str:
    """A run with a text box as Word writes it: drawn, and again in VML for old programs."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
        '<wp:extent cx="1000" cy="1000"/><a:graphic><a:graphicData><wps:wsp><wps:txbx>'
        f"<w:txbxContent>{blocks}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic>"
        "</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"<w:txbxContent>{blocks}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


# --- what is read of them ---

Grid = list[tuple[int, int, int, int, str]]  # row, column, row span, column span, text


def read(data: bytes, **more: object) -> DocumentReading:
    return read_document("a.docx", data, ReadSettings(**more))  # type: ignore[arg-type]


def text_of(data: bytes) -> str:
    reading = read(data)
    assert reading.failures == ()
    return "\n".join(page.text for page in reading.text)


def grids(data: bytes) -> list[Grid]:
    return [
        [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]
        for table in read(data).tables
    ]


def grid(*rows: str | Iterable[str]) -> Grid:
    (only,) = grids(docx(tbl(*(row if isinstance(row, str) else list(row) for row in rows))))
    return only


def printed(*runs: str) -> str:
    """The text of a paragraph of runs."""
    return text_of(docx(p("".join(runs))))


PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="{w}" cy="{h}"/><a:graphic><a:graphicData><pic:pic>'
    '<pic:blipFill><a:blip r:{how}="{link}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r>"
)


def picture(link: str, width: int = 400, height: int = 300, how: str = "embed") -> str:
    return PICTURE.format(w=width * 12_700, h=height * 12_700, link=link, how=how)
