"""Public bodies that could publish a report. Towns, phones and addresses are made up."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from samples.generator.numbers import METROPOLIS, MODEST, QUIET, Scale


@dataclass(frozen=True, slots=True)
class Issuer:
    """A public body: full name with region, how the report calls itself, and where it is."""

    name: str
    we: str
    region: tuple[str, ...]
    address: str
    postcode: str
    phone: str
    email: str


# province, prefecture, area code, first four digits of the postcode, counties
REGIONS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("江苏省", "盐城市", "0515", "2245", ("阜宁县", "射阳县", "大丰区", "东台市")),
    ("浙江省", "衢州市", "0570", "3243", ("开化县", "龙游县", "柯城区", "江山市")),
    ("安徽省", "宿州市", "0557", "2340", ("灵璧县", "泗县", "埇桥区")),
    ("福建省", "南平市", "0599", "3530", ("松溪县", "政和县", "建阳区", "邵武市")),
    ("江西省", "赣州市", "0797", "3410", ("会昌县", "石城县", "南康区", "瑞金市")),
    ("山东省", "菏泽市", "0530", "2740", ("鄄城县", "单县", "定陶区")),
    ("河南省", "信阳市", "0376", "4640", ("潢川县", "光山县", "平桥区")),
    ("湖北省", "十堰市", "0719", "4420", ("竹溪县", "房县", "郧阳区", "丹江口市")),
    ("湖南省", "怀化市", "0745", "4180", ("沅陵县", "芷江侗族自治县", "鹤城区", "洪江市")),
    ("广东省", "肇庆市", "0758", "5260", ("德庆县", "封开县", "鼎湖区")),
    ("四川省", "广元市", "0839", "6280", ("剑阁县", "苍溪县", "昭化区")),
    ("陕西省", "安康市", "0915", "7250", ("紫阳县", "岚皋县", "汉滨区")),
    ("甘肃省", "天水市", "0938", "7410", ("甘谷县", "张家川回族自治县", "麦积区")),
    ("辽宁省", "阜新市", "0418", "1230", ("彰武县", "阜新蒙古族自治县", "细河区")),
    ("黑龙江省", "绥化市", "0455", "1520", ("望奎县", "北林区", "海伦市")),
    ("内蒙古自治区", "兴安盟", "0482", "1374", ("突泉县", "科尔沁右翼中旗", "阿尔山市")),
    ("广西壮族自治区", "河池市", "0778", "5470", ("东兰县", "环江毛南族自治县", "宜州区")),
    ("云南省", "普洱市", "0879", "6650", ("景谷傣族彝族自治县", "思茅区")),
)
TOWN_NAMES = (
    "青石桥镇", "柳河镇", "大湾乡", "三门塘镇", "白沙街道", "龙泉寺镇", "东关街道", "石板滩乡",
    "双井子镇", "平川乡", "新民镇", "马家店镇", "城北街道", "金盆岭街道", "二道沟乡", "红旗街道",
    "沙坪镇", "七里河街道", "望江镇", "永宁乡",
)  # fmt: skip
BUREAUS = (
    "教育局", "公安局", "民政局", "司法局", "财政局", "人力资源和社会保障局", "自然资源局",
    "生态环境局", "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "商务局",
    "文化和旅游局", "卫生健康局", "应急管理局", "审计局", "市场监督管理局", "统计局", "医疗保障局",
    "信访局", "城市管理局", "林业局", "退役军人事务局",
)  # fmt: skip
STREETS = ("人民路", "解放大街", "建设中路", "府前街", "文化路", "振兴大道", "滨河东路", "朝阳街")


def draw_issuer(rng: Random, scale: Scale) -> Issuer:
    """An organ that could well have so much or so little to report."""
    province, city, area, post, counties = rng.choice(REGIONS)
    county = rng.choice(counties)
    town = rng.choice(TOWN_NAMES)
    bureau = rng.choice(BUREAUS)
    town_office = "办事处" if town.endswith("街道") else "人民政府"
    towns = [
        (f"{county}{town}{town_office}", _we(town), (province, city, county, town)),
        (f"{county}{bureau}", rng.choice(("我局", "本机关")), (province, city, county)),
    ]
    middle = [
        (f"{county}人民政府", _we(county), (province, city, county)),
        (f"{city}{bureau}", rng.choice(("我局", "市局")), (province, city)),
    ]
    large = [
        (f"{city}人民政府", _we(city), (province, city)),
        (f"{province}人民政府", _we(province), (province,)),
    ]
    if scale is QUIET:
        pool = towns
    elif scale is MODEST:
        pool = [*towns, middle[0]]
    else:
        pool = large if scale is METROPOLIS else [*middle, *middle, large[0]]
    name, we, region = rng.choice(pool)
    letters = "".join(rng.choice("abcdefghjkmnpqrstwxyz") for _ in range(rng.randint(3, 6)))
    return Issuer(
        name=name,
        we=we,
        region=region,
        address=f"{''.join(region[1:])}{rng.choice(STREETS)}{rng.randint(1, 398)}号",
        postcode=f"{post}{rng.randrange(100):02d}",
        phone=f"{area}-{rng.randint(2_100_000, 8_899_999)}",
        email=f"{letters}{rng.choice(('zwgk', 'xxgk', 'bgs'))}@{rng.choice((163, 126))}.com",
    )


def _we(place: str) -> str:
    """How a government speaks of itself: 我县 for 灵璧县, 我街道 for 白沙街道."""
    for ending in ("自治区", "街道", "省", "市", "盟", "旗", "县", "区", "镇", "乡"):
        if place.endswith(ending):
            return f"我{ending}"
    raise ValueError(f"not the name of a place: {place}")
