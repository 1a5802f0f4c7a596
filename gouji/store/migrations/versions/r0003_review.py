"""Review: the log of decisions, the queue, people with their sessions and tokens.

The queue is filled by `gouji.store.queue.Queue.fill`, not here: an old store is brought up to date
at once, whatever its size.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003_review"
down_revision: str | None = "0002_documents"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
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


def upgrade() -> None:
    op.add_column("cell", sa.Column("evidence", sa.Text()))
    _log()
    _queue()
    _people()


def downgrade() -> None:
    for table in ("api_token", "session", "account", "queue_cell", "queue_report", "decision"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decision_only_grows()")
    op.drop_column("cell", "evidence")


def _log() -> None:
    op.create_table(
        "decision",
        _column("id", sa.Integer(), autoincrement=False),
        _column("at", MOMENT),
        _column("who", sa.Text()),
        _column("sha256", sa.String(64)),
        _column("key", sa.Text()),
        _column("action", sa.String(16)),
        _column("before", sa.Text()),
        _column("after", sa.Text()),
        _maybe("why", sa.Text()),
        _column("shown", sa.Text()),
        _maybe("undoes", sa.Integer()),
        _maybe("token", sa.String(64)),
        _column("look", sa.SmallInteger()),
        _column("previous_hash", sa.String(64)),
        _column("hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("token", name="uq_decision_token"),
    )
    op.create_index("ix_decision_sha256", "decision", ["sha256", "id"])
    op.create_index("ix_decision_at", "decision", ["at"])
    for statement in ONLY_GROWS[op.get_bind().dialect.name]:
        op.execute(statement)


def _queue() -> None:
    op.create_table(
        "queue_report",
        _column("document_id", sa.Integer(), autoincrement=False),
        _column("reading_id", sa.Integer()),
        _column("version", sa.Integer()),
        _column("sha256", sa.String(64)),
        _column("name", sa.Text()),
        _column("media_type", sa.String(100)),
        _maybe("template", sa.Text()),
        _maybe("title", sa.Text()),
        _maybe("issuer", sa.Text()),
        _column("region", sa.Text()),
        _maybe("organ_type", sa.Text()),
        _maybe("report_year", sa.Integer()),
        _column("words", sa.Text()),
        _column("cells", sa.Integer()),
        _column("open_cells", sa.Integer()),
        _column("decided_cells", sa.Integer()),
        _column("expected_errors", sa.Double()),
        _column("violated", sa.Integer()),
        _column("findings", sa.Integer()),
        _column("settled", sa.Text()),
        _column("changed_at", MOMENT),
        sa.PrimaryKeyConstraint("document_id", name="pk_queue_report"),
        _reference("queue_report", "document_id", "document.id", ondelete="CASCADE"),
    )
    waiting = sa.text("open_cells > 0")
    op.create_index(
        *("ix_queue_report_waiting", "queue_report", ["expected_errors", "document_id"]),
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_queue_report_expected_errors", "queue_report", ["expected_errors", "document_id"]
    )
    op.create_index("ix_queue_report_sha256", "queue_report", ["sha256"])
    op.create_table(
        "queue_cell",
        _column("document_id", sa.Integer()),
        _column("key", sa.Text()),
        _column("gain", sa.Double()),
        sa.PrimaryKeyConstraint("document_id", "key", name="pk_queue_cell"),
        _reference("queue_cell", "document_id", "queue_report.document_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )


def _people() -> None:
    op.create_table(
        "account",
        _column("id", sa.Integer()),
        _column("name", sa.String(200)),
        _column("role", sa.String(16)),
        _maybe("password", sa.Text()),
        _column("created_at", MOMENT),
        _maybe("closed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
    )
    for table, *more in (
        ("session", _column("csrf", sa.String(64)), _column("expires_at", MOMENT)),
        ("api_token", _column("label", sa.Text()), _maybe("expires_at", MOMENT)),
    ):
        op.create_table(
            table,
            _column("digest", sa.String(64)),
            _column("account_id", sa.Integer()),
            _column("created_at", MOMENT),
            *more,
            sa.PrimaryKeyConstraint("digest", name=f"pk_{table}"),
            _reference(table, "account_id", "account.id", ondelete="CASCADE"),
        )
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def _column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **more)


def _maybe(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind)


def _reference(table: str, column: str, target: str, **more: Any) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [target], name=name, **more)
