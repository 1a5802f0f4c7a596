"""What a government's website puts around a report: menu, path, date bar, foot of the host.

Dates, phones and years in it are never the report's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from samples.generator.issuers import REGIONS, STREETS
from samples.generator.reports import AnyFacts

MENU = ("首页", "政务公开", "政务服务", "互动交流", "数据发布", "走进我们", "专题专栏")
SIDE = (
    "政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开",
    "政策解读", "领导信息", "机构职能",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A host and the words it adds to each page; its phone and address are not the issuer's."""

    host: str
    domain: str
    phone: str
    address: str
    postcode: str
    email: str
    licence: str
    views: int
    year: int  # of the neighbouring page's report
    today: str

    @property
    def path(self) -> str:
        """The breadcrumb."""
        return "您现在的位置：首页 > 政务公开 > 政府信息公开年报 > 正文"

    @property
    def foot(self) -> tuple[str, ...]:
        """The lines at the foot of every page of the host."""
        return (
            f"主办单位：{self.host}办公室　版权所有：{self.host}",
            f"地址：{self.address}　邮编：{self.postcode}　联系电话：{self.phone}"
            f"　Email：{self.email}",
            f"{self.licence}　网站标识码：{self.postcode}0001",
            "建议使用1440*900分辨率 IE9.0及以上版本浏览器",
        )

    @property
    def neighbours(self) -> tuple[str, ...]:
        """Links to the pages before and after, whose titles name other reports."""
        return (
            f"上一篇：{self.host}{self.year}年政府信息公开工作年度报告",
            "下一篇：没有了",
        )


def draw_site(facts: AnyFacts) -> Site:
    """The host of this report's page, drawn from its seed."""
    rng = Random(f"site:{facts.seed}:{facts.form.value}")
    province, city, area, post, counties = rng.choice(REGIONS)
    county = rng.choice(counties)
    letters = "".join(rng.choice("bcdfghjklmnpqstxyz") for _ in range(3))
    return Site(
        host=f"{county}人民政府",
        domain=f"www.{letters}.gov.cn",
        phone=f"{area}-{rng.randint(5_000_000, 6_999_999)}",
        address=f"{city}{county}{rng.choice(STREETS)}{rng.randint(1, 99)}号",
        postcode=f"{post}{rng.randrange(100):02d}",
        email=f"{letters}wlb@{letters}.gov.cn",
        licence=f"{province[0]}ICP备{rng.randint(2005000000, 2022009999)}号-1",
        views=rng.randint(12, 4000),
        year=facts.report_year - rng.randint(1, 3),
        today=f"{facts.report_year + 2}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
    )
