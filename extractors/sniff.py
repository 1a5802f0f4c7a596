"""What a file is, told by its bytes and never by its name."""

from __future__ import annotations

import io
import re
import zipfile

from gouji.model import DocumentFault, FailureKind, MediaType, SourceFile

from .archives.archive import open_archive
from .office.kinds import OLE_SIGNATURE, ROOT_WINDOW, ole_kind, open_document_kind, xml_kind

# Junk before the header is common in files that went through mail or a web form; readers look for
# the header in the first kilobyte, and so does PDFium.
HEADER_WINDOW = 1024

_SIGNATURES: tuple[tuple[bytes, MediaType], ...] = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"GIF8", MediaType.GIF),
    (b"{\\rtf", MediaType.RTF),
    (b"Rar!\x1a\x07", MediaType.RAR),
    (b"7z\xbc\xaf\x27\x1c", MediaType.SEVEN_ZIP),
    (b"\x7fELF", MediaType.EXECUTABLE),
)
_ZIP_MEMBERS: tuple[tuple[str, MediaType], ...] = (
    ("word/document.xml", MediaType.DOCX),
    ("xl/workbook.xml", MediaType.XLSX),
    ("xl/workbook.bin", MediaType.XLSB),
    ("ppt/presentation.xml", MediaType.PPTX),
)
_OFFICE_BEGINS = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/")
_NAMES = {
    MediaType.DOCX: "a DOCX file",
    MediaType.XLSX: "an XLSX file",
    MediaType.PPTX: "a PPTX file",
    MediaType.PPT: "a PPT file",
    MediaType.OLE: "a compound file of an unknown program",
    MediaType.HTML: "an HTML page",
    MediaType.XML: "an XML file",
    MediaType.TEXT: "a text file",
    MediaType.ZIP: "a ZIP archive",
    MediaType.RAR: "a RAR archive",
    MediaType.SEVEN_ZIP: "a 7z archive",
    MediaType.EXECUTABLE: "a program",
    MediaType.UNKNOWN: "of a kind that gouji does not know",
}


def sniff(data: bytes) -> MediaType:
    """The media type that the first bytes show (of a ZIP: its members)."""
    if not data.strip(b"\0 \r\n\t"):
        return MediaType.EMPTY
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(OLE_SIGNATURE):
        return ole_kind(data)
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
        with open_archive(io.BytesIO(data)) as archive:
            return package_kind(archive)
    except DocumentFault:
        # without its end an archive names its members only before each of them
        cut_off = data[30:].startswith(_OFFICE_BEGINS) and b"word/document.xml" in data
        return MediaType.DOCX if cut_off else MediaType.ZIP


def package_kind(archive: zipfile.ZipFile) -> MediaType:
    """Which kind of document is packed as this archive; `ZIP` where none is."""
    members = set(archive.namelist())
    for member, media_type in _ZIP_MEMBERS:
        if member in members:
            return media_type
    if "content.xml" in members:
        return open_document_kind(archive) or MediaType.UNKNOWN
    if "[Content_Types].xml" in members and any(
        name.replace("\\", "/").lower().startswith("word/") for name in members
    ):
        return MediaType.DOCX  # its main part has another name, or is missing
    return MediaType.ZIP


def _text_kind(data: bytes) -> MediaType:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    elif _every_second_is_zero(head):
        head = head.replace(b"\0", b"")
    lowered = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if lowered.startswith(b"<") and (media_type := xml_kind(data[:ROOT_WINDOW])):
        return media_type
    if _MHTML.search(lowered) and _MAIL_FIELD.match(lowered):
        return MediaType.MHTML
    if _is_html(lowered, data):
        return MediaType.HTML
    if lowered.startswith(b"<?xml"):
        return MediaType.XML
    if b"\0" in head:
        return MediaType.UNKNOWN
    control = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    return MediaType.TEXT if control <= len(head) // 100 else MediaType.UNKNOWN


_MHTML = re.compile(rb"(?m)^content-type:\s*multipart/(?:related|mixed|alternative)\b")
_MAIL_FIELD = re.compile(rb"[a-z][a-z-]{2,40}:[ \t]")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]")
_FRAGMENT = re.compile(
    rb"<(?:!--|(?:table|tr|tbody|div|p|span|meta|style|script|center|font|section|article|main|ul"
    rb"|ol|h[1-6]|link|title|form|b|strong|a|img|iframe|frameset|base|br|dl|blockquote|pre)[\s/>])"
)
_TAG = re.compile(rb"</?(?:table|tr|td|th|p|div|span|br|b|strong|font|ul|li|a|h[1-6])[\s/>]")
_MANY_TAGS = 10  # in four kilobytes: text that only quotes a tag has fewer
_HTML_WINDOW = 1 << 16  # a comment or a script may stand before the first tag


def _is_html(lowered: bytes, data: bytes) -> bool:
    """A page, or a part of one as interfaces and editors hand it on."""
    if _PAGE.search(lowered):
        return True
    if _FRAGMENT.match(lowered):
        return not lowered.startswith(b"<!--") or bool(
            _TAG.search(lowered) or _PAGE.search(data[:_HTML_WINDOW].lower())
        )
    if lowered.startswith(b"<"):
        return _PAGE.search(data[:_HTML_WINDOW].lower()) is not None
    first = _TAG.search(lowered)
    if (
        first is not None
        and first.group().startswith(b"<table")
        and b"\n" in lowered[: first.start()]
    ):
        return False  # Markdown keeps tables as HTML below lines without tags
    return len(_TAG.findall(lowered)) >= _MANY_TAGS


def _every_second_is_zero(head: bytes) -> bool:
    """UTF-16 without a mark: its markup has a zero in every second byte, always the same one."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    return max(even, odd) > len(head) // 8 and min(even, odd) == 0


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
    if source.media_type in (MediaType.RAR, MediaType.SEVEN_ZIP):
        message = f"the file is {kind}: unpack it, or pack it as ZIP"
        return DocumentFault(FailureKind.UNSUPPORTED, message)
    return DocumentFault(FailureKind.UNSUPPORTED, f"the file is {kind}: not read yet")
