"""Small PDFs for the tests, written by hand so that each says one thing.

Places are points from the top left, as in the model; `Sheet` turns them into PDF space. Text is
set in Helvetica, or in the font without a file that every reader knows for Chinese.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence

import pikepdf

FONTS = (
    b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> "
    b"/F2 << /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
    b"/DescendantFonts [ << /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
    b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 "
    b"/Ascent 752 /Descent -271 /CapHeight 737 /StemV 58 /FontBBox [-25 -254 1000 880] >> >> ] "
    b">> >>"
)


def written(objects: Sequence[bytes], *, version: bytes = b"1.7") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream object; ``packed`` with zlib."""
    if packed:
        data, entries = zlib.compress(data, 9), entries + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def pdf(
    *contents: bytes,
    size: tuple[float, float] = (595, 842),
    page: bytes = b"",
    resources: bytes = b"",
    more: Sequence[bytes] = (),
) -> bytes:
    """A PDF with a page for each content stream.

    ``page`` and ``resources`` are further entries of every page's dictionaries; ``more`` are
    further objects, whose numbers begin at 3 (1 is the catalogue, 2 the page tree).
    """
    first = 3 + len(more)
    pages, bodies = [], []
    for index, content in enumerate(contents):
        number = first + 2 * index
        pages.append(b"%d 0 R" % number)
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents %d 0 R "
            b"/Resources << /Font %s %s >> %s >>" % (*size, number + 1, FONTS, resources, page)
        )
        bodies.append(stream(content))
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(contents), b" ".join(pages))
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", tree, *more, *bodies])


class Sheet:
    """A page's drawing, told from the top left."""

    def __init__(self, height: float = 842.0) -> None:
        self.height = height
        self.operators: list[str] = []

    @property
    def content(self) -> bytes:
        return "\n".join(self.operators).encode("latin-1")

    def raw(self, operators: str) -> Sheet:
        self.operators.append(operators)
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> Sheet:
        top = self.height
        return self.raw(f"{width:g} w {x0:g} {top - y0:g} m {x1:g} {top - y1:g} l S")

    def bar(self, left: float, top: float, right: float, bottom: float) -> Sheet:
        return self.raw(f"{left:g} {self.height - bottom:g} {right - left:g} {bottom - top:g} re f")

    def text(self, x: float, y: float, text: str, size: float = 10.0, *, mode: int = 0) -> Sheet:
        """Text whose base line begins at (x, y)."""
        font = "F1" if text.isascii() else "F2"
        shown = text.encode("ascii" if font == "F1" else "utf-16-be").hex()
        place = f"1 0 0 1 {x:g} {self.height - y:g} Tm"
        return self.raw(f"BT /{font} {size:g} Tf {mode} Tr {place} <{shown}> Tj ET")

    def table(
        self,
        rows: Sequence[Sequence[str]],
        left: float = 60.0,
        top: float = 100.0,
        width: float = 80.0,
        height: float = 24.0,
        size: float = 10.0,
    ) -> Sheet:
        """A ruled table of equal cells with a text in each."""
        columns = len(rows[0])
        for index in range(len(rows) + 1):
            y = top + index * height
            self.line(left, y, left + columns * width, y)
        for index in range(columns + 1):
            x = left + index * width
            self.line(x, top, x, top + len(rows) * height)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                if text:
                    y = top + (row + 0.65) * height
                    self.text(left + column * width + 6, y, text, size)
        return self


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    """The bytes pikepdf writes, the same every time."""
    out = io.BytesIO()
    document.save(out, deterministic_id="encryption" not in options, **options)  # type: ignore[arg-type]
    return out.getvalue()


def encrypted(data: bytes, *, user: str, owner: str) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as document:
        return saved(document, encryption=pikepdf.Encryption(owner=owner, user=user, R=6))


def with_pages(data: bytes, change: object) -> bytes:
    """The PDF after ``change(page)`` for every page."""
    with pikepdf.open(io.BytesIO(data)) as document:
        for page in document.pages:
            change(page)  # type: ignore[operator]
        return saved(document)


def with_codes(data: bytes, other: Mapping[str, str]) -> bytes:
    """The PDF with fonts that say another character for some (their ToUnicode maps changed)."""
    with pikepdf.open(io.BytesIO(data)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and b"beginbfchar" in (body := item.read_bytes()):
                for said, instead in other.items():
                    old = said.encode("utf-16-be").hex().upper().encode()
                    new = instead.encode("utf-16-be").hex().upper().encode()
                    body = body.replace(b"> <" + old + b">", b"> <" + new + b">")
                item.write(body)
        return saved(document)
