"""The file a document came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class MediaType(StrEnum):
    """What the bytes are, told by the bytes."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    FODT = "application/vnd.oasis.opendocument.text-flat-xml"
    FODS = "application/vnd.oasis.opendocument.spreadsheet-flat-xml"
    DOC = "application/msword"
    XLS = "application/vnd.ms-excel"
    PPT = "application/vnd.ms-powerpoint"
    WORD_XML = "application/vnd.ms-word.2003+xml"  # no registered name
    EXCEL_XML = "application/vnd.ms-excel.2003+xml"  # no registered name
    OLE = "application/x-ole-storage"  # of another program, or an encrypted DOCX or XLSX
    RTF = "application/rtf"
    HTML = "text/html"
    MHTML = "multipart/related"
    XML = "application/xml"
    TEXT = "text/plain"
    ZIP = "application/zip"
    RAR = "application/vnd.rar"
    SEVEN_ZIP = "application/x-7z-compressed"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    BMP = "image/bmp"
    WEBP = "image/webp"
    GIF = "image/gif"
    HEIC = "image/heic"
    EXECUTABLE = "application/x-executable"
    EMPTY = "application/x-empty"
    UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's bytes with the name it was found under."""

    name: str
    data: bytes
    media_type: MediaType
    sha256: str

    @staticmethod
    def of(name: str, data: bytes, media_type: MediaType) -> SourceFile:
        return SourceFile(name, data, media_type, hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What stays known of a file after its bytes are let go."""

    name: str
    sha256: str
    media_type: MediaType
    pages: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Which program made a reading; with the sha256 it is the key of every stored fact."""

    version: str
    settings_digest: str
