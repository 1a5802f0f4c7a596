"""Printed amounts as numbers: blank, a mark for "none", unreadable and 0 stay four things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from gouji.model import Kind, Number

from .script import normalised_text


@dataclass(frozen=True, slots=True)
class Amount:
    """What a value cell says."""

    value: Number | None
    kind: Kind
    unit: str | None = None  # written in the cell: 件, 项, 元, 万元
    note: str | None = None  # what else the cell says
    repeated: int = 1  # the same number so many times in one cell


NONE_MARKS = frozenset("/／\\-－﹣—–―─ーー一~～") | {
    "无",
    "無",
    "N/A",
    "n/a",
    "无。",
    "*",
    "——",
    "--",
}
# what is no character, or what a sheet shows where it has no value: #REF!, #N/A, ########
_DAMAGE = re.compile(r"[\ufffd\ue000-\uf8ff□]|^#(?:[A-Z/0]+[!?]|N/A|#+)$")
_UNITS = r"(?:亿元|万元|元|万|件次|人次|件|项|宗|条|份|个|次|起|篇|人|场|期|部|家)"
_DIGITS = r"\d{1,3}(?:[,，]\d{3})+|\d+"
_NUMBER = re.compile(
    rf"(?P<sign>[+\-−－﹢＋]|增加|减少|新增|增|减)?(?P<digits>{_DIGITS})(?P<fraction>[.．·]\d+)?"
    rf"(?P<unit>{_UNITS})?"
)
LONGEST = 400  # characters; no amount is as long, and no number of so many digits is made
# Raised and ringed digits are footnote marks; NFKC would make them digits of the number.
# Brackets round them belong to the mark.
_RAISED = re.compile(
    "[\\[(（【〔［]?[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]+[\\])）】〕］]?"
)
# Everything that is set for a minus or a hyphen; a dash (— or ―) means "none" and stays.
_HYPHENS = str.maketrans("‐‑‒–−﹣－", "-------")
_HYPHEN = re.compile("[‐‑‒–−﹣－]")
_DIGITS_LINE = re.compile(r"[\d.,，]+")
_NEGATIVE = frozenset(("-", "−", "－", "减", "减少"))


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Forms folded, Traditional made Simplified, bracketed pinyin and every blank taken out."""
    return without_blanks(text if text.isascii() else normalised_text(text))


def without_blanks(folded: str) -> str:
    """A folded text with one kind of hyphen and no blank, visible or not."""
    return "".join((folded if folded.isascii() else one_hyphen(folded)).split())


def one_hyphen(folded: str) -> str:
    """A folded text with one kind of hyphen and no invisible blank."""
    if _HYPHEN.search(folded):  # `translate` looks every character up, and few lines have one
        folded = folded.translate(_HYPHENS)
    return folded.replace("\u200b", "").replace("\ufeff", "")


@lru_cache(maxsize=16384)  # most cells of a report say 0: 200 calls a report become 30
def parse_amount(text: str, *, signed: bool = False) -> Amount:
    """Read one printed amount.

    Folds full-width digits, strips every blank, drops thousands commas; takes a unit written in
    the cell. A dash, a slash or 无 means that the report says "none", which is not zero
    (docs/forms.md, values). Text that is neither is `TEXT_DAMAGED` where characters were lost and
    `UNREAD` where it is no number; it never becomes 0. Never raises.
    """
    if not text.isascii():
        text = _RAISED.sub("*", text.replace("\u200b", " ").replace("\ufeff", " "))
    bare = plain(text)
    if not bare:
        return Amount(None, Kind.BLANK)
    if len(bare) > LONGEST:
        return Amount(None, Kind.UNREAD, note="several numbers")
    if "\n" in text and _broken_number(text):
        text = bare
    if bare.isdecimal() and bare.isascii():
        return _digits_only(text, bare)
    if bare in NONE_MARKS or set(bare) <= NONE_MARKS:
        return Amount(None, Kind.NOT_APPLICABLE)
    if _DAMAGE.search(bare) or "?" in bare:
        return Amount(None, Kind.TEXT_DAMAGED)
    matches = list(_NUMBER.finditer(bare))
    if not matches:
        return Amount(None, Kind.UNREAD)
    tokens = text.split()
    if len(matches) > 1 or (len(tokens) > 1 and matches[0].group() != bare):
        return _several(bare, matches)
    if _PARTED.search(text):
        return Amount(None, Kind.UNREAD, note="several numbers")
    match = matches[0]
    rest = bare[: match.start()] + bare[match.end() :]
    if rest and not _is_note(rest):
        return Amount(None, Kind.UNREAD, note=rest)
    value = _value(match)
    sign = match["sign"]
    if sign and not signed and sign not in ("+", "增", "增加", "新增"):
        # a minus before a count is a dash or a misprint: kept as read, for a person to settle
        return Amount(value, Kind.NUMBER, match["unit"], note="negative")
    return Amount(value, Kind.NUMBER, match["unit"], rest or None)


# Digits in paragraphs of their own, or with a tab between them, are two numbers.
_PARTED = re.compile(r"\d[^\S\t\n]*[\t\n]\s*\d")


def _digits_only(text: str, bare: str) -> Amount:
    tokens = text.split()
    if len(tokens) > 1 and len(set(tokens)) == 1 and (len(tokens[0]) > 1 or tokens[0] == "0"):
        return Amount(int(tokens[0]), Kind.NUMBER, repeated=len(tokens))
    if len(bare) > 1 and set(bare) == {"0"}:
        return Amount(0, Kind.NUMBER, repeated=len(bare))
    if len(tokens) > 1 and (_PARTED.search(text) or not _one_number(tokens)):
        return Amount(None, Kind.UNREAD, note="several numbers")
    return Amount(int(bare), Kind.NUMBER)


def _one_number(tokens: list[str]) -> bool:
    """Whether digits parted by blanks are one number: set wide, or in groups of three."""
    if all(len(token) == 1 for token in tokens):
        return plain(tokens[0]) != "0"
    return len(tokens[0]) <= 3 and all(len(token) == 3 for token in tokens[1:])


def _broken_number(text: str) -> bool:
    """Whether the lines are one number, too long for its cell: first a full line, or a sign."""
    printed = [line.strip() for line in text.split("\n")]
    lines = [plain(line) for line in printed if plain(line)]
    if len(lines) == 2 and lines[0] in ("+", "-") and lines[1].isdecimal():
        return True
    return (
        len(lines) > 1
        and len(lines[0])
        >= (4 if lines[0] in printed else 2)  # full-width digits are twice as wide
        and all(_DIGITS_LINE.fullmatch(line) and len(line) <= len(lines[0]) for line in lines)
        and len(set(lines)) > 1
    )


def _several(bare: str, matches: list[re.Match[str]]) -> Amount:
    values = [_value(match) for match in matches]
    if "".join(match.group() for match in matches) == bare and len(set(values)) == 1:
        return Amount(values[0], Kind.NUMBER, matches[0]["unit"], repeated=len(values))
    return Amount(None, Kind.UNREAD, note="several numbers")


_NOTE = re.compile(
    r"(?:约|近|余|多|左右|预算|合计|人民币|共|[:。;()]|\*|①|②|③|\(?预算\)?|\([^()0-9]{0,12}\)?)+"
)


def _is_note(rest: str) -> bool:
    """Words beside a number that leave it what it is: 约, 余, 预算, something in brackets."""
    return _NOTE.fullmatch(rest) is not None


def _value(match: re.Match[str]) -> Number:
    digits = match["digits"].replace(",", "").replace("，", "")
    fraction = match["fraction"]
    negative = match["sign"] in _NEGATIVE
    if fraction:
        exact = Decimal(f"{digits}.{fraction[1:]}")
        return -exact if negative else exact
    return -int(digits) if negative else int(digits)
