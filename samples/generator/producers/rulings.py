"""The rules of one part of a table: which lines to draw, and drawing them. Lengths are points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from reportlab.pdfgen.canvas import Canvas

from samples.generator.producers.table_parts import PlacedCell
from samples.generator.style import RuleStyle, Side, Style

DASHES = {"solid": (), "dashed": (3, 2), "dotted": (1, 1)}
DOUBLE_GAP = 2.2


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """A straight rule at height or abscissa `at`, running from `start` to `end`."""

    horizontal: bool
    at: float
    start: float
    end: float
    outer: bool = False

    def moved(self, distance: float) -> Rule:
        """The same rule beside itself."""
        return replace(self, at=self.at + distance)


@dataclass(frozen=True, slots=True)
class Frame:
    """Outline of a part; a break side that is open is cut by a page."""

    left: float
    top: float
    right: float
    bottom: float
    open_top: bool
    open_bottom: bool

    def sides(self, cell: PlacedCell) -> Iterator[tuple[Side, Rule]]:
        """The four rules round a cell, told whether they lie on the outline."""
        yield "left", self._rule(False, cell.left, cell.top, cell.bottom, self.left)
        yield "right", self._rule(False, cell.right, cell.top, cell.bottom, self.right)
        yield "top", self._rule(True, cell.top, cell.left, cell.right, self.top)
        yield "bottom", self._rule(True, cell.bottom, cell.left, cell.right, self.bottom)

    @staticmethod
    def _rule(horizontal: bool, at: float, start: float, end: float, outline: float) -> Rule:
        return Rule(horizontal, round(at, 2), round(start, 2), round(end, 2), _near(at, outline))


def frame_of(cells: Iterable[PlacedCell], *, open_top: bool, open_bottom: bool) -> Frame:
    """The outline of the cells of one part."""
    listed = list(cells)
    return Frame(
        min(cell.left for cell in listed),
        min(cell.top for cell in listed),
        max(cell.right for cell in listed),
        max(cell.bottom for cell in listed),
        open_top,
        open_bottom,
    )


def cell_rules(cells: Iterable[PlacedCell], frame: Frame, rules: RuleStyle) -> list[Rule]:
    """Every wanted side of every cell; shared sides come twice."""
    found: list[Rule] = []
    for cell in cells:
        for side, rule in frame.sides(cell):
            at_break = (side == "top" and cell.cut_above) or (side == "bottom" and cell.cut_below)
            opened = (side == "top" and frame.open_top) or (side == "bottom" and frame.open_bottom)
            if rule.outer and (side in rules.missing_sides or opened):
                continue
            if at_break and opened:
                continue
            found.append(rule)
    return found


def merge(rules: Iterable[Rule]) -> list[Rule]:
    """Join rules on one line that touch or overlap into long ones."""
    merged: list[Rule] = []
    for rule in sorted(set(rules)):
        last = merged[-1] if merged else None
        same_line = (
            last is not None
            and last.horizontal == rule.horizontal
            and _near(last.at, rule.at)
            and last.outer == rule.outer
        )
        if last is not None and same_line and rule.start <= last.end + 0.05:
            merged[-1] = replace(last, end=max(last.end, rule.end))
        else:
            merged.append(rule)
    return merged


def draw_rules(canvas: Canvas, cells: list[PlacedCell], frame: Frame, style: Style) -> None:
    """Draw the rules of one part the way the style says; y grows downward on the canvas."""
    rules = style.rules
    canvas.saveState()
    canvas.setStrokeGray(rules.grey)
    canvas.setFillGray(rules.grey)
    canvas.setDash(*_dash(rules))
    sides = cell_rules(cells, frame, rules)
    if rules.drawing == "rects" and not rules.missing_sides and not frame.open_top:
        _draw_rects(canvas, cells, rules)
    else:
        lines = sides if rules.drawing == "edges" else merge(sides)
        for rule in _doubled(lines, rules):
            _draw_rule(canvas, rule, rules)
    canvas.restoreState()


def draw_hairlines(canvas: Canvas, cells: list[PlacedCell], rng: Random) -> None:
    """Stray hairlines through label cells, as word processors leave them behind."""
    canvas.saveState()
    canvas.setLineWidth(0.06)
    canvas.setStrokeGray(0.85)
    for cell in cells:
        if cell.cell.key is None and rng.random() < 0.12:
            x = cell.left + (cell.right - cell.left) * rng.uniform(0.3, 0.7)
            canvas.line(x, cell.top, x, cell.bottom)
    canvas.restoreState()


def _dash(rules: RuleStyle) -> tuple[list[int], int]:
    return list(DASHES[rules.dash]), 0


def _doubled(lines: list[Rule], rules: RuleStyle) -> Iterator[Rule]:
    for rule in lines:
        if rule.outer and rules.double_outer:
            yield rule.moved(-DOUBLE_GAP / 2)
            yield rule.moved(DOUBLE_GAP / 2)
        else:
            yield rule


def _draw_rule(canvas: Canvas, rule: Rule, rules: RuleStyle) -> None:
    width = rules.outer_width if rule.outer else rules.width
    extra = rules.overshoot if rules.drawing == "strokes" else 0.0
    start, end = rule.start - extra, rule.end + extra
    if rules.drawing == "boxes" and rules.dash == "solid":
        start, end = start - width / 2, end + width / 2
        if rule.horizontal:
            canvas.rect(start, rule.at - width / 2, end - start, width, stroke=0, fill=1)
        else:
            canvas.rect(rule.at - width / 2, start, width, end - start, stroke=0, fill=1)
        return
    canvas.setLineWidth(width)
    if rule.horizontal:
        canvas.line(start, rule.at, end, rule.at)
    else:
        canvas.line(rule.at, start, rule.at, end)


def _draw_rects(canvas: Canvas, cells: list[PlacedCell], rules: RuleStyle) -> None:
    canvas.setLineWidth(rules.width)
    for cell in cells:
        width, height = cell.right - cell.left, cell.bottom - cell.top
        canvas.rect(cell.left, cell.top, width, height, stroke=1, fill=0)


def _near(a: float, b: float) -> bool:
    return abs(a - b) < 0.02
