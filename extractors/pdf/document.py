"""A PDF as a row of open pages, on PDFium; broken files are mended by pikepdf first.

PDFium is not thread-safe: one document in one thread of a process.
"""

from __future__ import annotations

import ctypes
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from gouji.model import Box, DocumentFault, FailureKind

# PDFium keeps every object it has parsed until the document is closed: opening the document anew
# now and then keeps 1,000 pages within a few megabytes of 100 pages.
PAGES_BEFORE_REOPENING = 50

_OBJECT_STREAM = re.compile(rb"/ObjStm[^>]{0,200}>>\s{0,4}stream\r?\n")
OBJECT_STREAM_LIMIT = (
    4 << 20
)  # bytes unpacked of one object stream; the usual 100 objects are 20 kB


@dataclass(frozen=True, slots=True)
class PageFrame:
    """How PDF user space becomes the page as displayed: crop box, rotation, user unit."""

    crop: tuple[float, float, float, float]  # left, bottom, right, top in user space
    rotation: int  # clockwise, 0 | 90 | 180 | 270
    unit: float  # points in one unit of user space

    @property
    def width(self) -> float:
        left, bottom, right, top = self.crop
        return (right - left if self.rotation % 180 == 0 else top - bottom) * self.unit

    @property
    def height(self) -> float:
        left, bottom, right, top = self.crop
        return (top - bottom if self.rotation % 180 == 0 else right - left) * self.unit

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A rectangle of user space (any two opposite corners) as left, top, right, bottom."""
        left, bottom, right, top = self.crop
        if self.rotation == 0:
            a, b, c, d = x0 - left, top - y0, x1 - left, top - y1
        elif self.rotation == 90:
            a, b, c, d = y0 - bottom, x0 - left, y1 - bottom, x1 - left
        elif self.rotation == 180:
            a, b, c, d = right - x0, y0 - bottom, right - x1, y1 - bottom
        else:
            a, b, c, d = top - y0, right - x0, top - y1, right - x1
        if a > c:
            a, c = c, a
        if b > d:
            b, d = d, b
        unit = self.unit
        return (a, b, c, d) if unit == 1.0 else (a * unit, b * unit, c * unit, d * unit)


class OpenPage:
    """One loaded page; `raw` is PDFium's handle, good until the page is closed."""

    def __init__(
        self,
        page: pypdfium2.PdfPage,
        number: int,
        hidden_layers: frozenset[bytes] | None = None,
        unit: float = 1.0,
    ) -> None:
        self._page = page
        self.number = number
        self.raw = page.raw
        self.hidden_layers = hidden_layers
        rectangle = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(self.raw, ctypes.byref(rectangle))
        crop = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        rotation = page.get_rotation()
        self.frame = PageFrame(crop, rotation, unit)

    def turned(self, quarter: int) -> OpenPage:
        """The same page, looked at after turning it so many degrees clockwise."""
        page = OpenPage.__new__(OpenPage)
        page._page, page.number, page.raw = self._page, self.number, self.raw
        page.hidden_layers = self.hidden_layers
        frame = self.frame
        page.frame = PageFrame(frame.crop, (frame.rotation + quarter) % 360, frame.unit)
        return page

    @property
    def document(self) -> object:
        """PDFium's handle of the document."""
        return self._page.pdf.raw

    def hides(self, item: object) -> bool:
        """Whether an object belongs to a layer that is switched off."""
        if not self.hidden_layers:
            return False
        for index in range(pdfium.FPDFPageObj_CountMarks(item)):
            mark = pdfium.FPDFPageObj_GetMark(item, index)
            if _mark_name(mark) == "OC" and _mark_bytes(mark, b"Name") in self.hidden_layers:
                return True
        return False

    @property
    def box(self) -> Box:
        return Box(0.0, 0.0, max(self.frame.width, 0.0), max(self.frame.height, 0.0))

    def render(self, scale: float, *, red_first: bool = False) -> pypdfium2.PdfBitmap:
        """The page as pixels, blue first unless asked otherwise; ``scale`` is pixels a point."""
        return self._page.render(scale=scale * self.frame.unit, rev_byteorder=red_first)

    def grey(self, scale: float) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        """The page in grey, rows × columns of 0 (black) to 255; ``scale`` is pixels a point."""
        bitmap = self._page.render(scale=scale * self.frame.unit, grayscale=True)
        try:
            return np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, bitmap.width)
        finally:
            bitmap.close()


class PdfFile:
    """An open PDF. Use as a context manager, and read its pages in order.

    Raises:
        DocumentFault: not a PDF that can be opened (damaged, encrypted).
    """

    def __init__(self, data: bytes, passwords: Sequence[str] = ()) -> None:
        self._data = data
        self._password: str | None = None
        self.repaired = False
        self.lost: frozenset[int] = frozenset()  # pages of a repaired file without their content
        self._document = self._open(passwords)
        self._hidden_layers = self._layers_off()
        self._units = self._user_units()
        self._page_count = len(self._document)
        if self._page_count == 0:
            self.close()
            raise DocumentFault(FailureKind.DAMAGED, "the PDF has no pages")

    def __enter__(self) -> PdfFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._document.close()

    def __len__(self) -> int:
        return self._page_count

    @property
    def content(self) -> bytes:
        """The file as it is read: repaired and decrypted where that was needed."""
        return self._data

    @property
    def password(self) -> str | None:
        return self._password

    def metadata(self, key: str) -> str:
        """A field of the document information, such as ``Title``; empty when absent."""
        return str(self._document.get_metadata_value(key) or "")

    def _open(self, passwords: Sequence[str]) -> pypdfium2.PdfDocument:
        refused = False
        for password in (None, *passwords):
            try:
                document = pypdfium2.PdfDocument(self._data, password=password)
                len(document)
                self._password = password
                return document
            except pypdfium2.PdfiumError as error:
                code = getattr(error, "err_code", None)
                if code not in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
                    break
                refused = True
        if refused:
            wanted = "no password given" if not passwords else "no password fits"
            raise DocumentFault(FailureKind.ENCRYPTED, f"the PDF is encrypted: {wanted}")
        return self._repaired()

    def _layers_off(self) -> frozenset[bytes] | None:
        """Names of the optional layers that are switched off; None where there are no layers.

        Only a parser can follow the catalogue, but a word in the file tells whether to ask it.
        """
        if not _mentions(self._data, b"/OCProperties"):
            return None
        import pikepdf

        try:
            with pikepdf.open(io.BytesIO(self._data), password=self._password or "") as pdf:
                properties = pdf.Root.get("/OCProperties")
                if properties is None:
                    return None
                default = properties.get("/D", pikepdf.Dictionary())
                off = list(default.get("/OFF", []))
                if str(default.get("/BaseState", "/ON")) == "/OFF":
                    shown = {layer.objgen for layer in default.get("/ON", [])}
                    off = [o for o in properties.get("/OCGs", []) if o.objgen not in shown]
                return frozenset(bytes(layer.get("/Name", b"")) for layer in off)
        except (pikepdf.PdfError, ValueError, TypeError, AttributeError):
            return None

    def _user_units(self) -> dict[int, float]:
        """Pages whose unit is not a point (UserUnit), which PDFium does not tell."""
        if not _mentions(self._data, b"/UserUnit"):
            return {}
        import pikepdf

        units: dict[int, float] = {}
        try:
            with pikepdf.open(io.BytesIO(self._data), password=self._password or "") as pdf:
                for number, page in enumerate(pdf.pages, 1):
                    unit = float(page.obj.get("/UserUnit", 1.0))
                    if 0.001 < unit <= 1000 and unit != 1.0:
                        units[number] = unit
        except (pikepdf.PdfError, ValueError, TypeError):
            return {}
        return units

    def _repaired(self) -> pypdfium2.PdfDocument:
        import pikepdf  # 80 ms, and only broken files need it

        start = self._data.find(b"%PDF-")
        try:
            with pikepdf.open(io.BytesIO(self._data[max(start, 0) :])) as broken:
                self.lost = frozenset(
                    number
                    for number, page in enumerate(broken.pages, 1)
                    if page.obj.get("/Contents") is None
                )
                mended = io.BytesIO()
                broken.save(mended)
            document = pypdfium2.PdfDocument(mended.getvalue())
        except (pikepdf.PdfError, pypdfium2.PdfiumError, ValueError, RuntimeError) as error:
            raise DocumentFault(
                FailureKind.DAMAGED, f"the PDF is damaged: {_line(error)}"
            ) from None
        self._data = mended.getvalue()
        self.repaired = True
        return document

    @contextmanager
    def page(self, number: int) -> Iterator[OpenPage]:
        """Open page ``number`` (from 1).

        Raises:
            DocumentFault: the page cannot be loaded.
        """
        if number in self.lost:
            raise DocumentFault(
                FailureKind.PAGE_BROKEN,
                f"page {number} has lost its content: the file is cut off or damaged",
            )
        try:
            page = self._document[number - 1]
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise DocumentFault(
                FailureKind.PAGE_BROKEN, f"page {number} cannot be loaded: {_line(error)}"
            ) from None
        if _needs_flattening(page.raw) and (
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS
        ):
            page.close()
            page = self._document[number - 1]
        try:
            yield OpenPage(page, number, self._hidden_layers, self._units.get(number, 1.0))
        finally:
            page.close()
            if number % PAGES_BEFORE_REOPENING == 0:
                self._document.close()
                self._document = pypdfium2.PdfDocument(self._data, password=self._password)


def _mentions(data: bytes, word: bytes) -> bool:
    """Whether a word stands in the file or in one of its compressed object streams.

    An object stream that cannot be unpacked (encrypted, another filter) counts as mentioning it.
    """
    if word in data:
        return True
    for match in _OBJECT_STREAM.finditer(data):
        try:
            if word in zlib.decompressobj().decompress(data[match.end() :], OBJECT_STREAM_LIMIT):
                return True
        except zlib.error:
            return True
    return False


def _needs_flattening(raw: object) -> bool:
    """Whether form fields or typed notes print something on the page."""
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(raw), 2000)):
        annotation = pdfium.FPDFPage_GetAnnot(raw, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT):
            return True
    return False


def _mark_name(mark: object) -> str:
    """A marked-content tag's name."""
    length = ctypes.c_ulong()
    buffer = (ctypes.c_ushort * 64)()
    pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), ctypes.byref(length))
    size = min(length.value, ctypes.sizeof(buffer))
    return bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0")


def _mark_bytes(mark: object, key: bytes) -> bytes:
    """A property of a marked-content tag as the bytes in the file, whatever their encoding."""
    length = ctypes.c_ulong()
    buffer = (ctypes.c_ubyte * 512)()
    found = pdfium.FPDFPageObjMark_GetParamBlobValue(
        mark, key, buffer, ctypes.sizeof(buffer), ctypes.byref(length)
    )
    return bytes(buffer)[: min(length.value, ctypes.sizeof(buffer))] if found else b""


def _line(error: Exception) -> str:
    # qpdf puts the name of its source before what it says: here an address, another in each run
    said = re.sub(r"^(?:stream )?<[^>]*>(?: \([^)]*\))?: ", "", " ".join(str(error).split()))
    return said[:200] or type(error).__name__
