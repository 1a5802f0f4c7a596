"""From what stands on the command line to the files that are read."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from gouji.model.errors import WrongUsage

from .worker import one_line

# What a report may come as. In a folder only these are read; a file named itself is always tried.
SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("pdf", "docx", "doc", "wps", "rtf", "odt", "html", "htm", "mht", "mhtml", "xhtml", "txt"),
        *("png", "jpg", "jpeg", "tif", "tiff", "bmp", "webp", "gif", "heic"),
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, or a path at which there is none (``problem`` says why)."""

    path: Path
    relative: PurePath  # below the folder it was found through: where its output goes
    problem: str | None = None


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
            if _is_document(name):
                yield Found(path, path.relative_to(folder))
            else:
                sources.passed_over += 1
    for error in closed:
        path = Path(os.fsdecode(error.filename or folder))
        yield Found(path, PurePath(path.name), one_line(error))


def _is_document(name: str) -> bool:
    hidden = name.startswith((".", "~$"))  # ~$: what an office program leaves while editing
    return not hidden and os.path.splitext(name)[1].lower() in SUFFIXES
