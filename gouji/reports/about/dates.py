"""Dates and years as reports print them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
    "零○OoО0０◯", "0"
)
DATE = re.compile(
    r"(?<!\d)(20[0-4]\d|19\d\d)\s*[年\-/.．]\s*(\d{1,2})\s*[月\-/.．]\s*(\d{1,2})(?=\D|$|\d\d:\d\d)\s*日?"
)
CHINESE_DATE = re.compile(
    r"([二〇○零一三四五六七八九OoО0◯]{4})年([元一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})日"
)
YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
CHINESE_YEAR = re.compile(r"二[〇○零OoО0◯][〇○零OoО0◯一二三四][〇○零OoО0◯一二三四五六七八九](?=年)")


def date_in(text: str) -> date | None:
    """The first date of the text; None where there is none or no such day."""
    match = DATE.search(text)
    try:
        if match:
            return date(*(int(group) for group in match.groups()))
        chinese = CHINESE_DATE.search(text)
        if chinese:
            return date(
                chinese_year(chinese.group(1)), _small(chinese.group(2)), _small(chinese.group(3))
            )
    except (ValueError, KeyError):  # 2 月 30 日, 十十月
        return None
    return None


def without_dates(text: str) -> str:
    """The text without its dates."""
    return CHINESE_DATE.sub("", DATE.sub("", text))


def chinese_year(text: str) -> int:
    """二〇二二 as 2022."""
    return int("".join(DIGITS.get(c, "0") for c in text))


def years_in(text: str) -> Iterator[tuple[int, int]]:
    """The years a text names, each with its place."""
    for match in YEAR.finditer(text):
        yield int(match[1]), match.start()
    for match in CHINESE_YEAR.finditer(text):
        yield chinese_year(match[0]), match.start()


def _small(text: str) -> int:
    """A Chinese number below 100; 元 is the first month."""
    text = text.replace("元", "一").replace("廿", "二十").replace("卅", "三十")
    tens, mark, ones = text.partition("十")
    if not mark:
        return int("".join(DIGITS[c] for c in text))
    return (int(DIGITS[tens]) if tens else 1) * 10 + (int(DIGITS[ones]) if ones else 0)
