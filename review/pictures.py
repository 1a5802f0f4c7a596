"""Pictures of pages, drawn in a process of their own and kept for a while.

PDFium is not thread-safe and a hostile page may end it: the process is one, is made anew where it
died, and is given up where it takes too long. The server goes on.
"""

from __future__ import annotations

import multiprocessing
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from threading import Lock

from extractors.picture.plain import PlainPage, plain_page
from gouji.model import DocumentFault, GoujiError, MediaType
from gouji.store import Store

KEPT_BYTES = 64 << 20  # of JPEG: some 200 pages
SECONDS = 30.0


class PictureGone(Exception):
    """A page cannot be shown; the message is one line."""


class Pictures:
    """The pages of stored documents; several threads may ask."""

    def __init__(
        self, store: Store, passwords: tuple[str, ...] = (), seconds: float = SECONDS
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._seconds = seconds
        self._kept: OrderedDict[tuple[str, int], PlainPage] = OrderedDict()
        self._size = 0
        self._lock = Lock()  # of what is kept
        self._one = Lock()  # of the process: it has one thread
        self._pool: ProcessPoolExecutor | None = None

    def close(self) -> None:
        """End the process."""
        with self._one:
            self._end()

    def page(self, sha256: str, media_type: MediaType, number: int) -> PlainPage:
        """A page of a document.

        Raises:
            PictureGone: the document was not kept, is gone or changed, has no such page, or cannot
                be drawn.
        """
        wanted = (sha256, number)
        if (there := self._there(wanted)) is not None:
            return there
        with self._one:
            if (there := self._there(wanted)) is not None:  # drawn while waiting
                return there
            try:
                data = self._store.file(sha256)
            except GoujiError as error:
                raise PictureGone(str(error)) from error
            if data is None:
                raise PictureGone("The document itself was not kept.")
            page = self._drawn(data, media_type, number)
        self._keep(wanted, page)
        return page

    def _drawn(self, data: bytes, media_type: MediaType, number: int) -> PlainPage:
        try:
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(1, mp_context=context)
            asked = self._pool.submit(plain_page, data, media_type, number, self._passwords)
            return asked.result(self._seconds)
        except DocumentFault as fault:
            raise PictureGone(f"{fault}.") from fault
        except (BrokenProcessPool, TookTooLong) as error:
            self._end()
            raise PictureGone("The page brings whatever draws it down.") from error
        except Exception as error:
            raise PictureGone("The page cannot be drawn.") from error

    def _end(self) -> None:
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        for process in list((pool._processes or {}).values()):
            with suppress(OSError):
                process.kill()
        pool.shutdown(wait=False, cancel_futures=True)

    def _there(self, wanted: tuple[str, int]) -> PlainPage | None:
        with self._lock:
            page = self._kept.get(wanted)
            if page is not None:
                self._kept.move_to_end(wanted)
            return page

    def _keep(self, wanted: tuple[str, int], page: PlainPage) -> None:
        with self._lock:
            self._kept[wanted] = page
            self._size += len(page.jpeg)
            while self._size > KEPT_BYTES and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.jpeg)
