"""A page saved as one file (MHTML): the part with the page, its encoding and its address."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

from gouji.model import DocumentFault, FailureKind

MOST_PARTS = 2_000
LONGEST_HEAD = 16_384
FEWEST_BYTES = 3_000  # of a picture: a form takes more, an icon less
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page taken out of a message."""

    data: bytes
    charset: str | None
    location: str | None


def page_in(data: bytes) -> SavedPage:
    """The page that an MHTML file saves: its root part, or the largest page in it.

    Only the heads of parts are parsed and only the page is decoded; what it shows besides is not
    looked at.

    Raises:
        DocumentFault: there is no page in it.
    """
    head, start = _head(data, len(data) - len(data.lstrip(b"\xef\xbb\xbf \r\n\t")))
    if head.get_content_maintype() != "multipart":
        return _page(head, data[start:])
    best: SavedPage | None = None
    root = head.get_param("start")
    for part, body in _parts(data, start, head.get_param("boundary")):
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        page = _page(part, body)
        if root and part.get("Content-ID") == root:
            return page
        if best is None or (b"<frameset" in best.data.lower() and len(page.data) > 0):
            best = page
    if best is None:
        raise DocumentFault(FailureKind.DAMAGED, "the saved page (MHTML) holds no HTML part")
    return best


def _head(data: bytes, at: int) -> tuple[Message, int]:
    """The header fields at a place, and where the body begins."""
    window = data[at : at + LONGEST_HEAD]
    match = _BLANK_LINE.search(window)
    end = match.start() if match else len(window)
    message = BytesHeaderParser().parsebytes(window[:end])
    return message, at + (match.end() if match else len(window))


def _parts(data: bytes, start: int, boundary: object) -> Iterator[tuple[Message, bytes]]:
    if not isinstance(boundary, str) or not boundary:
        return
    mark = b"--" + boundary.encode("latin-1", "replace")
    at = data.find(mark, start)
    for _ in range(MOST_PARTS):
        if at < 0 or data.startswith(b"--", at + len(mark)):
            return
        line_end = data.find(b"\n", at)
        if line_end < 0:
            return
        after = data.find(b"\n" + mark, line_end)
        head, body = _head(data, line_end + 1)
        yield head, data[body : after if after >= 0 else len(data)]
        at = after + 1 if after >= 0 else -1


def pictures_in(data: bytes) -> Iterator[bytes]:
    """The pictures that an MHTML file saves beside its page, in their order."""
    head, start = _head(data, len(data) - len(data.lstrip(b"\xef\xbb\xbf \r\n\t")))
    for part, body in _parts(data, start, head.get_param("boundary")):
        if part.get_content_maintype() == "image" and len(body) >= FEWEST_BYTES:
            yield _decoded(part, body)


def _decoded(head: Message, body: bytes) -> bytes:
    encoding = str(head.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    return from_base64(body) if encoding == "base64" else body


def _page(head: Message, body: bytes) -> SavedPage:
    body = _decoded(head, body)
    charset = head.get_param("charset")
    location = head.get("Content-Location")
    return SavedPage(
        body,
        charset if isinstance(charset, str) else None,
        " ".join(str(location).split()) if location else None,
    )


def from_base64(body: bytes) -> bytes:
    """The bytes as far as they can be decoded: a file that was cut off ends in half a group."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    try:
        whole = letters[: len(letters) - (len(letters) % 4 == 1)]  # six bits are no byte
        return base64.b64decode(whole + b"=" * (-len(whole) % 4))
    except binascii.Error:
        return b""
