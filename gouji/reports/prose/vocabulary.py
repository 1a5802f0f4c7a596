"""What the patterns of running text are made of, and the words that keep a sentence from speaking.

A pattern is tried on the words round one number, ``before#behind``, with ``#`` for the number and
its counter: without blanks, forms folded, from the last separator or number to the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


def any_of(words: str) -> str:
    """Words parted by blanks as the alternatives of a pattern; each may be a pattern itself."""
    return "(?:" + "|".join(words.split()) + ")"


def run_of(words: str) -> str:
    """Any number of these words one after another.

    A class of their characters: it lets more pass than the words, and an alternation of them all,
    which stands in most patterns, would take a tenth of a second to compile.
    """
    return "[" + "".join(sorted(set(words) - set(" ?"))) + "]*"


class Need(Enum):
    """What must be known from the sentence or its heading before a pattern may speak."""

    NOTHING = 0
    REQUESTS = 1  # it is about applications for disclosure
    DISPUTES = 2  # it is about reviews and lawsuits over disclosure
    DISCLOSURE = 3  # disclosure is named at all
    DOCUMENTS = 4  # normative documents were named last
    REGULATIONS = 5


@dataclass(frozen=True, slots=True)
class Pattern:
    """One wording of one number of the form."""

    code: str
    words: re.Pattern[str]
    units: frozenset[str]
    need: Need = Need.NOTHING


# Counters, by what is counted; "" where a clause ends behind the number.
PIECES = frozenset(("件", "件次", "宗", "份", "条", "起", "次", "例", "个", "项", "桩", ""))
TIMES = frozenset(("次", "场", "场次", "期", "个", "班", "篇", "件", "条"))
PEOPLE = frozenset(("人", "名", "人次", "个"))
PAPERS = frozenset(("件", "份", "项", "部", "个", "篇", "条", ""))

# What may stand between the thing counted and its number.
FILL_WORDS = (
    "的 了 共 计 总 合 累 数 量 个 为 是 有 约 达到 已 均 都 各 仅 只 事项 案件 办件 信息 政府 政务"
    ' 情况 情形 方面 类 业务 工单 分别 本年度 全年 当年 : “ ” "'
)
FILL = run_of(FILL_WORDS)
# A clause of these words alone goes with what was said before it.
CONNECTIVES = re.compile(
    "^"
    + any_of(
        "其中 共计? 总计 合计 累计 约 为 有 计 数量 总数 总量 件数 达到? 已 均 都 各 分别 包括"
        ' 包含 含 即 具体 和 及 以及 、 的 是 也 全年 本年度? 今年 20\\d\\d年度? 年度 “ ” "'
        " 一共 总共 当中 截至[^,日]{0,12}日 :"
    )
    + "*+$"
)
DISCLOSURE_WORDS = re.compile("公开|依申请")

# Letters, calls, motions, permits: applications and cases of other kinds, and papers about them.
OTHER_MATTERS = re.compile(
    any_of(
        "投诉 举报 信访 热线 12345 12315 来信 来访 来电 留言 咨询 求助 诉求 建议 提案 议案 信箱"
        " 问卷 评议 线索"
        " 许可 审批 低保 救助 补贴 职称 贷款 入党 专利 报名 复核 仲裁 备案 听证 商标 项目申报"
        " 登记证 不动产"
        " 补正通知 救济 案例 台账 模板 文书 答复书 告知书 培训 会议 目录 指南 栏目 舆情 公文"
    )
)
# Numbers set against others.
COMPARISON = re.compile(
    any_of(
        "同比 环比 增加 减少 增长 增幅 下降 上升 增至 减至 降至 升至 降低 提高 提升"
        " 较(?:上|去|前|20|同|往)"
        " 比(?:上|去|前|20|同|往) 同期 超出 多出 平均 人均 日均 月均 年均 每(?:年|月|件|人) 占比"
        " 占总 占全"
    )
)
# Numbers of a part of the year, and of several years.
PART_OF_YEAR = re.compile(
    any_of(r"季度 上半年 下半年 \d月份 [1-9]-\d{1,2}月 \d月至(?!12月)\d 本月 当月 每月 本季 期间")
)
CUMULATIVE = re.compile(
    any_of(
        r"历年 (?<![今一全本])年以来 施行以来 实施以来 成立以来 年来累计 [三四五六七八九十两近]年来"
        r" 至今"
        r" 20\d\d年?[-—至到~]+20\d\d年 20\d\d年[^,;至到]{0,8}[-—至到~]+20\d\d年"
    )
)
# Numbers of others: subordinate organs, or a whole county in the report of a department.
OTHER_ORGANS = re.compile(
    any_of(
        "各(?:县|市|区|镇|乡|街|部门|单位|村|社区|科|股|处|站|所|地|级|成员|旗|办) 下属 所属 直属"
        " 下级 基层"
        " 指导 督促 协助 配合 转办 转交 转送 移交 代拟 帮助 兄弟"
    )
)
WHOLE_REGION = re.compile("[全我](?:省|市|县|区|州|盟|旗|镇|乡|街道|国)")
OTHERS_TOO = re.compile("全(?:省|市|县|区|州|盟|旗|国|系统)")
PLANS = re.compile(any_of("力争 争取 计划 拟 预计 确保 目标 应当 不得 如果 如有 若有 若 凡"))
