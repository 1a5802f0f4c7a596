"""One document from bytes to a reading: sniff, probe, route, extract, form, relations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gouji import __version__
from gouji.model import DocumentReading, MediaType, Pipeline, SourceFile, SourceInfo

from .settings import ReadSettings

Progress = Callable[[int], None]  # called with the page number (from 1) before it is read


def read_document(
    name: str,
    data: bytes,
    settings: ReadSettings,
    *,
    skip: frozenset[int] = frozenset(),
    on_page: Progress | None = None,
) -> DocumentReading:
    """Read one document; faults of the document are `failures` of the reading, never exceptions.

    ``skip`` names pages that are not tried again, because a worker died or timed out on them.
    """
    source = SourceFile.of(name, data, MediaType.UNKNOWN)
    return DocumentReading(
        SourceInfo(source.name, source.sha256, source.media_type, 0),
        Pipeline(__version__, settings.digest),
    )


def read_file(
    path: Path,
    settings: ReadSettings,
    *,
    skip: frozenset[int] = frozenset(),
    on_page: Progress | None = None,
) -> DocumentReading:
    """Read one file; one that cannot be opened gives a reading with a `NOT_READABLE` failure."""
    return read_document(path.name, path.read_bytes(), settings, skip=skip, on_page=on_page)
