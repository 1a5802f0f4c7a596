"""The divisions of the country since 2007, loaded once a process from one packed file.

Provinces, prefectures and counties are `State`s: one code under one name, with the years it had
it and what carried it on. Towns, townships and streets stay in one text, county by county, and are
searched there: 50,000 objects would cost a reader more memory than the rest of the report.
The file and where it comes from: docs/divisions.md.
"""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

MUNICIPALITIES = ("11", "12", "31", "50")
NOW = 9999


class State(NamedTuple):
    """A county, prefecture or province while it had one code and one name."""

    code: str  # six digits
    name: str
    first: int  # 0: since before the lists begin
    last: int  # NOW: today
    renamed: tuple[int, ...]  # what it went on as, by a change of name, code or class only
    merged: tuple[int, ...]  # what took it, or parts of it, in

    @property
    def level(self) -> str:
        """省, 地 or 县."""
        if self.code.endswith("0000"):
            return "省"
        return "地" if self.code.endswith("00") else "县"


class Town(NamedTuple):
    """A town, township, street or an area of their kind, in a county."""

    name: str
    code: str  # three digits behind the county's six
    first: int
    last: int
    county: int  # the county's last state
    renamed: str  # the name it goes on under, or ""
    merged: str  # the one that took it in, or ""


class Gazetteer:
    """All divisions; indexes into `states` name counties and what is above them."""

    def __init__(self, packed: bytes) -> None:
        upper, _, lower = gzip.decompress(packed).partition(b"\n\n")
        self.states: list[State] = [_state(line) for line in upper.decode("utf-8").split("\n")]
        self._towns = b"\n" + lower
        self._starts: list[int] = []
        self.counties: list[int] = []  # those that have towns, by their last state
        for match in re.finditer(rb"\n#(\d+)", self._towns):
            self._starts.append(match.start())
            self.counties.append(int(match[1]))
        self._codes = [self.states[county].code for county in self.counties]
        self._segment = {county: place for place, county in enumerate(self.counties)}
        self.by_name: dict[str, list[int]] = {}
        self.by_short_name: dict[str, list[int]] = {}
        self._by_code: dict[str, list[int]] = {}
        for index, state in enumerate(self.states):
            self._by_code.setdefault(state.code, []).append(index)
            self.by_name.setdefault(state.name, []).append(index)
        self._names_of: dict[int, list[int]] = {}
        for index, state in enumerate(self.states):
            self._names_of.setdefault(self.last_state(index), []).append(index)
            for short in short_names(state.name):
                self.by_short_name.setdefault(short, []).append(index)

    def parents(self, index: int, year: int | None = None) -> tuple[int, ...]:
        """What a county or prefecture lies in, from the province down.

        Of two names of a prefecture the one of ``year`` is given, without a year the one that it
        had last while the county had its name.
        """
        state = self.states[index]
        if state.level == "省":
            return ()
        province = self._by_code[state.code[:2] + "0000"][-1]
        code = state.code[:4] + "00"
        known = self._by_code.get(code, ())
        if state.level == "地" or not known or state.code[:2] in MUNICIPALITIES:
            return (province,)
        when = min(year or state.last, state.last)
        valid = [i for i in known if self.states[i].first <= when <= self.states[i].last]
        return (province, (valid or known)[-1])

    def path_of(self, index: int, year: int | None = None) -> tuple[str, ...]:
        """The names from the province down to the state; no made-up levels (省直辖, 市辖区)."""
        return (
            *(self.states[parent].name for parent in self.parents(index, year)),
            self.states[index].name,
        )

    def is_in(self, index: int, above: int) -> bool:
        """Whether the state lies in the other, whichever name that had at the time."""
        code, outer = self.states[index].code, self.states[above].code
        if index == above or len(code) != 6:
            return False
        if outer.endswith("0000"):
            return code[:2] == outer[:2]
        return outer.endswith("00") and code[:4] == outer[:4] and not code.endswith("00")

    def last_state(self, index: int) -> int:
        """What the state is today, by changes of name, code or class only."""
        for _ in range(9):
            renamed = self.states[index].renamed
            if not renamed:
                break
            index = renamed[0]
        return index

    def state_of_year(self, index: int, year: int | None) -> int:
        """The state, of all that it was by change of name alone, that it was in the year."""
        states = self._names_of[self.last_state(index)]
        if year is None:
            return self.last_state(index)
        valid = [i for i in states if self.states[i].first <= year <= self.states[i].last]
        return valid[-1] if valid else self.last_state(index)

    def towns_named(self, name: str, within: int | None = None) -> Iterator[Town]:
        """Every town of that name, in the country or in a province or prefecture."""
        at, end = 0, len(self._towns)
        if within is not None:
            at, end = self._range(self.states[within].code)
        needle = _line(name)
        while True:
            at = self._towns.find(needle, at, end)
            if at < 0:
                return
            following = at + len(needle)
            if self._towns[following] in b"\t\n":
                place = bisect_right(self._starts, at) - 1
                yield self._town(at + 1, self.counties[place])
            at = following

    def town(self, county: int, name: str) -> Town | None:
        """The town of that name in the county, given by any of its states."""
        county = self.last_state(county)
        start, end = self._bounds(county)
        at = self._towns.find(_line(name) + b"\t", start, end)
        return self._town(at + 1, county) if at >= 0 else None

    def towns_of(self, county: int) -> Iterator[Town]:
        """All towns that the county has or had."""
        county = self.last_state(county)
        start, end = self._bounds(county)
        at = self._towns.find(b"\n", start + 1, end)
        while 0 <= at < end - 1:
            yield self._town(at + 1, county)
            at = self._towns.find(b"\n", at + 1, end)

    def town_like(self, county: int, stem: str, ending: str) -> Town | None:
        """The town whose name has a people's name in it: 九门回族乡 for 九门乡."""
        county = self.last_state(county)
        at, end = self._bounds(county)
        needle = _line(stem)
        while (at := self._towns.find(needle, at, end)) >= 0:
            town = self._town(at + 1, county)
            if town.name.endswith(f"族{ending}"):
                return town
            at += len(needle)
        return None

    def last_town(self, town: Town) -> Town:
        """What the town is today, by changes of name or class only."""
        for _ in range(9):
            following = self.town(town.county, town.renamed) if town.renamed else None
            if following is None:
                break
            town = following
        return town

    def state_of(self, path: Sequence[str]) -> tuple[int | None, tuple[str, ...]]:
        """The last place of the path that is a county or above it, and the names below that."""
        found: list[int] = []
        depth = 0
        while depth < len(path):
            states = [
                i
                for i in self.by_name.get(path[depth], ())
                if not found or any(self.is_in(i, above) for above in found)
            ]
            if not states:
                break
            found, depth = states, depth + 1
        # 毕节市 was a county's city before it was a prefecture's: below the province it is that
        there = [i for i in found if len(self.parents(i)) == depth - 1] or found
        return (there[-1] if there else None), tuple(path[depth:])

    def has_towns(self, state: int) -> bool:
        """Whether towns lie directly in it: in a county, in 东莞, in some functional areas."""
        return self.last_state(state) in self._segment

    def _bounds(self, county: int) -> tuple[int, int]:
        place = self._segment.get(county)
        if place is None:
            return 0, 0
        last = place + 1 == len(self._starts)
        return self._starts[place], len(self._towns) if last else self._starts[place + 1] + 1

    def _range(self, code: str) -> tuple[int, int]:
        """Where the towns of a province, prefecture or county stand: counties go by their code."""
        prefix = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
        first = bisect_left(self._codes, prefix)
        last = bisect_right(self._codes, prefix + "~")
        end = self._starts[last] + 1 if last < len(self._starts) else len(self._towns)
        return (self._starts[first], end) if first < last else (0, 0)

    def _town(self, at: int, county: int) -> Town:
        line = self._towns[at : self._towns.index(b"\n", at)].decode("utf-8")
        name, code, first, last, link = _fields(line)
        renamed = link[1:] if link.startswith("=") else ""
        merged = link[1:] if link.startswith("+") else ""
        return Town(name, code, _year(first, 0), _year(last, NOW), county, renamed, merged)


@cache
def gazetteer() -> Gazetteer:
    """The divisions that come with the program."""
    return Gazetteer(files(__package__).joinpath("divisions.tsv.gz").read_bytes())


def _line(start: str) -> bytes:
    """How a line begins in the list of towns; half of a character is in no name, and no error."""
    return b"\n" + start.encode(errors="surrogatepass")


def _state(line: str) -> State:
    code, name, first, last, links = _fields(line)
    targets: dict[str, list[int]] = {"r": [], "m": []}
    for link in links.split(",") if links else ():
        targets[link[0]].append(int(link[1:]))
    return State(
        code, name, _year(first, 0), _year(last, NOW), tuple(targets["r"]), tuple(targets["m"])
    )


def _fields(line: str) -> Sequence[str]:
    fields = line.split("\t")
    return fields + [""] * (5 - len(fields)) if len(fields) < 5 else fields


def _year(text: str, absent: int) -> int:
    return 2000 + int(text) if text else absent


_PEOPLE = (
    "(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|"
    "东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|保安|"
    "裕固|京|独龙|鄂温克|鄂伦春|门巴|珞巴|基诺|各)族"
)
_AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:{_PEOPLE}?){{1,4}}自治([州县旗])$")
_PEOPLES_DISTRICT = re.compile(rf"^(.{{2,}}?){_PEOPLE}区$")
_BANNER = re.compile("^(.)(.+?)(左|右)?翼?(前|后|中|左|右)旗$")
_CLASS = re.compile("(?:自治区|特别行政区|地区|省|市|县|区|旗|州|盟)$")
# Short names that no rule makes.
_SHORT = {
    "内蒙古自治区": ("内蒙古", "内蒙"),
    "广西壮族自治区": ("广西",),
    "宁夏回族自治区": ("宁夏",),
    "新疆维吾尔自治区": ("新疆",),
    "西藏自治区": ("西藏",),
    "阜新蒙古族自治县": ("阜蒙县",),
    "喀喇沁左翼蒙古族自治县": ("喀左县",),
    "杜尔伯特蒙古族自治县": ("杜蒙县",),
    "前郭尔罗斯蒙古族自治县": ("前郭县",),
    "巴音郭楞蒙古自治州": ("巴州",),
    "克孜勒苏柯尔克孜自治州": ("克州",),
    "博尔塔拉蒙古自治州": ("博州",),
    "昌吉回族自治州": ("昌吉州",),
    "伊犁哈萨克自治州": ("伊犁州",),
    "东乡族自治县": ("东乡县",),
    "鄂伦春自治旗": ("鄂伦春旗",),
    "鄂温克族自治旗": ("鄂温克旗",),
    "莫力达瓦达斡尔族自治旗": ("莫力达瓦旗", "莫旗"),
    "东乌珠穆沁旗": ("东乌旗",),
    "西乌珠穆沁旗": ("西乌旗",),
    "达尔罕茂明安联合旗": ("达茂旗",),
    "锡林郭勒盟": ("锡盟",),
    "阿拉善盟": ("阿盟",),
}


def short_names(name: str) -> tuple[str, ...]:
    """What people call a county or what is above it: 阿右旗, 芷江县, 洪泽, 内蒙古."""
    if name in _SHORT:
        return _SHORT[name]
    match = _AUTONOMOUS.match(name)
    if match:
        return (match[1] + match[2], match[1])
    found = []
    match = _BANNER.match(name)
    if match and len(name) > 3:
        first, _, side, end = match.groups()
        found.append(f"{first}{side or ''}{end}旗")
        if side:  # 科尔沁右翼中旗 is 科右中旗
            return tuple(found)
    elif name.endswith("旗") and len(name) > 3:
        found.append(name[0] + "旗")
    match = _PEOPLES_DISTRICT.match(name)
    if match:
        found.append(match[1] + "区")
    stem = _CLASS.sub("", name)
    if len(stem) > 1 and stem != name and not name.endswith("旗"):
        found.append(stem)
    return tuple(found)
