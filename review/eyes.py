"""A report as one person may see it: without what others decided where a second look is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gouji.model import SECOND_LOOK, SETTLING
from gouji.model.double_review import (
    LookState,
    SecondLook,
    as_seen_by,
    kept_from,
    second_look,
    second_looks,
)
from gouji.store import Review


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks."""

    who: str
    settles: bool = False  # any disagreement; others settle those in which they had no part
    blind: bool = True  # False: sees every decision, as programs and readers do


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the drawn cells of a report a person sees."""

    looks: Mapping[str, SecondLook]
    hidden: frozenset[str]  # cells at which this person is the second to look
    own: frozenset[str]  # at which this person was
    disputed: frozenset[str]  # that this person may settle

    @property
    def is_plain(self) -> bool:
        """Whether the report is seen as it stands."""
        return not (self.hidden or self.own or self.disputed)

    def turn(self, key: str) -> int:
        """Whose turn a decision of this person on the cell is."""
        if key in self.disputed:
            return SETTLING
        return SECOND_LOOK if key in self.hidden or key in self.own else 1


PLAIN = Sight({}, frozenset(), frozenset(), frozenset())


def sight_of(review: Review, eyes: Eyes | None) -> Sight:
    """What a person sees of a review."""
    if eyes is None or not eyes.blind or not review.drawn:
        return PLAIN
    looks = second_looks(review.decisions, review.drawn)
    at_odds = {key: look for key, look in looks.items() if look.state is LookState.DISAGREED}
    disputed = {key for key, look in at_odds.items() if eyes.settles or eyes.who not in look.people}
    own = {
        key
        for key, look in looks.items()
        if look.state in (LookState.AGREED, LookState.DISAGREED)
        and look.last is not None
        and look.last.made.who == eyes.who
    }
    return Sight(looks, kept_from(eyes.who, looks), frozenset(own - disputed), frozenset(disputed))


def seen_review(review: Review, sight: Sight, eyes: Eyes) -> Review:
    """The review with the decisions that this person sees."""
    shown = {key: look for key, look in sight.looks.items() if key not in sight.disputed}
    return replace(review, decisions=as_seen_by(eyes.who, review.decisions, shown))


def was_hidden(review: Review, key: str, version: int, eyes: Eyes) -> bool:
    """Whether the cell was kept from this person when the report had this version."""
    if not eyes.blind or key not in review.drawn:
        return False
    then = second_look([d for d in review.decisions if d.made.key == key and d.number <= version])
    return then is not None and bool(kept_from(eyes.who, {key: then}))
