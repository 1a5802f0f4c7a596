"""Tables as the filled form: every value cell under its own key, whatever stands in it."""

from __future__ import annotations

import pytest
from form_tables import (
    T21_KEYS,
    T21_TEXTS,
    Cell,
    applications,
    article20_t19,
    article20_t21,
    counting,
    kinds,
    pages,
    t21,
    table_of,
    whole,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.model import Kind
from gouji.reports import fill_form
from gouji.reports.forms import value_keys

FORMS = pytest.mark.parametrize(
    ("template", "single", "count"), [("T21", False, 200), ("T19", False, 198), ("T21", True, 186)]
)


@FORMS
def test_every_value_of_a_form_is_read_under_its_key(
    template: str, single: bool, count: int
) -> None:
    keys = value_keys(template, single)
    texts = counting(keys)
    form = fill_form(whole(template, texts.__getitem__, single=single))
    assert form.template == template
    assert len(form.cells) == len(keys) == count
    assert {c.key: c.text for c in form.cells} == texts
    assert ("template_mixture" in form.flags) is single


@FORMS
def test_blank_cells_are_blank_and_never_zero(template: str, single: bool, count: int) -> None:
    keys = value_keys(template, single)
    texts = counting(keys) | dict.fromkeys(keys[::3], "")
    found = kinds(fill_form(whole(template, texts.__getitem__, single=single)))
    assert [key for key, kind in found.items() if kind is Kind.BLANK] == list(keys[::3])


@pytest.mark.parametrize("mark", ["/", "-", "—", "无"])
def test_a_mark_for_none_stays_a_mark(mark: str) -> None:
    texts = T21_TEXTS | dict.fromkeys(T21_KEYS[5::7], mark)
    form = fill_form(whole("T21", texts.__getitem__))
    assert len(form.cells) == 200
    assert [k for k, kind in kinds(form).items() if kind is Kind.NOT_APPLICABLE] == list(
        T21_KEYS[5::7]
    )


@given(
    st.lists(
        st.sampled_from(["0", "1", "12", "", "/", "１２", "11398889", "3.5"]),
        min_size=200,
        max_size=200,
    )
)
@settings(deadline=None, max_examples=25)
def test_whatever_stands_in_the_cells_stands_under_their_keys(texts: list[str]) -> None:
    printed = dict(zip(T21_KEYS, texts, strict=True))
    form = fill_form(whole("T21", printed.__getitem__))
    if form.template is not None:
        assert {cell.key: cell.text for cell in form.cells} == printed


def test_no_table_is_no_form() -> None:
    assert fill_form([]).template is None
    other = table_of([[Cell("姓名"), Cell("电话")], [Cell("张三"), Cell("12345")]])
    assert fill_form([other]).template is None


def test_the_form_is_told_by_its_head_words_and_never_by_the_year() -> None:
    title = [Cell("2023年政府信息公开工作年度报告", 1, 4)]
    texts = counting(value_keys("T19", False))
    parts = pages(
        [title, *article20_t19(texts.__getitem__)],
        applications(texts.__getitem__, "T19"),
        joined=False,
    )
    assert fill_form(parts).template == "T19"
    parts = pages([title, *article20_t21(t21)], applications(t21), joined=False)
    assert fill_form(parts).template == "T21"


def test_part_three_alone_tells_its_form_by_the_rows_of_group_six() -> None:
    assert fill_form([table_of(applications(t21))]).template == "T21"
    texts = counting(value_keys("T19", False))
    assert fill_form([table_of(applications(texts.__getitem__, "T19"))]).template == "T19"
