"""Labels that Word sets before paragraphs of lists: they stand nowhere in the text itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .numerals import numeral
from .styles import ParagraphLook, Styles, number_of
from .xml import VAL, Element, W, first, is_on, whole

LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
# A bullet is a sign, often a letter of a symbol font; only words and numbers are part of the text.
_WORDS = re.compile(r"[0-9\u3220-\u32b0\u2460-\u249b\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list, as `w:lvl` describes it."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    blank: bool = True  # a tab or a blank stands behind the label
    restart: int | None = None  # restarted by levels above this one; None: by all above it
    legal: bool = False  # the numbers of all levels in plain digits
    style: str = ""  # the paragraph style that stands for this level
    hidden: bool = False
    zeros: int = 0  # at least so many digits


@dataclass(slots=True)
class _List:
    """One `w:num`: a list by its own name, with the levels and the counters that it shares."""

    levels: dict[int, _Level]
    counters: dict[int, int]
    overrides: dict[int, int] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)

    def start(self, level: int) -> int:
        return self.overrides.get(level, self.levels.get(level, _Level()).start)


class Numbering:
    """Counts the numbered paragraphs of a document: ask once a paragraph, in their order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._numbers: dict[str, Element] = {}
        self._lists: dict[str, _List | None] = {}
        self._counters: dict[str, dict[int, int]] = {}
        for element in root if root is not None else ():
            if element.tag == f"{W}abstractNum":
                self._abstract.setdefault(element.get(f"{W}abstractNumId", ""), element)
            elif element.tag == f"{W}num":
                self._numbers.setdefault(element.get(f"{W}numId", ""), element)

    def label(self, properties: Element | None, style: str, look: ParagraphLook) -> str:
        """The label of the next paragraph with these properties; "" where it has none."""
        num_id, level = number_of(properties)
        own = num_id is not None
        if num_id is None:
            num_id = look.num_id
        if num_id is None or num_id == "0":
            return ""
        numbered = self._list(num_id)
        if numbered is None:
            return ""
        if level is None and not own:
            level = next((k for k, v in numbered.levels.items() if v.style == style), look.level)
        return self._counted(numbered, min(max(level or 0, 0), LEVELS - 1))

    def _counted(self, numbered: _List, level: int) -> str:
        described = numbered.levels.get(level)
        if described is None:
            return ""
        counters = numbered.counters
        if level in numbered.overrides and level not in numbered.begun:
            counters.pop(level, None)
        numbered.begun.add(level)
        counters[level] = counters.get(level, numbered.start(level) - 1) + 1
        for deeper in [k for k in counters if k > level]:
            restart = numbered.levels.get(deeper, _Level()).restart
            if restart is None or level < restart:
                del counters[deeper]
        if described.hidden:
            return ""

        def printed(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            number = counters.get(place, numbered.start(place))
            of = numbered.levels.get(place, described)
            form = "decimal" if described.legal and of.form != "decimalZero" else of.form
            return numeral(number, form).strip().zfill(of.zeros)

        text = _PLACE.sub(printed, described.text)
        if described.form == "bullet" and not _WORDS.search(text):
            return ""
        return text + (" " if described.blank and text else "")

    def _list(self, num_id: str) -> _List | None:
        if num_id not in self._lists:
            self._lists[num_id] = self._made(num_id)
        return self._lists[num_id]

    def _made(self, num_id: str) -> _List | None:
        number = self._numbers.get(num_id)
        found = self._levels_of(num_id)
        if number is None or found is None:
            return None
        abstract, shared = found
        levels = dict(shared)
        overrides: dict[int, int] = {}
        for override in number.iterfind(f"{W}lvlOverride"):
            level = whole(override.get(f"{W}ilvl"), -1)
            described = first(override, f"{W}lvl")
            if described is not None:
                levels[level] = _level(described)
            start = first(override, f"{W}startOverride")
            if start is not None:
                overrides[level] = whole(start.get(VAL), 1)
        return _List(levels, self._counters.setdefault(abstract, {}), overrides)

    def _levels_of(self, num_id: str) -> tuple[str, dict[int, _Level]] | None:
        """The abstract list behind a number, and its levels; a style may stand between them."""
        for _ in range(LEVELS):
            number = self._numbers.get(num_id)
            reference = first(number, f"{W}abstractNumId") if number is not None else None
            name = reference.get(VAL, "") if reference is not None else ""
            abstract = self._abstract.get(name)
            if abstract is None:
                return None
            link = first(abstract, f"{W}numStyleLink")
            if link is None:
                levels = {
                    whole(lvl.get(f"{W}ilvl"), -1): _level(lvl)
                    for lvl in abstract.iterfind(f"{W}lvl")
                }
                return name, levels
            num_id = self._styles.numbering_of(link.get(VAL, "")) or ""
        return None


def _level(element: Element) -> _Level:
    # a custom format stands in a choice, with its fallback beside it
    form = next(element.iter(f"{W}numFmt"), None)
    name = form.get(VAL, "decimal") if form is not None else "decimal"
    zeros = 0
    if form is not None and name == "custom":
        first = form.get(f"{W}format", "").split(",")[0].strip()
        name, zeros = "decimal", len(first) if first.isdecimal() else 0

    def value(tag: str) -> str | None:
        child = element.find(f"{W}{tag}")
        return child.get(VAL, "1") if child is not None else None

    restart = value("lvlRestart")
    hidden = element.find(f"{W}rPr/{W}vanish")
    return _Level(
        start=whole(value("start"), 0 if value("start") is None else 1),
        form=name,
        text=value("lvlText") or "",
        blank=value("suff") != "nothing",
        restart=whole(restart) if restart is not None else None,
        legal=is_on(value("isLgl")),
        style=value("pStyle") or "",
        hidden=hidden is not None and is_on(hidden.get(VAL, "1")),
        zeros=zeros,
    )
