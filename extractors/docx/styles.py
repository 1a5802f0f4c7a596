"""Styles of a DOCX document: what a paragraph or run inherits from them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .xml import VAL, Element, W, first, half_points, is_on, whole

DEFAULT_SIZE = 10.0  # of a document that states none, points


@dataclass(frozen=True, slots=True)
class RunLook:
    """How characters are set; None where nothing is said about it."""

    size: float | None = None  # points
    hidden: bool | None = None
    raised: str | None = None  # superscript, subscript, baseline
    struck: bool | None = None  # struck through by hand


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """What a paragraph takes from its style."""

    run: RunLook = RunLook()
    name: str = ""
    num_id: str | None = None
    level: int | None = None


NOTHING = RunLook()
_STRUCK = (f"{W}strike", f"{W}dstrike")


class Styles:
    """The styles of a document, each with all that it inherits."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._paragraphs: dict[str, ParagraphLook] = {}
        self._runs: dict[str, RunLook] = {}
        self.default_paragraph = ""
        base = RunLook(DEFAULT_SIZE)
        for element in root if root is not None else ():
            if element.tag == f"{W}style":
                name = element.get(f"{W}styleId", "")
                self._elements.setdefault(name, element)
                if element.get(f"{W}type") == "paragraph" and is_on(element.get(f"{W}default")):
                    self.default_paragraph = self.default_paragraph or name
            elif element.tag == f"{W}docDefaults":
                base = over(base, run_look(element.find(f"{W}rPrDefault/{W}rPr")))
        self._base = base

    def paragraph(self, style: str | None) -> ParagraphLook:
        """The look of a paragraph style; of none, that of the default style."""
        name = style if style is not None and style in self._elements else self.default_paragraph
        look = self._paragraphs.get(name)
        if look is None:
            look = ParagraphLook(self._base)
            for element in self._line_of(name):
                num_id, level = number_of(first(element, f"{W}pPr"))
                look = replace(
                    look,
                    run=over(look.run, run_look(first(element, f"{W}rPr"))),
                    num_id=num_id if num_id is not None else look.num_id,
                    level=level if level is not None else look.level,
                )
            look = replace(look, name=self.name_of(name))
            self._paragraphs[name] = look
        return look

    def run(self, style: str) -> RunLook:
        """What a character style says, without the document's defaults."""
        look = self._runs.get(style)
        if look is None:
            look = NOTHING
            for element in self._line_of(style):
                look = over(look, run_look(first(element, f"{W}rPr")))
            self._runs[style] = look
        return look

    def name_of(self, style: str) -> str:
        """The style's name in lower case: the same in every language of Word, unlike its id."""
        element = self._elements.get(style)
        name = first(element, f"{W}name") if element is not None else None
        return (name.get(VAL, "") if name is not None else "").lower()

    def numbering_of(self, style: str) -> str | None:
        """The list that a numbering style stands for."""
        element = self._elements.get(style)
        return number_of(first(element, f"{W}pPr"))[0] if element is not None else None

    def _line_of(self, name: str) -> list[Element]:
        """A style and those it is based on, the furthest first; a circle ends where it closes."""
        line: list[Element] = []
        seen: set[str] = set()
        while name in self._elements and name not in seen:
            seen.add(name)
            line.append(self._elements[name])
            based = self._elements[name].find(f"{W}basedOn")
            name = based.get(VAL, "") if based is not None else ""
        return line[::-1]


def over(look: RunLook, other: RunLook) -> RunLook:
    """The second look over the first."""
    if other is NOTHING:
        return look
    return RunLook(
        look.size if other.size is None else other.size,
        look.hidden if other.hidden is None else other.hidden,
        look.raised if other.raised is None else other.raised,
        look.struck if other.struck is None else other.struck,
    )


def run_look(properties: Element | None) -> RunLook:
    """What a ``w:rPr`` says itself."""
    if properties is None or not len(properties):
        return NOTHING
    size = hidden = raised = struck = None
    for element in properties:
        tag = element.tag
        if tag == f"{W}sz":
            size = half_points(element.get(VAL))
        elif tag == f"{W}vanish":
            hidden = is_on(element.get(VAL, "1"))
        elif tag == f"{W}vertAlign":
            raised = element.get(VAL)
        elif tag in _STRUCK:
            struck = struck or is_on(element.get(VAL, "1"))
    if size is None and hidden is None and raised is None and struck is None:
        return NOTHING
    return RunLook(size, hidden, raised, struck)


def number_of(properties: Element | None) -> tuple[str | None, int | None]:
    """The list and the level (from 0) that a ``w:pPr`` names."""
    numbering = first(properties, f"{W}numPr") if properties is not None else None
    if numbering is None:
        return None, None
    num_id, level = first(numbering, f"{W}numId"), first(numbering, f"{W}ilvl")
    return (
        num_id.get(VAL) if num_id is not None else None,
        whole(level.get(VAL)) if level is not None else None,
    )
