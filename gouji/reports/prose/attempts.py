"""How a table of patterns is tried on the words round a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .clauses import Situation, Wording
from .vocabulary import Pattern

# The codes that a count states: none of those tried (None), or known to state none (empty).
Codes = tuple[str, ...]
Attempt = Callable[[Wording, Situation], Codes | None]


def by_patterns(table: Sequence[Pattern], gate: str = "", *, one_only: bool = False) -> Attempt:
    """The first pattern that fits; where several do, with ``one_only``, none.

    ``gate`` is a pattern of which every phrase has something that any of the table fits.
    """
    any_word = re.compile(gate).search

    def attempt(wording: Wording, situation: Situation) -> Codes | None:
        phrase, unit, at = wording.phrase, wording.count.unit, wording.count.start
        if not any_word(phrase):
            return None
        found: Codes | None = None
        for pattern in table:
            if (
                unit in pattern.units
                and pattern.words.search(phrase)
                and situation.meets(pattern.need, at)
            ):
                if not one_only:
                    return (pattern.code,)
                if found is not None:
                    return ()
                found = (pattern.code,)
        return found

    return attempt
