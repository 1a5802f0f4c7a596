"""Where an inbox is, as the rest sees it; the names in it that are no documents; identities."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Protocol

from extractors.archives.archive import is_document_name
from gouji.store import SeenFile

DONE, FAILED = "done", "failed"  # folders of an inbox
REASON = ".reason.json"
LISTED_AT_ONCE = 500  # files

_PARTIAL = re.compile(
    r"\.(?:part|partial|crdownload|download|opdownload|tmp|temp|filepart|!ut|aria2|td|xltd|swp)$",
    re.IGNORECASE,
)
_LEFT_BEHIND = frozenset(("thumbs.db", "desktop.ini"))
_BESIDE = re.compile(r"\.jsonl?$|^manifest\.csv$", re.IGNORECASE)


class PlaceAway(OSError):
    """The inbox cannot be reached just now: a share that is not mounted, a server that is away."""


class FileReplaced(Exception):
    """The file is not there any more, or another one is there under its name."""


class Place(Protocol):
    """A folder or a place in an object store. Paths are below it, with "/" between folders.

    All may raise `PlaceAway`, or an `OSError` of the file alone.
    """

    name: str  # for people
    key: str  # the same however it is reached
    passed_over: int  # of the last listing

    def files(self) -> Iterator[SeenFile]:
        """Every file that may be a document, in no order."""

    def look(self, path: str) -> SeenFile | None:
        """The file as it is now; None where there is none."""

    def is_being_written(self, path: str) -> bool:
        """Whether somebody is known to have it open for writing."""

    def fetched(self, path: str) -> AbstractContextManager[Path]:
        """The file on this machine's disk, for as long as it is needed."""

    def read(self, path: str, most: int) -> bytes | None:
        """A small file as a whole; None where there is none, or it is larger than that."""

    def move(self, file: SeenFile, target: str) -> None:
        """Move the file; where that was done before, do nothing.

        Raises:
            FileReplaced: it is not there any more, neither here nor there.
            FileExistsError: another file has the target's name.
        """

    def exists(self, path: str) -> bool:
        """Whether there is a file of that name."""

    def write(self, path: str, data: bytes) -> None:
        """Write a small file as a whole, over one that is there."""

    def move_beside(self, path: str, target: str, *, keep: bool) -> None:
        """Move a file that belongs to a document, or with ``keep`` copy it; if it is there."""

    def on_disk(self, path: str) -> Path | None:
        """The file's own path on this machine; None in an object store."""


def may_be_document(path: str) -> bool:
    """Whether a name is neither hidden, nor half downloaded, nor what is said about another."""
    name = PurePosixPath(path).name
    if name.startswith((".", "~$")) or name.lower() in _LEFT_BEHIND:
        return False
    return not (_PARTIAL.search(name) or _BESIDE.search(name))


def is_of_interest(path: str, *, leave: bool) -> bool:
    """Whether a document is taken: in a folder whose files stay, only what is called like one."""
    return not leave or is_document_name(PurePosixPath(path).name)


def is_hidden(name: str) -> bool:
    """Whether a folder is none of ours."""
    return name.startswith(".")


def with_suffix_added(path: str, suffix: str, sha256: str) -> str:
    """``path`` and ``suffix``, the name cut where file systems would refuse it (255 bytes)."""
    folder, _, name = path.rpartition("/")
    raw = os.fsencode(name)
    if len(raw) + len(suffix) > 255:
        stem = raw[: 255 - len(suffix) - 17].decode("utf-8", "ignore")
        name = f"{stem}-{sha256[:16]}"
    return f"{folder}/{name}{suffix}" if folder else name + suffix


def numbered(path: str, number: int) -> str:
    """``folder/a.pdf`` as ``folder/a.17.pdf``: the place of a second file of one name."""
    folder, _, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    room = 255 - len(os.fsencode(f".{number}{dot}{suffix}"))
    raw = os.fsencode(stem)
    if len(raw) > room:
        stem = raw[: max(room, 1)].decode("utf-8", "ignore")
    name = f"{stem}.{number}{dot}{suffix}"
    return f"{folder}/{name}" if folder else name
