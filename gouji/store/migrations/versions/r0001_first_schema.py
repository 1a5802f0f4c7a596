"""The first schema: document, origin, phrase, run, reading and what a reading says.

Written out by hand and on purpose without `gouji.store.schema`: that moves on, this does not.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001_first_schema"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _documents()
    _readings()
    _cells()
    _pages()


def downgrade() -> None:
    for table in (
        *("failure", "page_text", "page", "table_part", "prose_fact", "relation", "cell"),
        *("reading", "phrase", "origin", "document", "run"),
    ):
        op.drop_table(table)


def _documents() -> None:
    op.create_table(
        "run",
        _column("id", sa.Integer()),
        _column("started_at", MOMENT),
        _maybe("finished_at", MOMENT),
        _column("status", sa.String(16)),
        _column("command", sa.Text()),
        _column("version", sa.Text()),
        _column("settings_digest", sa.Text()),
        _column("host", sa.Text()),
        _column("process_id", sa.Integer()),
        _column("documents_read", sa.Integer()),
        _column("documents_known", sa.Integer()),
        _column("documents_failed", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_table(
        "document",
        _column("id", sa.Integer()),
        _column("sha256", sa.String(64)),
        _maybe("size", sa.BigInteger()),
        _maybe("file", sa.String(128)),
        _column("first_seen_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("sha256", name="uq_document_sha256"),
    )
    op.create_table(
        "origin",
        _column("path_digest", sa.LargeBinary(16)),
        _column("document_id", sa.Integer()),
        _column("path", sa.Text()),
        _column("size", sa.BigInteger()),
        _column("mtime_ns", sa.BigInteger()),
        sa.PrimaryKeyConstraint("path_digest", "document_id", name="pk_origin"),
        _reference("origin", "document_id", "document.id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_origin_document_id", "origin", ["document_id"])
    op.create_table(
        "phrase",
        _column("id", sa.Integer()),
        _column("digest", sa.LargeBinary(16)),
        _column("text", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_phrase"),
        sa.UniqueConstraint("digest", name="uq_phrase_digest"),
    )


def _readings() -> None:
    op.create_table(
        "reading",
        _column("id", sa.Integer()),
        _column("document_id", sa.Integer()),
        _column("version", sa.String(64)),
        _column("settings_digest", sa.String(64)),
        _column("is_current", sa.Boolean()),
        _maybe("run_id", sa.Integer()),
        _column("read_at", MOMENT),
        _column("name", sa.Text()),
        _column("media_type", sa.String(100)),
        _column("pages", sa.Integer()),
        _column("failed", sa.Boolean()),
        _column("is_report", sa.Boolean()),
        _maybe("template", sa.Text()),
        _maybe("title", sa.Text()),
        _maybe("issuer_id", sa.Integer()),
        _maybe("region", sa.Text()),
        _maybe("organ_type", sa.Text()),
        _maybe("report_year", sa.Integer()),
        _maybe("publication_date", sa.Date()),
        _maybe("document_date", sa.Date()),
        _maybe("signature_date", sa.Date()),
        _maybe("index_number", sa.Text()),
        _maybe("contacts", sa.Text()),
        _maybe("sections_present", sa.Text()),
        _column("flags", sa.Text()),
        _column("cell_count", sa.Integer()),
        _column("review_count", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.UniqueConstraint(
            *("document_id", "version", "settings_digest"),
            name="uq_reading_document_id_version_settings_digest",
        ),
        _reference("reading", "document_id", "document.id", ondelete="CASCADE"),
        _reference("reading", "run_id", "run.id"),
        _reference("reading", "issuer_id", "phrase.id"),
    )
    op.create_index("ix_reading_issuer_id_report_year", "reading", ["issuer_id", "report_year"])
    op.create_index("ix_reading_report_year", "reading", ["report_year"])
    op.create_index("ix_reading_run_id", "reading", ["run_id"])
    current = sa.text("is_current")
    op.create_index(
        *("uq_reading_current", "reading", ["document_id"]),
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


def _cells() -> None:
    _create_items(
        "cell",
        _column("key_id", sa.Integer()),
        _column("kind", sa.SmallInteger()),
        _column("state", sa.SmallInteger()),
        _column("agreement", sa.SmallInteger()),
        _column("decimals", sa.SmallInteger()),
        _column("confidence", sa.Double()),
        _maybe("value", NUMBER),
        _maybe("as_printed", NUMBER),
        _maybe("as_read", sa.Text()),
        _maybe("unit_id", sa.Integer()),
        _maybe("label_id", sa.Integer()),
        _maybe("alternatives", sa.Text()),
        _maybe("reader_id", sa.Integer()),
        _maybe("reader_version_id", sa.Integer()),
        _maybe("page", sa.Integer()),
        _maybe("left", sa.Double()),
        _maybe("top", sa.Double()),
        _maybe("right", sa.Double()),
        _maybe("bottom", sa.Double()),
        _maybe("part", sa.Integer()),
        _maybe("place_table", sa.Integer()),
        _maybe("place_row", sa.Integer()),
        _maybe("place_column", sa.Integer()),
        _maybe("span_start", sa.Integer()),
        _maybe("span_end", sa.Integer()),
    )
    waiting = sa.text("state = 1")
    op.create_index(
        *("ix_cell_waiting", "cell", ["confidence", "reading_id", "position"]),
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    _create_items(
        "relation",
        _column("code", sa.Text()),
        _column("scope", sa.Text()),
        _column("status", sa.String(16)),
        _maybe("left", NUMBER),
        _maybe("right", NUMBER),
        _column("decimals", sa.SmallInteger()),
        _maybe("cause", sa.String(32)),
        _column("level", sa.Text()),
        _column("keys_id", sa.Integer()),
    )
    _create_items(
        "prose_fact",
        _column("code", sa.Text()),
        _column("value", NUMBER),
        _column("decimals", sa.SmallInteger()),
        _column("approximate", sa.Boolean()),
        _maybe("page", sa.Integer()),
        _column("span", sa.Text()),
    )


def _pages() -> None:
    _create_items(
        "table_part",
        _column("page", sa.Integer()),
        _column("part", sa.Integer()),
        _maybe("continues", sa.Integer()),
        _column("left", sa.Double()),
        _column("top", sa.Double()),
        _column("right", sa.Double()),
        _column("bottom", sa.Double()),
        _column("rows", sa.Integer()),
        _column("columns", sa.Integer()),
        _column("reader", sa.Text()),
        _column("cell_count", sa.Integer()),
        _column("cells", sa.LargeBinary()),
    )
    _create_items(
        "page",
        _column("number", sa.Integer()),
        _column("width", sa.Double()),
        _column("height", sa.Double()),
        _column("rotation", sa.Integer()),
        _column("characters", sa.Integer()),
        _column("garbled", sa.Double()),
        _column("garbled_kinds", sa.Text()),
        _column("image_share", sa.Double()),
        _column("rulings_horizontal", sa.Integer()),
        _column("rulings_vertical", sa.Integer()),
        _column("route", sa.String(16)),
        _column("reason", sa.Text()),
    )
    _create_items("page_text", _column("page", sa.Integer()), _column("text", sa.LargeBinary()))
    _create_items(
        "failure",
        _maybe("page", sa.Integer()),
        _column("stage", sa.Text()),
        _column("kind", sa.String(32)),
        _column("message", sa.Text()),
    )


def _column(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _maybe(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind)


def _reference(table: str, column: str, target: str, **more: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}", **more)


def _create_items(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        _column("reading_id", sa.Integer()),
        _column("position", sa.Integer()),
        *columns,
        sa.PrimaryKeyConstraint("reading_id", "position", name=f"pk_{name}"),
        _reference(name, "reading_id", "reading.id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
