"""Fixtures that several test files share."""

from __future__ import annotations

from postgres import database_url, postgres_socket, postgres_url

__all__ = ["database_url", "postgres_socket", "postgres_url"]
