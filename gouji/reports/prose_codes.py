"""Which number of the form a count in running text is, by the words round it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from . import prose_words as words
from .prose_clauses import Situation, Wording, speaks_of_now, speaks_of_this_organ
from .prose_none import mentioned
from .prose_words import Need, Pattern

Codes = tuple[str, ...]

_CARRIED = re.compile(
    r"(?P<past>上一?年度?|去年|往年|前一年)[^#,结]{0,10}(?:结转|转结|遗留|转来)|(?:结转|转结)(?:自)?(?P<past2>上一?年度?|去年)"
    r"|(?P<from>20\d\d)年?度?(?:末|底)?[^#,结]{0,8}(?:结转|转结|遗留)(?:至|到|入)?(?:(?P<into>20\d\d)年)?"
    r"|(?:结转|转结)(?:至|到|入)?(?P<to>20\d\d)年|(?P<next>(?:结转|转结|转|留)(?:至|到|入)?(?:下一?年度?|次年|明年|来年))"
)


def codes_of(wording: Wording, situation: Situation) -> Codes:
    """The codes that a count states; several only where one number is said of several things."""
    before, count = wording.before, wording.count
    if words.COMPARISON.search(before) or words.PLANS.search(wording.clause):
        return ()
    if not speaks_of_now(situation, count.start):
        return ()
    if not speaks_of_this_organ(situation, wording.clause):
        return ()
    if count.unit == "" and not re.search(r"(?:为|是|数|数量|总数|总量|:)$", before):
        return ()
    if count.unit == "元":
        return _money(wording, situation)
    if words.EVENLY.search(before):
        return _said_of_several(wording, situation)
    for attempt in _ATTEMPTS:
        codes = attempt(wording, situation)
        if codes is not None:
            return codes
    return ()


def _money(wording: Wording, situation: Situation) -> Codes:
    phrase, text = wording.phrase, situation.sentence.text
    if words.BUDGET.search(phrase) and situation.meets(Need.DISCLOSURE, wording.start):
        return ("organisation.budget",)
    if not words.FEE.search(phrase) or words.NO_FEE.search(wording.clause):
        return ()
    if words.FEE_CONTEXT.search(text) or situation.sentence.section is words.FEES_SECTION:
        return ("fees",)
    return ()


def _said_of_several(wording: Wording, situation: Situation) -> Codes:
    """«行政复议、行政诉讼均为0件»: the number is that of everything named since the last one."""
    stem = re.sub(r"(?:均|都|皆|各)(?:为|是|有|收到|发生)?$", "", wording.before)
    codes: list[str] = []
    for clause in re.split(r"[,;:]", stem):
        codes.extend(mentioned(clause, situation, wording.start))
    return tuple(dict.fromkeys(codes))


def _carried(wording: Wording, situation: Situation) -> Codes | None:
    match = _CARRIED.search(wording.phrase)
    if match is None:
        return None
    if words.FINISH.search(wording.before[: match.start()]) or words.OTHER_MATTERS.search(
        wording.clause
    ):
        return ()  # finished, of those carried over
    if wording.count.unit not in words.PIECES:
        return ()
    year = situation.reader.year
    if match["past"] or match["past2"]:
        return (words.CARRIED_OVER,)
    if match["next"]:
        return (words.CARRIED_FORWARD,)
    origin, target = match["from"] or None, match["into"] or match["to"]
    if year is None:
        return ()
    if origin is not None and int(origin) < year:
        return (words.CARRIED_OVER,)
    if (target is not None and int(target) > year) or (origin is not None and int(origin) == year):
        return (words.CARRIED_FORWARD,)
    if origin is None and target is not None and int(target) == year:
        return (words.CARRIED_OVER,)
    return ()


def _from(table: Sequence[Pattern], *, one_only: bool = False) -> Callable[..., Codes | None]:
    """An attempt by patterns; the first that fits, or nothing where several do (``one_only``)."""

    def attempt(wording: Wording, situation: Situation) -> Codes | None:
        phrase = wording.phrase
        fitting = [
            pattern.code
            for pattern in table
            if pattern.words.search(phrase)
            and wording.count.unit in pattern.units
            and situation.meets(pattern.need, wording.count.start)
        ]
        if not fitting:
            return None
        if one_only and len(fitting) > 1:
            return ()
        return (fitting[0],)

    return attempt


def _outcomes(wording: Wording, situation: Situation) -> Codes | None:
    if words.BARE_GRANTED.match(wording.phrase) and situation.said & {
        words.RECEIVED, words.PROCESSED, words.HANDLED,
    }:  # fmt: skip
        return ("granted_in_full",)
    if words.LAWSUIT_WORDS.search(wording.before) or words.REVIEW_WORDS.search(wording.before):
        return None
    if _GRANTED_BOTH.search(wording.before):
        return ()
    named = [p for p in words.OUTCOMES if _OUTCOME_NAMES[p.code].search(wording.before)]
    if len(named) > 1:  # «予以公开和部分公开共8件»
        return ()
    return _BY_OUTCOME(wording, situation)


_OUTCOME_NAMES = {
    "granted_in_part": re.compile(words.GRANTED_PART),
    "refused": re.compile(words.REFUSED),
    "granted_in_full": re.compile(words.GRANTED),
    "unable": re.compile("无法提供"),
    "not_processed": re.compile("不予处理"),
    "other": re.compile("其[他它](?:方式)?处理"),
}
_GRANTED_BOTH = re.compile(r"公开[”\"]?(?:和|及|、|或|与|以及|\(含)[“\"]?部分公开")
_BY_OUTCOME = _from(words.OUTCOMES)


def _disputes(wording: Wording, situation: Situation) -> Codes | None:
    phrase, before = wording.phrase, wording.before
    for ending, pattern in words.ENDINGS:
        if pattern.search(phrase):
            return _ending(ending, wording, situation)
    codes = _LAWSUITS_APART(wording, situation)
    if codes is not None:
        return codes
    review, lawsuit = words.REVIEW_WORDS.search(phrase), words.LAWSUIT_WORDS.search(phrase)
    if review is None and lawsuit is None:
        return None
    if _NOT_OURS.search(wording.clause) and "公开" not in wording.clause:
        return ()
    both = _BOTH.search(before)
    if both:
        return ("review.total", "litigation.total") if wording.count.value == 0 else ()
    return _BY_DISPUTE(wording, situation) or ()


_LAWSUITS_APART = _from(words.LAWSUITS_TOLD_APART)
_BY_DISPUTE = _from((words.LAWSUITS, words.REVIEWS))
_BOTH = re.compile(r"复议(?:案件|申请|案)?(?:、|和|及|与|或|以及|/|,)+[^#]{0,10}(?:诉讼|应诉)")
# An organ that decides reviews itself, or stands before a court in other matters.
_NOT_OURS = re.compile(r"办理|审理|审结|受理|承办|代理|参与|出庭|办案|应诉")


def _ending(ending: str, wording: Wording, situation: Situation) -> Codes | None:
    named = words.LAWSUIT_WORDS.search(wording.before), words.REVIEW_WORDS.search(wording.before)
    topic = situation.topic(wording.count.start)
    if words.REVIEW_WORDS.search(wording.before):
        topic = "litigation" if named[0] and named[1] and named[0].start() > named[1].start() else (
            "review"
        )  # fmt: skip
    if topic not in ("review", "litigation", "litigation_direct", "litigation_after_review"):
        return None
    if not situation.meets(Need.DISPUTES, wording.count.start):
        return ()
    if ending == "upheld" and "诉讼请求" in wording.phrase and topic == "review":
        return ()
    return (f"{topic}.{ending}",)


def _requests(wording: Wording, situation: Situation) -> Codes | None:
    phrase, clause, count = wording.phrase, wording.clause, wording.count
    if count.unit not in words.PIECES or words.OTHER_MATTERS.search(clause + "#" + wording.behind):
        return None
    if _LEFT_OUT.search(phrase):
        return ()
    about = situation.meets(Need.REQUESTS, count.start)
    named = words.REQUEST_WORDS.search(phrase) is not None
    if not about and not named:
        return None
    if any(p.search(phrase) for p in words.DONE) and not words.TAKE.search(wording.before):
        return (words.PROCESSED,)
    if any(p.search(phrase) for p in words.TAKEN) or (
        about and words.BARE_TAKEN.search(phrase) and not _before_is_foreign(wording, situation)
    ):
        return _received(wording, situation)
    if any(p.search(phrase) for p in words.WORKED) or (
        about and words.BARE_WORKED.search(phrase) and not _before_is_foreign(wording, situation)
    ):
        return _worked(wording, situation)
    if any(p.search(phrase) for p in words.NAMED) or (about and words.NUMBER_OF.search(phrase)):
        return _received(wording, situation)
    return None


# Taken back, in part, on the way: no row of the form.
_LEFT_OUT = re.compile(
    r"撤回|撤销|当场|口头|即时|当日|正在|尚未|未按|超期|超时|逾期|补正|更正|无效|率"
)


def _before_is_foreign(wording: Wording, situation: Situation) -> bool:
    """Whether the sentence so far was about letters, calls or permits."""
    return bool(words.OTHER_MATTERS.search(situation.sentence.text, 0, wording.count.start))


def _received(wording: Wording, situation: Situation) -> Codes:
    if (
        words.RECEIVED in situation.said
        and "其中" in situation.sentence.text[: wording.count.start]
    ):
        return ()  # a part of them
    return (words.RECEIVED,)


def _worked(wording: Wording, situation: Situation) -> Codes:
    # what nobody handled nobody received
    code = words.RECEIVED if wording.count.value == 0 else words.HANDLED
    return () if code in situation.said else (code,)


def _documents(wording: Wording, situation: Situation) -> Codes | None:
    phrase, text = wording.phrase, situation.sentence.text
    about = words.DOCUMENT_WORDS.search(phrase) or words.REGULATION_WORDS.search(phrase)
    topic = situation.topic(wording.count.start)
    if about is None and topic not in ("documents", "regulations"):
        return None
    if words.OTHER_WORK.search(wording.clause) and not words.MAKE.search(wording.clause):
        return ()
    if wording.count.unit in words.PAPERS:
        for code, alone in words.DOCUMENT_ALONE:
            if alone.search(wording.before + "#") and (code == "normative_documents") == (
                words.REGULATION_WORDS.search(wording.before) is None
            ):
                if situation.said & {"regulations", "normative_documents"}:
                    return (code,)
                return None
    if topic in ("documents", "regulations") and words.OTHER_WORK.search(
        text, 0, wording.count.start
    ):
        # of documents looked through, only what was repealed is a number of the form
        codes = _BY_DOCUMENT(wording, situation)
        return codes if codes and codes[0].endswith(".repealed") else ()
    return _BY_DOCUMENT(wording, situation)


_BY_DOCUMENT = _from(words.DOCUMENTS)


def _disclosure(wording: Wording, situation: Situation) -> Codes | None:
    if wording.count.unit not in words.ITEMS or words.NO_POST.search(wording.clause):
        return None
    phrase = wording.phrase
    part = "其中" in situation.sentence.text[: wording.count.start]
    if not part and any(p.search(phrase) for p in words.ITEMS_DISCLOSED):
        return ("disclosure.items",)
    known = "disclosure.items" in situation.said or situation.topic(wording.start) == "disclosure"
    for code, pattern in words.CHANNELS:
        match = pattern.search(phrase)
        if match and (known or words.POST.search(match.group())):
            return (code,)
    return None


def _decisions(wording: Wording, situation: Situation) -> Codes | None:
    if wording.count.unit not in words.DECISION_UNITS:
        return None
    if words.NO_DECISION.search(situation.sentence.text, 0, wording.count.stop):
        return None
    for code, pattern in words.DECISIONS:
        if pattern.search(wording.phrase):
            return (code,)
    return None


_ATTEMPTS: tuple[Callable[[Wording, Situation], Codes | None], ...] = (
    _carried,
    _disputes,
    _from(words.REASONS, one_only=True),
    _outcomes,
    _from(words.TIMING),
    _from(words.APPLICANTS),
    _from(words.WAYS),
    _requests,
    _documents,
    _from(words.OTHER_FIGURES),
    _disclosure,
    _decisions,
)
