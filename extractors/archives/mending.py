"""ZIP archives that were cut off: their directory is lost, the members before the cut are not."""

from __future__ import annotations

import mmap
import struct
import zlib
from dataclasses import dataclass

_HEADER = b"PK\x03\x04"
_LOCAL = struct.Struct("<4xHHHHHIIIHH")  # what a member begins with
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_DEFLATED = 8
_CHUNK = 1 << 16
_ZIP64 = 0xFFFFFFFF
MOST_FOUND = 10_000
LARGEST = 1 << 30  # bytes a member may unpack to


@dataclass(frozen=True, slots=True)
class _Whole:
    """A member whose end is there."""

    at: int
    version: int
    flags: int
    method: int
    time: int
    day: int
    crc: int
    packed: int
    size: int
    name: bytes
    end: int


def lost_directory(data: bytes | mmap.mmap) -> bytes:
    """A directory of the members that are whole, to be put behind the archive; else nothing.

    Their checksums are not looked at: that is done when they are unpacked.
    """
    found: list[_Whole] = []
    at = data.find(_HEADER)
    while at >= 0 and len(found) < MOST_FOUND:
        whole = _member(data, at)
        if whole is not None:
            found.append(whole)
        at = data.find(_HEADER, whole.end if whole else at + 4)
    if not found:
        return b""
    directory = b"".join(
        _CENTRAL.pack(
            b"PK\x01\x02", 20, m.version, m.flags, m.method, m.time, m.day, m.crc, m.packed,
            m.size, len(m.name), 0, 0, 0, 0, 0, m.at,
        )
        + m.name
        for m in found
    )  # fmt: skip
    count = len(found)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(data), 0)
    return directory + end


def _member(data: bytes | mmap.mmap, at: int) -> _Whole | None:
    """The member that begins here, if its end is there."""
    begin = at + _LOCAL.size
    if begin > len(data):
        return None
    version, flags, method, time, day, crc, packed, size, name_size, extra = _LOCAL.unpack(
        data[at:begin]
    )
    name = data[begin : begin + name_size]
    begin += name_size + extra
    if packed == _ZIP64 or size == _ZIP64 or not name:
        return None
    if flags & _SIZES_FOLLOW and not packed:
        if method != _DEFLATED or flags & _ENCRYPTED:
            return None
        known = _inflated(data, begin)
        if known is None:
            return None
        crc, packed, size = known
    if begin + packed > len(data):
        return None
    return _Whole(
        at, version, flags & ~_SIZES_FOLLOW, method, time, day, crc, packed, size, name,
        begin + packed,
    )  # fmt: skip


def _inflated(data: bytes | mmap.mmap, begin: int) -> tuple[int, int, int] | None:
    """Checksum, packed and unpacked size of a deflated member that does not say where it ends."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    at, size, crc = begin, 0, 0
    try:
        while not inflater.eof:
            chunk = inflater.unconsumed_tail or data[at : at + _CHUNK]
            if not chunk or size > LARGEST:
                return None
            if not inflater.unconsumed_tail:
                at += len(chunk)
            piece = inflater.decompress(chunk, 1 << 20)
            size += len(piece)
            crc = zlib.crc32(piece, crc)
    except zlib.error:
        return None
    return crc, at - len(inflater.unused_data) - begin, size
