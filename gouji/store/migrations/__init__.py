"""Alembic's environment of the store; run by `gouji.store.database.migrate`."""
