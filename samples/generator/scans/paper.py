"""What happens to the sheet itself before it is taken: faint ink, lost rules, marks, holes.

Sheets are drawings of a page in RGB, 8 bits, `scale` pixels a point; they are changed in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np

from samples.generator.places import CellPlace
from samples.generator.scans.geometry import Pixels
from samples.generator.scans.levels import Device
from samples.generator.scans.seal import draw_seal, stamp

RULE_LENGTH = 18.0  # points: longer straight strokes are rules, shorter ones parts of glyphs
RULE_WIDTH = 4.0  # points: what is wider is a shade
GAP = 3.0  # points that a rule loses at a time
SHADE = 225  # paler is no ink
PENS = ((30, 40, 150), (40, 40, 45), (190, 30, 40))
HIGHLIGHTS = ((255, 245, 90), (160, 245, 130), (255, 170, 200))


def thin_ink(sheet: Pixels, device: Device, scale: float, noise: np.random.Generator) -> None:
    """Take ink away: a little everywhere, more of the rules, and stretches of them wholly."""
    if device.rule_ink < 1 or device.lost_rules > 0:
        rules = _rules(sheet, scale)
        kept = np.full(rules.shape, device.rule_ink, np.float32)
        cells = (max(1, round(rules.shape[0] / scale / GAP)),
                 max(1, round(rules.shape[1] / scale / GAP)))  # fmt: skip
        lost = (noise.random(cells, np.float32) < device.lost_rules).astype(np.float32)
        gaps = cv2.resize(lost, (rules.shape[1], rules.shape[0]), interpolation=cv2.INTER_LINEAR)
        kept = np.where(rules > 0, kept * (1 - gaps), 1.0)[..., None]
        sheet[:] = np.rint(255 - (255 - sheet.astype(np.float32)) * kept).astype(np.uint8)
    if device.toner < 1:
        table = np.rint(255 - (255 - np.arange(256)) * device.toner).astype(np.uint8)
        sheet[:] = cv2.LUT(sheet, table)


def _rules(sheet: Pixels, scale: float) -> Pixels:
    """Mask of the rules, 255 where one is."""
    ink = (sheet.min(axis=2) < SHADE).astype(np.uint8) * 255
    long, wide = max(3, round(RULE_LENGTH * scale)), max(3, round(RULE_WIDTH * scale))
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((long, 1), np.uint8))
    shades = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((wide, wide), np.uint8))
    return np.asarray(np.maximum(across, down) * (shades == 0), np.uint8)


def put_seals(
    sheet: Pixels, rng: Random, device: Device, scale: float, issuer: str,
    places: Sequence[CellPlace], last: bool,
) -> int:  # fmt: skip
    """Stamp the issuer's seal: on the signature, or in the harsh level anywhere, on numbers too.

    Returns how many were stamped.
    """
    height, width = sheet.shape[0] / scale, sheet.shape[1] / scale
    if device.level < 3 and not last:
        return 0
    if device.level < 3:
        x, y = rng.uniform(0.6, 0.8) * width, rng.uniform(0.55, 0.85) * height
        stamp(sheet, draw_seal(rng, x, y, issuer), scale)
        return 1
    count = rng.choice((1, 1, 2))
    for _ in range(count):
        x, y = rng.uniform(0.25, 0.85) * width, rng.uniform(0.15, 0.85) * height
        if places:
            left, top, right, bottom = rng.choice(places).box
            x = rng.uniform(left, right) + rng.uniform(-25, 25)
            y = rng.uniform(top, bottom) + rng.uniform(-25, 25)
        stamp(sheet, draw_seal(rng, x, y, issuer), scale)
    return count


def write_by_hand(sheet: Pixels, rng: Random, scale: float) -> None:
    """Ticks, rings and scrawls in the margins, where no number is printed."""
    height, width = sheet.shape[0] / scale, sheet.shape[1] / scale
    colour = rng.choice(PENS)
    thickness = max(1, round(rng.uniform(0.8, 1.5) * scale))
    for _ in range(rng.randint(1, 5)):
        x = rng.choice((rng.uniform(14, 40), width - rng.uniform(14, 40)))
        y = rng.uniform(0.06, 0.94) * height
        size = rng.uniform(7.0, 13.0)
        points = _stroke(rng, rng.choice(("tick", "cross", "ring", "scrawl")), size)
        for stroke in points:
            line = np.array([[(x + a) * scale * 16, (y + b) * scale * 16] for a, b in stroke])
            cv2.polylines(
                sheet, [np.rint(line).astype(np.int32)], False, colour, thickness, cv2.LINE_AA, 4
            )


def _stroke(rng: Random, kind: str, size: float) -> list[list[tuple[float, float]]]:
    def wobble() -> float:
        return rng.uniform(-0.08, 0.08) * size

    if kind == "tick":
        corners = [(-0.5, 0.0), (-0.15, 0.45), (0.7, -0.6)]
        return [[(a * size + wobble(), b * size + wobble()) for a, b in corners]]
    if kind == "cross":
        first, second = [(-0.5, -0.5), (0.5, 0.5)], [(0.5, -0.5), (-0.5, 0.5)]
        return [[(a * size + wobble(), b * size + wobble()) for a, b in s] for s in (first, second)]
    if kind == "ring":
        turns = np.linspace(0, 2 * np.pi * 1.1, 24)
        return [[(size * 0.8 * float(np.cos(t)), size * 0.5 * float(np.sin(t))) for t in turns]]
    steps = np.linspace(0, 1, 30)
    heights = [rng.uniform(-0.4, 0.4) for _ in range(6)]
    return [
        [
            (size * (1.8 * float(s) - 0.9), size * heights[int(s * 5.99)] + wobble())
            for s in steps
        ]
    ]  # fmt: skip


def highlight(sheet: Pixels, rng: Random, scale: float) -> None:
    """A stroke or two of a text marker, through which everything can be read."""
    height, width = sheet.shape[0] / scale, sheet.shape[1] / scale
    colour = np.array(rng.choice(HIGHLIGHTS), np.float32) / 255
    for _ in range(rng.randint(1, 3)):
        left, top = rng.uniform(0.1, 0.6) * width, rng.uniform(0.1, 0.9) * height
        long, high = rng.uniform(40, 200), rng.uniform(10, 15)
        slope = rng.uniform(-0.02, 0.02) * long
        corners = np.array(
            [(left, top), (left + long, top + slope), (left + long, top + slope + high),
             (left, top + high)]
        ) * scale  # fmt: skip
        mask = np.zeros(sheet.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.rint(corners).astype(np.int32)], (255,))
        inside = mask > 0
        sheet[inside] = np.rint(sheet[inside] * colour).astype(np.uint8)


def staple(sheet: Pixels, rng: Random, scale: float) -> None:
    """A staple in a corner with its shadow, and the crease that it makes."""
    x, y, angle = rng.uniform(14, 34), rng.uniform(14, 34), np.deg2rad(rng.uniform(20, 70))
    reach = 5.5 * np.array([np.cos(angle), -np.sin(angle)])
    for shift, grey in ((0.8, 150), (0.0, 90)):
        ends = [(np.array([x, y]) + sign * reach + shift) * scale for sign in (-1, 1)]
        start, end = (tuple(int(v) for v in np.rint(point)) for point in ends)
        cv2.line(sheet, start, end, (grey,) * 3, max(1, round(1.1 * scale)), cv2.LINE_AA)


def punch(sheet: Pixels, rng: Random, scale: float) -> None:
    """Two or four holes of 6 mm at the left edge, dark where the lid is seen through them."""
    height = sheet.shape[0] / scale
    x, grey = rng.uniform(30, 38), rng.choice((25, 60, 120, 200))
    spacing, count = 226.8, rng.choice((2, 2, 4))  # 80 mm
    for hole in range(count):
        y = height / 2 + (hole - (count - 1) / 2) * spacing
        centre = (round(x * scale), round(y * scale))
        cv2.circle(sheet, centre, round(8 * scale), (grey,) * 3, -1, cv2.LINE_AA)


def show_through(sheet: Pixels, other: Pixels, rng: Random) -> None:
    """The back of the sheet, mirrored, blurred and pale."""
    back = cv2.resize(other[:, ::-1], (sheet.shape[1], sheet.shape[0]))
    sigma = max(1.0, sheet.shape[1] / 900)
    blurred = cv2.GaussianBlur(back, (0, 0), sigma)
    strength = rng.uniform(0.03, 0.1)
    table = np.rint(255 - (255 - np.arange(256)) * strength).astype(np.uint8)
    sheet[:] = cv2.multiply(sheet, cv2.LUT(blurred, table), scale=1 / 255)
