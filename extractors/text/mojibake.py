"""Text that was decoded wrongly before it was saved, put right where that is certain.

Each known shape is one encoding read as another. It is undone by encoding the text again and
decoding the bytes rightly, and only where the text as it stands is no Chinese and what comes out
is: running Chinese has three common characters in four, mangled text hardly one in ten.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from gouji.reports.forms import ALL_APPLICATION_ROWS, APPLICANTS, FORMS

from ..pdf.common_characters import COMMON, likeness_to_chinese, ordinary

LOST = "\ufffd"
NO_CHINESE = 0.2  # likeness of mangled text is at most this
MOST_TRIED = 3_000  # runs, before a text counts as not mangled: random bytes have endless ones
CHINESE = 0.6  # and that of what comes out at least this
SENSE = 0.5  # likeness above which a run is left as it is, whatever stands around it
FEWEST = 3  # characters that must come out before shorter runs are believed too
FEWEST_OF_LATIN = 2  # no word of a language is six such letters that make two common characters

# UTF-8 read as GBK: the lead bytes of 的, ，, 。, 政, 信, 一, 公 and others make these.
_UTF8_AS_GBK = re.compile("[鐨锛銆鏀淇涓鍏骞鏈浜鍦绗鎴浠]")
# The digit before a run tells that a character it begins with may be 年, 月, 日 or 件.
_GBK_RUN = re.compile("[0-9]?[^\x00-\x7f]+(?:[?][^\x00-\x7f]+)*[?]{0,2}")
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
_AROUND = 6  # characters looked at on either side of a lost byte: three of UTF-8 at least
_PARTIAL = re.compile(rb"[\xe0-\xef][\x80-\xbf]?$")

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
    each = dict.fromkeys(runs.findall(text))
    for run in islice(each, MOST_TRIED):
        result = undo(run)
        if result is not None and _certain(run, result, fewest):
            break
    else:
        return text
    better: dict[str, str] = {}
    for run in each:
        result = undo(run)
        if result is not None and _is_better(run, result):
            better[run] = result
    return runs.sub(lambda match: better.get(match.group(), match.group()), text)


def _is_better(run: str, result: str) -> bool:
    """Whether a run of a text that is known to be mangled reads better than it stands."""
    before = likeness_to_chinese(run)
    if LOST not in result or before <= NO_CHINESE:
        return before < SENSE
    return likeness_to_chinese(result.replace(LOST, "")) >= before + 0.35


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
    """UTF-8 shown as GBK; bytes that are nothing in GBK show as €, ? or U+FFFD.

    At the end of the run such a byte can be any. Inside it is 80, which begins nothing, or one of
    those that begin nothing together with the byte after it: taken if just one gives a character
    in common use.
    """
    bare = run.rstrip(LOST + "?")
    pieces: list[bytes] = []
    for character in bare:
        if character == "€":
            pieces.append(b"\x80")
        elif character in (LOST, "?"):
            pieces.append(b"")
        elif (encoded := _gb18030(character)) is not None:
            pieces.append(encoded)
        else:
            return None
    for index, piece in enumerate(pieces):
        if not piece:
            before = b"".join(pieces[max(0, index - _AROUND) : index])
            pieces[index] = _lost_byte(before, b"".join(pieces[index + 1 : index + _AROUND]))
    if len(bare) < len(run):
        pieces.append(_lost_end(b"".join(pieces[-_AROUND:])))
    return _utf8(b"".join(pieces))


def _gb18030(character: str) -> bytes | None:
    try:
        return character.encode("gb18030")
    except UnicodeEncodeError:
        return None


def _lost_byte(before: bytes, after: bytes) -> bytes:
    """The byte between two runs of UTF-8 that GBK could not show, or FF where that is not sure.

    Mostly it is 80. Of several that give a common character, the one counts that makes words of
    the form with both its neighbours: 公 and not 八 in 信息公开.
    """
    rest = _partial(before)
    missing = 2 - len(rest)
    found: dict[int, str] = {}
    for byte in (0x80, *range(0xA1, 0xC0)) if rest else range(0xE4, 0xEA):
        if byte == 0x80 or _is_nothing(bytes((byte, after[0]))):
            character = (rest + bytes((byte,)) + after[:missing]).decode("utf-8", "replace")
            if character in COMMON:
                found[byte] = character
    left = _tail(before, rest)[-1:]
    right = after[missing : missing + 3].decode("utf-8", "replace")[:1].strip(LOST)
    known = [
        byte
        for byte, character in found.items()
        if left + right
        and (not left or left + character in _words())
        and (not right or character + right in _words())
    ]
    if len(known) != 1:
        known = [0x80] if list(found) == [0x80] else []
    return bytes(known) or b"\xff"


def _lost_end(before: bytes) -> bytes:
    """The end of a character that was cut off, where only one ends a word of the form.

    Two characters before it have to be those of the word, or all that there are.
    """
    rest = _partial(before)
    if not rest:
        return b"\xff"
    tail = _tail(before, rest)
    last = tail[-1:]
    if "\u4e00" <= tail[:1] <= "\u9fff" and not last.isdigit() and tail not in {last, *_words()}:
        return b""
    found = [c.encode() for c in COMMON if last + c in _words() and c.encode().startswith(rest)]
    return found[0][len(rest) :] if len(found) == 1 else b""


def _partial(before: bytes) -> bytes:
    match = _PARTIAL.search(before)
    return match.group() if match else b""


def _tail(before: bytes, rest: bytes) -> str:
    """The whole characters that end before the bytes in question, two at most."""
    text = before[: len(before) - len(rest)].decode("utf-8", "replace")
    return text.rpartition(LOST)[2][-2:]


@cache
def _words() -> frozenset[str]:
    """Pairs of neighbouring characters in the wording of the forms and of a report's headings."""
    texts = [
        *(word for form in FORMS.values() for row in form.article20 for word in row.labels),
        *(head for form in FORMS.values() for row in form.article20 for c in row.columns
          for head in c.heads),
        *(word for row in ALL_APPLICATION_ROWS for word in row.labels),
        *(head for column in APPLICANTS for head in column.heads),
        "政府信息公开工作年度报告", "主动公开政府信息情况", "收到和处理政府信息公开申请情况",
        "行政复议行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项",
        "第二十条第一项", "信息内容", "结果维持", "结果纠正", "尚未审结", "未经复议直接起诉",
        "人民政府", "统计期限", "（一）予以公开（二）部分公开（三）不予公开（四）无法提供",
        "（五）不予处理（六）其他处理（七）总计",
        *(f"{digit}{unit}" for digit in "0123456789" for unit in "年月日件"),
    ]  # fmt: skip
    return frozenset(text[i : i + 2] for text in texts for i in range(len(text) - 1))


def _is_nothing(pair: bytes) -> bool:
    try:
        pair.decode("gbk")
    except UnicodeDecodeError:
        return True
    return False


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
