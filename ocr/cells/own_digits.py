"""A second reader for doubtful numbers: the digits of the page as the page itself prints them.

All numbers of a form are of one type, one blur and one noise. Numbers that the recogniser is sure
of show what each digit looks like here (`typeface`), and a doubtful number is laid over these
pictures. Its likelihood goes together with what the recogniser says; against both stands what is
known of a digit that is none of the ten, so that a blot stays as doubtful as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocr.cells.ink import PageInk
from ocr.cells.lines import InkLine
from ocr.cells.typeface import (
    ANY,
    NEGLIGIBLE,
    NOWHERE,
    Floats,
    Shown,
    Taught,
    Typeface,
    learned,
    of_fonts,
    paced,
    place_row,
)
from ocr.opencv import cv2

Candidates = tuple[tuple[str, float], ...]

DIGITS = frozenset("0123456789")
# Who teaches: numbers as high as most, read surely or, where these are few, rather so.
SURE, RATHER, UNSURE = 0.9, 0.5, 0.3
FEWEST = 6  # digits
MOST = 60  # numbers
ALIKE = 0.2  # of the usual height: digits of another type are higher or lower
SHORTEST, HIGHEST = 0.5, 2.0  # of it: what noise may make of a doubtful number
LONGEST = 9  # digits
LARGE = 18.0  # pixels: higher digits are laid over one another by whole pixels
ABOVE, BESIDE = 0.15, 0.3  # of height and advance: paper in which a digit is looked for, and 2 px
HIDDEN = 0.7  # the same beside a rule that may hide most of a digit
NEAR, ALONG = 4, 0.35  # pixels from a rule, and the share of a line's height, where it may
USUAL_ADVANCE, USUAL_WIDTH = 0.74, 0.62  # of a digit's height
NARROWEST, BROADEST = 0.5, 2.0  # set wide, digits stand further apart than they are high
HALF = 0.5
MOST_SURE = 0.96
NAMED, UNNAMED_SURE = 0.1, 0.85  # what the recogniser hardly thought of is never surer
BLOTS = 0.15  # of the fit that tells how many digits there are
OUTSIDE = 0.05  # of what the recogniser leaves open: a number that it does not name
LEAST_OPEN = 1e-4
DARKEST = 1.4  # of the darkness of most numbers: a grain is darker than print


def reread(
    ink: PageInk,
    lines: Sequence[InkLine],
    candidates: Sequence[Candidates],
    doubtful: Sequence[bool],
) -> list[Candidates]:
    """The candidates of every line, those of doubtful ones as the page's own digits have them.

    Nothing changes where too few numbers of the page are sure.
    """
    result = list(candidates)
    numbers = [i for i, found in enumerate(candidates) if found and _is_number(found[0][0])]
    if not any(doubtful) or not numbers:
        return result
    height = float(np.median([lines[i].box.height for i in numbers]))
    alike = [i for i in numbers if abs(lines[i].box.height - height) <= ALIKE * height + 1]
    teachers = _teachers(alike, candidates)
    if not teachers:
        return result
    asked = [
        i
        for i, line in enumerate(lines)
        if doubtful[i] and _may_be_number(candidates[i], line.box.height / height)
    ]
    fine = 1 if height > LARGE else 2
    advance = _advance([(lines[i], candidates[i][0][0]) for i in teachers], height)
    paper = _paper(ink, [lines[i] for i in teachers], height)
    shown = {i: _shown(ink, lines[i], height, advance, paper, fine) for i in {*teachers, *asked}}
    dark = float(np.median([np.percentile(shown[i].darkness, 97) for i in teachers]))
    shown = {i: s.without_grains(DARKEST * dark) for i, s in shown.items()}
    heard = {
        i: _with_halves(candidates[i]) if beside_rule(ink, lines[i]) else candidates[i]
        for i in asked
    }
    taught = [Taught(shown[i], candidates[i][0][0]) for i in teachers]
    face = learned(taught, of_fonts(taught, fine * height, fine * advance, fine))
    face = learned(taught, paced(face, taught))
    judged = {i: _judged(face, shown[i], heard[i], lines[i].box.width) for i in asked}
    more = [
        Taught(shown[i], text, p)
        for i in asked
        if i not in teachers
        for text, p in judged[i]
        if p > 1 - SURE and _is_number(text)
    ]
    if more:
        face = learned([*taught, *more], face)
    for i in asked:
        result[i] = _judged(face, shown[i], heard[i], lines[i].box.width)
    return result


def _is_number(text: str) -> bool:
    return 0 < len(text) <= LONGEST and DIGITS.issuperset(text)


def _may_be_number(candidates: Candidates, height: float) -> bool:
    """Whether a line so many digits high may be digits of the page's type, and no sign with them.

    Noise makes lines higher or lower, but these are not read well.
    """
    if not candidates or candidates[0][1] < UNSURE:
        return SHORTEST <= height <= HIGHEST
    return _is_number(candidates[0][0]) and (
        abs(height - 1) <= ALIKE or (candidates[0][1] < RATHER and SHORTEST <= height <= HIGHEST)
    )


def _teachers(alike: Sequence[int], candidates: Sequence[Candidates]) -> list[int]:
    """Numbers that show what digits look like, those of most different digits first."""
    for least in (SURE, RATHER):
        sure = [i for i in alike if candidates[i][0][1] >= least]
        if sum(len(candidates[i][0][0]) for i in sure) >= FEWEST:
            sure.sort(key=lambda i: (-len(set(candidates[i][0][0])), -candidates[i][0][1], i))
            return sure[:MOST]
    return []


def _advance(teachers: Sequence[tuple[InkLine, str]], height: float) -> float:
    """Pixels from digit to digit, by how wide numbers are."""
    singles = [line.box.width for line, text in teachers if len(text) == 1 and text != "1"]
    one = float(np.median(singles)) if singles else USUAL_WIDTH * height
    several = np.array(
        [
            (len(text) - 1, line.box.width - one)
            for line, text in teachers
            if len(text) > 1 and "1" not in (text[0], text[-1])
        ]
    )
    if len(several) < 3:
        return USUAL_ADVANCE * height
    found = float(several.prod(axis=1).sum() / (several[:, 0] ** 2).sum())
    return min(max(found, NARROWEST * height), BROADEST * height)


def beside_rule(ink: PageInk, line: InkLine) -> bool:
    """Whether a part of the line's first or last digit may have gone with a rule."""
    box = line.box
    rows = slice(box.top, box.bottom)
    left = ink.rules[rows, max(0, box.left - NEAR) : box.left]
    right = ink.rules[rows, box.right : box.right + NEAR]
    return any(side.size and (side != 0).any(axis=1).mean() >= ALONG for side in (left, right))


def _with_halves(candidates: Candidates) -> Candidates:
    """Half of a digit beside a rule is read as a 1: alone, it is only as likely as not."""
    return tuple((text, HALF * p if text == "1" else p) for text, p in candidates)


def _shown(
    ink: PageInk, line: InkLine, height: float, advance: float, paper: float, fine: int
) -> Shown:
    """The line with a little paper around it, ``fine`` times as large."""
    box = line.box
    hidden = beside_rule(ink, line)
    side = round((HIDDEN if hidden else BESIDE) * advance) + 2
    over = round(ABOVE * height) + 2
    middle, half = (box.top + box.bottom) / 2, max(box.height, height) / 2
    top, bottom = round(middle - half) - over, round(middle + half) + over
    left, right = box.left - side, box.right + side
    size = ink.clean.shape
    rows = slice(max(0, top), min(size[0], bottom))
    columns = slice(max(0, left), min(size[1], right))
    part = 255 - paper - ink.clean[rows, columns].astype(np.float32)
    labels = ink.components.labels[rows, columns]
    own = np.isin(labels, line.pieces)
    near = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8))
    foreign = ((labels != 0) & ~own).astype(np.uint8)
    soft = cv2.dilate(foreign, np.ones((5, 5), np.uint8))
    part[(soft > 0) & (near == 0)] = 0
    inside = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    whole = np.zeros((bottom - top, right - left), np.float32)
    seen = None
    if hidden:
        rules = cv2.dilate(ink.rules[rows, columns], np.ones((3, 3), np.uint8))
        lost = (rules > 0) & ~own
        part[lost] = 0
        seen = np.ones_like(whole)
        seen[inside] = ~lost
        seen = _enlarged(seen, fine, cv2.INTER_NEAREST)
    whole[inside] = part
    larger = _enlarged(whole, fine, cv2.INTER_CUBIC)
    return Shown(larger if seen is None else larger * seen, seen)


def _enlarged(pixels: Floats, times: int, how: int) -> Floats:
    if times == 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=times, fy=times, interpolation=how), np.float32)


def _paper(ink: PageInk, lines: Sequence[InkLine], height: float) -> float:
    """How dark paper is in the mean, right above and below numbers: noise only darkens."""
    over = round(ABOVE * height) + 2
    strips = [
        255 - float(ink.clean[row, line.box.left : line.box.right].mean())
        for line in lines
        for row in (line.box.top - over, line.box.bottom + over)
        if 0 <= row < len(ink.clean) and line.box.width > 0
    ]
    return float(np.mean(strips)) if strips else 0.0


def _judged(face: Typeface, shown: Shown, candidates: Candidates, width: float) -> Candidates:
    """What recogniser and face make of a number that is ``width`` pixels wide, best first."""
    gains = face.gains(shown)
    texts = {text: p for text, p in candidates if _is_number(text)}
    open_ = max(LEAST_OPEN, 1 - sum(p for _, p in candidates))
    lengths = {len(text) for text in texts}
    if open_ > RATHER or not lengths:
        lengths.update(range(1, min(LONGEST, max(1, round(width * face.fine / face.advance))) + 1))
    for length in sorted(lengths):
        for text in _proposed(gains, length, face.advance):
            texts.setdefault(text, OUTSIDE * open_ / 10 ** (length - 1))
    fits: dict[str, float] = {}
    for text in texts:
        place = place_row([gains[int(sign)] for sign in text], face.advance)
        if place is not None:
            fits[text] = place.gain
    likeliest = candidates[0][0] if candidates else next(iter(fits), "")
    if fits.get(likeliest, 0.0 if fits else NOWHERE) < NOWHERE / 2:
        return candidates  # hidden where it would have to stand
    best = max(fits, key=lambda text: _log(texts[text]) + fits[text])
    longest: dict[int, float] = {}
    for text, gain in fits.items():
        longest[len(text)] = max(gain, longest.get(len(text), gain))
    # Blots beside a number fit some digit better than paper.
    said = {
        text: _log(texts[text]) + gain - (1 - BLOTS) * longest[len(text)]
        for text, gain in fits.items()
    }
    none = place_row([gains[ANY]] * len(best), face.advance)
    assert none is not None
    # That nothing fits well does not tell against what the recogniser sees.
    unlike = min(none.gain, fits[best]) - (1 - BLOTS) * longest[len(best)]
    for text, p in candidates:
        if text not in fits:
            said[text] = _log(p) + unlike
    rest = _log(open_) + unlike
    top = max(rest, *said.values())
    whole = float(np.exp(rest - top)) + sum(float(np.exp(v - top)) for v in said.values())
    # Of numbers sure by both, one in thirty is wrong: what misled one misled the other.
    said_first = dict(candidates)
    named = said_first.get(max(said, key=lambda text: said[text]), 0.0) >= NAMED
    most = max([MOST_SURE if named else UNNAMED_SURE, *said_first.values()])
    pairs = [(text, round(most * float(np.exp(v - top)) / whole, 6)) for text, v in said.items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:8])


def _log(probability: float) -> float:
    return float(np.log(max(probability, NEGLIGIBLE)))


def _proposed(gains: Floats, length: int, advance: float) -> list[str]:
    """The number of so many digits that fits best, and those with one digit second best."""
    place = place_row([gains[:ANY].max(axis=0)] * length, advance) if gains.size else None
    if place is None:
        return []
    order = [np.argsort(-gains[:ANY, place.row, x], kind="stable")[:2] for x in place.columns]
    first = [str(two[0]) for two in order]
    others = [[*first[:i], str(two[1]), *first[i + 1 :]] for i, two in enumerate(order)]
    return ["".join(text) for text in (first, *others)]
