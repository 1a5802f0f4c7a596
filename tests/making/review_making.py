"""Reports to review, and a browser's and a program's way to the application."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient
from stored_readings import report

from gouji.model import (
    Alternative,
    Box,
    CellPlace,
    CellState,
    DocumentReading,
    Kind,
    ReportCell,
)
from gouji.reconcile import check_relations
from gouji.reconcile.relations import Value
from gouji.reports.forms import value_keys
from gouji.store import Store
from gouji.store.database import FILE_NAME
from review.app import create_app
from review.redecoding import Redecode, as_read
from review.settings import ReviewSettings

TOTAL = "applications/requests_received/total"
PERSON = "applications/requests_received/natural_person"
LOCAL = "http://127.0.0.1:8737"


def form_cell(key: str, value: int, *, doubt: float = 0.0) -> ReportCell:
    """A cell of page 1, read with some doubt."""
    state = CellState.REVIEW if doubt else CellState.ACCEPTED
    place = CellPlace("scan", "6.0", page=1, box=Box(100.0, 100.0, 140.0, 114.0), part=0)
    others = (Alternative(str(value), 1 - doubt), Alternative(str(value + 7), doubt))
    return ReportCell(
        key, value, Kind.NUMBER, "件", str(value), value, 1 - doubt, state, others, place
    )


def filled_report(
    what: object = 0, *, doubts: int = 3, issuer: str = "彰武县平安镇人民政府", **more: Any
) -> DocumentReading:
    """A whole T21 form of zeros that add up, whose first cells of applications are in doubt."""
    doubtful = [key for key in value_keys("T21") if key.startswith("applications")][:doubts]
    cells = tuple(
        form_cell(key, 0, doubt=0.4 - 0.001 * doubtful.index(key) if key in doubtful else 0.0)
        for key in value_keys("T21")
    )
    reading = report(what, cells=cells, issuer=issuer, **more)
    values = {c.key: Value(c.value, c.kind) for c in cells}
    return replace(reading, relations=check_relations("T21", values, None), prose=())


@cache
def _empty_store() -> bytes:
    """A store in SQLite as the migrations leave it: they take 140 ms."""
    with TemporaryDirectory() as folder:
        Store.open(None, Path(folder)).close()
        return (Path(folder) / FILE_NAME).read_bytes()


def _new_store(work: Path) -> None:
    if not (work / FILE_NAME).exists():
        work.mkdir(parents=True, exist_ok=True)
        (work / FILE_NAME).write_bytes(_empty_store())


@contextmanager
def opened_app(
    work: Path, *readings: DocumentReading, redecode: Redecode = as_read, **settings: Any
) -> Iterator[tuple[TestClient, Store]]:
    """A client of an application over a new store with these readings."""
    base, database = settings.pop("base", LOCAL), settings.pop("database", None)
    if database is None:
        _new_store(work)
    with Store.open(database, work) as store:
        for reading in readings:
            store.save(reading)
        app = create_app(store, ReviewSettings(**settings), redecode)
        with TestClient(app, base_url=base, raise_server_exceptions=False) as client:
            yield client, store


def view_of(page: str) -> dict[str, Any]:
    """What the script of a report page starts with."""
    found = re.search(r'<script type="application/json" id="view">(.*?)</script>', page, re.DOTALL)
    assert found
    view: dict[str, Any] = json.loads(unescape(found[1]))
    return view


class Clerk:
    """Somebody at the report page, as its script works."""

    def __init__(self, client: TestClient, sha256: str) -> None:
        self.client = client
        self.sha256 = sha256
        self.view = view_of(client.get(f"/report/{sha256}").text)
        self.sent = 0

    def decide(self, key: str, action: str, text: str | None = None, **more: Any) -> Any:
        """Send a decision; what comes back."""
        self.sent += 1
        body = {
            "key": key,
            "action": action,
            "text": text,
            "seen": self.view["version"],
            "reading": self.view["reading"],
            "token": f"{id(self)}-{self.sent}-token",
        }
        answer = self.client.post(
            f"/report/{self.sha256}/decide",
            json=body | more,
            headers={"X-CSRF-Token": self.view["csrf"] or "", "Accept": "application/json"},
        )
        if answer.status_code == 200:
            self.view["version"] = answer.json()["version"]
        return answer
