"""What the digits of a page look like, learned from those that were read surely.

A pixel of a digit is normally distributed about its picture. Fonts give the picture before any
digit is seen, with the variance among fonts; every digit seen brings it nearer to the page's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ocr.opencv import cv2

Floats = np.ndarray[Any, np.dtype[np.float32]]
Numbers = np.ndarray[Any, np.dtype[np.floating[Any]]]

ANY = 10  # the picture of a digit that is none of the ten
FONTS = Path(__file__).with_name("digits.npz")
FONT_HEIGHT = 20.0  # rows of its pictures that a digit is high
TALL = 1.3  # of a digit's height: its picture, with some paper above and below
BROAD = 0.8  # of its height: a digit with the paper at its sides, at the most
PACES = (0.92, 0.95, 0.975, 1.0, 1.025, 1.05, 1.08)
BLURS = (0.06, 0.1, 0.15, 0.21)  # deviation, of a digit's height
HEIGHTS = (0.86, 0.93, 1.0, 1.07)  # of the pieces' height, which blur makes larger
SEEN = 0.5  # of a digit, all sightings together: less says nothing

# Measured on 644 doubtful numbers of levels 2 and 3 by the log-likelihood of what was printed.
# Errors of neighbouring pixels go together: all pixels tell as much as a tenth of them would.
WEIGHT = 0.1
UNEVEN = 0.1  # of the print's darkness: how far strokes differ on one page beside the noise
LEAST_NOISE = 4.0  # variance, grey levels
LEAST_SEEN = 0.5  # of a digit's print: where a rule hides more there is none
HIDING = 4.0  # how unlikely it is that one is hidden altogether, log-likelihood
NOWHERE = -1e6
TRUST = 0.5  # of a digit seen, since it may be misread or stand a little aside
UNEQUAL, LEAST_SPREAD = 0.5, 0.0025  # of the variance among fonts, which blur evens out
ANYTHING = 2.0  # of the variance among digits: that of what is none
NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of print: how much darker than paper, and 1 where that is seen, 0 under a rule."""

    darkness: Floats  # rows × columns; 0 where it is not seen
    seen: Floats | None  # None: all of it

    def without_grains(self, darkest: float) -> Shown:
        """The same, nothing in it darker than so much."""
        return Shown(np.minimum(self.darkness, np.float32(darkest)), self.seen)


@dataclass(frozen=True, slots=True)
class Taught:
    """A number whose digits are known as surely as ``weight`` says."""

    shown: Shown
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Typeface:
    """Pictures (11 × rows × columns) of the ten digits and of what is none of them.

    Lengths are fine pixels, ``fine`` of them a pixel of the page.
    """

    mean: Floats  # darkness
    spread: Floats  # variance of the picture's own pixels
    noise: float  # variance of the page's pixels about them
    advance: float  # from digit to digit
    height: float  # of a digit
    fine: int

    def gains(self, shown: Shown, digits: Sequence[int] = range(ANY + 1)) -> Floats:
        """How much better than paper each digit explains each place: log-likelihoods."""
        rows, columns = self.mean.shape[1:]
        down = shown.darkness.shape[0] - rows + 1
        across = shown.darkness.shape[1] - columns + 1
        if down < 1 or across < 1:
            return np.zeros((len(digits), 0, 0), np.float32)
        step, chosen = self.fine, list(digits)  # pixels between are told by those beside them

        def windows(pixels: Floats) -> Floats:
            every = sliding_window_view(pixels, (rows, columns))[:, :, ::step, ::step]
            return every.reshape(down * across, -1)

        mean = self.mean[chosen, ::step, ::step].reshape(len(chosen), -1)
        total = self.noise + self.spread[chosen, ::step, ::step].reshape(len(chosen), -1)
        dark = windows(shown.darkness)
        found = dark @ (mean / total).T
        found += dark**2 @ (0.5 / self.noise - 0.5 / total).T
        expected = mean**2 / (2 * total) + 0.5 * np.log(total / self.noise)
        if shown.seen is None:
            found -= expected.sum(axis=1)
        else:
            seen, usual = windows(shown.seen), self.mean[ANY, ::step, ::step].ravel() ** 2
            share = seen @ usual / usual.sum()
            found -= seen @ expected.T
            found -= (HIDING / WEIGHT * (1 - share))[:, None]
            found[share < LEAST_SEEN] = NOWHERE
        gain = WEIGHT * found.T.reshape(len(chosen), down, across)
        aside = gain.copy()  # digits stand by whole fine pixels and may be one off
        np.maximum(aside[:, :, 1:], gain[:, :, :-1], out=aside[:, :, 1:])
        np.maximum(aside[:, :, :-1], gain[:, :, 1:], out=aside[:, :, :-1])
        return aside


@lru_cache(maxsize=1)
def _fonts() -> tuple[Floats, Floats]:
    """How much of each pixel of the ten digits fonts cover in the mean, and the variance of it."""
    with np.load(FONTS) as stored:
        mean, deviation = (stored[name].astype(np.float32) / 255 for name in ("mean", "deviation"))
    return mean, deviation**2


def _drawn(
    size: tuple[int, int], height: float, advance: float, blur: float
) -> tuple[Floats, Floats]:
    """Digits as fonts have them, in so large pictures: mean and variance of their coverage."""
    rows, columns = size
    high, wide = _fonts()[0].shape[1:]
    slot = min(advance, BROAD * height)  # digits set apart are no broader
    across, down = slot / wide, height / FONT_HEIGHT
    matrix = np.array(
        [
            [across, 0, (columns - slot + across - 1) / 2],
            [0, down, (rows - high * down + down - 1) / 2],
        ]
    )
    mean, variance = (
        np.stack(
            [
                cv2.GaussianBlur(cv2.warpAffine(digit, matrix, (columns, rows)), (0, 0), blur)
                for digit in pictures
            ]
        )
        for pictures in _fonts()
    )
    return np.asarray(mean), np.asarray(UNEQUAL * variance + LEAST_SPREAD, np.float32)


def of_fonts(taught: Sequence[Taught], height: float, advance: float, fine: int) -> Typeface:
    """The face before the page's own digits are known."""
    contrast = float(np.median([np.percentile(one.shown.darkness, 97) for one in taught]))
    mean, spread = _drawn(
        (round(TALL * height), round(min(advance, BROAD * height))),
        height,
        advance,
        BLURS[1] * height,
    )
    noise = max(LEAST_NOISE, UNEVEN * contrast**2)
    return _with_any(contrast * mean, contrast**2 * spread, contrast**2 * spread, noise, advance,
                     height, fine)  # fmt: skip


def _with_any(
    mean: Numbers, spread: Numbers, before: Numbers, noise: float, advance: float, height: float,
    fine: int,
) -> Typeface:  # fmt: skip
    """A face of ten digits, and what is none: their mean, as uncertain as digits differ."""
    middle = mean.mean(axis=0, keepdims=True)
    wide = ANYTHING * ((mean - middle) ** 2).mean(axis=0, keepdims=True)
    wide += before.mean(axis=0, keepdims=True)
    return Typeface(
        np.concatenate((mean, middle)).astype(np.float32),
        np.concatenate((spread, wide)).astype(np.float32),
        noise, advance, height, fine,
    )  # fmt: skip


def learned(taught: Sequence[Taught], before: Typeface) -> Typeface:
    """The face with what the page's own digits look like, found by the face before."""
    size = (ANY, *before.mean.shape[1:])
    count, total, squares = np.zeros(size), np.zeros(size), np.zeros(size)
    for one in taught:
        for digit, picture, seen in _cut(one, before):
            count[digit] += one.weight * seen
            total[digit] += one.weight * picture
            squares[digit] += one.weight * picture.astype(np.float64) ** 2
    known = count > SEEN
    if not known.any():
        return before
    own = total / np.maximum(count, NEGLIGIBLE)
    degrees = max(1.0, float((count - known).sum()))
    within = float((squares - own * total).sum()) / degrees
    mean, spread = _fitted(own, count * known, before)
    contrast = float(mean.max())
    noise = max(LEAST_NOISE, within) + (UNEVEN * contrast) ** 2
    precision = 1 / spread + TRUST * count / noise
    shrunk = (mean / spread + TRUST * total / noise) / precision
    return _with_any(shrunk, 1 / precision, spread, noise, before.advance, before.height,
                     before.fine)  # fmt: skip


def _fitted(own: Numbers, weight: Numbers, face: Typeface) -> tuple[Floats, Floats]:
    """Digits of fonts as high, dark and blurred as the page's own; mean and variance."""
    best, least = None, np.inf
    for blur in BLURS:
        for tall in HEIGHTS:
            mean, spread = _drawn(
                face.mean.shape[1:], tall * face.height, face.advance, blur * face.height
            )
            alike = float((weight * mean * own).sum())
            contrast = max(alike / max(float((weight * mean**2).sum()), NEGLIGIBLE), 1.0)
            left = float((weight * (own - contrast * mean) ** 2).sum())
            if left < least:
                best, least = (contrast * mean, contrast**2 * spread), left
    assert best is not None
    return best


def _cut(one: Taught, face: Typeface) -> Iterable[tuple[int, Floats, Floats | float]]:
    """The digits of a number, each where it looks most like itself, and what of them is seen."""
    place = place_row(_maps(face, one), face.advance)
    if place is None:
        return
    rows, columns = face.mean.shape[1:]
    band = one.shown.darkness[place.row : place.row + rows]
    seen = one.shown.seen
    for sign, column in zip(one.text, place.columns, strict=True):
        near = [x for x in (column, column - 1, column + 1) if 0 <= x <= band.shape[1] - columns]
        views = [band[:, x : x + columns] for x in near]
        alike = [float((view * face.mean[int(sign)]).sum()) for view in views]
        best = alike.index(max(alike))
        part = slice(near[best], near[best] + columns)
        yield int(sign), views[best], 1.0 if seen is None else seen[place.row :][:rows, part]


def _maps(face: Typeface, one: Taught) -> list[Floats]:
    """`Typeface.gains` of the digits of a number, one after the other."""
    digits = sorted({int(sign) for sign in one.text})
    gains = dict(zip(digits, face.gains(one.shown, digits), strict=True))
    return [gains[int(sign)] for sign in one.text]


def paced(face: Typeface, taught: Sequence[Taught]) -> Typeface:
    """The face with the advance at which its numbers fit best."""
    maps = [_maps(face, one) for one in taught if len(one.text) > 1]

    def fit(pace: float) -> float:
        places = [place_row(each, pace * face.advance) for each in maps]
        return sum(place.gain for place in places if place is not None)

    return replace(face, advance=face.advance * max(PACES, key=fit)) if maps else face


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a row of digits stands, and how well it explains what is there."""

    gain: float
    row: int
    columns: tuple[int, ...]


def place_row(maps: Sequence[Floats], advance: float) -> Placed | None:
    """Where digits with these gains stand best in a row; None where there is no room."""
    steps = [round(i * advance) for i in range(len(maps))]
    across = maps[0].shape[1] - steps[-1] if maps[0].size else 0
    if across < 1:
        return None
    total = maps[0][:, :across].copy()
    for gains, step in zip(maps[1:], steps[1:], strict=True):
        total += gains[:, step : step + across]
    row, column = divmod(int(total.argmax()), across)
    return Placed(float(total[row, column]), row, tuple(column + step for step in steps))
