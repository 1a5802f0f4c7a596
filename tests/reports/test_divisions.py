"""The divisions and their history: names, paths, and organs that are one over the years."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_lines import flat

from gouji.divisions import NOW, find, identity, locate
from gouji.divisions.gazetteer import Town, gazetteer, short_names

calm = settings(deadline=None, max_examples=100)


def test_the_list_has_all_of_the_country() -> None:
    known = gazetteer()
    today = [state for state in known.states if state.last == NOW and state.code[4] != "7"]
    levels = [state.level for state in today]
    assert (levels.count("省"), 330 <= levels.count("地") <= 345) == (34, True)
    assert 2_840 <= levels.count("县") <= 2_860
    towns = [town for county in known.counties for town in known.towns_of(county)]
    assert 39_000 <= sum(town.last == NOW for town in towns) <= 42_500
    assert len(towns) > 48_000  # with those that are no more


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("平安镇", "辽宁省/阜新市/彰武县/平安镇"), ("浦东新区", "上海市/浦东新区"), ("仙桃市", "湖北省/仙桃市"),
        ("济源市", "河南省/济源市"), ("石河子市", "新疆维吾尔自治区/石河子市"), ("虎门镇", "广东省/东莞市/虎门镇"),
        ("平安镇", "重庆市/云阳县/平安镇"), ("襄樊市", "湖北省/襄樊市"), ("洪泽县", "江苏省/淮安市/洪泽县"),
        ("洪泽区", "江苏省/淮安市/洪泽区"), ("吉林市", "吉林省/吉林市"), ("临平区", "浙江省/杭州市/临平区"),
    ],
)  # fmt: skip
def test_a_path_has_no_made_up_levels(name: str, path: str) -> None:
    assert path in ["/".join(division.path) for division in find(name)]


def test_names_that_many_places_have_are_all_found() -> None:
    assert len(find("平安镇")) >= 10
    assert {d.path[0] for d in find("中村乡")} >= {"江西省", "浙江省", "福建省"}
    assert find("没有这个县") == ()
    assert find("") == ()


def test_former_names_have_their_years() -> None:
    (old,) = find("襄樊市")
    assert (old.level, old.last) == ("地", 2009)
    assert [d.last for d in find("蓟县")] == [2015]
    assert find("蓟州区")[0].last == NOW


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("阿右旗", "阿拉善右旗"), ("科右中旗", "科尔沁右翼中旗"), ("达茂旗", "达尔罕茂明安联合旗"),
        ("芷江县", "芷江侗族自治县"), ("阜蒙县", "阜新蒙古族自治县"), ("延边州", "延边朝鲜族自治州"),
        ("瀍河区", "瀍河回族区"), ("积石山县", "积石山保安族东乡族撒拉族自治县"), ("内蒙古", "内蒙古自治区"),
        ("洪泽", "洪泽区"), ("锡盟", "锡林郭勒盟"),
    ],
)  # fmt: skip
def test_short_names_are_known(short: str, name: str) -> None:
    assert short in short_names(name)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("洪泽县人民政府", "淮安市洪泽区人民政府", True),
        ("蓟县教育局", "天津市蓟州区教育局", True),
        ("襄樊市人民政府", "襄阳市人民政府", True),
        # 朱坝镇 ended before the lists of towns begin
        ("洪泽县朱坝镇人民政府", "淮安市洪泽区朱坝街道办事处", True),
        ("海东市平安区平安镇人民政府", "海东市平安区平安街道办事处", True),
        ("宁波市江东区百丈街道办事处", "宁波市鄞州区百丈街道办事处", True),
        ("彰武县青石桥镇人民政府", "彰武县青石桥镇人民政府", True),
        ("杭州市江干区人民政府", "杭州市上城区人民政府", False),
        ("莱芜市人民政府", "济南市莱芜区人民政府", False),
        ("会昌县中村乡人民政府", "开化县中村乡人民政府", False),
        ("宿迁市人民政府", "淮安市人民政府", False),
    ],
)  # fmt: skip
def test_an_organ_s_place_is_followed_over_the_years(one: str, other: str, same: bool) -> None:
    assert (identity(locate(one).path) == identity(locate(other).path)) is same


def _towns() -> st.SearchStrategy[Town]:
    known = gazetteer()
    return st.sampled_from(known.counties).flatmap(
        lambda county: st.sampled_from(list(known.towns_of(county)))
    )


@given(_towns(), st.integers(2015, 2026))
@calm
def test_any_town_s_report_gives_back_its_path(town: Town, year: int) -> None:
    known = gazetteer()
    if not town.name.endswith(("镇", "乡", "街道", "苏木")):
        return
    path = (*known.path_of(known.state_of_year(town.county, year), year), town.name)
    organ = "办事处" if town.name.endswith("街道") else "人民政府"
    name = "".join(path[1:]) + organ
    found = flat(f"{name}{year}年政府信息公开工作年度报告", "根据《条例》编制本报告。")
    assert found.info.region == path
    assert (found.info.issuer, found.info.organ_level) == (name, "乡")
    short = "".join(path[-2:]) + organ  # county and town alone
    region = locate(short, year=year)
    # 城区 is in four cities: what they share, or the one that was there in the year
    assert region.path == path or not region.sure or path[-2:] == region.path[-2:]


@given(st.sampled_from([s for s in gazetteer().states if s.code[4] != "7" and s.code[:2] < "70"]))
@calm
def test_any_county_s_report_gives_back_its_path(state) -> None:  # type: ignore[no-untyped-def]
    known = gazetteer()
    index = known.states.index(state)
    year = min(state.last, 2026)
    path = known.path_of(index, year)
    name = "".join(path) + "人民政府"
    found = flat(f"{name}{year}年政府信息公开工作年度报告", "根据《条例》编制本报告。")
    assert found.info.region == path
    assert found.info.issuer == name
    assert len(identity(path)) == 1


@given(st.text(max_size=40) | st.text("平安镇市县区街道东西乡人民政府办事处吉林", max_size=30))
@calm
def test_any_name_is_somewhere_or_nowhere(name: str) -> None:
    found = locate(name, context=name)
    assert found.path == () or all(found.path)
    assert name.endswith(found.rest)
    assert bool(identity(found.path)) == bool(found.path)


def test_finding_a_place_takes_no_time() -> None:
    locate("彰武县平安镇人民政府")
    start = time.process_time()
    for _ in range(20):
        locate("平安街" * 30 + "人民政府")
    assert (time.process_time() - start) / 20 < 0.1  # 2 ms measured


@given(st.text(st.characters(categories=("Cs", "Cc", "Lo")), min_size=1, max_size=6))
@calm
def test_a_name_of_broken_characters_is_no_place_and_no_error(name: str) -> None:
    """Names of files that are no UTF-8 have halves of characters in them."""
    broken = f"{name}\udfff镇"
    assert find(broken) == ()
    known = gazetteer()
    assert all(known.town(county, broken) is None for county in list(known.counties)[:5])
    assert list(known.towns_named(broken)) == []
    path = ("河北省", "正定县", broken)
    assert identity(path)[-1] == broken
