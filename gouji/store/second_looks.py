"""Which decided cells a second person looks at, and how often two people said the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, select
from sqlalchemy.engine import URL

from gouji.model import Action, Decision, NewDecision
from gouji.model.double_review import (
    Concordance,
    LookState,
    concordance,
    in_sample,
    said,
    second_look,
)

from . import dialects, log
from .database import told, writing
from .phrases import in_groups
from .review_schema import second_look as table

Place = tuple[str, str]  # sha256 and key
_SAID = ("state", "first_who", "second_who", "field", "kind", "first_said", "second_said")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A drawn cell that two people decided differently."""

    sha256: str
    key: str
    first_who: str
    second_who: str
    first_said: str
    second_said: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """So many cells of a table of the form, read as this kind, of which two people said this."""

    field: str
    kind: str
    first_said: str
    second_said: str
    cells: int


def agreement_rows(pairs: Sequence[Pairs]) -> list[tuple[str, Concordance]]:
    """All cells, then each table of the form, then each kind of what had been read."""
    names = (
        *dict.fromkeys(each.field for each in pairs),
        *(f"read:{kind}" for kind in sorted({each.kind for each in pairs})),
    )
    groups: dict[str, list[Pairs]] = {"all": list(pairs), **{name: [] for name in names}}
    for each in pairs:
        groups[each.field].append(each)
        groups[f"read:{each.kind}"].append(each)
    return [
        (name, concordance((p.first_said, p.second_said, p.cells) for p in mine))
        for name, mine in groups.items()
    ]


class SecondLooks:
    """The table `second_look`."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    def counts(self) -> dict[LookState, int]:
        """How many cells are in each state."""
        statement = select(table.c.state, func.count()).group_by(table.c.state)
        with told(self._url), self._engine.connect() as connection:
            return {LookState(state): n for state, n in connection.execute(statement)}

    def to_do(self, who: str, settles: bool) -> tuple[int, int]:
        """How many cells wait for this person's second look, and how many for a settlement that
        this person may give.
        """
        at_odds = _at_odds(who, settles)
        counted = [select(func.count()).where(where) for where in (_waits_for(who), at_odds)]
        with told(self._url), self._engine.connect() as connection:
            second, disagreed = (connection.scalar(statement) or 0 for statement in counted)
        return second, disagreed

    def pairs(self) -> list[Pairs]:
        """What two people said of the cells that both looked at, each without the other's."""
        what = (table.c.field, table.c.kind, table.c.first_said, table.c.second_said)
        both = (table.c.first_said.is_not(None), table.c.second_said.is_not(None))
        statement = select(*what, func.count()).where(*both).group_by(*what).order_by(*what)
        with told(self._url), self._engine.connect() as connection:
            return [Pairs(*row) for row in connection.execute(statement)]

    def disagreements(self, most: int = 200) -> list[Disagreement]:
        """The cells that wait for somebody to settle them."""
        what = (
            *(table.c.sha256, table.c.key, table.c.first_who, table.c.second_who),
            *(table.c.first_said, table.c.second_said),
        )
        statement = select(*what).where(table.c.state == str(LookState.DISAGREED))
        ordered = statement.order_by(table.c.sha256, table.c.key).limit(most)
        with told(self._url), self._engine.connect() as connection:
            return [Disagreement(*row) for row in connection.execute(ordered)]

    def kept_from(self, who: str, documents: Collection[str]) -> set[Place]:
        """The cells of these documents at which this person would be the second to look."""
        found: set[Place] = set()
        with told(self._url), self._engine.connect() as connection:
            for group in in_groups(documents):
                mine = dialects.among(connection, table.c.sha256, group)
                statement = select(table.c.sha256, table.c.key).where(mine, _waits_for(who))
                found.update((sha256, key) for sha256, key in connection.execute(statement))
        return found

    def draw(self, decisions: Iterable[Decision], share: float) -> int:
        """Draw cells that were decided while no share, or a smaller one, was set; their number."""
        if share <= 0:
            return 0
        wanted: dict[Place, None] = {}
        for decision in decisions:
            made = decision.made
            if is_drawn(made, share):
                wanted[made.sha256, made.key] = None
        drawn = 0
        for group in in_groups(wanted):
            with told(self._url), writing(self._engine) as connection:
                for sha256, key in group:
                    row = _row(connection, sha256, key)
                    if row is None:
                        continue
                    # what a decision noted meanwhile is newer than what is read here
                    new = dialects.insert(connection, table).on_conflict_do_nothing()
                    drawn += len(connection.execute(new.returning(table.c.key), row).all())
        return drawn


def drawn_of(connection: Connection, sha256: str) -> frozenset[str]:
    """The drawn cells of a document."""
    return frozenset(connection.scalars(select(table.c.key).where(table.c.sha256 == sha256)))


def is_drawn(made: NewDecision, share: float) -> bool:
    """Whether a decision draws its cell for a second look."""
    return made.action is not Action.UNDO and in_sample(made.sha256, made.key, share)


def note(connection: Connection, decision: Decision) -> None:
    """Note what became of a drawn cell by a decision that is in the log."""
    _put(connection, decision.made.sha256, decision.made.key)


def waits_for(who: str, sha256: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the document has a cell at which this person would be the second to look."""
    return _among_documents(sha256, _waits_for(who))


def can_be_settled_by(who: str, anything: bool, sha256: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the document has a cell that two others decided differently, or any two."""
    return _among_documents(sha256, _at_odds(who, anything))


def _among_documents(sha256: ColumnElement[str], where: ColumnElement[bool]) -> ColumnElement[bool]:
    # OFFSET 0 has Postgres make the list once; else it looks up each report of the whole queue
    return sha256.in_(select(table.c.sha256).where(where).offset(0))


def _at_odds(who: str, anything: bool) -> ColumnElement[bool]:
    at_odds = table.c.state == str(LookState.DISAGREED)
    others = and_(table.c.first_who != who, table.c.second_who != who)
    return at_odds if anything else and_(at_odds, others)


def _waits_for(who: str) -> ColumnElement[bool]:
    return and_(table.c.state == str(LookState.WAITING), table.c.first_who != who)


def _put(connection: Connection, sha256: str, key: str) -> None:
    """Note what became of a drawn cell."""
    if (row := _row(connection, sha256, key)) is not None:
        connection.execute(dialects.upsert(connection, table, ["sha256", "key"], list(_SAID)), row)


def _row(connection: Connection, sha256: str, key: str) -> dict[str, Any] | None:
    """A drawn cell, by all decisions on it; None where it has none."""
    decisions = log.of_cell(connection, sha256, key)
    look = second_look(decisions)
    if look is None:
        return None
    return {
        "sha256": sha256,
        "key": key,
        "state": str(look.state),
        "first_who": look.stands.made.who if look.stands else None,
        "second_who": look.last.made.who if look.last else None,
        "field": key.partition("/")[0],
        "kind": str(decisions[0].made.before.kind),
        "first_said": said(look.first.made.after) if look.first and look.second else None,
        "second_said": said(look.second.made.after) if look.second else None,
    }
