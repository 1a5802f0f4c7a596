"""A PDF page as pixels for OCR: as fine as the pictures on it are, and no finer."""

from __future__ import annotations

import math

import numpy as np

from gouji.model import DocumentFault, Failure, FailureKind
from ocr.image import PageImage
from ocr.pictures.sizes import overstated

from ..deadline import Deadline
from .document import OpenPage
from .placed import PlacedPicture, placed_pictures

COARSEST, FINEST = 110 / 72, 300 / 72  # pixels a point
# Outlines and text of broken fonts have no resolution of their own: type of 9 pt is 27 pixels high.
DRAWN = 216 / 72
MOST_PIXELS = 24_000_000  # A3 at 300 dpi is 17.4 million
# A picture that covers less of the page is a seal or a logo.
LARGE = 0.2
# A picture that covers less is nothing that numbers could stand in.
SMALL = 0.005
# Without a picture smaller than this (and no strip across the page) the rest can be trusted: a seal
# of 42 mm is 3 % of A4.
ORNAMENT = 0.05
MOST_CHECKED = 400  # pictures of one page: strips of eight rows at 300 dpi are 439
# A picture of the whole page with fewer pixels a point has letters of 8 pixels at most.
TOO_COARSE = 55 / 72
WHOLE_PAGE = 0.55
LEAST_KEPT = 0.05


def page_image(page: OpenPage, deadline: Deadline) -> tuple[PageImage, Failure | None]:
    """The page as displayed in pixels, and what of it is lost.

    Of a page whose picture breaks off, the image ends where the picture does, so that nothing is
    read where nothing is; places on it are places on the page all the same.

    Raises:
        DocumentFault: the picture of the page cannot be decoded or is too coarse to be read, or the
            deadline passed.
    """
    pictures = placed_pictures(page, deadline)
    scale = _scale(page, pictures)
    right, bottom, lost = _kept(page, pictures, deadline)
    # a hair less than the pictures' own: rounded up to a pixel more, no pixel would stay as it is
    bitmap = page.render(scale * (1 - 1e-5), red_first=True)
    try:
        whole = np.asarray(bitmap.to_numpy())
        # to a pixel PDFium rounds the page up: this is the scale it was drawn at
        drawn = whole.shape[1] / page.frame.width
        rows, columns = math.floor(bottom * whole.shape[0]), math.floor(right * whole.shape[1])
        pixels = np.array(whole[:rows, :columns, :3], np.uint8, order="C")
    finally:
        bitmap.close()
    return PageImage(pixels, drawn), lost


def _scale(page: OpenPage, pictures: list[PlacedPicture]) -> float:
    """Pixels a point: of the finest of the large pictures (a scan may be a coarse ground under a
    fine stencil of its letters)."""
    points = overstated(page.box.width, page.box.height)
    large = [p.scale for p in pictures if p.box.area >= LARGE * page.box.area]
    if not large and pictures:
        covered = sum(p.box.area for p in pictures)
        if covered >= LARGE * page.box.area:  # strips or tiles
            large = [p.scale for p in pictures]
    finest = max(large, default=0.0) * points
    wanted = min(max(finest, COARSEST), FINEST) if large else DRAWN
    return min(wanted / points, math.sqrt(MOST_PIXELS / page.box.area))


def _kept(
    page: OpenPage, pictures: list[PlacedPicture], deadline: Deadline
) -> tuple[float, float, Failure | None]:
    """The shares of the page's width and height that are there, and the failure where not all is.

    Raises:
        DocumentFault: a picture of the page cannot be decoded, or breaks off in the page's middle.
    """
    number = page.number
    right = bottom = 1.0
    share = max((p.box.area for p in pictures), default=0.0) / page.box.area
    finest = max((p.scale for p in pictures), default=0.0)
    finest *= overstated(page.box.width, page.box.height)
    if share >= WHOLE_PAGE and finest < TOO_COARSE:
        dots = finest * 72
        raise DocumentFault(
            FailureKind.PAGE_BROKEN,
            f"page {number} is a picture too coarse to be read: {dots:.0f} dots an inch",
        )
    small_ones = 0
    sizeable = [p for p in pictures if p.box.area >= SMALL * page.box.area]
    for picture in sizeable[:MOST_CHECKED]:
        deadline.check()
        kept = picture.kept()
        if kept >= 1:
            continue
        box = picture.box
        if (
            kept <= LEAST_KEPT
            and box.area < ORNAMENT * page.box.area
            and box.width < page.box.width / 3
        ):
            small_ones += 1
            continue
        if kept <= LEAST_KEPT:
            raise DocumentFault(
                FailureKind.PAGE_BROKEN,
                f"a picture on page {number} ({picture.width} × {picture.height} pixels) is damaged"
                " and cannot be shown",
            )
        beyond = [p for p in sizeable if p is not picture]
        if picture.end == "bottom" and all(p.box.bottom <= box.bottom + 1 for p in beyond):
            bottom = min(bottom, (box.top + kept * box.height) / page.box.height)
        elif picture.end == "right" and all(p.box.right <= box.right + 1 for p in beyond):
            right = min(right, (box.left + kept * box.width) / page.box.width)
        else:
            raise DocumentFault(
                FailureKind.PAGE_BROKEN,
                f"a picture on page {number} breaks off, and what is lost lies before the rest",
            )
    if right == bottom == 1.0:
        if not small_ones:
            return right, bottom, None
        message = f"page {number}: {small_ones} small pictures on it are damaged and do not show"
        return right, bottom, Failure(number, "open", FailureKind.DAMAGED, message)
    side = "lower" if bottom < 1 else "right-hand"
    lost = 1 - right * bottom
    message = f"page {number}: its picture breaks off, the {side} {lost:.0%} of the page are lost"
    return right, bottom, Failure(number, "open", FailureKind.DAMAGED, message)
