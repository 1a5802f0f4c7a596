"""Joint decoding of what makes no sense, and of more doubt than there is time for."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from random import Random

import pytest
from decoded_forms import (
    Read,
    another,
    clear,
    decoded,
    forms,
    printed,
    priors,
    sound_numbers,
    tied_keys,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in
from sound_forms import FORMS, hard, rows_of, sound

from gouji.model import Cause, Kind, RelationStatus
from gouji.reconcile.decoding import (
    Check,
    DecodeSettings,
    Outcome,
    decode,
    form_checks,
)
from gouji.reports.forms import value_keys


class TestBadInput:
    def test_all_cells_unreadable(self) -> None:
        read: Read = {key: [(None, Kind.UNREAD, 1.0)] for key in value_keys("T21", False)}
        result = decoded("T21", read)
        assert all(check.after is RelationStatus.UNTESTABLE for check in result.checks)
        assert all(cell.confidence == 0 for cell in result.cells.values())

    def test_nothing_at_all(self) -> None:
        assert decode([], []).cells == {}

    def test_another_form_has_no_sums(self) -> None:
        read: Read = {"a/b/c": [(1, Kind.NUMBER, 0.7), (2, Kind.NUMBER, 0.2)]}
        cell = decoded("T21", read).cells["a/b/c"]
        assert cell.confidence == pytest.approx(0.7, abs=0.001)
        assert cell.other == pytest.approx(0.1, abs=0.001)

    def test_checks_over_cells_that_are_not_there_are_left_out(self) -> None:
        read: Read = {"a/b/c": [(1, Kind.NUMBER, 0.7)]}
        result = decode(priors(read), [Check("R1", "b", {"a/b/c": 1, "a/b/d": -1})])
        assert result.checks == ()

    def test_checks_that_contradict_each_other(self) -> None:
        read: Read = {"a": [(1, Kind.NUMBER, 0.9)], "b": [(2, Kind.NUMBER, 0.9)]}
        checks = [
            Check("1", "", {"a": 1, "b": -1}),
            Check("2", "", {"a": 1, "b": -1}, constant=5),
            Check("3", "", {"a": 1}, constant=-9),
        ]
        result = decode(priors(read), checks)
        assert printed(result) == {"a": 1, "b": 2}
        assert max(cell.confidence for cell in result.cells.values()) < 0.9

    @pytest.mark.parametrize("p", [0.0, 1.0, math.nan, math.inf, -1.0, 7.0])
    def test_probabilities_of_nothing_and_of_everything(self, p: float) -> None:
        numbers = sound_numbers("T19", 3)
        result = decoded("T19", {k: [(n, Kind.NUMBER, p)] for k, n in numbers.items()})
        assert all(0 <= cell.confidence <= 1 for cell in result.cells.values())
        assert {k: v for k, v in printed(result).items() if v is not None} == numbers

    def test_certain_readings_that_break_a_sum_are_the_publishers(self) -> None:
        read: Read = {"t": [(5, Kind.NUMBER, 1.0)], "a": [(4, Kind.NUMBER, 1.0)]}
        result = decode(priors(read), [Check("R1", "t", {"t": 1, "a": -1})])
        assert printed(result) == {"t": 5, "a": 4}
        assert result.checks[0].cause is Cause.SOURCE_INCONSISTENT

    def test_numbers_beyond_ten_to_the_twelfth(self) -> None:
        numbers = sound_numbers("T21", 4)
        large = {key: number * 10**15 for key, number in numbers.items()}
        key = next(k for k in tied_keys("T21", numbers) if large[k] and "applications" in k)
        read = clear(large)
        read[key] = [(large[key] + 1, Kind.NUMBER, 0.9), (large[key], Kind.NUMBER, 0.1)]
        assert printed(decoded("T21", read)) == large

    def test_decimals_are_exact(self) -> None:
        read: Read = {
            "t": [(Decimal("0.3"), Kind.NUMBER, 0.99)],
            "a": [(Decimal("0.10"), Kind.NUMBER, 0.99)],
            "b": [(Decimal("0.2"), Kind.NUMBER, 0.5), (Decimal("0.7"), Kind.NUMBER, 0.5)],
        }
        result = decode(priors(read), [Check("R", "", {"t": 1, "a": -1, "b": -1})])
        assert result.checks[0].after is RelationStatus.HOLDS
        assert printed(result)["b"] == Decimal("0.2")

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "1E+999999", "1E-999999"])
    def test_numbers_that_are_none_take_no_part(self, text: str) -> None:
        read: Read = {"t": [(Decimal(text), Kind.NUMBER, 0.9)], "a": [(4, Kind.NUMBER, 0.9)]}
        result = decode(priors(read), [Check("R1", "t", {"t": 1, "a": -1})])
        assert result.checks[0].after is RelationStatus.UNTESTABLE

    @settings(max_examples=30, deadline=None)
    @given(data=st.data())
    def test_whatever_comes_the_probabilities_of_a_cell_add_up(self, data: st.DataObject) -> None:
        number = st.one_of(
            st.integers(-5, 12),
            st.integers(10**12, 10**13),
            st.decimals(-3, 3, places=1),
            st.just(Decimal("NaN")),
        )
        chance = st.one_of(st.floats(0, 1), st.sampled_from((0.0, 1.0, 1e-300, 2.0)))
        said = st.one_of(
            st.tuples(number, st.just(Kind.NUMBER), chance),
            st.tuples(st.none(), st.sampled_from(list(Kind)), chance),
        )
        keys = list("abcdef")
        read: Read = {key: data.draw(st.lists(said, max_size=4)) for key in keys}
        sign = st.sampled_from((-2, -1, -1, 0, 1, 1))
        checks = [
            Check(
                str(i),
                "",
                data.draw(st.dictionaries(st.sampled_from(keys), sign)),
                constant=data.draw(st.integers(-3, 3)),
                blank_is_zero=frozenset(data.draw(st.sets(st.sampled_from(keys)))),
                level=data.draw(st.sampled_from(("H", "S", "X", "?"))),
                broken=data.draw(st.sampled_from((None, 0.0, 0.3, 1.0))),
            )
            for i in range(data.draw(st.integers(0, 5)))
        ]
        result = decode(priors(read), checks)
        for cell in result.cells.values():
            whole = sum(w.posterior for w in cell.weighed) + cell.other
            assert whole == pytest.approx(1, abs=1e-6)
            assert 0 <= cell.confidence <= 1
            assert 0 <= cell.slip <= 1
            if cell.as_printed is not None:
                named = [w.candidate for w in cell.weighed]
                assert cell.as_printed is cell.read or cell.as_printed in named
        assert all(0 <= check.by_source <= 1 for check in result.checks)

    def test_two_cells_of_one_key(self) -> None:
        twice = priors({"a": [(1, Kind.NUMBER, 0.9)]}) * 2
        with pytest.raises(ValueError, match="one key"):
            decode(twice, [])


def noisy(seed: int, doubtful: float) -> Read:
    random, numbers = Random(seed), sound_numbers("T21", seed)
    read = clear(numbers)
    for key, number in numbers.items():
        if random.random() < doubtful:
            wrong = [another(random, number), number + 2, number + 11]
            ps = sorted((random.random() for _ in range(4)), reverse=True)
            values = [number, *wrong] if random.random() < 0.5 else [*wrong, number]
            read[key] = [(v, Kind.NUMBER, p / 3) for v, p in zip(values, ps, strict=True)]
    return read


@pytest.mark.parametrize("doubtful", one_in(2, [0.3, 1.0]))
def test_however_bad_the_reading_is_it_ends_in_time(doubtful: float) -> None:
    read = noisy(11, doubtful)
    begun = time.process_time()
    result = decoded("T21", read)
    assert time.process_time() - begun < 12  # 0.6 s measured; the promise is 2
    assert all(0 <= cell.confidence <= 1 for cell in result.cells.values())


def test_given_up_means_that_no_sum_was_heard() -> None:
    read = noisy(12, 0.5)
    result = decoded("T21", read, DecodeSettings(steps=10))
    assert result.outcome is Outcome.UNDECIDED
    for key, cell in result.cells.items():
        assert cell.confidence == pytest.approx(cell.prior.candidates[0].p, abs=0.01), key
    assert not any(c.cause is Cause.SOURCE_INCONSISTENT for c in result.checks)


@forms
def test_every_sum_of_the_form_is_a_check(form: str) -> None:
    keys = tuple(value_keys(*FORMS[form]))
    checks = form_checks(FORMS[form][0], keys)
    assert {c.name for c in checks} == {(r.id, r.scope) for r in hard(form, sound(form, 0))}
    assert len(rows_of(form)) + 14 + 3 == len(checks)
