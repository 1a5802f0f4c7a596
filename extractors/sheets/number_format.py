"""Numbers of a sheet as its number format displays them (ECMA-376 part 1, 18.8.30 and 18.8.31).

A form prints what the format shows: 0.5 under ``0%`` is 50%, 0 under ``#,##0;-#,##0;;@`` is nothing
at all, and 0 under an accounting format is a dash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

GENERAL = "General"
_YEAR_MONTH, _MONTH_DAY, _TIME = 'yyyy"年"m"月"', 'm"月"d"日"', 'h"时"mm"分"'
# Formats that a file names by number only; those from 27 on as Chinese versions show them.
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: _YEAR_MONTH, 28: _MONTH_DAY, 29: _MONTH_DAY, 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: f"上午/下午{_TIME}",
    35: f'上午/下午{_TIME}ss"秒"', 36: _YEAR_MONTH, 37: "#,##0;-#,##0", 38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: _YEAR_MONTH,
    51: _MONTH_DAY, 52: _YEAR_MONTH, 53: _MONTH_DAY, 54: _MONTH_DAY, 55: f"上午/下午{_TIME}",
    56: f'上午/下午{_TIME}ss"秒"', 57: _YEAR_MONTH, 58: _MONTH_DAY,
}  # fmt: skip
LONGEST_CODE = 512  # a code may have 255 characters; what is longer is no format
LARGEST_POWER = 308  # of ten, in a sheet
WIDEST = 11  # characters of a fraction under General
EXACT = Context(prec=15, rounding=ROUND_HALF_UP)  # digits that a sheet keeps
ROOMY = Context(prec=1200, rounding=ROUND_HALF_UP)  # 308 digits, and as many places as a code
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<blank>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<general>General|G/通用格式|G/標準|G/标准)|(?P<noon>AM/PM|A/P|上午/下午)"
    r"|(?P<exponent>E[+-])|(?P<date>y+|m+|d+|h+|s+|a{3,4}|e+)|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SIGNS = {".": "point", ",": "comma", "%": "percent", "@": "at"}
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)$")
_CURRENCY = re.compile(r"\$([^-]*)")
_NUMERALS = {1: "〇一二三四五六七八九", 2: "零壹贰叁肆伍陆柒捌玖", 3: "０１２３４５６７８９"}
_TENS = {1: ("", "十", "百", "千"), 2: ("", "拾", "佰", "仟")}
_WEEKDAYS = "一二三四五六日"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_DAY = 2_957_003  # of the year 9999, however days are counted


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str  # text, digit, point, comma, percent, exponent, date, elapsed, noon, at, general
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    parts: tuple[_Part, ...]
    condition: tuple[str, Decimal] | None = None
    numerals: int = 0  # [DBNum1] to [DBNum3]

    def has(self, *kinds: str) -> bool:
        return any(part.kind in kinds for part in self.parts)


def display_number(value: Decimal, code: str, *, from_1904: bool = False) -> str:
    """The number as the format shows it, without the blanks at both ends."""
    if not value.is_finite() or abs(value.adjusted()) > LARGEST_POWER:
        return str(value)
    sections = _sections(code[:LONGEST_CODE])
    section, value = _section_for(sections, value)
    if section is None:
        return _general(value)
    if section.has("date", "elapsed", "noon"):
        shown = _moment(section, value, from_1904)
    else:
        shown = _number(section, value)
    return shown.strip()


def display_text(text: str, code: str) -> str:
    """Text as the format shows it: its fourth section may add to it or hide it."""
    sections = _sections(code[:LONGEST_CODE])
    last = sections[-1]
    if len(sections) < 4 and not last.has("at"):
        return text
    return "".join(
        text if p.kind == "at" else p.text for p in last.parts if p.kind in ("at", "text")
    )


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    groups: list[list[tuple[str, str]]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or "quoted"
        text = match[kind] or ""
        if kind == "other" and text == ";":
            groups.append([])
        else:
            groups[-1].append((kind, text))
    return tuple(_section(group) for group in groups[:4])


def _section(tokens: Sequence[tuple[str, str]]) -> _Section:
    parts: list[_Part] = []
    condition: tuple[str, Decimal] | None = None
    numerals = 0
    for kind, text in tokens:
        match kind:
            case "bracket":
                if known := _CONDITION.match(text):
                    condition = (known[1], _decimal(known[2]))
                elif text.upper() in ("DBNUM1", "DBNUM2", "DBNUM3"):
                    numerals = int(text[-1])
                elif _ELAPSED.fullmatch(text):
                    parts.append(_Part("elapsed", text.lower()))
                elif money := _CURRENCY.match(text):
                    parts.append(_Part("text", money[1]))
            case "quoted" | "escaped":
                parts.append(_Part("text", text))
            case "blank":
                parts.append(_Part("text", " "))
            case "other":
                parts.append(_Part(_SIGNS.get(text, "text"), text))
            case "date":
                parts.append(_Part(kind, text.lower()))
            case "fill":  # it repeats to the width of the column
                continue
            case _:
                parts.append(_Part(kind, text))
    return _Section(tuple(parts), condition, numerals)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal(0)


def _section_for(sections: Sequence[_Section], value: Decimal) -> tuple[_Section | None, Decimal]:
    """The section for a number, and the number without the sign that the section shows itself."""
    numeric = sections[:3]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _meets(value, section.condition):
                return section, value
        return None, value
    if len(numeric) == 1:
        return numeric[0], value
    if value < 0:
        return numeric[1], -value
    if value == 0 and len(numeric) == 3:
        return numeric[2], value
    return numeric[0], value


def _meets(value: Decimal, condition: tuple[str, Decimal]) -> bool:
    sign, bound = condition
    return {
        "<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound,
        "=": value == bound, "<>": value != bound,
    }[sign]  # fmt: skip


def _general(value: Decimal) -> str:
    """Whole numbers in full; fractions as far as eleven characters go, as in a wide column."""
    value = EXACT.plus(value)
    if value == value.to_integral_value():
        return f"{value:f}".split(".")[0] if abs(value) < Decimal(10) ** 15 else f"{value:.5E}"
    whole = len(str(abs(int(value))))
    if whole >= WIDEST or abs(value) < Decimal("0.0001"):
        return _scientific(value)
    places = max(WIDEST - whole - 1, 0)
    shown = f"{value.quantize(Decimal(1).scaleb(-places), context=ROOMY):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _scientific(value: Decimal) -> str:
    mantissa, exponent = f"{value:.5E}".split("E")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}E{exponent[0]}{exponent[1:].zfill(2)}"


def _number(section: _Section, value: Decimal) -> str:
    parts = section.parts
    if section.has("general", "at"):
        shown = _in_numerals(_general(abs(value)), section.numerals)
        inner = "".join(
            shown if p.kind in ("general", "at") else p.text
            for p in parts
            if p.kind in ("general", "at", "text")
        )
        return f"-{inner}" if value < 0 else inner
    if not section.has("digit"):
        return "".join(p.text for p in parts if p.kind in ("text", "percent", "point", "comma"))
    if any(p.kind == "text" and "/" in p.text for p in parts) and section.has("digit"):
        before = [p.kind for p in parts]
        slash = next(i for i, p in enumerate(parts) if p.kind == "text" and "/" in p.text)
        if "digit" in before[:slash] and "digit" in before[slash:]:
            return _general(value)  # a fraction: its exact value
    return _with_digits(section, value)


def _with_digits(section: _Section, value: Decimal) -> str:
    parts = list(section.parts)
    last_digit = max(i for i, p in enumerate(parts) if p.kind == "digit")
    exponent_at = next((i for i, p in enumerate(parts) if p.kind == "exponent"), None)
    point_at = next((i for i, p in enumerate(parts) if p.kind == "point"), None)
    end = exponent_at if exponent_at is not None else len(parts)
    if point_at is not None and point_at > end:
        point_at = None
    whole_end = point_at if point_at is not None else end
    whole = [i for i in range(whole_end) if parts[i].kind == "digit"]
    fraction = [i for i in range(whole_end, end) if parts[i].kind == "digit"]
    scale, grouped = 0, False
    for i, part in enumerate(parts):
        if part.kind == "comma":
            after = [k for k in whole if k > i]
            if whole and i > whole[0] and after:
                grouped = True
            elif whole and i > whole[-1] and not (i < last_digit and i > whole_end):
                scale += 3
    value = EXACT.plus(value)
    number = abs(value).scaleb(2 * sum(p.kind == "percent" for p in parts) - scale)
    power = 0
    if exponent_at is not None:
        number, power = _mantissa(number, max(len(whole), 1), len(fraction))
    rounded = number.quantize(Decimal(1).scaleb(-len(fraction)), context=ROOMY)
    digits, _, decimals = f"{rounded:f}".partition(".")
    digits = "" if digits == "0" else digits
    shown = {i: p.text for i, p in enumerate(parts)}
    shown |= dict.fromkeys((i for i, p in enumerate(parts) if p.kind == "comma"), "")
    _fill_whole(shown, [(i, parts[i].text) for i in whole], digits, grouped)
    _fill_fraction(shown, [(i, parts[i].text) for i in fraction], decimals)
    if point_at is not None and not whole:
        shown[point_at] = f"{digits}{shown[point_at]}"
    if exponent_at is not None:
        sign = "-" if power < 0 else "+" if parts[exponent_at].text.endswith("+") else ""
        shown[exponent_at] = f"E{sign}"
        places = [(i, p.text) for i, p in enumerate(parts) if i > end and p.kind == "digit"]
        _fill_whole(shown, places, str(abs(power)) if power else "", False)
    text = "".join(shown[i] for i in range(len(parts)))
    text = _in_numerals(text, section.numerals)
    return f"-{text}" if value < 0 and rounded else text


def _mantissa(number: Decimal, whole: int, places: int) -> tuple[Decimal, int]:
    """The number with so many digits before its point (a multiple of which is the power)."""
    if not number:
        return number, 0
    power = number.adjusted() // whole * whole
    scaled = number.scaleb(-power)
    if scaled.quantize(Decimal(1).scaleb(-places), context=ROOMY) >= Decimal(10) ** whole:
        power += whole
        scaled = number.scaleb(-power)
    return scaled, power


def _fill_whole(
    shown: dict[int, str], places: Sequence[tuple[int, str]], digits: str, grouped: bool
) -> None:
    """Put the digits into their places from the right; what is left over goes before the first."""
    rest, count = digits, 0
    for index, (at, place) in enumerate(reversed(places)):
        last = index == len(places) - 1
        taken, rest = (rest, "") if last else (rest[-1:], rest[:-1])
        filled = taken or {"0": "0", "?": " "}.get(place, "")
        text = ""
        for digit in reversed(filled):
            if grouped and count and count % 3 == 0 and digit != " ":
                text = f",{text}"
            text = f"{digit}{text}"
            count += 1
        shown[at] = text


def _fill_fraction(shown: dict[int, str], places: Sequence[tuple[int, str]], digits: str) -> None:
    kept = len(digits.rstrip("0"))
    for index, (at, place) in enumerate(places):
        needed = index < kept or any(p == "0" for _, p in places[index:])
        shown[at] = digits[index] if needed else " " if place == "?" else ""


def _in_numerals(text: str, numerals: int) -> str:
    """Digits as [DBNum1] (一百二十三) or [DBNum2] (壹佰贰拾叁) writes them, [DBNum3] full-width."""
    if not numerals:
        return text
    if numerals == 3:
        return text.translate(str.maketrans("0123456789", _NUMERALS[3]))
    return re.sub(
        r"(\d+)(\.\d+)?",
        lambda m: (
            _chinese(m[1].lstrip("0"), numerals)
            + (f".{_one_by_one(m[2][1:], numerals)}" if m[2] else "")
        ),
        text,
    )


def _one_by_one(digits: str, numerals: int) -> str:
    return "".join(_NUMERALS[numerals][int(digit)] for digit in digits)


def _chinese(digits: str, numerals: int) -> str:
    """A whole number in words, up to 16 digits."""
    zero = _NUMERALS[numerals][0]
    if not digits:
        return zero
    if len(digits) > 16:
        return digits
    words, gap = "", False
    for group in range((len(digits) - 1) // 4, -1, -1):
        four = digits[max(len(digits) - 4 * group - 4, 0) : len(digits) - 4 * group]
        inner = ""
        for place, digit in zip(range(len(four) - 1, -1, -1), four, strict=True):
            if digit == "0":
                gap = True
                continue
            inner += zero if gap and (words or inner) else ""
            inner += f"{_NUMERALS[numerals][int(digit)]}{_TENS[numerals][place]}"
            gap = False
        if inner:
            words += f"{inner}{('', '万', '亿', '万亿')[group]}"
    return words


def _moment(section: _Section, value: Decimal, from_1904: bool) -> str:
    """A day number with a fraction for the time of day, by a format of dates and times."""
    if not 0 <= value < _LAST_DAY:
        return "#" * 8  # what a sheet shows for a date that is none
    parts = section.parts
    finest = _places_of_seconds(parts)
    whole_seconds = any(p.kind in ("date", "elapsed") and p.text.startswith("s") for p in parts)
    step = Decimal(1).scaleb(-finest) if whole_seconds else Decimal(1)
    seconds = (value * 86_400).quantize(step, context=ROOMY)
    days, in_day = divmod(seconds, 86_400)
    number = int(days)
    if not from_1904 and number < 60:
        number += 1  # the sheet's calendar has a 29 February 1900
    start = _EPOCH_1904 if from_1904 else _EPOCH
    day = start + timedelta(days=number)
    hour, rest = divmod(int(in_day), 3600)
    clock = _Clock(day, hour, rest // 60, in_day % 60, int(seconds), section.has("noon"))
    pieces: list[str] = []
    for index, part in enumerate(parts):
        match part.kind:
            case "date":
                minutes = part.text.startswith("m") and _is_minutes(parts, index)
                text = clock.show("n" * len(part.text) if minutes else part.text)
                year = part.text[0] in "ye"
                pieces.append(_date_numerals(text, section.numerals, year))
            case "elapsed":
                unit = {"h": 3600, "m": 60, "s": 1}[part.text[0]]
                pieces.append(str(clock.elapsed // unit).zfill(len(part.text)))
            case "noon":
                pieces.append(part.text.split("/")[hour >= 12])
            case "digit":
                continue  # of the fraction of a second, shown with its point
            case "point":
                whole = index + 1 < len(parts) and parts[index + 1].kind == "digit"
                pieces.append(clock.fraction(finest) if whole else ".")
            case "text" | "comma" | "percent":
                pieces.append(part.text)
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class _Clock:
    day: datetime
    hour: int
    minute: int
    second: Decimal
    elapsed: int  # whole seconds since the start of the calendar
    by_noon: bool

    def show(self, code: str) -> str:
        """One code of a date: ``yyyy``, ``mm`` (month), ``nn`` (minute), …"""
        day, size = self.day, len(code)
        hour = (self.hour % 12 or 12) if self.by_noon else self.hour
        match code[0]:
            case "y":
                return f"{day.year % 100:02}" if size <= 2 else f"{day.year:04}"
            case "e":
                return str(day.year)
            case "m" if size >= 3:
                return _MONTHS[day.month - 1][: 1 if size == 5 else 3]
            case "d" if size >= 3:
                return day.strftime("%a" if size == 3 else "%A")
            case "a":
                return ("星期" if size == 4 else "") + _WEEKDAYS[day.weekday()]
        number = {
            "m": day.month, "d": day.day, "h": hour, "n": self.minute, "s": int(self.second),
        }[code[0]]  # fmt: skip
        return f"{number:02}" if size >= 2 else str(number)

    def fraction(self, places: int) -> str:
        """The point and what comes after it of the seconds."""
        return f"{self.second % 1:.{places}f}"[1:]


def _places_of_seconds(parts: Sequence[_Part]) -> int:
    point = next((i for i, part in enumerate(parts) if part.kind == "point"), len(parts))
    return sum(part.kind == "digit" for part in parts[point:])


def _is_minutes(parts: Sequence[_Part], index: int) -> bool:
    """Whether an ``m`` is of minutes: after hours, or before seconds."""
    if len(parts[index].text) > 2:
        return False
    units = [(i, p.text[0]) for i, p in enumerate(parts) if p.kind in ("date", "elapsed")]
    before = [unit for i, unit in units if i < index]
    after = [unit for i, unit in units if i > index]
    return before[-1:] == ["h"] or after[:1] == ["s"]


def _date_numerals(text: str, numerals: int, year: bool) -> str:
    if numerals in (1, 2) and text.isdecimal():
        words = _one_by_one(text, numerals) if year else _chinese(text.lstrip("0"), numerals)
        return words.removeprefix("一") if words.startswith("一十") else words
    return _in_numerals(text, numerals)
