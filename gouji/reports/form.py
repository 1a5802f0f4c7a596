"""What a form is made of: rows and columns with their codes, wordings and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """A value column: its code, the words of its head (all spellings seen), its unit."""

    code: str
    heads: tuple[str, ...]
    unit: str
    signed: bool = False
    decimal: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a form.

    ``ordinal`` is the number before the words ("1".."8" or "一".."七"), ``group`` the code of the
    band or bracketed group it stands in.
    """

    code: str
    labels: tuple[str, ...]
    ordinal: str = ""
    group: str = ""
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One generation of the form."""

    template: str
    article20: tuple[Row, ...] = ()
    applications: tuple[Row, ...] = ()
    # a row of another generation, and the rows it stands for when it is found in their place
    substitutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # the rows of a form that is one table of indicators (T14, T08)
    indicators: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in the order of the form; the last table of T19 and T21 has none of these."""
        return (*self.article20, *self.applications, *self.indicators)

    def row(self, code: str) -> Row:
        for row in self.rows:
            if row.code == code:
                return row
        raise KeyError(code)
