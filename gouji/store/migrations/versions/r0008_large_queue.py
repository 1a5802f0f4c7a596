"""Indexes of the queue for a million reports: its orders, its totals, the reports of an organ."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_large_queue"
down_revision: str | None = "0007_costs"
branch_labels: str | None = None
depends_on: str | None = None

WAITING = sa.text("open_cells > 0")
ORDERS: dict[str, str | sa.TextClause] = {
    "ix_queue_report_year": sa.text("coalesce(report_year, 0)"),
    "ix_queue_report_violated": "violated",
    "ix_queue_report_changed_at": "changed_at",
    "ix_queue_report_by_issuer": sa.text("substr(coalesce(issuer, ''), 1, 100)"),
}


def upgrade() -> None:
    op.drop_index("ix_queue_report_waiting", "queue_report")
    _waiting(["open_cells", "decided_cells", "findings"])
    for name, column in ORDERS.items():
        op.create_index(name, "queue_report", [column, "document_id"])
    op.create_index("ix_queue_report_issuer", "queue_report", ["issuer"], postgresql_using="hash")


def downgrade() -> None:
    for name in (*ORDERS, "ix_queue_report_issuer", "ix_queue_report_waiting"):
        op.drop_index(name, "queue_report")
    _waiting([])


def _waiting(include: list[str]) -> None:
    op.create_index(
        "ix_queue_report_waiting",
        "queue_report",
        ["expected_errors", "document_id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
        postgresql_include=include,
    )
