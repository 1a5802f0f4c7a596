"""What runs cost: seconds by stage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_costs"
down_revision: str | None = "0006_inbox"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "run_stage",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "stage", name="pk_run_stage"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name="fk_run_stage_run_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("run_stage")
