"""Labels of a flattened table: pieces put together, runs of several cut apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from ..labels import words_of
from .units import Unit
from .words import (
    applicant,
    application_row,
    article20_head,
    article20_head_score,
    article20_row,
    group_of,
    is_band,
    says_again,
)

_ORDINAL = re.compile(
    r"[(（][一二三四五六七][)）]|(?:^|(?<=\n))[一二三四]\s*[、.．]|(?<!\d)\d\s*[.．、](?!\d)"
)
WHOLE = 0.98  # of a label or head that is all there
SURE = 0.8  # likeness of a label that is no chance


def is_head20(text: str) -> bool:
    """Whether a label heads a value column of part two, and is no row's."""
    row = article20_row(text)
    return article20_head(text) is not None and (row is None or row[1] < 0.8)


def heads_as_printed(labels: Sequence[Unit]) -> list[str]:
    """The words of a band's heads behind 信息内容, each as often as the text says it."""
    words = [words_of(token) for unit in labels for token in unit.text.split()]
    if "信息内容" not in words:
        return []
    behind = words[words.index("信息内容") + 1 :]
    return list(itertools.takewhile(lambda text: article20_head(text) is not None, behind))


def joined_labels(units: Sequence[Unit]) -> list[Unit]:
    """Labels with the pieces of one that stands on several lines put together."""
    result: list[Unit] = []
    for unit in units:
        before = result[-1] if result else None
        if before is not None and not is_band(before.text) and not is_band(unit.text):
            whole = before.text + unit.text
            apart = max(_names20(before.text), _names20(unit.text))
            if _names20(whole) >= SURE > apart or _names20(whole) >= WHOLE > apart:
                result[-1] = before._replace(text=whole, end=unit.end)
                continue
        result.append(unit)
    return result


def _names20(text: str) -> float:
    """How well a text is a head or a row's label of part two."""
    row = article20_row(text)
    return max(row[1] if row else 0.0, article20_head_score(text))


def label_pieces(units: Sequence[Unit]) -> list[Unit]:
    """Labels cut where an ordinal begins one, the pieces of each put together."""
    pieces: list[Unit] = []
    open_piece = False  # the last piece began with an ordinal and may go on
    for unit in units:
        starts = [match.start() for match in _ORDINAL.finditer(unit.text)]
        starts = [at for at in starts if at == 0 or _begins_label(unit.text, at)]
        bounds = sorted({0, *starts, len(unit.text)})
        for start, end in itertools.pairwise(bounds):
            text = unit.text[start:end].strip()
            if not text:
                continue
            exact = unit.end - unit.start == len(unit.text)
            span = (unit.start + start, unit.start + end) if exact else (unit.start, unit.end)
            piece = unit._replace(text=text, start=span[0], end=span[1])
            begins = start in starts
            if pieces and says_again(pieces[-1].text, text):
                continue  # a converter that repeats merged cells
            if not begins and open_piece and not applicant(text) and not group_of(text):
                whole = pieces[-1].text + text
                pieces[-1] = pieces[-1]._replace(text=whole, end=piece.end)
                continue
            pieces.append(piece)
            open_piece = begins
    return pieces


def _begins_label(text: str, at: int) -> bool:
    """Whether an ordinal inside a text begins a label: words stand before and behind it."""
    rest = text[at : at + 24]
    return application_row(rest) is not None or bool(group_of(rest)) or "办理结果" in rest


def rows_among(pieces: Sequence[Unit], has_values: bool) -> list[tuple[list[Unit], Unit | None]]:
    """Label pieces as rows: the outer labels of each (part, group) and its own.

    Labels of rows whose values are all gone stand before the last one.
    """
    rows: list[tuple[list[Unit], Unit | None]] = []
    outer: list[Unit] = []
    if has_values and _stands_among_its_rows(pieces):
        pieces = [*pieces[:-2], pieces[-1], pieces[-2]]
    for index, piece in enumerate(pieces):
        last = index == len(pieces) - 1
        if "办理结果" in piece.text and len(words_of(piece.text)) <= 9:
            outer.append(piece)
            continue
        group = group_of(piece.text)
        following = pieces[index + 1].text if not last else ""
        if group and not (last and has_values) and not (group == "other" and _ends(following)):
            outer.append(piece)
            continue
        match = application_row(piece.text)
        if (last and has_values) or (
            match is not None and match[1] >= 0.7 and _ORDINAL.match(piece.text)
        ):
            rows.append((outer, piece))
            outer = []
    if has_values and not pieces:
        rows.append(([], None))
    return rows


def _stands_among_its_rows(pieces: Sequence[Unit]) -> bool:
    """Whether the last label is a group's, set level with the values of the row before it.

    A group's label stands in the middle of its rows, where a row's own label goes over lines.
    """
    group = group_of(pieces[-1].text) if len(pieces) > 1 else ""
    row = application_row(pieces[-2].text) if group else None
    return row is not None and row[0].code.startswith(f"{group}.")


def _ends(following: str) -> bool:
    """Whether group (六) is one row: (七)总计 comes next, or nothing."""
    return not following or following.startswith(("(七", "（七"))
