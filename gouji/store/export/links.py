"""Where a row of an export leads: to its place on the page, for whoever wants to see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from .table import Value

BOX = ("left", "top", "right", "bottom")


@dataclass(frozen=True, slots=True)
class Links:
    """Into the review application where its address is known, else to the document itself.

    ``review`` is such as ``https://review.example.org``; ``file`` gives the address of a document
    by its sha256, None where it was not kept or is not a file of this machine.
    """

    review: str | None = None
    file: Callable[[str], str | None] = lambda sha256: None

    def of(self, row: Mapping[str, Value]) -> str | None:
        """The address for a row with these columns; None where there is nothing to look at."""
        sha256 = str(row.get("sha256") or "")
        page = row.get("page")
        if not sha256:
            return None
        if self.review is not None:
            address = f"{self.review.rstrip('/')}/report/{quote(sha256)}"
            if page is None:
                return address
            box = [row.get(name) for name in BOX]
            there = "" if None in box else "&box=" + ",".join(f"{side:.2f}" for side in box)
            return f"{address}#page={page}{there}"
        document = self.file(sha256)
        return document if document is None or page is None else f"{document}#page={page}"


def remembering(links: Links) -> Links:
    """The same, asking for a document's file once."""
    return Links(links.review, cache(links.file))
