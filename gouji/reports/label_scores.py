"""How well the label of a printed row fits each row of part three: words, ordinal and group."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from .form import Row
from .forms import ALL_APPLICATION_ROWS, GROUPS
from .labels import Label, likeness, pairs_of, read_label, same_place, words_of

# Words weigh most; an ordinal or group that contradicts costs as much as half the words.
ORDINAL_SAME, ORDINAL_OTHER = 0.35, -0.35
GROUP_SAME, GROUP_OTHER = 0.35, -0.6
LEAST = 0.45  # below this a pairing is not one
MISREAD = 0.7  # of the characters of a label that stand where they should


@lru_cache(maxsize=4096)
def group_of(text: str) -> str:
    """The code of the bracketed group of part three that a cell names, or nothing."""
    label = read_label(text)
    for code, (ordinal, words) in GROUPS.items():
        if words in label.words or (label.bracketed and label.ordinal == ordinal):
            return code
        if likeness(label.pairs, pairs_of(words)) >= 0.6 and label.bracketed:
            return code
    return ""


def group_named(labels: Sequence[str]) -> str:
    """The group that the last of the labels of a row names that names any."""
    for text in reversed(labels):
        group = group_of(text)
        if group:
            return group
    return ""


@lru_cache(maxsize=4096)  # the same labels stand in report after report
def label_scores(label: Label, group: str, own_group: str) -> tuple[float, ...]:
    """The score of each of `ALL_APPLICATION_ROWS`, -1 where the label is not its own."""
    return tuple(_score(label, group, own_group, row) for row in ALL_APPLICATION_ROWS)


def _score(label: Label, group: str, own_group: str, row: Row) -> float:
    words = _words_score(label, row)
    score = 1.5 * words - 0.5 if words < 0.5 else words
    if label.ordinal and row.ordinal:
        same = label.ordinal == row.ordinal
        score += ORDINAL_SAME if same else ORDINAL_OTHER
    if row.group:
        score += GROUP_SAME if group == row.group else (GROUP_OTHER if group else 0.0)
    elif row.code == "other_handling":
        # one row for the group itself: its label is the group's name
        score += 0.3 if own_group == "other" and len(label.words) <= 6 else -0.3
    elif group and not label.bracketed and label.ordinal.isdigit():
        score += GROUP_OTHER
    return score if score >= LEAST else -1.0


def _words_score(label: Label, row: Row) -> float:
    alike = max(likeness(label.pairs, pairs) for pairs in _wordings(row))
    if alike >= MISREAD:
        return alike
    least = MISREAD - 0.1 * bool(label.ordinal and label.ordinal == row.ordinal)
    return max(alike, max(same_place(label.words, words_of(w), least) for w in row.labels))


@lru_cache(maxsize=256)
def _wordings_of(code: str, labels: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(pairs_of(words_of(label)) for label in labels)


def _wordings(row: Row) -> tuple[frozenset[str], ...]:
    return _wordings_of(row.code, row.labels)
