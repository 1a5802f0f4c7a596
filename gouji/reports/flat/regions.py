"""Where in a flattened text the tables of the form are, and which lines are narrative."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..rows import Section
from .units import SENTENCE, TextLine, Unit
from .words import known, section_of

_SECTION_HEADING = re.compile(
    r"[#\s*\-•]*[(（]?[一二三四五六七八九十]{1,2}[、.．,)）].{0,4}?"
    r"(?:总体情况|概述|主动公开政府|收到和处理|政府信息公开行政复议|因政府信息公开|政府信息公开工作被|"
    r"存在的?主要|存在的?问题|主要问题|其他需要|需要报告)"
)
# Lines of other words than the form's inside a table: an organ's own rows, a stamp.
STRANGE_LINES = 3
FEWEST_LINES = 5
FEWEST_MARKS = 3
LONGEST_CELL = 90
ROW_OF_NUMBERS = (7, 15)  # values of a row of part three, of part four
_HEADING_WORDS = ("政府信息公开行政复议、行政诉讼情况", "收到和处理政府信息公开申请情况")


@dataclass(frozen=True, slots=True)
class Region:
    """Lines ``first`` up to ``last`` (not included) that hold tables of the form."""

    first: int
    last: int


def is_heading(text: str) -> bool:
    """The heading of a section of the report, not a numbered label of a table."""
    if len(text) > 60:
        return False
    return _SECTION_HEADING.match(text) is not None or text.strip() in _HEADING_WORDS


def find_regions(lines: Sequence[TextLine]) -> list[Region]:
    """Stretches of lines that begin with the words of a table and go on with labels and values."""
    kinds = [_kind(line) for line in lines]
    regions: list[Region] = []
    index = 0
    while index < len(lines):
        if kinds[index] != "mark":
            index += 1
            continue
        first = index
        floor = regions[-1].last if regions else 0
        while first > floor and kinds[first - 1] in ("table", "mark"):
            first -= 1  # heads above the first telling word
        last = _end(kinds, index)
        if _holds_rows(lines[first:last], kinds[first:last]):
            regions.append(Region(first, last))
        index = last
    return regions


def _holds_rows(lines: Sequence[TextLine], kinds: list[str]) -> bool:
    """Whether there is more than a sentence that names what a table names."""
    if any(line.hard or len(line.units) in ROW_OF_NUMBERS for line in lines):
        return True
    lines_of_table = sum(1 for kind in kinds if kind != "strange")
    return lines_of_table >= FEWEST_LINES or kinds.count("mark") >= FEWEST_MARKS


def _end(kinds: Sequence[str], index: int) -> int:
    """The line after the last one of a region; strange lines inside it do not end it."""
    last, strange = index + 1, 0
    for at in range(index, len(kinds)):
        if kinds[at] in ("table", "mark"):
            last, strange = at + 1, 0
        elif kinds[at] == "strange" and strange < STRANGE_LINES:
            strange += 1
        else:
            break
    return last


def _kind(line: TextLine) -> str:
    """mark: words that only a table has; table: its labels, heads, values; strange; text."""
    filled = [unit for unit in line.units if unit.text]
    if not filled:
        return "table"
    if line.hard:
        if any(section_of(unit.text) is not Section.NONE and _short(unit) for unit in filled):
            return "mark"
        if all(unit.value or known(unit.text) for unit in filled):
            return "table"
        return "strange" if all(_short(unit) for unit in filled) else "text"
    if is_heading(line.text) and len(line.units) == 1:
        return "text"
    words = [unit for unit in filled if not unit.value]
    values = len(filled) - len(words)
    if not words:
        return "mark" if values in ROW_OF_NUMBERS else "table"
    whole = "".join(unit.words for unit in words)
    if len(whole) > LONGEST_CELL and len(words) == 1 and not known(whole):
        return "text"
    if known(whole) or all(known(unit.text) for unit in words):
        marked = (
            section_of(whole) is not Section.NONE
            or values in ROW_OF_NUMBERS
            or any(section_of(unit.text) is not Section.NONE for unit in words)
        )
        return "mark" if marked and _telling(words, whole) else "table"
    strange = len(whole) <= LONGEST_CELL // 2 and not SENTENCE.search(whole)
    return "strange" if strange else "text"


def _telling(words: Sequence[Unit], whole: str) -> bool:
    """行政许可 or 规章 alone may be a menu's word; heads, bands and rows of part three are not."""
    return len(whole) > 4 or len(words) > 1


def _short(unit: Unit) -> bool:
    return len(unit.text) <= LONGEST_CELL and not SENTENCE.search(unit.text)
