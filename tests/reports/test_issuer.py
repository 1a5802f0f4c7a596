"""Who issues a report and where: titles, signatures, sources, and names that hold other names."""

from __future__ import annotations

import pytest
from report_lines import BODY, LAYOUTS, SECTIONS, flat, metadata, report

from gouji.reports.about import organ_type

NAME = "2023年政府信息公开工作年度报告"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("organ", "issuer", "region"),
    [
        ("衢州市衢江区湖南镇人民政府", "衢州市衢江区湖南镇人民政府", "浙江省/衢州市/衢江区/湖南镇"),
        ("广州市越秀区北京街道办事处", "广州市越秀区北京街道办事处", "广东省/广州市/越秀区/北京街道"),
        ("瑞安市安阳街道办事处", "瑞安市安阳街道办事处", "浙江省/温州市/瑞安市/安阳街道"),
        ("仁寿县钟祥镇人民政府", "仁寿县钟祥镇人民政府", "四川省/眉山市/仁寿县/钟祥镇"),
        ("吉林省吉林市人民政府", "吉林省吉林市人民政府", "吉林省/吉林市"),
        ("镇安县人民政府", "镇安县人民政府", "陕西省/商洛市/镇安县"),
        ("吴起县铁边城镇人民政府", "吴起县铁边城镇人民政府", "陕西省/延安市/吴起县/铁边城镇"),
        ("高平市东城街街道办事处", "高平市东城街街道办事处", "山西省/晋城市/高平市/东城街街道"),
        ("盐边县新九镇人民政府", "盐边县新九镇人民政府", "四川省/攀枝花市/盐边县/新九镇"),
        ("义乌市廿三里街道办事处", "义乌市廿三里街道办事处", "浙江省/金华市/义乌市/廿三里街道"),
        ("重庆市九龙坡区二郎街道办事处", "重庆市九龙坡区二郎街道办事处", "重庆市/九龙坡区/二郎街道"),
        ("文山市三七园区管理委员会", "文山市三七园区管理委员会", "云南省/文山壮族苗族自治州/文山市/三七园区"),
        ("海城市西四镇人民政府", "海城市西四镇人民政府", "辽宁省/鞍山市/海城市/西四镇"),
        ("会昌县中村乡人民政府", "会昌县中村乡人民政府", "江西省/赣州市/会昌县/中村乡"),
        ("开化县中村乡人民政府", "开化县中村乡人民政府", "浙江省/衢州市/开化县/中村乡"),
        ("芷江侗族自治县民政局", "芷江侗族自治县民政局", "湖南省/怀化市/芷江侗族自治县"),
        ("石家庄市藁城区九门回族乡人民政府", "石家庄市藁城区九门回族乡人民政府", "河北省/石家庄市/藁城区/九门回族乡"),
        ("陕西省西咸新区秦汉新城管理委员会", "陕西省西咸新区秦汉新城管理委员会", "陕西省/西咸新区/秦汉新城"),
        ("杨凌示范区管委会", "杨凌示范区管委会", "陕西省/杨凌示范区"),
        ("仙桃市沔城回族镇人民政府", "仙桃市沔城回族镇人民政府", "湖北省/仙桃市/沔城回族镇"),
        ("济源市人民政府", "济源市人民政府", "河南省/济源市"),
        ("石河子市人民政府", "石河子市人民政府", "新疆维吾尔自治区/石河子市"),
        ("东莞市虎门镇人民政府", "东莞市虎门镇人民政府", "广东省/东莞市/虎门镇"),
        ("上海市浦东新区司法局(区行政复议局)", "上海市浦东新区司法局(区行政复议局)", "上海市/浦东新区"),
        ("淮安市洪泽县朱坝镇人民政府", "淮安市洪泽县朱坝镇人民政府", "江苏省/淮安市/洪泽县/朱坝镇"),
        ("广东省交通运输厅", "广东省交通运输厅", "广东省"),
        ("张家川回族自治县市场监督管理局", "张家川回族自治县市场监督管理局", "甘肃省/天水市/张家川回族自治县"),
        ("彰武县市政公用中心", "彰武县市政公用中心", "辽宁省/阜新市/彰武县"),
        ("彰武县乡村振兴局", "彰武县乡村振兴局", "辽宁省/阜新市/彰武县"),
        ("彰武县村镇建设办公室", "彰武县村镇建设办公室", "辽宁省/阜新市/彰武县"),
        ("彰武县住房和城乡建设局", "彰武县住房和城乡建设局", "辽宁省/阜新市/彰武县"),
        ("开化县青石桥镇人民政府", "开化县青石桥镇人民政府", "浙江省/衢州市/开化县/青石桥镇"),
        ("乌拉特前旗乌拉山镇人民政府", "乌拉特前旗乌拉山镇人民政府", "内蒙古自治区/巴彦淖尔市/乌拉特前旗/乌拉山镇"),
    ],
)  # fmt: skip
def test_the_title_gives_organ_and_region(layout, organ: str, issuer: str, region: str) -> None:  # type: ignore[no-untyped-def]
    found = layout(organ + NAME, BODY, *SECTIONS)
    assert (found.info.issuer, "/".join(found.info.region)) == (issuer, region)
    assert found.info.report_year == 2023


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("organ", "issuer", "region"),
    [
        ("诸往镇", "乳山市诸往镇人民政府", "山东省/威海市/乳山市/诸往镇"),
        ("惠安堡镇人民政府", "盐池县惠安堡镇人民政府", "宁夏回族自治区/吴忠市/盐池县/惠安堡镇"),
        ("佳荣里街", "北辰区佳荣里街道办事处", "天津市/北辰区/佳荣里街道"),
        ("安阳街道", "瑞安市安阳街道办事处", "浙江省/温州市/瑞安市/安阳街道"),
        ("阿拉善盟阿右旗民政局", "阿拉善右旗民政局", "内蒙古自治区/阿拉善盟/阿拉善右旗"),
        ("科右中旗教育局", "科尔沁右翼中旗教育局", "内蒙古自治区/兴安盟/科尔沁右翼中旗"),
        ("彰武县平安镇政府", "彰武县平安镇人民政府", "辽宁省/阜新市/彰武县/平安镇"),
        ("北辰区佳荣里街道办", "北辰区佳荣里街道办事处", "天津市/北辰区/佳荣里街道"),
        ("东莞虎门镇", "东莞市虎门镇人民政府", "广东省/东莞市/虎门镇"),
    ],
)  # fmt: skip
def test_a_short_name_becomes_the_full_one(layout, organ: str, issuer: str, region: str) -> None:  # type: ignore[no-untyped-def]
    found = layout(organ + NAME, BODY, *SECTIONS)
    assert (found.info.issuer, "/".join(found.info.region)) == (issuer, region)


def test_the_signature_tells_how_a_short_name_is_written_in_full() -> None:
    found = flat(
        "阿拉善盟阿右旗民政局2021年度政府信息公开工作年度报告", BODY, *SECTIONS, "无。",
        "阿拉善右旗民政局", "2022年1月20日",
    )  # fmt: skip
    assert found.info.issuer == "阿拉善右旗民政局"


@pytest.mark.parametrize(
    ("elsewhere", "region"),
    [
        ("如有疑问，请与会昌县中村乡党政办联系。", "江西省/赣州市/会昌县/中村乡"),
        ("主办单位：开化县人民政府办公室", "浙江省/衢州市/开化县/中村乡"),
        ("我乡地处三明市三元区东部。", "福建省/三明市/三元区/中村乡"),
    ],
)
def test_of_places_with_one_name_the_text_tells_which(elsewhere: str, region: str) -> None:
    found = report("中村乡" + NAME, elsewhere)
    assert "/".join(found.info.region) == region
    assert found.info.issuer == f"{found.info.region[-2]}中村乡人民政府"


def test_of_places_with_one_name_nothing_is_guessed() -> None:
    found = report("中村乡" + NAME)
    assert (found.info.issuer, found.info.region) == ("中村乡人民政府", ())
    assert (found.info.organ_level, "region_unsure" in found.flags) == ("乡", True)
    found = report("鼓楼区人民政府" + NAME)
    assert (found.info.issuer, found.info.region) == ("鼓楼区人民政府", ())


def test_what_all_places_of_a_name_share_is_known() -> None:
    # 中山区 in Dalian and in no other province's city called so; 平安镇 of two counties of Chongqing
    found = report("平安镇" + NAME, "重庆市委、市政府高度重视。")
    assert found.info.region == ("重庆市",)
    assert "region_unsure" in found.flags


def test_the_district_gets_the_city_that_the_text_prints_before_it() -> None:
    found = report("洪泽区人民政府" + NAME, "本报告由淮安市洪泽区人民政府办公室编制。")
    assert found.info.issuer == "淮安市洪泽区人民政府"
    assert found.info.region == ("江苏省", "淮安市", "洪泽区")


def test_a_county_s_name_is_whole_without_its_city() -> None:
    address = "地址：浙江省衢州市开化县青石桥镇人民政府办公楼"
    assert report("开化县青石桥镇" + NAME, address).info.issuer == "开化县青石桥镇人民政府"
    found = report("海淀区西三旗街道" + NAME, "请与北京市海淀区西三旗街道办事处联系。")
    assert found.info.issuer == "北京市海淀区西三旗街道办事处"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_a_title_the_source_tells_the_organ(layout) -> None:  # type: ignore[no-untyped-def]
    found = layout(
        "日期: 2024-01-20 浏览量:223 来源:彰武县平安镇人民政府 责任编辑:王宏博",
        "彰武县平安镇根据《中华人民共和国政府信息公开条例》规定编制本报告。我镇公开信息36条。",
        *SECTIONS, "主办单位:彰武县人民政府办公室 版权所有:阜新市人民政府办公室",
    )  # fmt: skip
    assert found.info.issuer == "彰武县平安镇人民政府"
    assert found.info.region == ("辽宁省", "阜新市", "彰武县", "平安镇")


def test_a_publisher_that_is_not_who_speaks_is_no_issuer() -> None:
    for publisher in ("彰武县人民政府", "彰武县人民政府办公室"):
        found = flat(
            f"发布机构:{publisher}", "发布日期:2024-01-20", "我镇认真落实条例，我镇公开信息36条。",
            *SECTIONS, "我镇未收取信息处理费。",
        )  # fmt: skip
        assert found.info.issuer is None, publisher
    found = flat("发布机构:彰武县平安镇人民政府", "我镇公开信息36条。", *SECTIONS)
    assert found.info.issuer == "彰武县平安镇人民政府"


def test_an_organ_that_only_says_we_has_no_name() -> None:
    for words in ("我局", "本镇", "我街"):
        found = flat("2023年政府信息公开工作年度报告", f"{words}认真落实条例。", *SECTIONS)
        assert (found.info.issuer, found.info.region) == (None, ())
        assert found.no_report is None  # the year and the sections are there


def test_a_relative_name_is_completed_from_the_text_or_left() -> None:
    site = "湘乡市人民政府门户网站 www.xxs.gov.cn 发布时间:2023-01-10 16:29"
    found = flat("市信访局2022年政府信息公开工作年度报告", site, *SECTIONS)
    assert found.info.issuer == "湘乡市信访局"
    assert found.info.region == ("湖南省", "湘潭市", "湘乡市")
    found = flat("市信访局2022年政府信息公开工作年度报告", *SECTIONS)
    assert found.info.issuer is None
    found = flat(
        "市信访局2022年政府信息公开工作年度报告", "请与湘乡市信访局办公室联系。", *SECTIONS
    )
    assert found.info.issuer == "湘乡市信访局"


def test_the_signature_names_the_organ_where_the_title_does_not() -> None:
    found = metadata(
        ("2023年政府信息公开工作年度报告", 22.0), BODY, BODY, *SECTIONS, "湘乡市信访局", "2024年1月10日"
    )  # fmt: skip
    assert found.info.issuer == "湘乡市信访局"


def test_two_organs_of_one_report_are_kept_and_flagged() -> None:
    found = report("湘乡市信访局、湘乡市民政局" + NAME)
    assert found.info.issuer == "湘乡市信访局、湘乡市民政局"
    assert "two_issuers" in found.flags
    assert found.info.region == ("湖南省", "湘潭市", "湘乡市")


@pytest.mark.parametrize(
    ("organ", "kind", "level"),
    [
        ("乳山市人民政府", "county_gov", "县"), ("宿迁市人民政府", "prefecture_gov", "地"),
        ("北京市人民政府", "province_gov", "省"), ("上海市浦东新区人民政府", "county_gov", "县"),
        ("彰武县平安镇人民政府", "town", "乡"), ("会昌县中村乡人民政府", "township", "乡"),
        ("瑞安市安阳街道办事处", "street", "乡"), ("阿拉善右旗民政局", "dept", "县"),
        ("湘乡市信访局", "dept", "县"), ("广东省交通运输厅", "dept", "省"),
        ("杨凌示范区管委会", "zone", "地"), ("文山市三七园区管委会", "zone", "乡"),
        ("延边朝鲜族自治州人民政府", "prefecture_gov", "地"), ("教育部", "ministry", "国家"),
        ("国家税务总局", "ministry", "国家"), ("国家市场监督管理总局", "ministry", "国家"),
        ("宿迁市人民政府办公室", "office", "地"), ("仙桃市人民政府", "county_gov", "县"),
        ("东莞市人民政府", "prefecture_gov", "地"), ("阿拉善盟行政公署", "prefecture_gov", "地"),
        ("苏州工业园区管理委员会", "zone", "县"), ("彰武县委宣传部", None, "县"),
    ],
)  # fmt: skip
def test_kind_and_level_go_by_the_gazetteer(organ: str, kind: str | None, level: str) -> None:
    found = report(organ + NAME)
    assert (found.info.organ_type, found.info.organ_level) == (kind, level)


def test_a_county_tax_office_is_in_its_county() -> None:
    found = report("国家税务总局彰武县税务局" + NAME)
    assert found.info.issuer == "国家税务总局彰武县税务局"
    assert found.info.region == ("辽宁省", "阜新市", "彰武县")
    assert (found.info.organ_type, found.info.organ_level) == ("dept", "县")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("彰武县平安镇人民政府", "town"), ("会昌县中村乡人民政府", "township"),
        ("广州市越秀区北京街道办事处", "street"), ("东城街街道", "street"),
        ("淮安市洪泽区人民政府", "county_gov"), ("宿迁市人民政府", "prefecture_gov"),
        ("辽宁省人民政府", "province_gov"), ("内蒙古自治区人民政府", "province_gov"),
        ("阿拉善右旗民政局", "dept"), ("湘乡市信访局", "dept"), ("广东省交通运输厅", "dept"),
        ("县人民政府办公室", "office"), ("杨凌示范区管理委员会", "zone"), ("西咸新区管委会", "zone"),
        ("上海市浦东新区司法局(区行政复议局)", "dept"), ("阿拉善右旗人民政府", "county_gov"),
        ("延边朝鲜族自治州人民政府", "prefecture_gov"), ("国家税务总局", "ministry"),
        (None, None), ("", None), ("某某", None),
    ],
)  # fmt: skip
def test_the_kind_of_organ_is_told_by_the_end_of_its_name(
    name: str | None, kind: str | None
) -> None:
    assert organ_type(name) == kind
