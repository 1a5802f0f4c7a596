"""What a report says about itself, as a whole: the published reports and titles of all shapes.

Issuers, dates, numbers and pages that are no report have tests of their own beside this file.
"""

from __future__ import annotations

import json

import pytest
from places import SHARED
from report_lines import report

from gouji.reports import MetaLine, read_metadata

SEEDS = SHARED / "seeds"
seeds = pytest.mark.skipif(not SEEDS.exists(), reason="../shared is not here")
REGIONS = {
    "000": ("辽宁省", "阜新市", "彰武县", "平安镇"),
    "001": ("山东省", "威海市", "乳山市", "诸往镇"),
    "002": ("湖南省", "湘潭市", "湘乡市"),
    "003": ("宁夏回族自治区", "吴忠市", "盐池县", "惠安堡镇"),
    "004": ("内蒙古自治区", "阿拉善盟", "阿拉善右旗"),
}


@seeds
@pytest.mark.parametrize("number", sorted(REGIONS))
@pytest.mark.parametrize("layout", ["lines", "one line"])
def test_the_published_reports_say_what_they_say(number: str, layout: str) -> None:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    truth = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8"))[path.name]
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n") if layout == "lines" else [text.replace("\n", " ")]
    found = read_metadata([MetaLine(0, line, 10.0) for line in lines])
    info = found.info
    assert found.no_report is None
    assert (info.issuer, info.report_year) == (truth["issuer"], truth["report_year"])
    published = info.publication_date and info.publication_date.isoformat()
    assert published == truth.get("publication_date")
    assert info.index_number == truth.get("index_number")
    assert info.region == REGIONS[number]
    if layout == "lines":
        signed = info.signature_date and info.signature_date.isoformat()
        assert signed in (truth.get("signature_date_as_printed"), "2022-01-20" * (number == "004"))
        assert ("signature_year_differs" in found.flags) == (number == "002")
    if number == "000":  # the address and the phone at the foot are the host's
        assert info.contacts == {}
    assert len(info.sections_present) == (12 if number == "001" else 6)


@pytest.mark.parametrize(
    ("title", "issuer", "year"),
    [
        ("彰武县平安镇2023年政府信息公开工作年度报告", "彰武县平安镇人民政府", 2023),
        ("2022年湘乡市信访局政府信息公开年度报告", "湘乡市信访局", 2022),
        ("盐池县惠安堡镇人民政府2020年度政府信息公开工作年度报告", "盐池县惠安堡镇人民政府", 2020),
        ("淮安市洪泽区人民政府2023年度政府信息公开工作报告", "淮安市洪泽区人民政府", 2023),
        ("阿拉善右旗民政局政府信息公开工作2021年度报告", "阿拉善右旗民政局", 2021),
        ("关于乳山市诸往镇2017年度信息公开年报", "乳山市诸往镇人民政府", 2017),
        ("永春县东关镇人民政府 ２０２４ 年政府信息公开工作年度报告", "永春县东关镇人民政府", 2024),
        ("上海市浦东新区司法局(区行政复议局)2023年政府信息公开工作年度报告", "上海市浦东新区司法局(区行政复议局)", 2023),
        ("昆明市五华区人民政府莲华街道办事处2022年政府信息公开年度报告", "昆明市五华区人民政府莲华街道办事处", 2022),
    ],
)  # fmt: skip
def test_the_title_names_issuer_and_year(title: str, issuer: str, year: int) -> None:
    found = report(title)
    assert found.is_report
    assert (found.info.issuer, found.info.report_year) == (issuer, year)
    assert found.info.title == "".join(title.translate(str.maketrans("２０４", "204")).split())


def test_a_long_document_is_searched_at_both_ends() -> None:
    middle = [MetaLine(0, f"{number} 其他内容，与报告无关。", 10.0) for number in range(20_000)]
    title = MetaLine(0, "彰武县平安镇2023年政府信息公开工作年度报告", 10.0)
    end = [MetaLine(0, text, 10.0) for text in ("彰武县平安镇人民政府", "2024年1月10日")]
    info = read_metadata([title, *middle, *end]).info
    assert (info.report_year, str(info.signature_date)) == (2023, "2024-01-10")
    whole = " ".join(line.text for line in [title, *middle, *end])
    assert read_metadata([MetaLine(0, whole, 10.0)]).info.report_year == 2023
