"""Small PDFs to be spoilt, and what a clear failure is."""

from __future__ import annotations

from pathlib import Path

from pdf_making import Sheet

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading, Failure
from ocr.engines import EngineSettings

TABLE = Sheet().table([["a", "b", "c"], ["12", "34", "56"]]).content
OTHER = Sheet().table([["d", "e"], ["78", "90"]]).content
# A damaged page may need OCR, which has tests of its own.
NO_ENGINE = EngineSettings(models=Path("no models here"))


def read(data: bytes, **settings: object) -> DocumentReading:
    return read_document("a.pdf", data, ReadSettings(**settings))  # type: ignore[arg-type]


def texts(reading: DocumentReading) -> list[list[str]]:
    return [[cell.text for cell in table.cells] for table in reading.tables]


def assert_clear(failures: tuple[Failure, ...]) -> None:
    """Each failure is one line that says what happened, the same on every machine."""
    for failure in failures:
        assert failure.message == failure.message.strip()
        assert 8 < len(failure.message) < 250
        assert "\n" not in failure.message
        assert "object at 0x" not in failure.message
        assert "Traceback" not in failure.message


def only_failure(reading: DocumentReading) -> Failure:
    assert_clear(reading.failures)
    assert len(reading.failures) == 1, reading.failures
    return reading.failures[0]


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
