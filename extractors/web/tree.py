"""A page as a tree of what a reader sees: no scripts, nothing hidden, values of fields as text.

Built from the tree that lexbor makes by HTML's own rules, so unclosed and misplaced tags stand
where a browser puts them. Sizes of type are relative: 10 is running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

BOLD, LINKED, STRUCK, CENTRED = 1, 2, 4, 8  # marks of text, inherited
RUNNING = 10.0  # size of text that nothing is said about
_POINTS = RUNNING / 12.0  # CSS has 12 pt (16 px) for that

_MARKS = {
    "b": BOLD, "strong": BOLD, "h1": BOLD, "h2": BOLD, "h3": BOLD, "h4": BOLD, "th": BOLD,
    "a": LINKED, "s": STRUCK, "strike": STRUCK, "center": CENTRED,
}  # fmt: skip
_STRUCK = re.compile(r"text-decoration[^;]*:[^;]*line-through", re.IGNORECASE)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_OF_PARENT = {"em": 1.0, "%": 0.01}
_OF_RUNNING = {"": RUNNING, "rem": RUNNING, "pt": _POINTS, "px": 0.75 * _POINTS}
_TAG_SIZES = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h5": 0.83, "h6": 0.67, "small": 0.83, "big": 1.2}
_FONT_SIZES = {"1": 0.63, "2": 0.82, "3": 1.0, "4": 1.13, "5": 1.5, "6": 2.0, "7": 3.0}
_SIZE = re.compile(r"font(?:-size)?\s*:[^;]*?(\d+(?:\.\d+)?)\s*(pt|px|em|rem|%)", re.IGNORECASE)
_SIZE_WORDS = re.compile(
    r"font-size\s*:\s*(xx-large|x-large|large|medium|small|x-small)", re.IGNORECASE
)
_WORD_SIZES = {
    "xx-large": 2.0, "x-large": 1.5, "large": 1.2, "medium": 1.0, "small": 0.8, "x-small": 0.63,
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_UNSEEN = re.compile(r"visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)  # keeps its place
_DISPLAY = re.compile(
    r"display\s*:\s*(?:inline-)?(table(?:-row|-cell|-caption|-(?:row|header|footer)-group)?|block)\b",
    re.IGNORECASE,
)
_ROLES = {
    "table": "table", "grid": "table", "treegrid": "table", "row": "table-row",
    "cell": "table-cell", "gridcell": "table-cell", "columnheader": "table-cell",
    "rowheader": "table-cell", "rowgroup": "table-row-group",
}  # fmt: skip
_TAG_DISPLAYS = {
    "table": "table", "tr": "table-row", "td": "table-cell", "th": "table-cell",
    "thead": "table-header-group", "tbody": "table-row-group", "tfoot": "table-footer-group",
    "caption": "table-caption",
}  # fmt: skip


def names_of(text: str) -> frozenset[str]:
    """A set of names given as one text."""
    return frozenset(text.split())


_BLOCKS = names_of(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu"
    " nav ol p pre search section summary ul option"
)
# What carries no text of the page, or text that is not shown.
_DROPPED = names_of(
    "head script style noscript template svg canvas audio video textarea datalist rt rp rtc"
    " button map colgroup col frameset noframes del"
)
_FRAMES = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_SHOWN_FIELDS = frozenset(("", "text", "number", "tel", "date", "email", "url", "month", "time"))
_HIDING_RULE = re.compile(r"(?:^|[}\s,])([.#][\w-]+)\s*\{([^{}]{0,400})\}", re.IGNORECASE)
_AT_RULE = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# A line end in the source between two Chinese characters is no blank.
_WRAPPED = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n\f]*(?=[\u2e80-\u9fff\uff00-\uffef])"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(slots=True, eq=False)
class Element:
    """An element that is shown; ``children`` are elements and pieces of text, "\\n" a line end.

    ``order`` counts elements in document order; ``characters``, ``linked`` and ``links`` count its
    text without blanks, how much of that stands in links, and the links.
    """

    tag: str
    attributes: Mapping[str, str | None]
    parent: Element | None
    display: str  # inline, block, or one of the table displays
    size: float
    order: int
    marks: int = 0  # BOLD … that it and the elements around it give its text
    children: list[Element | str] = field(default_factory=list)
    characters: int = 0
    linked: int = 0
    links: int = 0

    def get(self, name: str) -> str:
        """The value of an attribute, or nothing."""
        return self.attributes.get(name) or ""

    def elements(self) -> Iterator[Element]:
        """The elements directly inside."""
        return (child for child in self.children if isinstance(child, Element))

    def ancestors(self) -> Iterator[Element]:
        """This element, then those around it."""
        at: Element | None = self
        while at is not None:
            yield at
            at = at.parent


@dataclass(slots=True)
class Tree:
    """The body of a page, its elements in document order, and what stands beside the text."""

    body: Element
    elements: list[Element]
    head: LexborNode | None
    root: LexborNode | None
    frames: list[str]  # addresses of pages and files that this page only shows
    is_frameset: bool = False
    hidden: int = 0  # characters that are not shown


def tree_of(markup: str, *, show_hidden: bool = False) -> Tree:
    """Parse a page; ``show_hidden`` keeps what style sheets hide."""
    parser = LexborHTMLParser(markup)
    hiding = frozenset() if show_hidden else _hiding_names(parser)
    body = Element("body", {}, None, "block", RUNNING, 0)
    tree = Tree(body, [body], parser.head, parser.root, [])
    tree.is_frameset = parser.css_first("frameset") is not None
    for node in parser.css("frameset frame"):
        tree.frames.append(node.attributes.get("src") or "")
    stack: list[tuple[LexborNode, Element]] = []
    if parser.body is not None and parser.body.tag == "body":
        stack.append((parser.body, body))
    while stack:
        node, parent = stack.pop()
        child = node.first_child
        preformatted = parent.tag == "pre"
        while child is not None:
            if child.is_text_node:
                text = _text(child.text_content or "", preformatted)
                if text:
                    parent.children.append(text)
            elif child.is_element_node:
                element = _element(child, parent, tree, hiding, show_hidden)
                if element is not None:
                    stack.append((child, element))
            child = child.next
    _count(tree)
    return tree


def _element(
    node: LexborNode, parent: Element, tree: Tree, hiding: frozenset[str], show_hidden: bool
) -> Element | None:
    """The element where it is shown and has children to read; simple ones become text."""
    tag = node.tag or ""
    if tag == "br":
        parent.children.append("\n")
        return None
    if tag in _FRAMES:
        tree.frames.append(node.attributes.get(_FRAMES[tag]) or "")
        return None
    if tag in _DROPPED:
        return None
    attributes = node.attributes
    style = attributes.get("style")
    look = _look_of(style) if style else _PLAIN
    if attributes and not show_hidden and _is_hidden(attributes, look, hiding):
        tree.hidden += len((node.text() or "").strip())
        return None
    if tag == "input":
        if (attributes.get("type") or "").lower() in _SHOWN_FIELDS:
            parent.children.append(attributes.get("value") or "")
        return None
    if tag == "select":
        chosen = node.css_first("option[selected]") or node.css_first("option")
        parent.children.append(_text(chosen.text() if chosen else "", False))
        return None
    unseen = look.unseen and not show_hidden
    if unseen:
        tree.hidden += len((node.text() or "").strip())
    element = Element(
        tag,
        attributes,
        parent,
        _display(tag, look, attributes),
        _size(tag, look, attributes, parent.size),
        len(tree.elements),
        parent.marks | look.marks | _MARKS.get(tag, 0)
        | (CENTRED if attributes.get("align") == "center" else 0),
    )  # fmt: skip
    tree.elements.append(element)
    parent.children.append(element)
    return None if unseen else element


@dataclass(frozen=True, slots=True)
class _Look:
    """What an inline style says of interest here."""

    hidden: bool = False
    unseen: bool = False
    display: str | None = None
    marks: int = 0
    size: tuple[float, str] | None = None  # number and unit; "" for a multiple of running text


_PLAIN = _Look()


@lru_cache(maxsize=4096)  # the cells of a table have the same few styles
def _look_of(style: str) -> _Look:
    display = _DISPLAY.search(style)
    marks = BOLD if _BOLD.search(style) else 0
    marks |= STRUCK if _STRUCK.search(style) else 0
    marks |= CENTRED if _CENTRED.search(style) else 0
    size: tuple[float, str] | None = None
    if match := _SIZE.search(style):
        size = float(match.group(1)), match.group(2).lower()
    elif match := _SIZE_WORDS.search(style):
        size = _WORD_SIZES[match.group(1).lower()], ""
    return _Look(
        _HIDDEN.search(style) is not None,
        _UNSEEN.search(style) is not None,
        display.group(1).lower() if display else None,
        marks,
        size,
    )


def _is_hidden(attributes: Mapping[str, str | None], look: _Look, hiding: frozenset[str]) -> bool:
    if look.hidden or "hidden" in attributes:
        return True
    if not hiding:
        return False
    if f"#{attributes.get('id')}" in hiding:
        return True
    return any(f".{name}" in hiding for name in (attributes.get("class") or "").split())


def _hiding_names(parser: LexborHTMLParser) -> frozenset[str]:
    """Classes and ids that the page's own style sheets hide by a rule for them alone."""
    shown: dict[str, bool] = {}
    for sheet in parser.css("style"):
        text = _AT_RULE.sub("}", (sheet.text() or "")[:100_000])
        for name, rule in _HIDING_RULE.findall(text):
            if "display" in rule.lower():
                shown[name] = not _HIDDEN.search(rule)
    return frozenset(name for name, visible in shown.items() if not visible)


def _display(tag: str, look: _Look, attributes: Mapping[str, str | None]) -> str:
    if tag in _TAG_DISPLAYS:
        return _TAG_DISPLAYS[tag]
    if look.display is not None:
        return look.display
    role = attributes.get("role")
    if role and role.lower() in _ROLES:
        return _ROLES[role.lower()]
    return "block" if tag in _BLOCKS else "inline"


def _size(tag: str, look: _Look, attributes: Mapping[str, str | None], around: float) -> float:
    size = around * _TAG_SIZES.get(tag, 1.0)
    if tag == "font" and attributes.get("size") in _FONT_SIZES:
        size = RUNNING * _FONT_SIZES[attributes.get("size") or "3"]
    if look.size is not None:
        number, unit = look.size
        size = number * (around * _OF_PARENT[unit] if unit in _OF_PARENT else _OF_RUNNING[unit])
    return min(max(size, 1.0), 100.0)


def _text(text: str, preformatted: bool) -> str:
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    if preformatted:
        return text.replace("\r\n", "\n")
    if "\n" in text or "\r" in text:
        text = _WRAPPED.sub("", text)
    return _BLANKS.sub(" ", text)


def _count(tree: Tree) -> None:
    """Add up text and links from the inside out: parents stand before their children."""
    for element in reversed(tree.elements):
        for child in element.children:
            if isinstance(child, str):
                element.characters += len("".join(child.split()))
            else:
                element.characters += child.characters
                element.linked += child.linked
                element.links += child.links
        if element.tag == "a" and element.get("href"):
            element.linked, element.links = element.characters, 1
