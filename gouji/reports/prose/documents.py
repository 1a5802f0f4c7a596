"""Normative documents and regulations: made, published, repealed, in force."""

from __future__ import annotations

import re

from .attempts import Codes, by_patterns
from .clauses import Situation, Wording
from .vocabulary import FILL, FILL_WORDS, PAPERS, Need, Pattern, any_of, run_of

_DOCUMENT = "(?:行政)?规范性文件"
_REGULATION = "(?:政府|部门|地方政府|市政府|省政府)?规章(?!制度)"
_MAKE = any_of("制发 制定 制订 出台 印发 新制 新发 起草并发布")
_PUBLISH = any_of("(?<!主动)公开 公布 发布")
_REPEAL = "(?:废止|宣布失效)"
_THING_FILL = run_of(FILL_WORDS + " 文件 行政")
_BETWEEN = (
    any_of(
        "了 并 主动公开 公开 及时 同步 发布 公布 实施 印发 出台 新 政府 本级 本年度?"
        " 我[县市区局镇乡]"
        " 以[^#名]{0,14}名义 、 和 及 各类 行政 规章 部门 的"
    )
    + "*"
)
_HERE = "^(?:截至[^#,]{0,14})?(?:其中|并|同时|已|目前|含|新|本年度?|全年|当年)*"


def _patterns(code: str, thing: str, need: Need) -> tuple[Pattern, ...]:
    """``thing`` repealed, in force, made, published; then the verb alone, once it was named."""
    repealed = (
        f"(?<!、){_REPEAL}{_BETWEEN}{thing}{_THING_FILL}#"
        f"|{thing}[^#]{{0,4}}{_REPEAL}{_THING_FILL}#|{_REPEAL}[^#]{{0,4}}#{thing}"
    )
    in_force = (
        f"现行有效[^#]{{0,6}}{thing}{_THING_FILL}#"
        f"|{thing}[^#]{{0,4}}现行有效{_THING_FILL}#|现行有效[^#]{{0,3}}#{thing}"
    )
    made = (
        f"{_MAKE}{_BETWEEN}{thing}{_THING_FILL}#"
        f"|{thing}(?:制定|制发|出台|印发){FILL}#|{_MAKE}[^#]{{0,4}}#{_BETWEEN}{thing}"
    )
    published = f"{_PUBLISH}{_BETWEEN}{thing}{_THING_FILL}#|{_PUBLISH}[^#]{{0,4}}#{_BETWEEN}{thing}"
    return tuple(
        Pattern(f"{code}{what}", re.compile(words), PAPERS, required)
        for what, words, required in (
            (".repealed", repealed, Need.NOTHING),
            (".in_force", in_force, Need.NOTHING),
            ("", made, Need.NOTHING),
            (".published", published, Need.NOTHING),
            (".repealed", f"{_HERE}{_REPEAL}(?:的|了|文件)*{FILL}#$", need),
            (".in_force", f"{_HERE}现行有效(?:的|文件)*{FILL}#$", need),
            ("", f"{_HERE}{_MAKE}{FILL}#$", need),
        )
    )


_BY_PATTERN = by_patterns(
    (
        *_patterns("normative_documents", _DOCUMENT, Need.DOCUMENTS),
        *_patterns("regulations", _REGULATION, Need.REGULATIONS),
    )
)
# «出台规章2部、规范性文件12件»: the verb of the first counts for the second.
_ALONE = (
    ("normative_documents", re.compile(f"^(?:和|及|、)*{_DOCUMENT}{FILL}#$")),
    ("regulations", re.compile(f"^(?:和|及|、)*{_REGULATION}{FILL}#$")),
)
_NAMED = re.compile(f"{_DOCUMENT}|{_REGULATION}")
_MADE = re.compile(_MAKE)
# What is done with documents that others made.
OTHER_WORK = re.compile(
    any_of("备案 审查 审核 清理 解读 评估 报送 报备 转发 起草 修订 修改 论证 上报 送审 归集 收集")
)


def documents(wording: Wording, situation: Situation) -> Codes | None:
    """Numbers of section 二, article 20 (1)."""
    topic = situation.topic(wording.count.start)
    told = topic in ("documents", "regulations")
    if not told and not _NAMED.search(wording.phrase):
        return None
    named = _NAMED.search(wording.phrase)
    if OTHER_WORK.search(wording.behind):
        return () if named else None
    if OTHER_WORK.search(wording.clause) and not _MADE.search(wording.clause):
        return () if named else None
    if wording.count.unit in PAPERS:
        for code, alone in _ALONE:
            if alone.search(wording.before + "#"):
                return (code,) if situation.said & {code for code, _ in _ALONE} else None
    codes = _BY_PATTERN(wording, situation)
    if told and OTHER_WORK.search(situation.text, 0, wording.count.start):
        # of documents looked through, only what was repealed is a number of the form
        return codes if codes and codes[0].endswith(".repealed") else ()
    return codes
