"""Which faults pass by themselves, so that trying again makes sense."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator

from gouji.model import DocumentReading, FailureKind

# Not among them: no space, no rights, no such file. Those wait for a person.
PASSING = frozenset(
    {
        errno.EIO,
        errno.EAGAIN,
        errno.EBUSY,
        errno.ESTALE,  # a network file system whose server was started anew
        errno.ETIMEDOUT,
        errno.ECONNREFUSED,
        errno.ECONNRESET,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
    }
)
_REASONS = tuple(os.strerror(number) for number in PASSING)
# Of SQLSTATE: connection lost, too many connections, shutting down or starting, deadlock.
_PASSING_STATES = ("08", "53300", "57P", "40")


def passes_by_itself(error: BaseException) -> bool:
    """Whether it, or what caused it, is a locked or absent database or an I/O error."""
    return any(_passes(cause) for cause in causes(error))


def could_not_be_opened_just_now(reading: DocumentReading) -> bool:
    """Whether a document failed for an I/O error that may not come again."""
    return _not_readable(reading, _REASONS)


def was_away(reading: DocumentReading) -> bool:
    """Whether a document was not there when its turn came; it was seen right before."""
    return _not_readable(reading, (os.strerror(errno.ENOENT),))


def _not_readable(reading: DocumentReading, reasons: tuple[str, ...]) -> bool:
    return any(
        f.page is None and f.kind is FailureKind.NOT_READABLE and f.message.endswith(reasons)
        for f in reading.failures
    )


def _passes(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return any(word in str(error) for word in ("locked", "busy", "disk I/O error"))
    if isinstance(error, OSError):
        return error.errno in PASSING
    if getattr(error, "connection_invalidated", False):  # SQLAlchemy's
        return True
    if type(error).__module__.startswith("psycopg"):
        state = getattr(error, "sqlstate", None)
        if state is None:
            return type(error).__name__ in ("OperationalError", "InterfaceError")
        return str(state).startswith(_PASSING_STATES)
    return False


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that led to it, each once."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "orig", None)]
