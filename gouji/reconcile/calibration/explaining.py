"""Why a cell says what it says: its readings, what its sums make of them, what would change it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gouji.model import (
    Agreement,
    DocumentReading,
    RelationStatus,
    ReportCell,
    WrongUsage,
)
from gouji.reconcile.confidence import REVIEW_BELOW
from gouji.reconcile.decoding import (
    Candidate,
    CellEvidence,
    CellPosterior,
    CheckPosterior,
    Decoded,
    Reading,
    decode,
    prior_of,
    report_checks,
)
from gouji.reconcile.decoding import Explanation as Case
from gouji.reconcile.decoding import explain as explained
from gouji.reconcile.decoding.explain import Trial

from .calibration import Calibration
from .features import surroundings
from .sources import MARKED_CELL, SourceKind, is_pixels
from .stored import evidence_of, number_text

WORTH_SAYING = 0.01  # numbers that sums would have less probably are left out
MOST_NAMED = 6  # readings; alternatives after these are less than noise


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cell explained, all numbers ready to be written."""

    cell: ReportCell
    posterior: CellPosterior
    evidence: CellEvidence
    source: SourceKind
    relations: tuple[CheckPosterior, ...]
    decoded: Decoded
    case: Case
    measured: bool  # its evidence was kept; else it is what the reading says of the cell
    unknown: tuple[str, ...] = ()  # what of it no calibration learned

    def lines(self) -> Iterator[str]:
        """For people: one fact a line."""
        cell, posterior = self.cell, self.posterior
        said = number_text(cell.value) if cell.value is not None else str(cell.kind)
        yield f"{cell.key}: {said} ({cell.state}, confidence {cell.confidence:.4%})"
        if cell.label:
            yield f"  label    {cell.label}"
        if posterior.changed:
            read, printed = _said(posterior.read), _said(posterior.as_printed)
            yield f"  changed  read as {read}, printed {printed}: the image supports both,"
            yield "           the sums only the second"
        yield "readings    by itself → with the sums"
        for weighed in posterior.weighed[:MOST_NAMED]:
            before, after = weighed.candidate.p, weighed.posterior
            mark = "*" if _is(weighed.candidate, posterior.as_printed) else " "
            yield f"  {mark} {_said(weighed.candidate):<12} {before:.4%} → {after:.4%}"
        yield f"    {'not named':<12} {posterior.prior.other:.4%} → {posterior.other:.4%}"
        yield from self._evidence()
        yield from self._relations()
        yield from self._runner_up()
        yield from self._changes()

    def _evidence(self) -> Iterator[str]:
        evidence = self.evidence
        readers = ", ".join(r.reader or "nobody" for r in evidence.readings) or "nobody"
        yield f"evidence    {self.source.replace('_', ' ')}, read by {readers}"
        if not self.measured:
            yield "    no evidence was kept: the confidence is how often its like were right"
        if evidence.agreement is not Agreement.NOT_ASKED:
            yield f"    the second reader {str(evidence.agreement).replace('_', ' ')}"
        for name, value, said in (
            ("blank by its ink", evidence.blank, ".3%"),
            ("two looks agree", evidence.views_agree, ".1%"),
            ("the reader of numbers gives it", evidence.seconded, ".1%"),
            ("height of its print", evidence.text_height or None, ".0f"),
            ("under marks", evidence.marked if evidence.marked > 0 else None, ".1%"),
            ("under a pen", evidence.written if evidence.written > 0 else None, ".1%"),
            ("place is right", evidence.placing if evidence.placing < 1 else None, ".1%"),
            ("label matches", evidence.label_score if evidence.label_score < 1 else None, ".1%"),
        ):
            if value is not None:
                yield f"    {name} {value:{said}}"
        if evidence.copies:
            yield f"    copies of the report say {', '.join(map(_said, evidence.copies))}"
        if evidence.last_year is not None:
            yield f"    last year's report carried forward {number_text(evidence.last_year)}"
        if evidence.clipped:
            yield "    print reaches over its border"
        if evidence.written > MARKED_CELL:
            yield "    a pen went over it: a person has to look"
        elif evidence.marked > MARKED_CELL:
            yield "    a seal or a pen went over it"
        if self.unknown:
            names = _listed([name.replace("_", " ") for name in self.unknown])
            yield f"    unlike all that the calibration learned from ({names}): nothing is promised"
        if evidence.shared:
            yield "    one reading stands over several cells of the form: it is none of theirs"

    def _relations(self) -> Iterator[str]:
        if not self.decoded.outcome.heard:
            yield f"relations   not heard: the report is {self.decoded.outcome}"
        elif not self.relations:
            yield "relations   none: no sum of the form or number of the text tells of it"
        else:
            yield "relations   on what was read → on what is believed to be printed"
        for each in self.relations:
            line = f"    {each.check.id} {each.check.scope}: {each.before} → {each.after}"
            if each.difference:
                line += f", off by {number_text(each.difference)}"
            if each.after is RelationStatus.VIOLATED:
                line += f", the publisher's own by {each.by_source:.1%}"
                line += f" ({each.cause})" if each.cause else ""
            yield line
        for number, p in self.posterior.meant[:MOST_NAMED]:
            printed = self.posterior.as_printed
            if p >= WORTH_SAYING and (printed is None or number != printed.number):
                yield f"    the sums would have it {number_text(number)} with {p:.2%}"

    def _runner_up(self) -> Iterator[str]:
        second = self.decoded.runner_up
        if second is not None and self.cell.key in second.changes:
            others = len(second.changes) - 1
            also = f", with {others} more cells" if others else ""
            said = _said(second.changes[self.cell.key])
            yield f"runner-up   {said}{also}: {_odds(second.odds)} to 1 against it"

    def _changes(self) -> Iterator[str]:
        posterior = self.posterior
        yield "what would change it"
        told = False
        for each in self.case.candidates[:MOST_NAMED]:
            weighed = each.weighed
            if not _is(weighed.candidate, posterior.as_printed) and weighed.posterior > 0:
                told = True
                # it would be chosen with `change_at`, 0.8, of what both have
                times = max(4 * posterior.confidence / weighed.posterior, 1.0)
                yield (
                    f"    {_said(weighed.candidate)}: if the image spoke {_odds(times)} times"
                    f" more for it{_sums_with(each.trials)}"
                )
        if not told:
            yield "    no other reading is supported by its image: only a person"
        if self.case.together_with:
            yield f"    a person's word on {_listed(self.case.together_with)}"
        violated = [r for r in self.relations if r.after is RelationStatus.VIOLATED]
        if violated:
            names = ", ".join(f"{r.check.id} {r.check.scope}" for r in violated)
            yield f"    a person's word on other cells of {names}"

    def fields(self) -> dict[str, Any]:
        """As JSON."""
        second = self.decoded.runner_up
        return {
            "key": self.cell.key,
            "value": self.cell.value,
            "kind": str(self.cell.kind),
            "state": str(self.cell.state),
            "confidence": round(self.cell.confidence, 6),
            "as_read": self.cell.as_read,
            "changed": self.posterior.changed,
            "source": str(self.source),
            "readings": [
                {
                    "value": weighed.candidate.number,
                    "kind": str(weighed.candidate.kind),
                    "before": round(weighed.candidate.p, 6),
                    "after": round(weighed.posterior, 6),
                }
                for weighed in self.posterior.weighed
            ],
            "not_named": [round(self.posterior.prior.other, 6), round(self.posterior.other, 6)],
            "evidence": dict(self.cell.evidence) if self.cell.evidence else None,
            "unknown": list(self.unknown),
            "relations": [
                {
                    "id": each.check.id,
                    "scope": each.check.scope,
                    "before": str(each.before),
                    "after": str(each.after),
                    "difference": each.difference,
                    "by_source": round(each.by_source, 6),
                    "cause": str(each.cause) if each.cause else None,
                }
                for each in self.relations
            ],
            "meant": [[number, round(p, 6)] for number, p in self.posterior.meant],
            "runner_up": None
            if second is None
            else {
                "odds": _finite(second.odds),
                "changes": {key: _said(value) for key, value in second.changes.items()},
            },
            "outcome": str(self.decoded.outcome),
        }


def explain(reading: DocumentReading, key: str, calibration: Calibration) -> Explanation:
    """Explain a cell of a reading, with the evidence that was kept with it.

    Raises:
        WrongUsage: the reading has no form, or no such cell; keys that are like it are named.
        EvidenceUnusable: what was kept cannot be understood.
    """
    cells = {cell.key: cell for cell in reading.cells}
    if not cells:
        raise WrongUsage(f"{reading.source.name} has no cells: no form was found in it.")
    if key not in cells:
        raise WrongUsage(f"There is no cell {key}.", near_matches(key, cells))
    evidences = reading_evidences(reading)
    template = reading.report.template if reading.report else None
    checks = report_checks(template, evidences, reading.prose)
    around = surroundings(evidences)
    decoded = decode(calibration.priors(evidences, around), checks)
    evidence = next(e for e in evidences if e.key == key)
    case = explained(decoded, key)
    measured = cells[key].evidence is not None
    return Explanation(
        cells[key],
        case.cell,
        evidence,
        around.kind,
        _meant(case.relations),
        decoded,
        case,
        measured,
        calibration.unknown_of(evidence, prior_of(evidence), around),
    )


def reading_evidences(reading: DocumentReading) -> list[CellEvidence]:
    """The evidence of every cell, as it was kept, else as the reading tells it.

    Raises:
        EvidenceUnusable: what was kept cannot be understood.
    """
    return [
        evidence_of(cell.key, cell.evidence) if cell.evidence else as_told(cell)
        for cell in reading.cells
    ]


def as_told(cell: ReportCell) -> CellEvidence:
    """The evidence of a cell of which none was kept: its reading, as sure as it is."""
    candidates = [Candidate(cell.value, cell.kind, cell.confidence, cell.as_read)]
    reader = cell.place.reader if cell.place else ""
    exact = bool(reader) and not is_pixels(reader) and cell.confidence >= REVIEW_BELOW
    own = Reading(reader, tuple(candidates))
    return CellEvidence(cell.key, (own,), agreement=cell.agreement, exact=exact)


def near_matches(key: str, keys: Mapping[str, object]) -> str:
    """Which keys may have been meant."""
    words = key.casefold().split("/")
    near = difflib.get_close_matches(key, keys, n=3, cutoff=0.6)
    near += [k for k in keys if words[-1] and all(word in k.casefold() for word in words)]
    unique = list(dict.fromkeys(near))[:5]
    if unique:
        return f"Did you mean {', '.join(unique)}?"
    return f"Keys look like {next(iter(keys))}."


def _is(candidate: Candidate, printed: Candidate | None) -> bool:
    return printed is not None and candidate.says(printed)


def _said(candidate: Candidate | None) -> str:
    if candidate is None:
        return "not named"
    return number_text(candidate.number) or str(candidate.kind)


def _meant(relations: Sequence[CheckPosterior]) -> tuple[CheckPosterior, ...]:
    """Without the sums that a number of the text may mean as well, where one of them holds."""
    holding = {
        (r.check.id, r.check.scope.partition("#")[0])
        for r in relations
        if r.after is RelationStatus.HOLDS
    }
    return tuple(
        r
        for r in relations
        if r.check.level == "H"
        or r.after is RelationStatus.HOLDS
        or (r.check.id, r.check.scope.partition("#")[0]) not in holding
    )


def _sums_with(trials: Sequence[Trial]) -> str:
    """Which sums would come out with a reading, and which would not."""
    parts = []
    for status, word in ((RelationStatus.HOLDS, "hold"), (RelationStatus.VIOLATED, "break")):
        names = [f"{t.id} {t.scope}" for t in trials if t.status is status]
        if names:
            parts.append(f"{_listed(names)} would {word}")
    return f" ({'; '.join(parts)})" if parts else ""


def _listed(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _odds(odds: float) -> str:
    if not math.isfinite(odds) or odds >= 1e9:
        return "over a billion"
    return f"{odds:,.0f}" if odds >= 10 else f"{odds:.2g}"


def _finite(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
