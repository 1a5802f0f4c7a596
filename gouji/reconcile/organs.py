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
from functools import cache
from typing import Protocol

Region = tuple[str, ...]  # places, largest first

GOVERNMENT = "人民政府"
# What the government of a place is called there; 街道 have an office of the district's government.
_GOVERNMENTS = frozenset(("", "政府", GOVERNMENT, "办事处", "街道办事处", "人民政府办事处"))
_ONE_NAME = (
    ("人民政府办公室", re.compile("(人民)?政府办(公室)?")),
    ("人民政府办公厅", re.compile("(人民)?政府办公厅")),
    ("管理委员会", re.compile("管委会")),
)
_BLANK = re.compile(r"\s+")
_BRACKETED = re.compile(r"\([^()]*\)$")
# The title names one organ although the issuer is the whole: 《市人民政府机关2023年…》.
_ONE_ORGAN = re.compile("政府(机关|本级|办公厅|办公室|办(?!事))")
# The title names the whole although the issuer is one organ: 《全市2023年…》.
_WHOLE = re.compile("全[省市州盟县区旗镇乡]|系统|汇总")
# A name without a region tells which organ is meant only when a city or county stands in it:
# there are many 平安镇 and several 鼓楼区.
_TELLS_WHERE = re.compile("[^省市县州盟旗]{2,}(省|自治区|(?<!城)市|州|盟|县|旗)")


@dataclass(frozen=True, slots=True)
class Absorbed:
    """A place that went into another one."""

    place: Region  # its identity
    last: int  # the last year in which it is listed
    whole: bool = True  # False: other places took parts of it


class PlaceHistory(Protocol):
    """What became of places: renamed, turned from 镇 into 街道, merged."""

    def identity(self, region: Region) -> Region:
        """The same for a place before and after a change of its name, class or code."""

    def locate(self, issuer: str) -> tuple[Region, str]:
        """Where an organ of that name is, and its name behind the places.

        The region is empty where the name does not tell for sure.
        """

    def since(self, region: Region) -> int:
        """The first year in which the place is listed; 0 where it always was, or is unknown."""

    def absorbed(self, region: Region) -> tuple[Absorbed, ...]:
        """The places that went into this one, whenever that was."""


class NothingChanges:
    """A history without events."""

    def identity(self, region: Region) -> Region:
        return region

    def locate(self, issuer: str) -> tuple[Region, str]:
        return (), issuer

    def since(self, region: Region) -> int:
        return 0

    def absorbed(self, region: Region) -> tuple[Absorbed, ...]:
        return ()


@dataclass(frozen=True, slots=True, order=True)
class Organ:
    """An organ: ``name`` without its place. With an empty place ``name`` has the place in it."""

    place: Region  # an identity, see `PlaceHistory`
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """What a report says of who issued it."""

    issuer: str
    region: Region = ()
    title: str | None = None
    national: bool = False  # a ministry: it has no region, and needs none


def organs_of(reports: Sequence[Named], history: PlaceHistory) -> list[Organ | None]:
    """The organ behind each report; None where it does not tell which one.

    Older readings have no region: it is looked up by the name. A name that stands without one in
    one report and with one region in all others (a place that no register has) is the same organ.
    """
    regions: dict[str, set[Region]] = defaultdict(set)
    for report in reports:
        if report.region:
            regions[_plain(report.issuer)].add(report.region)
    identity, locate = cache(history.identity), cache(history.locate)
    organs: list[Organ | None] = []
    for report in reports:
        text = _plain(report.issuer)
        region = report.region or locate(text)[0]
        tells_where = bool(_TELLS_WHERE.match(text))
        if not region and tells_where and len(known := regions.get(text, set())) == 1:
            (region,) = known
        if text and region:
            name = _without_place(text, region)
            name = locate(text)[1] if name is None else name
            organs.append(Organ(identity(region), _scoped(name, _plain(report.title or ""))))
        else:
            organs.append(Organ((), text) if text and (tells_where or report.national) else None)
    return organs


def _without_place(text: str, region: Region) -> str | None:
    """The name behind its place; None where the place is not in it as the region has it.

    市信访局 names its place by the kind alone.
    """
    for place in reversed(region):
        if place and place in text:
            return text.partition(place)[2]
    kind = region[-1][-1:]
    return text.removeprefix(kind) if text.startswith(kind) else None


def _scoped(name: str, title: str) -> str:
    """The name with the scope that the title gives the report."""
    if name in _GOVERNMENTS:
        one = _ONE_ORGAN.search(title)
        return GOVERNMENT + ("办公室" if one[1] == "办" else one[1]) if one else GOVERNMENT
    for one_name, pattern in _ONE_NAME:
        name = one_name if pattern.fullmatch(name) else name
    return f"{name}(全)" if _WHOLE.search(title) and not _WHOLE.search(name) else name


def _plain(text: str) -> str:
    """Without blanks, with half-width brackets, and without what stands in brackets at its end."""
    plain = _BLANK.sub("", unicodedata.normalize("NFKC", text))
    return _BRACKETED.sub("", plain) or plain
