"""Units of a table region as groups: the labels of a row and the values that follow them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..rows import Section
from .units import TextLine, Unit
from .words import applicant, article20_head, article20_row, is_band, known, says_again, section_of

# Digits glued to the label before them: 规章000, 行政许可4第二十条第(六)项. The digit of a numbered
# label that follows (0001.属于国家秘密) is its number.
_GLUED = re.compile(
    r"(?<=[\u3400-\u9fff)）”\"》])(\d+)(?=\d[.．、](?:[\u3400-\u9fff]|$))"
    r"|(?<=[\u3400-\u9fff)）”\"》、])([\d/／—+-](?:[\d,，.．/／—+无-]*[\d/／—无-])?)"
    r"(?=$|[\u3400-\u9fff(（])"
)
_SIGNED = re.compile(r"(?:增加|减少|增|减)[\d.,]+")


@dataclass(frozen=True, slots=True)
class Group:
    """What may be one row: its labels from outer to inner, and the values behind them.

    ``hard``: bars or tabs part its cells, so that blank cells among ``values`` are known.
    ``width`` is how many cells the row has in the source, ``lead`` how many stand before the first
    value. ``piece`` numbers the stretch of rows it stands in: a page break begins another.
    """

    section: Section
    labels: tuple[Unit, ...]
    values: tuple[Unit, ...]
    hard: bool = False
    width: int = 0
    lead: int = 0
    piece: int = 0

    @property
    def unit(self) -> Unit | None:
        """The first of its units."""
        return next((unit for unit in (*self.labels, *self.values)), None)


@dataclass(slots=True)
class _Run:
    usual: int  # line ends between rows that follow each other
    state: Section = Section.NONE
    piece: int = 0
    labels: list[Unit] = field(default_factory=list)
    values: list[Unit] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def soft(self, unit: Unit) -> None:
        if self.labels and not self.values and _ends_head(self.labels[-1], unit):
            text = self.labels[-1].text + unit.text
            self.labels[-1] = self.labels[-1]._replace(text=text, end=unit.end)
            return
        if unit.value and (self.labels or self.values):
            self.values.append(unit)
            return
        if self.values:
            self.flush()
        self.labels.append(unit)

    def row(self, units: tuple[Unit, ...]) -> None:
        """A row whose cells are parted; labels left over from lines above are its outer ones."""
        if units[0].ends > self.usual:
            self.piece += 1
        last = max((i for i, u in enumerate(units) if u.text and not u.value), default=-1)
        # a converter that repeats merged cells says a label several times
        labels = [
            unit
            for before, unit in zip((None, *units), units[: last + 1], strict=False)
            if unit.text and (before is None or not says_again(before.text, unit.text))
        ]
        values = list(units[last + 1 :])
        if self.values:
            self.flush()
        heads = len(labels) > 1 and all(_is_head(u.text) for u in labels)
        if not any(unit.text for unit in values) and heads:
            values = []
        self.labels.extend(labels)
        if not labels and not self.labels and not any(u.text for u in values):
            # a row of blanks: the last table's value row, left blank
            if len(values) >= 5:
                self.groups.append(
                    Group(self.state, (), tuple(values), True, len(units), 0, self.piece)
                )
            return
        self.values.extend(values)
        self.flush(hard=True, width=len(units), lead=last + 1)

    def flush(self, *, hard: bool = False, width: int = 0, lead: int = 0) -> None:
        """End the row; labels that belong to another table begin that one."""
        pending: list[Unit] = []
        for unit in self.labels:
            section = section_of(unit.text)
            if section is Section.ARTICLE20 and self.state is Section.APPLICATIONS:
                section = Section.ARTICLE20 if is_band(unit.text) else Section.NONE
            if section not in (Section.NONE, self.state):
                if pending:
                    self.groups.append(Group(self.state, tuple(pending), ()))
                    pending = []
                self.state = section
            pending.append(unit)
        if pending or self.values:
            self.groups.append(
                Group(self.state, tuple(pending), tuple(self.values), hard, width, lead, self.piece)
            )
        self.labels, self.values = [], []


def _ends_head(label: Unit, unit: Unit) -> bool:
    """The rest of 本年增/减 on a line of its own; its stroke is no value."""
    return label.words.endswith("本年增") and unit.text[:1] in ("/", "／")


def groups_of(lines: Sequence[TextLine]) -> list[Group]:
    """The groups of one region, in the order of the text."""
    gaps = Counter(line.units[0].ends for line in lines if line.hard)
    run = _Run(gaps.most_common(1)[0][0] if gaps else 1)
    for line in lines:
        if line.hard:
            run.row(line.units)
        else:
            for unit in line.units:
                for piece in _unglued(unit):
                    run.soft(piece)
    run.flush()
    return run.groups


def _unglued(unit: Unit) -> Iterator[Unit]:
    """The pieces of a unit in which labels and their values were run together."""
    if unit.value or not any(c.isdigit() or c in "/／—-" for c in unit.text):
        yield unit
        return
    at = 0
    pieces: list[tuple[int, int]] = []
    for match in _GLUED.finditer(unit.text):
        group = 1 if match.group(1) is not None else 2
        label = unit.text[at : match.start(group)]
        if not (label and _is_label(label)) or label.endswith("本年增"):
            continue
        pieces.append((at, match.start(group)))
        pieces.append((match.start(group), match.end(group)))
        at = match.end(group)
    if not pieces:
        yield unit
        return
    if at < len(unit.text):
        if _SIGNED.fullmatch(unit.text[at:]):  # 71减38: no blank says where a number ends
            at = pieces.pop()[0]
        pieces.append((at, len(unit.text)))
    exact = unit.end - unit.start == len(unit.text)
    for number, (start, end) in enumerate(pieces):
        place = (unit.start + start, unit.start + end) if exact else (unit.start, unit.end)
        piece = unit._replace(text=unit.text[start:end], start=place[0], end=place[1])
        yield piece if number == 0 else piece._replace(bars=0, ends=0)


def _is_label(text: str) -> bool:
    return known(text) and bool(
        article20_row(text) or article20_head(text) or len(text) > 3 or applicant(text)
    )


def _is_head(text: str) -> bool:
    return bool(applicant(text)) or section_of(text) is not Section.NONE
