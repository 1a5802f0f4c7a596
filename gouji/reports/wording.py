"""Relations of the form as sentences, for a person who does not know their numbers."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.model import Cause, DocumentReading, Number, RelationResult, RelationStatus

from .forms import APPLICANTS, FORMS, T19, T21

_BLOCKS = {
    "review": "行政复议",
    "litigation_direct": "行政诉讼(未经复议直接起诉)",
    "litigation_after_review": "行政诉讼(复议后起诉)",
}
_COLUMNS = {column.code: column.heads[0] for column in APPLICANTS}

# {left} and {right} are the two sides of the relation.
_SENTENCES = {
    "R1": "the total is printed as {left}, its columns add up to {right}",
    "R2": "received and carried over are {left}, processed and carried forward {right}",
    "R3": "processed in total is printed as {left}, the outcomes add up to {right}",
    "R4": "the total is printed as {left}, the outcomes add up to {right}",
    "R5": "less than none was in force a year before ({left})",
    "R6": "{left} published in all, but {right} newly published",
    "R7": "{left} decisions are just the items and their change added up",
    "R8": "{left}, though such an organ issues none",
    "R9": "{left} in the text, {right} in the table",
    "R10": "{left} in the text, {right} in the table",
    "R11": "{left} in the text, {right} in the table",
    "R12": "none by the text, {right} in the table",
    "R13": "{left} in the text, {right} in the table",
    "R14": "{left} in all by the text, its parts add up to {right}",
    "R15": "the fee of {left} yuan for information stands in the table as {right}",
    "T14-1": "the total is printed as {left}, its parts add up to {right}",
    "T14-2": "the total is printed as {left}, its parts add up to {right}",
    "T14-3": "{left} is more than the {right} that it is part of",
    "T08-1": "the total is printed as {left}, the ways of applying add up to {right}",
    "T08-2": "the total is printed as {left}, the outcomes add up to {right}",
}
# Relations of which one scope says something else.
_SCOPED = {("T14-3", "requests.completed"): "{left} completed, but {right} answered"}
CAUSES = {
    Cause.SOURCE_INCONSISTENT: "so it is printed",
    Cause.MISREAD_SUSPECTED: "perhaps misread",
    Cause.UNKNOWN: "whose fault is not known",
}


def violated_in_words(reading: DocumentReading) -> Iterator[str]:
    """A sentence for every relation that the numbers break, those that must hold first."""
    broken = [r for r in reading.relations if r.status is RelationStatus.VIOLATED]
    template = reading.report.template if reading.report else None
    for relation in sorted(broken, key=lambda r: r.level != "H"):
        yield relation_in_words(relation, template)


def relation_in_words(relation: RelationResult, template: str | None = None) -> str:
    """One relation as a sentence, with its number in brackets."""
    remarks = [relation.id]
    if relation.level != "H":
        remarks.append("a warning")
    if relation.cause is not None:
        remarks.append(CAUSES[relation.cause])
    name = scope_in_words(relation.scope, template)
    return f"{name}: {said_of(relation)} ({', '.join(remarks)})"


def said_of(relation: RelationResult) -> str:
    """What the two sides of a relation say, without the row, column or block it is about."""
    other = _SENTENCES.get(relation.id, "{left} on one side, {right} on the other")
    sentence = _SCOPED.get((relation.id, relation.scope.partition("/")[0]), other)
    return sentence.format(left=_number(relation.left), right=_number(relation.right))


def scope_in_words(scope: str, template: str | None = None) -> str:
    """The row, column or block as the form prints it; its code where the form has no such.

    A row of a table of indicators with several value columns has its column's code in brackets.
    """
    if scope in _COLUMNS:
        return f"column {_COLUMNS[scope]}"
    if scope in _BLOCKS:
        return _BLOCKS[scope]
    row, _, column = scope.partition("/")
    own = FORMS.get(template or "")
    for form in (own, T21, T19) if own else (T21, T19):
        try:
            label = form.row(row).labels[0]
        except KeyError:
            continue
        return f"{label} ({column})" if column else label
    return scope


def _number(number: Number | None) -> str:
    return "nothing" if number is None else f"{number:,}"
