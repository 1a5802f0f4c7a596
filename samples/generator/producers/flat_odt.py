"""Writes a document as a flat OpenDocument text (.fodt). Lengths are points."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from samples.generator.cutting import cut_table
from samples.generator.document import Document, Line, Ornament
from samples.generator.fitting import cell_padding, column_shares, text_width, value_size
from samples.generator.fonts import FONTS, HELD_OUT, LATIN_FAMILIES, find_font
from samples.generator.forms import Cell, TableLayout
from samples.generator.style import Style

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)
TEXT_ALIGN = {"left": "start", "centre": "center", "right": "end"}
SIDES = ("left", "right", "top", "bottom")


def render_flat_odt(document: Document, style: Style) -> str:
    """The whole file; the same document and style give the same text."""
    return _Writer(style).document(document)


class _Writer:
    """Collects automatic styles while it writes the body."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.styles: dict[str, str] = {}

    def document(self, document: Document) -> str:
        body = "\n".join(self._block(block) for block in document.blocks)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {NAMESPACES} '
            'office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">\n'
            f"<office:font-face-decls>{''.join(_font_faces())}</office:font-face-decls>\n"
            f"<office:automatic-styles>{self._page_layout()}{''.join(self.styles.values())}"
            f"{self._footer_style()}</office:automatic-styles>\n"
            f"<office:master-styles>{self._master_page()}</office:master-styles>\n"
            f"<office:body><office:text>\n{body}\n</office:text></office:body></office:document>\n"
        )

    # Styles

    def _add(self, name: str, family: str, properties: str) -> str:
        self.styles.setdefault(
            name, f'<style:style style:name="{name}" style:family="{family}">{properties}'
            "</style:style>\n",
        )  # fmt: skip
        return name

    def _paragraph_style(
        self, name: str, font: str, size: float, align: str, *, leading: float, more: str = "",
        bold: bool = False, underlined: bool = False,
    ) -> str:  # fmt: skip
        properties = (
            f'<style:paragraph-properties fo:text-align="{align}" '
            f'fo:line-height="{size * leading:.2f}pt" {more}/>'
            f"{self._text_properties(font, size, bold=bold, underlined=underlined)}"
        )
        return self._add(name, "paragraph", properties)

    def _text_properties(
        self, font: str, size: float, *, bold: bool = False, underlined: bool = False
    ) -> str:
        chinese = find_font(font).family
        digits = self.style.text.digits
        latin = chinese if digits is None else LATIN_FAMILIES[digits]
        more = ' fo:font-weight="bold" style:font-weight-asian="bold"' if bold else ""
        if underlined:
            more += ' style:text-underline-style="solid" style:text-underline-width="auto"'
        return (
            f'<style:text-properties style:font-name="{latin}" style:font-name-asian="{chinese}" '
            f'fo:font-size="{size}pt" style:font-size-asian="{size}pt" fo:language="en" '
            f'fo:country="US" style:language-asian="zh" style:country-asian="CN"{more}/>'
        )

    def _page_layout(self) -> str:
        page = self.style.page
        orientation = "landscape" if page.width > page.height else "portrait"
        footer = 24 if page.number else 0
        return (
            '<style:page-layout style:name="page"><style:page-layout-properties '
            f'fo:page-width="{page.width}pt" fo:page-height="{page.height}pt" '
            f'style:print-orientation="{orientation}" fo:margin-top="{page.top}pt" '
            f'fo:margin-bottom="{page.bottom - footer}pt" fo:margin-left="{page.left}pt" '
            f'fo:margin-right="{page.right}pt"/>'
            "<style:footer-style><style:header-footer-properties "
            f'fo:min-height="{footer}pt"/></style:footer-style></style:page-layout>\n'
        )

    def _footer_style(self) -> str:
        align = TEXT_ALIGN[self.style.page.number_align]
        return (
            '<style:style style:name="footer" style:family="paragraph">'
            f'<style:paragraph-properties fo:text-align="{align}" fo:margin-top="8pt"/>'
            f"{self._text_properties(self.style.text.body_font, 10)}</style:style>\n"
        )

    def _master_page(self) -> str:
        number = self.style.page.number
        footer = ""
        if number:
            before, after = number.split("{n}")
            words = f"{before}<text:page-number/>{after}"
            footer = (
                f'<style:footer><text:p text:style-name="footer">{words}</text:p></style:footer>'
            )
        return (
            '<style:master-page style:name="Standard" style:page-layout-name="page">'
            f"{footer}</style:master-page>"
        )

    # Running text

    def _block(self, block: Line | Ornament | TableLayout) -> str:
        if isinstance(block, TableLayout):
            pieces = cut_table(block, self.style.breaks)
            tables = [self._table(piece, block, i) for i, piece in enumerate(pieces)]
            return "\n".join(tables) + f'<text:p text:style-name="{self._gap()}"/>'
        if isinstance(block, Ornament):
            return f'<text:p text:style-name="{self._ornament(block)}"/>'
        name = self._line_style(block)
        return f'<text:p text:style-name="{name}">{escape(block.text, quote=False)}</text:p>'

    def _gap(self) -> str:
        font = self.style.text.body_font
        return self._paragraph_style("gap", font, 6, "start", leading=1.3)

    def _ornament(self, ornament: Ornament) -> str:
        margin = text_width(self.style) * (1 - ornament.share) / 2
        more = (
            f'fo:margin-left="{margin:.1f}pt" fo:margin-right="{margin:.1f}pt" '
            'fo:border-bottom="1.2pt solid #000000"'
        )
        font = self.style.text.body_font
        return self._paragraph_style("ornament", font, 6, "start", leading=1.3, more=more)

    def _line_style(self, line: Line) -> str:
        text = self.style.text
        indent = f'fo:text-indent="{2 * text.body_size}pt" '
        font, size, align, more = text.body_font, text.body_size, "justify", indent
        if line.role == "title":
            font, size, align = text.title_font, text.title_size, "center"
            more = f'fo:margin-bottom="{size}pt"'
        elif line.role == "heading":
            font, align = text.title_font, "start"
            more = indent + 'fo:keep-with-next="always" fo:margin-top="5pt"'
        elif line.role == "small":
            size, align, more = 10.0, "center", ""
        elif line.role == "signature":
            align, more = "end", ""
        elif line.role == "boxed":
            align, more = "start", 'fo:border="0.75pt solid #000000" fo:padding="4pt"'
        underlined = line.role == "heading" and text.underlined_headings
        return self._paragraph_style(
            line.role,
            font,
            size,
            align,
            leading=text.line_spacing,
            more=more,
            underlined=underlined,
        )

    # Tables

    def _table(self, piece: TableLayout, whole: TableLayout, number: int) -> str:
        share = min(1.0, self.style.table.width_share) * sum(piece.weights) / sum(whole.weights)
        width = share * text_width(self.style)
        name = f"table{len(self.styles)}"
        align = "right" if number else "center"
        onward = ' fo:break-before="page"' if number else ""
        properties = (
            f'<style:table-properties style:width="{width:.2f}pt" table:align="{align}" '
            f'table:border-model="collapsing" style:may-break-between-rows="true"{onward}/>'
        )
        self._add(name, "table", properties)
        columns = "".join(
            f'<table:table-column table:style-name="{self._column(share * width)}"/>'
            for share in column_shares(piece, self.style)
        )
        size = value_size(piece, self.style, width)
        rows = [self._row(piece, row, size) for row in range(piece.rows)]
        head = piece.header_rows if self.style.breaks.repeat_header else 0
        header = "".join(rows[:head])
        if header:
            header = f"<table:table-header-rows>{header}</table:table-header-rows>"
        return (
            f'<table:table table:name="{name}" table:style-name="{name}">{columns}{header}'
            f"{''.join(rows[head:])}</table:table>"
        )

    def _column(self, width: float) -> str:
        properties = f'<style:table-column-properties style:column-width="{width:.2f}pt"/>'
        return self._add(f"column{width:.2f}".replace(".", "_"), "table-column", properties)

    def _row(self, layout: TableLayout, row: int, size: float) -> str:
        keep = "auto" if self.style.breaks.anywhere else "always"
        properties = (
            f'<style:table-row-properties style:min-row-height="{self.style.table.least_row}pt" '
            f'fo:keep-together="{keep}"/>'
        )
        name = self._add("row", "table-row", properties)
        begins = {cell.column: cell for cell in layout.cells_of_row(row)}
        cells = [
            self._cell(begins[column], layout, size)
            if column in begins
            else "<table:covered-table-cell/>"
            for column in range(layout.columns)
        ]
        return f'<table:table-row table:style-name="{name}">{"".join(cells)}</table:table-row>\n'

    def _cell(self, cell: Cell, layout: TableLayout, size: float) -> str:
        spans = ""
        if cell.row_span > 1 or cell.column_span > 1:
            spans = (
                f' table:number-columns-spanned="{cell.column_span}"'
                f' table:number-rows-spanned="{cell.row_span}"'
            )
        text = self.style.text
        family = "value" if cell.key else cell.role
        bold = text.bold_headers and cell.role in ("header", "band")
        paragraph = self._paragraph_style(
            f"cell-{family}-{size if cell.key else 0}".replace(".", "_"),
            text.table_font,
            size if cell.key else text.table_size,
            self._align(cell),
            leading=1.25,
            more='style:text-autospace="none"',
            bold=bold,
        )
        words = "\n".join(cell.text) if cell.role == "upright" else cell.text
        words = escape(words, quote=False).replace("\n", "<text:line-break/>")
        return (
            f'<table:table-cell table:style-name="{self._cell_style(cell, layout)}"{spans}>'
            f'<text:p text:style-name="{paragraph}">{words}</text:p></table:table-cell>'
        )

    def _align(self, cell: Cell) -> str:
        if cell.role in ("header", "band", "upright"):
            return "center"
        align = self.style.text.value_align if cell.role == "value" else self.style.text.label_align
        return "start" if cell.role == "note" else TEXT_ALIGN[align]

    def _cell_style(self, cell: Cell, layout: TableLayout) -> str:
        table = self.style.table
        shade = table.band_shade if cell.role == "band" else None
        if cell.role in ("header", "note"):
            shade = table.header_shade
        at = (
            cell.column == 0,
            cell.columns.stop == layout.columns,
            cell.row == 0,
            cell.rows.stop == layout.rows,
        )
        side_padding = cell_padding(cell, self.style)
        background = f' fo:background-color="#{shade}"' if shade else ""
        properties = (
            '<style:table-cell-properties style:vertical-align="middle" '
            f'fo:padding-left="{side_padding}pt" fo:padding-right="{side_padding}pt" '
            f'fo:padding-top="{table.padding * 0.4:.2f}pt" '
            f'fo:padding-bottom="{table.padding * 0.4:.2f}pt"{background} '
            f"{' '.join(self._borders(at))}/>"
        )
        places = "".join("y" if outer else "n" for outer in at)
        kind = "keyed" if cell.key else "plain"
        return self._add(f"box-{kind}-{shade or 'none'}-{places}", "table-cell", properties)

    def _borders(self, at: tuple[bool, ...]) -> Iterator[str]:
        rules = self.style.rules
        level = round(rules.grey * 255)
        colour = f"#{level:02x}{level:02x}{level:02x}"
        for side, outer in zip(SIDES, at, strict=True):
            if outer and side in rules.missing_sides:
                yield f'fo:border-{side}="none"'
            elif outer and rules.double_outer:
                yield f'fo:border-{side}="2.2pt double {colour}"'
                yield f'style:border-line-width-{side}="0.5pt 1.2pt 0.5pt"'
            else:
                width = max(0.1, rules.outer_width if outer else rules.width)
                yield f'fo:border-{side}="{width}pt {rules.dash} {colour}"'


def _font_faces() -> Iterator[str]:
    for family in (
        *(font.family for font in (*FONTS.values(), *HELD_OUT.values())),
        *LATIN_FAMILIES.values(),
    ):
        yield f'<style:font-face style:name="{family}" svg:font-family="&apos;{family}&apos;"/>'
