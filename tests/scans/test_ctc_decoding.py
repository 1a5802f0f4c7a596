"""Numbers from the recogniser's probabilities: checked against every path there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ocr.decoding import BEAM, SURE, number_candidates
from ocr.engine import LOOKALIKES, SIGNS, Probabilities

FEW = "012."  # signs the small matrices use


def matrix(*steps: dict[str, float]) -> Probabilities:
    """Steps by their probable signs; blank is "", the rest of the probability is no sign."""
    signs = np.zeros((len(steps), len(SIGNS) + 2), np.float32)
    for row, step in zip(signs, steps, strict=True):
        for sign, probability in step.items():
            row[1 + SIGNS.index(sign) if sign else 0] = probability
        row[-1] = max(0.0, 1 - float(row[:-1].sum()))
    return signs


def every_path(signs: Probabilities, allowed: str) -> dict[str, float]:
    """The probability of every text, summed over all paths."""
    classes = ["", *allowed]
    columns = [0, *(1 + SIGNS.index(sign) for sign in allowed)]
    texts: dict[str, float] = {}
    for path in itertools.product(range(len(classes)), repeat=len(signs)):
        text = "".join(classes[key] for key, _ in itertools.groupby(path))
        probability = float(np.prod([signs[step, columns[c]] for step, c in enumerate(path)]))
        texts[text] = texts.get(text, 0.0) + probability
    return texts


@st.composite
def small_matrices(draw: st.DrawFn) -> Probabilities:
    steps = []
    for _ in range(draw(st.integers(1, 5))):
        weights = [draw(st.sampled_from((0.0, 0.01, 0.1, 0.5, 1.0, 9.0, 99.0))) for _ in range(6)]
        total = sum(weights) or 1.0
        shares = [weight / total for weight in weights]
        steps.append(dict(zip(["", *FEW], shares, strict=False)))  # the sixth: no sign
    return matrix(*steps)


def most_dropped(signs: Probabilities, allowed: str) -> float:
    """What a beam may lose: at each step all but the most probable prefixes."""
    steps = (every_path(signs[:step], allowed) for step in range(1, len(signs) + 1))
    return sum(sum(sorted(prefixes.values(), reverse=True)[BEAM:]) for prefixes in steps)


@given(small_matrices())
@example(matrix({"": 0.5, "0": 0.5}, *[dict.fromkeys(FEW, 0.25)] * 3, {".": 1.0}))
def test_candidates_are_those_of_all_paths_together(signs: Probabilities) -> None:
    truth, dropped = every_path(signs, FEW), most_dropped(signs, FEW)
    found = number_candidates(signs, FEW)
    surely = float(signs.max(axis=1).prod()) > SURE  # one path alone is the answer
    lost = 1 - SURE if surely else dropped
    for text, probability in found:
        assert truth[text] - lost - 1e-5 <= probability <= truth[text] + 1e-5
    best = max(truth.values())
    if best > lost + 1e-5:
        assert found[0][1] >= best - lost - 1e-5


@given(small_matrices())
def test_probabilities_fall_and_leave_a_remainder(signs: Probabilities) -> None:
    found = number_candidates(signs)
    probabilities = [probability for _, probability in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-9
    assert len({text for text, _ in found}) == len(found)
    assert number_candidates(signs) == found


def test_a_clear_number_has_one_reading() -> None:
    sure = 0.9999
    signs = matrix({"": sure}, {"4": sure}, {"4": sure}, {"": sure}, {"4": sure}, {"2": sure})
    ((text, probability),) = number_candidates(signs)
    assert text == "442"
    assert probability > 0.999


def test_the_second_reading_of_a_doubtful_digit_is_kept() -> None:
    signs = matrix({"1": 0.99}, {"": 0.99}, {"3": 0.6, "8": 0.35}, {"": 0.99})
    found = dict(number_candidates(signs))
    assert list(found)[:2] == ["13", "18"]
    assert found["13"] > found["18"] > 0.1


def test_repeats_add_up_over_paths_that_no_single_path_shows() -> None:
    # The best single path is 7 then blank; over all paths 77 cannot beat 7.
    signs = matrix({"7": 0.5, "": 0.5}, {"7": 0.5, "": 0.5}, {"7": 0.5, "": 0.5})
    found = dict(number_candidates(signs))
    assert found["7"] == pytest.approx(6 / 8)
    assert found["77"] == pytest.approx(1 / 8)
    assert found[""] == pytest.approx(1 / 8)


def test_what_is_no_sign_is_the_remainder() -> None:
    assert number_candidates(matrix({}, {})) == ()
    ((text, probability),) = number_candidates(matrix({"5": 0.3}))
    assert text == "5"
    assert probability == pytest.approx(0.3)


def test_only_allowed_signs_are_candidates() -> None:
    signs = matrix({"/": 0.7, "1": 0.3})
    assert dict(number_candidates(signs, "0123456789")) == pytest.approx({"1": 0.3})


def test_an_empty_cell_is_a_reading_of_its_own() -> None:
    assert number_candidates(matrix({"": 1.0}, {"": 1.0})) == (("", 1.0),)


def test_no_character_stands_for_two_signs() -> None:
    claimed = list(SIGNS) + [character for alike in LOOKALIKES.values() for character in alike]
    assert len(claimed) == len(set(claimed))
    assert set(LOOKALIKES) <= set(SIGNS)


def test_hundreds_of_steps_of_noise_are_decoded_in_bounded_time() -> None:
    noise = np.random.default_rng(3).dirichlet(np.ones(len(SIGNS) + 2), 400).astype(np.float32)
    assert sum(probability for _, probability in number_candidates(noise)) <= 1
