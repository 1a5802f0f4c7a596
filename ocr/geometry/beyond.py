"""What lies beyond the paper, made paper as bright as that beside it.

Filled with one colour, the page would have an edge wherever it is shaded: a rule, for all that
look for rules.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..image import Pixels
from .light import grey_of, paper_brightness
from .paper import SIDE, Paper
from .tracing import Floats

# Of the page's longer side: so far the edge of curled paper may be from its outline, and as wide is
# its blur.
CURLED, BLURRED = 0.03, 0.002
DARKER = 0.75  # than the paper beside: what lies beyond it
# Pixels of the longer side where brightness goes on outward, and where the ground is looked for.
VIEW, FINER = 300, 1200


def blanked(flat: Pixels, border: Floats, paper: Paper | None) -> Pixels:
    """The page, in place, with all that lies outside ``border`` (n × 2 pixels) made paper.

    Without ``paper`` the border is the picture's own, and only what was never taken is outside.
    """
    outside = np.full(flat.shape[:2], 255, np.uint8)
    cv2.fillPoly(outside, [np.round(border).astype(np.int32)], (0,))
    # The outline is known to a pixel of the image it was found in, and the edge is blurred.
    longer = max(flat.shape[:2])
    rim = 2 * max(-(-longer // SIDE), round(BLURRED * longer)) + 1 if paper is not None else 3
    outside = np.asarray(
        cv2.dilate(
            outside,
            np.ones((rim, rim), np.uint8),
            borderType=cv2.BORDER_CONSTANT,
            borderValue=(255 if paper is not None else 0,),
        )
    )
    if not outside.any():
        return flat
    light = _gone_on(*_view(flat, outside, VIEW))
    if paper is not None:
        beyond = _shown_beyond(*_view(flat, outside, FINER), light)
        if beyond.any():
            size = flat.shape[1::-1]
            outside |= np.asarray(cv2.resize(beyond, size, interpolation=cv2.INTER_NEAREST))
            light = _gone_on(*_view(flat, outside, VIEW))
    bright = cv2.resize(light, flat.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    cv2.copyTo(bright, outside, flat)
    return flat


def _view(flat: Pixels, outside: Pixels, longer: int) -> tuple[Pixels, Pixels]:
    """The page and what is outside the paper reduced to about so many pixels."""
    times = max(1, round(max(flat.shape[:2]) / longer))
    size = (max(1, flat.shape[1] // times), max(1, flat.shape[0] // times))
    small, out = (cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (flat, outside))
    return np.asarray(small), np.asarray(out)


def _gone_on(small: Pixels, outside: Pixels) -> Pixels:
    """The brightness of paper at every pixel, beyond the paper that of the nearest paper."""
    light = paper_brightness(small)
    light = np.asarray(cv2.resize(light, small.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    reach = 2 * round(CURLED * max(outside.shape) / 2) + 1
    # the brightness beside the edge is of both sides
    mixed = cv2.dilate((outside > 0).astype(np.uint8), np.ones((reach, reach), np.uint8))
    if mixed.all():
        return light
    _, nearest = cv2.distanceTransformWithLabels(
        mixed, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    known = np.zeros((int(nearest.max()) + 1, *light.shape[2:]), np.uint8)
    known[nearest[mixed == 0]] = light[mixed == 0]
    even = cv2.blur(known[nearest], (reach, reach))
    return np.where((mixed > 0)[..., None], even, light)


def _shown_beyond(small: Pixels, outside: Pixels, light: Pixels) -> Pixels:
    """What of the ground is seen inside a straight outline of paper that is curled."""
    reach = round(CURLED * max(small.shape[:2])) | 1
    near = cv2.dilate(outside, np.ones((reach, reach), np.uint8))
    paper = cv2.resize(grey_of(light), small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    dark = grey_of(small) < DARKER * paper
    seen = ((outside > 0) | (dark & (near > 0))).astype(np.uint8)
    _, labels = cv2.connectedComponents(seen, connectivity=4)
    touching = np.zeros(int(labels.max()) + 1, bool)
    touching[np.unique(labels[outside > 0])] = True
    touching[0] = False
    beyond = (touching[labels] & (outside == 0)).astype(np.uint8) * 255
    return np.asarray(cv2.dilate(beyond, np.ones((3, 3), np.uint8)))
