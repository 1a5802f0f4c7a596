"""Sheets of numbers in ruled cells, damaged as paper is, and what the reader's own cleaning makes
of them: crops with what was printed.

A sheet is made from a seed. Cleaning, lines and crops are those of `ocr.cells`.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from ocr.cells.ink import PageInk, page_ink
from ocr.cells.lines import InkBox, InkLine, cell_print, owners, text_height
from ocr.cells.number_reader import place_window, usual_height, window
from ocr.image import Pixels

from .damage import Floats, Place, Sheet, damaged
from .seals import penned, sealed

ROWS, COLUMNS = (7, 12), (4, 7)
HEIGHT = (6.0, 30.0)  # pixels of a digit, on the damaged sheet
WHOLE = 0.25  # of the cells are shown from side to side
CHINESE = "一二三四五六七八九十项件条万元合计人次无年月日其他公开不予"
# Kept out, so that reading them can be measured: the generator's held-out fonts.
HELD_OUT = ("liberation", "gbsn00lp", "gkai00mp", "lxgw", "droidsansfallback")
# Faces as reports are set in, drawn more often: Song, Kai, Hei and the Western ones beside them.
USUAL = ("uming", "ukai", "cwming", "cwkai", "serifcjk", "sanscjk", "hanamin", "umeplus", "batang",
         "wqy", "babelstonehan", "nimbusroman-", "nimbussans-", "termes-", "heros-", "freeserif",
         "freesans", "stix-", "carlito", "vl-gothic", "sawarabi")  # fmt: skip
UNFIT = ("symbol", "d050000l", "z003", "opens___", "math", "emoji", "caps", "dingbat", "italic",
         "obliq", "slant", "unsl", "slab", "lmmonoltcond", "-it", "bdit", "icons")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A crop as the reader is shown it, and what is printed there; "" for nothing."""

    crop: Pixels
    text: str


@cache
def fonts() -> tuple[str, ...]:
    """Every font of the machine that has upright digits, but those held out."""
    listed = subprocess.run(
        ["fc-list", "--format", "%{file}\n"], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    kept = []
    for path in sorted({p for p in listed if p.endswith((".ttf", ".otf", ".ttc"))}):
        name = path.rsplit("/", 1)[-1].lower()
        if not any(word in name for word in (*HELD_OUT, *UNFIT)) and _has_digits(path):
            kept.append(path)
    return tuple(kept)


@cache
def usual_fonts() -> tuple[str, ...]:
    """Of the fonts, those that reports are set in, or the like; all where there is none."""
    found = tuple(p for p in fonts() if any(name in p.lower() for name in USUAL))
    return found or fonts()


def _has_digits(path: str) -> bool:
    """Whether the font's ten digits are about as high as each other, and as digits are."""
    font = ImageFont.truetype(path, 100, index=0)
    high = [font.getbbox(digit)[3] - font.getbbox(digit)[1] for digit in "0123456789"]
    return min(high) >= 45 and max(high) <= 95 and max(high) <= 1.15 * min(high)


def examples(seed: int) -> Iterator[Example]:
    """The crops of one sheet."""
    rng = np.random.default_rng(seed)
    sheet = _printed(rng)
    seen = damaged(rng, sheet)
    boxes, texts, places = seen.boxes, sheet.texts, seen.places
    ink = page_ink(seen.pixels, sheet.scale, seen.rules, [_slices(box) for box in boxes])
    owner = owners(ink, boxes)
    height = text_height(ink.components, sheet.scale, owner)
    prints = cell_print(ink, boxes, owner, height)
    lines = [(cell.lines[0], text) for cell, text in zip(prints, texts, strict=True)
             if len(cell.lines) == 1 and text.isdigit()]  # fmt: skip
    usual = usual_height([line for line, _ in lines]) or height
    # Of a page its other numbers tell it: not exactly, and there may be several sizes.
    usual *= rng.uniform(0.65, 1.4) if rng.random() < 0.1 else rng.uniform(0.9, 1.12)
    for cell, text, place in zip(prints, texts, places, strict=True):
        for line in cell.lines:
            shown = _label(line, text, place, usual, len(cell.lines))
            if shown is not None:
                yield Example(window(ink, line, cell.inner, usual), shown)
    yield from _blanks(rng, ink, prints, texts, usual)
    for cell, text, place in zip(prints, texts, places, strict=True):
        if rng.random() < WHOLE:
            at = (place[1] + place[3]) / 2 if place else (cell.inner.top + cell.inner.bottom) / 2
            at += rng.normal(0, 0.1) * usual
            around = cell.inner
            top, bottom = round(at - usual / 2), round(at + usual / 2)
            line_place = InkBox(around.left, top, around.right, bottom)
            yield Example(place_window(ink, line_place, around, usual), text)


def _label(
    line: InkLine, text: str, place: Place | None, usual: float,
    count: int,
) -> str | None:  # fmt: skip
    """What the line's crop shows; None where it shows a part only."""
    if place is None:
        return "" if not text else None
    box = line.box
    if min(box.right, place[2]) - max(box.left, place[0]) < 0.3 * (place[2] - place[0]):
        beside = 0.7 * usual
        apart = box.left - beside > place[2] or box.right + beside < place[0]
        return "" if apart or box.top - 0.5 * usual > place[3] else None
    side = 0.6 * usual
    if place[0] < box.left - side or place[2] > box.right + side or count > 2:
        return None
    if (place[1] + place[3]) / 2 < box.top or (place[1] + place[3]) / 2 > box.bottom:
        return None
    return text


def _blanks(
    rng: Generator, ink: PageInk, prints: Sequence[Any], texts: Sequence[str], usual: float
) -> Iterator[Example]:
    """Windows anywhere in empty cells."""
    empty = [cell for cell, text in zip(prints, texts, strict=True) if not text and not cell.lines]
    for cell in empty[:2]:
        box = cell.inner
        wide, high = round(usual * rng.uniform(0.3, 1.5)), round(usual * rng.uniform(0.5, 1.2))
        left = box.left + int(rng.integers(0, max(1, box.width - wide)))
        top = box.top + int(rng.integers(0, max(1, box.height - high)))
        line = InkLine(InkBox(left, top, left + wide, top + high), (), 1.0)
        yield Example(window(ink, line, box, usual), "")


def _slices(box: InkBox) -> tuple[slice, slice]:
    return slice(box.top, box.bottom), slice(box.left, box.right)


def _number(rng: Generator) -> str:
    kind = rng.random()
    if kind < 0.16:
        return ""
    if kind < 0.30:
        return "0"
    if kind < 0.33:
        return str(rng.choice(["/", "-", "—"]))
    if kind < 0.36:
        return "".join(rng.choice(list(CHINESE), size=rng.integers(1, 3)))
    if kind < 0.41:  # 11 and the like: two bars are what a broken 0 leaves, too
        return "".join(rng.choice(list("1110"), size=rng.integers(1, 4))).lstrip("0") or "11"
    length = int(rng.choice([1, 2, 3, 4, 5, 6, 8], p=[0.33, 0.25, 0.19, 0.11, 0.06, 0.04, 0.02]))
    digits = "".join(rng.choice(list("0123456789"), size=length))
    if length > 1 and rng.random() < 0.97:
        digits = str(rng.integers(1, 10)) + digits[1:]
    if rng.random() < 0.06:
        digits += "." + "".join(rng.choice(list("0123456789"), size=rng.integers(1, 5)))
    elif length > 3 and rng.random() < 0.1:
        digits = f"{int(digits):,}"
    elif rng.random() < 0.02:
        digits = "-" + digits
    elif rng.random() < 0.02:
        digits += str(rng.choice(["万元", "件", "%", "元"]))
    return digits


def _printed(rng: Generator) -> Sheet:
    height = float(np.exp(rng.uniform(np.log(HEIGHT[0]), np.log(HEIGHT[1]))))
    fine = 3.0 if height < 14 else 2.0 if height < 20 else 1.5
    path = str(rng.choice(usual_fonts() if rng.random() < 0.5 else fonts()))
    big = height * fine
    font = ImageFont.truetype(path, 100, index=0)
    box = font.getbbox("0123456789")
    size = 100 * big / max(1.0, box[3] - box[1])
    font = ImageFont.truetype(path, max(6, round(size)))
    rows, columns = int(rng.integers(*ROWS)), int(rng.integers(*COLUMNS))
    row = big * rng.uniform(1.5, 3.2)
    spacing = rng.uniform(0, 1.1) * big if rng.random() < 0.1 else rng.uniform(-0.03, 0.06) * big
    texts = [_number(rng) for _ in range(rows * columns)]
    wide = max(2.2 * big, max(_width(font, t, spacing) for t in texts) * rng.uniform(1.03, 1.4))
    margin = big
    canvas = np.zeros(
        (round(rows * row + 2 * margin), round(columns * wide + 2 * margin)), np.uint8
    )
    image = Image.fromarray(canvas)
    draw = ImageDraw.Draw(image)
    align = rng.choice(["middle", "left", "right"], p=[0.7, 0.18, 0.12])
    side = rng.uniform(0, 0.05)  # of the room beside a number; at 0 it touches the rule
    boxes: list[Place] = []
    places: list[Place | None] = []
    drop = rng.uniform(-0.25, 0.25) * max(0.0, row - 1.2 * big)
    for i, text in enumerate(texts):
        y, x = divmod(i, columns)
        left, top = margin + x * wide, margin + y * row
        boxes.append((left, top, left + wide, top + row))
        if not text:
            places.append(None)
            continue
        length = _width(font, text, spacing)
        free = wide - length
        at = {"middle": 0.5, "left": side, "right": 1 - side}[str(align)] * free
        at += rng.normal(0, 0.02) * big
        ink = font.getbbox("0123456789")
        middle = top + row / 2 + drop + rng.normal(0, 0.02) * big
        base = middle - (ink[1] + ink[3]) / 2
        places.append(_draw(draw, font, text, left + at, base, spacing))
    dark = np.asarray(np.asarray(image) / np.float32(255), np.float32)
    if rng.random() < 0.3:  # paler than the rules
        dark *= np.float32(rng.uniform(0.35, 1.0))
    over = np.zeros(dark.shape, np.float32)
    if rng.random() < 0.3:
        over = sealed(rng, over, big, str(rng.choice(usual_fonts())))
    if rng.random() < 0.08:
        over = penned(rng, over, big)
    if rng.random() < 0.15:  # struck twice, or set bold by the program
        shift = max(1, round(rng.uniform(0.02, 0.06) * big))
        dark[:, shift:] = np.maximum(dark[:, shift:], dark[:, :-shift])
    rules = _rules(rng, dark.shape, margin, rows, columns, row, wide, big)
    return Sheet(
        dark, over, rules, boxes, texts, places, fine, height, height / rng.uniform(5.5, 8.5)
    )


def _width(font: ImageFont.FreeTypeFont, text: str, spacing: float) -> float:
    return font.getlength(text) + spacing * max(0, len(text) - 1)


def _draw(
    draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, text: str, x: float, y: float,
    spacing: float,
) -> Place:  # fmt: skip
    found: list[Place] = []
    for sign in text:
        box = draw.textbbox((x, y), sign, font=font)
        draw.text((x, y), sign, 255, font=font)
        found.append(tuple(map(float, box)))  # type: ignore[arg-type]
        x += font.getlength(sign) + spacing
    across = (
        [b[0] for b in found],
        [b[1] for b in found],
        [b[2] for b in found],
        [b[3] for b in found],
    )
    return min(across[0]), min(across[1]), max(across[2]), max(across[3])


def _rules(
    rng: Generator, shape: tuple[int, ...], margin: float, rows: int, columns: int, row: float,
    wide: float, big: float,
) -> Floats:  # fmt: skip
    drawn = np.zeros(shape, np.float32)
    thick = max(1, round(big * rng.uniform(0.03, 0.16)))
    dark = float(rng.uniform(0.3, 1.0))
    gap = round(big * rng.uniform(0.15, 0.5)) if rng.random() < 0.15 else 0
    if rng.random() < 0.12:
        return drawn
    for y in range(rows + 1):
        at = round(margin + y * row)
        drawn[
            at - thick // 2 : at - thick // 2 + thick,
            round(margin) : round(margin + columns * wide),
        ] = dark
    for x in range(columns + 1):
        at = round(margin + x * wide)
        drawn[
            round(margin) : round(margin + rows * row), at - thick // 2 : at - thick // 2 + thick
        ] = dark
    if gap:
        ys, xs = np.indices(shape)
        drawn[((ys // gap) % 2 == 0) & ((xs // gap) % 2 == 0)] = 0
    return drawn
