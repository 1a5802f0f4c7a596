"""What became of a place and of its neighbours, for comparing its years: names, mergers, ages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from .gazetteer import gazetteer
from .organs import _last_town, _state_of
from .places import Path

REMEMBERED = 50_000  # places; the country has as many


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A place that went into another one, as `identity` names it."""

    place: Path
    last: int  # the last year in which it is listed
    whole: bool  # False: other places took parts of it


@lru_cache(maxsize=REMEMBERED)
def identity(path: Path) -> Path:
    """The same for a place before and after a change of its name, class or code.

    A town whose county was taken in by another is the same town there. A place that the gazetteer
    does not know is only itself.
    """
    known = gazetteer()
    state, below = _state_of(known, path)
    if state is None:
        return path
    last = known.last_state(state)
    while below:  # bounded: each heir is listed longer than what it took in
        heirs = {known.last_state(heir) for heir in known.states[last].merged} - {last}
        if len(heirs) != 1 or known.states[min(heirs)].last <= known.states[last].last:
            break
        last = min(heirs)
    town = known.town(last, below[0]) if below else None
    first = (_last_town(known, town).name,) if town else below[:1]
    return (known.states[last].code + known.states[last].name, *first, *below[1:])


def since(path: Path) -> int:
    """The first year in which the place is listed under any of its names; 0 where it always was."""
    known = gazetteer()
    state, below = _state_of(known, path)
    if state is None or len(below) > 1:
        return 0
    last = known.last_state(state)
    if not below:
        names = (s.first for i, s in enumerate(known.states) if known.last_state(i) == last)
        return min(names)
    town = known.town(last, below[0])
    if town is None:
        return 0
    end = _last_town(known, town).name
    return min(t.first for t in known.towns_of(last) if _last_town(known, t).name == end)


@lru_cache(maxsize=REMEMBERED)
def taken_in(path: Path) -> tuple[TakenIn, ...]:
    """The places that went into this one, whenever that was."""
    known = gazetteer()
    state, below = _state_of(known, path)
    if state is None or len(below) > 1:
        return ()
    last = known.last_state(state)
    return tuple(_towns_taken_in(last, below[0])) if below else _counties_taken_in().get(last, ())


def _towns_taken_in(county: int, name: str) -> Iterator[TakenIn]:
    known = gazetteer()
    town = known.town(county, name)
    if town is None:
        return
    target, here = _last_town(known, town), known.states[county]
    for other in known.towns_of(county):
        heir = known.town(county, other.merged) if other.merged else None
        if heir is not None and _last_town(known, heir).name == target.name:
            yield TakenIn((here.code + here.name, other.name), other.last, True)


@cache
def _counties_taken_in() -> Mapping[int, tuple[TakenIn, ...]]:
    known = gazetteer()
    found: dict[int, tuple[TakenIn, ...]] = {}
    for index, state in enumerate(known.states):
        own = known.states[known.last_state(index)]
        heirs = {known.last_state(heir) for heir in state.merged} - {known.last_state(index)}
        for heir in heirs:
            taken = TakenIn((own.code + own.name,), own.last, len(state.merged) == 1)
            found[heir] = (*found.get(heir, ()), taken)
    return found
