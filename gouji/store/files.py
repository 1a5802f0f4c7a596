"""The documents themselves, kept under the sha256 of their bytes: ``ab/cdef….pdf``.

The place is an fsspec URL: a folder by default, ``memory://`` in tests, ``s3://`` if its package is
installed. A file is written beside its place and then renamed, so one that is there is whole.
"""

from __future__ import annotations

import hashlib
import uuid
from functools import cached_property
from pathlib import Path
from typing import Any

from gouji.model import InstallationIncomplete, MediaType, StoreUnavailable, WrongUsage

EXTENSIONS = {
    MediaType.PDF: ".pdf",
    MediaType.DOCX: ".docx",
    MediaType.XLSX: ".xlsx",
    MediaType.PPTX: ".pptx",
    MediaType.XLSB: ".xlsb",
    MediaType.ODT: ".odt",
    MediaType.ODS: ".ods",
    MediaType.FODT: ".fodt",
    MediaType.FODS: ".fods",
    MediaType.DOC: ".doc",
    MediaType.XLS: ".xls",
    MediaType.PPT: ".ppt",
    MediaType.WORD_XML: ".xml",
    MediaType.EXCEL_XML: ".xml",
    MediaType.OLE: ".ole",
    MediaType.RTF: ".rtf",
    MediaType.HTML: ".html",
    MediaType.XML: ".xml",
    MediaType.TEXT: ".txt",
    MediaType.ZIP: ".zip",
    MediaType.RAR: ".rar",
    MediaType.SEVEN_ZIP: ".7z",
    MediaType.PNG: ".png",
    MediaType.JPEG: ".jpg",
    MediaType.TIFF: ".tif",
    MediaType.BMP: ".bmp",
    MediaType.WEBP: ".webp",
    MediaType.GIF: ".gif",
    MediaType.HEIC: ".heic",
}


class Files:
    """Bytes by their sha256, each content once, in a folder or below an fsspec URL."""

    def __init__(self, place: str | Path) -> None:
        self.place = place

    def put(self, sha256: str, data: bytes, media_type: MediaType, name: str | None = None) -> str:
        """Keep the bytes and return their name below the URL; if they are there, do nothing.

        ``name`` is the one they have already, in case the media type is told otherwise today.

        Raises:
            ValueError: the sha256 is not that of the bytes.
            StoreUnavailable: no rights, no room, or the place is not reachable.
        """
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"these bytes do not have the sha256 {sha256}")
        name = name or f"{sha256[:2]}/{sha256[2:]}{EXTENSIONS.get(media_type, '.bin')}"
        final = f"{self._root}/{name}"
        draft = f"{self._root}/{sha256[:2]}/.{uuid.uuid4().hex}"
        try:
            if self._size(final) != len(data):
                self._filesystem.makedirs(f"{self._root}/{sha256[:2]}", exist_ok=True)
                try:
                    self._filesystem.pipe_file(draft, data)
                    if self._size(draft) != len(data):
                        raise OSError("the file is shorter than what was written to it")
                    self._filesystem.mv(draft, final)
                except BaseException:
                    self._drop(draft)
                    raise
        except OSError as error:
            raise StoreUnavailable(f"{final}: {error.strerror or error}.") from error
        return name

    def get(self, name: str, sha256: str) -> bytes:
        """The bytes under the name that `put` gave.

        Raises:
            StoreUnavailable: they are gone, cannot be read, or were changed since.
        """
        path = f"{self._root}/{name}"
        try:
            data: bytes = self._filesystem.cat_file(path)
        except OSError as error:
            raise StoreUnavailable(f"{path}: {error.strerror or error}.") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreUnavailable(f"{path}: changed since it was stored.", "Restore it.")
        return data

    def address(self, name: str) -> str | None:
        """A ``file://`` address for the name that `put` gave; None where it is no local folder."""
        from fsspec.implementations.local import LocalFileSystem

        local = isinstance(self._filesystem, LocalFileSystem)
        return Path(f"{self._root}/{name}").absolute().as_uri() if local else None

    @property
    def _filesystem(self) -> Any:
        return self._opened[0]

    @property
    def _root(self) -> str:
        return self._opened[1]

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        # Imported here: it takes 80 ms, and a run that finds everything read does not need it.
        from fsspec.core import url_to_fs
        from fsspec.implementations.local import LocalFileSystem

        if isinstance(self.place, Path):
            return LocalFileSystem(), str(self.place.absolute())
        try:
            filesystem, root = url_to_fs(self.place)
        except ImportError as error:
            message = f"{self.place}: {error}."
            raise InstallationIncomplete(message, "Install that package.") from error
        except ValueError as error:
            raise WrongUsage(f"{self.place}: {error}.") from error
        return filesystem, str(root).rstrip("/")

    def _size(self, path: str) -> int | None:
        try:
            size: int | None = self._filesystem.info(path)["size"]
        except FileNotFoundError:
            return None
        return size

    def _drop(self, path: str) -> None:
        try:
            self._filesystem.rm_file(path)
        except OSError:
            return  # the fault that is on its way up says more
