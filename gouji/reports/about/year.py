"""The year a report is about, and the period of its statistics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from .dates import DATE, years_in
from .names import REPORT_NAME

_FIRST_YEAR, _LAST_YEAR = 2007, 2049  # 2007: the regulations' year; reports begin with 2008
_TO = r"(?:起|开始)?[,，]?(?:至|到|—|－|-|~|～|–)+(?:截至|截止)?"
_PERIOD = re.compile(
    rf"(20[0-4]\d)[年.\-/](\d{{1,2}})[月.\-/](\d{{1,2}})日?{_TO}"
    r"(?:(20[0-4]\d)[年.\-/]|当年|同年)?(\d{1,2})[月.\-/](\d{1,2})日?"
)
_PERIOD_WORDS = re.compile(r"统计期限|统计时限|统计时间|统计截止|期限|时限|所列数据|数据统计|起止")
# 年, 月 and 日 were lost with some of the digits' neighbours: 201711日至20171231日.
_GLUED = re.compile(
    r"(?:统计期限|时限|所列数据|期限|统计时间|统计数据)[^。;]{0,16}?(?:自|从|为|是)?(20[0-4]\d)年?[\d年月日]{1,6}"
    r"(?:起|开始)?(?:至|到|—|-|~)"
)
_LEAD = re.compile(
    r"(20[0-4]\d)(?:年度?|年年度)?(?:的)?(?:政府信息公开|信息公开|政务公开)(?:工作)?(?:情况)?的?年?度?"
    r"(?:工作)?(?:报告|年报)"
)
_FIRST_SECTION = re.compile(r"一、?(?:总体情况|概述|概况|基本情况|工作概述|主动公开|总体)")
_URL_YEAR = re.compile(r"fbtime|nbyear|year|nian|niandu|nd|annual", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReportYear:
    """The year, and the words it was taken from: title, period, prose, url, publication."""

    year: int | None
    taken_from: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """The period of the statistics as printed; None where its dates are damaged or none."""

    start: date | None = None
    end: date | None = None
    year: int | None = None  # evidence of the year, also where the dates are damaged
    misprinted: bool = False  # it begins with the year and does not end with it


def read_period(whole: str) -> Period:
    """The statistics period of a text without blanks."""
    for match in _PERIOD.finditer(whole):
        start_year, month, day, end_year, end_month, end_day = match.groups()
        named = _PERIOD_WORDS.search(whole, max(0, match.start() - 40), match.start())
        calendar = month.lstrip("0") == "1" and day.lstrip("0") == "1" and end_month == "12"
        if not (named or calendar):
            continue
        year = int(start_year)
        try:
            start = date(year, int(month), int(day))
            end = date(int(end_year or start_year), int(end_month), int(end_day))
        except ValueError:
            return Period(year=year)
        if end < start or end.year != year:
            return Period(year=int(end_year or start_year) if calendar else year)
        misprinted = calendar and end.day != 31
        return Period(start, end, year, misprinted)
    glued = _GLUED.search(whole)
    return Period(year=int(glued.group(1))) if glued else Period()


def report_year(
    title: str | None, period: Period, whole: str, url: str | None, published: date | None
) -> ReportYear:
    """Title, then the statistics period, the text's own words, the address, the publication.

    Sentences of the body name older years, and the signature may be a year off: neither counts.
    """
    named = _of_title(title) if title else None
    if named is not None:
        return ReportYear(named, "title")
    if period.year is not None:
        return ReportYear(period.year, "period")
    said = _of_prose(whole, published)
    if said is not None:
        return ReportYear(said, "prose")
    addressed = _of_url(url)
    if addressed is not None:
        return ReportYear(addressed, "url")
    if published is not None and published.month <= 6:
        return ReportYear(published.year - 1, "publication")
    return ReportYear(None)


def _of_title(title: str) -> int | None:
    """The year inside the report's name, or the nearest one before it, or one behind it."""
    match = REPORT_NAME.search(title)
    years = [(year, at) for year, at in years_in(title) if _FIRST_YEAR <= year <= _LAST_YEAR]
    if not years:
        return None
    if match is None:
        return years[0][0]
    inside = [year for year, at in years if match.start() <= at < match.end()]
    before = [year for year, at in years if at < match.start()]
    return (inside or before[-1:] or [years[0][0]])[0]


def _of_prose(whole: str, published: date | None) -> int | None:
    """A sentence that names the report with its year, else the first section's year."""
    lead = _LEAD.search(whole)
    if lead is not None:
        return int(lead.group(1))
    section = _FIRST_SECTION.search(whole)
    if section is None:
        return None
    opening = DATE.sub("", whole[section.end() : section.end() + 120])
    match = re.search(r"(20[0-4]\d)年(?:度|以来|,|，|我|本|全|在)?", opening)
    if match is None or match.group(0).endswith("以来"):
        return None
    year = int(match.group(1))
    if published is not None and not 0 <= published.year - year <= 1:
        return None
    return year


def _of_url(url: str | None) -> int | None:
    if not url:
        return None
    try:
        parameters = parse_qsl(urlsplit(url).query)
    except ValueError:
        return None
    for name, value in parameters:
        if _URL_YEAR.fullmatch(name) and re.fullmatch(r"20[0-4]\d", value):
            return int(value)
    return None
