"""Reviews and lawsuits over disclosure, and how they ended."""

from __future__ import annotations

import re
from dataclasses import replace

from .attempts import Codes, by_patterns
from .clauses import Situation, Wording
from .vocabulary import Need, Pattern, any_of, run_of

_CASES = frozenset(("件", "件次", "宗", "起", "例", "次", "个", "份", "项", ""))
_REVIEW = "(?:行政)?复议(?!后|机关|前|维持|结果)"
_LAWSUIT = "(?:行政)?(?:诉讼(?!请求|费)|应诉)"
_CASE_FILL = run_of(
    "的 了 案件 案 申请 事项 事件 纠纷 情况 共计? 总计 合计 总数 数量 件数 数 为 是 有 计 约 均"
    " 都 各 : 分别"
    " 也 已 达 本年度? 全年 引起 引发"
)
_AFTER_REVIEW = "复议后(?:再)?(?:提起|起诉|诉讼|向)(?:的|行政|诉讼|起诉|人民法院)*"
_DIRECT = any_of(
    "(?:未经(?:行政)?复议)?直接(?:提起)?(?:行政)?(?:起诉|诉讼)"
    " 未经(?:行政)?复议(?:提起)?(?:行政)?(?:起诉|诉讼)"
)


def _case(code: str, words: str) -> Pattern:
    either = f"{words}{_CASE_FILL}#|^[^#]{{0,16}}#[^#]{{0,22}}?{words}(?:案件|案|申请|情况)?$"
    return Pattern(code, re.compile(either), _CASES, Need.DISPUTES)


_LAWSUITS_TOLD_APART = by_patterns(
    (
        _case("litigation_after_review.total", _AFTER_REVIEW),
        _case("litigation_direct.total", f"{_DIRECT}(?:的|行政|诉讼)*"),
    )
)
_TOTALS = by_patterns((_case("litigation.total", _LAWSUIT), _case("review.total", _REVIEW)))
# none at all is none over disclosure
_TOTALS_OF_NONE = by_patterns(
    [
        replace(pattern, need=Need.NOTHING)
        for pattern in (_case("litigation.total", _LAWSUIT), _case("review.total", _REVIEW))
    ]
)
_REVIEW_WORDS, _LAWSUIT_WORDS = re.compile(_REVIEW), re.compile(_LAWSUIT)
_ANY = re.compile("复议|诉|审结|审理|维持|纠|结果|情形|结案|办结")
# How a review or a lawsuit ended; which of them, the words before tell.
_ENDING_FILL = run_of("的 案件 案 共 为 有 计 决定 判决 结果 情况 : 具体行政行为")
_ENDINGS = tuple(
    (code, re.compile(f"{any_of(words)}{_ENDING_FILL}#|^#(?:被|已|均|为|结果)*{any_of(words)}"))
    for code, words in (
        (
            "upheld",
            "维持(?:原(?:行政行为|具体行政行为|判))? 驳回(?:原告|其|当事人)?(?:的)?诉讼请求",
        ),
        ("corrected", "(?:被|依法)*纠正 纠错"),
        ("other_result", "其[他它]结果 其[他它]情形"),
        ("pending", "[尚还仍]?未(?:审结|办结|结案) 正在审理(?:中)?"),
    )
)
_BOTH = re.compile(r"复议(?:案件|申请|案)?(?:、|和|及|与|或|以及|/|,)+[^#]{0,10}(?:诉讼|应诉)")
# An organ that decides reviews itself, or stands before a court in other matters.
_NOT_OURS = re.compile("办理|审理|审结|受理|承办|代理|参与|出庭|办案|应诉")


def disputes(wording: Wording, situation: Situation) -> Codes | None:
    """Totals and endings of reviews and of both kinds of lawsuits."""
    phrase = wording.phrase
    if not _ANY.search(phrase):
        return None
    for ending, pattern in _ENDINGS:
        if pattern.search(phrase):
            return _ending(ending, wording, situation)
    codes = _LAWSUITS_TOLD_APART(wording, situation)
    if codes is not None:
        return codes
    if not _REVIEW_WORDS.search(phrase) and not _LAWSUIT_WORDS.search(phrase):
        return None
    if _NOT_OURS.search(wording.clause) and "公开" not in wording.clause:
        return ()
    if _BOTH.search(wording.before):
        return ("review.total", "litigation.total") if wording.count.value == 0 else ()
    totals = _TOTALS_OF_NONE if wording.count.value == 0 else _TOTALS
    return totals(wording, situation) or ()


def _ending(ending: str, wording: Wording, situation: Situation) -> Codes | None:
    topic = situation.topic(wording.count.start)
    review, lawsuit = (p.search(wording.before) for p in (_REVIEW_WORDS, _LAWSUIT_WORDS))
    if review:
        topic = "litigation" if lawsuit and lawsuit.start() > review.start() else "review"
    if topic != "review" and not topic.startswith("litigation"):
        return None
    if not situation.meets(Need.DISPUTES, wording.count.start):
        return ()
    if ending == "upheld" and "诉讼请求" in wording.phrase and topic == "review":
        return ()
    return (f"{topic}.{ending}",)
