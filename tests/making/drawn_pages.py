"""A drawn page of "characters" and a table, for tests of geometry."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.image import Pixels

SCALE = 110 / 72
WIDTH, HEIGHT = 800, 1100
LEFT, TOP, RIGHT, BOTTOM = 80, 300, 720, 1010  # of the table


def a_page(*, table: bool = True, words: bool = True) -> Pixels:
    """Lines of "characters" (each heavier at its top, so that they have a way up), and a table."""
    page = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    rows = list(range(70, 290, 34)) + ([] if table else list(range(306, 1010, 34)))
    for y in rows if words else ():
        for x in range(LEFT, RIGHT - 30, 24):
            draw_character(page, x, y)
    if table:
        for x in np.linspace(LEFT, RIGHT, 8).astype(int).tolist():
            cv2.line(page, (x, TOP), (x, BOTTOM), (0, 0, 0), 2)
        for y in np.linspace(TOP, BOTTOM, 17).astype(int).tolist():
            cv2.line(page, (LEFT, y), (RIGHT, y), (0, 0, 0), 2)
            for x in np.linspace(LEFT, RIGHT, 8).astype(int)[:-1].tolist():
                if y < BOTTOM and words:
                    draw_character(page, x + 35, y + 11)
    return page


def draw_character(page: Pixels, x: int, y: int) -> None:
    cv2.rectangle(page, (x, y), (x + 18, y + 6), (20, 20, 20), -1)
    cv2.rectangle(page, (x + 7 + (x + y) % 5, y), (x + 9 + (x + y) % 5, y + 19), (20, 20, 20), -1)
