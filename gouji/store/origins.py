"""Where documents were found, so that an unchanged file need not even be read to be skipped."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from .dialects import among, upsert
from .phrases import digest_of, in_groups
from .schema import document, origin


@dataclass(frozen=True, slots=True)
class Origin:
    """A place of a document, and what told that the file there is still the same."""

    path: str
    size: int  # bytes
    mtime_ns: int

    @staticmethod
    def of(path: Path) -> Origin:
        """Of a file on this machine; the path is made absolute.

        Raises:
            OSError: there is no such file.
        """
        facts = path.stat()
        return Origin(os.path.abspath(path), facts.st_size, facts.st_mtime_ns)


def note(connection: Connection, places: Iterable[tuple[int, Origin]]) -> None:
    """Remember that these documents (by id) are at these places."""
    rows = [
        {
            "path_digest": digest_of(place.path),
            "document_id": document_id,
            "path": place.path,
            "size": place.size,
            "mtime_ns": place.mtime_ns,
        }
        for document_id, place in sorted(places, key=lambda item: (item[1].path, item[0]))
    ]
    if rows:
        statement = upsert(connection, origin, ("path_digest", "document_id"), ("size", "mtime_ns"))
        connection.execute(statement, rows)


def unchanged(connection: Connection, places: Iterable[Origin]) -> dict[str, str]:
    """Path → sha256 of those that were noted with this very size and time of change.

    A path where two contents were noted with the same size and time is left out.
    """
    by_digest = {digest_of(place.path): place for place in places}
    found: dict[str, set[str]] = {}
    for group in in_groups(by_digest):
        statement = (
            select(origin.c.path_digest, origin.c.size, origin.c.mtime_ns, document.c.sha256)
            .join(document)
            .where(among(connection, origin.c.path_digest, group))
        )
        for row in connection.execute(statement):
            place = by_digest[bytes(row.path_digest)]
            if (place.size, place.mtime_ns) == (row.size, row.mtime_ns):
                found.setdefault(place.path, set()).add(row.sha256)
    return {path: sums.pop() for path, sums in found.items() if len(sums) == 1}
