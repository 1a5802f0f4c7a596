"""Which texts can be values of a table, rather than its words."""

from __future__ import annotations

import re
from functools import lru_cache

from gouji.model import Kind

from .amounts import parse_amount
from .labels import ideographs

FEWEST_WORDS = 4  # characters of a label
# Numbers of a row that nobody could part, however many.
_NUMBERS = re.compile(r"[\d\s.,，|/／+\-—－无]+")


def is_value(text: str) -> bool:
    """Whether a cell's text can be a value: a number, a mark for none, nothing, damage."""
    if not text:
        return True
    if len(text) > 24:
        return _NUMBERS.fullmatch(text) is not None
    return _is_short_value(text)


@lru_cache(maxsize=16384)  # every cell is asked for it several times, and most say 0
def _is_short_value(text: str) -> bool:
    amount = parse_amount(text, signed=True)
    if amount.kind is Kind.UNREAD:
        # a number with a word too many is still a value; words, with one or without, are a label
        words = len(ideographs(text))
        if amount.note != "several numbers":
            return not words
        return words < FEWEST_WORDS or words <= 2 * sum(c.isdigit() for c in text)
    if amount.kind is Kind.TEXT_DAMAGED:
        # a label that lost a character is a label still: a number has a unit beside it at most
        words = len(ideographs(text))
        return words <= (2 if any(c.isdigit() for c in text) else 1)
    return True
