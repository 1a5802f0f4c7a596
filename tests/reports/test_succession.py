"""Places over the years: the same under a new name, and what went into what."""

from __future__ import annotations

import pytest

from gouji.divisions.gazetteer import NOW, gazetteer
from gouji.divisions.succession import TakenIn, identity, since, taken_in

Path = tuple[str, ...]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("湖北省", "襄樊市"), ("湖北省", "襄阳市")),
        (("湖北省", "襄樊市", "襄阳区"), ("湖北省", "襄阳市", "襄州区")),
        (("宿迁市",), ("江苏省", "宿迁市")),  # the province left out
        # a town of a county that was taken in stays itself
        (("河北省", "邯郸市", "邯郸县", "南吕固乡"), ("河北省", "邯郸市", "邯山区", "南吕固乡")),
    ],
)
def test_a_place_is_the_same_under_a_new_name(before: Path, after: Path) -> None:
    assert identity(before) == identity(after)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("上海市", "静安区"), ("上海市", "闸北区")),
        (("河北省", "邯郸市", "邯郸县"), ("河北省", "邯郸市", "邯山区")),
        (("江苏省", "南京市", "鼓楼区"), ("江苏省", "徐州市", "鼓楼区")),
        (("江苏省", "宿迁市"), ("江苏省", "宿迁市", "宿城区")),
    ],
)
def test_what_was_merged_or_only_has_the_name_is_another_place(one: Path, other: Path) -> None:
    assert identity(one) != identity(other)


def test_a_district_took_another_in() -> None:
    taken = TakenIn(identity(("上海市", "闸北区")), 2014, True)
    assert taken_in(("上海市", "静安区")) == (taken,)
    assert taken_in(("上海市", "闸北区")) == ()


def test_a_town_took_another_in() -> None:
    county = ("河北省", "秦皇岛市", "抚宁区")
    (taken,) = (t for t in taken_in((*county, "榆关镇")) if t.last == 2020)
    assert taken.place == identity((*county, "深河乡"))


def test_a_district_made_of_others_is_as_old_as_their_end() -> None:
    place = ("江苏省", "徐州市", "铜山区")
    assert since(place) == 2010
    assert {t.last for t in taken_in(place)} == {2009}


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ((), ()),
        (("无此省", "无此市"), ()),
        (("江苏省", "无此县"), ("江苏省",)),
        (("江苏省", "宿迁市", "某镇", "某村"), ("江苏省", "宿迁市")),
    ],
)
def test_a_place_that_no_list_has_is_only_itself(path: Path, known: Path) -> None:
    assert taken_in(path) == ()
    assert since(path) == 0
    assert identity(path) == (*identity(known), *path[len(known) :])


def test_no_place_goes_into_itself_and_all_end_before_today() -> None:
    known = gazetteer()
    taken = 0
    for index, state in enumerate(known.states):
        if known.last_state(index) != index or not state.code.startswith(("13", "31", "32")):
            continue
        path = known.path_of(index)
        towns = [(*path, town.name) for town in known.towns_of(index)]
        for place in (path, *towns):
            for other in taken_in(place):
                taken += 1
                assert other.place != identity(place)
                assert other.last < NOW
    assert taken > 50
