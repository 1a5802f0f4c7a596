"""Text as a reader of Simplified Chinese expects it, with the way back to what was printed.

Four things are undone here, each one to one or by taking characters out, so that every place in
the result has its place in the original: pinyin in brackets that a web page or a converter put
behind characters (``鎮(zhèn)``, ``公(gong)開(kai)(kai)``), characters that stand for others
(Kangxi radicals, compatibility and full-width forms), Traditional characters, and words that a
converter replaced (規範性檔案 for 规范性文件).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

# CJK Radicals Supplement has few decompositions of its own; these are the forms that fonts and
# converters put in running text by mistake.
RADICALS = {
    0x2E81: "厂", 0x2E83: "乙", 0x2E84: "乙", 0x2E85: "人", 0x2E86: "冂", 0x2E88: "刀",
    0x2E89: "刂", 0x2E8B: "卩", 0x2E8F: "尢", 0x2E92: "巳", 0x2E93: "幺", 0x2E95: "彐",
    0x2E98: "扌", 0x2E99: "攵", 0x2E9B: "旡", 0x2E9F: "母", 0x2EA0: "民", 0x2EA1: "氵",
    0x2EA2: "氺", 0x2EA3: "灬", 0x2EA9: "王", 0x2EAA: "疋", 0x2EAB: "目", 0x2EAC: "示",
    0x2EAE: "竹", 0x2EAF: "糸", 0x2EB3: "罒", 0x2EB6: "羊", 0x2EB7: "羊", 0x2EB9: "老",
    0x2EBC: "肉", 0x2EC1: "虎", 0x2EC4: "西", 0x2EC5: "见", 0x2EC6: "角", 0x2EC8: "讠",
    0x2EC9: "贝", 0x2ECB: "车", 0x2ECC: "辶", 0x2ECF: "邑", 0x2ED0: "金", 0x2ED1: "長",
    0x2ED2: "镸", 0x2ED3: "长", 0x2ED4: "门", 0x2ED6: "阝", 0x2ED8: "青", 0x2ED9: "韦",
    0x2EDA: "页", 0x2EDB: "风", 0x2EDC: "飞", 0x2EDD: "食", 0x2EE0: "饣", 0x2EE2: "马",
    0x2EE3: "骨", 0x2EE4: "鬼", 0x2EE5: "鱼", 0x2EE6: "鸟", 0x2EE9: "黄", 0x2EEC: "齐",
    0x2EEE: "齿", 0x2EEF: "龙", 0x2EF3: "龟",
}  # fmt: skip

# Characters that Simplified text has in names and set words; they are converted only beside a
# character that no Simplified text has.
AMBIGUOUS = frozenset(
    "乾於著瞭藉麽麼徵夥谿甯昇陞堃喆仝祕倖鍾锺晳餘硃穀榖薑鬱櫃儘剋劃幺么了后里只干斗丑谷松云"
    "沖冲佔占布佈板闆志誌制製准準卷捲采採托託秋鞦千韆回迴向嚮系繫係游遊愿願岳嶽咨諮"
    "吁籲郁佣傭蔑衊面麵蒙濛懞弥彌瀰辟闢朴樸仆僕腊臘胜勝叶葉吊弔刮颳淀澱"
)
_RADICAL = re.compile(f"[{chr(min(RADICALS))}-{chr(max(RADICALS))}]")
_FOLDABLE = re.compile("[^\u3400-\u9fff\0-\x7f]")  # what NFKC may change
_INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
_A, _E, _I, _O, _U, _V = ("[aāáǎà]", "[eēéěè]", "[iīíǐì]", "[oōóǒò]", "[uūúǔù]", "[vüǖǘǚǜ]")
_FINAL = (
    f"(?:{_I}{_A}(?:ng?|{_O})?|{_I}{_E}|{_I}{_U}|{_I}{_O}(?:ng|{_U})?|{_I}ng?|{_I}"
    f"|{_U}{_A}(?:ng?|{_I})?|{_U}{_E}(?:ng?|{_I})?|{_U}{_I}|{_U}{_O}|{_U}n|{_U}"
    f"|{_V}{_E}|{_V}n|{_V}|{_A}(?:ng?|{_I}|{_O})?|{_E}(?:ng?|{_I}|r)?|{_O}(?:ng|{_U})?)"
)
_SYLLABLE = rf"[(（]\s?{_INITIAL}{_FINAL}\s?[)）]"
_PINYIN = re.compile(rf"(?<=[\u2e80-\u9fff\uf900-\ufaff])(?:{_SYLLABLE})+")
# A converter's word for another word; both are equally long, so that places stay.
_WORDS = (
    ("规范性档案", "规范性文件"),
    ("强製", "强制"),
    ("行政强制执行档案", "行政强制执行文件"),
)


@dataclass(slots=True)
class Places:
    """For each character of a text the place it came from, kept as runs of neighbours.

    A page with pinyin behind every word has 500 runs and 5,000 characters, and few are asked for.
    """

    before: Places | None = None  # of the text that this one was made from, if that was made too
    begins: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    length: int = 0

    def add(self, origin: int, count: int) -> None:
        """The next so many characters came from ``origin`` on."""
        if count > 0:
            self.begins.append(self.length)
            self.origins.append(origin)
            self.length += count

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> int:
        run = bisect_right(self.begins, index) - 1
        place = self.origins[run] + index - self.begins[run]
        return place if self.before is None else self.before[place]


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text, what it was made from, and for each of its characters the place it came from."""

    text: str
    original: str
    starts: Places | None = None  # None: the same places in both

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that ``text[start:end]`` was made from."""
        if self.starts is None or start >= end:
            return (start, end) if self.starts is None else (self._place(start),) * 2
        last = self.starts[end - 1]
        following = self.starts[end] if end < len(self.starts) else len(self.original)
        # characters that were taken out behind the last one belong to it
        return self.starts[start], max(last + 1, following)

    def _place(self, index: int) -> int:
        starts = self.starts
        known = starts is not None and index < len(starts)
        return starts[index] if starts is not None and known else len(self.original)


def normalised_text(text: str) -> str:
    """The text of `normalise` alone, for those who need no places."""
    if text.isascii():
        return text
    if "(" in text or "（" in text:
        text = _PINYIN.sub("", text)
    return _in_simplified(_folded_text(text))


def normalise(text: str) -> Normalised:
    """Take out pinyin, fold forms, and make Traditional Simplified.

    Blanks and line ends stay as they are. Never raises; text of ASCII alone comes back as it is.
    """
    if text.isascii():
        return Normalised(text, text)
    starts: Places | None = None
    result = text
    if "(" in text or "（" in text:
        pieces, places, at = [], Places(), 0
        for match in _PINYIN.finditer(text):
            begin, end = match.span()
            pieces.append(text[at:begin])
            places.add(at, begin - at)
            at = end
        if pieces:
            pieces.append(text[at:])
            places.add(at, len(text) - at)
            result, starts = "".join(pieces), places
    folded, result_starts = _folded(result, starts)
    simple = _in_simplified(folded)
    if simple == text:
        return Normalised(text, text)
    return Normalised(simple, text, result_starts)


def _in_simplified(folded: str) -> str:
    simple = simplified(folded)
    for wrong, right in _WORDS:
        simple = simple.replace(wrong, right)
    return simple


def _folded_text(text: str) -> str:
    """Compatibility and full-width forms folded; some become several characters."""
    # `translate` looks every character up, and few texts have a radical
    translated = text.translate(RADICALS) if _RADICAL.search(text) else text
    if unicodedata.is_normalized("NFKC", translated):
        return translated
    return _FOLDABLE.sub(lambda match: _fold(match.group()), translated)


def _folded(text: str, starts: Places | None) -> tuple[str, Places | None]:
    """A text with its forms folded, and the places of its characters."""
    folded = _folded_text(text)
    if len(text) == len(folded):
        return folded, starts
    places, at = Places(starts), 0
    for match in _FOLDABLE.finditer(text):
        width = len(_fold(match.group()))
        if width > 1:
            places.add(at, match.start() - at)
            for _ in range(width):
                places.add(match.start(), 1)
            at = match.end()
    places.add(at, len(text) - at)
    return folded, places


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def simplified(text: str) -> str:
    """Traditional characters made Simplified, one to one.

    A text without a character that only Traditional has is left alone: 乾 and 於 stand in names.
    """
    table, only = _tables()
    if only.isdisjoint(text):
        return text
    converted: str = _converter().convert(text)
    # whole words first (乾縣 stays 乾县); where that changes the length, character by character
    return converted if len(converted) == len(text) else text.translate(table)


@cache
def _converter() -> Any:
    import opencc  # 10 ms: only documents in Traditional pay for it

    return opencc.OpenCC("t2s")


@cache
def _tables() -> tuple[dict[int, str], frozenset[str]]:
    """Traditional to Simplified by character, and the characters that prove Traditional."""
    blocks = ((0x4E00, 0xA000), (0x3400, 0x4DC0), (0xF900, 0xFB00))
    every = [chr(code) for start, end in blocks for code in range(start, end)]
    converted = _converter().convert("\n".join(every)).split("\n")
    changed = {a: b for a, b in zip(every, converted, strict=True) if a != b and len(b) == 1}
    return {ord(a): b for a, b in changed.items()}, frozenset(changed) - AMBIGUOUS
