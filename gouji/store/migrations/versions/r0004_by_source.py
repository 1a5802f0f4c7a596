"""Relations: how probable it is that a violated one is the publisher's error."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_by_source"
down_revision: str | None = "0003_review"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("relation", sa.Column("by_source", sa.Double()))


def downgrade() -> None:
    op.drop_column("relation", "by_source")
