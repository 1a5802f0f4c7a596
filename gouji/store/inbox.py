"""Inboxes in the database: who takes which file, how far it is, and who watches.

A claim holds as long as its watcher's row is there. Every step on a file says which claim it is
made for, so that one who was thought dead, and was not, changes nothing any more. Times are those
of the database's clock; a beat is only believed missing by somebody who has seen it stand still.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, case, delete, func, or_, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from gouji.model import Pipeline

from . import origins
from .database import told, writing
from .dialects import among, insert, now_ms
from .inbox_rows import (
    SUSPECT,
    Arrival,
    Claim,
    SeenFile,
    Watcher,
    arrival_of,
    as_noted,
    claim_of,
    history_of,
    is_mine,
    is_over,
    longer,
    new_row,
    newest_rows,
    set_mark,
    was_seen_so,
)
from .inbox_schema import ACTIVE, FileState, inbox_file, inbox_watcher
from .origins import Origin
from .phrases import digest_of, in_groups
from .schema import RunStatus, document, run


class Inboxes:
    """The tables `inbox_watcher` and `inbox_file`."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    # Who watches

    def enter(
        self, identity: str, host: str, process_id: int, lease_ms: int, flow_run_id: str | None
    ) -> str:
        """Begin to watch, and return the watcher's name."""
        name = uuid.uuid4().hex
        with told(self._url), writing(self._engine) as connection:
            values = {
                "id": name,
                "identity": identity,
                "host": host,
                "process_id": process_id,
                "flow_run_id": flow_run_id,
                "started_at": datetime.now(UTC),
                "lease_ms": lease_ms,
                "beats": 0,
                "beat_ms": now_ms(connection),
            }
            connection.execute(inbox_watcher.insert().values(values))
        return name

    def beat(self, watcher: str, run_id: int | None = None) -> bool:
        """Say that it goes on; False where others have given the watcher up."""
        with told(self._url), writing(self._engine) as connection:
            values: dict[str, Any] = {
                "beats": inbox_watcher.c.beats + 1,
                "beat_ms": now_ms(connection),
                **({} if run_id is None else {"run_id": run_id}),
            }
            mine = update(inbox_watcher).where(inbox_watcher.c.id == watcher)
            return connection.execute(mine.values(values)).rowcount == 1

    def leave(self, watcher: str) -> None:
        """Stop watching; what was claimed is free again."""
        with told(self._url), writing(self._engine) as connection:
            set_free(connection, watcher)
            connection.execute(delete(inbox_watcher).where(inbox_watcher.c.id == watcher))

    def watchers(self) -> list[Watcher]:
        """All that have entered and not left."""
        with told(self._url), self._engine.connect() as connection:
            table = inbox_watcher.c
            # A beat from the future: the clock was put back.
            late = func.abs(now_ms(connection) - table.beat_ms) > table.lease_ms
            columns = (table.id, table.identity, table.host, table.beats, late.label("silent"))
            statement = select(*columns, table.run_id, table.flow_run_id).order_by(table.id)
            return [
                Watcher(r.id, r.identity, r.host, r.beats, bool(r.silent), r.run_id, r.flow_run_id)
                for r in connection.execute(statement)
            ]

    def bury(self, dead: Watcher) -> int | None:
        """Free the files of a watcher that is gone, and end its run; how many files.

        None where it has given a sign of life since. What it was reading counts as a crash; if it
        was reading that alone, as the file's own fault.
        """
        with told(self._url), writing(self._engine) as connection:
            table = inbox_watcher.c
            here = (table.id == dead.id, table.beats == dead.beats)
            if not connection.execute(delete(inbox_watcher).where(*here)).rowcount:
                return None
            if dead.run_id is not None:
                values = {"status": RunStatus.STOPPED, "finished_at": datetime.now(UTC)}
                going_on = (run.c.id == dead.run_id, run.c.status == RunStatus.RUNNING)
                connection.execute(update(run).where(*going_on).values(values))
            file = inbox_file.c
            reading = (
                file.watcher_id == dead.id,
                file.state == FileState.WAITING,
                file.sha256.is_not(None),
            )
            for row in connection.execute(select(file.id, file.history).where(*reading)).all():
                died = f"the watcher on {dead.host} died while it was being read"
                changed = {
                    "history": longer(history_of(row), died),
                    "crashes": file.crashes + 1,
                    "attempts": file.attempts + case((file.alone, 1), else_=0),
                }
                connection.execute(update(inbox_file).where(file.id == row.id).values(changed))
            return set_free(connection, dead.id)

    # What arrives

    def note(
        self, inbox: str, key: str, files: Sequence[SeenFile], left: Pipeline | None
    ) -> tuple[int, int]:
        """Note the files of a listing; how many are new or changed, and how many are remembered.

        ``key`` is the inbox's own name, however it is reached. With ``left`` files stay where
        they are, and one that this pipeline has taken in, or failed to, is only remembered.
        """
        box = digest_of(key)
        digests = {digest_of(f"{key}\0{seen.path}"): seen for seen in files}
        new = remembered = 0
        with told(self._url), writing(self._engine) as connection:
            for group in in_groups(digests):
                there = newest_rows(connection, group, everything=left is not None)
                fresh = []
                for digest in group:
                    seen, row = digests[digest], there.get(digest)
                    if row is not None and not is_over(row):
                        if row.state == FileState.WAITING and row.mark != seen.mark:
                            set_mark(connection, row.id, seen)
                            new += 1
                    elif row is not None and left is not None and was_seen_so(row, seen, left):
                        remembered += 1
                    else:
                        fresh.append((digest, seen))
                new += len(fresh)
                if fresh:
                    clock = connection.scalar(select(now_ms(connection)))
                    rows = [new_row(inbox, box, digest, seen, clock) for digest, seen in fresh]
                    added = insert(connection, inbox_file).on_conflict_do_nothing()
                    connection.execute(added, rows)
        return new, remembered

    def claim(
        self, watcher: str, key: str, round_: str, most: int, settle_ms: int, *, suspects: bool
    ) -> list[Claim] | None:
        """Take files that have settled and were not tried in this round; the oldest first.

        ``suspects`` are those that watchers died over: they are taken only when asked for. None
        where others have given the watcher up: it must enter again, or nobody would free them.
        """
        file = inbox_file.c
        with told(self._url), writing(self._engine) as connection:
            here = select(inbox_watcher.c.id).where(inbox_watcher.c.id == watcher)
            if connection.scalar(here.with_for_update(read=True)) is None:
                return None
            clock = now_ms(connection)
            free = (
                select(file.id)
                .where(
                    ACTIVE,
                    file.inbox_digest == digest_of(key),
                    file.watcher_id.is_(None),
                    file.crashes >= SUSPECT if suspects else file.crashes < SUSPECT,
                    or_(file.tried_in.is_(None), file.tried_in != round_),
                    # Noted in the future: the clock was put back.
                    or_(file.noted_ms <= clock - settle_ms, file.noted_ms > clock),
                )
                .order_by(file.crashes, file.id)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
            ids = connection.scalars(free).all()
            taken = {
                "watcher_id": watcher,
                "claims": file.claims + 1,
                "sha256": case((file.state == FileState.WAITING, None), else_=file.sha256),
                "alone": suspects,
            }
            statement = update(inbox_file).where(among(connection, file.id, ids)).values(taken)
            rows = connection.execute(statement.returning(*file)).all() if ids else []
            return sorted((claim_of(row) for row in rows), key=lambda c: (c.crashes, c.id))

    def unsettled(self, key: str, round_: str) -> int:
        """Files this round may still take: they settle, or somebody else is at them."""
        file = inbox_file.c
        here = (ACTIVE, file.inbox_digest == digest_of(key))
        not_tried = or_(file.tried_in.is_(None), file.tried_in != round_)
        with told(self._url), self._engine.connect() as connection:
            statement = select(func.count()).select_from(inbox_file).where(*here, not_tried)
            return connection.scalar(statement) or 0

    def begin(self, claim: Claim, sha256: str) -> bool | None:
        """Note the content that is about to be read; False while another file of it is being read.

        None where the claim is lost.
        """
        try:
            return self._set(claim, {"sha256": sha256}) or None
        except IntegrityError:
            return False

    def decide(
        self,
        claim: Claim,
        state: FileState,
        *,
        sha256: str | None,
        run_id: int | None,
        moved_to: str | None,
        manifest: Any,
        what: str,
        kind: str | None,
        attempts: int,
        members: int | None,
        pipeline: Pipeline,
    ) -> Claim | None:
        """Note that a file is stored or given up, and where it goes; None: the claim is lost.

        It is on the disk before anything is moved, and with it the reading that was saved before.
        """
        decided = replace(
            claim,
            state=state,
            sha256=sha256,
            moved_to=moved_to,
            manifest=manifest,
            attempts=attempts,
            kind=kind,
            history=longer(claim.history, what),
        )
        values = {
            "state": state,
            "sha256": sha256,
            "run_id": run_id,
            "moved_to": moved_to,
            "manifest": manifest,
            "attempts": attempts,
            "kind": kind,
            "members": members,
            "version": pipeline.version,
            "settings_digest": pipeline.settings_digest,
            "history": decided.history,
        }
        return decided if self._set(claim, values, durable=True) else None

    def is_planned(self, key: str, moved_to: str) -> bool:
        """Whether a file of the inbox has been promised this place."""
        file = inbox_file.c
        wanted = (file.inbox_digest == digest_of(key), file.moved_to == moved_to)
        with told(self._url), self._engine.connect() as connection:
            return connection.scalar(select(file.id).where(*wanted).limit(1)) is not None

    def finish(
        self,
        claim: Claim,
        state: FileState,
        *,
        moved_to: str | None,
        origin: Origin | None,
    ) -> bool:
        """Note that a file is where it belongs; False: the claim is lost."""
        values = {
            "state": state,
            "watcher_id": None,
            "finished_at": datetime.now(UTC),
            "moved_to": moved_to,
        }
        with told(self._url), writing(self._engine) as connection:
            file = inbox_file.c
            mine = is_mine(claim)
            row = connection.execute(
                update(inbox_file).where(*mine).values(values).returning(file.sha256)
            ).one_or_none()
            if row is None:
                over = (file.id == claim.id, file.claims == claim.number, file.state == state)
                return connection.scalar(select(file.id).where(*over)) is not None
            if origin is not None and row.sha256 is not None:
                there = document.c.sha256 == row.sha256
                document_id = connection.scalar(select(document.c.id).where(there))
                if document_id is not None:
                    origins.note(connection, [(document_id, origin)])
            return True

    def put_back(
        self, claim: Claim, round_: str, what: str, *, attempts: int, kind: str | None
    ) -> bool:
        """Leave a file for a later round; ``what`` goes into its history."""
        values = {
            "watcher_id": None,
            "tried_in": round_,
            "sha256": None,
            "history": longer(claim.history, what),
            "attempts": attempts,
            "kind": kind,
        }
        return self._set(claim, values)

    def changed(self, claim: Claim, round_: str, seen: SeenFile) -> bool:
        """Leave a file that is not the one that was noted until it has settled again."""
        with told(self._url), writing(self._engine) as connection:
            free = {"watcher_id": None, "tried_in": round_, "sha256": None}
            values = {**as_noted(seen, now_ms(connection)), **free}
            mine = update(inbox_file).where(*is_mine(claim)).values(values)
            return connection.execute(mine).rowcount == 1

    def gone(self, claim: Claim) -> bool:
        """Forget a file that is not there any more and was never stored."""
        with told(self._url), writing(self._engine) as connection:
            return connection.execute(delete(inbox_file).where(*is_mine(claim))).rowcount == 1

    def is_done(self, sha256: str, pipeline: Pipeline) -> bool:
        """Whether the pipeline has taken in a file of this content: an archive has no reading."""
        file = inbox_file.c
        wanted = (
            file.sha256 == sha256,
            file.state.in_((FileState.STORED, FileState.DONE)),
            file.version == pipeline.version,
            file.settings_digest == pipeline.settings_digest,
        )
        with told(self._url), self._engine.connect() as connection:
            return connection.scalar(select(file.id).where(*wanted).limit(1)) is not None

    def counts(self, key: str | None = None) -> dict[FileState, int]:
        """How many files there are in each state, in one inbox or in all."""
        file = inbox_file.c
        statement = select(file.state, func.count()).group_by(file.state)
        if key is not None:
            statement = statement.where(file.inbox_digest == digest_of(key))
        with told(self._url), self._engine.connect() as connection:
            return {FileState(state): count for state, count in connection.execute(statement)}

    def arrivals(self, sha256: str) -> list[Arrival]:
        """How a document came, the first time first."""
        file = inbox_file.c
        statement = select(inbox_file).where(file.sha256 == sha256).order_by(file.id)
        with told(self._url), self._engine.connect() as connection:
            return [arrival_of(row) for row in connection.execute(statement)]

    def _set(self, claim: Claim, values: Mapping[str, Any], *, durable: bool = False) -> bool:
        with told(self._url), writing(self._engine, durable=durable) as connection:
            mine = update(inbox_file).where(*is_mine(claim)).values(values)
            return connection.execute(mine).rowcount == 1


def set_free(connection: Connection, watcher: str) -> int:
    """Give up all that a watcher has claimed; how many files."""
    mine = update(inbox_file).where(ACTIVE, inbox_file.c.watcher_id == watcher)
    return connection.execute(mine.values(watcher_id=None, alone=False)).rowcount
