"""Numbers stated in the narrative: which are taken, which are left, and where they stand."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT, SHARED
from prose_held_out import HELD_OUT
from prose_sentences import SENTENCES
from shares import one_in

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading, ProseFact, RelationStatus
from gouji.reports import MetaLine
from gouji.reports.prose import read_narrative, read_prose
from samples.generator.batch import plan_sample
from samples.generator.codes import Form
from samples.generator.committed import COMMITTED_FOLDER
from samples.generator.facts import ReportFacts, make_facts
from samples.generator.producers import reportlab_pdf

SEEDS = SHARED / "seeds"
TITLE = "某某机关2023年政府信息公开工作年度报告"
calm = settings(deadline=None, max_examples=60)  # a busy machine is no failure


def lines_of(*texts: str) -> list[MetaLine]:
    """Lines of a document without pages, one behind the other in its text."""
    made, at = [], 0
    for text in texts:
        made.append(MetaLine(0, text, 10.0, at))
        at += len(text) + 1
    return made


def in_short(facts: Sequence[ProseFact]) -> list[str]:
    return [f"{f.code}={'~' if f.approximate else ''}{f.value}" for f in facts]


def stated(*texts: str, year: int | None = None) -> list[str]:
    return in_short(read_prose(lines_of(TITLE, *(t for t in texts if t)), year))


@pytest.mark.parametrize(("heading", "text", "expected"), SENTENCES)
def test_a_sentence_states_what_a_person_takes_from_it(
    heading: str, text: str, expected: str
) -> None:
    assert Counter(stated(heading, text)) == Counter(expected.split())


def test_sentences_never_seen_while_building() -> None:
    """Measured: precision 0.986, recall 0.979 over 141 facts; a wrong fact is the worse one."""
    right = wrong = missed = 0
    for heading, text, expected in HELD_OUT:
        found, wanted = Counter(stated(heading, text)), Counter(expected.split())
        right += (found & wanted).total()
        wrong += (found - wanted).total()
        missed += (wanted - found).total()
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.95


# --- where the words stand ---


def paragraphs(facts: ReportFacts) -> list[str]:
    texts = [facts.title]
    for section in facts.sections:
        texts += [f"{section.numeral}、{section.heading}", *section.paragraphs]
    return texts


def broken(texts: Sequence[str], width: int) -> list[str]:
    """Lines as a PDF has them: full, broken inside words and numbers, page numbers between."""
    made: list[str] = []
    for text in texts:
        rows = [text[i : i + width] for i in range(0, len(text), width)]
        for row in rows:
            made.append(row)
            if len(made) % 20 == 0:
                made.append(f"— {len(made) // 20} —")
    return made


LAYOUTS = {
    "paragraphs": lambda texts: texts,
    "lines": lambda texts: broken(texts, 30),
    "narrow lines": lambda texts: broken(texts, 23),
    "one line": lambda texts: ["".join(texts)],
    "set wide": lambda texts: [" ".join(text) for text in texts],
}


@pytest.mark.parametrize("layout", one_in(3, LAYOUTS))
def test_the_generator_s_numbers_are_found_in_every_layout(layout: str) -> None:
    for seed in range(25):
        for form in (Form.T19, Form.T21):
            facts = make_facts(seed, form, brief=seed % 3 == 0)
            texts = LAYOUTS[layout](paragraphs(facts))
            found: dict[str, set[object]] = {}
            for fact in read_prose(lines_of(*texts), facts.report_year):
                found.setdefault(fact.code, set()).add(fact.value)
            assert {f.code: found.get(f.code) for f in facts.prose} == {
                f.code: {f.value} for f in facts.prose
            }, (seed, form)
            # further sentences of the generator are about the channels and fees; nothing else
            assert set(found) - {f.code for f in facts.prose} <= {"disclosure.website", "fees"}


def test_a_number_knows_its_place_in_the_text() -> None:
    texts = [
        TITLE,
        "（二）依申请公开",
        "  全年共收到政府信息公开申请 1，204 件，办结三百二十六件。",
    ]
    text = "\n".join(texts)
    received, processed = read_prose(lines_of(*texts))
    assert text[slice(*received.offset or ())] == "1，204"
    assert text[slice(*processed.offset or ())] == "三百二十六"
    assert received.span == "全年共收到政府信息公开申请 1，204 件"
    assert received.page is None


def test_a_statement_of_none_knows_its_words() -> None:
    texts = [TITLE, "2023年，我局未收到政府信息公开申请，未收取费用。"]
    facts = read_prose(lines_of(*texts))
    text = "\n".join(texts)
    assert [text[slice(*f.offset or ())] for f in facts] == [
        "我局未收到政府信息公开申请",
        "未收取费用",
    ]


def test_a_number_broken_over_two_lines_of_a_page() -> None:
    lines = [
        MetaLine(2, "二、依申请公开。本机关认真办理申请，2023年收到政府信息公开申请1", 12.0),
        MetaLine(2, "234件，均已按照规定的时限答复了申请人，没有一件逾期，也没有收到投诉", 12.0),
        MetaLine(2, "举报，全年工作平稳有序地开展起来。", 12.0),
    ]
    (fact,) = read_prose(lines, 2023)
    assert (fact.code, fact.value, fact.page, fact.offset) == ("requests_received", 1234, 2, None)


def test_titles_page_numbers_and_headings_are_not_joined_to_sentences() -> None:
    assert stated("（二）依申请公开情况", "— 3 —", "2件予以公开。") == ["granted_in_full=2"]
    assert stated("收到政府信息公开申请数量为1", "2023年公开政府信息") == ["requests_received=1"]


def test_pinyin_and_traditional_characters_leave_places_as_printed() -> None:
    texts = ["2023年，太平鎮(zhèn)收到政府信息公開申請(qing)12件，予以公開四件。"]
    facts = read_prose(lines_of(*texts), 2023)
    assert in_short(facts) == ["requests_received=12", "granted_in_full=4"]
    assert [texts[0][slice(*f.offset or ())] for f in facts] == ["12", "四"]
    assert "鎮(zhèn)" in facts[0].span


def test_ringed_and_raised_digits_are_no_digits_of_a_number() -> None:
    assert stated("①收到政府信息公开申请②12件。") == ["requests_received=12"]
    assert stated("收到政府信息公开申请12²件。") == ["requests_received=12"]


def test_rows_of_the_form_that_came_as_text_state_nothing() -> None:
    rows = (
        "一、本年新收政府信息公开申请数量 21 0 0 0 0 0 21",
        "一、本年新收政府信息公开申请数量 | 21 | 0 | 0 | 21 |",
        "一、本年新收政府信息公开申请数量\t21\t0\t21",
        "(一)予以公开 4 0 0 0 0 0 4",
        "行政规范性文件 3 5 12",
        "行政许可 | 1203 | ||",
        "结果维持 2 结果纠正 0 总计 2",
        "(一)收到申请数 件 12",
    )
    for row in rows:
        assert stated("三、收到和处理政府信息公开申请情况", row) == [], row
    assert (
        stated("本年新收政府信息公开申请数量", "21", "0", "二、上年结转政府信息公开申请数量", "3")
        == []
    )
    assert stated("".join(rows)) == []


# --- whose numbers, and of when ---


def test_headings_tell_what_a_bare_sentence_is_about() -> None:
    assert stated("（二）依申请公开", "全年受理8件。") == ["requests_received=8"]
    assert stated("（三）平台建设", "全年受理8件。") == []
    assert stated("四、行政复议、行政诉讼情况", "无。") == ["review.total=0", "litigation.total=0"]
    assert stated("六、其他需要报告的事项", "无。") == []


def test_problems_and_plans_state_nothing() -> None:
    sentence = "收到政府信息公开申请5件。"
    assert stated("五、存在的主要问题及改进情况", "（一）依申请公开", sentence) == []
    assert stated("五、存在的主要问题", "六、其他需要报告的事项", sentence) == [
        "requests_received=5"
    ]


@calm
@given(
    year=st.integers(2015, 2030),
    report=st.integers(2015, 2030),
    number=st.integers(0, 5000),
    said=st.sampled_from(
        ["收到政府信息公开申请{}件", "因政府信息公开引起行政复议{}件", "收取信息处理费{}元"]
    ),
)
def test_a_sentence_about_another_year_states_nothing(
    year: int, report: int, number: int, said: str
) -> None:
    facts = read_prose(lines_of(f"{year}年，我局{said.format(number)}。"), report)
    assert [f.value for f in facts] == ([number] if year == report else [])


def test_without_its_year_a_report_of_two_years_states_nothing() -> None:
    text = "2021年收到政府信息公开申请5件，2022年收到政府信息公开申请7件。"
    assert in_short(read_prose(lines_of("某局工作报告", text)))[1:] == []
    assert in_short(read_prose(lines_of(text), 2022)) == ["requests_received=7"]


def test_the_whole_county_is_the_county_s_own_and_another_to_a_department() -> None:
    text = "全县共收到政府信息公开申请120件。"
    assert stated("我县高度重视。", text) == ["requests_received=120"]
    assert stated("我局高度重视。", text) == []


# --- lists ---


def lists(text: str) -> list[tuple[object, tuple[object, ...], bool]]:
    return [(x.total, x.parts, x.exhaustive) for x in read_narrative(lines_of(text)).lists]


def test_category_lists() -> None:
    assert lists("发布各类信息90条，包括政策5条，动态45条，公告25条，学习15条。") == [
        (90, (5, 45, 25, 15), True)
    ]
    assert lists("公开信息63条，其中，机构类16条，动态类36条，其他11条。") == [
        (63, (16, 36, 11), False)
    ]
    assert lists("公开信息63条，包括机构类16条，动态类36条等。") == [(63, (16, 36), False)]
    assert lists("公开信息63条，机构类16条，动态类36条。") == []
    # ends with its part of the sentence, and what became of the things is no category
    assert lists("复议4件，其中维持2件、驳回2件；诉讼3件、其他1件。") == [(4, (2, 2), False)]
    assert lists("报送信息40条，其中采用10条、转载3条、网站5条。") == []


# --- inputs that nobody writes ---

WORDS = [
    "收到",
    "受理",
    "申请",
    "依申请公开",
    "政府信息公开",
    "的",
    "了",
    "共计",
    "总数量",
    "件数",
    "案件",
    "新的",
    "规章",
    "行政规范性文件",
    "主动公开",
    "截至",
    "12",
    "月",
    "31",
    "日",
    "0",
    "5",
    "件",
    "份",
    "条",
    "元",
    "、",
    "和",
    "向",
    "对",
    "我",
    "本",
    "全年",
    "2023年",
    "未",
    "无",
    "没有",
    "收取",
    "费用",
    "行政复议",
    "行政诉讼",
    "在",
    "内",
    "限",
    "按时",
    "已经",
    "其中",
    "包括",
    "分别为",
    "均为",
    "结转",
    "上年",
    "下年度",
    "?",
    "□",
    "三",
    "万",
    "千",
    "零",
    "以",
    "名义",
    "网站",
    "微信",
    "发布",
    "信息",
    ",",
    ":",
    "(",
    ")",
    "。",
    "\n",
    "（二）",
    "一、",
    "%",
]


@calm
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    times=st.integers(1, 300),
    end=st.sampled_from(["件", "申请5件", "x", "。", "，行政复议3件"]),
)
def test_repeated_words_are_read_in_bounded_time(words: list[str], times: int, end: str) -> None:
    began = time.process_time()
    read_narrative(lines_of("（二）依申请公开", "".join(words) * times + end), 2023)
    assert time.process_time() - began < 1.5  # 20 ms measured; a pattern run wild takes minutes


@calm
@given(texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=30).map("".join), max_size=12))
def test_any_words_are_read_and_every_fact_has_its_place(texts: list[str]) -> None:
    lines = list(lines_of(*texts))
    text = "\n".join(texts)
    for fact in read_prose(lines, 2023):
        assert fact.offset is not None
        start, end = fact.offset
        assert 0 <= start < end <= len(text)
        assert fact.span
        assert fact.value >= 0


@calm
@given(text=st.text(max_size=200), year=st.none() | st.integers(1990, 2050))
def test_any_text_is_read(text: str, year: int | None) -> None:
    read_narrative([MetaLine(1, text, 10.0), MetaLine(1, "", 0.0), MetaLine(2, text, 10.0)], year)


def test_a_text_beyond_all_measure_is_not_read_to_its_end() -> None:
    began = time.process_time()
    facts = read_prose(lines_of(*["收到政府信息公开申请5件。"] * 20_000), 2023)
    assert time.process_time() - began < 20
    assert 0 < len(facts) <= 2000


# --- whole documents ---


def test_every_code_is_documented() -> None:
    text = (ROOT / "docs" / "prose.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\.?[a-z_./]+…?|…[^`]*)`", text))
    facts = " ".join(expected for _, _, expected in (*SENTENCES, *HELD_OUT)).split()
    for code in {fact.partition("=")[0] for fact in facts}:
        group, _, last = code.rpartition(".")
        ways = {code, f"{group.split('.')[0]}.…", f".{last}"}
        assert ways & named or "/" in code, code


def test_a_sample_s_prose_and_its_relations(tmp_path: Path) -> None:
    name = "t21_plain"
    reading = read_document(name, (COMMITTED_FOLDER / f"{name}.pdf").read_bytes(), ReadSettings())
    truth = json.loads((COMMITTED_FOLDER / f"{name}.truth.json").read_text(encoding="utf-8"))
    values = {fact.code: fact.value for fact in reading.prose}
    assert values | {f["code"]: f["value"] for f in truth["prose"]} == values
    soft = [r for r in reading.relations if r.id in ("R9", "R10", "R11", "R12", "R13")]
    assert {r.scope for r in soft} >= {f["code"] for f in truth["prose"]}
    assert {r.level for r in soft} == {"S"}
    assert RelationStatus.VIOLATED not in {r.status for r in soft}
    assert all(fact.page and fact.span for fact in reading.prose)


def read_made(facts: ReportFacts, folder: Path) -> DocumentReading:
    sample = replace(plan_sample(facts.seed, "reportlab", "T21"), facts=facts)
    reportlab_pdf.write_pdf(sample.document, sample.style, facts.seed, folder / "made.pdf")
    return read_document("made.pdf", (folder / "made.pdf").read_bytes(), ReadSettings())


@pytest.mark.slow
def test_a_false_sentence_warns_and_changes_no_cell(tmp_path: Path) -> None:
    facts = make_facts(7, Form.T21, mistakes=0, brief=True)
    said = {fact.code: fact.value for fact in facts.prose}["requests_received"]
    old = f"申请{said}件" if said else "未收到政府信息公开申请"
    overview = replace(
        facts.sections[0],
        paragraphs=tuple(
            p.replace(
                old, "收到政府信息公开申请98765件".removeprefix("收到政府信息公开" if said else "")
            )
            for p in facts.sections[0].paragraphs
        ),
    )
    honest = read_made(facts, tmp_path)
    lying = read_made(replace(facts, sections=(overview, *facts.sections[1:])), tmp_path)
    (wrong,) = [r for r in lying.relations if r.scope == "requests_received" and r.id == "R9"]
    assert (wrong.status, wrong.left) == (RelationStatus.VIOLATED, 98765)
    before, after = (
        [(c.key, c.value, c.confidence, c.state) for c in reading.cells]
        for reading in (honest, lying)
    )
    assert before == after


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared is not here")
def test_published_reports_state_what_a_person_finds_in_them() -> None:
    truth = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8"))
    found = {}
    for name in truth:
        text = (SEEDS / name).read_text(encoding="utf-8")
        facts = read_prose(lines_of(*text.split("\n")))
        assert all(words_of(text, fact) for fact in facts)
        found[name[:3]] = in_short(facts)
        for code, value in truth[name].get("prose", {}).items():
            assert f"{code}={value}" in found[name[:3]]
    assert found == {
        "000": ["requests_received=0", "fees=0"],
        "001": ["requests_received=0", "fees=0", "review.total=0", "litigation.total=0"],
        "002": ["disclosure.items=42", "requests_received=0"],
        "003": ["disclosure.website=~50", "disclosure.wechat=~400", "requests_received=0"],
        "004": ["disclosure.wechat=85"],
    }


def words_of(text: str, fact: ProseFact) -> str:
    return text[slice(*fact.offset or ())]
