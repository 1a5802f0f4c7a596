"""Publishing: the settled reports as files in a folder that is replaced as a whole.

Whoever reads the folder meanwhile sees the old one or the new one, never a mixture.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gouji import __version__
from gouji.model import CellState, DocumentReading, StoreUnavailable
from gouji.store import Store
from gouji.store.export import Format, Links, export_as

from .commands.export import reviewed_readings, without_doubts
from .keeping import open_store
from .pool.worker import one_line
from .settings import Settings

MANIFEST = "manifest.json"
FORMATS = tuple(map(str, Format))
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h
_CANNOT_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of the published folder."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, and what was left out."""

    folder: Path
    at: datetime
    reports: int
    waiting: int  # reports in which some cell waits for a person
    unsettled: bool  # whether these too were published, without such cells
    no_report: int  # documents that are none, or could not be read
    rows: Mapping[str, int]
    files: tuple[PublishedFile, ...]

    def manifest(self) -> str:
        """The manifest as JSON."""
        facts = {
            "published_at": self.at.isoformat(timespec="seconds"),
            "gouji": __version__,
            "reports": self.reports,
            "waiting_for_review": {"reports": self.waiting, "published": self.unsettled},
            "no_report": self.no_report,
            "rows": dict(self.rows),
            "files": [
                {"name": file.name, "bytes": file.bytes, "sha256": file.sha256}
                for file in self.files
            ],
        }
        return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def publish_settled(
    settings: Settings, folder: Path, formats: Sequence[str] = FORMATS, *, unsettled: bool = False
) -> Published:
    """Write the reports in which nothing waits for a person, and put them in the folder's place.

    With ``unsettled`` also the others, without the cells that wait.

    Raises:
        WrongUsage: there is no store, or no such format.
        StoreUnavailable: it cannot be read, or the folder not be written; then the folder is as
            it was.
    """
    with open_store(settings) as store, _in_place_of(folder) as fresh:
        sorting = _Sorting(unsettled)
        links = Links(settings.review_url)  # no files: whoever reads it is elsewhere
        exported = export_as(sorting.those_to_publish(store), formats, fresh, links)
        published = Published(
            folder,
            datetime.now(UTC),
            sorting.reports,
            sorting.waiting,
            unsettled,
            sorting.no_report,
            exported.rows,
            tuple(map(_file, exported.files)),
        )
        (fresh / MANIFEST).write_text(published.manifest(), encoding="utf-8")
    return published


class _Sorting:
    def __init__(self, unsettled: bool) -> None:
        self.reports = self.waiting = self.no_report = 0
        self._unsettled = unsettled

    def those_to_publish(self, store: Store) -> Iterator[DocumentReading]:
        for reading in reviewed_readings(store):
            if reading.failed or reading.report is None:
                self.no_report += 1
                continue
            waits = any(cell.state is CellState.REVIEW for cell in reading.cells)
            self.waiting += waits
            if waits and not self._unsettled:
                continue
            self.reports += 1
            yield without_doubts(reading) if waits else reading


def _file(path: Path) -> PublishedFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return PublishedFile(path.name, path.stat().st_size, digest)


@contextmanager
def _in_place_of(folder: Path) -> Iterator[Path]:
    """An empty folder that takes the place of ``folder`` at the end, unless something fails."""
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            for old in folder.parent.glob(f".{folder.name}.new-*"):  # of one that was killed
                shutil.rmtree(old, ignore_errors=True)
            fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
            try:
                yield fresh
                fresh.chmod(0o755)
                _flush(fresh)
                _exchange(fresh, folder)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        advice = "Check GOUJI_PUBLISHED, free space and rights."
        raise StoreUnavailable(f"{folder}: {one_line(error)}.", advice) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait for another process that publishes to the same folder."""
    with (folder.parent / f".{folder.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _flush(folder: Path) -> None:
    """Make sure that a power cut does not leave empty files behind."""
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exchange(fresh: Path, folder: Path) -> None:
    """Let two folders change places in one step; ``fresh`` holds the old one afterwards."""
    if not folder.exists():
        os.rename(fresh, folder)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    number = errno.ENOSYS
    if hasattr(libc, "renameat2"):
        at = (_AT_FDCWD, os.fsencode(fresh), _AT_FDCWD, os.fsencode(folder))
        if libc.renameat2(*at, _RENAME_EXCHANGE) == 0:
            return
        number = ctypes.get_errno()
    if number not in _CANNOT_EXCHANGE:
        raise OSError(number, os.strerror(number), str(folder))
    # Some network file systems cannot; there the folder is gone for a moment.
    old = fresh.with_name(f"{fresh.name}-old")
    os.rename(folder, old)
    try:
        os.rename(fresh, folder)
    except OSError:
        os.rename(old, folder)
        raise
    with suppress(OSError):
        os.rename(old, fresh)
