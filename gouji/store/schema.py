"""The tables. Everything a reading says hangs on its row in `reading`, in the order it was said.

`document` is a content, `origin` a place where that content was found, `reading` what one version
of the program with one set of settings made of it. Lengths are PDF points, origin top-left.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from gouji.model import Agreement, CellState, Kind

from .columns import Code, ExactNumber, ExactText, JsonText, UtcTime

HEAD = "0008_large_queue"
"""The newest migration. An opened store at this revision needs no Alembic."""

KINDS = (
    Kind.NUMBER,
    Kind.BLANK,
    Kind.NOT_APPLICABLE,
    Kind.CELL_NOT_IN_SOURCE,
    Kind.TEXT_DAMAGED,
    Kind.UNREAD,
)
STATES = (CellState.ACCEPTED, CellState.REVIEW, CellState.CORRECTED, CellState.CONFIRMED)
AGREEMENTS = (Agreement.NOT_ASKED, Agreement.AGREES, Agreement.DISAGREES, Agreement.SILENT)


class RunStatus(StrEnum):
    """How a run stands; one that was killed stays `running` until somebody says otherwise."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _belongs_to_reading(name: str, *columns: Column[Any]) -> Table:
    """A table of a reading's items, kept together and in order by its primary key."""
    return Table(
        name,
        metadata,
        Column("reading_id", ForeignKey("reading.id", ondelete="CASCADE"), nullable=False),
        Column("position", Integer, nullable=False),
        *columns,
        PrimaryKeyConstraint("reading_id", "position"),
        sqlite_with_rowid=False,
    )


run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("status", String(16), nullable=False),
    Column("command", ExactText, nullable=False),
    Column("version", ExactText, nullable=False),
    Column("settings_digest", ExactText, nullable=False),
    Column("host", ExactText, nullable=False),
    Column("process_id", Integer, nullable=False),
    Column("documents_read", Integer, nullable=False),
    Column("documents_known", Integer, nullable=False),  # skipped, because read before
    Column("documents_failed", Integer, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("size", BigInteger),  # bytes; None while only the sha256 was handed over
    Column("file", String(128)),  # below the store's files; None when the bytes are not kept
    Column("first_seen_at", UtcTime, nullable=False),
)

origin = Table(
    "origin",
    metadata,
    Column("path_digest", LargeBinary(16), nullable=False),  # a path may be too long for an index
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("path", ExactText, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    PrimaryKeyConstraint("path_digest", "document_id"),
    Index(None, "document_id"),
    sqlite_with_rowid=False,
)

phrase = Table(
    # Every text that comes again in thousands of cells, once: keys, labels, units, issuers,
    # readers. Rows are never changed and never deleted, so that ids may be remembered.
    "phrase",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary(16), nullable=False, unique=True),
    Column("text", ExactText, nullable=False),
)

reading = Table(
    "reading",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), nullable=False),
    Column("version", String(64), nullable=False),
    Column("settings_digest", String(64), nullable=False),
    Column("is_current", Boolean, nullable=False),  # the newest of its document
    Column("run_id", ForeignKey("run.id")),
    Column("read_at", UtcTime, nullable=False),
    Column("name", ExactText, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("failed", Boolean, nullable=False),  # as a whole, not a page of it
    Column("is_report", Boolean, nullable=False),
    Column("template", ExactText),
    Column("title", ExactText),
    Column("issuer_id", ForeignKey("phrase.id")),
    Column("region", JsonText),
    Column("organ_type", ExactText),
    Column("report_year", Integer),
    Column("publication_date", Date),
    Column("document_date", Date),
    Column("signature_date", Date),
    Column("index_number", ExactText),
    Column("contacts", JsonText),
    Column("sections_present", JsonText),
    Column("flags", JsonText, nullable=False),
    Column("cell_count", Integer, nullable=False),
    Column("review_count", Integer, nullable=False),  # cells in state review when it was saved
    Column("organ_level", ExactText),
    Column("organ_code", ExactText),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("document_number", ExactText),
    Column("no_report", ExactText),
    Column("attachments", JsonText),  # [[name, url], …]
    UniqueConstraint("document_id", "version", "settings_digest"),
    Index(None, "issuer_id", "report_year"),
    Index(None, "report_year"),
    Index(None, "run_id"),
    Index(
        "uq_reading_current",
        "document_id",
        unique=True,
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    ),
)

cell = _belongs_to_reading(
    # The *_id columns are phrases, without a foreign key: the check would cost more than the
    # insert, and would lock the same few rows from every worker.
    "cell",
    Column("key_id", Integer, nullable=False),
    Column("kind", Code(KINDS), nullable=False),
    Column("state", Code(STATES), nullable=False),
    Column("agreement", Code(AGREEMENTS), nullable=False),
    Column("decimals", SmallInteger, nullable=False),  # 1: value is a Decimal, 2: as_printed is
    Column("confidence", Double, nullable=False),
    Column("value", ExactNumber),
    Column("as_printed", ExactNumber),
    Column("as_read", ExactText),
    Column("unit_id", Integer),
    Column("label_id", Integer),
    Column("alternatives", JsonText),  # [[text, p], …]
    Column("reader_id", Integer),  # with reader_version_id: None when the cell has no place
    Column("reader_version_id", Integer),
    Column("page", Integer),
    Column("left", Double),
    Column("top", Double),
    Column("right", Double),
    Column("bottom", Double),
    Column("part", Integer),
    Column("place_table", Integer),
    Column("place_row", Integer),
    Column("place_column", Integer),
    Column("span_start", Integer),
    Column("span_end", Integer),
    Column("column_label_id", Integer),
    Column("evidence", JsonText),  # what was measured of it, for calibration
)
WAITING = text(f"state = {STATES.index(CellState.REVIEW)}")
"""The condition of `ix_cell_waiting`. Bound as a parameter, SQLite would not use the index."""

Index(
    # Few cells wait for a person, so this stays small and says "least certain first" by itself.
    "ix_cell_waiting",
    cell.c.confidence,
    cell.c.reading_id,
    cell.c.position,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)

relation = _belongs_to_reading(
    "relation",
    Column("code", ExactText, nullable=False),
    Column("scope", ExactText, nullable=False),
    Column("status", String(16), nullable=False),
    Column("left", ExactNumber),
    Column("right", ExactNumber),
    Column("decimals", SmallInteger, nullable=False),  # 1: left is a Decimal, 2: right is
    Column("cause", String(32)),
    Column("level", ExactText, nullable=False),
    Column("keys_id", Integer, nullable=False),  # a phrase: the keys it ties, as a JSON list
    Column("by_source", Double),  # 0 to 1; of violated relations
)
VIOLATED = text("status = 'violated'")
"""The condition of `ix_relation_violated`: one in a hundred, which `gouji check` asks for."""

Index(
    "ix_relation_violated",
    relation.c.reading_id,
    relation.c.position,
    sqlite_where=VIOLATED,
    postgresql_where=VIOLATED,
)

prose_fact = _belongs_to_reading(
    "prose_fact",
    Column("code", ExactText, nullable=False),
    Column("value", ExactNumber, nullable=False),
    Column("decimals", SmallInteger, nullable=False),  # 1: value is a Decimal
    Column("approximate", Boolean, nullable=False),
    Column("page", Integer),
    Column("span", ExactText, nullable=False),
    Column("offset_start", Integer),
    Column("offset_end", Integer),
)

table_part = _belongs_to_reading(
    "table_part",
    Column("page", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("continues", Integer),
    Column("left", Double, nullable=False),
    Column("top", Double, nullable=False),
    Column("right", Double, nullable=False),
    Column("bottom", Double, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("reader", ExactText, nullable=False),
    Column("cell_count", Integer, nullable=False),
    Column("cells", LargeBinary, nullable=False),  # zlib of `TableCells.packed`
)

page = _belongs_to_reading(
    "page",
    Column("number", Integer, nullable=False),
    Column("width", Double, nullable=False),
    Column("height", Double, nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("garbled", Double, nullable=False),
    Column("garbled_kinds", JsonText, nullable=False),
    Column("image_share", Double, nullable=False),
    Column("rulings_horizontal", Integer, nullable=False),
    Column("rulings_vertical", Integer, nullable=False),
    Column("route", String(16), nullable=False),
    Column("reason", ExactText, nullable=False),
)

page_text = _belongs_to_reading(
    "page_text",
    Column("page", Integer, nullable=False),
    Column("text", LargeBinary, nullable=False),  # zlib of UTF-8
)

failure = _belongs_to_reading(
    "failure",
    Column("page", Integer),
    Column("stage", ExactText, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("message", ExactText, nullable=False),
)
