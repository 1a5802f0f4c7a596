"""Small DOCX files for the tests, written by hand so that each says one thing, and their reading.

`docx` packs a body of WordprocessingML; `p`, `r`, `tbl`, `tr` and `tc` write the usual elements.
`report` lays a generated report out as a DOCX, in one of the ways that publishers' files are made.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from random import Random

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading
from samples.generator.codes import Form
from samples.generator.document import Document, Line, compose
from samples.generator.facts import ReportFacts, make_facts
from samples.generator.forms import Cell, TableLayout, draw_form

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


# --- whole reports ---

WAYS = (
    "plain", "no_restart", "grid_before", "nested", "one_column", "split", "split_open", "tracked",
    "numbered", "notes", "boxes", "controls", "strict", "wrong_spans", "spread", "breaks",
    "spans_alone", "row_tables", "one_table", "headed_pieces", "boxed_table", "cell_tables",
    "cut_rows", "own_grids",
)  # fmt: skip
WIDTH = 9_000  # twips


@dataclass(slots=True)
class _Lists:
    """Numbering definitions that grow with the document."""

    abstract: list[str]
    numbers: list[str]

    def number(self, form: str, text: str, *, again: bool = True, like: int | None = None) -> int:
        """A new list, or one that goes on like another."""
        if like is None:
            self.abstract.append(
                f'<w:abstractNum w:abstractNumId="{len(self.abstract)}"><w:lvl w:ilvl="0">'
                f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>'
                f'<w:lvlText w:val="{escape(text)}"/></w:lvl></w:abstractNum>'
            )
            like = len(self.abstract) - 1
        override = (
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
            if again
            else ""
        )
        self.numbers.append(
            f'<w:num w:numId="{len(self.numbers) + 1}"><w:abstractNumId w:val="{like}"/>'
            f"{override}</w:num>"
        )
        return len(self.numbers)


def report(
    document: Document, way: str, seed: int = 0, runs: Mapping[str, str] | None = None
) -> bytes:
    """A generated report as a DOCX made in one of `WAYS`, or in several joined by ``+``.

    ``runs`` are the runs of the value cells with these keys, in place of what the report prints.
    """
    return _Report(document, way, Random(f"docx:{way}:{seed}"), runs or {}).written()


def facts_and_document(seed: int, form: Form, **more: object) -> tuple[ReportFacts, Document]:
    facts = make_facts(seed, form, **more)  # type: ignore[arg-type]
    return facts, compose(facts, draw_form(facts.seed, facts.form, facts.cells))


class _Report:
    def __init__(self, document: Document, way: str, rng: Random, runs: Mapping[str, str]) -> None:
        self.document, self.ways, self.rng, self.runs = document, set(way.split("+")), rng, runs
        self.lists = _Lists([], [])
        self.kept: list[int] = []  # of own_grids: the columns at which cells begin or end
        self.edges: list[float] = []  # of one_table: where columns begin and end, as shares
        self.notes: list[str] = []
        self.counting: dict[str, tuple[int, int]] = {}  # shape of a label: list, last number

    def written(self) -> bytes:
        body = ""
        if "one_table" in self.ways:
            return docx(self.one_table(), styles=STYLES)
        if "one_column" not in self.ways:
            body = "".join(self.block(block) for block in self.document.blocks)
        if "nested" in self.ways:
            body = tbl([tc(body + p(), '<w:tcW w:w="9000" w:type="dxa"/>')]) + p()
        if "one_column" in self.ways:
            body = tbl(*([tc(self.block(block))] for block in self.document.blocks)) + p()
        members: dict[str, str | bytes] = {}
        links = {}
        if self.notes:
            members["word/footnotes.xml"] = part("footnotes", "".join(self.notes))
            links["rIdNotes"] = ("footnotes", "footnotes.xml")
        numbering = "".join((*self.lists.abstract, *self.lists.numbers))
        data = docx(body, styles=STYLES, numbering=numbering, links=links, members=members)
        return strict(data) if "strict" in self.ways else data

    def one_table(self) -> str:
        """The whole report in one table: its own tables as rows on a common grid."""
        edges = {0.0, 1.0}
        tables = [b for b in self.document.blocks if isinstance(b, TableLayout)]
        for table in tables:
            whole = sum(table.weights)
            edges |= {
                round(sum(table.weights[:i]) / whole, 3) for i in range(len(table.weights) + 1)
            }
        self.edges = sorted(edges)
        written = [self.block(b) for b in self.document.blocks if isinstance(b, Line)][:1]
        rows: list[str] = []
        for block in self.document.blocks[1:]:
            if isinstance(block, TableLayout):
                shares = [w / sum(block.weights) for w in block.weights]
                rows.extend(self.row(block, index, shares) for index in range(block.rows))
            elif isinstance(block, Line):
                rows.append(tr(tc(block.text, span(len(self.edges) - 1))))
        return "".join(written) + tbl(*rows) + p()

    def block(self, block: object) -> str:
        if isinstance(block, TableLayout):
            return self.table(block)
        if isinstance(block, Line):
            return self.line(block)
        return p()

    def line(self, line: Line) -> str:
        text = line.text
        if line.role == "title":
            written = p(r(text, '<w:sz w:val="44"/>'), '<w:jc w:val="center"/>')
            return p(text_box(written)) if "boxes" in self.ways else written
        if line.role == "heading" and "numbered" in self.ways:
            return self.labelled(text, "heading", '<w:pStyle w:val="2"/>')
        return p(r(text)) if text else p()

    def labelled(self, text: str, list_name: str, properties: str = "") -> str:
        """A paragraph whose ordinal Word counts, where it has one."""
        for numerals, form in (("123456789", "decimal"), (CHINESE, "chineseCounting")):
            for index, numeral in enumerate(numerals, 1):
                for opening, closing in (
                    ("", "."),
                    ("", "．"),
                    ("", "、"),
                    ("（", "）"),
                    ("(", ")"),
                ):
                    ordinal = f"{opening}{numeral}{closing}"
                    if text.startswith(ordinal):
                        shape = f"{list_name}{opening}%1{closing}{form}"
                        number, last = self.counting.get(shape, (0, 0))
                        if index != last + 1:
                            if index != 1:
                                return p(r(text), properties)
                            number = self.lists.number(form, f"{opening}%1{closing}")
                        elif not number:
                            number = self.lists.number(form, f"{opening}%1{closing}")
                        self.counting[shape] = (number, index)
                        counted = (
                            f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
                        )
                        return p(r(text[len(ordinal) :]), properties + counted)
        return p(r(text), properties)

    def table(self, table: TableLayout) -> str:
        shares = [w / sum(table.weights) for w in table.weights]
        if "own_grids" in self.ways and table.rows > 5:
            return self.own_grids(table, shares)
        rows = [self.row(table, index, shares) for index in range(table.rows)]
        if "row_tables" in self.ways:
            return "".join(tbl(row) for row in rows) + p()
        if "boxed_table" in self.ways:
            return p(text_box(tbl(*rows) + p()))
        if "breaks" in self.ways and table.rows > 6:
            rows[5:5] = rows[: table.header_rows]  # the head stands a second time
        if "cut_rows" in self.ways and table.rows > 5:
            return self.cut(table, rows, shares)
        if "headed_pieces" in self.ways and table.rows > 8:
            half = self.rng.randint(table.header_rows + 2, table.rows - 2)
            return tbl(*rows[:half]) + p() + tbl(*rows[: table.header_rows], *rows[half:]) + p()
        if self.ways & {"split", "split_open"} and table.rows > 5:
            first = self.rng.randint(2, table.rows - 3)
            second = self.rng.randint(first + 1, table.rows - 1)
            pieces = (rows[:first], rows[first:second], rows[second:])
            gap = p() if "split" in self.ways else ""
            return gap.join(tbl(*piece) for piece in pieces) + p()
        return tbl(*rows) + p()

    def own_grids(self, table: TableLayout, shares: Sequence[float]) -> str:
        """Two tables, each with no more columns than its own cells need, as converters write."""
        half = self.rng.randint(min(4, table.rows - 2), table.rows - 2)
        pieces = []
        for piece in (range(half), range(half, table.rows)):
            inside = [c for c in table.cells if set(c.rows) & set(piece)]
            self.kept = sorted({e for c in inside for e in (c.column, c.columns[-1] + 1)})
            pieces.append(tbl(*(self.row(table, index, shares) for index in piece)))
        self.kept = []
        return p().join(pieces) + p()

    def cut(self, table: TableLayout, rows: list[str], shares: Sequence[float]) -> str:
        """A row on two pages: its last label is cut in two, and its values stand above the break."""
        cuttable = [
            c
            for c in table.cells
            if c.role == "label" and c.row_span == 1 and len(c.text) > 8 and c.row > 4
        ]
        if not cuttable:
            return tbl(*rows) + p()
        label = self.rng.choice(cuttable)
        at = len(label.text) // 2
        row = rows[label.row]
        above = row.replace(t(label.text), t(label.text[:at]))
        below = tr(
            *(
                tc(label.text[at:] if c is label else "", span(c.column_span))
                for c in sorted(table.cells, key=lambda c: c.column)
                if label.row in c.rows
            )
        )
        return tbl(*rows[: label.row], above) + tbl(below, *rows[label.row + 1 :]) + p()

    def row(self, table: TableLayout, index: int, shares: Sequence[float]) -> str:
        cells: list[str] = []
        before = column = 0
        cover = {(row, c.column): c for c in table.cells for row in c.rows}
        while column < table.columns:
            cell = cover[index, column]
            if "grid_before" in self.ways and not cells and cell.row < index:
                before += self.span_of(cell)
            else:
                cells.append(self.cell(cell, index, shares))
            column += cell.column_span
        properties = f'<w:gridBefore w:val="{before}"/>' if before else ""
        if index < table.header_rows:
            properties += "<w:tblHeader/>"
        row = tr(*cells, properties=properties)
        if "controls" in self.ways:
            row = f"<w:sdt><w:sdtPr/><w:sdtContent>{row}</w:sdtContent></w:sdt>"
        if "tracked" in self.ways and self.rng.random() < 0.2:
            old = row.replace("<w:trPr>", "").replace("</w:trPr>", "").replace("<w:tblHeader/>", "")
            row = old.replace("<w:tr>", '<w:tr><w:trPr><w:del w:id="7"/></w:trPr>', 1) + row
        return row

    def cell(self, cell: Cell, row: int, shares: Sequence[float]) -> str:
        width = round(WIDTH * sum(shares[c] for c in cell.columns)) + self.rng.randint(-2, 2)
        properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        columns = self.span_of(cell)
        if "wrong_spans" in self.ways and columns > 1 and self.rng.random() < 0.5:
            columns = max(1, columns + self.rng.choice((-1, 1)))
        if "spans_alone" in self.ways:
            properties = '<w:tcW w:w="0" w:type="auto"/>'
            if columns > 1 and cell.role == "label" and self.rng.random() < 0.3:
                columns -= 1
        if "one_table" in self.ways:
            ends = (sum(shares[: cell.column]), sum(shares[: cell.column + cell.column_span]))
            first, last = (self.edges.index(round(end, 3)) for end in ends)
            columns = last - first
        if columns > 1:
            properties += span(columns)
        if cell.row_span > 1 and not ("no_restart" in self.ways and cell.row != row):
            properties += merge("restart" if cell.row == row else "continue")
        content = self.content(cell) if cell.row == row else p()
        written = tc(content, properties)
        if "controls" in self.ways and self.rng.random() < 0.5:
            written = f"<w:sdt><w:sdtContent>{written}</w:sdtContent></w:sdt>"
        return written

    def span_of(self, cell: Cell) -> int:
        if self.kept:
            return self.kept.index(cell.columns[-1] + 1) - self.kept.index(cell.column)
        return cell.column_span

    def content(self, cell: Cell) -> str:
        text = cell.text
        if cell.key in self.runs:
            return p(self.runs[cell.key])
        if cell.role == "upright":
            return "".join(p(c) for c in text)
        if cell.role == "value":
            return self.value(text)
        if "numbered" in self.ways and cell.role in ("label", "group"):
            return self.labelled(text, "group" if cell.role == "group" else f"table{cell.column}")
        return p(r(text)) if text else p()

    def value(self, text: str) -> str:
        if "tracked" in self.ways and self.rng.random() < 0.5:
            old = tracked("del", r(str(self.rng.randint(0, 999))))
            return p(old + tracked("ins", r(text)) + tracked("moveFrom", r("7")))
        if "notes" in self.ways and self.rng.random() < 0.3:
            number = len(self.notes) + 1
            self.notes.append(f'<w:footnote w:id="{number}">{p("数据截至年底")}</w:footnote>')
            mark = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            kind = self.rng.choice(("", f'<w:footnoteReference w:id="{number}"/>'))
            custom = f'<w:footnoteReference w:customMarkFollows="1" w:id="{number}"/><w:t>1</w:t>'
            return p(r(text) + f"<w:r>{mark}{kind or custom}</w:r>")
        if "boxes" in self.ways and self.rng.random() < 0.2 and text:
            return p(text_box(p(text)))
        if "controls" in self.ways:
            return (
                f"<w:sdt><w:sdtContent><w:p><w:sdt><w:sdtContent>{r(text)}</w:sdtContent></w:sdt>"
                "</w:p></w:sdtContent></w:sdt>"
            )
        if "spread" in self.ways and len(text) > 1:
            return p("".join(r(c, "<w:b/>") + "<w:proofErr/>" for c in text))
        if "cell_tables" in self.ways and self.rng.random() < 0.3:
            return tbl([tc(text)]) + p()
        return p(r(text)) if text else p()


CHINESE = "一二三四五六七八九"
STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="32"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="1"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 1"/><w:basedOn w:val="1"/>'
    "</w:style>"
)


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
