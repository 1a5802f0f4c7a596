"""The running text of the reports before 2019: seven parts, their numbers those of the table."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from samples.generator.issuers import Issuer
from samples.generator.narrative import ProseFact, Section
from samples.generator.older.codes import OlderForm
from samples.generator.relations import Number

HEADINGS = (
    ("概述", "总体工作情况"),
    ("主动公开政府信息情况",),
    ("依申请公开政府信息情况", "政府信息依申请公开办理情况"),
    ("政府信息公开的收费及减免情况",),
    ("因政府信息公开申请行政复议、提起行政诉讼的情况",),
    ("政府信息公开工作存在的主要问题及改进措施", "存在的主要问题和改进情况"),
    ("其他需要说明的事项", "需要说明的事项与附表"),
)
NUMERALS = "一二三四五六七"
OVERVIEW = (
    "{year}年，{we}高度重视政府信息公开工作，明确由办公室承担日常事务，各股室确定一名联络员，做到"
    "年初有安排、季度有检查、年终有总结。",
    "{year}年，{we}把推行政务公开作为转变作风、方便群众的重要举措，健全了主动公开、依申请公开、"
    "保密审查和责任追究等项制度。",
)
DISCLOSURE = (
    "公开的内容主要包括机构职能、政策法规、规划总结、财政资金和民生事项。",
    "除政府网站外，还通过公开栏、明白纸、广播和便民服务窗口等形式公开群众关心的事项。",
    "对涉及民生的重要文件，同步配发解读材料，方便群众理解和监督。",
)
PROBLEMS = (
    "公开的内容与公众的期望相比还有距离，少数信息发布不够及时；",
    "专职人员偏少，业务培训还不够经常；",
    "公开的形式较为单一，便民程度有待提高；",
)
PLANS = (
    "充实工作力量，定期组织学习，提高经办人员的业务能力。",
    "细化公开目录，做到该公开的及时公开、全面公开。",
    "拓宽公开渠道，更好地发挥政府网站和新媒体的作用。",
)


def write_lead(rng: Random, issuer: Issuer, year: int) -> str:
    """The first paragraph: legal basis, parts, period and how to reach the organ."""
    parts = rng.choice(
        (
            "全文包括概述、主动公开政府信息情况、依申请公开政府信息情况、收费及减免情况、行政复议和"
            "行政诉讼情况、存在的主要问题及改进措施、其他需要说明的事项。",
            "",
        )
    )
    return (
        f"根据《中华人民共和国政府信息公开条例》规定，特向社会公布{issuer.name}{year}年政府信息公开"
        f"工作年度报告。{parts}本报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
        f"如对本报告有疑问，请与{issuer.name}联系（地址：{issuer.address}，邮编：{issuer.postcode}，"
        f"电话：{issuer.phone}）。"
    )


def write_sections(
    rng: Random, form: OlderForm, issuer: Issuer, year: int, numbers: Mapping[str, Number]
) -> tuple[tuple[Section, ...], tuple[ProseFact, ...]]:
    """The parts and the numbers that their sentences state."""
    we, facts = issuer.we, []
    received = "requests.received" if form is OlderForm.T14 else "requests.total"

    def stated(row: str) -> str:
        facts.append(ProseFact(row, int(numbers[row])))
        return str(numbers[row])

    disclosure = f"{year}年，{we}共主动公开政府信息{stated('disclosure.items')}条。"
    if numbers[received]:
        requests = (
            f"{year}年，{we}共收到政府信息公开申请{stated(received)}件，"
            f"答复{stated('replies.total')}件。"
        )
    else:
        requests = rng.choice((f"{year}年度，{we}未收到公开政府信息的申请。",))
        facts.append(ProseFact(received, 0))
    if "review.total" in numbers:
        disputes = (
            f"{year}年，因政府信息公开引起行政复议{stated('review.total')}件，"
            f"行政诉讼{stated('litigation.total')}件。"
        )
    else:
        disputes = "本年度没有因政府信息公开发生行政复议和行政诉讼。"
    bodies: tuple[tuple[str, ...], ...] = (
        (rng.choice(OVERVIEW).format(we=we, year=year),),
        (disclosure + "".join(rng.sample(DISCLOSURE, rng.randint(1, 2))),),
        (requests,),
        (
            rng.choice(
                (f"{year}年度，{we}没有收取与政府信息公开有关的费用。", "按规定执行，未收费。")
            ),
        ),
        (disputes,),
        (
            f"一年来的工作还存在一些不足：{rng.choice(PROBLEMS)[:-1]}。",
            f"下一步要做好以下工作：{rng.choice(PLANS)}",
        ),
        (rng.choice(("无其他需要说明的事项。", "政府信息公开情况统计表附后。")),),
    )
    sections = tuple(
        Section(numeral, rng.choice(headings), body)
        for numeral, headings, body in zip(NUMERALS, HEADINGS, bodies, strict=True)
    )
    return sections, tuple(facts)
