"""Fields of a DOCX document: what they print is their result, not their instruction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .numerals import numeral
from .xml import VAL, Element, W, whole

_CHARACTER = f"{W}fldChar"
_TYPE = f"{W}fldCharType"
_RINGS = frozenset("○◯〇□△◇")
# \o sets its arguments over each other: Word's ringed characters and phonetic guides of old.
_FORMULA = re.compile(r"\\([ofx])\s*(?:\\[a-z]+\s*)*\((.*)\)\s*$", re.DOTALL | re.IGNORECASE)


@dataclass(slots=True)
class _Field:
    """A field that is open; ``choice`` is what a drop-down list shows, which is no result."""

    choice: str = ""
    instruction: list[str] = field(default_factory=list)
    shows: bool = False  # past its separator


class Fields:
    """The fields that are open at a place of the text.

    Where their marks do not match, as programs that cut documents leave them, no text is taken for
    an instruction: it is better to print one too many than to lose a table.
    """

    def __init__(self, story: Element) -> None:
        self._open: list[_Field] = []
        self._sound = _is_sound(story)
        self.shown = True  # whether text at this place is printed

    def character(self, element: Element) -> str:
        """Meet a ``w:fldChar``; returns what the field prints beside its result."""
        if not self._sound:
            return ""
        kind, text = element.get(_TYPE), ""
        if kind == "begin":
            self._open.append(_Field(_choice(element)))
        elif kind == "separate" and self._open:
            self._open[-1].shows = True
        elif kind == "end" and self._open:
            done = self._open.pop()
            text = done.choice
            if not text and not done.shows:
                text = _without_result("".join(done.instruction))
        self.shown = all(each.shows for each in self._open)
        if self.shown:
            return text
        self.instruct(text)
        return ""

    def instruct(self, text: str) -> None:
        """Meet text of an instruction."""
        if self._open:
            self._open[-1].instruction.append(text)


def _is_sound(story: Element) -> bool:
    """Whether every field that begins also ends, and none ends that did not begin."""
    depth = 0
    for element in story.iter(_CHARACTER):
        kind = element.get(_TYPE)
        depth += {"begin": 1, "end": -1}.get(kind or "", 0)
        if depth < 0:
            return False
    return depth == 0


def _choice(element: Element) -> str:
    """What the drop-down list of a form field shows."""
    choices = element.find(f"{W}ffData/{W}ddList")
    if choices is None:
        return ""
    entries = [entry.get(VAL, "") for entry in choices.iterfind(f"{W}listEntry")]
    for name in ("result", "default"):
        index = choices.find(f"{W}{name}")
        if index is not None:
            number = whole(index.get(VAL))
            return entries[number] if 0 <= number < len(entries) else ""
    return entries[0] if entries else ""


def _without_result(instruction: str) -> str:
    """What is printed of a field that has no result: formulas and buttons print themselves."""
    words = instruction.split(None, 2)
    name = words[0].upper() if words else ""
    if name == "MACROBUTTON" and len(words) == 3:
        return words[2].strip()
    if name != "EQ":
        return ""
    match = _FORMULA.search(instruction)
    if match is None:
        return ""
    arguments = _arguments(match[2])
    if match[1] in "fF":
        return "/".join(arguments)
    last = arguments[-1]
    if arguments[0] in _RINGS and last.isdecimal():
        return numeral(int(last[:9]), "decimalEnclosedCircle")
    return last


def _arguments(text: str) -> list[str]:
    """The arguments of a formula, parted by commas outside brackets."""
    arguments, depth = [""], 0
    for character in text:
        if character in ",;，；" and not depth:
            arguments.append("")
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        arguments[-1] += character
    return [argument.strip() for argument in arguments]
