"""What happens to a page at each level of damage, drawn from a seed.

Blur and noise are relative to the smallest digits of the report, as large as a person can still
read them. Lengths on paper are points, lengths in the picture pixels.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

Level = Literal[0, 1, 2, 3]
Mark = Literal[
    "seal", "handwriting", "highlighter", "staple", "punch", "show_through", "overwriting"
]  # the last only where it is asked for: no level draws it
Mode = Literal["colour", "grey", "bilevel"]

LEVELS: tuple[Level, ...] = get_args(Level)
MARKS: tuple[Mark, ...] = get_args(Mark)
POINTS_PER_INCH = 72.0
DIGIT_HEIGHT = 0.66  # of the size of the type
LEAST_DIGIT = {0: 8.0, 1: 8.0, 2: 9.0, 3: 7.0}  # px; the resolution is raised to reach it
MOST_DPI = {0: 300, 1: 300, 2: 420, 3: 150}
MEGAPIXELS = (2.0, 3.0, 3.0, 5.0, 5.0, 8.0, 12.0)
CHANCES: dict[Level, dict[Mark, float]] = {
    0: {},
    1: {"seal": 0.25, "handwriting": 0.2, "highlighter": 0.1, "staple": 0.3, "punch": 0.2,
        "show_through": 0.25},
    2: {"seal": 0.25, "handwriting": 0.2, "highlighter": 0.15, "staple": 0.2, "punch": 0.1,
        "show_through": 0.2},
    3: {"seal": 0.6, "handwriting": 0.25, "highlighter": 0.15, "staple": 0.2, "punch": 0.2,
        "show_through": 0.3},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Device:
    """What all pages of a document have in common: the machine and how it was set."""

    level: Level
    dpi: float  # of the page in the picture; of a photo, about
    mode: Mode
    quality: int | None  # of JPEG; None: kept without loss
    blur: float  # σ, px
    noise: float  # σ, grey levels
    paper: tuple[int, int, int]
    cast: tuple[float, float, float]  # factors of red, green, blue
    toner: float  # share of the ink that the printer gave
    rule_ink: float  # the same of the rules, which copying loses first
    lost_rules: float  # share of the length of the rules that is gone
    marks: frozenset[Mark]


@dataclass(frozen=True, slots=True)
class PageDamage:
    """What differs from page to page."""

    seed: int  # of what is drawn at random in pixels
    skew: float  # degrees, clockwise
    quarter_turns: int  # clockwise
    perspective: float  # how far corners move, share of the page's width
    curl: float  # points at the edge
    waves: float  # points
    lens: float
    fill: float  # share of a photo that the page fills along its side
    unevenness: float  # share of the light that is missing at the darkest place
    shadow: float  # share of the light that a hand or the camera takes
    motion: float  # px
    speckles: int
    streaks: int


def draw_device(
    rng: Random,
    level: Level,
    digit_size: float,
    marks: Collection[Mark] | None = None,
    bilevel: bool = False,
) -> Device:
    """How a document is taken; `digit_size` is the size of its smallest numbers, points.

    `marks` says which marks it gets; None lets the level draw them. In black and white nothing is
    read under a seal, so there it gets none.
    """
    wanted = LEAST_DIGIT[level] * POINTS_PER_INCH / (DIGIT_HEIGHT * digit_size)
    mode: Mode = "colour"
    quality: int | None
    toner, rule_ink, lost, blur, noise, paper_least = 1.0, 1.0, 0.0, 0.35, 1.0, 250
    match level:
        case 0:
            dpi = rng.choice((200.0, 200.0, 240.0, 300.0))
            mode = rng.choice(("colour", "grey"))
            quality = rng.choice((None, 90, 95))
            blur = rng.uniform(0.2, 0.45)
        case 1:
            dpi = rng.choice((150.0, 150.0, 200.0, 200.0, 240.0, 300.0))
            mode = rng.choice(("colour", "grey"))
            quality = rng.randint(60, 90)
            blur, noise, paper_least = rng.uniform(0.4, 0.8), rng.uniform(2.0, 6.0), 235
            toner = rng.uniform(0.8, 1.0)
            rule_ink = rng.uniform(0.75, 1.0)
        case 2:
            dpi = 0.0  # as the camera gives it
            quality = rng.randint(55, 90)
            blur, noise, paper_least = rng.uniform(0.5, 1.0), rng.uniform(2.0, 7.0), 225
            toner = rng.uniform(0.85, 1.0)
        case 3:
            dpi = rng.uniform(110.0, 150.0)
            mode = rng.choice(("colour", "colour", "grey"))
            quality = rng.randint(25, 45)
            blur, noise, paper_least = rng.uniform(0.4, 0.7), rng.uniform(5.0, 12.0), 215
            toner = rng.uniform(0.7, 1.0)
            rule_ink, lost = rng.uniform(0.3, 0.8), rng.uniform(0.02, 0.15)
    dpi = min(max(dpi, wanted), MOST_DPI[level])
    if bilevel:
        mode, quality, dpi, toner = "bilevel", None, max(dpi, 200.0), max(toner, 0.9)
    if level == 2:
        megapixels = rng.choice(MEGAPIXELS)
        dpi = min(max(dpi, (megapixels * 1e6 / 140) ** 0.5), MOST_DPI[2])  # A4 is 97 square inches
        blur *= max(1.0, dpi / 200)  # the same lens on more pixels
    chosen = frozenset(marks) if marks is not None else _draw_marks(rng, level)
    if bilevel:
        chosen -= {"seal", "show_through"}
    tint = rng.randint(0, 14) if mode == "colour" else 0
    white = rng.randint(paper_least, 255)
    return Device(
        level=level,
        dpi=round(dpi, 1),
        mode=mode,
        quality=quality,
        blur=blur,
        noise=noise,
        paper=(white, max(0, white - tint // 3), max(0, white - tint)),
        cast=_draw_cast(rng, level),
        toner=toner,
        rule_ink=rule_ink,
        lost_rules=lost,
        marks=chosen,
    )


def draw_page_damage(rng: Random, device: Device) -> PageDamage:
    """What happens to one page."""
    level = device.level
    skew = {0: 0.1, 1: 1.5, 2: 4.0, 3: 2.0}[level]
    harsh, photo = level == 3, level == 2
    return PageDamage(
        seed=rng.getrandbits(63),
        skew=rng.uniform(-skew, skew),
        quarter_turns=rng.choice((0, 0, 0, 0, 1, 2, 3)) if harsh else 0,
        perspective=rng.uniform(0.0, 0.06) if photo else 0.0,
        curl=rng.uniform(-9.0, 9.0) if harsh else rng.uniform(-2.0, 2.0) if photo else 0.0,
        waves=rng.uniform(0.0, 2.5) if harsh else rng.uniform(0.0, 1.0) if photo else 0.0,
        lens=rng.uniform(-0.025, 0.02) if photo else 0.0,
        fill=rng.uniform(0.78, 0.95),
        unevenness=rng.uniform(*((0.0, 0.02), (0.02, 0.12), (0.1, 0.4), (0.05, 0.25))[level]),
        shadow=rng.uniform(0.15, 0.45) if photo and rng.random() < 0.6 else 0.0,
        motion=rng.uniform(0.0, 2.2) if photo and rng.random() < 0.4 else 0.0,
        speckles=rng.randint(*((0, 3), (4, 60), (0, 8), (30, 160))[level]),
        streaks=rng.randint(1, 4) if harsh and rng.random() < 0.4 else 0,
    )


def _draw_marks(rng: Random, level: Level) -> frozenset[Mark]:
    return frozenset(mark for mark, chance in CHANCES[level].items() if rng.random() < chance)


def _draw_cast(rng: Random, level: Level) -> tuple[float, float, float]:
    if level in (0, 3):
        return (1.0, 1.0, 1.0)
    strength = 0.1 if level == 2 else 0.02
    return (
        1 - rng.uniform(0, strength),
        1 - rng.uniform(0, strength / 2),
        1 - rng.uniform(0, strength * 1.5),
    )
