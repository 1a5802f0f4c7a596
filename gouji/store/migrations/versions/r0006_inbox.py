"""Inboxes: who watches them, and every file that arrived."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006_inbox"
down_revision: str | None = "0005_second_look"
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
ACTIVE = sa.text("state IN ('waiting', 'stored', 'set_aside')")
BEING_READ = sa.text("state = 'waiting' AND watcher_id IS NOT NULL AND sha256 IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "inbox_watcher",
        _column("id", sa.String(32)),
        _column("identity", sa.Text()),
        _column("host", sa.Text()),
        _column("process_id", sa.Integer()),
        sa.Column("run_id", sa.Integer()),
        sa.Column("flow_run_id", sa.String(36)),
        _column("started_at", MOMENT),
        _column("lease_ms", sa.Integer()),
        _column("beats", sa.Integer()),
        _column("beat_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_watcher"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_inbox_watcher_run_id"),
    )
    op.create_table(
        "inbox_file",
        _column("id", sa.Integer()),
        _column("inbox_digest", sa.LargeBinary(16)),
        _column("path_digest", sa.LargeBinary(16)),
        _column("inbox", sa.Text()),
        _column("path", sa.Text()),
        _column("mark", sa.Text()),
        _column("size", sa.BigInteger()),
        sa.Column("mtime_ns", sa.BigInteger()),
        _column("state", sa.String(16)),
        sa.Column("watcher_id", sa.String(32)),
        _column("claims", sa.Integer()),
        _column("attempts", sa.Integer()),
        _column("crashes", sa.Integer()),
        _column("alone", sa.Boolean()),
        _column("noted_ms", sa.BigInteger()),
        sa.Column("tried_in", sa.String(32)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("version", sa.Text()),
        sa.Column("settings_digest", sa.Text()),
        sa.Column("members", sa.Integer()),
        sa.Column("run_id", sa.Integer()),
        sa.Column("moved_to", sa.Text()),
        sa.Column("manifest", sa.Text()),
        sa.Column("kind", sa.String(32)),
        _column("history", sa.Text()),
        _column("first_seen_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_file"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_inbox_file_run_id"),
    )
    for name in ("path_digest", "sha256", "run_id"):
        op.create_index(f"ix_inbox_file_{name}", "inbox_file", [name])
    _index_where("uq_inbox_file_active", ["path_digest"], ACTIVE, unique=True)
    _index_where("ix_inbox_file_active", ["inbox_digest", "crashes", "id"], ACTIVE)
    _index_where("uq_inbox_file_being_read", ["sha256"], BEING_READ, unique=True)


def downgrade() -> None:
    op.drop_table("inbox_file")
    op.drop_table("inbox_watcher")


def _column(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _index_where(name: str, columns: list[str], where: Any, *, unique: bool = False) -> None:
    op.create_index(
        name, "inbox_file", columns, unique=unique, sqlite_where=where, postgresql_where=where
    )
