"""gouji read --max-error and --budget, gouji explain, gouji calibrate: as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import fake_reader, gouji, lines  # noqa: F401 - a fixture
from scanned_readings import labelled, reading_of
from shares import one_in

import flows.reading
from extractors.settings import ReadSettings
from gouji.model import Action, CellState, CellValue, Kind, NewDecision
from gouji.reconcile.calibration import Calibration, SourceKind
from gouji.reconcile.calibration.learning import learn
from gouji.reconcile.calibration.promise import HeldOut, Point
from gouji.reconcile.calibration.recorded import document_fields, write_fields
from gouji.store import Standing, Store

KEY = "review_litigation/review/total"


@pytest.fixture(autouse=True)
def scans(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fake_reader: None) -> None:  # noqa: F811
    monkeypatch.setattr(flows.reading, "READER", "scanned_readings:read")
    monkeypatch.setenv("GOUJI_CALIBRATION", str(tmp_path / "own" / "calibration.json"))
    monkeypatch.setenv("GOUJI_WORKERS", "1")


def own(tmp_path: Path, calibration: Calibration) -> None:
    place = tmp_path / "own" / "calibration.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(calibration.as_json(), encoding="utf-8")


def scan(number: int) -> Path:
    path = Path(f"scan{number}.pdf")
    path.write_bytes(b"%d" % number)
    return path


def promised(bound: float, reports: int = 40) -> Calibration:
    points = (Point(0.999, 700, 0, bound), Point(0.9, 900, 2, 20 * bound), Point(0.0, 1000, 9, 0.5))
    return Calibration(held_out={SourceKind.POOR_SCAN: HeldOut(reports, reports, 1000, points)})


def test_an_error_rate_chooses_what_is_accepted_and_its_bound_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own(tmp_path, promised(0.0004))
    assert gouji("read", scan(1), scan(2), "--json", "--max-error", "0.05%") == 0
    out, told = capfd.readouterr()
    cells = [cell for document in lines(out) for cell in document["cells"]]
    assert {c["state"] for c in cells} == {"accepted", "review"}
    assert all((c["state"] == "accepted") == (c["confidence"] >= 0.999) for c in cells)
    count = sum(c["state"] == "accepted" for c in cells)
    assert f"poor scan: 2 documents, {count} of 30 cells accepted" in told
    assert "at most" in told
    assert "(0.040%) with 95 % confidence, by 40 held-out reports" in told


@pytest.mark.parametrize(
    ("calibration", "why"),
    one_in(
        3,
        [
            (promised(0.01), "at best 1.000%"),
            (
                promised(0.0001, reports=4),
                "since only 4 reports of this kind were held out (at least 20)",
            ),
            (Calibration(), "since only 0 reports of this kind were held out (at least 20)"),
        ],
    ),
)
def test_what_cannot_be_promised_is_not_accepted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], calibration: Calibration, why: str
) -> None:
    own(tmp_path, calibration)
    assert gouji("read", scan(1), "--json", "--max-error", "0.0005") == 0
    out, told = capfd.readouterr()
    assert {cell["state"] for cell in lines(out)[0]["cells"]} == {"review"}
    assert f"none of 15 cells accepted: 0.050% errors cannot be promised, {why}" in told


def test_a_budget_is_kept_and_the_least_sure_cells_are_looked_at(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own(tmp_path, promised(0.0004))
    assert gouji("read", *(scan(n) for n in range(4)), "--json", "--budget", "10%") == 0
    out, told = capfd.readouterr()
    cells = [cell for document in lines(out) for cell in document["cells"]]
    looked_at = [c["confidence"] for c in cells if c["state"] == "review"]
    assert len(looked_at) == 6
    assert max(looked_at) <= min(c["confidence"] for c in cells if c["state"] == "accepted")
    assert f"{60 - len(looked_at)} of 60 cells accepted" in told


@pytest.mark.slow
def test_states_of_a_budget_are_stored(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert gouji("read", scan(1)) == 0
    assert gouji("read", scan(1), "--budget", "0") == 0
    assert "15 of 15 cells accepted" in capfd.readouterr().err
    with Store.open(None, Path("gouji-work")) as store:
        (stored,) = store.readings()
        assert {cell.state for cell in stored.reading.cells} == {CellState.ACCEPTED}


@pytest.mark.parametrize(
    "words",
    [
        ["--budget", "200%"], ["--budget", "many"], ["--max-error", "-1"], ["--max-error", "nan"],
        ["--budget", "2%", "--max-error", "0.1"], ["--max-error", "0"],
    ],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused(
    words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert gouji("read", scan(1), *words) == 2
    assert capfd.readouterr().err.startswith("gouji: -")


@pytest.mark.parametrize("text", ["", "{}", '{"format": 7}'])
def test_a_calibration_that_cannot_be_used_stops_a_run_with_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    own(tmp_path, Calibration())
    (tmp_path / "own" / "calibration.json").write_text(text)
    assert gouji("read", scan(1)) == 2
    told = capfd.readouterr().err
    assert told.startswith("gouji: The calibration")
    assert told.count("\n") == 1


# --- explain ---


def test_a_cell_is_explained(capfd: pytest.CaptureFixture[str]) -> None:
    for number in range(40):
        reading = reading_of("x", b"%d" % number, ReadSettings())
        total = next(cell for cell in reading.cells if cell.key == KEY)
        if str(total.value) != total.as_read or total.evidence is None:
            continue
        assert gouji("explain", scan(number), KEY) == 0
        told = capfd.readouterr().out
        assert told.startswith(f"{KEY}: {total.value} (")
        assert "readings    by itself → with the sums" in told
        assert "R4 review: " in told
        assert "poor scan, read by scan" in told
        assert "what would change it" in told
        return


def test_stored_documents_are_explained_by_digest_and_by_name(
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = scan(3)
    assert gouji("read", path) == 0
    with Store.open(None, Path("gouji-work")) as store:
        sha256 = next(store.readings()).reading.source.sha256
    path.unlink()
    capfd.readouterr()
    told = []
    for name in (sha256, sha256[:8], "scan3.pdf"):
        assert gouji("explain", name, KEY, "--json") == 0
        told.append(json.loads(capfd.readouterr().out))
    assert told[0] == told[1] == told[2]
    assert told[0]["key"] == KEY
    assert told[0]["relations"][0]["id"] == "R4"
    assert sum(r["after"] for r in told[0]["readings"]) + told[0]["not_named"][1] == pytest.approx(
        1, abs=1e-5
    )


@pytest.mark.parametrize(
    ("file", "key", "hint"),
    one_in(
        2,
        [
            ("scan1.pdf", "review/total", f"Did you mean {KEY}"),
            ("scan1.pdf", "", "Keys look like"),
            ("scan1.pdf", "\x1b[31m/\n", "Keys look like"),
            ("elsewhere.pdf", KEY, "is no file, and no document of the store"),
            ("00000000", KEY, "is no file, and no document of the store"),
        ],
    ),
)
def test_what_is_not_there_is_refused_with_a_hint(
    capfd: pytest.CaptureFixture[str], file: str, key: str, hint: str
) -> None:
    scan(1)
    assert gouji("explain", file, key) == 2
    told = capfd.readouterr().err
    assert hint in told
    assert told.count("\n") == 1
    assert "\x1b" not in told


# --- calibrate ---


def recordings(folder: Path, numbers: range, overconfident: float = 0.0) -> Path:
    for number in numbers:
        document = labelled(number, overconfident=overconfident)
        write_fields(folder / f"{number}.json.gz", document_fields(document))
    return folder


@pytest.mark.slow
def test_a_better_calibration_takes_the_place_and_the_same_again_does_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own(tmp_path, Calibration())
    folder = recordings(tmp_path / "recordings", range(40), overconfident=0.2)
    place = tmp_path / "own" / "calibration.json"
    before = place.read_text()
    assert gouji("calibrate", "--recordings", folder, "--dry-run") == 0
    assert "Surely better; it would be written to" in capfd.readouterr().out
    assert place.read_text() == before
    assert gouji("calibrate", "--recordings", folder) == 0
    told = capfd.readouterr().out
    assert "Learned from 40 documents of 40 reports" in told
    assert "Surely better: written to" in told
    assert Calibration.from_json(place.read_text()).confidence is not None
    written = place.read_bytes()
    assert gouji("calibrate", "--recordings", folder) == 0
    assert "Not surely better: everything stays as it was." in capfd.readouterr().out
    assert place.read_bytes() == written


def test_nothing_to_learn_from_is_said(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert gouji("calibrate") == 0
    assert "nothing to learn from" in capfd.readouterr().out
    assert gouji("calibrate", "--check") == 0
    assert "No reviewed cell" in capfd.readouterr().out
    assert gouji("calibrate", "--recordings", tmp_path / "nowhere") == 2
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.json.gz").write_bytes(b"no")
    capfd.readouterr()
    assert gouji("calibrate", "--recordings", tmp_path / "bad") == 2
    assert capfd.readouterr().err.count("\n") == 1


def decide(store: Store, number: int, wrong: bool) -> None:
    """A person looks at a stored document's total."""
    reading = reading_of(f"scan{number}.pdf", b"%d" % number, ReadSettings())
    store.save(reading, None)
    cell = next(cell for cell in reading.cells if cell.key == KEY)
    after = CellValue(-1 if wrong else cell.value, Kind.NUMBER, CellState.CONFIRMED)
    made = NewDecision(
        "李", reading.source.sha256, KEY, Action.CORRECT if wrong else Action.CONFIRM,
        CellValue.of(cell), after, shown={"confidence": 0.99},
    )  # fmt: skip
    seen = store.reviews.of(reading.source.sha256)
    assert seen is not None
    store.reviews.decide(made, seen, Standing({}, 1, 0, 0))


def test_decided_cells_that_are_wrong_too_often_raise_an_alarm(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Store.open(None, Path("gouji-work")) as store:
        for number in range(12):
            decide(store, number, wrong=False)
    assert gouji("calibrate", "--check") == 0
    assert "12 reviewed cells of 12 documents: 0 were wrong" in capfd.readouterr().out
    with Store.open(None, Path("gouji-work")) as store:
        for number in range(12, 18):
            decide(store, number, wrong=True)
    assert gouji("calibrate", "--check") == 1
    assert capfd.readouterr().out.startswith("DRIFT: 18 reviewed cells")


@pytest.mark.slow
def test_decisions_are_learned_from(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Store.open(None, Path("gouji-work")) as store:
        for number in range(8):
            decide(store, number, wrong=number % 2 == 0)
    folder = recordings(tmp_path / "recordings", range(100, 120))
    gouji("calibrate", "--recordings", folder, "--dry-run")
    told = capfd.readouterr().out
    assert "Learned from 28 documents of 28 reports: 308 cells" in told
    assert "people decided 8" in told


@pytest.mark.slow
def test_a_promise_is_measured_on_wholly_known_documents_only(tmp_path: Path) -> None:
    documents = [labelled(number) for number in range(30)]
    held = learn(documents).calibration.held_out[SourceKind.POOR_SCAN]
    assert (held.documents, held.cells) == (30, 450)
