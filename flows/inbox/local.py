"""An inbox in a folder of this machine, or on a share that is mounted on it."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import logging
import os
import secrets
import shutil
import signal
import stat
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gouji.model import WrongUsage
from gouji.store import SeenFile

from ..output import printable
from ..pool.worker import one_line
from .places import (
    DONE,
    FAILED,
    FileReplaced,
    PlaceAway,
    is_hidden,
    is_of_interest,
    may_be_document,
)

log = logging.getLogger("flows.inbox")

BEACON = ".gouji-inbox"  # in the inbox: it is there, and which one it is
_GONE = frozenset((errno.ENOENT, errno.ENOTDIR))
# A share whose server is away, or that was mounted anew.
_AWAY = frozenset(
    (errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENODEV, errno.ENXIO)
)
_RENAME_NOREPLACE = 1
_been_there: dict[str, str] = {}  # what the inboxes of this process call themselves


class LocalPlace:
    """A folder. It is never followed through symbolic links, so a loop of them leads nowhere."""

    def __init__(self, folder: Path, *, leave: bool) -> None:
        """Open the inbox.

        Raises:
            WrongUsage: it is no folder, or may not be written to.
            PlaceAway: it was there in an earlier round.
        """
        self._root = os.path.abspath(folder)
        self.name = printable(folder)
        self._leave = leave
        self.passed_over = 0
        known = _been_there.get(self._root)
        if known is not None and not leave:
            self.key = known
            self._check()
            return
        if not os.path.isdir(self._root):
            raise WrongUsage(f"There is no folder {self.name}.")
        if leave:
            self.key = self._root
            return
        try:
            self.key = _been_there[self._root] = _beacon(self._root)
        except OSError as error:
            advice = "Give the rights, or leave the files where they are with --leave."
            raise WrongUsage(f"{self.name}: {one_line(error)}.", advice) from error

    def files(self) -> Iterator[SeenFile]:
        self._check()
        self.passed_over = 0
        waiting, been = [""], set[tuple[int, int]]()
        while waiting:
            folder = waiting.pop()
            try:
                here = os.stat(self._path(folder))
                if (here.st_dev, here.st_ino) in been:  # mounted into itself
                    continue
                been.add((here.st_dev, here.st_ino))
                with os.scandir(self._path(folder)) as entries:
                    for entry in entries:
                        yield from self._entry(folder, entry, waiting)
            except OSError as error:
                if not folder:
                    raise self._told(error) from error
                self._check()
                log.warning("%s: %s", printable(self._path(folder)), one_line(error))

    def look(self, path: str) -> SeenFile | None:
        try:
            facts = os.lstat(self._path(path))
        except OSError as error:
            if error.errno in _GONE:
                self._check()
                return None
            raise self._told(error) from error
        return _seen(path, facts) if stat.S_ISREG(facts.st_mode) else None

    def is_being_written(self, path: str) -> bool:
        return _open_for_writing(self._path(path))

    @contextmanager
    def fetched(self, path: str) -> Iterator[Path]:
        yield Path(self._path(path))

    def read(self, path: str, most: int) -> bytes | None:
        try:
            descriptor = os.open(self._path(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                facts = os.fstat(descriptor)
                if not stat.S_ISREG(facts.st_mode) or facts.st_size > most:
                    return None
                return file.read(most)
        except OSError as error:
            if error.errno in (*_GONE, errno.ELOOP, errno.ENXIO, errno.ENAMETOOLONG):
                return None
            raise self._told(error) from error

    def move(self, file: SeenFile, target: str) -> None:
        source, end = self._path(file.path), self._path(target)
        here, there = self.look(file.path), self.look(target)
        if here is None or here.mark != file.mark:
            if there is not None and there.size == file.size:
                return
            raise FileReplaced(file.path)
        try:
            os.makedirs(os.path.dirname(end), exist_ok=True)
            try:
                _rename(source, end)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                _copy(source, end)
                if (now := self.look(file.path)) is not None and now.mark == file.mark:
                    os.unlink(source)
                return
        except FileExistsError:
            raise
        except OSError as error:
            raise self._told(error) from error
        moved = self.look(target)
        if moved is not None and moved.mark != file.mark:
            with suppress(OSError):  # it was another file by then: it has its own turn
                _rename(end, source)
            raise FileReplaced(file.path)

    def exists(self, path: str) -> bool:
        return os.path.lexists(self._path(path))

    def write(self, path: str, data: bytes) -> None:
        end = self._path(path)
        part = os.path.join(os.path.dirname(end), f".gouji-{secrets.token_hex(6)}.part")
        try:
            self._check()
            os.makedirs(os.path.dirname(end), exist_ok=True)
            with open(part, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, end)
        except OSError as error:
            with suppress(OSError):
                os.unlink(part)
            raise self._told(error) from error

    def move_beside(self, path: str, target: str, *, keep: bool) -> None:
        source, end = self._path(path), self._path(target)
        try:
            if keep:
                _copy(source, end)
            else:
                os.replace(source, end)
        except OSError as error:
            if error.errno not in _GONE:
                raise self._told(error) from error

    def on_disk(self, path: str) -> Path | None:
        return Path(self._path(path))

    def _entry(
        self, folder: str, entry: os.DirEntry[str], waiting: list[str]
    ) -> Iterator[SeenFile]:
        path = f"{folder}/{entry.name}" if folder else entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                if path not in (DONE, FAILED) and not is_hidden(entry.name):
                    waiting.append(path)
                return
            if not may_be_document(path):
                return
            if not is_of_interest(path, leave=self._leave):
                self.passed_over += 1
                return
            facts = entry.stat(follow_symlinks=False)
        except OSError:
            return  # it went away this very moment
        if stat.S_ISREG(facts.st_mode):
            yield _seen(path, facts)
        else:
            self.passed_over += 1
            log.warning("%s is no regular file", printable(self._path(path)))

    def _path(self, path: str) -> str:
        return os.path.join(self._root, path) if path else self._root

    def _check(self) -> None:
        """Raises `PlaceAway` where the inbox itself is not there."""
        sign = self._root if self._leave else os.path.join(self._root, BEACON)
        try:
            os.stat(sign)
        except OSError as error:
            raise PlaceAway(error.errno, f"the inbox {self.name} is not there") from error

    def _told(self, error: OSError) -> OSError:
        """The error, or `PlaceAway` where it is not the file that is at fault."""
        if error.errno in _AWAY:
            return PlaceAway(error.errno, f"the inbox {self.name} is away: {one_line(error)}")
        try:
            self._check()
        except PlaceAway as away:
            return away
        return error


def _seen(path: str, facts: os.stat_result) -> SeenFile:
    mark = f"{facts.st_size} {facts.st_mtime_ns} {facts.st_ino}"
    return SeenFile(path, mark, facts.st_size, facts.st_mtime_ns)


def _beacon(root: str) -> str:
    """What the inbox calls itself; the first watcher gives it a name."""
    place = os.path.join(root, BEACON)
    for _ in range(3):
        with suppress(FileNotFoundError), open(place, encoding="ascii") as file:
            return f"inbox {uuid.UUID(file.read(64).strip())}"
        part = os.path.join(root, f"{BEACON}-{secrets.token_hex(6)}.part")
        with open(part, "w", encoding="ascii") as file:
            file.write(f"{uuid.uuid4()}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            with suppress(FileExistsError):
                _rename(part, place)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part)
    raise OSError(errno.EIO, f"{BEACON} cannot be made")


def _rename(source: str, target: str) -> None:
    """Rename, and never over a file that is there.

    Raises:
        FileExistsError: there is one.
    """
    if _renameat2 is not None:
        here, there = os.fsencode(source), os.fsencode(target)
        if _renameat2(-100, here, -100, there, _RENAME_NOREPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise OSError(number, os.strerror(number), source, None, target)
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    os.rename(source, target)


def _find_renameat2() -> ctypes._CFuncPtr | None:  # type: ignore[name-defined]
    if sys.platform != "linux":
        return None
    try:
        return ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return None


_renameat2 = _find_renameat2()


def _copy(source: str, target: str) -> None:
    part = os.path.join(os.path.dirname(target), f".gouji-{secrets.token_hex(6)}.part")
    try:
        shutil.copy2(source, part, follow_symlinks=False)
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)


def _open_for_writing(path: str) -> bool:
    """Whether a process of this machine has the file open for writing.

    Linux gives a read lease only on a file that nobody writes. Where it gives none at all (another
    user's file, a network file system) nothing is known.
    """
    if sys.platform != "linux":
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        # Who wants to write while we ask makes the kernel signal us; SIGIO would end the process.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False
