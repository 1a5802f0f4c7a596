"""The words round each number of a sentence, and whether they speak of this organ and this year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..numerals import Count, counts
from .running_text import Section, Sentence
from .vocabulary import (
    CONNECTIVES,
    CUMULATIVE,
    DISCLOSURE_WORDS,
    OTHER_ORGANS,
    OTHERS_TOO,
    PART_OF_YEAR,
    WHOLE_REGION,
    Need,
)

# Words further from a number than this say nothing of it.
LONGEST_LABEL = 80
SEPARATORS = frozenset(",;:()?")
_TOPICS = re.compile(
    "(?P<requests>(?:依|公开|信息|受理|收到|办理)[^,;复诉]{0,12}申请(?!人|复议|行政复议)|申请公开|依申请)"
    "|(?P<review>复议(?!后))"
    "|(?P<litigation_after_review>复议后(?:再)?(?:提起|起诉))"
    "|(?P<litigation_direct>直接(?:提起)?(?:行政)?(?:起诉|诉讼))"
    "|(?P<litigation>诉讼(?!请求))"
    "|(?P<documents>规范性文件)|(?P<regulations>规章(?!制度))|(?P<disclosure>主动公开)"
)
_TIME = re.compile(
    r"(?P<year>20\d\d)年|(?P<now>今年|本年|全年|年内|本报告期|报告期内|一年来)"
    r"|(?P<past>去年|上年|上一年|前年|往年|上一?年度|(?:上年|去年)?同期)"
)
# A year that is compared with, or that an application was carried over from or to.
_COMPARED = re.compile("(?:较|比|与|同|和|相比|结转|转结|至|到|入|《[^》]{0,30}|〔|第)$")
_CARRIED = re.compile("^(?:度|末|底|[^,;#]{0,10})?(?:结转|转结|遗留|跨年|转入)|^度?[^》《]{0,24}》")
# A month, unless the period that it ends or begins is the whole year: «2023年3月15日收到».
_MONTH = re.compile(
    r"(?P<to>截至|截止|至|到|-|—|~)?(?:20\d\d年)?\d{1,2}月(?!\d{0,2}日?(?:起|开始)?[至到\-—~])"
)
_WHOLE_YEAR = re.compile("全年|年度")
_DEPARTMENT = re.compile("[我本](?:局|委|办|厅|院|队|中心|单位|部门|所|站|公司|校|会)")
_DISTRIBUTED = re.compile("分别(?:为|是|有|收到|发生)?$")
_LABELS = re.compile("[、,]|和|及|与")


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
    said: set[str] = field(default_factory=set)  # codes found in this sentence so far
    topics: list[tuple[int, str]] = field(init=False)
    _named: frozenset[str] = field(init=False)
    _times: list[tuple[int, bool]] = field(init=False)  # from where on it is (not) about now

    def __post_init__(self) -> None:
        found = _TOPICS.finditer(self.sentence.text)
        self.topics = [(m.start(), m.lastgroup or "") for m in found]
        self._named = frozenset([self.carried, *(name for _, name in self.topics)])
        self._times = list(_times(self.sentence.text, self.reader.year))

    @property
    def text(self) -> str:
        return self.sentence.text

    def topic(self, at: int) -> str:
        """The last topic named before ``at``, else that of the sentence before."""
        before = [name for start, name in self.topics if start < at]
        return before[-1] if before else self.carried

    def within_list(self, at: int) -> bool:
        """Whether a list of parts was begun before ``at``: 其中."""
        return "其中" in self.text[:at]

    def speaks_of_now(self, at: int) -> bool:
        """Whether the words before ``at`` speak of the year of the report, and of all of it."""
        now = True
        for start, about_now in self._times:
            if start >= at:
                break
            now = about_now
        return now

    def meets(self, need: Need, at: int) -> bool:
        """Whether what a pattern needs is known at a place of the sentence."""
        section = self.sentence.section
        if need is Need.REQUESTS:
            return section in (Section.REQUESTS, Section.FEES) or "requests" in self._named
        if need is Need.DISPUTES:
            return (
                section in (Section.DISPUTES, Section.REQUESTS)
                or "公开" in self.text
                or self.carried in ("requests", "review", "litigation")
            )
        if need is Need.DISCLOSURE:
            return DISCLOSURE_WORDS.search(self.text) is not None
        if need is Need.DOCUMENTS:
            return self.topic(at) == "documents"
        if need is Need.REGULATIONS:
            return self.topic(at) == "regulations"
        return True


def _times(text: str, year: int | None) -> Iterator[tuple[int, bool]]:
    """Places from which on a sentence speaks of the report's year, or of another time."""
    marks: list[tuple[int, bool]] = []
    years = set()
    for match in _TIME.finditer(text):
        start, end = match.span()
        if _COMPARED.search(text, max(0, start - 32), start) or _CARRIED.match(text[end:]):
            continue
        now = match["now"] is not None
        if match["year"]:
            years.add(match["year"])
            # without the year of the report nobody knows which of two years is meant
            now = len(years) < 2 if year is None else int(match["year"]) == year
        marks.append((start, now))
    whole_year = max((m.end() for m in _WHOLE_YEAR.finditer(text)), default=0)
    for month in _MONTH.finditer(text):
        if month["to"] is None:
            # «12月收到5件,全年收到30件»: the whole year takes over
            marks.append((month.end() - 1, False))
            if whole_year > month.end():
                marks.append((whole_year, True))
    marks.sort()
    never = min(
        (m.start() for p in (CUMULATIVE, PART_OF_YEAR) if (m := p.search(text))), default=len(text)
    )
    yield from (mark for mark in marks if mark[0] < never)
    yield never, False


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
        """``before#behind``, as patterns want it."""
        return f"{self.before}#{self.behind}"


def department_speaks(text: str) -> bool:
    """Whether the report is one of a department, not of a whole town or county."""
    return _DEPARTMENT.search(text) is not None


def speaks_of_this_organ(situation: Situation, clause: str) -> bool:
    """Whether a clause is about the organ itself: not subordinates, not the whole county."""
    if OTHER_ORGANS.search(clause) and not WHOLE_REGION.search(clause):
        return False
    return not (situation.reader.department and OTHERS_TOO.search(clause))


def wordings(text: str) -> list[Wording]:
    """Every count of a sentence with its words, left to right."""
    found = list(counts(text))
    result: list[Wording] = []
    for index, count in enumerate(found):
        clause = count.start
        while clause > 0 and text[clause - 1] not in SEPARATORS:
            clause -= 1
        last = found[index - 1].stop if index else 0
        clause = max(clause, count.start - LONGEST_LABEL)
        start = max(clause, last)
        if last > clause:  # «予以公开3件、部分公开2件»
            start = text.rfind("、", start, count.start) + 1 or start
            if text[start : start + 1] == "和":
                start += 1
        limit = found[index + 1].start if index + 1 < len(found) else len(text)
        limit = min(limit, count.stop + LONGEST_LABEL)
        stop = count.stop
        while stop < limit and text[stop] not in SEPARATORS and text[stop] != "、":
            stop += 1
        before = text[start : count.start]
        empty = CONNECTIVES.match(before) is not None
        if index + 1 < len(found) and stop == found[index + 1].start and not empty:
            stop = count.stop  # these words belong to the next number
        behind = text[count.stop : stop]
        if last <= clause and not behind and empty:
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
        begin = max(begin, at - LONGEST_LABEL)
        if not CONNECTIVES.match(text[begin : at - 1]):
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
            if not CONNECTIVES.match(other.before) or other.behind:
                break
            group.append(other)
        if len(labels) == len(group) > 1:
            for place, (label, one) in enumerate(zip(labels, group, strict=True)):
                found[index + place] = Wording(
                    one.count, label, "", wording.clause, wording.start, one.stop
                )
    return found
