"""`gouji export`: the store written out for other programs."""

from __future__ import annotations

from pathlib import Path

from gouji.store.export import export

from .keeping import open_store
from .output import printable
from .settings import Settings
from .terminal import console


def export_store(settings: Settings, format: str, folder: Path) -> int:  # noqa: A002
    """Write the newest reading of every document, print where, and give the exit status.

    Raises:
        WrongUsage: there is no store yet.
        StoreUnavailable: the store cannot be read, or the folder not be written.
    """
    for path in write_export(settings, format, folder):
        print(printable(path))
    return 0


def write_export(settings: Settings, format: str, folder: Path) -> list[Path]:  # noqa: A002
    """Write the newest reading of every document into the folder; the files written."""
    with open_store(settings) as store:
        if not store.count():
            console(errors=True).print("The store holds no readings: the files will be empty.")
        return export((s.reading for s in store.readings(whole=False)), format, folder)
