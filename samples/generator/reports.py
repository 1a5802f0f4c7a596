"""A report of any generation: what the generator's parts that do not care take and give."""

from __future__ import annotations

from collections.abc import Iterator

from samples.generator.document import Document, compose
from samples.generator.facts import ReportFacts
from samples.generator.forms import draw_form
from samples.generator.older.facts import OlderFacts
from samples.generator.older.sums import older_relations
from samples.generator.older.tables import compose_older
from samples.generator.relations import Relation, relations

AnyFacts = ReportFacts | OlderFacts


def document_of(facts: AnyFacts, *, plain: bool = False) -> Document:
    """The blocks to lay out; `plain` keeps T19 and T21 to the official words and grid."""
    if isinstance(facts, OlderFacts):
        return compose_older(facts)
    return compose(facts, draw_form(facts.seed, facts.form, facts.cells, plain=plain))


def relations_of(facts: AnyFacts) -> Iterator[Relation]:
    """The sums that the report's own tables must keep."""
    if isinstance(facts, OlderFacts):
        return older_relations(facts.form, facts.cells)
    return relations(facts.form)
