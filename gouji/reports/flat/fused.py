"""Pages whose cells were run together without a blank: cut at the words of the form."""

from __future__ import annotations

import re
from functools import cache

from .words import wordings

# So many words of the form in one piece of text, and it is tables run together.
FEWEST_WORDS = 8
SHARE = 0.3  # of its characters
_HEADING = (
    r"[二三四五六]、(?:主动公开政府信息情况|收到和处理政府信息公开申请情况"
    r"|[^，。、]{0,20}行政复议、[^，。、]{0,4}行政诉讼情况|存在的主要问题[^，。、]{0,8}|其他需要报告的事项)"
)
_ORDINAL = r"(?:\d\s?[.．、]|[(（][一二三四五六七][)）]|[一二三四]、)?\s?"
_NUMBER = r"(?:(?!\d\s?[.．、]\D)[\d.,，/／+＋\-－—])+"
_SHORT = 2  # words as short as 结果 or 其他 stand in any sentence


@cache
def _pieces() -> re.Pattern[str]:
    words = [w for w in wordings() if len(w) > _SHORT]
    spread = "|".join(r"\W{0,2}".join(map(re.escape, word)) for word in words)
    heads = r"\W{0,2}".join("总计")
    label = rf"{_ORDINAL}(?:{spread}|(?<=[\w)）]){heads}|其他(?=\d|[一二三四]、|总计))\W{{0,1}}"
    return re.compile(rf"(?P<heading>{_HEADING})|(?P<label>{label})|(?P<number>{_NUMBER})")


@cache
def _any() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(w) for w in wordings() if len(w) > _SHORT))


def cut(text: str) -> list[tuple[int, int]]:
    """Start and end of the labels, numbers and sentences of a text without blanks.

    Sentences, and pieces with few words of the form, stay whole. Numbers are pieces of their own
    only right behind a label or the number of one.
    """
    bounds: list[tuple[int, int]] = []
    at = 0
    for match in re.finditer(r"[^。]*(?:。|$)", text):
        start, end = match.span()
        if start == end or not _is_table(match.group()):
            continue
        if start > at:
            bounds.append((at, start))
        bounds.extend((start + first, start + last) for first, last in _cut(match.group()))
        at = end
    if at < len(text):
        bounds.append((at, len(text)))
    return bounds


def _is_table(text: str) -> bool:
    found = _any().findall(text)
    return len(found) >= FEWEST_WORDS and sum(map(len, found)) >= SHARE * len(text)


def _cut(text: str) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    plain_from, behind_label = 0, False
    for match in _pieces().finditer(text):
        start, end = match.span()
        if match.lastgroup == "number" and not (behind_label and start == plain_from):
            continue
        if match.lastgroup == "label":
            end = start + len(match.group().rstrip("，；、 "))
        if start > plain_from:
            bounds.append((plain_from, start))
        bounds.append((start, end))
        plain_from, behind_label = end, match.lastgroup in ("label", "number")
    if plain_from < len(text):
        bounds.append((plain_from, len(text)))
    return bounds
