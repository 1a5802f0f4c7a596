"""What a calibration has not seen it does not promise, and what a pen went over is looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scanned_readings import labelled

from gouji.model import Kind, PageLook
from gouji.reconcile.calibration import (
    Calibration,
    CalibrationUnusable,
    LabelledDocument,
    surroundings,
)
from gouji.reconcile.calibration.curves import Curve
from gouji.reconcile.calibration.features import POSTERIOR, PRIOR, tried_sums
from gouji.reconcile.calibration.learning import learn
from gouji.reconcile.calibration.support import FEWEST_REPORTS, Support
from gouji.reconcile.confidence import REVIEW_BELOW, UNSEEN
from gouji.reconcile.decoding import Candidate, CellEvidence, Reading, decode, prior_of

KEY = "review_litigation/review/upheld"
SURE = Candidate(4, Kind.NUMBER, 0.9999, "4")
rows = st.lists(st.floats(-9, 9), min_size=len(PRIOR), max_size=len(PRIOR))


@cache
def calibration() -> Calibration:
    """Learned of clean scans: no pen, no tall print, no mark, nothing out of its place."""
    documents = [labelled(n, overconfident=0.2) for n in range(14)]
    sound = [replace(d, evidences=tuple(map(usual, d.evidences))) for d in documents]
    return learn(sound).calibration


def usual(evidence: CellEvidence) -> CellEvidence:
    said = evidence.readings[0].candidates[0].number
    return replace(evidence, ink=0.2 * len(str(said)))


def confidence(changed: CellEvidence | None = None) -> float:
    """Of a cell read surely whose sums hold, among others like it, where it is changed."""
    document = labelled(1000)
    sure = []
    for evidence in document.evidences:
        number, kind = document.truth[evidence.key]
        said = Candidate(number, kind, 0.9999, str(number))
        sure.append(usual(replace(evidence, readings=(Reading("scan", (said,)),))))
    if changed is not None:
        sure[0] = replace(changed, key=sure[0].key, readings=sure[0].readings)
    document = LabelledDocument("a", "a", tuple(sure), document.truth, "T21")
    around = surroundings(document.evidences)
    decoded = document.decoded(calibration().priors(document.evidences, around))
    return calibration().confidences(document.evidences, decoded, around)[sure[0].key]


def cell(**told: object) -> CellEvidence:
    look = PageLook(1, False, 0.0, 0.0, 2.0, 0.3)
    plain = CellEvidence(KEY, (Reading("scan", (SURE,)),), text_height=22.0, look=look, ink=0.2)
    return replace(plain, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "odd",
    [
        {"marked": 0.4}, {"written": 0.2}, {"ink": 3.0}, {"text_height": 60.0}, {"placing": 0.5},
        {"label_score": 0.4}, {"clipped": True}, {"views_agree": 0.0}, {"text_height": 6.0},
        {"look": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_cell_unlike_all_that_was_learned_from_is_not_promised(odd: dict[str, object]) -> None:
    assert confidence(cell()) > UNSEEN
    assert confidence(cell(**odd)) <= UNSEEN


@pytest.mark.parametrize("written", [0.03, 0.3])
def test_a_cell_under_a_pen_is_looked_at_however_much_was_seen_of_pens(written: float) -> None:
    known = calibration()
    assert known.support is not None
    place = [feature.name for feature in PRIOR].index("written")
    ranges = {
        kind: (*pairs[:place], (0.0, 2.0), *pairs[place + 1 :])
        for kind, pairs in known.support.ranges.items()
    }
    seen = replace(known, support=Support(ranges))
    document = labelled(1000)
    cells = [replace(usual(evidence), written=written) for evidence in document.evidences]
    around = surroundings(cells)
    found = seen.confidences(cells, document.decoded(seen.priors(cells, around)), around)
    assert max(found.values()) < REVIEW_BELOW


@pytest.mark.parametrize(("clipped", "placing"), [(True, 0.8), (False, 0.8), (True, 1.0)])
def test_print_over_a_side_that_was_not_drawn_is_looked_at(clipped: bool, placing: float) -> None:
    """A number of another program's table without rules was cut, and its digits left read surely:
    what was learned says nothing of it, and no sum does."""
    known = calibration()
    assert known.support is not None
    ranges = {
        kind: tuple((-99.0, 99.0) for _ in pairs) for kind, pairs in known.support.ranges.items()
    }
    seen = replace(known, support=Support(ranges))
    told = cell(clipped=clipped, placing=placing)
    (found,) = seen.confidences([told], decode([prior_of(told)], ())).values()
    plain = replace(known, support=None).confidences([told], decode([prior_of(told)], ()))[KEY]
    assert (found < REVIEW_BELOW) if clipped and placing < 0.9 else (found == plain)


@pytest.mark.parametrize(("placing", "sums"), [(0.97, "off"), (0.97, "hold"), (1.0, "off")])
def test_a_number_in_a_sum_that_fails_beside_a_side_that_nobody_drew_is_looked_at(
    placing: float, sums: str
) -> None:
    """The first digit of a number stood beyond such a side, and what was left was read surely."""
    count = len(POSTERIOR)
    sure = Curve(  # of every cell, whatever is known of it
        tuple(feature.name for feature in POSTERIOR),
        *(
            (0.0,) * count,
            6.0,
            (0.0,) * count,
            (1.0,) * count,
            (0.0,) * count,
            (1.0,) * count,
            9999,
        ),
    )
    seen = Calibration(confidence=sure)
    document = labelled(1000)
    told = []
    for number, evidence in enumerate(document.evidences):
        value, kind = document.truth[evidence.key]
        if sums == "off" and number == 0:
            value = 7 + (value or 0)
        said = Candidate(value, kind, 0.9999, str(value))
        seen_so = replace(evidence, placing=placing, readings=(Reading("scan", (said,)),))
        told.append(usual(seen_so))
    around = surroundings(told)
    decoded = document.decoded(seen.priors(told, around))
    found = seen.confidences(told, decoded, around)
    tried = tried_sums(decoded).by_cell
    failing = [key for key, (held, off) in tried.items() if off and not held]
    assert bool(failing) == (sums == "off")
    looked_at = {key for key, p in found.items() if p < REVIEW_BELOW}
    assert looked_at == (set(failing) if placing < 1 else set())


def test_what_is_beyond_what_was_seen_keeps_its_plain_prior() -> None:
    count = len(PRIOR)
    even = Curve(  # every cell is as probable as not
        tuple(feature.name for feature in PRIOR),
        *((0.0,) * count, 0.0, (0.0,) * count, (1.0,) * count, (0.0,) * count, (1.0,) * count, 9),
    )
    known = replace(calibration(), prior=even)
    odd = cell(written=0.2)
    assert known.priors([odd]) == [prior_of(odd)]
    assert known.priors([cell()])[0].candidates[0].p == 0.5


def test_a_kind_that_no_report_showed_is_not_known() -> None:
    blank = replace(cell(), readings=(Reading("scan", (Candidate(None, Kind.BLANK, 1.0, ""),)),))
    around = surroundings([blank])
    assert calibration().unknown_of(blank, prior_of(blank), around) == (str(Kind.BLANK),)
    assert Calibration().unknown_of(blank, prior_of(blank), around) == ()


@given(st.lists(rows, min_size=1, max_size=9), st.lists(st.integers(0, 5), min_size=9, max_size=9))
@settings(max_examples=25, deadline=None)
def test_what_enough_reports_reach_is_known_and_only_that(
    known: list[list[float]], reports: list[int]
) -> None:
    told = [("number", str(reports[n]), row) for n, row in enumerate(known)]
    support = Support.of(told)
    if len({report for _, report, _ in told}) < FEWEST_REPORTS:
        assert support.unknown("number", known[0]) == ("number",)
        return
    for place, feature in enumerate(PRIOR):
        most = sorted(
            max(row[place] for _, name, row in told if name == report)
            for report in {name for _, name, _ in told}
        )
        edge = most[-FEWEST_REPORTS]
        if feature.sign < 0:
            for value in (edge, edge + 0.01):
                row = [*known[0][:place], value, *known[0][place + 1 :]]
                beyond = feature.name in support.unknown("number", row)
                assert beyond == (feature.bounded and value > edge)
    again = Support.from_fields(json.loads(json.dumps(support.fields())))
    for _, _, row in told:
        assert again.unknown("number", row) == support.unknown("number", row)


def test_what_was_seen_is_in_the_file() -> None:
    text = calibration().as_json()
    again = Calibration.from_json(text)
    assert again.as_json() == text
    assert again.support is not None
    fields = json.loads(text)
    for damage in ({"number": {"own_low": [0, 1]}}, {"number": 3}, 7):
        with pytest.raises(CalibrationUnusable):
            Calibration.from_json(json.dumps(fields | {"support": damage}))
    del fields["support"]
    with pytest.raises(CalibrationUnusable):
        Calibration.from_json(json.dumps(fields))
