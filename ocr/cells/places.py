"""Numbers by their place: cells among a table's numbers, whatever a seal or dirt made of them.

A seal's characters, its ring and a number under them are one piece of ink; as a line it is as high
as the seal's character, and is read as one. But the plain numbers of its row tell where a number
of this cell stands, and how high it is: there the reader of numbers looks by itself.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr.cells.lines import InkBox

IN_COLUMN, IN_LONG_ROW = 1, 5  # plain numbers that make a cell's place one of a number
WIDE, ROOM = 9.0, 2.0  # digit heights: of a wide cell; beside what numbers fill of it
NARROWER, WIDER = 0.6, 1.6  # than the plain cells of a long row


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where a number of a cell has to be; ``sure``: numbers stand in its row and in its column, so
    that no words do."""

    line: InkBox
    sure: bool


def value_places(
    boxes: Sequence[InkBox], plain: Mapping[int, InkBox], height: float
) -> dict[int, ValuePlace]:
    """Cells that stand where numbers do, and where one would be: from side to side of the cell, or
    of what numbers fill in wide ones.

    Args:
        boxes: of all cells.
        plain: the lines of those with one plain number.
        height: of a digit; like all lengths in pixels.
    """
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    columns: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number in plain:
        box = boxes[number]
        rows[box.top, box.bottom].append(number)
        columns[box.left, box.right].append(number)
    lower = [_middle(line) - _middle(boxes[number]) for number, line in plain.items()]
    usual = statistics.median(lower) if lower else 0.0
    found: dict[int, ValuePlace] = {}
    for number, box in enumerate(boxes):
        if number in plain:
            continue
        beside, above = rows[box.top, box.bottom], columns[box.left, box.right]
        long_row = len(beside) >= IN_LONG_ROW and _is_as_wide(box, [boxes[i] for i in beside])
        if len(above) >= IN_COLUMN or long_row:
            middles = [_middle(plain[i]) for i in beside]
            middle = statistics.median(middles) if middles else _middle(box) + usual
            left, right = box.left, box.right
            if box.width > WIDE * height:
                held = [(plain[i].left - boxes[i].left, plain[i].right - boxes[i].left)
                        for i in above or beside if boxes[i].width == box.width]  # fmt: skip
                middle_x = box.width // 2
                held = held or [(middle_x, middle_x)]
                left += max(0, round(min(start for start, _ in held) - ROOM * height))
                right = min(right, round(box.left + max(end for _, end in held) + ROOM * height))
            top, bottom = round(middle - height / 2), round(middle + height / 2)
            line = InkBox(left, top, max(right, left + 1), bottom)
            found[number] = ValuePlace(line, sure=bool(above and beside))
    return found


def _middle(box: InkBox) -> float:
    return (box.top + box.bottom) / 2


def _is_as_wide(box: InkBox, others: Sequence[InkBox]) -> bool:
    wide = statistics.median(other.width for other in others)
    return NARROWER * wide <= box.width <= WIDER * wide
