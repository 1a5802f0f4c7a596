"""Runs the migrations on the connection that `gouji.store.database` hands over, in one transaction.

SQLite rolls back DDL like Postgres does, so a migration that is killed leaves nothing behind.
"""

from __future__ import annotations

from alembic import context

from gouji.store.database import VERSION_TABLE
from gouji.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
