"""Labelled values: 发布日期:…, 索引号 …, as the grid above a page and its foot print them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What a label says, by its spellings. Those marked + stand in running text too, so that they need
# a colon behind them.
_SPELLINGS: dict[str, str] = {
    "index": "索引号 信息索引号 索引编号 信息索引 索取号",
    "publisher": "发布机构 发布单位 发文机关 发文单位 发布机关 公开机构 公开责任部门 责任单位 "
    "责任部门",
    "source": "+来源 +文章来源 +信息来源 +稿件来源 +供稿单位 +报送单位 +填报单位 +单位名称",
    "published": "发布日期 发布时间 公开日期 公开时间 公布日期 公布时间 发文日期 发文时间 发稿时间 "
    "信息日期 上网时间 上传时间",
    "date": "+日期 +时间 +更新时间 +更新日期",
    "written": "成文日期 成文时间 生成日期 生成时间 制发日期 印发日期 印发时间 落款日期 产生日期",
    "document_number": "文号 发文字号 发文文号 文件编号 文件字号",
    "name": "+名称 +标题 +信息名称 +文件名称",
    "organ_code": "统一社会信用代码 +机构代码",
    "address": "+地址 +办公地址 +联系地址 +通讯地址 +通信地址 +单位地址 +详细地址",
    "postcode": "+邮编 +邮政编码 +邮政编号",
    "phone": "+电话 +联系电话 +咨询电话 +办公电话 +电话号码 +固定电话 +联系方式 +Tel +TEL",
    "fax": "+传真 +传真号码 +传真电话 +FAX +Fax",
    "email": "+邮箱 +电子邮箱 +电子邮件 +电子信箱 +Email +E-mail +EMAIL",
    "": "主题分类 主题词 发布目录 公开方式 公开形式 公开范围 公开时限 公开类别 体裁分类 组配分类 "
    "服务对象 有效性 废止日期 失效日期 生效日期 +关键词 +内容概述 +作者 +责任编辑 +编辑 +审核 "
    "+审核人 浏览次数 浏览量 点击次数 点击数 点击量 阅读次数 阅读量 访问量 访问次数 +浏览 +点击 "
    "+字体 +字号 +字体大小 +文字大小 信息分类 +分类 +联系人 +网址 +举报电话 +监督电话 +投诉电话 "
    "+监督举报热线 +举报邮箱 +网站举报邮箱 +打印 +分享 +上一篇 +下一篇 +附件 +单位负责人 +填报人 "
    "+填报日期 网站标识码 +主办单位 +承办单位 +版权所有",
}
_MEANING = {
    spelling.lstrip("+"): meaning
    for meaning, spellings in _SPELLINGS.items()
    for spelling in spellings.split()
}
_NEEDS_COLON = {
    spelling[1:]
    for spellings in _SPELLINGS.values()
    for spelling in spellings.split()
    if spelling.startswith("+")
}
_ALONE = frozenset(
    spelling
    for spelling in _NEEDS_COLON
    if _MEANING[spelling] in ("date", "source", "name") and len(spelling) == 2
)
_BLANKS = "[ \\t]*"
_LABEL = re.compile(
    "("
    + "|".join(
        _BLANKS.join(map(re.escape, spelling))
        for spelling in sorted(_MEANING, key=len, reverse=True)
    )
    + rf")({_BLANKS}[\])】]?{_BLANKS}(:?))"
)
_END = re.compile(r"[\n|\t]| {2,}")
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and what follows it up to the next label, blanks and line ends kept."""

    meaning: str
    label: str
    at: int  # of the label, in the spaced text
    rest: str

    @property
    def value(self) -> str:
        """What stands beside the label: up to the end of its cell or line."""
        text = self.rest.lstrip(" :|\t")
        if not text.strip():
            return ""
        # a value on the line below its label, as cells one a line have it
        text = text.lstrip()
        return _END.split(text, maxsplit=1)[0].strip()


def labelled(spaced: str) -> list[Labelled]:
    """Every label of the text with its value, in order."""
    found = list(_matches(spaced))
    result = []
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(spaced)
        label = re.sub(r"[ \t]+", "", match[1])
        rest = spaced[match.end() : min(end, match.end() + LONGEST_VALUE)]
        result.append(Labelled(_MEANING[label], label, match.start(), rest))
    return result


def _matches(spaced: str) -> Iterator[re.Match[str]]:
    for match in _LABEL.finditer(spaced):
        before = spaced[match.start() - 1 : match.start()]
        if "\u4e00" <= before <= "\u9fff" and match[1] in _ALONE:
            continue  # 统计时间:, 办结时间:
        if match[3]:
            yield match
            continue
        following = spaced[match.end() : match.end() + 1]
        if re.sub(r"[ \t]+", "", match[1]) not in _NEEDS_COLON and (
            match[2] or not following or following in "\n|\t" or following.isdigit()
        ):
            yield match
