"""The printed lines of a text, without the numbers that pages bear at their edges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_PAGE_NUMBER = re.compile(
    r"\s*[-—–－_·]*\s*第?\s*\d{1,4}\s*(?:[/／]\s*\d{1,4}\s*)?页?\s*[-—–－_·]*\s*"
)
_PAGE_IN_WORDS = re.compile(
    r"\s*[-—–－]?\s*第\s*\d{1,4}\s*页(?:[\s,，/／]*共\s*\d{1,4}\s*页)?\s*[-—–－]?\s*"
).fullmatch
_FRAMED_NUMBER = re.compile(r"\s*[-—–]\s*(\d{1,3})\s*[-—–]\s*").fullmatch
_LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029\x0b\x0c\x85]")


class RawLine(NamedTuple):
    """A line as the text has it; ``start`` is its place in the text."""

    text: str
    start: int
    after_page: bool  # a form feed stands before it
    before_page: bool = False


def raw_lines(text: str) -> list[RawLine]:
    """The lines of a text, blank ones too, less the numbers of pages."""
    return _without_page_numbers(list(_lines(text)))


def _lines(text: str) -> Iterator[RawLine]:
    at, after_page = 0, False
    for match in _LINE_END.finditer(text):
        feed = match.group() == "\x0c"
        yield RawLine(text[at : match.start()], at, after_page, feed)
        at, after_page = match.end(), feed
    if at < len(text):
        yield RawLine(text[at:], at, after_page)


def _without_page_numbers(lines: list[RawLine]) -> list[RawLine]:
    """Lines without the numbers at page edges, and those between dashes that count on."""
    framed = [(i, int(m[1])) for i, line in enumerate(lines) if (m := _FRAMED_NUMBER(line.text))]
    numbers = [number for _, number in framed]
    counted = bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    drop = {index for index, _ in framed} if counted else set()
    drop.update(i for i, line in enumerate(lines) if _PAGE_IN_WORDS(line.text))
    if any(line.before_page for line in lines):
        drop.update(i for i in _at_page_edges(lines) if _PAGE_NUMBER.fullmatch(lines[i].text))
    return [line for i, line in enumerate(lines) if i not in drop] if drop else lines


def _at_page_edges(lines: Sequence[RawLine]) -> Iterator[int]:
    """The first and the last line with text of each page, where form feeds part the pages."""
    downwards = (range(len(lines)), "after_page")
    upwards = (range(len(lines) - 1, -1, -1), "before_page")
    for ordered, starts in (downwards, upwards):
        edge = False
        for index in ordered:
            edge = edge or getattr(lines[index], starts)
            if lines[index].text.strip():
                if edge:
                    yield index
                edge = False
