"""The tables of review: the log of decisions, the queue, and the people who decide."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    DDL,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    event,
    func,
    text,
)

from .columns import ExactText, JsonText, UtcTime
from .schema import metadata

ONLY_GROWS = {
    "sqlite": (
        "CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision"
        " BEGIN SELECT RAISE(ABORT, 'decisions are never changed'); END",
        "CREATE TRIGGER decision_is_never_deleted BEFORE DELETE ON decision"
        " BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION decision_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'decisions are never changed or deleted'; END $$",
        "CREATE TRIGGER decision_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON decision"
        " EXECUTE FUNCTION decision_only_grows()",
    ),
}

decision = Table(
    # Rows are added and never changed: the database itself refuses (`ONLY_GROWS`). There is no
    # reference to `document`, so that a decision outlives it.
    "decision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # from 1 without gaps
    Column("at", UtcTime, nullable=False, index=True),
    Column("who", ExactText, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("key", ExactText, nullable=False),
    Column("action", String(16), nullable=False),
    Column("before", JsonText, nullable=False),  # value, kind, state
    Column("after", JsonText, nullable=False),
    Column("why", ExactText),
    Column("shown", JsonText, nullable=False),
    Column("undoes", Integer),
    Column("token", String(64), unique=True),
    Column("look", SmallInteger, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_decision_sha256", "sha256", "id"),
)
for _dialect, _statements in ONLY_GROWS.items():
    for _statement in _statements:
        event.listen(
            decision,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )

queue_report = Table(
    # A row a document whose current reading is a report: what the queue page shows, in one place.
    "queue_report",
    metadata,
    Column(
        "document_id",
        ForeignKey("document.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("reading_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # number of the last decision; 0 before the first
    Column("sha256", String(64), nullable=False, index=True),
    Column("name", ExactText, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("template", ExactText),
    Column("title", ExactText),
    Column("issuer", ExactText),
    Column("region", ExactText, nullable=False),  # places from the largest on, each with a slash
    Column("organ_type", ExactText),
    Column("report_year", Integer),
    Column("words", ExactText, nullable=False),  # that are searched, in small letters
    Column("cells", Integer, nullable=False),
    Column("open_cells", Integer, nullable=False),
    Column("decided_cells", Integer, nullable=False),
    Column("expected_errors", Double, nullable=False),  # that looking at all of it would remove
    Column("violated", Integer, nullable=False),  # relations that must hold and do not
    Column("findings", Integer, nullable=False),  # of those the publisher's own
    Column("settled", JsonText, nullable=False),  # `CellChange.fields` of what settled itself
    Column("changed_at", UtcTime, nullable=False),
)
WAITING_REPORT = text("open_cells > 0")
# By what a queue may be sorted. Of a name so much: Postgres limits the entries of its indexes.
BY_YEAR = func.coalesce(queue_report.c.report_year, text("0"))
BY_ISSUER = func.substr(func.coalesce(queue_report.c.issuer, text("''")), text("1"), text("100"))
Index(
    "ix_queue_report_waiting",
    queue_report.c.expected_errors,
    queue_report.c.document_id,
    sqlite_where=WAITING_REPORT,
    postgresql_where=WAITING_REPORT,
    # So that the totals of a queue are read from the index alone.
    postgresql_include=["open_cells", "decided_cells", "findings"],
)
# The other orders of the queue, without which each page sorts all of it (docs/scale.md).
Index("ix_queue_report_year", BY_YEAR, queue_report.c.document_id)
Index("ix_queue_report_violated", queue_report.c.violated, queue_report.c.document_id)
Index("ix_queue_report_changed_at", queue_report.c.changed_at, queue_report.c.document_id)
Index("ix_queue_report_by_issuer", BY_ISSUER, queue_report.c.document_id)
Index("ix_queue_report_issuer", queue_report.c.issuer, postgresql_using="hash")  # of any length
Index("ix_queue_report_expected_errors", queue_report.c.expected_errors, queue_report.c.document_id)

queue_cell = Table(
    # The cells that wait for a person; what is decided or settled is taken out again.
    "queue_cell",
    metadata,
    Column(
        "document_id", ForeignKey("queue_report.document_id", ondelete="CASCADE"), nullable=False
    ),
    Column("key", ExactText, nullable=False),
    Column("gain", Double, nullable=False),
    PrimaryKeyConstraint("document_id", "key"),
    sqlite_with_rowid=False,
)

second_look = Table(
    # The cells drawn for a second person's look. What became of each follows from the log.
    "second_look",
    metadata,
    Column("sha256", String(64), nullable=False),
    Column("key", ExactText, nullable=False),
    Column("state", String(16), nullable=False),  # `LookState`
    Column("first_who", ExactText),  # whose decision stands
    Column("second_who", ExactText),
    Column("field", ExactText, nullable=False),  # table of the form
    Column("kind", String(32), nullable=False),  # of what was read
    Column("first_said", ExactText),  # before either saw the other's
    Column("second_said", ExactText),
    PrimaryKeyConstraint("sha256", "key"),
    sqlite_with_rowid=False,
)
Index("ix_second_look_state", second_look.c.state, second_look.c.sha256)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password", ExactText),  # None: signs in elsewhere
    Column("created_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
)


def _belongs_to_account(name: str, *columns: Column[Any]) -> Table:
    """Something secret of which only the SHA-256 is kept."""
    return Table(
        name,
        metadata,
        Column("digest", String(64), primary_key=True),
        Column(
            "account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        Column("created_at", UtcTime, nullable=False),
        *columns,
    )


session = _belongs_to_account(
    "session",
    Column("csrf", String(64), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)
api_token = _belongs_to_account(
    "api_token", Column("label", ExactText, nullable=False), Column("expires_at", UtcTime)
)
