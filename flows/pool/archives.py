"""ZIP archives among the files to read: each member a file of its own, unpacked when it is due.

A member lies in a folder of the run only from when it is due until it has been read.
"""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from extractors.archives.archive import (
    MOST_NESTING,
    Member,
    list_members,
    open_archive,
    unpack_member,
)
from extractors.archives.documents import too_deep
from extractors.archives.mending import lost_directory
from extractors.deadline import Deadline
from extractors.settings import ReadSettings
from extractors.sniff import package_kind
from gouji.model import DocumentFault, FailureKind, MediaType

from ..sources import Found, Sources, find_sources
from .worker import one_line

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
MOST_NESTED = 4 << 30  # bytes of archives in archives that lie unpacked at once


@contextmanager
def open_sources(paths: Iterable[Path], settings: ReadSettings) -> Iterator[Sources]:
    """The files under the paths, members of archives among them, as long as they are read.

    Raises:
        WrongUsage: there is nothing to read.
    """
    sources = find_sources(paths)
    with Unpacker(settings) as unpacker:
        unpacker.expand(sources)
        yield sources


@dataclass(frozen=True, slots=True)
class Packed:
    """A file inside an archive; it is brought to its place when it is asked for."""

    unpacker: Unpacker
    archive: Path  # that holds it: a file on disk, itself perhaps unpacked
    member: Member
    outermost: Path
    inside: str  # its path below the outermost archive
    target: Path

    def bring(self) -> None:
        """Unpack it, unless that is done.

        Raises:
            DocumentFault: it cannot be unpacked.
        """
        if not self.target.exists():
            self.unpacker.unpack(self)

    def drop(self) -> None:
        """Remove what was unpacked."""
        self.target.unlink(missing_ok=True)

    @property
    def place(self) -> tuple[Path, str]:
        """The outermost archive, and the member's path in there."""
        return self.outermost, self.inside


# A document's path below the outermost archive, and the document or what is wrong with it.
_Inside = tuple[str, Packed | None, DocumentFault | None]


class Unpacker:
    """The folder members are unpacked to, and the archive that was used last; thread-safe."""

    def __init__(self, settings: ReadSettings) -> None:
        self._settings = settings
        self._folder: Path | None = None
        self._count = 0
        self._nested = 0  # bytes
        self._open: tuple[Path, zipfile.ZipFile] | None = None
        self._lock = threading.RLock()

    def __enter__(self) -> Unpacker:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove everything that was unpacked."""
        with self._lock:
            self._forget()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def expand(self, sources: Sources) -> None:
        """Put the members of each archive in its place."""
        files: list[Found] = []
        for found in sources.files:
            if found.problem is None and is_archive(found):
                members = list(self._members(found, sources))
                files.extend(members)
            else:
                files.append(found)
        sources.files = files

    def unpack(self, packed: Packed) -> None:
        """Write the member to its place.

        Raises:
            DocumentFault: it is encrypted, damaged or a bomb, or the disk is full.
        """
        seconds = self._settings.document_seconds
        deadline = Deadline.after(seconds, FailureKind.DOCUMENT_TIMEOUT)
        with self._lock:
            archive = self._archive(packed.archive)
            part = packed.target.with_suffix(".part")
            try:
                with part.open("w+b") as target:
                    unpack_member(
                        archive, packed.member, target, self._settings.passwords, deadline
                    )
                part.replace(packed.target)
            except OSError as error:
                raise _unreadable(error) from error
            finally:
                with suppress(OSError):
                    part.unlink(missing_ok=True)

    def _members(self, found: Found, sources: Sources) -> Iterator[Found]:
        try:
            inside = list(self._inside(found.path, found.path, "", 1, sources))
        except DocumentFault as fault:
            yield replace(found, problem=str(fault), kind=fault.kind)
            inside = self._mended(found.path, sources) if fault.kind is FailureKind.DAMAGED else []
            if not inside:
                return
        if not inside and found.named:
            message = "the ZIP archive holds no document"
            yield replace(found, problem=message, kind=FailureKind.UNSUPPORTED)
        elif not inside:
            sources.passed_over += 1
        for path, packed, refusal in inside:
            relative = PurePath(found.relative, *(_bearable(part) for part in path.split("/")))
            name = f"{found.name}/{path}"
            if refusal is not None:
                yield Found(Path(name), relative, str(refusal), kind=refusal.kind, called=name)
            elif packed is not None:
                yield Found(packed.target, relative, called=name, packed=packed)

    def _mended(self, path: Path, sources: Sources) -> list[_Inside]:
        """The documents that are whole in an archive that was cut off."""
        mended = self._target()
        try:
            shutil.copyfile(path, mended)
            with mended.open("r+b") as file:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                    directory = lost_directory(data)
                file.seek(0, os.SEEK_END)
                file.write(directory)
            return list(self._inside(mended, path, "", 1, sources)) if directory else []
        except (OSError, ValueError, DocumentFault):
            return []  # it was told already that the archive is damaged

    def _inside(
        self, archive: Path, outermost: Path, above: str, depth: int, sources: Sources
    ) -> Iterator[_Inside]:
        """The documents in an archive by their paths, and what of it cannot be read."""
        with self._lock:
            opened = self._archive(archive)
            try:
                listing = list_members(opened, archive.stat().st_size)
            except OSError as error:
                raise _unreadable(error) from error
        sources.passed_over += listing.passed_over
        for member in listing.members:
            path = f"{above}{member.name}"
            if member.fault is not None:
                yield path, None, member.fault
                continue
            packed = Packed(self, archive, member, outermost, path, self._target())
            if not member.name.lower().endswith(".zip"):
                yield path, packed, None
                continue
            try:
                nested = self._nested_archive(packed, depth)
                if nested:
                    inside = list(
                        self._inside(packed.target, outermost, f"{path}/", depth + 1, sources)
                    )
            except DocumentFault as fault:
                yield path, None, fault
                continue
            if nested:
                yield from inside
            else:
                yield path, packed, None

    def _nested_archive(self, packed: Packed, depth: int) -> bool:
        """Unpack a member called .zip, and see whether it is an archive.

        Raises:
            DocumentFault: it is one too deep, or cannot be unpacked.
        """
        if depth >= MOST_NESTING:
            raise too_deep()
        self._nested += packed.member.entry.file_size
        if self._nested > MOST_NESTED:
            raise DocumentFault(FailureKind.UNSAFE, "too much is packed in archives in archives")
        packed.bring()
        return is_archive(Found(packed.target, PurePath(packed.member.name)))

    def _archive(self, path: Path) -> zipfile.ZipFile:
        if self._open is not None and self._open[0] == path:
            return self._open[1]
        self._forget()
        try:
            file = path.open("rb")
        except OSError as error:
            raise _unreadable(error) from error
        try:
            archive = open_archive(file)
        except BaseException:
            file.close()
            raise
        self._open = (path, archive)
        return archive

    def _forget(self) -> None:
        if self._open is not None:
            file = self._open[1].fp
            self._open[1].close()
            if file is not None:
                file.close()
            self._open = None

    def _target(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="gouji-unpacked-"))
            self._count += 1
            return self._folder / f"{self._count:06d}"


def is_archive(found: Found) -> bool:
    """Whether the file is a ZIP archive and no document that is packed as one (DOCX, ODT).

    Only files that are called so are looked into, and those without a document's suffix.
    """
    suffix = found.relative.suffix.lower()
    if suffix not in ("", ".zip"):
        return False
    try:
        with found.path.open("rb") as file:
            if not file.read(4).startswith(_SIGNATURES):
                return False
            with suppress(DocumentFault), open_archive(file) as archive:
                return package_kind(archive) is MediaType.ZIP
    except OSError:
        return False  # the reader will say why
    return True  # damaged or beyond measure, but nothing else


def _bearable(name: str) -> str:
    """A part of a path that leads nowhere else, and that file systems take (255 bytes)."""
    if name in ("", ".", ".."):
        return "_"
    raw = name.encode("utf-8", "replace")
    return name if len(raw) <= 200 else raw[:200].decode("utf-8", "ignore")


def _unreadable(error: OSError) -> DocumentFault:
    return DocumentFault(FailureKind.NOT_READABLE, f"cannot be unpacked: {one_line(error)}")
