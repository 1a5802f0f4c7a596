"""Bytes of a web page or a text file as text, whatever the file says about its encoding.

A declared encoding is one opinion among others: pages say gb2312 and are UTF-8, say iso-8859-1 and
are GBK, or are put together from parts in two encodings. Each possible reading is judged by its
faults and by how much it looks like Chinese (`common_characters`), and the best one wins.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ..pdf.common_characters import COMMON, foreign, likeness_to_chinese
from .mojibake import realigned, unmangled

LOST = "\ufffd"
# Flags of a decoded text.
MIXED = "mixed_encoding"  # parts of it are in another encoding than the rest
REPAIRED = "mojibake_repaired"  # it had been decoded wrongly before it was saved, and is put right
DAMAGED = "bytes_damaged"  # bytes that are no text: each stands as U+FFFD
MISDECLARED = "declared_encoding_wrong"

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that mean the same, as browsers take them; a page that says gb2312 may use all of GB18030.
_ALIKE: tuple[tuple[str, str], ...] = (
    (r"utf-?8|unicode-1-1-utf-8|utf8mb4", "utf-8"),
    (r"(?:x-|cs)?(?:gb[_ -]?2312(?:-80|80)?|gbk|gb[_ -]?18030|cp-?936|ms936|windows-936|chinese"
     r"|euc-?cn|iso-ir-58|gb)", "gb18030"),
    (r"(?:cs|x-x-)?(?:big-?5(?:-?hkscs|-?eten)?|cp-?950|ms950|big5-?tw|cn-big5)", "big5"),
    (r"utf-?16(?:-?le)?|unicode|ucs-?2|unicodefffe", "utf-16-le"),
    (r"utf-?16-?be|unicodefeff", "utf-16-be"),
    (r"hz(?:-gb-2312)?", "hz"),
    (r"us-ascii|ascii|latin-?1|l1|iso[-_]?8859-?1|windows-1252|cp-?1252", "cp1252"),
    (r"shift[-_]?jis|x-sjis|sjis|ms932|windows-31j", "cp932"),
    (r"euc-?jp", "euc_jp"),
    (r"euc-?kr|ks_c_5601-1987|cp949", "cp949"),
    (r"(?:windows-|cp)(125[0-8]|874|866)", r"cp\1"),
    (r"iso[-_]?8859-?(\d{1,2})", r"iso8859_\1"),
    (r"koi8-[ru]", r"\g<0>"),
)  # fmt: skip
# Reading as UTF-16: Chinese pages have so many blanks, digits and line ends that zero bytes show.
_FEWEST_ZEROS = 0.005
_BREAKS = re.compile(rb'([<>\r\n"]+)')  # none of these bytes is part of a character of two bytes
# Three bytes in a row as UTF-8 has them, four times: GBK text has such by chance once in 10,000
# pages, since it needs a rare character in every second place.
_LIKE_UTF8 = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){4,}")
GOOD = 0.45  # likeness above which a text is Chinese; wrong readings stay below 0.2
BETTER = 0.25  # so much more like Chinese must a reading be that has less right to be taken


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that most of it was in, and what was odd (flags above)."""

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    encoding: str
    text: str
    likeness: float
    lost: float = 0.0  # share of the characters beyond ASCII

    @property
    def score(self) -> float:
        """Likeness to Chinese, less twice the share of what is lost."""
        return self.likeness - 2.0 * self.lost


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of ``data``; never raises, and keeps what cannot be read as U+FFFD.

    ``declared`` is the encoding that the document, or the message it came in, names. Zero bytes
    around the text are dropped; inside it a run of them is one lost character.
    """
    label = canonical(declared)
    text, encoding, flags = _decoded(data, label)
    text = _without_zeros(text)
    repaired = realigned(unmangled(text)).text
    if repaired != text:
        text, flags = repaired, [*flags, REPAIRED]
    if LOST in text:
        flags = [*flags, DAMAGED]
    if label is not None and label != encoding and not text.isascii():
        flags = [*flags, MISDECLARED]
    return Decoded(text, encoding, tuple(flags))


def canonical(label: str | None) -> str | None:
    """The codec that a label of an encoding means, or None for a label that nobody knows."""
    name = (label or "").strip().strip("\"'").lower()
    for pattern, codec in _ALIKE:
        if match := re.fullmatch(pattern, name):
            found = match.expand(codec) if "\\" in codec else codec
            try:
                codecs.lookup(found)
            except LookupError:
                return None
            return found
    return None


def _decoded(data: bytes, label: str | None) -> tuple[str, str, list[str]]:
    for mark, encoding in _BOMS:
        if not data.startswith(mark):
            continue
        body = data[len(mark) :]
        if encoding == "utf-8":
            text = _strict(body, "utf-8")
            return (text, "utf-8", []) if text is not None else _eight_bit(body, "utf-8")
        if not (encoding == "utf-32-le" and len(data) % 4):  # UTF-16 text may begin with a zero
            return body.decode(encoding, "replace"), encoding, []
    if b"\0" in data and (wide := _wide(data, label)) is not None:
        return wide.text, wide.encoding, []
    return _eight_bit(data, label)


def _wide(data: bytes, label: str | None) -> _Reading | None:
    """Text of two or four bytes a character without a mark, told by where its zeros stand."""
    head = data[: 1 << 16]
    zeros = head.count(0)
    if zeros < _FEWEST_ZEROS * len(head):
        return None
    if zeros > len(head) // 2:
        for encoding in ("utf-32-le", "utf-32-be"):
            try:
                return _Reading(encoding, data[: len(data) & ~3].decode(encoding), 1.0)
            except UnicodeDecodeError:
                continue
    mostly_ascii = zeros > 0.4 * len(head)
    even, odd = head[::2].count(0), head[1::2].count(0)
    best: _Reading | None = None
    most = -1.0
    for encoding, clear in (("utf-16-le", odd > 9 * even), ("utf-16-be", even > 9 * odd)):
        sample = head[: len(head) & ~1].decode(encoding, "replace")
        likeness = likeness_to_chinese(sample)
        trusted = likeness > GOOD or (clear and (mostly_ascii or label == encoding))
        chinese = likeness * len(foreign(sample))
        if trusted and chinese > most:
            best, most = _Reading(encoding, data.decode(encoding, "replace"), likeness), chinese
    return best


def _eight_bit(data: bytes, label: str | None) -> tuple[str, str, list[str]]:
    if label == "hz" and b"~{" in data:
        return data.decode("hz", "replace"), "hz", []
    if data.isascii():
        return data.decode("ascii"), "utf-8" if label is None else label, []
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if not _by_chance(text):
            return text, "utf-8", []
    best = _best(data, label)
    main = best.encoding
    if main not in ("utf-8", "gb18030"):
        return best.text, main, []
    if main == "utf-8" or LOST in best.text or _LIKE_UTF8.search(data):
        main = "utf-8" if _mostly_utf8(data) else main
        text, mixed = _piece_by_piece(data, main)
        return text, main, [MIXED] if mixed else []
    return best.text, main, []


def _mostly_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII stands in pieces that are UTF-8 without a fault."""
    whole = faultless = 0
    for piece in _BREAKS.split(data):
        if not piece.isascii():
            whole += len(piece)
            faultless += len(piece) if _strict(piece, "utf-8") is not None else 0
    return 2 * faultless > whole


def _by_chance(text: str) -> bool:
    """Whether bytes read as UTF-8 give no Chinese at all: a short text in GBK can be like that."""
    beyond = foreign(text)
    return len(beyond) <= 64 and COMMON.isdisjoint(beyond) and max(beyond) < "\u0800"


def _best(data: bytes, label: str | None) -> _Reading:
    """The best reading by one encoding; where two are as good, the declared one comes first."""
    names = ["utf-8", "gb18030", "big5"]
    if label is not None and not label.startswith("utf-16"):
        names = [label, *(name for name in names if name != label)]
    readings = [_read(data, name) for name in names]
    best = readings[0]
    for other in readings[1:]:
        margin = BETTER if best.encoding == label and best.score > 0.1 else 0.05
        if other.score > best.score + margin:
            best = other
    if best.likeness > GOOD:
        return best
    for name in ("utf-16-le", "utf-16-be"):  # without a single blank or digit
        if len(data) % 2 == 0 and (wide := _read(data, name)).score > max(GOOD, best.score):
            return wide
    if label is None and best.score < 0.2:
        guessed = _guessed(data)
        if guessed is not None and (other := _read(data, guessed)).text.count(LOST) == 0:
            return other
    return best


def _read(data: bytes, encoding: str) -> _Reading:
    if encoding == "big5":
        texts = [data.decode(name, "replace") for name in ("big5hkscs", "cp950")]
        text = min(texts, key=lambda t: t.count(LOST))
    else:
        text = data.decode(encoding, "replace")
    beyond = foreign(text)
    lost = beyond.count(LOST) / max(len(beyond), 1)
    return _Reading(encoding, text, likeness_to_chinese(beyond), lost)


def _guessed(data: bytes) -> str | None:
    """What statistics say of text that is neither Chinese nor declared."""
    from charset_normalizer import from_bytes  # only strange documents pay for it

    found = from_bytes(data[:32_768]).best()
    return canonical(found.encoding.replace("_", "-")) if found is not None else None


def _piece_by_piece(data: bytes, main: str) -> tuple[str, bool]:
    """The text where pieces between tags, quotes and line ends may be in the other encoding."""
    other = "gb18030" if main == "utf-8" else "utf-8"
    texts: list[str] = []
    mixed = False
    for piece in _BREAKS.split(data):
        if piece.isascii():
            texts.append(piece.decode("ascii"))
            continue
        text = _strict(piece, main)
        if text is None or main == "gb18030":
            second = _strict(piece, other)
            first = text if text is not None else piece.decode(main, "replace")
            if second is not None and (
                likeness_to_chinese(second) > likeness_to_chinese(first) + BETTER
            ):
                first, mixed = second, True
            text = first
        texts.append(text)
    return "".join(texts), mixed


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


_ZEROS = re.compile("\0+")


def _without_zeros(text: str) -> str:
    return _ZEROS.sub(LOST, text.strip("\0")) if "\0" in text else text


_META = re.compile(rb"<meta\b[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w:.\-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([\w.\-]{2,40})[\"']")
_HEAD = 16_384  # pages put long scripts before their meta element; browsers look at 1,024 bytes


def declared_in_markup(data: bytes) -> str | None:
    """The encoding that a meta element or the XML declaration names."""
    head = data[:_HEAD]
    for pattern in (_META, _XML):
        if match := pattern.search(head):
            return match.group(1).decode("ascii")
    return None
