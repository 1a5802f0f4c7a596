"""Writes a document as one HTML page with print styles. Lengths are points."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from samples.generator.cutting import cut_table
from samples.generator.document import Document, Line, Ornament
from samples.generator.fitting import VALUE_PADDING, column_shares, text_width, value_size
from samples.generator.fonts import LATIN_FAMILIES, find_font
from samples.generator.forms import Cell, TableLayout
from samples.generator.style import Style

TEXT_ALIGN = {"left": "left", "centre": "center", "right": "right"}
NUMBER_CORNER = {"left": "bottom-left", "centre": "bottom-center", "right": "bottom-right"}


def render_html(document: Document, style: Style) -> str:
    """The whole page; the same document and style give the same text."""
    body = "\n".join(_block(block, style) for block in document.blocks)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(document.title)}</title>\n<style>\n{_css(style)}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def _block(block: Line | Ornament | TableLayout, style: Style) -> str:
    if isinstance(block, TableLayout):
        pieces = cut_table(block, style.breaks)
        return "\n".join(_table(piece, block, style, number) for number, piece in enumerate(pieces))
    if isinstance(block, Ornament):
        return f'<hr style="width:{block.share:.0%}">'
    tag = {"title": "h1", "heading": "h2"}.get(block.role, "p")
    words = escape(block.text)
    if block.role == "boxed":
        words = f"<span>{words}</span>"
    return f'<{tag} class="{block.role}">{words}</{tag}>'


def _css(style: Style) -> str:
    page, text, table = style.page, style.text, style.table
    spacing = text.line_spacing
    rules = [
        f"@page {{ size: {page.width}pt {page.height}pt; margin: {page.top}pt {page.right}pt "
        f"{page.bottom}pt {page.left}pt; {_page_number(style)} }}",
        f"body {{ margin: 0; font: {text.body_size}pt/{spacing} {_family(text.body_font, style)}; "
        "text-align: justify; }",
        f"h1 {{ font: {text.title_size}pt/{spacing} {_family(text.title_font, style)}; "
        "text-align: center; margin: 0 0 1em; }",
        f"h2 {{ font: {text.body_size}pt/{spacing} {_family(text.title_font, style)}; "
        "text-indent: 2em; margin: .4em 0 0; break-after: avoid; }",
        "p { margin: 0; } .paragraph { text-indent: 2em; } .signature { text-align: right; }",
        ".small { font-size: 10pt; text-align: center; } hr { border: 0; "
        "border-top: 1.2pt solid #000; margin: .4em auto; }",
        ".boxed span { border: .75pt solid #000; padding: .3em 1em; } .boxed { margin: .5em 0; }",
        f"table {{ table-layout: fixed; margin-bottom: .8em; {_collapse(style)} "
        f"font: {text.table_size}pt/1.25 {_family(text.table_font, style)}; }}",
        f"tr {{ height: {table.least_row}pt; "
        f"break-inside: {'avoid' if style.breaks.close_at_break else 'auto'}; }}",
        f"td {{ padding: {table.padding * 0.5:.2f}pt {table.padding}pt; {_border(style)} "
        f"text-align: {TEXT_ALIGN[text.label_align]}; overflow-wrap: anywhere; }}",
        f".value {{ text-align: {TEXT_ALIGN[text.value_align]}; white-space: nowrap; "
        "font-size: var(--values); }",
        f".keyed {{ padding: {table.padding * 0.3:.2f}pt {min(table.padding, VALUE_PADDING)}pt; }}",
        ".header, .band, .upright { text-align: center; }",
        "thead { display: table-header-group; } .onward { break-before: page; margin-left: auto; }",
    ]
    if text.underlined_headings:
        rules.append("h2 { text-decoration: underline; }")
    if text.bold_headers:
        rules.append(".header, .band { font-weight: bold; }")
    if table.header_shade:
        rules.append(f".header, .note {{ background: #{table.header_shade}; }}")
    if table.band_shade:
        rules.append(f".band {{ background: #{table.band_shade}; }}")
    rules.extend(_outer_borders(style))
    return "\n".join(rules) + "\n"


def _page_number(style: Style) -> str:
    if not style.page.number:
        return ""
    before, after = style.page.number.split("{n}")
    corner = NUMBER_CORNER[style.page.number_align]
    return f'@{corner} {{ content: "{before}" counter(page) "{after}"; font-size: 10pt; }}'


def _family(font: str, style: Style) -> str:
    families = [find_font(font).family]
    if style.text.digits is not None:
        families.insert(0, LATIN_FAMILIES[style.text.digits])
    return ", ".join(f'"{family}"' for family in families)


def _colour(style: Style) -> str:
    level = round(style.rules.grey * 255)
    return f"#{level:02x}{level:02x}{level:02x}"


def _collapse(style: Style) -> str:
    if style.rules.drawing == "rects":
        return "border-collapse: separate; border-spacing: 0;"
    return "border-collapse: collapse;"


def _border(style: Style) -> str:
    return f"border: {style.rules.width}pt {style.rules.dash} {_colour(style)};"


def _outer_borders(style: Style) -> Iterator[str]:
    rules = style.rules
    for side in ("left", "right", "top", "bottom"):
        border = f"{rules.outer_width}pt {rules.dash} {_colour(style)}"
        if rules.double_outer:
            border = f"2.2pt double {_colour(style)}"
        if side in rules.missing_sides:
            border = "none"
        yield f"td.at-{side} {{ border-{side}: {border}; }}"


def _table(piece: TableLayout, whole: TableLayout, style: Style, number: int) -> str:
    share = min(1.0, style.table.width_share) * sum(piece.weights) / sum(whole.weights)
    size = value_size(piece, style, share * text_width(style))
    onward = ' class="onward"' if number else ""
    head_rows = piece.header_rows if style.breaks.repeat_header else 0
    rows = ["".join(_cells(piece, row)) for row in range(piece.rows)]
    lines = [f'<table{onward} style="width:{share:.2%}; --values: {size}pt">', "<colgroup>"]
    lines.extend(f'<col style="width:{w:.3%}">' for w in column_shares(piece, style))
    lines.append("</colgroup>")
    if head_rows:
        lines.append("<thead>")
        lines.extend(f"<tr>{row}</tr>" for row in rows[:head_rows])
        lines.append("</thead>")
    lines.append("<tbody>")
    lines.extend(f"<tr>{row}</tr>" for row in rows[head_rows:])
    lines.append("</tbody></table>")
    return "\n".join(lines)


def _cells(layout: TableLayout, row: int) -> Iterator[str]:
    for cell in sorted(layout.cells_of_row(row), key=lambda cell: cell.column):
        spans = ""
        if cell.row_span > 1:
            spans += f' rowspan="{cell.row_span}"'
        if cell.column_span > 1:
            spans += f' colspan="{cell.column_span}"'
        yield f'<td class="{_classes(cell, layout)}"{spans}>{_words(cell)}</td>'


def _classes(cell: Cell, layout: TableLayout) -> str:
    names: list[str] = [cell.role, "keyed"] if cell.key else [cell.role]
    if cell.column == 0:
        names.append("at-left")
    if cell.columns.stop == layout.columns:
        names.append("at-right")
    if cell.row == 0:
        names.append("at-top")
    if cell.rows.stop == layout.rows:
        names.append("at-bottom")
    return " ".join(names)


def _words(cell: Cell) -> str:
    text = "\n".join(cell.text) if cell.role == "upright" else cell.text
    return escape(text, quote=False).replace("\n", "<br>")
