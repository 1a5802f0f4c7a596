"""True numbers of the older tables, and the sums that they must keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from random import Random

from samples.generator.numbers import Scale
from samples.generator.older.codes import VALUE, OlderForm, key
from samples.generator.relations import Number, Relation, Verdict

WAYS = ("requests.in_person", "requests.fax", "requests.online", "requests.letter")
REASONS = tuple(
    f"replies.refused.{reason}"
    for reason in (
        "state_secret", "trade_secret", "privacy", "security_stability",
        "not_government_information", "other_legal",
    )
)  # fmt: skip
REPLIES = (
    "replies.already_public", "replies.granted", "replies.partial", "replies.refused",
    "replies.not_this_organ", "replies.not_exist", "replies.asked_to_amend",
    "replies.other_channel",
)  # fmt: skip
LOCAL_WAYS = (
    "requests.in_person", "requests.fax", "requests.email", "requests.online",
    "requests.letter", "requests.other",
)  # fmt: skip
OUTCOMES = ("replies.granted", "replies.partial", "replies.refused")
CHANNELS = tuple(f"disclosure.{c}" for c in ("gazette", "website", "weibo", "wechat", "other"))
RESULTS = ("upheld", "corrected", "other")

Sum = tuple[str, str, tuple[str, ...]]
SUMS: Mapping[OlderForm, tuple[Sum, ...]] = {
    OlderForm.T14: (
        ("T14-1", "requests.received", WAYS),
        ("T14-1", "requests.completed", ("requests.on_time", "requests.extended")),
        ("T14-1", "organisation.staff", ("organisation.full_time", "organisation.part_time")),
        ("T14-1", "review.total", tuple(f"review.{r}" for r in RESULTS)),
        ("T14-1", "litigation.total", tuple(f"litigation.{r}" for r in RESULTS)),
        ("T14-2", "replies.total", REPLIES),
        ("T14-2", "replies.refused", REASONS),
    ),
    OlderForm.T08: (
        ("T08-1", "requests.total", LOCAL_WAYS),
        ("T08-2", "replies.total", OUTCOMES),
    ),
}


def draw_t14(rng: Random, scale: Scale) -> dict[str, Number]:
    """One column of T14 by row code; its relations hold."""
    share, most = max(0.15, scale.persons_share), max(3, scale.persons_most)
    numbers: dict[str, Number] = {}
    for row in (*REASONS, *REPLIES):
        numbers[row] = _count(rng, share, most)
    numbers["replies.refused"] = _sum(numbers, REASONS)
    numbers["replies.total"] = completed = _sum(numbers, REPLIES)
    numbers["requests.completed"] = completed
    numbers["requests.extended"] = extended = rng.randint(0, int(completed) // 4)
    numbers["requests.on_time"] = completed - extended
    left = int(completed) + _count(rng, share, 1 + most // 5)
    numbers["requests.received"] = left
    for row in WAYS[:-1]:
        numbers[row] = part = rng.randint(0, left)
        left -= part
    numbers[WAYS[-1]] = left
    for row in CHANNELS:
        numbers[row] = _count(rng, 0.3 + 0.7 * share, scale.article20_most)
    items = max(int(numbers[row]) for row in CHANNELS) + _count(rng, share, 40)
    numbers["disclosure.items"] = items
    numbers["disclosure.normative_documents"] = min(items, _count(rng, share, 60))
    numbers["disclosure.normative_documents_made"] = _count(rng, share, 80)
    for row in ("hot_topics", "interpretations", "weibo_wechat", "other"):
        numbers[f"response.{row}"] = _count(rng, share, most)
    for row in ("press_conferences", "interviews"):
        numbers[f"response.{row}"] = total = _count(rng, share, 60)
        numbers[f"response.{row}_by_leader"] = rng.randint(0, total)
    for block in ("review", "litigation"):
        for result in RESULTS:
            numbers[f"{block}.{result}"] = _count(rng, scale.review_share, scale.review_most)
        numbers[f"{block}.total"] = _sum(numbers, [f"{block}.{r}" for r in RESULTS])
    numbers["complaints.total"] = _count(rng, scale.review_share, scale.review_most)
    numbers["fees.amount"] = _money(rng, 0.2 * share)
    numbers["organisation.dedicated_bodies"] = rng.randint(1, 2 + most // 4)
    numbers["organisation.reading_points"] = rng.randint(1, 3 + most // 2)
    numbers["organisation.full_time"] = full = rng.randint(0, 2 + most // 2)
    numbers["organisation.part_time"] = part = rng.randint(1, 3 + most)
    numbers["organisation.staff"] = full + part
    numbers["organisation.budget"] = _money(rng, share)
    numbers["meetings.held"] = rng.randint(0, 4 + most)
    numbers["meetings.training_sessions"] = rng.randint(0, 2 + most)
    numbers["meetings.trainees"] = rng.randint(0, 90) * int(numbers["meetings.training_sessions"])
    return numbers


def draw_t08(rng: Random, scale: Scale, rows: Iterable[str]) -> dict[str, Number]:
    """One column of a local table by row code; its sums hold."""
    share, most = max(0.3, scale.persons_share), max(4, scale.persons_most)
    wanted = tuple(rows)
    numbers: dict[str, Number] = {row: _count(rng, share, most) for row in wanted}
    for _, total, parts in SUMS[OlderForm.T08]:
        numbers[total] = _sum(numbers, [part for part in parts if part in wanted])
    return numbers


def older_relations(form: OlderForm, keys: Iterable[str]) -> Iterator[Relation]:
    """The sums of every value column; the scope is the row, and the column where it is not main."""
    known = dict.fromkeys(keys)
    for column in dict.fromkeys(each.rsplit("/", 1)[1] for each in known):
        for name, total, all_parts in SUMS[form]:
            parts = tuple(key(row, column) for row in all_parts if key(row, column) in known)
            if key(total, column) in known and parts:
                scope = total if column == VALUE else f"{total}/{column}"
                yield Relation(name, scope, parts, (key(total, column),), blank_is_zero=True)


def judge(form: OlderForm, cells: Mapping[str, tuple[Number | None, str]]) -> Verdict:
    """Judge every sum on (value, kind) of what is printed.

    A blank or a mark for none counts as nothing on the side of the parts; a cell that is not
    there, or a total without a number, leaves the sum untestable.
    """
    violated: list[tuple[str, str]] = []
    untestable: list[tuple[str, str]] = []
    for relation in older_relations(form, cells):
        whole = cells[relation.right[0]][0]
        parts = [cells[key] for key in relation.left]
        if whole is None or any(kind == "cell_not_in_source" for _, kind in parts):
            untestable.append((relation.id, relation.scope))
        elif whole != sum(number or 0 for number, _ in parts):
            violated.append((relation.id, relation.scope))
    return Verdict(tuple(violated), tuple(untestable))


def _count(rng: Random, share: float, most: int) -> int:
    """A count between 0 and `most`; every number of digits is about equally likely."""
    if rng.random() >= share:
        return 0
    digits = rng.randint(1, len(str(most)))
    return rng.randint(10 ** (digits - 1), min(most, 10**digits - 1))


def _sum(numbers: Mapping[str, Number], rows: Iterable[str]) -> int:
    return sum(int(numbers[row]) for row in rows)


def _money(rng: Random, share: float) -> Number:
    """万元 with up to four places, so that it is a whole number of 元."""
    if rng.random() >= share:
        return 0
    places = rng.choice((0, 0, 1, 2, 4))
    number = Decimal(rng.randint(1, 10 ** (places + 2))) / 10**places
    return int(number) if number == int(number) else number
