"""Curves, promises and drift: what must hold whatever the labels are."""

from __future__ import annotations

import json
import math
import timeit
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scanned_readings import labelled

from gouji.model import Agreement, CellState, Kind, PageLook, ReportCell
from gouji.reconcile.calibration import (
    Calibration,
    CalibrationUnusable,
    EvidenceUnusable,
    LabelledDocument,
    Reviewed,
    SourceKind,
    drift_of,
    evidence_fields,
    evidence_of,
    limit_within,
    shipped,
    source_kind,
)
from gouji.reconcile.calibration.curves import Curve, CurveUnusable, Steps
from gouji.reconcile.calibration.features import (
    NAMED,
    POSTERIOR,
    PRIOR,
    Feature,
    bent,
    prior_features,
    surroundings,
)
from gouji.reconcile.calibration.fitting import (
    Labels,
    TooFewLabels,
    fit_curve,
    fit_logistic,
    fit_steps,
)
from gouji.reconcile.calibration.folds import fold_of
from gouji.reconcile.calibration.judging import (
    Judged,
    accepted_at,
    calibration_error,
    clearly_better,
)
from gouji.reconcile.calibration.learning import judge, learn
from gouji.reconcile.calibration.promise import HeldOut, measure_held_out
from gouji.reconcile.decoding import Candidate, CellEvidence, Reading, prior_of

UP, DOWN = Feature("up", 1), Feature("down", -1)
FEATURES = (UP, DOWN, Feature("free"))
odd = st.floats(allow_nan=True, allow_infinity=True, width=32)
shares = st.floats(0, 1)


def labels(count: int, seed: int = 1, groups: int = 20) -> Labels:
    """Labels whose truth does depend on the features, and against their signs now and then."""
    rng = np.random.Generator(np.random.PCG64(seed))
    rows = rng.normal(size=(count, 3))
    right = rng.random(count) < 1 / (1 + np.exp(-(2 + 2 * rows[:, 0] + rows[:, 1])))
    names = [f"report {n % groups}" for n in range(count)]
    return Labels.of(rows.tolist(), right.tolist(), names)


@cache
def curves() -> tuple[Curve, ...]:
    return (
        fit_logistic(FEATURES, labels(400)),
        fit_curve(FEATURES, labels(6000)),
        fit_logistic(FEATURES, labels(40)),
    )


@pytest.mark.slow
@given(st.lists(odd, min_size=3, max_size=3), st.integers(0, 2), st.floats(0, 100))
def test_more_of_what_speaks_for_a_reading_never_makes_it_less_sure(
    row: list[float], place: int, more: float
) -> None:
    curve = curves()[place % len(curves())]
    higher = [row[0] + more, row[1] - more, row[2]]
    p, q = curve([row, higher])
    if not math.isnan(row[0]) and not math.isnan(row[1]):
        assert p <= q + 1e-12
    assert 0 < p < 1
    assert 0 < q < 1


def test_a_weight_against_its_sign_is_0() -> None:
    assert curves()[0].weights[1] == 0


@given(st.permutations(range(60)))
@settings(max_examples=5)
def test_the_order_of_labels_changes_nothing(order: list[int]) -> None:
    known = labels(60)
    rows, right = known.rows.tolist(), known.right.tolist()
    mixed = Labels.of(
        [rows[n] for n in order], [right[n] for n in order], [known.groups[n] for n in order]
    )
    assert fit_logistic(FEATURES, mixed) == fit_logistic(FEATURES, known)


@pytest.mark.parametrize("right", [[], [True] * 9, [False] * 9])
def test_nothing_is_fitted_on_labels_of_one_kind(right: list[bool]) -> None:
    known = Labels.of([[1.0, 2.0, 3.0]] * len(right), right, ["a"] * len(right))
    with pytest.raises(TooFewLabels):
        fit_curve(FEATURES, known)


def test_features_that_are_no_numbers_are_fitted_and_read_all_the_same() -> None:
    rows = [[math.nan, math.inf, -math.inf], [1.0, 0.0, 1.0], [0.0, 1.0, math.nan]] * 9
    curve = fit_curve(FEATURES, Labels.of(rows, [True, True, False] * 9, ["a", "b", "c"] * 9))
    assert all(0 < p < 1 for p in curve([*rows, [math.nan] * 3]))


@given(st.lists(st.tuples(st.floats(-9, 9), st.booleans()), min_size=1, max_size=80))
def test_steps_never_fall_and_never_reach_0_or_1(pairs: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in pairs])
    steps = fit_steps(scores, np.array([right for _, right in pairs]))
    odds = steps(np.linspace(-20, 20, 50))
    assert (np.diff(odds) > 0).all(), "the higher score is always the surer"
    assert np.isfinite(odds).all()


def test_a_curve_is_the_same_from_its_file() -> None:
    for curve in curves():
        again = Curve.from_fields(json.loads(json.dumps(curve.fields())), ("up", "down", "free"))
        assert again([[1, 2, 3]]) == pytest.approx(curve([[1, 2, 3]]), abs=1e-5)
        with pytest.raises(CurveUnusable):
            Curve.from_fields(curve.fields(), ("up", "down"))
    with pytest.raises(CurveUnusable):
        Steps((1.0, 0.0), (0.0, 1.0))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": 99}', '{"format": 1}', '{"format": 1, "prior": 3}', "{" * 9000],
)
def test_a_file_that_is_no_calibration_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(CalibrationUnusable) as refused:
        Calibration.from_json(text)
    assert "\n" not in str(refused.value)


def test_the_shipped_calibration_is_whole() -> None:
    calibration = shipped()
    assert Calibration.from_json(calibration.as_json()).as_json() == calibration.as_json()
    for curve, features in (
        (calibration.prior, PRIOR), (calibration.named, NAMED), (calibration.confidence, POSTERIOR)
    ):  # fmt: skip
        if curve is not None:
            for feature, weight in zip(features, curve.weights, strict=True):
                assert weight * feature.sign >= 0, feature.name


# --- documents ---


def evidence(key: str, number: int, p: float, other: int | None = None) -> CellEvidence:
    named = [Candidate(number, Kind.NUMBER, p)]
    if other is not None:
        named.append(Candidate(other, Kind.NUMBER, 0.9 * (1 - p)))
    look = PageLook(1, False, 0.0, 0.0, 2.0, 0.3)
    return CellEvidence(key, (Reading("scan", tuple(named)),), text_height=22.0, look=look)


def document(seed: int, report: str | None = None) -> LabelledDocument:
    """A block of reviews; of its doubtful cells some are wrong."""
    rng = np.random.Generator(np.random.PCG64(seed))
    parts = rng.integers(0, 90, size=4).tolist()
    keys = [
        f"review_litigation/review/{c}"
        for c in ("upheld", "corrected", "other_result", "pending", "total")
    ]
    numbers = [*parts, sum(parts)]
    evidences = []
    for key, number in zip(keys, numbers, strict=True):
        p = float(rng.choice([0.999, 0.99, 0.9, 0.6]))
        if rng.random() < p:
            evidences.append(evidence(key, number, p, number + 1))
        else:
            evidences.append(evidence(key, number + 3, p, number))
    truth = {key: (number, Kind.NUMBER) for key, number in zip(keys, numbers, strict=True)}
    name = f"document {seed}"
    return LabelledDocument(name, report or name, tuple(evidences), truth, "T21")


@pytest.mark.slow
def test_what_is_learned_is_judged_on_reports_that_were_not_seen() -> None:
    documents = [labelled(n, f"report {n // 2}", overconfident=0.2) for n in range(60)]
    learned = learn(documents)
    assert learned.calibration.confidence is not None
    assert {cell.document for cell in learned.judged} == {d.name for d in documents}
    ordered = sorted(documents, key=lambda d: (d.group, d.name))
    plain = [cell for document in ordered for cell in judge(document, Calibration())]
    assert clearly_better(learned.judged, plain)[0]
    assert calibration_error(learned.judged) < 0.8 * calibration_error(plain)
    for one, other in zip(documents[::2], documents[1::2], strict=True):
        assert learned.without(one.group) is learned.without(other.group)
    assert learn(list(reversed(documents))).calibration == learned.calibration


@pytest.mark.slow
def test_no_label_of_a_report_has_a_part_in_the_curves_that_judge_it() -> None:
    documents = [document(n) for n in range(40)]
    group = documents[0].group
    lies = dict.fromkeys(documents[0].truth, (10**6, Kind.NUMBER))
    spoiled = LabelledDocument(documents[0].name, group, documents[0].evidences, lies, "T21")
    before = learn(documents).without(group)
    after = learn([spoiled, *documents[1:]]).without(group)
    assert before.prior is not None
    assert before.confidence is not None
    assert before == after


def test_nothing_to_learn_from_leaves_everything_as_it_was() -> None:
    learned = learn([])
    assert learned.calibration.confidence is None
    assert learned.judged == ()
    right = LabelledDocument(
        "a", "a", (evidence("x/y/z", 1, 0.9),), {"x/y/z": (1, Kind.NUMBER)}, "T21"
    )
    assert learn([right]).calibration.confidence is None
    cells = [evidence("x/y/z", 1, 0.9)]
    assert Calibration().priors(cells) == [prior_of(cells[0])]


def test_two_hundred_cells_take_little_more_than_one() -> None:
    def seconds(rows: list[list[float]]) -> float:
        return min(timeit.repeat(lambda: curves()[1](rows), number=5, repeat=9))

    assert seconds([[0.5] * 3] * 200) < 40 * seconds([[0.5] * 3])


@given(
    p=shares, blank=st.none() | shares, views=st.none() | shares, marked=shares, placing=shares,
    label=shares, height=st.floats(0, 90), clipped=st.booleans(),
    agreement=st.sampled_from(Agreement), looked=st.booleans(),
)  # fmt: skip
def test_evidence_comes_back_from_what_is_kept(
    p: float, blank: float | None, views: float | None, marked: float, placing: float,
    label: float, height: float, clipped: bool, agreement: Agreement, looked: bool,
) -> None:  # fmt: skip
    named = (Candidate(12, Kind.NUMBER, p, "12"), Candidate(None, Kind.BLANK, 1 - p, ""))
    look = PageLook(3, True, 0.01, 2.5, 4.0, 0.2) if looked else None
    cell = CellEvidence(
        "a/b/c", (Reading("scan", named),), agreement=agreement, blank=blank, marked=marked,
        clipped=clipped, views_agree=views, placing=placing, label_score=label,
        text_height=height, look=look,
    )  # fmt: skip
    fields = json.loads(json.dumps(evidence_fields(cell)))
    again = evidence_of("a/b/c", fields)
    assert evidence_fields(again) == fields
    assert again.look == look
    assert again.placing == pytest.approx(placing, abs=1e-4)
    assert all(map(math.isfinite, prior_features(again, prior_of(again), surroundings([again]))))


@pytest.mark.parametrize(
    "fields",
    [
        {"readings": "["}, {"readings": "[[1]]"}, {"agreement": "perhaps"}, {"blank": "x"},
        {"page": 1.0}, {"readings": '[["scan", [["9999e999999", "number", 1, null]]]]' * 2},
    ],
)  # fmt: skip
def test_what_is_no_evidence_is_refused(fields: dict[str, float | str]) -> None:
    with pytest.raises(EvidenceUnusable):
        evidence_of("a/b/c", fields)


def test_kinds_of_sources() -> None:
    def kind(look: PageLook | None, reader: str = "scan", marked: float = 0.0) -> SourceKind:
        said = (Reading(reader, (Candidate(1, Kind.NUMBER, 1.0),)),)
        cells = [
            CellEvidence(f"a/{n}/b", said, text_height=22, look=look, marked=marked)
            for n in range(5)
        ]
        return source_kind(cells)

    flat = PageLook(1, False, 0.0, 0.0, 2.0, 0.3)
    assert kind(None, "pdf_table") is SourceKind.DIGITAL
    assert kind(flat) is SourceKind.CLEAN_SCAN
    assert kind(flat, marked=0.3) is SourceKind.SEALED_SCAN
    assert kind(PageLook(1, True, 0.03, 5.0, 2.0, 0.3)) is SourceKind.PHOTO
    assert kind(PageLook(1, False, 0.0, 0.0, 9.0, 0.3)) is SourceKind.POOR_SCAN
    assert source_kind([]) is SourceKind.DIGITAL


@given(st.floats(-30, 30))
def test_pieces_of_log_odds_add_up(odds: float) -> None:
    assert sum(bent(odds)) == pytest.approx(odds)


# --- judging and promising ---


def judged(p: Sequence[float], right: Sequence[bool], per_report: int = 10) -> list[Judged]:
    return [
        Judged(f"r{n // per_report}", f"d{n // per_report}", str(n), SourceKind.PHOTO, q, good)
        for n, (q, good) in enumerate(zip(p, right, strict=True))
    ]


def test_the_least_sure_are_reviewed_first_and_what_was_not_read_before_them() -> None:
    cells = judged([0.9, 0.5, 0.99, 0.7], [True, False, True, True])
    assert accepted_at(cells, 0) == (4, 1)
    assert accepted_at(cells, 0.25) == (3, 0)
    unread = Judged("r", "d", "u", SourceKind.PHOTO, 0.0, False, read=False)
    assert accepted_at([*cells, unread], 0.2) == (4, 1)
    assert accepted_at([*cells, unread], 0.4) == (3, 0)


def test_what_is_only_as_good_is_not_clearly_better() -> None:
    old = judged([0.9] * 200, [n % 10 > 0 for n in range(200)])
    better = judged(
        [0.999 if n % 10 else 0.3 for n in range(200)], [n % 10 > 0 for n in range(200)]
    )
    assert clearly_better(better, old)[0]
    assert not clearly_better(old, old)[0]
    assert not clearly_better(old, better)[0]
    assert not clearly_better([], [])[0]
    with pytest.raises(ValueError, match="same cells"):
        clearly_better(old, old[1:])


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.floats(0.01, 0.999), st.booleans()), min_size=30, max_size=120),
    st.integers(1, 5),
)
@settings(max_examples=30, deadline=None)
def test_a_bound_is_above_what_was_seen_and_no_threshold_beats_a_looser_promise(
    pairs: list[tuple[float, bool]], per_report: int
) -> None:
    p, right = [q for q, _ in pairs], [good for _, good in pairs]
    reports = [f"r{n // per_report}" for n in range(len(pairs))]
    held = measure_held_out(p, right, reports, len(set(reports)))
    assert sum(held.points[-1:][0].accepted for _ in "x") == len(pairs)
    for one, other in zip(held.points, held.points[1:], strict=False):
        assert one.threshold > other.threshold
        assert one.bound <= other.bound
        assert one.accepted <= other.accepted
    for point in held.points:
        assert point.bound >= point.errors / point.accepted - 1e-9
        assert point.bound > 0, "no error seen is no promise of none"
    again = HeldOut.from_fields(json.loads(json.dumps(held.fields())))
    assert again.documents == held.documents


def test_without_an_error_the_bound_is_that_of_the_rule_of_three_for_errors_that_gather() -> None:
    held = measure_held_out([0.99] * 4000, [True] * 4000, [f"r{n // 100}" for n in range(4000)], 40)
    assert {round(point.bound / (3 * 3 / 4000), 2) for point in held.points} == {1.0}


@pytest.mark.slow
def test_the_bound_holds_for_errors_that_come_by_document() -> None:
    """Of a hundred samples of 60 reports, the true rate lies above the bound in some five."""
    rng = np.random.Generator(np.random.PCG64(7))
    missed = 0
    for _ in range(100):
        bad = rng.random(60) < 0.15  # a bad report has one cell in ten wrong
        wrong = rng.random((60, 50)) < np.where(bad, 0.1, 0.0)[:, None]
        held = measure_held_out(
            [0.9] * 3000, (~wrong).ravel().tolist(), [f"r{n // 50}" for n in range(3000)], 60
        )
        missed += held.points[-1].bound < 0.015
    assert missed <= 12


def test_too_few_reports_promise_nothing() -> None:
    held = measure_held_out([0.99] * 300, [True] * 300, ["a", "b", "c"] * 100, 3)
    assert held.threshold_for(0.5) is None
    assert held.bound_at(0.9) is None
    assert HeldOut(0, 0, 0, ()).threshold_for(0.5) is None


def test_a_threshold_between_two_points_has_the_promise_of_the_looser_one() -> None:
    p = [0.5 + n / 2002 for n in range(1000)]
    right = [n > 100 for n in range(1000)]
    held = measure_held_out(p, right, [f"r{n % 50}" for n in range(1000)], 50)
    one, other = held.points[1], held.points[2]
    assert held.bound_at((one.threshold + other.threshold) / 2) == other.bound
    assert held.bound_at(1.0) == held.points[0].bound
    assert held.bound_at(one.threshold) == one.bound
    best = held.threshold_for(other.bound)
    assert best is not None
    assert best <= other.threshold
    assert held.threshold_for(1e-9) is None


@given(st.lists(st.tuples(st.integers(0, 9), shares, st.booleans()), max_size=60), st.randoms())
def test_drift_does_not_depend_on_the_order(
    cells: list[tuple[int, float, bool]], rng: object
) -> None:
    known = [Reviewed(f"d{n}", p, right) for n, p, right in cells]
    mixed = sorted(known, key=lambda c: (c.right, c.p, c.document))
    assert drift_of(mixed).evidence == pytest.approx(drift_of(known).evidence, rel=1e-6)
    assert math.isfinite(drift_of(known).evidence)


def test_probabilities_that_hold_raise_no_alarm_and_others_do() -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    alarms = 0
    for _ in range(100):
        p = rng.uniform(0.5, 0.999, size=200)
        cells = [Reviewed(f"d{n // 5}", float(q), bool(rng.random() < q)) for n, q in enumerate(p)]
        alarms += drift_of(cells).alarm
    assert alarms <= 5
    wrong = [Reviewed(f"d{n}", 0.98, n % 5 > 0) for n in range(60)]
    drift = drift_of(wrong)
    assert drift.alarm
    assert "DRIFT" in str(drift)
    assert "12 were wrong, 1.2 were expected" in str(drift)
    assert not drift_of([]).alarm


def test_a_group_has_one_fold() -> None:
    assert {fold_of("report 7", 5) for _ in range(3)} == {fold_of("report 7", 5)}
    assert {fold_of(f"report {n}", 5) for n in range(60)} == set(range(5))


@given(st.lists(st.sampled_from([0.1, 0.5, 0.5000001, 0.9, 1.0]), max_size=40), st.integers(0, 9), st.floats(0, 0.999))  # fmt: skip
def test_a_budget_is_never_exceeded_and_always_used(
    confidences: list[float], unread: int, budget: float
) -> None:
    limit = limit_within(confidences, unread, budget)
    cells = [
        ReportCell("a/b/c", 1, Kind.NUMBER, None, "1", 1, p, CellState.REVIEW) for p in confidences
    ]
    looked_at = [cell.confidence for cell in cells if not limit.accepts(cell)]
    affordable = int(budget * (len(cells) + unread)) - unread
    assert len(looked_at) == max(0, min(affordable, len(cells)))
    accepted = sorted(confidences)[len(looked_at) :]
    assert sorted(looked_at) == sorted(confidences)[: len(looked_at)]
    assert not accepted or not looked_at or max(looked_at) <= min(accepted)
