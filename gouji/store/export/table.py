"""What an export consists of: tables with named, typed columns, whatever they are written to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from gouji.model import CellState, Number

Value = str | bool | int | float | Decimal | date | Sequence[Any] | Mapping[str, Any] | None


class Type(StrEnum):
    """What stands in a column. None is possible in each of them."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    DATE = "date"
    TRUTH = "truth"
    NUMBER = "number"  # int or Decimal, exact
    CELL = "cell"  # of a wide sheet: the number, else the word of its kind; None: no such cell
    JSON = "json"  # a list or an object


@dataclass(frozen=True, slots=True)
class Field:
    """One column."""

    name: str
    type: Type = Type.TEXT


class Table(Protocol):
    """A table that is being written, row by row."""

    def write(self, row: Sequence[Value], states: Mapping[int, CellState]) -> None:
        """Add a row; ``states`` says which of its columns show a cell in which state."""

    def close(self) -> None:
        """Write what is still in memory."""


class Output(Protocol):
    """One export in one format; its files are complete after `close`."""

    def open_table(self, name: str, fields: Sequence[Field]) -> Table:
        """Start a table; several may be open at a time."""

    def close(self) -> None:
        """Finish the files that hold several tables."""


_NOT_UNICODE = re.compile("[\ud800-\udfff]")

json_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
"""A value as JSON in one line; a number of type `Decimal` needs `digits`."""


def digits(number: Number) -> str:
    """All digits of a number, never an exponent."""
    if isinstance(number, int) and abs(number) < 10**18:
        return str(number)  # three times as fast, and nearly all are
    return format(Decimal(number), "f")


def encodable(text: str) -> str:
    """The text without NUL, and with U+FFFD for what is not Unicode (bytes of a file name)."""
    if text.isascii() and "\0" not in text:
        return text
    return _NOT_UNICODE.sub("\ufffd", text.replace("\0", ""))
