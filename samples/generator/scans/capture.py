"""What the scanner, the camera and the file format do to the picture of a sheet."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import cv2
import numpy as np
from PIL import Image

from samples.generator.scans.geometry import Pixels
from samples.generator.scans.levels import Device, PageDamage

DESKS = ((96, 72, 50), (150, 120, 88), (60, 62, 66), (188, 186, 180), (40, 52, 70), (120, 60, 44))
LIDS = ((255, 255, 255), (240, 240, 240), (206, 206, 204), (24, 24, 24))
GRAIN, GRAIN_LOSS = 0.5, 1.9  # σ px that machines smooth noise by; what it takes is given back
BAND = 128  # rows worked on at a time: whole pages of floats take longer to allocate than to fill
LIGHTS = 96  # the light is computed at so many places across and down
# Machines set themselves to the type they see: less of its strokes kept, and nobody, with or
# without a machine, could tell what is left of a thin 4 from a 1.
KEPT = 0.9  # of the strokes' length at least, in black and white
STROKE = 0.25  # of the paper's lightness that a stroke is darker by; what is fainter is noise


def desk(rng: Random, noise: np.random.Generator, height: int, width: int) -> Pixels:
    """What lies under a photographed sheet: one colour with a coarse grain along it."""
    base = np.array(rng.choice(DESKS), np.float32)
    coarse = noise.normal(0, 1, (max(2, height // 40), max(2, width // 160))).astype(np.float32)
    grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    shaded = base[None, None] * (1 + rng.uniform(0.02, 0.12) * grain[..., None])
    return np.asarray(np.clip(np.rint(shaded), 0, 255).astype(np.uint8))


def lid(rng: Random, height: int, width: int) -> Pixels:
    """What a scanner sees beside the sheet."""
    return np.full((height, width, 3), rng.choice(LIDS), np.uint8)


def tint(picture: Pixels, device: Device) -> Pixels:
    """Paper is not white."""
    tables = [np.rint(np.arange(256) * (tone / 255)).astype(np.uint8) for tone in device.paper]
    return np.asarray(cv2.LUT(picture, np.stack(tables, axis=-1)[None]))


def shine(
    picture: Pixels, rng: Random, device: Device, damage: PageDamage, noise: np.random.Generator
) -> Pixels:
    """Uneven light, the shadow of a hand or a camera, the colour of the lamp, and noise."""
    height, width = picture.shape[:2]
    light = _light(rng, damage)
    result = np.empty_like(picture)
    for top in range(0, height, BAND):
        part = picture[top : top + BAND]
        rows = np.linspace(0, 1, height, dtype=np.float32)[top : top + BAND, None]
        columns = np.linspace(0, 1, width, dtype=np.float32)[None]
        x, y = (
            np.ascontiguousarray(np.broadcast_to(place * (LIGHTS - 1), part.shape[:2]))
            for place in (columns, rows)
        )
        lit: Any = part * np.asarray(cv2.remap(light, x, y, cv2.INTER_LINEAR))[..., None]
        if device.cast != (1.0, 1.0, 1.0):
            lit *= np.array(device.cast, np.float32)
        if device.noise > 0:
            lit += _grain(device, noise, *part.shape[:2])
        result[top : top + BAND] = np.clip(np.rint(lit), 0, 255).astype(np.uint8)
    return result


def _grain(
    device: Device, noise: np.random.Generator, height: int, width: int
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Noise of the lightness and, in colour, half as much of the colours, twice as coarse."""
    grains = noise.standard_normal((height, width), np.float32)
    if device.level > 0:
        grains = np.asarray(cv2.GaussianBlur(grains, (3, 3), GRAIN)) * GRAIN_LOSS
    grains = (device.noise * grains)[..., None]
    if device.mode != "colour":
        return grains
    colours = noise.standard_normal((height // 2 + 1, width // 2 + 1, 3), np.float32)
    return np.asarray(grains + 0.5 * device.noise * cv2.resize(colours, (width, height)))


def _light(rng: Random, damage: PageDamage) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Share of the light that each place gets."""
    y, x = np.mgrid[0 : 1 : LIGHTS * 1j, 0 : 1 : LIGHTS * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    slope = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    bulb = (x - rng.uniform(0.2, 0.8)) ** 2 + (y - rng.uniform(0.2, 0.8)) ** 2
    dark = 0.5 * (slope / 0.71 + 1) * 0.6 + 0.4 * np.minimum(1, bulb / 0.8)
    light = 1 - damage.unevenness * dark
    if damage.shadow > 0:
        angle, place = rng.uniform(0, 2 * np.pi), rng.uniform(-0.25, 0.35)
        across = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
        across = across + 0.05 * np.sin(7 * (x * np.sin(angle) - y * np.cos(angle)))
        edge = rng.uniform(0.012, 0.08)
        light = light * (1 - damage.shadow / (1 + np.exp(-(across - place) / edge)))
    return np.asarray(light.astype(np.float32))


def unsharpen(picture: Pixels, rng: Random, device: Device, damage: PageDamage) -> Pixels:
    """Defocus, and the camera moving."""
    result: Any = picture
    if device.blur > 0.15:
        result = cv2.GaussianBlur(result, (0, 0), device.blur)
    if damage.motion > 0.5:
        side = 2 * int(np.ceil(damage.motion)) + 1
        kernel = np.zeros((side, side), np.float32)
        angle = rng.uniform(0, np.pi)
        for step in np.linspace(-0.5, 0.5, 41) * damage.motion:
            x, y = side // 2 + step * np.cos(angle), side // 2 + step * np.sin(angle)
            kernel[round(y), round(x)] += 1 / 41
        result = cv2.filter2D(result, -1, kernel)
    return np.asarray(result)


def dirty(picture: Pixels, rng: Random, damage: PageDamage) -> None:
    """Specks of dust, dark or pale, and the lines that a dirty fax or feeder draws; in place."""
    height, width = picture.shape[:2]
    for _ in range(damage.speckles):
        centre = (rng.randrange(width), rng.randrange(height))
        grey = rng.randint(20, 120) if rng.random() < 0.7 else 255
        if rng.random() < 0.6:
            picture[centre[1], centre[0]] = grey
        else:
            cv2.circle(picture, centre, 1, (grey,) * 3, -1, cv2.LINE_AA)
    for _ in range(damage.streaks):
        grey, strength = rng.choice((40, 120, 255)), rng.uniform(0.3, 0.7)
        line = picture[:, rng.randrange(width)]
        line[:] = np.rint(line * (1 - strength) + grey * strength).astype(np.uint8)


def to_mode(picture: Pixels, rng: Random, device: Device) -> Pixels:
    """Grey or black and white, as the machine was set."""
    if device.mode == "colour":
        return picture
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if device.mode == "grey":
        return grey
    drawn = rng.randint(130, 185) * float(np.median(grey)) / 255
    limit = max(drawn, _lightest_strokes(grey))
    return np.asarray(np.where(grey > limit, 255, 0).astype(np.uint8))


def _lightest_strokes(grey: Pixels) -> float:
    """The grey that `KEPT` of what is drawn is at least as dark as, along the middle of strokes."""
    soft = np.asarray(cv2.GaussianBlur(grey, (3, 3), GRAIN), np.int16)
    paper = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    here = soft[1:-1, 1:-1]
    across = (here <= soft[1:-1, :-2]) & (here <= soft[1:-1, 2:])
    down = (here <= soft[:-2, 1:-1]) & (here <= soft[2:, 1:-1])
    drawn = (across | down) & ((paper - soft)[1:-1, 1:-1] > STROKE * float(np.median(grey)))
    return float(np.quantile(here[drawn], KEPT)) if drawn.any() else 0.0


def as_jpeg(picture: Pixels, quality: int, **options: Any) -> bytes:
    """The picture as the bytes of a JPEG file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> Pixels:
    """The pixels of an encoded picture, grey or RGB, not turned by what EXIF says."""
    with Image.open(io.BytesIO(data)) as image:
        return np.array(image if image.mode in ("L", "RGB") else image.convert("RGB"))
