"""Column types that give back exactly what was put in, on SQLite and on Postgres alike."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import DateTime, Numeric, SmallInteger, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Word = TypeVar("Word", bound=StrEnum)

DIGITS_BEFORE_POINT = 131_072  # the limits of NUMERIC; SQLite has none, but both must behave alike
DIGITS_AFTER_POINT = 16_383


class ExactNumber(TypeDecorator[Decimal]):
    """A number to the last digit: NUMERIC on Postgres, digits as TEXT on SQLite.

    SQLite's own numbers are 64-bit integers and doubles, which would change 0.1 and 2**63. Comes
    back as `Decimal`; whether it was an `int` stands in the row's `decimals` (see `rows.py`).

    Raises:
        ValueError: not finite, or more digits than a NUMERIC holds.
    """

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        number = Decimal(value)  # from an int as well: str() of more than 4,300 digits is refused
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int):
            raise ValueError(f"not a number that can be printed: {number}")
        if number.adjusted() >= DIGITS_BEFORE_POINT or -exponent > DIGITS_AFTER_POINT:
            raise ValueError("a number with more digits than the store can keep")
        if not number:
            number = abs(number)  # NUMERIC knows no negative zero
        return format(number, "f") if dialect.name == "sqlite" else number

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


# NUL, lone surrogates (bytes of a file name that are not UTF-8) and the mark itself.
_MARK = "\ufdd0"
_CANNOT_BE_STORED = re.compile("[\0\ud800-\udfff\ufdd0]")
_MARKED = re.compile(_MARK + "([0-9a-f]{4})")


def storable(text: str) -> str:
    """The text with NUL and lone surrogates, which Postgres or UTF-8 refuse, written as marks."""
    if text.isascii() and "\0" not in text:
        return text
    return _CANNOT_BE_STORED.sub(lambda m: f"{_MARK}{ord(m[0]):04x}", text)


def unstorable(text: str) -> str:
    """The inverse of `storable`."""
    return _MARKED.sub(lambda m: chr(int(m[1], 16)), text) if _MARK in text else text


as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class ExactText(TypeDecorator[str]):
    """Any Python string, even one with NUL or half a surrogate pair."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else unstorable(value)


class JsonText(TypeDecorator[Any]):
    """JSON of strings, integers and finite floats as text: JSONB would refuse NUL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return storable(as_json(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(unstorable(value))


class Code(TypeDecorator[Word], Generic[Word]):
    """A word of a closed list as a small number: its place in the list.

    Lists only ever grow at the end; `tests/store/test_store.py` holds the codes that are in use.
    Over 20,000,000 cells three words in full would be 0.46 GB more (docs/decisions/0003-store.md).
    """

    impl = SmallInteger
    cache_ok = True

    def __init__(self, words: Sequence[Word]) -> None:
        super().__init__()
        self.words = tuple(words)
        self._codes = {word: code for code, word in enumerate(self.words)}

    def process_bind_param(self, value: Word | None, dialect: Dialect) -> int | None:
        return None if value is None else self._codes[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> Word | None:
        return None if value is None else self.words[value]


class UtcTime(TypeDecorator[datetime]):
    """A moment, always UTC: SQLite would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
