"""Where an organ is, by its name: the places that stand before the organ's own name.

Names hold other places and numerals (北京街道, 吉林市, 镇安县, 二郎街道), so a name is read in
every way that the gazetteer allows and the reading that explains most of it is taken. Where several
places have the name, what else the document says decides, and what it leaves open stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .gazetteer import Gazetteer, Town, gazetteer

LONGEST_NAME = 17
_TOWN_END = ("镇", "乡", "街道", "苏木", "街", "办事处", "场", "区", "团", "园", "城")
# After a county: a town that no list has is believed when an organ's own words follow it.
_UNLISTED_TOWN = re.compile(
    r"([\u4e00-\u9fff]{1,9}?(?:街道|镇|乡|苏木))"
    r"(?=人民政府|政府|办事处|街道办|党委|党工委|党政|便民|$|[(])"
)
_AREA = re.compile(
    r"(?!人民政府)([\u4e00-\u9fff]{2,16}?(?:开发区|示范区|新区|园区|管理区|商务区|度假区|保税区|高新区|"
    r"经开区|试验区|实验区|合作区|名胜区|产业区|新城|聚集区|集聚区|(?:工业|产业|科技)园(?!区)))"
)
# Words that begin no organ's name: what stands before them is no whole place.
_NO_ORGAN = re.compile("街道|办事处|镇|乡(?!村)|街|苏木|族|自治|[省市县区旗州盟路村]")
# What follows the stem 惠安 in 惠安堡镇人民政府: the rest of a town's name.
_OF_A_TOWN = re.compile("[^省市县区旗]{1,8}?(?:镇|乡|街道|苏木)(?:人民政府|政府|办事处|街道办|$)")
# Organs of the state that have their local offices' places behind them.
_STATE_ORGAN = re.compile(
    "(?:国家税务总局|国家统计局|国家外汇管理局|中国人民银行|中华人民共和国|中国共产党|中共)(?=.{3})"
)
_ORGAN_WORD = re.compile(
    "人民政府|政府|办公|委员会|管委会|局|厅|院|中心|公安|法院|总队|支队|大队|委|办|处|站|所|部|会|"
    "馆|校|社|队"
)
_GOVERNMENT_BETWEEN = re.compile(
    "(?<=[省市县区旗州盟])人民政府(?=[^省市县区旗州盟]+(?:街道|镇|乡|苏木))"
)
_CORPS = re.compile("(新疆生产建设兵团)(第[一二三四五六七八九十]{1,3}师)?")
# Functional areas that no list of divisions has, and what they lie in.
KNOWN_AREAS = {
    "西咸新区": ("陕西省",),
    "杨凌示范区": ("陕西省",),
    "杨凌农业高新技术产业示范区": ("陕西省",),
    "雄安新区": ("河北省",),
    "贵安新区": ("贵州省",),
    "天府新区": ("四川省",),
    "赣江新区": ("江西省",),
    "湘江新区": ("湖南省", "长沙市"),
    "平潭综合实验区": ("福建省",),
    "横琴粤澳深度合作区": ("广东省",),
    "长白山保护开发区": ("吉林省",),
    "洋浦经济开发区": ("海南省",),
}
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """Where an organ is, as far as its name and the document tell."""

    path: Path = ()  # from the province down
    rest: str = ""  # the organ's own name behind the places
    level: str | None = None  # 省, 地, 县, 乡 of the last place; None where that is not known
    printed: Path = ()  # the places that the name itself holds, in full
    shortened: bool = False  # one of them was printed short: 阿右旗
    area: bool = False  # the last place is a functional area
    sure: bool = True  # False: several places have the name, ``path`` is what they share
    candidates: int = 1


@dataclass(frozen=True, slots=True)
class _Reading:
    states: tuple[int, ...]
    end: int
    short: int = 0
    town: Town | None = None
    unlisted: str = ""
    area: Path = ()
    in_county: bool = False  # the town lies in the last state itself, not somewhere in it

    @property
    def rank(self) -> tuple[int, int, int, bool, int]:
        listed = (self.town is not None) - bool(self.area)
        # 文山市 + 三七园区 rather than an area 文山市三七园区; a state 苏州工业园区 as it is
        return (self.end, listed, -self.short, self.in_county, len(self.states))


def locate(name: str, context: str = "", year: int | None = None) -> Location:
    """Where the organ of that name is.

    ``name`` without blanks; ``context`` is text of the same document that names places, looked at
    only where several places have the name; ``year`` chooses among a place's names.
    """
    known = gazetteer()
    name = _STATE_ORGAN.sub("", _GOVERNMENT_BETWEEN.sub("", name), count=1)
    corps = _CORPS.match(name)
    if corps is not None:
        printed = tuple(filter(None, corps.groups()))
        level = "地" if corps[2] else "省"
        return Location(("新疆维吾尔自治区", *printed), name[corps.end() :], level, printed)
    readings = [r for r in _readings(known, name, 0, (), 0) if _is_whole(r, name)]
    if not any(r.states for r in readings):  # 平安镇 alone: looked up in the whole country
        readings += [_Reading((), end, town=town) for town, end in _towns_at(known, name, 0, ())]
    if not readings:
        return Location(rest=name)
    best = max(r.rank for r in readings)
    chosen = [r for r in readings if r.rank == best]
    return _settled(known, chosen, name, context, year)


def _readings(
    known: Gazetteer, name: str, at: int, above: tuple[int, ...], short: int, stem: bool = False
) -> Iterator[_Reading]:
    """Every way to read places from ``at`` on, below the states already read.

    ``stem``: the last of them was a bare stem (中山 of 中山路街道), behind which only what is
    listed counts.
    """
    if above:
        yield _Reading(above, at, short)
        towns = _towns_at(known, name, at, above)
        within = known.last_state(above[-1])
        for town, end in towns:
            yield _Reading(above, end, short, town=town, in_county=town.county == within)
        county = known.states[above[-1]].level == "县" or known.has_towns(above[-1])
        match = _UNLISTED_TOWN.match(name, at) if county and not towns and not stem else None
        if match:
            yield _Reading(above, match.end(), short, unlisted=match[1])
    areas: list[str] = []
    end = at
    while match := _AREA.match(name, end):
        areas.append(match[1])
        end = match.end()
    if areas:
        yield _Reading(above, end, short, area=tuple(areas))
        for town, town_end in _towns_at(known, name, end, above) if above else ():
            yield _Reading(above, town_end, short, town=town)
    for length in range(min(LONGEST_NAME, len(name) - at), 1, -1):
        piece = name[at : at + length]
        for state in known.by_name.get(piece, ()):
            if not above or known.is_in(state, above[-1]):
                yield from _readings(known, name, at + length, (*above, state), short)
        for state in known.by_short_name.get(piece, ()):
            if above and not known.is_in(state, above[-1]):
                continue
            whole = piece[-1] in "县州旗盟区" and len(piece) > 2
            deeper = _readings(known, name, at + length, (*above, state), short + 1, not whole)
            if whole:
                yield from deeper
            else:  # a bare stem counts where a place within it follows, or an organ
                yield from (r for r in deeper if r.end > at + length or _organ_at(name, r.end))


def _towns_at(
    known: Gazetteer, name: str, at: int, above: tuple[int, ...]
) -> list[tuple[Town, int]]:
    """The towns whose name stands at that place: of the longest name, all of that name."""
    for length in range(min(LONGEST_NAME, len(name) - at), 1, -1):
        piece = name[at : at + length]
        if not piece.endswith(_TOWN_END) or piece.endswith("街道办事处") or "人民政府" in piece:
            continue
        wanted = _as_listed(piece)
        if not above:
            # areas and farms without a county have no name of their own
            listed = wanted.endswith(("镇", "乡", "街道", "苏木"))
            towns = list(known.towns_named(wanted)) if listed and len(wanted) > 2 else []
        else:
            towns = _towns_within(known, wanted, above[-1])
        if towns:
            return [(town, at + length) for town in towns]
    return []


def _as_listed(piece: str) -> str:
    """佳荣里街 is listed as 佳荣里街道, 平安办事处 as 平安街道."""
    if piece.endswith("街"):
        return piece + "道"
    if piece.endswith("办事处") and not piece.endswith("街道办事处"):
        return piece.removesuffix("办事处") + "街道"
    return piece


def _towns_within(known: Gazetteer, wanted: str, above: int) -> list[Town]:
    level = known.states[above].level
    if level == "县" or known.has_towns(above):
        town = known.town(above, wanted)
        if town is None and wanted.endswith(("乡", "苏木", "镇")) and len(wanted) > 2:
            town = known.town_like(above, wanted[:-1], wanted[-1])
        return [town] if town else []
    if not wanted.endswith(("镇", "乡", "街道", "苏木")):
        return []
    return list(known.towns_named(wanted, above))


def _organ_at(name: str, at: int) -> bool:
    rest = name[at:]
    if not rest or _NO_ORGAN.match(rest) or _OF_A_TOWN.match(rest):
        return False
    return _ORGAN_WORD.search(rest) is not None


def _is_whole(reading: _Reading, name: str) -> bool:
    """Whether an organ's name, or nothing, follows: not 安阳 + 街道办事处."""
    if not (reading.states or reading.town or reading.area):
        return False
    rest = name[reading.end :]
    if reading.town or reading.unlisted:
        return True
    return not _NO_ORGAN.match(rest)


def _settled(
    known: Gazetteer, readings: list[_Reading], name: str, context: str, year: int | None
) -> Location:
    """The one place that the readings leave, or what all of them share."""
    paths: dict[Path, _Reading] = {}
    for reading in _one_of_each(known, readings, year):
        paths.setdefault(_path(known, reading, year), reading)
    open_paths = list(paths)
    if len(open_paths) > 1 and context:
        # 平安镇 itself does not point to 平安区
        others = context.replace(open_paths[0][-1], "")
        scores = {path: _named_in(path[:-1] or path, others) for path in open_paths}
        most = max(scores.values())
        open_paths = [path for path in open_paths if scores[path] == most]
    if len(open_paths) > 1 and year is not None:
        valid = [path for path in open_paths if _was_there(known, paths[path], year)]
        open_paths = valid or open_paths
    reading = paths[open_paths[0]]
    rest = name[reading.end :]
    area = bool(reading.area) or (
        not reading.town and known.states[reading.states[-1]].code[4] == "7"
    )
    if len(open_paths) == 1:
        path = open_paths[0]
        return Location(
            path,
            rest,
            _level(known, reading),
            _printed(known, reading, name),
            reading.short > 0,
            area,
            candidates=len(paths),
        )
    shared = []
    for names in zip(*open_paths, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return Location(
        tuple(shared), rest, _level(known, reading), _printed(known, reading, name),
        reading.short > 0, area, sure=False, candidates=len(open_paths),
    )  # fmt: skip


def _one_of_each(
    known: Gazetteer, readings: list[_Reading], year: int | None
) -> Iterator[_Reading]:
    """Of a place under several codes or names the one that it had in the year, or has today."""
    by_place: dict[tuple[object, ...], list[_Reading]] = {}
    for reading in readings:
        place = known.last_state(reading.states[-1]) if reading.states else None
        key = (place, reading.town, reading.unlisted, reading.area)
        by_place.setdefault(key, []).append(reading)
    for same in by_place.values():
        yield max(
            same,
            key=lambda r: (
                (_was_there(known, r, year) if year else False, known.states[r.states[-1]].last)
                if r.states
                else (False, 0)
            ),
        )


def _path(known: Gazetteer, reading: _Reading, year: int | None) -> Path:
    last = reading.states[-1] if reading.states else None
    if last is not None:
        path = known.path_of(last, year)
        named = {known.states[i].code: known.states[i].name for i in reading.states}
        parents = (*known.parents(last, year), last)
        path = tuple(  # the names that stand in the text: 襄樊市, and not what it is today
            named.get(known.states[i].code, n) for i, n in zip(parents, path, strict=True)
        )
    elif reading.town:
        path = known.path_of(known.state_of_year(reading.town.county, year), year)
    else:
        path = KNOWN_AREAS.get(reading.area[0]) or _named_after(known, reading.area[0], year)
    if reading.town:
        if last is not None and known.states[last].level != known.states[reading.town.county].level:
            path = known.path_of(known.state_of_year(reading.town.county, year), year)
        return (*path, reading.town.name)
    return (*path, *filter(None, (reading.unlisted,)), *reading.area)


def _named_after(known: Gazetteer, area: str, year: int | None) -> Path:
    """The city that an area is called after: 青岛西海岸新区 lies in 青岛市."""
    for length in (4, 3, 2):
        piece = area[:length]
        found = known.by_name.get(piece) or known.by_short_name.get(piece) or []
        cities = {known.last_state(i) for i in found if known.states[i].level == "地"}
        if len(cities) == 1:
            return known.path_of(known.state_of_year(cities.pop(), year), year)
    return ()


def _printed(known: Gazetteer, reading: _Reading, name: str) -> Path:
    names = [known.states[i].name for i in reading.states]
    if reading.town:
        names.append(reading.town.name)
    return (*names, *filter(None, (reading.unlisted,)), *reading.area)


def _level(known: Gazetteer, reading: _Reading) -> str | None:
    if reading.town or reading.unlisted:
        return "乡"
    above = known.states[reading.states[-1]].level if reading.states else None
    if reading.area:
        inside = {"省": "地", "地": "县", "县": "乡", None: None}
        if above is None and reading.area[0] in KNOWN_AREAS:
            above = "省"
        elif above is None and _named_after(known, reading.area[0], None):
            above = "地"
        return inside[above]
    return above


def _was_there(known: Gazetteer, reading: _Reading, year: int) -> bool:
    if reading.town and not reading.town.first <= year <= reading.town.last:
        return False
    return all(known.states[i].first <= year <= known.states[i].last for i in reading.states)


def _named_in(path: Path, context: str) -> int:
    """How strongly a text points to the place: by the full names of what it lies in.

    A stem proves nothing (吉林, 中山, 朝阳), but regions are called 广西 and 内蒙古.
    """
    return sum(
        depth
        for depth, name in enumerate(path, 1)
        if name in context or (name in _REGIONS and _REGIONS[name] in context)
    )


_REGIONS = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
}
