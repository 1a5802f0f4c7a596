"""Numbers in running text: Arabic, Chinese, formal and mixed, exact or approximate.

Strict: what can be read in two ways (三五件, 一百五, 3—5件, 12,34) and what is no count (ordinals,
dates, percentages, document numbers) gives nothing. A number beside damage has lost digits, and
what is left of it is not the number: it gives nothing either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gouji.model import Number

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2, "兩": 2, "壹": 1, "贰": 2, "貳": 2, "叁": 3, "參": 3, "肆": 4,
    "伍": 5, "陆": 6, "陸": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卅": 30}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
LONGEST_NUMERAL = 40  # characters: no count is longer
_ZEROS = "零〇○"
_FORMAL = "".join(_DIGITS) + "".join(_PLACES) + "".join(_TENS) + "".join(_LARGE)
_POSITIONAL = re.compile("[一二三四五六七八九][零〇○一二三四五六七八九]+")
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PLAIN = re.compile(_ARABIC, re.ASCII)
_SEGMENT = re.compile(rf"({_ARABIC})(万亿|[十百千]?[万亿]|[百千])?", re.ASCII)
_LEADING_ZERO = re.compile(r"0\d")
_FULL_WIDTH = {0xFF10 + i: str(i) for i in range(10)} | {0xFF0C: ",", 0xFF0E: "."}


def parse_numeral(text: str) -> Number | None:
    """The number that ``text`` is as a whole, without blanks and marks; None where it is none.

    Digits with leading zeros are what is left of a number or of a code: none.
    """
    text = text.translate(_FULL_WIDTH)
    if not 0 < len(text) <= LONGEST_NUMERAL:
        return None
    if text[0].isascii():
        return _arabic(text)
    return _chinese(text)


def _arabic(text: str) -> Number | None:
    """Digits, with 万, 千 … behind or between them: 3,405,820, 196.4万, 12万3千."""
    if _LEADING_ZERO.match(text):
        return None
    if _PLAIN.fullmatch(text):
        return _exact(text)
    total: Number = 0
    below: int | None = None  # the next part must be smaller than this
    at = 0
    while at < len(text):
        match = _SEGMENT.match(text, at)
        if match is None or below == 1 or (at and "." in match[1]):
            return None
        if at and _LEADING_ZERO.match(match[1]):
            return None
        unit = 1
        for character in match[2] or "":
            unit *= _PLACES.get(character) or _LARGE[character]
        part = _exact(match[1]) * unit
        if below is not None and part >= below:
            return None
        if "." in match[1] and match.end() < len(text):
            return None
        total += part
        below, at = unit, match.end()
    return _whole(total)


def _exact(digits: str) -> Number:
    bare = digits.replace(",", "")
    return Decimal(bare) if "." in bare else int(bare)


def _whole(number: Number) -> Number:
    return int(number) if isinstance(number, Decimal) and number == int(number) else number


def _chinese(text: str) -> int | None:
    for large in ("亿億", "万萬"):
        at = max(text.rfind(c) for c in large)
        if at >= 0:
            head, tail = _chinese(text[:at]), text[at + 1 :]
            unit = _LARGE[text[at]]
            # 一万五 is 15,000 to some and 10,005 to others
            if not head or (len(tail) == 1 and tail not in _PLACES and tail not in _TENS):
                return None
            rest = _chinese(tail[1:] if tail[:1] in _ZEROS else tail) if tail else 0
            return None if rest is None or rest >= unit else head * unit + rest
    if _POSITIONAL.fullmatch(text):
        # 一〇五 is 105; 三五 is "three to five"
        return int("".join(str(_DIGITS[c]) for c in text)) if set(text) & set(_ZEROS) else None
    return _below_ten_thousand(text)


def _below_ten_thousand(text: str) -> int | None:
    if len(text) == 1 and text in _DIGITS:
        return _DIGITS[text]
    total, place, zero = 0, 10_000, False
    digit: int | None = None
    for character in text:
        if character in _ZEROS:
            if zero or digit is not None or not total:
                return None
            zero = True
        elif character in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[character]
        else:
            unit = _PLACES.get(character, 10)
            if unit >= place:
                return None
            if character in _TENS:
                if digit is not None:
                    return None
                total += _TENS[character]
            elif digit is None and unit != 10:  # 百余, 千余: `counts` knows what to make of them
                return None
            else:
                total += (1 if digit is None else digit) * unit
            digit, place, zero = None, unit, False
    if digit is None:
        return None if zero else total
    if total and place != 10 and not zero:  # 一百五 is 150 to some and 105 to others
        return None
    return total + digit


@dataclass(frozen=True, slots=True)
class Count:
    """A number in running text that may be a count or a sum of money."""

    value: Number
    approximate: bool
    rounded: bool  # ends in 万 or 亿: the last digits are not told
    start: int  # of the number
    end: int  # behind it, marks of approximation in it included
    unit: str  # the counter behind it; "" where a clause ends there
    stop: int  # behind the counter and marks behind that


# What a number lost digits to: question marks, the replacement character, boxes, private-use
# characters; * and × stand where somebody took digits out.
_DAMAGE = "?？\ufffd□■▯〓*×＊"
_RUN = re.compile(rf"[\d{_FORMAL}][\d.,{_FORMAL}]*+", re.ASCII)
_INSIDE = re.compile(r"(?:[余多来](?P<large>万亿|[十百千]?[万亿]|[百千])?[余多]?)?")
# A counter, unless it begins another word: 3部分, 2项目, 一件事.
_UNIT = re.compile(
    r"件次|件(?!事|套)|宗|份|条(?!例|款|龙)|起(?!诉(?!讼)|来|草|到|初)|次(?!日|性|年|序|要)"
    r"|例(?!如|会|行)|个(?!工作日|月|小时|百分点|自然日|季度|多)|项(?!目)|篇|期(?!间|限|望)"
    r"|场(?!所|次)|场次|人次|人(?!大|民|员|均|力|才|社)|名(?!称|录)|元|部(?!门|分|署)|处(?!罚|理|室|长)"
    r"|家|户|桩|封|版|册|类(?!似)|种|批(?!准|复|示)"
)
_AFTER = re.compile(r"(?:左右|上下|以上|以下|以内|余|之多)")
_BEFORE = re.compile(
    r"(?:约|大约|近|将近|接近|逾|超过|超|不足|不到|不低于|不少于|不超过|至少|最多|高达近|上|突破)$"
)
_BARE = re.compile("[百千万亿]+")
# Words before a number that make it no count of its own.
_NO_COUNT = re.compile(
    r"(?:第|每|某|同|逐|任|哪|这|那|几|数|前|若干|百分之|[A-Za-z_#№/\\.〔\[]|\d[、,/:]|[-−–—~～])$"
)
_DASH_ALONE = re.compile(r"(?<![\d件条宗份起次人篇项元%])[–—]{1,2}$")
_RANGE = re.compile(rf"\s*(?:-{{1,2}}|[–—~～]{{1,2}}|至|到)\s*(?=[\d{_FORMAL}])", re.ASCII)
_DATE = re.compile(rf"[\d{_FORMAL}]++(?:年|月|日|[.\-/]\d)", re.ASCII)
_CLAUSE_ENDS = frozenset(",，;；。、)）|\n")


def counts(text: str) -> Iterator[Count]:
    """Counts and sums of money in ``text``, left to right.

    ``text`` without blanks (a blank between digits parts numbers), full-width forms folded.
    """
    after_range = -1
    for match in _RUN.finditer(text):
        start = match.start()
        run = match.group().rstrip(".,")
        end = start + len(run)
        inside = _INSIDE.match(text, end)
        assert inside is not None  # it matches nothing, too
        if inside["large"]:
            run += inside["large"]
        unit = _UNIT.match(text, inside.end())
        if inside.group() and unit is None:
            inside, unit = None, _UNIT.match(text, end)  # 多, 来 begin the next word
        number_end = inside.end() if inside else end
        stop = unit.end() if unit else number_end
        span = _RANGE.match(text, stop)
        opens_range = span is not None and not _DATE.match(text, span.end())
        if opens_range and span is not None:
            closed, after_range = after_range == start, span.end()
        else:
            closed = after_range == start
        if opens_range or closed:
            continue
        if unit is None and not (stop == len(text) or text[stop] in _CLAUSE_ENDS):
            continue
        marks = _AFTER.match(text, stop)
        before = text[max(0, start - 4) : start]
        about = _BEFORE.search(before)
        approximate = bool(marks or (inside and inside.group()) or about)
        value = _counted(run, approximate)
        if value is None or _no_count(text, before, start, marks.end() if marks else stop):
            continue
        yield Count(
            value,
            approximate,
            value != 0 and run[-1] in _LARGE,
            start,
            number_end,
            unit.group() if unit else "",
            marks.end() if marks else stop,
        )


def _counted(run: str, approximate: bool) -> Number | None:
    if _BARE.fullmatch(run):  # 百余件, 近千条; 万元 in a head is no number
        return parse_numeral("一" + run) if approximate else None
    return parse_numeral(run)


def _no_count(text: str, before: str, start: int, stop: int) -> bool:
    """Whether the number is damaged, or no count by what stands around it."""
    if _damaged(before[-1:]) or _damaged(text[stop : stop + 1]):
        return True
    if text[stop : stop + 1] in ("%", "％", "‰", "几"):
        return True
    if before[-1:].isspace() and before[-2:-1].isdigit():  # 1 2件: 12, or 2 behind another number
        return True
    if _NO_COUNT.search(before) and not _DASH_ALONE.search(before):
        return True
    # «一件不少», «一个不漏»: a way of saying "all"
    return text[start] == "一" and text[stop : stop + 1] in ("不", "未", "没")


def _damaged(character: str) -> bool:
    return bool(character) and (character in _DAMAGE or "\ue000" <= character <= "\uf8ff")
