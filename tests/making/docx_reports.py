"""Generated reports laid out as DOCX, in each of the ways that publishers' files are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from random import Random

from docx_making import docx, merge, p, part, r, span, strict, t, tbl, tc, text_box, tr, tracked

from samples.generator.codes import Form
from samples.generator.document import Document, Line, compose
from samples.generator.facts import ReportFacts, make_facts
from samples.generator.forms import Cell, TableLayout, draw_form

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
