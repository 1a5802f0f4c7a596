"""What a report says about itself: title, issuer, year, dates, index number, contacts.

Read from the lines outside tables; docs/metadata.md lists the traps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from .amounts import plain

# A title: the report's name, with or without issuer and year around it.
_REPORT_NAME = re.compile(
    r"(?:政府信息公开|信息公开|政务公开)(?:重点)?(?:工作)?(?:情况)?的?(?:20\d\d年?度?)?(?:重点)?(?:工作)?的?"
    r"(?:年度)?(?:工作)?(?:报告|年报)"
)
# Words of a publication grid: a line that has them is no title.
_GRID = re.compile(
    r"索引号|主题分类|发布日期|发布机构|公开日期|公开方式|文号|来源[:：]|名称[:：]|信息来源"
)
_NOT_REPORT = re.compile(
    r"(?:解读|图解|通知|指南|制度|格式|意见|一图读懂|编制说明|统计表|目录)[》\)）]?$"
)
_YEAR = re.compile(r"(20[0-4]\d)年?(?:年度|度)?")
_PERIOD = re.compile(
    r"(?:统计期限|期限|时限|时间)?(?:自|从|为)?(20[0-4]\d)年1月1日(?:起|开始)?(?:至|到|—|-|－|~)+"
    r"(?:(20[0-4]\d)年)?12月(?:31|30|21)日"
)
_DATE = re.compile(r"(20[0-4]\d|19\d\d)\s*[年\-/.．]\s*(\d{1,2})\s*[月\-/.．]\s*(\d{1,2})\s*日?")
_CHINESE_DATE = re.compile(
    r"([二〇○零一三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_PUBLISHED = re.compile(r"(?:发布|公开|公布|发文|信息|更新)(?:日期|时间)|^(?:日期|时间)")
_WRITTEN = re.compile(r"(?:成文|生成|制发|印发|落款)(?:日期|时间)")
_INDEX = re.compile(r"(?:索引号|索引编号|信息索引)[:：]?([A-Za-z0-9][A-Za-z0-9\-/_.]{4,60})")
_HEADING = re.compile(r"^([一二三四五六七八九十])[、.．]")
_PHONE = re.compile(r"(?:电话|联系电话|咨询电话)[:：]?((?:\d{3,4}[-—–－]*)?\d{7,8})")
_POSTCODE = re.compile(r"(?:邮编|邮政编码)[:：]?(\d{6})")
# bounded and begun at a boundary: without its blanks an English page is one run of letters
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS = re.compile(r"地址[:：]([^,，。;；)）]{4,60})")
_ORGAN_END = (
    "人民政府办公厅|人民政府办公室|人民政府|街道办事处|管理委员会|管委会|委员会|办事处|办公室|办公厅|"
    "分局|支队|总队|大队|中心|公司|医院|学校|法院|检察院|局|厅|委|院|办|队|处|站|镇|乡|街道"
)
_ORGAN = re.compile(rf"^(.{{2,40}}?(?:{_ORGAN_END})(?:[(（][^)）]{{2,20}}[)）])?)$")
_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "O": "0",
}
_LONGEST_TITLE = 90


@dataclass(frozen=True, slots=True)
class MetaLine:
    """One line of text outside tables, as printed."""

    page: int  # 0 in a document without pages
    text: str
    size: float  # height of its type, points; 0 for a row of a table beside the form
    start: int | None = None  # where it begins in the document's text, where that is known


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found; None where the document does not say."""

    title: str | None = None
    is_report: bool = False  # a title names the report, and no explanation or notice of it
    issuer: str | None = None
    organ_type: str | None = None
    report_year: int | None = None
    publication_date: date | None = None
    document_date: date | None = None
    signature_date: date | None = None
    index_number: str | None = None
    contacts: dict[str, str] = field(default_factory=dict)
    sections_present: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def read_metadata(lines: Sequence[MetaLine], file_title: str = "") -> Metadata:
    """Read what a report says about itself.

    ``lines`` in reading order; ``file_title`` is the title in the file's own properties, used
    only where the page has none.
    """
    texts = [(line, plain(line.text)) for line in lines]
    title, kind = _title(texts)
    if title is None and file_title:
        bare = plain(file_title)
        if _REPORT_NAME.search(bare) and not _NOT_REPORT.search(bare):
            title, kind = bare, True
    whole = "".join(text for _, text in texts)
    year = _report_year(title, whole)
    signature, signer = _signature(texts)
    issuer = _with_region(_issuer_of(title) or signer or _issuer_in_lead(whole), whole)
    published = _labelled_date(texts, _PUBLISHED)
    flags = []
    if (signature and year and signature.year not in (year, year + 1)) or (
        signature and published and signature.year != published.year
    ):
        flags.append("signature_year_differs")
    return Metadata(
        title=title,
        is_report=bool(title) and kind,
        issuer=issuer,
        organ_type=organ_type(issuer),
        report_year=year,
        publication_date=published,
        document_date=_labelled_date(texts, _WRITTEN),
        signature_date=signature,
        index_number=_first(_INDEX, whole),
        contacts=_contacts(whole),
        sections_present=_sections(texts),
        flags=tuple(flags),
    )


def _title(texts: Sequence[tuple[MetaLine, str]]) -> tuple[str | None, bool]:
    """The title, put together from its lines, and whether it names a report."""
    usual = sorted(line.size for line, _ in texts)[len(texts) // 2] if texts else 0.0
    best: tuple[float, str] | None = None
    refused: str | None = None
    for index, (line, text) in enumerate(texts[:60]):
        if line.page > 2 or not text or len(text) > _LONGEST_TITLE or line.size <= 0:
            continue
        # a title set over lines begins with the first of them
        before = texts[index - 1][0] if index else None
        inside = (
            before is not None
            and before.page == line.page
            and line.size > 1.15 * usual
            and abs(before.size - line.size) < 0.05 * line.size
            and not _GRID.search(texts[index - 1][1])
        )
        for count in (1, 2, 3):
            group = texts[index : index + count]
            if len(group) < count or any(g[0].page != line.page for g in group):
                break
            if count > 1 and any(_HEADING.match(g[1]) or "。" in g[1] for g in group):
                break
            joined = "".join(g[1] for g in group)
            match = _REPORT_NAME.search(joined)
            if match is None or len(joined) > _LONGEST_TITLE:
                continue
            if "。" in joined or "，" in joined or "根据" in joined or _GRID.search(joined):
                break
            if _NOT_REPORT.search(joined):
                refused = refused or joined
                break
            after = joined[match.end() :]
            if len(after) > 12 and not after.startswith(("(", "《")):
                continue
            alike = max(g[0].size for g in group) < 1.25 * max(min(g[0].size for g in group), 1)
            score = (
                2.0 * (line.size > 1.15 * usual if usual else 0)
                + 1.0 * bool(_YEAR.search(joined))
                + 0.5 * bool(_issuer_of(joined))
                - 0.05 * index
                - 0.2 * (count - 1)
                - 1.0 * inside
                - (0 if alike else 1.5)
                - (
                    1.0
                    if joined.endswith((":", "：")) or joined.startswith(("《", "关于印发"))
                    else 0
                )
            )
            if best is None or score > best[0]:
                best = (score, joined)
            break
    if best is not None:
        return best[1], True
    return refused, False


def _report_year(title: str | None, whole: str) -> int | None:
    """Title, then the statistics period; sentences of the body keep older years."""
    if title:
        years = _YEAR.findall(title)
        if years:
            return int(years[0])
    match = _PERIOD.search(whole)
    if match:
        return int(match.group(1))
    lead = re.search(r"(20[0-4]\d)年度?(?:政府)?信息公开(?:工作)?年?度?报告", whole)
    return int(lead.group(1)) if lead else None


def _issuer_of(title: str | None) -> str | None:
    """The organ's name in a title: what stands before the year or the report's name."""
    if not title:
        return None
    bare = re.sub(r"^(?:关于|\(|《)+", "", title)
    bare = re.split(r"政府信息公开|信息公开|政务公开", bare)[0]
    bare = re.sub(r"(?:关于)?(?:20[0-4]\d年?度?|20[0-4]\d)+", "", bare)
    bare = re.sub(r"(?:的|本级|部门|关于|年度|工作|:|-|—)+$", "", bare)
    bare = bare.strip("()（）《》【】[]:：—-_,.、")
    if bare.count("(") > bare.count(")"):
        bare += ")"  # of a second name: 司法局(区行政复议局)
    if len(bare) < 2 or not re.search(
        rf"(?:{_ORGAN_END}|府|县|市|区|旗|州|盟|省)(?:[(][^)]*[)])?$", bare
    ):
        return None
    return _full_name(bare)


def _full_name(name: str) -> str:
    """A bare place name (县, 镇, …) in a title stands for its people's government."""
    if re.search(r"(?:省|自治区|市|县|区|旗|州|盟|镇|乡)$", name) and not name.endswith(
        ("开发区", "示范区", "新区", "园区", "高新区", "度假区", "街区")
    ):
        return name + "人民政府"
    return name


def _with_region(name: str | None, whole: str) -> str | None:
    """The name with the places before it, where the text has it in full (市, 区, organ)."""
    if name is None:
        return None
    pattern = re.compile(
        rf"((?:[\u4e00-\u9fff]{{2,7}}?(?:省|自治区|市|州|盟|地区|县|区|旗))+){re.escape(name)}"
    )
    found: dict[str, int] = {}
    for match in pattern.finditer(whole):
        places = match.group(1)
        # the words before a place (由, 与, 请与, 根据 …) are no part of it
        places = re.sub(
            r"^.*?(?:由|与|在|为|向|和|及|对|到|是|现将|公布|根据|联系|编制)(?=[\u4e00-\u9fff]{2,}[省市州盟县区旗])",
            "",
            places,
        )
        found[places] = found.get(places, 0) + 1
    if not found:
        return name
    best = max(found, key=lambda places: (found[places], len(places)))
    return best + name


def _signature(texts: Sequence[tuple[MetaLine, str]]) -> tuple[date | None, str | None]:
    """Date and organ at the foot: short lines after the last section."""
    tail = [text for _, text in texts[-14:]]
    for index in range(len(tail) - 1, -1, -1):
        text = tail[index]
        found = _date_in(text)
        if found is None or len(text) > 26 or _PUBLISHED.search(text):
            continue
        rest = _DATE.sub("", text)
        rest = _CHINESE_DATE.sub("", rest)
        if len(rest) > 16:
            continue
        above = rest if len(rest) >= 4 else (tail[index - 1] if index else "")
        organ = _ORGAN.match(above)
        return found, organ.group(1) if organ else None
    return None, None


def _issuer_in_lead(whole: str) -> str | None:
    match = re.search(
        rf"(?:本报告由|现将|现公布)(.{{2,40}}?(?:{_ORGAN_END}))(?:20[0-4]\d|编制|根据|政府信息公开)",
        whole,
    )
    return match.group(1) if match else None


def _labelled_date(texts: Sequence[tuple[MetaLine, str]], label: re.Pattern[str]) -> date | None:
    for index, (_, text) in enumerate(texts):
        match = label.search(text)
        if match is None:
            continue
        found = _date_in(text[match.end() : match.end() + 24])
        if found is None and match.end() >= len(text) - 1 and index + 1 < len(texts):
            found = _date_in(texts[index + 1][1][:24])
        if found is not None:
            return found
    return None


def _date_in(text: str) -> date | None:
    match = _DATE.search(text)
    try:
        if match:
            return date(*(int(group) for group in match.groups()))
        chinese = _CHINESE_DATE.search(text)
        if chinese:
            year = "".join(_DIGITS.get(c, "0") for c in chinese.group(1))
            return date(int(year), _small(chinese.group(2)), _small(chinese.group(3)))
    except ValueError:
        return None
    return None


def _small(text: str) -> int:
    """A Chinese number below 100."""
    tens, mark, ones = text.partition("十")
    if not mark:
        return int("".join(_DIGITS[c] for c in text))
    return (int(_DIGITS[tens]) if tens else 1) * 10 + (int(_DIGITS[ones]) if ones else 0)


def _contacts(whole: str) -> dict[str, str]:
    found = {
        "address": _first(_ADDRESS, whole),
        "postcode": _first(_POSTCODE, whole),
        "phone": _first(_PHONE, whole),
        "email": (m.group() if (m := _MAIL.search(whole)) else None),
    }
    return {name: value for name, value in found.items() if value}


def _sections(texts: Sequence[tuple[MetaLine, str]]) -> tuple[str, ...]:
    numerals = [m.group(1) for _, text in texts if (m := _HEADING.match(text)) and len(text) < 40]
    return tuple(dict.fromkeys(numerals))


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match.group(1) if match else None


def organ_type(issuer: str | None) -> str | None:
    """The kind of organ, by the end of its name."""
    if not issuer:
        return None
    name = re.sub(r"[(（].*?[)）]$", "", issuer)
    rules: tuple[tuple[str, str], ...] = (
        (r"(?:管委会|管理委员会)$", "zone"),
        (r"(?:街道办事处|街道|街道办)$", "street"),
        (r"镇(?:人民政府)?$", "town"),
        (r"乡(?:人民政府)?$", "township"),
        (r"(?:人民政府办公厅|人民政府办公室|政府办公室|政府办)$", "office"),
        (r"(?:省|自治区)人民政府$", "province_gov"),
        (r"(?:县|区|旗)人民政府$", "county_gov"),
        (r"(?:市|州|盟)人民政府$", "prefecture_gov"),
        (r"(?:部|总局|署)$", "ministry"),
        (r"(?:局|厅|委|委员会|办|办公室|院|中心|队|处|站)$", "dept"),
    )
    for pattern, kind in rules:
        if re.search(pattern, name):
            return kind
    return None
