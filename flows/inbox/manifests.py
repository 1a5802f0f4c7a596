"""What a crawler wrote down beside a document: its URL, when it was fetched, from which site.

Beside ``a.pdf`` that is ``a.pdf.meta.json``, ``a.pdf.json``, ``a.meta.json`` or ``a.json``, an
object; or its line in ``manifest.jsonl`` or ``manifest.csv`` of the folder, told by ``file``.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ..output import printable
from .places import Place

log = logging.getLogger("flows.inbox")

LARGEST_BESIDE = 1 << 20  # bytes
LARGEST_LIST = 256 << 20
FOLDERS_KEPT = 8  # lists that are remembered
_NAMED_BY = ("file", "filename", "file_name", "path", "name", "文件", "文件名")
Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """A manifest, and the files that are it and move with its document."""

    says: Manifest | None = None
    own: tuple[str, ...] = ()  # of this document alone
    shared: tuple[str, ...] = ()  # perhaps also of another one, such as a.docx beside a.pdf


class Manifests:
    """The manifests of an inbox; thread-safe."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lists: dict[str, tuple[str, dict[str, Manifest]]] = {}
        self._lock = threading.Lock()

    def beside(self, path: str) -> Beside:
        """What is said about a document. What cannot be understood is kept as it stands."""
        folder, _, name = path.rpartition("/")
        above = f"{folder}/" if folder else ""
        stem = PurePosixPath(name).stem
        said: dict[str, Any] = {}
        files: dict[bool, list[str]] = {True: [], False: []}
        line = self._line(above, name)
        if line is not None:
            said |= line
        for base, own in ((stem, False), (name, True)):  # the nearer one is believed
            for suffix in (".json", ".meta.json"):
                beside = f"{above}{base}{suffix}"
                data = self._place.read(beside, LARGEST_BESIDE)
                if data is not None:
                    said |= _object(data)
                    files[own or base == name].append(beside)
        return Beside(said or None, tuple(files[True]), tuple(files[False]))

    def _line(self, above: str, name: str) -> Manifest | None:
        for listing in ("manifest.jsonl", "manifest.csv"):
            lines = self._list(above + listing)
            if name in lines:
                return lines[name]
        return None

    def _list(self, path: str) -> Mapping[str, Manifest]:
        with self._lock:
            seen = self._place.look(path)
            if seen is None:
                self._lists.pop(path, None)
                return {}
            known = self._lists.get(path)
            if known is not None and known[0] == seen.mark:
                return known[1]
            data = self._place.read(path, LARGEST_LIST)
            lines: dict[str, Manifest] = {}
            for line in _lines(path, data or b""):
                file = next((line[key] for key in _NAMED_BY if line.get(key)), None)
                if file is not None:
                    lines[PurePosixPath(str(file).replace("\\", "/")).name] = line
            while len(self._lists) >= FOLDERS_KEPT:
                del self._lists[next(iter(self._lists))]
            self._lists[path] = (seen.mark, lines)
            return lines


def _object(data: bytes) -> dict[str, Any]:
    text = _text(data)
    try:
        found = json.loads(text)
        json.dumps(found, allow_nan=False)
    except (ValueError, RecursionError):
        return {"manifest": text}
    return found if isinstance(found, dict) else {"manifest": found}


def _lines(path: str, data: bytes) -> Iterator[dict[str, Any]]:
    text = _text(data)
    if path.endswith(".jsonl"):
        for line in text.splitlines():
            if line.strip():
                yield _object(line.encode())
        return
    try:
        for row in csv.DictReader(io.StringIO(text, newline="")):
            yield {str(key): value for key, value in row.items() if key and value is not None}
    except csv.Error as error:
        log.warning("%s: %s", printable(path), error)


def _text(data: bytes) -> str:
    """UTF-8, or what a spreadsheet in China writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "backslashreplace")
