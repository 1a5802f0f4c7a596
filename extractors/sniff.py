"""What a file is, told by its bytes and never by its name."""

from __future__ import annotations

import io
import zipfile

from gouji.model import DocumentFault, FailureKind, MediaType, SourceFile

from .pdf_document import HEADER_WINDOW

_SIGNATURES: tuple[tuple[bytes, MediaType], ...] = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"GIF8", MediaType.GIF),
    (b"{\\rtf", MediaType.RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", MediaType.OLE),
    (b"\x7fELF", MediaType.EXECUTABLE),
)
_ZIP_MEMBERS: tuple[tuple[str, MediaType], ...] = (
    ("word/document.xml", MediaType.DOCX),
    ("xl/workbook.xml", MediaType.XLSX),
    ("ppt/presentation.xml", MediaType.PPTX),
    ("content.xml", MediaType.ODT),
)
_OFFICE_BEGINS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/")
_NAMES = {
    MediaType.DOCX: "a DOCX file",
    MediaType.XLSX: "an XLSX file",
    MediaType.PPTX: "a PPTX file",
    MediaType.ODT: "an OpenDocument file",
    MediaType.OLE: "an old Office file (DOC, XLS, WPS)",
    MediaType.RTF: "an RTF file",
    MediaType.HTML: "an HTML page",
    MediaType.XML: "an XML file",
    MediaType.TEXT: "a text file",
    MediaType.ZIP: "a ZIP archive",
    MediaType.EXECUTABLE: "a program",
    MediaType.UNKNOWN: "of a kind that gouji does not know",
}


def sniff(data: bytes) -> MediaType:
    """The media type that the first bytes show (of a ZIP: its members)."""
    if not data.strip(b"\0 \r\n\t"):
        return MediaType.EMPTY
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    if b"\0" in data[:64]:  # two letters may begin a text as well
        if data.startswith(b"BM"):
            return MediaType.BMP
        if data.startswith(b"MZ"):
            return MediaType.EXECUTABLE
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return MediaType.WEBP
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        return MediaType.HEIC
    if b"%PDF-" in data[:HEADER_WINDOW] or _late_pdf(data):
        return MediaType.PDF
    return _text_kind(data)


def _late_pdf(data: bytes) -> bool:
    """Junk longer than a kilobyte before the header, and yet a PDF's end."""
    return b"%PDF-" in data[: 64 * HEADER_WINDOW] and b"startxref" in data[-2 * HEADER_WINDOW :]


def _zip_kind(data: bytes) -> MediaType:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        # without its end an archive names its members only before each of them
        cut_off = data[30:].startswith(_OFFICE_BEGINS) and b"word/document.xml" in data
        return MediaType.DOCX if cut_off else MediaType.ZIP
    for member, media_type in _ZIP_MEMBERS:
        if member in members:
            return media_type
    if "[Content_Types].xml" in members and any(
        name.replace("\\", "/").lower().startswith("word/") for name in members
    ):
        return MediaType.DOCX  # its main part has another name, or is missing
    return MediaType.ZIP


def _text_kind(data: bytes) -> MediaType:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    lowered = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if lowered.startswith((b"<!doctype html", b"<html")) or b"<body" in lowered:
        return MediaType.HTML
    if lowered.startswith(b"<?xml"):
        return MediaType.HTML if b"<html" in lowered else MediaType.XML
    if b"<table" in lowered or b"<div" in lowered or b"<head" in lowered:
        return MediaType.HTML
    if b"\0" in head:
        return MediaType.UNKNOWN
    control = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    return MediaType.TEXT if control <= len(head) // 100 else MediaType.UNKNOWN


def source_file(name: str, data: bytes) -> SourceFile:
    """The file with its type and sha256.

    Never raises; `refuse` says what cannot be read.
    """
    return SourceFile.of(name, data, sniff(data))


def refuse(source: SourceFile) -> DocumentFault:
    """The fault of a file that no extractor takes."""
    if source.media_type is MediaType.EMPTY:
        return DocumentFault(FailureKind.EMPTY_FILE, "the file is empty")
    kind = _NAMES.get(source.media_type, f"a picture ({source.media_type.value})")
    if source.media_type is MediaType.EXECUTABLE:
        return DocumentFault(FailureKind.UNSUPPORTED, f"the file is {kind}, no document")
    return DocumentFault(FailureKind.UNSUPPORTED, f"the file is {kind}: not read yet")
