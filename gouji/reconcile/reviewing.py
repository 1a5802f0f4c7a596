"""A reading after review: what was decided put over it, and its relations tried again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gouji.model import (
    Action,
    Cause,
    CellChange,
    CellState,
    Decision,
    DocumentReading,
    RelationResult,
    RelationStatus,
    reviewed,
)

from .prose_relations import check_prose
from .relations import Value, check_relations


def after_review(
    reading: DocumentReading,
    decided: Mapping[str, Decision],
    settled: Iterable[CellChange] = (),
) -> DocumentReading:
    """The reading with what was decided and what settled itself; untouched where nothing was.

    A relation that is still broken is the publisher's error where a person has seen all its cells,
    or has said so of one.
    """
    changes = tuple(settled)
    if not decided and not changes:
        return reading
    return _with_relations(reviewed(reading, decided, changes), decided)


def _with_relations(reading: DocumentReading, decided: Mapping[str, Decision]) -> DocumentReading:
    """The reading with its relations tried again on the values as they stand."""
    if reading.report is None:
        return reading
    values = {c.key: Value(c.value, c.kind) for c in reading.cells}
    template = reading.report.template
    tried = (
        *check_relations(template or "", values, reading.report.organ_type),
        *check_prose(template, values, reading.prose),
    )
    before = {(r.id, r.scope): r for r in reading.relations}
    again = {(r.id, r.scope) for r in tried}
    states = {cell.key: cell.state for cell in reading.cells}
    relations = (
        *(_with_cause(r, before.get((r.id, r.scope)), decided, states) for r in tried),
        # lists of the narrative are not stored, and no cell is part of them
        *(r for r in reading.relations if (r.id, r.scope) not in again),
    )
    return replace(reading, relations=relations)


def _with_cause(
    relation: RelationResult,
    before: RelationResult | None,
    decided: Mapping[str, Decision],
    states: Mapping[str, CellState],
) -> RelationResult:
    """Whose fault a broken relation is: the publisher's where a person has seen all of it."""
    if relation.status is not RelationStatus.VIOLATED:
        return relation
    said_so = any(
        decided[key].made.action is Action.SOURCE_SAYS_SO for key in relation.keys if key in decided
    )
    people = (CellState.CONFIRMED, CellState.CORRECTED)
    all_seen = relation.keys and all(states.get(key) in people for key in relation.keys)
    if said_so or all_seen:
        return replace(relation, cause=Cause.SOURCE_INCONSISTENT)
    if before is not None and (before.left, before.right) == (relation.left, relation.right):
        return replace(relation, cause=before.cause)
    return relation
