"""The seam to joint decoding: what the sums make of a report once some of its cells are decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gouji.model import CellChange, CellValue, DocumentReading


class Redecode(Protocol):
    """Decodes a report again; pure, and the same every time."""

    def __call__(
        self, reading: DocumentReading, decided: Mapping[str, CellValue]
    ) -> Sequence[CellChange]:
        """Every cell that is no longer as the reading has it: another value, another confidence,
        another state, or another gain. Decided cells are not among them.
        """


def as_read(reading: DocumentReading, decided: Mapping[str, CellValue]) -> Sequence[CellChange]:
    """Cells stay as they were read, whatever is decided beside them."""
    return ()
