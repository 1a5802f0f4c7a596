"""The names that reports have, and where a name ends in words that run on without a break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

SUBJECT = "(?:政府信息公开|信息公开|政务公开)"
NUMBER_OF_YEAR = "(?:20\\d\\d|二[〇○零O0][〇○零O0一二三][〇○零O0一二三四五六七八九])"
# A report's name, with or without organ and year around it; 年度 with a damaged character too.
REPORT_NAME = re.compile(
    rf"{SUBJECT}(?:重点)?(?:工作)?(?:情况)?的?"
    rf"(?:\(?{NUMBER_OF_YEAR}年?度?\)?)?(?:重点)?(?:工作)?的?(?:年.)?(?:工作)?(?:情况)?的?(?:报告|年报)"
)
# Where words that run on may be parted: before labels of the grid above a text, behind controls of
# the page, and where the text begins behind a report's name.
_LABELS = re.compile(
    "发布(?:日期|时间|机构|单位)|公开日期|(?:信息)?来源:|索引号|主题分类|文号|浏览(?:次数|量)|点击(?:数|量)"
    "|责任编辑|字[体号][:大【\\[]|您?(?:当前|所在|现在)?的?(?:所在)?的?位置:"
)
_CONTROLS = re.compile(
    "(?:【大中小】|\\[大中小\\]|打印(?:本页)?|关闭(?:窗口|本页)?|无障碍(?:阅读)?|长者(?:模式|版)|[>»›]正文)[\\])】|·*#_]*"
)
_TEXT = re.compile(
    "(?:(?<=报告)|(?<=年报))[\\])》*#_]*"
    "(?=根据|按照|依据|遵照|为了|为(?:贯彻|落实|进一步)|本(?:年度)?报告|现将|现公布|[(（]?一[)）、])"
)
MOST_BETWEEN = 60  # characters from the end of one report's name to the end of the next


def parts_of_run(run: str) -> Iterator[str]:
    """Words without blanks that hold a page's menu, grid, title and first sentence, parted.

    Breaks stand before labels of the grid, behind the controls of the page, and behind a report's
    name where the text or another report's name begins.
    """
    start = 0
    for end in sorted(set(_breaks(run))):
        if end > start:
            yield run[start:end]
            start = end
    if start < len(run):
        yield run[start:]


def _breaks(run: str) -> Iterator[int]:
    for match in _CONTROLS.finditer(run):
        yield match.end()
    for match in _LABELS.finditer(run):
        yield match.start()
    for match in _TEXT.finditer(run):
        yield match.end()
    names = [match.end() for match in REPORT_NAME.finditer(run)] if "报" in run else []
    for end, another in pairwise(names):
        if another - end <= MOST_BETWEEN:
            yield end
