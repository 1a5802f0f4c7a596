"""Who is held out from whom: whole groups of documents, the same every time."""

from __future__ import annotations

import hashlib


def fold_of(group: str, folds: int, salt: str = "") -> int:
    """The fold of a group, by its name alone.

    A group is a report, whatever it was printed, scanned or photographed as: it never stands on
    both sides.
    """
    digest = hashlib.sha256(f"{salt}:{group}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % folds
