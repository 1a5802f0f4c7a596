"""What runs cost: seconds by stage, added up over all of them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import (
    Column,
    Double,
    Engine,
    ForeignKey,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    select,
)
from sqlalchemy.engine import URL

from . import dialects
from .database import told, writing
from .schema import metadata

run_stage = Table(
    "run_stage",
    metadata,
    Column("run_id", ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    Column("stage", String(32), nullable=False),
    Column("seconds", Double, nullable=False),  # of the processor; of `store` by the clock
    PrimaryKeyConstraint("run_id", "stage"),
    sqlite_with_rowid=False,
)


class Costs:
    """The table `run_stage`."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    def note(self, run_id: int, seconds: Mapping[str, float]) -> None:
        """Say what a run took by now; said again, it takes the place of what was said before."""
        rows = [{"run_id": run_id, "stage": s, "seconds": t} for s, t in seconds.items()]
        if not rows:
            return
        with told(self._url), writing(self._engine) as connection:
            key = ("run_id", "stage")
            connection.execute(dialects.upsert(connection, run_stage, key, ("seconds",)), rows)

    def totals(self) -> dict[str, float]:
        """Seconds by stage, of all runs."""
        stage, seconds = run_stage.c.stage, func.sum(run_stage.c.seconds)
        with told(self._url), self._engine.connect() as connection:
            rows = connection.execute(select(stage, seconds).group_by(stage).order_by(stage)).all()
        return {name: float(total) for name, total in rows}
