"""Numbers in running text: what is one, what is none, and what can no longer be known."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.model import Number
from gouji.reports.numerals import counts, parse_numeral

calm = settings(deadline=None, max_examples=150)  # a busy machine is no failure

PLAIN = "零一二三四五六七八九", "十百千", "万亿"
FORMAL = "零壹贰叁肆伍陆柒捌玖", "拾佰仟", "萬億"


def written(number: int, digits: str, places: str, large: str) -> str:
    """A number below 10^12 in Chinese, as schoolbooks write it."""
    if number == 0:
        return digits[0]
    groups, rest = [], number
    while rest:
        rest, group = divmod(rest, 10_000)
        groups.append(group)
    text = ""
    for index in reversed(range(len(groups))):
        group = groups[index]
        if not group:
            text += digits[0] if text and not text.endswith(digits[0]) else ""
            continue
        if text and group < 1000 and not text.endswith(digits[0]):
            text += digits[0]
        text += below_ten_thousand(group, digits, places)
        text += "" if index == 0 else large[index - 1]
    return text.rstrip(digits[0])


def below_ten_thousand(number: int, digits: str, places: str) -> str:
    text, zero = "", False
    for index in (3, 2, 1, 0):
        digit = number // 10**index % 10
        if digit == 0:
            zero = bool(text)
            continue
        text += digits[0] if zero else ""
        text += digits[digit] + (places[index - 1] if index else "")
        zero = False
    return text


numbers = st.one_of(st.integers(0, 120), st.integers(0, 99_999), st.integers(0, 10**12 - 1))


@calm
@given(number=numbers)
def test_a_number_written_in_chinese_is_read_again(number: int) -> None:
    text = written(number, *PLAIN)
    assert parse_numeral(text) == number
    assert parse_numeral(written(number, *FORMAL)) == number
    if text.startswith("一十"):
        assert parse_numeral(text[1:]) == number
    if text.startswith("二"):
        assert parse_numeral("两" + text[1:]) == number


@calm
@given(number=numbers)
def test_a_number_in_digits_is_read_again(number: int) -> None:
    assert parse_numeral(str(number)) == number
    assert parse_numeral(f"{number:,}") == number
    wide = str(number).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    assert parse_numeral(wide) == number


@calm
@given(whole=st.integers(0, 99_999), digits=st.integers(1, 9999))
def test_digits_with_wan_are_exact(whole: int, digits: int) -> None:
    fraction = f"{digits:04d}"
    found = parse_numeral(f"{whole}.{fraction}万")
    assert found == whole * 10_000 + digits
    assert type(found) is int
    if digits >= 1000:
        assert parse_numeral(f"{whole or 1}万{digits}") == (whole or 1) * 10_000 + digits


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3,405,820", 3_405_820), ("196.4万", 1_964_000), ("1.3亿", 130_000_000), ("3千", 3000),
        ("12万3千", 123_000), ("2千万", 20_000_000), ("1.5万亿", 1_500_000_000_000),
        ("十", 10), ("十二", 12), ("二十", 20), ("廿", 20), ("廿三", 23), ("卅", 30), ("一百廿五", 125),
        ("二百三十五", 235), ("一千零二十", 1020), ("一千零二十五", 1025), ("十二万三千", 123_000),
        ("三亿零五", 300_000_005), ("两万零三十", 20_030), ("一〇五", 105), ("二○", 20), ("〇", 0),
        ("1.25", Decimal("1.25")), ("0.5", Decimal("0.5")), ("0.5万", 5000),
    ],
)  # fmt: skip
def test_forms_that_reports_use(text: str, value: Number) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "零零", "三五", "十七八", "一百五", "一万五", "二三十", "百", "千万", "万", "一百零", "十十", "百千", "一亿万",
        "12,34", "1,2345", "00", "05", "007", "1.2.3", "5一", "12万3亿", "1.5万3千", "1万05", "3.5千5", "abc", "-3",
        "一二三", "1" * 60, "九" * 60,
    ],
)  # fmt: skip
def test_what_is_no_number_or_two_is_none(text: str) -> None:
    assert parse_numeral(text) is None


def found(text: str) -> list[tuple[Number, bool, str]]:
    return [(c.value, c.approximate, c.unit) for c in counts(text)]


@pytest.mark.parametrize(
    ("text", "value", "approximate", "unit"),
    [
        ("共收到申请12件", 12, False, "件"),
        ("公开3,405,820条信息", 3_405_820, False, "条"),
        ("四十余条", 40, True, "条"),
        ("85余条", 85, True, "条"),
        ("约196.4万条", 1_964_000, True, "条"),
        ("1.3万余件", 13_000, True, "件"),
        ("30多万条", 300_000, True, "条"),
        ("十余万条", 100_000, True, "条"),
        ("百余件", 100, True, "件"),
        ("近千条", 1000, True, "条"),
        ("50件左右", 50, True, "件"),
        ("3000条以上", 3000, True, "条"),
        ("逾200宗", 200, True, "宗"),
        ("不足10件", 10, True, "件"),
        ("超过1万条", 10_000, True, "条"),
        ("收取240元", 240, False, "元"),
        ("收取2.5万元", 25_000, False, "元"),
        ("收取1,230.5元", Decimal("1230.5"), False, "元"),
        ("数量为0", 0, False, ""),
        ("均为零。", 0, False, ""),
        ("培训86人次", 86, False, "人次"),
        ("行政复议1起诉讼2起", 1, False, "起"),
        ("共计:12件", 12, False, "件"),
        ("结转3件至2024年", 3, False, "件"),
        ("2023年12件", 12, False, "件"),
    ],
)
def test_counts_in_running_text(text: str, value: Number, approximate: bool, unit: str) -> None:
    assert found(text)[0] == (value, approximate, unit)


@pytest.mark.parametrize(
    "text",
    [
        # ordinals, dates, percentages, names of documents, telephone numbers
        "第12件", "第二十条", "二〇二三年", "2023年1月10日", "5月份", "占12%", "百分之五", "〔2021〕30号", "国令第711号",
        "0453-6366000", "邮编:123200号", "1.收到", "(1)收到", "一是公开", "进一步", "12345热线", "20个工作日", "3个月", "1小时",
        # several numbers, or one that is not told
        "3—5件", "3-5件", "3至5件", "三到五件", "3~5件", "几十件", "十几件", "数百件", "三五件", "若干件", "每5件", "5,3件", "1 2件",
        # sayings
        "一件不少", "一个不漏", "一件事", "一条龙",
        # lost digits
        "?000余份", "？5件", "\ufffd5件", "5\ufffd件", "□5件", "1□件", "\ue0005件", "1*件", "×5件", "1?件", "000件", "05件",
    ],
)  # fmt: skip
def test_what_is_no_count(text: str) -> None:
    assert found(text) == []


@calm
@given(
    number=st.integers(0, 999_999),
    damage=st.sampled_from("?？\ufffd□■〓\ue123\uf000"),
    before=st.sampled_from(["", "收到申请", "共", "约", "发放宣传单"]),
    after=st.sampled_from(["件", "余份", "条", "", "。"]),
    data=st.data(),
)
def test_never_a_number_from_damage(
    number: int, damage: str, before: str, after: str, data: st.DataObject
) -> None:
    digits = str(number)
    at = data.draw(st.integers(0, len(digits)))
    assert found(before + digits[:at] + damage + digits[at:] + after) == []


@calm
@given(low=st.integers(0, 500), high=st.integers(0, 500), dash=st.sampled_from("-–—~～至到"))
def test_a_range_is_no_number(low: int, high: int, dash: str) -> None:
    assert found(f"收到{low}{dash}{high}件") == []
    assert found(f"收到{low}件{dash}{high}件") == []


@calm
@given(
    text=st.text(
        st.sampled_from("0123456789,.一二三十百千万亿零余多约近第件条元年月日-—?□ (),、。收到"),
        max_size=60,
    )
)
def test_counts_never_fall_over_and_keep_their_places(text: str) -> None:
    end = 0
    for count in counts(text):
        assert end <= count.start < count.end <= count.stop <= len(text)
        assert count.value >= 0
        end = count.stop
