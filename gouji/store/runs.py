"""The runs: when the program was started over documents, by whom, and how it ended."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Select, select, update
from sqlalchemy.engine import URL

from gouji.model import Pipeline

from .database import told, writing
from .rows import object_of
from .schema import RunStatus, run
from .totals import RunTotals, run_totals


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run; ``finished_at`` is None while it goes on, or when it was killed."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    status: RunStatus
    command: str
    pipeline: Pipeline
    host: str
    process_id: int
    documents_read: int
    documents_known: int  # skipped, because they were read before
    documents_failed: int


class Runs:
    """The table `run`."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    def begin(self, command: str, pipeline: Pipeline) -> int:
        """Note that a run starts, and return its number."""
        row = {
            "started_at": datetime.now(UTC),
            "status": RunStatus.RUNNING,
            "command": command,
            "version": pipeline.version,
            "settings_digest": pipeline.settings_digest,
            "host": platform.node(),
            "process_id": os.getpid(),
            "documents_read": 0,
            "documents_known": 0,
            "documents_failed": 0,
        }
        with told(self._url), writing(self._engine) as connection:
            number: int = connection.execute(run.insert().returning(run.c.id), row).scalar_one()
        return number

    def finish(
        self,
        number: int,
        *,
        read: int,
        known: int,
        failed: int,
        status: RunStatus = RunStatus.FINISHED,
    ) -> None:
        """Note how a run ended."""
        values = {
            "finished_at": datetime.now(UTC),
            "status": status,
            "documents_read": read,
            "documents_known": known,
            "documents_failed": failed,
        }
        with told(self._url), writing(self._engine) as connection:
            connection.execute(update(run).where(run.c.id == number).values(values))

    def totals(self) -> RunTotals:
        """All runs added up."""
        return run_totals(self._url, self._engine)

    def newest(self, limit: int = 20) -> list[RunRecord]:
        """The last runs, newest first."""
        return self._found(select(run).order_by(run.c.id.desc()).limit(limit))

    def going_on(self, host: str) -> list[RunRecord]:
        """The runs of a machine that have not ended, or were killed and nobody has said so yet."""
        here = (run.c.status == RunStatus.RUNNING, run.c.host == host)
        return self._found(select(run).where(*here).order_by(run.c.id))

    def stop(self, number: int) -> None:
        """Note that a run that was killed has ended."""
        values = {"finished_at": datetime.now(UTC), "status": RunStatus.STOPPED}
        here = (run.c.id == number, run.c.status == RunStatus.RUNNING)
        with told(self._url), writing(self._engine) as connection:
            connection.execute(update(run).where(*here).values(values))

    def _found(self, statement: Select[Any]) -> list[RunRecord]:
        with told(self._url), self._engine.connect() as connection:
            return [
                object_of(
                    row,
                    RunRecord,
                    status=RunStatus(row.status),
                    pipeline=Pipeline(row.version, row.settings_digest),
                )
                for row in connection.execute(statement)
            ]
