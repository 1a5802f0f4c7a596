"""The sections of a report, by the numerals and the words of their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .lines import Piece

_NUMERAL = r"(十[一二三四五]?|[一二三四五六七八九])"
_HEADING = re.compile(
    rf"^(?:第?{_NUMERAL}(?:部分)?[、.．,:：·]|[({{（]{_NUMERAL}[)）]、|\d{{1,2}}[、.．]|[-•·*#]+)?(.+)$"
)
LONGEST_HEADING = 40
_FIRST = frozenset("一二三四五六七八九十第({（[1234567890-•·*#总行主本收因政存其")
# The six sections of the forms since 2019, by what only their headings say.
_NATIONAL = (
    ("一", re.compile(r"^(?:总体情况|总体概况)")),
    ("二", re.compile(r"^(?:行政机关)?主动公开(?:政府)?(?:政府)?信息(?:的)?情况")),
    ("三", re.compile(r"^(?:本?行?政?机?关?)?收到和处理(?:政府)?(?:政府)?信息公开申请")),
    (
        "四",
        re.compile(r"^(?:因)?政府(?:政府)?信息公开(?:工作)?(?:被)?(?:提起|申请)?(?:的)?行政复议"),
    ),
    ("五", re.compile(r"^(?:政府信息公开工作)?存在的?(?:主要)?问题(?:及|和|、|与)(?:改进|整改)")),
    ("六", re.compile(r"^其他需要报告的?(?:事项|情况)")),
)
# Rows of the form's tables begin like headings.
_ROW = re.compile(r"^(?:本年新收|上年(?:结转|转结)|本年度办理结果|结转下年度|申请人情况)")
_OF_A_REPORT = re.compile(
    r"概述|概况|总体|主动公开|依申请|申请|收费|减免|复议|诉讼|申诉|问题|改进|不足|附表|其他需要|需要说明|组织领导|"
    r"制度建设|解读|回应|重点领域|公开平台|渠道|机构|监督|保密|举报|统计|保障|打算|措施"
)


@dataclass(frozen=True, slots=True)
class Sections:
    """The numerals of the sections, in order; of the forms since 2019 by what the heading says."""

    present: tuple[str, ...]
    of_a_report: int  # how many of the headings are those of a report
    last: int  # the line of the last heading; -1 without any
    last_words: str = ""  # how that heading begins


def read_sections(pieces: Sequence[Piece]) -> Sections:
    """Find the headings; a numeral that is printed wrong or is missing is known by the words."""
    found: list[tuple[str | None, str | None, bool]] = []  # as printed, by words, of a report
    last, last_words = -1, ""
    for piece in pieces:
        match = _HEADING.match(piece.text) if piece.text[0] in _FIRST else None
        if match is None:
            continue
        printed, words = match[1] or match[2], match[3]
        if _ROW.match(words):
            continue
        by_words = next((n for n, pattern in _NATIONAL if pattern.match(words)), None)
        if by_words is None and (printed is None or len(piece.text) >= LONGEST_HEADING):
            continue
        if printed is None and len(piece.text) >= LONGEST_HEADING:
            continue
        if by_words is None and "。" in words[:-1]:
            continue
        found.append((printed, by_words, bool(by_words or _OF_A_REPORT.search(words))))
        last, last_words = piece.line, piece.text[:5]
    national = len({by_words for _, by_words, _ in found if by_words}) >= 3
    names = [
        (by_words if national else printed) or printed or by_words for printed, by_words, _ in found
    ]
    present = tuple(dict.fromkeys(name for name in names if name))
    return Sections(present, sum(1 for _, _, known in found if known), last, last_words)
