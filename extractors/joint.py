"""Cells decided together: what was read as evidence, and what the sums make of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gouji.grids.build import ALIGNED
from gouji.model import Agreement, Alternative, Kind, ProseFact, RelationResult, RelationStatus
from gouji.reconcile.calibration import Calibration, is_guess, shipped, surroundings
from gouji.reconcile.confidence import FAIR, REVIEW_BELOW, UNSETTLED
from gouji.reconcile.decoding import (
    Candidate,
    CellEvidence,
    CellPosterior,
    Decoded,
    Reading,
    decode,
    prior_of,
    report_checks,
)
from gouji.reports import FormReading
from gouji.reports.amounts import parse_amount
from gouji.reports.filled import FilledCell

from .doubt import SURE_LABEL, SURE_PLACE
from .extracted import Extracted
from .pdf.second_opinion import Opinion
from .scan.evidence import COUNTING, SIGNS, UNLIKELY, marked, reading_of, sureness

if TYPE_CHECKING:
    from ocr.cells import CellReading

# A cell of another reader in a document with scanned pages, before its own frequency is known.
TOLD = 0.99
# Another reader of the same file that says something else: one of both is wrong, ours seldom.
OTHER_TOLD = 0.9
CHANGED = 0.97  # at most, of a cell that sums read otherwise than the recogniser
THOUSANDS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")
POINTED = re.compile(r"[0-9]+\.[0-9]+")
FRACTION = 0.1  # how often what is read as a fraction of a count is one
SIGN = 0.1  # how often a sign that is read before a count is printed
DECIMAL = ("amount", "amount_wan_yuan")  # columns of money


def decide(
    form: FormReading,
    found: Extracted,
    prose: Sequence[ProseFact],
    calibration: Calibration | None = None,
) -> Decoded | None:
    """The form's cells decided together; None where nothing was read from pixels."""
    decided = decide_with_evidence(form, found, prose, calibration)
    return None if decided is None else decided.decoded


@dataclass(frozen=True, slots=True)
class Decided:
    """Cells decided together, the evidence of each by key, and how sure each then is."""

    decoded: Decoded
    evidences: Mapping[str, CellEvidence]
    confidences: Mapping[str, float]


def decide_with_evidence(
    form: FormReading,
    found: Extracted,
    prose: Sequence[ProseFact],
    calibration: Calibration | None = None,
) -> Decided | None:
    """The form's cells decided together, with what was known of each; see `decide`."""
    if not found.readings or form.template is None:
        return None
    calibration = calibration or shipped()
    evidences = evidences_of(form, found)
    around = surroundings(evidences)
    priors = calibration.priors(evidences, around)
    decoded = decode(priors, report_checks(form.template, evidences, prose))
    sure = calibration.confidences(evidences, decoded, around)
    return Decided(decoded, {evidence.key: evidence for evidence in evidences}, sure)


def decide_text(
    form: FormReading,
    opinions: Mapping[str, Opinion],
    prose: Sequence[ProseFact],
    doubted: Collection[str] = (),
) -> Decided:
    """The cells of a digital document decided together: whose fault its violated sums are.

    ``doubted`` are cells whose text may be damaged or another cell's, whatever was read.
    """
    evidences = tuple(
        text_evidence(cell, opinions.get(cell.key), exact=cell.key not in doubted)
        for cell in form.cells
    )
    checks = report_checks(form.template, evidences, prose)
    decoded = decode(map(prior_of, evidences), checks)
    sure = {key: cell.confidence for key, cell in decoded.cells.items()}
    return Decided(decoded, {evidence.key: evidence for evidence in evidences}, sure)


def text_evidence(cell: FilledCell, opinion: Opinion | None, *, exact: bool) -> CellEvidence:
    """What is known of a cell of a digital document: its text, and what another reader says."""
    amount = cell.amount
    agreement = opinion.agreement if opinion is not None else Agreement.NOT_ASKED
    sure = (
        exact
        and cell.text is not None
        and cell.placing >= SURE_PLACE
        and cell.label_score >= SURE_LABEL
        and not cell.reader.endswith(ALIGNED)
        and agreement is not Agreement.DISAGREES
    )
    own = Candidate(amount.value, amount.kind, 1.0 if sure else TOLD, cell.text)
    readings = [Reading(cell.reader, (own,))]
    if (
        agreement is Agreement.DISAGREES
        and opinion is not None
        and opinion.text is not None
        and amount.kind not in UNSETTLED
    ):
        other = parse_amount(opinion.text, signed=cell.key.endswith("/change"))
        said = Candidate(other.value, other.kind, OTHER_TOLD, opinion.text)
        readings.append(Reading(opinion.reader, (said,)))
    return CellEvidence(
        cell.key,
        tuple(readings),
        agreement=agreement,
        placing=cell.placing,
        label_score=cell.label_score,
        exact=sure,
    )


def is_worth_deciding(relations: Sequence[RelationResult], opinions: Mapping[str, Opinion]) -> bool:
    """Whether the sums of a digital document have something to decide."""
    violated = (r.level == "H" and r.status is RelationStatus.VIOLATED for r in relations)
    return any(violated) or any(
        opinion.agreement is Agreement.DISAGREES for opinion in opinions.values()
    )


def evidences_of(form: FormReading, found: Extracted) -> tuple[CellEvidence, ...]:
    """What is known of each cell of the form, in its order."""
    places = Counter(_place(cell) for cell in form.cells if cell.text is not None)
    first = next(iter(found.looks.values()), None)  # of a cell that is on no page
    return tuple(
        replace(
            evidence_of(cell, reading_of(cell, found), shared=places[_place(cell)] > 1),
            look=found.looks.get(cell.page) if cell.page else first,
        )
        for cell in form.cells
    )


def evidence_of(
    cell: FilledCell, reading: CellReading | None, *, shared: bool = False
) -> CellEvidence:
    """What is known of one cell. One that was not read as one number says nothing of its number."""
    signed = cell.key.endswith("/change")
    kind = cell.amount.kind
    unread = kind is Kind.UNREAD and cell.amount is not UNLIKELY
    if reading is None or unread:
        own = (Candidate(cell.amount.value, kind, TOLD, cell.text),)
        return CellEvidence(
            cell.key,
            (Reading(cell.reader, own),),
            placing=cell.placing,
            label_score=cell.label_score,
        )
    whole = is_count(cell.key)
    candidates: list[Candidate] = []
    said = reading.candidates or ((reading.text, reading.confidence),)
    if not reading.text:
        said = (("", reading.blank), *reading.candidates)
    for text, p in said:
        candidates.extend(_candidates(text, p, signed=signed, whole=whole))
    return CellEvidence(
        cell.key,
        (Reading(cell.reader, tuple(candidates)),),
        marked=reading.ink.marked,
        written=reading.ink.written,
        ink=reading.ink.amount,
        clipped=reading.ink.clipped,
        text_height=reading.ink.text_height,
        views_agree=reading.ink.agreement,
        seconded=reading.ink.seconded,
        placing=cell.placing,
        label_score=cell.label_score,
        whole=whole,
        shared=shared,
    )


def is_count(key: str) -> bool:
    """Whether the cell counts something: it has no fraction."""
    return key.startswith(COUNTING) and key.rpartition("/")[2] not in DECIMAL


def _candidates(text: str, p: float, *, signed: bool, whole: bool) -> Iterator[Candidate]:
    """What a text says, and what it says without a sign or a point that a count cannot have.

    A sign is as often the rest of a rule, a point before three digits a comma in small print;
    elsewhere it is a grain.
    """
    amount = parse_amount(text, signed=signed)
    number = amount.value
    bare = text
    if number is not None and amount.note == "negative" and not signed:
        number, bare = -number, text.lstrip(SIGNS)
    fraction = number is not None and whole and number % 1 != 0
    comma = fraction and THOUSANDS.fullmatch(bare)
    if fraction and (comma or POINTED.fullmatch(bare)):
        number = int(bare.replace(".", ""))
    if number != amount.value:
        share = 0.5 if bare == text else SIGN
        yield Candidate(number, amount.kind, (1 - share) * p, bare)
        p *= share
    yield Candidate(amount.value, amount.kind, p if not fraction or comma else FRACTION * p, text)


def with_decided(form: FormReading, decoded: Decoded | None) -> FormReading:
    """The form with what is believed to be printed; ``text`` stays what was read."""
    if decoded is None:
        return form
    cells = tuple(_decided(cell, decoded) for cell in form.cells)
    return replace(form, cells=cells)


def _decided(cell: FilledCell, decoded: Decoded) -> FilledCell:
    decided = decoded.cells[cell.key]
    printed = decided.as_printed
    if printed is None or printed.kind in (Kind.UNREAD, Kind.TEXT_DAMAGED):
        return cell
    confirmed = cell.amount is UNLIKELY and not is_guess(decoded, cell.key)
    if not (decided.changed or confirmed):
        return cell
    amount = replace(cell.amount, value=printed.number, kind=printed.kind, note=None)
    return cell._replace(amount=amount)


def uncalibrated(
    filled: FilledCell, reading: CellReading, decided: CellPosterior, *, held: bool
) -> float:
    """How probable a cell of pixels is, at most: by its pixels alone, or with sums that hold.

    Where nothing was calibrated, what the sums changed is looked at.
    """
    alone = sureness(filled, reading)
    if decided.changed:
        return min(decided.confidence, CHANGED)
    if held and (alone >= FAIR or decided.confidence >= REVIEW_BELOW) and not marked(reading):
        return decided.confidence
    return min(decided.confidence, alone)


def weighed(cell: CellPosterior) -> tuple[Alternative, ...]:
    """A cell's alternatives as they stand after the sums were heard."""
    return tuple(
        Alternative(w.candidate.text or str(w.candidate.number or ""), w.posterior)
        for w in cell.weighed
    )


def _place(cell: FilledCell) -> tuple[int | None, int | None, int | None]:
    return (cell.part, cell.row, cell.column)
