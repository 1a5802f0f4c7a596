"""Whether two names are one organ: places that were renamed, promoted or merged since count."""

from __future__ import annotations

import re
from enum import StrEnum

from .gazetteer import Gazetteer, Town, gazetteer
from .places import Path, locate

_GOVERNMENT = re.compile("(?:人民政府)?(?:街道)?(?:办事处|办)?|(?:人民政府|政府)")
_OFFICE = re.compile("(?:人民政府|政府)(?:办公厅|办公室|办|机关)")
_ZONE = re.compile("(?:管理委员会|管委会)")
_TOWN_CLASS = re.compile("(?:镇|乡|街道)$")
_BRACKETS = re.compile("[(（].*?[)）]")


class Kinship(StrEnum):
    """How two organs are related."""

    SAME = "same"
    RENAMED = "renamed"  # one organ; its place, or its class, has another name
    MERGED = "merged"  # the place of one went into the place of the other
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # too little is known of one of them


def same_organ(
    issuer: str | None, region: Path, other_issuer: str | None, other_region: Path
) -> Kinship:
    """Whether two reports are of one organ, the earlier one first.

    A place that the gazetteer does not know is compared by its name. Without a region on one side
    only equal full names with a county in them are the same organ, and nothing is different.
    """
    if not issuer or not other_issuer:
        return Kinship.UNKNOWN
    own, other = _own_name(issuer), _own_name(other_issuer)
    region, other_region = region or _sure_path(issuer), other_region or _sure_path(other_issuer)
    if own != other:
        return Kinship.DIFFERENT
    if not region or not other_region:
        named = issuer == other_issuer and len(locate(issuer).printed) > 1
        return Kinship.SAME if named else Kinship.UNKNOWN
    if region == other_region:
        return Kinship.SAME
    return _kinship(region, other_region)


def lineage(path: Path) -> str | None:
    """What a place is called today, by code and name: the same before and after renaming.

    None for a path that begins with no division that the gazetteer knows.
    """
    known = gazetteer()
    state, below = _state_of(known, path)
    if state is None:
        return None
    last = known.last_state(state)
    names = list(below)
    if names:
        town = known.town(last, names[0])
        names[0] = _last_town(known, town).name if town else names[0]
    return "/".join((known.states[last].code + known.states[last].name, *names))


def _kinship(region: Path, other: Path) -> Kinship:
    now, then = lineage(region), lineage(other)
    if now is None or then is None:
        return Kinship.DIFFERENT
    if now == then:
        return Kinship.RENAMED
    known = gazetteer()
    (state, below), (other_state, other_below) = _state_of(known, region), _state_of(known, other)
    if state is None or other_state is None:
        return Kinship.DIFFERENT
    for one, two in ((state, other_state), (other_state, state)):
        heirs = {known.last_state(i) for i in known.states[known.last_state(one)].merged}
        if known.last_state(two) in heirs:  # a town of a county that was taken in stays itself
            if not below and not other_below:
                return Kinship.MERGED
            if below == other_below:
                return Kinship.RENAMED
    if known.last_state(state) == known.last_state(other_state) and below and other_below:
        for name, heir in ((below[0], other_below[0]), (other_below[0], below[0])):
            town, target = known.town(state, name), known.town(state, heir)
            if town and target and _merged_into(known, town, target):
                return Kinship.MERGED
        if _class_changed(known, state, below[0], other_below[0]):
            return Kinship.RENAMED
    return Kinship.DIFFERENT


def _class_changed(known: Gazetteer, county: int, one: str, other: str) -> bool:
    """Whether 朱坝镇 is 朱坝街道, before the lists begin or without a link: never both at once."""
    first, second = _TOWN_CLASS.sub("", one), _TOWN_CLASS.sub("", other)
    if first != second or len(first) < 2 or one == other:
        return False
    town, later = known.town(county, one), known.town(county, other)
    if town is None or later is None:
        return town is not None or later is not None
    return town.last < later.first or later.last < town.first


def _merged_into(known: Gazetteer, town: Town, target: Town) -> bool:
    town, target = _last_town(known, town), _last_town(known, target)
    for _ in range(5):
        if not town.merged:
            return False
        heir = known.town(town.county, town.merged)
        if heir is None:
            return False
        town = _last_town(known, heir)
        if town == target:
            return True
    return False


def _last_town(known: Gazetteer, town: Town) -> Town:
    for _ in range(9):
        following = known.town(town.county, town.renamed) if town.renamed else None
        if following is None:
            break
        town = following
    return town


def _state_of(known: Gazetteer, path: Path) -> tuple[int | None, Path]:
    """The last division of the path that is a county or above, and the names below it."""
    found: int | None = None
    for depth, name in enumerate(path):
        states = [i for i in known.by_name.get(name, ()) if found is None or known.is_in(i, found)]
        if found is not None and not states:
            return found, path[depth:]
        if found is None and not states:
            return None, path
        found = states[-1]
    return found, ()


def _own_name(issuer: str) -> str:
    """The organ's name without its place, in one word for governments and for their offices."""
    rest = _BRACKETS.sub("", locate(issuer).rest)
    if _OFFICE.fullmatch(rest):
        return "人民政府办公室"
    if _GOVERNMENT.fullmatch(rest):
        return "人民政府"
    return "管理委员会" if _ZONE.fullmatch(rest) else rest


def _sure_path(issuer: str) -> Path:
    found = locate(issuer)
    return found.path if found.sure else ()
