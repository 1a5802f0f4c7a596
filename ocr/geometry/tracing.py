"""Lines of a page that should be straight: rulings and lines of text, followed across the page.

The page is cut into narrow strips across the direction of the lines. In every strip a line is a
narrow peak of darkness, found to a fraction of a pixel; peaks are joined from strip to strip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ..image import Pixels

Floats = np.ndarray[Any, np.dtype[np.float64]]
Samples = np.ndarray[Any, np.dtype[np.float32]]
Counts = np.ndarray[Any, np.dtype[np.int64]]

STRIP = 12  # pixels of the measuring image: shorter than the strokes of two characters


@dataclass(frozen=True, slots=True)
class Traces:
    """Points on lines that run along x: ``line`` says which, ascending.

    ``noise`` is how far a point may stand from the line it belongs to, in pixels.
    """

    x: Floats
    y: Floats
    line: Counts
    noise: Floats

    def __len__(self) -> int:
        return len(self.x)

    @property
    def lines(self) -> int:
        return int(self.line[-1]) + 1 if len(self.line) else 0

    def joined(self, other: Traces) -> Traces:
        """Both, the lines of the other numbered on."""
        return Traces(
            np.concatenate((self.x, other.x)),
            np.concatenate((self.y, other.y)),
            np.concatenate((self.line, other.line + self.lines)),
            np.concatenate((self.noise, other.noise)),
        )

    def of(self, lines: np.ndarray[Any, np.dtype[np.bool_]]) -> Traces:
        """Only some of the lines, numbered anew."""
        kept = lines[self.line]
        number = (np.cumsum(lines) - 1)[self.line[kept]]
        return Traces(self.x[kept], self.y[kept], number, self.noise[kept])


def no_traces() -> Traces:
    none = np.zeros(0)
    return Traces(none, none, np.zeros(0, np.int64), none)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What makes a line of one kind; distances in pixels."""

    floor: float  # darkness that a peak must have
    reach: float  # how far the next peak may stand from where the line leads
    least: int  # strips that a line runs through
    straight: float  # largest usual second difference
    uneven: float  # largest usual difference of darkness, share of its median
    noise: float  # least distance of a point from its line; ragged lines have more
    wide: bool = False  # wider than three pixels


def trace_rulings(dark: Pixels) -> Traces:
    """Rulings that run along x in an image of darkness (0 = paper)."""
    height, width = dark.shape
    count = width // STRIP
    if count < 4 or height < 16:
        return no_traces()
    strips = _strips(_long_strokes(dark), count)
    # What is thicker than a ruling (a shaded band, a picture) is not one.
    thick = np.asarray(cv2.morphologyEx(strips, cv2.MORPH_OPEN, np.ones((9, 1), np.uint8)))
    peaks = strips - thick
    floor = max(14.0, 3.0 * float(np.median(peaks)), 0.25 * float(np.percentile(peaks, 99.5)))
    # Rulings vary by 0.01 to 0.17 along their length, strokes that chance to stand in line by
    # 0.2 to 0.4, measured on generated pages at 120 and 200 dpi, blurred and compressed.
    kind = _Kind(floor, reach=1.6, least=7, straight=0.55, uneven=0.2, noise=0.25)
    return _joined_peaks(peaks, width / count, kind)


def trace_text(dark: Pixels, text: float) -> Traces:
    """Middles of lines of text of about this height (pixels) that run along x."""
    height, width = dark.shape
    count = int(width // max(2.5 * text, STRIP))
    if count < 5 or height < 4 * text or text < 3:
        return no_traces()
    strips = _strips(dark, count)
    smooth = cv2.GaussianBlur(strips, (1, 0), sigmaX=0.1, sigmaY=0.3 * text)
    wide = cv2.GaussianBlur(strips, (1, 0), sigmaX=0.1, sigmaY=1.2 * text)
    peaks = np.maximum(smooth - wide, 0.0)
    floor = max(5.0, 0.3 * float(np.percentile(peaks, 98)))
    noise = max(0.5, 0.05 * text)
    kind = _Kind(floor, 0.35 * text, 5, 0.12 * text, uneven=1.0, noise=noise, wide=True)
    return _joined_peaks(peaks, width / count, kind)


def _long_strokes(dark: Pixels) -> Pixels:
    """Only what runs on for longer than a character; a slope of 1 in 12 is let pass."""
    thick = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, 25), np.uint8))
    return np.asarray(cv2.min(dark, long))


def _strips(dark: Pixels, count: int) -> Samples:
    """rows × strips, float32: the mean darkness of each row of each strip."""
    size = (count, dark.shape[0])
    return np.asarray(cv2.resize(dark.astype(np.float32), size, interpolation=cv2.INTER_AREA))


def _joined_peaks(peaks: Samples, pitch: float, kind: _Kind) -> Traces:
    """Join the peaks of neighbouring strips; short and ragged lines are left out."""
    strip, y, place = _peaks(peaks, kind.floor, kind.wide)
    height = peaks[y.astype(np.int64), strip.astype(np.int64)]
    line = _join(strip, y, place, peaks.shape[1], kind.reach)
    counts = np.bincount(line) if len(line) else np.zeros(0, np.int64)
    keep = counts[line] >= kind.least if len(line) else np.zeros(0, bool)
    strip, y, line, height = strip[keep], y[keep], line[keep], height[keep]
    order = np.lexsort((strip, line))
    strip, y, line, height = strip[order], y[order], line[order], height[order]
    starts = np.flatnonzero(np.r_[True, np.diff(line) > 0]) if len(line) else np.zeros(0, int)
    ends = np.r_[starts[1:], len(line)]
    kept: list[tuple[Floats, Floats, float]] = []
    for start, end in zip(starts, ends, strict=False):
        xs, ys = strip[start:end], y[start:end]
        if (end - start) < 0.7 * (xs[-1] - xs[0] + 1):
            continue
        # A ruling bends gently: its second difference is noise, that of glyphs is not.
        bend = ys[1:-1] - (ys[:-2] + ys[2:]) / 2
        ragged = float(np.median(np.abs(bend)))
        if ragged > kind.straight:
            continue
        usual = float(np.median(height[start:end]))
        if float(np.median(np.abs(height[start:end] - usual))) > kind.uneven * usual:
            continue
        kept.append(((xs + 0.5) * pitch, ys, max(kind.noise, 2 * ragged)))
    if not kept:
        return no_traces()
    xs = np.concatenate([k[0] for k in kept])
    return Traces(
        xs,
        np.concatenate([k[1] for k in kept]),
        np.repeat(np.arange(len(kept)), [len(k[0]) for k in kept]),
        np.repeat([k[2] for k in kept], [len(k[0]) for k in kept]),
    )


def _peaks(peaks: Samples, floor: float, wide: bool) -> tuple[Floats, Floats, Counts]:
    """Strip and y (continuous, to a fraction of a pixel) of every peak, and where strips start."""
    middle = peaks[2:-2]
    top = (middle >= floor) & (middle >= peaks[1:-3]) & (middle > peaks[3:-1])
    strips, rows = np.nonzero(top.T)
    rows = rows + 2
    near = np.stack([peaks[rows + d, strips].astype(np.float64) for d in (-2, -1, 0, 1, 2)])
    if wide:
        # A line of text is a hump with a round top: a parabola through three samples.
        left, right = near[2] - near[1], near[2] - near[3]
        away = (left - right) / np.maximum(2 * (left + right), 1e-6)
    else:
        # A ruling is a bar of one to four pixels: its centre of gravity.
        away = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) @ near / near.sum(axis=0)
    y = rows + 0.5 + np.clip(away, -1, 1)
    starts = np.searchsorted(strips, np.arange(peaks.shape[1] + 1))
    return strips.astype(np.float64), y, starts


def _join(strip: Floats, y: Floats, starts: Counts, strips: int, reach: float) -> Counts:
    """The line of each peak: the nearest one that a line of the strips before leads to."""
    line = np.full(len(y), -1, np.int64)
    count = 0
    ends_y = np.zeros(0)
    slope = np.zeros(0)
    last = np.zeros(0, np.int64)
    ids = np.zeros(0, np.int64)
    for at in range(strips):
        here = np.arange(starts[at], starts[at + 1])
        alive = at - last <= 3  # a line may miss two strips: a crossing stroke, a gap
        ends_y, slope, last, ids = ends_y[alive], slope[alive], last[alive], ids[alive]
        taken = np.zeros(len(here), bool)
        if len(here) and len(ids):
            ys = y[here]
            expected = ends_y + slope * (at - last)
            right = np.clip(np.searchsorted(ys, expected), 0, len(ys) - 1)
            left = np.maximum(right - 1, 0)
            nearer = np.abs(ys[left] - expected) < np.abs(ys[right] - expected)
            best = np.where(nearer, left, right)
            away = np.abs(ys[best] - expected)
            order = np.argsort(away, kind="stable")
            order = order[away[order] <= reach]
            _, first = np.unique(best[order], return_index=True)
            who = order[first]
            peak = best[who]
            step = (ys[peak] - ends_y[who]) / (at - last[who])
            slope[who] += 0.3 * (step - slope[who])
            ends_y[who], last[who] = ys[peak], at
            line[here[peak]] = ids[who]
            taken[peak] = True
        fresh = here[~taken]
        new = count + np.arange(len(fresh))
        line[fresh] = new
        count += len(fresh)
        ends_y = np.concatenate((ends_y, y[fresh]))
        slope = np.concatenate((slope, np.zeros(len(fresh))))
        last = np.concatenate((last, np.full(len(fresh), at)))
        ids = np.concatenate((ids, new))
    return line
