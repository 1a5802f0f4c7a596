"""Reports of the generator as the pages that government sites and office programs make of them."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterator, Mapping
from html import escape
from random import Random

from samples.generator.batch import Sample
from samples.generator.document import Line, Ornament
from samples.generator.forms import Cell, TableLayout

MENU = ("网站首页", "政务公开", "政务服务", "互动交流", "走进我们", "专题专栏")
NEWS = (
    "2019年政府信息公开工作年度报告",
    "市司法局2018年政府信息公开工作年度报告",
    "关于做好2022年政府信息公开工作年度报告编制的通知",
    "县教育局2017年政府信息公开工作年度报告",
)
IMPRINT = (
    "版权所有：某某市人民政府办公室　主办：某某市大数据中心　地址：某某市人民路1号　邮编：999999　"
    "联系电话：0999-8888888　网站标识码：9999990001　某ICP备09999999号"
)
URL = "https://www.example.gov.cn/xxgk/2024/t20240120_5.html"


def spans(cell: Cell, quote: str = '"') -> str:
    found = ""
    if cell.row_span > 1:
        found += f" rowspan={quote}{cell.row_span}{quote}"
    if cell.column_span > 1:
        found += f" colspan={quote}{cell.column_span}{quote}"
    return found


def rows_of(table: TableLayout) -> Iterator[list[Cell]]:
    for row in range(table.rows):
        yield sorted(table.cells_of_row(row), key=lambda cell: cell.column)


def lines_of(cell: Cell) -> list[str]:
    text = "\n".join(cell.text) if cell.role == "upright" else cell.text
    return [escape(line, quote=False) for line in text.split("\n")]


def article(
    sample: Sample,
    paragraph: Callable[[Line], str],
    table: Callable[[TableLayout], str],
    *,
    without_title: bool = False,
) -> str:
    """The report's blocks, each written by the given function."""
    pieces = []
    for block in sample.document.blocks:
        if isinstance(block, Ornament) or (
            without_title and isinstance(block, Line) and block.role == "title"
        ):
            continue
        pieces.append(table(block) if isinstance(block, TableLayout) else paragraph(block))
    return "\n".join(pieces)


def word_page(sample: Sample) -> bytes:
    """As Word and WPS save a web page: gb2312, one paragraph and one span a cell, ghost rows."""

    def span(text: str, size: float) -> str:
        return f"<span style='font-size:{size}pt;font-family:仿宋_GB2312'>{text}<o:p></o:p></span>"

    def paragraph(line: Line) -> str:
        size = {"title": 22.0}.get(line.role, 16.0)
        align = " align=center style='text-align:center'" if line.role == "title" else ""
        text = escape(line.text, quote=False)
        wrapped = "\r\n".join(text[i : i + 30] for i in range(0, len(text), 30))
        return f"<p class=MsoNormal{align}>{span(wrapped, size)}</p>"

    def table(layout: TableLayout) -> str:
        pieces = ["<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0>"]
        for index, row in enumerate(rows_of(layout)):
            pieces.append(f" <tr style='mso-yfti-irow:{index};height:22.7pt'>")
            for cell in row:
                inner = "".join(
                    f"<p class=MsoNormal align=center>{span(text or '&nbsp;', 10.5)}</p>"
                    for text in lines_of(cell)
                )
                style = "style='width:42.5pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt'"
                pieces.append(f"  <td width=57{spans(cell, '')} {style}>\r\n  {inner}\r\n  </td>")
            pieces.append(" </tr>")
        ghosts = "".join("<td width=57 style='border:none'></td>" for _ in layout.weights)
        pieces.append(f" <![if !supportMisalignedColumns]>\r\n <tr height=0>{ghosts}</tr>")
        pieces.append(" <![endif]>\r\n</table>")
        return "\r\n".join(pieces)

    page = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv=Content-Type content="text/html; charset=gb2312">
<meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>x</o:Author>
 <o:Pages>9</o:Pages></o:DocumentProperties></xml><![endif]-->
<style><!-- p.MsoNormal {{mso-style-parent:"";margin:0cm;display:block}} --></style>
</head>
<body lang=ZH-CN style='tab-interval:21.0pt'><div class=WordSection1>
{article(sample, paragraph, table)}
</div></body></html>"""
    return page.encode("gb18030")


def old_page(sample: Sample) -> bytes:
    """As old ASP sites: GBK, tables for the layout, nothing closed, font elements."""

    def paragraph(line: Line) -> str:
        text = escape(line.text, quote=False)
        if line.role == "title":
            return f"<center><font size=5 color=red><b>{text}</b></font></center><br>"
        return f"&nbsp;&nbsp;&nbsp;&nbsp;{text}<br>"

    def table(layout: TableLayout) -> str:
        pieces = ["<TABLE BORDER=1 ALIGN=CENTER>"]
        for row in rows_of(layout):
            pieces.append("<TR>")
            for cell in row:
                text = "<BR>".join(lines_of(cell)) or "　"
                pieces.append(f"<TD{spans(cell, '')}><FONT size=2>{text}")
        return "\n".join([*pieces, "</TABLE>"])

    menu = "".join(f"<td><a href=/{i}.asp>{name}</a>" for i, name in enumerate(MENU))
    left = "<br>".join(f"<a href=/n{i}.asp>{name}</a>" for i, name in enumerate(NEWS))
    page = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{escape(sample.facts.title)}</title></head><body>
<table width=1000 align=center><tr><td colspan=2><img src=banner.jpg>
<tr><td colspan=2><table width=100%><tr>{menu}</table>
<tr><td colspan=2>您现在的位置：<a href=/>首页</a> &gt;&gt; <a href=/gk.asp>政府信息公开年报</a>
<tr><td width=200 valign=top><table><tr><td>{left}</table>
<td><table width=100%><tr><td>
{article(sample, paragraph, table)}
<tr><td align=right>【<a href=javascript:print()>打印本页</a>】【<a href=#>关闭窗口</a>】
</table>
<tr><td colspan=2 align=center>{IMPRINT}</table></body></html>"""
    return page.encode("gb18030")


def editor_paragraph(line: Line) -> str:
    size = "29px" if line.role == "title" else "21px"
    centre = "text-align: center;" if line.role == "title" else "text-indent: 43px;"
    return (
        f'<p style="{centre}line-height: 2em;"><span style="font-size: {size};">'
        f"{escape(line.text, quote=False)}</span></p>"
    )


def editor_table(layout: TableLayout) -> str:
    """As pasted into an editor: inline styles, the text in spans, blanks as &nbsp;."""
    pieces = ['<table cellspacing="0"><tbody>']
    for index, row in enumerate(rows_of(layout)):
        pieces.append('<tr class="firstRow">' if index == 0 else "<tr>")
        for cell in row:
            inner = "<br/>".join(lines_of(cell)) or "&nbsp;"
            pieces.append(
                f'<td style="border:1px solid rgb(0,0,0);padding:0 7px" width="70"{spans(cell)}>'
                f'<p style="text-align:center"><span style="font-size: 14px;">{inner}</span></p></td>'
            )
        pieces.append("</tr>")
    return "\n".join([*pieces, "</tbody></table>"])


def site_page(sample: Sample) -> str:
    """As content systems of today: menus, breadcrumb, a bar with the date, share buttons, imprint.

    The date stands in the bar or only in a meta element, as the seed decides.
    """
    facts = sample.facts
    rng = Random(f"page:{facts.seed}")
    menu = "".join(f'<li><a href="/{i}/">{name}</a></li>' for i, name in enumerate(MENU))
    news = "".join(
        f'<li><a href="/n{i}.html">{name}</a><span>2023-02-1{i}</span></li>'
        for i, name in enumerate(NEWS)
    )
    metas = bar = ""
    if facts.publication_date is not None:
        if rng.random() < 0.5:
            metas = f'<meta name="PubDate" content="{facts.publication_date} 10:31">'
        else:
            bar = f"<span>发布日期：{facts.publication_date} 10:31</span>"
    return f"""<!DOCTYPE html>
<!-- saved from url=(0052){URL} -->
<html lang="zh-CN"><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<meta name="SiteName" content="某某市人民政府门户网站">
<meta name="ArticleTitle" content="{escape(facts.title)}">
<meta name="ContentSource" content="{escape(facts.issuer.name)}">{metas}
<title>{escape(facts.title)}_政府信息公开年报_某某市人民政府</title>
<script>var page = {{"title": "<table><tr><td>1</td></tr></table>"}};</script>
<style>.tip {{ display: none }} @media print {{ .article {{ display: none }} }}</style>
</head><body>
<div class="header"><div class="logo"><a href="/"><img src="logo.png" alt="x"></a></div>
<form action="/search"><input name="q" value="请输入关键字"><button>搜索</button></form></div>
<nav><ul>{menu}</ul></nav>
<div class="main"><div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/a">公开</a></div>
<div class="article"><h1>{escape(facts.title)}</h1>
<div class="bar">{bar}<span>来源：{escape(facts.issuer.name)}</span>
<span>【字体：<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】</span>
<div class="bdsharebuttonbox">分享到：<a href="#">微信</a><a href="#">微博</a></div></div>
<div class="tip">请使用新版浏览器访问</div>
<div class="TRS_Editor" id="zoom">
{article(sample, editor_paragraph, editor_table, without_title=True)}
<p>附件：<a href="./P0202401.docx">年报表格.docx</a></p>
</div>
<div class="related"><h3>相关链接</h3><ul>{news}</ul></div>
</div><aside><h2>热点信息</h2><ul>{news}</ul></aside></div>
<div class="bottom"><p>{IMPRINT}</p></div>
<script src="https://www.example.gov.cn/a.js"></script></body></html>"""


def utf16_page(sample: Sample) -> bytes:
    return site_page(sample).encode("utf-16")


def misdeclared_page(sample: Sample) -> bytes:
    """GBK bytes that call themselves UTF-8."""
    return site_page(sample).encode("gb18030")


def mhtml_page(sample: Sample) -> bytes:
    page = site_page(sample).encode()
    picture = base64.encodebytes(bytes(900))
    return b"\r\n".join(
        (
            b"From: <Saved by Blink>",
            f"Snapshot-Content-Location: {URL}".encode(),
            b"Subject: x",
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B--x"',
            b"",
            b"",
            b"------B--x",
            b"Content-Type: text/html",
            b"Content-Transfer-Encoding: quoted-printable",
            f"Content-Location: {URL}".encode(),
            b"",
            quopri.encodestring(page).replace(b"\n", b"\r\n"),
            b"------B--x",
            b"Content-Type: image/png",
            b"Content-Transfer-Encoding: base64",
            b"Content-Location: https://www.example.gov.cn/logo.png",
            b"",
            picture,
            b"------B--x--",
            b"",
        )
    )


def sheet_page(sample: Sample) -> bytes:
    """As Excel saves a sheet as a web page (and people name it .xls): one table for everything."""

    def table(layout: TableLayout) -> str:
        rows = []
        for row in rows_of(layout):
            cells = "".join(
                f"<td class=xl65{spans(cell, '')} style='mso-number-format:General'>"
                f"{'<br>'.join(lines_of(cell))}</td>"
                for cell in row
            )
            rows.append(f"<tr height=19>{cells}</tr>")
        return "<table x:str border=0>" + "\n".join(rows) + "</table>"

    def paragraph(line: Line) -> str:
        size = 20 if line.role == "title" else 11
        return f"<div style='font-size:{size}.0pt'>{escape(line.text, quote=False)}</div>"

    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gbk"></head>'
        f"<body link=blue>{article(sample, paragraph, table)}</body></html>"
    ).encode("gb18030")


def bare_page(sample: Sample) -> bytes:
    """The article alone, as an interface hands it on: no html, no body, values in fields."""

    def table(layout: TableLayout) -> str:
        rows = []
        for row in rows_of(layout):
            cells = []
            for cell in row:
                text = "<br>".join(lines_of(cell))
                if cell.key and "<br>" not in text:
                    text = f'<input type="text" readonly value="{text}">'
                cells.append(f"<td{spans(cell)}>{text}</td>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return f"<table>{''.join(rows)}</table>"

    return article(sample, editor_paragraph, table).encode()


PAGES: Mapping[str, Callable[[Sample], bytes]] = {
    "word": word_page,
    "old": old_page,
    "site": lambda sample: site_page(sample).encode(),
    "utf16": utf16_page,
    "misdeclared": misdeclared_page,
    "mhtml": mhtml_page,
    "sheet": sheet_page,
    "bare": bare_page,
}
