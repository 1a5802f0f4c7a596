"""What the narrative says against what the form says: relations R9 to R15, which only warn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gouji.model import (
    Cause,
    Kind,
    Number,
    ProseFact,
    RelationResult,
    RelationStatus,
    StatedList,
)

from .relations import (
    APPLICATIONS,
    ARTICLE20,
    CARRIED,
    FORWARD,
    PROCESSED,
    RECEIVED,
    RESULTS,
    REVIEW,
    Value,
    Values,
)

HANDLED = "requests_handled"
# A sum of cells, by their keys.
Keys = tuple[str, ...]
# 40余 is 41 to 49, 近千 less than 1,000: an approximate number may be so far off, or one step of
# its last digit that is not 0.
TOLERANCE = Decimal("0.1")

_ORGANISATIONS = ("business", "research", "welfare", "legal_service", "other_org")
_GROUPS = ("refused", "unable", "not_processed", "other")
_INDICATORS = "indicators"
# What the older table calls the same things (T14).
_OLDER_ROWS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    RECEIVED: (("requests.received",),),
    HANDLED: (("requests.received",), ("requests.completed",)),
    PROCESSED: (("requests.completed",), ("replies.total",)),
    "granted_in_full": (
        ("replies.granted",),
        ("replies.granted", "replies.already_public"),
        ("replies.granted", "replies.partial"),
    ),
    "granted_in_part": (("replies.partial",),),
    "refused": (("replies.refused",),),
    "normative_documents": (("disclosure.normative_documents_made",),),
    "review.total": (("review.total",),),
    "litigation.total": (("litigation.total",),),
}


@dataclass(frozen=True, slots=True)
class Tie:
    """A stated number and the sums of cells that it may be; any of them will do."""

    id: str
    sums: tuple[Keys, ...]
    sure: bool = True  # False: the words may mean another number, so it is never violated


def check_prose(
    template: str | None,
    values: Values,
    prose: Sequence[ProseFact],
    lists: Sequence[StatedList] = (),
) -> tuple[RelationResult, ...]:
    """Every stated number tried on the cells of the form, and category lists on their totals.

    All results are of level S: left is what the prose says, right what the table says. A number
    that the form has not, or whose cell could not be read, is ``untestable``.
    """
    results: list[RelationResult] = []
    for fact in prose:
        if fact.code == RECEIVED and fact.value == 0 and not fact.approximate:
            results.extend(_no_requests(fact, values))
        elif fact.code == "fees":
            results.extend(_fee(fact, values))
        else:
            tie = _tie(template, fact.code, values)
            if tie is not None:
                results.append(_compared(fact, tie, values))
    if template is not None:
        results.extend(_outcomes_add_up(prose, values))
    tested = {r.scope for r in results if r.status is not RelationStatus.UNTESTABLE}
    results.extend(_said_twice([fact for fact in prose if fact.code not in tested]))
    results.extend(_list_adds_up(stated) for stated in lists)
    return tuple(dict.fromkeys(results))


def exact_sums(
    template: str | None, code: str, keys: Sequence[str]
) -> tuple[str, tuple[Keys, ...]]:
    """The relation and the sums of cells, one of which a stated number is; none where unsure."""
    there = {key: Value(None, Kind.UNREAD) for key in keys}
    tie = _tie(template, code, there)
    if tie is None or not tie.sure:
        return "", ()
    return tie.id, tuple(keys for keys in tie.sums if all(key in there for key in keys))


def _tie(template: str | None, code: str, values: Values) -> Tie | None:
    if template == "T14":
        rows = _OLDER_ROWS.get(code)
        if rows is None:
            return None
        sums = tuple(tuple(f"{_INDICATORS}/{row}/value" for row in rows_) for rows_ in rows)
        return Tie(_id_of(code), sums)
    if template not in ("T19", "T21"):
        return None
    for find in (_application_tie, _dispute_tie, _document_tie):
        tie = find(template, code, values)
        if tie is not None:
            return tie
    return None


def _id_of(code: str) -> str:
    if code.startswith(("review", "litigation")):
        return "R11"
    if code.startswith(("normative_documents", "regulations")):
        return "R13"
    return "R9" if code in (RECEIVED, HANDLED, PROCESSED, "granted_in_full") else "R10"


def _application_tie(template: str, code: str, values: Values) -> Tie | None:
    def cell(row: str, column: str = "total") -> str:
        return f"{APPLICATIONS}/{row}/{column}"

    received, carried = cell(RECEIVED), cell(CARRIED)
    if code == RECEIVED:
        return Tie("R9", ((received,), (received, carried)))
    if code == HANDLED:
        return Tie("R9", ((received,), (received, carried), (cell(PROCESSED),)))
    if code in (PROCESSED, CARRIED, FORWARD):
        return Tie("R9", ((cell(code),),))
    if code == "granted_in_full":
        return Tie("R9", ((cell(code),), (cell(code), cell("granted_in_part"))))
    row, _, column = code.partition("/")
    if row == RECEIVED and column:
        columns = _ORGANISATIONS if column == "organisations" else (column,)
        new = tuple(cell(RECEIVED, c) for c in columns)
        return Tie("R9", (new, (*new, *(cell(CARRIED, c) for c in columns))))
    if code == "granted_in_part":
        return Tie("R10", ((cell(code),),))
    if code in _GROUPS:
        rows = _group_rows(code, values)
        return Tie("R10", (tuple(cell(r) for r in rows),)) if rows else None
    return Tie("R10", ((cell(code),),)) if cell(code) in values else None


def _group_rows(group: str, values: Values) -> tuple[str, ...]:
    rows = dict.fromkeys(k.split("/")[1] for k in values if k.startswith(APPLICATIONS + "/"))
    return tuple(
        row
        for row in rows
        if row.startswith(group + ".") or (group == "other" and row == "other_handling")
    )


def _dispute_tie(template: str, code: str, values: Values) -> Tie | None:
    block, _, result = code.partition(".")
    if result not in (*RESULTS, "total"):
        return None
    if block == "litigation":
        blocks = ("litigation_direct", "litigation_after_review")
        return Tie("R11", (tuple(f"{REVIEW}/{b}/{result}" for b in blocks),))
    if block in ("review", "litigation_direct", "litigation_after_review"):
        return Tie("R11", ((f"{REVIEW}/{block}/{result}",),))
    return None


_DOCUMENT_COLUMNS: Mapping[tuple[str, str], tuple[tuple[str, ...], bool]] = {
    ("T21", ""): (("issued",), True),
    ("T21", "repealed"): (("repealed",), True),
    ("T21", "in_force"): (("in_force",), True),
    ("T21", "published"): (("issued", "in_force"), False),
    ("T19", ""): (("made",), True),
    ("T19", "published"): (("newly_published", "made", "published_total"), False),
    ("T19", "in_force"): (("published_total",), False),
}


def _document_tie(template: str, code: str, values: Values) -> Tie | None:
    thing, _, what = code.partition(".")
    if thing not in ("normative_documents", "regulations"):
        return None
    known = _DOCUMENT_COLUMNS.get((template, what))
    if known is None:
        return None
    columns, sure = known
    return Tie("R13", tuple((f"{ARTICLE20}/art20_1.{thing}/{c}",) for c in columns), sure)


def _compared(fact: ProseFact, tie: Tie, values: Values) -> RelationResult:
    """The stated number against each sum that it may be; the first is what it should be."""
    keys = tuple(dict.fromkeys(key for sum_keys in tie.sums for key in sum_keys))
    first: Number | None = None
    unknown = False
    for index, sum_keys in enumerate(tie.sums):
        total = _sum(sum_keys, values)
        if total is None:
            unknown = True
        elif _agree(fact, total):
            return _result(tie.id, fact, RelationStatus.HOLDS, total, keys)
        elif index == 0:
            first = total
    # where a sum that the number may be is not known, nobody can say that it is wrong
    if first is None or unknown or not tie.sure:
        return _result(tie.id, fact, RelationStatus.UNTESTABLE, first, keys)
    return _result(tie.id, fact, RelationStatus.VIOLATED, first, keys)


def _sum(keys: Keys, values: Values) -> Number | None:
    total: Number = 0
    for key in keys:
        value = values.get(key)
        if value is None or value.number is None:
            return None
        total = total + value.number
    return total


def _agree(fact: ProseFact, total: Number) -> bool:
    if not fact.approximate:
        return fact.value == total
    apart = abs(Decimal(fact.value) - Decimal(total))
    return apart <= max(Decimal(_step(fact.value)), abs(Decimal(fact.value)) * TOLERANCE)


def _step(value: Number) -> int:
    """The place of the last digit that is not 0: 1,000 of 13,000."""
    step, rest = 1, int(value)
    while rest and rest % 10 == 0:
        step, rest = step * 10, rest // 10
    return step


def _result(
    id_: str, fact: ProseFact, status: RelationStatus, right: Number | None, keys: Keys
) -> RelationResult:
    cause = Cause.UNKNOWN if status is RelationStatus.VIOLATED else None
    return RelationResult(id_, fact.code, status, fact.value, right, cause, "S", keys)


def _no_requests(fact: ProseFact, values: Values) -> Iterator[RelationResult]:
    """R12: where none was received, none is in the table, unless some were carried over."""
    received = f"{APPLICATIONS}/{RECEIVED}/total"
    older = f"{_INDICATORS}/requests.received/value"
    if received not in values and older in values:
        received = older
    if received not in values:
        return
    row = received.rsplit("/", 1)[0]
    keys = [key for key in values if key.startswith(row + "/")]
    carried = [values[k].number for k in values if f"/{CARRIED}/" in k]
    if received is not older and not any(carried):
        keys = [key for key in values if key.startswith(APPLICATIONS + "/")]
    wrong = [key for key in keys if values[key].number]
    if wrong:
        worst = received if received in wrong else wrong[0]
        right = values[worst].number
        yield _result("R12", fact, RelationStatus.VIOLATED, right, tuple(wrong))
        return
    unread = (Kind.UNREAD, Kind.TEXT_DAMAGED, Kind.CELL_NOT_IN_SOURCE)
    known = values[received].kind not in unread
    status = RelationStatus.HOLDS if known else RelationStatus.UNTESTABLE
    yield _result("R12", fact, status, values[received].number, tuple(keys))


def _fee(fact: ProseFact, values: Values) -> Iterator[RelationResult]:
    """R15: a fee for information, in 元, is not the fees of article 20, in 万元."""
    key = f"{ARTICLE20}/art20_8.administrative_fees/amount_wan_yuan"
    value = values.get(key)
    if value is None:
        return
    if value.number is None or not value.number or not fact.value:
        # two zeros, or a zero and a number, tell nothing of whether one was copied
        yield _result("R15", fact, RelationStatus.UNTESTABLE, value.number, (key,))
        return
    copied = value.number in (fact.value, Decimal(fact.value) / 10_000)
    status = RelationStatus.VIOLATED if copied else RelationStatus.HOLDS
    yield _result("R15", fact, status, value.number, (key,))


def _outcomes_add_up(prose: Sequence[ProseFact], values: Values) -> Iterator[RelationResult]:
    """R10: the outcomes that the prose states do not exceed what was processed."""
    stated: dict[str, set[Number]] = {}
    for fact in prose:
        if fact.code in ("granted_in_full", "granted_in_part", *_GROUPS) and not fact.approximate:
            stated.setdefault(fact.code, set()).add(fact.value)
    key = f"{APPLICATIONS}/{PROCESSED}/total"
    total = _sum((key,), values)
    if len(stated) < 3 or any(len(said) > 1 for said in stated.values()) or total is None:
        return
    added: Number = 0
    for said in stated.values():
        added = added + next(iter(said))
    status = RelationStatus.UNTESTABLE  # prose leaves out outcomes of which there was none, or few
    if added == total:
        status = RelationStatus.HOLDS
    elif added > total:
        status = RelationStatus.VIOLATED
    cause = Cause.UNKNOWN if status is RelationStatus.VIOLATED else None
    yield RelationResult("R10", "outcomes", status, added, total, cause, "S", (key,))


def _said_twice(prose: Sequence[ProseFact]) -> Iterator[RelationResult]:
    """The same number stated differently, where no table tells which is right."""
    first: dict[str, ProseFact] = {}
    carried = {fact.value for fact in prose if fact.code == CARRIED}
    for fact in prose:
        known = first.setdefault(fact.code, fact)
        if known.value == fact.value or known.approximate or fact.approximate:
            continue
        if fact.code not in _ONE_A_REPORT:
            continue
        if fact.code == RECEIVED and abs(known.value - fact.value) in carried:
            continue  # with those carried over, and without
        yield RelationResult(
            _id_of(fact.code), fact.code, RelationStatus.VIOLATED, known.value, fact.value,
            Cause.UNKNOWN, "S",
        )  # fmt: skip


# Numbers of which a report has one: of meetings, channels and papers there may be several.
_ONE_A_REPORT = frozenset((RECEIVED, CARRIED, FORWARD, "review.total", "litigation.total"))


def _list_adds_up(stated: StatedList) -> RelationResult:
    """R14: categories add up to their total; where some may be left out, they cannot exceed it."""
    added: Number = 0
    for part in stated.parts:
        added = added + part
    status = RelationStatus.UNTESTABLE
    if added == stated.total:
        status = RelationStatus.HOLDS
    elif stated.exhaustive and not stated.approximate:
        status = RelationStatus.VIOLATED
    cause = Cause.UNKNOWN if status is RelationStatus.VIOLATED else None
    return RelationResult("R14", stated.label, status, stated.total, added, cause, "S")
