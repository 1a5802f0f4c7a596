"""The older forms as data: T14 (国办发〔2014〕32号) and the local tables before it (T08).

T14 is one table of 58 indicators with one value each, 政府信息公开情况统计表. Local tables had no
national form: the rows listed here are those that several of them share.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .form import Column, Form, Row

INDICATORS = "indicators"
VALUE = "value"

_VALUES = {
    unit: (Column(VALUE, ("统计数",), unit, decimal=unit == "万元"),)
    for unit in ("条", "件", "次", "篇", "个", "人", "人次", "万元")
}

# Chapters of T14: code -> ordinal and words of the chapter's own line.
CHAPTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "disclosure": ("一", ("主动公开情况", "主动公开政府信息情况")),
    "response": ("二", ("回应解读情况", "回应和解读情况")),
    "requests": ("三", ("依申请公开情况", "依申请公开政府信息情况")),
    "review": ("四", ("行政复议数量", "行政复议情况")),
    "litigation": ("五", ("行政诉讼数量", "行政诉讼情况")),
    "complaints": ("六", ("举报投诉数量", "举报投诉情况")),
    "fees": ("七", ("依申请公开信息收取的费用",)),
    "organisation": ("八", ("机构建设和保障经费情况", "机构建设和保障经费")),
    "meetings": ("九", ("政府信息公开会议和培训情况", "会议和培训情况")),
}


def _row(code: str, ordinal: str, unit: str, *labels: str, chapter: str = "") -> Row:
    return Row(code, labels, ordinal, chapter or code.partition(".")[0], _VALUES[unit])


def _heading(chapter: str, ordinal: str, *labels: str) -> Row:
    return Row(f"{chapter}.heading", labels, ordinal, chapter)


def _chapter(code: str) -> Row:
    ordinal, labels = CHAPTERS[code]
    return _heading(code, ordinal, *labels)


_DISCLOSURE = (
    _chapter("disclosure"),
    _row(
        "disclosure.items", "一", "条", "主动公开政府信息数",
        "主动公开政府信息数(不同渠道和方式公开相同信息计1条)", "主动公开信息数",
        "主动公开政府信息总数",
    ),
    _row(
        "disclosure.normative_documents", "", "条", "主动公开规范性文件数",
        "主动公开规范性文件总数", "主动公开行政规范性文件数",
    ),
    _row(
        "disclosure.normative_documents_made", "", "件", "制发规范性文件总数", "制发规范性文件数",
        "制发行政规范性文件总数",
    ),
    _heading(
        "disclosure", "二", "通过不同渠道和方式公开政府信息的情况", "通过不同渠道和方式公开情况",
        "不同渠道和方式公开政府信息情况",
    ),
    _row(
        "disclosure.gazette", "1", "条", "政府公报公开政府信息数", "政府公报公开信息数",
        "政府公报公开数", "政府公报",
    ),
    _row(
        "disclosure.website", "2", "条", "政府网站公开政府信息数", "政府网站公开信息数",
        "政府网站公开数", "政府网站",
    ),
    _row(
        "disclosure.weibo", "3", "条", "政务微博公开政府信息数", "政务微博公开信息数",
        "政务微博公开数", "政府微博公开政府信息数", "政务微博",
    ),
    _row(
        "disclosure.wechat", "4", "条", "政务微信公开政府信息数", "政务微信公开信息数",
        "政务微信公开数", "政府微信公开政府信息数", "政务微信",
    ),
    _row(
        "disclosure.other", "5", "条", "其他方式公开政府信息数", "其它方式公开政府信息数",
        "其他方式公开信息数", "其他方式公开数", "其他方式",
    ),
)  # fmt: skip
_RESPONSE = (
    _chapter("response"),
    _row(
        "response.hot_topics", "一", "次", "回应公众关注热点或重大舆情数",
        "回应公众关注热点或重大舆情数(不同方式回应同一热点或舆情计1次)", "回应热点或重大舆情数",
    ),
    _heading(
        "response", "二", "通过不同渠道和方式回应解读的情况", "通过不同渠道和方式回应解读情况",
    ),
    _row(
        "response.press_conferences", "1", "次", "参加或举办新闻发布会总次数",
        "参加或举办新闻发布会次数", "举办新闻发布会总次数", "新闻发布会总次数",
    ),
    _row(
        "response.press_conferences_by_leader", "", "次", "主要负责同志参加新闻发布会次数",
        "主要负责人参加新闻发布会次数",
    ),
    _row(
        "response.interviews", "2", "次", "政府网站在线访谈次数", "政府网站在线访谈总次数",
        "在线访谈次数",
    ),
    _row(
        "response.interviews_by_leader", "", "次", "主要负责同志参加政府网站在线访谈次数",
        "主要负责人参加政府网站在线访谈次数", "主要负责同志参加在线访谈次数",
    ),
    _row(
        "response.interpretations", "3", "篇", "政策解读稿件发布数", "政策解读稿件发布数量",
        "发布政策解读稿件数",
    ),
    _row(
        "response.weibo_wechat", "4", "次", "微博微信回应事件数", "微博、微信回应事件数",
        "政务微博微信回应事件数",
    ),
    _row("response.other", "5", "次", "其他方式回应事件数", "其它方式回应事件数"),
)  # fmt: skip
_REQUESTS = (
    _chapter("requests"),
    _row("requests.received", "一", "件", "收到申请数", "收到申请总数", "收到申请数量"),
    _row("requests.in_person", "1", "件", "当面申请数", "当面申请"),
    _row("requests.fax", "2", "件", "传真申请数", "传真申请"),
    _row("requests.online", "3", "件", "网络申请数", "网上申请数", "网络申请"),
    _row("requests.letter", "4", "件", "信函申请数", "信函申请"),
    _row("requests.completed", "二", "件", "申请办结数", "申请办结总数"),
    _row("requests.on_time", "1", "件", "按时办结数", "按期办结数"),
    _row("requests.extended", "2", "件", "延期办结数"),
    _row("replies.total", "三", "件", "申请答复数", "申请答复总数", chapter="requests"),
    _row(
        "replies.already_public", "1", "件", "属于已主动公开范围数", "属于主动公开范围数",
        "已主动公开范围数", chapter="requests",
    ),
    _row("replies.granted", "2", "件", "同意公开答复数", "同意公开数", chapter="requests"),
    _row(
        "replies.partial", "3", "件", "同意部分公开答复数", "部分公开答复数", "同意部分公开数",
        chapter="requests",
    ),
    _row(
        "replies.refused", "4", "件", "不同意公开答复数", "不予公开答复数", "不同意公开数",
        chapter="requests",
    ),
    _row(
        "replies.refused.state_secret", "", "件", "涉及国家秘密", "涉及国家秘密数",
        chapter="requests",
    ),
    _row(
        "replies.refused.trade_secret", "", "件", "涉及商业秘密", "涉及商业秘密数",
        chapter="requests",
    ),
    _row(
        "replies.refused.privacy", "", "件", "涉及个人隐私", "涉及个人隐私数",
        chapter="requests",
    ),
    _row(
        "replies.refused.security_stability", "", "件",
        "危及国家安全、公共安全、经济安全和社会稳定", "危及三安全一稳定", chapter="requests",
    ),
    _row(
        "replies.refused.not_government_information", "", "件", "不是《条例》所指政府信息",
        "不是《条例》所指政府信息数", "非《条例》所指政府信息", chapter="requests",
    ),
    _row(
        "replies.refused.other_legal", "", "件", "法律法规规定的其他情形",
        "法律法规规定的其它情形", "法律法规规定的其他情形数", chapter="requests",
    ),
    _row(
        "replies.not_this_organ", "5", "件", "不属于本行政机关公开数", "不属于本机关公开数",
        chapter="requests",
    ),
    _row(
        "replies.not_exist", "6", "件", "申请信息不存在数", "信息不存在数",
        chapter="requests",
    ),
    _row(
        "replies.asked_to_amend", "7", "件", "告知作出更改补充数", "告知做出更改补充数",
        "告知作出更改、补充数", chapter="requests",
    ),
    _row(
        "replies.other_channel", "8", "件", "告知通过其他途径办理数", "告知通过其它途径办理数",
        chapter="requests",
    ),
)  # fmt: skip
_DISPUTES = (
    _row("review.total", "四", "件", "行政复议数量", "行政复议数", "行政复议总数"),
    _row("review.upheld", "一", "件", "维持具体行政行为数", "维持具体行政行为"),
    _row("review.corrected", "二", "件", "被依法纠错数", "被依法纠错"),
    _row("review.other", "三", "件", "其他情形数", "其它情形数", "其他情形"),
    _row("litigation.total", "五", "件", "行政诉讼数量", "行政诉讼数", "行政诉讼总数"),
    _row(
        "litigation.upheld", "一", "件", "维持具体行政行为或者驳回原告诉讼请求数",
        "维持具体行政行为或驳回原告诉讼请求数", "驳回原告诉讼请求数",
    ),
    _row("litigation.corrected", "二", "件", "被依法纠错数", "被依法纠错"),
    _row("litigation.other", "三", "件", "其他情形数", "其它情形数", "其他情形"),
    _row("complaints.total", "六", "件", "举报投诉数量", "举报投诉数", "举报投诉总数"),
    _row(
        "fees.amount", "七", "万元", "依申请公开信息收取的费用", "依申请公开政府信息收取的费用",
        "依申请公开信息收取费用",
    ),
)  # fmt: skip
_ORGANISATION = (
    _chapter("organisation"),
    _row(
        "organisation.dedicated_bodies", "一", "个", "政府信息公开工作专门机构数",
        "政府信息公开专门机构数", "政府信息公开工作专门机构",
    ),
    _row(
        "organisation.reading_points", "二", "个", "设置政府信息公开查阅点数",
        "政府信息公开查阅点数", "设置政府信息公开查阅点",
    ),
    _row(
        "organisation.staff", "三", "人", "从事政府信息公开工作人员数", "政府信息公开工作人员数",
        "从事政府信息公开工作人员总数",
    ),
    _row(
        "organisation.full_time", "1", "人", "专职人员数",
        "专职人员数(不包括政府公报及政府网站工作人员数)", "专职人员",
    ),
    _row("organisation.part_time", "2", "人", "兼职人员数", "兼职人员"),
    _row(
        "organisation.budget", "四", "万元", "政府信息公开专项经费",
        "政府信息公开专项经费(不包括用于政府公报编辑管理及政府网站建设维护等方面的经费)",
        "政府信息公开工作专项经费",
    ),
)  # fmt: skip
_MEETINGS = (
    _chapter("meetings"),
    _row(
        "meetings.held", "一", "次", "召开政府信息公开工作会议或专题会议数",
        "召开政府信息公开工作会议或专题会议次数", "召开政府信息公开工作会议数",
    ),
    _row(
        "meetings.training_sessions", "二", "次", "举办各类培训班数", "举办各类培训班次数",
        "举办培训班数", "举办各类培训班",
    ),
    _row(
        "meetings.trainees", "三", "人次", "接受培训人员数", "接受培训人数", "接受培训人员数量",
    ),
)  # fmt: skip

T14_LINES = (*_DISCLOSURE, *_RESPONSE, *_REQUESTS, *_DISPUTES, *_ORGANISATION, *_MEETINGS)
"""Every printed line of T14 in its order; lines without columns are headings."""

T14 = Form("T14", indicators=tuple(row for row in T14_LINES if row.columns))


def indicator_keys(columns: Sequence[str]) -> list[str]:
    """The value cells of a T14 table with these columns, row by row."""
    return [f"{INDICATORS}/{row.code}/{code}" for row in T14.indicators for code in columns]


_LOCAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("disclosure.items", ("主动公开信息数", "主动公开政府信息数", "主动公开信息总数")),
    (
        "disclosure.full_text",
        ("全文电子化的主动公开信息数", "全文电子化信息数", "全文电子化的主动公开政府信息数"),
    ),
    (
        "disclosure.normative_documents_new",
        ("新增的行政规范性文件数", "新增规范性文件数", "新增行政规范性文件数"),
    ),
    ("disclosure.services", ("提供服务类信息数", "提供服务类信息")),
    ("disclosure.website", ("政府网站", "政府网站公开数", "政府网站公开信息数")),
    ("disclosure.gazette", ("政府公报", "政府公报公开数", "政府公报公开信息数")),
    ("visits.website", ("网站专栏页面访问量", "网站专栏访问量", "政府信息公开专栏页面访问量")),
    ("consultations.in_person", ("现场接待人数", "现场接待", "现场接待人次", "现场咨询人数")),
    ("consultations.online", ("网上咨询数", "网上咨询", "网上咨询人数")),
    ("consultations.phone", ("咨询电话接听数", "咨询电话", "电话咨询数", "咨询电话数")),
    ("requests.catalogue", ("依申请公开信息目录数",)),
    (
        "requests.total",
        (
            "申请总数", "受理依申请公开信息总数", "依申请公开申请总数", "申请公开总数",
            "收到申请总数", "受理申请总数", "依申请公开信息申请总数", "政府信息公开申请总数",
        ),
    ),
    ("requests.in_person", ("当面申请数", "当面申请")),
    ("requests.fax", ("传真申请数", "传真申请")),
    ("requests.email", ("电子邮件申请数", "电子邮件申请", "通过电子邮件申请数")),
    ("requests.online", ("网上申请数", "网络申请数", "网上申请")),
    ("requests.letter", ("信函申请数", "信函申请")),
    ("requests.other", ("其他形式申请数", "其它形式申请数", "其他方式申请数", "其他申请数")),
    (
        "replies.total",
        (
            "对申请的答复总数", "答复总数", "申请答复总数", "本年度对申请的答复总数",
            "依申请公开答复总数",
        ),
    ),
    ("replies.granted", ("同意公开答复数", "同意公开数", "同意公开")),
    ("replies.partial", ("同意部分公开答复数", "同意部分公开数", "部分公开答复数", "部分公开数")),
    (
        "replies.refused",
        ("否决公开答复总数", "否决公开答复数", "否决公开数", "否决公开", "不予公开答复总数"),
    ),
    (
        "replies.refused.not_government_information",
        ("非《规定》所指政府信息数", "非《条例》所指政府信息数", "非政府信息数"),
    ),
    ("replies.refused.not_exist", ("信息不存在数", "信息不存在", "政府信息不存在数")),
    (
        "replies.refused.not_this_organ",
        ("非本部门掌握数", "非本部门掌握", "非本机关政府信息数", "非本机关掌握数"),
    ),
    ("replies.refused.unclear", ("申请内容不明确数", "申请内容不明确")),
    *(
        (
            f"replies.refused.exempt_{n}",
            (f"免予公开范围{n}数", f"免予公开范围{n}", f"不予公开范围{n}数", f"不予公开范围{n}"),
        )
        for n in range(1, 8)
    ),
    ("replies.refused.other", ("其它原因", "其他原因", "其他原因数")),
    ("review.total", ("行政复议数", "行政复议数量", "行政复议")),
    ("litigation.total", ("行政诉讼数", "行政诉讼数量", "行政诉讼")),
    ("appeals.total", ("行政申诉数", "行政申诉数量", "行政申诉")),
    ("appeals.first_handling", ("对本部门首次处理不满意的行政申诉数",)),
    ("fees.amount", ("依申请公开信息收取的费用", "依申请提供信息收费金额", "收费金额")),
)  # fmt: skip

T08 = Form("T08", indicators=tuple(Row(code, labels) for code, labels in _LOCAL))

# Heads of the columns beside the values.
LABEL_HEADS = frozenset((
    "统计指标", "指标名称", "指标", "统计项目", "项目", "指标内容", "统计内容", "统计事项", "内容",
    "名称", "项目名称", "统计指标名称", "类别", "主要指标",
))  # fmt: skip
UNIT_HEADS = frozenset(("单位", "计量", "计量单位", "数量单位", "统计单位", "指标单位"))
NUMBER_HEADS = frozenset(("序号", "代码", "编号", "行次", "行号", "指标代码", "指标编号", "编码"))
REMARK_HEADS = frozenset(
    ("备注", "说明", "备注说明", "填报说明", "指标说明", "填报单位", "数据来源")
)

# Heads of value columns, by pattern: column code, and how well the column serves as the value of
# the whole organ for the whole year (0: best, None: not at all).
VALUE_HEADS: tuple[tuple[str, str, int | None], ...] = (
    (r"去年|上年|上一年", "previous", None),
    (r"历年|累计至今|以来", "all_years", None),
    (r"(?:本年|全年|年度?|1-12月)累计", "year_to_date", 1),
    (r"本期|本季|本月|当期|当季|[一二三四1-4]季度", "current_period", 4),
    (r"乡镇|镇街|街道|镇村", "towns_and_streets", None),
    (r"[省市区县旗州]直|部门|直属", "district_departments", None),
    (r"本级|机关本部|本部", "own_level", None),
    (r"[省市区县旗州]政府|政府办", "district_government", None),
    (r"合计|总计|汇总|总数", "total", 2),
    (r"20\d\d", "year", 1),
    (r"统计数|数量|数值|数据|统计结果|统计值|本年|全年|年度|数额|实际数|^数$|件数|次数", VALUE, 0),
    (r"累计", "year_to_date", 1),
)

# How lines over and under the table begin that say who filled it in, and notes; no line of a form
# begins so.
ASIDE = (
    "单位负责人", "负责人", "部门负责人", "主管领导", "分管领导", "审核", "审签", "填报", "填表",
    "制表", "经办人", "联系人", "联系电话", "报送", "报出日期", "单位名称", "单位盖章", "编报单位",
    "备注", "填报说明", "指标说明",
)  # fmt: skip
ASIDE_ALONE = frozenset(("电话", "注", "说明", "签字", "盖章", "日期"))

# Words that only one of the older forms has.
_T14_WORDS = (
    "统计指标", "主动公开规范性文件数", "制发规范性文件总数", "政务微博", "政务微信",
    "回应公众关注热点", "参加或举办新闻发布会", "政府网站在线访谈", "政策解读稿件",
    "微博微信回应", "申请办结数", "按时办结", "延期办结", "已主动公开范围", "不同意公开答复",
    "告知作出更改补充", "告知通过其他途径", "被依法纠错", "驳回原告诉讼请求", "举报投诉数量",
    "信息公开工作专门机构", "信息公开查阅点", "从事政府信息公开工作人员", "专职人员数",
    "兼职人员数", "信息公开专项经费", "会议或专题会议", "举办各类培训班", "接受培训人员",
)  # fmt: skip
_T08_WORDS = (
    "主动公开信息数", "全文电子化", "新增的行政规范性文件", "提供服务类信息", "专栏页面访问量",
    "现场接待", "网上咨询", "咨询电话", "依申请公开信息目录", "申请总数", "依申请公开信息总数",
    "电子邮件申请", "其他形式申请", "其它形式申请", "答复总数", "否决公开", "免予公开",
    "不予公开范围", "非本部门掌握", "申请内容不明确", "行政申诉", "本期实际", "历年累计",
)  # fmt: skip
_SHARED_WORDS = (
    "公开政府信息数", "通过不同渠道和方式", "回应事件数", "收到申请数", "当面申请", "传真申请",
    "网络申请数", "信函申请", "申请答复数", "同意公开答复", "同意部分公开", "涉及国家秘密",
    "涉及商业秘密", "涉及个人隐私", "条例所指政府信息", "规定所指政府信息",
    "不属于本行政机关公开", "信息不存在数", "维持具体行政行为", "依申请公开信息收取的费用",
    "政府信息公开情况统计",
)  # fmt: skip
T14_MARKS: Mapping[str, float] = dict.fromkeys(_T14_WORDS, 1.0)
T08_MARKS: Mapping[str, float] = dict.fromkeys(_T08_WORDS, 1.0)
INDICATOR_MARKS = (*_T14_WORDS, *_T08_WORDS, *_SHARED_WORDS)
"""Words by which a row of a table of indicators is known; no table of T19 or T21 has them."""
# One pattern, not 70 looks at every row.
INDICATOR_MARK = re.compile("|".join(map(re.escape, INDICATOR_MARKS)))
