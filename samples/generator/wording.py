"""The words of the forms, and the ways in which publishers misspell or re-punctuate them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

LABELS: Mapping[str, str] = {
    "information": "信息内容",
    "applicants": "申请人情况",
    "bodies": "法人或其他组织",
    "natural_person": "自然人",
    "business": "商业企业",
    "research": "科研机构",
    "welfare": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
    "requests_received": "一、本年新收政府信息公开申请数量",
    "carried_over_from_previous_year": "二、上年结转政府信息公开申请数量",
    "results": "三、本年度办理结果",
    "granted_in_full": "（一）予以公开",
    "granted_in_part": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "refused": "（三）不予公开",
    "refused.state_secret": "1.属于国家秘密",
    "refused.prohibited_by_law": "2.其他法律行政法规禁止公开",
    "refused.safety_and_stability": "3.危及“三安全一稳定”",
    "refused.third_party_rights": "4.保护第三方合法权益",
    "refused.internal_affairs": "5.属于三类内部事务信息",
    "refused.process_information": "6.属于四类过程性信息",
    "refused.enforcement_file": "7.属于行政执法案卷",
    "refused.administrative_query": "8.属于行政查询事项",
    "unable": "（四）无法提供",
    "unable.not_held": "1.本机关不掌握相关政府信息",
    "unable.needs_creation": "2.没有现成信息需要另行制作",
    "unable.unclear_after_correction": "3.补正后申请内容仍不明确",
    "not_processed": "（五）不予处理",
    "not_processed.petition_or_complaint": "1.信访举报投诉类申请",
    "not_processed.repeat_request": "2.重复申请",
    "not_processed.public_publication": "3.要求提供公开出版物",
    "not_processed.mass_repeated": "4.无正当理由大量反复申请",
    "not_processed.reconfirm_or_reissue": "5.要求行政机关确认或重新出具已获取信息",
    "other": "（六）其他处理",
    "other_handling": "（六）其他处理",
    "other.overdue_correction": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other.overdue_fee": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other.misc": "3.其他",
    "processed_total": "（七）总计",
    "carried_forward_to_next_year": "四、结转下年度继续办理",
    "review": "行政复议",
    "litigation": "行政诉讼",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_review": "复议后起诉",
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other_result": "其他结果",
    "pending": "尚未审结",
    "art20_1.regulations": "规章",
    "art20_5.licences": "行政许可",
    "art20_5.other_services": "其他对外管理服务事项",
    "art20_6.penalties": "行政处罚",
    "art20_6.coercive_measures": "行政强制",
    "art20_8.administrative_fees": "行政事业性收费",
    "art20_9.central_procurement": "政府集中采购",
}
T21_LABELS: Mapping[str, str] = {
    "art20_1.normative_documents": "行政规范性文件",
    "issued": "本年制发件数",
    "repealed": "本年废止件数",
    "in_force": "现行有效件数",
    "decisions": "本年处理决定数量",
    "amount_wan_yuan": "本年收费金额（单位：万元）",
}
T19_LABELS: Mapping[str, str] = {
    "art20_1.normative_documents": "规范性文件",
    "made": "本年新制作数量",
    "newly_published": "本年新公开数量",
    "published_total": "对外公开总数量",
    "previous_items": "上一年项目数量",
    "change": "本年增/减",
    "decisions": "处理决定数量",
    "items": "采购项目数量",
    "amount": "采购总金额",
}
# Seen on published reports; each entry is a slip or a local habit.
VARIANTS: tuple[Mapping[str, str], ...] = (
    {"business": "商业机构"},
    {"natural_person": "自 然 人"},
    {"natural_person": "自\n然\n人", "total": "总\n计"},
    {"total": "总 计"},
    {"carried_over_from_previous_year": "二、上年转结政府信息公开申请数量"},
    {"carried_over_from_previous_year": "二、上年结转政府信息公开数量"},
    {"other.overdue_correction": "1.逾期不补正", "other.overdue_fee": "2.逾期不缴费"},
    {
        "other.overdue_correction": "1.申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开"
        "申请",
        "other.overdue_fee": "2.申请人逾期未按收费通知要求缴纳费用，行政机关不再处理其政府信息公开"
        "申请",
    },
    {"welfare": "社会\n公益组织", "legal_service": "法律\n服务机构"},
    {"business": "商业\n企业", "research": "科研\n机构"},
    {"upheld": "结果\n维持", "corrected": "结果\n纠正", "other_result": "其他\n结果"},
    {"granted_in_part": "（二）部分公开（区分处理的，只计这一情形，不计其他情形。）"},
)
T21_VARIANTS: tuple[Mapping[str, str], ...] = (
    {"issued": "本年制发件数量"},
    {"issued": "本年发件数"},
    {"in_force": "现行有效件"},
    {"decisions": "本年处理绝对数量"},
    {"art20_8.administrative_fees": "行政事业型收费"},
    {"amount_wan_yuan": "本年收费金额"},
    {"amount_wan_yuan": "本年收费金额\n（单位：万元）"},
    {"art20_1.normative_documents": "规范性文件"},
)
T19_VARIANTS: tuple[Mapping[str, str], ...] = (
    {"change": "本年增/"},
    {"made": "本年新\n制作数量", "newly_published": "本年新\n公开数量"},
    {"published_total": "对外公开\n总数量"},
    {"previous_items": "上一年\n项目数量"},
    {"article": "第二十一条"},
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words one publisher uses."""

    changed: Mapping[str, str] = field(default_factory=dict)
    brackets: str = "（）"
    quotes: str = "“”"
    ordinal_dot: str = "."
    gap_after_bracket: bool = False

    def label(self, code: str, template: str) -> str:
        """The printed words for a code; forced line breaks are "\\n"."""
        own = T19_LABELS if template == "T19" else T21_LABELS
        text = self.changed.get(code) or own.get(code) or LABELS[code]
        return self.punctuate(text)

    def band(self, item: str) -> str:
        """The full-width line over a band, such as 第二十条第（一）项."""
        return self.punctuate(f"{self.changed.get('article', '第二十条')}第（{item}）项")

    def note(self) -> str:
        """The sentence in the head of the applications' labels."""
        return self.punctuate(NOTE)

    def punctuate(self, text: str) -> str:
        """Put this publisher's brackets, quotes and dots."""
        if self.gap_after_bracket:
            text = re.sub(r"^(（.）)(?=.)", r"\1 ", text)
        text = re.sub(r"^(\d)\.", rf"\g<1>{self.ordinal_dot}", text)
        return text.translate(str.maketrans("（）“”", self.brackets + self.quotes))


def draw_wording(rng: Random, template: str) -> Wording:
    """One publisher in two prints the official words; the others vary one to three of them."""
    changed: dict[str, str] = {}
    if rng.random() < 0.5:
        pool = VARIANTS + (T19_VARIANTS if template == "T19" else T21_VARIANTS)
        for variant in rng.sample(pool, rng.randint(1, 3)):
            changed |= variant
    return Wording(
        changed=changed,
        brackets=rng.choice(("（）", "（）", "（）", "()")),
        quotes=rng.choice(("“”", "“”", '""')),
        ordinal_dot=rng.choice((".", ".", ".", "．", "、")),
        gap_after_bracket=rng.random() < 0.1,
    )
