"""Double review: which cells a second person looks at, and what became of each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005_second_look"
down_revision: str | None = "0004_by_source"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "second_look",
        _column("sha256", sa.String(64)),
        _column("key", sa.Text()),
        _column("state", sa.String(16)),
        sa.Column("first_who", sa.Text()),
        sa.Column("second_who", sa.Text()),
        _column("field", sa.Text()),
        _column("kind", sa.String(32)),
        sa.Column("first_said", sa.Text()),
        sa.Column("second_said", sa.Text()),
        sa.PrimaryKeyConstraint("sha256", "key", name="pk_second_look"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_second_look_state", "second_look", ["state", "sha256"])


def downgrade() -> None:
    op.drop_table("second_look")


def _column(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)
