"""Applications for disclosure: received, carried over, finished, and how they came out."""

from __future__ import annotations

import re

from .attempts import Codes, by_patterns
from .clauses import Situation, Wording
from .vocabulary import FILL, OTHER_MATTERS, PIECES, Need, Pattern, any_of, run_of

RECEIVED = "requests_received"
HANDLED = "requests_handled"  # «办理N件»: received, or finished, or both
PROCESSED = "processed_total"
CARRIED_OVER = "carried_over_from_previous_year"
CARRIED_FORWARD = "carried_forward_to_next_year"

# An application for disclosure, by its usual names. 申请人 and 申请复议 are none.
REQUEST = any_of(
    "依申请(?:公开)?"
    " 公开(?:政府|政务|相关|有关)?(?:信息|事项)?的?(?:书面|网上|网络)?申请"
    " 申请公开"
    " 信息公开(?:类|的)?(?:书面|网上|网络|有效)?申请"
    " 信息申请"
)
_ANY_REQUEST = any_of(f"{REQUEST} (?<!被)申请(?!人|复议|行政复议|提起|再审|表|书|材料|行政诉讼)")
_TAKE = any_of("收到 受理 接收 接到 接受 收件 新收 收悉 收受 新增 接办 登记 收取 共收")
_FINISH = any_of(
    "办结 办复 答复(?!书|率|函|意见|文书|期限|时限) 回复 办毕 办理完毕 处理完毕 办理完成 完结 结案"
    " 办理答复"
)
_HANDLE = any_of("办理 处理 处置 承办")
_AND_DONE = (
    "(?:并|且|和|及|、)?(?:已|均|全部|按时|按期|依法|及时|规范)*(?:处理|办理|办结|答复|回复|公开)?"
)
_REQUEST_WORDS = re.compile(_ANY_REQUEST)
_TAKE_WORDS, _FINISH_WORDS = re.compile(_TAKE), re.compile(_FINISH)

# Received, finished, handled: the verb and the thing may stand on either side of the number.
_TAKEN = re.compile(
    f"{_TAKE}[^#]{{0,34}}?{_ANY_REQUEST}{FILL}{_AND_DONE}{FILL}#"
    f"|{_TAKE}[^#]{{0,12}}#[^#]{{0,18}}?{_ANY_REQUEST}(?!中)"
    f"|{_ANY_REQUEST}[^#]{{0,6}}?{_TAKE}{FILL}#"
)
_IN_TIME = any_of(
    "申请 事项 均 都 已经 已 全部 依法 按时 按期 按规 按照? 完成 规定 要求 程序 时限"
    " 在[^#]{0,12}?(?:限?内|前|限) 予以 作出 正式 书面 的 及时"
)
_LEAD = "(?:其中|其余|另外?|有|的|对|:)*"
_DONE = re.compile(
    f"{_FINISH}(?:的|了|政府|信息|公开|依|申请|各类|完毕)*{FILL}(?:申请)?{FILL}#"
    f"|^{_LEAD}#{_IN_TIME}*+{_FINISH}"
    f"|{_ANY_REQUEST}[^#]{{0,6}}{_FINISH}{FILL}#"
)
_WORKED = re.compile(
    f"{_HANDLE}[^#]{{0,20}}?{_ANY_REQUEST}{FILL}#"
    f"|{_HANDLE}[^#]{{0,8}}#[^#]{{0,14}}?{_ANY_REQUEST}"
    f"|{_ANY_REQUEST}[^#]{{0,4}}{_HANDLE}{FILL}#"
)
# Without a verb: «政府信息公开申请12件», «依申请公开0件», «12件政府信息公开申请».
_NAMED = re.compile(
    f"{REQUEST}(?:申请|信息|政府信息)*{FILL}#"
    f"|^[^#]{{0,10}}#(?:有效|书面)?[^#]{{0,6}}?{REQUEST}(?:申请|信息|事项)*$"
)
# Only where the heading or the sentence says that it is about applications.
_NUMBER_OF = re.compile(f"^(?:本年度?|全年|共|总|其中|新|的)*申请(?:总数|总量|数量|数|量){FILL}#$")
_BARE_TAKEN, _BARE_WORKED = re.compile(f"{_TAKE}{FILL}#(?!人)"), re.compile(f"{_HANDLE}{FILL}#")
# Taken back, in part, on the way, of one kind: no row of the form.
_LEFT_OUT = re.compile(
    any_of(
        "撤回 撤销 当场 口头 即时 当日 正在 尚未 未按 超期 超时 逾期 补正 更正 无效 率"
        " (?<!各)(?<!公开)类的?申请"
    )
)


def count_of_requests(wording: Wording, situation: Situation) -> Codes | None:
    """Received, processed, handled."""
    phrase, count = wording.phrase, wording.count
    if count.unit not in PIECES or OTHER_MATTERS.search(f"{wording.clause}#{wording.behind}"):
        return None
    about = situation.meets(Need.REQUESTS, count.start)
    if not about and not _REQUEST_WORDS.search(phrase):
        return None
    if _LEFT_OUT.search(phrase):
        return ()
    if _DONE.search(phrase) and not _TAKE_WORDS.search(wording.before):
        return (PROCESSED,)
    bare = about and not OTHER_MATTERS.search(situation.text, 0, count.start)
    if _TAKEN.search(phrase) or (bare and _BARE_TAKEN.search(phrase)):
        return _received(situation, count.start)
    if _WORKED.search(phrase) or (bare and _BARE_WORKED.search(phrase)):
        # what nobody handled nobody received
        code = RECEIVED if count.value == 0 else HANDLED
        return () if code in situation.said else (code,)
    if not situation.within_list(count.start) and (
        _NAMED.search(phrase) or (about and _NUMBER_OF.search(phrase))
    ):
        return _received(situation, count.start)
    return None


def _received(situation: Situation, at: int) -> Codes:
    if situation.within_list(at) and situation.said & {RECEIVED, HANDLED, "disclosure.items"}:
        return ()  # a part of them
    return (RECEIVED,)


_PAST = "(?:上一?年度?|去年|往年|前一年)"
_CARRY = "(?:结转|转结|遗留|转来)"
_CARRIED = re.compile(
    f"(?P<past>{_PAST}[^#,结]{{0,10}}{_CARRY}|{_CARRY}自?{_PAST})"
    rf"|(?P<origin>20\d\d)年?度?[末底]?[^#,结]{{0,8}}{_CARRY}[至到入]?(?:(?P<into>20\d\d)年)?"
    rf"|{_CARRY}[至到入]?(?P<target>20\d\d)年"
    f"|(?P<next>(?:{_CARRY}|转|留)[至到入]?(?:下一?年度?|次年|明年|来年))"
)
_DISPUTED = re.compile("复议|诉讼")


def carried(wording: Wording, situation: Situation) -> Codes | None:
    """Carried over from the year before, or forward to the next one."""
    match = _CARRIED.search(wording.phrase)
    if match is None or wording.count.unit not in PIECES:
        return None
    before = wording.before
    finished = _FINISH_WORDS.search(before[: match.start()] + before[match.end() :])
    if finished or OTHER_MATTERS.search(wording.clause) or _DISPUTED.search(wording.phrase):
        return ()  # «答复上年结转的2件»
    if match["past"]:
        return (CARRIED_OVER,)
    if match["next"]:
        return (CARRIED_FORWARD,)
    year = situation.reader.year
    if year is None:
        return ()
    origin = int(match["origin"]) if match["origin"] else None
    target = int(match["into"] or match["target"] or 0) or None
    if origin is not None:
        return (CARRIED_OVER,) if origin < year else (CARRIED_FORWARD,) if origin == year else ()
    if target is not None:
        return (CARRIED_FORWARD,) if target > year else (CARRIED_OVER,) if target == year else ()
    return ()


_OUTCOME_FILL = run_of(
    '的 共计? 合计 为 有 计 答复 决定 告知 申请 处理 件 信息 政府信息 类 : 情况 情形 数量? ” "'
    " 分别 事项 占"
)
_DECIDED = (
    run_of('申请 的 作出 做出 给予 属于 属 为 系 是 已 被 均 决定 依法 因 “ " 按')
)  # fmt: skip


def _outcome(code: str, words: str) -> Pattern:
    either = f"{words}{_OUTCOME_FILL}#|^{_LEAD}#{_DECIDED}{words}(?!申请[^人])"
    return Pattern(code, re.compile(either), PIECES, Need.REQUESTS)


def _reason(code: str, words: str) -> Pattern:
    """A single row: named before its number, with or without its group."""
    words = any_of(words)
    either = f"{words}[^#]{{0,24}}#|^{_LEAD}#{_DECIDED}[^#]{{0,12}}{words}"
    return Pattern(code, re.compile(either), PIECES, Need.REQUESTS)


REASONS = (
    _reason("refused.state_secret", "国家秘密 国家机密"),
    _reason("refused.prohibited_by_law", "法律[、,]?(?:行政)?法规禁止"),
    _reason("refused.safety_and_stability", "三安全一?稳定 危及国家安全"),
    _reason("refused.third_party_rights", "第三方(?:合法)?(?:权益|利益|权利)"),
    _reason("refused.internal_affairs", "内部事务"),
    _reason("refused.process_information", "过程性"),
    _reason("refused.enforcement_file", "执法案卷"),
    _reason("refused.administrative_query", "行政查询"),
    _reason("unable.not_held", "不掌握 未掌握"),
    _reason("unable.needs_creation", "现成信息 另行制作"),
    _reason("unable.unclear_after_correction", "补正后[^#]{0,10}不明确"),
    _reason("not_processed.petition_or_complaint", "信访[、,]?(?:举报|投诉)"),
    _reason("not_processed.repeat_request", "重复申请"),
    _reason("not_processed.public_publication", "公开出版物"),
    _reason("not_processed.mass_repeated", "大量[、,]?反复"),
    _reason("not_processed.reconfirm_or_reissue", "确认或者?重新出具"),
    _reason("other.overdue_correction", "逾期[不未]予?补正"),
    _reason("other.overdue_fee", "逾期[^#]{0,12}缴"),
    _reason("replies.not_exist", "信息不存在 不存在的?政府信息"),
    _reason(
        "replies.not_this_organ", "(?:不属于|非)[本我](?:行政)?(?:机关|局|单位|部门|委|办)"
    ),
    _reason("replies.asked_to_amend", "告知[^#]{0,6}(?:补正|更改补充|更改、补充)"),
    _reason("replies.other_channel", "其他途径"),
    _reason("replies.already_public", "已(?:经)?主动公开 主动公开范围"),
    _reason("replies.refused.trade_secret", "商业秘密"),
    _reason("replies.refused.privacy", "个人隐私"),
    _reason(
        "replies.refused.not_government_information",
        "(?:不是|非|不属于)(?:《条例》所指)?政府信息",
    ),
)  # fmt: skip
_NAMES = {
    "granted_in_part": any_of("部分(?:予以|同意|给予|不予)?公开 区分处理"),
    "refused": any_of("不予以?公开 不同意公开 不公开 不宜公开 免[予于]公开 拒绝公开 否决公开"),
    "granted_in_full": any_of(
        "(?<!不)予以(?:全部|全面)?公开 (?<!不)同意公开 全部公开 (?<!不)准予公开 给予公开 全文公开"
    ),
    "unable": "(?:无法提供|不能提供)",
    "not_processed": "不予处理",
    "other": "其[他它](?:方式)?处理",
}
_OUTCOMES = by_patterns([_outcome(code, words) for code, words in _NAMES.items()])
_OUTCOME_NAMES = [re.compile(words) for words in _NAMES.values()]
_ANY_OUTCOME = re.compile("公开|提供|处理")
# «其中公开5件»: only among outcomes, and only the bare word.
_BARE_GRANTED = re.compile("^(?:其中)?[:,]?公开的?#$")
_GRANTED_BOTH = re.compile(r"公开[”\"]?(?:和|及|、|或|与|以及|\(含)[“\"]?部分公开")


def outcomes(wording: Wording, situation: Situation) -> Codes | None:
    """The six groups of outcomes."""
    before = wording.before
    if not _ANY_OUTCOME.search(wording.phrase) or _DISPUTED.search(before):
        return None
    if _BARE_GRANTED.match(wording.phrase) and situation.said & {RECEIVED, PROCESSED, HANDLED}:
        return ("granted_in_full",)
    named = sum(1 for name in _OUTCOME_NAMES if name.search(before))
    if named > 1 or _GRANTED_BOTH.search(before):  # «予以公开和部分公开共8件»
        return ()
    return _OUTCOMES(wording, situation)


_BY_FILL = run_of("的 类 提出 提交 申请 共 为 有 计 占 方面 件 数量? : 人")
APPLICANTS = tuple(
    Pattern(
        f"{RECEIVED}/{column}",
        re.compile(
            f"(?:^|其中|来自|由|[:,])(?:申请人)?[为是]?{any_of(words)}{_BY_FILL}#"
            f"|^#(?:是|为|系|由|来自|属于){any_of(words)}(?:提出|提交|申请|的)*$"
        ),
        PIECES,
        Need.REQUESTS,
    )
    for column, words in (
        ("natural_person", "自然人 公民 个人"),
        ("business", "商业(?:企业|机构)"),
        ("research", "科研机构"),
        ("welfare", "社会公益组织"),
        ("legal_service", "法律服务机构"),
        ("organisations", "法人(?:(?:和|或|及|或者|与|、)其[他它]组织)?"),
    )
)
_WAY_FILL = run_of(
    "平台 系统 渠道 方式 途径 形式 申请 提交 提出 受理 收到 办理 的 为 共 有 计 信息 公开 政府"
    " 依 件 数量? : 、 ”"
)
WAYS = tuple(
    Pattern(
        f"requests.{code}",
        re.compile(f"(?:^|其中|通过|采用|以|经|来自|由){any_of(words)}{_WAY_FILL}#"),
        PIECES,
        Need.REQUESTS,
    )
    for code, words in (
        ("online", "网络 网上 在线 互联网 (?:政府|门户)*网站 (?:网络|网上)平台 线上 申请平台"),
        ("letter", "信函 邮寄 信件 书信 邮政 挂号信 快递"),
        ("in_person", "当面 现场 窗口 上门"),
        ("fax", "传真"),
    )
)
_EXTENDED = f"(?:延期|延长)(?:办结|答复|办理|期限|后|的)*{FILL}#|^#[^#]{{0,6}}(?:延期|延长)"
_ON_TIME = f"(?:按时|按期|如期)(?:办结|答复)(?:数|的|申请)*{FILL}#"
TIMING = (
    Pattern("requests.extended", re.compile(_EXTENDED), PIECES, Need.REQUESTS),
    Pattern("requests.on_time", re.compile(_ON_TIME), PIECES, Need.REQUESTS),
)
