"""The running text of a report: six sections whose numbers agree with the true numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from samples.generator.codes import (
    BLOCKS,
    CARRIED_FORWARD,
    CARRIED_OVER,
    PROCESSED,
    RECEIVED,
    TOTAL,
    Form,
    application_key,
    article20_key,
    review_key,
)
from samples.generator.issuers import Issuer
from samples.generator.relations import Number
from samples.generator.sentences import (
    DISCLOSURE,
    IMPROVEMENTS,
    MANAGEMENT,
    OTHER_MATTERS,
    OVERVIEW,
    PLATFORM,
    PROBLEMS,
    SUPERVISION,
)

NUMERALS = ("一", "二", "三", "四", "五", "六")
HEADINGS = (
    ("总体情况", "总体情况", "总体情况", "概述"),
    ("主动公开政府信息情况",),
    ("收到和处理政府信息公开申请情况",),
    ("政府信息公开行政复议、行政诉讼情况", "因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
    ("存在的主要问题及改进情况", "政府信息公开工作存在的主要问题及改进情况"),
    ("其他需要报告的事项",),
)


@dataclass(frozen=True, slots=True)
class ProseFact:
    """A number stated in a sentence. `litigation.total` adds both kinds of lawsuits."""

    code: str
    value: int


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections; the tables of 二, 三 and 四 follow their paragraphs."""

    numeral: str
    heading: str
    paragraphs: tuple[str, ...]


def write_lead(rng: Random, issuer: Issuer, year: int, *, brief: bool) -> str:
    """The first paragraph: legal basis, period and how to reach the organ."""
    basis = rng.choice(
        (
            f"根据《中华人民共和国政府信息公开条例》（以下简称《条例》）要求，编制{issuer.name}"
            f"{year}年政府信息公开工作年度报告。",
            f"本报告由{issuer.name}按照《中华人民共和国政府信息公开条例》（国令第711号）和上级有关"
            "文件要求编制。",
        )
    )
    period = f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
    contact = (
        f"如对本报告有疑问，请与{issuer.name}联系（地址：{issuer.address}，邮编：{issuer.postcode}，"
        f"电话：{issuer.phone}，电子邮箱：{issuer.email}）。"
    )
    return basis + period if brief else basis + period + contact


def write_sections(
    rng: Random,
    form: Form,
    issuer: Issuer,
    year: int,
    numbers: Mapping[str, Number],
    *,
    brief: bool,
) -> tuple[tuple[Section, ...], tuple[ProseFact, ...]]:
    """All six sections and the numbers that their sentences state."""
    requests, request_facts = _requests(rng, issuer, year, numbers)
    documents, document_facts = _documents(form, issuer, year, numbers)
    disputes, dispute_facts = _disputes(issuer, year, numbers)
    overview = _overview(rng, issuer, year, requests, documents, disputes, brief=brief)
    bodies: tuple[tuple[str, ...], ...] = (
        overview,
        _sometimes(rng, "（一）至（九）项主动公开情况如下：", 0.08),
        (),
        (),
        _problems(rng, issuer, year, brief=brief),
        _others(rng, year),
    )
    sections = tuple(
        Section(numeral, rng.choice(headings), body)
        for numeral, headings, body in zip(NUMERALS, HEADINGS, bodies, strict=True)
    )
    return sections, (*request_facts, *document_facts, *dispute_facts)


def _overview(
    rng: Random,
    issuer: Issuer,
    year: int,
    requests: str,
    documents: str,
    disputes: str,
    *,
    brief: bool,
) -> tuple[str, ...]:
    def pick(sentences: tuple[str, ...], count: int) -> str:
        chosen = rng.sample(sentences, min(count, len(sentences)))
        return "".join(s.format(we=issuer.we, year=year, name=issuer.name) for s in chosen)

    opening = rng.choice(OVERVIEW).format(we=issuer.we, year=year, name=issuer.name)
    posts = rng.randint(30, 2600)
    most = 1 if brief else 3
    parts = [
        f"（一）主动公开。{pick(DISCLOSURE, rng.randint(1, most))}全年通过政府门户网站公开政府信息"
        f"{posts}条。{documents}",
        f"（二）依申请公开。{requests}{disputes}",
        f"（三）政府信息管理。{pick(MANAGEMENT, rng.randint(1, most))}",
        f"（四）政府信息公开平台建设。{pick(PLATFORM, rng.randint(1, most))}",
        f"（五）监督保障。{pick(SUPERVISION, rng.randint(1, most))}",
    ]
    if brief:
        return (opening + documents, requests + disputes)
    return (opening, *parts)


def _requests(
    rng: Random, issuer: Issuer, year: int, numbers: Mapping[str, Number]
) -> tuple[str, tuple[ProseFact, ...]]:
    def total(row: str) -> int:
        return int(numbers[application_key(row, TOTAL)])

    received, over, processed = total(RECEIVED), total(CARRIED_OVER), total(PROCESSED)
    forward, granted = total(CARRIED_FORWARD), total("granted_in_full")
    facts = [ProseFact(RECEIVED, received)]
    if received == 0:
        return rng.choice(
            (f"{year}年，{issuer.we}未收到政府信息公开申请。", "本年度收到政府信息公开申请0件。")
        ), tuple(facts)
    text = f"{year}年，{issuer.we}共收到政府信息公开申请{received}件"
    if over:
        text += f"，上年结转{over}件"
        facts.append(ProseFact(CARRIED_OVER, over))
    text += f"，办结{processed}件"
    facts.append(ProseFact(PROCESSED, processed))
    if granted:
        text += f"，其中予以公开{granted}件"
        facts.append(ProseFact("granted_in_full", granted))
    if forward:
        text += f"，结转下年度继续办理{forward}件"
        facts.append(ProseFact(CARRIED_FORWARD, forward))
    return text + rng.choice(("。", "，均在法定期限内答复。")), tuple(facts)


def _documents(
    form: Form, issuer: Issuer, year: int, numbers: Mapping[str, Number]
) -> tuple[str, tuple[ProseFact, ...]]:
    column = "made" if form is Form.T19 else "issued"
    made = int(numbers[article20_key("art20_1.normative_documents", column)])
    facts = (ProseFact("normative_documents", made),)
    if made:
        return f"{year}年{issuer.we}制发行政规范性文件{made}件。", facts
    return f"{year}年{issuer.we}未制发行政规范性文件。", facts


def _disputes(
    issuer: Issuer, year: int, numbers: Mapping[str, Number]
) -> tuple[str, tuple[ProseFact, ...]]:
    reviews = int(numbers[review_key("review", TOTAL)])
    lawsuits = sum(int(numbers[review_key(block, TOTAL)]) for block in BLOCKS[1:])
    facts = (ProseFact("review.total", reviews), ProseFact("litigation.total", lawsuits))
    if reviews == lawsuits == 0:
        return "未发生因政府信息公开引起的行政复议和行政诉讼。", facts
    return f"因政府信息公开引起行政复议{reviews}件，行政诉讼{lawsuits}件。", facts


def _problems(rng: Random, issuer: Issuer, year: int, *, brief: bool) -> tuple[str, ...]:
    count = 1 if brief else rng.randint(2, 3)
    problems = "".join(rng.sample(PROBLEMS, count)).rstrip("；") + "。"
    plans = rng.sample(IMPROVEMENTS, count)
    ordered = "".join(
        f"{NUMERALS[i]}是{plan}" if count > 1 else plan for i, plan in enumerate(plans)
    )
    first = f"{year}年，{issuer.we}政府信息公开工作取得了一定成效，但还存在一些不足：{problems}"
    second = f"针对存在的问题，下一步将做好以下工作：{ordered}"
    return (first, second)


def _others(rng: Random, year: int) -> tuple[str, ...]:
    return (rng.choice(OTHER_MATTERS).format(year=year),)


def _sometimes(rng: Random, text: str, chance: float) -> tuple[str, ...]:
    return (text,) if rng.random() < chance else ()
