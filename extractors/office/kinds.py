"""Office files that LibreOffice reads for us: how to tell them, and by which of its filters.

LibreOffice takes anything for text that it cannot tell, and makes a document of garbage from it. So
the filter is always named, by what stands in the file.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import dataclass

from gouji.model import MediaType

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams below the root of a compound file that tell whose it is, the telling ones first. WPS
# Writer's .wps and .wpt hold WordDocument, WPS Spreadsheets' .et and .ett hold Workbook.
_STREAMS = (
    ("encryptedpackage", MediaType.OLE),
    ("worddocument", MediaType.DOC),
    ("workbook", MediaType.XLS),
    ("book", MediaType.XLS),
    ("powerpoint document", MediaType.PPT),
)
ROOT_WINDOW = 16_384  # bytes; LibreOffice writes 4,000 bytes of namespaces into the root element
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_XML_ROOT = re.compile(rb"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)[^>]*", re.DOTALL)
_FLAT_KIND = re.compile(rb"opendocument\.(text|spreadsheet|[a-z]+)")
_FLAT = {b"text": MediaType.FODT, b"spreadsheet": MediaType.FODS}
# FIB: identifier, version, …, flags (MS-DOC 2.5.2); Word 6 and 95 have the same first 12 bytes.
_FIB = struct.Struct("<HHHHHH")
_FIB_MAGIC = (0xA5EC, 0xA5DC, 0xA5DB)
_FIB_ENCRYPTED = 0x0100
_BOF, _FILEPASS, _BOUNDSHEET, _EOF = 0x0809, 0x002F, 0x0085, 0x000A


@dataclass(frozen=True, slots=True)
class Filter:
    """How LibreOffice takes a file in, and whether it comes out as XLSX or as DOCX."""

    suffix: str
    name: str  # LibreOffice's name of the filter
    sheet: bool = False

    @property
    def made(self) -> MediaType:
        return MediaType.XLSX if self.sheet else MediaType.DOCX


_FILTERS = {
    MediaType.DOC: Filter(".doc", "MS Word 97"),
    MediaType.RTF: Filter(".rtf", "Rich Text Format"),
    MediaType.ODT: Filter(".odt", "writer8"),
    MediaType.FODT: Filter(".fodt", "OpenDocument Text Flat XML"),
    MediaType.WORD_XML: Filter(".xml", "MS Word 2003 XML"),
    MediaType.XLS: Filter(".xls", "MS Excel 97", sheet=True),
    MediaType.XLSB: Filter(".xlsb", "Calc MS Excel 2007 Binary", sheet=True),
    MediaType.ODS: Filter(".ods", "calc8", sheet=True),
    MediaType.FODS: Filter(".fods", "OpenDocument Spreadsheet Flat XML", sheet=True),
    MediaType.EXCEL_XML: Filter(".xml", "MS Excel 2003 XML", sheet=True),
}
CONVERTED = frozenset(_FILTERS)  # what LibreOffice reads for us
_WORD_6 = Filter(".doc", "MS WinWord 6.0")
_WORD_95 = Filter(".doc", "MS Word 95")
_EXCEL_95 = Filter(".xls", "MS Excel 95", sheet=True)


def filter_for(media_type: MediaType, data: bytes) -> Filter:
    """The filter for a file of one of the `CONVERTED` kinds.

    Raises:
        KeyError: LibreOffice is not asked for this kind.
    """
    if media_type is MediaType.DOC:
        version = _fib(data)[1]
        if 101 <= version <= 103:
            return _WORD_6
        if 104 <= version <= 105:
            return _WORD_95
    if media_type is MediaType.XLS and "workbook" not in _streams(data):
        return _EXCEL_95
    return _FILTERS[media_type]


def ole_kind(data: bytes) -> MediaType:
    """Whose compound file it is; `OLE` where that cannot be told, or it is encrypted OOXML."""
    names = _streams(data)
    for name, media_type in _STREAMS:
        if name in names:
            return media_type
    return MediaType.OLE


def holds_encrypted_package(data: bytes) -> bool:
    """Whether the compound file is a DOCX or XLSX under a password."""
    return "encryptedpackage" in _streams(data)


def has_directory(data: bytes) -> bool:
    """Whether the compound file can say what is in it."""
    return bool(_streams(data))


def needs_password(media_type: MediaType, data: bytes) -> bool:
    """Whether a DOC, XLS or OpenDocument file of the kind is encrypted."""
    match media_type:
        case MediaType.DOC:
            magic, _, _, _, _, flags = _fib(data)
            return magic in _FIB_MAGIC and bool(flags & _FIB_ENCRYPTED)
        case MediaType.XLS:
            return _has_file_pass(data)
        case MediaType.ODT | MediaType.ODS:
            return _content_is_encrypted(data)
    return False


def open_document_kind(archive: zipfile.ZipFile) -> MediaType | None:
    """ODT or ODS (or a template of one), by the ``mimetype`` member; None for other ODF."""
    try:
        with archive.open("mimetype") as member:
            kind = member.read(200).decode("ascii", "replace").strip()
    except (KeyError, OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return MediaType.ODT
    if not kind.startswith(_OPEN_DOCUMENT):
        return MediaType.ODT
    name = kind.removeprefix(_OPEN_DOCUMENT)
    if name.startswith("spreadsheet"):
        return MediaType.ODS
    return MediaType.ODT if name.startswith("text") else None


def xml_kind(head: bytes) -> MediaType | None:
    """Flat OpenDocument and the XML of Office 2003, by the root element in the first bytes."""
    root = _XML_ROOT.search(head)
    if root is None:
        return None
    tag = root[0]
    match root[1]:
        case b"document" if b"opendocument" in tag:
            kind = _FLAT_KIND.search(tag)
            return _FLAT.get(kind[1]) if kind else MediaType.FODT
        case b"wordDocument":
            return MediaType.WORD_XML
        case b"Workbook" if b"office:spreadsheet" in tag:
            return MediaType.EXCEL_XML
    return None


def _streams(data: bytes) -> frozenset[str]:
    """Names below the root of a compound file, in small letters."""
    if not data.startswith(OLE_SIGNATURE):
        return frozenset()
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {path[0].lower() for path in ole.listdir() if len(path) == 1}
    except Exception:  # olefile has no common error for what hostile files do to it
        names = set()
    # a directory out of reach: LibreOffice may yet mend the file
    return frozenset(names or {n for n, _ in _STREAMS if _named(n, data)})


def _named(name: str, data: bytes) -> bool:
    told = {"worddocument": "WordDocument", "encryptedpackage": "EncryptedPackage"}
    spelled = told.get(name, name.title())
    return f"{spelled}\0".encode("utf-16-le") in data


def _stream(data: bytes, name: str, size: int) -> bytes:
    """The first bytes of a stream below the root; none where it cannot be had."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole, ole.openstream(name) as stream:
            return bytes(stream.read(size))
    except Exception:
        return b""


def _fib(data: bytes) -> tuple[int, ...]:
    head = _stream(data, "WordDocument", _FIB.size)
    return _FIB.unpack(head) if len(head) == _FIB.size else (0,) * 6


def _has_file_pass(data: bytes) -> bool:
    stream = _stream(data, "Workbook", 8192) or _stream(data, "Book", 8192)
    at = 0
    while at + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, at)
        if record == _FILEPASS:
            return True
        if record in (_BOUNDSHEET, _EOF) or (at == 0 and record != _BOF):
            return False
        at += 4 + length
    return False


def _content_is_encrypted(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "encrypted-package" in archive.namelist():  # ODF 1.3, wholesome encryption
                return True
            with archive.open("META-INF/manifest.xml") as member:
                manifest = member.read(1 << 20)
    except (KeyError, OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return False
    return b"encryption-data" in manifest
