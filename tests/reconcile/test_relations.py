"""The sums of the form: what holds, what is violated, and what cannot be tried."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in
from sound_forms import (
    APPLICANTS,
    FORMS,
    OUTSIDE,
    PROCESSED,
    hard,
    rows_of,
    sound,
)

from gouji.model import Kind, RelationResult, RelationStatus
from gouji.reconcile import check_relations
from gouji.reconcile.relations import Value
from gouji.reports.forms import value_keys

HOLDS, VIOLATED, UNTESTABLE = (
    RelationStatus.HOLDS,
    RelationStatus.VIOLATED,
    RelationStatus.UNTESTABLE,
)
forms = pytest.mark.parametrize("form", FORMS)


def by_status(results: list[RelationResult], status: RelationStatus) -> set[tuple[str, str]]:
    return {(r.id, r.scope) for r in results if r.status is status}


def ties(form: str, key: str) -> set[tuple[str, str]]:
    """The sums a cell stands in, told from the form's own wording."""
    table, row, column = key.split("/")
    if table == "review_litigation":
        return {("R4", row)}
    if table != "applications":
        return set()
    if row in OUTSIDE:
        sums = {("R1", row), ("R2", column)}
        return sums | {("R3", column)} if row == PROCESSED else sums
    return {("R1", row), ("R3", column)}


@forms
def test_a_sound_form_has_every_sum_of_its_kind_and_all_hold(form: str) -> None:
    results = hard(form, sound(form, 1))
    rows = len(rows_of(form))
    assert len(results) == rows + 7 + 7 + 3
    assert by_status(results, HOLDS) == {(r.id, r.scope) for r in results}
    assert all(r.left == r.right for r in results)


@pytest.mark.parametrize("form", one_in(3, FORMS))
@given(st.integers(0, 10**6), st.data())
@settings(deadline=None, max_examples=40)
def test_one_changed_number_violates_exactly_its_own_sums(
    form: str, seed: int, data: st.DataObject
) -> None:
    values = sound(form, seed)
    key = data.draw(st.sampled_from(sorted(values)))
    number = values[key].number
    assert isinstance(number, int)
    other = data.draw(st.integers(0, 5000).filter(lambda n: n != number))
    values[key] = Value(other, Kind.NUMBER)
    assert by_status(hard(form, values), VIOLATED) == ties(form, key)


@forms
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20)
def test_the_order_of_the_cells_changes_nothing(form: str, seed: int, random: Random) -> None:
    values = sound(form, seed)
    items = list(values.items())
    random.shuffle(items)
    template = FORMS[form][0]
    shuffled = check_relations(template, dict(items), "town")

    def plain(results: tuple[RelationResult, ...]) -> set[object]:
        return {replace(r, keys=tuple(sorted(r.keys))) for r in results}

    assert plain(shuffled) == plain(check_relations(template, values, "town"))


@forms
@given(st.integers(0, 10**6), st.data())
@settings(deadline=None, max_examples=30)
def test_an_unread_cell_leaves_its_sums_untestable_and_no_others(
    form: str, seed: int, data: st.DataObject
) -> None:
    values = sound(form, seed)
    kind = data.draw(st.sampled_from((Kind.UNREAD, Kind.TEXT_DAMAGED, Kind.CELL_NOT_IN_SOURCE)))
    key = data.draw(st.sampled_from(sorted(values)))
    values[key] = Value(None, kind)
    results = hard(form, values)
    assert by_status(results, UNTESTABLE) == ties(form, key)
    assert by_status(results, VIOLATED) == set()


@forms
@pytest.mark.parametrize("kind", [Kind.BLANK, Kind.NOT_APPLICABLE])
def test_a_blank_counts_as_nothing_within_a_row_and_is_untestable_in_a_column(
    form: str, kind: Kind
) -> None:
    values = sound(form, 4)
    key = "applications/granted_in_part/welfare"
    number, total = values[key].number, values["applications/granted_in_part/total"].number
    assert number is not None
    assert total is not None
    values[key] = Value(None, kind)
    results = {(r.id, r.scope): r for r in hard(form, values)}
    assert results["R1", "granted_in_part"].status is (HOLDS if number == 0 else VIOLATED)
    assert results["R1", "granted_in_part"].right == total - number
    assert results["R3", "welfare"].status is UNTESTABLE
    assert results["R2", "welfare"].status is HOLDS


@pytest.mark.parametrize("kind", [Kind.BLANK, Kind.NOT_APPLICABLE])
def test_a_row_of_blanks_with_a_total_of_zero_holds(kind: Kind) -> None:
    values = sound("T21", 2)
    for column in APPLICANTS:
        values[f"applications/other.misc/{column}"] = Value(None, kind)
    values["applications/other.misc/total"] = Value(0, Kind.NUMBER)
    results = {(r.id, r.scope): r.status for r in hard("T21", values)}
    assert results["R1", "other.misc"] is HOLDS
    values["applications/other.misc/total"] = Value(3, Kind.NUMBER)
    results = {(r.id, r.scope): r.status for r in hard("T21", values)}
    assert results["R1", "other.misc"] is VIOLATED


def test_a_blank_total_is_untestable() -> None:
    values = sound("T21", 2)
    values["applications/other.misc/total"] = Value(None, Kind.BLANK)
    results = {(r.id, r.scope): r.status for r in hard("T21", values)}
    assert results["R1", "other.misc"] is UNTESTABLE
    assert results["R3", "total"] is UNTESTABLE


def test_the_second_seed_report_holds_where_it_is_printed_and_is_untestable_where_it_is_blank() -> (
    None
):
    values = {key: Value(0, Kind.NUMBER) for key in value_keys("T21", False)}
    for key in values:
        if "/processed_total/" in key or "/carried_forward_to_next_year/" in key:
            values[key] = Value(None, Kind.BLANK)
    for column in ("welfare", "total"):
        values[f"applications/refused.internal_affairs/{column}"] = Value(4, Kind.NUMBER)
    results = hard("T21", values)
    assert by_status(results, VIOLATED) == set()
    untestable = by_status(results, UNTESTABLE)
    assert {scope for id_, scope in untestable if id_ == "R2"} == {*APPLICANTS, "total"}
    assert ("R1", "refused.internal_affairs") not in untestable


def test_an_empty_form_has_nothing_to_test() -> None:
    assert [r for r in check_relations("T21", {}) if r.status is not UNTESTABLE] == []
    blank = {key: Value(None, Kind.BLANK) for key in value_keys("T21", False)}
    assert {r.status for r in check_relations("T21", blank)} == {UNTESTABLE}


def test_both_sides_are_told_and_the_cause_is_left_open() -> None:
    values = sound("T21", 9)
    key = "review_litigation/review/total"
    number = values[key].number
    assert isinstance(number, int)
    values[key] = Value(number + 1, Kind.NUMBER)
    (violated,) = [r for r in hard("T21", values) if r.status is VIOLATED]
    assert (violated.id, violated.scope) == ("R4", "review")
    assert (violated.left, violated.right) == (number + 1, number)
    assert violated.cause is not None
    assert key in violated.keys


def test_decimals_are_added_exactly() -> None:
    values = sound("T21", 3)
    row = "applications/unable.not_held/{}".format
    parts = [Decimal("0.1"), Decimal("0.2"), *(Decimal(0),) * 4]
    for column, part in zip(APPLICANTS, parts, strict=True):
        values[row(column)] = Value(part, Kind.NUMBER)
    values[row("total")] = Value(Decimal("0.3"), Kind.NUMBER)
    results = {(r.id, r.scope): r.status for r in hard("T21", values)}
    assert results["R1", "unable.not_held"] is HOLDS


def soft(
    template: str, organ: str | None = None, **numbers: int | None
) -> dict[tuple[str, str], RelationStatus]:
    keys = value_keys(template, False)
    values = {key: Value(0, Kind.NUMBER) for key in keys}
    for name, number in numbers.items():
        key = next(k for k in keys if k.endswith(name.replace("__", "/")))
        values[key] = Value(number, Kind.NUMBER if number is not None else Kind.BLANK)
    results = check_relations(template, values, organ)
    return {(r.id, r.scope): r.status for r in results if r.level == "S"}


def test_r5_no_less_than_nothing_was_in_force_a_year_ago() -> None:
    row = "art20_1.regulations"
    fine = soft("T21", regulations__in_force=3, regulations__issued=1, regulations__repealed=3)
    assert fine["R5", row] is HOLDS
    odd = soft("T21", regulations__in_force=1, regulations__issued=4)
    assert odd["R5", row] is VIOLATED
    assert soft("T21", regulations__in_force=None)["R5", row] is UNTESTABLE


def test_r6_no_more_is_newly_published_than_is_published() -> None:
    row = "art20_1.regulations"
    fine = soft("T19", regulations__newly_published=2, regulations__published_total=2)
    assert fine["R6", row] is HOLDS
    odd = soft("T19", regulations__newly_published=3, regulations__published_total=2)
    assert odd["R6", row] is VIOLATED


def test_r7_decisions_that_are_items_plus_change_were_misunderstood() -> None:
    row = "art20_5.licences"
    numbers = {"licences__previous_items": 10, "licences__change": -2}
    assert soft("T19", **numbers, licences__decisions=8)["R7", row] is VIOLATED
    assert soft("T19", **numbers, licences__decisions=90)["R7", row] is HOLDS
    unchanged = soft("T19", licences__previous_items=10, licences__decisions=10)
    assert unchanged["R7", row] is UNTESTABLE


@pytest.mark.parametrize("organ", ["town", "township", "street"])
def test_r8_towns_make_no_regulations(organ: str) -> None:
    row = ("R8", "art20_1.regulations")
    assert soft("T21", organ, regulations__in_force=1)[row] is VIOLATED
    assert soft("T21", organ)[row] is HOLDS
    assert row not in soft("T21", "province_gov", regulations__in_force=1)


def test_soft_relations_only_warn() -> None:
    values = {key: Value(0, Kind.NUMBER) for key in value_keys("T21", False)}
    levels = {r.id: r.level for r in check_relations("T21", values, "town")}
    assert {i for i, level in levels.items() if level == "H"} == {"R1", "R2", "R3", "R4"}
    assert {i for i, level in levels.items() if level == "S"} >= {"R5", "R8"}
