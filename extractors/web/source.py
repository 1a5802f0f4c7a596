"""The markup of a saved page as text, small enough and flat enough to be parsed.

Scripts, comments and pictures inside the page are taken out of the bytes first: they are most of a
large page and none of its text. Nesting is bounded as browsers bound it, since the time and memory
of HTML's tree building grow with the square of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gouji.model import DocumentFault, FailureKind

from ..text.decoding import declared_in_markup, decode

# The worst page (nothing but tags) takes 150 bytes of memory a byte and 3 µs: 1 GB and 20 s.
MOST_BYTES = 6_000_000
# Chromium stops at 512; below a tenth of a second for the costliest tags.
DEEPEST = 400
# Unclosed <b>, <font> … are opened again in every block after them.
MOST_OPEN = 24
MOST_REOPENED = 1_000_000

_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S{4,2000})", re.IGNORECASE)
_OPENING = re.compile(rb"<(?:!--|(script|style)(?=[\s>/]))", re.IGNORECASE)
_CLOSING = {
    b"script": re.compile(rb"</script[^>]*>", re.IGNORECASE),
    b"style": re.compile(rb"</style[^>]*>", re.IGNORECASE),
}
_COMMENT_END = re.compile(rb"--!?>")
_LONG_STYLE = 20_000  # shorter ones are kept: they say what is hidden
_BASE64 = re.compile(rb"[A-Za-z0-9+/=%\r\n]*")

_VOID = frozenset(
    b"area base br col embed frame hr img input link meta param source track wbr html head body"
    b" colgroup".split()
)
_CELL = frozenset(b"td th caption".split())
_ROW = frozenset(b"tr tbody thead tfoot".split())
_INLINE = frozenset(
    b"a abbr b big bdo cite code del em font i ins kbd label nobr o:p q rp rt ruby s samp small"
    b" span strike strong sub sup tt u var".split()
)
_FORMATTING = frozenset(b"b big code em font i nobr s small strike strong tt u".split())
# A quote opens a value only behind an equals sign: a stray one is a character like any other.
_TAG = re.compile(rb"<(/?)([A-Za-z][^\s/>]*+)(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|))*+>?")
_LONG_TAG = 4_096  # bytes; the time for many attributes grows with their square
_KNOWN_ATTRIBUTE = re.compile(
    rb"(?<=[\s\"'])(?:style|class|id|role|(?:row|col)span|href|src|data|name|property|content|value|type"
    rb"|hidden|selected|title|align|size|rel|height|http-equiv|charset)"
    rb"\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"']++)",
    re.IGNORECASE,
)
_MOST_ATTRIBUTES = 40


@dataclass(frozen=True, slots=True)
class Markup:
    """A page's markup without what carries no text, and what its bytes said."""

    text: str
    flags: tuple[str, ...] = ()
    saved_from: str | None = None


def markup_of(data: bytes, declared: str | None = None) -> Markup:
    """Decode a page and take out scripts, comments and embedded pictures.

    ``declared`` is the encoding that the message around the page names.

    Raises:
        DocumentFault: more markup is left than can be parsed.
    """
    wide_flags: tuple[str, ...] = ()
    if b"\0" in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        decoded = decode(data, declared)
        data, declared = decoded.text.encode("utf-8", "replace"), "utf-8"
        wide_flags = decoded.flags
    match = _SAVED_FROM.search(data[:8192])
    saved_from = match.group(1).decode("utf-8", "replace") if match else None
    stripped = without_scripts(data)
    if len(stripped) > MOST_BYTES:
        raise DocumentFault(
            FailureKind.OUT_OF_MEMORY,
            f"the page has {len(stripped) / 1e6:.1f} MB of text and tags without its scripts and"
            f" pictures; no more than {MOST_BYTES / 1e6:.0f} MB are read",
        )
    decoded = decode(flattened(stripped), declared or declared_in_markup(data))
    return Markup(decoded.text, tuple(dict.fromkeys((*wide_flags, *decoded.flags))), saved_from)


def without_scripts(data: bytes) -> bytes:
    """The page without scripts, comments, long style sheets and pictures given in the page itself.

    One pass: what opens first wins, so that a script's name in a comment is no script. What is not
    closed stays for the parser.
    """
    pieces: list[bytes] = []
    at = 0
    never: set[bytes] = set()  # what has no end any more
    for match in _OPENING.finditer(data):
        if match.start() < at:
            continue
        kind = (match.group(1) or b"!--").lower()
        if kind in never:
            continue
        end = _end_of(data, match, kind)
        if end is None:
            never.add(kind)
        elif kind != b"style" or end - match.start() > _LONG_STYLE:
            pieces.append(data[at : match.start()])
            at = end
    pieces.append(data[at:])
    return _without_pictures(b"".join(pieces))


def _end_of(data: bytes, opening: re.Match[bytes], kind: bytes) -> int | None:
    if kind != b"!--":
        closing = _CLOSING[kind].search(data, opening.end())
        return closing.end() if closing else None
    for short in (b"<!-->", b"<!--->"):
        if data.startswith(short, opening.start()):
            return opening.start() + len(short)
    closing = _COMMENT_END.search(data, opening.end())
    return closing.end() if closing else None


def _without_pictures(data: bytes) -> bytes:
    pieces: list[bytes] = []
    at = 0
    while (found := data.find(b"base64,", at)) >= 0:
        begin = found + len(b"base64,")
        end = _BASE64.match(data, begin).end()  # type: ignore[union-attr]  # matches the empty text
        pieces.append(data[at:begin])
        at = end
    pieces.append(data[at:])
    return b"".join(pieces)


def flattened(data: bytes) -> bytes:
    """The markup without the start tags that nest deeper than `DEEPEST`.

    Of the formatting elements that are left open (``<font>`` without end) only the first count.
    Markup within bounds comes back as it is.
    """
    pieces: list[bytes] = []
    at = reopened = 0
    nesting = _Nesting()
    for match in _TAG.finditer(data):
        name = match.group(2).lower()
        if name in _VOID:
            continue
        if match.group(1):
            nesting.close(name)
            continue
        if name not in _INLINE:
            reopened += len(nesting.formats)
        refused = (
            len(nesting.formats) >= MOST_OPEN or reopened > MOST_REOPENED
            if name in _FORMATTING
            else False
        )
        if refused or not nesting.open(name):
            pieces.append(data[at : match.start()])
            if name not in _INLINE:
                pieces.append(b"<br>")
            at = match.end()
        elif match.end() - match.start() > _LONG_TAG:
            known = _KNOWN_ATTRIBUTE.findall(match.group())[:_MOST_ATTRIBUTES]
            pieces += (data[at : match.start()], b"<", name, b" ", b" ".join(known), b">")
            at = match.end()
    if not pieces:
        return data
    pieces.append(data[at:])
    return b"".join(pieces)


class _Nesting:
    """Which elements are open, roughly as HTML's tree building has it."""

    def __init__(self) -> None:
        self.stack: list[bytes] = []
        self.count: dict[bytes, int] = {}
        self.formats: list[bytes] = []
        self.marks: list[int] = []  # how many formats were open where each open cell began

    def open(self, name: bytes) -> bool:
        """Open an element and close what its start closes; False where it would be too deep."""
        if name in _CELL or name in _ROW:
            self._close_down_to(b"table", keep=True)
        elif name == b"li":
            self._close_item()
        elif name not in _INLINE:
            self._close_paragraph()
        if len(self.stack) >= DEEPEST:
            return False
        self.stack.append(name)
        self.count[name] = self.count.get(name, 0) + 1
        if name in _FORMATTING:
            self.formats.append(name)
        elif name in _CELL:
            self.marks.append(len(self.formats))
        return True

    def close(self, name: bytes) -> None:
        if name in _FORMATTING and name in self.formats:
            self.formats.reverse()
            self.formats.remove(name)
            self.formats.reverse()
        if name in _ROW:
            self._close_down_to(b"table", keep=True)
        else:
            self._close_down_to(name)

    def _close_down_to(self, name: bytes, keep: bool = False) -> None:
        if not self.count.get(name):
            return
        while self.stack[-1] != name:
            self._pop()
        if not keep:
            self._pop()

    def _pop(self) -> None:
        name = self.stack.pop()
        self.count[name] -= 1
        if name in _CELL:
            del self.formats[self.marks.pop() :]

    def _close_paragraph(self) -> None:
        if not self.count.get(b"p"):
            return
        for open_name in reversed(self.stack):
            if open_name == b"p":
                self._close_down_to(b"p")
                return
            if open_name in _CELL or open_name in (b"table", b"button"):
                return

    def _close_item(self) -> None:
        for open_name in reversed(self.stack):
            if open_name == b"li":
                self._close_down_to(b"li")
                return
            if open_name in (b"ul", b"ol") or open_name in _CELL:
                return
