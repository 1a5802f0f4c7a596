"""A number as Word's list formats print it (ECMA-376 part 1, 17.18.59, ST_NumberFormat)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_COUNTING = ("〇一二三四五六七八九", "十百千")
_LEGAL = ("零壹贰叁肆伍陆柒捌玖", "拾佰仟")
_LEGAL_TRADITIONAL = ("零壹貳參肆伍陸柒捌玖", "拾佰仟")
_LEGAL_JAPANESE = ("〇壱弐参四五六七八九", "拾百阡")


def numeral(number: int, form: str) -> str:
    """The number in a list format; in one that is unknown, or ends before it, in plain digits."""
    write = _FORMS.get(form)
    return (write(number) if write is not None and number >= 0 else "") or str(number)


def _counting(number: int, names: tuple[str, str] = _COUNTING, *, ten: bool = True) -> str:
    """一 … 十 十一 … 二十 … 一百零一; ``ten``: 十一 and not 一十一."""
    digits, units = names
    if not 0 < number < 10_000:
        return ""
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit]
            text += units[place - 1] if place else ""
        gap = not digit
    return text[1:] if ten and 10 <= number < 20 else text


def _japanese(number: int) -> str:
    """百 and 千 without a one before them, and no zero between."""
    text = _counting(number).replace("零", "")
    return text.replace("一百", "百").replace("一千", "千").replace("一十", "十")


def _digital(number: int) -> str:
    return "".join(_COUNTING[0][int(digit)] for digit in str(number))


def _letters(number: int) -> str:
    """a … z, then aa, bb, … as Word goes on."""
    if not 0 < number <= 780:
        return ""
    times, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (times + 1)


def _roman(number: int) -> str:
    if not 0 < number < 32_768:
        return ""
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _from(first: str, last: int) -> Callable[[int], str]:
    """Characters in a row, of which the first stands for 1."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= last else ""


def _one_of(names: str) -> Callable[[int], str]:
    return lambda number: names[number - 1] if 1 <= number <= len(names) else ""


def _sixty(number: int) -> str:
    index = number - 1
    return _STEMS[index % 10] + _BRANCHES[index % 12] if 1 <= number <= 60 else ""


def _ordinal(number: int) -> str:
    teens = 10 <= number % 100 <= 20
    return f"{number}" + ("th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th"))


_FORMS: Mapping[str, Callable[[int], str]] = {
    "none": lambda number: " ",
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "numberInDash": lambda number: f"- {number} -",
    "ordinal": _ordinal,
    "hex": lambda number: f"{number:X}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "chineseCounting": _counting,
    "chineseCountingThousand": _counting,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": _counting,
    "japaneseCounting": _japanese,
    "koreanDigital2": _digital,
    "ideographDigital": _digital,
    "taiwaneseDigital": _digital,
    "japaneseDigitalTenThousand": _digital,
    "chineseLegalSimplified": lambda number: _counting(number, _LEGAL, ten=False),
    "ideographLegalTraditional": lambda number: _counting(number, _LEGAL_TRADITIONAL, ten=False),
    "japaneseLegal": lambda number: _counting(number, _LEGAL_JAPANESE, ten=False),
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
    "ideographZodiacTraditional": _sixty,
    "ideographEnclosedCircle": _from("㊀", 10),
    "ideographParenthesized": _from("㈠", 10),
}
