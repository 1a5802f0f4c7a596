"""The words in which annual reports state the numbers of the form, as data.

A pattern is tried on the words round one number, ``before#behind``, with ``#`` for the number and
its counter: without blanks, forms folded, from the last separator or number to the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from .running_text import Section

FEES_SECTION = Section.FEES
RECEIVED = "requests_received"
HANDLED = "requests_handled"  # «办理N件»: received, or finished, or both
PROCESSED = "processed_total"
CARRIED_OVER = "carried_over_from_previous_year"
CARRIED_FORWARD = "carried_forward_to_next_year"


class Need(Enum):
    """What must be known from the sentence or its heading before a pattern may speak."""

    NOTHING = 0
    REQUESTS = 1  # it is about applications for disclosure
    DISPUTES = 2  # it is about reviews and lawsuits over disclosure
    DISCLOSURE = 3  # disclosure is named at all
    DOCUMENTS = 4
    REGULATIONS = 5


PIECES = frozenset(("件", "件次", "宗", "份", "条", "起", "次", "例", "个", "项", "桩", "人次", ""))
CASES = frozenset(("件", "件次", "宗", "起", "例", "次", "个", "份", "项", ""))
ITEMS = frozenset(("条", "件", "份", "篇", "项", "次", "期", "个", ""))
PAPERS = frozenset(("件", "份", "项", "部", "个", "篇", "条", ""))
TIMES = frozenset(("次", "场", "场次", "期", "个", "班", "篇", "件", "条"))
PEOPLE = frozenset(("人", "名", "人次", "个"))
PLACES = frozenset(("个", "处", "家"))
MONEY = frozenset(("元",))


@dataclass(frozen=True, slots=True)
class Pattern:
    """One wording of one number of the form."""

    code: str
    words: re.Pattern[str]
    units: frozenset[str]
    need: Need = Need.NOTHING


# What may stand between the thing counted and its number.
_FILL = (
    r"(?:的|了|共计|共有|共|总计|合计|累计|总数量?|总量|总|件数|个数|数量|数|量|为|是|有|计|约|达到?|已|均|都|各|仅|只有"
    r"|事项|案件|案|办件|件|信息|政府信息|政务信息|情况|情形|方面|类|业务|工单|分别|本年度?|全年|当年|:|“|”|\")*"
)
_FILL_DOCUMENTS = rf"(?:{_FILL}|文件|的|行政)*"
# An application for disclosure, by its usual names. 申请人 and 申请复议 are none.
REQUEST = (
    r"(?:依申请(?:公开)?|公开(?:政府|政务|相关|有关)?(?:信息|事项)?的?(?:书面|网上|网络)?申请|申请公开"
    r"|信息公开(?:类|的)?(?:书面|网上|网络|有效)?申请|信息申请|公开申请)"
)
_ANY_REQUEST = rf"(?:{REQUEST}|(?<!被)申请(?!人|复议|行政复议|提起|再审|表|书|材料|行政诉讼))"
_TAKE = r"(?:收到|受理|接收|接到|接受|收件|新收|收悉|收受|新增|接办|登记|收取|共收)"
_FINISH = r"(?:办结|办复|答复(?!书|率|函|意见|文书|期限|时限)|回复|办毕|办理完毕|处理完毕|办理完成|完结|结案|办理答复)"
_HANDLE = r"(?:办理|处理|处置|承办)"
_AND_DONE = (
    r"(?:并|且|和|及|、)?(?:已|均|全部|按时|按期|依法|及时|规范)*(?:处理|办理|办结|答复|回复|公开)?"
)
REQUEST_WORDS = re.compile(_ANY_REQUEST)
DISCLOSURE_WORDS = re.compile(r"公开|依申请")

# Letters, calls, motions, permits: applications and cases of other kinds.
OTHER_MATTERS = re.compile(
    r"投诉|举报|信访|热线|12345|12315|来信|来访|来电|留言|咨询|求助|诉求|建议|提案|议案|信箱|问卷|评议|线索|许可"
    r"|审批|低保|救助|补贴|职称|贷款|入党|专利|报名|复核|仲裁|备案|听证|商标|项目申报|登记证|不动产|补正通知|救济"
    r"|案例|台账|模板|文书|答复书|告知书|培训|会议|目录|指南|栏目|舆情|公文"
)
# Numbers of the years before, of parts of the year, of other organs.
COMPARISON = re.compile(
    r"同比|环比|增加|减少|增长|增幅|下降|上升|增至|减至|降至|升至|降低|提高|提升|较(?:上|去|前|20|同|往)|比(?:上|去|前|20|同|往)"
    r"|(?:上|去)年同期|同期|超出|多出|平均|人均|日均|月均|年均|每(?:年|月|件|人)|占比|占总|占全"
)
PART_OF_YEAR = re.compile(
    r"季度|上半年|下半年|\d月份|[1-9]-\d{1,2}月|\d月至(?!12月)\d|本月|当月|每月|本季|期间"
)
CUMULATIVE = re.compile(
    r"历年|(?<!今)(?<!一)(?<!全)(?<!本)年以来|施行以来|实施以来|成立以来|年来累计|[三四五六七八九十两近]年来|至今"
)
OTHER_ORGANS = re.compile(
    r"各(?:县|市|区|镇|乡|街|部门|单位|村|社区|科|股|处|站|所|地|级|成员|旗|办)|下属|所属|直属|下级|基层|指导|督促|协助"
    r"|配合|转办|转交|转送|移交|代拟|帮助|兄弟"
)
WHOLE_REGION = re.compile(r"(?:全|我)(?:省|市|县|区|州|盟|旗|镇|乡|街道|国)")
WHOLE_COUNTRY = re.compile(r"全(?:省|市|县|区|州|盟|旗|国|系统)")
PLANS = re.compile(r"力争|争取|计划|拟|预计|确保|目标|应当|不得|如果|如有|若有|若|凡")

_OUTCOME_FILL = r"(?:的|共计?|合计|为|有|计|答复|决定|告知|申请|处理|件|信息|政府信息|类|:|情况|情形|数量?|”|\"|分别|事项|占)*"
_LEAD = r"(?:其中|其余|另外?|有|的|对|:)*"
_DECIDED = r"(?:申请|的|作出|做出|给予|属于|属|为|系|是|已|被|均|决定|依法|因|“|\"|按)*"


def _outcome(code: str, words: str) -> Pattern:
    either = rf"(?:{words}){_OUTCOME_FILL}#|^{_LEAD}#{_DECIDED}(?:{words})(?!申请[^人])"
    return Pattern(code, re.compile(either), PIECES, Need.REQUESTS)


def _reason(code: str, words: str) -> Pattern:
    """A single row: named before its number, with or without its group."""
    either = rf"(?:{words})[^#]{{0,24}}#|^{_LEAD}#{_DECIDED}[^#]{{0,12}}(?:{words})"
    return Pattern(code, re.compile(either), PIECES, Need.REQUESTS)


REASONS = (
    _reason("refused.state_secret", r"国家秘密|国家机密"),
    _reason("refused.prohibited_by_law", r"法律[、,]?(?:行政)?法规禁止"),
    _reason("refused.safety_and_stability", r"三安全一?稳定|危及国家安全"),
    _reason("refused.third_party_rights", r"第三方(?:合法)?(?:权益|利益|权利)"),
    _reason("refused.internal_affairs", r"内部事务"),
    _reason("refused.process_information", r"过程性"),
    _reason("refused.enforcement_file", r"执法案卷"),
    _reason("refused.administrative_query", r"行政查询"),
    _reason("unable.not_held", r"不掌握|未掌握|不予掌握"),
    _reason("unable.needs_creation", r"现成信息|另行制作"),
    _reason("unable.unclear_after_correction", r"补正后[^#]{0,10}不明确"),
    _reason("not_processed.petition_or_complaint", r"信访[、,]?(?:举报|投诉)"),
    _reason("not_processed.repeat_request", r"重复申请"),
    _reason("not_processed.public_publication", r"公开出版物"),
    _reason("not_processed.mass_repeated", r"大量[、,]?反复"),
    _reason("not_processed.reconfirm_or_reissue", r"确认或者?重新出具"),
    _reason("other.overdue_correction", r"逾期(?:不|未)(?:予)?补正"),
    _reason("other.overdue_fee", r"逾期[^#]{0,12}缴"),
    _reason("replies.not_exist", r"信息不存在|不存在的?政府信息"),
    _reason(
        "replies.not_this_organ", r"(?:不属于|非)(?:本|我)(?:行政)?(?:机关|局|单位|部门|委|办)"
    ),
    _reason("replies.asked_to_amend", r"告知[^#]{0,6}(?:补正|更改补充|更改、补充)"),
    _reason("replies.other_channel", r"其他途径"),
    _reason("replies.already_public", r"已(?:经)?主动公开|主动公开范围"),
    _reason("replies.refused.trade_secret", r"商业秘密"),
    _reason("replies.refused.privacy", r"个人隐私"),
    _reason(
        "replies.refused.not_government_information", r"(?:不是|非|不属于)(?:《条例》所指)?政府信息"
    ),
)
GRANTED_PART = r"部分(?:予以|同意|给予|不予)?公开|区分处理"
REFUSED = r"不予以?公开|不同意公开|不公开|不宜公开|免[予于]公开|拒绝公开|否决公开"
GRANTED = (
    r"(?<!不)予以(?:全部|全面)?公开|(?<!不)同意公开|全部公开|(?<!不)准予公开|给予公开|全文公开"
)
OUTCOMES = (
    _outcome("granted_in_part", GRANTED_PART),
    _outcome("refused", REFUSED),
    _outcome("granted_in_full", GRANTED),
    _outcome("unable", r"无法提供|不能提供"),
    _outcome("not_processed", r"不予处理"),
    _outcome("other", r"其[他它](?:方式)?处理"),
)
# «其中公开5件»: only among outcomes, and only the bare word.
BARE_GRANTED = re.compile(r"^(?:其中)?[:,]?公开(?:的)?#$")

_REVIEW = r"(?:行政)?复议(?!后|机关|前|维持|结果)"
_LAWSUIT = r"(?:行政)?(?:诉讼(?!请求|费)|应诉)"
_CASE_FILL = (
    r"(?:的|了|案件|案|申请|事项|事件|纠纷|情况|共计?|总计|合计|总数|数量|件数|数|为|是|有|计|约|均|都|各|:|分别|也|已|达"
    r"|本年度?|全年|引起|引发)*"
)
AFTER_REVIEW = r"复议后(?:再)?(?:提起|起诉|诉讼|向)"
DIRECT = r"(?:未经(?:行政)?复议)?直接(?:提起)?(?:行政)?(?:起诉|诉讼)|未经(?:行政)?复议(?:提起)?(?:行政)?(?:起诉|诉讼)"


def _case(code: str, words: str) -> Pattern:
    either = (
        rf"(?:{words}){_CASE_FILL}#|^[^#]{{0,16}}#[^#]{{0,22}}?(?:{words})(?:案件|案|申请|情况)?$"
    )
    return Pattern(code, re.compile(either), CASES, Need.DISPUTES)


LAWSUITS_TOLD_APART = (
    _case("litigation_after_review.total", rf"{AFTER_REVIEW}(?:的|行政|诉讼|起诉|人民法院)*"),
    _case("litigation_direct.total", rf"(?:{DIRECT})(?:的|行政|诉讼)*"),
)
REVIEWS = _case("review.total", _REVIEW)
LAWSUITS = _case("litigation.total", _LAWSUIT)
REVIEW_WORDS, LAWSUIT_WORDS = re.compile(_REVIEW), re.compile(_LAWSUIT)
# How a review or a lawsuit ended; whose it is, the words before tell.
ENDINGS = tuple(
    (code, re.compile(rf"(?:{words})(?:的|案件|案|共|为|有|计|决定|判决|结果|情况|:|具体行政行为)*#|^#(?:被|已|均|为|结果)*(?:{words})"))
    for code, words in (
        ("upheld", r"维持(?:原(?:行政行为|具体行政行为|判))?|驳回(?:原告|其|当事人)?(?:的)?诉讼请求"),
        ("corrected", r"(?:被|依法)*纠正|纠错"),
        ("other_result", r"其[他它]结果|其[他它]情形"),
        ("pending", r"(?:尚|还|仍)?未(?:审结|办结|结案)|正在审理(?:中)?"),
    )
)  # fmt: skip


def _strict(code: str, words: str, units: frozenset[str], need: Need) -> Pattern:
    return Pattern(code, re.compile(words), units, need)


_WAY_FILL = r"(?:平台|系统|渠道|方式|途径|形式|申请|提交|提出|受理|收到|办理|的|为|共|有|计|信息|公开|政府|依|件|数量?|:|、|”)*#"
_WAY = r"(?:^|其中|通过|采用|以|经|来自|由)"
APPLICANTS = tuple(
    _strict(
        f"{RECEIVED}/{column}",
        rf"(?:^|其中|来自|由|[:,])(?:申请人)?(?:为|是)?(?:{words})(?:的|类|提出|提交|申请|共|为|有|计|占|方面|件|数量?|:|人)*#"
        rf"|^#(?:是|为|系|由|来自|属于)(?:{words})(?:提出|提交|申请|的)*$",
        PIECES,
        Need.REQUESTS,
    )
    for column, words in (
        ("natural_person", r"自然人|公民|个人"),
        ("business", r"商业(?:企业|机构)"),
        ("research", r"科研机构"),
        ("welfare", r"社会公益组织"),
        ("legal_service", r"法律服务机构"),
        ("organisations", r"法人(?:(?:和|或|及|或者|与|、)其[他它]组织)?"),
    )
)
WAYS = tuple(
    _strict(f"requests.{code}", rf"{_WAY}(?:{words}){_WAY_FILL}", PIECES, Need.REQUESTS)
    for code, words in (
        ("online", r"网络|网上|在线|互联网|(?:政府|门户)*网站|(?:网络|网上)平台|线上|申请平台"),
        ("letter", r"信函|邮寄|信件|书信|邮政|挂号信|快递"),
        ("in_person", r"当面|现场|窗口|上门"),
        ("fax", r"传真"),
    )
)
TIMING = (
    _strict("requests.extended", rf"(?:延期|延长)(?:办结|答复|办理|期限|后|的)*{_FILL}#|^#[^#]{{0,6}}(?:延期|延长)", PIECES, Need.REQUESTS),
    _strict("requests.on_time", rf"(?:按时|按期|如期)(?:办结|答复)(?:数|的|申请)*{_FILL}#", PIECES, Need.REQUESTS),
)  # fmt: skip
# Received, handled, finished: the verb and the thing may stand on either side of the number.
TAKEN = (
    re.compile(rf"{_TAKE}[^#]{{0,34}}?{_ANY_REQUEST}{_FILL}{_AND_DONE}{_FILL}#"),
    re.compile(rf"{_TAKE}[^#]{{0,12}}#[^#]{{0,18}}?{_ANY_REQUEST}(?!中)"),
    re.compile(rf"{_ANY_REQUEST}[^#]{{0,6}}?{_TAKE}{_FILL}#"),
)
NAMED = (  # no verb: «政府信息公开申请12件», «依申请公开0件», «12件政府信息公开申请»
    re.compile(rf"(?:{REQUEST})(?:申请|信息|政府信息)*{_FILL}#"),
    re.compile(rf"^[^#]{{0,10}}#(?:有效|书面)?[^#]{{0,6}}?(?:{REQUEST})(?:申请|信息|事项)*$"),
)
# only where the heading or the sentence says that it is about applications
NUMBER_OF = re.compile(rf"^(?:本年度?|全年|共|总|其中|新|的)*申请(?:总数|总量|数量|数|量){_FILL}#$")
BARE_TAKEN = re.compile(rf"{_TAKE}{_FILL}#(?!人)")
DONE = (
    re.compile(rf"{_FINISH}(?:的|了|政府|信息|公开|依|申请|各类|完毕)*{_FILL}(?:申请)?{_FILL}#"),
    re.compile(
        rf"^#(?:申请|事项|均|都|已|全部|依法|按时|按期|按照?|规定|要求|程序|时限|在[^#]{{0,12}}(?:内|前|限)|予以|作出|正式|书面|的|及时)*{_FINISH}"
    ),
    re.compile(rf"{_ANY_REQUEST}[^#]{{0,6}}{_FINISH}{_FILL}#"),
)
WORKED = (
    re.compile(rf"{_HANDLE}[^#]{{0,20}}?{_ANY_REQUEST}{_FILL}#"),
    re.compile(rf"{_HANDLE}[^#]{{0,8}}#[^#]{{0,14}}?{_ANY_REQUEST}"),
    re.compile(rf"{_ANY_REQUEST}[^#]{{0,4}}{_HANDLE}{_FILL}#"),
)
BARE_WORKED = re.compile(rf"{_HANDLE}{_FILL}#")
TAKE, FINISH, HANDLE = re.compile(_TAKE), re.compile(_FINISH), re.compile(_HANDLE)

_DOCUMENT = r"(?:行政)?规范性文件"
_REGULATION = r"(?:政府|部门|地方政府|市政府|省政府)?规章(?!制度)"
_MAKE = r"(?:制发|制定|制订|出台|印发|新制|新发|起草并发布)"
_PUBLISH = r"(?:(?<!主动)公开|公布|发布)"
_REPEAL = r"(?:废止|宣布失效)"
_BETWEEN = r"(?:了|并|主动公开|公开|及时|同步|发布|公布|实施|印发|出台|新的?|政府|本级|本年度?|我[县市区局镇乡]|以[^#]{0,14}名义|、|和|及|各类|行政|规章|部门|的|出台)*"


def _documents(code: str, thing: str, need: Need) -> tuple[Pattern, ...]:
    return (
        _strict(f"{code}.repealed", rf"(?<!、){_REPEAL}{_BETWEEN}{thing}{_FILL_DOCUMENTS}#|{thing}[^#]{{0,4}}{_REPEAL}{_FILL_DOCUMENTS}#|(?<!继续有效){_REPEAL}[^#]{{0,4}}#{thing}", PAPERS, Need.NOTHING),
        _strict(f"{code}.in_force", rf"现行有效[^#]{{0,6}}{thing}{_FILL_DOCUMENTS}#|{thing}[^#]{{0,4}}现行有效{_FILL_DOCUMENTS}#|现行有效[^#]{{0,3}}#{thing}", PAPERS, Need.NOTHING),
        _strict(code, rf"{_MAKE}{_BETWEEN}{thing}{_FILL_DOCUMENTS}#|{thing}(?:制定|制发|出台|印发){_FILL}#|{_MAKE}[^#]{{0,4}}#{_BETWEEN}{thing}", PAPERS, Need.NOTHING),
        _strict(f"{code}.published", rf"{_PUBLISH}{_BETWEEN}{thing}{_FILL_DOCUMENTS}#|{_PUBLISH}[^#]{{0,4}}#{_BETWEEN}{thing}", PAPERS, Need.NOTHING),
        _strict(f"{code}.repealed", rf"^(?:其中|并|同时|已)*{_REPEAL}(?:的|了|文件)*{_FILL}#$", PAPERS, need),
        _strict(f"{code}.in_force", rf"^(?:其中|目前|截至[^#]*)*现行有效(?:的|文件)*{_FILL}#$", PAPERS, need),
    )  # fmt: skip


DOCUMENTS = (
    *_documents("normative_documents", _DOCUMENT, Need.DOCUMENTS),
    *_documents("regulations", _REGULATION, Need.REGULATIONS),
)
# «出台规章2部、规范性文件12件»: the verb of the first counts for the second.
DOCUMENT_ALONE = (
    ("normative_documents", re.compile(rf"^(?:和|及|、)*{_DOCUMENT}{_FILL}#$")),
    ("regulations", re.compile(rf"^(?:和|及|、)*{_REGULATION}{_FILL}#$")),
)
MAKE, REPEAL = re.compile(_MAKE), re.compile(_REPEAL)
DOCUMENT_WORDS, REGULATION_WORDS = re.compile(_DOCUMENT), re.compile(_REGULATION)
OTHER_WORK = re.compile(
    r"备案|审查|审核|清理|解读|评估|报送|报备|转发|起草|修订|修改|论证|上报|送审|归集|收集"
)

_ALL_KINDS = r"(?:的|了|各类|各项|各种|本级|政府|政务|数据|工作|动态|公共|类|部门|有关|相关)*(?:信息|消息)(?:公开)?"
_SPOKEN = r"(?:数量?|总数|总量|共计?|合计|总计|累计|约|达|为|有|已|:|的|近|篇数|条数)*"
_POST = r"(?:公开|发布|更新|刊发|推送|发表|推出)"
POST = re.compile(_POST)
ITEMS_DISCLOSED = (
    re.compile(rf"主动公开{_ALL_KINDS}{_SPOKEN}#"),
    re.compile(rf"^[^#]{{0,12}}主动公开{_SPOKEN}#{_ALL_KINDS}"),
)
CHANNELS = tuple(
    (f"disclosure.{code}", re.compile(rf"(?:{words})[^#]{{0,12}}{_POST}(?:[^#]{{0,50}}?(?:信息|消息|文章|内容|微博|稿件)|了)?{_SPOKEN}#|^(?:其中|通过|在|:)*(?:[^#]{{0,8}})(?:{words})(?:平台)?{_SPOKEN}#$"))
    for code, words in (
        ("gazette", r"政府公报"),
        ("website", r"(?:政府|门户|政务|官方|局|部门|公众信息)[^#]{0,4}网(?:站|页)?|网站(?!群)"),
        ("weibo", r"微博"),
        ("wechat", r"微信(?:公众号|公众平台|订阅号)?(?!群|小程序|视频)|公众号"),
    )
)  # fmt: skip
NO_POST = re.compile(
    r"报送|上报|投稿|采用|采纳|录用|转载|关注|粉丝|阅读|浏览|访问|点击|微信群|小程序|抖音|视频号|开设|栏目|粉"
)

_N = Need.DISCLOSURE
_S = r"(?:数量?|总数|总次数|次数|篇数|人数|个数|共计?|合计|总计|约|达|为|有|了|:|的|活动|工作)*"
OTHER_FIGURES = (
    _strict("disclosure.normative_documents", rf"主动公开(?:的)?{_DOCUMENT}{_S}#", PAPERS, Need.NOTHING),
    _strict("response.press_conferences", rf"(?:举办|召开|举行|参加|组织|开展)[^#]{{0,10}}?新闻发布会{_S}#|(?:举办|召开|举行|参加)[^#]{{0,6}}#新闻发布会", TIMES, Need.NOTHING),
    _strict("response.interviews", rf"(?:在线访谈|网上访谈){_S}#", TIMES, Need.NOTHING),
    _strict("response.interpretations", rf"(?:政策解读|解读)(?:稿件|材料|文章|信息|稿)?(?:发布)?{_S}#", frozenset(("篇", "件", "条", "份", "期", "次")), Need.NOTHING),
    _strict("response.hot_topics", r"回应[^#]{0,14}(?:热点|舆情|关切)[^#]{0,8}#", TIMES, Need.NOTHING),
    _strict("meetings.held", rf"(?:信息|政务)公开[^#]{{0,12}}会议?{_S}#", TIMES, Need.NOTHING),
    _strict("meetings.training_sessions", rf"(?:培训班|培训会议?|业务培训|专题培训|各类培训|工作培训|培训){_S}#", frozenset(("次", "场", "场次", "期", "个", "班")), _N),
    _strict("meetings.trainees", rf"(?:培训|参训)(?:工作)?(?:人员|干部|人数)?{_S}#", PEOPLE, _N),
    _strict("organisation.full_time", rf"专职(?:工作)?(?:人员)?{_S}#", PEOPLE, _N),
    _strict("organisation.part_time", rf"兼职(?:工作)?(?:人员)?{_S}#", PEOPLE, _N),
    _strict("organisation.staff", rf"从事(?:政府|政务)?信息公开[^#]{{0,4}}(?:工作)?(?:的)?人员{_S}#", PEOPLE, Need.NOTHING),
    _strict("organisation.reading_points", rf"(?:查阅点|查阅场所|查阅室|查阅中心){_S}#|(?:设立?置?|设有|建立)[^#]{{0,6}}#[^#]{{0,10}}查阅(?:点|场所)", PLACES, _N),
    _strict("organisation.dedicated_bodies", rf"(?:信息公开工作)?专门机构{_S}#", PLACES, _N),
    _strict("complaints.total", rf"(?:信息公开|公开工作)[^#]{{0,8}}(?:举报投诉|投诉举报|举报|投诉){_CASE_FILL}#|举报投诉数量{_S}#", CASES, Need.NOTHING),
)  # fmt: skip
_DECISION = r"(?:事项|决定|案件|业务|办件|行为|措施|类)*(?:数量|总数|数|共计?|合计|总计|约|为|:|的|了|各类)*"
DECISIONS = tuple(
    (code, re.compile(rf"(?:行政)?{word}{_DECISION}#$|(?:作出|实施|办理|处理|审批|受理|办结|下达)[^#]{{0,4}}#行政{word}"))
    for code, word in (("licences", "许可"), ("penalties", "处罚"), ("coercive_measures", "强制"))
)  # fmt: skip
DECISION_UNITS = frozenset(("件", "宗", "起", "件次"))
NO_DECISION = re.compile(
    r"公示|公开|公布|发布|上传|归集|录入|推送|报送|目录|清单|信用|取消|下放|承接|案卷|评查|复核|权力|改革|审查|移送|罚款"
)

FEE = re.compile(
    r"(?:处理费|费用|收费|收取|成本费|复制费|检索费|邮寄费)[^#]{0,16}#|^[^#]{0,8}收取[^#]{0,4}#"
)
NO_FEE = re.compile(
    r"行政事业|罚款|罚没|税|减免|免收|工本费|保证金|通知|经费|应收|学费|违规|退还|三公|采购"
)
FEE_CONTEXT = re.compile(
    r"信息公开|处理费|收费通知|依申请|公开政府信息|检索|复制|提供政府信息|申请"
)
BUDGET = re.compile(r"专项经费[^#]{0,14}#")
# A clause that has only these words goes with what was said before it.
CONNECTIVES = re.compile(
    r"^(?:其中|共计?|总计|合计|累计|约|为|有|计|数量|总数|总量|件数|达到?|已|均|都|各|分别|包括|包含|含|即|具体|和|及|以及|、|的|"
    r"是|也|全年|本年度?|今年|20\d\d年度?|年度|“|”|\"|一共|总共|当中|截至[^,]{0,12}日|:)*$"
)
EVENLY = re.compile(r"(?:均|都|皆|各)(?:为|是|有|收到|发生)?$")
