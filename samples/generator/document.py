"""A report as a run of blocks: what every producer lays out, whatever it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Literal

from samples.generator.facts import ReportFacts
from samples.generator.forms import Cell, PrintedForm, TableLayout, draw_form
from samples.generator.older.facts import OlderFacts

CHANNELS = ("政府网站", "政务微信", "政务微博", "政府公报", "新闻发布会", "公开栏")


@dataclass(frozen=True, slots=True)
class Line:
    """A line or paragraph of text in one of the roles of a report."""

    role: Literal["title", "heading", "paragraph", "small", "signature", "boxed"]
    text: str


@dataclass(frozen=True, slots=True)
class Ornament:
    """A horizontal line that belongs to no table; a share of the text's width."""

    share: float


Block = Line | Ornament | TableLayout


@dataclass(frozen=True, slots=True)
class Document:
    """A report ready to be laid out."""

    title: str
    blocks: tuple[Block, ...]


def compose(facts: ReportFacts, form: PrintedForm | None = None) -> Document:
    """Put title, narrative, tables and asides in the order of a report."""
    rng = Random(f"document:{facts.seed}:{facts.form.value}")
    form = form or draw_form(facts.seed, facts.form, facts.cells)
    blocks: list[Block] = [*masthead(rng, facts), Line("paragraph", facts.lead)]
    tables = {"二": form.article20, "三": (form.applications,), "四": (form.review,)}
    for section in facts.sections:
        blocks.append(Line("heading", f"{section.numeral}、{section.heading}"))
        blocks.extend(Line("paragraph", text) for text in section.paragraphs)
        blocks.extend(tables.get(section.numeral, ()))
        if section.numeral == "一" and rng.random() < 0.15:
            blocks.append(_channel_table(rng))
        if section.numeral == "五" and rng.random() < 0.08:
            blocks.append(Line("boxed", "政府信息公开咨询电话：" + facts.issuer.phone))
    if facts.document_date:
        blocks.append(Line("signature", facts.issuer.name))
        blocks.append(Line("signature", chinese_date(facts.document_date)))
    if rng.random() < 0.1:
        blocks.append(Ornament(1.0))
    return Document(facts.title, tuple(blocks))


def masthead(rng: Random, facts: ReportFacts | OlderFacts) -> list[Block]:
    """What stands over the lead: the title, and what a web page or register adds to it."""
    title = Line("title", facts.title)
    if facts.publication_date is None:
        return [title, Ornament(0.7)] if rng.random() < 0.1 else [title]
    published = rng.choice(
        (
            f"{facts.publication_date}",
            f"{facts.publication_date} {rng.randint(8, 17):02d}:{rng.randrange(60):02d}",
            f"{facts.publication_date:%Y年%m月%d日}",
        )
    )
    if facts.index_number and rng.random() < 0.6:
        rows = (
            (rng.choice(("索引号", "索 引 号")), facts.index_number),
            ("发布机构", facts.issuer.name),
            ("发布日期", published),
            ("主题分类", "政府信息公开年报"),
        )
        return [_pairs_table("register", rows, (0.25, 0.75)), title]
    words = f"{rng.choice(('发布时间', '发布日期'))}：{published}　来源：{facts.issuer.name}"
    if facts.index_number:
        words = f"索引号：{facts.index_number}　{words}"
    return [title, Line("small", words), Ornament(1.0)]


def _channel_table(rng: Random) -> TableLayout:
    """A small table of the overview that is not part of the form."""
    names = rng.sample(CHANNELS, rng.randint(3, 5))
    rows = [(name, str(rng.randint(0, 900))) for name in names]
    return _pairs_table("aside", (("公开渠道", "信息数量（条）"), *rows), (0.5, 0.5))


def _pairs_table(
    name: str, rows: tuple[tuple[str, str], ...], weights: tuple[float, float]
) -> TableLayout:
    cells = tuple(
        Cell(row, column, 1, 1, text, "label" if column == 0 else "value")
        for row, pair in enumerate(rows)
        for column, text in enumerate(pair)
    )
    return TableLayout(name, len(rows), weights, 0, 1, cells)


def chinese_date(day: date) -> str:
    """A date as it stands under a report: 2024年1月9日."""
    return f"{day.year}年{day.month}月{day.day}日"
