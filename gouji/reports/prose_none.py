"""Statements that there was nothing: «未收到政府信息公开申请», «无行政复议、行政诉讼案件», «零申请»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import prose_words as words
from .prose_clauses import SEPARATORS, Situation, speaks_of_now, speaks_of_this_organ
from .prose_words import Need
from .running_text import Section

_TAIL = (
    r"(?:的|了|过|等|情况|情形|事项|事件|案件|案例|案|件|信息|政府信息|要求|需求|业务|工单|办件|申请|公开|问题|行为|方面|事宜|现象|纠纷"
    r"|数量|数|量|总数|发生|产生|行政争议|工作|政务信息|发现|存在|\"|”)*$"
)
_REQUEST_ITEM = re.compile(rf"(?:{words.REQUEST}|公开[^、]{{0,12}}的?申请){_TAIL}")
_BARE_ITEM = re.compile(r"申请(?:件|事项|的|情况|数量|量|数|信息|公开|政府信息)*$")
_REVIEW_ITEM = re.compile(rf"复议{_TAIL}")
_LAWSUIT_ITEM = re.compile(rf"(?:诉讼|应诉){_TAIL}")
_FEE_ITEM = re.compile(
    r"(?:收费|费用|处理费|复制费|检索费|邮寄费|成本费|费)(?:的|等|情况|情形|行为|事项|发生|标准|项目|任何)*$"
)
_DOCUMENT_ITEM = re.compile(rf"规范性文件{_TAIL}")
_REGULATION_ITEM = re.compile(rf"规章{_TAIL}")
_DECISION_ITEMS = tuple(
    (code, re.compile(rf"行政{word}(?:决定|案件|事项|数量|数)*$"))
    for code, word in (("licences", "许可"), ("penalties", "处罚"), ("coercive_measures", "强制"))
)
_ITEMS = re.compile(r"、|以及|和|及|与|或者|或|/|,")
# «因…申请引起的行政复议»: what the review was about is not what there was none of.
_CAUSE = re.compile(
    r"(?:因|由于|由|就|针对|对|涉及|关于|有关|围绕|与|涉)[^,]*?(?=(?:被)?(?:申请|提起|提出|引起|引发)?(?:的)?(?:行政)?(?:复议|诉讼|应诉))"
)
_PARTIAL = re.compile(
    r"不予公开|部分公开|补正|更正|撤回|撤销|重复|延期|逾期|超期|超时|减免|拒绝|投诉|举报|异议|申诉|复核|答复|回复|败诉|纠错|纠正|维持|听证"
)
_SOME_WAYS = re.compile(r"网上|网络|互联网|邮件|当面|传真|电话|在线|信函|口头|平台|微信")
_ANY_WAY = re.compile(r"各种|任何|其[他它]|等|各类|渠道|形式")
_NO_FEE = re.compile(r"行政事业|三公|学杂|违规|乱收|税|罚|会费|会员|培训|押金|保证金|经费")

_NOT = r"(?:未|没有|没|不曾|未曾|无)(?:再|曾|能|有|实际|经|向[^,]{1,12}?|对[^,]{1,14}?|就[^,]{1,14}?|通过[^,]{1,10}?)*"
_VERBS = {
    "take": r"收到|接到|接收到?|受理|收悉|接受|办理|新收|新增|收件|登记",
    "happen": r"发生|产生|出现|引起|引发|存在|涉及|被|提起|提出|有|形成|收到",
    "charge": r"收取|收费|产生|发生|征收|收",
    "make": r"制发|制定|制订|出台|印发|发布|新制发|新制定|起草",
    "publish": r"公开|公布",
    "repeal": r"废止",
    "carry": r"结转",
}
_ALLOWED = {
    "take": {"requests", "disputes"},
    "happen": {"requests", "disputes", "fees"},
    "charge": {"fees"},
    "make": {"documents"},
    "publish": set(),
    "repeal": set(),
    "carry": set(),
    "": {"requests", "disputes", "fees", "documents"},
}
_NONE_OF = tuple(
    (verb, re.compile(rf"{_NOT}(?:{pattern})(?:过|到|任何|有|相关|了)*(?P<what>[^#]*)$"))
    for verb, pattern in _VERBS.items()
)
_NO = re.compile(
    r"(?:^|[^有毫])(?:无|没有|暂无)(?:任何|相关|新的?|新增|新收|其他)*(?P<what>[^#]+)$"
)
_WHAT_FIRST = re.compile(
    r"^(?P<what>.{2,60}?)(?:均|都|也|尚|暂|全)*(?:未|没有)(?:有)?(?P<verb>发生|出现|产生|收到|受理|涉及|收取|制定|制发|出台)$"
)
_ZERO = re.compile(r"零(?P<what>申请|依申请公开|受理|收费|复议|行政复议|诉讼|行政诉讼|起诉|应诉)")
_IS_NONE = re.compile(r"^(?P<what>.{2,40}?)(?:情况|事项|方面)?(?:均|都)?(?:为|是|:)?(?:无|零)$")
_NOTHING_AT_ALL = re.compile(
    r"^(?:(?:20\d\d年度?|本年度?|全年|我.{1,3}|本.{1,3})[,]?)*(?:暂?无|没有|未发生|没有发生|未有发生|无发生|无此(?:类|项)?(?:情况|内容|情形|事项)?"
    r"|无(?:相关|上述)(?:情况|内容|事项|情形)|无(?:此类|该类|该项)(?:情况|案件|事项)|(?:未|没有)发生(?:此|该|上述)类?(?:情况|情形|案件|事项))$"
)
_NEGATION = re.compile(r"未|没|无|零|不曾")


@dataclass(frozen=True, slots=True)
class Nothing:
    """A statement of none: the codes that are 0, and where the words stand."""

    codes: tuple[str, ...]
    start: int
    stop: int


def mentioned(text: str, situation: Situation, at: int) -> list[str]:
    """Codes of everything that ``text`` names as a whole thing, in order.

    «政府信息公开申请和行政复议» names two; «政府信息公开申请答复书» names none.
    """
    codes: list[str] = []
    bare = _CAUSE.sub("", text) if "复议" in text or "诉讼" in text else text
    ways = _SOME_WAYS.search(bare) and not _ANY_WAY.search(bare)
    for item in _ITEMS.split(bare):
        if not item:
            continue
        disputed = False
        if _REVIEW_ITEM.search(item) and not _PARTIAL.search(item):
            codes.append("review.total")
            disputed = True
        if _LAWSUIT_ITEM.search(item) and not _PARTIAL.search(item):
            codes.append("litigation.total")
            disputed = True
        if disputed:
            continue
        if "结转" in item:
            codes.extend(_carried(item))
        elif _is_request(item, situation, at) and not ways:
            codes.append(words.RECEIVED)
        elif _FEE_ITEM.search(item) and _about_fees(situation) and not _NO_FEE.search(text):
            codes.append("fees")
        elif _DOCUMENT_ITEM.search(item) and not words.OTHER_WORK.search(item):
            codes.append("normative_documents")
        elif _REGULATION_ITEM.search(item) and not words.OTHER_WORK.search(item):
            codes.append("regulations")
        else:
            codes.extend(c for c, p in _DECISION_ITEMS if p.search(item))
    return list(dict.fromkeys(codes))


def _is_request(item: str, situation: Situation, at: int) -> bool:
    if _PARTIAL.search(item) or "复议" in item or "诉讼" in item:
        return False
    if _REQUEST_ITEM.search(item):
        return True
    foreign = words.OTHER_MATTERS.search(item)
    return bool(_BARE_ITEM.search(item)) and not foreign and situation.meets(Need.REQUESTS, at)


def _carried(item: str) -> list[str]:
    if re.search(r"下年|次年|下一年|明年|来年", item):
        return [words.CARRIED_FORWARD]
    if re.search(r"上年|上一年|去年|往年", item) or re.fullmatch(
        r"结转(?:申请|件|事项|的|情况)*", item
    ):
        return [words.CARRIED_OVER]
    return []


def _about_fees(situation: Situation) -> bool:
    section = situation.sentence.section
    return section in (Section.FEES, Section.REQUESTS) or bool(
        words.FEE_CONTEXT.search(situation.sentence.text)
    )


_KIND_OF = {
    words.RECEIVED: "requests", "review.total": "disputes", "litigation.total": "disputes",
    "fees": "fees", "normative_documents": "documents", "regulations": "documents",
    words.CARRIED_OVER: "requests", words.CARRIED_FORWARD: "requests",
}  # fmt: skip


def none_stated(situation: Situation) -> Iterator[Nothing]:
    """Every statement of none in a sentence."""
    text = situation.sentence.text
    if not _NEGATION.search(text):
        return
    if situation.sentence.first and _NOTHING_AT_ALL.match(text):
        codes = _BY_SECTION.get(situation.sentence.section, ())
        if codes:
            yield Nothing(codes, 0, len(text))
        return
    for start, stop in _segments(text):
        segment = text[start:stop]
        if not _NEGATION.search(segment) or words.PLANS.search(segment):
            continue
        if not speaks_of_now(situation, stop) or not speaks_of_this_organ(situation, segment):
            continue
        found = _codes_in(segment, situation, stop)
        if found:
            yield Nothing(tuple(dict.fromkeys(found)), start, stop)


_BY_SECTION: dict[Section, tuple[str, ...]] = {
    Section.REQUESTS: (words.RECEIVED,),
    Section.DISPUTES: ("review.total", "litigation.total"),
    Section.FEES: ("fees",),
}


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Clauses; «依申请公开:无» is one."""
    start = 0
    for index, character in enumerate(text):
        if character in SEPARATORS and not (
            character == ":" and text[index + 1 : index + 2] == "无"
        ):
            if index > start:
                yield start, index
            start = index + 1
    if start < len(text):
        yield start, len(text)


def _codes_in(segment: str, situation: Situation, at: int) -> list[str]:
    codes: list[str] = []
    for match in _ZERO.finditer(segment):
        codes.extend(_zero(match["what"], situation, at))
    if codes:
        return codes
    for verb, pattern in _NONE_OF:
        match = pattern.search(segment)
        if match:
            codes.extend(_allowed(verb, match["what"], situation, at))
    if codes:
        return codes
    first = _WHAT_FIRST.match(segment)
    if first:
        verb = (
            "charge"
            if first["verb"] == "收取"
            else "make"
            if first["verb"][0] in "制出"
            else "take"
        )
        allowed = _ALLOWED[verb] | (_ALLOWED["happen"] if verb == "take" else set())
        return [c for c in mentioned(first["what"], situation, at) if _KIND_OF.get(c) in allowed]
    for pattern in (_NO, _IS_NONE):
        match = pattern.search(segment)
        if match:
            return _allowed("", match["what"], situation, at)
    return []


def _allowed(verb: str, what: str, situation: Situation, at: int) -> list[str]:
    found = mentioned(what, situation, at)
    if verb == "repeal":
        return [f"{c}.repealed" for c in found if _KIND_OF.get(c) == "documents"]
    if verb == "publish":
        return [f"{c}.published" for c in found if _KIND_OF.get(c) == "documents"]
    if verb == "carry":
        return _carried("结转" + what)
    if verb == "charge" and not what and _about_fees(situation):
        return ["fees"]  # «未收费»
    return [c for c in found if _KIND_OF.get(c) in _ALLOWED[verb]]


def _zero(what: str, situation: Situation, at: int) -> list[str]:
    if "复议" in what:
        return ["review.total"]
    if "诉" in what:
        return ["litigation.total"]
    if what == "收费":
        return ["fees"] if _about_fees(situation) else []
    return [words.RECEIVED] if what == "依申请公开" or situation.meets(Need.REQUESTS, at) else []
