"""The administrative divisions of the country with their history, and organs by their place.

Stands beside `gouji.model`: it knows no other package of gouji.
"""

from __future__ import annotations

from dataclasses import dataclass

from .gazetteer import NOW, gazetteer
from .organs import Kinship, lineage, same_organ
from .places import Location, Path, locate

__all__ = [
    "NOW",
    "Division",
    "Kinship",
    "Location",
    "Path",
    "find",
    "gazetteer",
    "lineage",
    "locate",
    "same_organ",
]


@dataclass(frozen=True, slots=True)
class Division:
    """A division of the country under one name."""

    name: str
    level: str  # 省, 地, 县, 乡
    path: Path
    first: int  # year; 0: since before the lists begin (2007; towns: 2015)
    last: int  # year; NOW: today


def find(name: str) -> tuple[Division, ...]:
    """Every division of that full name, those of today first."""
    if not name:
        return ()
    known = gazetteer()
    found = [
        Division(name, known.states[i].level, known.path_of(i), *known.states[i][2:4])
        for i in known.by_name.get(name, ())
    ]
    found += [
        Division(name, "乡", (*known.path_of(town.county), name), town.first, town.last)
        for town in known.towns_named(name)
    ]
    unlike = {(d.path, d.last): d for d in found}
    return tuple(sorted(unlike.values(), key=lambda d: -d.last))
