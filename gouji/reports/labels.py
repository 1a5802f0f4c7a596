"""Row and column labels as printed, against the wording of the form.

Labels are misprinted, shortened, broken over lines and pages, and repeat (``3.其他``): they are
compared by pairs of characters, by the ordinal before them and by the group they stand in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .amounts import plain

_NOT_WORD = re.compile(r"[^\u3400-\u9fff0-9A-Za-z]+")
_ORDINAL = re.compile(
    r"^(?:\(([一二三四五六七八九十]{1,2})\)|([一二三四五六七八九十]{1,2})[、.,·]|(\d{1,2})[.、,:)·])"
)
_PART_THREE = re.compile(r"^三[、.,]?本年度?办理结果")


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label: its ordinal, and its words without blanks and punctuation."""

    ordinal: str
    bracketed: bool
    words: str
    pairs: frozenset[str]


@lru_cache(maxsize=8192)
def read_label(text: str) -> Label:
    """Split a label into ordinal and words; 三、本年度办理结果 before a group is taken off."""
    bare = plain(text).replace("〇", "0")
    stripped = _PART_THREE.sub("", bare)
    bare = stripped or bare
    match = _ORDINAL.match(bare)
    ordinal = next((group for group in match.groups() if group), "") if match else ""
    rest = bare[match.end() :] if match else bare
    words = _NOT_WORD.sub("", rest)
    return Label(ordinal, bool(match and match.group(1)), words, pairs_of(words))


@lru_cache(maxsize=8192)
def pairs_of(words: str) -> frozenset[str]:
    """Pairs of neighbouring characters; a single character is its own pair."""
    if len(words) < 2:
        return frozenset((words,)) if words else frozenset()
    return frozenset(words[i : i + 2] for i in range(len(words) - 1))


@lru_cache(maxsize=16384)  # the same words stand in report after report
def words_of(text: str) -> str:
    """A label's characters alone: no blanks, no punctuation."""
    return _NOT_WORD.sub("", plain(text))


def ideographs(text: str) -> str:
    """The Chinese characters of a text, without digits and letters: what noise is read as."""
    return "".join(c for c in text if "\u3400" <= c <= "\u9fff")


def dice(printed: frozenset[str], wanted: frozenset[str]) -> float:
    """How alike two sets of pairs are, 0–1, whichever of them is the longer."""
    if not printed or not wanted:
        return 0.0
    return 2.0 * len(printed & wanted) / (len(printed) + len(wanted))


def likeness(printed: frozenset[str], wanted: frozenset[str]) -> float:
    """How alike two sets of pairs are, 0–1; all of ``wanted`` within a longer text is 0.9."""
    if not printed or not wanted:
        return 0.0
    common = len(printed & wanted)
    if not common:
        return 0.0
    alike = 2.0 * common / (len(printed) + len(wanted))
    covered = common / len(wanted)
    return max(alike, 0.9 * covered) if covered > 0.85 and len(wanted) > 2 else alike


def same_place(printed: str, wanted: str, least: float) -> float:
    """How alike words of one length are that differ in a character or two, as misread ones do."""
    if len(printed) != len(wanted) or not wanted:
        return 0.0
    share = sum(a == b for a, b in zip(printed, wanted, strict=True)) / len(wanted)
    return share - 0.1 if share >= least else 0.0


def best_likeness(text: str, wordings: tuple[str, ...]) -> float:
    """The best likeness of a text to any wording."""
    label = read_label(text)
    return max((likeness(label.pairs, pairs_of(words_of(w))) for w in wordings), default=0.0)


def holds(text: str, wording: str) -> bool:
    """Whether the words stand in the text, blanks and punctuation aside."""
    return words_of(wording) in words_of(text)
