"""Files of office programs put together by hand, and what is read of them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from extractors.reading import read_document
from extractors.settings import ReadSettings
from flows.sources import Found
from gouji.model import DocumentReading, FailureKind

SHEET = (
    '<?xml version="1.0"?>\n<office:document '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3" '
    'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body>'
    '<office:spreadsheet><table:table table:name="一">{rows}</table:table></office:spreadsheet>'
    "</office:body></office:document>"
)


def flat_sheet(*texts: str) -> bytes:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return SHEET.format(rows=f"<table:table-row>{cells}</table:table-row>").encode()


def read(data: bytes, **wishes: object) -> DocumentReading:
    return read_document("a", data, ReadSettings(**wishes))  # type: ignore[arg-type]


def only_failure(reading: DocumentReading) -> tuple[FailureKind, str]:
    (failure,) = reading.failures
    assert failure.page is None
    assert "\n" not in failure.message
    return failure.kind, failure.message


def sheet_bytes(*values: object) -> bytes:
    book = Workbook()
    book.active.append(values)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.fixture
def real_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.reading.READER", "extractors.reading:read_file")


def starts(log: Path) -> int:
    return len(log.read_text().splitlines())


def found(name: str, data: bytes) -> Found:
    Path(name).write_bytes(data)
    return Found(Path(name), Path(name))
