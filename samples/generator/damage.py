"""What happens to the characters of a report on its way: script, pinyin, look-alikes, encodings.

The numbers stay what they were; where a damage takes letters of names away, the facts that they
spell are optional.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random

import opencc

from samples.generator.pinyin import TONED, TONELESS

_TAG = re.compile(r"(<script.*?</script>|<style.*?</style>|<!--.*?-->|<[^>]*>|&#?\w+;)", re.DOTALL)
_CHARSET = re.compile(r"charset=[\w-]+")
# Converters that take each character by itself, or Taiwan's words, overdo it.
OVERDONE = {
    "只計": "隻計", "強制": "強製", "制發": "製發", "制度": "製度", "文件": "檔案", "系統": "係統",
    "制作": "製作", "幹部": "乾部", "行政複議": "行政復議", "批準": "批準", "准": "準",
}  # fmt: skip
# Kangxi radicals and compatibility forms that fonts and PDFs put for common characters.
LOOKALIKES = {
    "一": "⼀", "二": "⼆", "人": "⼈", "八": "⼋", "十": "⼗", "口": "⼝", "士": "⼠", "大": "⼤",
    "小": "⼩", "工": "⼯", "心": "⼼", "文": "⽂", "方": "⽅", "日": "⽇", "月": "⽉", "比": "⽐",
    "水": "⽔", "生": "⽣", "用": "⽤", "立": "⽴", "自": "⾃", "行": "⾏", "见": "⻅", "金": "⾦",
    "长": "⻓", "门": "⻔", "页": "⻚", "高": "⾼", "不": "\uf967", "年": "\uf98e", "理": "\uf9e4",
    "列": "\uf99c", "度": "\ufa01", "利": "\uf9dd",
}  # fmt: skip
LOST_WITH_LETTERS = ("issuer", "title", "report_year", "template", "index_number")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Damaged:
    """The bytes after a damage and the facts that can no longer be demanded.

    Where letters are gone for good (``letters_lost``) labels may not be known again, and to read
    nothing beside them is right.
    """

    data: bytes
    optional: tuple[str, ...] = ()
    letters_lost: bool = False


def damage(name: str, data: bytes, suffix: str, seed: int) -> Damaged:
    """A file of text or HTML after the damage of this name."""
    rng = Random(f"damage:{name}:{seed}")
    text = _decoded(data)
    if name in _BYTES:
        if name == "mojibake_gbk":
            return Damaged(_BYTES[name](text), LOST_WITH_LETTERS, letters_lost=True)
        return Damaged(_BYTES[name](text))
    change = _TEXT[name]
    if suffix == ".html":
        pieces = _TAG.split(text)
        pieces[::2] = [change(piece, rng) for piece in pieces[::2]]
        text = _CHARSET.sub("charset=utf-8", "".join(pieces))
    else:
        text = change(text, rng)
    return Damaged(text.encode("utf-8"))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def _traditional(text: str, rng: Random) -> str:
    return str(_converter("s2t").convert(text))


def _taiwan(text: str, rng: Random) -> str:
    return str(_converter("s2tw").convert(text))


def _overdone(text: str, rng: Random) -> str:
    """Traditional, with words that are no longer Chinese."""
    text = _traditional(text, rng)
    for right, wrong in OVERDONE.items():
        text = text.replace(right, wrong)
    return text


def _toned(text: str, rng: Random) -> str:
    """Traditional, with its pinyin after every character that Simplified writes otherwise."""
    return "".join(f"{c}({TONED[c]})" if c in TONED else c for c in _traditional(text, rng))


def _doubled(text: str, rng: Random) -> str:
    """Traditional, with pinyin without tones after each character, sometimes twice."""
    pieces = []
    for character in _traditional(text, rng):
        pieces.append(character)
        if sound := TONELESS.get(character):
            pieces.append(f"({sound})" * (2 if rng.random() < 0.2 else 1))
    return "".join(pieces)


def _lookalikes(text: str, rng: Random) -> str:
    return "".join(LOOKALIKES.get(c, c) if rng.random() < 0.8 else c for c in text)


def _wide(text: str, rng: Random) -> str:
    return text.translate(_WIDE)


def _decomposed(text: str, rng: Random) -> str:
    """No-break, ideographic and zero-width blanks where plain ones were, or between words."""
    return "".join(
        rng.choice("\u00a0\u3000 \u2002") if c == " " else c + rng.choice(("", "", "", "\u200b"))
        if unicodedata.category(c) == "Lo" else c
        for c in text
    )  # fmt: skip


def _utf8_as_gbk(text: str) -> bytes:
    """UTF-8 taken for GBK, line by line: a character left half is a question mark."""
    lines = (line.encode("utf-8").decode("gbk", "replace") for line in text.split("\n"))
    return "\n".join(lines).replace("\ufffd", "?").encode("utf-8")


def _utf8_as_latin(text: str) -> bytes:
    """UTF-8 taken for Windows-1252, as databases with a wrong setting give it back."""
    return "".join(_western(byte) for byte in text.encode("utf-8")).encode("utf-8")


def _gbk_as_latin(text: str) -> bytes:
    """GBK taken for Latin-1."""
    return text.encode("gb18030").decode("latin-1").encode("utf-8")


def _western(byte: int) -> str:
    """A byte in Windows-1252; the five that it has not stay control characters."""
    one = bytes([byte])
    try:
        return one.decode("cp1252")
    except UnicodeDecodeError:
        return one.decode("latin-1")


_TEXT: Mapping[str, Callable[[str, Random], str]] = {
    "traditional": _traditional,
    "traditional_taiwan": _taiwan,
    "traditional_overdone": _overdone,
    "pinyin_toned": _toned,
    "pinyin_doubled": _doubled,
    "lookalikes": _lookalikes,
    "wide_digits": _wide,
    "odd_blanks": _decomposed,
}
_BYTES: Mapping[str, Callable[[str], bytes]] = {
    "mojibake_gbk": _utf8_as_gbk,
    "mojibake_latin": _utf8_as_latin,
    "mojibake_gbk_latin": _gbk_as_latin,
}
DAMAGES = (*_TEXT, *_BYTES)
