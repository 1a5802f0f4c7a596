"""Several formats written at once, so that the readings are gone through only once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from gouji.model import CellState

from .table import Field, Output, Table, Value


class Several:
    """An output that hands everything to others, and counts the rows of each table."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        self.rows: Counter[str] = Counter()
        self._outputs = outputs

    def open_table(self, name: str, fields: Sequence[Field]) -> Table:
        self.rows[name] += 0
        tables = [output.open_table(name, fields) for output in self._outputs]
        return _Tables(name, tables, self.rows)

    def close(self) -> None:
        for output in self._outputs:
            output.close()


class _Tables:
    def __init__(self, name: str, tables: Sequence[Table], rows: Counter[str]) -> None:
        self._name = name
        self._tables = tables
        self._rows = rows

    def write(self, row: Sequence[Value], states: Mapping[int, CellState]) -> None:
        self._rows[self._name] += 1
        for table in self._tables:
            table.write(row, states)

    def close(self) -> None:
        for table in self._tables:
            table.close()
