"""What is to become of a file, by how reading it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gouji.model import DocumentReading, FailureKind
from gouji.store import FileState

from ..output import printable
from ..pool.transient import could_not_be_opened_just_now, was_away

# What a document may do to its process once and not again; all else comes out the same every time.
_PERHAPS_NOT_AGAIN = frozenset(
    (
        FailureKind.WORKER_DIED,
        FailureKind.DOCUMENT_TIMEOUT,
        FailureKind.PAGE_TIMEOUT,
        FailureKind.OUT_OF_MEMORY,
    )
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a file that has been read, or need not be."""

    state: FileState | None  # None: it is tried again in a later round
    what: str
    readings: tuple[DocumentReading, ...] = ()
    attempts: int = 0
    known: bool = False
    kind: str | None = None
    members: int | None = None  # of an archive


def judge(readings: Sequence[DocumentReading], attempts: int, most: int) -> Verdict:
    """What becomes of a file with these readings: one, or those of an archive's members."""
    for reading in readings:
        if could_not_be_opened_just_now(reading) or was_away(reading):
            what = f"not readable just now: {_reason(reading)}"
            return Verdict(None, what, attempts=attempts, kind=_kind(reading))
        if reading.lacks_program or reading.lacks_engine:
            what = f"not installed: {_reason(reading)}"
            return Verdict(None, what, (reading,), attempts, kind=_kind(reading))
    failed = [reading for reading in readings if reading.failed]
    again = [r for r in failed if any(f.kind in _PERHAPS_NOT_AGAIN for f in _whole(r))]
    if again and attempts + 1 < most:
        what = f"attempt {attempts + 1} of {most} failed: {_reason(again[0])}"
        return Verdict(None, what, attempts=attempts + 1, kind=_kind(again[0]))
    tried = attempts + bool(again)
    if readings and len(failed) < len(readings):
        what = "; ".join(("read", *(f"{r.source.name}: {_reason(r)}" for r in failed[:20])))
        return Verdict(FileState.STORED, what, tuple(readings), tried)
    reason = _reason(failed[0]) if failed else "there is no document in it"
    kind = _kind(failed[0]) if failed else str(FailureKind.UNSUPPORTED)
    what = f"{reason} (attempt {tried} of {most})" if again else reason
    return Verdict(FileState.SET_ASIDE, what, tuple(readings), tried, kind=kind)


def never_opened(reading: DocumentReading) -> bool:
    """Whether there was nothing to read: no rights, gone, an I/O error."""
    return any(f.kind is FailureKind.NOT_READABLE for f in _whole(reading))


def _kind(reading: DocumentReading) -> str | None:
    failures = _whole(reading)
    return str(failures[0].kind) if failures else None


def _reason(reading: DocumentReading) -> str:
    failures = _whole(reading)
    return printable(failures[0].message) if failures else "it could not be read"


def _whole(reading: DocumentReading) -> list[Any]:
    return [f for f in reading.failures if f.page is None] or list(reading.failures)
