"""A time limit that the work asks itself; the worker pool enforces it where the work cannot."""

from __future__ import annotations

import time
from dataclasses import dataclass

from gouji.model import DocumentFault, FailureKind


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, and what running past it means."""

    at: float
    seconds: float
    kind: FailureKind

    @staticmethod
    def after(seconds: float, kind: FailureKind) -> Deadline:
        return Deadline(time.monotonic() + seconds, seconds, kind)

    def check(self) -> None:
        """Raises:
        DocumentFault: the time is up.
        """
        if time.monotonic() > self.at:
            raise DocumentFault(self.kind, f"not read within {self.seconds:g} s")
