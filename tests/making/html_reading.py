"""What is read of a saved page: its lines, its grid, its cells beside the truth."""

from __future__ import annotations

from decimal import Decimal

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading
from samples.generator.batch import Sample

SETTINGS = ReadSettings()


def read(page: str | bytes) -> DocumentReading:
    data = page.encode() if isinstance(page, str) else page
    return read_document("a.html", data, SETTINGS)


def lines(reading: DocumentReading) -> list[str]:
    return reading.text[0].text.split("\n") if reading.text else []


def wrong_cells(reading: DocumentReading, sample: Sample) -> list[tuple[str, object, object]]:
    """Cells that are not as the sample prints them."""
    found = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
    wanted = {key: (cell.value, cell.kind) for key, cell in sample.facts.cells.items()}
    return [
        (key, wanted[key], found.get(key))
        for key in wanted
        if found.get(key, (None, ""))[1] != wanted[key][1]
        or _decimal(found[key][0]) != _decimal(wanted[key][0])
    ]


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
