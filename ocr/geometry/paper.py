"""The edge of the paper, where the picture shows something else around it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..image import Pixels
from .tracing import Floats

SIDE = 400  # pixels of the image the paper is looked for in
SAME = 0.96  # of the largest region's area: what differs less is the same paper


@dataclass(frozen=True, slots=True)
class Paper:
    """Where the paper lies, in the pixels of the image it was looked for in.

    ``outline`` (n × 2) goes around it; ``corners`` (4 × 2: upper left, upper right, lower right,
    lower left) are known where all four lie in the picture.
    """

    outline: Floats
    corners: Floats | None

    def at_scale(self, factor: float) -> Paper:
        corners = None if self.corners is None else self.corners * factor
        return Paper(self.outline * factor, corners)


def find_paper(pixels: Pixels) -> Paper | None:
    """The paper on a darker or differently coloured ground; None where it fills the picture.

    Paper is one bright region with straight sides. What is cut off is never print: the ground
    must reach the picture's border on several sides, or be as dark as a scanner's lid.
    """
    factor = SIDE / max(pixels.shape[:2])
    if min(pixels.shape[:2]) * factor < 60:
        return None
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    # Print is bridged, so that a table does not cut its page in pieces.
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    small = cv2.medianBlur(small, 5)
    # The least channel: paper is bright in all three, and black is dark in the greatest, too.
    brightness, lightest = small.min(axis=2), small.max(axis=2)
    spread = np.percentile(brightness, (2, 90))
    if spread[1] - spread[0] < 30:
        return None
    otsu = float(cv2.threshold(brightness, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])
    found = [
        region
        for threshold in (otsu, (otsu + spread[1]) / 2, (otsu + spread[0]) / 2)
        if (region := _region(brightness, lightest, threshold)) is not None
    ]
    if not found:
        return None
    # A shadow has straight edges as well, with print on both sides: the paper ends where the
    # largest region does.
    areas = [float(cv2.contourArea(paper.outline.astype(np.float32))) for paper, _ in found]
    whole = [region for region, area in zip(found, areas, strict=True) if area >= SAME * max(areas)]
    paper, _ = max(whole, key=lambda region: (region[0].corners is not None, region[1]))
    return paper.at_scale(1 / factor)


def _region(brightness: Pixels, lightest: Pixels, threshold: float) -> tuple[Paper, float] | None:
    """The largest region brighter than the threshold, if it looks like paper, and how much."""
    height, width = brightness.shape
    bright = cv2.morphologyEx(
        (brightness > threshold).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)
    )
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    contour = max(contours, key=cv2.contourArea)
    area = float(cv2.contourArea(contour))
    whole = float((width - 1) * (height - 1))
    if not 0.2 * whole < area < 0.985 * whole:
        return None
    hull = cv2.convexHull(contour)
    solid = area / max(float(cv2.contourArea(hull)), 1.0)
    if solid < 0.96:
        return None
    outside = np.ones((height, width), np.uint8)
    cv2.fillPoly(outside, [np.asarray(cv2.convexHull(contour))], (0,))
    if not _is_ground(lightest, outside):
        return None
    if len(cv2.approxPolyDP(hull, 0.01 * cv2.arcLength(hull, True), True)) > 8:
        return None
    step = _step(brightness, hull[:, 0].astype(np.float64))
    if step < 0.85:
        return None
    outline = hull[:, 0].astype(np.float64) + 0.5
    corners = _corners(contour, hull, area, width, height)
    return Paper(outline, corners), solid * step


def _is_ground(lightest: Pixels, outside: Pixels) -> bool:
    """Whether what is outside lies around the paper, or is the black of a scanner's lid."""
    borders = (outside[0], outside[-1], outside[:, 0], outside[:, -1])
    sides = sum(float(border.mean()) > 0.6 for border in borders)
    ground = lightest[outside > 0]
    if not ground.size:  # the hull of a page with straight bands across covers all of the picture
        return False
    middle, high = np.percentile(ground, (50, 90))
    # Ground of one even tone is drawn, not photographed: it belongs to the page.
    drawn = float(np.median(np.abs(ground - middle))) < 1
    if float(high) < 70:
        return sides >= 1
    return sides >= 3 and not drawn


def _step(brightness: Pixels, hull: Floats) -> float:
    """Share of the outline (but for the picture's own border) where it darkens outward."""
    height, width = brightness.shape
    ahead = np.roll(hull, -1, axis=0)
    length = np.hypot(*(ahead - hull).T)
    good = seen = 0.0
    for start, end, size in zip(hull, ahead, length, strict=True):
        count = int(size // 6)
        if not count:
            continue
        at = start + (end - start) * ((np.arange(count) + 0.5) / count)[:, None]
        normal = np.array([end[1] - start[1], start[0] - end[0]]) / size
        centre = np.array([width / 2, height / 2])
        if np.dot(normal, at.mean(axis=0) - centre) < 0:
            normal = -normal
        there, here = at + 5 * normal, at - 5 * normal
        inside = (
            (there[:, 0] >= 0)
            & (there[:, 0] < width - 0.5)
            & (there[:, 1] >= 0)
            & (there[:, 1] < height - 0.5)
            & (here.min(axis=1) >= 0)
            & (here[:, 0] < width - 0.5)
            & (here[:, 1] < height - 0.5)
        )
        there, here = there[inside].astype(int), here[inside].astype(int)
        darker = brightness[here[:, 1], here[:, 0]].astype(int) - brightness[
            there[:, 1], there[:, 0]
        ].astype(int)
        good += float((darker > 18).sum())
        seen += len(darker)
    return good / seen if seen >= 10 else 0.0


def _corners(
    contour: np.ndarray, hull: np.ndarray, area: float, width: int, height: int
) -> Floats | None:
    """The four corners of the paper, if it has four and none lies outside the picture."""
    length = cv2.arcLength(hull, True)
    for share in (0.01, 0.02, 0.03, 0.05):
        rough = cv2.approxPolyDP(hull, share * length, True)
        if len(rough) == 4:
            break
    else:
        return None
    corners = _refined(contour[:, 0].astype(np.float64), rough[:, 0].astype(np.float64))
    if corners is None:
        return None
    corners = corners + 0.5
    inside = (corners > 1.5).all() and (corners < [width - 1.5, height - 1.5]).all()
    covers = area / max(float(cv2.contourArea(corners.astype(np.float32))), 1.0)
    if not inside or not 0.95 < covers < 1.05:
        return None
    return corners


def _refined(contour: Floats, rough: Floats) -> Floats | None:
    """Corners where straight lines through the sides meet, from the upper left clockwise."""
    centre = rough.mean(axis=0)
    angle = np.arctan2(*(rough - centre).T[::-1])
    rough = rough[np.argsort(angle)]
    first = int(np.argmin(rough.sum(axis=1)))
    rough = np.roll(rough, -first, axis=0)
    sides = []
    for start, end in zip(rough, np.roll(rough, -1, axis=0), strict=True):
        along = end - start
        size = float(np.hypot(*along))
        if size < 40:
            return None
        along = along / size
        offset = contour - start
        place = offset @ along
        away = offset @ np.array([-along[1], along[0]])
        near = contour[(place > 0.08 * size) & (place < 0.92 * size) & (np.abs(away) < 6)]
        if len(near) < 20:
            return None
        vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        sides.append(np.array([vy, -vx, vx * y - vy * x], np.float64))
    corners = []
    for before, after in zip([sides[-1], *sides[:-1]], sides, strict=True):
        meeting = np.cross(before, after)
        if abs(meeting[2]) < 1e-6:
            return None
        corners.append(meeting[:2] / meeting[2])
    return np.array(corners)


def facing(corners: Floats) -> Floats:
    """The projective map that makes the paper a rectangle of about its own size."""
    top, right, bottom, left = (
        float(np.hypot(*(corners[(i + 1) % 4] - corners[i]))) for i in range(4)
    )
    width, height = max(top, bottom), max(left, right)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(matrix, np.float64)
