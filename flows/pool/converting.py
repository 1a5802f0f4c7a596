"""Files that LibreOffice reads for us, converted in batches ahead of the reading processes.

A start of LibreOffice takes seconds and reading what it made 20 ms: so files that need it are seen
early, converted many at a time in a thread of the run, and handed to a process when that is done.
A process that gets one that was not converted starts LibreOffice by itself.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from extractors.office.files import ConvertedFiles
from extractors.office.kinds import CONVERTED, OLE_SIGNATURE, filter_for, needs_password, xml_kind
from extractors.office.program import FILES_AT_ONCE, Office, OfficeMissing, Task
from extractors.sniff import sniff

from ..sources import Found

log = logging.getLogger("flows.pool.converting")

SEEN_AHEAD = 4 * FILES_AT_ONCE  # files looked at before they are due
LARGEST = 64 << 20  # bytes; a larger file is converted by the process that reads it
LINGER = 0.1  # seconds the first file of a batch waits for others
_HEAD = 128  # bytes: an OpenDocument file begins with its mimetype
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."


@dataclass(slots=True)
class _Order:
    path: Path
    done: Future[None] = field(default_factory=Future)


class Converter:
    """A folder of converted files and the thread that fills it; a context manager."""

    def __init__(self) -> None:
        # made by whoever needs it first, in a process or here
        self.folder = Path(tempfile.gettempdir(), f"gouji-office-{secrets.token_hex(8)}")
        self._files = ConvertedFiles(self.folder)
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._made: dict[Path, str] = {}  # sha256 by path

    def submit(self, path: Path) -> Future[None]:
        """Convert the file soon; the future is done when a process may read it."""
        order = _Order(path)
        with self._lock:
            if self._stop.is_set():
                order.done.set_result(None)  # nobody converts any more
                return order.done
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="gouji-office", daemon=True)
                self._thread.start()
            self._orders.put(order)
        return order.done

    def drop(self, path: Path) -> None:
        """Forget what was made of a file that has been read."""
        sha256 = self._made.pop(path, None)
        if sha256 is not None and sha256 not in self._made.values():
            self._files.drop(sha256)

    def close(self) -> None:
        """Stop LibreOffice, and remove the folder."""
        with self._lock:
            self._stop.set()
            self._orders.put(None)
        if self._thread is not None:
            self._thread.join()
        while not self._orders.empty():  # somebody may wait for one of them
            order = self._orders.get()
            if order is not None:
                order.done.set_result(None)
        if self.folder.exists():
            shutil.rmtree(self.folder, ignore_errors=True)

    def _work(self) -> None:
        """Take what is waiting, convert it in one start, and again."""
        with Office(self.folder, self._stop) as office:
            while (first := self._orders.get()) is not None:
                self._stop.wait(LINGER)
                batch, more = [first], True
                while more and len(batch) < FILES_AT_ONCE:
                    try:
                        order = self._orders.get_nowait()
                    except Empty:
                        break
                    more = order is not None
                    if order is not None:
                        batch.append(order)
                try:
                    if not self._stop.is_set():
                        self._convert(office, batch)
                except OfficeMissing:
                    log.info("there is no LibreOffice: each file that needs it will say so")
                except Exception:
                    log.exception("converting failed; the reading processes convert by themselves")
                finally:
                    for order in batch:
                        order.done.set_result(None)
                if not more:
                    return

    def _convert(self, office: Office, batch: list[_Order]) -> None:
        sums: list[str] = []
        tasks: list[Task] = []
        for order in batch:
            try:
                data = order.path.read_bytes()
            except OSError:
                continue  # the reader will say so
            media_type = sniff(data)
            if media_type in CONVERTED and not needs_password(media_type, data):
                sums.append(hashlib.sha256(data).hexdigest())
                tasks.append(Task(order.path, filter_for(media_type, data)))
        for task, sha256, result in zip(tasks, sums, office.convert(tasks), strict=True):
            self._files.put(sha256, result)
            self._made[task.path] = sha256


def when_ready(files: Iterable[Found], converter: Converter, *, in_order: bool) -> Iterator[Found]:
    """The files, each unpacked and converted where it needs that.

    Looks ahead, so that there are batches to convert; out of order, those that need nothing go
    first.
    """
    source = iter(files)
    waiting: deque[tuple[Found, Future[None] | None]] = deque()
    more = True
    while more or waiting:
        while more and len(waiting) < SEEN_AHEAD:
            due = next(source, None)
            if due is None:
                more = False
                break
            found = due.bring()
            waiting.append((found, converter.submit(found.path) if _converted(found) else None))
            if not in_order and waiting[-1][1] is None:
                break
        if not waiting:
            return
        index = 0
        if not in_order:
            ready = (n for n, (_, done) in enumerate(waiting) if done is None or done.done())
            index = next(ready, 0)
        found, done = waiting[index]
        del waiting[index]
        if done is not None:
            done.result()
        yield found


def _converted(found: Found) -> bool:
    """Whether the first bytes of the file are those of one that LibreOffice reads."""
    if found.problem is not None:
        return False
    try:
        with found.path.open("rb") as file:
            head = file.read(_HEAD)
            if head.startswith((OLE_SIGNATURE, b"{\\rtf")) or _OPEN_DOCUMENT in head:
                return found.path.stat().st_size <= LARGEST
            if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
                return xml_kind(head + file.read(4096)) is not None
    except OSError:
        return False
    return False
