"""Rows as the objects whose fields are named like their columns."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Thing = TypeVar("Thing", bound="DataclassInstance")


def object_of(row: Any, kind: type[Thing], **otherwise: Any) -> Thing:
    """A row as one of these; ``otherwise`` are the fields that no column holds as they are."""
    alike = {name: getattr(row, name) for name in _fields(kind) if name not in otherwise}
    return kind(**alike, **otherwise)


@cache
def _fields(kind: type[DataclassInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
