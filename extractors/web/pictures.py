"""Pictures that a saved page carries in itself: data addresses, and the parts of an MHTML file.

What a page only points to is never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from .mhtml import from_base64, pictures_in

FEWEST_LETTERS = 4_000  # of base64: a form of 400 pixels takes more, an icon less
_DATA = re.compile(rb"data:image/[a-z0-9.+-]{2,20};(?:[a-z0-9=-]{1,40};)?base64,", re.IGNORECASE)
_LETTERS = re.compile(rb"[A-Za-z0-9+/=%\s]*")


def pictures_of(data: bytes, page: bytes) -> Iterator[bytes]:
    """The pictures in a page, then those beside it in the message ``data`` that it is part of."""
    at = 0
    while (found := _DATA.search(page, at)) is not None:
        letters = _LETTERS.match(page, found.end())
        at = letters.end() if letters else found.end()
        if at - found.end() >= FEWEST_LETTERS:
            yield from_base64(unquote_to_bytes(page[found.end() : at]))
    if data is not page:
        yield from pictures_in(data)
