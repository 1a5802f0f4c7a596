"""Whose fault violated relations are, as far as joint decoding knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gouji.model import RelationResult, RelationStatus

from .decoding import Decoded


def with_verdicts(
    relations: Sequence[RelationResult], decoded: Decoded | None
) -> tuple[RelationResult, ...]:
    """Violated relations with their cause and how probably it is the publisher's error.

    Of the narrative several numbers may be tried on one relation: they are told apart by what it
    states.
    """
    if decoded is None:
        return tuple(relations)
    judged = {}
    for each in decoded.checks:
        if each.cause is not None:
            stated = -each.check.constant if each.check.level == "S" else None
            judged[*each.check.name, stated] = each
    return tuple(
        replace(r, cause=verdict.cause, by_source=round(verdict.by_source, 6))
        if r.status is RelationStatus.VIOLATED
        and (verdict := judged.get((r.id, r.scope, r.left if r.level == "S" else None)))
        else r
        for r in relations
    )
