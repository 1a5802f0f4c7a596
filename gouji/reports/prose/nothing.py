"""Statements of none: «未收到政府信息公开申请», «无行政复议、行政诉讼案件», «零申请»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .clauses import SEPARATORS, Situation, speaks_of_this_organ
from .documents import OTHER_WORK
from .figures import about_fees
from .requests import CARRIED_FORWARD, CARRIED_OVER, RECEIVED, REQUEST
from .running_text import Section
from .vocabulary import OTHER_MATTERS, PLANS, Need, any_of

REVIEWS, LAWSUITS = "review.total", "litigation.total"
# The end of an item that names a thing as a whole; «申请答复书» names another thing.
_TAIL = (
    any_of(
        "的 了 过 等 情况 情形 事项 事件 案件 案例 案 件 信息 政府信息 要求 需求 业务 工单 办件"
        " 申请 公开 问题 行为"
        " 方面 事宜 现象 纠纷 数量 数 量 总数 发生 产生 行政争议 来信 来函 来件 工作 政务信息 发现"
        ' 存在 " ”'
    )
    + "*$"
)
_REQUEST_ITEM = re.compile(f"(?:{REQUEST}|公开[^、]{{0,12}}的?申请){_TAIL}")
_BARE_ITEM = re.compile("申请(?:件|事项|的|情况|数量|量|数|信息|公开|政府信息)*$")
_REVIEW_ITEM = re.compile(f"复议{_TAIL}")
_LAWSUIT_ITEM = re.compile(f"(?:诉讼|行政应诉){_TAIL}")
_FEE_ITEM = re.compile(
    "(?:收费|费用|处理费|复制费|检索费|邮寄费|成本费|费)"
    "(?:的|等|情况|情形|行为|事项|发生|标准|项目|任何|收取|征收|产生)*$"
)
_DOCUMENT_TAIL = "(?:的|等|情况|数量?|制发|制定|出台|印发|发布)*$"
_DOCUMENT_ITEM = re.compile(f"规范性文件{_DOCUMENT_TAIL}")
_REGULATION_ITEM = re.compile(f"规章{_DOCUMENT_TAIL}")
_DECISION_ITEMS = tuple(
    (code, re.compile(f"行政{word}(?:决定|案件|事项|数量|数)*$"))
    for code, word in (("licences", "许可"), ("penalties", "处罚"), ("coercive_measures", "强制"))
)
_ITEMS = re.compile("、|以及|和|及|与|或者|或|/|,")
# «因…申请引起的行政复议»: what the review was about is not what there was none of.
_CAUSE = re.compile(
    "(?:因|由于|由|就|针对|对|涉及|关于|有关|围绕|与(?!行政|复议|诉讼))[^,]*?"
    "(?=被?(?:申请|提起|提出|引起|引发)?的?(?:行政)?(?:复议|诉讼|应诉))"
)
# Reviews for a certain reason, or with a certain end, are not all of them.
_WRONG_CAUSE = re.compile("不当|不及时|不规范|错误|违法|不准确|不到位|瑕疵|不力")
_ENDING = re.compile("败诉|出庭|纠错|纠正|维持|撤销|驳回")
_PARTIAL = re.compile(
    any_of(
        "不予公开 部分公开 补正 更正 撤回 撤销 重复 延期 逾期 超期 超时 减免 拒绝 投诉 举报 异议"
        " 申诉 复核 答复 回复"
        " 败诉 纠错 纠正 维持 听证 复议 诉讼"
    )
)
_SOME_WAYS = re.compile("网上|网络|互联网|邮件|当面|传真|电话|在线|信函|口头|平台|微信")
_ANY_WAY = re.compile("各种|任何|其[他它]|等|各类|渠道|形式")
_OTHER_FEE = re.compile("行政事业|三公|学杂|违规|乱收|税|罚|会费|会员|培训|押金|保证金|经费")

_NO_WORD = "无(?!正当|法|需|权|关|论|偿|效|故|误)"
_NOT = (
    f"(?:未|没有|没|不曾|未曾|不(?=存在)|{_NO_WORD})"
    "(?:再|曾|能|有|实际|经|[向对就][^,]{1,14}?|通过[^,]{1,10}?){0,3}"
)
# Verbs that are denied, and the kinds of things that may be denied with them.
_DENIED: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (
        kinds,
        re.compile(f"{_NOT}{any_of(verbs)}(?:过|到|任何|有|相关|了)*(?P<what>[^#]*)$"),
    )
    for verbs, kinds in (
        (
            "收到 接到 接收到? 受理 收悉 接受 办理 新收 新增 收件 登记",
            ("requests", "disputes"),
        ),
        (
            "发生 产生 出现 引起 引发 存在 涉及 被 提起 提出 有 形成 收到",
            ("requests", "disputes", "fees"),
        ),
        ("收取 收费 产生 发生 征收 收", ("fees",)),
        ("制发 制定 制订 出台 印发 发布 新制发 新制定 起草", ("documents",)),
        ("公开 公布", ("published",)),
        ("废止", ("repealed",)),
        ("结转", ("carried",)),
    )
)
_NO = re.compile(
    f"(?:^|[^有毫])(?:{_NO_WORD[:-1]}|人)|没有|暂无)(?:任何|相关|新的?|新增|新收|其他)*(?P<what>[^#]+)$"
)
_IS_NONE = re.compile("^(?P<what>.{2,40}?)(?:情况|事项|方面)?(?:均|都)?(?:为|是|:)?(?:无|零)$")
_WHAT_FIRST = re.compile(
    "^(?P<what>.{2,60}?)[均都也尚暂全]*(?:未|没有)有?"
    "(?P<verb>发生|出现|产生|收到|受理|涉及|收取|制定|制发|出台)$"
)
_FIRST_KINDS = {
    "收取": ("fees",),
    "制定": ("documents",),
    "制发": ("documents",),
    "出台": ("documents",),
}
_ZERO = re.compile("零(?P<what>申请|依申请公开|受理|收费|行政复议|复议|行政诉讼|诉讼|起诉|应诉)")
_NOTHING_AT_ALL = re.compile(
    r"^(?:(?:20\d\d年度?|本年度?|全年|[我本].{1,3}),?)*"
    "(?:暂?无|没有|(?:未|没有|无)发生|未有发生|无此(?:类|项)?(?:情况|内容|情形|事项)?"
    "|无(?:相关|上述)(?:情况|内容|事项|情形)|无[此该](?:类|项)(?:情况|案件|事项)"
    "|(?:未|没有)发生(?:此|该|上述)类?(?:情况|情形|案件|事项))$"
)
_SHORT, _LONGEST_SEGMENT = 24, 160  # characters
_NEGATION = re.compile("未|没|无|零|不曾|不存在")
_KINDS = {
    RECEIVED: "requests", REVIEWS: "disputes", LAWSUITS: "disputes", "fees": "fees",
    "normative_documents": "documents", "regulations": "documents",
    CARRIED_OVER: "requests", CARRIED_FORWARD: "requests",
}  # fmt: skip
_BY_SECTION: dict[Section, tuple[str, ...]] = {
    Section.REQUESTS: (RECEIVED,),
    Section.DISPUTES: (REVIEWS, LAWSUITS),
    Section.FEES: ("fees",),
}


@dataclass(frozen=True, slots=True)
class Nothing:
    """A statement of none: the codes that are 0, and where the words stand."""

    codes: tuple[str, ...]
    start: int
    stop: int


def none_stated(situation: Situation) -> Iterator[Nothing]:
    """Every statement of none in a sentence."""
    text = situation.text
    if not _NEGATION.search(text):
        return
    if situation.sentence.first and len(text) <= _SHORT and _NOTHING_AT_ALL.match(text):
        codes = _BY_SECTION.get(situation.sentence.section, ())
        if codes:
            yield Nothing(codes, 0, len(text))
        return
    for start, stop in _segments(text):
        segment = text[start:stop]
        if stop - start > _LONGEST_SEGMENT:
            continue
        if not _NEGATION.search(segment) or PLANS.search(segment):
            continue
        if not situation.speaks_of_now(stop) or not speaks_of_this_organ(situation, segment):
            continue
        found = _codes_in(segment, situation, stop)
        if found:
            yield Nothing(tuple(dict.fromkeys(found)), start, stop)


def mentioned(text: str, situation: Situation, at: int) -> list[str]:
    """Codes of everything that ``text`` names as a whole thing, in order.

    «政府信息公开申请和行政复议» names two; «政府信息公开申请答复书» names none.
    """
    bare = text
    if "复议" in text or "诉" in text:
        if _WRONG_CAUSE.search(text) or _ENDING.search(text):
            return []
        bare = _CAUSE.sub("", text).replace("复议诉讼", "复议、诉讼")
    some_ways = _SOME_WAYS.search(bare) and not _ANY_WAY.search(bare)
    codes: list[str] = []
    for item in _ITEMS.split(bare):
        if _REVIEW_ITEM.search(item):
            codes.append(REVIEWS)
        if _LAWSUIT_ITEM.search(item):
            codes.append(LAWSUITS)
        elif "结转" in item:
            codes.extend(_carried(item))
        elif _is_request(item, situation, at) and not some_ways:
            codes.append(RECEIVED)
        elif _FEE_ITEM.search(item) and about_fees(situation, at) and not _OTHER_FEE.search(text):
            codes.append("fees")
        elif not OTHER_WORK.search(item):
            codes.extend(code for code, pattern in _PAPER_ITEMS if pattern.search(item))
    return list(dict.fromkeys(codes))


_PAPER_ITEMS = (
    ("normative_documents", _DOCUMENT_ITEM),
    ("regulations", _REGULATION_ITEM),
    *_DECISION_ITEMS,
)


def _is_request(item: str, situation: Situation, at: int) -> bool:
    # «未收到申请的,也应…» says what is to be done
    if _PARTIAL.search(item) or item.endswith("申请的"):
        return False
    if _REQUEST_ITEM.search(item):
        return True
    foreign = OTHER_MATTERS.search(item)
    return bool(_BARE_ITEM.search(item)) and not foreign and situation.meets(Need.REQUESTS, at)


def _carried(item: str) -> list[str]:
    if re.search("下年|次年|下一年|明年|来年", item):
        return [CARRIED_FORWARD]
    if re.search("上年|上一年|去年|往年", item) or re.fullmatch(
        "结转(?:申请|件|事项|的|情况)*", item
    ):
        return [CARRIED_OVER]
    return []


def _segments(text: str) -> Iterator[tuple[int, int]]:
    """Clauses; «依申请公开:无» is one."""
    start = 0
    for index, character in enumerate(text):
        if character in SEPARATORS and text[index : index + 2] != ":无":
            if index > start:
                yield start, index
            start = index + 1
    if start < len(text):
        yield start, len(text)


def _codes_in(segment: str, situation: Situation, at: int) -> list[str]:
    codes: list[str] = []
    kinds: tuple[str, ...]
    for match in _ZERO.finditer(segment):
        codes.extend(_zero(match["what"], situation, at))
    if codes:
        return codes
    for kinds, pattern in _DENIED:
        denied = pattern.search(segment)
        if denied:
            codes.extend(_of_kinds(kinds, denied["what"], situation, at))
    if codes:
        return codes
    first = _WHAT_FIRST.match(segment)
    if first:
        kinds = _FIRST_KINDS.get(first["verb"], ("requests", "disputes", "fees"))
        return _of_kinds(kinds, first["what"], situation, at)
    for pattern in (_NO, _IS_NONE):
        plain = pattern.search(segment)
        if plain:
            kinds = ("requests", "disputes", "fees", "documents")
            return _of_kinds(kinds, plain["what"], situation, at)
    return []


def _of_kinds(kinds: tuple[str, ...], what: str, situation: Situation, at: int) -> list[str]:
    if kinds == ("carried",):
        return _carried("结转" + what)
    found = mentioned(what, situation, at)
    if kinds in (("published",), ("repealed",)):
        return [f"{code}.{kinds[0]}" for code in found if _KINDS.get(code) == "documents"]
    if kinds == ("fees",) and not what and about_fees(situation, at):
        return ["fees"]  # «未收费»
    return [code for code in found if _KINDS.get(code) in kinds]


def _zero(what: str, situation: Situation, at: int) -> list[str]:
    if "复议" in what:
        return [REVIEWS]
    if "诉" in what:
        return [LAWSUITS]
    if what == "收费":
        return ["fees"] if about_fees(situation, at) else []
    return [RECEIVED] if what == "依申请公开" or situation.meets(Need.REQUESTS, at) else []
