"""Workbooks put together by hand, part by part, and what is read of them."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading, TableCell

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FORMATS = ("General", "0", "#,##0;-#,##0;;@", '0"件"', "@", "0;0;0;")


def part(name: str, inner: str, attributes: str = "") -> str:
    return f'<?xml version="1.0"?><{name} xmlns="{MAIN}" xmlns:r="{LINKS}" {attributes}>{inner}</{name}>'


def packed(parts: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def parts_of(sheet: str, *, strings: str = "", book: str = "") -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet; cell style n has the n-th of FORMATS."""
    codes = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
                    for n, code in enumerate(FORMATS))  # fmt: skip
    xfs = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(FORMATS)))
    return {
        "xl/workbook.xml": part("workbook", f'{book}<sheets><sheet name="一" r:id="r1"/></sheets>'),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{LINKS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r3" Type="{LINKS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": part("worksheet", sheet),
        "xl/styles.xml": part("styleSheet", f"<numFmts>{codes}</numFmts><cellXfs>{xfs}</cellXfs>"),
        "xl/sharedStrings.xml": part("sst", strings),
    }


def read(data: bytes, **wishes: object) -> DocumentReading:
    return read_document("a.xlsx", data, ReadSettings(**wishes))  # type: ignore[arg-type]


def sheet(rows: str, more: str = "", before: str = "") -> dict[str, str | bytes]:
    return parts_of(f"{before}<sheetData>{rows}</sheetData>{more}")


def grid(parts: dict[str, str | bytes]) -> dict[tuple[int, int], TableCell]:
    reading = read(packed(parts))
    assert not reading.failures
    return {(cell.row, cell.column): cell for table in reading.tables for cell in table.cells}


def texts(parts: dict[str, str | bytes]) -> dict[tuple[int, int], str]:
    return {place: cell.text for place, cell in grid(parts).items()}


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
