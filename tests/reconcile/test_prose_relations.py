"""Relations R9 to R15: the narrative against the tables, and what no table can tell."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT

from gouji.model import (
    Cause,
    DocumentReading,
    Kind,
    MediaType,
    Number,
    Pipeline,
    ProseFact,
    RelationResult,
    RelationStatus,
    ReportInfo,
    SourceInfo,
    StatedList,
)
from gouji.reconcile import check_prose
from gouji.reconcile.relations import Value
from gouji.reports.about import MetaLine
from gouji.reports.forms import value_keys
from gouji.reports.prose import read_narrative
from gouji.reports.wording import violated_in_words
from samples.generator.codes import Form
from samples.generator.facts import make_facts

HOLDS, VIOLATED, UNTESTABLE = RelationStatus
calm = settings(deadline=None, max_examples=80)  # a busy machine is no failure


def fact(code: str, value: Number, *, approximate: bool = False) -> ProseFact:
    return ProseFact(code, value, approximate, 1, "…")


def table(template: str = "T21", **numbers: Number | None) -> dict[str, Value]:
    """A form of zeros; a name is the end of a key with __ for / and _dot_ for a dot."""
    values = {key: Value(0, Kind.NUMBER) for key in value_keys(template, False)}
    for name, number in numbers.items():
        end = name.replace("__", "/").replace("_dot_", ".")
        (key,) = [k for k in values if k.endswith("/" + end)]
        values[key] = Value(number, Kind.NUMBER if number is not None else Kind.BLANK)
    return values


def status(
    values: Mapping[str, Value], *facts: ProseFact, template: str | None = "T21"
) -> dict[tuple[str, str], RelationStatus]:
    return {(r.id, r.scope): r.status for r in check_prose(template, values, facts)}


def only(
    values: Mapping[str, Value], *facts: ProseFact, template: str | None = "T21"
) -> RelationResult:
    (result,) = check_prose(template, values, facts)
    return result


def test_r9_received_with_and_without_those_carried_over() -> None:
    values = table(requests_received__total=119, carried_over_from_previous_year__total=5)
    for number in (119, 124):
        result = only(values, fact("requests_received", number))
        assert (result.id, result.status, result.left, result.right) == (
            "R9",
            HOLDS,
            number,
            number,
        )
    result = only(values, fact("requests_received", 120))
    assert (result.status, result.left, result.right) == (VIOLATED, 120, 119)
    assert (result.level, result.cause) == ("S", Cause.UNKNOWN)
    assert set(result.keys) == {
        "applications/requests_received/total",
        "applications/carried_over_from_previous_year/total",
    }


def test_r9_is_not_violated_where_a_sum_that_may_be_meant_is_not_known() -> None:
    values = table(requests_received__total=119, carried_over_from_previous_year__total=None)
    assert only(values, fact("requests_received", 124)).status is UNTESTABLE
    assert only(values, fact("requests_received", 119)).status is HOLDS


def test_r9_handled_may_be_any_of_three() -> None:
    values = table(
        requests_received__total=12,
        carried_over_from_previous_year__total=3,
        processed_total__total=14,
    )
    said = {n: only(values, fact("requests_handled", n)).status for n in (12, 15, 14, 13)}
    assert said == {12: HOLDS, 15: HOLDS, 14: HOLDS, 13: VIOLATED}


def test_r9_applicants_and_results() -> None:
    values = table(
        requests_received__natural_person=10, requests_received__business=2,
        requests_received__other_org=1, processed_total__total=9, granted_in_full__total=4,
        granted_in_part__total=2, carried_forward_to_next_year__total=3,
    )  # fmt: skip
    told = status(
        values,
        fact("requests_received/natural_person", 10),
        fact("requests_received/organisations", 3),
        fact("processed_total", 8),
        fact("granted_in_full", 6),  # with those granted in part
        fact("carried_forward_to_next_year", 3),
    )
    assert told == {
        ("R9", "requests_received/natural_person"): HOLDS,
        ("R9", "requests_received/organisations"): HOLDS,
        ("R9", "processed_total"): VIOLATED,
        ("R9", "granted_in_full"): HOLDS,
        ("R9", "carried_forward_to_next_year"): HOLDS,
    }


def test_r10_groups_are_the_sums_of_their_rows() -> None:
    values = table(
        refused_dot_state_secret__total=1, refused_dot_enforcement_file__total=2,
        other_dot_overdue_fee__total=1, other_dot_misc__total=4, processed_total__total=20,
    )  # fmt: skip
    told = status(
        values,
        fact("refused", 3),
        fact("other", 5),
        fact("unable", 1),
        fact("refused.state_secret", 1),
    )
    assert told == {
        ("R10", "refused"): HOLDS,
        ("R10", "other"): HOLDS,
        ("R10", "unable"): VIOLATED,
        ("R10", "refused.state_secret"): HOLDS,
        ("R10", "outcomes"): UNTESTABLE,
    }
    older = table("T19", other_handling__total=7)
    assert only(older, fact("other", 7), template="T19").status is HOLDS


def test_r10_outcomes_add_up_to_what_was_processed() -> None:
    facts = (fact("granted_in_full", 3), fact("granted_in_part", 2), fact("unable", 4))

    def outcomes(total: int) -> RelationStatus:
        values = table(
            granted_in_full__total=3, granted_in_part__total=2, unable_dot_not_held__total=4,
            processed_total__total=total,
        )  # fmt: skip
        return status(values, *facts)["R10", "outcomes"]

    assert outcomes(9) is HOLDS
    assert outcomes(8) is VIOLATED
    assert outcomes(10) is UNTESTABLE  # prose may leave one out


def test_r11_reviews_and_both_kinds_of_lawsuits() -> None:
    values = table(review__total=134, litigation_direct__total=50, litigation_after_review__total=7)
    told = status(
        values,
        fact("review.total", 170),
        fact("litigation.total", 57),
        fact("litigation_direct.total", 50),
        fact("review.upheld", 0),
    )
    assert told == {
        ("R11", "review.total"): VIOLATED,
        ("R11", "litigation.total"): HOLDS,
        ("R11", "litigation_direct.total"): HOLDS,
        ("R11", "review.upheld"): HOLDS,
    }


def test_r12_none_received_is_none_in_the_table() -> None:
    none = fact("requests_received", 0)
    assert only(table(), none).id == "R12"
    assert only(table(), none).status is HOLDS
    blank = {key: Value(None, Kind.BLANK) for key in table()}
    assert only(blank, none).status is HOLDS
    wrong = only(table(requests_received__total=3, requests_received__business=3), none)
    assert (wrong.status, wrong.left, wrong.right) == (VIOLATED, 0, 3)


def test_r12_looks_at_every_cell_unless_some_were_carried_over() -> None:
    none = fact("requests_received", 0)
    values = table(refused_dot_internal_affairs__welfare=4, refused_dot_internal_affairs__total=4)
    result = only(values, none)
    assert (result.status, result.right) == (VIOLATED, 4)
    assert set(result.keys) == {
        "applications/refused.internal_affairs/welfare",
        "applications/refused.internal_affairs/total",
    }
    carried = values | {"applications/carried_over_from_previous_year/total": Value(4, Kind.NUMBER)}
    assert only(carried, none).status is HOLDS


@pytest.mark.parametrize("kind", [Kind.UNREAD, Kind.TEXT_DAMAGED, Kind.CELL_NOT_IN_SOURCE])
def test_r12_says_nothing_of_cells_that_nobody_read(kind: Kind) -> None:
    values = table() | {"applications/requests_received/total": Value(None, kind)}
    assert only(values, fact("requests_received", 0)).status is UNTESTABLE


def test_r13_documents_made_repealed_and_in_force() -> None:
    row = "art20_1_dot_normative_documents__{}".format
    values = table(**{row("issued"): 4, row("repealed"): 0, row("in_force"): 32})
    told = status(
        values,
        fact("normative_documents", 0),
        fact("normative_documents.repealed", 0),
        fact("normative_documents.in_force", 32),
        fact("normative_documents.published", 9),  # of which year, nobody says
    )
    assert told == {
        ("R13", "normative_documents"): VIOLATED,
        ("R13", "normative_documents.repealed"): HOLDS,
        ("R13", "normative_documents.in_force"): HOLDS,
        ("R13", "normative_documents.published"): UNTESTABLE,
    }
    older = table("T19", **{row("made"): 4})
    assert only(older, fact("normative_documents", 4), template="T19").status is HOLDS


def stated(
    total: Number, *parts: Number, exhaustive: bool = True, approximate: bool = False
) -> RelationStatus:
    one = StatedList("各类信息", total, parts, exhaustive, approximate, 1, "…")
    (result,) = check_prose(None, {}, (), [one])
    assert (result.id, result.left, result.right) == ("R14", total, sum(parts))
    return result.status


def test_r14_categories_add_up_to_their_total() -> None:
    assert stated(85, 4, 41, 20, 20) is HOLDS
    assert stated(85, 4, 41, 20) is VIOLATED
    assert stated(85, 4, 41, 20, exhaustive=False) is UNTESTABLE
    assert stated(85, 4, 41, 40, exhaustive=False, approximate=True) is HOLDS
    assert stated(80, 4, 41, 20, approximate=True) is UNTESTABLE


FEES = "art20_8_dot_administrative_fees__amount_wan_yuan"


@pytest.mark.parametrize(
    ("yuan", "printed", "outcome"),
    [
        (240, Decimal("0.024"), VIOLATED),
        (240, 240, VIOLATED),
        (240, Decimal("7730.28"), HOLDS),
        (0, 0, UNTESTABLE),
        (0, 12, UNTESTABLE),
        (240, 0, UNTESTABLE),
        (240, None, UNTESTABLE),
    ],
)
def test_r15_a_fee_for_information_is_not_the_fees_of_the_table(
    yuan: int, printed: Number | None, outcome: RelationStatus
) -> None:
    result = only(table(**{FEES: printed}), fact("fees", yuan))
    assert (result.id, result.status) == ("R15", outcome)


def test_r15_no_word_of_fees_says_nothing() -> None:
    assert check_prose("T21", table(), ()) == ()
    assert check_prose("T19", table("T19"), (fact("fees", 5),)) == ()


@pytest.mark.parametrize(
    ("said", "printed", "outcome"),
    [(40, 47, HOLDS), (40, 60, VIOLATED), (13_000, 13_412, HOLDS), (1000, 985, HOLDS), (85, 88, HOLDS), (85, 120, VIOLATED)],
)  # fmt: skip
def test_approximate_numbers_may_be_off(said: int, printed: int, outcome: RelationStatus) -> None:
    values = table(requests_received__total=printed)
    assert only(values, fact("requests_received", said, approximate=True)).status is outcome
    assert only(values, fact("requests_received", said)).status is VIOLATED


def test_the_older_table_has_the_same_numbers_under_its_own_names() -> None:
    def indicators(**numbers: int) -> dict[str, Value]:
        return {
            f"indicators/{name.replace('_dot_', '.')}/value": Value(n, Kind.NUMBER)
            for name, n in numbers.items()
        }

    values = indicators(
        requests_dot_received=12, requests_dot_completed=11, replies_dot_granted=7,
        replies_dot_partial=1, replies_dot_already_public=2, litigation_dot_total=3,
    )  # fmt: skip
    told = status(
        values,
        fact("requests_received", 12),
        fact("processed_total", 11),
        fact("granted_in_full", 9),
        fact("litigation.total", 2),
        fact("review.total", 0),
        template="T14",
    )
    assert told == {
        ("R9", "requests_received"): HOLDS,
        ("R9", "processed_total"): HOLDS,
        ("R9", "granted_in_full"): HOLDS,
        ("R11", "litigation.total"): VIOLATED,
        ("R11", "review.total"): UNTESTABLE,
    }
    zero = fact("requests_received", 0)
    assert only(values, zero, template="T14").status is VIOLATED
    assert only(indicators(requests_dot_received=0), zero, template="T14").status is HOLDS


def test_the_same_number_stated_twice_and_differently() -> None:
    twice = (fact("review.total", 3), fact("review.total", 4))
    result = only({}, *twice, template=None)
    assert (result.id, result.status, result.left, result.right) == ("R11", VIOLATED, 3, 4)
    # where there is a table, it tells which of them is right
    results = check_prose("T21", table(review__total=4), twice)
    assert [(r.status, r.left) for r in results] == [(VIOLATED, 3), (HOLDS, 4)]
    # with those carried over and without; several channels; about so many
    carried = (
        fact("requests_received", 124),
        fact("requests_received", 119),
        fact("carried_over_from_previous_year", 5),
    )
    assert check_prose(None, {}, carried) == ()
    assert (
        check_prose(None, {}, (fact("disclosure.website", 3), fact("disclosure.website", 4))) == ()
    )
    assert (
        check_prose(None, {}, (fact("review.total", 3), fact("review.total", 4, approximate=True)))
        == ()
    )


def test_a_number_said_twice_is_tested_once() -> None:
    assert len(check_prose("T21", table(review__total=3), [fact("review.total", 3)] * 3)) == 1


@calm
@given(
    codes=st.lists(
        st.sampled_from(
            ["requests_received", "refused", "review.total", "litigation.total", "fees", "normative_documents",
             "requests_received/business", "disclosure.items", "no.such", "refused.no_such", "regulations.in_force"]
        ),
        max_size=6,
    ),
    number=st.integers(0, 10**7) | st.decimals(0, 10**6, places=2, allow_nan=False),
    template=st.sampled_from(["T08", "T14", "T19", "T21", None]),
    kind=st.sampled_from([k for k in Kind if k is not Kind.NUMBER]),
)  # fmt: skip
def test_a_cell_without_a_number_never_breaks_a_relation(
    codes: list[str], number: Number, template: str | None, kind: Kind
) -> None:
    values = {key: Value(None, kind) for key in value_keys("T21", False)}
    for result in check_prose(template, values, [fact(code, number) for code in codes]):
        assert result.level == "S"
        assert result.status is not VIOLATED or result.keys == ()


@pytest.mark.parametrize("form", [Form.T19, Form.T21, Form.MIXTURE])
def test_the_generator_s_reports_keep_their_word(form: Form) -> None:
    """Nothing is violated but where a mistake was made on purpose."""
    tried = 0
    for seed in range(40):
        made = make_facts(seed, form)
        texts = [made.title]
        for section in made.sections:
            texts += [f"{section.numeral}、{section.heading}", *section.paragraphs]
        narrative = read_narrative([MetaLine(0, text, 10.0) for text in texts])
        values = {key: Value(cell.value, Kind(cell.kind)) for key, cell in made.cells.items()}
        results = check_prose(made.form.template, values, narrative.facts, narrative.lists)
        tried += sum(1 for r in results if r.status is HOLDS)
        if not made.mistakes:
            assert [r for r in results if r.status is VIOLATED] == []
    assert tried > 150


def test_every_relation_is_documented() -> None:
    text = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
    for number in range(9, 16):
        assert f"\n| R{number} | S |" in text


def test_every_relation_has_a_sentence() -> None:
    facts = [
        fact("requests_received", 5), fact("refused", 5), fact("review.total", 5),
        fact("normative_documents", 5), fact("fees", 5),
    ]  # fmt: skip
    lists = [StatedList("各类信息", 9, (1, 2), True, False, 1, "…")]
    results = [
        *check_prose("T21", table(**{FEES: 5}), facts, lists),
        *check_prose("T21", table(requests_received__total=4), [fact("requests_received", 0)]),
    ]
    source = SourceInfo("a.pdf", "0" * 64, MediaType.PDF, 1)
    reading = DocumentReading(
        source, Pipeline("1", "x"), ReportInfo("T21"), relations=tuple(results)
    )
    sentences = list(violated_in_words(reading))
    assert len(sentences) == len({r.id for r in results}) == 7
    assert all("on one side" not in sentence and "a warning" in sentence for sentence in sentences)
    assert any("5 in the text, 0 in the table (R9" in sentence for sentence in sentences)
