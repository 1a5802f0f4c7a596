"""Decisions on stored reports, for tests: made, and put into the log."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from stored_readings import sha256_of

from gouji.model import (
    Action,
    CellState,
    CellValue,
    Decision,
    Kind,
    NewDecision,
)
from gouji.store import (
    Standing,
    Store,
)

TOTAL = "applications/granted_in_full/total"


@pytest.fixture
def store(database_url: str | None, tmp_path: Path) -> Iterator[Store]:
    with Store.open(database_url, tmp_path / "work") as store:
        yield store


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Store]:
    """A store in SQLite, for what is the same in both databases."""
    with Store.open(None, tmp_path / "work") as store:
        yield store


def read_as(value: int | Decimal | None, kind: Kind = Kind.NUMBER) -> CellValue:
    return CellValue(value, kind, CellState.REVIEW)


def said(
    number: int = 0,
    key: str = TOTAL,
    value: int | Decimal | None = 7,
    action: Action = Action.CORRECT,
    **more: object,
) -> NewDecision:
    after = CellValue(value, Kind.NUMBER, CellState.CORRECTED)
    made = NewDecision("李", sha256_of(number), key, action, read_as(2), after)
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


def decide(store: Store, made: NewDecision, open_: dict[str, float] | None = None) -> Decision:
    seen = store.reviews.of(made.sha256)
    assert seen is not None
    return store.reviews.decide(made, seen, Standing(open_ or {}, 1, 0, 0))
