"""What documents other than PDF say, and more of what a report says about itself.

Every new column is empty in the readings that are there: nothing of them has to be written anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_documents"
down_revision: str | None = "0001_first_schema"
branch_labels: str | None = None
depends_on: str | None = None

COLUMNS = (
    ("reading", "organ_level", sa.Text()),
    ("reading", "organ_code", sa.Text()),
    ("reading", "period_start", sa.Date()),
    ("reading", "period_end", sa.Date()),
    ("reading", "document_number", sa.Text()),
    ("reading", "no_report", sa.Text()),
    ("reading", "attachments", sa.Text()),
    ("cell", "column_label_id", sa.Integer()),
    ("prose_fact", "offset_start", sa.Integer()),
    ("prose_fact", "offset_end", sa.Integer()),
)


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind))
    violated = sa.text("status = 'violated'")
    op.create_index(
        *("ix_relation_violated", "relation", ["reading_id", "position"]),
        sqlite_where=violated,
        postgresql_where=violated,
    )


def downgrade() -> None:
    op.drop_index("ix_relation_violated", "relation")
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
