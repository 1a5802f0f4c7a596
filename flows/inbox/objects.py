"""An inbox in an object store (``s3://…``, or any other that fsspec knows).

An object is there as a whole or not at all, and its ETag tells it from every other. There is no
renaming: it is copied, looked at, and then deleted, and each of these may be done again.
"""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from gouji.model import GoujiError, InstallationIncomplete, WrongUsage
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

T = TypeVar("T")

# Of botocore, aiohttp and others, none of which is imported here: the server cannot be reached.
_AWAY = (
    *(
        "EndpointConnectionError",
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "ConnectionClosedError",
    ),
    *("ClientConnectorError", "ClientConnectionError", "ServerDisconnectedError", "ClientOSError"),
    *("ServerTimeoutError", "TimeoutError", "ConnectionError", "HTTPClientError"),
)


class ObjectPlace:
    """Everything below a URL."""

    def __init__(self, url: str, spool: Path, *, leave: bool) -> None:
        """Open the inbox; ``spool`` is a folder for what is being read.

        Raises:
            WrongUsage: the URL is of a kind that nobody knows.
            InstallationIncomplete: the package for its kind is not installed.
        """
        from fsspec.core import url_to_fs

        try:
            self._files, root = url_to_fs(url, **_without_caches(url))
        except ImportError as error:
            message = f"{printable(url)}: {error}."
            raise InstallationIncomplete(message, "Run `pip install 'gouji[s3]'`.") from error
        except ValueError as error:
            raise WrongUsage(f"{printable(url)}: {one_line(error)}.") from error
        self._root = str(root).rstrip("/")
        self._is_bucket = bool(_without_caches(url))
        self._spool = spool
        self._leave = leave
        self.name = printable(url)
        self.key = f"{url.partition('://')[0]}://{self._root}"
        self.passed_over = 0

    def files(self) -> Iterator[SeenFile]:
        self.passed_over = 0
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for facts in self._reached(lambda f=folder: self._listed(f)):  # type: ignore[misc]
                name = str(facts["name"]).rstrip("/").rpartition("/")[2]
                path = f"{folder}/{name}" if folder else name
                if facts["type"] == "directory":
                    if path not in (DONE, FAILED) and not is_hidden(name):
                        waiting.append(path)
                elif may_be_document(path):
                    if is_of_interest(path, leave=self._leave):
                        yield _seen(path, facts)
                    else:
                        self.passed_over += 1

    def look(self, path: str) -> SeenFile | None:
        try:
            facts = self._reached(lambda: self._info(path))
        except FileNotFoundError:
            return None
        return _seen(path, facts) if facts["type"] == "file" else None

    def is_being_written(self, path: str) -> bool:
        return False

    @contextmanager
    def fetched(self, path: str) -> Iterator[Path]:
        folder = self._spool / uuid.uuid4().hex
        folder.mkdir(parents=True)
        target = folder / f"document{PurePosixPath(path).suffix[:20]}"
        try:
            try:
                self._reached(lambda: self._files.get_file(self._path(path), str(target)))
            except FileNotFoundError as error:
                raise FileReplaced(path) from error
            yield target
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def read(self, path: str, most: int) -> bytes | None:
        seen = self.look(path)
        if seen is None or seen.size > most:
            return None
        with suppress(FileNotFoundError):
            data: bytes = self._reached(lambda: self._files.cat_file(self._path(path)))
            return data
        return None

    def move(self, file: SeenFile, target: str) -> None:
        here, there = self.look(file.path), self.look(target)
        if here is None or here.mark != file.mark:
            if there is not None and there.size == file.size:
                return
            raise FileReplaced(file.path)
        self._copy(file.path, target)
        copied = self.look(target)
        if copied is None or copied.size != file.size:
            raise PlaceAway(f"{printable(target)} was not copied as a whole")
        if self.look(file.path) != here:
            self._reached(lambda: self._files.rm_file(self._path(target)))
            raise FileReplaced(file.path)
        self._reached(lambda: self._files.rm_file(self._path(file.path)))

    def exists(self, path: str) -> bool:
        return self.look(path) is not None

    def write(self, path: str, data: bytes) -> None:
        self._reached(lambda: self._files.pipe_file(self._path(path), data))

    def move_beside(self, path: str, target: str, *, keep: bool) -> None:
        with suppress(FileNotFoundError):
            self._copy(path, target)
            if not keep:
                self._reached(lambda: self._files.rm_file(self._path(path)))

    def on_disk(self, path: str) -> Path | None:
        return None

    def _copy(self, path: str, target: str) -> None:
        self._reached(lambda: self._files.cp_file(self._path(path), self._path(target)))

    def _listed(self, folder: str) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = self._files.ls(self._path(folder), detail=True)
        except FileNotFoundError:  # a prefix under which there is nothing
            if not folder and self._is_bucket:
                self._bucket()
            return []
        here = self._path(folder)
        return [facts for facts in found if str(facts["name"]).rstrip("/") != here]

    def _bucket(self) -> None:
        """Raises `WrongUsage` where there is none of the name."""
        name = self._root.partition("/")[0]
        try:
            self._files.info(name)
        except FileNotFoundError as error:
            raise WrongUsage(f"{self.name}: there is no bucket {printable(name)}.") from error

    def _info(self, path: str) -> dict[str, Any]:
        self._files.invalidate_cache()
        facts: dict[str, Any] = self._files.info(self._path(path))
        return facts

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    def _reached(self, ask: Callable[[], T]) -> T:
        """The answer; `PlaceAway` where the server cannot be reached."""
        try:
            return ask()
        except Exception as error:
            causes = (error, error.__cause__, error.__context__)
            if any(type(cause).__name__ in _AWAY for cause in causes if cause is not None):
                raise PlaceAway(f"{self.name} is away: {one_line(error)}") from error
            if not isinstance(error, OSError | GoujiError):
                raise OSError(one_line(error)) from error
            raise


def _without_caches(url: str) -> dict[str, Any]:
    """A listing that is remembered would never show what arrives."""
    remembers = url.startswith(("s3://", "s3a://", "gs://", "gcs://", "abfs://", "az://"))
    return {"use_listings_cache": False, "skip_instance_cache": True} if remembers else {}


def _seen(path: str, facts: dict[str, Any]) -> SeenFile:
    """A listing and a look at one object must tell the same mark."""
    size = int(facts.get("size") or 0)
    tag = facts.get("ETag") or facts.get("etag") or facts.get("md5Hash") or _moment(facts)
    changed = facts.get("LastModified") or facts.get("created")
    at = None
    if isinstance(changed, datetime):
        moment = changed if changed.tzinfo else changed.replace(tzinfo=UTC)
        at = int(moment.timestamp()) * 1_000_000_000
    return SeenFile(path, f"{size} {str(tag).strip(chr(34))}", size, at)


def _moment(facts: dict[str, Any]) -> str:
    """When it came, where no tag tells it from another: a moment, or seconds since 1970."""
    moments = (facts.get(key) for key in ("mtime", "LastModified", "created"))
    at = next((moment for moment in moments if moment), "")
    return str(at.timestamp() if isinstance(at, datetime) else at)
