"""The tables of the inboxes: who watches, and every file that arrived, from first sight to its end.

A file is claimed while `watcher_id` is set. Its rows are never deleted once it has been read: they
say under which name, from where and when a document came, and what its manifest said.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from .columns import ExactText, JsonText, UtcTime
from .schema import metadata


class FileState(StrEnum):
    """How far a file is; what is decided but not yet moved is done again after a crash."""

    WAITING = "waiting"
    STORED = "stored"  # its reading is in the store; it is to go to done/
    SET_ASIDE = "set_aside"  # it is given up; it is to go to failed/
    DONE = "done"
    FAILED = "failed"


inbox_watcher = Table(
    "inbox_watcher",
    metadata,
    Column("id", String(32), primary_key=True),  # never given again, unlike a number
    Column("identity", ExactText, nullable=False),  # of the process, exact on its own machine
    Column("host", ExactText, nullable=False),
    Column("process_id", Integer, nullable=False),
    Column("run_id", ForeignKey("run.id")),
    Column("flow_run_id", String(36)),
    Column("started_at", UtcTime, nullable=False),
    Column("lease_ms", Integer, nullable=False),
    Column("beats", Integer, nullable=False),
    Column("beat_ms", BigInteger, nullable=False),  # of the last beat, by the database's clock
)

ACTIVE = text("state IN ('waiting', 'stored', 'set_aside')")
BEING_READ = text("state = 'waiting' AND watcher_id IS NOT NULL AND sha256 IS NOT NULL")

inbox_file = Table(
    "inbox_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inbox_digest", LargeBinary(16), nullable=False),
    Column("path_digest", LargeBinary(16), nullable=False),  # of inbox and path
    Column("inbox", ExactText, nullable=False),  # the folder or URL, for people
    Column("path", ExactText, nullable=False),  # below the inbox
    Column("mark", ExactText, nullable=False),  # what changes when the file does
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger),
    Column("state", String(16), nullable=False),
    Column("watcher_id", String(32)),  # no foreign key: `bury` keeps them together
    Column("claims", Integer, nullable=False),  # times it was claimed: what fences off a late one
    Column("attempts", Integer, nullable=False),  # that failed by its own fault
    Column("crashes", Integer, nullable=False),  # of watchers that were reading it
    Column("alone", Boolean, nullable=False),  # nothing else is read by its watcher meanwhile
    Column("noted_ms", BigInteger, nullable=False),  # since when it has this mark
    Column("tried_in", String(32)),  # the last round that put it back
    Column("sha256", String(64)),
    Column("version", ExactText),  # of gouji, with settings_digest: what it was read by
    Column("settings_digest", ExactText),
    Column("members", Integer),  # documents in an archive, which has no reading of its own
    Column("run_id", ForeignKey("run.id")),
    Column("moved_to", ExactText),  # below the inbox; None: it stays where it is
    Column("manifest", JsonText),
    Column("kind", String(32)),  # of what last went wrong
    Column("history", JsonText, nullable=False),  # [[moment, what happened], …]
    Column("first_seen_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Index(None, "path_digest"),
    Index(None, "sha256"),
    Index(
        "uq_inbox_file_active",
        "path_digest",
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    ),
    Index(
        "ix_inbox_file_active",
        "inbox_digest",
        "crashes",
        "id",
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    ),
    Index(
        # One content is read by one watcher at a time.
        "uq_inbox_file_being_read",
        "sha256",
        unique=True,
        sqlite_where=BEING_READ,
        postgresql_where=BEING_READ,
    ),
    Index("ix_inbox_file_run_id", "run_id"),
)
