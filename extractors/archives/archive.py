"""ZIP archives: what is in one, under its right names, and unpacking it without being harmed.

What a header says of a size is only believed where it makes an archive look worse: unpacking stops
where a member is larger than it said, larger than any document, or packed like nothing but a bomb.
"""

from __future__ import annotations

import binascii
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from gouji.model import DocumentFault, FailureKind

from ..deadline import Deadline

MOST_MEMBERS = 10_000
MOST_DIRECTORY = 8 << 20  # bytes of an archive's directory: 10,000 members have 1 to 2 MB
LARGEST_MEMBER = 1 << 30  # bytes, unpacked
# A bitmap of a blank page packs 1,000 to 1; below this size nothing is a bomb.
HARMLESS = 64 << 20
STEEPEST = 200  # times its packed size
MOST_NESTING = 2  # an archive in an archive, and no deeper
_CHUNK = 1 << 18
_UTF8 = 0x800
_ENCRYPTED = 0x1
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field: version, CRC of the plain name, name in UTF-8
_AES = 99
# What a document of an office program, a browser, a scanner or another archive is called. In
# folders and archives only these are read.
SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("pdf", "docx", "docm", "dotx", "doc", "dot", "wps", "wpt", "rtf", "odt", "ott", "fodt"),
        *("xlsx", "xlsm", "xltx", "xlsb", "xls", "xlt", "et", "ett", "ods", "ots", "fods"),
        *("html", "htm", "xhtml", "xht", "mht", "mhtml", "shtml", "txt", "md", "markdown"),
        *("png", "jpg", "jpeg", "tif", "tiff", "bmp", "webp", "gif", "heic"),
        *("zip", "rar", "7z"),
    )
)
_LEFT_BEHIND = frozenset(("thumbs.db", "desktop.ini", ".ds_store"))
_FOREIGN = re.compile(r"^(?:[/\\]|[A-Za-z]:)")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error)


@dataclass(frozen=True, slots=True)
class Member:
    """A document in an archive; ``fault`` says why it is not to be unpacked."""

    name: str  # with "/" between folders, below the archive
    entry: zipfile.ZipInfo
    fault: DocumentFault | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in an archive."""

    members: tuple[Member, ...]
    passed_over: int  # files that are no documents


def is_document_name(name: str) -> bool:
    """Whether a file with the name is read where it was not named itself."""
    hidden = name.startswith((".", "~$"))  # ~$: what an office program leaves while editing
    return not hidden and os.path.splitext(name)[1].lower() in SUFFIXES


def open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """Open an archive whose directory is of a bearable size.

    Raises:
        DocumentFault: it is damaged, cut off, or has more members than any batch of reports.
    """
    try:
        size, before = _directory(file)
        if size > MOST_DIRECTORY:
            raise _too_many()
        if before:
            raise zipfile.BadZipFile("it is cut off, and its last directory is one of a member")
        archive = zipfile.ZipFile(file)
    except (NotImplementedError, *BROKEN) as error:
        raise _damaged(error) from error
    if len(archive.infolist()) > MOST_MEMBERS:
        archive.close()
        raise _too_many()
    return archive


def list_members(archive: zipfile.ZipFile, packed_size: int) -> Listing:
    """The documents in the archive; ``packed_size`` is that of the whole archive, in bytes.

    Raises:
        DocumentFault: the archive as a whole is a bomb.
    """
    members: list[Member] = []
    passed_over, whole = 0, 0
    names: set[str] = set()
    for entry in archive.infolist():
        path = member_path(entry)
        name = "/".join(part for part in re.split(r"[/\\]", path) if part not in ("", "."))
        if path.endswith(("/", "\\")) or entry.filename.endswith("/"):
            continue
        if not name or not _is_document_path(name):
            passed_over += 1
            continue
        fault = _harm(entry, path)
        if fault is None:
            whole += entry.file_size
        members.append(Member(_another(name, names), entry, fault))
    if whole > LARGEST_MEMBER and whole > STEEPEST * packed_size:
        raise _bomb(f"the ZIP archive unpacks to {whole >> 20:,} MB")
    return Listing(tuple(members), passed_over)


def unpack_member(
    archive: zipfile.ZipFile,
    member: Member,
    target: IO[bytes],
    passwords: Sequence[str],
    deadline: Deadline,
) -> None:
    """Write a member's bytes to the target.

    Raises:
        DocumentFault: encrypted, damaged, a bomb, or packed in a way that gouji does not know.
    """
    entry = member.entry
    if not entry.flag_bits & _ENCRYPTED:
        _unpack(archive, entry, target, None, deadline)
        return
    if entry.compress_type == _AES:
        message = "encrypted with AES, which gouji does not open in a ZIP archive: unpack it first"
        raise DocumentFault(FailureKind.ENCRYPTED, message)
    for password in passwords:
        for encoding in ("utf-8", "gb18030"):
            target.seek(0)
            target.truncate()
            try:
                _unpack(archive, entry, target, password.encode(encoding), deadline)
            except RuntimeError:  # the first byte tells a wrong password, 255 times in 256
                continue
            except DocumentFault as fault:
                if fault.kind is not FailureKind.DAMAGED:
                    raise
                continue
            return
    message = (
        "encrypted, and the given passwords do not open it"
        if passwords
        else "encrypted with a password (see --password)"
    )
    raise DocumentFault(FailureKind.ENCRYPTED, message)


def _unpack(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    target: IO[bytes],
    password: bytes | None,
    deadline: Deadline,
) -> None:
    size = 0
    try:
        with archive.open(entry, pwd=password) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > LARGEST_MEMBER:
                    raise _bomb(f"unpacks to more than {LARGEST_MEMBER >> 20:,} MB")
                if size > HARMLESS and size > STEEPEST * entry.compress_size:
                    raise _bomb(f"unpacks to more than {STEEPEST} times its packed size")
                deadline.check()
                target.write(chunk)
    except NotImplementedError as error:
        message = f"packed by a method that gouji does not know ({entry.compress_type})"
        raise DocumentFault(FailureKind.UNSUPPORTED, message) from error
    except BROKEN as error:
        raise _damaged(error, "the member") from error


def member_path(entry: zipfile.ZipInfo) -> str:
    """The name of a member as it was meant.

    Archives from Chinese Windows hold GB18030 and do not say so; zipfile takes such names for
    code page 437, and so do programs that packed them anew.
    """
    name = entry.filename
    raw = name.encode("utf-8", "surrogatepass") if entry.flag_bits & _UTF8 else _raw(name)
    if (told := _unicode_path(entry.extra, raw)) is not None:
        return told
    if entry.flag_bits & _UTF8:
        again = _raw(name)
        return name if again is None or name.isascii() else _chinese(again) or name
    return name if raw is None or name.isascii() else _decoded(raw) or name


def _raw(name: str) -> bytes | None:
    """The bytes that zipfile took for code page 437; None where the name is no such text."""
    try:
        return name.encode("cp437")
    except UnicodeEncodeError:
        return None


def _decoded(raw: bytes) -> str | None:
    """UTF-8 or GB18030: two letters of GB18030 may be a letter of UTF-8, but no Chinese one."""
    try:
        as_utf8 = raw.decode()
    except UnicodeDecodeError:
        as_utf8 = ""
    if as_utf8 and any(c >= "\u2e80" for c in as_utf8):
        return as_utf8
    return _chinese(raw) or as_utf8 or None


def _chinese(raw: bytes) -> str | None:
    """The bytes as GB18030, where that gives Chinese words."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = [c for c in text if not c.isascii()]
    han = [c for c in foreign if "\u3000" <= c <= "\u303f" or "\u3400" <= c <= "\uffef"]
    # a European letter before a plain one looks like a rare character
    sure = any(c.encode("gb18030")[1] >= 0x80 for c in han)
    return text if sure and len(han) >= 0.8 * len(foreign) else None


def _unicode_path(extra: bytes, raw: bytes | None) -> str | None:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            (crc,) = struct.unpack_from("<I", field, 1)
            if raw is not None and binascii.crc32(raw) == crc:
                return field[5:].decode("utf-8", "replace")
        at += 4 + size
    return None


def _is_document_path(name: str) -> bool:
    *folders, last = name.split("/")
    if "__MACOSX" in folders or last.lower() in _LEFT_BEHIND:
        return False
    return is_document_name(last)


def _harm(entry: zipfile.ZipInfo, path: str) -> DocumentFault | None:
    """Why a member is not unpacked, or None."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if _FOREIGN.match(path) or ".." in re.split(r"[/\\]", path):
        return DocumentFault(FailureKind.UNSAFE, "its path leads out of the archive")
    if kind == stat.S_IFLNK:
        return DocumentFault(FailureKind.UNSAFE, "is a symbolic link")
    if kind not in (0, stat.S_IFREG):
        return DocumentFault(FailureKind.UNSAFE, "is no regular file")
    size, packed = entry.file_size, entry.compress_size
    if size > LARGEST_MEMBER:
        return _bomb(f"unpacks to {size >> 20:,} MB")
    if size > HARMLESS and size > STEEPEST * packed:
        return _bomb(f"unpacks to {size // max(packed, 1):,} times its packed size")
    return None


def _another(name: str, names: set[str]) -> str:
    """The name, told apart from members that are called the same."""
    stem, suffix = os.path.splitext(name)
    unique, count = name, 1
    while unique in names:
        count += 1
        unique = f"{stem} ({count}){suffix}"
    names.add(unique)
    return unique


def _directory(file: IO[bytes]) -> tuple[int, bool]:
    """Bytes of the last directory in the file, and whether it is not that of the first member.

    An archive that was cut off may end with the directory of an archive inside it.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    first = file.read(4)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return 0, False
    directory, offset = struct.unpack_from("<II", tail, at + 12)
    locator = tail[at - 20 : at] if at >= 20 else b""
    if not locator.startswith(b"PK\x06\x07"):
        begins = size - len(tail) + at - directory - offset
        return directory, begins > 0 and first == b"PK\x03\x04"
    (record_at,) = struct.unpack_from("<Q", locator, 8)
    if record_at + 56 <= size:
        file.seek(record_at)
        record = file.read(56)
        file.seek(0)
        if record.startswith(b"PK\x06\x06"):
            (directory,) = struct.unpack_from("<Q", record, 40)
    return directory, False


def _too_many() -> DocumentFault:
    message = f"the ZIP archive has more than {MOST_MEMBERS:,} members"
    return DocumentFault(FailureKind.UNSAFE, message)


def _bomb(what: str) -> DocumentFault:
    return DocumentFault(FailureKind.UNSAFE, f"{what}: not unpacked")


def _damaged(error: Exception, what: str = "the ZIP archive") -> DocumentFault:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return DocumentFault(FailureKind.DAMAGED, f"{what} is damaged: {reason}")
