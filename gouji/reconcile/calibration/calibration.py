"""A calibration: the curves, what they were fitted on, and what may be promised with them.

It is applied in two places: evidence becomes the prior that the sums are tried on, and what the
sums made of it becomes the confidence of the cell.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from gouji.model import GoujiError, Kind, RelationStatus
from gouji.reconcile.confidence import UNSEEN
from gouji.reconcile.decoding import (
    Candidate,
    CellEvidence,
    CellPrior,
    Decoded,
    heard_copies,
    prior_of,
)
from gouji.reconcile.decoding.evidence import LEAST_OTHER, NOT_READ

from .curves import Curve, CurveUnusable
from .features import (
    NAMED,
    POSTERIOR,
    PRIOR,
    Feature,
    Surroundings,
    named_features,
    posterior_features,
    prior_features,
    surroundings,
    tried_sums,
)
from .promise import HeldOut
from .sources import MARKED_CELL, SourceKind, is_weighed
from .support import Support, is_measured, stands_there

FORMAT = 4
GUESS = 0.5  # a number less probable than everything else together is no reading
SETTLED = 0.8  # what the sums made of a worse one must be surer
PENNED = 0.89  # at most, of a cell that a pen went over: it is always looked at
FIRM_PLACE, DRAWN = 0.9, 1.0  # of a cell whose sides were drawn, but for a few; and all of them
ABSENT = Kind.CELL_NOT_IN_SOURCE
SHIPPED = "calibration.json"


class CalibrationUnusable(GoujiError):
    """A calibration of one's own cannot be used."""

    exit_code = 2
    advice = "Run `gouji calibrate` again, or take the file away."


@dataclass(frozen=True, slots=True)
class Calibration:
    """Curves where there were labels for them; without one, plain rules or frequencies stand."""

    prior: Curve | None = None
    named: Curve | None = None
    confidence: Curve | None = None
    support: Support | None = None  # None: nothing is known of it, and every cell is within
    held_out: Mapping[SourceKind, HeldOut] = field(default_factory=dict)
    fitted_on: Mapping[str, Any] = field(default_factory=dict)

    def priors(
        self, evidences: Sequence[CellEvidence], around: Surroundings | None = None
    ) -> list[CellPrior]:
        """What each cell may print before the sums, in order."""
        own = self._own_priors(evidences, around)
        return [heard_copies(p, e.copies) for p, e in zip(own, evidences, strict=True)]

    def _own_priors(
        self, evidences: Sequence[CellEvidence], around: Surroundings | None
    ) -> list[CellPrior]:
        """By what was read alone."""
        plain = [prior_of(evidence) for evidence in evidences]
        if self.prior is None:
            return plain
        around = around or surroundings(evidences)
        known = [self.unknown_of(e, p, around) for e, p in zip(evidences, plain, strict=True)]
        places = [
            n
            for n, prior in enumerate(plain)
            if has_prior(prior) and is_weighed(evidences[n]) and not known[n]
        ]
        sure = self.prior([prior_features(evidences[n], plain[n], around) for n in places])
        if self.named is None:
            shares = [_named_share(plain[n]) for n in places]
        else:
            shares = list(map(float, self.named([named_features(plain[n]) for n in places])))
        for n, p, share in zip(places, sure, shares, strict=True):
            plain[n] = _weighed_anew(plain[n], float(p), share)
        return plain

    def unknown_of(
        self, evidence: CellEvidence, prior: CellPrior, around: Surroundings
    ) -> tuple[str, ...]:
        """What of a cell no calibration learned: features beyond what was seen.

        ``prior`` is that of plain rules. Such a cell has its prior by plain rules, and is never
        surer than one of a kind that was not measured.
        """
        if self.support is None or not has_prior(prior) or not is_weighed(evidence):
            return ()
        if not is_measured(evidence):
            return ("not measured",)
        return self.support.unknown(stands_there(prior), prior_features(evidence, prior, around))

    def confidences(
        self,
        evidences: Sequence[CellEvidence],
        decoded: Decoded,
        around: Surroundings | None = None,
    ) -> dict[str, float]:
        """How probable what is believed to be printed is, by key."""
        told = {
            key: min(cell.confidence, UNSEEN) if is_guess(decoded, key) else cell.confidence
            for key, cell in decoded.cells.items()
        }
        if self.confidence is None:
            return told
        around = around or surroundings(evidences)
        sums = tried_sums(decoded)
        read = [e for e in evidences if is_weighed(e) and is_read(decoded, e.key)]
        rows = [posterior_features(e, decoded.cells[e.key], decoded, sums, around) for e in read]
        found = self.confidence(rows)
        return told | {
            e.key: self._guarded(e, float(p), around, *sums.by_cell.get(e.key, (0, 0)))
            for e, p in zip(read, found, strict=True)
        }

    def _guarded(
        self, evidence: CellEvidence, p: float, around: Surroundings, held: int, violated: int
    ) -> float:
        """The probability of a cell, or what may be said of it where the curves cannot tell."""
        if self.unknown_of(evidence, prior_of(evidence), around):
            return UNSEEN * p  # in the curve's order all the same
        # where a side was put by other cells, what reaches over it may be another digit
        cut = evidence.clipped and evidence.placing < FIRM_PLACE
        # and beside a side that nobody drew, part of a number may be left out with no trace
        short = violated and evidence.placing < DRAWN
        looked_at = ((cut or short) and not held) or evidence.written > MARKED_CELL
        return min(p, PENNED) if looked_at else p

    def as_json(self) -> str:
        """The file that is kept: one line a curve and a kind of source."""
        curves = {
            name: None if curve is None else curve.fields()
            for name, curve in (
                ("prior", self.prior), ("named", self.named), ("confidence", self.confidence)
            )
        }  # fmt: skip
        held = {str(kind): each.fields() for kind, each in sorted(self.held_out.items())}
        parts = [f'"format": {FORMAT}', f'"fitted_on": {_json(self.fitted_on)}']
        parts += [f'"{name}": {_json(fields)}' for name, fields in curves.items()]
        support = None if self.support is None else self.support.fields()
        parts.append(f'"support": {_json(support)}')
        rows = ",\n".join(f"  {_json(kind)}: {_json(fields)}" for kind, fields in held.items())
        parts.append('"held_out": {\n' + rows + "\n }")
        return "{" + ",\n ".join(parts) + "}\n"

    @staticmethod
    def from_json(text: str) -> Calibration:
        """A calibration from its file.

        Raises:
            CalibrationUnusable: it is damaged, or of another version.
        """
        try:
            fields = json.loads(text)
            if not isinstance(fields, dict):
                raise CalibrationUnusable("The calibration is damaged.")
            if fields.get("format") != FORMAT:
                raise CalibrationUnusable(
                    f"The calibration is of format {fields.get('format')!r}, not {FORMAT}."
                )
            return Calibration(
                _curve(fields, "prior", PRIOR),
                _curve(fields, "named", NAMED),
                _curve(fields, "confidence", POSTERIOR),
                None if fields["support"] is None else Support.from_fields(fields["support"]),
                {
                    SourceKind(kind): HeldOut.from_fields(each)
                    for kind, each in fields["held_out"].items()
                },
                dict(fields["fitted_on"]),
            )
        except CurveUnusable as error:
            raise CalibrationUnusable(f"The calibration cannot be used: {error}.") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CalibrationUnusable("The calibration is damaged.") from error


def has_prior(prior: CellPrior) -> bool:
    """Whether the curves speak of a cell before the sums: something was seen in it."""
    return bool(prior.candidates) and prior.candidates[0].kind is not ABSENT


def is_read(decoded: Decoded, key: str) -> bool:
    """Whether anything is said of what a cell prints; that nobody found it says nothing."""
    printed = decoded.cells[key].as_printed
    said = printed is not None and printed.kind not in (*NOT_READ, ABSENT)
    return said and not is_guess(decoded, key)


def is_guess(decoded: Decoded, key: str) -> bool:
    """Whether its reader hardly believed what is said, and no sum that holds confirms it.

    Of 65 such numbers whose sums held all were right, of 3 marks for "none" no one: what counts as
    0 fits wherever a 0 or nothing is printed.
    """
    cell = decoded.cells[key]
    if cell.changed or cell.read is None or cell.read.p >= GUESS:
        return False
    if cell.confidence < SETTLED or cell.read.kind is not Kind.NUMBER:
        return True
    return not any(
        each.check.level == "H" and each.after is RelationStatus.HOLDS for each in decoded.tied(key)
    )


@cache
def shipped() -> Calibration:
    """The calibration of the package."""
    place = resources.files("gouji.reconcile").joinpath(SHIPPED)
    if not place.is_file():
        return Calibration()
    return Calibration.from_json(place.read_text("utf-8"))


def load_calibration(path: Path | None) -> Calibration:
    """A calibration of one's own, else that of the package.

    Raises:
        CalibrationUnusable: it is damaged, or of another version.
        OSError: it cannot be read.
    """
    return shipped() if path is None else _loaded(path.read_text("utf-8", errors="replace"))


def calibration_id(path: Path | None) -> str:
    """What tells calibrations of one's own apart; of the package's it is empty."""
    return "" if path is None else hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def _loaded(text: str) -> Calibration:
    return Calibration.from_json(text)


def _curve(fields: Mapping[str, Any], name: str, features: Sequence[Feature]) -> Curve | None:
    known = [feature.name for feature in features]
    return None if fields[name] is None else Curve.from_fields(fields[name], known)


def _named_share(prior: CellPrior) -> float:
    named = sum(candidate.p for candidate in prior.candidates[1:])
    return named / max(named + prior.other, LEAST_OTHER)


def _weighed_anew(prior: CellPrior, p: float, share: float) -> CellPrior:
    """The prior with its best candidate as probable as p, and ``share`` of the rest named."""
    best, *others = prior.candidates
    named = sum(candidate.p for candidate in others)
    scale = (1 - p) * share / named if named > 0 else 0.0
    candidates = [_with_p(best, p), *(_with_p(c, c.p * scale) for c in others)]
    other = max(1 - sum(c.p for c in candidates), LEAST_OTHER)
    candidates.sort(key=lambda c: (-c.p, str(c.kind), str(c.number)))
    return CellPrior(prior.key, tuple(candidates), other, prior.read)


def _with_p(candidate: Candidate, p: float) -> Candidate:
    return Candidate(candidate.number, candidate.kind, p, candidate.text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=False)
