"""Reports as pages of government websites: the markup of editors, the site's furniture, charsets.

Unlike `html.py`, whose page is made to be printed, these are what people save from a browser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from random import Random

from samples.generator.document import Document, Line, Ornament
from samples.generator.forms import Cell, TableLayout
from samples.generator.producers.wrong_markup import FAULTLESS, Faults, draw_faults
from samples.generator.reports import AnyFacts
from samples.generator.site import MENU, SIDE, Site, draw_site

# What the page declares, and the codec that its bytes are really in.
CHARSETS: tuple[tuple[str, str], ...] = (
    ("utf-8", "utf-8"),
    ("utf-8", "utf-8"),
    ("gb2312", "gbk"),
    ("GBK", "gbk"),
    ("gb18030", "gb18030"),
    ("utf-8", "utf-8-sig"),
    ("", "utf-8"),
    ("", "gbk"),
    ("utf-8", "gbk"),
    ("gb2312", "utf-8"),
    ("iso-8859-1", "gbk"),
    ("utf-16", "utf-16"),
)
WORD_HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml"
xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"
xmlns="http://www.w3.org/TR/REC-html40">
<head><meta name=ProgId content=Word.Document><meta name=Generator content="Microsoft Word 15">
{charset}<title>{title}</title>
<!--[if gte mso 9]><xml><o:DocumentProperties><o:Pages>6</o:Pages></o:DocumentProperties>
<w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {{mso-style-parent:""; margin:0cm; font-size:10.5pt}}
 table.MsoNormalTable {{mso-style-name:普通表格; mso-tstyle-rowband-size:0}} --></style></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><div class=WordSection1>
"""


@dataclass(frozen=True, slots=True)
class Markup:
    """How an editor writes a report: a cell's tag with its words, a table, a line of text."""

    cell: Callable[[Cell, str, str, Random], str]
    table: str
    lines: Mapping[str, str]
    blank: tuple[str, ...]


def web_page(name: str, document: Document, facts: AnyFacts) -> bytes:
    """The page in the markup of this name, its furniture and charset drawn from the seed."""
    rng = Random(f"web:{facts.seed}:{facts.form.value}:{name}")
    markup = MARKUPS[name] if name in MARKUPS else rng.choice(list(MARKUPS.values()))
    faults = draw_faults(rng) if name == "html_broken" else FAULTLESS
    declared, codec = rng.choice(CHARSETS)
    body = "\n".join(_block(block, markup, faults, rng) for block in document.blocks)
    if name == "html_word" and rng.random() < 0.5:
        head = WORD_HEAD.format(charset=_declaration(declared), title=escape(document.title))
        page = f"{head}{body}\n</div></body></html>\n"
    else:
        page = _site_page(body, document.title, facts, declared, rng)
    return page.encode(codec, "xmlcharrefreplace")


def _declaration(charset: str) -> str:
    if not charset:
        return ""
    return f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">\n'


# The report


def _block(
    block: Line | Ornament | TableLayout, markup: Markup, faults: Faults, rng: Random
) -> str:
    if isinstance(block, Ornament):
        return "<hr>"
    if isinstance(block, TableLayout):
        return _table(block, markup, faults, rng)
    text = escape(block.text, quote=False)
    if block.role == "paragraph" and rng.random() < 0.3:
        text = "&nbsp;&nbsp;&nbsp;&nbsp;" + text
    return markup.lines.get(block.role, markup.lines["paragraph"]).format(text)


def _table(layout: TableLayout, markup: Markup, faults: Faults, rng: Random) -> str:
    rows = []
    for row in range(layout.rows):
        cells = sorted(layout.cells_of_row(row), key=lambda cell: cell.column)
        tags = [
            markup.cell(cell, _words(cell, markup, rng), faults.spans(cell, layout), rng)
            for cell in cells
        ]
        rows.append(faults.row(tags))
    body = "\n".join(rows)
    return faults.table(f"<table {markup.table}><tbody>\n{body}\n</tbody></table>")


def _words(cell: Cell, markup: Markup, rng: Random) -> str:
    if not cell.text:
        return rng.choice(markup.blank)
    words = escape(cell.text, quote=False).replace("\n", "<br>")
    if cell.key and len(cell.text) > 1 and rng.random() < 0.05:
        words = f"<span>{words[:1]}</span><span>{words[1:]}</span>" if words.isascii() else words
    return f" {words}\n" if rng.random() < 0.05 else words


def _plain_cell(cell: Cell, words: str, spans: str, rng: Random) -> str:
    return f"<td{spans}>{words}</td>"


def _word_cell(cell: Cell, words: str, spans: str, rng: Random) -> str:
    latin = words.replace(".", "").isdigit()
    inner = f"<span lang=EN-US style='font-size:9.0pt'>{words}</span>" if latin else words
    width = 38 * cell.column_span
    return (
        f"<td width={width}{spans} style='width:{width}.0pt;border:solid windowtext 1.0pt;\n"
        "  mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt'>\n"
        "  <p class=MsoNormal align=center style='text-align:center;mso-pagination:widow-orphan'>"
        f"<span\n  style='font-size:9.0pt;font-family:宋体;mso-font-kerning:0pt'>{inner}"
        "<span lang=EN-US><o:p></o:p></span></span></p>\n  </td>"
    )


def _editor_cell(cell: Cell, words: str, spans: str, rng: Random) -> str:
    return (
        f'<td{spans} width="{60 * cell.column_span}" valign="middle" style="word-break: break-all; '
        'border: 1px solid windowtext; padding: 0px 7px;"><p style="text-align: center; '
        'line-height: 1.5em;"><span style="font-family: 宋体, SimSun; font-size: 14px;">'
        f"{words}</span></p></td>"
    )


MARKUPS: Mapping[str, Markup] = {
    "html": Markup(
        _plain_cell,
        'border="1" cellspacing="0" cellpadding="4" width="98%"',
        {
            "title": '<h1 class="article-title">{}</h1>',
            "heading": "<h3>{}</h3>",
            "small": '<div class="source">{}</div>',
            "signature": '<p align="right">{}</p>',
            "paragraph": "<p>{}</p>",
        },
        ("", "", "&nbsp;", "<br>"),
    ),
    "html_word": Markup(
        _word_cell,
        "class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 "
        "style='border-collapse:collapse;mso-padding-alt:0cm 5.4pt 0cm 5.4pt'",
        {
            "title": "<p class=MsoNormal align=center style='text-align:center'><b><span\n"
            "style='font-size:22.0pt;font-family:方正小标宋简体'>{}<o:p></o:p></span></b></p>",
            "heading": "<p class=MsoNormal style='text-indent:32.0pt'><span\n"
            "style='font-size:16.0pt;font-family:黑体'>{}</span></p>",
            "paragraph": "<p class=MsoNormal style='text-indent:32.0pt;line-height:28.0pt'><span\n"
            "style='font-size:16.0pt;font-family:仿宋_GB2312'>{}<o:p></o:p></span></p>",
        },
        ("<o:p>&nbsp;</o:p>", "&nbsp;", ""),
    ),
    "html_ueditor": Markup(
        _editor_cell,
        'cellspacing="0" cellpadding="0" align="center" data-sort="sortDisabled" '
        'style="border-collapse: collapse;"',
        {
            "title": '<p style="text-align: center;"><strong><span style="font-size: 29px; '
            'font-family: 方正小标宋_GBK;">{}</span></strong></p>',
            "heading": '<p style="text-indent: 43px;"><span style="font-family: 黑体; '
            'font-size: 21px;">{}</span></p>',
            "signature": '<p style="text-align: right;"><span>{}&nbsp; &nbsp;&nbsp;</span></p>',
            "paragraph": '<p style="text-indent: 43px; line-height: 37px;"><span style="'
            'font-family: 仿宋_GB2312; font-size: 21px;">{}</span></p>',
        },
        ("<br/>", "&nbsp;", ""),
    ),
}


# The site around it


def _site_page(body: str, title: str, facts: AnyFacts, declared: str, rng: Random) -> str:
    site = draw_site(facts)
    menu = "".join(f'<li><a href="/{i}/">{word}</a></li>' for i, word in enumerate(MENU))
    side = "".join(f'<li><a href="/xxgk/{i}/">{word}</a></li>' for i, word in enumerate(SIDE))
    main = (
        f'<div class="content" id="zoom">{_date_bar(facts, site, rng)}\n{body}\n'
        f"{_attachment(title, rng)}</div>"
    )
    if rng.random() < 0.15:  # old sites lay the page out with a table
        main = (
            '<table width="1000" border="0" align="center"><tr><td width="220" valign="top">'
            f"<ul>{side}</ul></td><td>{main}</td></tr></table>"
        )
    else:
        main = f'<div class="left"><ul>{side}</ul></div>{main}'
    doctype = rng.choice(("<!DOCTYPE html>", "<!doctype html>", ""))
    foot = "".join(f"<p>{line}</p>" for line in site.foot)
    neighbours = "".join(f'<p><a href="./t{i}.html">{w}</a></p>' for i, w in enumerate(
        site.neighbours
    ))  # fmt: skip
    return f"""{doctype}
<html><head>
{_declaration(declared)}<title>{escape(title)}-{site.host}</title>
<meta name="SiteName" content="{site.host}"><meta name="SiteDomain" content="{site.domain}">
<meta name="ColumnName" content="政府信息公开年报">
<style>.content td {{ border: 1px solid #333 }} .left {{ float: left; width: 200px }}</style>
<script>var page = "<table><tr><td>规章</td><td>8</td></tr></table>"; var hits = 3;</script>
</head><body>
<div class="top"><span>今天是{site.today}</span> <a href="/en">English</a> <a>无障碍阅读</a></div>
<ul class="menu">{menu}</ul>
<form><input value="请输入关键字"><select><option>全部</option><option>标题</option></select></form>
<div class="crumbs">{escape(site.path)}</div>
{main}
<div class="share">分享到：<a>微信</a> <a>微博</a></div>
<div class="tools"><a href="javascript:window.print()">打印本页</a> <a>关闭窗口</a></div>
{neighbours}
<div style="display:none"><p>下一篇 统计 88 次</p></div>
<div class="footer">{foot}</div>
</body></html>
"""


def _date_bar(facts: AnyFacts, site: Site, rng: Random) -> str:
    words = [f"来源：{facts.issuer.name}", f"浏览次数：{site.views}"]
    if facts.publication_date:
        when = f"{facts.publication_date} {rng.randint(8, 17):02d}:{rng.randint(0, 59):02d}"
        words.insert(0, f"发布时间：{rng.choice((when, str(facts.publication_date)))}")
    spans = " ".join(f"<span>{word}</span>" for word in words)
    sizes = "".join(f'<a href="javascript:size({n})">{w}</a> ' for n, w in ((20, "大"), (14, "中")))
    return f'<div class="bar">{spans} <span>字体大小：{sizes}</span></div>'


def _attachment(title: str, rng: Random) -> str:
    if rng.random() < 0.5:
        return ""
    number = rng.randint(100_000, 999_999)
    return f'<p>附件：<a href="./W02024011{number}.docx">{escape(title)}.docx</a></p>'
