"""Numbers of a document: index number, document number, and the organ's credit code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from .labels import Labelled
from .lines import Piece

_INDEX = re.compile(r"[\s:|]*([A-Za-z0-9/][A-Za-z0-9\-/_.]{4,60})")
_A_DATE = re.compile(r"20\d\d[-/.]\d{1,2}[-/.]\d{1,2}")
_DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{1,24}[〔【\[(（﹝]?(?:19|20)\d\d[〕】\])）﹞]?第?\d{1,5}号?"
)
_ALONE = re.compile(r"[\u4e00-\u9fff]{2,20}[〔【\[(（﹝]20\d\d[〕】\])）﹞]第?\d{1,5}号")
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_CODE_PARAMETERS = ("area", "orgcode", "org", "organcode", "unitcode", "deptcode", "sitecode")
_CODE_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def index_number(fields: Sequence[Labelled]) -> str | None:
    """The index number as printed; it may hold a year that is no year of the report."""
    for field in fields:
        if field.meaning != "index":
            continue
        match = _INDEX.match(field.rest)
        if match and re.search(r"\d", match[1]) and not _A_DATE.fullmatch(match[1]):
            return match[1].rstrip(".-_/")
    return None


def document_number(fields: Sequence[Labelled], opening: Sequence[Piece]) -> str | None:
    """The document number as printed, its brackets or 号 lost or not.

    ``opening`` are the lines above the text: a number that is a line of its own there counts too.
    """
    for field in fields:
        if field.meaning == "document_number":
            match = _DOCUMENT_NUMBER.match("".join(field.value.split()))
            if match:
                return match.group()
    for piece in opening:
        if _ALONE.fullmatch(piece.text):
            return piece.text
    return None


def organ_code(url: str | None, fields: Sequence[Labelled]) -> str | None:
    """The organ's 统一社会信用代码 in the address or behind its label, if its check holds."""
    candidates: list[str] = []
    if url:
        try:
            parameters = parse_qsl(urlsplit(url).query)
        except ValueError:
            parameters = []
        candidates += [v for name, v in parameters if name.lower() in _CODE_PARAMETERS]
    candidates += [field.value for field in fields if field.meaning == "organ_code"]
    for candidate in candidates:
        match = _CODE.search(candidate.upper())
        if match and is_credit_code(match.group()):
            return match.group()
    return None


def is_credit_code(code: str) -> bool:
    """Whether the 18 characters are a credit code by GB 32100: the last one checks the others."""
    if len(code) != 18 or any(c not in _CODE_DIGITS for c in code):
        return False
    total = sum(_CODE_DIGITS.index(c) * w for c, w in zip(code, _WEIGHTS, strict=False))
    return _CODE_DIGITS[(31 - total % 31) % 31] == code[17]
