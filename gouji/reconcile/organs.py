"""Which reports are of the same organ: its place, and its name without the place.

The report of a whole city (市人民政府: the sum of its organs) and that of one organ in it (its 机关
or 办公室) are different series, and nothing joins them. In doubt two organs stay apart: a series
that was not joined costs a comparison, one joined wrongly accuses an organ.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Region = tuple[str, ...]  # places, largest first

GOVERNMENT = "人民政府"
# What the government of a place is called there; 街道 have an office of the district's government.
_GOVERNMENTS = frozenset(("", "政府", GOVERNMENT, "办事处", "街道办事处", "人民政府办事处"))
_BLANK = re.compile(r"\s+")
_BRACKETED = re.compile(r"\([^()]*\)$")
# The title names one organ although the issuer is the whole: 《市人民政府机关2023年…》.
_ONE_ORGAN = re.compile("政府(机关|本级|办公厅|办公室|办(?!事))")
# The title names the whole although the issuer is one organ: 《全市2023年…》.
_WHOLE = re.compile("全[省市州盟县区旗镇乡]|系统|汇总")
# A name without a region tells which organ is meant only when a city or county stands in it:
# there are many 平安镇 and several 鼓楼区.
_TELLS_WHERE = re.compile("[^省市县州盟旗]{2,}(省|自治区|(?<!城)市|州|盟|县|旗)")


class PlaceHistory(Protocol):
    """What became of places: renamed, merged, turned from 镇 into 街道."""

    def predecessors(self, region: Region, year: int) -> tuple[Region, ...]:
        """The places that this place was in the year before, itself where nothing changed."""


class NothingChanges:
    """A history without events."""

    def predecessors(self, region: Region, year: int) -> tuple[Region, ...]:
        return (region,)


@dataclass(frozen=True, slots=True, order=True)
class Organ:
    """An organ: ``name`` without its place. With an empty region ``name`` has the place in it."""

    region: Region
    name: str


def organ_of(issuer: str, region: Region, title: str | None = None) -> Organ | None:
    """The organ behind an issuer's name; None where the name alone does not tell which one."""
    text = _plain(issuer)
    if not text:
        return None
    if not region:
        return Organ((), text) if _TELLS_WHERE.match(text) else None
    return Organ(region, _scoped(_without_place(text, region), _plain(title or "")))


def organs_of(named: Sequence[tuple[str, Region, str | None]]) -> list[Organ | None]:
    """The organs behind issuers, regions and titles, each on its own as `organ_of` tells them.

    A name that stands without its region in one report and with one region in all others (an
    older reading, a place the register lacks) is the same organ.
    """
    regions: dict[str, set[Region]] = defaultdict(set)
    for issuer, region, _ in named:
        if region:
            regions[_plain(issuer)].add(region)
    organs = []
    for issuer, region, title in named:
        known = regions.get(_plain(issuer), set())
        if not region and len(known) == 1 and _TELLS_WHERE.match(_plain(issuer)):
            (region,) = known
        organs.append(organ_of(issuer, region, title))
    return organs


def _without_place(text: str, region: Region) -> str:
    """The name behind its place; 市信访局 names its place by the kind alone."""
    for place in reversed(region):
        _, found, behind = text.partition(place)
        if found:
            return behind
    kind = region[-1][-1:]
    return text.removeprefix(kind)


def _scoped(name: str, title: str) -> str:
    """The name with the scope that the title gives the report."""
    if name in _GOVERNMENTS:
        one = _ONE_ORGAN.search(title)
        return GOVERNMENT + ("办公室" if one[1] == "办" else one[1]) if one else GOVERNMENT
    name = GOVERNMENT + name[2:] if re.match("政府办公?[室厅]?", name) else name
    name = name + "公室" if name == GOVERNMENT + "办" else name
    return f"{name}(全)" if _WHOLE.search(title) and not _WHOLE.search(name) else name


def _plain(text: str) -> str:
    """Without blanks, with half-width brackets, and without what stands in brackets at its end."""
    plain = _BLANK.sub("", unicodedata.normalize("NFKC", text))
    return _BRACKETED.sub("", plain) or plain
