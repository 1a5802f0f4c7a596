"""Fixtures that several test files share."""

from __future__ import annotations

from hypothesis import settings
from postgres import database_url, postgres_socket, postgres_url
from stores import quick_stores

__all__ = ["database_url", "postgres_socket", "postgres_url", "quick_stores"]

# How long an example takes depends on what else runs; a test that hangs ends by its timeout.
settings.register_profile("by any clock", deadline=None)
settings.register_profile("fast", deadline=None, max_examples=30)  # make test-fast
settings.load_profile("by any clock")
