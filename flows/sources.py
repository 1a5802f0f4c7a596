"""From what stands on the command line to the files that are read."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Protocol

from extractors.archives.archive import SUFFIXES, is_document_name
from gouji.model.errors import DocumentFault, FailureKind, WrongUsage

from .pool.worker import one_line


class PackedFile(Protocol):
    """A file that is not there yet: a member of an archive."""

    def bring(self) -> None:
        """Put it where it is read from; raises `DocumentFault` where that cannot be done."""

    def drop(self) -> None:
        """Remove it from there."""

    @property
    def place(self) -> tuple[Path, str]:
        """The file on disk that holds it, and its path in there."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, or a path at which there is none (``problem`` says why)."""

    path: Path
    relative: PurePath  # below the folder it was found through: where its output goes
    problem: str | None = None
    kind: FailureKind = FailureKind.NOT_READABLE  # of the problem
    named: bool = True  # False: it was only found in a folder
    called: str | None = None  # where the path does not tell the name
    packed: PackedFile | None = None

    @property
    def name(self) -> str:
        """What the document is called: the file's name, of a member ``bundle.zip/成员.docx``."""
        return document_name(self.path) if self.called is None else self.called

    def bring(self) -> Found:
        """The file, unpacked where it is in an archive; with a problem where that fails."""
        if self.packed is None or self.problem is not None:
            return self
        try:
            self.packed.bring()
        except DocumentFault as fault:
            return replace(self, problem=str(fault), kind=fault.kind)
        return self

    def drop(self) -> None:
        """Remove what `bring` unpacked."""
        if self.packed is not None:
            self.packed.drop()


@dataclass(slots=True)
class Sources:
    """The files in the order named; within a folder in the order of their names."""

    files: list[Found] = field(default_factory=list)
    passed_over: int = 0  # files in folders that are no documents


def find_sources(arguments: Iterable[Path]) -> Sources:
    """Look through folders and patterns; each file comes once.

    Raises:
        WrongUsage: there is nothing to read.
    """
    sources = Sources()
    seen: set[str] = set()
    for argument in arguments:
        for found in _expand(argument, sources):
            place = os.path.abspath(found.path)
            if place not in seen:
                seen.add(place)
                sources.files.append(found)
    if not sources.files:
        known = ", ".join(sorted(SUFFIXES))
        raise WrongUsage(f"There is nothing to read: no file that ends in {known}.")
    return sources


def document_name(path: PurePath) -> str:
    r"""The file's name as text: bytes that are not UTF-8 become ``\x..``."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def _expand(argument: Path, sources: Sources) -> Iterator[Found]:
    try:
        if argument.is_dir():
            yield from _walk(argument, sources)
            return
        if glob.has_magic(str(argument)) and not argument.exists():
            matches = sorted(glob.glob(str(argument), recursive=True))
            for match in map(Path, matches):
                if match.is_dir():
                    yield from _walk(match, sources)
                else:
                    yield Found(match, PurePath(match.name))
            if not matches:
                yield Found(argument, PurePath(argument.name), "no file matches")
            return
    except OSError as error:
        yield Found(argument, PurePath(argument.name), one_line(error))
        return
    yield Found(argument, PurePath(argument.name))


def _walk(folder: Path, sources: Sources) -> Iterator[Found]:
    closed: list[OSError] = []
    for here, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if is_document_name(name):
                yield Found(path, path.relative_to(folder), named=False)
            else:
                sources.passed_over += 1
    for error in closed:
        path = Path(os.fsdecode(error.filename or folder))
        yield Found(path, PurePath(path.name), one_line(error))
