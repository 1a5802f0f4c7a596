"""The organ that issues a report, its full name, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from gouji.divisions import Location, locate

from .dates import YEAR, date_in, without_dates
from .labels import Labelled
from .lines import Piece, Printed
from .names import REPORT_NAME
from .title import Title

ORGAN_END = (
    "人民政府办公厅|人民政府办公室|人民政府|街道办事处|管理委员会|管委会|委员会|办事处|办公室|办公厅|"
    "分局|支队|总队|大队|中心|公司|医院|学校|法院|检察院|局|厅|委|院|办|队|处|站|所|镇|乡|街道|苏木|社|会|馆"
)
_ORGAN = re.compile(rf"^(.{{2,40}}?(?:{ORGAN_END})(?:[(（][^)）]{{2,20}}[)）])?)$")
_PLACE_END = "府|县|市|区|旗|州|盟|省|镇|乡|街道|街|苏木|新城|农场|林场"
_TITLE_END = re.compile(
    rf"(?:{ORGAN_END}|{_PLACE_END}|部|署|总局|师|检察院|中学|小学|大学|学院|幼儿园)(?:[(][^)]*[)])?$"
)
_SUBJECT = re.compile("政府信息公开|信息公开|政务公开")  # of a title that names no report
_NO_PEOPLES_GOVERNMENT = (
    "开发区", "示范区", "新区", "园区", "高新区", "度假区", "街区", "商务区", "管理区", "试验区",
    "实验区", "合作区", "保税区", "经开区", "名胜区", "地区",
)  # fmt: skip
# A sentence that says who compiled the report.
_COMPILED_BY = re.compile(
    rf"(?:本(?:年度)?报告由|由|现将|现公布)((?:(?![,，。;；由])[\u4e00-\u9fff()（）]){{2,40}}?(?:{ORGAN_END}))"
    r"(?=20[0-4]\d|编制|根据|按照|依据|政府信息公开|负责编制|公布|的?年度)"
)
_LEAD = re.compile(
    rf"(?:^|[。|])((?:(?![,，。;；])[\u4e00-\u9fff()（）]){{2,30}}?(?:{ORGAN_END}))(?=根据《|按照《|依据《)"
)
MOST_NAMED = 40  # times that an organ's name is looked at in a text
_LEAD_IN = 3_000  # characters from the beginning that the lead stands in
_RELATIVE = re.compile(r"^(?:本|我)?([省市县区旗州盟镇乡])(?=[^镇乡街])")
_SELF = re.compile(
    r"(?:我|本)(街道|镇|乡|局|委|办|厅|县|市|区|旗|州|省|院|所|处|站|中心|单位|机关|管委会)"
)
# Whom a self-reference can be: the ends of the organ's name.
_SELF_ENDS = {
    "镇": "镇|镇人民政府|街道办事处", "乡": "乡|乡人民政府", "街道": "街道|街道办事处",
    "县": "县|县人民政府|办公室", "市": "市|市人民政府|办公室|办公厅",
    "区": "区|区人民政府|管委会|管理委员会|办公室",
    "旗": "旗|旗人民政府|办公室", "局": "局|分局",
}  # fmt: skip
_TWO_ORGANS = re.compile(rf"(?:{ORGAN_END})[、和及与](?=.{{2,}}(?:{ORGAN_END})$)")
MINISTRY = re.compile(
    r"^(?:中华人民共和国)?(?:国务院|国家)[\u4e00-\u9fff]*(?:局|委员会|总局|署|办公室|中心|办公厅)$"
    r"|^(?:中华人民共和国)?[\u4e00-\u9fff]{2,12}(?<!宣传)(?<!组织)(?<!统战)(?<!武装)部$"
    r"|^(?:中国人民银行|审计署|海关总署|中国(?:证券监督|银行保险监督|气象|地震|民用航空)[\u4e00-\u9fff]*)$"
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """The organ, as far as the page tells; ``flags`` say what to be careful about."""

    name: str | None = None
    region: tuple[str, ...] = ()
    organ_type: str | None = None
    organ_level: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    location: Location
    source: str


def find_issuer(
    title: Title | None,
    signer: str | None,
    fields: Sequence[Labelled],
    text: Printed,
    year: int | None,
) -> Issuer:
    """Title, signature, 来源 and 发布机构, then the lead; the region from the name and the text.

    An organ that is named only as 我局 or 市信访局 stays unnamed, unless the text has it in full.
    """
    whole = text.whole
    candidates: list[_Candidate] = []
    for source, name in _named(title, signer, fields, whole):
        full = _full_name(_absolute(name, whole))
        if full is None:
            continue
        candidates.append(_Candidate(full, locate(full, whole, year), source))
        first = candidates[0].location
        if source == "title" and first.sure and first.path and not first.shortened:
            break
    chosen = _choose(candidates, whole)
    if chosen is None:
        return Issuer()
    location = _placed(chosen, candidates)
    name = _with_places(chosen, location, candidates, whole)
    flags = () if location.sure else ("region_unsure",)
    if _TWO_ORGANS.search(name):
        flags = (*flags, "two_issuers")
    level = location.level or _level_by_words(name)
    if MINISTRY.match(name) and not location.path:
        level = "国家"
    return Issuer(name, location.path, organ_type(name, level), level, flags)


def _named(
    title: Title | None, signer: str | None, fields: Sequence[Labelled], whole: str
) -> Iterator[tuple[str, str]]:
    """Names of organs by where they stand, the strongest first."""
    if title is not None:
        name = issuer_in_title(title.text)
        if name:
            yield "title", name
    if signer:
        yield "signature", signer
    for meaning in ("source", "publisher"):
        for field in fields:
            if field.meaning == meaning:
                value = "".join(field.value.split()) if field.value else ""
                word = field.value.split(" ")[0] if field.value else ""
                for name in dict.fromkeys((value, word)):
                    if _ORGAN.match(name) or re.search(rf"(?:{_PLACE_END})$", name):
                        yield meaning, name
                        break
    for pattern in (_COMPILED_BY, _LEAD):
        match = pattern.search(whole, 0, _LEAD_IN)
        if match:
            yield "lead", re.sub(r"^(?:根据|按照|要求|现将|本报告)+", "", match[1])


def issuer_in_title(title: str) -> str | None:
    """The organ's name in a title: what stands before the year or the report's name."""
    match = REPORT_NAME.search(title) or _SUBJECT.search(title)
    if match is None:
        return None
    before = title[: match.start()]
    if before.endswith("人民"):
        before += "政府"  # 平安镇人民政府信息公开年度报告
    name = _organ_in(before)
    if name is None:
        # the organ behind the name: …年度报告(平安镇), …年度报告——平安镇
        behind = re.match(r"[(—\-_:：]+(.{2,30}?)\)?$", title[match.end() :])
        name = _organ_in(behind[1]) if behind else None
    return name


def _organ_in(words: str) -> str | None:
    """The organ in the words around a report's name, without year, brackets and filling words."""
    bare = re.sub(
        r"^(?:年度?(?!度)|关于|\(|《|【|公布|发布)+", "", words
    )  # 年: its number is elsewhere
    bare = re.sub(r"(?:关于)?(?:20[0-4]\d年?度?|20[0-4]\d)+", "", bare)
    bare = re.sub(r"二[〇○零O0][〇○零O0一二三][〇○零O0一二三四五六七八九]年?度?", "", bare)
    bare = re.sub(r"(?:的|本级|部门|关于|年度|工作|公布|发布|及|:|-|—|《|\()+$", "", bare)
    bare = re.sub(r"[(（](?:本级|本部门|机关|不含下属单位)[)）]$", "", bare)
    bare = bare.strip("()（）《》【】[]:：—-_,.、·•")
    if bare.count("(") > bare.count(")"):
        bare += ")"  # of a second name: 司法局(区行政复议局)
    if len(bare) < 2 or not _TITLE_END.search(bare):
        return None
    return bare


def _full_name(name: str | None) -> str | None:
    """A bare place stands for its government; 镇政府 and 街道办 are written out."""
    if not name or len(name) < 3 or _SELF.match(name):
        return None
    name = re.sub(r"(?<=[省市县区旗州盟镇乡])政府(?=$|办)", "人民政府", name)
    name = re.sub(r"(?<=人民政府)办$", "办公室", name)
    name = re.sub(r"街道办$", "街道办事处", name)
    name = re.sub(r"(?<!街)街$", "街道", name)
    if name.endswith("街道"):
        return name + "办事处"
    if name.endswith(_NO_PEOPLES_GOVERNMENT):
        place = locate(name)  # 滨海新区 is a district, 西咸新区 is none
        district = place.level == "县" and not place.area and not place.rest
        return name + "人民政府" if district else name
    if re.search(r"(?:省|自治区|市|县|区|旗|州|镇|乡|苏木)$", name):
        return name + "人民政府"
    return name


def _absolute(name: str, whole: str) -> str | None:
    """市信访局 as 湘乡市信访局, where the text has that name, or names the site's place."""
    match = _RELATIVE.match(name)
    if match is None or locate(name).printed:
        return name
    own, kind = name[match.end() :], match[1]
    for pattern in (
        rf"([\u4e00-\u9fff]{{1,8}}{kind})(?={re.escape(own)})",
        rf"([\u4e00-\u9fff]{{1,12}}{kind})人民政府(?:门户)?(?:网|办公室)",
    ):
        found = dict.fromkeys(m[1] for m in islice(re.finditer(pattern, whole), MOST_NAMED))
        places = {place for text in found if (place := _place_at_end(text))}
        if len(places) == 1:
            return places.pop() + own
        if places:
            return None
    return None


def _place_at_end(text: str) -> str | None:
    """The division whose name the text ends with: of 请与湖南省湘乡市 it is 湘乡市."""
    for start in range(len(text) - 1):
        found = locate(text[start:])
        if found.path and not found.rest and not found.shortened and found.level != "乡":
            return found.path[-1]
    return None


def _choose(candidates: Sequence[_Candidate], whole: str) -> _Candidate | None:
    """The strongest candidate; a publisher that is not who speaks (我镇) is passed over."""
    if not candidates:
        return None
    selves = [match[1] for match in _SELF.finditer(whole)]
    usual = max(set(selves), key=selves.count) if selves else None
    ends = _SELF_ENDS.get(usual or "")
    for candidate in candidates:
        if candidate.source in ("title", "signature", "lead") or ends is None:
            return candidate
        if re.search(rf"(?:{ends})$", re.sub(r"[(（].*?[)）]$", "", candidate.name)):
            return candidate
    return None


def _placed(chosen: _Candidate, candidates: Sequence[_Candidate]) -> Location:
    """Where the organ is; of a name that many places have, as its other names on the page say."""
    location = chosen.location
    if location.sure and location.path:
        return location
    for other in candidates:
        place = other.location
        same = place.printed[-1:] == location.printed[-1:] and place.rest == location.rest
        if place.sure and place.path and (same or not location.printed):
            return place if same else location
    return location


def _with_places(
    chosen: _Candidate, location: Location, candidates: Sequence[_Candidate], whole: str
) -> str:
    """The organ's name with the places that stand before it, in full."""
    name, own = chosen.name, chosen.location
    if own.shortened and location.path:
        official = location.path[-1] + own.rest
        signed = [c.name for c in candidates if c is not chosen and c.name.endswith(official)]
        if signed:
            return signed[0]
        printed = [p for p in own.printed if not re.search(r"(?:省|自治区|地区|盟|州)$", p)]
        name = "".join(printed or own.printed) + own.rest
        own = location
    if location.sure and location.path and len(own.printed) == 1 and location.level == "乡":
        # a town alone: its county belongs to its name
        county = location.path[-2:-1]
        if county and not name.startswith(county):
            name = county[0] + name
    return _with_city(name, location, whole)


def _with_city(name: str, location: Location, whole: str) -> str:
    """A district's name with its city before it, where the text prints it so.

    The names of counties and of their towns are whole without a prefecture.
    """
    for place, above in zip(location.path[1:], location.path, strict=False):
        if name.startswith(place):
            district = place.endswith("区") and above.endswith("市")
            return above + name if district and above + name in whole else name
    return name


def signature(pieces: Sequence[Piece]) -> tuple[date | None, str | None]:
    """Date and organ at the foot of the report: the last lines that hold nothing else.

    ``pieces`` are those behind the last heading and above the host's own.
    """
    pieces = pieces[-60:]
    for index in range(len(pieces) - 1, -1, -1):
        words = pieces[index].text
        found = date_in(words)
        if found is None or len(words) > 40 or _OTHER_DATE.search(words):
            continue
        rest = without_dates(words).strip("()（）:：")
        above = rest if len(rest) >= 3 else (pieces[index - 1].text if index else "")
        organ = _ORGAN.match(above) if not YEAR.search(above) else None
        by_hand = re.search(r"[年月]", words) is not None
        if (rest and organ is None) or (not by_hand and organ is None):
            continue
        return found, organ.group(1) if organ else None
    return None, None


_OTHER_DATE = re.compile(
    r"发布|公开|公布|更新|时间|日期|截至|截止|上一篇|下一篇|[。,，;；]|报告|通知|公告|Copyright|印发"
)


def organ_type(issuer: str | None, level: str | None = None) -> str | None:
    """The kind of organ, by the end of its name; ``level`` tells 市 of a county from the others."""
    if not issuer:
        return None
    name = re.sub(r"[(（].*?[)）]$", "", issuer)
    kind = next((kind for pattern, kind in _TYPES if pattern.search(name)), None)
    if kind is None:
        return "ministry" if MINISTRY.match(name) else None
    if kind == "prefecture_gov" and level == "县":
        return "county_gov"
    if kind in ("prefecture_gov", "county_gov") and level == "省":
        return "province_gov"
    of_the_state = kind == "dept" and level in (None, "国家") and MINISTRY.match(name)
    return "ministry" if of_the_state else kind


_TYPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"(?:管委会|管理委员会)$", "zone"),
        (r"(?:街道办事处|街道|街道办)$", "street"),
        (r"镇(?:人民政府)?$", "town"),
        (r"(?:乡|苏木)(?:人民政府)?$", "township"),
        (r"(?:人民政府办公厅|人民政府办公室|政府办公室|政府办公厅|政府办|政府机关)$", "office"),
        (r"(?:省|自治区|特别行政区)人民政府$", "province_gov"),
        (r"(?:县|区|旗)人民政府$", "county_gov"),
        (r"(?:市|州|盟)人民政府$|(?:地区|盟)行政公署$", "prefecture_gov"),
        (
            r"(?:开发区|示范区|园区|新区|高新区|度假区|商务区|管理区|试验区|实验区|合作区|保税区|经开区|新城)$",
            "zone",
        ),
        (r"(?:总局|署)$", "ministry"),
        (
            r"(?:局|厅|委|委员会|办|办公室|院|中心|队|处|站|所|社|会|馆|公司|医院|学校|中学|小学|大学|学院|幼儿园)$",
            "dept",
        ),
    )
)


def _level_by_words(name: str) -> str | None:
    if re.search(r"(?:镇|乡|苏木)(?:人民政府)?$|街道(?:办事处)?$", name):
        return "乡"
    if re.match(r"^[\u4e00-\u9fff]{0,8}[县旗](?!级)", name):
        return "县"
    return None
