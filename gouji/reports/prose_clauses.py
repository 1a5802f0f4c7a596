"""The words round each number of a sentence, and whether they speak of this organ and this year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import prose_words as words
from .numerals import Count, counts
from .running_text import Section, Sentence

SEPARATORS = frozenset(",;:()?，；：（）")
_TOPICS = re.compile(
    r"(?P<requests>(?:依|公开|信息|受理|收到|办理)[^,;复诉]{0,12}申请(?!人|复议|行政复议)|申请公开|依申请)|(?P<review>复议(?!后))"
    r"|(?P<litigation_after_review>复议后(?:再)?(?:提起|起诉))|(?P<litigation_direct>直接(?:提起)?(?:行政)?(?:起诉|诉讼))"
    r"|(?P<litigation>诉讼(?!请求))|(?P<documents>规范性文件)|(?P<regulations>规章(?!制度))|(?P<disclosure>主动公开)"
)
_TIME = re.compile(
    r"(?P<year>20\d\d)年|(?P<now>今年|本年|全年|年内|本报告期|报告期内|一年来)"
    r"|(?P<past>去年|上年|上一年|前年|往年|上一?年度|(?:上年|去年)?同期)"
)
# A year that is compared with, or that an application was carried over from or to.
_COMPARED = re.compile(r"(?:较|比|与|同|和|相比|结转|转结|至|到|入|《[^》]{0,30}|〔|第)$")
_CARRIED = re.compile(
    r"^(?:度|末|底|[^,;#]{0,10})?(?:结转|转结|遗留|跨年|转入)|^度?[^》《]{0,24}》"
)
_DEPARTMENT = re.compile(r"[我本](?:局|委|办|厅|院|队|中心|单位|部门|所|站|公司|校|会)")
_DISTRIBUTED = re.compile(r"分别(?:为|是|有|收到|发生)?$")
_LABELS = re.compile(r"[、,]|和|及|与")


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of the report before its sentences are read."""

    year: int | None  # of the report
    department: bool  # an organ that speaks of the whole county speaks of others


@dataclass(slots=True)
class Situation:
    """What the sentence is about, from its heading and the sentences before it."""

    sentence: Sentence
    reader: Reader
    carried: str = ""  # the topic of the sentence before
    topics: list[tuple[int, str]] = field(default_factory=list)
    said: set[str] = field(default_factory=set)  # codes found in this sentence so far

    def __post_init__(self) -> None:
        text = self.sentence.text
        self.topics = [(m.start(), m.lastgroup or "") for m in _TOPICS.finditer(text)]

    def topic(self, at: int) -> str:
        """The last topic named before ``at``, else that of the sentence before."""
        before = [name for start, name in self.topics if start < at]
        return before[-1] if before else self.carried

    def meets(self, need: words.Need, at: int) -> bool:
        """Whether what a pattern needs is known at a place of the sentence."""
        section = self.sentence.section
        named = {name for _, name in self.topics} | {self.carried}
        if need is words.Need.REQUESTS:
            return section in (Section.REQUESTS, Section.FEES) or "requests" in named
        if need is words.Need.DISPUTES:
            return (
                section in (Section.DISPUTES, Section.REQUESTS)
                or "公开" in self.sentence.text
                or self.carried in ("requests", "review", "litigation")
            )
        if need is words.Need.DISCLOSURE:
            return words.DISCLOSURE_WORDS.search(self.sentence.text) is not None
        if need is words.Need.DOCUMENTS:
            return self.topic(at) == "documents"
        if need is words.Need.REGULATIONS:
            return self.topic(at) == "regulations"
        return True


@dataclass(frozen=True, slots=True)
class Wording:
    """A count with the words that say what is counted."""

    count: Count
    before: str  # since the last separator or count
    behind: str  # up to the next one
    clause: str  # everything since the last separator
    start: int  # of ``before``
    stop: int  # of ``behind``

    @property
    def phrase(self) -> str:
        """``before#behind``, as the patterns of `prose_words` want it."""
        return f"{self.before}#{self.behind}"


def department_speaks(text: str) -> bool:
    """Whether the report is one of a department, not of a whole town or county."""
    return _DEPARTMENT.search(text) is not None


def wordings(text: str) -> list[Wording]:
    """Every count of a sentence with its words, left to right."""
    found = list(counts(text))
    result: list[Wording] = []
    for index, count in enumerate(found):
        clause = count.start
        while clause > 0 and text[clause - 1] not in SEPARATORS:
            clause -= 1
        last = found[index - 1].stop if index else 0
        start = max(clause, last)
        if last > clause:  # «予以公开3件、部分公开2件»
            for i in range(start, count.start):
                if text[i] == "、" or (text[i] == "和" and i == start):
                    start = i + 1
        limit = found[index + 1].start if index + 1 < len(found) else len(text)
        stop = count.stop
        while stop < limit and text[stop] not in SEPARATORS and text[stop] != "、":
            stop += 1
        before = text[start : count.start]
        behind = text[count.stop : stop]
        if stop == limit < len(text) and not words.CONNECTIVES.match(before):
            behind, stop = "", count.stop  # these words belong to the next number
        if last <= clause and not behind and words.CONNECTIVES.match(before):
            start = _go_back(text, clause, last)
            before = text[start : count.start]
        result.append(Wording(count, before, behind, text[clause : count.start], start, stop))
    return _distributed(result)


def _go_back(text: str, clause: int, last: int) -> int:
    """Over clauses without a count, to the words that the number belongs to."""
    at = clause
    for _ in range(2):
        if at <= last or at == 0:
            return at
        begin = at - 1
        while begin > last and text[begin - 1] not in SEPARATORS:
            begin -= 1
        if not words.CONNECTIVES.match(text[begin : at - 1]):
            return begin
        at = begin
    return at


def _distributed(found: list[Wording]) -> list[Wording]:
    """«行政复议、行政诉讼分别为2件、1件»: each number gets its own words."""
    for index, wording in enumerate(found):
        match = _DISTRIBUTED.search(wording.before)
        if match is None:
            continue
        labels = [label for label in _LABELS.split(wording.before[: match.start()]) if label]
        group = [wording]
        for other in found[index + 1 :]:
            if not words.CONNECTIVES.match(other.before) or other.behind:
                break
            group.append(other)
        if len(labels) == len(group) > 1:
            for place, (label, one) in enumerate(zip(labels, group, strict=True)):
                found[index + place] = Wording(
                    one.count, label, "", wording.clause, wording.start, one.stop
                )
    return found


def speaks_of_now(situation: Situation, at: int) -> bool:
    """Whether the words before ``at`` speak of the year of the report, and of all of it."""
    text = situation.sentence.text
    if words.CUMULATIVE.search(text, 0, at) or words.PART_OF_YEAR.search(text, 0, at):
        return False
    year = situation.reader.year
    now = True
    years = set()
    for match in _TIME.finditer(text, 0, at):
        if _COMPARED.search(text[: match.start()]) or _CARRIED.match(text[match.end() :]):
            continue
        if match["year"]:
            years.add(match["year"])
            now = year is None or int(match["year"]) == year
        else:
            now = match["now"] is not None
    # without the year of the report nobody knows which of two years is meant
    return now and (year is not None or len(years) < 2)


def speaks_of_this_organ(situation: Situation, clause: str) -> bool:
    """Whether a clause is about the organ itself: not subordinates, not the whole county."""
    if words.OTHER_ORGANS.search(clause) and not words.WHOLE_REGION.search(clause):
        return False
    return not (situation.reader.department and words.WHOLE_COUNTRY.search(clause))


def report_year(texts: Sequence[str]) -> int | None:
    """The year that title or statistics period name, where the caller does not know it."""
    for pattern in (_TITLE_YEAR, _PERIOD_YEAR):
        for text in texts:
            match = pattern.search(text)
            if match:
                return int(match[1])
    return None


_TITLE_YEAR = re.compile(r"(20[0-4]\d)年?度?[^。,;\d]{0,16}?信息公开[^。,;\d]{0,8}(?:报告|年报)")
_PERIOD_YEAR = re.compile(r"(20[0-4]\d)年1月1日")
