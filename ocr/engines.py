"""Which engine: by name, or the fastest that is there. Nothing is imported before it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from gouji.model.errors import EngineMissing, WrongUsage

from .models import all_there, default_folder, digest_of_models

if TYPE_CHECKING:  # it needs numpy, and the command line starts without
    from .engine import Engine

FASTEST_FIRST = ("openvino", "paddle")
PACKAGES = {"openvino": "openvino", "paddle": "paddleocr"}


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Which engine reads, and with which weights."""

    engine: str = "auto"  # auto: the fastest that is there
    models: Path = field(default_factory=default_folder)
    threads: int = 1  # crops computed side by side; reading processes are the better parallelism
    recognition: str | None = None  # another of PaddleOCR's models by its name, which it downloads;
    detection: str | None = None  # None: the pinned weights. Only the engine paddle runs others


def reads_with(settings: EngineSettings) -> str:
    """The engine and the weights that would read, as settings are told apart; "" where none can."""
    others = settings.recognition or settings.detection
    names = FASTEST_FIRST if settings.engine == "auto" else (settings.engine,)
    for name in ("paddle",) if others and settings.engine == "auto" else names:
        if _installed(name):
            if others:
                return f"{name} {settings.recognition} {settings.detection}"
            return f"{name} {digest_of_models()}" if all_there(settings.models) else ""
    return ""


def default_engine() -> Engine:
    """The fastest engine that is there, with the weights of the cache folder."""
    return open_engine(EngineSettings())


def open_engine(settings: EngineSettings) -> Engine:
    """Open the engine of the settings.

    Raises:
        EngineMissing: its package or its weights are not there.
        WrongUsage: there is no engine of that name.
    """
    others = settings.recognition or settings.detection
    if others and settings.engine == "openvino":
        raise WrongUsage(f"The engine openvino runs the pinned weights, not {others}.")
    match settings.engine:
        case "openvino":
            from .openvino_engine import OpenVinoEngine

            return OpenVinoEngine(settings.models, settings.threads)
        case "auto":
            return _fastest(settings)
        case "paddle":
            from .paddle_engine import PaddleEngine

            return PaddleEngine(
                settings.models, settings.threads, settings.recognition, settings.detection
            )
    raise WrongUsage(f"There is no OCR engine {settings.engine!r}.")


def _fastest(settings: EngineSettings) -> Engine:
    """The first engine of `FASTEST_FIRST` whose package is installed."""
    others = settings.recognition or settings.detection
    for name in ("paddle",) if others else FASTEST_FIRST:
        if _installed(name):
            return open_engine(replace(settings, engine=name))
    raise EngineMissing("No OCR engine is installed.", "Run `pip install 'gouji[ocr]'`.")


@cache
def _installed(engine: str) -> bool:
    return engine in PACKAGES and find_spec(PACKAGES[engine]) is not None
