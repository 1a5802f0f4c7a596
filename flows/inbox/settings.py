"""What a round over an inbox is told, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass, field

from gouji.model.errors import WrongUsage

from ..reading import Tally
from ..summary import DocumentLine


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """How an inbox is taken in; what reading depends on stands in `flows.settings.Settings`."""

    settle_seconds: float = 10.0  # a file is whole when size and time stayed so long as they are
    # Rounds in which a document may cost its process before it is set aside. It looks the same
    # when the process is killed from outside: with 3, 100 random kills set one of 500 aside.
    attempts: int = 5
    leave: bool = False  # files stay where they are, and are remembered
    lease_seconds: float = 60.0  # a watcher that says nothing for so long may be gone
    pages_a_minute: float | None = None  # None: as fast as it goes
    free_mb: int = 1_024  # with less free space where the store is, wait
    patience_seconds: float | None = 3_600.0  # for what is away; None: for ever
    most: int | None = None  # documents a round at most

    def __post_init__(self) -> None:
        for name, least in (("settle_seconds", 0.0), ("attempts", 1), ("lease_seconds", 0.1)):
            if not getattr(self, name) >= least:
                raise WrongUsage(f"{name} must be at least {least:g}.")
        for name in ("pages_a_minute", "most"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise WrongUsage(f"{name} must be more than 0.")
        if self.free_mb < 0 or (self.patience_seconds is not None and self.patience_seconds < 0):
            raise WrongUsage("free_mb and patience_seconds must not be negative.")


@dataclass(slots=True)
class InboxResult:
    """What a round added up to."""

    tally: Tally = field(default_factory=Tally)  # readings; `known`: contents read before
    lines: list[DocumentLine] = field(default_factory=list)  # the first, and what needs a look
    troubles: list[str] = field(default_factory=list)  # of files that are not through, a line each
    done: int = 0  # files that are through, duplicates among them
    duplicates: int = 0  # of a content that had been read before
    failed: int = 0  # files set aside in this round, each with its reason
    put_back: int = 0  # files that are tried again in a later round
    waiting: int = 0  # files left in the inbox: not settled yet, put back, or beyond `most`
    unchanged: int = 0  # files remembered from an earlier round (`leave`)
    passed_over: int = 0  # links, devices and files that are no documents
    gone: int = 0  # files that somebody removed before they were read
    taken_over: int = 0  # files whose watcher had died
    seconds: float = 0.0
    run_id: int | None = None  # row of `run` in the store; None: there was nothing to do
