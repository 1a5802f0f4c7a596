"""Lists of categories: «发布信息85条,包括A 4条,B 41条,C 20条,D 20条»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .clauses import Wording
from .vocabulary import COMPARISON, CONNECTIVES

_EXHAUSTIVE = re.compile("包括|包含|分别(?:是|为)|分为|具体(?:为|是|包括)|即")
_SOME = re.compile("其中|含")
_OPEN_END = re.compile("^等")
# What became of the things counted is no category of them.
_NO_CATEGORY = re.compile("结转|办结|答复|收到|受理|采纳|采用|录用|废止|修改")


def category_lists(text: str, found: Sequence[Wording]) -> Iterator[tuple[int, int, bool]]:
    """Lists among the counts of a sentence, as (index of the total, end of its parts, exhaustive).

    A list that begins with 其中 need not name everything; one with 包括 or 分别为 does.
    """
    index = 0
    while index < len(found) - 2:
        opening = text[found[index].count.stop : found[index + 1].count.start]
        exhaustive = _EXHAUSTIVE.search(opening) is not None
        some = _SOME.search(opening) is not None
        end = index + 1
        if exhaustive or some:
            while end < len(found) and _is_part(text, found, index + 1, end):
                end += 1
        if end - index > 2:
            open_end = _OPEN_END.match(text[found[end - 1].count.stop :]) is not None
            yield index, end, exhaustive and not some and not open_end
            index = end
        else:
            index += 1


def _is_part(text: str, found: Sequence[Wording], start: int, index: int) -> bool:
    """Whether a count goes on with the list: same unit, words of its own, same level."""
    wording = found[index]
    between = text[found[index - 1].count.stop : wording.count.start]
    if ";" in between and index > start + 1:
        first = text[found[start].count.stop : found[start + 1].count.start]
        if ";" not in first:  # a list by commas ends there
            return False
    return (
        wording.count.unit == found[start - 1].count.unit != ""
        and "(" not in between
        and ")" not in between
        and not COMPARISON.search(wording.before)
        and not _NO_CATEGORY.search(wording.before)
        and not CONNECTIVES.match(wording.before)
    )
