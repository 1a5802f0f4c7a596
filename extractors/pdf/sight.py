"""Which text of a page a reader sees: none that is invisible, painted over, white, switched off."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import pypdfium2.raw as pdfium

from ..deadline import Deadline
from .document import OpenPage
from .rulings import LIGHT, Drawing, address_of, text_order

DEADLINE_EVERY = 100  # runs, each of which may lie under thousands of covers
# Render modes of text that draw nothing (PDF 32000-1, table 106).
INVISIBLE_MODES = (3, 7)
CLEAR = 8  # of 255: an opacity that nobody sees
PAGE_PICTURE = 0.55  # of the page: such a picture is the page
# Text turned further than this from a quarter turn is a watermark.
ASLANT = math.radians(4)


class Placed(Protocol):
    """A character: its place, and where it is in PDFium's text page."""

    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def bottom(self) -> float: ...
    @property
    def at(self) -> int: ...


P = TypeVar("P", bound=Placed)


@dataclass(frozen=True, slots=True)
class _Look:
    """How one text object is drawn."""

    order: int | None  # its place in the painting order
    invisible: bool
    light: bool
    known: bool


class Sight:
    """Tells which runs of characters show, asking PDFium once for each text object."""

    def __init__(self, raw: object, page: OpenPage, drawing: Drawing) -> None:
        self._raw = raw
        self._drawing = drawing
        self._looks: dict[int, _Look] = {}
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._colour_refs = [ctypes.byref(c) for c in self._colour]
        self._layered = bool(page.hidden_layers)
        # the painting order costs a call an object: only pages where something may hide text pay
        asked = self._layered or bool(drawing.covers)
        self._order = text_order(page) if asked else {}
        self._last_cover = max((cover.order for cover in drawing.covers), default=-1)
        # a picture that is the page is a scan, white where its paper is
        least = PAGE_PICTURE * page.box.area
        images = [b for b in drawing.images if (b[2] - b[0]) * (b[3] - b[1]) < least]
        self._shown = (*drawing.fills, *images)
        self._on_picture = len(images) < len(drawing.images)
        self.invisible = 0  # runs drawn invisibly, or white on a picture of the page

    def parted(
        self, runs: list[list[P]], deadline: Deadline
    ) -> tuple[list[list[P]], list[list[P]]]:
        """Runs that can be seen on the page, and those that cannot.

        A run that is set in several text objects is looked at piece by piece where something may
        hide a part of it.
        """
        seen: list[list[P]] = []
        unseen: list[list[P]] = []
        for number, run in enumerate(runs):
            if number % DEADLINE_EVERY == 0:
                deadline.check()
            pieces = self._pieces(run) if len(run) > 1 and self._may_hide(run) else [run]
            for piece in pieces:
                shown = self._shows(piece)
                if shown is not None:
                    (seen if shown else unseen).append(piece)
        return seen, unseen

    def _may_hide(self, run: Sequence[P]) -> bool:
        """Whether a part of the run may be hidden: something was painted after it, or layers."""
        if not self._order:
            return False
        order = self._look(run[0].at).order
        return self._layered or order is None or order < self._last_cover

    def _pieces(self, run: list[P]) -> list[list[P]]:
        """The run cut where what hides it changes; most runs stay whole."""
        shown = [self._shows([character]) for character in run]
        if len(set(shown)) == 1:
            return [run]
        cuts = [i for i in range(1, len(run)) if shown[i] != shown[i - 1]]
        return [run[a:b] for a, b in zip([0, *cuts], [*cuts, len(run)], strict=True)]

    def _shows(self, run: Sequence[P]) -> bool | None:
        """Whether the run can be seen; None where its layer is switched off."""
        first = run[0]
        look = self._look(first.at)
        if not look.known:
            return None
        if look.invisible:
            self.invisible += 1
            return False
        x = (first.left + run[-1].right) / 2
        y = (first.top + first.bottom) / 2
        if look.light and not any(
            box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in self._shown
        ):
            self.invisible += self._on_picture
            return False
        order = look.order
        if order is None or order > self._last_cover:
            return True
        return not any(cover.hides(order, x, y) for cover in self._drawing.covers)

    def aslant(self, run: Sequence[Placed]) -> bool:
        """Whether the run is set at an angle, as watermarks are."""
        angle = pdfium.FPDFText_GetCharAngle(self._raw, run[0].at)
        if angle <= 0:
            return False
        quarter = math.pi / 2
        return bool(min(angle % quarter, quarter - angle % quarter) > ASLANT)

    def _look(self, index: int) -> _Look:
        item = pdfium.FPDFText_GetTextObject(self._raw, index)
        if not item:
            return _Look(None, False, False, True)
        address = address_of(item)
        look = self._looks.get(address)
        if look is None:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
            clear = mode in (0, 2, 4) and self._clear(item)
            order = self._order.get(address)
            look = self._looks[address] = _Look(
                order,
                mode in INVISIBLE_MODES or clear,
                mode in (0, 2, 4) and self._light(item),
                order is not None or not self._layered,
            )
        return look

    def _light(self, item: object) -> bool:
        if not pdfium.FPDFPageObj_GetFillColor(item, *self._colour_refs):
            return False
        return min(c.value for c in self._colour[:3]) >= LIGHT

    def _clear(self, item: object) -> bool:
        """Whether its fill lets everything through."""
        if not pdfium.FPDFPageObj_GetFillColor(item, *self._colour_refs):
            return False
        return self._colour[3].value < CLEAR
