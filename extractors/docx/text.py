"""Paragraphs of a DOCX document as they are printed: the accepted view, fields by their results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from .fields import Fields
from .numbering import Numbering
from .styles import RunLook, Styles, over, run_look
from .symbols import symbol
from .xml import MC, OFFICE, VAL, WP, A, Element, M, R, V, W, first, is_on

TITLE_SIZE = 22.0  # 二号, the size of a report's title; a style named Title is at least that large
EMU = 12_700  # English Metric Units in a point

# Tracked as taken out: not part of the accepted view. Properties hold no text.
_LEFT_OUT = frozenset(
    f"{W}{name}"
    for name in (
        "del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr",
        "fldData", "rubyPr", "delText", "delInstrText",
    )
)  # fmt: skip
_TEXT, _PROPERTIES, _FIELD, _INSTRUCTION = (f"{W}{n}" for n in ("t", "rPr", "fldChar", "instrText"))
_RUN, _RUBY, _SYMBOL = f"{W}r", f"{W}ruby", f"{W}sym"
_CONTROL = f"{W}sdt"
_DRAWINGS = frozenset((f"{W}drawing", f"{W}pict", f"{W}object"))
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_CHARACTERS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
}
_ALTERNATE = f"{MC}AlternateContent"
_BOX = f"{W}txbxContent"
_RAISED = {
    "superscript": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "subscript": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}
_DIGIT = re.compile(r"\d")  # struck through it is no digit of a number, nor is it nothing
_LENGTH = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]+)\s*(pt|in|cm|mm|px)?")
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75, None: 0.75}


@dataclass(frozen=True, slots=True)
class PictureUse:
    """A place where a picture stands: its relationship, and its size as printed, in points."""

    relation: str  # "" for a picture that is stored nowhere
    width: float
    height: float
    embedded: str = ""  # of an embedded object: the program that made it, such as Excel.Sheet.12


@dataclass(slots=True)
class Paragraph:
    """A paragraph as printed, and what hangs on it.

    ``goes_on``: its mark is deleted or hidden, so that the next paragraph stands on its line.
    """

    label: str = ""  # that Word counts and sets before the text
    text: str = ""
    size: float = 0.0  # of its largest type, points
    boxes: list[Element] = field(default_factory=list)  # w:txbxContent
    pictures: list[PictureUse] = field(default_factory=list)
    goes_on: bool = False
    pieced: bool = False  # runs that end and begin with a digit meet: one number, or two


class TextReader:
    """Reads the paragraphs of one story in their order; lists and fields go on between them."""

    def __init__(self, root: Element, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self._fields = Fields(root)
        self.notes: list[tuple[str, str]] = []  # kind and id, in the order they are referred to
        # of the paragraph in hand
        self._pieces: list[tuple[str, str | None]] = []
        self._raised = False  # whether a piece is raised
        self._now = Paragraph()
        self._base = RunLook()

    def paragraph(self, element: Element) -> Paragraph:
        """The text of a ``w:p``; a paragraph inside a list counts with this call."""
        properties = first(element, f"{W}pPr")
        style = None
        mark = None
        if properties is not None:
            named = first(properties, f"{W}pStyle")
            style = named.get(VAL) if named is not None else None
            mark = first(properties, _PROPERTIES)
        look = self._styles.paragraph(style)
        self._pieces, self._now, self._base = [], Paragraph(), look.run
        self._raised = False
        self._inline(element)
        found = self._now
        found.goes_on = mark is not None and _is_taken_out(mark)
        if not found.goes_on:
            found.label = self._numbering.label(
                properties, style or self._styles.default_paragraph, look
            )
        found.text = self._joined()
        found.pieced = any(
            before[-1:].isdecimal() and after[:1].isdecimal()
            for (before, _), (after, _) in pairwise(self._pieces)
        )
        if look.name == "title":
            found.size = max(found.size, TITLE_SIZE)
        return found

    def _joined(self) -> str:
        """The pieces as one text; digits raised beside other text stay told apart from it."""
        pieces = self._pieces
        if not self._raised:
            return "".join([text for text, _ in pieces])
        if all(raised is not None or not text.strip() for text, raised in pieces):
            return "".join(text for text, _ in pieces)  # all of it: a way of setting it small
        return "".join(
            text if raised is None else text.translate(_RAISED[raised]) for text, raised in pieces
        )

    def _inline(self, node: Element) -> None:
        """What stands in a paragraph, or in something that wraps a part of it."""
        for child in node:
            tag = child.tag
            if tag == _RUN:
                self._run(child)
            elif tag in _LEFT_OUT:
                continue
            elif tag == _CONTROL:
                content = first(child, f"{W}sdtContent")
                if content is not None and not self._is_placeholder(child, content):
                    self._inline(content)
            elif tag == _ALTERNATE:
                self._inline(chosen(child))
            elif tag in _DRAWINGS:
                self._drawing(child)
            elif tag == f"{M}t":
                self._add(child.text or "", self._base)
            elif len(child):
                self._inline(child)

    def _run(self, run: Element) -> None:
        look = self._base
        for child in run:
            tag = child.tag
            if tag == _TEXT:
                text = child.text or ""
                if child.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
                    text = text.strip(" \t\r\n")
                self._add(text.replace("\n", " "), look)
            elif tag == _PROPERTIES:
                look = self._look(child)
            elif tag in _CHARACTERS:
                self._add(_CHARACTERS[tag], look)
            elif tag == _FIELD:
                text = self._fields.character(child)
                if text:
                    self._add(text, look)
            elif tag == _INSTRUCTION:
                self._fields.instruct(child.text or "")
            elif tag in _NOTES:
                if not look.hidden and self._fields.shown:
                    self.notes.append((_NOTES[tag], child.get(f"{W}id", "")))
                if is_on(child.get(f"{W}customMarkFollows")):
                    return  # the rest of the run is the mark
            elif tag == _SYMBOL:
                self._add(symbol(child.get(f"{W}char", ""), child.get(f"{W}font", "")), look)
            elif tag in _DRAWINGS:
                if not look.hidden:
                    self._drawing(child)
            elif tag == _RUBY:
                base = first(child, f"{W}rubyBase")
                if base is not None:
                    self._inline(base)
            elif tag == _ALTERNATE:
                self._run(chosen(child))
            elif tag in _LEFT_OUT:
                continue
            elif len(child):
                self._inline(child)

    def _look(self, properties: Element) -> RunLook:
        look = run_look(properties)
        named = first(properties, f"{W}rStyle")
        if named is not None:
            look = over(self._styles.run(named.get(VAL, "")), look)
        return over(self._base, look)

    def _add(self, text: str, look: RunLook) -> None:
        if not self._fields.shown:
            self._fields.instruct(text)
        elif text and not look.hidden:
            if look.struck:
                text = _DIGIT.sub("\\g<0>\u0336", text)
            raised = look.raised if look.raised in _RAISED else None
            self._raised = self._raised or raised is not None
            self._pieces.append((text.replace("\u00ad", ""), raised))
            if look.size and look.size > self._now.size and not text.isspace():
                self._now.size = look.size

    def _is_placeholder(self, control: Element, content: Element) -> bool:
        """Whether a content control shows only its prompt («单击此处输入文字»).

        Programs that fill in a control often forget to take the mark of the prompt away, but they
        do not set their text in the prompt's style.
        """
        if control.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
            return False
        runs = [run for run in content.iter(_RUN) if first(run, _TEXT) is not None]
        styles = [run.find(f"{_PROPERTIES}/{W}rStyle") for run in runs]
        return all(
            style is not None
            and self._styles.name_of(style.get(VAL, "")) in ("placeholder text", "占位符文本")
            for style in styles
        )

    def _drawing(self, node: Element) -> None:
        """Text boxes, WordArt and pictures of a drawing, each once."""
        if not self._fields.shown:
            return
        width = height = 0.0
        embedded = ""
        for element in _shapes(node):
            tag = element.tag
            if tag == f"{WP}extent":
                width, height = (_points(element.get(name)) for name in ("cx", "cy"))
            elif tag == f"{WP}docPr" and is_on(element.get("hidden")):
                return
            elif tag == _BOX:
                self._now.boxes.append(element)
            elif tag == f"{V}textpath":
                self._pieces.append((element.get("string", ""), None))
                self._now.size = max(self._now.size, self._base.size or 0.0)
            elif tag == f"{V}shape":
                sizes = {name: float(n) * _UNITS[u or None] for name, n, u in _lengths(element)}
                width, height = sizes.get("width", 0.0), sizes.get("height", 0.0)
            elif tag == f"{OFFICE}OLEObject":
                embedded = element.get("ProgID", "") or "object"
            elif tag == f"{A}blip" or tag == f"{V}imagedata":
                names = (f"{R}embed", f"{R}link", f"{R}id", f"{R}pict", f"{R}href")
                relation = next((element.get(n) for n in names if element.get(n)), "")
                self._now.pictures.append(PictureUse(relation or "", width, height))
        if embedded:
            self._now.pictures = [
                PictureUse(p.relation, p.width, p.height, embedded) for p in self._now.pictures
            ] or [PictureUse("", width, height, embedded)]


def chosen(alternate: Element) -> Element:
    """The alternative that is read: the first choice that holds anything, else the fallback."""
    fallback = first(alternate, f"{MC}Fallback")
    for choice in alternate.iterfind(f"{MC}Choice"):
        if fallback is None or next(choice.iter(*_CONTENT), None) is not None:
            return choice
    return fallback if fallback is not None else alternate


_CONTENT = (_TEXT, f"{A}blip", f"{V}imagedata", f"{M}t", f"{V}textpath", _SYMBOL)


def _shapes(node: Element) -> Iterator[Element]:
    """Elements of a drawing in order; not into text boxes, and of alternatives one."""
    for child in node:
        if child.tag == _ALTERNATE:
            yield from _shapes(chosen(child))
        else:
            yield child
            if child.tag != _BOX:
                yield from _shapes(child)


def _is_taken_out(mark: Element) -> bool:
    """Whether a paragraph's mark is deleted, moved away or hidden."""
    for element in mark:
        if element.tag in (f"{W}del", f"{W}moveFrom"):
            return True
        if element.tag in (f"{W}vanish", f"{W}specVanish") and is_on(element.get(VAL, "1")):
            return True
    return False


def _points(emu: str | None) -> float:
    return int(emu) / EMU if emu and emu.isdecimal() and len(emu) < 12 else 0.0


def _lengths(shape: Element) -> list[tuple[str, str, str]]:
    found = _LENGTH.findall(shape.get("style", ""))
    return [(name, number, unit) for name, number, unit in found if number.count(".") < 2]
