"""Lines of a report as running text: sentences under their headings, with the way back.

Fixed-width lines are joined where they break inside a sentence, page numbers between them are
left out; a page that came as one line is parted at its headings. Every character of a sentence
knows the line and the place in it that it was printed at.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..about import MetaLine
from ..script import Normalised, normalise

# More running text than this is no annual report of an organ: the rest is not looked at.
MOST_CHARACTERS = 150_000
# A line this share as wide as the widest near it goes on in the next one.
FULL = 0.78
NEAR = 6  # lines
# The longest title of a section that is met inside a paragraph.
LONGEST_HEADING = 34


class Section(StrEnum):
    """What a part of a report is about, by its heading."""

    OTHER = "other"
    DISCLOSURE = "disclosure"
    REQUESTS = "requests"
    DISPUTES = "disputes"
    FEES = "fees"
    PROBLEMS = "problems"  # what is lacking and what is planned


_KINDS = (
    (
        Section.PROBLEMS,
        re.compile(r"问题|改进|不足|打算|下一步|下步|计划|建议|困难|工作思路|工作安排"),
    ),
    (Section.DISPUTES, re.compile(r"复议|诉讼")),
    (Section.FEES, re.compile(r"收费|费用|处理费|减免")),
    (Section.REQUESTS, re.compile(r"申请")),
    (Section.DISCLOSURE, re.compile(r"主动公开|公开政府信息|发布|回应")),
)
_MARKS = (
    re.compile(r"(?:第?[一二三四五六七八九十]{1,3}[、.,])"),
    re.compile(r"[(][一二三四五六七八九十]{1,3}[)][、.]?"),
    re.compile(r"(?:\d{1,2}[.、](?!\d)|[(]\d{1,2}[)])"),
)
_PART = re.compile(
    r"[\n|\t]+|(?<=[。;!|\s])(?=[一二三四五六七八九十]{1,2}、|[(][一二三四五六七八九十]{1,2}[)])"
)
_SENTENCE_END = re.compile(r"[。!]|(?<=[\u4e00-\u9fff])\.(?!\d)")
_HEADING_END = re.compile(r"[。:：]|\s(?=\S{12})")
_FIRST = re.compile(r"\s*\S")
_MARK_STARTS = frozenset("第一二三四五六七八九十(0123456789")
_BARE_HEADING = re.compile(r"[^\d,。;:]{2,}(?:情况|公开|方面|措施|问题)\s*")
LONGEST_BARE_HEADING = 24
# A sentence that has none of these states no number.
_SAYS_HOW_MANY = re.compile(
    r"[\d零〇○一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟]\s*[余多来]?\s*[万亿]?\s*[余多]?\s*(?:\*\*)?\s*"
    r"(?:件|宗|份|条|起|次|例|个|项|篇|期|场|人|名|元|部|处|家|桩|申|依|受|复|诉|行|收|起)"
    r"|[为是:数量]\s*[0-9零〇]|未|没|无|不曾|不存在"
)
_ENDS_SENTENCE = re.compile(r"[。！!？?；;：:”」』》]\s*$")
_PAGE_NUMBER = re.compile(r"[\s\-–—―─·.~/第页共\d]+")
_BEGINS_PART = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[.．、](?!\d)|[-•●◆■▪]\s|20\d\d年\d{1,2}月\d{1,2}日\s*$)"
)
_HEADING = re.compile(
    rf"\s*(?:第?[一二三四五六七八九十]{{1,3}}[、.．]|[(（][一二三四五六七八九十]{{1,3}}[)）])"
    rf"[^,，。;；]{{1,{LONGEST_HEADING}}}"
)
# Folded here, one to one, so that most texts need no folding character by character.
_PUNCTUATION = tuple(zip("，（）：；！？％／", ",():;!?%/", strict=True))
# Ringed and raised digits are list numbers and footnote marks, never digits of a number.
_RINGED = re.compile(
    "[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]"
)
# Left where something was set wide: 1 2 件 is 12 only between blanks on all sides.
_WIDE_SET = re.compile(r"(?<=[^\d\s] )[1-9](?: \d)+(?= [^\d\s])")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.,])")
_BLANK = re.compile(r"[\s\u200b]")
_TAKEN_OUT = re.compile(r"[\s\u200b\ufeff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without blanks, forms folded, and where its characters come from."""

    text: str
    places: Sequence[int]  # of each character in the normalised text
    section: Section  # of the heading it stands under
    first: bool  # the first one under its heading


@dataclass(slots=True)
class RunningText:
    """The whole running text of a document; built once by `running_text`."""

    lines: Sequence[MetaLine]
    begins: list[int] = field(default_factory=list)  # of each line in ``normalised.original``
    printed_text: str = ""  # as long as ``normalised.original``
    normalised: Normalised = field(default_factory=lambda: Normalised("", ""))

    def printed(self, sentence: Sentence, start: int, end: int) -> str:
        """The words as they were printed, without line ends."""
        a, b = self._original(sentence, start, end)
        return " ".join(self.printed_text[a:b].split())

    def place(self, sentence: Sentence, start: int, end: int) -> tuple[int, tuple[int, int] | None]:
        """The page, and the span in the text of that page where it is known."""
        a, b = self._original(sentence, start, end)
        first, last = self._line(a), self._line(max(a, b - 1))
        page = self.lines[first].page
        begin, finish = self._in_document(first, a), self._in_document(last, b)
        if begin is None or finish is None or self.lines[last].page != page:
            return page, None
        return page, (begin, finish)

    def _original(self, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
        first = sentence.places[start]
        last = sentence.places[max(start, end - 1)]
        return self.normalised.span(first, last + 1)

    def _line(self, at: int) -> int:
        return max(0, bisect_right(self.begins, at) - 1)

    def _in_document(self, line: int, at: int) -> int | None:
        start = self.lines[line].start
        return None if start is None else start + at - self.begins[line]

    def sentences(self) -> Iterator[Sentence]:
        """Sentences with a number or a "none", in order, each with the kind of its section."""
        text = self.normalised.text
        kinds: list[Section | None] = [None, None, None]
        section, fresh, at = Section.OTHER, False, 0
        for cut in (*_PART.finditer(text), None):
            part_start, part_end = at, len(text) if cut is None else cut.start()
            at = part_end if cut is None else cut.end()
            begin = _read_heading(text, part_start, part_end, kinds)
            if begin > part_start:
                section, fresh = _deepest(kinds), True
            if not _SAYS_HOW_MANY.search(text, begin, part_end):
                fresh = fresh and not text[begin:part_end].strip()
                continue
            squeezed, places = _squeezed(text, begin, part_end)
            start = 0
            while start < len(squeezed):
                end = _SENTENCE_END.search(squeezed, start)
                stop = end.start() if end else len(squeezed)
                if _SAYS_HOW_MANY.search(squeezed, start, stop):
                    yield Sentence(squeezed[start:stop], places[start:stop], section, fresh)
                fresh, start = False, stop + 1


def running_text(lines: Sequence[MetaLine]) -> RunningText:
    """Join lines to running text and fold its forms."""
    kept, size = [], 0
    for line in lines:
        size += len(line.text)
        if size > MOST_CHARACTERS:
            break
        if line.text.strip() and not _PAGE_NUMBER.fullmatch(line.text):
            kept.append(line)
    result = RunningText(kept)
    widths = [_width(line.text) for line in kept]
    pieces: list[str] = []
    length = 0
    for index, line in enumerate(kept):
        if index:
            joint = "" if _goes_on(kept, widths, index - 1) else "\n"
            pieces.append(joint)
            length += len(joint)
        result.begins.append(length)
        pieces.append(line.text)
        length += len(line.text)
    result.printed_text = "".join(pieces)
    folded = _RINGED.sub(" ", result.printed_text)
    for wide, narrow in _PUNCTUATION:
        folded = folded.replace(wide, narrow)
    result.normalised = normalise(folded)
    return result


def _width(text: str) -> int:
    """Width in halves of a character; blanks set a line wide and do not count."""
    bare = "".join(text.split())
    return 2 * len(bare) - len(bare.encode("ascii", "ignore"))


def _goes_on(lines: Sequence[MetaLine], widths: Sequence[int], index: int) -> bool:
    """Whether the sentence of a line goes on in the next line."""
    line, following = lines[index], lines[index + 1]
    if _ENDS_SENTENCE.search(line.text) or _BEGINS_PART.match(following.text):
        return False
    if _HEADING.fullmatch(line.text):
        return False
    if line.size <= 0 or following.size <= 0 or "\t" in line.text or "|" in line.text:
        return False
    if abs(line.size - following.size) > 0.1 * line.size:
        return False
    first = max(0, index - NEAR)
    if widths[index] >= 40 and widths[index] >= FULL * max(widths[first : index + NEAR + 1]):
        return True
    # broken after so many characters, whatever their width
    lengths = [len(near.text) for near in lines[first : index + NEAR + 1]]
    longest = max(lengths)
    return len(line.text) == longest >= 20 and lengths.count(longest) > 2


def _squeezed(text: str, start: int, end: int) -> tuple[str, Sequence[int]]:
    """A part without blanks, except those that part digits, and the places of its characters."""
    part = text[start:end]
    if "**" in part:  # bold, as Markdown marks it
        part = part.replace("**", "\u200b\u200b")
    if not _BLANK.search(part):
        return part, range(start, end)
    joined: set[int] = set()
    for pattern in (_WIDE_SET, _GROUPED):
        for match in pattern.finditer(part):
            joined.update(i for i in range(*match.span()) if part[i] == " ")
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for match in _TAKEN_OUT.finditer(part):
        blank = match.start()
        if blank in joined or not _between_digits(part, blank):
            pieces.append(part[at:blank])
            places.extend(range(start + at, start + blank))
            at = blank + 1
    pieces.append(part[at:])
    places.extend(range(start + at, end))
    return "".join(pieces), places


def _between_digits(part: str, index: int) -> bool:
    return (
        0 < index < len(part) - 1
        and part[index] == " "
        and part[index - 1].isdigit()
        and part[index + 1 :].lstrip()[:1].isdigit()
    )


def _read_heading(text: str, start: int, end: int, kinds: list[Section | None]) -> int:
    """Set the kinds of section by the heading that a part begins with; returns where it ends."""
    first = _FIRST.match(text, start, end)
    if first is None:
        return start
    start = first.end() - 1
    if text[start] in _MARK_STARTS:
        for level, mark in enumerate(_MARKS):
            match = mark.match(text, start, end)
            if match:
                return _marked_heading(text, match.end(), end, level, kinds) or start
    if end - start <= LONGEST_BARE_HEADING and _BARE_HEADING.fullmatch(text, start, end):
        kind = _kind(text[start:end])
        if kind is not Section.OTHER:
            kinds[1], kinds[2] = kind, None
            return end
    return start


def _marked_heading(
    text: str, start: int, end: int, level: int, kinds: list[Section | None]
) -> int | None:
    stop = _HEADING_END.search(text, start, end)
    heading_end = stop.start() if stop else end
    heading = "".join(text[start:heading_end].split())
    if not heading or len(heading) > LONGEST_HEADING or any(c.isdigit() for c in heading):
        return None
    if level and "," in heading:  # a sentence of a list, not the title of a part
        return None
    kinds[level] = _kind(heading)
    for deeper in range(level + 1, len(kinds)):
        kinds[deeper] = None
    return min(end, heading_end + 1)


def _kind(heading: str) -> Section:
    return next((kind for kind, words in _KINDS if words.search(heading)), Section.OTHER)


def _deepest(kinds: Sequence[Section | None]) -> Section:
    """The innermost kind that says something; problems are problems all the way down."""
    if Section.PROBLEMS in kinds:
        return Section.PROBLEMS
    telling = (kind for kind in reversed(kinds) if kind not in (None, Section.OTHER))
    return next(telling, None) or Section.OTHER
