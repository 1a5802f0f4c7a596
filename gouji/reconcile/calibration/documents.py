"""Documents whose cells are known: of the generator, or as people decided them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gouji.model import Kind, Number, ProseFact
from gouji.reconcile.decoding import (
    Candidate,
    CellEvidence,
    CellPrior,
    Decoded,
    decode,
    report_checks,
)

from .sources import SourceKind, source_kind

Truth = Mapping[str, tuple[Number | None, Kind]]


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document with the evidence of its cells, and what some or all of them print.

    ``truth`` has the cells that are known; one that is on no page of the document is
    `Kind.CELL_NOT_IN_SOURCE` there. ``told`` is the confidence of cells that no sums decided:
    those of digital documents.
    """

    name: str
    group: str  # the report it shows; documents of one group are never parted
    evidences: tuple[CellEvidence, ...]
    truth: Truth
    template: str | None = None
    prose: tuple[ProseFact, ...] = ()
    told: Mapping[str, float] = field(default_factory=dict)
    whole: bool = True  # every cell is known, not only some that were looked at

    @property
    def source(self) -> SourceKind:
        return source_kind(self.evidences)

    @property
    def is_decoded(self) -> bool:
        """Whether its cells are decided by sums; those of digital documents stand as read."""
        return self.source is not SourceKind.DIGITAL and self.template is not None

    def decoded(self, priors: list[CellPrior]) -> Decoded:
        """Its cells decided together."""
        return decode(priors, report_checks(self.template, self.evidences, self.prose))

    def is_right(self, key: str, said: Candidate | None) -> bool:
        """Whether a known cell prints what is said."""
        return said is not None and (said.number, said.kind) == self.truth[key]


class LabelSource(Protocol):
    """Where labelled documents come from: recordings, or decisions in a store."""

    def __call__(self) -> tuple[LabelledDocument, ...]: ...
