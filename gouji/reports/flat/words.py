"""The words of the forms as they are found in running text: what can be a piece of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import takewhile

from ..amounts import without_blanks
from ..form import Column, Row
from ..forms import ALL_APPLICATION_ROWS, APPLICANTS, FORMS, GROUPS, LATER, MARKS
from ..forms_t14 import LABEL_HEADS, NUMBER_HEADS, UNIT_HEADS
from ..labels import likeness, pairs_of, read_label, words_of
from ..rows import Section, marked_section

BANDS = tuple(f"第二十条第{n}项" for n in "一二三四五六七八九")
_HEADS = (
    "信息内容", "申请人情况", "法人或其他组织", "行政复议", "行政诉讼", "未经复议直接起诉",
    "复议后起诉", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计", "合计", "结果", "其他",
    "尚未", "维持", "纠正", "审结", "本年度办理结果", "单位万元", "万元",
    "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和",
)  # fmt: skip
_ARTICLE20_WORDS = frozenset(("信息内容", "规章", "行政许可", "行政处罚", "行政强制"))
_DIGITS = re.compile(r"\d+")  # the numbers of a row that are run on to its label
LONGEST_GAPPED = 6  # characters of a head with blanks between them
# Words as likely as this to be a row's label.
MATCHED = 0.6


@cache
def wordings() -> tuple[str, ...]:
    """Every label and head of the forms without blanks and punctuation, the longest first."""
    found = {words_of(text) for text in (*BANDS, *_HEADS)}
    for form in FORMS.values():
        for row in (*form.article20, *form.applications):
            found.update(words_of(label) for label in row.labels)
        for row in form.article20:
            for column in row.columns:
                found.update(words_of(head) for head in column.heads)
    found.update(words_of(head) for column in APPLICANTS for head in column.heads)
    found.update(words for _, words in GROUPS.values())
    return tuple(sorted(found, key=lambda words: -len(words)))


@cache
def _all_wordings() -> str:
    return "|".join(wordings())


@cache
def _any_wording() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, wordings())))


@lru_cache(maxsize=8192)
def known(text: str) -> bool:
    """Whether a text is a label or head of the forms, a piece of one, or several of them."""
    words = _DIGITS.sub("", read_label(text).words)
    if not words:
        return True
    if words in _all_wordings():
        return True
    covered = sum(len(match.group()) for match in _any_wording().finditer(words))
    if covered >= 0.8 * len(words):
        return True
    return _misprint(words)


@cache
def _heads() -> frozenset[str]:
    return frozenset((*wordings(), *LABEL_HEADS, *UNIT_HEADS, *NUMBER_HEADS, "统计数"))


def heads_with_gaps(texts: Sequence[str]) -> Iterator[int]:
    """How many texts each belong together: more than one where a head is set 统 计 指 标."""
    at = 0
    while at < len(texts):
        group = list(takewhile(lambda text: len(text) == 1, texts[at : at + LONGEST_GAPPED]))
        while len(group) > 1 and "".join(group) not in _heads():
            group.pop()
        yield max(1, len(group))
        at += max(1, len(group))


def _misprint(words: str) -> bool:
    """A row's label with a few other characters; not a sentence that names it."""
    pairs = pairs_of(words)
    return any(
        len(words) <= 1.3 * len(wording) and likeness(pairs, pairs_of(wording)) >= MATCHED
        for wording in wordings()
        if len(wording) > 3
    )


def says_again(one: str, other: str) -> bool:
    """Whether two cells say the same, but for blanks that may not be seen."""
    return one == other or without_blanks(one) == without_blanks(other)


@lru_cache(maxsize=8192)
def application_row(text: str) -> tuple[Row, float] | None:
    """The row of part three that a label names, and how well."""
    label = read_label(text)
    best: tuple[Row, float] | None = None
    for row in ALL_APPLICATION_ROWS:
        for wording in row.labels:
            score = likeness(label.pairs, pairs_of(words_of(wording)))
            if score >= MATCHED and (best is None or score > best[1]):
                best = (row, score)
    return best


@lru_cache(maxsize=8192)
def group_of(text: str) -> str:
    """The code of the bracketed group that a label names, or ""."""
    label = read_label(text)
    for code, (_, words) in GROUPS.items():
        if label.words == words or (
            label.bracketed and likeness(label.pairs, pairs_of(words)) > 0.7
        ):
            return code
    return ""


@lru_cache(maxsize=8192)
def article20_row(text: str) -> tuple[str, float] | None:
    """The code of the row of part two that a label names, and how well."""
    pairs = read_label(text).pairs
    best: tuple[str, float] | None = None
    for form in FORMS.values():
        for row in form.article20:
            for wording in row.labels:
                score = likeness(pairs, pairs_of(words_of(wording)))
                if score >= MATCHED and (best is None or score > best[1]):
                    best = (row.code, score)
    return best


def article20_head(text: str) -> Column | None:
    """The value column of part two that a head names."""
    return _article20_head(text)[0]


def article20_head_score(text: str) -> float:
    """How well a text is the head of a value column of part two, 0–1."""
    return _article20_head(text)[1]


@lru_cache(maxsize=8192)
def _article20_head(text: str) -> tuple[Column | None, float]:
    pairs = pairs_of(words_of(text))
    best: Column | None = None
    best_score = 0.0
    for form in FORMS.values():
        for column in (column for row in form.article20 for column in row.columns):
            score = max(likeness(pairs, pairs_of(words_of(head))) for head in column.heads)
            if score > max(best_score, MATCHED):
                best, best_score = column, score
    return best, best_score


@lru_cache(maxsize=8192)
def is_band(text: str) -> bool:
    """第二十条第(一)项 and its misprints."""
    words = words_of(text)
    return words.startswith(("第二十条", "第二十一条")) and len(words) <= 12


@lru_cache(maxsize=8192)
def applicant(text: str) -> str:
    """The column of part three that a head names exactly, or ""."""
    words = words_of(text)
    for column in APPLICANTS:
        if words in column.heads:
            return column.code
    return ""


@lru_cache(maxsize=8192)
def section_of(text: str) -> Section:
    """The table that a label or head belongs to by its words; NONE where it may be any."""
    words = words_of(text)
    if len(words) < 2 or len(words) > 60:
        return Section.NONE
    section = marked_section(words)
    if section is not Section.NONE:
        return section
    if words in ("行政复议", "行政诉讼", "行政复议行政诉讼"):
        return Section.REVIEW
    if words in _ARTICLE20_WORDS or is_band(text):
        return Section.ARTICLE20
    return Section.NONE


def template_of(texts: set[str]) -> str:
    """The generation of the form by the words of its heads and rows; T21 where both are silent."""
    every = "|".join(texts)  # no mark has a bar
    weights = {
        template: sum(w for mark, w in MARKS[template].items() if mark in every)
        for template in LATER
    }
    return max(weights, key=lambda name: (weights[name], name))
