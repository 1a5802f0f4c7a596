"""An inbox, a store and a round over them, with readers that behave as the files tell them."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import flows.inbox.taking
import flows.reading
from flows.inbox import InboxResult, InboxSettings
from flows.inbox.taking import take_in
from flows.reading import DocumentPool
from flows.settings import Settings, load_settings
from gouji.store import Store
from gouji.store.verifying import Verified, verify


@dataclass
class Bench:
    """A folder as inbox, and the store it is taken into."""

    folder: Path
    work: Path
    database: str | None = None

    def drop(self, name: str, text: str | None = None) -> Path:
        """Put a file into the inbox; its text tells the reader what to do."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"report {name!r}\n" if text is None else text)
        return path

    def while_read(self, act: Callable[[], object]) -> str:
        """A deed for a document; while the document is being read, something happens."""
        sign = self.folder.with_name("sign")
        begun = sign.with_name("sign.begun")

        def wait_and_act() -> None:
            for _ in range(2_000):
                if begun.exists():
                    break
                time.sleep(0.01)
            act()
            sign.touch()

        threading.Thread(target=wait_and_act, daemon=True).start()
        return f"3 wait {sign}\n"

    def take(self, place: str | None = None, **wishes: Any) -> InboxResult:
        """One round."""
        usual: dict[str, Any] = {"settle_seconds": 0, "patience_seconds": 20, "free_mb": 0}
        inbox = InboxSettings(**(usual | wishes))
        return take_in(place or str(self.folder), self.settings(), inbox)

    def settings(self) -> Settings:
        return load_settings(
            work=self.work, database=self.database, workers=2, document_seconds=5.0
        )

    @contextmanager
    def store(self) -> Iterator[Store]:
        with Store.open(self.database, self.work) as store:
            yield store

    def names(self, *folders: str) -> list[str]:
        """The files below a folder of the inbox without the day, or those not put away yet."""
        if not folders:
            return sorted(p.name for p in self.folder.iterdir() if p.is_file() and p.name[0] != ".")
        found = []
        for folder in folders:
            for path in (self.folder / folder).rglob("*"):
                if path.is_file():
                    found.append(str(path.relative_to(self.folder / folder).as_posix())[11:])
        return sorted(found)

    def reason(self, name: str) -> dict[str, Any]:
        (path,) = self.folder.glob(f"failed/*/{name}.reason.json")
        said: dict[str, Any] = json.loads(path.read_text())
        return said

    def verified(self) -> Verified:
        with self.store() as store:
            return verify(store)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.work / "gouji.sqlite3") as connection:
            return connection.execute(statement).fetchall()


class _StaysOpen(DocumentPool):
    def close(self) -> None:
        """Not between two rounds: processes take a while to start."""

    def really_close(self) -> None:
        super().close()


@pytest.fixture(scope="module")
def reading_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentPool]:
    """One pool for all rounds of a test file."""
    work = tmp_path_factory.mktemp("pool")
    reader, flows.reading.READER = flows.reading.READER, "misbehaving:five_pages"
    pool = _StaysOpen(Bench(work, work).settings(), 2)
    flows.reading.READER = reader
    yield pool
    pool.really_close()


@pytest.fixture
def bench(tmp_path: Path, reading_pool: DocumentPool, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """An empty inbox and no store yet; SQLite."""
    monkeypatch.setattr(flows.inbox.taking, "open_pool", lambda settings: reading_pool)
    (tmp_path / "inbox").mkdir()
    return Bench(tmp_path / "inbox", tmp_path / "work")
