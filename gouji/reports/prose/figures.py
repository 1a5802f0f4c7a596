"""What was disclosed and through which channel, fees, decisions, and figures of the older form."""

from __future__ import annotations

import re

from .attempts import Codes, by_patterns
from .clauses import Situation, Wording
from .running_text import Section
from .vocabulary import PAPERS, PEOPLE, TIMES, Need, Pattern, any_of, run_of

_ITEM_UNITS = frozenset(("条", "件", "份", "篇", "项", "次", "期", "个", ""))
_KINDS_OF = (
    any_of("的 了 各类 各项 各种 本级 政府 政务 数据 工作 动态 公共 类 部门 有关 相关")
    + "*(?:信息|消息)(?:公开)?"
)
_SPOKEN = run_of("数量? 总数 总量 共计? 合计 总计 累计 约 达 为 有 已 : 的 近 篇数 条数")
_POST = any_of("公开 发布 更新 刊发 推送 发表 推出")
_POST_WORDS = re.compile(_POST)
_ITEMS = re.compile(f"主动公开{_KINDS_OF}{_SPOKEN}#|^[^#]{{0,12}}主动公开{_SPOKEN}#{_KINDS_OF}")
_CHANNELS = tuple(
    (
        f"disclosure.{code}",
        re.compile(
            f"{any_of(words)}[^#]{{0,12}}{_POST}"
            f"(?:[^#]{{0,50}}?(?:信息|消息|文章|内容|微博|稿件)|了)?{_SPOKEN}#"
            f"|^(?:其中|通过|在|:)*[^#]{{0,8}}{any_of(words)}(?:平台)?{_SPOKEN}#$"
        ),
    )
    for code, words in (
        ("gazette", "政府公报"),
        (
            "website",
            "(?:政府|门户|政务|官方|局|部门|公众信息)[^#]{0,4}网(?:站|页)? 网站(?!群)",
        ),
        ("weibo", "微博"),
        ("wechat", "微信(?:公众号|公众平台|订阅号)?(?!群|小程序|视频) 公众号"),
    )
)
_ANY_CHANNEL = re.compile("公报|网|微博|微信|公众号|主动公开")
_NOT_POSTED = re.compile(
    any_of(
        "报送 上报 投稿 采用 采纳 录用 转载 关注 粉丝 阅读 浏览 访问 点击 微信群 小程序 抖音 视频号"
        " 开设 栏目 粉"
    )
)


def disclosure(wording: Wording, situation: Situation) -> Codes | None:
    """Items disclosed on the organ's own motion, in all and through one channel."""
    phrase = wording.phrase
    if wording.count.unit not in _ITEM_UNITS or not _ANY_CHANNEL.search(phrase):
        return None
    if _NOT_POSTED.search(wording.clause):
        return None
    if not situation.within_list(wording.count.start) and _ITEMS.search(phrase):
        return ("disclosure.items",)
    known = "disclosure.items" in situation.said or situation.topic(wording.start) == "disclosure"
    for code, pattern in _CHANNELS:
        match = pattern.search(phrase)
        if match and (known or _POST_WORDS.search(match.group())):
            return (code,)
    return None


_TOLD = run_of(
    "数量? 总数 总次数 次数 篇数 人数 个数 共计? 合计 总计 约 达 为 有 了 : 的 活动 工作"
)
_SESSIONS = frozenset(("次", "场", "场次", "期", "个", "班"))
_READINGS = frozenset(("篇", "件", "条", "份", "期", "次"))
_PLACES = frozenset(("个", "处", "家"))
_CASES = frozenset(("件", "宗", "起", "次", "例", ""))
_HOLD = any_of("举办 召开 举行 参加 组织 开展")
_FIGURES = (
    ("disclosure.normative_documents", "主动公开的?(?:行政)?规范性文件", PAPERS, Need.NOTHING),
    ("response.press_conferences", f"{_HOLD}[^#]{{0,10}}?新闻发布会{_TOLD}#", TIMES, Need.NOTHING),
    ("response.press_conferences", f"{_HOLD}了?#[^#]{{0,6}}新闻发布会", TIMES, Need.NOTHING),
    ("response.interviews", "(?:在线访谈|网上访谈)", TIMES, Need.NOTHING),
    (
        "response.interpretations",
        "(?:政策解读|解读)(?:稿件|材料|文章|信息|稿)?(?:发布)?",
        _READINGS,
        Need.NOTHING,
    ),
    ("response.hot_topics", "回应[^#]{0,14}(?:热点|舆情|关切)[^#]{0,8}", TIMES, Need.NOTHING),
    ("meetings.held", "(?:信息|政务)公开[^#]{0,12}会议?", TIMES, Need.NOTHING),
    (
        "meetings.training_sessions",
        "(?:业务|专题|各类|工作)?培训(?:班|会议?)?",
        _SESSIONS,
        Need.DISCLOSURE,
    ),
    (
        "meetings.trainees",
        "(?:培训|参训)(?:工作)?(?:人员|干部|人数)?",
        PEOPLE,
        Need.DISCLOSURE,
    ),
    ("organisation.full_time", "(?:专职|全职)(?:工作)?(?:人员)?", PEOPLE, Need.DISCLOSURE),
    ("organisation.part_time", "兼职(?:工作)?(?:人员)?", PEOPLE, Need.DISCLOSURE),
    (
        "organisation.staff",
        "从事(?:政府|政务)?信息公开[^#]{0,4}(?:工作)?的?人员",
        PEOPLE,
        Need.NOTHING,
    ),
    ("organisation.reading_points", "查阅(?:点|场所|室|中心)", _PLACES, Need.DISCLOSURE),
    ("organisation.reading_points", "设[^#]{0,3}#[^#]{0,10}查阅点", _PLACES, Need.DISCLOSURE),
    ("organisation.dedicated_bodies", "专门机构", _PLACES, Need.DISCLOSURE),
    (
        "complaints.total",
        "(?:(?:信息公开|公开工作)[^#]{0,8}(?:举报投诉|投诉举报|举报|投诉)|举报投诉数量)(?:案件|案)?",
        _CASES,
        Need.NOTHING,
    ),
)
other_figures = by_patterns(
    [
        Pattern(code, re.compile(words if "#" in words else f"{words}{_TOLD}#"), units, need)
        for code, words, units, need in _FIGURES
    ]
)

_DECISION_UNITS = frozenset(("件", "宗", "起", "件次"))
_DECISION_FILL = run_of(
    "事项 决定 案件 业务 办件 行为 措施 类 数量 总数 数 共计? 合计 总计 约 为 : 的 了 各类"
)
_DECIDE = any_of("作出 实施 办理 处理 审批 受理 办结 下达")
_DECISIONS = tuple(
    (code, re.compile(f"(?:行政)?{word}{_DECISION_FILL}#$|{_DECIDE}[^#]{{0,4}}#行政{word}"))
    for code, word in (("licences", "许可"), ("penalties", "处罚"), ("coercive_measures", "强制"))
)
_ANY_DECISION = re.compile("许可|处罚|强制")
_NO_DECISION = re.compile(
    any_of(
        "公示 公开 公布 发布 上传 归集 录入 推送 报送 目录 清单 信用 取消 下放 承接 案卷 评查 复核"
        " 权力 改革 审查"
        " 移送 罚款"
    )
)


def decisions(wording: Wording, situation: Situation) -> Codes | None:
    """Licences, penalties and coercive measures decided, not those put on a web page."""
    if wording.count.unit not in _DECISION_UNITS or not _ANY_DECISION.search(wording.phrase):
        return None
    if _NO_DECISION.search(situation.text, 0, wording.count.stop):
        return None
    for code, pattern in _DECISIONS:
        if pattern.search(wording.phrase):
            return (code,)
    return None


_FEE = re.compile(
    "(?:处理费|费用|收费|收取|成本费|复制费|检索费|邮寄费)[^#]{0,16}#|^[^#]{0,8}收取[^#]{0,4}#"
)
_OTHER_MONEY = re.compile(
    any_of(
        "行政事业 罚款 罚没 税 减免 免收 工本费 保证金 通知 经费 应收 学费 违规 退还 三公 采购 登记"
        " 诉讼费 租金"
        " 保险 水费 垃圾"
    )
)
_FEE_CONTEXT = re.compile(
    any_of("信息公开 处理费 收费通知 依申请 申请人 公开政府信息 检索 复制 提供政府信息")
)
_BUDGET = re.compile("专项经费[^#]{0,14}#")


def about_fees(situation: Situation, at: int) -> bool:
    """Whether a fee in this sentence is one for information given on application."""
    section = situation.sentence.section
    if section is Section.FEES or situation.topic(at) == "requests":
        return True
    return section is Section.REQUESTS or _FEE_CONTEXT.search(situation.text) is not None


def money(wording: Wording, situation: Situation) -> Codes:
    """Sums of money, in 元: fees for information, and the budget of the older form."""
    if _BUDGET.search(wording.phrase):
        known = situation.meets(Need.DISCLOSURE, wording.start)
        return ("organisation.budget",) if known else ()
    if not _FEE.search(wording.phrase) or _OTHER_MONEY.search(wording.clause):
        return ()
    if "总金额" in wording.before and "收取" not in wording.before:
        return ()  # of the notices sent out, not of what was paid
    return ("fees",) if about_fees(situation, wording.start) else ()
