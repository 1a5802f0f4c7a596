"""Which number of the form a count in running text is, by the words round it."""

from __future__ import annotations

import re

from . import requests
from .attempts import Attempt, Codes, by_patterns
from .clauses import Situation, Wording, speaks_of_this_organ
from .disputes import disputes
from .documents import documents
from .figures import decisions, disclosure, money, other_figures
from .nothing import mentioned
from .vocabulary import COMPARISON, PLANS

_EVENLY = re.compile("[均都皆各](?:为|是|有|收到|发生)?$")
# A number without a counter must be announced.
_ANNOUNCED = re.compile("(?:为|是|数|数量|总数|总量|:)$")

_ATTEMPTS: tuple[Attempt, ...] = (
    requests.carried,
    disputes,
    by_patterns(
        requests.REASONS,
        "密|法|三|事务|过程|查询|掌握|现成|制作|补|访|重|出版|反复|不存在|本|我|途径|主动|隐私|政府",
        one_only=True,
    ),
    requests.outcomes,
    by_patterns(requests.TIMING, "期|延长|按时"),
    by_patterns(requests.APPLICANTS, "人|机构|组织|商业"),
    by_patterns(requests.WAYS),
    requests.count_of_requests,
    documents,
    other_figures,
    disclosure,
    decisions,
)


def codes_of(wording: Wording, situation: Situation) -> Codes:
    """The codes that a count states; several only where one number is said of several things."""
    before, count = wording.before, wording.count
    if count.unit == "" and not _ANNOUNCED.search(before):
        return ()
    if COMPARISON.search(before) or PLANS.search(wording.clause):
        return ()
    if not situation.speaks_of_now(count.start):
        return ()
    if not speaks_of_this_organ(situation, wording.clause):
        return ()
    if count.unit == "元":
        return money(wording, situation)
    evenly = _EVENLY.search(before)
    if evenly:
        return _said_of_several(before[: evenly.start()], wording, situation)
    for attempt in _ATTEMPTS:
        codes = attempt(wording, situation)
        if codes is not None:
            return codes
    return ()


def _said_of_several(stem: str, wording: Wording, situation: Situation) -> Codes:
    """«行政复议、行政诉讼均为0件»: the number is that of everything named since the last one."""
    codes: list[str] = []
    for clause in re.split("[,;:]", stem):
        codes.extend(mentioned(clause, situation, wording.start))
    return tuple(dict.fromkeys(codes))
