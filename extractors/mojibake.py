"""Text that was decoded wrongly before it was saved, put right where that is certain.

Each known shape is one encoding read as another. It is undone by encoding the text again and
decoding the bytes rightly, and only where the text as it stands is no Chinese and what comes out
is: running Chinese has three common characters in four, mangled text hardly one in ten.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .common_characters import COMMON, likeness_to_chinese, ordinary

LOST = "\ufffd"
NO_CHINESE = 0.2  # likeness of mangled text is at most this
CHINESE = 0.6  # and that of what comes out at least this
SENSE = 0.5  # likeness above which a run is left as it is, whatever stands around it
FEWEST = 3  # characters that must come out before shorter runs are believed too
FEWEST_OF_LATIN = 2  # no word of a language is six such letters that make two common characters

# UTF-8 read as GBK: the lead bytes of 的, ，, 。, 政, 信, 一, 公 and others make these.
_UTF8_AS_GBK = re.compile("[鐨锛銆鏀淇涓鍏骞鏈浜鍦绗鎴浠]")
_GBK_RUN = re.compile("[^\x00-\x7f]+[?]?")
# UTF-8 read as Latin-1: a lead byte, then continuation bytes, as Latin-1 and cp1252 show them.
_CONTINUED = (
    "\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2022\u2026\u2030"
    "\u2039\u203a\u20ac\u2122"
)
_UTF8_AS_LATIN = re.compile(f"[\xe2-\xef][{_CONTINUED}]{{2}}|[\xc2\xc3][{_CONTINUED}]")
_LATIN_RUN = re.compile(f"[\xc0-\xff{_CONTINUED}]+")
# GBK or Big5 read as Latin-1: pairs of letters with accents.
_DOUBLE_AS_LATIN = re.compile("[\xa1-\xfe][\x40-\x7e\xa1-\xfe][\xa1-\xfe]")
# U+FFFD in UTF-8, read as GBK: two characters were lost.
_LOST_TWICE = re.compile("锟斤拷?")
# A continuation byte too many: bytes were dropped there, and the character before it is not sure.
_TOO_MANY = re.compile(rb"[\xe0-\xef][\x80-\xbf]{3,}")

_CP1252 = {
    bytes((b,)).decode("cp1252"): b
    for b in range(0x80, 0xA0)
    if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


def unmangled(text: str) -> str:
    """The text with every mangled run of known shape put right; good text comes back as it is."""
    if text.isascii():
        return text
    if "锟斤" in text:
        text = _LOST_TWICE.sub(LOST * 2, text)
    if _UTF8_AS_LATIN.search(text):
        whole = _from_latin(text)
        if whole is not None and _certain(text, whole, FEWEST):
            return whole
        text = _runs_anew(text, _LATIN_RUN, _from_latin, FEWEST_OF_LATIN)
    if _UTF8_AS_GBK.search(text):
        text = _runs_anew(text, _GBK_RUN, _from_gbk, FEWEST)
    if _DOUBLE_AS_LATIN.search(text) and likeness_to_chinese(text) < NO_CHINESE:
        text = _as_double_bytes(text)
    return text


def _runs_anew(
    text: str, runs: re.Pattern[str], undo: Callable[[str], str | None], fewest: int
) -> str:
    """Every run that gives Chinese put right; short ones only where a longer one proves it."""
    found = {run: (undo(run) or run) for run in set(runs.findall(text))}
    if not any(_certain(run, result, fewest) for run, result in found.items()):
        return text

    def choose(match: re.Match[str]) -> str:
        run = match.group()
        result = found[run]
        if LOST not in result or LOST in run or likeness_to_chinese(run) <= NO_CHINESE:
            return result if likeness_to_chinese(run) < SENSE else run
        return run

    return runs.sub(choose, text)


def _certain(run: str, result: str, fewest: int) -> bool:
    """Whether the run is no Chinese and the result is."""
    whole = result.replace(LOST, "")
    lost = len(result) - len(whole)
    if len(whole) < fewest or lost > max(1, len(whole) // 3):
        return False
    before, after = likeness_to_chinese(run), likeness_to_chinese(whole)
    # bytes that are UTF-8 without a fault are hardly that by chance
    return after >= CHINESE and before <= (after - 0.35 if lost == 0 else NO_CHINESE)


def _from_latin(run: str) -> str | None:
    """UTF-8 shown as Latin letters, perhaps twice over."""
    for _ in range(2):
        data = _latin_bytes(run)
        if data is None:
            return None
        run = _utf8(data)
        if not _UTF8_AS_LATIN.search(run):
            break
    return run


def _from_gbk(run: str) -> str | None:
    """UTF-8 shown as GBK; a last byte without a partner shows as ? or is lost."""
    bare = run.rstrip(LOST + "?")
    data = _gbk_bytes(bare)
    if data is None:
        return None
    result = _utf8(data)
    if len(bare) < len(run) and not result.endswith(LOST):
        result += run[len(bare) :]
    return result


def _utf8(data: bytes) -> str:
    return _TOO_MANY.sub(b"\xff", data).decode("utf-8", "replace")


def _as_double_bytes(text: str) -> str:
    """A whole text of GBK or Big5 bytes shown as Latin letters."""
    data = _latin_bytes(text)
    if data is None:
        return text
    best, best_likeness = text, CHINESE
    for encoding in ("gb18030", "big5hkscs"):
        result = data.decode(encoding, "replace")
        likeness = likeness_to_chinese(result)
        if likeness > best_likeness and result.count(LOST) <= len(result) // 50:
            best, best_likeness = result, likeness
    return best


def _latin_bytes(text: str) -> bytes | None:
    """The bytes that Latin-1 or Windows-1252 shows as this text."""
    try:
        return bytes(_CP1252.get(c) or ord(c) for c in text)
    except ValueError:
        return None


def _gbk_bytes(text: str) -> bytes | None:
    """The bytes that GBK shows as this text.

    The byte 80 is none in GBK: Windows shows it as €, others as U+FFFD.
    """
    try:
        return b"".join(b"\x80" if c in "€\ufffd" else c.encode("gb18030") for c in text)
    except UnicodeEncodeError:
        return None


@dataclass(frozen=True, slots=True)
class Realigned:
    """A text with what could be put right in it, and the spans of it that stay damaged."""

    text: str
    damaged: tuple[tuple[int, int], ...] = ()


# A lost lead byte shows as ? or U+FFFD; what follows is misaligned up to the next ASCII character,
# which may be the second half of a pair. Digits after it have lost some of theirs.
_SHIFTED = re.compile("[?\ufffd]([^\x00-\x7f?\ufffd]{3,})([@-~]?)([?\ufffd]?[0-9]*)")
_DIGITS_LOST = re.compile("[?\ufffd][0-9]+")


def realigned(text: str) -> Realigned:
    """Runs of GBK in which one byte was lost, so that all pairs after it are misaligned.

    ``?。ㄒ唬┲鲃庸_`` was ``　（一）主動公開``: the pairs are put together anew as far as they
    give characters in use. The character that lost its byte, and those that cannot be told, become
    U+FFFD; they and the digits that touch them are the damaged spans. A ``?`` before digits is
    damage too: it stands for digits that the byte before them swallowed.
    """
    if "?" not in text and LOST not in text:
        return Realigned(text)
    pieces: list[str] = []
    damaged: list[tuple[int, int]] = []
    at = length = 0
    for match in _SHIFTED.finditer(text):
        repaired = _pairs_anew(match.group(1) + match.group(2))
        if repaired is None:
            continue
        before = text[at : match.start()]
        whole, rest = repaired
        lost = LOST + match.group(3).replace("?", LOST)
        middle = LOST + whole + (lost if rest or match.group(3) else "")
        start = length + len(before)
        damaged.append((start, start + 1))
        if len(middle) > 1 + len(whole):
            damaged.append((start + 1 + len(whole), start + len(middle)))
        pieces += (before, middle)
        length = start + len(middle)
        at = match.end()
    pieces.append(text[at:])
    result = "".join(pieces)
    touched = set(damaged)
    touched |= {m.span() for m in _DIGITS_LOST.finditer(result)}
    return Realigned(result, tuple(_joined(sorted(touched))))


def _pairs_anew(run: str) -> tuple[str, bool] | None:
    """The characters of a misaligned run, and whether some at its end cannot be told.

    None where the run is not misaligned: it makes sense as it stands, or makes none either way.
    """
    if likeness_to_chinese(run) > 0.5:
        return None
    try:
        data = run.encode("gb18030")[1:]
    except UnicodeEncodeError:
        return None
    found: list[str] = []
    for index in range(0, len(data) - 1, 2):
        try:
            character = data[index : index + 2].decode("gb18030")
        except UnicodeDecodeError:
            break
        if len(character) != 1 or not (character in COMMON or character in ordinary()):
            break
        found.append(character)
    whole = "".join(found)
    if len(whole) < FEWEST or likeness_to_chinese(whole) < 0.8:
        return None
    return whole, 2 * len(whole) < len(data)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for start, end in spans:
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
