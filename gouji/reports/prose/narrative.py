"""Facts and category lists of a report's running text, with the words they were read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from gouji.model import ProseFact, StatedList

from ..about import MetaLine
from .clauses import Reader, Situation, Wording, department_speaks, wordings
from .codes import codes_of
from .lists import category_lists
from .nothing import none_stated
from .running_text import RunningText, Section, Sentence, running_text
from .vocabulary import any_of

# A sentence without any of these states no number of the form.
_GATE = re.compile(
    any_of(
        "申请 复议 诉讼 起诉 规范性文件 规章 费 公开 网站 微信 微博 公报 发布 访谈 舆情 热点 解读"
        " 培训 会议 查阅 专职"
        " 兼职 行政许可 行政处罚 行政强制 结转 办结 答复 受理 处理 提供 维持 纠正 审结 举报 信息"
    )
)
_SHORT = 16  # a heading may say what a short sentence is about
_TITLE_YEAR = re.compile(r"(20[0-4]\d)年?度?[^。,;\d]{0,16}?信息公开[^。,;\d]{0,8}(?:报告|年报)")
_PERIOD_YEAR = re.compile(r"(20[0-4]\d)年1月1日")
_BEGINNING = 4000  # characters: where title and period stand
# How many sentences a topic lasts when no other is named.
TOPIC_LASTS = 2
MOST_SENTENCES = 2000  # that state a number; the rest is not looked at
LONGEST_SENTENCE = 1200  # characters; tables that came as running text are longer
LONGEST_SPAN = 160


@dataclass(frozen=True, slots=True)
class Narrative:
    """What the running text states."""

    facts: tuple[ProseFact, ...] = ()
    lists: tuple[StatedList, ...] = ()


def read_prose(lines: Sequence[MetaLine], year: int | None = None) -> tuple[ProseFact, ...]:
    """The facts of `read_narrative` alone."""
    return read_narrative(lines, year).facts


def read_narrative(lines: Sequence[MetaLine], year: int | None = None) -> Narrative:
    """Facts and category lists of the running text, in reading order.

    ``lines`` as they stand outside the tables of the form; ``year`` of the report, where it is
    known (else title or statistics period are asked). Never raises.
    """
    text = running_text(lines)
    whole = text.normalised.text
    reader = Reader(year or _report_year(whole[:_BEGINNING]), department_speaks(whole))
    facts: list[ProseFact] = []
    lists: list[StatedList] = []
    topic, age, section = "", 0, Section.OTHER
    for sentence in islice(text.sentences(), MOST_SENTENCES):
        if sentence.section is not section or age >= TOPIC_LASTS:
            topic = ""
        section, age = sentence.section, age + 1
        if section is Section.PROBLEMS or not _worth_reading(sentence.text):
            continue
        situation = Situation(sentence, reader, topic)
        if situation.topics:
            topic, age = situation.topics[-1][1], 0
        found = wordings(sentence.text)
        facts.extend(_facts(text, situation, found))
        lists.extend(_lists(text, sentence, found))
    return Narrative(tuple(facts), tuple(lists))


def _report_year(text: str) -> int | None:
    """The year that title or statistics period name."""
    match = _TITLE_YEAR.search(text) or _PERIOD_YEAR.search(text)
    return int(match[1]) if match else None


def _worth_reading(text: str) -> bool:
    return len(text) < _SHORT or (len(text) <= LONGEST_SENTENCE and bool(_GATE.search(text)))


def _facts(
    text: RunningText, situation: Situation, found: Sequence[Wording]
) -> Iterator[ProseFact]:
    sentence = situation.sentence
    facts: list[tuple[int, ProseFact]] = []
    stated: list[tuple[str, int]] = []
    for wording in found:
        for code in codes_of(wording, situation):
            situation.said.add(code)
            stated.append((code, wording.count.start))
            facts.append((wording.count.start, _of_count(text, sentence, wording, code)))
    for nothing in none_stated(situation):
        for code in nothing.codes:
            if any(c == code and nothing.start <= at < nothing.stop for c, at in stated):
                continue  # «未收到申请,0件» in one clause is said once
            page, offset = text.place(sentence, nothing.start, nothing.stop)
            span = text.printed(sentence, nothing.start, nothing.stop)
            fact = ProseFact(code, 0, False, page or None, span[:LONGEST_SPAN], offset)
            facts.append((nothing.start, fact))
    facts.sort(key=lambda pair: pair[0])
    yield from (fact for _, fact in facts)


def _of_count(text: RunningText, sentence: Sentence, wording: Wording, code: str) -> ProseFact:
    count = wording.count
    page, offset = text.place(sentence, count.start, count.end)
    stop = max(wording.stop, count.stop)
    span = text.printed(sentence, max(wording.start, stop - LONGEST_SPAN), stop)
    return ProseFact(
        code, count.value, count.approximate or count.rounded, page or None, span, offset
    )


def _lists(text: RunningText, sentence: Sentence, found: Sequence[Wording]) -> Iterator[StatedList]:
    for index, end, exhaustive in category_lists(sentence.text, found):
        total, parts = found[index], found[index + 1 : end]
        page, _ = text.place(sentence, total.count.start, total.count.end)
        span = text.printed(sentence, total.start, parts[-1].count.stop)
        counts = [total.count, *(part.count for part in parts)]
        yield StatedList(
            label=total.before.strip("、,和及")[-20:] or total.behind[:20],
            total=total.count.value,
            parts=tuple(part.count.value for part in parts),
            exhaustive=exhaustive,
            approximate=any(c.approximate or c.rounded for c in counts),
            page=page or None,
            span=span[: 2 * LONGEST_SPAN],
        )
